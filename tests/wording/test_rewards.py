from __future__ import annotations

import pytest

from scanner.wording.rewards import kinds_asked, kinds_named, reward_of


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
def test_what_is_held_out(words: str, reward: str | None) -> None:
    assert reward_of(words) == reward


def test_what_is_asked_for() -> None:
    assert kinds_named("请输入身份证号") == ("id_card",)
    assert kinds_asked("上传人脸照片") == ("face",)
    assert kinds_asked("填写姓名和手机号") == ("name", "phone")
    assert kinds_asked("您的手机号很安全") == ()
    assert kinds_named("搜索书名") == ()
