"""Flows for tests, made with mitmproxy itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mitmproxy.flow import Flow
from mitmproxy.http import Headers, HTTPFlow
from mitmproxy.io.tnetstring import dumps
from mitmproxy.test import tflow

BEGAN = 1_777_600_800.125
"""2026-05-01T02:00:00.125+00:00."""


def http(
    path: str = "/a?q=1",
    *,
    sent: Iterable[tuple[bytes, bytes]] = ((b"Host", b"api.example.com"),),
    body: bytes | None = b"",
    got: Iterable[tuple[bytes, bytes]] = ((b"Content-Type", b"text/html; charset=utf-8"),),
    content: bytes | None = b"<p>",
    secure: bool = True,
    **said: Any,
) -> HTTPFlow:
    """Make an exchange as the proxy keeps it; `said` is put on its request as it is."""
    flow = tflow.tflow(resp=True)
    request, response = flow.request, flow.response
    assert response is not None
    request.host, request.port, request.scheme = "api.example.com", 443, "https"
    if not secure:
        request.port, request.scheme = 80, "http"
    request.path, request.data.headers, request.data.content = path, Headers(sent), body
    request.timestamp_start, request.timestamp_end = BEGAN, BEGAN + 0.5
    response.data.headers, response.data.content = Headers(got), content
    flow.client_conn.peername = ("10.215.173.1", 40112)
    server = flow.server_conn
    server.tls, server.tls_version, server.sni = secure, "TLSv1.3" if secure else None, None
    server.peername, server.address = ("203.0.113.7", request.port), (request.host, request.port)
    for name, value in said.items():
        kept = value if name in ("host", "port") else value.encode()
        setattr(request.data, name, kept)
    return flow


def sample() -> list[Flow]:
    """Give one flow of each kind."""
    tls = (b"Sec-WebSocket-Key", b"x")
    return [
        http(),
        http("/b", body=b"imei=490154203237518", method="POST", http_version="HTTP/2.0"),
        tflow.twebsocketflow(),
        tflow.ttcpflow(),
        tflow.tudpflow(),
        tflow.tdnsflow(resp=True),
        tflow.tflow(err=True),
        http("/c", sent=[tls], got=[(b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")]),
    ]


def write(path: Path, flows: Iterable[Flow | dict[Any, Any] | bytes]) -> Path:
    """Write flows, states of flows, or bytes, one after the other."""
    with path.open("wb") as stream:
        for flow in flows:
            state = flow.get_state() if isinstance(flow, Flow) else flow
            stream.write(state if isinstance(state, bytes) else dumps(state))
    return path
