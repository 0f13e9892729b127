"""What became of opening an address: the document that came, or in words why there is no page."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import NamedTuple

from playwright.async_api import Error, Response

from scanner.browser import Fault
from scanner.exchange import address
from scanner.fetch.guard import Connection
from scanner.model import Words

READABLE = re.compile(r"^$|^text/|html|xml|json", re.IGNORECASE)
"""Types of answer that a browser shows as a page with words."""
FAULTS: dict[Fault, Words] = {
    "expired": Words("证书已过期或尚未生效", "its certificate is not valid at this time"),
    "self_signed": Words("证书为自签名", "its certificate is signed by itself"),
    "wrong_name": Words("证书与域名不符", "its certificate is for another name"),
    "untrusted": Words("证书不受信任", "its certificate is not trusted"),
}
NET_ERRORS: dict[str, Words] = {
    "ERR_TOO_MANY_REDIRECTS": Words("重定向没有尽头", "its redirects do not end"),
    "ERR_SSL_": Words("TLS 连接失败", "the TLS connection failed"),
    "ERR_HTTP_RESPONSE_CODE_FAILURE": Words(
        "服务器应答出错且无内容", "the server answered with an error and nothing else"
    ),
    "ERR_UNSAFE_PORT": Words("浏览器拒绝访问该端口", "the browser refuses this port"),
    "ERR_EMPTY_RESPONSE": Words("服务器断开而未应答", "the server hung up without an answer"),
}


class Document(NamedTuple):
    """What the server answered with the document that stands in the tab."""

    url: str = ""
    status: int | None = None
    """None when unknown."""
    type: str = ""
    """Its Content-Type; the empty text without."""
    hsts: bool = False
    """Whether it came with Strict-Transport-Security."""

    @property
    def file(self) -> bool:
        """Whether it is a file that the browser shows in a viewer, without words of a page."""
        return READABLE.search(self.type) is None


class Opened(NamedTuple):
    """What became of opening an address."""

    reason: Words | None = None
    """Why there is no page; None when there is one."""
    status: int | None = None
    fault: Fault | None = None
    """What is wrong with the certificate."""
    tls: str | None = None
    """Version of TLS; the empty text without."""
    date: str | None = None
    """What the server's clock said."""
    at: float = 0.0
    """What this machine's clock said then, in seconds since 1970."""
    download: bool = False
    """Whether the address gave a file to save instead of a page."""
    cut: Words | None = None
    """Why it came in part only."""

    @property
    def good(self) -> bool:
        """Whether there is a page to look at."""
        return self.reason is None


def why_failed(
    url: str, error: str, fault: Fault | None, connections: Sequence[Connection]
) -> Words:
    """Say in words why an address could not be opened: by the browser's error, else the guard."""
    if fault is not None:
        return FAULTS[fault]
    for code, words in NET_ERRORS.items():
        if code in error:
            return words
    for connection in reversed(connections):
        trouble = connection.refused or connection.cut or connection.failed
        if trouble is not None and connection.host in url:
            return trouble
    said = error.partition("\n")[0].partition(" at ")[0][:120]
    return Words(f"无法打开：{said}", f"could not be opened: {said}")


def why_cut(url: str, connections: Sequence[Connection], since: datetime.datetime) -> Words | None:
    """Say why the guard ended a connection to the page's own host since then; None if not."""
    parts = address(url)
    if parts is None:
        return None
    for one in connections:
        lasted = one.until is None or one.until >= since
        if one.cut is not None and one.host == parts.host and lasted:
            return one.cut
    return None


async def tls_of(response: Response) -> str | None:
    """Give the version of TLS by which it came; the empty text without, None when unknown."""
    try:
        details = await response.security_details()
    except Error:
        return None
    if not details:
        return ""
    return str(details.get("protocol", ""))[:20] or None
