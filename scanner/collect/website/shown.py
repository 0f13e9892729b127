"""What a page shows beside its forms: rights, recommendations, its public, pushes into apps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from scanner.collect.website.exposed import Surface, exposed_facts
from scanner.collect.website.filings import filing_facts
from scanner.collect.website.links import Link
from scanner.collect.website.overlays import (
    Popup,
    Type,
    popup_facts,
    read_popups,
    read_type,
)
from scanner.collect.website.view import View
from scanner.exchange import address, shown
from scanner.facts import AppPushed, ChangeTold, RecommendationShown, RightsOffered
from scanner.languages import language_of
from scanner.wording.rights import Right, presents_chosen, right_of
from scanner.wording.short import short

__all__ = [
    "Popup",
    "Surface",
    "Type",
    "app_push_facts",
    "change_facts",
    "exposed_facts",
    "filing_facts",
    "language_of",
    "mainland_signs",
    "minors_signs",
    "popup_facts",
    "read_popups",
    "read_type",
    "recommendation_facts",
    "rights_facts",
]


def rights_facts(view: View, links: Sequence[Link], clicks: int) -> Iterator[RightsOffered]:
    """Find controls and short lines by which people exercise their rights.

    What a sentence of a policy promises is no control; the reader of policies tells of that.
    """
    controls = [(link.text, link.path) for link in links if link.visible]
    lines = [(line.strip(), "") for line in view.text.split("\n")]
    told = set[Right]()
    for words, path in [*controls, *lines]:
        right = right_of(words, told)
        if right is None:
            continue
        told.add(right)
        yield RightsOffered(
            source=view.source(path or short(words)),
            channel="website",
            right=right,
            text=short(words),
            page=view.page,
            steps=clicks,
        )


def recommendation_facts(view: View) -> Iterator[RecommendationShown]:
    """Find a heading that presents contents as chosen for this person."""
    for line in view.text.split("\n"):
        words = line.strip()
        if presents_chosen(words):
            yield RecommendationShown(
                source=view.source(short(words)),
                channel="website",
                page=view.page,
                text=short(words),
            )
            return


_PAPER = (
    r"(?:隐私|個人資料|个人信息)[^。，,\n]{0,12}(?:政策|声明|协议|规则|指引|条款)"
    r"|privacy (?:policy|notice)"
)
_CHANGED = re.compile(
    rf"(?:{_PAPER})[^。\n]{{0,16}}(?:更新|修订|变更|修改|调整|改版)(?!日期|时间|于|历史|频[率次]|周期|记录)"
    rf"|(?:更新|修订|变更|修改|调整)(?:了|后的)?[^。\n]{{0,12}}(?:{_PAPER})"
    rf"|(?:新版|新的?|最新)[^。，\n]{{0,4}}(?:{_PAPER})[^。\n]{{0,8}}(?:上线|发布|生效|启用)"
    rf"|(?:{_PAPER})[^。\n]{{0,6}}(?:有(?:了)?新版|新版本)"
    r"|(?:updated|changed|revised) (?:our|the) privacy"
    r"|(?:changes?|updates?) to (?:our|the) privacy",
    re.IGNORECASE,
)
_ONE_DAY = re.compile(
    r"^\W*(?:如果?|若|当|在)|将(?:会|以|通过)|会(?:以|通过|在)|\b(?:if|when|may|will)\b"
    r"|^\W*(?:第?[一二三四五六七八九十]{1,3}|\d{1,2})[、.．章条]",
    re.IGNORECASE,
)
"""Words of a promise to tell, and the heading of such a chapter, which are no telling."""
_LONGEST_NOTICE = 80
"""Characters of a line beyond which it is a clause of a document and no notice."""


def change_facts(view: View) -> Iterator[ChangeTold]:
    """Find words that tell people of a change of the policy, outside of the policy itself."""
    for line in view.text.split("\n"):
        words = line.strip()
        told = len(words) <= _LONGEST_NOTICE and _CHANGED.search(words)
        if told and not _ONE_DAY.search(words):
            yield ChangeTold(
                source=view.source(short(words)),
                channel="website",
                page=view.page,
                text=short(words),
            )
            return


_CHILDREN = re.compile(
    r"小朋友|小学生|小学|幼儿园|幼儿|学龄前|少儿|儿童|宝宝|早教|启蒙|亲子|K12|K-12|中小学|家长"
    r"|青少年|动画片|童谣|儿歌|绘本"
    r"|\bkids?\b|\bchildren\b|\btoddlers?\b|\bpreschool\b|\bparents?\b",
    re.IGNORECASE,
)
_NOT_ADDRESSED = re.compile(
    r"隐私|隱私|个人信息|协议|政策|条款|声明|规则|模式|防沉迷|举报|未成年人保护|privacy|policy"
    r"|terms",
    re.IGNORECASE,
)
_OFTEN = 3
"""Lines with such words from which a page speaks to children or parents, not of them once."""


def minors_signs(view: View, links: Sequence[Link]) -> tuple[str, ...]:
    """Give the words by which a page speaks to children or to parents about them, sorted.

    Empty where such words stand once or twice only, or in policies, modes and reporting lines.
    """
    title = {word.lower() for word in _CHILDREN.findall(view.title)}
    seen: dict[str, int] = {}
    lines = [line for line in view.text.split("\n") if line.strip()][:3000]
    for words in {*lines, *(link.text for link in links if link.visible)}:
        if len(words) <= 200 and not _NOT_ADDRESSED.search(words):
            for word in {found.lower() for found in _CHILDREN.findall(words)}:
                seen[word] = seen.get(word, 0) + 1
    if not title and sum(seen.values()) < _OFTEN:
        return ()
    return tuple(sorted({*title, *seen}))


_MAINLAND: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("filing", re.compile(r"ICP\s*[备证]\s*[（(]?\s*\d{5,10}|公网安备\s*[（(]?\s*\d{13,14}")),
    (
        "phone",
        re.compile(
            r"(?:\+|00)86[- ]?1?\d|(?<!\d)400[- ]?\d{3}[- ]?\d{4}(?!\d)"
            r"|(?<!\d)0(?:10|2\d|[3-9]\d{2})[-— )）]\d{7,8}(?!\d)"
        ),
    ),
    ("mobile", re.compile(r"(?<![\d.])1[3-9]\d{9}(?![\d.])")),
    ("currency", re.compile(r"(?:￥|¥|RMB|CNY|人民币)\s?\d|\d\s?元(?!素|件|旦|宵)", re.IGNORECASE)),
    (
        "address",
        re.compile(
            r"(?:省|自治区|北京|上海|天津|重庆)[^\s，。]{0,8}[市区县][^\s，。]{0,16}[路街道号]"
        ),
    ),
    ("company", re.compile(r"[\u4e00-\u9fff（）()]{4,30}(?:有限公司|有限责任公司|股份公司)")),
)
_ALSO_ELSEWHERE = frozenset(["mobile", "currency", "company", "address"])
"""Signs that count only on a page in simplified Chinese."""


def mainland_signs(view: View, links: Sequence[Link]) -> tuple[str, ...]:
    """Give the signs that a page addresses people in mainland China, sorted.

    filing, phone, mobile, currency, address, company, register (a link to the register of
    filings), .cn and zh-Hans. Empty for a page with no sign; a sign alone proves nothing.
    """
    signs = set[str]()
    simplified = language_of(view.text) == "zh-Hans"
    if simplified:
        signs.add("zh-Hans")
    if view.host.endswith((".cn", ".中国", ".xn--fiqs8s", ".xn--55qx5d")):
        signs.add(".cn")
    for name, pattern in _MAINLAND:
        if pattern.search(view.text) and (simplified or name not in _ALSO_ELSEWHERE):
            signs.add(name)
    for link in links:
        target = address(link.href)
        if target and target.host.endswith(
            ("beian.miit.gov.cn", "beian.mps.gov.cn", "beian.gov.cn")
        ):
            signs.add("register")
    return tuple(sorted(signs))


_APP = r"(?:app|客户端|应用)"
_LOOK = r"(?:阅读|查看|看|展开|浏览|解锁|继续|收看|观看|播放|显示)"
_LONGEST_PUSH = 48
"""Characters of a line beyond which it is a sentence that pushes nobody."""
_LOCKED = re.compile(
    rf"(?:打开|下载|前往|进入|安装|去|使用|登录|在)[^。\n]{{0,12}}{_APP}[^。\n]{{0,6}}{_LOOK}"
    rf"(?:全文|全部|更多|完整|剩余|详情|后续|原文|余下|内容|下一章)"
    # Without an object only a call to act counts, not 您可以在应用内查看、更正您的信息.
    rf"|^\W*(?:请|立即|马上|点击)?(?:打开|下载|前往|进入|安装|去)[^。，、\n]{{0,12}}{_APP}"
    rf"[^。，、\n]{{0,6}}{_LOOK}\W*$"
    rf"|(?:全文|剩余|更多内容|完整内容|余下)[^。\n]{{0,10}}(?:请|需|到|在|下载"
    rf"|打开)[^。\n]{{0,8}}{_APP}"
    rf"|{_APP}内(?:打开|查看|阅读)(?:全文|更多|完整)"
    r"|(?:open|continue|read (?:more|on)|view (?:more|all)|see more) in (?:the |our )?app",
    re.IGNORECASE,
)
_INVITED = re.compile(
    rf"(?:下载|打开|安装|扫码下载|立即下载|免费下载)[^。\n]{{0,10}}{_APP}|{_APP}\s*(?:下载"
    rf"|内打开)|(?:安卓|android|ios|iphone)\s*"
    rf"(?:版|客户端)?\s*下载|(?:get|download|open|install) (?:the |our )?(?:\w+ )?app\b|app store"
    rf"|google play",
    re.IGNORECASE,
)
_SCHEME = re.compile(
    r"(?!https?:|mailto:|tel:|sms:|javascript:|data:|blob:|about:|file:|wss?:|ftp:|callto:|geo:"
    r"|magnet:|tencent:)[a-z][a-z0-9+.-]{2,30}:",
    re.IGNORECASE,
)
_REFRESH = re.compile(
    r"<meta[^>]{0,80}http-equiv=[\"']?refresh[\"']?[^>]{0,40}content=[\"']?\s*\d*\s*[;,]?\s*url=[\"']?([^\"'>\s]{1,500})",
    re.I,
)
_FRAME = re.compile(r"<iframe[^>]{0,300}?\ssrc=[\"']([^\"']{1,500})", re.I)
_PACKAGE = re.compile(r"\.(?:apk|ipa|xapk|hap)(?:[?#]|$)", re.I)

Way = Literal["auto_download", "scheme_jump", "content_locked", "invited"]


def app_push_facts(view: View, links: Sequence[Link]) -> Iterator[AppPushed]:
    """Find where a page pushes people into an app, as far as the document shows it.

    What a script starts by itself (a download, a jump) is seen by the session, not here.
    """
    ways: dict[Way, tuple[str, bool | None, str]] = {}
    for target in [
        *_REFRESH.findall(view.html[:2_000_000]),
        *_FRAME.findall(view.html[:2_000_000]),
    ]:
        if _PACKAGE.search(target):
            ways.setdefault("auto_download", (shown(target) or short(target), False, short(target)))
        elif _SCHEME.match(target):
            ways.setdefault("scheme_jump", (target.partition(":")[0] + ":", False, short(target)))
    lines = [(line.strip(), "") for line in view.text.split("\n")]
    for words, path in [*((link.text, link.path) for link in links if link.visible), *lines]:
        if not words or len(words) > _LONGEST_PUSH:
            continue
        if _LOCKED.search(words):
            ways.setdefault("content_locked", (short(words), None, path or short(words)))
        elif _INVITED.search(words):
            ways.setdefault("invited", (short(words), None, path or short(words)))
    for link in links:
        if link.visible and (_PACKAGE.search(link.href) or _SCHEME.match(link.href)):
            ways.setdefault("invited", (short(link.text), None, link.path))
    for way, (text, gesture, at) in ways.items():
        yield AppPushed(
            source=view.source(at),
            channel="website",
            page=view.page,
            way=way,
            text=text,
            gesture=gesture,
        )
