"""Words as facts repeat them: one line, shortened, telling numbers hidden."""

from __future__ import annotations

import re

LONGEST_WORDS = 160
"""Characters of shown words that a fact repeats at most."""
_PERSONAL = re.compile(r"\d{6,}|[^\s@:/;,<>()\"']{1,64}@[\w.-]{1,100}\.\w{2,}")
"""Long numbers and mail addresses."""


def short(words: str) -> str:
    """Give words in one line, shortened, long numbers and mail addresses masked."""
    line = " ".join(_PERSONAL.sub("*", words).split())
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1] + "…"
