from __future__ import annotations

from typing import get_args

import pytest

from scanner.collect.policy.elements.ground import Ground, sorted_out
from scanner.collect.policy.elements.special_tests import SPECIAL
from scanner.collect.policy.elements.value_tests import TESTS
from scanner.facts import Lack, PolicyElement, PolicyPeriod, Source
from tests.collect.policy.elements.sound import claims_of, elements_of, reading

WORDS = set(get_args(Lack))
SOURCE = Source(evidence="0" * 64, at="text 0-2")


def element(name: str, text: str) -> PolicyElement:
    return elements_of(reading(f"# 隐私政策\n\n{text}"))[name]


def test_every_element_has_a_test_and_the_special_ones_are_among_them() -> None:
    assert sorted(TESTS) == [f"pol-{number:02}" for number in range(1, 29)]
    assert all(TESTS[name] is test for name, test in SPECIAL.items())


@pytest.mark.parametrize(
    ("name", "text", "lacks"),
    [
        ("pol-01", "运营者非常重视您的隐私。", ("operator",)),
        ("pol-02", "请按本政策的联系方式联系我们。", ("contact",)),
        ("pol-02", "联系我们：privacy@shanque.example", ()),
        ("pol-02", "您可以在“我的－在线客服”联系客服。", ()),
        ("pol-02", "地址：示例市文昌路，电话：0571 - 5555 0199", ()),
        ("pol-02", "客服热线：400 800 8888", ()),
        ("pol-02", "客服：95555", ()),
        ("pol-02", "请联系我们。\n\n接收方：甲公司；联系方式：0571-55550199", ("contact",)),
        ("pol-03", "我们收集您的手机号等信息，用于登录。", ("closed_list", "kinds")),
        ("pol-03", "我们收集您的手机号、电子邮箱、精确位置，用于登录。", ()),
        ("pol-03", "本应用不收集您的任何个人信息。", ()),
        ("pol-05", "保存期限：实现目的所必需的最短时间。到期后删除。", ("period",)),
        ("pol-05", "保存期限为自注册之日起2年。", ("afterwards",)),
        ("pol-05", "信息保存至您注销账号之日，期限届满后删除。", ()),
        ("pol-05", "We retain your data for 30 days and then delete it.", ()),
        ("pol-05", "我们只在所需期限内保存。判断期限的标准包括：交易目的。到期后删除。", ()),
        (
            "pol-05",
            "我们在法律允许的时间内保存。提交注销申请后十五个工作日内删除。",
            ("period",),
        ),
        ("pol-06", "您的信息存储于我们的服务器。", ("place",)),
        ("pol-06", "您的信息存储于中国境内的服务器。", ()),
        ("pol-06", "Cookie 存储在您的设备上。", ("place",)),
        ("pol-07", "您有权查阅、复制、更正您的信息。", ("path",)),
        ("pol-07", "您可以在“我的－设置”中查阅、更正您的信息。", ("copy",)),
        ("pol-07", "您可以在“我的－设置”中查阅、复制、更正您的信息。", ()),
        ("pol-07", "“我的－设置”：查阅、复制、更正、补充。", ()),
        ("pol-07", "在“读者中心－资料”可查看、下载、修改您的信息。", ()),
        ("pol-07", "您有权查阅、复制、更正信息。\n\n在“我的－设置”中注销账号。", ("path",)),
        ("pol-07", "您有权查阅、复制、更正信息。\n\n请在“我的－设置”中操作。", ()),
        ("pol-08", "您可以在“设置－账号”中注销账号、删除信息。", ("time",)),
        (
            "pol-08",
            "在“设置－账号”中注销账号、删除信息。\n\n投诉请致电95555，15个工作日内答复。",
            ("time",),
        ),
        ("pol-08", "在“设置－账号”注销账号、删除信息。\n\n期满后立即删除。", ("time",)),
        ("pol-08", "在“设置－账号”中注销账号、删除信息，我们在15个工作日内完成处理。", ()),
        ("pol-08", "在“设置－账号”中注销账号、删除信息，我们在60天内完成处理。", ("time",)),
        ("pol-08", "注册账号后，您可在“我的－设置”中删除信息，我们立即处理。", ("close",)),
        ("pol-09", "您可以撤回同意。", ("path",)),
        ("pol-09", "您可以在“设置－隐私”中撤回同意。", ()),
        ("pol-09", "您有权撤回同意。\n\n您可以在“设置－应用”中关闭位置权限。", ("path",)),
        ("pol-09", "您可以在“设置”中关闭定位功能，停止我们对位置信息的收集。", ()),
        ("pol-10", "您可以投诉。", ("channel", "time")),
        ("pol-10", "投诉请致电0571-55550199，我们在十五个工作日内答复。", ()),
        ("pol-10", "投诉请致电0571-55550199，我们在30个工作日内答复。", ("time",)),
        ("pol-08", "本应用不设账号。您可致电0571-55550199删除信息，我们立即处理。", ()),
        ("pol-15", "我们会申请系统权限。", ("off_path", "purpose")),
        ("pol-15", "权限清单：通知权限；如何关闭：系统设置。", ("purpose",)),
    ],
)
def test_what_each_test_finds_lacking(name: str, text: str, lacks: tuple[str, ...]) -> None:
    found = element(name, text)
    assert found.mentioned
    assert found.lacks == lacks
    assert found.present is (not lacks)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pol-03", "我们收集您的手机号，用于登录。"),
        ("pol-11", "信息的共享，见另页。"),
        ("pol-11", "我们将非个人身份信息经统计加工后提供给广告商或其他合作伙伴。"),
        ("pol-11", "共享：我们不会主动向合作伙伴分享您的信息，除非经您单独同意，例如出行。"),
        ("pol-11", "您可以通过我们的服务与您的好友及其他用户分享您的相关信息。"),
        ("pol-11", "我们会与第三方合作伙伴共享无法识别您的统计信息。"),
        ("pol-11", "我们会与第三方共享您的信息：接收方：甲征信中心。"),
        ("pol-07", "本应用不收集任何个人信息。您有权查阅、复制您的信息。"),
        ("pol-08", "本应用不收集任何个人信息，无从删除您的信息。"),
        ("pol-09", "本应用不收集任何个人信息。您可以撤回同意。"),
        ("pol-05", "本应用不收集任何个人信息，不设保存期限。"),
    ],
)
def test_what_a_text_leaves_open_is_unknown(name: str, text: str) -> None:
    found = element(name, text)
    assert (found.present, found.lacks) == (None, ())


@pytest.mark.parametrize("text", ["敬请期待。", "我们重视您的隐私。"])
def test_what_lacks_is_said_in_the_words_of_the_list(text: str) -> None:
    said = {word for fact in elements_of(reading(text)).values() for word in fact.lacks or ()}
    assert len(said) > 20
    assert said <= WORDS


@pytest.mark.parametrize(("days", "working", "lacks"), [(15, True, ()), (30, True, ("time",))])
def test_a_period_that_another_room_read_counts(
    days: int, working: bool, lacks: tuple[str, ...]
) -> None:
    period = PolicyPeriod(
        source=SOURCE, channel="policy", subject="deletion", days=days, working_days=working
    )
    text = "# 隐私政策\n\n您可在“设置－账号”中注销账号、删除信息。"
    assert elements_of(reading(text), [period])["pol-08"].lacks == lacks


def test_the_operator_is_quoted_where_it_is_named() -> None:
    of = reading("# 隐私政策\n\n运营者重视隐私。\n\n我们是杭州山雀科技有限公司。")
    ground = Ground(of, sorted_out(claims_of(of)))
    assert ground.claims.operators
    assert elements_of(of)["pol-01"].quote == "我们是杭州山雀科技有限公司。"


@pytest.mark.parametrize("way", ["您可以选择不允许。", "您可以在系统中关掉它。"])
def test_a_way_to_turn_a_permission_off_is_found_in_many_words(way: str) -> None:
    asked = "为了扫码，我们申请相机权限。手机屏幕关闭后不使用它。"
    assert "off_path" in (element("pol-15", asked).lacks or ())
    assert "off_path" not in (element("pol-15", asked + way).lacks or ())
