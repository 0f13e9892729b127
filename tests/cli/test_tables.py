"""The table of many cases, as an officer asks for it."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from tests.cli.running import complaint, mingjian
from tests.samples import COMPLIANT, VIOLATING, case


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("store")
    case(root / "a", VIOLATING, developer="示例科技", store="应用商店")
    case(root / "b", COMPLIANT)
    return root


def test_a_store_is_one_table(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.xlsx"
    run = mingjian("table", store, "-o", file, "--lang", "zh")
    assert run.returncode == 0, run.stderr
    book = openpyxl.load_workbook(file)
    assert book["通报表"].max_row == 1  # nobody confirmed anything
    rows = list(book["检测对象"].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["示例科技", None]
    assert {row[0].value for row in book["初筛线索"].iter_rows(min_row=2)} <= {
        *("初筛线索", "提示（不构成问题）", "未检出（不等于合规）"),
    }


def test_a_csv_in_english_names_each_finding(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.csv"
    assert mingjian("table", store / "a", "-q", "-o", file, "--lang", "en").returncode == 0
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert {"one-shot-grant", "early-access"} <= {row["Rule"] for row in rows}
    assert all(row["Issues"] == "" for row in rows)


def test_a_file_that_is_there_stays(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.csv"
    file.write_bytes(b"theirs")
    run = mingjian("table", store, "-o", file)
    assert run.returncode == 2
    assert "already exists" in complaint(run)
    assert file.read_bytes() == b"theirs"
    assert mingjian("table", store, "-o", file, "--force", "-q").returncode == 0


def test_wrong_words_are_refused(store: Path, tmp_path: Path) -> None:
    run = mingjian("table", store, "-o", tmp_path / "notice.pdf")
    assert run.returncode == 2 and "no table" in complaint(run)
    run = mingjian("table", tmp_path, "-o", tmp_path / "n.csv")
    assert run.returncode == 2 and complaint(run)


def test_an_altered_case_is_no_row(store: Path, tmp_path: Path) -> None:
    altered = tmp_path / "store" / "c"
    altered.parent.mkdir()
    case(altered, COMPLIANT)
    (altered / "report.json").write_bytes((altered / "report.json").read_bytes() + b" ")
    run = mingjian("table", store, altered, "-o", tmp_path / "n.csv")
    assert run.returncode == 5
    assert "report.json" in complaint(run)
    assert not (tmp_path / "n.csv").exists()
