"""The formats that are read in a child process, since their parsers were not made for malice.

python -m scanner.collect.policy.texts.child answers.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from scanner import child
from scanner.collect.policy.document import Document
from scanner.collect.policy.texts.layout import lay_out

MEMORY_BYTES = 1 << 30
"""Address space of the child, of which the libraries alone map a quarter."""
CPU_SECONDS = 60
"""Processor time of the child; the formats stop by themselves before that."""
WALL_SECONDS = 90
"""Time to wait for one file."""
MODULE = ("-m", "scanner.collect.policy.texts.child")
"""What the child runs."""

Format = Literal["pdf", "docx"]


class ReadFile(msgspec.Struct, tag=True, frozen=True):
    """Read a file into a document."""

    format: Format
    data: bytes


def read_in_child(form: Format, data: bytes, frame: Document) -> Document:
    """Read a file in a child process of its own; raises Unreadable when that fails."""
    with child.Child(MODULE, wall_seconds=WALL_SECONDS) as process:
        read = process.ask(ReadFile(form, data), Document)
    return read._replace(
        name=frame.name,
        address=frame.address,
        origin=frame.origin,
        part=frame.part,
        evidence=frame.evidence,
    )


def answered(request: ReadFile) -> Document:
    """Read a file; raises Unreadable."""
    from scanner.collect.policy.texts import docx, pdf  # noqa: PLC0415 - heavy, and only the child needs it

    found = pdf.read_pdf(request.data) if request.format == "pdf" else docx.read_docx(request.data)
    return lay_out(found, Document("", None, "given", "policy", "", "", "", ()))


if __name__ == "__main__":
    child.serve(ReadFile, answered, memory=MEMORY_BYTES, cpu=CPU_SECONDS)
