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
from scanner.collect.website.view import View, short
from scanner.exchange import address, shown
from scanner.facts import AppPushed, RecommendationShown, RightsOffered
from scanner.languages import language_of

__all__ = [
    "Popup",
    "Surface",
    "Type",
    "app_push_facts",
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

Right = Literal["access", "correct", "delete", "close_account", "withdraw", "complain", "push_off"]
_CONTROL = 24
"""Characters of a line beyond which it is a sentence and no control or heading."""
_CHANNEL = re.compile(
    r"(?:投诉|举报|申诉|维权|客服|联系我们|(?:个人信息|隐私).{0,6}(?:负责人|联系)).{0,14}"
    r"(?:[0-9][0-9 \-]{5,}[0-9]|[\w.+-]+@[\w-]+\.\w)"
)
"""A line, however long, in which a way to complain has its number or mailbox with it."""
_RIGHT_WORDS: tuple[tuple[Right, str], ...] = (
    (
        "close_account",
        r"注销.{0,6}(?:账|帐|用户|会员|服务)|(?:账|帐)[号户].{0,2}注销|删除.{0,4}(?:账"
        r"|帐)[号户]|^注销$"
        r"|(?:delete|close|deactivate|cancel) (?:my |your )?account",
    ),
    (
        "withdraw",
        r"(?:撤回|撤销|取消|解除|停止).{0,6}(?:同意|授权)|授权管理|withdraw.{0,10}consent"
        r"|(?:cookie|privacy|consent) (?:settings|preferences|choices)|隐私(?:设置|偏好)",
    ),
    (
        "push_off",
        r"(?:关闭|管理|设置|退出|不看|拒绝).{0,8}(?:个性化|定向|兴趣|程序化)|(?:个性化|定向"
        r"|程序化).{0,8}(?:关闭|管理|设置"
        r"|开关|退出)|(?:personali[sz]ed|interest.based).{0,30}(?:off|opt.?out|settings)",
    ),
    (
        "delete",
        r"(?:删除|清除|清空).{0,6}(?:个人信息|个人数据|我的(?:信息|数据)|浏览记录|历史记录)"
        r"|delete (?:my|your) (?:data|information)|erase my data",
    ),
    (
        "access",
        r"(?:查询|查看|下载|导出|获取|复制|访问).{0,6}(?:个人信息|个人数据|我的(?:信息|数据)"
        r"|信息副本)|个人信息(?:查询|副本|下载"
        r"|导出)|(?:download|access|export) (?:my|your) (?:personal )?(?:data|information)",
    ),
    (
        "correct",
        r"(?:修改|更正|编辑|完善|变更).{0,6}(?:个人信息|个人资料|资料|我的信息|基本信息"
        r"|手机号)|(?:edit|update|correct) "
        r"(?:my |your )?(?:profile|personal|information)",
    ),
    (
        "complain",
        r"投诉|举报|意见反馈|客服|联系我们|联络我们|聯絡我們|热线|complain|report abuse"
        r"|contact us|customer "
        r"(?:service|support)|feedback",
    ),
)
_RIGHTS = tuple((right, re.compile(words, re.IGNORECASE)) for right, words in _RIGHT_WORDS)
_NO_RIGHT = re.compile(
    r"注销.{0,6}(?:公告|登记|商标|公司|企业|许可|证书|备案|仪式)|投诉(?:量|排行|榜|案例)|举报人"
)


def rights_facts(view: View, links: Sequence[Link], clicks: int) -> Iterator[RightsOffered]:
    """Find controls and short lines by which people exercise their rights.

    What a sentence of a policy promises is no control; the reader of policies tells of that.
    """
    controls = [(link.text, link.path) for link in links if link.visible]
    lines = [(line.strip(), "") for line in view.text.split("\n")]
    told: set[Right] = set()
    for words, path in [*controls, *lines]:
        long = len(words) > _CONTROL * (1 + words.isascii()) and not _CHANNEL.search(words[:400])
        if not words or long or _NO_RIGHT.search(words):
            continue
        for right, pattern in _RIGHTS:
            if right not in told and pattern.search(words):
                told.add(right)
                yield RightsOffered(
                    source=view.source(path or short(words)),
                    channel="website",
                    right=right,
                    text=short(words),
                    page=view.page,
                    steps=clicks,
                )
                break


_CHOSEN = re.compile(
    r"猜你喜欢|猜您喜欢|(?:为|给)[你您](?:推荐|精选|优选|定制)|[你您]可能(?:还)?(?:会)?(?:喜欢"
    r"|感兴趣)|(?:推荐|精选)给[你您]"
    r"|根据[你您]的.{0,10}(?:推荐|兴趣|浏览|偏好)|个性化推荐|[你您]的专属推荐|看了又看|买了又买"
    r"|大家还在看"
    r"|recommended for you|picked for you|you (?:may|might) (?:also )?like|based on your"
    r"|just for you",
    re.IGNORECASE,
)
_OF_CROWDS = re.compile(r"看了又看|买了又买|大家还在看")
_SETTING = re.compile(r"关闭|设置|管理|开关|退出|什么是|说明|规则|协议|政策|算法")


def recommendation_facts(view: View) -> Iterator[RecommendationShown]:
    """Find a heading that presents contents as chosen for this person.

    What others looked at (看了又看) is chosen by the contents, not by the person.
    """
    for line in view.text.split("\n"):
        words = line.strip()
        limit = _CONTROL * (1 + words.isascii())
        if len(words) > limit or _OF_CROWDS.search(words) or _SETTING.search(words):
            continue
        if _CHOSEN.search(words):
            yield RecommendationShown(
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
        if not words or len(words) > 2 * _CONTROL:
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
