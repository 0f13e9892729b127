from __future__ import annotations

import pytest

from scanner.wording.rewards import rewards_in


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
        "姓名",
        "身份证号码",
        "",
    ],
)
def test_what_holds_nothing_out(words: str) -> None:
    assert rewards_in(words) == ()


def test_each_kind_is_told_once() -> None:
    assert [one.words for one in rewards_in("送积分\n赢积分\n领红包")] == ["领红包", "送积分"]
