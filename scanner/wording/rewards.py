"""Which words hold out a reward, and which ask for personal information beside it.

A reward alone is ordinary business, and so is a field for a number of identity papers; only both in
one view are a lead.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from scanner.facts import Reward
from scanner.wording.fold import SIMPLIFIED
from scanner.wording.rights import plain
from scanner.wording.short import short

ORDER: tuple[Reward, ...] = ("lottery", "money", "points", "membership", "gift")
"""Which one a line with several is named by: what tempts most."""
LONGEST = 6_000
"""Characters of words that are read."""
_GET = r"(?:领取?|抽[中取]?|赢取?|获得?|得|送|赠送?|奖励?|返还?|兑换?|享受?|拿|抢|赚|换取?|瓜分)"
_THINGS: tuple[tuple[Reward, str], ...] = (
    (
        "money",
        r"红包|现金(?!流)|奖金|补贴|返现|话费|流量包|代金券|\d+(?:\.\d+)?\s?元(?!素|件|旦|宵)",
    ),
    ("points", r"积分|金币|金豆|京豆|成长值"),
    ("membership", r"会员|VIP"),
    (
        "gift",
        r"好礼|礼品|礼包|礼物|奖品|赠品|大奖|优惠券|福利|精美|礼券|鸡蛋|手机大奖|iphone|平板电脑",
    ),
)
_DRAW = re.compile(
    r"(?:参与|立即|免费|点击|去|马上|开始|有奖|幸运|天天|扫码|转发|[即便就]可|可以?|参加)抽奖|抽奖(?:机会|赢|送|领|活动)"
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
_SAVES = re.compile(
    r"(?:实名|认证|绑卡|绑定|注册|验证)[^。，,；;\n]{0,8}(?:立减\s?\d|免单|0\.0?1\s?元)"
    r"|(?<![贷借]款)(?<![贷借])现金(?:马上|立即|秒)到账"
)
"""Money that is left off, or comes at once, for saying who one is."""
_DENIED = re.compile(
    r"(?:无[需须]|毋[需须]|[不未没](?:需要?|必|用|会?(?:要求|强制|强迫|收集|索取|采集)|得要求|应要求)|没有必要)"
    r"[^。,，;；!！?？\n]{0,30}"
    r"|\b(?:no need|not required|(?:do|does|need) not (?:need|require|have to|ask)"
    r"|don't (?:need|have to)|never asks?|without)\b[^.;\n]{0,40}",
    re.IGNORECASE,
)
"""What a line says is not asked for."""
_NOT = re.compile(
    r"[不未没无勿别][^。，,；;\n]{0,5}$|(?:如|若|因|凡)[^。，,；;\n]{0,8}$|已(?:结束|兑换|使用|领取)[^。\n]{0,4}$"
)
"""Words right before that take a reward back, or set a case."""
_RECORDS = re.compile(
    r"记录|明细|查询|规则|说明|条款|协议|须知|历史|列表|余额|登[录陆]|中心|政策|退还|处理规则"
)
"""Words right after, by which a line leads to something about rewards and holds none out."""


_WARNS = re.compile(
    r"工资|薪酬|补贴(?:款|金)|失业|社保|医保|低保|养老|救助|抚恤|票价|会员价|售价|原价|押金|定金|退[还款票]|已(?:结束|截止|下线)"
    r"|所得税|代扣|每?(?:消费|满|购物?)\s?\d+(?:\.\d+)?\s?元[^。\n]{0,4}(?:获得?|得|积|返)\s?\d*\s?积?分"
    r"|无需|无须|不需要?|不必|不用|不(?:会)?要求|谨防|警惕|诈骗|骗局|不会以|切勿|请勿|不(?:会|能|可|再|得|予|参与).{0,6}(?:领|送|奖|返)|提现[到至]"
    r"|\b(?:beware|scam|fraud|never)\b",
    re.IGNORECASE,
)
"""Words that warn of rewards, by which nothing is given, or by which it was owed or bought."""
LINE = 80
"""Characters of a line beyond which it is a paragraph of rules and holds nothing out."""
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
        said = line.translate(SIMPLIFIED)
        if _WARNS.search(said) or _frees(said):
            continue
        for reward, pattern in (*_HELD_OUT, ("lottery", _DRAW), ("money", _SAVES)):
            if reward in found:
                continue
            for hit in pattern.finditer(said):
                after = said[hit.end() : hit.end() + 4]
                if not _NOT.search(said[: hit.start()]) and not _RECORDS.match(after):
                    found[reward] = short(line.strip())
                    break
    return tuple(HeldOut(reward, found[reward]) for reward in sorted(found))


def _frees(line: str) -> bool:
    """Tell whether a line says that personal information is not asked for."""
    return any(
        pattern.search(hit.group()) for hit in _DENIED.finditer(line) for _, pattern in _KINDS
    )


@lru_cache(maxsize=4096)
def reward_of(line: str) -> Reward | None:
    """Say which reward a line holds out, if any; a paragraph holds none out."""
    if len(line) > LINE:
        return None
    found = {one.reward for one in rewards_in(line)}
    return next((reward for reward in ORDER if reward in found), None)


@lru_cache(maxsize=4096)
def kinds_named(words: str) -> tuple[str, ...]:
    """Give the kinds of personal information that the label or hint of a field names."""
    text = _DENIED.sub("", plain(words))
    return tuple(name for name, pattern in _KINDS if pattern.search(text))


def kinds_asked(words: str) -> tuple[str, ...]:
    """Give the kinds that a line or control tells people to give."""
    return kinds_named(words) if _ASKS.search(_DENIED.sub("", plain(words))) else ()


SENSITIVE = frozenset({"id_card", "face", "bank_card", "fingerprint"})
"""Kinds for which a reward is telling even where nothing but a field and its label is known."""


def sensitive_named(words: str) -> frozenset[str]:
    """Give the papers, cards and traits of the body that the label or hint of a field names."""
    return SENSITIVE.intersection(kinds_named(words))
