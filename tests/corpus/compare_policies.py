"""Compare what sentences of Chinese policies are read to say with what annotators said of them.

    python tests/corpus/compare_policies.py FOLDER NUMBERS [--misses 8]

FOLDER is a checkout of CA4P-483 (github.com/zacharykzhao/CA4P-483; it has no licence, so it is
measured and never copied), NUMBERS a file with the numbers of the policies to use, one per line.
A sentence holds a label where one of its annotated spans lies. The labels are data (e_21),
collection (e_22), sharing and giving (e_23) and purpose (e_27).

The annotators marked about a tenth of the sentences: of sentences that stand word for word in
several policies, the same one is marked in one and not in another. So an unmarked sentence says
nothing about what it says, and the main figures are those of marked sentences. Those of all
sentences, what reading every marked sentence as such would give ("blindly"), and how far
annotators agree with each other on equal sentences are printed beside them. The numbers are split
in two halves by SHA-256; the words of the collector were developed on the first only.

Exit code 1 where a figure of marked sentences is below the aim, or where nothing was compared.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scanner.collect.policy.claims.roles import roles_of
from scanner.collect.policy.document import Block, Document
from scanner.collect.policy.sentences import sentences_of
from scanner.knowledge import Knowledge, load_knowledge, rules_folder

LABELS = {"e_21": "data", "e_22": "collection", "e_23": "sharing", "e_27": "purpose"}
AIM = 0.80
"""F1 that each label is to reach."""
_LEAST = 12
"""Chinese characters from which equal sentences are taken to be one sentence."""


class Read(NamedTuple):
    """A sentence: its words, what annotators marked in it, what it was read to say."""

    text: str
    marked: frozenset[str]
    read: frozenset[str]


class Figure(NamedTuple):
    """How often what was read is what was marked."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def second_half(number: str) -> bool:
    """Say whether a policy belongs to the half that was not looked at."""
    return hashlib.sha256(number.encode()).digest()[0] % 2 == 1


def sentences_in(path: Path, knowledge: Knowledge) -> Iterator[Read]:
    """Read the sentences of one annotated policy; copies of a section are read once."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    sections = sorted({(e["start"], e["text"]) for e in entries if not e["classId"]})
    text, blocks, last = "", [], -1
    spans: list[tuple[int, int, str]] = []
    for start, words in sections:
        if start < last:
            continue
        last, base = start + len(words), len(text)
        at = base
        for line in words.split("\n"):
            if line.strip():
                blocks.append(Block("paragraph", at, at + len(line)))
            at += len(line) + 1
        text += words + "\n"
        spans += [
            (e["start"] - start + base, e["end"] - start + base, e["classId"])
            for e in entries
            if e["classId"] and start <= e["start"] < last
        ]
    document = Document(path.name, None, "given", "policy", "0" * 64, "", text, tuple(blocks))
    for sentence in sentences_of(document):
        marked = {c for a, b, c in spans if a < sentence.end and b > sentence.start}
        yield Read(sentence.text, frozenset(marked), read_of(sentence.text, knowledge))


def read_of(sentence: str, knowledge: Knowledge) -> frozenset[str]:
    """Give the labels of what a folded sentence is read to say."""
    roles = roles_of(sentence, knowledge)
    doing = {act.doing for act in roles.acts}
    found = {
        "e_21": bool(roles.acts or roles.words),
        "e_22": bool(doing & {"take", "use"}),
        "e_23": bool(doing & {"give", "share"}),
        "e_27": roles.purpose is not None,
    }
    return frozenset(label for label, said in found.items() if said)


def figure(sentences: Iterable[Read], label: str) -> Figure:
    """Count one label over sentences."""
    right = wrong = missed = 0
    for sentence in sentences:
        said, was = label in sentence.read, label in sentence.marked
        right += said and was
        wrong += said and not was
        missed += was and not said
    return Figure(right, wrong, missed)


def agreement(policies: Sequence[Sequence[Read]], label: str) -> Figure:
    """Set each mark against what the marks of the same sentence in other policies foretell."""
    marks: dict[str, list[bool]] = collections.defaultdict(list)
    for policy in policies:
        own: dict[str, bool] = {}
        for sentence in policy:
            plain = re.sub(r"[^\u4e00-\u9fff]", "", sentence.text)
            if len(plain) >= _LEAST:
                own[plain] = own.get(plain, False) or label in sentence.marked
        for plain, marked in own.items():
            marks[plain].append(marked)
    right = wrong = missed = 0
    for row in marks.values():
        for marked in row if len(row) > 1 else ():
            foretold = (sum(row) - marked) * 2 > len(row) - 1
            right += foretold and marked
            wrong += foretold and not marked
            missed += marked and not foretold
    return Figure(right, wrong, missed)


def compare(folder: Path, numbers: Sequence[str], misses: int = 0) -> int:
    """Print the tables and give the exit code."""
    knowledge = load_knowledge(rules_folder() / "lists")
    halves: dict[str, list[list[Read]]] = {"first half": [], "second half": []}
    for number in numbers:
        path = folder / "annotation_data" / f"{number}.json"
        if path.is_file():
            name = "second half" if second_half(number) else "first half"
            halves[name].append(list(sentences_in(path, knowledge)))
    low = not any(halves.values())
    for name, policies in halves.items():
        everything = [sentence for policy in policies for sentence in policy]
        marked = [sentence for sentence in everything if sentence.marked]
        print(f"{name}: {len(policies)} policies, {len(marked)} of {len(everything)} marked")
        for label, words in LABELS.items():
            one, rest = figure(marked, label), figure(everything, label)
            blind = figure([s._replace(read=frozenset([label])) for s in marked], label)
            same = agreement(policies, label)
            low = low or (bool(policies) and one.f1 < AIM)
            print(
                f"  {words:<10} P {one.precision:.3f} R {one.recall:.3f} F1 {one.f1:.3f}"
                f"   blindly {blind.f1:.3f}   all sentences {rest.f1:.3f}"
                f"   annotators among themselves {same.f1:.3f}"
            )
    if misses:
        _print_misses([one for policy in halves["first half"] for one in policy], misses)
    return 1 if low else 0


def _print_misses(sentences: Sequence[Read], most: int) -> None:
    """Print the longest sentences of the first half that were read wrongly."""
    for label, words in LABELS.items():
        for kind in ("wrong", "missed"):
            found = [
                one.text.strip()
                for one in sentences
                if one.marked and (label in one.read) != (label in one.marked)
                if (label in one.read) == (kind == "wrong")
            ]
            print(f"{words}, {kind}: {len(found)}")
            for text in sorted(found, key=len, reverse=True)[:most]:
                print(f"    {text[:160]}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("numbers", type=Path)
    parser.add_argument("--misses", type=int, default=0)
    given = parser.parse_args(arguments)
    numbers = given.numbers.read_text(encoding="utf-8").split()
    return compare(given.folder, numbers, given.misses)


if __name__ == "__main__":
    sys.exit(main())
