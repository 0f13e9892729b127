"""What an app's screens offer: rights to exercise, accounts to open, contents chosen for one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from scanner.collect.device.switches import MOST_OF_SCREEN, labelled
from scanner.collect.device.understood import is_about_account
from scanner.collect.device.walked import Shown, Walked
from scanner.facts import AccountRegistration, RecommendationShown, RightsOffered
from scanner.wording.fold import fold
from scanner.wording.forms import makes_accounts
from scanner.wording.rights import (
    Right,
    gives_contact,
    presents_chosen,
    right_of,
    turns_choosing_off,
)
from scanner.wording.short import short

Method = Literal["phone", "email", "account", "third_party", "other"]
_NOT_OFFERING = frozenset({"policy", "consent", "permission", "system"})
"""Screens whose words promise or ask, and are no way to exercise anything."""
_MENU = re.compile(
    r"\W*(?:隐私|隱私|privacy|consent|cookie)\s*(?:设置|設定|设定|偏好|settings|preferences|choices)\W*",
    re.IGNORECASE,
)
"""Names of menus: what can be done behind one is told by the screen behind it."""
_CHOSEN_FOR_ONE = re.compile(
    r"(?:个性化|個性化|定向|兴趣|程序化|精准)(?:内容|商品|信息|视频|消息)?"
    r"(?:推荐|推薦|推送|广告|廣告|展示|营销)"
    r"|(?:personali[sz]ed|interest.based|targeted) (?:ads?|advertising|content|push|recommend)",
    re.IGNORECASE,
)
"""What a switch beside which it stands turns off."""


def facts_of(walked: Walked) -> Iterator[RightsOffered | AccountRegistration | RecommendationShown]:
    """Tell, once for each screen, which rights, accounts and chosen contents it offers."""
    rights: dict[str, set[Right]] = {}
    methods: set[Method] = set()
    chosen: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for one in walked.own:
        key = (one.name, walked.text(one.number))
        if not one.readable or key in seen:
            continue
        seen.add(key)
        if one.kind not in _NOT_OFFERING and not walked.is_policy(one.number):
            yield from _rights(walked, one, rights)
            yield from _contact(walked, one, rights)
            yield from _chosen(walked, one, chosen)
        elif one.kind == "policy" or walked.is_policy(one.number):
            yield from _contact(walked, one, rights)
        yield from _registration(walked, one, methods)


def _rights(walked: Walked, one: Shown, told: dict[str, set[Right]]) -> Iterator[RightsOffered]:
    here = told.setdefault(one.name, set())
    controls = [control.words for control in walked.controls(one.number)]
    for words in dict.fromkeys([*controls, *walked.lines(one.number)]):
        right = None if _MENU.fullmatch(words) else right_of(words, here)
        if right is not None:
            here.add(right)
            yield _right(walked, one, right, words)
    if "push_off" not in here:
        choice = next(_choices(walked, one, controls), None)
        if choice is not None:
            here.add("push_off")
            yield _right(walked, one, "push_off", choice)


def _contact(walked: Walked, one: Shown, told: dict[str, set[Right]]) -> Iterator[RightsOffered]:
    """Tell of a screen or policy that gives a number or mailbox by which to complain."""
    here = told.setdefault(one.name, set())
    words = next((line for line in walked.lines(one.number) if gives_contact(line)), None)
    if words is not None and "complain" not in here:
        here.add("complain")
        yield _right(walked, one, "complain", words)


def _choices(walked: Walked, one: Shown, controls: Iterable[str]) -> Iterator[str]:
    """Give the words of what switches contents chosen for one off, on screens of settings in any
    words, elsewhere only where they say so: there they may head the contents.
    """
    boxes = [node for node in one.look.nodes if node.checkable][:MOST_OF_SCREEN]
    settings = is_about_account(walked, one)
    for _, words in labelled(one.look, boxes):
        if _CHOSEN_FOR_ONE.search(words) or (settings and turns_choosing_off(words)):
            yield words
    if settings:
        yield from (words for words in controls if turns_choosing_off(words))


def _right(walked: Walked, one: Shown, right: Right, words: str) -> RightsOffered:
    return RightsOffered(
        source=walked.recorded.source(one.look.place, one.look.at),
        channel="device",
        right=right,
        text=short(words),
        page=one.name,
        steps=walked.taps(one.name),
    )


def _chosen(walked: Walked, one: Shown, told: set[str]) -> Iterator[RecommendationShown]:
    if one.name in told or is_about_account(walked, one):
        return
    said = (
        line for line in walked.lines(one.number) if not _CHOSEN_FOR_ONE.fullmatch(line.strip())
    )
    words = next((line for line in said if presents_chosen(line)), None)
    if words is not None:
        told.add(one.name)
        yield RecommendationShown(
            source=walked.recorded.source(one.look.place, one.look.at),
            channel="device",
            page=one.name,
            text=short(words),
        )


_REGISTER = re.compile(r"注册|註冊|创建账[号户]|新用户|sign ?up|register|create (?:an )?account")
_ONE_TAP = re.compile(
    r"本机号码|本機號碼|一键(?:登[录陆入]|注册)|认证服务由(?:中国)?(?:移动|联通|电信)"
)
_PHONE = re.compile(r"手机号|手機號|手机登[录陆]|\bphone\b|mobile number")
_CODE = re.compile(r"验证码|驗證碼|短信|sms|verification code")
_EMAIL = re.compile(r"邮箱|郵箱|电子邮件|e-?mail")
_ACCOUNT = re.compile(r"用户名|账号|帐号|賬號|密码|密碼|user ?name|password")
_OTHERS = re.compile(
    r"微信|qq|微博|支付宝|抖音|淘宝|百度账号|华为账号|小米账号|apple|google|facebook|twitter|wechat|alipay|weibo"
)
_OTHER_LOGIN = re.compile(
    rf"(?:{_OTHERS.pattern})[^。\n]{{0,8}}(?:登[录陆入]|授权|快捷)"
    rf"|(?:使用|通过|用)[^。\n]{{0,4}}(?:{_OTHERS.pattern})[^。\n]{{0,6}}(?:登[录陆入])"
    rf"|(?:sign ?in|log ?in|continue|sign ?up) (?:with|using) (?:{_OTHERS.pattern})"
)
_OTHER_WAYS = re.compile(
    r"其[他它](?:方式|登[录陆]|账号)|第三方(?:账号)?登[录陆]|or (?:sign|log|continue)"
)


def _registration(walked: Walked, one: Shown, told: set[Method]) -> Iterator[AccountRegistration]:
    lines = [fold(line) for line in walked.lines(one.number) if len(line) <= 200]
    text = "\n".join(lines)
    if one.kind != "login" and not _REGISTER.search(text):
        return
    hints = "\n".join(fold(node.words) for node in one.look.nodes if node.kind.endswith("EditText"))
    for method in _methods(text, hints, lines, login=one.kind == "login"):
        if method not in told:
            told.add(method)
            yield AccountRegistration(
                source=walked.recorded.source(one.look.place, one.look.at),
                channel="device",
                method=method,
                page=one.name,
            )


def _methods(text: str, hints: str, lines: list[str], *, login: bool) -> Iterator[Method]:
    """Tell by what a screen lets people open an account.

    Where an account is merely asked for, as that of an employee, none can be opened: by mail or
    name only beside words of registering. A code sent to a number opens one at the first login.
    """
    registers = _REGISTER.search(text) is not None or makes_accounts(text)
    fields = f"{hints}\n{text}" if login else hints
    if not login and not (hints and registers):
        return
    if _ONE_TAP.search(text) or (_PHONE.search(fields) and (registers or _CODE.search(fields))):
        yield "phone"
    if registers and _EMAIL.search(fields):
        yield "email"
    if registers and _ACCOUNT.search(fields) and not _PHONE.search(fields):
        yield "account"
    named = any(len(line) <= 8 and _OTHERS.search(line) for line in lines)
    if login and (_OTHER_LOGIN.search(text) or (named and _OTHER_WAYS.search(text))):
        yield "third_party"
