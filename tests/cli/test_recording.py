from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli.running import complaint, mingjian
from tests.report.document.reading import texts
from tests.samples import VIOLATING, case


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("record") / "case"
    case(place, VIOLATING)
    return place


def whole(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


def test_the_record_stands_beside_the_case_and_quotes_its_manifest(folder: Path) -> None:
    before = whole(folder)
    run = mingjian("record", folder, "--collector", "张三", "--place", "甲地", "--lang", "zh")
    assert run.returncode == 0, run.stderr
    root = hashlib.sha256((folder / "manifest-sha256.txt").read_bytes()).hexdigest()
    assert root in run.stdout
    said = texts((folder.parent / "case-record.docx").read_bytes())
    assert root in said
    assert "张三（出具本笔录时陈述）" in said
    assert whole(folder) == before
    assert mingjian("verify", folder, "-q").returncode == 0


def test_a_file_that_is_there_is_kept(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "paper.docx"
    place.write_text("mine")
    assert mingjian("record", folder, "-o", place).returncode == 2
    assert place.read_text() == "mine"
    assert mingjian("record", folder, "-o", place, "--force", "-q").returncode == 0
    assert place.read_bytes().startswith(b"PK")
    assert [one.name for one in tmp_path.iterdir()] == ["paper.docx"]


@pytest.mark.parametrize("inside", ["paper.docx", "evidence/paper.docx"])
def test_nothing_is_written_into_the_case(folder: Path, inside: str) -> None:
    run = mingjian("record", folder, "-o", folder / inside)
    assert run.returncode == 2
    assert "inside the case" in complaint(run)
    assert mingjian("verify", folder, "-q").returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--began", "yesterday"),
        ("--collector", " "),
        ("--place", "x" * 400),
        ("-o", "/proc/nowhere/all.docx"),
        tuple(word for n in range(30) for word in ("--witness", f"w{n}")),
    ],
)
def test_a_wrong_word_is_one_line_and_a_hint(folder: Path, words: tuple[str, ...]) -> None:
    run = mingjian("record", folder, *words)
    assert run.returncode == 2
    assert complaint(run)


def test_an_altered_case_gets_no_record(folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "facts.jsonl").write_bytes(b"{}")
    run = mingjian("record", copy, "-o", tmp_path / "paper.docx")
    assert run.returncode == 5
    assert complaint(run)
    assert not (tmp_path / "paper.docx").exists()


def test_a_paper_in_word_is_written_on_request(folder: Path) -> None:
    run = mingjian("report", folder, "-f", "docx", "-q", "--lang", "en")
    assert run.returncode == 0, run.stderr
    assert texts((folder / "report.docx").read_bytes()).startswith("Technical Test")
    run = mingjian("report", folder, "-f", "docx", "-q", "--qualification", "CMA 1", "--lang", "zh")
    assert run.returncode == 0, run.stderr
    assert texts((folder / "report.docx").read_bytes()).startswith("检测报告")
    assert mingjian("verify", folder, "-q").returncode == 0
    assert mingjian("report", folder, "--qualification", " ").returncode == 2
