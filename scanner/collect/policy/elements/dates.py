"""Dates that a text states: of its version, and from when it applies."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
)
_DIGITS = {digit: str(value) for value, digit in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": "0", "○": "0", "o": "0"}
_DATE = re.compile(
    r"\[?(?P<y>(?:19|20)\d\d)\]?\s?(?:年|[-/.])\s?\[?(?P<m>\d{1,2})\]?\s?(?:月|[-/.])"
    r"\s?\[?(?P<d>\d{1,2})\]?(?!\d)(?:\s?日)?"
    r"|(?<!\d)(?P<y8>20\d\d)(?P<m8>[01]\d)(?P<d8>[0-3]\d)(?!\d)"
    r"|(?P<yz>[二一][〇○零一二三四五六七八九]{3})\s?年\s?(?P<mz>[一二三四五六七八九十]{1,2})\s?月"
    r"\s?(?P<dz>[一二三四五六七八九十]{1,3})\s?日"
    rf"|(?P<me>{_MONTH})\s{{0,2}}(?P<de>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{0,2}}(?P<ye>20\d\d)"
    rf"|(?P<df>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<mf>{_MONTH}),?\s(?P<yf>20\d\d)"
)


class Stated(NamedTuple):
    """A date that a text states."""

    start: int
    end: int
    day: str | None
    """ISO 8601; None for a day that the calendar does not know."""


def dates_in(folded: str, start: int = 0, end: int | None = None) -> Iterator[Stated]:
    """Give the dates of a folded text that have year, month and day."""
    for found in _DATE.finditer(folded, start, len(folded) if end is None else end):
        groups = {key[0]: value for key, value in found.groupdict().items() if value is not None}
        yield Stated(found.start(), found.end(), _day(groups["y"], groups["m"], groups["d"]))


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return datetime.date(_number(year), _number(month), _number(day)).isoformat()
    except ValueError:
        return None


def _number(word: str) -> int:
    """Read digits, Chinese numerals up to 99 or of four digits, or the English name of a month."""
    if word.isdecimal():
        return int(word)
    if word[:3] in _MONTHS:
        return _MONTHS.index(word[:3]) + 1
    if "十" in word:
        tens, _, ones = word.partition("十")
        return int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0"))
    return int("".join(_DIGITS.get(digit, "x") for digit in word))


_UPDATED = re.compile(
    r"(?:更新|修订|修改|更改|变更|修正)(?:与生效|及生效|/生效|、生效|和生效|版)?(?:的?(?:日期"
    r"|时间)|于)?"
    r"|last (?:updated|modified|revised|changed)|(?:updated|revised|modified)(?: on)?"
    r"|(?:revision|update) date|date of last revision"
)
_PUBLISHED = re.compile(
    r"(?:发布|公布|版本|制定|签署)(?:的?(?:日期|时间)|于)?|published(?: on)?|version date"
)
_EFFECTIVE = re.compile(
    r"(?:生效|施行|实施|启用)(?:的?(?:日期?|时间)|于)?"
    r"|effective(?: date| from| as of| on| since)?|in effect (?:from|since)|takes effect(?: on)?"
)
_BETWEEN = re.compile(
    r"[\s:为是在自于从(\[*_|,]{0,12}(?:(?:date|as of|from|on|日期|时间)[\s:]{0,3})?"
)
_AFTER = re.compile(
    r"[]) \t]{0,4}起?(?:正式)?(?P<what>生效|施行|实施|启用|更新|修订|修改|发布|公布)"
    r"(?!的?(?:日期?|时间)?\s?(?:[:为是]|\d{4}))"
)
"""What follows a date as its verb; 生效日期: is the label of the next one."""
_SAME_DAY = re.compile(r"自(?:同日|当日|即日|发布之日|公布之日)起?(?:正式)?(?:生效|施行|实施)")
_LAW = re.compile(r"(?:法|条例|规定|办法|规范|标准)[》」”\"]?[^。]{0,30}$|\bact\b[^.]{0,30}$")
_OF_A_LAW = re.compile(r"的?[《「]?[^。\n》]{0,24}(?:法|条例|规定|办法|规范)[》」]?")
_SELF = re.compile(
    r"本(?:政策|隐私|声明|指引|协议|规则|版)|隐私|个人信息保护政策|this (?:privacy|policy)"
)
_LABEL_LINE = 60
"""Longest line in characters that can be nothing but a date with its label."""


class Dated(NamedTuple):
    """What a text says of its own dates."""

    updated: str | None = None
    effective: str | None = None


def own_dates(folded: str) -> Dated:
    """Read the dates that a text states of itself, and none that it states of a law.

    Where it states several versions, the first that stands there counts; a revision goes before
    a publication.
    """
    updated: str | None = None
    published: str | None = None
    effective: str | None = None
    for date in dates_in(folded):
        if date.day is None:
            continue
        kinds = _kinds(folded, date)
        updated = updated or (date.day if "updated" in kinds else None)
        published = published or (date.day if "published" in kinds else None)
        effective = effective or (date.day if "effective" in kinds else None)
        if kinds and effective is None and _SAME_DAY.search(folded, date.end, date.end + 24):
            effective = date.day
    return Dated(updated or published, effective)


def _kinds(folded: str, date: Stated) -> set[str]:
    """Say what a date is of the text, by the label before it or the verb after it."""
    before = folded[max(0, date.start - 60) : date.start]
    line = folded[folded.rfind("\n", 0, date.start) + 1 : date.start]
    kinds = {
        kind
        for kind, label in (
            ("updated", _UPDATED),
            ("published", _PUBLISHED),
            ("effective", _EFFECTIVE),
        )
        if _labels(label, before)
    }
    if "更新" in before[-24:] and "生效" in before[-24:] and kinds & {"updated", "effective"}:
        between = before[-24:][min(before[-24:].find("更新"), before[-24:].find("生效")) :]
        if not any(character.isdigit() or character in "。;\n" for character in between):
            kinds |= {"updated", "effective"}
    after = _AFTER.match(folded, date.end)
    if after and _OF_A_LAW.match(folded, after.end()):
        return set()
    if after:
        verb = after["what"]
        kind = "effective" if verb in ("生效", "施行", "实施", "启用") else "updated"
        kinds.add("published" if verb in ("发布", "公布") else kind)
    if len(line) + date.end - date.start > _LABEL_LINE or after:
        sentence = re.split(r"[。;]", line)[-1]
        if _LAW.search(sentence) or not (_SELF.search(line) or date.start < 400):
            return set()
    return kinds


def _labels(label: re.Pattern[str], before: str) -> bool:
    """Say whether a label stands right before, with nothing but signs between."""
    last = None
    for last in label.finditer(before):  # noqa: B007 - the last one is wanted
        pass
    return last is not None and _BETWEEN.fullmatch(before, last.end()) is not None
