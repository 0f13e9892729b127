from __future__ import annotations

import time

import pytest

from scanner.collect.policy.claims.permissions import facts_of
from scanner.collect.policy.document import Reading
from scanner.facts import PolicyPermission
from scanner.knowledge import Knowledge
from scanner.knowledge.tables import GROUPS
from tests.collect.policy.claims.test_party_rows import markdown


def permissions(known: Knowledge, text: str) -> dict[str, PolicyPermission]:
    found = facts_of(Reading((markdown(text),)), known)
    named = [one for one in found if isinstance(one, PolicyPermission)]
    assert len({one.group for one in named}) == len(named)
    return {one.group: one for one in named}


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("为了扫码，我们需要您授予相机权限。", {"camera"}),
        ("我们会申请访问您的通讯录、短信和通话记录权限。", {"contacts", "sms", "call_log"}),
        (
            "可能需要您开通一些设备权限，例如通知、相册、定位。",
            {"notifications", "storage", "location"},
        ),
        ("我们将申请读取电话状态权限。", {"phone"}),
        ("为提供语音输入，我们会调用您的麦克风。", {"microphone"}),
        ("日历权限：用于写入提醒。", {"calendar"}),
        ("蓝牙权限用于连接手表，身体传感器权限用于测心率。", {"nearby", "sensors"}),
        ("需要 android.permission.READ_CONTACTS。", {"contacts"}),
        ("READ_PHONE_STATE：用于识别设备。", {"phone"}),
        ("We ask for the camera permission and access your microphone.", {"camera", "microphone"}),
    ],
)
def test_groups_that_are_named_as_permissions(
    known: Knowledge, text: str, groups: set[str]
) -> None:
    assert set(permissions(known, text)) == groups


@pytest.mark.parametrize(
    "text",
    [
        "我们不会申请通讯录权限。",
        "请拨打客服电话与我们联系，我们会以短信通知您。",
        "您上传的照片和位置信息会展示在主页。",
        "我们采用访问控制措施，限制员工的数据权限。",
        "您有权查阅您的个人信息。",
        "We never ask for the contacts permission.",
        "We send notifications to your phone about your location.",
        "com.example.SOME_CONSTANT",
    ],
)
def test_words_that_are_no_permissions(known: Knowledge, text: str) -> None:
    assert permissions(known, text) == {}


def test_a_table_gives_purposes_and_counts_before_a_sentence(known: Knowledge) -> None:
    text = (
        "为了您的体验，我们需要相机权限。\n\n"
        "| 权限名称 | 使用目的 |\n|-|-|\n| 相机（CAMERA） | 扫描二维码 |\n"
        "| ACCESS_FINE_LOCATION | 附近门店 |\n| 存储 | |\n"
    )
    found = permissions(known, text)
    assert found["camera"].purpose == "扫描二维码"
    assert found["location"].purpose == "附近门店"
    assert found["storage"].purpose == ""
    assert set(found) <= set(GROUPS)


def test_a_purpose_may_stand_below(known: Knowledge) -> None:
    text = "## 系统权限说明\n\nA. 访问相机\n\n用于扫描二维码。\n\nB. 读取联系人\n\n以便添加好友。\n"
    found = permissions(known, text)
    assert (found["camera"].purpose, found["contacts"].purpose) == (
        "用于扫描二维码",
        "以便添加好友",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("您可以在手机的“设置-应用-权限”中关闭上述权限。", True),
        ("You can revoke permissions at any time in your device settings.", True),
        ("如果您关闭权限，部分功能将无法使用。", False),
        ("", False),
    ],
)
def test_whether_it_says_how_to_end_it(known: Knowledge, text: str, *, told: bool) -> None:
    found = permissions(known, "我们需要相机权限用于扫码。\n\n" + text)
    assert found["camera"].off_path is told


def test_hostile_text_costs_little(known: Knowledge) -> None:
    document = markdown("权限" * 20_000 + "\n\n" + "访问您的" * 10_000 + "\n\n" + "a_" * 20_000)
    start = time.process_time()
    list(facts_of(Reading((document,)), known))
    assert time.process_time() - start < 60


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("若您关闭通讯录权限，我们将不会读取您的通讯录。", ""),
        ("如您拒绝授权相机权限，不影响其他功能。", ""),
        ("当您使用扫码功能时，我们会申请相机权限。", "当您使用扫码功能时"),
    ],
)
def test_a_refusal_is_no_purpose(known: Knowledge, text: str, purpose: str) -> None:
    assert [one.purpose for one in permissions(known, text).values()] == [purpose]


def test_a_permission_that_is_not_asked_for_is_not_named(known: Knowledge) -> None:
    for text, count in (
        ("权限名称“读取通讯录”由系统定义，本应用未申请。", 0),
        ("我们申请相机权限，未申请其他权限。", 1),
        ("通讯录权限未开启时，我们会提示您。", 1),
    ):
        assert len(list(facts_of(Reading((markdown(text),)), known))) == count, text
