from __future__ import annotations

import bisect
import contextlib
import datetime
import gc
import http.client as http_client
import io
import itertools
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mitmproxy.http import HTTPFlow
from mitmproxy.io import FlowReader, compat
from mitmproxy.io.tnetstring import dumps, loads

from scanner.broken import Broken
from scanner.errors import NotAuditable
from scanner.exchange import Exchange, Passage, moment
from scanner.recordings import flows
from scanner.recordings.flows import netstring, read_flows
from tests.collect.traffic.hars import shared
from tests.collect.traffic.mitm_flows import http, sample, write

MANY = settings(suppress_health_check=list(HealthCheck), deadline=10_000, max_examples=300)


def read(path: Path) -> list[Exchange | Passage | Broken]:
    return list(read_flows(path))


def read_bytes(data: bytes) -> list[Exchange | Passage | Broken] | None:
    """Read a file of these bytes; None when it is refused as a whole."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mitm"
        path.write_bytes(data)
        try:
            return read(path)
        except NotAuditable:
            return None


def state(**said: Any) -> dict[str, Any]:
    made: dict[str, Any] = http().get_state()
    return made | said


# Against mitmproxy's own reader


def independent(path: Path) -> Iterator[Any]:
    with path.open("rb") as stream:
        yield from FlowReader(stream).stream()


def headers_of(message: Any) -> tuple[tuple[str, str], ...]:
    """Give the headers without those of HTTP/2 that are none, as old versions kept them."""
    pairs = message.headers.items(multi=True)
    return tuple((name, value) for name, value in pairs if not name.startswith(":"))


def assert_equal(found: Exchange | Passage | Broken, flow: Any) -> None:
    """Compare with a flow as mitmproxy reads it."""
    if not isinstance(flow, HTTPFlow):
        assert isinstance(found, Passage)
        assert found.kind == flow.type
        return
    assert isinstance(found, Exchange)
    assert found.url == flow.request.pretty_url
    assert found.method == ("WS" if flow.websocket else flow.request.method)
    assert found.request_body == flow.request.raw_content
    assert found.request_headers == headers_of(flow.request)
    if flow.response is None:
        assert found.response_body is None
        return
    assert found.status == flow.response.status_code
    assert found.response_headers == headers_of(flow.response)
    assert found.response_body == flow.response.content
    messages = flow.websocket.messages if flow.websocket else []
    assert [(one.sent, one.data) for one in found.messages] == [
        (one.from_client, one.content) for one in messages
    ]


def test_every_kind_of_flow_reads_as_mitmproxy_reads_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mitm", sample())
    found, flows_there = read(path), list(independent(path))
    assert len(found) == len(flows_there) == len(sample())
    for one, flow in zip(found, flows_there, strict=True):
        assert_equal(one, flow)


def test_files_of_older_versions_read_as_mitmproxy_reads_them() -> None:
    paths = sorted((shared() / "corpus" / "mitm").glob("*.mitm"))
    assert paths
    for path in paths:
        found, flows_there = read(path), list(independent(path))
        for one, flow in zip(found, flows_there, strict=True):
            assert_equal(one, flow)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@MANY
@given(st.dictionaries(st.text(max_size=5) | st.binary(max_size=5), values))
def test_a_flow_is_taken_apart_as_mitmproxy_does_it(value: dict[Any, Any]) -> None:
    data = dumps(value)
    inner = data[data.index(b":") + 1 : -1]
    assert netstring(inner) == loads(data)


def test_places_count_from_one_and_name_the_byte(tmp_path: Path) -> None:
    first = dumps(state())
    found = read(write(tmp_path / "a.mitm", [first, http()]))
    assert [one.at for one in found] == ["entry 1, byte 0", f"entry 2, byte {len(first)}"]


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Encoding", "br")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        data = brotli.compress(BODY)
        for part in (data[:5], data[5:], b""):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    def log_message(self, *said: object) -> None:
        """Say nothing."""


BODY = "答复 answer".encode() * 50


@contextlib.contextmanager
def proxy(folder: Path, name: str, mode: str) -> Iterator[int]:
    """Run mitmproxy, and give its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    words = [str(Path(sys.executable).with_name("mitmdump")), "-q", "-w", str(folder / name)]
    words += ["--set", f"confdir={folder}", "--mode", f"{mode}@127.0.0.1:{port}"]
    with subprocess.Popen(words) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None
        time.sleep(0.1)
    pytest.fail("mitmdump does not listen")


def test_a_recording_of_real_traffic_says_what_was_sent_and_how(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/?q=1"
    began, clients = datetime.datetime.now(datetime.UTC), []
    with (
        proxy(tmp_path, "first.mitm", "regular") as first,
        proxy(tmp_path, "second.mitm", f"upstream:http://127.0.0.1:{first}") as second,
    ):
        for port in (first, second):
            client = http_client.HTTPConnection("127.0.0.1", port)
            client.request("POST", url, b"imei=\xff", {"X-Id": "7"})
            clients.append(f"127.0.0.1:{client.sock.getsockname()[1]}")
            assert client.getresponse().read() == brotli.compress(BODY)
            client.close()
    server.shutdown()
    server.server_close()
    every = [*read(tmp_path / "first.mitm"), *read(tmp_path / "second.mitm")]
    found = {one.client: one for one in every if isinstance(one, Exchange)}
    assert len(found) == len(every) == 3  # the second proxy asked the first one
    for one in found.values():
        assert (one.url, one.method, one.request_body) == (url, "POST", b"imei=\xff")
        assert (one.status, one.response_body, one.tls) == (200, BODY, "")
        assert ("X-Id", "7") in one.request_headers
        cookies = [value for name, value in one.response_headers if name == "Set-Cookie"]
        assert cookies == ["a=1", "b=2"]
        started, ended = moment(one.started), moment(one.ended)
        assert started is not None
        assert ended is not None
        assert began <= started <= ended <= datetime.datetime.now(datetime.UTC)
    reached = [(found[client].via, found[client].ip) for client in clients]
    assert reached == [("direct", "127.0.0.1"), ("proxy", None)]


# Older versions


def old_websocket() -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a handshake and its WebSocket as mitmproxy 6 wrote them (version 11)."""
    unknown = ("error", "sni", "alpn", "cipher_name", "tls_version", "timestamp_tls_setup")
    connection: dict[str, Any] = dict.fromkeys(unknown)
    connection |= {"id": "c", "state": 0, "tls": False, "tls_established": False}
    connection |= {"certificate_list": []}
    client = connection | {"address": ["10.0.0.1", 5], "sockname": ["", 0], "tls_extensions": None}
    client |= {"mitmcert": None, "timestamp_start": 1.0, "timestamp_end": None}
    server = connection | {"address": ["ws.example", 80], "ip_address": ["203.0.113.7", 80]}
    server |= {"source_address": ["", 0], "via": None, "via2": None, "timestamp_start": 1.0}
    flow = {"version": 11, "id": "h", "error": None, "client_conn": client, "server_conn": server}
    flow |= {"intercepted": False, "is_replay": None, "marked": False, "mode": "regular"}
    request = http(secure=False).get_state()["request"]
    request |= {"headers": [[b"Host", b"ws.example"], [b"Cookie", b"id=1"]], "host": "ws.example"}
    response = http().get_state()["response"] | {"status_code": 101, "content": b""}
    handshake = flow | {"type": "http", "request": request, "response": response}
    handshake["metadata"] = {"websocket": True}
    later = flow | {"type": "websocket", "id": "w", "metadata": {"websocket_handshake": "h"}}
    later |= {"messages": [[1, True, b"imei=1", 2.0, False]], "close_sender": "client"}
    return handshake, later | {"close_code": 1000, "close_reason": ""}


def test_an_old_websocket_repeats_nothing_of_its_handshake(tmp_path: Path) -> None:
    handshake, later = old_websocket()
    first, second = read(write(tmp_path / "a.mitm", [handshake, later]))
    assert isinstance(first, Exchange)
    assert isinstance(second, Exchange)
    assert ("Cookie", "id=1") in first.request_headers
    assert (second.method, second.request_headers) == ("WS", ())
    assert first.url == second.url == "http://ws.example/a?q=1"
    assert [one.data for one in second.messages] == [b"imei=1"]


def test_an_old_websocket_without_its_handshake_names_its_server(tmp_path: Path) -> None:
    _, later = old_websocket()
    (found,) = read(write(tmp_path / "a.mitm", [later]))
    assert isinstance(found, Exchange)
    assert (found.url, found.method) == ("http://ws.example/", "WS")


def test_what_mitmproxy_remembers_of_old_flows_does_not_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handshake, _ = old_websocket()
    many = [handshake | {"id": str(n)} for n in range(60)]
    size = len(dumps(handshake))
    monkeypatch.setattr(flows, "MAX_WAITING", size * 20)
    reading = read_flows(write(tmp_path / "a.mitm", many))
    most = max(len(compat._websocket_handshakes) for _ in reading)
    assert 15 <= most <= 21
    assert not compat._websocket_handshakes
    broken = dumps(handshake | {"version": 4, "metadata": None})
    for _ in read_flows(write(tmp_path / "b.mitm", [broken] * 3)):
        assert not compat.client_connections
        assert not compat.server_connections


def test_another_proxy_is_known_from_old_files_too(tmp_path: Path) -> None:
    handshake, _ = old_websocket()
    handshake |= {"version": 9, "metadata": {}}
    for name in ("client_conn", "server_conn"):
        conn = handshake[name] = dict(handshake[name])
        conn["alpn_proto_negotiated"] = None
        for gone in ("error", "alpn", "state", "tls", "certificate_list", "via2"):
            conn.pop(gone, None)
    handshake["client_conn"] |= {"clientcert": None}
    handshake["server_conn"] |= {"cert": None}
    (direct,) = read(write(tmp_path / "a.mitm", [handshake]))
    assert isinstance(direct, Exchange)
    assert (direct.via, direct.ip) == ("direct", "203.0.113.7")
    handshake["server_conn"]["via"] = dict(handshake["server_conn"])
    (proxied,) = read(write(tmp_path / "b.mitm", [handshake]))
    assert isinstance(proxied, Exchange)
    assert (proxied.via, proxied.ip) == ("proxy", None)


@pytest.mark.parametrize(
    ("version", "said"), [(99, "99"), ([0, 10], "0.10"), (10**90, "1" + "0" * 19)]
)
def test_a_version_that_is_not_read_is_named(version: Any, said: str, tmp_path: Path) -> None:
    (found,) = read(write(tmp_path / "a.mitm", [state(version=version)]))
    assert isinstance(found, Broken)
    assert f"flows of version {said} of" in found.reason.en


# What the auditor did


def test_a_request_that_the_auditor_sent_again_is_not_the_subjects(tmp_path: Path) -> None:
    (found,) = read(write(tmp_path / "a.mitm", [state(is_replay="request")]))
    assert isinstance(found, Broken)
    assert "the auditor sent it again" in found.reason.en
    (kept,) = read(write(tmp_path / "b.mitm", [state(is_replay="response")]))
    assert isinstance(kept, Exchange)


def test_a_request_that_the_auditor_changed_is_read_as_it_came(tmp_path: Path) -> None:
    flow: Any = http("/as-it-came")
    flow.backup()
    flow.request.path = "/changed"
    (found,) = read(write(tmp_path / "a.mitm", [flow]))
    assert isinstance(found, Exchange)
    assert found.url == "https://api.example.com/as-it-came"


# Damage


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"12:30 lunch", b"5:hello,", b"9" * 14 + b":", b"1234", b"PK\x03\x04", b":}"],
)
def test_what_is_no_flow_file_is_refused_before_anything_is_given(
    data: bytes, tmp_path: Path
) -> None:
    with pytest.raises(NotAuditable) as refusal:
        next(read_flows(write(tmp_path / "a.mitm", [data])))
    assert refusal.value.hint


def test_what_came_before_a_cut_stands(tmp_path: Path) -> None:
    one = dumps(state())
    for cut in (1, 2, 5, 6, 40, len(one) - 1):
        found = read(write(tmp_path / "a.mitm", [one, one, one[:cut]]))
        assert [type(each) for each in found] == [Exchange, Exchange, Broken]
        last = found[-1]
        assert isinstance(last, Broken)
        assert last.rest
        assert last.at == f"entry 3, byte {len(one) * 2}"
        assert f"breaks off at byte {len(one) * 2}; the 2 entries" in last.reason.en


def test_a_damaged_flow_costs_itself(tmp_path: Path) -> None:
    inner = b"7:version;2:21#4:type;4:http;"
    odd = [
        b"%d:%s}" % (len(inner), inner),
        b"0:}",
        dumps(state(version=99)),
        dumps(state(type="ghost")),
        b"26:7:version;2:21#9:9999:a,b,}",
    ]
    found = read(write(tmp_path / "a.mitm", [http(), *odd, http()]))
    assert [type(one) for one in found] == [Exchange, *[Broken] * len(odd), Exchange]
    assert not any(one.rest for one in found if isinstance(one, Broken))


def test_disorder_between_flows_loses_the_rest(tmp_path: Path) -> None:
    for noise in (b"x", b"-5:abc,", b"3:abc?", b"3:abc,", b"9" * 13, b"99999999999999:", b" "):
        found = read(write(tmp_path / "a.mitm", [http(), noise, http()]))
        assert [type(one) for one in found] == [Exchange, Broken]
        assert isinstance(found[1], Broken)
        assert found[1].rest


def test_a_flow_that_is_too_large_is_passed_over_unread(tmp_path: Path) -> None:
    path, size = tmp_path / "a.mitm", 3 << 30
    with write(path, [http()]).open("r+b") as stream:
        stream.seek(0, 2)
        stream.write(b"%d:" % size)
        stream.seek(size, 1)  # a hole: the disk does not hold it
        stream.write(b"}" + dumps(state()))
    tracemalloc.start()
    started = time.monotonic()
    found = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [type(one) for one in found] == [Exchange, Broken, Exchange]
    assert isinstance(found[1], Broken)
    assert (found[1].rest, "larger than 48 MB" in found[1].reason.en) == (False, True)
    assert peak < 8 << 20
    assert time.monotonic() - started < 5


def test_more_flows_than_are_read_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows, "MAX_FLOWS", 2)
    found = read(write(tmp_path / "a.mitm", [http()] * 4))
    assert [type(one) for one in found] == [Exchange, Exchange, Broken]
    assert isinstance(found[2], Broken)
    assert found[2].rest


def nested(depth: int, kind: bytes) -> bytes:
    data = b""
    for _ in range(depth):
        data = b"%d:%s%s" % (len(data), data, kind)
    return data


@pytest.mark.parametrize(
    "bomb",
    [
        nested(5_000, b"]"),
        b"0:~" * (3 << 20),
        b"0:]" * (3 << 20),
        b"1" * (8 << 20),
        b"-1:" * (1 << 20),
        b"5" * 200 + b"#",
        b"3:abc,0",
        b"9" * 12 + b":",
        b"1:{,1:{,",
    ],
    ids=["deep", "many", "lists", "digits", "minus", "number", "back", "long", "odd"],
)
def test_bombs_cost_one_flow_and_little_time(bomb: bytes, tmp_path: Path) -> None:
    inner = b"7:version;" + bomb
    made = [b"%d:%s}" % (len(inner), inner), dumps(state())]
    started = time.monotonic()
    found = read(write(tmp_path / "a.mitm", made))
    assert [type(one) for one in found] == [Broken, Exchange]
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("version", [20, 4, [0, 19], [0, 11], [2, 0, 0], True, "21", 1.5, None, {}])
def test_a_version_told_twice_does_not_hold_up_the_migration(version: Any, tmp_path: Path) -> None:
    for twice in (state(), dict[str, Any]()):
        made = dumps(twice | {b"version": version})
        started = time.monotonic()
        found = read(write(tmp_path / "a.mitm", [http(), made]))
        assert isinstance(found[1], Broken)
        assert time.monotonic() - started < 5


@MANY
@given(st.binary(max_size=200) | st.from_regex(rb"\A([0-9]{1,3}:[a-z]{0,9}[,;#^!~\]}]){1,9}\Z"))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    found = read_bytes(data)
    assert found is None or all(isinstance(one, Broken) for one in found)


VALID = [dumps(flow.get_state()) for flow in sample()]
WHOLE = read_bytes(b"".join(VALID)) or []
ENDS = list(itertools.accumulate(map(len, VALID)))


@MANY
@given(st.integers(0, ENDS[-1]))
def test_any_cut_keeps_what_came_before_it(cut: int) -> None:
    found = read_bytes(b"".join(VALID)[:cut])
    if found is None:
        assert cut < 20
        return
    whole = bisect.bisect(ENDS, cut)
    assert found[:whole] == WHOLE[:whole]
    assert [type(one) for one in found[whole:]] == ([] if cut in ENDS else [Broken])


@MANY
@given(st.integers(0, ENDS[-1] - 1), st.integers(0, 255))
def test_any_flipped_byte_costs_no_flow_before_it(at: int, byte: int) -> None:
    bent = bytearray(b"".join(VALID))
    bent[at] = byte
    found = read_bytes(bytes(bent))
    if found is None:
        assert at < 20
        return
    before = bisect.bisect(ENDS, at)
    assert found[:before] == WHOLE[:before]
    lost = sum(isinstance(one, Broken) for one in found)
    assert lost <= 2
    assert len(found) == len(WHOLE) or lost


@MANY
@given(st.binary(max_size=60))
def test_any_inside_of_a_flow_is_survived(inside: bytes) -> None:
    found = read_bytes(b"%d:%s}" % (len(inside), inside) + dumps(state()))
    assert found is not None
    assert [type(one) for one in found] == [Broken, Exchange]


def test_nothing_is_said_to_the_user(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    read(write(tmp_path / "a.mitm", [*old_websocket(), *sample(), b"5:hello,"]))
    assert capsys.readouterr() == ("", "")
    assert not caplog.records


# Figures


def peak_of(path: Path) -> int:
    gc.collect()
    tracemalloc.start()
    for _ in read_flows(path):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    one = dumps(http(body=bytes(2_000)).get_state())
    few, many = (write(tmp_path / f"{n}.mitm", [one * n]) for n in (50, 2_000))
    peak_of(few)
    assert peak_of(many) < peak_of(few) + (64 << 10)


def test_it_is_faster_than_the_reader_of_mitmproxy() -> None:
    one = dumps(http(body=bytes(500)).get_state())
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.mitm", [one * 1_000])
        read(path)
        began = time.process_time()
        assert len(read(path)) == 1_000
        ours = time.process_time() - began
    began = time.process_time()
    assert sum(1 for _ in FlowReader(io.BytesIO(one * 1_000)).stream()) == 1_000
    assert ours < time.process_time() - began
