"""The verbs of a developer's project: its settings, its pipeline, and what it accepts."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import Case, Quiet, app, misused, plain_text


class Pipeline(enum.StrEnum):
    """Where a project has itself audited."""

    GITHUB = "github"
    GITLAB = "gitlab"
    PRE_COMMIT = "pre-commit"
    NONE = "none"


@app.command()
def init(
    ci: Annotated[
        Pipeline,
        typer.Option("--ci", help="The pipeline to write a file for, beside the settings."),
    ] = Pipeline.NONE,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there already.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Write a commented mingjian.toml, and a file for your pipeline, into the folder you are in.

    What is there already stays as it is, unless --force is given.
    """
    from scanner.config import PYPROJECT, find
    from scanner.pipelines import SETTINGS, set_up

    found = find(Path())
    elsewhere = found is not None and found.name == PYPROJECT
    written, kept = set_up(Path(), ci.value, force=force, settings=not elsewhere)
    for name in [PYPROJECT if elsewhere and one == SETTINGS else one for one in kept]:
        typer.echo(f"{name} is there already and stays as it is", err=True)
    if not quiet:
        typer.echo("\n".join(written))


@app.command()
def baseline(
    case: Case,
    finding: Annotated[
        list[str] | None,
        typer.Argument(
            help="Fingerprints, or their first 6 digits and more. Default: all.",
            metavar="[FINDING]...",
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write (TOML).", metavar="FILE")
    ] = Path("mingjian-baseline.toml"),
    reason: Annotated[str | None, typer.Option(help="Why they are accepted. Required.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who answers for that. Required.")] = None,
    expires: Annotated[
        str | None,
        typer.Option(help="The last day, e.g. 2027-01-31. Required.", metavar="DAY"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write a file that accepts findings of a case for a while; --baseline reads it."""
    from scanner.baseline import chosen, written
    from scanner.casework.standing import stored_report
    from scanner.new_file import write_new

    given = {"--reason": reason, "--owner": owner, "--expires": expires}
    lacks = [option for option, value in given.items() if value is None]
    if lacks:
        misused(f"{', '.join(lacks)} not given", "a finding is accepted by somebody, for a reason")
    found = chosen(stored_report(case), finding or ())
    data = written(
        found,
        reason=plain_text(reason) or "",
        owner=plain_text(owner) or "",
        expires=expires or "",
    )
    write_new({output: data}, force=force)
    if not quiet:
        typer.echo(f"{output}: {len(found)}")
