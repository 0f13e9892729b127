"""Compare the sensitive calls found in benchmark apps with those that their sources make.

    python tests/corpus/compare_calls.py FOLDER [--truth FOLDER]

FOLDER holds the APKs under the names of the truth files (*_expected.json with `source_api_calls`),
with or without the leading "apk/". Only methods that rules/lists/apis.yaml names are compared.
Prints recall per method and every miss; exit code 1 below 0.98, 2 when there is nothing to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanner.collect.apk.accesses import Accesses
from scanner.collect.apk.child import Child
from scanner.collect.apk.code import read_code
from scanner.collect.apk.container import open_container
from scanner.collect.apk.look import look
from scanner.knowledge import Knowledge, load_knowledge, rules_folder

BENCHMARKS = ("droidbench", "ubcbench", "iccbench")
KNOWN = {
    ("apk/droidbench/AndroidSpecific__Obfuscation1.apk", "getDeviceId"): (
        "one of the two is a definition: the app brings a TelephonyManager of its own"
    ),
    ("apk/droidbench/Lifecycle__ApplicationLifecycle3.apk", "query"): (
        "a definition: the app's provider answers queries and makes none"
    ),
    ("apk/droidbench/Lifecycle__EventOrdering1.apk", "getDeviceId"): (
        "the truth takes the larger of two apps of that name; the source of this one has one call"
    ),
    ("apk/droidbench/Reflection__Reflection3.apk", "getImei"): (
        "a definition, and a reflected call of it: it belongs to a class of the app itself"
    ),
}
"""Differences in which the truth, a count of words in the source, is no count of calls."""
LEAST = 0.98
"""Share of the calls that must be found."""


class Miss(NamedTuple):
    """A method that was found less often than the source calls it."""

    app: str
    method: str
    stated: int
    found: int


def truth_folder() -> Path | None:
    """Give the folder of the truth files, found beside the checkout or named by MINGJIAN_TRUTH."""
    named = os.environ.get("MINGJIAN_TRUTH")
    beside = Path(__file__).parents[3] / "shared" / "corpus" / "truth"
    folder = Path(named) if named else beside
    folder = folder.parent if folder.is_file() else folder
    return folder if any(folder.glob("*_expected.json")) else None


def methods_of_table(knowledge: Knowledge) -> set[str]:
    """Give the names of all methods that the table names, without their classes."""
    members = {one for row in knowledge.apis.accesses for one in row.methods}
    members |= {call.method for row in knowledge.apis.accesses for call in row.calls}
    return {member.partition("->")[2] for member in members}


def calls_found(path: Path, knowledge: Knowledge) -> Counter[str]:
    """Count the places at which an app calls each method, by its name too."""
    with open_container(path, path.name) as container, Child() as child:
        seen = look(container, child)
        reading = read_code(container, seen.manifest, knowledge).reading
        sites = Accesses(reading, knowledge.apis.accesses, knowledge.apis.wrappers).sites()
    calls = {
        (site.place, site.api.partition("(")[0].rpartition(".")[2])
        for site in sites
        if site.way in ("call", "reflection")
    }
    return Counter(name for _, name in calls)


def compare(
    folder: Path, truths: dict[str, dict[str, Any]], knowledge: Knowledge
) -> Iterator[Miss]:
    """Give for each app and method what the source states and what was found."""
    wanted = methods_of_table(knowledge)
    for app in sorted(truths):
        path = next((p for p in (folder / app, folder / app[4:]) if p.is_file()), None)
        stated = {k: v for k, v in truths[app]["source_api_calls"].items() if k in wanted}
        if path is None:
            continue
        found = calls_found(path, knowledge)
        for method, count in sorted(stated.items()):
            yield Miss(app, method, count, found[method])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="sensitive calls against the benchmarks' sources")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", type=Path, default=truth_folder())
    options = parser.parse_args(arguments)
    if options.truth is None:
        print("skipped: no truth files; name their folder with --truth or MINGJIAN_TRUTH")
        return 2
    truths: dict[str, dict[str, Any]] = {}
    for name in BENCHMARKS:
        file = options.truth / f"{name}_expected.json"
        truths |= json.loads(file.read_text("utf-8")) if file.is_file() else {}
    rows = list(compare(options.folder, truths, load_knowledge(rules_folder() / "lists")))
    stated, found = Counter[str](), Counter[str]()
    known = [row for row in rows if (row.app, row.method) in KNOWN]
    for row in rows:
        if row in known:
            continue
        stated[row.method] += row.stated
        found[row.method] += min(row.stated, row.found)
    if not stated:
        print(f"skipped: {options.folder} holds none of the {len(truths)} apps of the truth files")
        return 2
    for row in rows:
        if row.found != row.stated:
            word = "missed" if row.found < row.stated else "more than stated"
            reason = KNOWN.get((row.app, row.method), "")
            print(
                f"{row.app}: {row.method}: {row.stated} stated, {row.found} found: {word} {reason}"
            )
    for method, count in sorted(stated.items()):
        print(f"{method}: {found[method]} of {count}")
    recall = found.total() / stated.total()
    apps = len({row.app for row in rows})
    print(f"recall {recall:.4f}: {found.total()} of {stated.total()} calls in {apps} apps")
    print(f"left out: {len(known)} counts that the source does not bear out")
    return 0 if recall >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
