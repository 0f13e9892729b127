from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest
import yaml

from scanner.device import folder as module
from scanner.device.folder import Folder
from scanner.device_file import EVENTS, MANIFEST, RUN, TAPS, App, Event, Run, Tap
from scanner.errors import UsageError
from scanner.evidence.seals import Reader
from scanner.evidence.verifying import verify


def test_lines_are_on_the_disk_at_once_and_whole_from_many_threads(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "run")
    folder.add(TAPS, Tap(time=1.0, words="同意"))
    assert msgspec.json.decode((tmp_path / "run" / TAPS).read_bytes(), type=Tap).words == "同意"

    def write(number: int) -> None:
        for _ in range(200):
            folder.add(EVENTS, Event(time=float(number), api="a.B.c", stack=("x" * 500,)))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = (tmp_path / "run" / EVENTS).read_bytes().splitlines()
    assert len([msgspec.json.decode(row, type=Event) for row in rows]) == 1000
    assert folder.count(EVENTS) == 1000


def test_no_recording_is_written_into_a_case(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "facts.jsonl").write_text('{"schema":"mingjian/facts/1"}\n')
    with pytest.raises(UsageError, match="inside the case"):
        Folder(tmp_path / "case" / "run")
    assert [one.name for one in (tmp_path / "case").iterdir()] == ["facts.jsonl"]


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "run")
    one, same = folder.keep("screens", ".xml", b"a"), folder.keep("screens", ".xml", b"a")
    other = folder.keep("screens", ".xml", b"b")
    assert one == same == "screens/00001.xml"
    assert other == "screens/00002.xml"
    assert (tmp_path / "run" / "screens" / "00002.xml").read_bytes() == b"b"


def test_what_is_too_much_is_not_kept_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 10)
    monkeypatch.setattr(module, "MOST_LINES", 2)
    folder = Folder(tmp_path / "run")
    assert folder.keep("screens", ".png", b"12345678")
    assert not folder.full
    assert folder.keep("screens", ".png", b"12345679") is None
    assert folder.full
    for _ in range(5):
        folder.add(TAPS, Tap(time=1.0))
    assert folder.count(TAPS) == 2


def test_an_end_is_a_list_of_digests(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "run")
    folder.begin(TAPS)
    folder.tell(Run(app=App(package="cn.example"), who=("审计员",)))
    assert not (tmp_path / "run" / MANIFEST).exists()
    folder.seal()
    folder.add(TAPS, Tap(time=9.0))  # too late
    assert verify(tmp_path / "run", Reader()).wrong == ()
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [MANIFEST, RUN, TAPS]
    written = yaml.safe_load((tmp_path / "run" / RUN).read_text("utf-8"))
    assert written["schema"] == "mingjian/device/1"
    assert msgspec.convert(written, Run).who == ("审计员",)


def test_what_never_began_leaves_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "run")
    folder.add(TAPS, Tap(time=1.0))
    folder.discard()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over_or_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    (tmp_path / "file").touch()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("full", "file", "link"):
        with pytest.raises(UsageError):
            Folder(tmp_path / name)
    assert list((tmp_path / "elsewhere").iterdir()) == []
