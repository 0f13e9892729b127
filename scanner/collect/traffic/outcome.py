"""Whether a request really left: what was stopped before it went out was not sent to anybody."""

from __future__ import annotations

import re
from typing import Literal

from scanner.exchange import Exchange

_BY_BROWSER = re.compile(r"\bERR_[A-Z]")
"""What Chromium's own words for a fault hold; our guard says in plain words why it refused."""
Outcome = Literal["sent", "failed", "local"]
"""sent: it went out; failed: it was to go out, and something on the way to the server kept it;
local: it never could, since the page's own rules, a cache or the browser answered it."""

_BEFORE_SENDING = re.compile(
    r"ERR_(?:NAME_|CONNECTION_(?:REFUSED|TIMED_OUT|FAILED)|ADDRESS_|INTERNET_|NETWORK_|PROXY_"
    r"|TUNNEL_|SOCKS_|CERT_|SSL_|BAD_SSL|BLOCKED_BY_(?:CLIENT|ADMINISTRATOR)|UNSAFE_PORT"
    r"|NO_SUPPORTED_PROXIES|MANDATORY_PROXY|DNS_|ICANN_|ACCESS_DENIED)"
    r"|NS_ERROR_(?:UNKNOWN|CONNECTION_REFUSED|NET_ON|PROXY|OFFLINE|TRACKING|BLOCKED)"
    r"|SSL_ERROR|SEC_ERROR|MOZILLA_PKIX|blockedbyclient|getaddrinfo|Name or service"
    r"|Connect call failed|Certificate verify failed|TLS handshake|cannot agree on TLS"
    r"|(?:Connection|Host|Network) (?:refused|(?:is )?unreachable)|No route to host",
    re.IGNORECASE,
)
"""What Chromium, Firefox, mitmproxy and common proxies say when no byte of the request went out."""
_BY_THE_PAGE = re.compile(
    r"BLOCKED_BY_CSP|\bcsp\b|mixed.?content|UNKNOWN_URL_SCHEME|DISALLOWED_URL_SCHEME"
    r"|blocked_by_response.*corp",
    re.IGNORECASE,
)
"""What Chromium says when the page's own rules, or those of every browser, forbid it."""


def outcome(exchange: Exchange, *, own: bool) -> Outcome:
    """Say whether a request left the machine.

    `own` is true for our own recordings, in which what kept a request is always written down. In
    others nobody saw a request leave that has no answer, and one that reached no address may have
    got its answer, that the server fails, from the proxy.
    """
    if exchange.cached or _is_upgrade(exchange):
        return "local"
    error, status = exchange.error or "", exchange.status
    if exchange.method == "CONNECT":
        return "failed" if error else "local"  # it asks a proxy for a way, and carries nothing
    unopened = exchange.method == "WS" and error and not exchange.messages
    if status and not unopened:
        by_proxy = status in (502, 503, 504) and exchange.ip is None and not own
        return "failed" if by_proxy else "sent"
    return _unanswered(exchange, error, own=own)


def _unanswered(exchange: Exchange, error: str, *, own: bool) -> Outcome:
    if _BY_THE_PAGE.search(error):
        return "local"
    if _BEFORE_SENDING.search(error):
        return "failed"
    if own:  # other words than the browser's are those of our guard, which refused the request
        return "failed" if error and not _BY_BROWSER.search(error) else "sent"
    answered = any(not message.sent for message in exchange.messages)
    return "sent" if answered or (exchange.status is None and not error) else "failed"


def _is_upgrade(exchange: Exchange) -> bool:
    """Say whether the browser itself turned http into https (HSTS) before anything went out."""
    if exchange.status not in (301, 302, 307, 308) or exchange.url[:5].lower() != "http:":
        return False
    headers = {name.lower(): value for name, value in exchange.response_headers}
    if "non-authoritative-reason" in headers:
        return True
    there = headers.get("location", "")
    same = there.partition("://")[2] == exchange.url.partition("://")[2]
    return exchange.status == 307 and exchange.ip is None and same and there[:6] == "https:"
