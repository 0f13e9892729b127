"""The verbs that show and check the rules, and the vocabulary that they speak."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import Lang, Language, Quiet, RuleFolders, app, books, language, rules_app
from scanner.errors import RulebookError


@app.command()
def facts(
    kind: Annotated[str | None, typer.Argument(help="One kind only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print the vocabulary: every kind of fact that a rule can speak of, field by field."""
    from scanner.rulebook.describe import vocabulary

    typer.echo(vocabulary(kind, as_json=as_json), nl=False)


@app.command()
def types(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Lang = None,
) -> None:
    """List the 39 types of app: basic function, necessary information, reasonable permissions."""
    from scanner.knowledge import load_knowledge, rules_folder
    from scanner.knowledge.app_types import listing

    known = load_knowledge(rules_folder() / "lists")
    chinese = language(lang) is Language.ZH
    text = listing(known.app_types, known.permission_codes, chinese=chinese, as_json=as_json)
    typer.echo(text, nl=False)


@rules_app.command("list")
def rules_list(
    rules: RuleFolders = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Lang = None,
) -> None:
    """List every rule: id, behaviour, severity, ceiling, title."""
    from scanner.rulebook.describe import listing

    typer.echo(listing(books(rules)[1], language(lang), as_json=as_json), nl=False)


@rules_app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(help="Id of a rule.", metavar="ID")],
    rules: RuleFolders = None,
    lang: Lang = None,
) -> None:
    """Show one rule: what it demands, on which norms, with its examples."""
    from scanner.rulebook.describe import showing

    typer.echo(showing(books(rules)[1], rule, language(lang)), nl=False)


@rules_app.command("check")
def rules_check(rules: RuleFolders = None, quiet: Quiet = False) -> None:
    """Read every rule, judge its examples, and name each clause that no example pins."""
    from scanner.rulebook.proof import prove

    _, book = books(rules)
    doubts = prove(book)
    if doubts:
        raise RulebookError(doubts)
    if not quiet:
        examples = sum(len(each.examples) for each in book.rules)
        typer.echo(f"{len(book.rules)} rules, {examples} examples: each clause is pinned")


@rules_app.command("new")
def rules_new(
    rule: Annotated[str, typer.Argument(help="Id of the rule: words joined by hyphens.")],
    folder: Annotated[
        Path, typer.Option("--into", help="Folder to write ID.yaml into.", metavar="FOLDER")
    ] = Path(),
) -> None:
    """Write a new rule file that works, to be changed into yours."""
    from scanner.rulebook.describe import new_rule

    typer.echo(f"{new_rule(rule, folder)}: now change it, then: mingjian rules check -r {folder}")
