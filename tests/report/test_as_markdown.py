"""report.md: what a pull request needs to know, in the bounds of a comment, and inert."""

from __future__ import annotations

import html
import re

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from scanner.model import Report
from scanner.report import render
from scanner.report.as_markdown import LONGEST
from scanner.report.words import Lang
from tests.report import example, spoken

READER = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable(["table"])
OURS = {"h2", "h3", "p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "ol", "ul"}
OURS |= {"li", "details", "summary", "br"}


def text(report: Report, lang: Lang = "zh") -> str:
    return render("markdown", report, example.open_evidence, lang=lang).decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", spoken.ALL)
def test_it_fits_under_a_pull_request(name: str, lang: Lang) -> None:
    said = text(spoken.ALL[name], lang)
    assert len(said) < LONGEST
    assert "违法" not in said
    assert ("不等于合规" if lang == "zh" else "is not compliance") in said


@pytest.mark.parametrize("name", spoken.HARMFUL)
def test_harmful_names_make_no_html_links_or_tables(name: str) -> None:
    page = READER.render(text(spoken.named(name)))
    outside = re.sub(r"<code>.*?</code>", "", page, flags=re.S)
    assert set(re.findall(r"<\s*/?\s*([a-zA-Z!][\w-]*)", page)) <= OURS
    assert not re.search(r"<[^>]*\s(href|src|on\w+|id|class|style)=", page)
    assert not re.search(r"@\w|#\d|GH-\d|://|www\.\w", html.unescape(outside))
    for row in re.findall(r"<tr>.*?</tr>", page, flags=re.S):
        assert len(re.findall(r"<t[dh]>", row)) == 6


def test_the_parts_stand_in_their_order() -> None:
    said = text(example.rich())
    heads = re.findall(r"^(?:#+ |<details><summary>)([^<:\n]*)", said, flags=re.M)
    assert heads == [
        *("明鉴检测", "事实已证实", "整改建议", "线索待印证", "提示信息", "没看", "结果不说明什么"),
    ]
    assert "另有 98 处，见 report.json" in said


def test_a_clean_report_says_what_it_does_not_mean() -> None:
    said = text(example.clean(), "en")
    assert "Nothing found is not compliance" in said
    assert "Not looked at: privacy policy, network traffic, device run" in said


def test_what_a_baseline_accepts_is_listed_apart() -> None:
    said = text(spoken.accepted())
    assert "### 事实已证实: 0" in said
    assert "基线已接受（照常计分）: 1" in said
    assert "下个版本整改" in said and "隐私组" in said
    assert "### 事实已证实: 1" in text(spoken.accepted(expired=True))


def test_thousands_of_findings_do_not_burst_it() -> None:
    report = example.rich()
    many = tuple(
        replace(ruling, rule=f"rule-{n}", findings=ruling.findings * 20)
        for n in range(60)
        for ruling in report.rulings[:3]
    )
    said = text(replace(report, rulings=many))
    assert 40_000 < len(said) < LONGEST
    assert "### 没看" in said and "### 结果不说明什么" in said
    assert said.count("<details>") == said.count("</details>")
