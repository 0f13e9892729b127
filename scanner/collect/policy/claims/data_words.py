"""Where a text names kinds of personal information, and where the words mean something else."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from scanner.collect.policy.claims.word_senses import ELSE, LISTED, NAMED_AFTER, NAMED_BEFORE, SAME
from scanner.collect.policy.document import folded
from scanner.knowledge import DataType, Knowledge


class DataWord(NamedTuple):
    """A word for a kind of personal information, by the offsets of its characters."""

    start: int
    end: int
    data_type: str
    """Kind of personal information (rules/lists/data-types.yaml)."""
    broad: bool = False
    """Whether it is a general word that covers several kinds."""
    narrowed: bool = False
    """Whether the word is broad, and brackets behind it list all that it means: 识别码（IMEI）."""


_NEAR = 24
"""Characters before and after a word that can tell what it means."""
_FAR = 80
"""Characters before an English word among which the verb of its list is looked for."""
_GAPS = re.compile(r"[\s_-]+")
_BETWEEN = {
    (True, True): "",
    (False, False): "",
    (True, False): r"\s?",
    (False, True): r"\s?",
}
"""What may stand between two letters: a space where Latin letters meet Chinese characters."""
_YOURS = re.compile(r"your\s$")
_OF_IT = re.compile(r"信息|数据|资料|记录|权限|\s(?:data|information)\b")

_ACTED = re.compile(
    r"\byour\s$"
    r"|\b(?:access|collect|read|record|view|upload|obtain|gather|share|sell)(?:s|ing)?\s"
    r"(?:any\s|the\s|(?:[a-z]{2,15},?\s){1,5}(?:and|or)\s)?$"
)
_CLAUSE_ENDS = re.compile(
    r"[.!?](?:\s|$)|\s(?:while|when|unless|without|stored|saved|on\s(?:your|the)|from\s(?:your|the)|in\sthe"
    r"\sbackground)\b"
)
"""How an English clause goes on or ends behind the thing that is acted on."""
_BRACKETS = re.compile(r"(?:信息|数据|\s){0,2}[(\[](?P<inside>[^()\[\]。;\n]{2,80})[)\]]")
_OPEN_LIST = re.compile(
    r"等|如|包括|包含|不限于|以及其他|\betc|\be\.?g\b|\bsuch\s+as|\bincluding|\blike\b|\bother"
)

_GENERAL = re.compile(
    r"信息|资料|数据|记录|号码|账号|帐号|内容|轨迹|特征|标识|习惯|偏好|画像|cookies?|隐私|上述"
    r"|该等|(?:收集|获取|读取|使用|访问)您的?"
    r"|\b(?:data|information|details|records?|identifiers?|preferences)\b"
)


def data_words(text: str, knowledge: Knowledge) -> tuple[DataWord, ...]:
    """Find the words for kinds of personal information in folded text, in their order."""
    words = tuple(_found(text, 0, len(text), _table(knowledge)))
    return tuple(
        word._replace(broad=True, narrowed=_is_narrowed(text, number, words))
        if knowledge.data_types[word.data_type].covers
        else word
        for number, word in enumerate(words)
    )


def names_kind(text: str, knowledge: Knowledge) -> bool:
    """Say whether folded text has a word for a kind of personal information."""
    return any(True for _ in _found(text, 0, len(text), _table(knowledge)))


def names_data(text: str) -> bool:
    """Say whether folded text speaks of information at all, of whatever kind."""
    return _GENERAL.search(text) is not None


def _is_narrowed(text: str, number: int, words: Sequence[DataWord]) -> bool:
    """Say whether a list in brackets that is not open stands behind a word and names kinds."""
    behind = _BRACKETS.match(text, words[number].end)
    if behind is None or _OPEN_LIST.search(behind["inside"]):
        return False
    later = words[number + 1 : number + 2]
    return any(behind.start("inside") <= word.start < behind.end("inside") for word in later)


class _Table(NamedTuple):
    pattern: re.Pattern[str]
    kinds: Mapping[str, str]
    listed: frozenset[str]


def _found(text: str, start: int, end: int, table: _Table) -> Iterable[DataWord]:
    for hit in table.pattern.finditer(text, start, end):
        word = _plain(hit.group())
        if word not in table.kinds:
            word = word.removesuffix("s")
        if word not in table.kinds or _means_else(text, hit.start(), hit.end(), word):
            continue
        if word in table.listed and not _is_listed(text, hit.start(), hit.end()):
            continue
        yield DataWord(hit.start(), hit.end(), table.kinds[word])


def _means_else(text: str, start: int, end: int, word: str) -> bool:
    before, after = _senses().get(word, (None, None))
    if before and before.search(text, max(0, start - _NEAR), start):
        return True
    return bool(after and after.match(text, end, end + _NEAR))


def _is_listed(text: str, start: int, end: int) -> bool:
    if _OF_IT.match(text, end) or _YOURS.search(text, max(0, start - 5), start):
        return True
    if text[start].isascii() and _CLAUSE_ENDS.match(text, end):
        return _ACTED.search(text[max(0, start - _FAR) : start]) is not None
    before = NAMED_BEFORE.search(text[max(0, start - _NEAR) : start])
    return bool(before and NAMED_AFTER.match(text, end, end + _NEAR))


@functools.cache
def _senses() -> Mapping[str, tuple[re.Pattern[str] | None, re.Pattern[str] | None]]:
    shared = {word: ELSE[like] for word, like in SAME.items() if like in ELSE}
    return {
        _plain(word): (
            re.compile(r"\b" * word.isascii() + before) if before else None,
            re.compile(after) if after else None,
        )
        for word, (before, after) in (ELSE | shared).items()
    }


def _plain(word: str) -> str:
    return _GAPS.sub("", word)


_MADE: dict[tuple[str, int], _Table] = {}
"""Tables already made, by the digest of the lists and the number of kinds."""


def _table(knowledge: Knowledge) -> _Table:
    key = (knowledge.digest, len(knowledge.data_types))
    if key not in _MADE:
        if len(_MADE) > 8:
            _MADE.clear()
        _MADE[key] = _compiled(knowledge.data_types.values())
    return _MADE[key]


def _compiled(rows: Collection[DataType]) -> _Table:
    listed = {word: kind for kind, words in LISTED.items() for word in words.split()}
    known = {row.id for row in rows}
    kinds = {word: kind for word, kind in listed.items() if kind in known}
    for row in rows:
        kinds |= {folded(word): row.id for word in row.synonyms if folded(word) not in listed}
    plain = {_plain(word): kind for word, kind in kinds.items()}
    by_first: dict[str, list[str]] = {}
    for word in sorted(kinds, key=lambda word: (-len(word), word)):
        by_first.setdefault(word[0], []).append(_spelled(word[1:], word))
    branches = "|".join(
        re.escape(first) + "(?:" + "|".join(rest) + ")" for first, rest in sorted(by_first.items())
    )
    return _Table(re.compile(branches), plain, frozenset(map(_plain, listed)))


def _spelled(rest: str, word: str) -> str:
    """Write the rest of a word as a pattern: spaces may be missing, a Latin word ends there."""
    letters = [
        r"[\s_-]?"
        if letter in " _-"
        else _BETWEEN[one.isascii(), letter.isascii()] + re.escape(letter)
        for one, letter in zip(word, rest, strict=False)
    ]
    pattern = "".join(letters).replace("wifi", r"wi-?fi")
    if word[-1].isascii():
        pattern += r"(?![a-z0-9])" if word.endswith("s") else r"s?(?![a-z0-9])"
    if word[0].isascii():
        pattern = r"(?<![a-z0-9].)" + pattern
    return pattern
