"""A time server on this machine, which answers as RFC 5905 says, or as no honest one would."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.fetch import time_server as room
from scanner.fetch.time_server import compared
from scanner.model import Clock

OWN = Clock(at="2026-11-22T10:00:00+08:00", synchronised=False, compared_with="own")
Answer = Callable[[bytes], bytes | None]


def stamp(unix: float) -> int:
    return int((unix + 2208988800) * 2**32) % 2**64


def telling(
    off: float = 0.0, *, first: int = 0x24, stratum: int = 2, delay: float = 0.0
) -> Callable[[bytes], bytes]:
    """Answer as a server whose clock is `off` seconds ahead of ours."""

    def answer(question: bytes) -> bytes:
        now = stamp(time.time() + off)
        head = struct.pack("!BBbb", first, stratum, 6, -20)
        root = struct.pack("!II4s", int(delay * 65536), 0, b"TEST")
        return head + root + struct.pack("!Q", now) + question[40:48] + struct.pack("!QQ", now, now)

    return answer


@contextlib.contextmanager
def served(answer: Answer) -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(0.05)
        over = threading.Event()
        asked: list[bytes] = []

        def serve() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    question, whom = line.recvfrom(512)
                    asked.append(question)
                    said = answer(question)
                    if said is not None:
                        line.sendto(said, whom)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{line.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WAIT_S", 0.5)


@pytest.mark.parametrize("off", [0.0, 12.5, -3600.25])
def test_the_difference_of_two_clocks_is_told_within_its_error(off: float) -> None:
    with served(telling(off, delay=0.5)) as place:
        clock = compared(place, OWN, allow_private=True)
    assert clock.offset_s is not None and clock.within_s is not None
    assert abs(clock.offset_s - -off) <= clock.within_s
    assert 0.25 <= clock.within_s < 0.75  # half of the server's own delay, and half of the trip
    assert (clock.at, clock.synchronised) == (OWN.at, False)
    assert clock.compared_with == f"NTP {place} (127.0.0.1)" or place in clock.compared_with


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: None,
        lambda _: b"",
        lambda question: telling()(question)[:40],
        lambda question: telling()(bytes(48)),  # about no question of ours
        telling(first=0x23),  # a client's packet
        telling(first=0xE4),  # clock not held
        telling(stratum=0),  # go away
        telling(stratum=16),
        lambda question: telling()(question)[:32] + bytes(16),
        lambda question: telling()(question)[:40] + struct.pack("!Q", stamp(time.time() + 9)),
        lambda question: telling()(question)[:40] + struct.pack("!Q", stamp(time.time() - 9)),
    ],
)
def test_what_is_no_answer_leaves_the_clock_as_its_system_says(answer: Answer) -> None:
    with served(answer) as place:
        clock = compared(place, OWN, allow_private=True)
    assert (clock.offset_s, clock.within_s) == (None, None)
    assert clock.synchronised is OWN.synchronised
    assert clock.compared_with.startswith(f"NTP {place}: ")


def test_a_private_address_is_not_asked_unless_it_may_be() -> None:
    asked: list[bytes] = []

    def note(question: bytes) -> None:
        asked.append(question)

    with served(note) as place:
        clock = compared(place, OWN)
    assert clock.offset_s is None
    assert "a loopback address" in clock.compared_with
    assert not asked


def test_one_question_of_48_bytes_says_nothing_of_us() -> None:
    asked: list[bytes] = []

    def note(question: bytes) -> bytes | None:
        asked.append(question)
        return telling()(question)

    with served(note) as place:
        compared(place, OWN, allow_private=True)
    (question,) = asked
    assert len(question) == 48
    assert question[:40] == bytes([0x23]) + bytes(39)  # a token stands where our time would


@pytest.mark.parametrize(
    "words", ["", "a b", "host:0", "host:65536", "host:x", "[::1", "-:-", "[::1]:0", "x" * 300]
)
def test_what_is_no_place_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="is no host"):
        compared(words, OWN)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("ntp.example", ("ntp.example", 123)),
        ("ntp.example:1123", ("ntp.example", 1123)),
        ("2001:db8::1", ("2001:db8::1", 123)),
        ("[2001:db8::1]:1123", ("2001:db8::1", 1123)),
    ],
)
def test_a_place_may_name_its_port(words: str, place: tuple[str, int]) -> None:
    assert room._place(words) == place


def test_a_name_without_an_address_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(room, "lookup", unknown)
    clock = compared("ntp.example", OWN)
    assert clock.offset_s is None
    assert "域名无解析结果" in clock.compared_with


@given(st.floats(0, 2**36), st.floats(-100, 100))
def test_the_count_may_begin_anew_between_two_clocks(near: float, off: float) -> None:
    assert room._unix(stamp(near + off), near) == pytest.approx(near + off, abs=1e-3)


@given(st.binary(min_size=48, max_size=60))
def test_no_packet_breaks_the_reading(data: bytes) -> None:
    with contextlib.suppress(room._Silent):
        ahead, within = room._offset(data, room._Asked(1.7e9, 1.7e9 + 0.01))
        assert within >= 0
        assert ahead == ahead
