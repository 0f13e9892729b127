"""Words in bytes that ask people to agree, or that close an account.

A hit says that such words stand there, never that a screen shows them. What is only a name in code,
or may as well mean to log out, is a hint: it tells nothing, but forbids to speak of absence.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import re2

from scanner.wording.rights import ENDING

Topic = Literal["agreement", "closing"]

_ACCOUNTS = ("账号", "账户", "帐号", "帐户", "賬號", "帳號", "帳戶", "用户", "会员")
_AGREEMENT_ZH = ("同意", "仅浏览", "僅瀏覽", "接受并继续", "暂不接受")
_CLOSING_ZH = (
    *(f"{verb}{account}" for account in _ACCOUNTS for verb in ("注销", "註銷", "删除", "刪除")),
    *(f"{account}{verb}" for account in _ACCOUNTS for verb in ("注销", "註銷", "删除", "刪除")),
    *("销户", "销号", "申请注销", "永久注销", "立即注销", "确认注销", "我要注销", "彻底注销"),
    *("注销我的", "注销您的", "注销你的", "注销本", "注销成功", "注销须知"),
)
_OLD_ENDING = ("停用", "關閉", "刪除", "清除", "移除", "銷毀", "終止", "撤銷", "取消")
"""Words that end an account, as traditional texts write them."""
_WHOSE = ("", "我的", "您的", "本")
_HINT_ZH = (
    *("注销", "註銷"),
    *(f"{verb}{whose}{one}" for verb in ENDING for whose in _WHOSE for one in "账帐"),
    *(f"{verb}{whose}{one}" for verb in _OLD_ENDING for whose in _WHOSE for one in "賬帳"),
)
_READ_ZH = (
    *("已阅读", "已閱讀", "阅读并", "閱讀並", "知悉", "认可", "認可", "不允许", "不允許"),
    *("隐私提示", "隐私保护提示", "隐私政策提示", "隐私协议提示", "个人信息保护提示", "隱私提示"),
)
"""Words beside which any pair of controls may ask: 确认 and 取消, 允许 and 不允许."""
_CHINESE: tuple[tuple[Topic, tuple[str, ...], bool], ...] = (
    ("agreement", _AGREEMENT_ZH, False),
    ("agreement", _READ_ZH, True),
    ("closing", _CLOSING_ZH, False),
    ("closing", _HINT_ZH, True),
)
_ROOTS = (
    *("同意", "浏览", "瀏覽", "接受", "销", "銷", "账", "帐", "賬", "帳", "阅读", "閱讀"),
    *("知悉", "认可", "認可", "允许", "允許", "提示", "删除", "刪除"),
)
"""Every Chinese phrase holds one of these."""
_AGREEMENT_EN = re2.compile(
    rb"\bi (?:have read and )?(?:agree|accept|consent)\b|\bagree to\b|\b(?:agree|accept) and\b"
    rb"|\byou (?:agree|consent|accept)\b|\baccept (?:the |our )?(?:terms|privacy|policy|all)\b"
    rb"|\bconsent to\b"
)
_READ_EN = re2.compile(
    rb"\bhave read\b|\bdecline\b|\bread and (?:understood|understand|acknowledge)\b"
    rb"|\backnowledge (?:that|the|our)\b"
)
_READ_SIGNS = (b"have read", b"decline", b"read and", b"acknowledge ")
_AGREEMENT_SIGNS = (b"agree", b"accept", b"consent")
_CLOSING_EN = re2.compile(
    rb"\b(?:delete|close|deactivate|cancel|erase|terminate)"
    rb" (?:my |your |this |the |user )?account\b"
    rb"|\baccount (?:deletion|closure|cancell?ation|deactivation)\b"
)
_HINT_EN = re2.compile(
    rb"(?:delete|close|cancel|deactivate|destroy|terminate|unregister|erase)[_\-/]?"
    rb"(?:my|user)?[_\-/]?account|account[_\-/]?(?:delete|deletion|close|closure|cancel|destroy)"
    rb"|user[_\-/]?(?:delete|cancel|logoff|writeoff)|delete[_\-/]?user\b|log_?off|write_?off|zhuxiao"
)
_HINT_SIGNS = (b"account", b"user", b"off", b"zhuxiao")
_CONTROL_EN = re2.compile(rb"\b(?:Unregister|UNREGISTER|Deregister|DEREGISTER)\b")
"""Words of controls that are the names of methods too where they are written small."""
_CONTROL_SIGN = b"egister"
_ASKING_COMPONENTS = (
    *(b"com/google/android/ump/", b"com/onetrust/", b"io/didomi/", b"com/usercentrics/"),
    *(b"com/google/ads/consent/", b"com/quantcast/choicemobile/"),
)
"""Classes of components that ask for consent with texts of their own servers."""


class Spoken(NamedTuple):
    """Words that were found."""

    topic: Topic
    """What they are about."""
    text: str
    """The words."""
    offset: int
    """How far into the bytes they stand."""
    hint: bool
    """Whether they only may mean it."""


def spoken_in(data: bytes, *, wide: bool = False) -> Iterator[Spoken]:
    """Find the first words of each topic; `wide` looks for UTF-16 text as well."""
    lower = data.lower()
    yield from _chinese(data, lower, wide=wide)
    yield from _english(data, lower)
    signs = (*_AGREEMENT_SIGNS, *_HINT_SIGNS, *_READ_SIGNS, _CONTROL_SIGN)
    if wide and any(_wide(sign) in lower for sign in signs):
        for start in (0, 1):
            narrow = data[start:].decode("utf-16-le", "replace").encode("ascii", "replace")
            for found in _english(narrow, narrow.lower()):
                yield found._replace(offset=found.offset * 2 + start)


def _chinese(data: bytes, lower: bytes, *, wide: bool) -> Iterator[Spoken]:
    for encoding in ("utf-8", "gb18030", "unicode_escape", *(["utf-16-le"] if wide else [])):
        text = lower if encoding == "unicode_escape" else data
        if not any(root.encode(encoding) in text for root in _ROOTS):
            continue
        for topic, phrases, hint in _encoded(encoding):
            for phrase, written in phrases:
                place = text.find(written)
                if place >= 0:
                    yield Spoken(topic, phrase, place, hint)
                    break


@functools.cache
def _encoded(encoding: str) -> tuple[tuple[Topic, tuple[tuple[str, bytes], ...], bool], ...]:
    """Give the Chinese phrases as an encoding writes them; of all files these are the same few."""
    return tuple(
        (topic, tuple((phrase, phrase.encode(encoding)) for phrase in phrases), hint)
        for topic, phrases, hint in _CHINESE
    )


def _english(data: bytes, lower: bytes) -> Iterator[Spoken]:
    if any(sign in lower for sign in _AGREEMENT_SIGNS):
        yield from _first("agreement", _AGREEMENT_EN, lower, hint=False)
    if any(sign in lower for sign in _READ_SIGNS):
        yield from _first("agreement", _READ_EN, lower, hint=True)
    if b"account" in lower:
        yield from _first("closing", _CLOSING_EN, lower, hint=False)
    if any(sign in lower for sign in _HINT_SIGNS):
        yield from _first("closing", _HINT_EN, lower, hint=True)
    if _CONTROL_SIGN in lower:
        yield from _first("closing", _CONTROL_EN, data, hint=True)
    for name in _ASKING_COMPONENTS:
        place = lower.find(name)
        if place >= 0:
            yield Spoken("agreement", name.decode().strip("/").replace("/", "."), place, False)
            break


def _first(topic: Topic, pattern: Any, data: bytes, *, hint: bool) -> Iterator[Spoken]:
    match = pattern.search(data)
    if match:
        yield Spoken(topic, match.group().decode("ascii", "replace"), match.start(), hint)


def _wide(sign: bytes) -> bytes:
    return sign.decode().encode("utf-16-le")
