from __future__ import annotations

import gzip
import json
import ssl
import zlib
from pathlib import Path
from typing import Any

import brotli
import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mitmproxy.addons.savehar import SaveHar
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow
from mitmproxy.websocket import WebSocketMessage

from scanner.exchange import Exchange, Message, Passage
from scanner.recordings import flow_state
from scanner.recordings.flow_state import exchange_of
from scanner.recordings.har import read_har
from scanner.recordings.har_form import Unreadable
from tests.collect.traffic.mitm_flows import BEGAN, http, sample

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def seen(flow: Any) -> Exchange:
    found = exchange_of(flow.get_state(), "x")
    assert isinstance(found, Exchange)
    return found


def passed(flow: Any) -> Passage:
    found = exchange_of(flow.get_state(), "x")
    assert isinstance(found, Passage)
    return found


def test_everything_that_a_flow_says_of_an_exchange_is_kept() -> None:
    sent = ((b"Host", b"api.example.com"), (b"X-Id", b"\xe4\xb8\xad"), (b"x-id", b"\xff"))
    got = ((b"Set-Cookie", b"a=1"), (b"Content-Type", b"text/plain"), (b"set-cookie", b"b=2"))
    flow = http("/p?q=1", sent=sent, body=b"\0raw", got=got, content=b"yes", method="post")
    assert seen(flow) == Exchange(
        url="https://api.example.com/p?q=1",
        method="POST",
        started="2026-05-01T02:00:00.125000+00:00",
        ended="2026-05-01T02:00:00.625000+00:00",
        at="x",
        request_headers=(("Host", "api.example.com"), ("X-Id", "中"), ("x-id", "ÿ")),
        request_body=b"\0raw",
        status=200,
        response_headers=(
            ("Set-Cookie", "a=1"),
            ("Content-Type", "text/plain"),
            ("set-cookie", "b=2"),
        ),
        response_body=b"yes",
        mime="text/plain",
        ip="203.0.113.7",
        via="direct",
        client="10.215.173.1:40112",
        tls="TLSv1.3",
    )


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ({"host": "203.0.113.7"}, "https://api.example.com/a?q=1"),
        ({"port": 8443}, "https://api.example.com:8443/a?q=1"),
        ({"path": "*"}, "https://api.example.com"),
        ({"path": "@evil.example/"}, "https://api.example.com/@evil.example/"),
        ({"authority": "named.example:444"}, "https://named.example:444/a?q=1"),
        ({"method": "CONNECT", "authority": "a.example:443"}, "https://a.example:443/"),
        ({"scheme": "odd"}, "https://api.example.com/a?q=1"),
    ],
)
def test_the_address_is_the_one_that_the_client_named(said: dict[str, Any], url: str) -> None:
    assert seen(http(**said)).url == url


@pytest.mark.parametrize(
    ("header", "host", "url"),
    [
        (b"b.example", "203.0.113.7", "https://b.example/a?q=1"),
        (b"b.example:8443", "203.0.113.7", "https://b.example:8443/a?q=1"),
        (b"[2001:db8::1]:8443", "x", "https://[2001:db8::1]:8443/a?q=1"),
        (b"u@b.example", "c.example", "https://c.example/a?q=1"),
        (b"b.example/x", "c.example", "https://c.example/a?q=1"),
        (b"", "2001:db8::1", "https://sni.example/a?q=1"),
        (b"", "203.0.113.7", "https://sni.example/a?q=1"),
        (b"", "c.example", "https://c.example/a?q=1"),
    ],
)
def test_a_host_header_that_is_no_host_names_nobody(header: bytes, host: str, url: str) -> None:
    flow = http(sent=[(b"Host", header)], host=host)
    flow.server_conn.sni = "sni.example"
    assert seen(flow).url == url


BODY = "一二三 hello".encode() * 40


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("x-gzip", gzip.compress(BODY, mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY, wbits=-15)),
        ("br", brotli.compress(BODY)),
        ("zstd", zstandard.ZstdCompressor().compress(BODY)),
        ("gzip, br", brotli.compress(gzip.compress(BODY, mtime=0))),
        ("identity", BODY),
        ("unheard-of", BODY),
        ("gzip", BODY),
    ],
)
def test_a_body_is_taken_out_of_its_compression(coding: str, packed: bytes) -> None:
    got = [(b"content-encoding", coding.encode())]
    flow = http(got=got, content=packed, body=packed)
    assert seen(flow).response_body == BODY
    assert seen(flow).request_body == packed


def test_a_body_that_does_not_come_out_stays_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    got, packed = [(b"Content-Encoding", b"gzip")], gzip.compress(bytes(1 << 20))
    assert seen(http(got=got, content=packed[:-9])).response_body == packed[:-9]
    monkeypatch.setattr(flow_state, "MAX_DECODED", 1 << 19)
    assert seen(http(got=got, content=packed)).response_body == packed


def test_streamed_bodies_were_not_recorded() -> None:
    found = seen(http(body=None, content=None))
    assert (found.request_body, found.response_body, found.status) == (None, None, 200)


def test_without_an_answer() -> None:
    flow = http()
    flow.response = None
    assert (seen(flow).status, seen(flow).mime, seen(flow).error) == (None, None, None)
    flow.error = tflow.terr("connection refused")
    assert (seen(flow).status, seen(flow).error) == (0, "connection refused")


def test_a_request_that_never_was_whole_was_under_way_until_it_broke_off() -> None:
    flow: Any = tflow.tflow(err=True)
    assert seen(flow).ended == "1999-12-31T23:00:01+00:00"
    flow.request.timestamp_end = None
    assert seen(flow).ended == "1999-12-31T23:00:07+00:00"
    flow = tflow.tflow(resp=True)  # answered before it was whole
    flow.request.timestamp_end = None
    assert seen(flow).ended == "1999-12-31T23:00:03+00:00"
    flow.response = None
    assert seen(flow).ended is None


def test_headers_before_and_after_the_body_are_counted_together() -> None:
    flow: Any = tflow.tflow()
    state = flow.get_state()
    state["request"]["headers"] = state["request"]["trailers"] = (
        (b"a", b"b"),
    ) * flow_state.MAX_HEADERS
    with pytest.raises(Unreadable):
        exchange_of(state, "x")


def test_through_another_proxy_the_address_of_the_server_is_not_known() -> None:
    flow = http()
    flow.server_conn.via = ("http", ("192.0.2.1", 3128))
    assert (seen(flow).via, seen(flow).ip) == ("proxy", None)
    flow.server_conn.via = None
    flow.client_conn.proxy_mode = ProxyMode.parse("upstream:http://192.0.2.1:3128")
    assert (seen(flow).via, seen(flow).ip) == ("proxy", None)


def test_without_tls_the_version_is_empty_and_unknown_where_nothing_was_connected() -> None:
    assert seen(http(secure=False)).tls == ""
    flow = http()
    flow.server_conn.tls_version = None
    assert seen(flow).tls is None


def test_addresses_of_ipv6() -> None:
    flow = http()
    flow.client_conn.peername = ("fe80::1%wlan0", 40112)
    flow.server_conn.peername = ("::ffff:203.0.113.7", 443)
    assert (seen(flow).client, seen(flow).ip) == ("[fe80::1]:40112", "203.0.113.7")


# WebSockets


def test_a_websocket_equals_what_the_har_of_it_gives(tmp_path: Path) -> None:
    flow = tflow.twebsocketflow()
    path = tmp_path / "a.har"
    path.write_text(json.dumps(SaveHar().make_har([flow])))
    (har,) = read_har(path)
    assert isinstance(har, Exchange)
    ours = seen(flow)
    for name in ("url", "method", "started", "messages", "request_headers", "request_body"):
        assert getattr(ours, name) == getattr(har, name), name
    for name in ("status", "response_headers", "response_body", "resource_type", "ip"):
        assert getattr(ours, name) == getattr(har, name), name
    assert ours.method == "WS"
    assert [message.sent for message in ours.messages] == [True, True, False]


def test_messages_that_the_auditor_put_in_are_nobodys() -> None:
    flow = tflow.twebsocketflow()
    assert flow.websocket is not None
    flow.websocket.messages = [
        WebSocketMessage(1, True, b"own", BEGAN),
        WebSocketMessage(1, True, b"put in", BEGAN, injected=True),
        WebSocketMessage(2, True, b"\0held back", BEGAN, dropped=True),
    ]
    time = "2026-05-01T02:00:00.125000+00:00"
    assert seen(flow).messages == (
        Message(sent=True, data=b"own", time=time),
        Message(sent=True, data=b"\0held back", time=time),
    )


# What is no HTTP


def test_tcp_udp_and_dns_are_passages() -> None:
    tcp, udp, dns = (passed(one) for one in (tflow.ttcpflow(), tflow.tudpflow(), tflow.tdnsflow()))
    assert tcp == Passage(
        kind="tcp",
        host="address",
        started="1999-12-31T23:00:04.200000+00:00",
        at="x",
        port=22,
        ip="192.168.0.1",
        client="127.0.0.1:22",
        sent=5,
    )
    assert (udp.kind, udp.sent, udp.host) == ("udp", 5, "address")
    assert (dns.kind, dns.sent, dns.host) == ("dns", None, "dns.google")
    assert dns.started == "1999-12-31T23:00:00+00:00"


def hello(name: str) -> bytes:
    """Give what a client sends first in TLS, by the library of Python."""
    come, go = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(come, go, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return go.read()


@pytest.mark.parametrize("cut", [None, 60])
def test_tls_that_was_let_through_is_named_by_what_its_client_asked_for(cut: int | None) -> None:
    flow = tflow.ttcpflow()
    flow.server_conn.sni = flow.client_conn.sni = None
    flow.server_conn.address = ("203.0.113.9", 443)
    flow.messages[0].content = data = hello("pay.example.com")[:cut]
    found = passed(flow)
    assert (found.kind, found.port, found.sent) == ("unopened", 443, len(data))
    assert found.host == ("203.0.113.9" if cut else "pay.example.com")


def test_quic_is_known_by_its_long_header() -> None:
    flow = tflow.tudpflow()
    flow.messages[0].content = b"\xc3\0\0\0\1" + bytes(40)
    assert passed(flow).kind == "quic"
    flow.messages[0].content = b"\xc3\x12\x34\0\1" + bytes(40)
    assert passed(flow).kind == "udp"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (
            "The client does not trust the proxy's certificate for a.example (OpenSSL ...)",
            "refused",
        ),
        ("The client disconnected during the handshake. If this happens ...", "refused"),
        ("connection reset", "tcp"),
    ],
)
def test_a_client_that_does_not_trust_the_certificate(words: str, kind: str) -> None:
    flow = tflow.ttcpflow()
    flow.client_conn.error, flow.client_conn.timestamp_tls_setup = words, None
    assert passed(flow).kind == kind


def test_a_connect_that_its_client_broke_off_is_no_exchange() -> None:
    flow = http(method="CONNECT", authority="pin.example:443", host="pin.example")
    flow.response, flow.client_conn.timestamp_tls_setup = None, None
    flow.server_conn.address = ("pin.example", 443)
    flow.client_conn.sni = None
    assert seen(flow).url == "https://pin.example:443/"
    flow.error = tflow.terr("Client Handshake failed. The client may not trust the certificate.")
    found = passed(flow)
    assert (found.kind, found.host, found.port) == ("refused", "pin.example", 443)
    assert found.started == "2026-05-01T02:00:00.125000+00:00"


def test_a_request_that_was_read_is_an_exchange_though_its_server_was_not_trusted() -> None:
    flow = http()
    flow.response = None
    flow.client_conn.timestamp_tls_setup = None
    flow.error = tflow.terr("Certificate verify failed: self-signed certificate")
    assert seen(flow).error == "Certificate verify failed: self-signed certificate"


# Hostile states


@pytest.mark.parametrize("said", [{"path": "/" + "a" * (1 << 20)}, {"host": "a b", "path": "/"}])
def test_what_has_no_usable_address_is_unreadable(said: dict[str, Any]) -> None:
    state = http(sent=[]).get_state()
    state["request"] |= {name: value.encode() for name, value in said.items()}
    with pytest.raises(Unreadable):
        exchange_of(state, "x")


def test_a_message_of_headers_without_end_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        seen(http(sent=[(b"a", b"b")] * 20_001))
    assert len(seen(http(sent=[(b"a", b"b")] * 20_000)).request_headers) == 20_000


def test_what_came_after_the_body_stands_after_the_headers() -> None:
    state = http(sent=[(b"Host", b"a.example"), (b":path", b"/")]).get_state()
    state["request"]["trailers"] = ((b"X-Sum", b"1"),)
    found = exchange_of(state, "x")
    assert isinstance(found, Exchange)
    assert found.request_headers == (("Host", "a.example"), ("X-Sum", "1"))


def test_a_flow_of_an_unknown_kind_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        exchange_of({"type": "carrier pigeon"}, "x")


@st.composite
def bent_states(draw: st.DrawFn) -> dict[str, Any]:
    """Give the state of a flow of which some members are gone or something else."""
    state: dict[str, Any] = draw(st.sampled_from(sample())).get_state()
    for _ in range(draw(st.integers(0, 5))):
        inner = [value for value in state.values() if isinstance(value, dict) and value]
        holder = draw(st.sampled_from([state, *inner]))
        name = draw(st.sampled_from(sorted(holder)))
        if draw(st.booleans()):
            holder[name] = draw(ODD)
        elif name != "type":
            del holder[name]
    return state


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=400)
@given(bent_states())
def test_members_that_are_something_else_cost_themselves_alone(state: dict[str, Any]) -> None:
    try:
        found = exchange_of(state, "x")
    except Unreadable:
        return
    assert found.at == "x"
    msgspec.json.encode(found)  # what it gives can be written to a file
