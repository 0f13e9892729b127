"""The formats: loaded when asked for, and refused by name when there is no such format."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from scanner.case import REPORTS
from scanner.errors import UsageError
from scanner.model import Repeat, Report
from scanner.report import FORMATS, render
from scanner.report.outline import flagged, joined, noted
from scanner.report.words import CERTAINTY, VERDICT
from tests.report import example, spoken
from tests.samples import VIOLATING, case

Said = set[tuple[str, str, str]]
"""Rule, fingerprint and certainty of each finding that a format shows."""


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_a_pure_function_of_the_report(name: str) -> None:
    first = render(name, example.rich(), example.open_evidence)
    assert first
    assert render(name, example.rich(), example.open_evidence) == first


def test_every_format_has_its_file() -> None:
    assert set(REPORTS) == set(FORMATS)


def test_a_format_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        render("pdf", example.rich(), example.open_evidence)
    assert "html" in refused.value.hint


def test_one_format_does_not_load_another() -> None:
    script = "import sys, scanner.report.as_json; print('jinja2' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    """Reports made by hand, and one of a real package."""
    return {**spoken.ALL, "package": case(tmp_path_factory.mktemp("cases") / "case", VIOLATING)}


def written(name: str, report: Report) -> bytes:
    return render(name, report, lambda digest: example.BYTES.get(digest, b""))


def in_json(data: bytes) -> Said:
    rulings = json.loads(data)["rulings"]
    return {(r["rule"], f["fingerprint"], f["certainty"]) for r in rulings for f in r["findings"]}


def in_sarif(data: bytes) -> Said:
    return {
        (one["ruleId"], one["properties"]["fingerprint"], one["properties"]["certainty"])
        for one in json.loads(data)["runs"][0]["results"]
        if "certainty" in one["properties"]
    }


def in_junit(data: bytes) -> Said:
    return {
        (case_.get("name").split(" · ")[0], fingerprint, certainty)
        for case_ in etree.fromstring(data).iter("testcase")
        for tag in case_.iter("failure", "system-out")
        for certainty, fingerprint in re.findall(r"^  fingerprint (\w+) (\w+)$", tag.text, re.M)
    }


def in_rows(rows: list[tuple[str, ...]]) -> Said:
    codes = {label.zh: certainty for certainty, label in CERTAINTY.items()}
    shown: Said = {(row[9], row[13], codes[row[11]]) for row in rows if len(row) > 13 and row[13]}
    for row in rows:
        if row[0] == "已由两人确认":
            parts = (part.split(" ") for part in row[7].split("；"))
            shown |= {(rule, fingerprint, codes[sure]) for rule, sure, fingerprint in parts}
    return shown


def in_csv(data: bytes) -> Said:
    _, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    return in_rows([tuple(row) for row in rows])


def in_xlsx(data: bytes) -> Said:
    book = openpyxl.load_workbook(io.BytesIO(data))
    notice, clues = (
        [
            tuple(str(cell or "") for cell in row)
            for row in book[name].iter_rows(min_row=2, values_only=True)
        ]
        for name in ("通报表", "初筛线索")
    )
    return in_rows([*notice, *((*row[:5], "", row[5], "", *row[6:]) for row in clues)])


EXACT: dict[str, Callable[[bytes], Said]] = {
    "json": in_json,
    "sarif": in_sarif,
    "junit": in_junit,
    "csv": in_csv,
    "xlsx": in_xlsx,
}
"""How the findings are read out of the formats that show every one."""


@pytest.mark.parametrize("format_", EXACT)
def test_all_formats_show_the_same_findings(format_: str, reports: dict[str, Report]) -> None:
    for name, report in reports.items():
        wanted = {
            (ruling.rule, one.fingerprint, one.certainty)
            for ruling in report.rulings
            for one in ruling.findings
        }
        assert EXACT[format_](written(format_, report)) == wanted, name


def test_all_formats_give_each_rule_its_verdict(reports: dict[str, Report]) -> None:
    for report in reports.values():
        wanted = {(one.rule, one.verdict) for one in report.rulings}
        driver = json.loads(written("sarif", report))["runs"][0]["tool"]["driver"]
        assert {(one["id"], one["properties"]["verdict"]) for one in driver["rules"]} == wanted
        root = etree.fromstring(written("junit", report))
        assert {
            (one.get("name").removeprefix("verdict "), one.get("value"))
            for one in root.iter("property")
        } == wanted
        _, *rows = csv.reader(io.StringIO(written("csv", report).decode("utf-8-sig")))
        codes = {label.zh: verdict for verdict, label in VERDICT.items()}
        assert {(row[9], codes[row[10]]) for row in rows if row[9]} <= wanted


def test_short_formats_show_as_many_findings_as_they_say(reports: dict[str, Report]) -> None:
    """Markdown and HTML may leave findings out; they show no other, and count what they omit."""
    for name, report in reports.items():
        prints = {
            one.fingerprint: (ruling.rule, one.certainty)
            for ruling in report.rulings
            for one in ruling.findings
        }
        said = written("markdown", report).decode()
        rows = re.findall(r"^\| .* `([^`]+)` \| .* `([0-9a-f]{16})` \|$", said, re.MULTILINE)
        shown = {short for _, short in rows}
        assert shown <= {one[:16] for one in prints}, name
        counts = re.findall(
            r"(?:### |<summary>)(?:事实已证实|线索待印证|提示信息|基线[^:]*): (\d+)", said
        )
        assert sum(map(int, counts)) == len(prints), name
        left = sum(map(int, re.findall(r"另有 (\d+) 处，见 report.json", said)))
        listed = re.findall(r"^- `.*` `([0-9a-f]{16})`", said, re.MULTILINE)
        assert len(rows) + len(listed) + left == len(prints), name


def test_html_and_text_count_the_same(reports: dict[str, Report]) -> None:
    for name, report in reports.items():
        page = html.unescape(written("html", report).decode())
        inside, _ = joined(report)
        groups = [*flagged(report, "proven"), *flagged(report, "suspected"), *noted(report)]
        whole = [one.fingerprint for group in groups for one in group.findings]
        assert all(one in page for one in whole), name
        assert len(whole) + len(inside) == len(in_json(written("json", report))), name
        if report.profile == "regulator":
            continue  # its table leads with issues, counted otherwise
        said = written("text", report).decode()
        for certainty, label in CERTAINTY.items():
            found = re.search(rf"{label.zh}：(\d+) 项规则，(\d+) 处", said)
            wanted = sum(len(one.findings) for one in flagged(report, certainty))
            assert (int(found[2]) if found else 0) == wanted, name
        told = re.search(r"另有 (\d+) 处发现与所列的同一行为重合", said)
        assert (int(told[1]) if told else 0) == len(inside), name


@pytest.mark.parametrize("format_", ["csv", "docx", "html", "json", "junit", "markdown", "sarif"])
def test_every_format_that_lists_findings_says_in_how_many_runs(format_: str) -> None:
    """Seen in two of three runs is another thing than seen, wherever it is read."""
    first, *rest = example.rich().rulings
    found = replace(first.findings[0], repeat=Repeat(found=2, runs=3))
    ruling = replace(first, findings=(found, *first.findings[1:]))
    data = written(format_, replace(example.rich(), rulings=(ruling, *rest)))
    if format_ == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read("word/document.xml")
    said = re.sub(r"<[^>]*>", "", data.decode()) if format_ == "docx" else data.decode()
    if format_ == "json":
        repeats = [f["repeat"] for r in json.loads(said)["rulings"] for f in r["findings"]]
        assert {"found": 2, "runs": 3, "evidence": []} in repeats
    else:
        assert re.search(r"3 *次(采集|检测)中 *2 *次检出|2/3 次", said)


def test_a_document_names_every_finding(reports: dict[str, Report]) -> None:
    """The document prints the first 12 digits of each fingerprint, enough to name a finding."""
    if "docx" not in FORMATS:
        pytest.skip("there is no format docx yet")
    for name, report in reports.items():
        with zipfile.ZipFile(io.BytesIO(written("docx", report))) as archive:
            text = re.sub(r"<[^>]*>", "", archive.read("word/document.xml").decode())
        for ruling in report.rulings:
            for one in ruling.findings:
                assert one.fingerprint[:12] in text, name
        found = re.search(
            r"事实已证实\s*(\d+)\s*处，线索待印证\s*(\d+)\s*处；提示信息\s*(\d+)\s*处", text
        )
        assert found is not None, name
        told = re.search(r"另有\s*(\d+)\s*处发现与所列的同一行为重合", text)
        counted = [*found.groups(), told[1] if told else "0"]
        assert sum(map(int, counted)) == len(in_json(written("json", report))), name


@pytest.mark.parametrize("harm", range(len(spoken.HARMFUL)))
@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_harmful_names_are_inert_in_every_format(format_: str, harm: int) -> None:
    """Nothing that steers a terminal or a reader is left, and what reads the format reads it."""
    name = spoken.HARMFUL[harm]
    data = written(format_, spoken.named(name))
    READ_BY[format_](data)
    texts = (
        [
            zipfile.ZipFile(io.BytesIO(data)).read(one).decode("utf-8", "replace")
            for one in zipfile.ZipFile(io.BytesIO(data)).namelist()
            if one.endswith(".xml")
        ]
        if data.startswith(b"PK")
        else [data.decode("utf-8-sig")]
    )
    if format_ != "json":  # its strings are escaped, and for programs
        for text in texts:
            steering = "\x00\x01\x08\x0b\x1b\x7f\x9f\u202e\u2066\u2069\u200b\ufffe\uffff"
            assert not set(steering) & set(text)
            assert "<script>alert" not in text or format_ in ("text", "csv", "markdown", "sarif")
    if format_ == "text":
        assert all(mark.isprintable() for line in texts[0].splitlines() for mark in line)


@given(st.text(max_size=300))
@settings(max_examples=30, deadline=None)
def test_any_name_is_read_back_by_what_reads_the_format(name: str) -> None:
    report = spoken.named(name)
    for format_ in ("sarif", "junit", "markdown", "csv", "xlsx"):
        READ_BY[format_](written(format_, report))


def inert_page(data: bytes) -> None:
    root = etree.HTML(data.decode())
    own = [one for one in root.iter("script") if "alert(1)" in "".join(one.itertext())]
    assert not own
    for one in root.iter():
        assert not [key for key in one.attrib if key.startswith("on")]
        for key in ("src", "href", "action", "data"):
            assert not one.get(key, "#").strip().lower().startswith(("http", "javascript", "//"))


READ_BY: dict[str, Callable[[bytes], object]] = {
    "json": json.loads,
    "html": inert_page,
    "text": lambda data: data.decode("utf-8"),
    "sarif": json.loads,
    "junit": etree.fromstring,
    "markdown": lambda data: data.decode("utf-8"),
    "csv": lambda data: list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True)),
    "xlsx": lambda data: openpyxl.load_workbook(io.BytesIO(data)),
    "docx": lambda data: zipfile.ZipFile(io.BytesIO(data)).testzip(),
}
"""What reads each format, other than the code that wrote it."""
