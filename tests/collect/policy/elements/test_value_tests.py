from __future__ import annotations

import pytest

from scanner.collect.policy.elements.ground import Ground, sorted_out
from scanner.collect.policy.elements.special_tests import SPECIAL
from scanner.collect.policy.elements.value_tests import TESTS
from scanner.facts import PolicyElement, PolicyPeriod, PolicyThirdParty, Source
from tests.collect.policy.elements.sound import claims_of, elements_of, reading

SOURCE = Source(evidence="0" * 64, at="text 0-2")


def element(name: str, text: str) -> PolicyElement:
    return elements_of(reading(f"# 隐私政策\n\n{text}"))[name]


def test_every_element_has_a_test_and_the_special_ones_are_among_them() -> None:
    assert sorted(TESTS) == [f"pol-{number:02}" for number in range(1, 29)]
    assert all(TESTS[name] is test for name, test in SPECIAL.items())


@pytest.mark.parametrize(
    ("name", "text", "lacks"),
    [
        ("pol-01", "运营者非常重视您的隐私。", ("name",)),
        ("pol-02", "请按本政策的联系方式联系我们。", ("contact",)),
        ("pol-02", "联系我们：privacy@shanque.example", ()),
        ("pol-02", "您可以在“我的－在线客服”联系客服。", ()),
        ("pol-03", "我们收集您的手机号，用于登录。", ("kinds",)),
        ("pol-03", "本应用不收集您的任何个人信息。", ()),
        ("pol-05", "保存期限：实现目的所必需的最短时间。到期后删除。", ("period",)),
        ("pol-05", "保存期限为自注册之日起2年。", ("afterwards",)),
        ("pol-05", "信息保存至您注销账号之日，期限届满后删除。", ()),
        ("pol-05", "We retain your data for 30 days and then delete it.", ()),
        ("pol-06", "您的信息存储于我们的服务器。", ("place",)),
        ("pol-06", "您的信息存储于中国境内的服务器。", ()),
        ("pol-06", "Cookie 存储在您的设备上。", ("place",)),
        ("pol-07", "您有权查阅、复制、更正您的信息。", ("path",)),
        ("pol-07", "您可以在“我的－设置”中查阅、更正您的信息。", ("copy",)),
        ("pol-07", "您可以在“我的－设置”中查阅、复制、更正您的信息。", ()),
        ("pol-08", "您可以在“设置－账号”中注销账号、删除信息。", ("time",)),
        ("pol-08", "在“设置－账号”中注销账号、删除信息，我们在15个工作日内完成处理。", ()),
        ("pol-08", "在“设置－账号”中注销账号、删除信息，我们在60天内完成处理。", ("time",)),
        ("pol-08", "注册账号后，您可在“我的－设置”中删除信息，我们立即处理。", ("close",)),
        ("pol-09", "您可以撤回同意。", ("path",)),
        ("pol-09", "您可以在“设置－隐私”中撤回同意。", ()),
        ("pol-10", "您可以投诉。", ("channel", "time")),
        ("pol-10", "投诉请致电0571-55550199，我们在十五个工作日内答复。", ()),
        ("pol-10", "投诉请致电0571-55550199，我们在30个工作日内答复。", ("time",)),
        ("pol-11", "我们可能与第三方共享您的信息。", ("recipient",)),
        ("pol-12", "我们接入了第三方SDK。", ("recipient",)),
        ("pol-15", "我们会申请系统权限。", ("off_path", "purpose")),
    ],
)
def test_what_each_test_finds_lacking(name: str, text: str, lacks: tuple[str, ...]) -> None:
    found = element(name, text)
    assert found.mentioned
    assert found.lacks == lacks
    assert found.present is (not lacks)


def party(name: str, **more: object) -> PolicyThirdParty:
    return PolicyThirdParty(
        source=SOURCE,
        channel="policy",
        recipient="",
        name=name,
        **more,  # type: ignore[arg-type]
    )


FULL = {
    "contact": True,
    "purpose": "推送",
    "means": "接口",
    "data_types": ("oaid",),
    "company": "甲公司",
}


@pytest.mark.parametrize(
    ("parties", "lacks"),
    [
        ([party("甲SDK", **FULL)], ()),
        ([party("甲SDK", **{**FULL, "contact": False})], ()),
        ([party("甲SDK", **{**FULL, "contact": False, "purpose": ""})], ("contact", "purpose")),
        ([party("甲SDK", **FULL), party("乙SDK", **{**FULL, "purpose": "", "contact": False})], ()),
        ([party("甲SDK")], ()),
    ],
)
def test_four_of_five_columns_must_stand_for_half_of_the_parties(
    parties: list[PolicyThirdParty], lacks: tuple[str, ...]
) -> None:
    text = "# 隐私政策\n\n我们接入第三方SDK，并向其共享信息。"
    found = elements_of(reading(text), parties)
    assert found["pol-11"].lacks == lacks
    assert found["pol-12"].lacks == lacks


def test_a_recipient_that_is_no_component_is_no_list_of_sdks() -> None:
    of = reading("# 隐私政策\n\n我们接入第三方SDK。")
    assert elements_of(of, [party("甲保险公司", **FULL)])["pol-12"].lacks == ("recipient",)


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
