"""Which words hold out a reward, and which ask for papers, cards or a face."""

from __future__ import annotations

import pytest

from scanner.wording.rewards import LONGEST, reward_of, sensitive_asked


@pytest.mark.parametrize(
    ("words", "reward"),
    [
        ("实名认证领取现金红包", "money"),
        ("邀请好友得话费", "money"),
        ("完成任务送100积分", "points"),
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
        "领取现金红包" + "规则说明" * LONGEST,
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
    assert sensitive_asked(words) == kinds
