"""Files that a person wants outside of a case: written whole or not at all, and over nothing.

A case is sealed, and whatever else came to lie in it would keep it from verifying: so here is also
how a case is known.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from scanner.errors import UsageError

FACTS = "facts.jsonl"
"""The file that makes a folder a case: what was looked at (line 1), what was seen and not seen."""


def is_case(folder: Path) -> bool:
    """Tell whether a folder holds facts that Mingjian wrote, of whatever version."""
    path = folder / FACTS
    try:
        if path.is_symlink() or not path.is_file():
            return False
        with path.open("rb") as file:
            return file.readline(200).startswith(b'{"schema":"mingjian/facts/')
    except OSError:  # a folder in which we may not look, as above one's home
        return False


def outside(destination: Path) -> None:
    """Raise UsageError where a file or folder to be made would lie inside a case, whosever."""
    folder = destination.parent.resolve()
    for each in (folder, *folder.parents):
        if is_case(each):
            raise UsageError(
                f"{_shown(destination)} lies inside the case {_shown(each)}",
                hint="a case is sealed as it is: name a place outside of it",
            )


def write_new(files: Mapping[Path, bytes], *, force: bool = False) -> None:
    """Write files that are not there yet; with `force` older files give way, and nothing else.

    Folders of theirs are made. Raises UsageError where one cannot stand, as inside a case; then
    none is written.
    """
    for path in files:
        outside(path)
        if os.path.lexists(path) and not (force and path.is_file() and not path.is_symlink()):
            hint = "name another place, or --force to replace that file"
            if path.is_dir() or path.is_symlink():
                hint = "name another place"
            raise UsageError(f"{_shown(path)} already exists", hint=hint)
    parts: dict[Path, Path] = {}
    made: list[Path] = []
    path = Path()
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path] = path.parent / f".{secrets.token_hex(8)}.part"
            parts[path].write_bytes(data)
        for path, part in parts.items():
            if force:
                part.replace(path)
            else:
                _place(part, path)
                made.append(path)
    except OSError as error:
        for each in made:
            each.unlink(missing_ok=True)
        raise UsageError(
            f"{_shown(path)} cannot be written: {error.strerror or type(error).__name__}",
            hint="check the free space and your permission to write there",
        ) from error
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def _place(part: Path, path: Path) -> None:
    """Give a file its name, unless something came there meanwhile, which a rename would replace."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without a second name for a file
        with path.open("xb") as file:
            file.write(part.read_bytes())


def _shown(path: Path) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")
