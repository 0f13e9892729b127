"""Compare what is read of recordings of traffic with what a plain reader counts in them.

    python tests/corpus/compare_traffic.py FOLDER...

Of HAR files the plain reader is json.load, of flow files mitmproxy's own. Prints a line for each
file, with what differs; exit code 1 when anything does, or when there is no file at all. A file
that the plain reader cannot read must be refused, or be read to where it breaks, with the reason.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mitmproxy.exceptions import FlowReadException
from mitmproxy.http import HTTPFlow
from mitmproxy.io import FlowReader

from scanner.broken import Broken
from scanner.errors import NotAuditable
from scanner.exchange import Exchange, Passage
from scanner.recordings.recording import read

SUFFIXES = {".har", ".mitm", ".flow", ".flows"}


class Plain(NamedTuple):
    """What a plain reader finds."""

    urls: list[str]
    """Addresses of all requests, in the file's order."""
    others: int = 0
    """Connections without HTTP."""
    failed: str = ""
    """Why it could not read on."""


class Compared(NamedTuple):
    """One file, read by both."""

    name: str
    plain: Plain
    exchanges: int
    passages: int
    reasons: list[str]
    """Why something could not be read."""
    differences: list[str]

    def __str__(self) -> str:
        numbers = f"{len(self.plain.urls):6} {self.exchanges:6} {self.passages:4}"
        said = [*(f"DIFFERS: {one}" for one in self.differences), *self.reasons]
        return f"{self.name:44} {numbers}  {'; '.join(said)}"


def plain_har(path: Path) -> Plain:
    try:
        entries = json.loads(path.read_text("utf-8-sig"))["log"]["entries"]
        return Plain([one["request"]["url"] for one in entries])
    except (ValueError, KeyError, TypeError) as error:
        return Plain([], failed=repr(error))


def plain_flows(path: Path) -> Plain:
    urls, others, failed = list[str](), 0, ""
    with path.open("rb") as stream:
        try:
            for flow in FlowReader(stream).stream():
                if isinstance(flow, HTTPFlow):
                    urls.append(flow.request.url)
                else:
                    others += 1
        except FlowReadException as error:
            failed = str(error)
    return Plain(urls, others, failed)


def compare(path: Path) -> Compared:
    plain = plain_har(path) if path.suffix == ".har" else plain_flows(path)
    try:
        found = list(read(path, path.read_bytes()[:4096]))
    except NotAuditable as error:
        differences = [] if plain.failed else ["refused, though a plain reader reads it"]
        return Compared(path.name, plain, 0, 0, [str(error)], differences)
    exchanges = [one for one in found if isinstance(one, Exchange)]
    passages = sum(isinstance(one, Passage) for one in found)
    reasons = [f"{one.at}: {one.reason.en}" for one in found if isinstance(one, Broken)]
    differences = list(differing(plain, [one.url for one in exchanges], passages, reasons))
    return Compared(path.name, plain, len(exchanges), passages, reasons, differences)


def differing(plain: Plain, urls: list[str], passages: int, reasons: list[str]) -> Iterator[str]:
    """Say what one reader has and the other lacks, where no reason was given."""
    if plain.failed and not reasons:
        yield f"the plain reader fails: {plain.failed}"
    if urls[: len(plain.urls)] != plain.urls and not reasons:
        wanted = next((a for a, b in zip(plain.urls, [*urls, ""], strict=False) if a != b), "")
        yield f"other addresses, from {wanted[:60]}"
    if len(urls) != len(plain.urls) and not (reasons or plain.failed):
        yield f"{len(urls)} exchanges for {len(plain.urls)} requests"
    if passages != plain.others and not (reasons or plain.failed):
        yield f"{passages} passages for {plain.others} connections"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Compare recordings with a plain count.")
    parser.add_argument("folders", nargs="+", type=Path)
    folders = parser.parse_args(words).folders
    files = [one for folder in folders for one in sorted(folder.iterdir())]
    compared = [compare(one) for one in files if one.suffix in SUFFIXES]
    print(f"{'file':44} {'plain':>6} {'read':>6} pass")
    for one in compared:
        print(one)
    different = [one for one in compared if one.differences]
    print(f"{len(compared)} files, {len(different)} differ")
    return 1 if different or not compared else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
