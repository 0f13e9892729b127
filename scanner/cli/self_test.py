"""The verb by which the tool tries itself."""

from __future__ import annotations

import typer

from scanner.cli.app import Lang, Language, Quiet, app, books, language

FAILED_CODE = 5
"""Exit code where the tool's own answers are wrong: nothing that it says can be relied on."""


@app.command("self-test")
def self_test_now(quiet: Quiet = False, lang: Lang = None) -> None:
    """Try the tool on inputs whose answer is known: violating ones, and clean ones.

    Exit code 5 where an answer is wrong: what this installation says cannot be relied on.
    """
    import datetime

    from scanner.report.collected import tested
    from scanner.self_test import self_test

    knowledge, book = books(None, proofs=False)
    answers = self_test(book, knowledge, datetime.datetime.now().astimezone().date())
    chinese = language(lang) is Language.ZH
    for one in answers:
        if not quiet or not one.passed:
            typer.echo(f"{one.fixture}: {tested(one).said(chinese=chinese)}", err=not one.passed)
    if not all(one.passed for one in answers):
        raise typer.Exit(FAILED_CODE)
