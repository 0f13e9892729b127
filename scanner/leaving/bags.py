"""A bag (RFC 8493): a folder that says of itself which files it holds, with their digests."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from scanner.evidence.vault import open_plain
from scanner.leaving.copies import Content

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TAG_MANIFEST = "tagmanifest-sha256.txt"
"""Lists the bag's own lists: the digest of this file stands for the whole bag."""
_CHUNK = 1 << 20
_ENCODED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
"""What RFC 8493, 2.1.3 wants written otherwise in the path of a file."""
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def write_bag(folder: Path, content: Content, info: Mapping[str, str]) -> str:
    """Write a bag with `content` as its payload and give the SHA-256 of its tag manifest.

    `info` is what bag-info.txt says beside the Payload-Oxum; the same content and words give the
    same bytes.
    """
    data = folder / "data"
    data.mkdir(parents=True)
    lines, octets = [], 0
    for name, source in content.files.items():
        place = data / name
        place.parent.mkdir(parents=True, exist_ok=True)
        sha256, size = _put(source, place)
        octets += size
        lines.append(f"{sha256}  {encoded(f'data/{name}')}\n")
    told = {**info, "Payload-Oxum": f"{octets}.{len(content.files)}"}
    tags = {
        "bag-info.txt": "".join(f"{label}: {_line(words)}\n" for label, words in told.items()),
        "bagit.txt": DECLARATION.decode(),
        "manifest-sha256.txt": "".join(lines),
    }
    listed = ""
    for name, text in sorted(tags.items()):
        (folder / name).write_bytes(text.encode())
        listed += f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
    (folder / TAG_MANIFEST).write_bytes(listed.encode())
    return hashlib.sha256(listed.encode()).hexdigest()


def encoded(path: str) -> str:
    """Give the path of a file as a manifest of a bag writes it."""
    return re.sub(r"[%\r\n]", lambda found: _ENCODED[found[0]], path)


def _line(words: str) -> str:
    """Give words as one line: a line that begins with a space would continue the one before."""
    return _BREAKS.sub(" ", words).strip()


def _put(source: Path | bytes, place: Path) -> tuple[str, int]:
    if isinstance(source, bytes):
        place.write_bytes(source)
        return hashlib.sha256(source).hexdigest(), len(source)
    digest, size = hashlib.sha256(), 0
    with open_plain(source) as file, place.open("xb") as into:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            into.write(chunk)
    shutil.copymode(source, place)
    return digest.hexdigest(), size
