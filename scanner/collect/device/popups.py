"""What lies over an app's screens and asks neither for consent nor for a permission."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scanner.collect.device.controls import Tappable, lines_of
from scanner.collect.device.screens import sells, skips
from scanner.collect.device.walked import AT_ONCE_S, NO_WAY, Shown, Walked
from scanner.facts import PopupShown
from scanner.wording.consent import meaning_of, speaks_of_consent
from scanner.wording.short import short

_EXPLAINS = re.compile(r"权限|權限|permission", re.IGNORECASE)
"""Of what the app says before it asks for a permission."""
_CLOSE_SIGN = re.compile(r"关闭|關閉|close|dismiss|skip|cancel|guanbi|跳过", re.IGNORECASE)
_MARKED = re.compile(r"\W*(?:广\s*告|廣告|推\s*广|赞\s*助|ads?|advertisement|sponsored)\W*", re.I)
_LEAVING = frozenset({"close", "leave", "refuse", "acknowledge"})


def facts_of(walked: Walked) -> Iterator[PopupShown]:
    """Tell what lay over a screen of the app, once for each text.

    What a tap has just opened, as a menu or a question, answers the person and is told only where
    it advertises.
    """
    told: set[tuple[str, str]] = set()
    below = ""
    for one in walked.own:
        if not (one.over and one.readable and one.kind == "other"):
            below = below if one.over or one.kind in NO_WAY else one.name
            continue
        lines = lines_of(one.look)
        text = short(" ".join(lines))
        advertises = any(sells(line) for line in lines)
        key = (below or one.name, re.sub(r"\d+", "", text))  # what counts down is one and the same
        if not text or key in told or (not advertises and _asked_for(walked, one)):
            continue
        if not advertises and (speaks_of_consent(text) or _EXPLAINS.search(text)):
            continue
        told.add(key)
        yield _fact(walked, one, below or one.name, advertises=advertises)


def _fact(walked: Walked, one: Shown, page: str, *, advertises: bool) -> PopupShown:
    lines = lines_of(one.look)
    skipped = any(skips(line) for line in lines)
    pictures = any(node.kind.endswith("ImageView") for node in one.look.nodes)
    return PopupShown(
        source=walked.recorded.source(one.look.place, one.look.at),
        channel="device",
        page=page,
        text=short(" ".join(lines)),
        closable=closable(walked.controls(one.number)),
        advertisement=True if advertises or skipped else (None if pictures else False),
        marked=_is_marked(lines, pictures=pictures),
    )


def _is_marked(lines: Sequence[str], *, pictures: bool) -> bool | None:
    """Say whether it is marked as advertising; None where a picture may bear the mark."""
    if any(_MARKED.fullmatch(line) or re.search(r"跳过广告|skip ad", line, re.I) for line in lines):
        return True
    return None if pictures else False


def closable(controls: Sequence[Tappable]) -> bool | None:
    """Say whether a control closes what lies over a screen; None where one may that says nothing.

    A picture without words that can be tapped is often the ×.
    """
    for words, node in controls:
        if meaning_of(words) in _LEAVING or skips(words) or _CLOSE_SIGN.search(node.desc):
            return True
        if _CLOSE_SIGN.search(node.id.rpartition("/")[2]):
            return True
    return None if any(not words for words, _ in controls) or not controls else False


def _asked_for(walked: Walked, one: Shown) -> bool:
    """Say whether a tap may have opened it; where taps were not recorded, nobody knows."""
    if not walked.ordered:
        return True
    before = [touch for touch in walked.touched(one.number - 1) if touch.action == "tap"]
    return any(one.look.at.earliest - touch.at.latest <= AT_ONCE_S for touch in before)
