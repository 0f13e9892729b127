"""The verbs for what leaves a case: export a copy of it, purge raw material."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.app import Case, Lang, Language, Quiet, app, language, plain_text, tool_now


class ExportForm(enum.StrEnum):
    """What a case is written as."""

    BAGIT = "bagit"
    ZIP = "zip"
    WARC = "warc"
    WACZ = "wacz"


class PurgeKind(enum.StrEnum):
    """What is taken out."""

    BODIES = "bodies"
    IDENTITY = "identity"
    ALL_RAW = "all-raw"


By = Annotated[
    list[str] | None, typer.Option("--by", help="Who does it; repeatable.", metavar="NAME")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Why.", metavar="TEXT")]


@app.command()
def export(
    case: Case,
    form: Annotated[
        ExportForm,
        typer.Option(
            "--format",
            "-f",
            help="bagit: a folder by RFC 8493; zip: one file; warc, wacz: the recorded traffic, to "
            "be replayed by any viewer (with --complete).",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where to; nothing may stand there.")
    ],
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="Everything, with personal values in the clear. Default: the masked copy for "
            "circulation, without raw traffic, recordings and pictures; it verifies all the same.",
        ),
    ] = False,
    by: By = None,
    reason: Reason = None,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Write a copy of a case for others, or an archive that replays its site; the log keeps it."""
    from scanner.casework.leaving import export as export_case

    done = export_case(
        case,
        output,
        form=form.value,
        complete=complete,
        tool=tool_now(),
        by=tuple(str(plain_text(one)) for one in by or ()),
        reason=plain_text(reason) or "",
    )
    if quiet:
        return
    chinese = language(lang) is Language.ZH
    typer.echo(f"{plain_text(str(output))}: {done.form}, SHA-256 {done.sha256}")
    if done.form in ("warc", "wacz"):
        typer.echo(f"请求 {done.files} 次" if chinese else f"{done.files} requests")
    elif chinese:
        typer.echo(f"文件 {done.files} 个；有意未附 {done.left_out} 个（left-out.txt）")
    else:
        typer.echo(f"{done.files} files; {done.left_out} left out on purpose (left-out.txt)")
    for note in done.notes:
        typer.echo(f"  – {note}")


@app.command()
def purge(
    case: Case,
    by: By = None,
    reason: Reason = None,
    kind: Annotated[
        PurgeKind,
        typer.Option(
            help="bodies: traffic, runs, sessions, pages, identity; identity: that file alone; "
            "all-raw: also pictures and films. Packages and policies stay.",
        ),
    ] = PurgeKind.BODIES,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be taken out.")
    ] = False,
    quiet: Quiet = False,
    lang: Lang = None,
) -> None:
    """Take raw material with personal data out of a case for good; what is left still verifies."""
    from scanner.casework.leaving import purge as purge_case
    from scanner.cli.app import misused
    from scanner.leaving.holdings import KINDS

    who = tuple(name for one in by or () if (name := str(plain_text(one)).strip()))
    why = (plain_text(reason) or "").strip()
    if not dry_run and not (who and why):
        misused("a purge wants --by NAME and --reason TEXT", "the custody log keeps who and why")
    done = purge_case(case, kind=kind.value, tool=tool_now(), by=who, reason=why, dry=dry_run)
    if quiet:
        return
    chinese = language(lang) is Language.ZH
    count, size = len(done.evidence) + len(done.unmasked), f"{done.bytes:,}"
    if chinese:
        typer.echo(f"{'将清除' if dry_run else '已清除'} {count} 个文件，{size} 字节")
    else:
        typer.echo(f"{count} files, {size} bytes {'would go' if dry_run else 'taken out'}")
    for name, many in done.kinds().items():
        typer.echo(f"  – {many} × {KINDS[name].said(chinese=chinese)}")
