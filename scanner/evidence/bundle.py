"""A plain manifest: a digest for every file of a folder, in the form that `sha256sum -c` checks."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from scanner.errors import EvidenceError, UsageError
from scanner.evidence.digests import Pair, of_files, shown, walk
from scanner.evidence.lists import MANIFEST, written


def write_manifest(folder: Path) -> None:
    """List the SHA-256 of every file of a folder, sorted by path, so that anyone can check it.

    The manifest takes the place of an older one in one step. Raises EvidenceError when the folder
    holds anything but plain files and folders, for which no digest can vouch.
    """
    names = plain_files(folder)
    names.discard(os.fsencode(MANIFEST))
    digests = whole(of_files(folder, names, with_sm3=False))
    lines = written({name: pair.sha256 for name, pair in digests.items()})
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        part.write_bytes(lines)
        part.replace(folder / MANIFEST)
    except OSError as error:
        raise UsageError(
            f"{MANIFEST} cannot be written: {error.strerror}",
            hint="check the free space and your permission to write into the case folder",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def plain_files(folder: Path) -> set[bytes]:
    """Give the name of every file of a folder.

    Raises EvidenceError when it holds anything but plain files and folders.
    """
    found = walk(folder)
    odd = next((name for name in sorted(found) if not found[name]), None)
    if odd is not None:
        raise EvidenceError(
            f"{shown(odd)} is no plain file",
            hint="a case holds files and folders only; remove the link or special file",
        )
    return set(found)


def whole(digests: dict[bytes, Pair | None]) -> dict[bytes, Pair]:
    """Give digests of which none is missing; raises UsageError for a file that was not read."""
    found: dict[bytes, Pair] = {}
    for name, pair in digests.items():
        if pair is None:
            said = f"{shown(name)} cannot be read"
            raise UsageError(said, hint="check your permission to read the case folder")
        found[name] = pair
    return found


def names_of(files: Iterable[str]) -> set[bytes]:
    """Give names as the system writes them."""
    return {os.fsencode(name) for name in files}
