"""The characters of a text: those that nobody sees, and those that are not what they look like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from scanner.model import Words

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]+"
)
_SPACE = re.compile(r"\s+")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d"
_BREAK_BETWEEN_WIDE = re.compile(rf"(?<=[{_WIDE}])[^\S\n]*\n\s*(?=[{_WIDE}])")
_TURNED = re.compile("[\u202b\u202d\u202e\u2067]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_LOOKALIKES = "АВЕЗІЈКМНОРСТУХаеіјорсухѕԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ"
"""Cyrillic and Greek letters that look like Latin ones (Unicode TS 39, confusables)."""
_MIXED = re.compile(rf"[A-Za-z][{_LOOKALIKES}]|[{_LOOKALIKES}][A-Za-z]")
_LIKE = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2E80, 0x2FE0)},
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xF900, 0xFB00)},
}
_ALIKE = {code: like for code, like in _LIKE.items() if len(like) == 1 and like != chr(code)}
"""Radicals and compatibility forms that look like a plain character; programs that make PDF files
put them in its place."""


def cleaned(text: str) -> str:
    """Take out what nobody sees, and give each run of white space as one space.

    A line break between two wide characters is no space (CSS Text 3, 4.1.3).
    """
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
        if "\n" in text:
            text = _BREAK_BETWEEN_WIDE.sub("", text)
        text = text.translate(_ALIKE)
    else:
        text = _INVISIBLE.sub("", text)
    return _SPACE.sub(" ", text)


class Doubts:
    """What of the characters could not be read, or reads otherwise than it looks."""

    def __init__(self) -> None:
        self._turned = self._private = self._mixed = self._lost = 0

    def add(self, raw: Iterable[str], text: str) -> None:
        """Look at a line: its parts as they were, and its text as it is kept."""
        if text.isascii():
            return
        if not _RIGHT_TO_LEFT.search(text):
            self._turned += sum(len(_TURNED.findall(part)) for part in raw)
        self._private += len(_PRIVATE.findall(text))
        self._mixed += len(_MIXED.findall(text))
        self._lost += text.count("\ufffd")

    def told(self, length: int) -> Iterator[Words]:
        """Say what is doubtful in a text of so many characters."""
        if self._turned:
            yield Words(
                f"{self._turned} 处使用改变书写方向的控制字符，显示的顺序与文本不同",
                f"{self._turned} places turn the direction of writing by control characters, so"
                " what is shown differs in order from the text",
            )
        if self._private > 20 and self._private * 100 > length:
            yield Words(
                f"{self._private} 个字符属于私有字体编码，无法识读",
                f"{self._private} characters belong to a private font and cannot be read",
            )
        if self._mixed:
            yield Words(
                f"{self._mixed} 处混用形近的拉丁字母与西里尔或希腊字母",
                f"{self._mixed} places mix Latin letters with others that look alike",
            )
        if self._lost:
            yield Words(
                f"{self._lost} 个字符无法解码", f"{self._lost} characters could not be decoded"
            )
