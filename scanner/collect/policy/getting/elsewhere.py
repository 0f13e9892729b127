"""Lists of which a policy says that they stand somewhere else, where nobody looked.

A list may be shown inside the app, behind a login, in a code to scan or in an annex of its own.
What stands in it is unknown then, and nothing can be said to lack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.collect.policy.document import Document, Reading, Span
from scanner.collect.policy.pieces import pieces_of
from scanner.collect.policy.sentences import Sentence
from scanner.facts import Part

_LIST = r"(?:清单|目录|列表|名单|名录|明细表?|一览表?|公示页|\blists?\b|\bdirectory\b)"
_NEAR = r"[^。;,!?\n]{0,16}?"
_LISTS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    (
        "sdk_list",
        re.compile(
            rf"(?:sdk|软件开发工具包){_NEAR}{_LIST}|{_LIST} of {_NEAR}sdks?\b"
            rf"|third[- ]part(?:y|ies){_NEAR}{_LIST}"
        ),
    ),
    (
        "sharing_list",
        re.compile(rf"(?:第三方|共享|合作方|合作伙伴|委托处理|对外提供){_NEAR}{_LIST}"),
    ),
    ("permissions", re.compile(rf"权限{_NEAR}{_LIST}|permissions? {_LIST}")),
    ("data_list", re.compile(rf"(?:收集|采集|个人信息|collected){_NEAR}{_LIST}")),
)
"""Which list words mean; the first that fits."""
_ANNEX = re.compile(
    r"(?:见|查看|查阅|参阅|载于|列于|\b(?:see|in|refer to)\b)[^。;,\n]{0,16}?"
    r"((?:附件|附录|附表|\b(?:annex|appendix)\b)\s?[一二三四五六七八九十\da-d]{0,3})"
    r"|((?:附件|附录|附表)\s?[一二三四五六七八九十\da-d]{0,3})[^。;,\n]{0,8}?(?:单独|另行|公布|公示)"
)
_ABOUT: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("sdk_list", re.compile(r"sdk|软件开发工具包")),
    ("sharing_list", re.compile(r"第三方|共享|合作方|合作伙伴|受托|third[- ]part|partner")),
    ("permissions", re.compile(r"权限|permission")),
    ("data_list", re.compile(r"收集|采集|个人信息的?(?:种类|类型|范围)|collect")),
)
"""What an annex may hold, by the sentence that names it."""
_REFERS = re.compile(
    r"见|查看|查阅|查询|了解|前往|访问|点击|扫描|扫码|公示|公布|参阅|参照|阅读|展示|列明|载明|列示|列出|为准|登录后|进入"
    r"|\b(?:see|view|find|refer|visit|available|published|set out|listed|shown|scan)\b"
)
_HERE = re.compile(
    r"下表|如下|以下|下列|下文|下方(?:表|列)|上表|上述|上文|上方|文末|本(?:政策|协议|声明)?第"
    r"|本(?:条|章|节|表|清单|目录|列表|名单)|第\s?[一二三四五六七八九十\d]{1,3}\s?(?:条|章|节|部分|款)"
    r"|\b(?:below|following|above|section \d|this (?:list|table))\b"
)
_AWAY = re.compile(
    r"登录后|(?:app|应用|软件|客户端|产品|小程序)(?:程序)?(?:内|中|里|端)|二维码|扫码|扫描|官网|官方网站"
    r"|(?:我的|设置|关于(?:我们)?|个人中心|隐私(?:中心|设置)?)\s?[\"”\])」]?\s?[-—–>→/»]"
    r"|单独(?:公布|公示|列示)|另行|in[- ]app|\blog(?:ged)? ?in\b|\bqr code\b|\bsettings? ?[->→]"
)
_MORE = re.compile(
    r"完整|全部|更多|最新|其余|其他的?第三方|\b(?:full|complete|latest|further|more)\b"
)
"""Words by which a list elsewhere holds more than one that stands here."""
_FOR_EACH = re.compile(r"已(?:被)?(?:收集|采集)|您的个人信息|收集到?您?的?个人信息清单")
"""Words for the list that an app shows to each person of what it took from him."""
_CHANGES = re.compile(r"(?:更新|修订|调整|完善|维护)(?:本|该|上述|我们的)?[^。;,]{0,12}$")
_NOT_YET = re.compile(r"不(?:提供|设|存在)|没有|尚未|无需")
_ROW = re.compile(
    r"(?:^|\n)[^\n:,(|]{0,40}?sdk[^\n:,(|]{0,8}[:,(|]|(?:sdk|第三方|公司|合作方)名称\s?:"
)
_HEADS: Mapping[Part, re.Pattern[str]] = {
    "sdk_list": re.compile(r"sdk|第三方|合作方|接收方|third[- ]part|partner|recipient"),
    "sharing_list": re.compile(r"sdk|第三方|合作方|接收方|共享|third[- ]part|partner|recipient"),
    "permissions": re.compile(r"权限|permission"),
    "data_list": re.compile(r"信息|数据|data|information"),
}
"""Headings of a table that is such a list."""
_TAKING_PART = re.compile(
    r"(?:接入|集成|嵌入|使用的?|共享)[^。;,\n]{0,8}(?:sdk|第三方)[^。;\n]{0,40}?(?:了解|查看|查阅|公示|公布)"
)
"""Words that send a reader away for who takes part, without calling it a list."""
_PROSE = re.compile(r"[。,;!?]|我们|[您你]")
_SCRIPTED = ("javascript:", "void(", "about:")
_NAME = 24
"""Longest line that is only the name of a list, in characters."""
_ENOUGH = 60
"""Characters under a heading from which on it holds what it names."""


class Elsewhere(NamedTuple):
    """A list that a document says to stand where nobody looked."""

    part: Part
    """Which list; other for an annex of which nobody says what it holds."""
    place: Span
    """The sentence that says so."""
    document: Document
    """The document in which it stands."""


def elsewhere(reading: Reading) -> Iterator[Elsewhere]:
    """Give each list once that the texts say to stand elsewhere and that none of them holds."""
    told: set[Part] = set()
    for document in reading.documents:
        headings = {block.start for block in document.blocks if block.kind == "heading"}
        for sentence in pieces_of(document):
            if sentence.cell or sentence.start in headings:
                continue
            part = _referred(document, sentence)
            if part is None or part in told or _is_held(reading, part, sentence):
                continue
            told.add(part)
            yield Elsewhere(part, Span(sentence.start, sentence.end), document)


def _referred(document: Document, sentence: Sentence) -> Part | None:
    """Say which list a sentence refers to that no link of it leads to."""
    if _leads(document, sentence):
        return None
    if _REFERS.search(sentence.text):
        return _sent_for(document, sentence.text)
    return _named(sentence.text) if _leads_nowhere(document, sentence) else None


def _sent_for(document: Document, text: str) -> Part | None:
    """Say for which list a folded sentence sends its reader somewhere else."""
    away = _AWAY.search(text) is not None
    here = _HERE.search(text) is not None
    part = _named(text)
    if part is not None:
        before = text[: next(found.start() for _, one in _LISTS if (found := one.search(text)))]
        idle = _CHANGES.search(before) or _NOT_YET.search(before)
        for_each = part == "data_list" and _FOR_EACH.search(text)
        return None if idle or for_each or (here and not away) else part
    if away and not here and _TAKING_PART.search(text):
        return "sdk_list" if "sdk" in text else "sharing_list"
    annex = _ANNEX.search(text)
    if annex is None or _stands_here(document, (annex[1] or annex[2]).strip()):
        return None
    return next((part for part, words in _ABOUT if words.search(text)), "other")


def _named(text: str) -> Part | None:
    return next((part for part, words in _LISTS if words.search(text)), None)


def _leads_nowhere(document: Document, sentence: Sentence) -> bool:
    """Say whether a line is only the name of a list: of a link for a script, or with no more below.

    What a script opens has no address, and may not even be marked as a link.
    """
    if len(sentence.text.strip()) > _NAME or _PROSE.search(sentence.text):
        return False
    if any(sentence.start <= link.start < sentence.end for link in document.links):
        return True
    below = document.text[sentence.end : sentence.end + 4 * _NAME].strip().split("\n", 1)[0]
    return len(below) <= _NAME


def _leads(document: Document, sentence: Sentence) -> bool:
    """Say whether a link or an address in a sentence leads somewhere, where others look."""
    if "http" in sentence.text or "www." in sentence.text:
        return True
    return any(
        sentence.start <= link.start < sentence.end and _is_link(link.href)
        for link in document.links
    )


def _is_link(href: str) -> bool:
    plain = href.strip().lower()
    return len(plain.lstrip("#")) > 0 and not plain.startswith(_SCRIPTED)


def _stands_here(document: Document, annex: str) -> bool:
    """Say whether an annex stands in the text: a line begins with its name."""
    folded = document.folded
    return any(
        folded.startswith(annex, block.start) or folded.startswith(f"[{annex}", block.start)
        for block in document.blocks
        if block.end - block.start <= 2 * _ENOUGH
        and not _REFERS.search(folded, block.start, block.end)
    )


def _is_held(reading: Reading, part: Part, sentence: Sentence) -> bool:
    """Say whether one of the documents holds such a list, and all of it."""
    alike = {"sdk_list", "sharing_list"} if part in ("sdk_list", "sharing_list") else {part}
    if any(document.part in alike for document in reading.documents):
        return True
    if part == "other" or (_MORE.search(sentence.text) and _AWAY.search(sentence.text)):
        return False
    return any(_lists(document, part) for document in reading.documents)


def _lists(document: Document, part: Part) -> bool:
    heads = _HEADS[part]
    folded = document.folded
    for table in document.tables:
        first = " ".join(folded[cell.start : cell.end] for row in table.rows[:2] for cell in row)
        down = " ".join(folded[row[0].start : row[0].end] for row in table.rows[:12] if row)
        if heads.search(first) or heads.search(down):
            return True
    if part in ("sdk_list", "sharing_list") and len(_ROW.findall(folded)) > 1:
        return True
    return any(
        words.search(text) for one, words in _LISTS if one == part for text in _held(document)
    )


def _held(document: Document) -> Sequence[str]:
    """Give the headings below which something stands."""
    blocks = document.blocks
    found: list[str] = []
    for at, block in enumerate(blocks):
        if block.kind != "heading":
            continue
        below = 0
        for other in blocks[at + 1 : at + 40]:
            if other.kind == "heading" and other.level <= block.level:
                break
            below += other.end - other.start
        if below >= _ENOUGH:
            found.append(document.folded[block.start : block.end])
    return found
