"""Several files as one piece of evidence: a zip that holds their bytes and names, and no more."""

from __future__ import annotations

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
    """Give the plain files of a folder by their names below it, sorted; links are left out.

    Raises NotAuditable where it holds too many, UsageError where it cannot be read.
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
            if path.is_symlink() or path.name.startswith("."):
                continue
            name = f"{above}{path.name}"
            if path.is_dir() and name.count("/") + 1 < DEEPEST:
                waiting.append((path, f"{name}/"))
            elif path.is_file():
                found[name] = path
            if len(found) > MOST_FILES:
                said = f"{tidy(folder.name)} holds over {MOST_FILES} files"
                raise NotAuditable(said, hint="leave out what does not belong to it")
    return dict(sorted(found.items()))


def keep_packed(files: Mapping[str, Path], vault: Vault, *, name: str) -> Evidence:
    """Keep files as one zip, unpacked within it, so that their bytes stand there as they were.

    Raises UsageError where one cannot be read, NotAuditable where the vault has no room.
    """
    with tempfile.TemporaryDirectory(prefix="mingjian-packing-") as place:
        path = Path(place) / "packed.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for inner, file in files.items():
                entry = zipfile.ZipInfo(inner, _NO_DAY)
                entry.external_attr = (stat.S_IFREG | 0o444) << 16
                entry.create_system = 3
                with open_plain(file) as source, archive.open(entry, "w", force_zip64=True) as into:
                    while chunk := source.read(_CHUNK):
                        into.write(chunk)
        return vault.keep_file(path, name=name, media_type=ZIP)
