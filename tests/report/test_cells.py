"""Cells stay text: for csv and openpyxl, and for LibreOffice, which runs formulas when it can."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.cells import LONGEST, MOST_ROWS, Sheet, csv_of, disarmed, text_of, workbook
from tests.report.spoken import HARMFUL

MOMENT = "2026-03-02T10:00:00+08:00"
RUNS = tuple("=+-@＝＋－＠\t\r")
"""How a cell begins that a program would run (OWASP), with the wide forms of the signs."""


def book(*cells: str) -> bytes:
    return workbook([Sheet("a", ["h"], [(cell,) for cell in cells])], title="t", created=MOMENT)


@pytest.mark.parametrize("name", HARMFUL)
def test_no_cell_of_a_csv_begins_with_a_sign(name: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_of(["h"], [(name, "b")]).decode("utf-8-sig"))))
    assert len(rows) == 2 and len(rows[1]) == 2
    cell = rows[1][0]
    assert not cell.lstrip(" ").startswith(RUNS)
    assert cell.isprintable()
    for part in cell.split(";"):  # where the semicolon ends a cell
        assert not part.lstrip(' "').startswith(RUNS)


@given(st.text())
def test_the_words_stay_the_words(text: str) -> None:
    assert disarmed(text).replace("'", "") == text_of(text).replace("'", "")
    if text.isascii() and text.isalnum():
        assert disarmed(text) == text


@pytest.mark.parametrize("name", HARMFUL)
def test_openpyxl_reads_every_cell_as_a_string(name: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(book(name)))["a"]
    assert sheet["A2"].data_type in ("s", "inlineStr")
    assert sheet["A2"].value == text_of(name)
    assert sheet["A2"].hyperlink is None


def test_a_cell_is_no_longer_than_excel_takes() -> None:
    for text in ("x" * 40_000, "𠮷" * 20_000, "\x00" * 10_000):
        shown = text_of(text)
        assert len(shown.encode("utf-16-le")) // 2 <= LONGEST
        assert "(+" in shown
        assert openpyxl.load_workbook(io.BytesIO(book(text)))["a"]["A2"].value == shown
    assert text_of("x" * LONGEST) == "x" * LONGEST


def test_the_same_tables_give_the_same_bytes() -> None:
    assert book("a") == book("a")
    with zipfile.ZipFile(io.BytesIO(book("a"))) as archive:
        assert "2026-03-02T02:00:00Z" in archive.read("docProps/core.xml").decode()
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}
    assert workbook([], title="t", created="no time")


def test_too_many_rows_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.report.cells.MOST_ROWS", 3)
    sheet = openpyxl.load_workbook(io.BytesIO(book(*"abcdef")))["a"]
    assert [row[0].value for row in sheet.iter_rows()] == ["h", "a", "b", "c", "… > 3"]
    assert MOST_ROWS < 1_048_576


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_libreoffice_finds_no_formula(kind: str, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not here: apt-get install libreoffice-calc")
    given_ = tmp_path / f"cells.{kind}"
    rows = [(name, "end") for name in (*HARMFUL, "=1+1")]
    if kind == "csv":
        given_.write_bytes(csv_of(["h", "i"], rows))
    else:
        given_.write_bytes(workbook([Sheet("a", ["h", "i"], rows)], title="t", created=MOMENT))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "fods", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(given_)], capture_output=True, timeout=180, check=True)
    text = (tmp_path / "cells.fods").read_text("utf-8")
    assert "table:formula" not in text
    assert 'xlink:href="http' not in text
    assert text.count("<text:p>end</text:p>") == len(rows)
