"""The verbs for a case that is there: judge it again, write its reports again, draft its policy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import (
    BaselineFile,
    Case,
    ConfigFile,
    FailOn,
    Formats,
    Lang,
    Language,
    Qualified,
    Quiet,
    Reader,
    RuleFolders,
    RulesTrust,
    app,
    finish,
    language,
    misused,
    plain_text,
    qualified,
    tool_now,
    wanted,
    writing,
)
from scanner.cli.comparing import FailOnNew, NewKinds, new_since, ready
from scanner.cli.sealing import (
    AllowPrivate,
    SealWords,
    SelfSigned,
    SignCert,
    SignKey,
    SignPass,
    SignWith,
    Tsa,
    TsaTrust,
    sealing_of,
)
from scanner.cli.settings import Settings


@app.command()
def judge(
    case: Case,
    formats: Formats = None,
    profile: Reader = None,
    qualification: Qualified = None,
    rules: RuleFolders = None,
    rules_trust: RulesTrust = None,
    fail_on: Annotated[FailOn | None, typer.Option(help="As for scan.")] = None,
    sign_key: SignKey = None,
    sign_cert: SignCert = None,
    sign_pass: SignPass = None,
    self_signed: SelfSigned = False,
    sign_with: SignWith = None,
    tsa: Tsa = None,
    tsa_trust: TsaTrust = None,
    allow_private: AllowPrivate = False,
    baseline: BaselineFile = None,
    fail_on_new: FailOnNew = None,
    new_kinds: NewKinds = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Judge the stored facts of a case again, with the rules of today; the target is not needed."""
    from scanner.casework.again import judge_again

    settings = Settings(config)
    lang, formats = settings.lang(lang), settings.formats(formats)
    words = SealWords(
        sign_key,
        sign_cert,
        sign_pass,
        self_signed,
        sign_with,
        tsa,
        tsa_trust,
        allow_private,
    )
    sealing = sealing_of(settings, words)
    judging = settings.judging(
        profile, rules, rules_trust, fail_on, baseline, qualified(qualification)
    )
    ready(fail_on_new, case)
    report = judge_again(
        case,
        book=judging.book,
        knowledge=judging.knowledge,
        tool=tool_now(),
        formats_wanted=wanted(formats),
        choices=judging.choices,
        options=writing(lang, judging.fail_on),
        sealing=sealing,
    )
    news = new_since(fail_on_new, case, new_kinds, judging, lang)
    finish(report, case, judging.fail_on, quiet, lang, judging.choices.baseline, news)


@app.command()
def report(
    case: Case,
    formats: Formats = None,
    profile: Reader = None,
    qualification: Qualified = None,
    baseline: BaselineFile = None,
    unmask: Annotated[
        bool,
        typer.Option(
            "--unmask",
            help="Only of a sealed case: write report-unmasked.html and .json beside the report, "
            "with the values of --identity in the clear; wants --by and --reason, and is logged.",
        ),
    ] = False,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="Who unmasks; repeatable.", metavar="NAME")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why it is unmasked.", metavar="TEXT")
    ] = None,
    config: ConfigFile = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Write the report of a case again, in the formats wanted; nothing is judged.

    It stays for whom it was judged, unless --profile names another reader.
    """
    from scanner.casework.again import report_again

    if unmask:
        _unmask(case, by, reason, quiet, language(lang) is Language.ZH)
        return
    settings = Settings(config)
    lang, formats = settings.lang(lang), settings.formats(formats)
    held = settings.baseline(baseline)
    written = report_again(
        case,
        formats_wanted=wanted(formats),
        tool=tool_now(),
        profile=None if profile is None else profile.value,
        qualification=qualified(qualification),
        baseline=held,
        options=writing(lang, settings.fail_on(None)),
    )
    finish(written, case, None, quiet, lang, held)


def _unmask(
    case: Path, by: list[str] | None, reason: str | None, quiet: bool, chinese: bool
) -> None:
    from scanner.casework.leaving import report_in_the_clear

    who = tuple(name for one in by or () if (name := (plain_text(one) or "").strip()))
    why = (plain_text(reason) or "").strip()
    if not (who and why):
        misused("--unmask wants --by NAME and --reason TEXT", "the custody log keeps who and why")
    done = report_in_the_clear(case, tool=tool_now(), by=who, reason=why)
    if quiet:
        return
    typer.echo(str(case / "report-unmasked.html"))
    if chinese:
        typer.echo(f"明文 {done.shown} 处；仍脱敏 {done.left} 处（他人的值，或证据中已无法重读）")
    else:
        typer.echo(
            f"{done.shown} values in the clear; {done.left} stay masked (another person's, or not "
            "to be read again from the evidence)"
        )


@app.command()
def draft(case: Case, lang: Lang = None) -> None:
    """Print what the privacy policy of a case lacks, as Markdown to be completed."""
    from scanner.casework.again import draft_of
    from scanner.knowledge import load_knowledge, rules_folder

    knowledge = load_knowledge(rules_folder() / "lists")
    chinese = language(lang) is Language.ZH
    typer.echo(draft_of(case, knowledge=knowledge, chinese=chinese), nl=False)
