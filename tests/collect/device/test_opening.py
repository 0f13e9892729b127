from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.device import opening
from scanner.collect.device.opening import LISTED, LONGEST_LINE, Archive, is_recording
from scanner.errors import NotAuditable
from scanner.model import Words


def packed(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, data in files:
            archive.writestr(name, data)
    return stream.getvalue()


def opened(folder: Path, data: bytes) -> Archive:
    path = folder / "recording.zip"
    path.write_bytes(data)
    return Archive(path)


def reasons(archive: Archive) -> list[str]:
    return [f"{one.at}: {one.reason.en}" for one in archive.told()]


def test_files_are_found_by_name_in_the_zip_or_in_its_one_folder(tmp_path: Path) -> None:
    for top in ("", "run 1/"):
        data = packed((f"{top}run.yaml", b"a"), (f"{top}screens/1.xml", b"b"))
        archive = opened(tmp_path, data)
        assert archive.names == ("run.yaml", "screens/1.xml")
        assert archive.read("screens/1.xml") == b"b" and "run.yaml" in archive
        assert archive.size("run.yaml") == 1 and archive.size("nothing") == 0
        assert not archive.broken


@pytest.mark.parametrize(
    "name", ["../run.yaml", "a/../../x", "/etc/passwd", "a\\b", "C:/x", "a//b", "./a", "a/b/c/d"]
)
def test_names_that_lead_elsewhere_are_left_out_and_named(tmp_path: Path, name: str) -> None:
    archive = opened(tmp_path, packed(("run.yaml", b"a"), (name, b"b")))
    assert archive.names == ("run.yaml",)
    assert len(reasons(archive)) == 1


def test_a_name_that_is_there_twice_is_read_once_and_named(tmp_path: Path) -> None:
    archive = opened(tmp_path, packed(("a.jsonl", b"1"), ("a.jsonl", b"2"), ("b", b"")))
    assert archive.read("a.jsonl") == b"1"
    assert reasons(archive) == ["a.jsonl: its name is unsafe or there twice"]


def test_what_is_missing_too_large_or_encrypted_is_none_and_named(tmp_path: Path) -> None:
    data = bytearray(packed(("big", b"\0" * (3 << 20)), ("secret", b"x"), ("a", b"a")))
    local, central = data.find(b"secret") - 30, data.rfind(b"secret") - 46
    data[local + 6] |= 1
    data[central + 8] |= 1
    archive = opened(tmp_path, bytes(data))
    assert archive.read("big", 1 << 20) is None
    assert archive.read("secret") is None
    assert archive.read("nothing") is None
    assert archive.read("a") == b"a"
    assert reasons(archive) == [
        "big: the file is larger than 1 MB",
        "secret: the file is broken or encrypted",
        "nothing: the file is not there",
    ]


def test_lines_carry_their_numbers_and_empty_ones_are_none(tmp_path: Path) -> None:
    archive = opened(tmp_path, packed(("e", b"a\n\n  \r\nb\nc"), ("f", b"")))
    assert list(archive.lines("e")) == [(1, b"a"), (4, b"b"), (5, b"c")]
    assert list(archive.lines("f")) == [] == list(archive.lines("g"))


@settings(max_examples=40)
@given(
    st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=30),
    st.integers(1, 50),
)
def test_lines_are_the_same_however_the_file_is_cut_into_pieces(
    lines: list[bytes], size: int
) -> None:
    class Pieces(io.BytesIO):
        def read(self, _most: int | None = -1) -> bytes:
            return super().read(size)

    archive = object.__new__(Archive)
    archive.broken = []
    found = list(archive._split("e", Pieces(b"\n".join(lines))))
    assert [line for _, line in found if line] == [line for line in lines if line]
    assert all(lines[number - 1] == line for number, line in found)


def test_a_line_of_any_length_takes_no_room_and_is_named(tmp_path: Path) -> None:
    import tracemalloc

    long = b"x" * (64 * LONGEST_LINE)
    archive = opened(tmp_path, packed(("e", b"a\n" + long + b"\nb\n" + long)))
    del long
    tracemalloc.start()
    assert list(archive.lines("e")) == [(1, b"a"), (3, b"b")]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * LONGEST_LINE
    assert reasons(archive) == [
        "e line 2: over 1 MB in one line",
        "e line 4: over 1 MB in one line",
    ]


def test_what_lies_beyond_the_bounds_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = opened(tmp_path, packed(("e", b"line\n" * 1_000_000)))
    monkeypatch.setattr(opening, "LARGEST_PART", 1 << 20)
    count = sum(1 for _ in archive.lines("e"))
    assert 200_000 <= count < 500_000
    (told,) = archive.told()
    assert told.rest and str(count) in told.reason.en


def test_a_file_cut_short_gives_what_could_be_read(tmp_path: Path) -> None:
    lines = "".join(f"line {n * 2_654_435_761 % 2**32}\n" for n in range(200_000)).encode()
    data = bytearray(packed(("e", lines)))
    data[len(data) // 2 : len(data) // 2 + 400] = b"\xff" * 400
    archive = opened(tmp_path, bytes(data))
    found = list(archive.lines("e"))
    assert len(found) < 200_000
    assert archive.told()[0].rest
    assert b"".join(archive.chunks("e", 1 << 30)) != lines


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_refused_with_a_hint(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NotAuditable) as caught:
        opened(tmp_path, data)
    assert caught.value.hint
    assert not is_recording(io.BytesIO(data))


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_FILES", 3)
    with pytest.raises(NotAuditable):
        opened(tmp_path, packed(*((str(n), b"") for n in range(4))))


@settings(max_examples=60)
@given(st.data())
def test_a_zip_with_any_byte_changed_never_breaks_the_reader(data: st.DataObject) -> None:
    import tempfile

    whole = bytearray(packed(("run.yaml", b"app: {}\n" * 40), ("events.jsonl", b"{}\n" * 400)))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        try:
            archive = opened(Path(folder), bytes(whole))
        except NotAuditable:
            return
        for name in archive.names:
            archive.read(name)
            list(archive.lines(name))
            list(archive.chunks(name, 1 << 20))
            archive.begin(name)
        assert all(one.reason.zh and one.reason.en for one in archive.told())


def test_many_faults_of_one_kind_are_told_once_with_their_number(tmp_path: Path) -> None:
    archive = opened(tmp_path, packed(("e", b"")))
    for number in range(LISTED + 7):
        archive.bad("e", number, Words("坏", "bad"))
    told = archive.told()
    assert len(told) == LISTED + 1 and told[-1].reason.en == "and 7 more like it"


@pytest.mark.parametrize(
    ("names", "is_one"),
    [
        (["run.yaml"], True),
        (["x/events.jsonl", "x/a"], True),
        (["screens.jsonl"], True),
        (["AndroidManifest.xml", "run.yaml"], False),
        (["x/y/events.jsonl", "z"], False),
        (["readme"], False),
    ],
)
def test_a_recording_is_known_by_its_parts(names: list[str], is_one: bool) -> None:
    assert is_recording(io.BytesIO(packed(*((name, b"") for name in names)))) is is_one
