"""What the tests of value share: their answer, and the ways in which a person can act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from scanner.collect.policy.elements.ground import Ground, Mentions, Place
from scanner.facts import Fact


class Answer(NamedTuple):
    """What the test of an element found."""

    lacks: tuple[str, ...] = ()
    place: Place | None = None
    """The words that show it best; None for the words of the cue."""
    untold: bool = False
    """Whether the test could not be made."""


CONTACT = re.compile(
    r"[a-z0-9._+-]{1,40}\s?(?:@|\(at\)|\[at\]|#)\s?[a-z0-9-]{1,40}\.[a-z]{2,6}"
    r"|(?<![\d.])(?:\+?86[- ]?)?(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\(?0\d{2,3}\)?[- ]?\d{7,8}"
    r"|[48]00[- ]?\d{3,4}[- ]?\d{3,4}|95\d{3,4}|10[01]\d{2,3})(?!\d)"
    r"|\+\d{1,3}[- ]\d{2,4}[- ]\d{3,4}[- ]?\d{3,4}|(?:通信|通讯|联系|办公|注册|邮寄"
    r"|公司)?地址[^。\n]{4,40}?[路街道区镇村][^。\n]{0,20}号"
    r"|[市区县][^。\n]{1,20}[路街道][^。\n]{0,12}\d{1,5}号|\b(?:street|road|avenue|drive|suite"
    r"|p\.?o\.? box|floor)\b"
)
ONLINE = re.compile(
    r"https?://[^\s)>\]]{4,}|www\.[a-z0-9-]{2,}|(?:在线|人工|联系|我的|专属|平台)客服|客服(?:中心"
    r"|页面|入口|系统|功能)|意见反馈|帮助与反馈|反馈与帮助|问题反馈|在线(?:提交|反馈|咨询)"
    r"|(?:online|web|contact|request|support) (?:form|portal|center|centre|page)"
    r"|privacy (?:dashboard|portal|center)|support ticket"
)
_REFERENCE = re.compile(
    r"(?:联系|反馈给)我们|(?:与|和|跟|向)我们(?:取得)?联系|(?:本|隐私)(?:政策|声明|指引"
    r"|协议)[^。\n]{0,20}(?:联系|方式|渠道)"
    r"|第[一二三四五六七八九十\d]{1,3}[条章节部][^。\n]{0,20}(?:联系|方式|渠道)"
    r"|contact(?:ing)? us|reach(?:ing)? out to us|section [^.\n]{0,30}contact"
)
PATH = re.compile(
    r"(?:我的?|个人中心|设置|账[号户]|帐[号户]|隐私|头像|更多|首页|系统|主页|权限|settings?"
    r"|profile|account|menu|privacy)[\"'”」』\]】]?\s?(?:页面|界面|中的?|里的?)?\s?(?:->|=>|→|>|-"
    r"|—|–|»|➔){1,3}\s?[\"'“「『\[【]?[a-z\u4e00-\u9fff]{2}"
    r"|(?:进入|点击|点按|打开|前往|访问|登录|选择|(?<!我们)(?<!我们会)(?<!我们将)通过|在"
    r"|于)[^。;\n]{0,24}(?:(?<!操作)设置(?!了)|个人中心|账[号户]管理|账[号户]与安全|账[号户]安全"
    r"|隐私(?:中心"
    r"|管理)|个人资料|资料页|页面|菜单|按钮|选项|开关|界面|客户端|后台)"
    r"|(?:go to|visit|open|click|tap|select|through|via|in|under|from"
    r"|using) [^.;\n]{0,30}(?:settings?|profile|account page|menu|dashboard|preferences"
    r"|unsubscribe|link|app store|browser)"
)
_WAY = re.compile(f"{PATH.pattern}|{CONTACT.pattern}|{ONLINE.pattern}")


def has_way(ground: Ground, mentions: Mentions) -> Place | None:
    """Find a concrete way: a path in the product, a contact, or where the contact stands."""
    place = mentions.near(_WAY)
    return place or (mentions.near(_REFERENCE) if ground.anywhere(CONTACT) else None)


def first_of(ground: Ground, facts: Sequence[Fact]) -> Place | None:
    """Give the words of the first of some facts."""
    return ground.place_of(facts[0]) if facts else None


def without(**found: object) -> tuple[str, ...]:
    """Name what was not found, sorted."""
    return tuple(sorted(name for name, what in found.items() if not what))
