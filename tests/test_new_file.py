"""Files written outside of a case: whole or not at all, and over nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.new_file import FACTS, is_case, outside, write_new


def left(folder: Path) -> dict[str, bytes]:
    found = (one for one in folder.rglob("*") if one.is_file())
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in found}


def test_files_and_their_folders_are_made(tmp_path: Path) -> None:
    write_new({tmp_path / "a": b"1", tmp_path / "b" / "c": b"2"})
    assert left(tmp_path) == {"a": b"1", "b/c": b"2"}


def test_what_is_there_stays_and_nothing_else_is_written(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"old")
    with pytest.raises(UsageError, match="already exists"):
        write_new({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert left(tmp_path) == {"b": b"old"}
    write_new({tmp_path / "a": b"1", tmp_path / "b": b"2"}, force=True)
    assert left(tmp_path) == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize("force", [False, True])
def test_no_folder_and_no_link_gives_way(tmp_path: Path, force: bool) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("folder", "link"):
        with pytest.raises(UsageError, match="already exists"):
            write_new({tmp_path / name: b"1"}, force=force)
    assert not (tmp_path / "elsewhere").exists()


def test_when_one_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(UsageError):
        write_new({tmp_path / "a": b"1", tmp_path / "file" / "b": b"2"})
    assert left(tmp_path) == {"file": b"old"}


def test_a_full_disk_names_the_file_that_was_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match=r"paper\.toml cannot be written: No space left"):
        write_new({tmp_path / "paper.toml": b"1"})
    monkeypatch.undo()
    assert left(tmp_path) == {}


def test_a_file_system_without_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    write_new({tmp_path / "a": b"1"})
    assert left(tmp_path) == {"a": b"1"}


def test_what_comes_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.path.lexists", lambda _: False)
    (tmp_path / "b").write_bytes(b"theirs")
    with pytest.raises(UsageError):
        write_new({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert left(tmp_path) == {"b": b"theirs"}


def test_nothing_is_written_into_a_case_whosever_it_is(tmp_path: Path) -> None:
    case = tmp_path / "case"
    (case / "evidence").mkdir(parents=True)
    (case / FACTS).write_text('{"schema":"mingjian/facts/1"}\n')
    (tmp_path / "way").symlink_to(case)
    before = left(tmp_path)
    for place in (
        case / "a",
        case / "evidence" / "b",
        case / "new" / "c",
        tmp_path / "way" / "d",
        tmp_path / "none" / ".." / "case" / "e",
    ):
        with pytest.raises(UsageError, match="inside the case"):
            write_new({tmp_path / "beside": b"1", place: b"2"}, force=True)
    assert left(tmp_path) == before
    outside(case)


def test_only_what_mingjian_wrote_is_a_case(tmp_path: Path) -> None:
    assert not is_case(tmp_path)
    (tmp_path / FACTS).write_text("theirs\n")
    assert not is_case(tmp_path)
    write_new({tmp_path / "a": b"1"})
