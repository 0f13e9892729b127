"""Cases to compare, made of facts: judged as an audit judges them, without any file."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from scanner.case import CaseFacts, read_facts
from scanner.casework.comparing import NEW, OLD
from scanner.compare import compare
from scanner.compare.look import Look, Sight, by_id
from scanner.facts import Fact
from scanner.model import CaseSource, Comparison, Header, Unseen, Words
from scanner.reporting import report_of
from scanner.rulebook.rule import Rulebook
from tests.samples import BOOK, COMPLIANT, KNOWLEDGE, VIOLATING, case, request

TOOL = request().tool
REASON = Words("没看", "not looked at")


@functools.cache
def real(path: Path) -> CaseFacts:
    """Give what an audit of a fixture saw."""
    with tempfile.TemporaryDirectory() as folder:
        case(Path(folder) / "case", path)
        return read_facts(Path(folder) / "case")


@functools.cache
def twins() -> tuple[CaseFacts, CaseFacts]:
    return real(VIOLATING), real(COMPLIANT)


def look(
    facts: Iterable[Fact],
    unseen: Iterable[Unseen] = (),
    *,
    header: Header | None = None,
    name: Words = OLD,
    book: Rulebook = BOOK,
    today: Rulebook = BOOK,
) -> Look:
    """Make a case of these facts, its report judged by one rulebook and today by another."""
    header = header or twins()[0].header
    many, missing = tuple(facts), tuple(unseen)
    report = report_of(header, many, missing, book=book, knowledge=KNOWLEDGE, tool=TOOL)
    now = report
    if book is not today:
        now = report_of(header, many, missing, book=today, knowledge=KNOWLEDGE, tool=TOOL)
    return Look(name, report, now, header, by_id(many), "ab" * 32)


def sight(
    facts: Iterable[Fact], unseen: Iterable[Unseen] = (), *, header: Header | None = None
) -> Sight:
    return Sight(look(facts, unseen, header=header), BOOK.sets)


def compared(old: Look, new: Look, **more: bool) -> Comparison:
    def kept(digest: str) -> bytes:
        return f"{digest}。".encode()

    return compare(
        old,
        new._replace(name=NEW),
        BOOK,
        tool=TOOL,
        open_old=kept,
        open_new=kept,
        **more,
    )


def watching(header: Header, *channels: str, sha256: str = "cd" * 32) -> Header:
    """Give a header of a case that looked at these channels of another build."""
    sources = tuple(
        CaseSource(channel=one, collector=one, sha256=sha256, name=one, readable=True)  # type: ignore[arg-type]
        for one in channels
    )
    return replace(header, sources=sources, subject=replace(header.subject, sha256=sha256))
