"""The verbs for a case that is there: judge it again, write its reports again, verify it."""

from __future__ import annotations

from typing import Annotated

import typer

from scanner.cli.app import (
    Case,
    ConfigFile,
    FailOn,
    Formats,
    Lang,
    Language,
    Quiet,
    Reader,
    RuleFolders,
    RulesTrust,
    app,
    finish,
    language,
    tool_now,
    wanted,
    written_in,
)
from scanner.cli.settings import Settings


@app.command()
def judge(
    case: Case,
    formats: Formats = None,
    profile: Reader = None,
    rules: RuleFolders = None,
    rules_trust: RulesTrust = None,
    fail_on: Annotated[FailOn | None, typer.Option(help="As for scan.")] = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Judge the stored facts of a case again, with the rules of today; the target is not needed."""
    from scanner.casework import judge_again

    settings = Settings(config)
    lang, formats = settings.lang(lang), settings.formats(formats)
    judging = settings.judging(profile, rules, rules_trust, fail_on)
    report = judge_again(
        case,
        book=judging.book,
        knowledge=judging.knowledge,
        tool=tool_now(),
        formats_wanted=wanted(formats),
        choices=judging.choices,
        lang=written_in(lang),
    )
    finish(report, case, judging.fail_on, quiet, lang)


@app.command()
def report(
    case: Case,
    formats: Formats = None,
    profile: Reader = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Write the report of a case again, in the formats wanted; nothing is judged.

    It stays for whom it was judged, unless --profile names another reader.
    """
    from scanner.casework import report_again

    settings = Settings(config)
    lang, formats = settings.lang(lang), settings.formats(formats)
    written = report_again(
        case,
        formats_wanted=wanted(formats),
        tool=tool_now(),
        profile=None if profile is None else profile.value,
        lang=written_in(lang),
    )
    finish(written, case, None, quiet, lang)


@app.command()
def verify(case: Case, quiet: Quiet = False) -> None:
    """Check a case against its manifest, byte for byte."""
    from scanner.casework import check

    check(case)
    if not quiet:
        typer.echo(f"{case}: every file is as it was sealed")


@app.command()
def draft(case: Case, lang: Lang = None) -> None:
    """Print what the privacy policy of a case lacks, as Markdown to be completed."""
    from scanner.casework import draft_of
    from scanner.knowledge import load_knowledge, rules_folder

    knowledge = load_knowledge(rules_folder() / "lists")
    chinese = language(lang) is Language.ZH
    typer.echo(draft_of(case, knowledge=knowledge, chinese=chinese), nl=False)
