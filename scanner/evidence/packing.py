"""Several files as one piece of evidence: a zip that holds their bytes and names, and no more."""

from __future__ import annotations

import os
import stat
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from scanner.errors import NotAuditable, UsageError
from scanner.evidence.vault import Vault, open_plain, tidy
from scanner.model import Evidence

MOST_FILES = 20_000
"""Files of one folder at most."""
DEEPEST = 3
"""Folders, one in the other, that are looked into."""
ZIP = "application/zip"
_NO_DAY = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name: the same files give the same bytes."""
_CHUNK = 1 << 20


def files_in(folder: Path) -> dict[str, Path]:
    """Give the plain files of a folder by their names below it, sorted; hidden ones are left out.

    Raises NotAuditable where it holds too many, UsageError where it cannot be read, or holds what
    is no plain file, such as a link: nobody could say what it was at the time.
    """
    found: dict[str, Path] = {}
    waiting = [(folder, "")]
    while waiting:
        here, above = waiting.pop()
        try:
            entries = sorted(here.iterdir())
        except OSError as error:
            hint = "make it readable"
            raise UsageError(f"{tidy(here.name)}: {error.strerror}", hint=hint) from None
        for path in entries:
            if path.name.startswith("."):
                continue
            name = f"{above}{path.name}"
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                said = f"{tidy(name)} in {tidy(folder.name)} is no plain file"
                raise UsageError(said, hint="put the file itself there, or take it away")
            if path.is_file():
                found[name] = path
            elif name.count("/") + 1 < DEEPEST:
                waiting.append((path, f"{name}/"))
            if len(found) > MOST_FILES:
                said = f"{tidy(folder.name)} holds over {MOST_FILES} files"
                raise NotAuditable(said, hint="leave out what does not belong to it")
    return dict(sorted(found.items()))


def keep_packed(files: Mapping[str, Path], vault: Vault, *, name: str) -> Evidence:
    """Keep files as one zip, unpacked within it, so that their bytes stand there as they were.

    A name that is no UTF-8 stands there by its bytes. Raises UsageError where one cannot be read,
    or changes meanwhile, NotAuditable where the vault has no room.
    """
    with tempfile.TemporaryDirectory(prefix="mingjian-packing-") as place:
        path = Path(place) / "packed.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for inner, file in files.items():
                entry = zipfile.ZipInfo(_written(inner), _NO_DAY)
                entry.external_attr = (stat.S_IFREG | 0o444) << 16
                entry.create_system = 3
                with open_plain(file) as source, archive.open(entry, "w", force_zip64=True) as into:
                    before = os.fstat(source.fileno())
                    while chunk := source.read(_CHUNK):
                        into.write(chunk)
                    _check_unchanged(before, os.fstat(source.fileno()), inner)
        return vault.keep_file(path, name=name, media_type=ZIP)


def _written(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _check_unchanged(before: os.stat_result, after: os.stat_result, name: str) -> None:
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        said = f"{tidy(name)} changed while it was read"
        raise UsageError(said, hint="end the run first, then audit its recording")
