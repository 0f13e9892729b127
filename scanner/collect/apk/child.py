"""The child process that reads what of a package other libraries must read, such as androguard.

One child serves one package: `Child` asks, and python -m scanner.collect.apk.child answers.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from scanner import child
from scanner.collect.apk.android import Certificate, Document, Value

MEMORY_BYTES = 3 << 30
"""Address space of the child: androguard takes up to 60 times the size of a resource table."""
CPU_SECONDS = 120
"""Processor time of one child; the slowest package of the corpus takes 1.2 s."""
WALL_SECONDS = 90
"""Time to wait for one answer."""

MODULE = ("-m", "scanner.collect.apk.child")
"""What the child runs."""


class ReadXml(msgspec.Struct, tag=True, frozen=True):
    """Read a binary XML document."""

    data: bytes


class Resolve(msgspec.Struct, tag=True, frozen=True):
    """Look resource ids up in a resource table."""

    table: bytes
    ids: tuple[int, ...]


class SignedBy(msgspec.Struct, tag=True, frozen=True):
    """Give the signers of a v1 signature block."""

    block: bytes


class SubjectOf(msgspec.Struct, tag=True, frozen=True):
    """Give the subject of a certificate."""

    der: bytes


class PageText(msgspec.Struct, tag=True, frozen=True):
    """Give title and visible text of an HTML page."""

    page: str


Request = ReadXml | Resolve | SignedBy | SubjectOf | PageText


class Child(child.Child):
    """The asking end, as a context manager; every method raises Unreadable when it fails."""

    def __init__(self, *, wall_seconds: float = WALL_SECONDS) -> None:
        super().__init__(MODULE, wall_seconds=wall_seconds)

    def read_xml(self, data: bytes) -> Document:
        """Read a binary XML document."""
        return self.ask(ReadXml(data), Document)

    def resolve(self, table: bytes, ids: Iterable[int]) -> dict[int, Value]:
        """Look resource ids up in a resource table; unknown ones are left out."""
        return self.ask(Resolve(table, tuple(sorted(ids))), dict[int, Value])

    def signed_by(self, block: bytes) -> list[Certificate]:
        """Give the signers' certificates of a v1 signature block."""
        return self.ask(SignedBy(block), list[Certificate])

    def subject_of(self, der: bytes) -> str | None:
        """Give the subject of a certificate; null when it cannot be read."""
        return self.ask(SubjectOf(der), str | None)  # type: ignore[arg-type]

    def page_text(self, page: str) -> tuple[str, str]:
        """Give title (with main heading) and visible text of an HTML page."""
        return self.ask(PageText(page), tuple[str, str])


def answered(request: Request) -> object:
    """Answer one request; raises Unreadable."""
    from scanner.collect.apk import android, policy_text  # noqa: PLC0415

    android.quiet()
    match request:
        case ReadXml(data):
            return android.read_xml(data)
        case Resolve(table, ids):
            return android.Table(table).resolve(ids)
        case SignedBy(block):
            return android.signed_by(block)
        case SubjectOf(der):
            return android.subject_of(der)
        case PageText(page):
            return policy_text.page_text(page)


if __name__ == "__main__":
    child.serve(Request, answered, memory=MEMORY_BYTES, cpu=CPU_SECONDS)
