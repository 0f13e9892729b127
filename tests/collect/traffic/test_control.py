from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.capture_file import Begin, CaptureWriter, Caught, Passed
from scanner.collect.traffic import control as module
from scanner.collect.traffic.control import EMPTY, LONG_ENOUGH, Control, read_control
from scanner.errors import NotAuditable
from scanner.exchange import Exchange, Passage
from tests.collect.traffic.hars import entry, log, write

ZERO = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)


def at(second: float) -> str:
    return (ZERO + datetime.timedelta(seconds=second)).isoformat()


def request(second: float, url: str) -> Exchange:
    return Exchange(url=url, method="GET", started=at(second), at="", status=200)


def capture(path: Path, lasts: float | None, *records: Any) -> Path:
    with path.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started=at(0), mode="regular"))
        for one in records:
            writer.add(Caught(exchange=one) if isinstance(one, Exchange) else Passed(passage=one))
        if lasts is not None:
            writer.end(at(lasts))
    return path


def har(path: Path, *seconds: float) -> Path:
    made = [{**entry(f"https://h{s}.test/"), "startedDateTime": at(s)} for s in seconds]
    return write(path, log(made))


IDLE = request(3, "https://idle.test/a")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return capture(tmp_path / "run.capture", 120, request(1, "https://a.test/"))


def test_all_that_the_phone_asked_is_shown(tmp_path: Path, recording: Path) -> None:
    pinned = Passage(kind="refused", host="Pinned.Test.", started=at(5), at="")
    asked = Passage(kind="dns", host="name.test", started=at(6), at="")
    found = read_control(capture(tmp_path / "c", 600, IDLE, pinned, asked), recording)
    assert found.usable
    assert found.lasted == 600
    assert all(found.shows(host) for host in ("idle.test", "pinned.test", "NAME.test"))
    assert not found.shows("b.idle.test")


@pytest.mark.parametrize(
    ("shown", "host", "same"),
    [
        ("push3.cdn.test", "push12.cdn.test", True),
        ("push3.cdn.test", "push.cdn.test", False),
        ("203.0.113.7", "198.51.100.200", True),
        ("2001:db8::1", "2001:db8::2", True),
    ],
)
def test_numbered_servers_and_bare_addresses_are_one(
    tmp_path: Path, recording: Path, shown: str, host: str, same: bool
) -> None:
    url = f"https://[{shown}]/" if ":" in shown else f"https://{shown}/"
    found = read_control(capture(tmp_path / "c", 600, request(3, url)), recording)
    assert found.shows(shown)
    assert found.shows(host) == same


@pytest.mark.parametrize(
    ("lasts", "recorded", "usable"),
    [
        (119, 120, False),
        (120, 120, True),
        (LONG_ENOUGH - 1, 4000, False),
        (LONG_ENOUGH, 4000, True),
    ],
)
def test_it_lasts_as_long_as_the_recording_or_ten_minutes(
    tmp_path: Path, lasts: float, recorded: float, usable: bool
) -> None:
    run = capture(tmp_path / "run", recorded, request(1, "https://a.test/"))
    found = read_control(capture(tmp_path / "c", lasts, IDLE), run)
    assert found.usable == usable
    if found.why is not None:
        assert f"{lasts:.0f} s" in found.why.en
        assert found.why.zh != found.why.en


def test_without_a_beginning_and_end_the_requests_tell_how_long_it_was(
    tmp_path: Path, recording: Path
) -> None:
    assert not read_control(har(tmp_path / "a.har", 5), recording).usable
    assert not read_control(har(tmp_path / "b.har", 5, 100), recording).usable
    assert read_control(har(tmp_path / "c.har", 5, 125), recording).usable
    undated = write(tmp_path / "d.har", log([{**entry("https://a.test/"), "startedDateTime": "?"}]))
    assert not read_control(capture(tmp_path / "c", 300, IDLE), undated).usable


def test_a_proxy_that_nobody_used_proves_nothing(tmp_path: Path, recording: Path) -> None:
    found = read_control(capture(tmp_path / "c", 4000), recording)
    assert found.why == EMPTY


def test_what_could_not_be_read_whole_proves_nothing(tmp_path: Path, recording: Path) -> None:
    cut = capture(tmp_path / "c", None, IDLE, request(4000, "https://b.test/"))
    found = read_control(cut, recording)
    assert found.why is not None
    assert "not ended in order" in found.why.en


def test_too_many_hosts_are_none(
    tmp_path: Path, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [request(n, f"https://{'a' * (n + 1)}.test/") for n in range(9)]
    path = capture(tmp_path / "c", 600, *names)
    assert read_control(path, recording).usable
    monkeypatch.setattr(module, "MAX_HOSTS", 8)
    assert not read_control(path, recording).usable


def test_what_is_no_recording_is_refused(tmp_path: Path, recording: Path) -> None:
    path = tmp_path / "c"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(NotAuditable):
        read_control(path, recording)


def test_a_control_that_cannot_be_used_says_so() -> None:
    assert not Control(frozenset(), 0, EMPTY).usable
