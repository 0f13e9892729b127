"""A policy as a reader sees it: visible text with its headings, tables, links and emphasis.

Every place is a pair of character offsets into `text`. That text is kept beside the original, so
that another person can count to the same place.
"""

from __future__ import annotations

import bisect
import functools
from typing import Literal, NamedTuple

from scanner.facts import Origin, Part, Source
from scanner.model import Words
from scanner.wording.fold import SIMPLIFIED

MOST_QUOTED = 120
"""Characters of a policy that a fact repeats."""

_FOLDED = {
    **SIMPLIFIED,
    **{full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)},
    0x3000: 0x20,
    0xA0: 0x20,
    0x3010: ord("["),
    0x3011: ord("]"),
}
"""Full-width forms and their plain ones (Unicode, Halfwidth and Fullwidth Forms), and traditional
characters and their simplified ones."""

Kind = Literal["heading", "paragraph", "item", "cell"]


class Span(NamedTuple):
    """A stretch of text, by the offsets of its characters."""

    start: int
    end: int


class Block(NamedTuple):
    """One line of the text: a heading, a paragraph, an item of a list, or a cell of a table."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    """Of a heading 1 to 6; else 0."""


class Link(NamedTuple):
    """Words that lead elsewhere."""

    text: str
    href: str
    """Absolute where the address of the document is known; never followed as it stands."""
    start: int


class Table(NamedTuple):
    """A table, row by row; a cell that spans several is repeated in each."""

    rows: tuple[tuple[Span, ...], ...]
    head: int
    """How many rows at its beginning are headings."""
    title: str
    """Its caption, else the nearest heading before it; the empty text when there is none."""


class Document(NamedTuple):
    """One text that was read."""

    name: str
    """What it is called where it comes from."""
    address: str | None
    """Where it stands; None where unknown."""
    origin: Origin
    """Where it was got."""
    part: Part
    """What it is to the policy."""
    evidence: str
    """SHA-256 of the kept original."""
    title: str
    """Its title: of the page, else its first heading."""
    text: str
    """Visible text, one line per block, without characters that nobody sees."""
    blocks: tuple[Block, ...]
    tables: tuple[Table, ...] = ()
    links: tuple[Link, ...] = ()
    strong: tuple[Span, ...] = ()
    """What is bold or otherwise set off."""
    pictures: int = 0
    """Pictures large enough to hold text."""
    unread: tuple[Words, ...] = ()
    """What of it could not be read, and why; empty when all of it was."""

    @property
    def folded(self) -> str:
        """The text to search in: lower case, half-width, simplified, each character in place."""
        return folded(self.text)

    @property
    def letters(self) -> int:
        """How many characters it has without blanks."""
        return len("".join(self.text.split()))

    @property
    def whole(self) -> bool:
        """Whether all of it was read."""
        return not self.unread and not self.pictures

    def block_at(self, place: int) -> Block | None:
        """Give the line in which a character stands; None between two."""
        number = bisect.bisect_right(self.blocks, place, key=lambda block: block.start) - 1
        block = self.blocks[number] if number >= 0 else None
        return block if block is not None and place < block.end else None

    def source(self, start: int, end: int) -> Source:
        """Say where a fact stands: the kept original, and line and characters of its text."""
        line = bisect.bisect_right(_line_ends(self.text), start) + 1
        return Source(evidence=self.evidence, at=f"text {start}-{end}, line {line}")

    def quote(self, start: int, end: int) -> str:
        """Give words of the text, shortened in the middle of nothing: from their beginning."""
        words = " ".join(self.text[start:end].split())
        return words if len(words) <= MOST_QUOTED else words[: MOST_QUOTED - 1] + "…"


class Reading(NamedTuple):
    """All documents of one policy: its text, its lists, its rules for children."""

    documents: tuple[Document, ...]
    names: tuple[str, ...] = ()
    """What the subject is called."""
    developer: str | None = None
    """Developer or operator, as the auditor stated it."""

    @property
    def whole(self) -> bool:
        """Whether all of all of them was read."""
        return all(document.whole for document in self.documents)


@functools.lru_cache(maxsize=64)
def folded(text: str) -> str:
    """Give a text in lower case, half-width and simplified, every character at its place."""
    plain = text.translate(_FOLDED)
    lower = plain.lower()
    return lower if len(lower) == len(plain) else "".join(_lower(one) for one in plain)


@functools.lru_cache(maxsize=64)
def _line_ends(text: str) -> tuple[int, ...]:
    return tuple(place for place, one in enumerate(text, 1) if one == "\n")


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character
