"""Ways into the apps, mini-programs and logins of others, and what their addresses hand over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from scanner.collect.website.links import Link
from scanner.collect.website.view import View
from scanner.exchange import address
from scanner.facts import HandoverOffered, Party
from scanner.personal import patterns
from scanner.wording.short import short

Into = Literal["login", "mini_program", "app"]

MOST_HANDOVERS = 50
"""Controls of one page that are told."""
MOST_FIELDS = 60
"""Fields of one address that are looked at."""
_OAUTH = re.compile(r"oauth|/authorize|/connect/|/sso/|/openid", re.IGNORECASE)
_ASKS = ({"client_id", "appid", "app_id"}, {"redirect_uri", "redirect_url", "callback"})
"""What an address of a login by another's account carries (RFC 6749 section 4.1.1), as spelled."""
_MINI_PROGRAM = re.compile(
    r"^(?:weixin://dl/business|weixin://.*miniprogram|alipays?://platformapi/startapp|mqqapi://miniapp"
    r"|snssdk\d+://microapp|baiduboxapp://swan)|^https://(?:wxaurl\.cn|wxmpurl\.cn|m\.q\.qq\.com/a)/",
    re.IGNORECASE,
)
_SCHEME = re.compile(
    r"(?!https?:|mailto:|tel:|sms:|javascript:|data:|blob:|about:|file:|wss?:|ftp:|callto:|geo:"
    r"|magnet:)([a-z][a-z0-9+.-]{2,30}):",
    re.IGNORECASE,
)
_NARROW = re.compile(
    r"^(?:openid|profile|email|snsapi_(?:base|login)|get_user_info|auth_(?:base|user)|basic|name"
    r"|public_profile|read:user|user:email|user_info)$",
    re.IGNORECASE,
)
"""Scopes that tell who somebody is and no more, by the services' public documents."""
_MAPS = re.compile(
    r"(?:ios|android)?a?map(?:uri)?$|(?:qq|baidu|bd|google|apple|tencent|tx|petal)?map(?:s|api)?$|comgooglemaps$|geo$",
    re.IGNORECASE,
)
"""Schemes of maps: what their addresses carry is the place to go to."""
_SECRET = frozenset(("id_card", "passport", "bank_card"))
"""Kinds that no shop puts into an address of its own, whoever looks at the page."""
_BROAD = re.compile(
    r"contact|friend|location|birthday|album|photo|drive|calendar|mail\.|gmail"
    r"|realname|cert|bank|\ball\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"(?:将|会|同意|授权|允许)[^。\n]{0,20}(?:向|提供|共享|传输|传递|给|获取|使用)[^。\n]{0,24}"
    r"(?:第三方|微信|支付宝|小程序|QQ|微博|抖音|信息|昵称|头像|手机号)"
    r"|(?:share|provide|send)[^.\n]{0,40}(?:third part|information|data|with )",
    re.IGNORECASE,
)


def handover_facts(
    view: View,
    links: Sequence[Link],
    *,
    party_of: Callable[[str], Party | None],
    logged_in: bool,
) -> Iterator[HandoverOffered]:
    """Give the controls of a page that lead into somebody else's login, mini-program or app.

    Personal information in an address is told by the name of its field and by its form alike;
    what a script would add on a click is not seen. A number on a page that shows itself to
    everybody is the shop's own: unless somebody is logged in, only papers and cards count.
    """
    told = set[tuple[Into, str]]()
    notice = any(_TELLS.search(line) for line in view.text[:60_000].split("\n"))
    for link in links:
        if not link.visible or not link.href or len(told) >= MOST_HANDOVERS:
            continue
        into = _into(link.href, party_of)
        if into is None or into in told:
            continue
        told.add(into)
        fields = _fields(link.href)
        kinds = _kinds(fields)
        if not logged_in and into[0] != "login":
            kinds = tuple(kind for kind in kinds if kind in _SECRET)
        yield HandoverOffered(
            source=view.source(link.path),
            channel="website",
            page=view.page,
            way=into[0],
            host=into[1],
            text=short(link.text),
            data_types=kinds,
            broad=_broad(fields) if into[0] == "login" else None,
            notice=notice,
        )


def _into(href: str, party_of: Callable[[str], Party | None]) -> tuple[Into, str] | None:
    """Say into what an address leads, and the host or scheme; None for what is the site's own."""
    scheme = _SCHEME.match(href)
    target = address(href)
    if _MINI_PROGRAM.match(href):
        return "mini_program", target.host if target else href.partition(":")[0].lower()
    if scheme is not None:
        if _MAPS.match(scheme[1]):
            return None
        return "app", scheme[1].lower()
    if target is None or party_of(target.host) == "first" or not _OAUTH.search(href[:300]):
        return None
    names = {name.lower() for name, _ in _fields(href)}
    return ("login", target.host) if all(names & wanted for wanted in _ASKS) else None


def _fields(href: str) -> list[tuple[str, str]]:
    """Give names and values in an address, those of an address inside a value too."""
    try:
        query = urlsplit(href[:2000]).query
        fields = parse_qsl(query, max_num_fields=MOST_FIELDS)
        inner = [pair for _, value in fields if "=" in value for pair in _inside(value)]
    except ValueError:
        return []
    return [*fields, *inner][:MOST_FIELDS]


def _inside(value: str) -> list[tuple[str, str]]:
    words = unquote(value)
    return parse_qsl(words.partition("?")[2] or words, max_num_fields=MOST_FIELDS)


def _kinds(fields: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    found = {
        one.data_type
        for name, value in fields
        for one in patterns.find(value[:200], f"url:{name[:80]}")
        if one.sure
    }
    return tuple(sorted(found))


def _broad(fields: Sequence[tuple[str, str]]) -> bool | None:
    scopes = [
        scope
        for name, value in fields
        if name.lower() == "scope"
        for scope in re.split(r"[\s,]+", value)
        if scope
    ]
    if any(_BROAD.search(scope) and not _NARROW.match(scope) for scope in scopes):
        return True
    return False if all(_NARROW.match(scope) for scope in scopes) else None
