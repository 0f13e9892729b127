"""What is held out to people who give personal information, and what they are asked for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from scanner.wording.rights import plain

Reward = Literal["money", "points", "lottery", "membership", "gift"]
_GIVES = (
    r"(?:领取?|赠?送|赢取?|获得?|可得|得|赚取?|奖励|瓜分|抢|享|抵|换|earn|get|win|claim|receive)"
)
_REWARDS: tuple[tuple[Reward, str], ...] = (
    (
        "money",
        rf"{_GIVES}[^。;\n]{{0,10}}(?:红包|现金|话费|返现|奖金|补贴|\d元)|红包(?:奖励|大派送|等你)|现金奖励"
        r"|(?:cash|money) (?:reward|bonus|prize)",
    ),
    (
        "points",
        rf"{_GIVES}[^。;\n]{{0,10}}(?:积分|金币|金豆|经验值)|(?:积分|金币|金豆)(?:奖励|翻倍)"
        r"|\+\s?\d+\s?(?:积分|金币|金豆|points|coins)|(?:earn|get)[^.\n]{0,12}(?:points|coins)",
    ),
    (
        "lottery",
        r"抽奖|抽[^。;\n]{0,6}大奖|(?:幸运|大)转盘|刮刮[卡乐]|lucky draw|lottery|sweepstake",
    ),
    ("membership", rf"{_GIVES}[^。;\n]{{0,10}}(?:会员|\bvip\b)|free (?:vip|membership)"),
    (
        "gift",
        rf"{_GIVES}[^。;\n]{{0,10}}(?:礼品|礼物|礼包|奖品|优惠券|代金券|抵扣券|满减券|好礼|礼金|折扣)|好礼(?:相送|等你)"
        r"|free gift|gift card|coupon",
    ),
)
_HELD_OUT = tuple((reward, re.compile(words)) for reward, words in _REWARDS)
_WARNS = re.compile(r"谨防|警惕|诈骗|骗局|不会以|切勿|请勿|\b(?:beware|scam|fraud)")
_DATA: tuple[tuple[str, str], ...] = (
    ("id_card", r"身份证|证件号|实名(?:认证|信息|登记)|\bid (?:card|number)"),
    ("passport", r"护照|passport"),
    ("face", r"人脸|刷脸|面容|自拍照?|面部|\bface\b|selfie"),
    ("fingerprint", r"指纹|fingerprint"),
    ("voiceprint", r"声纹|voice ?print"),
    ("bank_card", r"银行卡|bank ?card"),
    ("health", r"病史|病历|体检|健康(?:信息|状况)|medical"),
    ("contacts", r"通讯录|address book"),
    ("name", r"姓名|真实名字|full name|real name"),
    ("phone", r"手机号|电话号码|phone number|mobile number"),
    ("address", r"(?:收货|家庭|居住|详细|联系|通讯)地址|home address"),
    ("birth_date", r"出生日期|生日|date of birth|birthday"),
)
_KINDS = tuple((name, re.compile(words)) for name, words in _DATA)
_ASKS = re.compile(
    r"填写|输入|上传|拍摄|拍照|提供|提交|完善|录入|登记|认证|采集|授权|绑定|验证|扫描"
    r"|\b(?:enter|upload|provide|submit|verify|complete|scan|link)\b"
)


@lru_cache(maxsize=4096)
def reward_of(words: str) -> Reward | None:
    """Say what a line holds out to people, if anything; what warns of it does not."""
    text = plain(words)
    if _WARNS.search(text):
        return None
    return next((reward for reward, pattern in _HELD_OUT if pattern.search(text)), None)


@lru_cache(maxsize=4096)
def kinds_named(words: str) -> tuple[str, ...]:
    """Give the kinds of personal information that the label or hint of a field names."""
    text = plain(words)
    return tuple(name for name, pattern in _KINDS if pattern.search(text))


def kinds_asked(words: str) -> tuple[str, ...]:
    """Give the kinds that a line or control tells people to give."""
    return kinds_named(words) if _ASKS.search(plain(words)) else ()
