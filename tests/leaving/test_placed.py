"""A new file or folder stands whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.leaving.placed import new_place
from scanner.new_file import FACTS


@pytest.fixture
def case(tmp_path: Path) -> Path:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / FACTS).write_text('{"schema":"mingjian/facts/1"}\n')
    return tmp_path / "case"


@pytest.mark.parametrize("folder", [True, False])
def test_what_goes_wrong_leaves_nothing(case: Path, folder: bool) -> None:
    def work() -> None:
        with new_place(case.parent / "x") as place:
            if folder:
                (place / "inner").mkdir(parents=True)
            else:
                place.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert [path.name for path in case.parent.iterdir()] == ["case"]


def test_what_came_there_meanwhile_stays(case: Path) -> None:
    def work() -> None:
        with new_place(case.parent / "x") as place:
            place.write_bytes(b"ours")
            (case.parent / "x").write_bytes(b"theirs")

    with pytest.raises(UsageError):
        work()
    assert (case.parent / "x").read_bytes() == b"theirs"
    assert {path.name for path in case.parent.iterdir()} == {"case", "x"}


def test_a_link_is_no_place(case: Path) -> None:
    (case.parent / "link").symlink_to(case.parent / "nowhere")
    with pytest.raises(UsageError, match="exists already"):
        new_place(case.parent / "link").__enter__()


def test_a_place_inside_the_case_is_refused_by_whatever_way(case: Path) -> None:
    (case.parent / "way").symlink_to(case)
    for place in (
        case / "x",
        case.parent / "way" / "x",
        case.parent / "case" / ".." / "case" / "x",
    ):
        with pytest.raises(UsageError, match="inside the case"):
            new_place(place).__enter__()
