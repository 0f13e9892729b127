"""All formats of a comparison say the same, and none does more than say it."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Callable

import docx
import openpyxl
import pytest

from scanner.errors import UsageError
from scanner.model import Comparison
from scanner.report.compared import FORMATS, render
from scanner.report.compared.tables import OUTCOME
from scanner.report.words import Lang
from tests.report.compared.hostile import hostile, made


def of_json(data: bytes) -> Counter[str]:
    return Counter(one["outcome"] for one in json.loads(data)["findings"])


def of_sarif(data: bytes) -> Counter[str]:
    (run,) = json.loads(data)["runs"]
    return Counter(one["properties"]["outcome"] for one in run["results"])


def named(words: Counter[str]) -> Counter[str]:
    """Count by outcome what is counted by the Chinese word for it."""
    return Counter({name: words[label.zh] for name, label in OUTCOME.items() if words[label.zh]})


def of_junit(data: bytes) -> Counter[str]:
    suites = ET.fromstring(data)
    return named(Counter({one.get("name", ""): len(one.findall("testcase")) for one in suites}))


def of_csv(data: bytes) -> Counter[str]:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    return named(Counter(row["结果"] for row in rows if row["表"] == "检出情形"))


def of_xlsx(data: bytes) -> Counter[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["检出情形"]
    return named(Counter(str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)))


def of_docx(data: bytes) -> Counter[str]:
    tables = docx.Document(io.BytesIO(data)).tables
    table = next(one for one in tables if one.rows[0].cells[0].text == "结果")
    return named(Counter(row.cells[0].text for row in table.rows[1:]))


def of_html(data: bytes) -> Counter[str]:
    return Counter(re.findall(r'<tr class="(\w+)">', data.decode()))


def of_markdown(data: bytes) -> Counter[str]:
    part = data.decode().split("## 检出情形")[1].split("\n## ")[0]
    return named(Counter(line.split("|")[1].strip() for line in part.splitlines() if "|" in line))


def of_text(data: bytes) -> Counter[str]:
    line = data.decode().splitlines()[1]
    counts = dict(part.rsplit(" ", 1) for part in line.split(" · "))
    return named(Counter({name: int(count) for name, count in counts.items()}))


COUNT: dict[str, Callable[[bytes], Counter[str]]] = {
    "json": of_json,
    "text": of_text,
    "html": of_html,
    "markdown": of_markdown,
    "csv": of_csv,
    "xlsx": of_xlsx,
    "docx": of_docx,
    "sarif": of_sarif,
    "junit": of_junit,
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_counts_the_same(name: str) -> None:
    found = made()
    expected = Counter(one.outcome for one in found.findings)
    assert expected.keys() >= {"new", "unclear", "mended"}
    assert COUNT[name](render(name, found, "zh")) == expected


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_comparison_gives_the_same_bytes(name: str, lang: Lang) -> None:
    for found in (made(), hostile()):
        assert render(name, found, lang) == render(name, found, lang)


def texts(name: str, found: Comparison) -> str:
    data = render(name, found, "en")
    if name in ("xlsx", "docx"):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            assert not [one for one in file.namelist() if one.startswith(("/", ".."))]
            return "".join(file.read(one).decode() for one in file.namelist() if "xml" in one)
    return data.decode()


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"json"}))
def test_nothing_in_a_text_steers_a_reader(name: str) -> None:
    said = texts(name, hostile())
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u202e]", said)
    if name not in ("sarif", "csv", "text"):
        assert "<script" not in said
        assert "<img" not in said


def test_a_format_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="no format"):
        render("pdf", made())
