"""What the tests of value share: their answer, and the ways in which a person can act."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, cast

from scanner.collect.policy.elements.ground import (
    Ground,
    Mentions,
    Place,
    in_heading,
    sentence_of,
)
from scanner.facts import Fact, Lack


class Answer(NamedTuple):
    """What the test of an element found."""

    lacks: tuple[Lack, ...] = ()
    place: Place | None = None
    """The words that show it best; None for the words of the cue."""
    untold: bool = False
    """Whether the test could not be made."""


CONTACT = re.compile(
    r"[a-z0-9._+-]{1,40}\s?(?:@|\(at\)|\[at\]|#)\s?[a-z0-9-]{1,40}\.[a-z]{2,6}"
    r"|(?<![\d.])(?:\+?86[- ]?)?(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
    r"|\(?0\d{2,3}\)?\s?[- ]?\s?\d{3,4}[- ]?\d{4}"
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
    r"|[\"“「『\[【][^\"”」』\]】\n。;,]{1,16}?\s?(?:->|=>|→|>|-|—|–|»|➔){1,3}\s?"
    r"[^\"”」』\]】\n。;,0-9]{1,40}[\"”」』\]】]"
    r"|(?:go to|visit|open|click|tap|select|through|via|in|under|from"
    r"|using) [^.;\n]{0,30}(?:settings?|profile|account page|menu|dashboard|preferences"
    r"|unsubscribe|link|app store|browser)"
)
_WAY = re.compile(f"{PATH.pattern}|{CONTACT.pattern}|{ONLINE.pattern}")


_MATTERS: Mapping[str, re.Pattern[str]] = {
    "rights": re.compile(
        r"查阅|查询|查看|访问|复制|更正|补充|修改|拷贝|下载|副本|access|correct|copy|rectif"
    ),
    "deletion": re.compile(r"删除|清除|注销|delet|eras|clos(?:e|ing)"),
    "consent": re.compile(r"撤回|撤销|授权|同意|停止[^。]{0,12}收集|withdraw|revoke|consent"),
    "permissions": re.compile(r"权限|permission"),
    "complaint": re.compile(r"投诉|举报|申诉|complain"),
    "profiling": re.compile(
        r"个性化|推荐|广告|画像|推送|personali|profil|advert|recommend|marketing"
    ),
    "lists": re.compile(r"清单|目录|sdk|\blists?\b"),
}
"""Matters for each of which a policy gives a way or a time."""


def of_matter(matter: str) -> Callable[[Place], bool]:
    """Tell words whose sentence is about a matter from those of another; general ones fit all."""

    def fits(place: Place) -> bool:
        folded, (start, end) = place.document.folded, sentence_of(place)
        if _MATTERS[matter].search(folded, start, end):
            return matter == "lists" or not _MATTERS["lists"].search(folded, start, end)
        return not any(words.search(folded, start, end) for words in _MATTERS.values())

    return fits


def has_way(ground: Ground, mentions: Mentions, matter: str) -> Place | None:
    """Find a concrete way: a path in the product, a contact, or where the contact stands."""
    fits = of_matter(matter)
    place = mentions.near(_WAY, fits=fits)
    return place or (mentions.near(_REFERENCE, fits=fits) if ground.anywhere(CONTACT) else None)


_SUPPOSED = re.compile(
    r"(?:今后|未来|将来|日后|以后|届时|一旦|如(?![下上何此实同图前])|若|倘若?|假如|确(?=需|有))"
    r"[^。;\n]{0,30}?(?:需要?|须|涉及|发生|拟|确有|将会?|会|有必要|接入|开展|启用|使用)"
    r"[^。;\n]{0,120}?(?:(?:告知|通知|征得|取得|获得|征求)[^。;\n]{0,40}|单独)(?:您|你|用户|同意|授权)"
    r"|(?:未经|未征得|未取得|未获得?|没有)[^。;\n]{0,30}(?:同意|授权|许可)[^。;\n]{0,16}不(?:会|得|将)?"
    r"|\b(?:if we (?:ever|need|have|want|decide|plan|intend|should)|should we"
    r"|in the future|without your)\b"
    r"[^.;\n]{0,160}(?:consent|permission|notif|inform|ask|tell)"
)
"""A sentence of what would be done if it ever came to that, and not of what is done."""
_OF_USER = re.compile(r"^[^。;,\n]{0,4}(?:如果?|若|当)(?:您|你|用户)|^if you\b")
"""An act of the user's own: 如您使用快递，我们会提供… happens whenever people do so."""


def is_supposed(place: Place) -> bool:
    """Say whether a sentence only supposes what it speaks of (今后如需提供，我们会征得您的同意)."""
    start, end = sentence_of(place)
    words = place.document.folded[start:end].strip()
    return _SUPPOSED.search(words) is not None and not _OF_USER.search(words)


def done_at(mentions: Mentions) -> tuple[Place, ...]:
    """Give the places that neither deny nor merely suppose a thing, and are no headings."""
    return tuple(
        place for place in mentions.said if not in_heading(place) and not is_supposed(place)
    )


def not_done(mentions: Mentions) -> Place | None:
    """Find where a text says that a thing is not done, unless it says elsewhere that it is."""
    supposed = (place for place in mentions.said if not in_heading(place))
    return None if done_at(mentions) else next(iter((*mentions.denied, *supposed)), None)


def first_of(ground: Ground, facts: Sequence[Fact]) -> Place | None:
    """Give the words of the first of some facts."""
    return ground.place_of(facts[0]) if facts else None


def without(**found: object) -> tuple[Lack, ...]:
    """Name what was not found, sorted."""
    return cast("tuple[Lack, ...]", tuple(sorted(name for name, what in found.items() if not what)))
