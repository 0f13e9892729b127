"""What a screen is, what it is called, and whether what stands on it could be read at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from scanner.collect.device.asking import (
    MOST_KNOWN,
    MOST_WAYS_ON,
    Known,
    controls_of,
    prompt_on,
    text_of,
    ways_on,
)
from scanner.collect.device.controls import lines_of, tappable
from scanner.collect.device.recorded import Look
from scanner.facts import ScreenKind
from scanner.screen_tree import Node
from scanner.wording import consent as words
from scanner.wording.fold import fold
from scanner.wording.short import short

PERMISSION_PACKAGES = re.compile(
    r"(?:^|\.)(?:permissioncontroller|packageinstaller|permissionmanager|securitypermission)"
    r"(?:\.|$)|^com\.lbe\.security\.miui$|^com\.huawei\.systemmanager$|^com\.hihonor\."
    r"|^com\.miui\.securitycenter$"
)
"""Packages that ask for permissions, of Android and of makers of phones."""
_GRANTS = re.compile(
    r"^(?:始终|仅|僅|本次|总是|總是|一律|只)?.{0,8}(?:允许|允許)"
    r"|^(?:while using|only this time|allow)"
    r"|仅在使用|僅在使用|使用时允许|使用期间|使用應用程式",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"^(?:拒绝|拒絕|禁止|不允许|不允許|不再询问|deny|don.?t allow|never)", re.IGNORECASE
)
_BUTTON_ID = re.compile(r"permission_(?P<what>allow|deny|no_upgrade)")
_MANAGES = re.compile(
    r"ManagePermissions|PermissionApps|AppPermission(?:s|Fragment)|ManageStandard"
)
_QUESTION = re.compile(  # what the settings say is a statement: 允许应用使用位置信息
    r"[?？]\s*$|吗|嗎|是否|要(?:允许|允許)|请求|申请|正在(?:尝试|试图|使用|获取)|尝试|试图|想要?|需要|要求|希望|将"
    r"|获取|訪問|访问|存取|读取|讀取|拨打|^allow\b|\bwould like\b"
    r"|\bto (?:access|take|record|make|send|find)"
)
UNREAD_PART = 10
"""Part of the screen, one in so many, from which what is painted without words may be a question
(project judgement)."""
FEW_PAINTED = 50
"""Painted parts of a screen that are looked at."""
CANVASES = ("SurfaceView", "TextureView", "FlutterView", "UnityPlayer", "GLView")
"""Elements that an app paints by itself: what stands in them is in no tree."""
FEW_WORDS = 3
"""Elements with words below which an unnamed area over half a screen may hold its contents."""
POLICY_CHARACTERS = 500
"""Characters from which a screen headed by the name of a document is that document."""
HEADING = 30
_SETTINGS = re.compile(
    r"^(?:系统|隐私|通用|账号|帐号|安全|消息|通知|权限|推送|更多|个人)*(?:与|和)?"
    r"(?:设置|设定|安全|偏好|隐私管理|权限管理)$|^(?:\w+ )?settings$|^preferences$"
)
_LOGIN = re.compile(
    r"登\s?[录陆入]|注\s?册|获取验证码|log ?in|sign ?(?:in|up)|register|verification code"
)
_SKIP = re.compile(r"跳\s?过|skip|广告|\bad\b")
_SKIPS = re.compile(
    r"\W*(?:跳过|跳過|skip)(?:广告|廣告|\s*ads?)?\W*(?:\d{1,2}\s*s?(?:ec)?)?\W*"
    r"|\W*\d{1,2}\s*s?\W*(?:跳过|跳過|关闭|skip|close)(?:广告|ad)?\W*",
    re.IGNORECASE,
)
_SELLS = re.compile(
    r"[立马][即刻上](?:购买|领取|抢购|参与|下载)|抢购|立减|直降|特惠|大促|低至|到手价|新人(?:专享|礼)"
    r"|大?礼包|[0-9.]+折|优惠|红包|领取|抽奖|限时|特价|秒杀|促销|代金券|满减|免费领"
    r"|^\W*(?:广\s*告|廣告|推\s*广|赞\s*助|ads?|advertisement|sponsored)\W*$"
    r"|buy now|% off|\bsale\b|discount|coupon",
    re.IGNORECASE,
)
FEW = 4
"""Controls up to which a screen that sells and can be closed is one that lies over another."""
MARGIN = 0.12
"""Share of the screen from which free space above a window shows that it lies over another, or a
third of that on its left (project judgement: the status bar takes some percent)."""
_ANSWERS = frozenset(["accept", "generic", "acknowledge", "refuse", "leave", "necessary", "close"])


def readable(look: Look) -> bool:
    """Say whether what stands on a screen could be read: apps that paint their screens by
    themselves leave a tree without contents, and what it holds is unknown.
    """
    return _readable(Known(look, ""))


@lru_cache(MOST_KNOWN)
def _readable(known: Known) -> bool:
    look = known.look
    if not look.readable or not look.nodes:
        return False
    whole = max(node.area for node in look.nodes)
    parents = {node.path.rpartition("/")[0] for node in look.nodes}
    leaves = [node for node in look.nodes if node.path not in parents]
    worded = sum(bool(node.words) for node in look.nodes)
    if not worded:
        return bool(leaves) and all(
            one.kind.endswith(("ImageView", "ProgressBar")) and not one.clickable for one in leaves
        )
    for leaf in leaves:
        last = leaf.kind.rpartition(".")[2]
        if leaf.area * 2 < whole or not leaf.area or (leaf.words and "WebView" not in last):
            continue
        if "WebView" in last:
            return False
        if worded < FEW_WORDS and (last == "View" or any(one in last for one in CANVASES)):
            return False
    return True


def may_ask(look: Look, package: str) -> bool:
    """Say whether a screen of the app may ask for consent though nobody can tell that it does.

    It speaks of rules beside few controls whose words tell nothing, or what it holds is unknown.
    """
    unknown = not readable(look) or _holds_unread(look) or _has_blank_control(look, package)
    return unknown or speaks_of_rules(look, package)


def _has_blank_control(look: Look, package: str) -> bool:
    """Say whether a screen that has nothing to use has a control of which nobody knows the words,
    unless it is an advertisement that can be skipped.
    """
    if kind_of(look, package) != "other" or any(skips(said) for said, _ in tappable(look)):
        return False
    return any(not said and node.area for said, node in tappable(look))


def speaks_of_rules(look: Look, package: str) -> bool:
    """Say whether a screen speaks of privacy or rules other than by a link among many."""
    return _speaks_of_rules(Known(look, package))


@lru_cache(MOST_KNOWN)
def _speaks_of_rules(known: Known) -> bool:
    look, package = known
    own = [node for node in look.nodes if not package or node.package in {package, ""}]
    controls = controls_of(own)
    said = {one.words for one in controls}
    few = len(ways_on(controls)) <= MOST_WAYS_ON
    prose = text_of([node for node in own if few or node.words not in said])
    return words.speaks_of_consent(fold(prose)) or words.names_policy(prose)


def _holds_unread(look: Look) -> bool:
    """Say whether a noteworthy part of a screen is painted without words in the tree."""
    whole = max((node.area for node in look.nodes), default=0)
    large = [node for node in look.nodes if node.area * UNREAD_PART >= whole > 0]
    painted = [node for node in large if is_painted(node)]
    return any(not _has_words_in(node, look) for node in painted[:FEW_PAINTED])


def is_painted(node: Node) -> bool:
    """Say whether an app paints an element by itself; its own words are a title at most."""
    last = node.kind.rpartition(".")[2]
    return any(one in last for one in ("WebView", *CANVASES))


def _has_words_in(holder: Node, look: Look) -> bool:
    below = f"{holder.path}/"
    return any(node.words and node.path.startswith(below) for node in look.nodes)


def is_unnamed(look: Look, touched: Node | None) -> bool:
    """Say whether a tap fell where anything may stand: on what is painted, or on a screen that
    has nothing to use.
    """
    if touched is None or is_painted(touched):
        return True
    return kind_of(look, look.package) not in {"main", "settings", "policy"}


def is_prompt(look: Look) -> bool:
    """Say whether the system asks for a permission on it, also where the app shows beneath."""
    return _is_prompt(Known(look, ""))


@lru_cache(MOST_KNOWN)
def _is_prompt(known: Known) -> bool:
    look = known.look
    if _MANAGES.search(look.activity):
        return False
    granted = denied = named_so = False
    for node in look.nodes:
        if not node.words or node.checkable or not PERMISSION_PACKAGES.search(node.package):
            continue
        if not (node.clickable or node.kind.endswith("Button")):
            continue
        named = _BUTTON_ID.search(node.id)
        what = named["what"] if named else ""
        named_so = named_so or named is not None
        denied = denied or what in {"deny", "no_upgrade"} or bool(_DENIES.search(node.words))
        granted = granted or what == "allow" or bool(_GRANTS.search(node.words))
    return granted and denied and (named_so or _asks_so(look))


def _asks_so(look: Look) -> bool:
    """Say whether the system's words put a question, as the page of its settings does not."""
    said = [node for node in look.nodes if node.words and PERMISSION_PACKAGES.search(node.package)]
    if any("permission_message" in node.id or "grant_dialog" in node.id for node in said):
        return True
    texts = [node.words for node in said if not node.clickable and not node.checkable]
    return not texts or any(_QUESTION.search(fold(text)) for text in texts)


def name_of(look: Look) -> str:
    """Name a screen by its class and its heading, or by its package where it has neither."""
    simple = look.activity.rpartition(".")[2]
    said = " ".join(part for part in (simple, heading_of(look)) if part)
    return short(said) or short(look.package) or "?"


def heading_of(look: Look) -> str:
    """Give the words that head a screen: of its title, else the first short words from the top."""
    return _heading_of(Known(look, ""))


@lru_cache(MOST_KNOWN)
def _heading_of(known: Known) -> str:
    look = known.look
    own = [
        node
        for node in look.nodes
        if node.words and node.package in {look.package, ""} and len(node.words) <= HEADING
    ]
    titles = [node for node in own if re.search("title", node.id, re.IGNORECASE)]
    plain = [node for node in own if not node.checkable and not _SKIP.search(node.words)]
    first = min(titles or plain, key=lambda node: node.bounds[1], default=None)
    return "" if first is None else words.bare(first.words)[:HEADING]


def skips(words: str) -> bool:
    """Say whether words stand on a control that skips an advertisement."""
    return _SKIPS.fullmatch(words) is not None


def sells(words: str) -> bool:
    """Say whether words advertise, or mark an advertisement."""
    return _SELLS.search(words) is not None


def lies_over(look: Look) -> bool:
    """Say whether a screen is a window that lies over another, or an advertisement over it."""
    whole = max(look.nodes, key=lambda node: node.area, default=None)
    if whole is not None:
        left, top, right, bottom = whole.bounds
        if top > MARGIN * bottom or (top > 0 and left > MARGIN / 3 * right):
            return True
    controls = tappable(look)
    if any(skips(said) for said, _ in controls):
        return True
    closes = any(not said or words.meaning_of(said) == "close" for said, _ in controls)
    return closes and len(controls) <= FEW and any(sells(line) for line in lines_of(look))


def kind_of(look: Look, package: str) -> ScreenKind:
    """Say what a screen is; main: one of the app that can be used without any answer."""
    return _kind_of(Known(look, package))


@lru_cache(MOST_KNOWN)
def _kind_of(known: Known) -> ScreenKind:
    look, package = known
    if is_prompt(look):
        return "permission"
    if look.package and package and look.package != package:
        return "system"
    if not readable(look):
        return "other"
    prompt = prompt_on(look, package)
    if prompt is not None:
        return "login" if prompt.login else "consent"
    own = [node for node in look.nodes if not package or node.package in {package, ""}]
    kind = _plain_kind(own, heading_of(look))
    return "other" if kind == "main" and lies_over(look) else kind


def _plain_kind(own: Sequence[Node], heading: str) -> ScreenKind:
    """Say what a screen of the app is that asks for no consent."""
    if len(text_of(own)) >= POLICY_CHARACTERS and _is_document(heading):
        return "policy"
    if _is_login(own):
        return "login"
    if _SETTINGS.search(fold(heading)):
        return "settings"
    return "main" if _can_be_used(own) else "other"


def _is_document(heading: str) -> bool:
    return bool(heading) and (words.names_policy(heading) or words.names_document(heading))


def _is_login(nodes: Sequence[Node]) -> bool:
    """Say whether a screen is for logging in: a field, and a control that sends it."""
    if any(node.password for node in nodes):
        return True
    fields = any(node.kind.endswith("EditText") for node in nodes)
    controls = controls_of(nodes)
    sends = [one for one in controls if _LOGIN.search(fold(one.words))]
    one_tap = any(re.search("一键登|本机号码|one.?tap", fold(one.words)) for one in sends)
    return bool(sends) and (one_tap or (fields and len(controls) <= 12))


def _can_be_used(nodes: Sequence[Node]) -> bool:
    """Say whether a screen has things to tap other than an answer or a way past it."""
    controls = controls_of(nodes)
    others = [one for one in controls if not _SKIP.search(fold(one.words))]
    fields = any(node.kind.endswith("EditText") for node in nodes)
    answers = [one for one in others if one.meaning in _ANSWERS]
    if answers and len(others) - len(answers) <= 1 and not fields:
        return False
    if len(controls) > len(others) and len(others) <= 2:
        return False  # an advertisement that can be skipped
    return bool(others) or fields
