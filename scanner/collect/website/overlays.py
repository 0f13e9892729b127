"""What lies over a page without asking for consent, and how a page's main text is set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from scanner.browser import Unanswered
from scanner.collect.website.frames import answer_of, limits, whole
from scanner.collect.website.view import View
from scanner.facts import PopupShown
from scanner.model import Words
from scanner.wording.short import short

if TYPE_CHECKING:
    from playwright.async_api import Page

MOST_POPUPS = 20


class Popup(NamedTuple):
    """Something that lies over the page."""

    text: str
    """Its words, shortened."""
    path: str
    """CSS path of what it is."""
    share: int
    """Percent of the window that it covers."""
    closable: bool
    """Whether a control to close it was found."""
    advertisement: bool | None
    """Whether it looks like advertising."""
    marked: bool
    """Whether the word 广告 or the like stands on it."""
    asks_consent: bool
    """Whether it asks people to agree to something, or to sign in."""


class Type(NamedTuple):
    """How the main text of a page is set; a measure that could not be taken is null."""

    font_px: int | None
    """Size of its letters in CSS pixels, rounded down."""
    line_percent: int | None
    """Height of a line in percent of the size of its letters."""
    contrast_percent: int | None
    """Contrast by WCAG 2, times 100; null where a picture lies behind the text."""
    characters: int
    """Characters measured."""


class _RawPopup(msgspec.Struct):
    text: str
    path: str
    share: float
    modal: bool
    closable: bool
    sells: bool
    away: bool
    ad_signs: bool
    marked: bool
    fields: int


class _RawPopups(msgspec.Struct):
    complete: bool
    popups: list[_RawPopup]


class _RawType(msgspec.Struct):
    complete: bool
    characters: int
    font_px: float | None
    line_percent: float | None
    contrast_percent: float | None


_CONSENT = re.compile(
    r"隐私|隱私|个人信息|cookie|用户协议|服务协议|服务条款|同意|授权|privacy|consent|terms of",
    re.IGNORECASE,
)


_LOADING = re.compile(
    r"(?:正在|努力|拼命|数据|页面)*(?:加载|载入|读取|初始化)[中完.…。 ]*|请稍[候等后][.…。 ]*"
    r"|(?:loading|please wait)[.… ]*",
    re.IGNORECASE,
)
"""Words of a veil that only says that the page is not ready yet."""


async def read_popups(page: Page) -> list[Popup]:
    """Read what lies over the page; raises Unanswered when the page did not answer."""
    answer = await answer_of(page.main_frame, "overlays", limits(), _RawPopups)
    if not answer.complete:
        too_large = Words(
            "页面过大，弹窗没有全部查看", "the page is too large: pop-ups were not all seen"
        )
        raise Unanswered(too_large)
    return [_popup(raw) for raw in answer.popups[:MOST_POPUPS]]


def _popup(raw: _RawPopup) -> Popup:
    text = raw.text[:600]
    return Popup(
        text=short(text),
        path=raw.path[:2000],
        share=max(0, min(whole(raw.share), 100)),
        closable=raw.closable,
        advertisement=_advertises(raw),
        marked=raw.marked,
        asks_consent=raw.fields > 0 or bool(_CONSENT.search(text)),
    )


def _advertises(raw: _RawPopup) -> bool | None:
    """Say whether it advertises; None for a picture that leads away and says no more."""
    if raw.marked or raw.sells or (raw.away and raw.ad_signs):
        return True
    return None if raw.away else False


def popup_facts(popups: Sequence[Popup], view: View) -> Iterator[PopupShown]:
    """Give what lies over the page and asks for no consent."""
    told = set[str]()
    for popup in popups:
        text = popup.text or f"[{popup.path[-80:]}]"
        if popup.asks_consent or text in told or _LOADING.fullmatch(text):
            continue
        told.add(text)
        yield PopupShown(
            source=view.source(popup.path),
            channel="website",
            page=view.page,
            text=text,
            closable=popup.closable,
            advertisement=popup.advertisement,
            marked=popup.marked,
        )


async def read_type(page: Page) -> Type:
    """Measure the main text of a page; raises Unanswered when the page did not answer."""
    raw = await answer_of(page.main_frame, "lettering", limits(), _RawType)
    return Type(
        font_px=_whole(raw.font_px),
        line_percent=_whole(raw.line_percent),
        contrast_percent=_whole(raw.contrast_percent),
        characters=max(0, min(raw.characters, 10_000_000)),
    )


def _whole(value: float | None) -> int | None:
    return int(value) if value is not None and 0 <= value <= 100_000 else None
