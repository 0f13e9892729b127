"""Compare the components that the APK collector finds in a folder of APKs with a truth file.

    python tests/corpus/compare_sdks.py FOLDER [--truth FILE]

FOLDER holds the APKs under the names of the truth file, with or without the leading "apk/". The
truth names, per app, the families whose classes are there (`bundled`; `source_confirmed` where the
app's sources say so too) and those that are only named (`referenced_only_or_stub`: traps). What is
seen in an app of which the truth lists none is invented; a component beside those listed is printed
with what shows it, for the list is not complete. Components that take no personal information
count for neither. Prints recall, traps, inventions and each miss; exit code 1 below the aims.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from scanner.collect.apk.collector import collect
from scanner.evidence.vault import Vault
from scanner.facts import SdkPresent, SdkUnidentified
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.model import Target, Unseen

LEAST_RECALL = 0.95
"""Share of the pairs that the apps' sources confirm."""

Truth = dict[str, Any]


class Compared(NamedTuple):
    """The outcome for one app."""

    name: str
    confirmed: frozenset[str]
    """Families that the app's sources confirm."""
    found: frozenset[str]
    """Families seen."""
    missed: tuple[str, ...]
    """Bundled families that were not seen, each with what the truth says of it."""
    traps: tuple[str, ...]
    """Families seen that are only named there."""
    invented: tuple[str, ...]
    """Components seen that take personal information where the truth lists none at all."""
    beside: tuple[str, ...]
    """Such components where it lists others; each with what shows it."""
    unread: tuple[str, ...]
    """Why no components could be looked for."""
    unknown: tuple[str, ...]
    """Packages of unknown code."""


def compare(name: str, path: Path, truth: Truth, knowledge: Knowledge) -> Compared:
    """Compare one app."""
    with tempfile.TemporaryDirectory() as scratch:
        vault = Vault(Path(scratch))
        evidence = vault.keep_file(path, name=path.name, media_type="application/zip")
        target = Target(kind="apk", path=path, evidence=evidence)
        seen = list(collect(target, vault.keep, knowledge, lambda _: None))
    present = [one for one in seen if isinstance(one, SdkPresent)]
    bundled, traps = truth["bundled"], set(truth["referenced_only_or_stub"])
    found = {one.family for one in present}
    extra = tuple(
        f"{one.sdk} [{one.family}] ({one.source.at})"
        for one in present
        if one.collects_personal_info and one.family not in {*bundled, *traps}
    )
    hidden = [one for one in seen if isinstance(one, Unseen) and one.kind == "sdk.present"]
    return Compared(
        name=name,
        confirmed=frozenset(one for one, row in bundled.items() if row.get("source_confirmed")),
        found=frozenset(found),
        missed=tuple(
            f"{family} ({row['classes']} classes in {row['prefix']}"
            f"{', confirmed' if row.get('source_confirmed') else ''})"
            for family, row in sorted(bundled.items())
            if family not in found
        ),
        traps=tuple(sorted(found & traps)),
        invented=() if bundled else extra,
        beside=extra if bundled else (),
        unread=tuple(one.reason.en for one in hidden if "inner error" in one.reason.en),
        unknown=tuple(
            f"{one.prefix} ({one.classes})" for one in seen if isinstance(one, SdkUnidentified)
        ),
    )


def print_outcome(outcomes: list[Compared]) -> bool:
    """Print the figures and each miss; true when the aims are reached."""
    for one in outcomes:
        print(one.name)
        for word in ("missed", "traps", "invented", "beside", "unread", "unknown"):
            if named := getattr(one, word):
                print(f"    {word}: {', '.join(named)}")
    pairs = sum(len(one.confirmed) for one in outcomes)
    hits = sum(len(one.confirmed & one.found) for one in outcomes)
    traps = sum(len(one.traps) for one in outcomes)
    invented = sum(len(one.invented) for one in outcomes)
    recall = hits / pairs if pairs else 1.0
    print(f"{len(outcomes)} APKs; confirmed pairs found: {hits} of {pairs} ({recall:.3f})")
    failed = sum(len(one.unread) for one in outcomes)
    print(f"traps hit: {traps}; components invented: {invented}; apps that failed: {failed}")
    return bool(outcomes) and recall >= LEAST_RECALL and not traps + invented + failed


def truth_file() -> Path | None:
    """Find the truth: by MINGJIAN_TRUTH, else beside the checkout."""
    beside = Path(__file__).parents[2].parent / "shared" / "corpus" / "truth"
    path = Path(os.environ.get("MINGJIAN_TRUTH", beside)) / "sdk_expected.json"
    return path if path.is_file() else None


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", type=Path, default=truth_file())
    options = parser.parse_args(words)
    if options.truth is None:
        parser.error("no truth file: give --truth FILE or set MINGJIAN_TRUTH")
    knowledge = load_knowledge(rules_folder() / "lists")
    outcomes = []
    for name, truth in sorted(json.loads(options.truth.read_text("utf-8")).items()):
        places = (options.folder / name, options.folder / name.removeprefix("apk/"))
        path = next((place for place in places if place.is_file()), None)
        if path is not None:
            outcomes.append(compare(name, path, truth, knowledge))
    return 0 if print_outcome(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
