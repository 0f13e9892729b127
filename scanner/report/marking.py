"""Markdown in which a text stays a text: no link, mention, HTML, heading or table comes of it.

CommonMark lets a backslash take the meaning from a punctuation mark. What GitHub and GitLab make
of plain text afterwards (addresses, @names, #numbers) is broken by a WORD JOINER, which is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scanner.report.listed import cut
from scanner.report.words import visible

JOINER = "\u2060"
_MARKS = re.compile(r"([\\`*_{}\[\]()#+.!|~$^=-])")
_LATER = re.compile(r"[@#!$%&~^](?=\w)|:(?=/)|\bwww(?=\.)|\bgh-(?=\w)", re.IGNORECASE)


def plain(text: str, most: int = 600) -> str:
    """Give a text as Markdown that shows it and does nothing else, on one line."""
    shown = cut(visible(" ".join(text.split())), most)
    broken = _LATER.sub(lambda found: found[0] + JOINER, shown)
    marked = broken.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKS.sub(r"\\\1", marked)


def code(text: str, most: int = 300) -> str:
    """Give a text as a code span, in a table as well as outside of one."""
    shown = cut(visible(" ".join(text.split())), most).replace("|", "¦") or " "
    longest = max((len(each) for each in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Give the lines of a table whose cells are Markdown already."""
    first = f"| {' | '.join(heading)} |"
    rule = f"|{' --- |' * len(heading)}"
    return [first, rule, *(f"| {' | '.join(row)} |" for row in rows)]
