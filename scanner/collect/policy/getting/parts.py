"""Which links of a policy lead to parts of it, and what of a policy a missing part would show.

A part is a list or a set of rules that the policy itself refers to: its SDKs, what is collected,
what is shared, permissions, children. A link in a row of a table of SDKs leads to the policy of
somebody else, and a user agreement is no part.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin

from scanner.collect.policy.document import Document, Span, folded
from scanner.exchange import address
from scanner.facts import Part
from scanner.model import Scalar

MOST_LINKS = 5_000
"""Links of one document that are looked at."""
HUB = 1_500
"""Characters below which a page may only lead to the policy, as centres of privacy do."""
LONGEST_WORDS = 80
"""Characters of a link's words above which it is running text and names no part."""
BEFORE = 40
"""Characters before an address in which it may be said what it leads to."""

_LIST = r"清单|目录|列表|名单|名录|明细|一览表?|list|directory|catalog(?:ue)?"
_LISTS = re.compile(_LIST)
_AGREEMENT = re.compile(
    r"(?:用户|服务|注册|会员|使用|许可|充值|购买)(?:服务|使用|许可|注册)?(?:协议|条款|规则|须知)"
    r"|terms (?:of|and)|user agreement|eula|licen[cs]e"
)
_PRIVACY = re.compile(r"隐私|個人資料|隱私|privacy|个人信息保护(?:政策|声明|指引)")
_ITSELF = re.compile(
    r"^\W{0,2}(?:本?(?:应用|软件|app|平台|网站|产品|公司)的?)?(?:隐私权?(?:政策|协议|声明|条款|保护(?:指引|政策|声明))"
    r"|个人信息(?:保护政策|处理规则)|privacy (?:policy|notice|statement))\W{0,2}$"
)
"""Words that mean the policy itself and nobody else's."""
_VENDOR = re.compile(r"隐私|隱私|privacy|官网|官方网站|网站|网址|website|homepage")
_FULL = re.compile(
    r"(?:完整版?|全文|详细版?|正式版|full)(?:的|版|本)*.{0,12}(?:隐私|privacy)"
    r"|(?:隐私|privacy).{0,12}(?:完整版|全文|详细版|full)"
)
_WORDS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    (
        "other",
        re.compile(rf"cookies?.{{0,12}}(?:政策|声明|说明|使用|policy|notice|statement|{_LIST})"),
    ),
    (
        "sharing_list",
        re.compile(
            rf"(?:共享|分享|提供|披露|合作方|合作伙伴|shar).{{0,16}}(?:{_LIST})"
            rf"|第三方.{{0,4}}(?:信息|数据).{{0,10}}(?:{_LIST})"
        ),
    ),
    (
        "sdk_list",
        re.compile(
            rf"sdk.{{0,24}}(?:{_LIST})|(?:接入|使用|集成).{{0,6}}sdk"
            r"|(?:^|第三方|合作方?)\W{0,2}sdk.{0,12}(?:说明|介绍|公示|披露|情况)"
            rf"|第三方.{{0,12}}(?:{_LIST})|third.?part(?:y|ies).{{0,24}}(?:{_LIST}|sdks?)"
            r"|^sdks?$|第三方sdk$|软件开发工具包"
        ),
    ),
    (
        "data_list",
        re.compile(
            rf"(?:收集|采集|处理|个人信息|collect).{{0,16}}(?:{_LIST})|双清单"
            rf"|(?:{_LIST}) of (?:personal|collected)"
        ),
    ),
    (
        "permissions",
        re.compile(
            rf"权限.{{0,12}}(?:{_LIST}|说明|申请|使用|调用|用途)|permissions?.{{0,16}}(?:{_LIST})"
            rf"|(?:{_LIST}) of permissions"
        ),
    ),
    (
        "children",
        re.compile(
            r"(?:儿童|未成年|青少年).{0,16}(?:隐私|隱私|信息|資料|保护|规则|声明|政策)"
            r"|(?:child|kids|minors?\b).{0,24}(?:privacy|polic|notice|statement|rules|protection)"
        ),
    ),
)
"""The first that fits names the part."""
_LAW = re.compile(r"(?:规定|办法|条例|法|通知|标准|规范|指南)\W{0,2}$|^(?:中华人民共和国|gb)")
_TITLE = re.compile(r"《([^》《\n]{2,40})》")
_HERE = frozenset(
    {"链接", "点击查看", "查看", "点击这里", "点击此处", "此处", "这里", "详情", "here", "link"}
)
_OWN_LIST = re.compile(
    rf"(?:第三方|共享|收集|双|权限|合作|接入|third|shar|collect).{{0,24}}(?:{_LIST})"
)
"""Words that a list of the subject itself has even where a table links it."""
_BARE = re.compile(r"https?://[^\s<>\"'，。；、）》】\])\u4e00-\u9fff]{4,400}")
_DOWNLOADS = re.compile(r"\.(?:apk|exe|dmg|zip|rar|ipa|jpe?g|png|gif|mp4)$", re.IGNORECASE)

_ELEMENTS: Mapping[Part, tuple[str, ...]] = {
    "policy": tuple(f"pol-{number:02}" for number in range(1, 29)),
    "sdk_list": ("pol-11", "pol-12", "pol-14"),
    "sharing_list": ("pol-11", "pol-12", "pol-14"),
    "data_list": ("pol-03", "pol-04", "pol-13"),
    "permissions": ("pol-15",),
    "children": ("pol-17",),
    "other": ("pol-22",),
}
"""Elements of a policy that stand in a part as often as in the policy itself."""


class Wanted(NamedTuple):
    """A part that a document refers to."""

    part: Part
    words: str
    """The words of the link."""
    href: str
    """Where it leads; not absolute where nobody knows where the document stands."""


def parts_of(document: Document) -> tuple[Wanted, ...]:
    """Give the parts to which a document links, in their order, each address once."""
    cells = [span for table in document.tables for row in table.rows for span in row]
    cells.sort()
    hub = document.part == "policy" and document.letters < HUB
    found: dict[str, Wanted] = {}
    for words, href, start in _links(document):
        key = _key(document.address, href)
        if key is None or key in found:
            continue
        part = _part(document, words, start, in_cell=_within(cells, start))
        if part is None and hub and _ITSELF.search(folded(words)) and _beside(document, key):
            part = "policy"
        if part is not None:
            found[key] = Wanted(part, words or href, key)
    return tuple(found.values())


def _beside(document: Document, href: str) -> bool:
    """Say whether an address is of the same host as a document."""
    here, there = address(document.address or ""), address(href)
    return here is not None and there is not None and here.host == there.host


def named_only(document: Document) -> tuple[Wanted, ...]:
    """Give the parts that a text names in 《》 and neither links to nor holds.

    The list of what was collected is not among them: an app shows it to each person for himself,
    and repeats there what its policy says.
    """
    held = {wanted.part for wanted in parts_of(document)} | {document.part}
    for block in document.blocks:
        if block.kind == "heading":
            part = _named(document.folded[block.start : block.end])
            held |= {part} if part is not None else set()
    found: dict[Part, Wanted] = {}
    for count, title in enumerate(_TITLE.finditer(document.folded)):
        if count >= MOST_LINKS:
            break
        said = title[1].strip()
        listed = _LISTS.search(said) is not None
        part = None if _LAW.search(said) or _AGREEMENT.search(said) else _named(said)
        if part in ("sdk_list", "sharing_list", "permissions") and not listed:
            part = None
        if part is not None and part not in (*held, "data_list", "other"):
            words = document.text[title.start() : title.end()]
            found.setdefault(part, Wanted(part, words, ""))
    return tuple(found.values())


def _links(document: Document) -> Iterator[tuple[str, str, int]]:
    """Give words, address and place of links, and of addresses that stand in the text."""
    known = set[str]()
    for link in document.links[:MOST_LINKS]:
        known.add(link.href)
        yield " ".join(link.text.split()), link.href, link.start
    for count, bare in enumerate(_BARE.finditer(document.text)):
        if count >= MOST_LINKS:
            return
        href = bare[0].rstrip(".,;:!?")
        if href not in known:
            yield "", href, bare.start()


def _part(document: Document, words: str, start: int, *, in_cell: bool) -> Part | None:
    said = folded(words)
    if len(said) > LONGEST_WORDS:
        return None
    if not said or said in _HERE or said.startswith(("http:", "https:", "www.")):
        line = document.folded.rfind("\n", 0, start) + 1
        said = document.folded[max(line, start - BEFORE) : start]
        own = _LISTS.search(said) and not in_cell and not _VENDOR.search(said)
        return _named(said) if own else None
    if _LISTS.search(said):
        return _named(said) if not in_cell or _OWN_LIST.search(said) else None
    if in_cell or _AGREEMENT.search(said) or _LAW.search(said):
        return None
    if _FULL.search(said):
        return "policy"
    # A policy for children, or on cookies, is the subject's own unless a table of others holds it.
    named = _named(said)
    return named if not _VENDOR.search(said) or named in ("children", "other") else None


def _named(said: str) -> Part | None:
    return next((part for part, words in _WORDS if words.search(said)), None)


def _key(base: str | None, href: str) -> str | None:
    """Give where a link leads; None where it stays in the document or leaves the web."""
    href = href.strip()
    if not href or (href.startswith("#") and not href.startswith(("#/", "#!"))):
        return None
    if base is not None and address(base) is not None:
        try:
            href = urljoin(base, href)
        except ValueError:
            return None
        page, anchor = urldefrag(href)
        if page == urldefrag(base)[0] and not anchor.startswith(("/", "!")):
            return None
    scheme = href.partition(":")[0].lower() if ":" in href.partition("/")[0] else ""
    if scheme not in ("", "http", "https") or _DOWNLOADS.search(href.partition("?")[0]):
        return None
    return href if href.partition("#")[2].startswith(("/", "!")) else href.partition("#")[0]


def _within(cells: Sequence[Span], start: int) -> bool:
    at = bisect_right(cells, Span(start, 1 << 60)) - 1
    return at >= 0 and cells[at][0] <= start < max(cells[at][1], cells[at][0] + 1)


def holds_part(document: Document, part: Part) -> bool:
    """Say whether a document holds what its link promised: words of such a list, and enough."""
    text = document.folded
    letters = document.letters
    rows = sum(len(table.rows) for table in document.tables)
    if part in ("sdk_list", "sharing_list"):
        told = len(re.findall(r"sdk|第三方|共享|合作方|third part|partner|shar", text))
        return told >= 3 and (rows >= 2 or letters >= 120)
    if part in ("data_list", "permissions"):
        told = len(re.findall(r"信息|权限|收集|目的|场景|information|permission|purpose", text))
        return told >= 3 and (rows >= 2 or letters >= 120)
    if part == "other":
        return "cookie" in text and letters >= 120
    return (
        letters >= 200
        and re.search(r"个人信息|個人資料|隐私|隱私|privacy|personal", text) is not None
    )


def missing(part: Part) -> Iterator[tuple[str, dict[str, tuple[Scalar, ...]]]]:
    """Say which kinds of fact, and which of them, a part could show that nobody could read."""
    if part == "policy":
        return
    if part in ("sdk_list", "sharing_list"):
        yield "policy.third_party", {}
        yield "policy.export", {}
        yield "policy.data_item", {"use": ("shared",)}
    if part == "data_list":
        yield "policy.data_item", {}
    if part == "permissions":
        yield "policy.permission", {}
    if part in ("sdk_list", "sharing_list", "data_list"):
        yield "policy.mention", {}
    yield "policy.element", {"element": elements_in(part)}


def elements_in(part: Part) -> tuple[str, ...]:
    """Give the elements that may stand in a part of this kind."""
    return _ELEMENTS.get(part, ())


def part_of_title(title: str) -> Part | None:
    """Say which part a text is by its title; None for a policy and whatever else."""
    said = folded(" ".join(title.split()))[:LONGEST_WORDS]
    named = _named(said)
    if named in ("children", "other"):
        return named
    return None if not _LISTS.search(said) or _PRIVACY.search(said) else named
