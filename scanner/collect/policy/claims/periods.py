"""The periods that a policy sets its operator: how long data are kept, how soon people get answers.

What people must do in time, ages, dates, and the least time that a law demands for logs are no
such periods; nor is 最短期限 without a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from scanner.collect.policy.claims.promise_scope import Place, places_of
from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.negation import is_denied
from scanner.facts import Fact, PolicyPeriod
from scanner.knowledge import Knowledge

Subject = Literal[
    "retention", "response", "correction", "deletion", "account_closing", "complaint", "access"
]

_PARTS = ("policy", "children", "data_list", "other")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ENGLISH = {
    **{"one": 1, "two": 2, "three": 3, "five": 5, "six": 6, "seven": 7, "ten": 10},
    **{"twelve": 12, "fourteen": 14, "fifteen": 15, "thirty": 30, "sixty": 60, "ninety": 90},
}
_UNITS = {
    **{"工作日": 1, "自然日": 1, "日历日": 1, "天": 1, "日": 1, "周": 7, "星期": 7},
    **{"月": 30, "季度": 90, "年": 365, "day": 1, "week": 7, "month": 30, "year": 365},
}
_HOURS = ("小时", "hour")
_PERIOD = re.compile(
    r"(?<![\d.\-/年月第])(?<![年月]\[)\[?\s?(?P<number>\d{1,4}|[一二两三四五六七八九十百]{1,5}|半)\]?\s?"
    r"(?:\(\s?[\d一二两三四五六七八九十百]{1,5}\s?\)\s?)?(?P<some>个)?\s?"
    r"(?P<unit>工作日|自然日|日历日|星期|季度|小时|天(?!天|气)|周(?!岁|年|边|期)|月|日"
    r"|年(?!龄|级|度|\s?\d|[一二三四五六七八九十]{1,2}月))"
    r"|\b(?P<count>\d{1,4}|one|two|three|five|six|seven|ten|twelve|fourteen|fifteen|thirty|sixty"
    r"|ninety)\s?(?:\(\d{1,3}\)\s?)?(?P<working>business|working)?(?:\s?calendar)?[\s-]"
    r"(?P<span>day|week|month|year|hour)s?\b"
)
_LEAST = re.compile(
    r"(?:至少|不少于|不低于|不短于|最少|超过|满|at\s+least|no\s+less\s+than|not\s+less\s+than|more\s+than)"
    r"[^,;。]{0,12}$"
)
_NOT_MORE = re.compile(
    r"(?:不超过|不会超过|最长|不得超过|not\s+exceed|no\s+longer\s+than|no\s+more\s+than)[^,;。]{0,12}$"
)
_OTHERS = re.compile(
    r"(?:您|你|用户|开发者|第三方|合作伙伴|监护人)(?:可以?|应当?|须|需要?|有权|能够?|必须|请|仍|未|没有|长期|连续|超过|会|将)"
    r"|(?:您|你|用户)[在于][^,;。]{0,3}[\d一二三五七十]|未(?:登录|使用)|不(?:登录|使用|活跃)|\b(?:you|users?)\s+(?:may|can|must|should|have|do\s+not|are)\b|inactiv"
)
_DUTY = re.compile(r"(?:您|用户|你)(?:不得|必须|应|须)(?!.{0,120}我们).{0,120}$")
_KEPT = (
    r"保存|存储|储存|保留(?![^,;。]{0,24}权利)|留存|存留|\b(?:retain|stor|keep|kept|retention)\w*"
)
_KEPT_BEFORE = re.compile(rf"(?:{_KEPT})[^;。]{{0,40}}$")
_KEPT_AFTER = re.compile(rf"[^,;。]{{0,8}}(?:{_KEPT})")
_THEN_GONE = re.compile(r"(?:之?后|期满后?|届满后?)[^;。内]{0,16}?(?:删除|移除|清除|销毁|匿名)")
_CLOSED_FOR = re.compile(r"(?:注销|关闭)[^,;。]{0,24}$")
_WITHIN = re.compile(r"\s?(?:之内|以内|内|期限内|的?时间内)|\s?[,。;)]|$")
_WITHIN_EN = re.compile(r"within[^.;]{0,30}$")
_IN_TIME = re.compile(r"(?:时限|时效|周期|期限|时间)[^,;。]{0,8}$")
_REPLY = re.compile(
    r"答复|回复|反馈|响应|回应|处理|受理|审核|核实|解决|\b(?:respond|reply|replies|answer|response|process)"
)
_DONE: tuple[tuple[Subject, re.Pattern[str]], ...] = (
    (
        "account_closing",
        re.compile(r"(?:完成|予以|为您|办理|进行)?[^,;。]{0,8}注销|clos\w+\s+(?:your\s+)?account"),
    ),
    (
        "deletion",
        re.compile(r"[^,;。]{0,16}?(?:删除|清除|销毁|匿名化)|[^,;.]{0,20}(?:delete|erase|remove)"),
    ),
    ("correction", re.compile(r"[^,;。]{0,10}?(?:更正|更改|修改)|[^,;.]{0,20}(?:correct|rectif)")),
    (
        "access",
        re.compile(r"[^,;。]{0,10}?(?:提供.{0,8}副本|查阅)|[^,;.]{0,20}(?:provide\s.{0,12}copy)"),
    ),
)
_ABOUT: tuple[tuple[Subject, re.Pattern[str]], ...] = (
    ("account_closing", re.compile(r"注销|clos\w+\s.{0,8}account|account\s+closure")),
    ("complaint", re.compile(r"投诉|举报|申诉|complain")),
    ("correction", re.compile(r"更正|更改|补充|correct|rectif")),
    ("deletion", re.compile(r"删除|delet|eras")),
    ("access", re.compile(r"查阅|查询|访问|副本|复制|\baccess|\bcopy\b")),
)
_ENDLESS = re.compile(
    r"(?:永久|长期|无限期|永远)(?:性|地|的)?(?P<kept>保存|存储|储存|保留|留存)"
    r"|(?:保存|存储|储存|保留|留存)(?:期限|时间|时长)?(?:为|是|[:])?(?P<how>永久|长期|无限期)"
    r"|\b(?:retain|store|keep)\w*\b[^.;]{0,40}?\b(?P<en>indefinitely|permanently|forever)\b"
)
_STATED_END = re.compile(r"直至|直到|除非|为止|只要|删除|注销|\buntil\b|\bunless\b")


class _Length(NamedTuple):
    days: int
    working: bool


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:
    """Give the periods that the texts state, each length for each subject once."""
    del knowledge
    seen: set[tuple[str, int | None, bool | None]] = set()
    for document in reading.documents:
        if document.part not in _PARTS:
            continue
        for fact in _facts(document):
            key = (fact.subject, fact.days, fact.working_days)
            if key not in seen:
                seen.add(key)
                yield fact


def _facts(document: Document) -> Iterator[PolicyPeriod]:
    for place in places_of(document):
        text = place.sentence.text
        if _is_endless(text):
            yield _fact(place, "retention", None)
        for found in _PERIOD.finditer(text):
            length = _length(found)
            if length is None or _OTHERS.search(_clause(text, found)):
                continue
            if _DUTY.search(text, max(0, found.start() - 120), found.start()):
                continue
            subject = _subject(place, found)
            if subject is not None:
                yield _fact(place, subject, length)


def _fact(place: Place, subject: Subject, length: _Length | None) -> PolicyPeriod:
    start, end = place.sentence.start, place.sentence.end
    return PolicyPeriod(
        source=place.document.source(start, end),
        channel="policy",
        subject=subject,
        days=length.days if length else None,
        working_days=length.working if length else None,
        endless=length is None,
        quote=place.document.quote(start, end),
    )


def _is_endless(text: str) -> bool:
    found = _ENDLESS.search(text)
    if found is None or _STATED_END.search(text):
        return False
    at = found.start(found.lastgroup or 0)
    return not is_denied(text, found.start()) and not is_denied(text, at)


def _length(found: re.Match[str]) -> _Length | None:
    """Read the length of a period; None for what is a date, a year or no number."""
    unit = found["unit"] or found["span"]
    number = _number(found["number"] or found["count"])
    if number is None or number <= 0:
        return None
    if found["unit"] in ("月", "季度") and not found["some"]:
        return None
    if unit in _HOURS:
        return _Length(math.ceil(number / 24), False)
    if unit == "年" and number > 100:
        return None
    return _Length(math.ceil(number * _UNITS[unit]), unit == "工作日" or bool(found["working"]))


def _number(word: str) -> float | None:
    if word.isdecimal():
        return int(word)
    if word in _ENGLISH:
        return _ENGLISH[word]
    if word == "半":
        return 0.5
    hundreds, mark, rest = word.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    if any(len(part) > 1 for part in (hundreds, tens, ones)):
        return None
    total = _DIGITS.get(hundreds, 1) * 100 if mark else 0
    total += _DIGITS.get(tens, 1) * 10 if ten else 0
    return total + _DIGITS.get(ones, 0)


def _clause(text: str, found: re.Match[str]) -> str:
    """Give the words around a period that say who must act: its clause, up to the next one's."""
    least = max(0, found.start() - 80)
    begin = max(least, *(text.rfind(cut, least, found.start()) + 1 for cut in ",;。:"))
    ours = text.find("我们", found.end(), found.end() + 12)
    return text[begin : found.end()] if ours >= 0 else text[begin : found.end() + 8]


def _subject(place: Place, found: re.Match[str]) -> Subject | None:
    text = place.sentence.text
    before = text[max(0, found.start() - 60) : found.start()]
    after = text[found.end() : found.end() + 50]
    if _LEAST.search(before) and not _NOT_MORE.search(before):
        return None
    if is_kept(before, after):
        return "retention"
    if not (_WITHIN.match(after) or _WITHIN_EN.search(before) or _IN_TIME.search(before)):
        return None
    for subject, pattern in _DONE:
        if pattern.match(after) and not _REPLY.search(after[: _first_end(after)]):
            return subject
    if not (_REPLY.search(after) or _REPLY.search(before)):
        return None
    return _topic(place)


def is_kept(before: str, after: str) -> bool:
    """Say whether the words around a period say that data are kept for it."""
    if _THEN_GONE.match(after) and not _CLOSED_FOR.search(before):
        return True
    last = before.rpartition(",")[2]
    return bool(
        (_KEPT_BEFORE.search(last) and not _REPLY.search(last))
        or (_KEPT_AFTER.match(after) and not after.startswith(("内", "之内")))
        or (_KEPT_BEFORE.search(before) and _NOT_MORE.search(before))
    )


def _first_end(words: str) -> int:
    ends = [at for at in (words.find(cut) for cut in ",;。.") if at >= 0]
    return min(ends, default=len(words))


def _topic(place: Place) -> Subject:
    """Say what an answer is about: the one matter of its sentence, else of its heading."""
    text = place.sentence.text
    near = [subject for subject, pattern in _ABOUT if pattern.search(text)]
    if len(near) == 1:
        return near[0]
    if near:
        return "response"
    heading = place.sentence.headings[-1] if place.sentence.headings else ""
    over = [subject for subject, pattern in _ABOUT if pattern.search(heading)]
    return "complaint" if over == ["complaint"] else "response"
