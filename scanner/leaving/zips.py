"""A case as one zip: the same files give the same bytes, and it unpacks to a case that verifies."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

from scanner.evidence.vault import open_plain

NO_DAY = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name: the same files give the same bytes."""
FOLDER = "case/"
"""The folder into which it unpacks, whatever the case is called."""
_CHUNK = 1 << 20
_CLOSED = (b"PK\x03\x04", b"\xff\xd8\xff", b"\x1aE\xdf\xa3", b"\x1f\x8b")
"""How files begin that are compressed already: packages, pictures, films."""


def write_zip(
    place: Path, files: Mapping[str, Path | bytes], *, folder: str = FOLDER, stored: bool = False
) -> None:
    """Write files as one zip, in the order given; `stored` leaves all uncompressed."""
    with zipfile.ZipFile(place, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, source in files.items():
            entry = zipfile.ZipInfo(f"{folder}{name}", NO_DAY)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            closed = stored or _is_closed(source)
            entry.compress_type = zipfile.ZIP_STORED if closed else zipfile.ZIP_DEFLATED
            if isinstance(source, bytes):
                archive.writestr(entry, source)
                continue
            with open_plain(source) as file, archive.open(entry, "w", force_zip64=True) as into:
                while chunk := file.read(_CHUNK):
                    into.write(chunk)


def _is_closed(source: Path | bytes) -> bool:
    if isinstance(source, bytes):
        return source.startswith(_CLOSED)
    with open_plain(source) as file:
        return file.read(4).startswith(_CLOSED)
