"""What the layouts of a package show: ticked boxes, rewards beside telling fields, registration.

Only what stands in one layout belongs together. Whether a screen is ever shown, and what code makes
of it before a person sees it, a layout does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scanner.collect.apk.layouts import View
from scanner.facts import AccountRegistration, CheckboxFound, Fact, InducementShown, Source
from scanner.model import Words
from scanner.wording.boxes import purpose_of_box
from scanner.wording.fold import fold
from scanner.wording.rewards import reward_of, sensitive_named
from scanner.wording.short import short

LAYOUT_KINDS = ("checkbox.found", "inducement.shown", "account.registration")
"""Kinds of fact that come from layouts."""
LONGEST = 200
"""Characters of the words beside a box; more is the text of an agreement itself."""
BLANKS = {
    "checked_on_load": Words(
        zh="布局未写明勾选，代码可能在显示时设置",
        en="the layout does not tick it; code may when it is shown",
    ),
    "purpose": Words("旁边的文字由代码设置", "code sets the words beside it"),
}
"""Fields of a box that a layout may leave open, and why."""

_AGREES = re.compile(
    r"(?:同意|接受|已?阅读|遵守|认可).{0,60}(?:协议|政策|条款|隐私|声明|须知)"
    r"|(?:协议|政策|条款|隐私|声明).{0,20}(?:同意|接受)|同意《"
    r"|\b(?:agree|accept|read|consent)\b.{0,80}\b(?:terms|privacy|polic(?:y|ies)|agreement|conditions)"
)
_TITLES = re.compile(r"《([^《》]{1,60})》")
_RULES = re.compile(
    r"隐私|个人信息|用户|注册|会员|平台|软件|使用|许可|认证|登录|^服务(?:协议|条款)|privacy|terms"
)
"""Documents for users; others, as between two users, are contracts of their own."""
_REGISTERS = re.compile(
    r"注册(?!表|资本|商标|证|地址|码|信息变更|机器|设备|中心|时间|失败|成功|日期|公司|护士|护师|兽医|药师"
    r"|医[生师]|会计|税务|建[筑造]|结构|工程|计量|监理|测绘|消防|安全工程|环评|资产评估|造价|咨询|规划|考试|资格)"
    r"|\b(?:sign ?up|register|create (?:an |new |your )?account)\b"
)
_REGISTERS_NOBODY = re.compile(
    r"(?:[不未](?:提供|支持|开放|接受|能|可以?|必|用|需要?|须)|无[需须法]|毋[需须]|免|暂停|停止|关闭|禁止|已)"
    r"[^。,;?!]{0,6}注册|注册[^。,;?!]{0,6}(?:柜台|线下|现场|窗口|网点|营业厅|官网|联系管理员)"
    r"|(?:柜台|线下|现场|窗口|网点|营业厅|官网|管理员)[^。,;?!]{0,8}注册"
    r"|\b(?:no|without|cannot|can't)\b[^?.!,;]{0,16}\b(?:registration|sign ?up|register)\b"
)
"""Words by which accounts are opened elsewhere, or not at all."""
_CONTROL = 30
"""Characters beyond which words are a sentence about registering, and open no account."""
_PASSWORD = re.compile(r"密码|口令|password")
_PHONE = re.compile(r"手机|电话号|联系电话|phone|mobile")
_EMAIL = re.compile(r"邮箱|e-?mail")
_PASSWORD_TYPES = {0x81, 0x91, 0xE1, 0x12}
"""android:inputType of passwords, of letters and of numbers."""


def screen_facts(name: str, views: list[View], source: Source) -> Iterator[Fact]:
    """Give what one layout shows."""
    yield from _boxes(name, views, source)
    yield from _inducements(name, views, source)
    yield from _registration(name, views, source)


def _boxes(name: str, views: list[View], source: Source) -> Iterator[Fact]:
    for number, view in enumerate(views):
        if not view.is_box or not view.shown:
            continue
        label = _label(views, number)
        agrees = _agrees(label)
        if not (view.checked or agrees):
            continue
        purpose = purpose_of_box(label) if label else None
        if agrees:
            purpose = "agreement"
        elif purpose in ("agreement", "other"):
            continue
        yield CheckboxFound(
            source=source,
            channel="apk",
            label=short(label),
            purpose=purpose,
            checked_on_load=True if view.checked else None,
            page=name,
        )


def _agrees(label: str) -> bool:
    """Tell whether words agree to the handling of data, or to rules for users that hold it."""
    text = fold(label)
    named = _TITLES.findall(text)
    return bool(_AGREES.search(text)) and (not named or any(map(_RULES.search, named)))


def _label(views: list[View], number: int) -> str:
    """Give the words of a box, else those that stand with it in the nearest group around it."""
    own = " ".join(views[number].texts[:1])
    if len(own.strip()) > 1:
        return own[:LONGEST]
    around = views[number].parent
    for _ in range(2):
        if around < 0:
            break
        inside = [one for one in _inside(views, around) if one != number]
        if sum(views[one].is_box for one in inside):
            break
        words = [own, *(views[one].texts[0] for one in inside if views[one].texts)]
        joined = " ".join(filter(None, words))
        if joined:
            return joined if len(joined) <= LONGEST else ""
        around = views[around].parent
    return own


def _inside(views: list[View], group: int) -> list[int]:
    """Give what stands inside an element, at any depth; a document lists it right behind."""
    found: list[int] = []
    groups = {group}
    for number in range(group + 1, len(views)):
        if views[number].parent not in groups:
            break
        groups.add(number)
        found.append(number)
    return found


def _inducements(name: str, views: list[View], source: Source) -> Iterator[Fact]:
    """Give the rewards of a layout in which something telling can be put in."""
    shown = _shown(views)
    asked: set[str] = set()
    for view in shown:
        if view.takes_text:
            asked |= {kind for words in view.words for kind in sensitive_named(words)}
    asked |= _beside_fields(views)
    if not asked:
        return
    given: set[str] = set()
    for view in shown:
        for words in () if view.takes_text else view.texts:
            reward = reward_of(words)
            if reward and reward not in given:
                given.add(reward)
                yield InducementShown(
                    source=source,
                    channel="apk",
                    page=name,
                    reward=reward,
                    data_types=tuple(sorted(asked)),
                    text=short(words),
                    phase="static",
                )


def _shown(views: list[View]) -> list[View]:
    """Give what is there from the beginning, and stands in nothing that is not."""
    hidden: set[int] = set()
    for number, view in enumerate(views):
        if not view.shown or view.parent in hidden:
            hidden.add(number)
    return [view for number, view in enumerate(views) if number not in hidden]


def _beside_fields(views: list[View]) -> set[str]:
    """Give what labels ask for that stand alone with a field in one group."""
    found: set[str] = set()
    shown = set(map(id, _shown(views)))
    for number, view in enumerate(views):
        if not view.takes_text or view.parent < 0 or id(view) not in shown:
            continue
        inside = _inside(views, view.parent)
        if sum(views[one].takes_text for one in inside) != 1:
            continue
        for one in inside:
            if one != number and id(views[one]) in shown:
                labels = [words for words in views[one].texts if not reward_of(words)]
                found |= {kind for words in labels for kind in sensitive_named(words)}
    return found


def _registration(name: str, views: list[View], source: Source) -> Iterator[Fact]:
    """Give the way to register where a layout both says so and takes what an account needs."""
    opens = any(
        _opens_account(words) for view in views for words in view.texts if not view.takes_text
    )
    fields = [view for view in views if view.takes_text]
    words = [fold(text) for view in fields for text in view.words]
    secret = any(view.input_type in _PASSWORD_TYPES for view in fields) or _any(_PASSWORD, words)
    phone = any(view.input_type == 0x03 for view in fields) or _any(_PHONE, words)
    if not opens or not (secret or phone):
        return
    email = _any(_EMAIL, words)
    yield AccountRegistration(
        source=source,
        channel="apk",
        method="phone" if phone else "email" if email else "account",
        page=name,
    )


def _opens_account(words: str) -> bool:
    text = fold(words)
    short_enough = len(words) <= _CONTROL * (1 + words.isascii())
    return short_enough and bool(_REGISTERS.search(text)) and not _REGISTERS_NOBODY.search(text)


def _any(pattern: re.Pattern[str], words: Iterable[str]) -> bool:
    return any(pattern.search(text) for text in words)
