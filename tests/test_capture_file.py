from __future__ import annotations

import hashlib
import io
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import capture_file
from scanner.capture_file import (
    BadLine,
    Begin,
    CaptureWriter,
    Caught,
    End,
    Line,
    Mark,
    Passed,
    is_capture,
    read_capture,
)
from scanner.exchange import Exchange, Message, Passage

STARTED = "2026-01-01T00:00:00+00:00"


def exchange(body: bytes = b"imei=1") -> Exchange:
    return Exchange(
        url="https://api.example.cn/a",
        method="POST",
        started=STARTED,
        at="",
        request_headers=(("Cookie", "a=1"), ("Cookie", "b=2")),
        request_body=body,
        messages=(Message(sent=True, data=b"\x00\xff"),),
    )


def written(place: Path, *bodies: bytes, end: bool = True) -> bytes:
    with place.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started=STARTED, mode="regular"))
        writer.add(Mark(time=STARTED, phase="first_launch"))
        for body in bodies:
            writer.add(Caught(exchange=exchange(body)))
        writer.add(Passed(passage=Passage(kind="refused", host="h", started=STARTED, at="")))
        if end:
            writer.end(STARTED)
    return place.read_bytes()


def read(data: bytes) -> list[Line]:
    return list(read_capture(io.BytesIO(data)))


def until_bad(data: bytes) -> tuple[list[Line], BadLine | None]:
    found: list[Line] = []
    try:
        found.extend(one for one in read_capture(io.BytesIO(data)))
    except BadLine as bad:
        return found, bad
    return found, None


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_what_was_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]
) -> None:
    data = written(tmp_path_factory.mktemp("c") / "a", *bodies)
    lines = read(data)
    caught = [one.record for one in lines if isinstance(one.record, Caught)]
    assert [one.exchange for one in caught] == [exchange(body) for body in bodies]
    assert isinstance(lines[0].record, Begin)
    assert lines[-1].record == End(time=STARTED, records=len(lines) - 1)
    assert is_capture(data[:100])
    for one in lines:
        record = json.loads(data[one.offset :].partition(b"\n")[0][65:])
        assert record["record"] == type(one.record).__name__.lower().replace(
            "caught", "exchange"
        ).replace("passed", "passage")


def test_anyone_can_compute_the_chain(tmp_path: Path) -> None:
    chain = "0" * 64
    for line in written(tmp_path / "a", b"x").decode().splitlines():
        digest, _, record = line.partition(" ")
        said = subprocess.run(
            ["sha256sum"], input=(chain + record).encode(), capture_output=True, check=True
        )
        assert said.stdout.decode().split()[0] == digest
        chain = digest


def test_every_altered_byte_is_found_at_its_line(tmp_path: Path) -> None:
    data = written(tmp_path / "a", b"x")
    starts = [one.offset for one in read(data)]
    for place in range(0, len(data), 7):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        given_before: list[Line] = []
        with pytest.raises(BadLine) as raised:
            given_before.extend(read_capture(io.BytesIO(changed)))
        assert raised.value.number == sum(start <= place for start in starts)


def test_a_line_taken_out_put_in_or_moved_is_found(tmp_path: Path) -> None:
    lines = written(tmp_path / "a", b"x", b"y").splitlines(keepends=True)
    for changed in (lines[:2] + lines[3:], [*lines[:3], lines[2], *lines[3:]], lines[::-1]):
        with pytest.raises(BadLine) as raised:
            read(b"".join(changed))
        assert raised.value.why == "chain"


@given(st.integers(0, 900))
def test_a_file_that_breaks_off_gives_what_came_before(
    tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    data = written(tmp_path_factory.mktemp("c") / "a", b"x", end=False)
    whole = read(data)
    found, bad = until_bad(data[:length])
    assert found == whole[: len(found)]
    assert bad is None or (bad.why == "cut" and bad.offset <= length)


@pytest.mark.parametrize(
    "records",
    [
        [Mark(time=STARTED, phase="agreed")],
        [Begin(started=STARTED, mode="regular"), Begin(started=STARTED, mode="regular")],
        [Begin(started=STARTED, mode="regular", schema="other/1")],
        [Begin(started=STARTED, mode="regular"), End(time=STARTED, records=7)],
        [
            Begin(started=STARTED, mode="regular"),
            End(time=STARTED, records=1),
            Mark(time=STARTED, phase="agreed"),
        ],
    ],
)
def test_records_out_of_place_are_refused(records: list[object]) -> None:
    chain, data = b"0" * 64, b""
    import msgspec

    for record in records:
        body = msgspec.json.encode(record)
        chain = hashlib.sha256(chain + body).hexdigest().encode()
        data += chain + b" " + body + b"\n"
    with pytest.raises(BadLine) as raised:
        read(data)
    assert raised.value.why == "form"


def test_a_record_too_long_to_be_read_is_refused_and_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture_file, "LONGEST_LINE", 2_000)
    path = tmp_path / "a"
    written(path, b"x" * 1_000)
    with path.open("wb") as stream:
        writer = CaptureWriter(stream, Begin(started=STARTED, mode="regular"))
        refused = 0
        for size in range(1_000, 1_400):
            try:
                writer.add(Caught(exchange=exchange(b"x" * size)))
            except ValueError:
                refused += 1
        writer.end(STARTED)
    lines = read(path.read_bytes())
    assert 0 < refused < 400
    assert len(lines) == 400 - refused + 2
    assert isinstance(lines[-1].record, End)


def test_where_the_proxy_was_reached_is_kept_and_older_files_lack_it(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as stream:
        places = (("192.0.2.7", 8080), ("2001:db8::7", 8080))
        CaptureWriter(stream, Begin(started=STARTED, mode="regular", listens=places))
    (line,) = read((tmp_path / "a").read_bytes())
    assert isinstance(line.record, Begin)
    assert line.record.listens == places
    old = b'{"record":"begin","schema":"mingjian/capture/1","started":"x","mode":"regular"}'
    chain = hashlib.sha256(b"0" * 64 + old).hexdigest().encode()
    (line,) = read(chain + b" " + old + b"\n")
    assert isinstance(line.record, Begin)
    assert line.record.listens == ()


@given(st.binary(max_size=300))
def test_any_bytes_end_in_bad_line_or_nothing(data: bytes) -> None:
    found, bad = until_bad(data)
    assert found == []
    assert bool(data) == (bad is not None)
