"""Small reports whose evidence is made on the spot, and the project's own cases, each made once."""

from __future__ import annotations

import functools
import hashlib
import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from scanner.errors import EvidenceError
from scanner.evidence.vault import Vault
from scanner.model import Evidence, Open, Report
from tests.report.example import rich as example_report
from tests.samples import VIOLATING, case

FIXTURES = Path(__file__).parent.parent.parent.parent / "fixtures"


class Made:
    """A report whose evidence is in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.entries: list[Evidence] = []
        self.facts: dict[str, dict[str, object]] = {}
        self.opened: list[str] = []

    def keep(self, data: bytes, media: str, name: str = "x", readable: str | None = None) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.held[digest] = data
        self.entries.append(
            Evidence(sha256=digest, name=name, media_type=media, size=len(data), readable=readable)
        )
        return digest

    def open(self, digest: str) -> bytes:
        self.opened.append(digest)
        if digest not in self.held:
            raise EvidenceError("gone", hint="restore it")
        return self.held[digest]

    def report(self) -> Report:
        return replace(example_report(), evidence=tuple(self.entries), facts=self.facts)


def zipped(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return made.getvalue()


def png(width: int, height: int) -> bytes:
    """Make a white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + b"\xff" * width) * height
    head = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@functools.cache
def torch() -> tuple[Report, Open, Path]:
    """Audit the app that violates, with its run, its traffic and its policy."""
    folder = Path(tempfile.mkdtemp(prefix="mingjian-viewer-")) / "case"
    report = case(
        folder,
        VIOLATING,
        FIXTURES / "device" / "torch.zip",
        FIXTURES / "traffic" / "violating.har",
        identity=FIXTURES / "traffic" / "identity.yaml",
        connections=FIXTURES / "traffic" / "connections.csv",
        policies=[("site", str(FIXTURES / "policy" / "torch.html"))],
    )
    return report, Vault(folder / "evidence").open, folder
