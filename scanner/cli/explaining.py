"""The verb that says why a case says what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import Case, ConfigFile, Lang, RuleFolders, RulesTrust, app, language
from scanner.cli.settings import Settings


@app.command()
def explain(
    case: Case,
    finding: Annotated[
        str,
        typer.Argument(
            help="The first digits of a finding's fingerprint, at least 6; or the id of a rule: "
            "all that it found, or why it found nothing.",
            metavar="FINDING",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Write it as Markdown into this new folder, with its pictures boxed.",
            metavar="FOLDER",
        ),
    ] = None,
    rules: RuleFolders = None,
    rules_trust: RulesTrust = None,
    config: ConfigFile = None,
    lang: Lang = None,
) -> None:
    """Explain a finding: the clause, the rule, the facts, the bytes, and what would end it."""
    from scanner.explain import explained, write

    settings = Settings(config)
    wanted = language(settings.lang(lang))
    judging = settings.judging(None, rules, rules_trust, None)
    told = explained(
        case, finding, book=judging.book, lang=wanted.value, pictures=output is not None
    )
    if output is None:
        typer.echo(told.text, nl=False)
    else:
        write(told, output)
        typer.echo(f"{output}", err=True)
