"""Names of persons: how many persons some names surely stand for.

Where two persons must say the same, one person written in two ways must not pass for two. So names
that may be one person's are counted once: another script, an addition in brackets, an office, the
same words in another order, an initial. Two people of so like names are told apart by writing what
differs in the name itself. A name in Chinese and its pinyin are not recognised as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from scanner.model import name_of
from scanner.wording.fold import fold

OFFICES = (
    "检察官助理",
    "检察官",
    "检察员",
    "检察长",
    "书记员",
    "执法人员",
    "工程师",
    "见证人",
    "取证人",
    "检测人",
    "复核人",
    "审核人",
    "经办人",
    "承办人",
    "警官",
    "民警",
    "法官",
    "律师",
    "主任",
    "科长",
    "处长",
    "局长",
    "队长",
    "组长",
    "老师",
    "先生",
    "女士",
    "同志",
    "复核",
    "审核",
    "初审",
    "复审",
    "复查",
    "核查",
    "确认",
)
"""Offices and acts that are written beside a name, the longer first."""
LATIN_OFFICES = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "review", "reviewer", "check", "checker", "second", "again"}
)
"""The same in Latin letters."""
_MARKS = frozenset("审核签代阅复小老甲乙")
"""Single characters that are written before or behind a name and make no other name of it."""
_BRACKETED = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>|《[^《》]*》|{[^{}]*}"
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")


class _Name(NamedTuple):
    plain: str
    han: str
    latin: tuple[str, ...]


def count(names: Iterable[str]) -> int:
    """Count how many persons these names stand for at least; names that may be one person's are
    one, and so are two that both may be a third's."""
    groups: list[list[str]] = []
    for name in names:
        if not name_of(name):
            continue
        near = [group for group in groups if any(alike(name, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([name, *(other for group in near for other in group)])
    return len(groups)


def alike(one: str, other: str) -> bool:
    """Say whether two names may be one person's."""
    first, second = _read(one), _read(other)
    if first.plain == second.plain:
        return True
    if first.han and second.han:
        return _same_han(*sorted((first.han, second.han), key=len))
    if first.latin and second.latin and not first.han and not second.han:
        return _same_latin(*sorted((first.latin, second.latin), key=len))
    return False


def _read(name: str) -> _Name:
    folded = fold(name)
    bare = folded
    while (shorter := _BRACKETED.sub(" ", bare)) != bare:
        bare = shorter
    bare = bare if any(map(str.isalpha, bare)) else folded
    han = "".join(_HAN.findall(bare))
    for office in OFFICES:
        han = han.replace(office, "") or han
    letters = unicodedata.normalize("NFD", _HAN.sub(" ", bare))
    letters = "".join(one for one in letters if not unicodedata.combining(one))
    words = re.findall(r"[^\W\d_]+", letters)
    latin = [word for word in words if word not in LATIN_OFFICES] or words
    return _Name(name_of(name), han, tuple(latin))


def _same_han(shorter: str, longer: str) -> bool:
    """Tell 王芳 from 王芳菲, which one character more makes another name, and not from 王芳某某."""
    at = longer.find(shorter)
    if at < 0:
        return False
    rest = longer[:at] + longer[at + len(shorter) :]
    return len(rest) != 1 or rest in _MARKS or len(shorter) == 1


def _same_latin(fewer: tuple[str, ...], more: tuple[str, ...]) -> bool:
    """Take the same letters in another order or division for one name, and an initial for any name
    that begins with it."""
    if sorted("".join(fewer)) == sorted("".join(more)):
        return True
    left = list(more)
    for word in sorted(fewer, key=len, reverse=True):
        fits = [
            each
            for each in left
            if each == word or (1 in (len(word), len(each)) and each[0] == word[0])
        ]
        if not fits:
            return False
        left.remove(max(fits, key=len))
    return True
