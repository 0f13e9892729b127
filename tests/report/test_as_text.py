"""The summary on a terminal: short, within its width, and saying what was not looked at."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from scanner.model import Report
from scanner.report import render
from scanner.report.words import Lang
from tests.report import example, spoken
from tests.test_texts import columns

REPORTS = example.ALL


def text(report: Report, lang: Lang = "zh", *, colour: bool = False) -> str:
    place = "case/report.html"
    return render(
        "text", report, example.open_evidence, lang=lang, colour=colour, place=place
    ).decode()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_short_and_keeps_its_width(name: str, lang: Lang) -> None:
    lines = text(REPORTS[name], lang).splitlines()
    assert len(lines) < 45
    assert max(columns(line) for line in lines) <= 100
    assert all(mark.isprintable() for line in lines for mark in line)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_what_was_found_and_what_nobody_looked_at(lang: Lang) -> None:
    said = text(REPORTS["rich"], lang)
    for each in ("cac-191-4.6", "case/report.html", "D ", "37%"):
        assert each in said
    unseen = "没看：隐私政策文本、网络流量、设备运行"
    assert (unseen if lang == "zh" else "Not looked at: privacy policy") in said
    assert "违法" not in said


def test_a_grade_of_u_prints_no_number_and_no_pass() -> None:
    said = text(REPORTS["blind"])
    assert "无法判断" in said
    assert "不给出分数" in said
    assert "/ 100" not in said
    assert "这不是通过" in said


def test_a_clean_report_says_that_it_is_not_compliance() -> None:
    assert "未检出不等于合规" in text(REPORTS["clean"])
    assert "is not compliance" in text(REPORTS["clean"], "en")


@pytest.mark.parametrize(("expired", "counts"), [(False, "1 处"), (True, "0 处")])
def test_what_a_baseline_accepts_is_counted(expired: bool, counts: str) -> None:
    said = text(spoken.accepted(expired=expired))
    assert f"基线已接受 {counts}" in said
    assert "事实已证实：1 项规则，1 处" in said


def test_an_information_is_counted_apart() -> None:
    first, *others = REPORTS["rich"].rulings
    report = replace(REPORTS["rich"], rulings=(replace(first, severity="info"), *others))
    assert "cac-191-4.6" not in text(report)
    assert "提示信息 1" in text(report)


def test_colour_comes_only_when_asked_for_and_changes_no_word() -> None:
    plain, painted = text(REPORTS["rich"]), text(REPORTS["rich"], colour=True)
    assert "\x1b" not in plain
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


@pytest.mark.parametrize(("lang", "words"), [("zh", "义务（26 项）："), ("en", "Duties (26): ")])
def test_a_website_counts_its_duties_and_says_which_sessions_were_held(
    lang: Lang, words: str
) -> None:
    shown = text(example.site(), lang=lang)
    (line,) = [each for each in shown.splitlines() if each.startswith(words)]
    assert re.findall(r"\d+", line.removeprefix(words)) == ["1", "1", "1", "23"]
    sessions = [each for each in shown.splitlines() if each.startswith("  – ")][:3]
    states = ("已进行", "未进行") if lang == "zh" else ("held", "not held")
    assert [states[1] in each for each in sessions] == [False, False, True]
    assert words not in text(example.rich(), lang=lang)


def test_each_reader_is_told_for_whom_it_is_and_what_leads() -> None:
    regulator, procurator, developer = (
        text(REPORTS[name]) for name in ("regulator", "procurator", "developer")
    )
    assert regulator.index("所涉问题 · 事实已证实") < regulator.index("初筛线索 · 待复核签字")
    assert regulator.index("初筛线索 · 待复核签字") < regulator.index("看了：")
    assert "本案尚缺（必需）：--users --app-type" in procurator
    assert "  1. " in developer
    assert developer.index("  1. ") < developer.index("看了：")
    for said in (regulator, procurator, developer):
        assert "本机构停用规则 1 项，改变级别 1 项：" in said
        assert "另加规则：ours (3 条, 未签名)" in said
        assert "--app-type" in said
        assert "（仅为提示）" in said
    assert not any(word in text(REPORTS["rich"]) for word in ("口径", "本机构", "另加规则"))
