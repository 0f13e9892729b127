"""The verbs that show and check the rules, and the vocabulary that they speak."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import (
    Lang,
    Language,
    Quiet,
    RuleFolders,
    app,
    books,
    language,
    misused,
    rules_app,
)
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

    typer.echo(listing(books(rules, proofs=False)[1], language(lang), as_json=as_json), nl=False)


@rules_app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(help="Id of a rule.", metavar="ID")],
    rules: RuleFolders = None,
    lang: Lang = None,
) -> None:
    """Show one rule: what it demands, on which norms, with its examples."""
    from scanner.rulebook.describe import showing

    typer.echo(showing(books(rules)[1], rule, language(lang)), nl=False)


@rules_app.command("norms")
def rules_norms(
    norm: Annotated[
        str | None,
        typer.Argument(help="One norm, or a list of labels such as cverc.", metavar="ID"),
    ] = None,
    rules: RuleFolders = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Lang = None,
) -> None:
    """List the norms; of one, each article and item with the rules that rest on it."""
    from scanner.rulebook.tables import norms

    typer.echo(
        norms(books(rules, proofs=False)[1], norm, language(lang), as_json=as_json), nl=False
    )


@rules_app.command("coverage")
def rules_coverage(
    row: Annotated[str | None, typer.Argument(help="One row only, e.g. cac-191-2.1.")] = None,
    rules: RuleFolders = None,
    long: Annotated[bool, typer.Option("--long", help="Name the rules of every cell.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if a cell is empty.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Lang = None,
) -> None:
    """Show which rules look where: every listed row by channel, and the empty cells."""
    from scanner.rulebook.tables import matrix

    book = books(rules, proofs=False)[1]
    text, empty = matrix(book, row, language(lang), long=long, as_json=as_json)
    typer.echo(text, nl=False)
    if strict and empty:
        raise typer.Exit(1)


@rules_app.command("wording")
def rules_wording(
    words: Annotated[str, typer.Argument(help="As a notice names the problem.")],
    rules: RuleFolders = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Lang = None,
) -> None:
    """Say which behaviours and rules a wording of a regulator's notice speaks of."""
    from scanner.rulebook.tables import wording

    knowledge, book = books(rules, proofs=False)
    said = wording(book, knowledge.wordings, words, language(lang), as_json=as_json)
    typer.echo(said, nl=False)


@rules_app.command("check")
def rules_check(
    rules: RuleFolders = None,
    changes: Annotated[
        bool,
        typer.Option(
            "--changes",
            help="Also turn each operator, value and statement into another one, and name those "
            "that no example notices.",
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Read every rule, judge its examples, and name each clause that no example pins."""
    from scanner.rulebook.proof import prove

    _, book = books(rules)
    doubts = prove(book)
    if doubts:
        raise RulebookError(doubts)
    examples = sum(len(each.examples) for each in book.rules)
    said = f"{len(book.rules)} rules, {examples} examples: each clause is pinned"
    if changes:
        from scanner.rulebook.mutation import survivors

        made = 0
        unnoticed = []
        for rule in book.rules:
            left, tried = survivors(rule, book)
            made += tried
            unnoticed += [f"{rule.file}:{line}: no example notices {what}" for what, line in left]
        typer.echo("".join(f"{line}\n" for line in unnoticed), nl=False)
        said += f"; of {made} changes {made - len(unnoticed)} are noticed"
    if not quiet:
        typer.echo(said)


@rules_app.command("fired")
def rules_fired(
    cases: Annotated[
        list[Path], typer.Argument(help="Case folders, or folders of them.", metavar="CASE...")
    ],
    rules: RuleFolders = None,
    never: Annotated[
        bool, typer.Option("--never", help="Only the rules that fired in none of them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Count over many cases how often each rule fired, and name those that never did."""
    from scanner.case import cases_in
    from scanner.casework.standing import stored_report
    from scanner.rulebook.firing import firing, told

    _, book = books(rules, proofs=False)
    reports = (stored_report(folder) for folder in cases_in(cases))
    rows = firing(book, ((report.subject.kind, report.rulings) for report in reports))
    if never:
        rows = tuple(row for row in rows if not row.fired and not row.by_hand)
    typer.echo(told(rows, as_json=as_json), nl=False)


@rules_app.command("new")
def rules_new(
    rule: Annotated[str, typer.Argument(help="Id of the rule: words joined by hyphens.")],
    folder: Annotated[
        Path, typer.Option("--into", help="Folder to write ID.yaml into.", metavar="FOLDER")
    ] = Path(),
) -> None:
    """Write a new rule file that works, to be changed into yours."""
    from scanner.rulebook.describe import new_rule

    if any(each.id == rule for each in books(None, proofs=False)[1].rules):
        misused(f"{rule} is the id of a rule of ours", "an id is never used twice: choose another")
    typer.echo(f"{new_rule(rule, folder)}: now change it, then: mingjian rules check -r {folder}")
