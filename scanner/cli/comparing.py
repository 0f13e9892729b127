"""The verb that compares two cases of one subject, and what fails a call when it is new."""

from __future__ import annotations

import enum
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.app import (
    ConfigFile,
    Lang,
    Language,
    Quiet,
    RuleFolders,
    RulesTrust,
    app,
    language,
    misused,
    tool_now,
    writing,
)
from scanner.cli.settings import Settings

if TYPE_CHECKING:
    from scanner.cli.settings import Judging
    from scanner.model import Comparison


LEAST = "low"
"""From which severity on a new finding fails a call that names none."""


class Level(enum.StrEnum):
    """From which severity on a new finding counts."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class ComparedFormat(enum.StrEnum):
    """Files that a comparison can be written to."""

    JSON = "json"
    HTML = "html"
    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    SARIF = "sarif"
    JUNIT = "junit"


class NewKind(enum.StrEnum):
    """What can be new."""

    FINDING = "finding"
    PERMISSION = "permission"
    SDK = "sdk"
    HOST = "host"
    EARLY = "early"
    ACCESS = "access"
    DATA = "data"
    FLOW = "flow"


FailOnNew = Annotated[
    Path | None,
    typer.Option(
        help="Exit 1 where something is new since this earlier case of the same subject: a finding "
        "(at or above --fail-on), permission, component, host, kind of data. What cannot be told "
        "is said, and fails nothing.",
        metavar="OLD_CASE",
    ),
]
NewKinds = Annotated[
    list[NewKind] | None,
    typer.Option("--new-kinds", help="What counts as new; repeatable. Default: all of it."),
]


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(help="The earlier case.", metavar="OLD")],
    new: Annotated[Path, typer.Argument(help="The present case.", metavar="NEW")],
    formats: Annotated[
        list[ComparedFormat] | None,
        typer.Option(
            "--format",
            "-f",
            help="Files to write; repeatable. Default: json and html. Without -o "
            "one of them goes to the standard output.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The folder to make for the files.", metavar="FOLDER"),
    ] = None,
    fail_on_new: Annotated[
        Level | None, typer.Option(help="Exit 1 where a finding of this severity or above is new.")
    ] = None,
    new_kinds: Annotated[
        list[NewKind] | None,
        typer.Option("--new-kinds", help="What else exits 1 when it is new; repeatable."),
    ] = None,
    force_subject: Annotated[
        bool,
        typer.Option("--force-subject", help="Compare cases of two subjects all the same."),
    ] = False,
    rules: RuleFolders = None,
    rules_trust: RulesTrust = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Compare a case with an earlier one (复测): mended, still there, new, or cannot be told.

    What nobody looked at this time is not mended. Neither case is changed.
    """
    from scanner.casework.comparing import compared, compared_files
    from scanner.report.compared import render

    settings = Settings(config)
    lang = settings.lang(lang)
    spoken = writing(lang).lang
    if output is None and len(formats or ()) > 1:
        misused("several formats without -o", "name a folder for them: -o FOLDER")
    judging = settings.judging(None, rules, rules_trust, None)
    tool = tool_now()
    found = compared(
        old,
        new,
        book=judging.book,
        knowledge=judging.knowledge,
        tool=tool,
        any_subject=force_subject,
    )
    if output is not None:
        wanted = [each.value for each in formats or (ComparedFormat.JSON, ComparedFormat.HTML)]
        compared_files(found, output, formats_wanted=wanted, lang=spoken)
    if output is None and formats:
        typer.echo(render(formats[0].value, found, spoken), nl=False)
    elif not quiet:
        typer.echo(render("text", found, spoken).decode(), nl=False)
    threshold = None if fail_on_new is None else fail_on_new.value
    kinds = tuple(each.value for each in new_kinds or ())
    if (threshold or kinds) and tell_news(found, kinds, threshold, lang):
        raise typer.Exit(1)


def tell_news(
    found: Comparison, kinds: tuple[str, ...], threshold: str | None, lang: Language | None
) -> bool:
    """Say on the standard error what is new and what cannot be told; give whether it fails."""
    from scanner.compare import news
    from scanner.report.words import visible

    chinese = language(lang) is Language.ZH
    new = news(found, kinds, threshold)
    told = {one.fingerprint: f"{one.rule} ({one.fingerprint[:12]})" for one in found.findings}
    if new:
        typer.echo("与原案相比新增：" if chinese else "new since the earlier case:", err=True)
    for each in new:
        typer.echo(f"  {visible(told.get(each, each))}", err=True)
    unclear = sum(one.outcome == "unclear" for one in found.findings)
    doubted = sum(bool(one.doubts) and one.change == "added" for one in found.changes)
    if unclear or doubted:
        zh = f"无法判断：检出情形 {unclear} 处，对象变化 {doubted} 项（不计入失败）"
        en = f"cannot be told: findings {unclear}, changes {doubted}; these fail nothing"
        typer.echo(zh if chinese else en, err=True)
    return bool(new)


def ready(old: Path | None, new: Path) -> None:
    """Check the earlier case before any work is done for the comparison with it."""
    from scanner.casework.standing import stored_report

    if old is not None:
        if old.resolve() == new.resolve():
            misused("--fail-on-new names the case itself", "name the case of an earlier version")
        stored_report(old)


def new_since(
    old: Path | None,
    new: Path,
    kinds: list[NewKind] | None,
    judging: Judging,
    lang: Language | None,
) -> Callable[[], bool]:
    """Give what compares a case with an earlier one, and says whether that fails the call."""
    wanted = tuple(each.value for each in kinds or NewKind)
    level = judging.fail_on.value if judging.fail_on is not None else "never"
    threshold = LEAST if level == "never" else level

    def fails() -> bool:
        from scanner.casework.comparing import compared

        if old is None:
            return False
        found = compared(old, new, book=judging.book, knowledge=judging.knowledge, tool=tool_now())
        return tell_news(found, wanted, threshold if "finding" in wanted else None, lang)

    return fails
