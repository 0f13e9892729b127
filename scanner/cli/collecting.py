"""What a person says of a collection, taken word by word."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from scanner.cli.app import misused, plain_text
from scanner.cli.settings import Settings

if TYPE_CHECKING:
    from scanner.audit import Collecting
    from scanner.knowledge import Knowledge
    from scanner.model import ProfileName, SelfTest, Tool
    from scanner.rulebook.rule import Rulebook

MOST_PERSONS = 20
"""Persons of one kind that a call names at most."""
LONGEST_STATEMENT = 300
"""Characters of a name, a place or a document at most."""

Collectors = Annotated[
    list[str] | None,
    typer.Option(
        "--collector",
        help="Collection: who collects; repeatable. A procurator's case wants two persons.",
        metavar="NAME",
    ),
]
Witnesses = Annotated[
    list[str] | None,
    typer.Option(
        "--witness", help="Collection: who watches, none of those; repeatable.", metavar="NAME"
    ),
]
Authority = Annotated[
    str | None,
    typer.Option(help="Collection: the document on whose authority, with its number."),
]
CollectedAt = Annotated[str | None, typer.Option("--place", help="Collection: where.")]
VantageAddress = Annotated[
    str | None,
    typer.Option(
        help="Collection: the address from which your requests leave, as you know it; nobody is "
        "asked.",
        metavar="ADDRESS",
    ),
]
TimeServer = Annotated[
    str | None,
    typer.Option(
        help="Collection: hold this machine's clock against a time server, before and after; one "
        "question by NTP each.",
        metavar="HOST[:PORT]",
    ),
]
Runs = Annotated[
    int | None,
    typer.Option(
        help="Collection: look this often, from the beginning each time; the report says of each "
        "finding in how many runs it was made.",
        min=1,
        max=20,
    ),
]
Trial = Annotated[
    bool | None,
    typer.Option(
        "--self-test/--no-self-test",
        help="Collection: try the tool first on inputs whose answer is known; what comes out "
        "stands in the case. For a procurator that is usual.",
    ),
]
Records = Annotated[
    list[Path] | None,
    typer.Option(
        "--collection-record",
        help="Collection: what two persons state of how a source was collected that is handed in "
        "(YAML: covers, by, at, place, method, document); repeatable. It is kept in the case.",
        metavar="FILE",
    ),
]


class Stated(NamedTuple):
    """What a call says of its collection."""

    collectors: list[str] | None
    witnesses: list[str] | None
    authority: str | None
    place: str | None
    egress: str | None
    time_server: str | None
    runs: int | None
    records: list[Path] | None
    allow_private: bool


def collecting(stated: Stated, settings: Settings) -> tuple[Collecting, Tool]:
    """Give how a case is collected, and the tool with what is known of its clock."""
    import datetime

    from scanner import surroundings
    from scanner.audit import Collecting
    from scanner.fetch.time_server import compared
    from scanner.model import Clock, Surroundings
    from scanner.tool import this_tool

    server = settings.word("time-server", stated.time_server)
    egress = _address(stated.egress)
    runs = _runs(settings.word("runs", None if stated.runs is None else str(stated.runs)))

    def clock_at(at: str) -> Clock:
        own = surroundings.clock_of(at)
        if server is None:
            return own
        return compared(server, own, allow_private=stated.allow_private)

    began = datetime.datetime.now().astimezone()
    first = clock_at(began.isoformat(timespec="seconds"))
    tool = this_tool(sys.argv[1:], began, first)

    def around(at: str) -> Surroundings:
        clock = first if at == first.at else clock_at(at)
        return surroundings.around(at, clock=clock, egress=egress)

    how = Collecting(
        collectors=_persons(stated.collectors, "--collector"),
        witnesses=_persons(stated.witnesses, "--witness"),
        authority=_statement(stated.authority, "--authority"),
        place=_statement(stated.place, "--place"),
        machine=surroundings.machine(),
        now=lambda: datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        around=around,
        runs=runs,
        records=tuple(stated.records or ()),
    )
    return how, tool


def is_wanted(said: bool | None, profile: ProfileName | None) -> bool:
    """Say whether the tool is to be tried first: as the call says, else as is usual."""
    from scanner.profiles import PROFILES

    return said if said is not None else profile is not None and PROFILES[profile].tried


def tried(
    book: Rulebook, knowledge: Knowledge, at: str, say: Callable[[str], None]
) -> tuple[SelfTest, ...]:
    """Try the tool as it is about to judge, with the norms of that moment (ISO 8601)."""
    import datetime

    from scanner.self_test import self_test

    return self_test(book, knowledge, datetime.datetime.fromisoformat(at).date(), say=say)


def _persons(names: list[str] | None, option: str) -> tuple[str, ...]:
    from scanner.model import name_of

    if len(names or ()) > MOST_PERSONS:
        misused(f"{option} is given {len(names or ())} times", f"name at most {MOST_PERSONS}")
    said = tuple(filter(None, (_statement(each, option) for each in names or ())))
    if any(not name_of(each) for each in said):
        misused(f"{option} names nobody", "write the person's name")
    return said


def _statement(text: str | None, option: str) -> str | None:
    """Give what a person states, on one line."""
    plain = " ".join((plain_text(text) or "").split())
    if text is not None and not plain:
        misused(f"{option} says nothing", "leave it out, or say it")
    if len(plain) > LONGEST_STATEMENT:
        misused(f"{option} is longer than {LONGEST_STATEMENT} characters", "say it shorter")
    return plain or None


def _address(text: str | None) -> str | None:
    import ipaddress

    try:
        return None if text is None else str(ipaddress.ip_address(text))
    except ValueError:
        misused(f"--vantage-address {text} is no IP address", "write e.g. 203.0.113.7")


def _runs(text: str | None) -> int:
    from scanner.case import MOST_RUNS

    if text is not None and text not in map(str, range(1, MOST_RUNS + 1)):
        misused(
            f"runs: {text[:20]!r} is no number of runs", f"write a number from 1 to {MOST_RUNS}"
        )
    return int(text or 1)
