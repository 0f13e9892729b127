"""Whether a text is about another app or company than the subject."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from scanner.collect.policy.document import Document, Reading
from scanner.companies import same_company

_TITLE = re.compile(
    r"[《<「“\"]?(?P<name>[\w\u4e00-\u9fff+·&. -]{2,30}?)[》>」”\"]?\s?(?:app|应用|软件|平台"
    r"|客户端|网站|小程序|游戏|产品|服务|用户|儿童|安卓版?|android|ios)?\s?"
    r"(?:个人信息)?(?:隐私(?:权)?(?:保护)?(?:政策|声明|协议|指引|条款|说明)|个人信息(?:保护"
    r"|处理)(?:政策|规则|声明)|privacy (?:policy|notice|statement))"
)
_GENERAL = re.compile(
    r"^(?:本|我们|您的|用户|个人信息|隐私权?|应用|软件|平台|产品|服务|网站|客户端|移动|儿童"
    r"|未成年人|app|android|ios|安卓|版|最新|通用|完整版?|简要版?|our|the|this|your|website|mobile"
    r"|children'?s?|user|full|privacy|[\d .v_-])+$"
)
_CALLED = re.compile(
    r"[《“\"「【]?(?P<name>[\w\u4e00-\u9fff+·&.]{2,20})[》”\"」】]?\s?(?:app|应用|软件|平台|客户端"
    r"|网站|小程序)?\s?\((?:以下(?:简称|称|统称)|下称|简称)\s?[“\"「:为]{0,3}(?:本应用|本软件"
    r"|本产品|本平台|本app|本游戏|本小程序)"
)


_LEAST = 2
"""Characters of the shortest name that tells anything."""
_HEAD = 300
_LINES = 6
"""Characters and lines at the beginning in which a text names itself."""


class Subject(NamedTuple):
    """An app or company of which a text says that it is its policy."""

    start: int
    end: int
    name: str


def other_subjects_in(document: Document, reading: Reading) -> Iterator[Subject]:
    """Find whose policy a text says it is, where that is another and the subject is nowhere named.

    Nothing is said where the names are in different scripts, or where the auditor's developer or
    any name of the subject stands in it or in a text that was got with it.
    """
    if document.part != "policy" or not reading.names:
        return
    known = [plain for plain in map(_plain, reading.names) if len(plain) >= 2]
    beside = [one for one in reading.documents if one.origin == document.origin]
    everything = "".join(_plain(one.text + one.title) for one in beside)
    developer = _plain(reading.developer or "")
    if any(name in everything for name in known) or (developer and developer in everything):
        return
    found = _self_name(document)
    if found is None or not known or not any(_comparable(found.name, name) for name in known):
        return
    if any(_alike(found.name, name) for name in (*reading.names, reading.developer or "")):
        return
    yield found


def _self_name(document: Document) -> Subject | None:
    """Read the name in the title or the first lines, else the one that is called 本应用."""
    lines = [document.title.lower(), *document.folded[:_HEAD].split("\n")[:_LINES]]
    for line in lines:
        found = _TITLE.match(line.strip(" #*>"))
        if found and not _GENERAL.match(found["name"].strip()):
            at = document.folded.find(found["name"])
            return _subject(document, found["name"], max(at, 0))
    called = _CALLED.search(document.folded, 0, 10 * _HEAD)
    return _subject(document, called["name"], called.start("name")) if called else None


def _subject(document: Document, name: str, at: int) -> Subject:
    end = document.text.find("\n", at)
    return Subject(at, end if end != -1 else len(document.text), name.strip())


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).casefold())


def _alike(one: str, other: str) -> bool:
    """Say whether names may be of one: a brand may stand inside that of a product or company."""
    short, long = sorted((_plain(one), _plain(other)), key=len)
    return (len(short) >= _LEAST and short in long) or same_company(one, other) is True


def _comparable(one: str, other: str) -> bool:
    return _han(one) == _han(other)


def _han(name: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in name)
