"""Who sent a request, and from where in the app: what may be said of it, and on whose word."""

from __future__ import annotations

import functools
import re
from typing import Literal, NamedTuple

from scanner.collect.traffic.whose import By, Said, Whose
from scanner.connections import LONGEST_NAME, PACKAGE
from scanner.exchange import Exchange, address, moment

Surface = Literal["native", "web", "mini-program"]

_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_MINI_PROGRAM = re.compile(
    r"https://(?:servicewechat\.com/wx[0-9a-z]{8,32}/"  # WeChat
    r"|appservice\.qq\.com/[0-9]{6,20}/"  # QQ
    r"|(?:smartapps\.cn|smartapp\.baidu\.com)/[0-9A-Za-z]{8,64}/[^/?#]{1,40}/page-frame\.html"
    r"|tmaservice\.developer\.toutiao\.com/?\?(?:[^#]{0,200}&)?appid=tt"  # Douyin, Toutiao
    r"|[0-9]{16}\.hybrid\.alipay-eco\.com/)"  # Alipay, as developers report it
)
"""What the hosts of mini-programs write as referrer and let no mini-program change (their guides to
network requests). WeChat's framework for apps of their own writes the same."""
_NATIVE = re.compile(
    r"\b(?:okhttp|Dalvik|CFNetwork|Cronet|grpc-(?:java|objc|c|c\+\+|swift|dart|go)[\w-]*"
    r"|Apache-HttpClient|Go-http-client|AndroidDownloadManager|AppleCoreMedia|ExoPlayer(?:Lib)?"
    r"|AndroidXMedia3|stagefright|Alamofire|AFNetworking|Ktor client|ktor-client|libcurl|curl"
    r"|UnityPlayer|Java|aliyun-sdk-android|aliyun-sdk-ios)/"
    r"|^(?:Ktor client|ktor-client)$|\(dart:io\)"
)
"""What programs' own libraries for HTTP, calls and media call themselves."""
_GRPC = ("application/grpc", "application/grpc+proto")
"""Calls between programs; pages have a form of their own for them."""
_BROWSER = re.compile(
    r"^Mozilla/[0-9.]+ \(.*(?:AppleWebKit/|Gecko/[0-9.]+ Firefox/|Trident/)", re.DOTALL
)
"""What engines that show pages call themselves, those within apps too."""
_WEBVIEW = re.compile(r"^Mozilla/[0-9.]+ \(Linux;.*Android.*(?:; wv\)|Version/[0-9.]+ Chrome/)")
"""What Android's WebView calls itself, unlike Chrome (its own guide)."""
_ENGINE_HEADERS = ("sec-fetch-", "sec-ch-ua")
"""Headers that browser engines alone write, and no script may."""
LONGEST_VALUE = 600
"""Characters of a header that are looked at."""


class Origin(NamedTuple):
    """Who sent a request, and from where."""

    sender: str | None
    """Package of the app, or its label where the list knows no packages; null when unattributed."""
    by_subject: bool | None
    """Whether the subject sent it; null when nobody can say."""
    surface: Surface | None
    """Where in the app it came from; null when nothing in the request tells."""
    attributed_by: By | None = None
    """On whose word it is the subject's; null when it is not, or nobody can say."""


def origin_of(exchange: Exchange, whose: Whose) -> Origin:
    """Say who sent a request, and from where.

    Only a list of the phone's connections, or where there is none a control run, says whose it
    was. Without an answer there, the package that a WebView writes into X-Requested-With is what
    the sender says of itself, and any app, or a page in any app's WebView, can write another one:
    it is told, and neither accuses nor clears.
    """
    declared, surface = _told(_headers(exchange))
    here = address(exchange.url)
    said = Said()
    if here is not None and whose.lists:
        port = here.port or _PORTS[here.scheme]
        said = whose.of(here.host, exchange.ip, port, exchange.client, moment(exchange.started))
    elif here is not None:
        said = whose.without_list(here.host, declared)
    return Origin(said.sender or declared, said.by_subject, surface, said.by)


class _Agent(NamedTuple):
    """What a User-Agent calls its sender."""

    said: bool
    library: bool
    browser: bool
    webview: bool


@functools.lru_cache(maxsize=256)
def _agent(said: str) -> _Agent:
    patterns = (_NATIVE, _BROWSER, _WEBVIEW)
    return _Agent(bool(said), *(bool(pattern.search(said)) for pattern in patterns))


class _Headers(NamedTuple):
    """The headers of a request that tell of its sender, each its first value."""

    agent: str
    kind: str
    app: str
    referrer: str
    origin: str
    of_engine: bool

    @property
    def of_library(self) -> bool:
        """Whether a library for programs wrote them."""
        return self.kind.lower() in _GRPC or _agent(self.agent).library


_TELLING = ("user-agent", "content-type", "x-requested-with", "referer", "origin")
_ENGINE = "(engine)"


@functools.lru_cache(maxsize=1024)
def _telling(name: str) -> str:
    """Give the name of a header as it is looked up; the empty text for those that tell nothing."""
    name = name.lower()
    if name.startswith(_ENGINE_HEADERS):
        return _ENGINE
    return name if name in _TELLING else ""


def _headers(exchange: Exchange) -> _Headers:
    said = dict[str, str]()
    for name, value in exchange.request_headers:
        if (known := _telling(name)) and known not in said:
            said[known] = value[:LONGEST_VALUE].strip()
    agent, kind, app, referrer, origin = [said.get(name, "") for name in _TELLING]
    return _Headers(agent, kind, app, referrer, origin, _ENGINE in said)


@functools.lru_cache(maxsize=2048)
def _told(headers: _Headers) -> tuple[str | None, Surface | None]:
    """Give what headers say of the app, and of the place in it."""
    return _self_declared(headers), _surface(headers)


def _self_declared(headers: _Headers) -> str | None:
    """Give the package that an Android WebView says it belongs to.

    Apps may rename their WebView; what calls itself a browser or a library is none, though.
    """
    said = headers.app
    if len(said) > LONGEST_NAME or not PACKAGE.fullmatch(said):
        return None
    agent, of_library = _agent(headers.agent), headers.of_library
    renamed = not agent.said or (headers.of_engine and not agent.browser)
    return said if agent.webview or (renamed and not of_library) else None


def _surface(headers: _Headers) -> Surface | None:
    """Say where a request came from by what it says of itself; contradictions say nothing.

    Native code can borrow the name of a browser: `web` then means that it passes for one.
    """
    agent = _agent(headers.agent)
    if _MINI_PROGRAM.match(headers.referrer):
        return "mini-program"
    is_browser = headers.of_engine or agent.browser
    if headers.of_library:
        return None if is_browser else "native"
    if is_browser:
        return "web"
    pages = (headers.referrer, headers.origin)
    from_page = not agent.said and any(re.match("https?://", page) for page in pages)
    return "web" if from_page else None
