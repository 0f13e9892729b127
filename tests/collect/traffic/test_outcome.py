from __future__ import annotations

from typing import Any

import pytest

from scanner.collect.traffic.outcome import outcome
from tests.collect.traffic.hars import exchange

UPGRADE = (("Location", "https://a.test/x?q"), ("Non-Authoritative-Reason", "HSTS"))


@pytest.mark.parametrize(
    ("said", "own", "left"),
    [
        ({"status": 200}, True, "sent"),
        ({"status": 502, "error": "net::ERR_CERT_INVALID"}, True, "sent"),
        ({"status": 0, "error": "net::ERR_NAME_NOT_RESOLVED"}, True, "failed"),
        ({"status": 0, "error": "net::ERR_CONNECTION_REFUSED"}, True, "failed"),
        ({"status": 0, "error": "net::ERR_BLOCKED_BY_CLIENT"}, False, "failed"),
        ({"status": 0, "error": "net::ERR_SOCKS_CONNECTION_FAILED"}, True, "failed"),
        ({"status": 0, "error": "NS_ERROR_UNKNOWN_HOST"}, False, "failed"),
        ({"status": 0, "error": "net::ERR_ABORTED"}, True, "sent"),
        ({"status": 0, "error": "net::ERR_EMPTY_RESPONSE", "ip": "1.2.3.4"}, True, "sent"),
        ({"status": 0, "error": "csp"}, True, "local"),
        ({"status": 0, "error": "net::ERR_BLOCKED_BY_CSP"}, True, "local"),
        ({"status": 0}, True, "sent"),
        ({"status": 0}, False, "failed"),
        ({"status": 0, "ip": "1.2.3.4"}, False, "failed"),
        ({"status": None}, False, "sent"),
        ({"status": 0, "error": "a.test leads to 10.0.0.1, a private address"}, True, "failed"),
        ({"status": 101, "method": "WS", "error": "net::ERR_CONNECTION_REFUSED"}, True, "failed"),
        ({"status": 101, "method": "WS"}, True, "sent"),
        ({"cached": True}, True, "local"),
        ({"status": 502}, False, "failed"),
        ({"status": 502, "ip": "1.1.1.1"}, False, "sent"),
        ({"status": 504}, True, "sent"),
        (
            {"status": 0, "error": "[Errno 111] Connect call failed ('10.0.0.1', 443)"},
            False,
            "failed",
        ),
        (
            {"status": 0, "error": "Certificate verify failed: expired", "ip": "1.2.3.4"},
            False,
            "failed",
        ),
        ({"status": 0, "error": "server disconnected", "ip": "1.1.1.1"}, False, "failed"),
        ({"status": None, "error": "Client disconnected."}, False, "failed"),
        ({"status": 0, "error": "server disconnected", "ip": "1.1.1.1"}, True, "failed"),
        ({"status": 0, "method": "CONNECT", "error": "whatever"}, False, "failed"),
        ({"status": 200, "method": "CONNECT"}, False, "local"),
    ],
)
def test_what_left_and_what_did_not(said: dict[str, Any], own: bool, left: str) -> None:
    assert outcome(exchange("https://a.test/x?q", **said), own=own) == left


@pytest.mark.parametrize(
    ("url", "status", "headers", "ip", "left"),
    [
        ("http://a.test/x?q", 307, UPGRADE, None, "local"),
        ("http://a.test/x?q", 307, UPGRADE[:1], None, "local"),
        ("http://a.test/x?q", 307, UPGRADE[:1], "1.2.3.4", "sent"),
        ("http://a.test/y", 307, UPGRADE[:1], None, "sent"),
        ("http://a.test/x?q", 301, UPGRADE[:1], None, "sent"),
        ("https://a.test/x?q", 307, UPGRADE, None, "sent"),
    ],
)
def test_a_browser_that_turns_to_https_by_itself_sent_nothing_in_the_clear(
    url: str, status: int, headers: Any, ip: str | None, left: str
) -> None:
    one = exchange(url, status=status, response_headers=headers, ip=ip)
    assert outcome(one, own=True) == left
