from __future__ import annotations

import time
from typing import Any

import pytest
from mitmproxy.connection import ConnectionState, Server
from mitmproxy.http import HTTPFlow
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.test import tflow
from mitmproxy.tls import TlsData
from mitmproxy.websocket import WebSocketMessage
from wsproto.frame_protocol import Opcode

from scanner.capture.recorder import (
    AT_ONCE_S,
    MAX_BODY,
    MAX_HELD,
    MAX_HELD_MESSAGES,
    STOPPED,
    Recorder,
)
from scanner.capture_file import Caught, Passed
from scanner.exchange import Exchange, Passage


class Kept(list[Exchange | Passage]):
    def __call__(self, record: Caught | Passed) -> bool:
        self.append(record.exchange if isinstance(record, Caught) else record.passage)
        return True


def begun() -> tuple[Recorder, Kept, Any]:
    kept = Kept()
    recorder = Recorder(kept)
    flow = tflow.tflow(resp=True)
    recorder.requestheaders(flow)
    return recorder, kept, flow


def pour(stream: Any, *pieces: bytes) -> list[bytes]:
    return [stream(piece) for piece in (*pieces, b"")]


def test_an_answer_passes_as_it_comes_and_is_kept_whole() -> None:
    recorder, kept, flow = begun()
    flow.response.data.content = None
    recorder.responseheaders(flow)
    assert pour(flow.response.stream, b"ab", b"cd") == [b"ab", b"cd", b""]
    recorder.response(flow)
    recorder.finish()
    (one,) = kept
    assert isinstance(one, Exchange)
    assert (one.response_body, one.error) == (b"abcd", None)


def test_an_answer_that_is_too_long_passes_and_is_let_go() -> None:
    recorder, kept, flow = begun()
    flow.response.data.content = None
    recorder.responseheaders(flow)
    piece = b"x" * (1 << 20)
    assert pour(flow.response.stream, *([piece] * 17)) == [*([piece] * 17), b""]
    recorder.response(flow)
    (one,) = kept
    assert isinstance(one, Exchange)
    assert one.response_body is None
    assert len(piece) * 17 > MAX_BODY


def test_a_request_that_streams_is_kept_though_the_answer_came_first() -> None:
    kept = Kept()
    recorder = Recorder(kept)
    flow = tflow.tflow(resp=True)
    ended = flow.request.timestamp_end
    flow.request.headers["content-type"] = "application/grpc+proto"
    flow.request.data.content = flow.request.timestamp_end = None
    recorder.requestheaders(flow)
    pour(flow.request.stream, b"first")
    recorder.response(flow)
    assert not kept
    flow.request.timestamp_end = ended
    recorder.request(flow)
    (one,) = kept
    assert isinstance(one, Exchange)
    assert one.request_body == b"first"


def test_what_is_under_way_at_the_end_is_written_with_what_came() -> None:
    recorder, kept, flow = begun()
    flow.response.data.content = None
    recorder.responseheaders(flow)
    flow.response.stream(b"half")
    recorder.finish()
    recorder.response(flow)
    (one,) = kept
    assert isinstance(one, Exchange)
    assert (one.response_body, one.error) == (b"half", STOPPED)


def test_a_long_socket_is_written_in_parts_and_loses_nothing() -> None:
    kept = Kept()
    recorder = Recorder(kept)
    flow = tflow.twebsocketflow()
    assert flow.websocket is not None
    flow.websocket.messages.clear()
    recorder.requestheaders(flow)
    sent = [b"x" * (MAX_HELD // 2), b"y" * (MAX_HELD // 2), b"z"]
    sent += [b"%d" % number for number in range(MAX_HELD_MESSAGES + 5)]
    for data in sent:
        flow.websocket.messages.append(WebSocketMessage(Opcode.BINARY, True, data))
        recorder.websocket_message(flow)
        assert sum(len(one.content) for one in flow.websocket.messages) <= MAX_HELD
    recorder.websocket_end(flow)
    assert len(kept) == 3
    assert [
        message.data for one in kept if isinstance(one, Exchange) for message in one.messages
    ] == sent


def test_the_proxy_s_own_page_is_no_traffic() -> None:
    recorder, kept, flow = begun()
    flow.request.host = "mitm.it"
    recorder.request(flow)
    recorder.response(flow)
    recorder.finish()
    assert not kept


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("The client disconnected during the handshake.", "refused"),
        ("sslv3 alert bad certificate", "refused"),
        ("tlsv1 alert unknown ca", "refused"),
        ("OpenSSL Error([('SSL routines', '', 'unsupported protocol')])", "tcp"),
        ("OpenSSL Error([('SSL routines', '', 'no shared cipher')])", "tcp"),
        ("Cannot parse ClientHello: 1603", "tcp"),
    ],
)
def test_only_who_saw_a_certificate_can_have_refused_it(error: str, kind: str) -> None:
    recorder, kept, flow = begun()
    flow.client_conn.sni, flow.client_conn.error = "Pins.Example.", error
    recorder.tls_failed_client(TlsData(flow.client_conn, fake_context(flow)))
    (one,) = kept
    assert isinstance(one, Passage)
    assert (one.kind, one.host, one.port) == (kind, "pins.example", 22)


@pytest.mark.parametrize(("after", "refused"), [(0.1, True), (AT_ONCE_S + 1, False)])
def test_who_agrees_and_leaves_at_once_has_refused(after: float, refused: bool) -> None:
    for speaks in (False, True):
        kept = Kept()
        recorder = Recorder(kept)
        flow = tflow.tflow()
        flow.client_conn.timestamp_tls_setup = time.time()
        flow.client_conn.timestamp_end = flow.client_conn.timestamp_tls_setup + after
        recorder.tls_established_client(TlsData(flow.client_conn, fake_context(flow)))
        if speaks:
            recorder.requestheaders(flow)
        recorder.client_disconnected(flow.client_conn)
        assert [one.kind for one in kept if isinstance(one, Passage)] == (
            ["refused"] if refused and not speaks else []
        )


def test_servers_out_of_reach_of_a_tunnel_are_kept() -> None:
    kept = Kept()
    recorder = Recorder(kept)
    client = tflow.tclient_conn()
    server = Server(address=("2001:db8::1", 443), state=ConnectionState.CLOSED)
    server.error, server.timestamp_start = "no route to host", 1.0
    data = ServerConnectionHookData(server=server, client=client)
    recorder.server_connect_error(data)
    assert not kept  # a request will say so
    client.proxy_mode = ProxyMode.parse("wireguard")
    recorder.server_connect_error(data)
    (one,) = kept
    assert isinstance(one, Exchange)
    assert (one.url, one.status, one.error) == ("https://[2001:db8::1]:443/", 0, server.error)
    assert (one.ip, one.started) == (None, "1970-01-01T00:00:01+00:00")


def test_bytes_of_other_protocols_are_counted_and_not_held() -> None:
    kept = Kept()
    recorder = Recorder(kept)
    flows: list[tuple[Any, str]] = [(tflow.ttcpflow(), "tcp"), (tflow.tudpflow(), "udp")]
    for flow, kind in flows:
        start, message, end = (
            getattr(recorder, f"{kind}_{name}") for name in ("start", "message", "end")
        )
        messages = list(flow.messages)
        flow.messages.clear()
        start(flow)
        for one in messages:
            flow.messages.append(one)
            message(flow)
            assert not flow.messages
        end(flow)
        sent = sum(len(one.content) for one in messages if one.from_client)
        assert isinstance(kept[-1], Passage)
        assert (kept[-1].kind, kept[-1].sent) == (kind, sent)


def test_questions_for_addresses_are_noted() -> None:
    kept = Kept()
    recorder = Recorder(kept)
    flow = tflow.tdnsflow(resp=True)
    recorder.dns_request(flow)
    recorder.dns_response(flow)
    (one,) = kept
    assert isinstance(one, Passage)
    assert (one.kind, one.host) == ("dns", flow.request.questions[0].name)


def test_what_cannot_be_kept_is_counted() -> None:
    def full(record: Caught | Passed) -> bool:
        return False

    def broken(record: Caught | Passed) -> bool:
        raise ValueError

    for keep in (full, broken):
        recorder = Recorder(keep)
        flow = tflow.tflow(resp=True)
        recorder.requestheaders(flow)
        recorder.response(flow)
        assert recorder.dropped == 1
        recorder.response(flow)  # it is not there any more
        assert recorder.dropped == 1


def fake_context(flow: HTTPFlow) -> Any:
    from mitmproxy.options import Options
    from mitmproxy.proxy.context import Context

    context = Context(flow.client_conn, Options())
    context.server = flow.server_conn
    return context
