"""The verb for a regulator's table of many cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import Lang, Quiet, app, language, tool_now


@app.command()
def table(
    case: Annotated[
        list[Path],
        typer.Argument(help="Case folders, or folders that hold some.", metavar="CASE..."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="notice.xlsx or notice.csv.", metavar="FILE")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Write the notice table of several cases: app, developer, source, version, issues.

    Only what two named persons confirmed is an issue; all else is listed apart as a clue.
    """
    from scanner.casework.papers import notice_of
    from scanner.new_file import write_new

    data = notice_of(case, output, lang=language(lang).value, tool=tool_now())
    write_new({output: data}, force=force)
    if not quiet:
        typer.echo(f"{output}")
