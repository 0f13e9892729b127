"""The findings by what they are about: the six groups of 认定方法, a site's duties, other norms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scanner.model import Report, Ruling, Words
from scanner.report.outline import RANK, Flagged, flagged, points_of
from scanner.report.words import CERTAINTY

GROUPS: dict[str, Words] = {
    "cac-191-1": Words("未公开收集使用规则", "Rules of collection and use not published"),
    "cac-191-2": Words(
        "未明示收集使用个人信息的目的、方式和范围", "Purpose, means and scope not stated"
    ),
    "cac-191-3": Words("未经用户同意收集使用个人信息", "Collection and use without consent"),
    "cac-191-4": Words(
        "违反必要原则，收集与其提供的服务无关的个人信息",
        "Collection of information unrelated to the service",
    ),
    "cac-191-5": Words("未经同意向他人提供个人信息", "Provision to others without consent"),
    "cac-191-6": Words(
        "未按法律规定提供删除或更正个人信息功能或未公布投诉、举报方式等信息",
        "No deletion or correction, or no way to complain published",
    ),
}
"""The six groups of the 31 behaviours of 认定方法, by the beginning of a category."""
DUTIES = Words("网站的义务", "Duties of a website")
NOTICES = Words("工信部通知和通报所列的问题", "What MIIT notices list")
OTHERS = Words("其他规范的要求", "What other norms demand")
_WEB, _NOTICE, _OTHER = "web", "miit", "other"
_LISTS = {"web": _WEB, "miit-164": _NOTICE, "miit-notice": _NOTICE, "miit-337": _NOTICE}


class Category(NamedTuple):
    """Findings that are about the same."""

    id: str
    """cac-191-1 to cac-191-6, web, miit or other."""
    title: Words
    groups: tuple[Flagged, ...]


def of(ruling: Ruling) -> str:
    """Say to which of these a ruling belongs."""
    scheme, _, item = ruling.category.rpartition("-")
    group = f"{scheme}-{item.partition('.')[0]}"
    return group if group in GROUPS else _LISTS.get(scheme, _OTHER)


def by_category(report: Report) -> tuple[Category, ...]:
    """Give the findings that accuse by category, the weightiest first in each; drafts stand last.

    Of a site its duties come first, of an app the six groups; categories without findings are left
    out.
    """
    groups = [one for level in CERTAINTY for one in flagged(report, level)]
    points = points_of(report)
    groups.sort(
        key=lambda one: (
            one.ruling.advisory,
            RANK[one.ruling.severity],
            one.certainty != "proven",
            -points.get(one.ruling.rule, 0),
            one.ruling.rule,
        )
    )
    return tuple(_categories(groups, website=report.subject.kind == "website"))


def title(category: str) -> Words:
    """Say what a category is called."""
    known = {_WEB: DUTIES, _NOTICE: NOTICES, _OTHER: OTHERS}
    return GROUPS[category] if category in GROUPS else known[category]


def grouped(rulings: Iterable[Ruling], website: bool) -> tuple[tuple[Words, list[Ruling]], ...]:
    """Give rulings under the names of their categories, in the order of the categories."""
    found: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        found.setdefault(of(ruling), []).append(ruling)
    return tuple((title(one), found[one]) for one in _order(website) if one in found)


def _categories(groups: Iterable[Flagged], *, website: bool) -> Iterator[Category]:
    found: dict[str, list[Flagged]] = {}
    for one in groups:
        found.setdefault(of(one.ruling), []).append(one)
    for category in _order(website):
        if category in found:
            yield Category(category, title(category), tuple(found[category]))


def _order(website: bool) -> tuple[str, ...]:
    return (_WEB, *GROUPS, _NOTICE, _OTHER) if website else (*GROUPS, _NOTICE, _WEB, _OTHER)
