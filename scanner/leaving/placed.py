"""A new file or folder outside a case, which stands whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from scanner.errors import UsageError
from scanner.evidence.vault import tidy
from scanner.new_file import outside

HINT = "give a name to -o that does not exist yet, in a folder where you may write"


@contextlib.contextmanager
def new_place(destination: Path) -> Iterator[Path]:
    """Give a place beside the destination to write to, which takes its name when all went well.

    Raises UsageError where something stands there, where it would lie inside a case, or where it
    cannot be written; nothing half-written is ever left.
    """
    place = Path(os.path.abspath(destination))  # noqa: PTH100 - a link must stay visible
    shown = tidy(str(destination))
    if place.is_symlink() or place.exists():
        raise UsageError(f"{shown} exists already", hint=HINT)
    outside(destination)
    if not place.parent.is_dir():
        raise UsageError(f"{shown} cannot be written: its folder does not exist", hint=HINT)
    part = place.parent / f".mingjian-{secrets.token_hex(8)}"
    try:
        yield part
        # The kernel refuses a folder that somebody filled meanwhile; for a file we look again.
        if part.is_file() and (place.is_symlink() or place.exists()):
            raise UsageError(f"{shown} exists already", hint=HINT)
        part.rename(place)
    except OSError as error:
        raise UsageError(f"{shown} cannot be written: {error.strerror}", hint=HINT) from error
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
