"""Where a screen of the app had another app downloaded or opened, and whether a tap had meant it.

What a phone brings itself (camera, gallery, settings, its own browser) is no other app here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Set
from typing import Literal, NamedTuple

from scanner.collect.device.controls import lines_of
from scanner.collect.device.recorded import Touch
from scanner.collect.device.screens import sells
from scanner.collect.device.walked import AT_ONCE_S, Shown, Walked
from scanner.facts import AppPushed
from scanner.knowledge import Knowledge
from scanner.wording.consent import meaning_of
from scanner.wording.fold import fold
from scanner.wording.short import short

STORES = "app-stores"
"""List of the packages that sell or install apps."""
UNWATCHED_S = 10.0
"""Seconds without a screen beyond which nobody saw what led to the next (project judgement)."""
_OF_THE_PHONE = re.compile(
    r"android|com\.android\..*|com\.google\.android\.(?!youtube|apps\.(?!nexuslauncher|photos|messaging"
    r"|wellbeing)).*|com\.(?:miui|xiaomi|lbe|huawei|hihonor|coloros|oplus|oppo|heytap|oneplus|vivo|bbk"
    r"|iqoo|meizu|flyme|samsung\.android|sec|zte|nubia|lenovo|motorola|asus|tcl|hmd)\..*"
)
"""Packages of Android and of makers of phones, unless they sell or install apps."""
_DOWNLOADING = re.compile(
    r"(?:(?:开始|正在|已开始|后台)下载|下载(?:中|开始|进度)|已加入下载|download(?:ing| started))"
    r"[^\n]{0,40}(?:安装|应用|apk|app|游戏|版本|客户端)"
    r"|(?:安装包|应用|apk|app|游戏|新版本|客户端)[^\n]{0,12}(?:正在下载|下载中|开始下载|downloading)"
)
"""Words of an app that comes; of a film or a book that does, nothing is told."""
_OPENS = re.compile(
    r"下载|下載|安装|安裝|打开|打開|前往|跳转|去(?:看|购|领|体验|使用|应用|商店|评)|升级|升級|更新|评分|好评|评价"
    r"|应用市场|应用商店|启动|唤起|\bopen\b|\binstall\b|\bdownload\b|\bget\b|update|upgrade|rate us"
    r"|app store|play store|market"
)
_WITH_ANOTHER = re.compile(
    r"分享|转发|邀请|微信|朋友圈|qq|微博|支付|付款|登[录陆入]|授权|地图|导航|客服|拨打|电话|短信|淘宝|天猫"
    r"|京东|拼多多|抖音|快手|小红书|支付宝|小程序|相册|拍照|扫一扫|浏览器|协议|政策|官网|链接"
    r"|\b(?:share|pay|log ?in|sign ?in|privacy|terms|wechat|alipay|maps?|navigate|call|browser"
    r"|continue with)\b"
)
"""Words of controls that name another app, or what is done with one."""
_SAYS_NO = frozenset({"refuse", "leave", "close"})


class _Way(NamedTuple):
    touch: Touch | None
    """The tap on the app's own screen that led there."""
    asked: bool | None
    """Whether it was asked for before."""
    nothing: bool
    """Whether surely nothing was touched."""


def facts_of(walked: Walked, knowledge: Knowledge) -> Iterator[AppPushed]:
    """Tell, once for each screen and way, where another app came to the foreground or a download.

    Of several the one that was least announced is told. Without taps in an order that is known
    nobody can say what led there: nothing is told then.
    """
    if not walked.ordered:
        return
    stores = knowledge.sets.get(STORES, frozenset())
    told: dict[tuple[str, str], AppPushed] = {}
    for one, following in zip(walked.shown, walked.shown[1:], strict=False):
        pushed = _pushed(one, following, stores)
        own = _own_before(walked, one)
        way = None if pushed is None or own is None else _way(walked, own, following)
        if pushed is None or own is None or way is None or not (way.touch or way.nothing):
            continue
        words = short(_words(walked, way.touch))
        besides = "" if following.own else following.look.package
        sure = way.touch is None or walked.surely_on(way.touch, besides)
        offered = _offers(words, following, stores) if way.touch is not None else None
        fact = AppPushed(
            source=walked.recorded.source(following.look.place, following.look.at),
            channel="device",
            page=own.name,
            way=pushed,
            text=words or (None if way.touch is not None else ""),
            gesture=_gesture(walked, way, following, stores),
            offered=offered or (offered if sure else None),
            asked=way.asked or (way.asked if sure else None),
        )
        known = told.setdefault((own.name, pushed), fact)
        if _surprise(fact) > _surprise(known):
            told[own.name, pushed] = fact
    yield from told.values()


def _gesture(walked: Walked, way: _Way, following: Shown, stores: Set[str]) -> bool | None:
    """Say whether the user had tapped for it; None for another app that may have come by itself,
    as a call does."""
    package = following.look.package
    if way.touch is not None:
        return True
    if following.own or package in stores:
        return False
    own = walked.recorded.package
    began = (ran for ran in walked.recorded.processes if ran.process.event == "started")
    by_app = any(ran.package == package and ran.process.caller == own for ran in began)
    return False if by_app else None


def _surprise(fact: AppPushed) -> tuple[bool, bool, bool]:
    """Rank by how little a person could expect it."""
    by_itself = fact.gesture is False or fact.offered is False
    return by_itself, by_itself and fact.asked is not True, fact.offered is not True


def _pushed(
    one: Shown, following: Shown, stores: Set[str]
) -> Literal["auto_download", "scheme_jump"] | None:
    """Say what a change of screens was: to an installer, a store or another app, or a download."""
    package = following.look.package
    if following.own:
        before, after = fold(one.look.text[:4000]), fold(following.look.text[:4000])
        came = _DOWNLOADING.search(after) and not _DOWNLOADING.search(before)
        return "auto_download" if came and one.own and not following.prompt else None
    if not package or package == one.look.package or following.prompt:
        return None
    if package in stores:
        return "auto_download" if "installer" in package else "scheme_jump"
    return None if is_of_the_phone(package) else "scheme_jump"


def is_of_the_phone(package: str) -> bool:
    """Say whether a package is one that a phone brings itself, and neither sells nor installs."""
    return _OF_THE_PHONE.fullmatch(package) is not None or _starts(package)


def _starts(package: str) -> bool:
    """Say whether a package shows the home screen or a keyboard, by the usual words for it."""
    return (
        re.search(r"launcher|\.home\b|inputmethod|\.ime\b|keyboard|systemui", package) is not None
    )


def _own_before(walked: Walked, one: Shown) -> Shown | None:
    """Give the app's own screen before: this one, or the one below a question of the phone."""
    if one.own:
        return one
    asks = _has_way_out(walked, one) and one.number > 0
    before = walked.shown[one.number - 1] if asks else None
    return before if before is not None and before.own else None


def _way(walked: Walked, own: Shown, following: Shown) -> _Way:
    """Find the tap that led to another app, and what was asked between."""
    between = range(own.number, following.number)
    touches = [touch for number in between for touch in walked.touched(number)]
    if any(touch.action not in ("tap", "swipe") for touch in touches):
        return _Way(None, None, nothing=False)
    taps = [touch for touch in touches if touch.action == "tap"]
    on_own = [touch for touch in taps if touch.on == own.number]
    if taps and on_own:
        late = following.look.at.earliest - taps[-1].at.latest > AT_ONCE_S
        cause = None if late else on_own[-1]
        return _Way(cause, _asked(walked, own, following), nothing=False)
    nothing = not touches and _untouched(walked, own, following)
    return _Way(None, _asked(walked, own, following), nothing=nothing)


def _untouched(walked: Walked, own: Shown, following: Shown) -> bool:
    """Say whether surely nothing was touched that could have led there, by all uncertainties."""
    if following.look.at.at - own.look.at.at > UNWATCHED_S:
        return False
    if not math.isfinite(own.look.at.within + following.look.at.within):
        return False
    begin, end = own.look.at.earliest - AT_ONCE_S, following.look.at.latest
    return not any(
        touch.at.latest >= begin and touch.at.earliest <= end for touch in walked.recorded.touches
    )


def _asked(walked: Walked, own: Shown, following: Shown) -> bool | None:
    """Say whether a question that could be declined stood between; None where none can be read."""
    between = walked.shown[own.number : following.number]
    if any(_is_question(walked, one) for one in between):
        return True
    return False if all(one.readable for one in between) else None


def _is_question(walked: Walked, one: Shown) -> bool:
    text = fold(one.look.text[:2000])
    speaks = _OPENS.search(text) or _WITH_ANOTHER.search(text)
    return len(text) <= 600 and speaks is not None and _has_way_out(walked, one)


def _has_way_out(walked: Walked, one: Shown) -> bool:
    controls = walked.controls(one.number)
    return len(controls) <= 8 and any(meaning_of(words) in _SAYS_NO for words, _ in controls)


def _words(walked: Walked, touch: Touch | None) -> str:
    control = None if touch is None else walked.control_of(touch)
    return (control.words if control else "") or (touch.words if touch else "")


def _offers(words: str, following: Shown, stores: Set[str]) -> bool | None:
    """Say whether the words of a control announce what came; None where that cannot be told."""
    text = fold(words)
    if not text:
        return None
    if _OPENS.search(text):
        return True
    if following.own or following.look.package in stores:
        return False
    if _WITH_ANOTHER.search(text) or _names(text, following):
        return True
    return False if sells(text) else None  # a map or a player may be part of what was asked for


def _names(text: str, following: Shown) -> bool:
    """Say whether a control's words stand on the first lines of what opened, as its name does."""
    return any(len(line) >= 2 and fold(line) in text for line in lines_of(following.look)[:5])
