from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from scanner.device import wire
from scanner.device.wire import PhoneLost, find_phone, server_address
from scanner.errors import NotAuditable, UsageError
from tests.device.adb_server import Send, endless, serving
from tests.device.phones import FakePhone


def test_no_server_is_one_line_with_a_hint() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotAuditable, match=f"no adb server answers at 127.0.0.1:{port}") as told:
        find_phone(f"127.0.0.1:{port}")
    assert "adb start-server" in told.value.hint
    assert told.value.exit_code == 3


def test_no_phone_several_and_the_wrong_one() -> None:
    with serving() as server, pytest.raises(NotAuditable, match="no phone is connected"):
        find_phone(server.address)
    with serving(P1=FakePhone(), P2=FakePhone()) as server:
        with pytest.raises(NotAuditable, match="2 phones") as told:
            find_phone(server.address)
        assert "P1, P2" in told.value.hint
        with pytest.raises(NotAuditable, match="serial number P3"):
            find_phone(server.address, "P3")
        assert find_phone(server.address, "P2").serial == "P2"


@pytest.mark.parametrize(
    ("state", "said"), [("unauthorized", "not authorised"), ("offline", "not ready: offline")]
)
def test_a_phone_that_is_not_ready(state: str, said: str) -> None:
    phone = FakePhone()
    phone.state = state
    with serving(P1=phone) as server, pytest.raises(NotAuditable, match=said):
        find_phone(server.address)


def test_the_one_that_is_ready_is_taken() -> None:
    away = FakePhone()
    away.state = "offline"
    with serving(P1=away, P2=FakePhone()) as server:
        assert find_phone(server.address).serial == "P2"


def test_the_address_is_as_for_adb_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANDROID_ADB_SERVER_ADDRESS", raising=False)
    monkeypatch.delenv("ANDROID_ADB_SERVER_PORT", raising=False)
    assert server_address(None) == ("127.0.0.1", 5037)
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "5999")
    assert server_address(None) == ("127.0.0.1", 5999)
    assert server_address("[::1]:5037") == ("::1", 5037)
    for wrong in ("5037", "host:", "host:0", "host:99999", "host:5o37"):
        with pytest.raises(UsageError):
            server_address(wrong)


@pytest.mark.parametrize("features", ["shell_v2,cmd", "cmd"])
def test_output_and_exit_code_of_either_shell(features: str) -> None:
    phone = FakePhone(features=features)
    phone.taken["good"] = lambda send: _said(send, b"one\r\ntwo\n7", 0)
    phone.taken["bad"] = lambda send: _said(send, b"", 44)
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        good, bad = found.run("good"), found.run("bad")
    assert (good.text, good.code, good.good) == ("one\ntwo\n7", 0, True)
    assert (bad.data, bad.code, bad.good) == (b"", 44, False)


@pytest.mark.parametrize("features", ["shell_v2", "cmd"])
def test_output_without_end_is_cut(features: str) -> None:
    phone = FakePhone(features=features)
    phone.taken["flood"] = lambda send: endless(send, b"\x00" * (1 << 20))
    phone.taken["drip"] = lambda send: endless(send, b".", 0.05)
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        flood = found.run("flood", most=3 << 20)
        assert (len(flood.data), flood.cut, flood.good) == (3 << 20, True, False)
        began = time.monotonic()
        drip = found.run("drip", seconds=0.5)
    assert drip.cut
    assert 0 < len(drip.data) < 50
    assert time.monotonic() - began < 10


def test_a_stream_gives_lines_and_can_be_closed_from_elsewhere() -> None:
    phone = FakePhone()
    long = b"x" * 100_000

    def speak(send: Send) -> int:
        send(b"first\r\nsec")
        send(b"ond\n" + long + b"\nlast\n")
        return endless(send, b"", 0.1)

    phone.taken["speak"] = speak
    with serving(P1=phone) as server, closing(find_phone(server.address).follow("speak")) as stream:
        lines = iter(stream)
        assert [next(lines) for _ in range(4)] == [
            *(b"first", b"second", long[: wire.LONGEST_LINE], b"last")
        ]
        threading.Timer(0.3, stream.close).start()
        assert list(lines) == []


def test_a_file_arrives_whole(tmp_path: Path) -> None:
    phone, file = FakePhone(), tmp_path / "a.apk"
    file.write_bytes(bytes(range(256)) * 1000)
    with serving(P1=phone) as server:
        find_phone(server.address).push(file, "/data/local/tmp/a.apk")
    assert phone.pushed == {"/data/local/tmp/a.apk": file.read_bytes()}


def test_ports_are_lent_and_taken_back() -> None:
    phone = FakePhone()
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        found.reverse(8080)
        found.unreverse(8080)
    assert phone.reversed == ["forward:tcp:8080;tcp:8080", "killforward:tcp:8080"]


def test_a_phone_that_is_gone_is_named() -> None:
    with serving(P1=FakePhone()) as server:
        found = find_phone(server.address)
        server.unplug("P1")
        with pytest.raises(PhoneLost, match="device not found"):
            found.run("id -u")
    with pytest.raises(PhoneLost):  # the server itself is gone: none is started in its place
        found.run("id -u")


@pytest.mark.parametrize(
    "words", [b"", b"FAIL", b"FAIL9999", b"FAILzzzz", b"OKAYzzzz", b"\x00" * 64, b"HTTP/1.1 200 OK"]
)
def test_a_server_that_speaks_another_language_is_named(words: bytes) -> None:
    with serving(P1=FakePhone()) as server:

        def answer(connection: socket.socket) -> bool:
            connection.recv(100)
            connection.sendall(words)
            return True

        server.raw = answer
        with pytest.raises(NotAuditable):
            find_phone(server.address)


def _said(send: Send, words: bytes, code: int) -> int:
    send(words)
    return code
