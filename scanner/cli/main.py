"""From the call to the exit code: every error that a person can mend is one line and a hint."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Annotated

import typer

from scanner import __version__
from scanner.cli.app import app
from scanner.errors import MingjianError, RulebookError

FAULT_CODE = 70
"""Exit code for a fault of the program itself (EX_SOFTWARE of sysexits.h)."""
GARBAGE_THRESHOLD = 100_000
"""Objects between two searches for dead cycles: a run is short, and tables make many objects."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mingjian {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; every error that a person can mend ends in one line and a hint."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        app()
    except RulebookError as error:
        for fault in error.faults:
            typer.echo(f"{fault}\n    {fault.hint}", err=True)
        sys.exit(_complain(error))
    except MingjianError as error:
        sys.exit(_complain(error))
    except OSError as error:
        why = error.strerror or type(error).__name__
        said = f"{error.filename}: {why}" if error.filename else why
        hint = "see that there is room, and that you may read and write there"
        sys.exit(_complain(MingjianError(said, hint=hint)))
    except KeyboardInterrupt:
        typer.echo("stopped; nothing was left behind", err=True)
        sys.exit(130)
    except SystemExit as end:
        sys.exit(_code(end))
    except Exception as error:
        sys.exit(_fault(error))
    finally:
        gc.freeze()  # all ends with the process; a last search of it for cycles helps nobody


def _stop(number: int, _frame: object) -> None:
    """End as an exception does, so that what was begun is cleared away."""
    sys.exit(128 + number)


def _code(end: SystemExit) -> str | int | None:
    """Give the exit code; what Typer ends with 1 by itself would pass for findings."""
    told: BaseException | None = end.__context__
    if end.code == 1 and isinstance(told, typer.Abort):
        return _fault(told.__cause__ or told)
    if end.code == 1 and isinstance(told, BrokenPipeError):
        return 128 + signal.SIGPIPE
    return end.code


def _fault(error: BaseException) -> int:
    """Own up to a fault that nobody foresaw; what it says of the input stays unsaid."""
    if os.environ.get("MINGJIAN_DEBUG"):
        raise error
    said = f"this is a fault of mingjian: {type(error).__name__}; please report it"
    _complain(MingjianError(said, hint="send what it says when run with MINGJIAN_DEBUG=1"))
    return FAULT_CODE


def _complain(error: MingjianError) -> int:
    typer.echo(f"mingjian: {error}\n  hint: {error.hint}", err=True)
    return error.exit_code
