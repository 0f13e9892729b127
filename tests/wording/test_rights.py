from __future__ import annotations

import pytest

from scanner.wording.rights import (
    gives_contact,
    is_control,
    presents_chosen,
    right_of,
    turns_choosing_off,
)


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("注销账号", "close_account"),
        ("Delete my account", "close_account"),
        ("撤回同意", "withdraw"),
        ("关闭个性化推荐", "push_off"),
        ("投诉举报", "complain"),
        ("客服电话 400-800-8000 在工作日的上午九点到下午六点之间为您服务，欢迎来电", "complain"),
        ("商标注销公告", None),
        ("我们会在您注销账号之后的十五个工作日内处理您的全部个人信息并告知您结果", None),
        ("", None),
    ],
)
def test_the_right_that_a_control_offers(words: str, right: str | None) -> None:
    assert right_of(words) == right


def test_words_that_offer_two_rights_offer_the_second_once_the_first_is_told() -> None:
    words = "投诉与注销账号"
    assert right_of(words) == "close_account"
    assert right_of(words, {"close_account"}) == "complain"


def test_what_others_looked_at_is_not_chosen_for_a_person() -> None:
    assert presents_chosen("猜你喜欢")
    assert not presents_chosen("看了又看")
    assert not presents_chosen("关闭猜你喜欢")


def test_a_sentence_is_no_control() -> None:
    assert is_control("设置")
    assert not is_control("设" * 25)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "彻底销户",
            "永久停用账号",
            "关闭账号",
            "清除账户",
            "销号",
            "确认注销",
            "删除我的帐号",
            "账户作废",
        ),
        *("註銷帳號", "刪除帳戶", "關閉賬戶", "Deactivate account", "Account deletion"),
    ],
)
def test_an_account_is_closed_in_many_words(words: str) -> None:
    assert right_of(words) == "close_account"


@pytest.mark.parametrize(
    "words",
    [
        *(
            "关闭账号提醒",
            "清除账户缓存",
            "取消账号绑定",
            "解除账号授权登录",
            "删除账号记录",
            "退出当前账号",
        ),
        *("切换账号", "商标注销", "企业注销", "注销公告", "删除银行账户", "Remove account link"),
    ],
)
def test_what_is_ended_beside_an_account_closes_none(words: str) -> None:
    assert right_of(words) != "close_account"


@pytest.mark.parametrize(
    "words", ["撤销授权", "取消同意", "收回同意", "停止使用", "Revoke consent"]
)
def test_consent_is_taken_back_in_many_words(words: str) -> None:
    assert right_of(words) == "withdraw"


@pytest.mark.parametrize(
    ("words", "turns_off"),
    [
        ("定制化内容推送", True),
        ("为你推荐", True),
        ("猜你喜欢", True),
        ("根据您的兴趣展示内容", True),
        ("個性化推薦", True),
        ("Personalised ads", True),
        ("个性化主题", False),
        ("推荐给朋友", False),
        ("推荐可能认识的人", False),
        ("定向流量", False),
        ("消息通知", False),
        ("推荐" * 50, False),
    ],
)
def test_a_switch_may_stand_beside_what_is_chosen_for_one(words: str, *, turns_off: bool) -> None:
    assert turns_choosing_off(words) is turns_off


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("如有疑问，可以联系 privacy@app.example", True),
        ("客服热线 400-800-8000", True),
        ("请拨打 010-12345678 与我们联系", True),
        ("您可以通过联系客服的在线客服入口提交申请", True),
        ("通讯地址：北京市东城区", True),
        ("我们收集您的手机号用于注册", False),
        ("身份证号 110101199003070000", False),
        ("", False),
    ],
)
def test_whether_a_text_says_how_to_reach_somebody(words: str, *, expected: bool) -> None:
    assert gives_contact(words) is expected


@pytest.mark.parametrize(
    "words", ["隐私协议授权撤回", "关闭隐私授权", "同意管理", "切换到基本功能模式", "仅浏览"]
)
def test_further_ways_to_take_consent_back(words: str) -> None:
    assert right_of(words) == "withdraw"


@pytest.mark.parametrize(
    "words",
    ["投訴", "舉報", "意見反饋", "聯絡我們", "人工服务", "在线咨询", "Report a problem", "Support"],
)
def test_further_ways_to_complain(words: str) -> None:
    assert right_of(words) == "complain"
