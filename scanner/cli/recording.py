"""The verb that writes the record of how a case was collected, for persons to sign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import (
    Case,
    Lang,
    Language,
    Quiet,
    app,
    language,
    misused,
    plain_text,
    tool_now,
)

LONGEST = 300
"""Characters of a name or a place at most."""
MOST = 20
"""Persons at most."""


@app.command()
def record(
    case: Case,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file to write, outside the case. Default: CASE-record.docx beside it.",
            metavar="FILE",
        ),
    ] = None,
    collector: Annotated[
        list[str] | None,
        typer.Option(
            help="Who collected, where the case does not say; repeatable.", metavar="NAME"
        ),
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option(help="Who watched; repeatable.", metavar="NAME")
    ] = None,
    authority: Annotated[
        str | None, typer.Option(help="The document on whose authority it was done.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="Where.")] = None,
    began: Annotated[
        str | None, typer.Option(help="When it began, ISO 8601.", metavar="TIME")
    ] = None,
    ended: Annotated[str | None, typer.Option(help="When it ended.", metavar="TIME")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Write the record of taking the evidence and the list of it (取证笔录, 电子数据提取固定清单).

    One Word file to be signed by hand. It quotes the digest of the case, so it stands outside, and
    the case stays as it is. What nobody stated is a line to fill in.
    """
    from scanner.casework.papers import record as write
    from scanner.knowledge import rules_folder
    from scanner.report.document.aloud import short, words
    from scanner.report.document.record import Stated
    from scanner.rulebook.catalog import load_catalog

    stated = Stated(
        collectors=_names(collector, "--collector"),
        witnesses=_names(witness, "--witness"),
        authority=_text(authority, "--authority"),
        place=_text(place, "--place"),
        began=_time(began, "--began"),
        ended=_time(ended, "--ended"),
    )
    if output is not None and output.suffix.lower() != ".docx":
        misused(f"{output.name} is no Word file", "name a file.docx")
    destination = output or case.resolve().parent / f"{case.resolve().name}-record.docx"
    root = write(
        case,
        destination,
        stated,
        catalog=load_catalog(rules_folder() / "catalog.yaml"),
        made_at=tool_now().started_at,
        lang=language(lang).value,
        force=force,
    )
    if not quiet:
        chinese = language(lang) is Language.ZH
        typer.echo(f"{destination}")
        typer.echo(f"SHA-256 (manifest-sha256.txt) {root}")
        said = words(root).said(chinese=chinese)
        typer.echo(
            f"短码 {short(root)}  读作 {said}" if chinese else f"{short(root)}  read: {said}"
        )


def _names(given: list[str] | None, option: str) -> tuple[str, ...]:
    names = [_text(one, option) or "" for one in given or ()]
    if len(names) > MOST:
        misused(f"{option} is given {len(names)} times", f"name at most {MOST} persons")
    return tuple(dict.fromkeys(names))


def _text(given: str | None, option: str) -> str | None:
    """Take a name or a place as it is; one that says nothing is no answer."""
    said = None if given is None else " ".join((plain_text(given) or "").split())
    if said == "" or (said and len(said) > LONGEST):
        misused(f"{option} says nothing or too much", f"write 1 to {LONGEST} characters")
    return said


def _time(given: str | None, option: str) -> str | None:
    import datetime

    if given is None:
        return None
    try:
        return datetime.datetime.fromisoformat(given).astimezone().isoformat()
    except (ValueError, OverflowError):
        misused(f"{option} {given} is no time", "write ISO 8601, e.g. 2026-11-22T10:00:00+08:00")
