"""The verb by which persons decide: of a finding, or of a check that is left to them."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    writing,
)

if TYPE_CHECKING:
    from scanner.decide import Waiting
    from scanner.model import Report
    from scanner.report.words import Lang as Spoken

SHOWN_DIGITS = 12
"""Digits of a fingerprint that a list shows: enough to be the only ones of a case."""


class Choice(enum.StrEnum):
    """What a person says."""

    CONFIRM = "confirm"
    REJECT = "reject"
    DEFER = "defer"


@app.command()
def decide(
    case: Case,
    finding: Annotated[
        str | None,
        typer.Argument(
            help="A finding, by 6 digits of its fingerprint or more, or by its rule where that has "
            "one; a check left to persons, by its rule.",
            metavar="FINDING",
        ),
    ] = None,
    choice: Annotated[
        Choice | None,
        typer.Argument(
            help="confirm (of a check: the fault is there), reject (it is not), or defer.",
            metavar="confirm|reject|defer",
        ),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who decides.", metavar="NAME")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.", metavar="TEXT")] = None,
    attach: Annotated[
        list[Path] | None,
        typer.Option(
            help="A picture, PDF or text to be kept with it as evidence; repeatable.",
            metavar="FILE",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="When it was decided, if not now: ISO 8601 with offset.", metavar="TIME"),
    ] = None,
    waiting: Annotated[
        bool, typer.Option("--list", help="List what waits for persons, and change nothing.")
    ] = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Put a person's decision on a finding or a check into a case; the program's verdict stays."""
    from scanner.casework.deciding import Said
    from scanner.casework.deciding import decide as put
    from scanner.casework.standing import stored_report

    chinese = language(lang) is Language.ZH
    if waiting:
        if finding is not None or choice is not None:
            misused("--list beside a decision", "call it once for the list, once to decide")
        _list(stored_report(case), chinese=chinese)
        return
    if finding is None or choice is None:
        misused("no finding, or no choice", "mingjian decide CASE FINDING confirm|reject|defer")
    if by is None or reason is None:
        misused("a decision without --by or --reason", "name the person and the reason")
    said = Said(
        subject=plain_text(finding) or "",
        choice=choice.value,
        by=plain_text(by) or "",
        reason=plain_text(reason) or "",
        at=plain_text(at),
        attached=tuple(attach or ()),
    )
    report, decision = put(case, said, tool=tool_now(), options=writing(lang))
    if decision.reason != said.reason.strip():
        note = ("理由中的个人信息已遮蔽", "personal values in the reason were masked")
        typer.echo(f"note: {note[0 if chinese else 1]}: {decision.reason}", err=True)
    if not quiet:
        from scanner.report.words import CHOICE, visible

        check = decision.subject == decision.rule
        what = ("核查项" if chinese else "check") if check else decision.subject[:SHOWN_DIGITS]
        word = CHOICE[decision.choice].said(chinese=chinese)
        typer.echo(f"{word}  {what}  {decision.rule}  {visible(decision.by)}  {decision.at}")
        for each in decision.attachments:
            typer.echo(f"  {each.sha256}  {visible(each.name)}")
        _left(report, chinese=chinese)


def _list(report: Report, *, chinese: bool) -> None:
    """Print what waits: one line each, findings by their first digits, checks by their rule."""
    from scanner.decide import waiting

    for each in waiting(report):
        typer.echo(_line(each, chinese=chinese))
    _left(report, chinese=chinese)


def _line(each: Waiting, *, chinese: bool) -> str:
    from scanner.report.words import CHOICE, SEVERITY, say, visible
    from scanner.texts import WIDTH, fit

    finding, ruling = each.matter.finding, each.matter.ruling
    lang: Spoken = "zh" if chinese else "en"
    names = ", ".join(f"{visible(word.by)} {say(CHOICE[word.choice], lang)}" for word in each.words)
    if finding is None:
        start, text = ("核查" if chinese else "check"), ruling.title
    else:
        start, text = each.matter.subject[:SHOWN_DIGITS], finding.message
    head = f"{start:<{SHOWN_DIGITS}}  {say(SEVERITY[ruling.severity], lang)}  {ruling.rule}"
    tail = f"\n    {names}" if names else ""
    return f"{visible(head)}\n    {fit(visible(say(text, lang)), WIDTH - 4)}{tail}"


def _left(report: Report, *, chinese: bool) -> None:
    from scanner.report.decided import summed

    typer.echo(summed(report, "zh" if chinese else "en"))
