"""Exports that people have of runs with other tools, as the calls of a recording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from scanner.collect.device.importers import appscan, camille, frida_lines
from scanner.collect.device.importers.imported import Imported, Importer, Losses
from scanner.collect.device.importers.sheets import Book, may_be_sheet
from scanner.device_file import Event

__all__ = ["BEGIN", "Imported", "Importer", "importer_of"]

BEGIN = 1 << 16
"""Bytes from the beginning of a file that `importer_of` wants to see; fewer if it is shorter."""
_CALLS_FIRST = (".json", ".jsonl", ".ndjson", ".log", ".txt")
"""Ends of names of files that may hold lines."""


def importer_of(name: str, begin: bytes) -> Importer | None:
    """Give what reads an export, by its first bytes; None for a file that is none.

    Of a workbook the first bytes do not show the header: whether it is one that can be read, and
    whose, shows when it is opened. Lines are looked at where the name ends as such files' do.
    """
    if may_be_sheet(begin):
        return Importer("workbook", read_sheet)
    if name.lower().endswith(_CALLS_FIRST) and frida_lines.looks_like(begin[:BEGIN]):
        return Importer("Frida", frida_lines.read_lines)
    return None


def read_sheet(stream: BinaryIO) -> Imported:
    """Read a workbook of camille or AppScan; raises NotAuditable for any other."""
    book, losses = Book(stream, (camille.FORM, appscan.FORM)), Losses()
    if book.form == appscan.FORM:
        placed = appscan.calls(book.rows(losses), losses)
        return Imported(
            _closing(book, placed), losses, tool=appscan.FORM.name, notes=(appscan.NO_TIMES,)
        )
    survey = camille.Survey(book.rows(Losses()))
    consent, notes = survey.consent()
    placed = camille.calls(book.rows(losses), losses, survey.later)
    return Imported(
        _closing(book, placed), losses, tool=camille.FORM.name, consent=consent, notes=notes
    )


def _closing(book: Book, placed: Iterator[tuple[str, Event]]) -> Iterator[tuple[str, Event]]:
    try:
        yield from placed
    finally:
        book.close()
