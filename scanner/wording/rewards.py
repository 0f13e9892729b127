"""Which words hold a reward out, and which ask for what identifies a person beyond doubt.

A reward alone is ordinary business, and so is a field for a number of identity papers; only both in
one view are a lead. What merely names a kind of money or a shop's goods is no reward.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from scanner.wording.consent import fold

Reward = Literal["money", "points", "lottery", "membership", "gift"]
_GETTING = r"(?:领取?|得|送|赠送?|赢取?|抢|拿|奖励?|返|瓜分|到手|提现|免费)"
_REWARDS: tuple[tuple[Reward, re.Pattern[str]], ...] = (
    (
        "lottery",
        re.compile(
            r"抽奖|大转盘|刮刮乐|中奖|开宝箱|摇一摇.{0,4}奖|\blucky draw\b|\blottery\b"
            r"|\bspin (?:the wheel|to win)\b"
        ),
    ),
    (
        "money",
        re.compile(
            rf"{_GETTING}.{{0,8}}(?:红包|现金|奖金|话费|补贴|佣金)"
            rf"|(?:红包|现金|奖金|话费|补贴|佣金).{{0,6}}{_GETTING}"
            r"|现金红包|\b(?:win|earn|get|receive|claim)\b.{0,20}\b(?:cash|money|bonus)\b"
        ),
    ),
    (
        "points",
        re.compile(
            rf"{_GETTING}.{{0,8}}(?:积分|金币|成长值)|(?:积分|金币).{{0,4}}(?:奖励|到账|翻倍)"
            r"|\b(?:win|earn|get|receive|claim)\b.{0,20}\b(?:points|coins)\b"
        ),
    ),
    (
        "membership",
        re.compile(
            rf"{_GETTING}.{{0,8}}(?:会员|vip)|\b(?:free|get|claim)\b.{{0,12}}\b(?:vip|membership)\b"
        ),
    ),
    (
        "gift",
        re.compile(
            rf"{_GETTING}.{{0,8}}(?:礼品|礼包|好礼|礼物|优惠券|代金券|大奖)|新人礼"
            r"|\b(?:win|get|receive|claim)\b.{0,20}\b(?:gift|voucher|coupon|prize)s?\b"
        ),
    ),
)
_NO_REWARD = re.compile(
    r"不(?:会|能|可|再|得|予|参与).{0,6}(?:领|送|奖|返)|谨防|诈骗|提现到|提现至|红包雨已结束"
    r"|\b(?:no|not|never)\b.{0,12}\b(?:cash|money|points|gift|prize)"
)
_SENSITIVE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "id_card",
        re.compile(
            r"身份证(?:号码?|件号|照片?|正面|反面|人像面|国徽面|原件|扫描)?|证件号码?"
            r"|\b(?:id card|identity card|national id)\b"
        ),
    ),
    (
        "face",
        re.compile(r"人脸|刷脸|面部识别|活体|\bface (?:scan|recognition|verification|photo)\b"),
    ),
    (
        "bank_card",
        re.compile(
            r"银行卡(?:号码?)?|储蓄卡|信用卡号|开户行|\bbank (?:card|account) number\b"
            r"|\bcard number\b"
        ),
    ),
    ("fingerprint", re.compile(r"录入指纹|采集指纹|\benrol\w* (?:your )?fingerprint\b")),
)
LONGEST = 80
"""Characters of a line beyond which it is a paragraph of rules and holds nothing out."""


@lru_cache(maxsize=4096)
def reward_of(words: str) -> Reward | None:
    """Say which reward a line holds out, if any."""
    text = fold(words)
    if not text or len(text) > LONGEST or _NO_REWARD.search(text):
        return None
    return next((reward for reward, pattern in _REWARDS if pattern.search(text)), None)


@lru_cache(maxsize=4096)
def sensitive_asked(words: str) -> frozenset[str]:
    """Say which papers, cards and traits of the body the words of a field or button ask for."""
    text = fold(words)
    if len(text) > LONGEST:
        return frozenset()
    return frozenset(kind for kind, pattern in _SENSITIVE if pattern.search(text))
