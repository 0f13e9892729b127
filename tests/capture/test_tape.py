from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from scanner.capture.recorder import STOPPED
from scanner.capture.tape import Tape, failure
from scanner.capture_file import Begin, Caught, Mark, Passed, read_capture
from scanner.errors import UsageError
from scanner.exchange import Exchange, Passage

STARTED = "2026-01-01T00:00:00+00:00"
BEGIN = Begin(started=STARTED, mode="regular")


def caught(url: str, ip: str | None = None) -> Caught:
    return Caught(exchange=Exchange(url=url, method="GET", started=STARTED, at="", ip=ip))


def failing(error: str | None, status: int = 0) -> Caught:
    one = caught("https://a.example/").exchange
    return Caught(exchange=msgspec.structs.replace(one, error=error, status=status))


def test_what_was_answered_or_cut_short_by_the_end_has_not_failed() -> None:
    assert failure(failing("no route").exchange) == "no route"
    assert failure(failing("hung up", 200).exchange) == ""
    assert failure(failing(STOPPED).exchange) == ""
    assert failure(failing(None).exchange) == ""


def passed(kind: str, host: str) -> Passed:
    return Passed(passage=Passage(kind=kind, host=host, started=STARTED, at=""))  # type: ignore[arg-type]


def test_no_recording_is_written_into_a_case(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "facts.jsonl").write_text('{"schema":"mingjian/facts/1"}\n')
    with pytest.raises(UsageError, match="inside the case"):
        Tape(tmp_path / "case" / "a", force=True)
    assert [one.name for one in (tmp_path / "case").iterdir()] == ["facts.jsonl"]


def test_what_it_wrote_is_counted_and_known_by_its_digest(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "a", force=False)
    assert not (tmp_path / "a").exists()
    assert not tape.began
    assert tape.add(caught("http://early.example/"))  # between the port and the file
    tape.begin(BEGIN)
    assert tape.began
    for url in ("https://a.example/1", "https://a.example/2", "https://b.example/"):
        assert tape.add(caught(url, "192.0.2.1"))
    tape.add(passed("refused", "pins.example"))
    tape.add(passed("refused", "pins.example"))
    tape.add(failing("no route"))
    tape.add(passed("dns", "a.example"))
    tape.add(Mark(time=STARTED, phase="agreed"))
    tape.end(STARTED, 0)
    assert not tape.add(caught("https://late.example/"))
    tape.end(STARTED, 0)

    data = (tmp_path / "a").read_bytes()
    assert (tape.sha256, tape.size) == (hashlib.sha256(data).hexdigest(), len(data))
    with (tmp_path / "a").open("rb") as stream:
        assert len(list(read_capture(stream))) == 11
    counts = tape.counts
    assert (counts.exchanges, counts.ips) == (5, {"192.0.2.1"})
    assert dict(counts.failed) == {("a.example", "no route"): 1}
    assert counts.answered == {"b.example", "a.example"}
    assert counts.hosts == {"early.example", "a.example", "b.example"}
    assert dict(counts.passages) == {"refused": 2, "dns": 1}
    assert dict(counts.refused) == {"pins.example": 2}


def test_nothing_is_lost_that_was_there(tmp_path: Path) -> None:
    there, link = tmp_path / "a", tmp_path / "link"
    there.write_bytes(b"old")
    link.symlink_to(there)
    for path, force in ((there, False), (link, True), (tmp_path, True), (Path("/dev/full"), True)):
        with pytest.raises(UsageError):
            Tape(path, force=force)
    tape = Tape(there, force=True)
    assert there.read_bytes() == b"old"  # until the proxy listens
    tape.end(STARTED, 0)
    assert there.read_bytes() == b"old"
    tape = Tape(there, force=True)
    tape.begin(BEGIN)
    assert there.stat().st_mode & 0o777 == 0o600
    assert b"old" not in there.read_bytes()
    tape.end(STARTED, 0)


def test_two_do_not_write_one_file(tmp_path: Path) -> None:
    one, other = Tape(tmp_path / "a", force=False), Tape(tmp_path / "a", force=False)
    one.begin(BEGIN)
    with pytest.raises(FileExistsError):
        other.begin(BEGIN)
    one.end(STARTED, 0)
