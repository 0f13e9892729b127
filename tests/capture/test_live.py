from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from scanner.capture.live import MAX_WAITING, Live, printable
from scanner.capture.recorder import STOPPED
from scanner.exchange import Exchange, Passage
from scanner.knowledge import Knowledge
from scanner.model import Words
from tests.capture.running import until

STARTED = "2026-01-01T00:00:00+00:00"


def asked(url: str, ip: str | None = None, **more: object) -> Exchange:
    return Exchange(url=url, method="GET", started=STARTED, at="", ip=ip, **more)  # type: ignore[arg-type]


def shown(known: Knowledge, *all_of_it: Exchange | Passage, chinese: bool = False) -> list[str]:
    said: list[str] = []
    live = Live(said.append, known, chinese=chinese, first_party=("own.example",))
    for one in all_of_it:
        live.see(one, "agreed")
    live.close()
    return said


def test_a_host_is_shown_once_with_whose_it_is(known: Knowledge) -> None:
    tracker = next(iter(known.trackers.owners))
    ip = "114.114.114.114"
    said = shown(
        known,
        asked("https://a.own.example/1", ip),
        asked("https://a.own.example/2", ip),
        asked(f"https://{tracker}/x"),
        asked("https://nobody.example/", "10.0.0.1"),
        asked("data:text/plain,x"),
    )
    assert len(said) == 3
    assert all("  agreed  " in line for line in said)
    assert "a.own.example" in said[0]
    assert "the subject's own" in said[0]
    assert tracker in said[1]
    assert "third party " in said[1]
    assert "address not seen" in said[1]
    assert "private address  party not known" in said[2]


def test_a_failure_is_shown_once_for_each_host_and_reason(known: Knowledge) -> None:
    url, untrusted = "https://a.example/", "Certificate verify failed: self-signed certificate"
    said = shown(
        known,
        asked(url),
        asked(url, error="no route\x1b[2J", status=0),
        asked(url, error="no route\x1b[2J", status=0),
        asked(url, error=untrusted, status=0),
        asked(url, error="hung up", status=200),
        asked(url, error=STOPPED),
        asked("https://b.example/", error="no route", status=0),
    )
    failed = [line for line in said if "  ! " in line]
    assert [line.partition("  ! ")[2] for line in failed] == [
        "no route\N{REPLACEMENT CHARACTER}[2J",
        f"{untrusted}  (for a test server: --insecure-upstream)",
        "no route",
    ]
    assert len(said) == 5
    assert "b.example" in failed[2]


def test_data_are_shown_once_and_masked(known: Knowledge) -> None:
    url = "https://a.example/?mobile=13812345678"
    said = shown(known, asked(url), asked(url), asked(url.replace("a.", "b.")), chinese=True)
    data = [line for line in said if "→" in line]
    assert len(data) == 2
    assert all("电话号码" in line and "138****5678" in line for line in data)
    assert not any("13812345678" in line for line in said)


def test_what_was_not_looked_into_is_shown_once(known: Knowledge) -> None:
    one = Passage(kind="refused", host="pins.example\x1b[2J", started=STARTED, at="")
    two = Passage(kind="dns", host="a.example", started=STARTED, at="")
    said = shown(known, one, one, two)
    (line,) = said
    assert "refused the proxy's certificate" in line
    assert "\x1b" not in line


def test_one_that_cannot_keep_up_holds_nobody_up(known: Knowledge) -> None:
    free, busy = threading.Event(), threading.Event()
    said: list[str] = []

    def slow(text: str) -> None:
        busy.set()
        free.wait()
        said.append(text)

    live = Live(slow, known, chinese=False)
    live.see(asked("https://first.example/"), None)
    busy.wait()
    for number in range(MAX_WAITING + 50):
        live.see(asked(f"https://h{number}.example/", request_body=b"x"), None)
    live.say(Words("话", "words"))
    assert live.missed == 50
    free.set()
    live.close()
    assert len(said) == 1 + MAX_WAITING + 1
    assert said[-1] == "words"


def test_the_end_does_not_wait_for_all_that_waits(
    known: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.capture.live.LAST_S", 0.0)
    said: list[str] = []
    live = Live(said.append, known, chinese=False)
    body = b"[" + b'{"name": "value", "n": 1},' * 20_000
    for number in range(100):
        live.see(asked(f"https://h{number}.example/", request_body=body), None)
    live.close()
    assert live.missed + len(said) >= 99
    assert live.missed > 0
    assert not any(one.name == "live" for one in threading.enumerate())


def test_a_display_that_fails_is_no_failure(known: Knowledge) -> None:
    def broken(text: str) -> None:
        raise BrokenPipeError

    live = Live(broken, known, chinese=False)
    live.see(asked("https://a.example/"), None)
    live.warn(Words("话", "words"))
    live.close()
    until(lambda: not any(one.name == "live" for one in threading.enumerate()))


def test_those_who_want_quiet_hear_warnings_only(known: Knowledge) -> None:
    said: list[str] = []
    say: Callable[[str], None] = said.append
    live = Live(say, known, chinese=False, quiet=True)
    live.say(Words("话", "words"))
    live.warn(Words("警告", "warning"))
    live.see(asked("https://a.example/?mobile=13812345678"), None)
    live.close()
    assert said == ["warning"]


def test_strangers_words_obey_no_terminal() -> None:
    assert printable("a\x1b[2J\u202eb\n") == "a\ufffd[2J\ufffdb\ufffd"
