"""In which order a walk follows the links of a site, and which of them it never follows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from urllib.parse import urldefrag, urlsplit

from scanner.collect.website.links import Link, policy_subject
from scanner.exchange import address

_SAME_SHAPE = 3
"""Pages of one shape (lists, calendars, articles) that are worth opening."""
_NEVER = re.compile(
    r"退出|登出|註銷|注销(?!.{0,6}(?:协议|须知|说明|指引))|删除|刪除|清空|清除|退订|取消订阅"
    r"|取消订单"
    r"|log ?out|sign ?out|log ?off|unsubscribe|\bdelete\b|\bremove\b|opt.?out",
    re.IGNORECASE,
)
_NEVER_ADDRESS = re.compile(
    r"log-?_?out|sign-?_?out|log-?_?off|unsubscribe|[/=_.-](?:delete|remove|del|destroy|quit"
    r"|exit)\b"
    r"|add-?to-?cart|/cart/add",
    re.IGNORECASE,
)
_FILES = re.compile(
    r"\.(?:apk|ipa|exe|dmg|msi|zip|rar|7z|gz|tar|pdf|docx?|xlsx?|pptx?|wps|et|csv|ofd|jpe?g|png|gif"
    r"|webp|svg|bmp|ico|mp[34]|avi|mov|m4a|wav|flv|css|js|json|xml|rss|txt)$",
    re.IGNORECASE,
)
_RANKS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"注册|註冊|sign ?up|register|registration|/(?:user/)?reg(?:ister|ist)?\b|signup|zhuce",
        r"登录|登陆|登入|sign ?in|log ?in|/login|denglu",
        r"联系|聯絡|聯繫|留言|咨询|反馈|contact|feedback|lianxi|liuyan",
        r"打卡|签到|申报|登记|预约|报名|check.?in|appointment|apply\b",
        r"注销|账号|帐号|账户|帐户|个人中心|会员|我的|设置|account|profile|member|settings?",
        r"投诉|举报|建议|complain|report abuse",
        r"帮助|客服|服务|help|support|faq",
        r"关于|简介|about",
        r"清单|目录|公示|名单|下载|订单|购物车|checkout|order|app\b",
    )
)


def walk_order(
    links: Sequence[Link],
    own: Callable[[str], bool],
    *,
    seen: Collection[str] = (),
    most: int = 60,
    dropped: list[str] | None = None,
) -> list[Link]:
    """Give the links worth following within a site, the telling ones first.

    `own` says whether an address is the subject's, `seen` holds addresses already opened. Left out
    are other sites, files, what a script decides, what logs out or deletes, and all but a few of
    the pages whose addresses differ in numbers only; the last are appended to `dropped`.
    """
    opened = {_plain(url) for url in seen}
    shapes = Counter(_shape(url) for url in opened)
    best: dict[str, tuple[tuple[int, int, int], Link]] = {}
    for place, link in enumerate(links):
        url = _plain(link.href)
        if url in opened or not _may_follow(link, own):
            continue
        rank = (_rank(link), 0 if link.visible else 1, place)
        if url not in best or rank < best[url][0]:
            best[url] = (rank, link)
    order: list[Link] = []
    for _, link in sorted(best.values(), key=lambda entry: entry[0]):
        shape = _shape(link.href)
        shapes[shape] += 1
        telling = policy_subject(link.text, link.href) is not None
        if (shapes[shape] <= _SAME_SHAPE or telling) and len(order) < most:
            order.append(link)
        elif dropped is not None:
            dropped.append(link.href)
    return order


def _plain(url: str) -> str:
    """Give an address without the place inside the page that it names."""
    base, fragment = urldefrag(url[:2000])
    return f"{base}#{fragment}" if fragment.startswith(("/", "!/")) else base


def _may_follow(link: Link, own: Callable[[str], bool]) -> bool:
    parts = address(link.href)
    if parts is None or parts.scheme not in ("http", "https") or link.download:
        return False
    if not own(link.href) or _FILES.search(parts.path):
        return False
    return not _NEVER.search(link.text) and not _NEVER_ADDRESS.search(link.href)


def _rank(link: Link) -> int:
    """Say how early to follow a link: policies first, then where people give or manage data."""
    subject = policy_subject(link.text, link.href)
    if subject is not None:
        return 0 if subject == "privacy" else 1
    parts = address(link.href)
    words = f"{link.text[:40]} {parts.path if parts else ''}"
    for rank, pattern in enumerate(_RANKS, 2):
        if pattern.search(words):
            return rank
    return len(_RANKS) + 2


def _shape(url: str) -> str:
    """Give an address with its numbers and long names blotted out, queries by their keys only."""
    parts = urlsplit(url) if address(url) else None
    if parts is None:
        return url
    path = re.sub(r"[^/]*\d[^/]*|[^/]{24,}", "0", parts.path)
    keys = sorted({pair.partition("=")[0] for pair in parts.query.split("&")})
    route = re.sub(r"\d+", "0", parts.fragment.partition("?")[0])
    return f"{parts.hostname}{path}?{'&'.join(keys)[:200]}#{route[:100]}"
