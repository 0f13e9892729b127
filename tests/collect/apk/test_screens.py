"""What one layout shows: boxes with their words, rewards beside telling fields, registration."""

from __future__ import annotations

import pytest

from scanner.collect.apk.layouts import View, views_of
from scanner.collect.apk.screens import screen_facts
from scanner.facts import AccountRegistration, CheckboxFound, Fact, InducementShown, Source
from tests.collect.apk.forge import Attribute, Node, axml

AGREES = "我已阅读并同意《用户协议》和《隐私政策》"


def box(
    text: str = "", *, ticked: bool | None = True, tag: str = "CheckBox", **more: Attribute
) -> Node:
    given: dict[str, Attribute] = {f"android:{key}": value for key, value in more.items()}
    if text:
        given["android:text"] = text
    if ticked is not None:
        given["android:checked"] = ticked
    return Node(tag, given)


def text(words: str, tag: str = "TextView") -> Node:
    return Node(tag, {"android:text": words})


def gone(tag: str, *inside: Node, **more: Attribute) -> Node:
    given: dict[str, Attribute] = {f"android:{key}": value for key, value in more.items()}
    return Node(tag, {**given, "android:visibility": 2}, inside)


def field(hint: str = "", kind: int | None = None) -> Node:
    given: dict[str, Attribute] = {"android:hint": hint} if hint else {}
    if kind is not None:
        given["android:inputType"] = kind
    return Node("EditText", given)


def group(*nodes: Node) -> Node:
    return Node("LinearLayout", {}, nodes)


def facts(*nodes: Node) -> list[Fact]:
    views: list[View] = views_of(axml(group(*nodes)), lambda _: ())
    return list(screen_facts("res/layout/a.xml", views, Source()))


def boxes(*nodes: Node) -> list[tuple[str, str | None, bool | None]]:
    found = [one for one in facts(*nodes) if isinstance(one, CheckboxFound)]
    return [(one.label, one.purpose, one.checked_on_load) for one in found]


@pytest.mark.parametrize(
    "nodes",
    [
        (box(AGREES),),
        (group(box(), text(AGREES)),),
        (group(group(box()), text(AGREES)), text("登录")),
        (group(box(), text("我已阅读并同意"), text("《用户协议》"), text("《隐私政策》")),),
        (box(AGREES, tag="com.a.SmoothCheckBox"),),
        (box("I agree to the Privacy Policy"),),
        (box(AGREES), box("记住密码")),
    ],
)
def test_a_tick_beside_words_that_agree(nodes: tuple[Node, ...]) -> None:
    ((label, purpose, checked),) = boxes(*nodes)
    assert label
    assert (purpose, checked) == ("agreement", True)


@pytest.mark.parametrize(
    "nodes",
    [
        (box("记住密码"),),
        (box("自动登录"), text(AGREES)),
        (box("开启推荐位置", ticked=True, tag="Switch"), text(AGREES)),
        (box("同意《双方寄养服务协议》"),),
        (box("同意平摊费用"),),
        (box(AGREES, visibility=2),),
        (box("大型犬"), box("小型犬")),
        (text(AGREES),),
    ],
)
def test_other_boxes_are_nobodys_agreement(nodes: tuple[Node, ...]) -> None:
    assert [one for one in boxes(*nodes) if one[1] == "agreement"] == []


@pytest.mark.parametrize("ticked", [False, None])
def test_a_box_that_the_layout_leaves_empty_is_unknown(ticked: bool | None) -> None:
    assert boxes(box(AGREES, ticked=ticked)) == [(AGREES, "agreement", None)]


def test_a_tick_without_words_has_no_purpose() -> None:
    assert boxes(group(box())) == [("", None, True)]


def test_two_boxes_in_a_group_do_not_share_its_words() -> None:
    assert ("", None, True) in boxes(group(box(), box(), text(AGREES)))


@pytest.mark.parametrize(
    ("nodes", "kinds"),
    [
        ((text("实名认证领取现金红包"), field("请输入身份证号码")), ("id_card",)),
        ((text("领取现金红包"), group(text("银行卡号"), field())), ("bank_card",)),
    ],
)
def test_a_reward_beside_a_telling_field(nodes: tuple[Node, ...], kinds: tuple[str, ...]) -> None:
    (found,) = [one for one in facts(*nodes) if isinstance(one, InducementShown)]
    assert (found.reward, found.data_types) == ("money", kinds)


@pytest.mark.parametrize(
    "nodes",
    [
        (text("领取现金红包"), field("请输入手机号")),
        (text("我的红包"), field("请输入身份证号码")),
        (text("身份证认证领取现金红包"), field("验证码"), field("昵称")),
        (text("提现到银行卡"), field("银行卡号")),
        (field("输入身份证号领取现金红包"),),
        (text("领取积分无需提供身份证"), field("请输入身份证号码")),
        (text("领取红包时不会要求填写身份证"), field("请输入身份证号码")),
        (text("领取现金红包"), field("无需填写身份证号码")),
        (gone("TextView", text="领取现金红包"), field("请输入身份证号码")),
        (text("领取现金红包"), gone("EditText", hint="请输入身份证号码")),
        (text("领取现金红包"), gone("LinearLayout", field("请输入身份证号码"))),
        (text("领取现金红包"), group(gone("TextView", text="身份证号码"), field())),
    ],
)
def test_a_reward_or_a_field_alone_is_none(nodes: tuple[Node, ...]) -> None:
    assert not [one for one in facts(*nodes) if isinstance(one, InducementShown)]


@pytest.mark.parametrize(
    ("nodes", "method"),
    [
        ((text("注册", "Button"), field("请输入手机号"), field("密码", 0x81)), "phone"),
        ((text("立即注册"), field("邮箱"), field("", 0x81)), "email"),
        ((text("没有账号？去注册"), field("用户名"), field("", 0x81)), "account"),
        ((text("未注册？立即註冊"), field("用户名"), field("", 0x81)), "account"),
        ((text("还没有账号，马上注册"), field("用户名"), field("", 0x81)), "account"),
        ((text("Sign up", "Button"), field("Password", 0x81)), "account"),
    ],
)
def test_a_way_to_register(nodes: tuple[Node, ...], method: str) -> None:
    (found,) = [one for one in facts(*nodes) if isinstance(one, AccountRegistration)]
    assert found.method == method


@pytest.mark.parametrize(
    "nodes",
    [
        (text("登录", "Button"), field("密码", 0x81)),
        (text("注册商标"), field("密码", 0x81)),
        (text("注册"), field("搜索")),
        (text("设备注册码"), field("请输入注册码")),
        (field("注册手机号"),),
        (text("注册会计师考试报名"), field("手机号", 3), field("密码", 0x81)),
        (text("注册医生"), field("手机号", 3), field("密码", 0x81)),
        (text("请前往柜台注册"), field("手机号", 3), field("密码", 0x81)),
        (text("本应用不提供注册"), field("手机号", 3), field("密码", 0x81)),
        (text("无需注册，直接登录"), field("手机号", 3), field("密码", 0x81)),
    ],
)
def test_a_login_or_a_word_alone_registers_nobody(nodes: tuple[Node, ...]) -> None:
    assert not [one for one in facts(*nodes) if isinstance(one, AccountRegistration)]
