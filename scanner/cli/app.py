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
    from scanner.model import Baseline, Qualification, Report, Tool
    from scanner.report.words import Options
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


LONGEST_QUALIFICATION = 200
"""Characters of a qualification at most: a number, and a name."""
MOST_SAID = 20
"""Lines of one kind that are said at most."""


class Language(enum.StrEnum):
    """Language of the talk and of the summary."""

    ZH = "zh"
    EN = "en"


class Format(enum.StrEnum):
    """Files that a report can be written to."""

    JSON = "json"
    HTML = "html"
    TEXT = "text"
    DOCX = "docx"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    CSV = "csv"
    XLSX = "xlsx"


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
Qualified = Annotated[
    str | None,
    typer.Option(
        "--qualification",
        help="Number of the qualification under which your body tests, with its name if you like: "
        "the paper (-f docx) is then called 检测报告, a test report, and says that you stated it.",
        metavar="TEXT",
    ),
]
BaselineFile = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        help="Findings that are accepted for a while (mingjian baseline writes the file): they "
        "stay listed and do not fail the call.",
        metavar="FILE",
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


def writing(lang: Language | None, fail_on: FailOn | None = None) -> Options:
    """Say how the formats are to be written: in which language, and from what on a rule fails."""
    from scanner.report.words import Options

    return Options(lang=written_in(lang), fail_on=None if fail_on is None else fail_on.value)


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


def qualified(words: str | None) -> Qualification | None:
    """Give the qualification that a call states."""
    from scanner.model import Qualification

    said = " ".join((plain_text(words) or "").split())
    if words is not None and not said:
        misused("--qualification says nothing", "write its number, e.g. CMA 170000000000")
    return Qualification(number=said[:LONGEST_QUALIFICATION]) if said else None


def tool_now() -> Tool:
    """Say which program this is, and how and when it was called."""
    import datetime

    from scanner.personal.veil import formed
    from scanner.surroundings import clock_of
    from scanner.tool import this_tool

    now = datetime.datetime.now().astimezone()
    words = [formed(plain_text(word) or "") for word in sys.argv[1:]]
    return this_tool(words, now, clock_of(now.isoformat(timespec="seconds")))


def finish(
    report: Report,
    case: Path,
    fail_on: FailOn | None,
    quiet: bool,
    lang: Language | None,
    baseline: Baseline | None = None,
    news: Callable[[], bool] = lambda: False,
) -> None:
    """Print the summary, and end with the exit code that the report deserves.

    `news` says, where something could be audited, whether what is new fails the call too.
    """
    if not quiet:
        _print_summary(report, case, lang)
    _print_lacks(report, lang)
    _print_failed(report, lang)
    _print_baseline(report, baseline, lang)
    readable = [source for source in report.sources if source.readable]
    alone = any(source.channel in ("traffic", "policy", "device") for source in readable)
    if not readable or not (report.subject.id or alone):
        raise typer.Exit(3)
    failed = fail_on not in (None, FailOn.NEVER) and _reached(report, fail_on.value)
    if news() or failed:
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


def _print_failed(report: Report, lang: Language | None) -> None:
    """Say where the tool's own answers were wrong; a quiet call hears of it too."""
    from scanner.report.collected import failed, tested

    for one in failed(report):
        said = tested(one).said(chinese=language(lang) is Language.ZH)
        typer.echo(f"self-test {one.fixture}: {said}", err=True)


def _print_baseline(report: Report, baseline: Baseline | None, lang: Language | None) -> None:
    """Say which accepted findings fail again, and which entries speak of nothing that is here."""
    from scanner.baseline import unmatched
    from scanner.report.words import visible

    chinese = language(lang) is Language.ZH
    expired = [
        f"{one.rule} {one.fingerprint[:12]} {one.owner} {one.expires}"
        for one in report.accepted
        if one.expired
    ]
    lost = [
        f"{one.rule or ''} {one.fingerprint[:12]} {one.owner}".strip()
        for one in unmatched(baseline, report)
    ]
    for lines, label in (
        (
            expired,
            "基线已过期，重新计入：" if chinese else "accepted no longer, the day has passed:",
        ),
        (lost, "基线所列而本次未见：" if chinese else "in the baseline, and not found this time:"),
    ):
        if lines:
            typer.echo(label, err=True)
        for each in lines[:MOST_SAID]:
            typer.echo(f"  {visible(each)}", err=True)
        if len(lines) > MOST_SAID:
            typer.echo(f"  … (+{len(lines) - MOST_SAID})", err=True)


def _reached(report: Report, threshold: str) -> bool:
    from scanner.report.listed import fails, listed

    return any(fails(one, threshold) for one in listed(report))
