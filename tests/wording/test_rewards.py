from __future__ import annotations

import pytest

from scanner.wording.rewards import (
    LINE,
    kinds_asked,
    kinds_named,
    reward_of,
    rewards_in,
    sensitive_named,
)


@pytest.mark.parametrize(
    ("words", "rewards"),
    [
        ("填写身份证号即可领取50元红包", ["money"]),
        ("完成实名认证送100积分", ["points"]),
        ("参与抽奖，赢取大奖", ["gift", "lottery"]),
        ("免费领会员", ["membership"]),
        ("提交后可获得精美礼品一份", ["gift"]),
        ("Complete the form to get a free gift", ["gift"]),
        ("Verify now and earn 200 points", ["points"]),
        ("话费待领取", ["money"]),
    ],
)
def test_what_is_held_out(words: str, rewards: list[str]) -> None:
    assert [one.reward for one in rewards_in(words)] == rewards
    assert all(one.words == words for one in rewards_in(words))


@pytest.mark.parametrize(
    "words",
    [
        "红包记录",
        "积分查询",
        "会员登录",
        "领取须知",
        "奖金发放规则",
        "您尚未获得积分",
        "本次活动不赠送礼品",
        "获得积分明细",
        "申领失业补贴",
        "领取您的工资5000元",
        "票价120元，享会员价100元",
        "邀请好友得红包活动已结束",
        "每消费1元获得1积分",
        "恭喜中奖2000元，须扣缴偶然所得税",
        "贷款现金马上到账",
        "姓名",
        "身份证号码",
        "",
    ],
)
def test_what_holds_nothing_out(words: str) -> None:
    assert rewards_in(words) == ()


def test_each_kind_is_told_once() -> None:
    assert [one.words for one in rewards_in("送积分\n赢积分\n领红包")] == ["领红包", "送积分"]


@pytest.mark.parametrize(
    ("words", "reward"),
    [
        ("填写身份证信息，领取现金红包", "money"),
        ("完善资料得 50 积分", "points"),
        ("参与抽奖", "lottery"),
        ("实名认证送会员", "membership"),
        ("注册即领新人礼包", "gift"),
        ("Complete your profile and get a gift card", "gift"),
        ("谨防以领取红包为名的诈骗", None),
        ("积分规则", None),
        ("会员中心", None),
        ("我的红包", None),
        ("", None),
    ],
)
def test_a_line_is_named_by_one_reward(words: str, reward: str | None) -> None:
    assert reward_of(words) == reward


def test_what_is_asked_for() -> None:
    assert kinds_named("请输入身份证号") == ("id_card",)
    assert kinds_asked("上传人脸照片") == ("face",)
    assert kinds_asked("填写姓名和手机号") == ("name", "phone")
    assert kinds_asked("您的手机号很安全") == ()
    assert kinds_named("搜索书名") == ()


@pytest.mark.parametrize(
    ("words", "reward"),
    [
        ("实名认证领取现金红包", "money"),
        ("邀请好友得话费", "money"),
        ("完成任务送100积分", "points"),
        ("实名认证送鸡蛋", "gift"),
        ("实名抽iPhone", "gift"),
        ("现金马上到账", "money"),
        ("实名立减50", "money"),
        ("认证免单", "money"),
        ("认证后0.01元购", "money"),
        ("積分獎勵", None),
        ("幸运大转盘抽奖", "lottery"),
        ("免费领7天会员", "membership"),
        ("新人礼包免费领", "gift"),
        ("Get your free coupon now", "gift"),
        ("Earn points every day", "points"),
    ],
)
def test_a_reward_is_told_by_its_kind(words: str, reward: str | None) -> None:
    assert reward_of(words) == reward


@pytest.mark.parametrize(
    "words",
    [
        *("我的红包", "红包", "积分", "现金支付", "会员中心", "优惠券列表", "账户余额"),
        *("谨防以领取现金红包为名的诈骗", "不再赠送积分", "提现到银行卡", "", "身份证号"),
        "领取现金红包" + "规则说明" * LINE,
    ],
)
def test_what_only_names_money_or_goods_is_no_reward(words: str) -> None:
    assert reward_of(words) is None


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("请输入身份证号码", {"id_card"}),
        ("上传身份证正面", {"id_card"}),
        ("银行卡号", {"bank_card"}),
        ("人脸识别", {"face"}),
        ("刷脸并填写身份证号", {"face", "id_card"}),
        ("手机号", set()),
        ("学生证", set()),
        ("姓名", set()),
    ],
)
def test_telling_fields(words: str, kinds: set[str]) -> None:
    assert sensitive_named(words) == kinds


@pytest.mark.parametrize(
    "words", ["领取积分无需提供身份证", "领取红包时不会要求填写身份证", "抽奖不需要上传照片"]
)
def test_what_is_not_asked_for_is_no_price_of_a_reward(words: str) -> None:
    assert rewards_in(words) == ()
