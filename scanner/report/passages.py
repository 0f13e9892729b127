"""The words of a kept text to which a fact points, with what stands before and after them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import NamedTuple

from scanner.errors import MingjianError
from scanner.facts import Source
from scanner.model import Evidence, Open

AROUND = 80
"""Characters shown on either side."""
LONGEST = 400
"""Characters of the passage itself that are shown."""
_PLACE = re.compile(r"text (\d{1,9})-(\d{1,9}), line (\d{1,9})")


class Passage(NamedTuple):
    """A stretch of a text, and where a reader finds it."""

    line: int
    start: int
    end: int
    before: str
    words: str
    after: str


class Passages:
    """Looks passages up in the visible texts that were kept beside their originals."""

    def __init__(
        self,
        entry: Callable[[str | None], Evidence | None],
        open_evidence: Open,
        hide: Callable[[str], str] = str,
    ) -> None:
        """`entry` gives the entry of kept bytes, `hide` a text without personal values; each text
        is opened once."""
        self._entry = entry
        self._hide = hide
        self._text = functools.lru_cache(maxsize=32)(functools.partial(_text, open_evidence))

    def at(self, source: Source) -> Passage | None:
        """Give the passage to which a place in a text points; None for any other place."""
        place = _PLACE.fullmatch(source.at)
        kept = self._entry(source.evidence)
        if place is None or kept is None or kept.readable is None:
            return None
        start, end, line = (int(number) for number in place.groups())
        text = self._text(kept.readable)
        if text is None or not start <= end <= len(text):
            return None
        return Passage(
            line=line,
            start=start,
            end=end,
            before=self._shown(text[max(0, start - AROUND) : start]),
            words=self._shown(text[start : min(end, start + LONGEST)]),
            after=self._shown(text[end : end + AROUND]) if end - start <= LONGEST else "…",
        )

    def _shown(self, words: str) -> str:
        return self._hide(" ".join(words.split()))


def _text(open_evidence: Open, sha256: str) -> str | None:
    try:
        return open_evidence(sha256).decode("utf-8", "replace")
    except MingjianError:  # `mingjian verify` names what is missing or altered
        return None
