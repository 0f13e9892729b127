"""What lies over an app's screens and asks neither for consent nor for a permission."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from scanner.collect.device.controls import Tappable, lines_of
from scanner.collect.device.screens import sells, skips
from scanner.collect.device.walked import AT_ONCE_S, NO_WAY, Shown, Walked
from scanner.collect.device.windows import is_whole, is_window
from scanner.facts import PopupShown
from scanner.wording.consent import meaning_of, speaks_of_consent
from scanner.wording.rights import is_control, plain
from scanner.wording.short import short

LARGE = 8
"""Part of the screen, one in so many, from which a picture is no × (project judgement)."""
DP = 160
"""Pixels to the inch at which one of them is one dp (developer.android.com)."""
LEAST_DENSITY = 80
MOST_DENSITY = 1_000
"""Pixels to the inch between which those of phones lie."""
_EXPLAINS = re.compile(r"权限|權限|permission", re.IGNORECASE)
"""Of what the app says before it asks for a permission."""
_CLOSE_SIGN = re.compile(r"关闭|關閉|close|dismiss|skip|cancel|guanbi|跳过", re.IGNORECASE)
_CLOSE_WORDS = re.compile(
    r"关[闭掉]|跳过|略过|不感兴趣|不再(?:提醒|显示|弹出)|我知道了|知道啦|下次|稍后|以后再说|暂不|取消|放弃|退出|返回"
    r"|(?:回到|进入|前?往|去).{0,8}(?:首页|主页|主界面)"
    r"|\b(?:skip|close|dismiss|not now|later|no thanks|home|back)\b"
)
"""Words of a control that closes a window, whatever else it says."""
_MAY_CLOSE = re.compile(r"关[闭掉]|跳过|略过|消失|^\W*\d{1,2}\s*(?:s|秒)?\W*$|\b(?:skip|close)\b")
"""Words anywhere in a window that tell of a way to close it, or that it goes by itself."""
_GOES_IN = re.compile(r"^(?:直接|立即|马上|点击|现在)*(?:进入|开始使用|继续使用)")
"""Words of a control that may lead into the app itself."""
_MARKED = re.compile(r"\W*(?:广\s*告|廣告|推\s*广|赞\s*助|ads?|advertisement|sponsored)\W*", re.I)
_LEAVING = frozenset({"close", "leave", "refuse", "acknowledge"})


def facts_of(walked: Walked) -> Iterator[PopupShown]:
    """Tell what lay over a screen of the app, once for each text.

    What a tap has just opened, as a menu or a question, answers the person and is told only where
    it advertises.
    """
    told: set[tuple[str, str]] = set()
    for below, run in _runs(walked):
        one = run[0]
        lines = lines_of(one.look)
        text = short(" ".join(lines))
        advertises = any(sells(line) for line in lines)
        page = one.name if is_whole(walked, one) else below or one.name
        key = (page, re.sub(r"\d+", "", text))  # what counts down is one and the same
        if not text or key in told or (not advertises and _asked_for(walked, one)):
            continue
        if not advertises and (speaks_of_consent(text) or _EXPLAINS.search(text)):
            continue
        told.add(key)
        yield _fact(walked, run, page, advertises=advertises)


def _runs(walked: Walked) -> Iterator[tuple[str, list[Shown]]]:
    """Give each window as it stood until it was touched or changed, with what lies below it."""
    below, run = "", list[Shown]()
    for one in walked.own:
        if is_window(walked, one):
            if run and not _goes_on(walked, run[-1], one):
                yield below, run
                run = []
            run.append(one)
            continue
        if run:
            yield below, run
            run = []
        below = below if one.over or one.kind in NO_WAY else one.name
    if run:
        yield below, run


def _goes_on(walked: Walked, before: Shown, one: Shown) -> bool:
    """Say whether a window is the one that stood there, whether or not it can be closed by now."""
    if before.number + 1 != one.number or walked.touched(before.number):
        return False
    return _core(walked, before) == _core(walked, one)


def _core(walked: Walked, one: Shown) -> tuple[str, ...]:
    """Give the words of a window without numbers and without what closes it."""
    lines = walked.lines(one.number)
    kept = (line for line in lines if not skips(line) and meaning_of(line) not in _LEAVING)
    return tuple(re.sub(r"\d+", "", line) for line in kept)


def _fact(walked: Walked, run: Sequence[Shown], page: str, *, advertises: bool) -> PopupShown:
    one = run[0]
    lines = lines_of(one.look)
    skipped = any(skips(line) for line in lines)
    pictures = any(node.kind.endswith("ImageView") for node in one.look.nodes)
    closes = [_closable(walked, each) for each in run]
    return PopupShown(
        source=walked.recorded.source(one.look.place, one.look.at),
        channel="device",
        page=page,
        text=short(" ".join(lines)),
        closable=True if True in closes else None if None in closes else False,
        advertisement=True if advertises or skipped else (None if pictures else False),
        marked=_is_marked(lines, pictures=pictures),
        close_dp=_close_dp(walked, run),
        close_after_s=_close_after(run, closes),
    )


def _closable(walked: Walked, one: Shown) -> bool | None:
    whole = max((node.area for node in one.look.nodes), default=0)
    found = closable(walked.controls(one.number), whole)
    if found is False and any(_MAY_CLOSE.search(plain(line)) for line in walked.lines(one.number)):
        return None
    return found


def _close_after(run: Sequence[Shown], closes: Sequence[bool | None]) -> int | None:
    """Give for how many seconds a window surely stood without what closes it, from its first look
    to the last one before that came.
    """
    if True not in closes:
        return None
    came = closes.index(True)
    if came == 0:
        return 0
    if None in closes[:came]:
        return None
    stood = run[came - 1].look.at.earliest - run[0].look.at.latest
    return max(0, math.floor(stood)) if math.isfinite(stood) else None


def _close_dp(walked: Walked, run: Sequence[Shown]) -> int | None:
    """Give the shorter side of what closes a window, the largest of several."""
    density = walked.recorded.run.device.density
    if density is None or not LEAST_DENSITY <= density <= MOST_DENSITY:
        return None
    sides: list[int] = []
    for one in run:
        for control in walked.controls(one.number):
            left, top, right, bottom = control.node.bounds
            if _closes(control) and right > left and bottom > top:
                sides.append(min(right - left, bottom - top))
    return math.ceil(max(sides) * DP / density) if sides else None


def _is_marked(lines: Sequence[str], *, pictures: bool) -> bool | None:
    """Say whether it is marked as advertising; None where a picture may bear the mark."""
    if any(_MARKED.fullmatch(line) or re.search(r"跳过广告|skip ad", line, re.I) for line in lines):
        return True
    return None if pictures else False


def closable(controls: Sequence[Tappable], whole: int = 0) -> bool | None:
    """Say whether a control closes what lies over a screen; None where one may that says nothing.

    A small picture without words that can be tapped is often the ×; `whole` is the size of the
    screen, and what covers a good part of it is the advertisement itself.
    """
    if any(_closes(control) for control in controls):
        return True
    blank = any(not words and node.area * LARGE <= whole for words, node in controls)
    if not whole:
        blank = any(not words for words, _ in controls)
    goes_in = any(_GOES_IN.search(plain(words)) for words, _ in controls)
    return None if blank or goes_in or not controls else False


def _closes(control: Tappable) -> bool:
    words, node = control
    if meaning_of(words) in _LEAVING or skips(words) or _CLOSE_SIGN.search(node.desc):
        return True
    if _CLOSE_SIGN.search(node.id.rpartition("/")[2]):
        return True
    return is_control(words) and _CLOSE_WORDS.search(plain(words)) is not None


def _asked_for(walked: Walked, one: Shown) -> bool:
    """Say whether a tap may have opened it; where taps were not recorded, nobody knows."""
    if not walked.ordered:
        return True
    before = [touch for touch in walked.touched(one.number - 1) if touch.action == "tap"]
    return any(one.look.at.earliest - touch.at.latest <= AT_ONCE_S for touch in before)
