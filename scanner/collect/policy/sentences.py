"""A policy cut into sentences, each with the headings under which it stands."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.collect.policy.document import Document

_END = re.compile(r"[。！？!?；;]+[”」』）)\"']*|(?<=[A-Za-z)])\.(?=\s+[A-Z])")


class Sentence(NamedTuple):
    """One sentence, or one cell of a table."""

    start: int
    end: int
    text: str
    """Folded: lower case, half-width, each character at its place."""
    headings: tuple[str, ...]
    """The headings above it, the highest first."""
    cell: bool
    """Whether it stands in a table."""


@functools.lru_cache(maxsize=8)
def sentences_of(document: Document) -> tuple[Sentence, ...]:
    """Give the sentences in their order; headings are given as sentences of their own."""
    return tuple(_cut(document))


def _cut(document: Document) -> Iterator[Sentence]:
    folded = document.folded
    headings: list[tuple[int, str]] = []
    for block in document.blocks:
        if block.kind == "heading":
            while headings and headings[-1][0] >= block.level:
                headings.pop()
        above = tuple(text for _, text in headings)
        start = block.start
        for cut in _END.finditer(document.text, block.start, block.end):
            yield from _sentence(folded, start, cut.end(), above, block.kind == "cell")
            start = cut.end()
        yield from _sentence(folded, start, block.end, above, block.kind == "cell")
        if block.kind == "heading":
            headings.append((block.level, folded[block.start : block.end].strip()))


def _sentence(
    folded: str, start: int, end: int, headings: tuple[str, ...], cell: bool
) -> Iterator[Sentence]:
    if folded[start:end].strip():
        yield Sentence(start, end, folded[start:end], headings, cell)
