"""Whether a page stands: gone to where it leads by itself, and the one that was asked for."""

from __future__ import annotations

import re

from scanner.collect.website.policies import LEAST_POLICY, NO_PAGE, TURNED_AWAY
from scanner.collect.website.session import Session
from scanner.collect.website.view import View, page_key
from scanner.folder_site import SITE
from scanner.model import Words

LINGER_S = 0.6
"""How long each page stands before it is read, in seconds: most of what a page does by itself, such
as to jump into an app, it does by then."""
GONE = (404, 410)
"""What a server says of a page that does not exist, and that nobody can have missed."""
MOST_MOVES = 3
"""How often a page is read anew since it went on to another one by itself."""
LONGEST_REFRESH_S = 10.0
"""Longest that a page may announce to go on, in seconds, for the walk to wait for it."""
REFRESH = re.compile(
    r"<meta\b[^>]{0,500}http-equiv\s*=\s*[\"']?refresh[^>]{0,2000}>", re.IGNORECASE
)
REFRESH_TO = re.compile(
    r"content\s*=\s*[\"']?\s*(\d{1,4}(?:\.\d{1,3})?)\s*[;,]\s*url\s*=", re.IGNORECASE
)
LOGIN = re.compile(
    r"type\s*=\s*[\"']?(?:password|tel)\b|手机号|账号|帐号|用户名|user ?name", re.IGNORECASE
)
"""What a form to log in has, whose page may well speak of verifying."""
LEAST_FIRST = 20
"""Characters below which a first page shows next to no words."""
LONGEST_WAIT = 300
"""Characters below which a page that speaks of loading holds nothing else."""
LOADING = re.compile(
    r"加载|載入|载入|loading|请稍[候后等]|請稍候|正在跳转|正在为您跳转|redirecting|please wait",
    re.IGNORECASE,
)


async def standing(session: Session, clicks: int | None) -> View:
    """Give a page once it stands: scrolled through, and gone to where it leads by itself."""
    for _ in range(MOST_MOVES):
        await session.scroll()
        view = await session.view(clicks)
        pause = refresh_s(view.html)
        waits = LINGER_S if pause is None else pause + LINGER_S
        if page_key(session.page.url) == page_key(view.url) and (
            pause is None or not await session.moved(session.page.url, waits)
        ):
            break
        await session.rest(LINGER_S)
    return view


def refresh_s(html: str) -> float | None:
    """Give the seconds after which a page goes on to another address by itself; None if never.

    Pages that load themselves anew after some minutes, as news do, stay where they are.
    """
    for tag in REFRESH.findall(html[:200_000]):
        found = REFRESH_TO.search(tag)
        if found is not None and float(found[1]) <= LONGEST_REFRESH_S:
            return float(found[1])
    return None


def turned_away(view: View, status: int | None) -> Words | None:
    """Say why what stands there is not the page that was asked for; None when it may be."""
    if status is not None and status >= 400:
        if status in GONE and view.host == SITE:
            return NO_PAGE
        return Words(
            f"服务器应答 {status}，未见该页", f"the server answered {status}, not the page"
        )
    words = f"{view.title}\n{view.text}"
    short_one = len("".join(view.text.split())) < LEAST_POLICY
    if short_one and TURNED_AWAY.search(words) and not LOGIN.search(view.html):
        return Words(
            "页面拒绝了自动访问或在维护", "the page turned the look away, or is being mended"
        )
    return None


def barely(text: str, own_links: int) -> Words | None:
    """Say why a first page may not have come to stand yet; None when it has."""
    many = len("".join(text.split()))
    if many < LEAST_FIRST:
        return Words("首页几乎没有文字", "the first page shows next to no words")
    if not own_links:
        return Words("首页没有通向本站的链接", "the first page has no link to its own site")
    if many < LONGEST_WAIT and LOADING.search(text):
        return Words("首页仍在加载", "the first page says that it is still loading")
    return None
