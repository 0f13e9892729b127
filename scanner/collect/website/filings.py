"""Numbers of filings and licences that a page shows, and whether they lead to the register."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple
from urllib.parse import unquote

from scanner.collect.website.links import Link
from scanner.collect.website.view import View
from scanner.exchange import address, shown
from scanner.facts import FilingShown

Scheme = Literal["icp", "licence", "police", "app", "mini_program"]
_PROVINCE = "[京津沪渝冀豫滇辽黑湘皖鲁新苏浙赣鄂桂陇晋蒙陕吉闽黔粤青藏蜀宁琼]"
"""The letters under which filings are numbered; for Sichuan, Yunnan, Guizhou and Gansu they are
not those of number plates."""
_FILING = re.compile(
    rf"({_PROVINCE})\s*ICP\s*备\s*[（(]?\s*(\d{{5,10}})\s*[)）]?\s*号?(?:\s*[-－–—]\s*(\d{{1,4}})\s*([AX])?)?"
    r"(?![\dA-Za-z])",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    rf"({_PROVINCE})\s*ICP\s*证\s*[（(]?\s*(\d{{5,10}})\s*[)）]?\s*号?"
    rf"|(?<![\w-])((?:{_PROVINCE}"
    rf"|合字)?[AB][12](?:[.、,]?[AB][12]){{0,3}}\s*[-－]\s*\d{{8}})(?![\d-])",
)
_POLICE = re.compile(rf"({_PROVINCE})\s*公网安备\s*[（(]?\s*(\d{{13,14}})\s*[)）]?\s*号?")
REGISTERS: dict[Scheme, tuple[str, ...]] = {
    "icp": ("beian.miit.gov.cn", "miitbeian.gov.cn", "miibeian.gov.cn"),
    "app": ("beian.miit.gov.cn", "miitbeian.gov.cn", "miibeian.gov.cn"),
    "mini_program": ("beian.miit.gov.cn", "miitbeian.gov.cn", "miibeian.gov.cn"),
    "licence": ("dxzhgl.miit.gov.cn", "tsm.miit.gov.cn", "beian.miit.gov.cn"),
    "police": ("beian.mps.gov.cn", "beian.gov.cn"),
}
"""Hosts of the registers that a number should lead to; older ones still count."""
_BY_SUFFIX: dict[str, Scheme] = {"A": "app", "X": "mini_program"}
_FOOT = re.compile(
    r"©|\(c\)|copyright|版权所有|版權所有|all rights|备案|许可证|公网安备|ICP证|主办|承办|技术支持",
    re.I,
)
_SENTENCE = re.compile(r"[。；;！？]|，[^，]*，")
_LONE = 40
"""Characters beside a number within which its line is a line of its own, not a sentence."""


class _Number(NamedTuple):
    scheme: Scheme
    number: str
    start: int
    end: int


def filing_facts(view: View, links: Sequence[Link] | None) -> Iterator[FilingShown]:
    """Find the numbers of filings and licences that a page shows as its own.

    One that an article mentions is not the site's. `links` is None when they could not be read:
    whether a number leads to its register is then unknown.
    """
    told: dict[tuple[Scheme, str], FilingShown] = {}
    seen = [link for link in links or () if link.visible]
    linked = {
        (one.scheme, one.number): link for link in reversed(seen) for one in _numbers(link.text)
    }
    for line in view.text.split("\n"):
        for one in _numbers(line):
            key = (one.scheme, one.number)
            if key not in told and (key in linked or _is_own(line, one)):
                told[key] = _fact(view, one, linked.get(key), links)
    for key, link in linked.items():
        if key not in told:
            told[key] = _fact(view, _Number(*key, 0, 0), link, links)
    yield from told.values()


def _fact(view: View, one: _Number, link: Link | None, links: Sequence[Link] | None) -> FilingShown:
    link = link or _beside(one, links)
    return FilingShown(
        source=view.source(link.path if link else one.number),
        channel="website",
        scheme=one.scheme,
        number=one.number,
        linked=None if links is None else _leads(link, one.scheme),
        href=None if links is None else shown(link.href) if link and link.href else "",
        page=view.page,
    )


def _beside(one: _Number, links: Sequence[Link] | None) -> Link | None:
    """Give a link to the register whose own words hold no number, as an icon beside it has."""
    for link in links or ():
        if link.visible and _at_register(link, one.scheme) and not _numbers(link.text):
            return link
    return None


def _leads(link: Link | None, scheme: Scheme) -> bool | None:
    """Say whether a link leads to the register; None where a script or a detour decides."""
    if link is None or _at_register(link, scheme):
        return link is not None
    target = address(link.href)
    if target is None or target.scheme not in ("http", "https"):
        return None
    detour = unquote(unquote(link.href)).partition("://")[2].partition("/")[2].lower()
    return None if any(host in detour for host in REGISTERS[scheme]) else False


def _at_register(link: Link, scheme: Scheme) -> bool:
    target = address(link.href)
    hosts = REGISTERS[scheme]
    return target is not None and any(f".{target.host}".endswith(f".{host}") for host in hosts)


def _numbers(text: str) -> list[_Number]:
    found = []
    for match in _FILING.finditer(text[:4000]):
        province, number, part, suffix = match.groups()
        whole = f"{province}ICP备{number}号" + (f"-{part}{(suffix or '').upper()}" if part else "")
        scheme = _BY_SUFFIX.get((suffix or "").upper(), "icp")
        found.append(_Number(scheme, whole, *match.span()))
    for match in _LICENCE.finditer(text[:4000]):
        if match.group(1):
            whole = f"{match.group(1)}ICP证{match.group(2)}号"
        else:
            whole = re.sub(r"\s", "", match.group(3)).replace("－", "-")
        found.append(_Number("licence", whole, *match.span()))
    for match in _POLICE.finditer(text[:4000]):
        whole = f"{match.group(1)}公网安备{match.group(2)}号"
        found.append(_Number("police", whole, *match.span()))
    return found


def _is_own(line: str, one: _Number) -> bool:
    """Say whether a number stands as a page shows its own, not in an article's sentence."""
    beside = f"{line[: one.start]} {line[one.end :]}"
    for other in (_FILING, _LICENCE, _POLICE):
        beside = other.sub("", beside)
    beside = beside.strip()
    if _SENTENCE.search(beside):
        return False
    return len(beside) <= _LONE or bool(_FOOT.search(beside))
