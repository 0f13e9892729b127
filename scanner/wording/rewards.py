"""Which words hold out a reward: money, points, a draw, a membership or a gift."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from scanner.wording.short import short

Reward = Literal["money", "points", "lottery", "membership", "gift"]

LONGEST = 6_000
"""Characters of words that are read."""
_GET = r"(?:领取?|赢取?|获得?|获赠|得|送|赠送?|奖励?|返还?|兑换?|享受?|拿|抢|赚|换取?|瓜分)"
_THINGS: tuple[tuple[Reward, str], ...] = (
    ("money", r"红包|现金(?!流)|奖金|补贴|返现|话费|代金券|\d+(?:\.\d+)?\s?元(?!素|件|旦|宵)"),
    ("points", r"积分|金币|金豆|京豆|成长值"),
    ("membership", r"会员|VIP"),
    ("gift", r"好礼|礼品|礼包|礼物|奖品|赠品|大奖|优惠券|福利|精美|礼券"),
)
_DRAW = re.compile(
    r"(?:参与|立即|免费|点击|去|马上|开始|有奖|幸运|天天|扫码|转发)抽奖|抽奖(?:机会|赢|送|领|活动)"
    r"|(?:幸运)?大转盘|刮刮[乐卡]|砸金蛋|lucky draw|(?:win|enter) .{0,20}(?:prize|draw|raffle)",
    re.IGNORECASE,
)
_ENGLISH: tuple[tuple[Reward, str], ...] = (
    ("money", r"(?:get|earn|win|receive|claim) .{0,20}(?:cash|\$ ?\d|money|bonus|voucher)"),
    ("points", r"(?:get|earn|win|receive|claim) .{0,20}points"),
    ("membership", r"(?:get|win|receive|claim|free) .{0,20}(?:membership|vip)\b"),
    ("gift", r"(?:get|win|receive|claim) .{0,20}(?:gift|prize|coupon)|free gift"),
)
_HELD_OUT: tuple[tuple[Reward, re.Pattern[str]], ...] = tuple(
    (
        reward,
        re.compile(
            rf"{_GET}[^。，,；;！!？?\n]{{0,8}}(?:{things})|(?:{things})[^。，,；;？?\n]{{0,4}}"
            rf"(?:免费(?:领|送|拿)|等[你您]|大放送|大派送|已到账|待领取|立即领)|{english}",
            re.IGNORECASE,
        ),
    )
    for (reward, things), (_, english) in zip(_THINGS, _ENGLISH, strict=True)
)
_NOT = re.compile(
    r"[不未没无勿别][^。，,；;\n]{0,5}$|(?:如|若|因|凡)[^。，,；;\n]{0,8}$|已(?:结束|兑换|使用|领取)[^。\n]{0,4}$"
)
"""Words right before that take a reward back, or set a case."""
_RECORDS = re.compile(
    r"记录|明细|查询|规则|说明|条款|协议|须知|历史|列表|余额|登[录陆]|中心|政策|退还|处理规则"
)
"""Words right after, by which a line leads to something about rewards and holds none out."""


class HeldOut(NamedTuple):
    """A reward, and the words that hold it out."""

    reward: Reward
    words: str


def rewards_in(text: str) -> tuple[HeldOut, ...]:
    """Give each kind of reward that a text holds out, once, with the words that do.

    Words that deny one, and the names of lists and rules of rewards, hold nothing out.
    """
    found: dict[Reward, str] = {}
    for line in text[:LONGEST].split("\n"):
        for reward, pattern in (*_HELD_OUT, ("lottery", _DRAW)):
            if reward in found:
                continue
            for hit in pattern.finditer(line):
                after = line[hit.end() : hit.end() + 4]
                if not _NOT.search(line[: hit.start()]) and not _RECORDS.match(after):
                    found[reward] = short(line.strip())
                    break
    return tuple(HeldOut(reward, found[reward]) for reward in sorted(found))
