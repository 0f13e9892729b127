"""The command, the options that several verbs share, and how they end."""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from scanner.knowledge import Knowledge
    from scanner.model import Report, Tool
    from scanner.rulebook.rule import Rulebook


app = typer.Typer(
    name="mingjian",
    help="明鉴 Mingjian: audit apps, sites and recorded traffic for privacy violations against "
    "rule files.\n\n"
    "Exit codes: 0 done; 1 findings at or above --fail-on; 2 wrong usage; 3 nothing could be "
    "audited; 4 rulebook refused; 5 evidence does not verify; 70 a fault of mingjian itself.",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(
    help="The rules: list, show, norms, coverage, wording, check, new.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.add_typer(rules_app, name="rules")


class Language(enum.StrEnum):
    """Language of the talk and of the summary."""

    ZH = "zh"
    EN = "en"


class Format(enum.StrEnum):
    """Files that a report can be written to."""

    JSON = "json"
    HTML = "html"
    TEXT = "text"


class FailOn(enum.StrEnum):
    """From which findings on the exit code is 1."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    PROVEN_CRITICAL = "proven-critical"
    PROVEN_HIGH = "proven-high"
    PROVEN_MEDIUM = "proven-medium"
    PROVEN_LOW = "proven-low"
    NEVER = "never"


class Profile(enum.StrEnum):
    """For whom a report is written."""

    REGULATOR = "regulator"
    PROCURATOR = "procurator"
    DEVELOPER = "developer"


Lang = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        help="zh or en, of the talk and of report files; by default of the talk what the locale "
        "says, of files zh.",
    ),
]
RuleFolders = Annotated[
    list[Path] | None,
    typer.Option("--rules", "-r", help="A further folder of rule files; repeatable."),
]
RulesTrust = Annotated[
    Path | None,
    typer.Option(
        help="A certificate (PEM): every folder of --rules must be signed by it, or nothing is "
        "judged.",
        metavar="CERT",
    ),
]
Reader = Annotated[
    Profile | None,
    typer.Option(
        "--profile",
        help="For whom: regulator (the table of proven findings leads, all else awaits sign-off), "
        "procurator (all evidence, what the case lacks, no --resolve), developer (what to change "
        "leads, --fail-on proven-high). Default: everybody.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="Settings of yours. Default: mingjian.toml here, or [tool.mingjian] of "
        "pyproject.toml; the call wins over them.",
        metavar="FILE",
    ),
]
Formats = Annotated[
    list[Format] | None,
    typer.Option(
        "--format", "-f", help="Report files beside report.json; repeatable. Default: html."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No summary and no progress.")]
Case = Annotated[Path, typer.Argument(help="A case folder that mingjian wrote.", metavar="CASE")]


def books(
    folders: list[Path] | None, trust: Path | None = None, *, proofs: bool = True
) -> tuple[Knowledge, Rulebook]:
    """Give the tables and the rulebook: our rules, and those of further folders.

    Where `trust` names a certificate, each further folder must be signed by it. Without `proofs`
    the examples of our own rules are left unread.
    """
    from scanner.knowledge import load_knowledge, rules_folder
    from scanner.rulebook.load import load_rulebook

    own = rules_folder()
    knowledge = load_knowledge(own / "lists")
    return knowledge, load_rulebook([own, *(folders or [])], knowledge, trust=trust, proofs=proofs)


def wanted(formats: list[Format] | None) -> list[str]:
    """Give the names of the formats wanted, else the usual one."""
    return [each.value for each in formats or [Format.HTML]]


def saying(quiet: bool) -> Callable[[str], None]:
    """Give what tells a waiting person what is done: nothing where nobody waits."""
    if quiet or not terminal(sys.stderr):
        return lambda _: None
    return lambda text: typer.echo(f"… {text}", err=True)


def terminal(stream: TextIO | None) -> bool:
    """Say whether a person reads the stream."""
    return stream is not None and stream.isatty()


def language(lang: Language | None) -> Language:
    """Give the language of the talk: as wanted, else what the locale says, else Chinese."""
    if lang is not None:
        return lang
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return Language.EN if locale.startswith("en") else Language.ZH


def written_in(lang: Language | None) -> Literal["zh", "en"]:
    """Give the language in which files open: as wanted, else Chinese, so that the machine's locale
    changes no byte of a case."""
    return "en" if lang is Language.EN else "zh"


def misused(what: str, hint: str) -> NoReturn:
    """Refuse a word of the call."""
    from scanner.errors import UsageError

    raise UsageError(what, hint=hint)


def plain_text(words: str | None) -> str | None:
    """Give words of the call without what a terminal would obey."""
    from scanner.tool import plain

    return None if words is None else plain(words)


def tool_now() -> Tool:
    """Say which program this is, and how and when it was called."""
    import datetime

    from scanner.tool import this_tool

    return this_tool(sys.argv[1:], datetime.datetime.now().astimezone())


def finish(
    report: Report, case: Path, fail_on: FailOn | None, quiet: bool, lang: Language | None
) -> None:
    """Print the summary, and end with the exit code that the report deserves."""
    if not quiet:
        _print_summary(report, case, lang)
    _print_lacks(report, lang)
    readable = [source for source in report.sources if source.readable]
    alone = any(source.channel in ("traffic", "policy", "device") for source in readable)
    if not readable or not (report.subject.id or alone):
        raise typer.Exit(3)
    if fail_on not in (None, FailOn.NEVER) and _reached(report, fail_on.value):
        raise typer.Exit(1)


def _print_summary(report: Report, case: Path, lang: Language | None) -> None:
    from scanner.report import render

    def unopened(digest: str) -> bytes:
        raise AssertionError(digest)

    colour = terminal(sys.stdout) and "NO_COLOR" not in os.environ
    place = str(case / "report.html")
    text = render("text", report, unopened, lang=language(lang).value, colour=colour, place=place)
    typer.echo(text.decode(), nl=False)


def _print_lacks(report: Report, lang: Language | None) -> None:
    """Say what the profile requires and the case does not say; a quiet call hears of it too."""
    lacks = [each for each in report.required if not each.given]
    chinese = language(lang) is Language.ZH
    if lacks:
        typer.echo(
            "本案尚缺（必需）：" if chinese else "required, and this case lacks it:", err=True
        )
    for each in lacks:
        typer.echo(f"  {each.option}  {each.what.said(chinese=chinese)}", err=True)


def _reached(report: Report, threshold: str) -> bool:
    order = ("critical", "high", "medium", "low")
    proven, level = threshold.startswith("proven-"), threshold.removeprefix("proven-")
    counted = order[: order.index(level) + 1]
    return any(
        finding.certainty == "proven" or not proven
        for ruling in report.rulings
        if ruling.severity in counted and not ruling.advisory
        for finding in ruling.findings
    )
