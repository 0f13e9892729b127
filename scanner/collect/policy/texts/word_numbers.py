"""The numbers that Word counts and shows, but does not write into the text: 一、 （一） 1.2."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from scanner.collect.policy.texts.word_styles import W, value_of

_CHINESE = "〇一二三四五六七八九"
_PLACE = re.compile(r"%([1-9])")


class _Level(NamedTuple):
    form: str
    """How it counts: decimal, chineseCounting, bullet ..."""
    text: str
    """What is shown: %1 stands for the number of the first level."""
    start: int


class Numbers:
    """The lists of a file, each counted on from paragraph to paragraph."""

    def __init__(self, part: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._list_of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if part is None:
            return
        for each in part.iter(f"{W}abstractNum"):
            levels = {
                int(number): _level(level)
                for level in each.iter(f"{W}lvl")
                if re.fullmatch(r"[0-8]", number := value_of(level, "ilvl") or "")
            }
            self._levels[value_of(each, "abstractNumId") or ""] = levels
        for each in part.iter(f"{W}num"):
            abstract = value_of(each.find(f"{W}abstractNumId"), "val")
            self._list_of[value_of(each, "numId") or ""] = abstract or ""

    def next(self, list_id: str | None, level: int) -> tuple[str, bool]:
        """Count on; give what is shown before the next paragraph, and whether it is a bullet."""
        abstract = self._list_of.get(list_id or "")
        shown = self._levels.get(abstract or "", {}).get(level)
        if abstract is None or shown is None:
            return "", False
        counts = self._counts.setdefault(abstract, {})
        counts[level] = counts.get(level, shown.start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if shown.form in {"bullet", "none"}:
            return "", shown.form == "bullet"
        levels = self._levels[abstract]

        def number(match: re.Match[str]) -> str:
            place = int(match.group(1)) - 1
            of = levels.get(place)
            return "" if of is None else written(counts.get(place, of.start), of.form)

        return _PLACE.sub(number, shown.text) + " ", False


def _level(level: Any) -> _Level:
    start = value_of(level.find(f"{W}start"), "val") or "1"
    return _Level(
        value_of(level.find(f"{W}numFmt"), "val") or "decimal",
        (value_of(level.find(f"{W}lvlText"), "val") or "")[:40],
        int(start) if re.fullmatch(r"[0-9]{1,5}", start) else 1,
    )


def written(number: int, form: str) -> str:
    """Write a number as a list of this form shows it."""
    if form.startswith(("chinese", "ideograph", "japanese", "taiwanese")) and 0 < number < 100:
        tens, ones = divmod(number, 10)
        head = ("" if tens == 1 else _CHINESE[tens]) + "十" if tens else ""
        return head + (_CHINESE[ones] if ones else "")
    if form in {"lowerLetter", "upperLetter"} and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9)
        return letter if form == "lowerLetter" else letter.upper()
    if form in {"lowerRoman", "upperRoman"} and 0 < number < 40:
        tens, ones = divmod(number, 10)
        roman = "x" * tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]
        return roman if form == "lowerRoman" else roman.upper()
    if form == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)
