"""Whether a text is the subject's own policy, as far as its words or its host tell.

Packages carry the policies of their SDKs too, and sites link to those of others. Whose a text is
that nobody handed in as the subject's is said only where it names the subject; else nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.collect.policy.document import Document
from scanner.collect.policy.elements.operators import operators_in
from scanner.companies import same_company
from scanner.exchange import address
from scanner.facts import Origin
from scanner.knowledge import Knowledge
from scanner.knowledge.sites import site_of
from scanner.model import Visit

BEGIN = 500
"""Characters at the beginning of a text within which it says of whom it is."""
FARTHER = 3_000
"""Characters within which a text gives its package, its host or its company in full."""
LEAST_NAME = 2
"""Letters of a name that can tell one subject from others."""
LEAST_LATIN = 3
"""The same of a name in Latin letters."""
LEAST_COMPANY = 5
"""Letters of a company's name."""
GENERIC = frozenset(
    {
        *("app", "demo", "test", "example", "sample", "application", "android", "myapp", "main"),
        *("my application", "debug", "release", "launcher", "home", "store", "browser", "sdk"),
        *("应用", "软件", "客户端", "示例", "测试", "演示", "平台", "系统", "首页", "官网", "网站"),
        *(
            "我的应用",
            "手机",
            "工具",
            "助手",
            "服务",
            "产品",
            "用户",
            "公司",
            "隐私",
            "政策",
            "主页",
        ),
        *("登录", "欢迎", "个人", "信息", "com", "www", "net", "org"),
    }
)
"""Names that tell no subject from another."""
_EDGE = re.compile(
    r"(?:^|[\W_]|使用|下载|安装|访问|注册|登录|关于|开发的|运营的|提供的|旗下的?|[的是为由在款和与及至了])$"
)
_AFTER = re.compile(
    r"(?:$|[\W_]|隐私|隱私|個人|个人信息|儿童|用户|应用|软件|平台|客户端|网站|小程序|服务|产品|团队|运营"
    r"|手机|移动|商城|官网|app|是|的|由|为|将|会|向|非常|深知|一贯|尊重|重视|以下|及其|和|与|所|在)"
)
"""What may stand around a name in a title."""
_GREETING = re.compile(
    r"(?:欢迎|感谢|歡迎|感謝)(?:您)?(?:使用|访问|下载|来到|注册|选择|信任|使用本)?[《“「【\"']?$"
    r"|(?:welcome to|thank you for (?:using|choosing)|privacy (?:policy|notice) (?:of|for)) $"
)
_OPENING = re.compile(r"(?:^|[\n。！!.,，;；:：《“「【\"'\[(]|本|关于|我们是)\s?$")
_TELLING = re.compile(
    r"[》”」】\"'\])]?\s?(?:[(]?(?:以下|下称|及其)|隐私(?:政策|权|声明|保护|协议|条款)|個人資料|是一款|是由|由"
    r"|尊重|深知|非常重视|高度重视|一贯重视|团队|运营|app(?![a-z])|软件|平台|客户端|小程序"
    r"|privacy|[(](?:[“\"']|hereinafter|we\b|us\b|the )|respects|values|is committed)"
)
"""What stands around the name of whose text it is, where it begins."""
_PIECES = re.compile(
    r"\s+[-–·]\s+|[|｜_—]|(?<=[\u4e00-\u9fff])[-–·,，:：](?=\S)|[-–·](?=[\u4e00-\u9fff])"
)
"""What stands between the pieces of a page's title."""
_WHOSE = re.compile(
    r"\W{0,2}(?:关于)?(.{1,30}?)(?:的|之)?(?:用户|个人|儿童|未成年人)?"
    r"(?:隐私权?|个人信息保护|privacy)(?:保护)?\s?(?:政策|声明|协议|条款|指引|policy|notice|statement)"
)
"""A title that says whose policy it is."""
_PLAIN = re.compile(r"app|软件|应用|客户端|平台|网站|儿童|未成年人|青少年|用户|本|我们的?|[\W_]")
"""What tells no name in such a title from another."""
MOST_OPERATORS = 5
"""Operators of one text that are set against those of another."""
_OFFICE = re.compile(r"(?:官方网站|官方商城|官网|首页|主页|网站)$")
_OF_SDK = re.compile(r"sdk|开放平台|开发者|软件开发工具包|developer")


def is_own(document: Document, origin: Origin, visit: Visit, knowledge: Knowledge) -> bool | None:
    """Say whether a text is the subject's own; None where nobody knows, never False."""
    if origin in ("given", "store", "earlier"):
        return True
    if origin == "site" and _own_host(document.address, visit, knowledge):
        return True
    return True if _names_subject(document, visit) else None


def is_of_another(part: Document, head: Document) -> bool:
    """Say whether a linked text is plainly not of the house whose policy links it.

    By the companies that both name as their operators; else by what their titles name them.
    """
    ours, theirs = _companies(head), _companies(part)
    if ours and theirs:
        return all(same_company(one, other) is False for one in theirs for other in ours)
    if part.part == "policy":  # what a page of links leads to is called as the house likes
        return False
    our, their = _entitled(head), _entitled(part)
    return bool(our and their) and our not in their and their not in our


def _companies(document: Document) -> list[str]:
    """Give the companies that a text names as its operator where it introduces itself or ends."""
    cells = tuple((one.start, one.end) for one in document.blocks if one.kind == "cell")
    places = operators_in(document.text, document.folded, cells)
    return [document.text[one.start : one.end] for one in places[:MOST_OPERATORS]]


def _entitled(document: Document) -> str:
    """Give whose policy a text calls itself in its title; the empty text where it does not."""
    found = _WHOSE.match(_title(document))
    name = _PLAIN.sub("", found[1]) if found is not None else ""
    return name if len(name) >= LEAST_NAME and name not in GENERIC else ""


def _own_host(url: str | None, visit: Visit, knowledge: Knowledge) -> bool:
    parts = address(url) if url is not None else None
    if parts is None:
        return False
    shared = knowledge.sets.get("shared-hosts", frozenset())
    return site_of(parts.host, shared) in {site_of(host, shared) for host in visit.first_party}


def _names_subject(document: Document, visit: Visit) -> bool:
    title, begin = _title(document), document.folded[:BEGIN]
    if _OF_SDK.search(title):  # the subject's house may have written the policy of an SDK too
        return False
    for name in _telling(visit.names):
        if "." in name and _spelled(name, document.folded[:FARTHER]):
            return True
        if _entitles(name, title) or _introduced(name, begin):
            return True
    return visit.developer is not None and _names_developer(document, visit.developer)


def _title(document: Document) -> str:
    return " ".join(document._replace(text=document.title).folded.split())


def _names_developer(document: Document, developer: str) -> bool:
    name = "".join(document._replace(text=developer).folded.split())
    if len(name) < LEAST_COMPANY:
        return False
    cells = tuple((one.start, one.end) for one in document.blocks if one.kind == "cell")
    places = operators_in(document.text, document.folded, cells)
    found = [document.text[one.start : one.end] for one in places]
    if found:
        return any(same_company(one, developer) is True for one in found)
    return name in "".join(document.folded[:BEGIN].split())


def _telling(names: tuple[str, ...]) -> Iterator[str]:
    """Give the names that tell a subject from others, folded; of a page's title each piece."""
    for name in names:
        for piece in (name, *_PIECES.split(name)):
            plain = _OFFICE.sub("", " ".join(piece.lower().split()))
            latin = plain.isascii()
            if plain not in GENERIC and len(plain) >= (LEAST_LATIN if latin else LEAST_NAME):
                yield plain


def _spelled(name: str, text: str) -> bool:
    """Say whether the name of a package or a host stands in a text, and not inside another."""
    return re.search(rf"(?<![a-z0-9.-]){re.escape(name)}(?![a-z0-9-])", text) is not None


def _entitles(name: str, title: str) -> bool:
    """Say whether a name stands in a title by itself, and not as a piece of a longer one."""
    return any(
        _EDGE.search(title[max(0, at - 4) : at]) and _AFTER.match(title[at + len(name) :])
        for at in _places(name, title)
    )


def _introduced(name: str, text: str) -> bool:
    """Say whether a text introduces itself by a name, and not only speaks of it."""
    for at in _places(name, text):
        before, after = text[max(0, at - 30) : at], text[at + len(name) :][:30]
        if _GREETING.search(before) and _AFTER.match(after):
            return True
        if _OPENING.search(before) and _TELLING.match(after):
            return True
    return False


def _places(name: str, text: str) -> Iterator[int]:
    at = text.find(name)
    while at >= 0:
        yield at
        at = text.find(name, at + 1)
