"""An explanation as blocks, and the two ways to write it: for a terminal, and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.report.words import visible
from scanner.texts import WIDTH, wrap

_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&$!@]|:(?=//)|(?<=\bwww)\.|^[-+=]|(?<=^\d)[.)]")
"""What Markdown, or the HTML in it, would read as more than itself; an address becomes no link."""
_NUMBERED = re.compile(r"^(\d{2,9})([.)])")
_RULES = {1: "===", 2: "==", 3: "="}
"""What stands before a heading on a terminal, by its level."""
_FENCE = re.compile(r"`+")


class Heading(NamedTuple):
    """A heading; 1 is the highest."""

    level: int
    text: str


class Paragraph(NamedTuple):
    """A paragraph."""

    text: str


class Point(NamedTuple):
    """A point of a list, indented by so many steps."""

    text: str
    depth: int = 0


class Quoted(NamedTuple):
    """Lines that stand as they are: commands, and what inputs say."""

    lines: tuple[str, ...]


class Drawn(NamedTuple):
    """A picture that lies beside the text."""

    file: str
    text: str


Block = Heading | Paragraph | Point | Quoted | Drawn


def plain(blocks: Iterable[Block]) -> str:
    """Write blocks for a terminal; nothing in them steers it."""
    return "\n".join(line.rstrip() for line in _plain(blocks)) + "\n"


def _spaced(blocks: Iterable[Block]) -> Iterator[tuple[Block, bool]]:
    """Give each block, and whether an empty line stands before it: points follow one another."""
    before: Block | None = None
    for block in blocks:
        together = isinstance(block, Point) and isinstance(before, Point)
        yield block, before is not None and not together
        before = block


def _plain(blocks: Iterable[Block]) -> Iterator[str]:
    for block, apart in _spaced(blocks):
        if apart:
            yield ""
        if isinstance(block, Heading):
            yield f"{_RULES.get(block.level, '·')} {visible(block.text)}"
        elif isinstance(block, Paragraph):
            yield from wrap(visible(block.text))
        elif isinstance(block, Point):
            indent = "  " * (block.depth + 1)
            lines = wrap(visible(block.text), WIDTH - len(indent) - 2)
            yield from (
                f"{indent}{'- ' if number == 0 else '  '}{line}"
                for number, line in enumerate(lines)
            )
        elif isinstance(block, Quoted):
            yield from (f"    {visible(line)}" for line in block.lines)
        else:
            yield f"    {visible(block.file)}: {visible(block.text)}"


def markdown(blocks: Iterable[Block]) -> str:
    """Write blocks as Markdown in which every text is inert."""
    return "\n".join(_markdown(blocks)) + "\n"


def _markdown(blocks: Iterable[Block]) -> Iterator[str]:
    for block, apart in _spaced(blocks):
        if apart:
            yield ""
        if isinstance(block, Heading):
            yield f"{'#' * block.level} {_inert(block.text)}"
        elif isinstance(block, Paragraph):
            yield _inert(block.text)
        elif isinstance(block, Point):
            yield f"{'  ' * block.depth}- {_inert(block.text)}"
        elif isinstance(block, Quoted):
            lines = [visible(line) for line in block.lines]
            longest = max((len(run) for line in lines for run in _FENCE.findall(line)), default=0)
            fence = "`" * max(3, longest + 1)
            yield from (f"{fence}text", *lines, fence)
        else:
            yield f"![{_inert(block.text)}]({block.file})"


def _inert(text: str) -> str:
    told = _MARKS.sub(lambda found: f"\\{found[0]}", visible(" ".join(text.split())))
    return _NUMBERED.sub(r"\1\\\2", told)
