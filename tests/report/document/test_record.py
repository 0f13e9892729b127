"""The record of taking evidence: it says what the case holds, and leaves blank what nobody said."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from msgspec.structs import replace

from scanner.facts import AppManifest, PhaseBegan, Source
from scanner.model import (
    Act,
    Clock,
    Collection,
    Decision,
    Evidence,
    Norm,
    Report,
    SelfTest,
    Surroundings,
    Tool,
    Words,
)
from scanner.report.document import record
from scanner.report.document.aloud import short, words
from scanner.report.document.record import BLANK, Held, Stated, origins, transcript
from scanner.report.words import Lang
from tests.report.document.reading import cells, inert, texts
from tests.report.document.test_paper import HOSTILE, MADE_AT
from tests.report.example import APK, TEXT, TOOL, XML, open_evidence, rich, site

ROOT = hashlib.sha256(b"manifest").hexdigest()
NORM = Norm(
    id="EDATA-2016",
    kind="notice",
    title=Words("电子数据规定", "Electronic Data Provisions"),
    number="法发〔2016〕22号",
    status="in_force",
    confidence="high",
    items={"5": Words("保护完整性的方法", "keeping data whole")},
)
ACTS = (
    Act(deed="collected", at="2026-03-02T10:00:00+08:00", by=("张三",), tool=TOOL),
    Act(
        deed="decided",
        at="2026-03-03T10:00:00+08:00",
        by=("李四",),
        tool=TOOL,
        manifest="d" * 64,
        decision=Decision(
            subject="f" * 64, rule="r", choice="reject", by="李四", at="2026-03-03", reason="误报"
        ),
    ),
)


def held(report: Report, **changes: Any) -> Held:
    origins_ = {XML: frozenset({("apk", True)}), TEXT: frozenset()}
    one = Held(report, ACTS, ROOT, 17, origins_, (NORM,), open_evidence)  # type: ignore[arg-type]
    return one._replace(**changes)


def made(one: Held, stated: Stated = Stated(), lang: Lang = "zh") -> bytes:  # noqa: B008
    return transcript(one, stated, made_at=MADE_AT, lang=lang)


def rows(data: bytes) -> dict[str, str]:
    return {row[0]: row[1] for row in cells(data) if len(row) == 2}


def test_both_papers_quote_the_digest_and_say_how_to_read_it() -> None:
    said = texts(made(held(rich())))
    assert said.count(ROOT) == 2
    assert words(ROOT).zh in said
    assert said.index("电子数据取证笔录") < said.index("电子数据提取固定清单")
    assert rows(made(held(rich())))["短码"] == short(ROOT)
    assert "其余 17 个文件" in said
    assert words(ROOT).en in texts(made(held(rich()), lang="en"))


def test_what_nobody_stated_is_a_line_to_fill_in() -> None:
    told = rows(made(held(rich())))
    for name in ("取证结束", "地点", "取证人1", "取证人2", "见证人", "依据文书", "取证设备"):
        assert told[name] == BLANK, name
    assert "被取证单位或人员" in texts(made(held(rich())))


def test_what_was_stated_says_when_it_was_stated() -> None:
    collection = Collection(collectors=("张三",), authority="检X号", place="甲地", machine="m-1")
    stated = Stated(
        collectors=("张三", "李四"), witnesses=("赵六",), authority="检Y号", place="甲地"
    )
    data = made(held(replace(rich(), collection=collection)), stated)
    told = rows(data)
    assert told["取证人1"] == "张三（取证时记录）"
    assert told["取证人2"] == "李四（出具本笔录时陈述）"
    assert told["见证人"] == "赵六（出具本笔录时陈述）"
    assert told["依据文书"] == "检X号（取证时记录）\n检Y号（出具本笔录时陈述）"
    assert told["地点"] == "甲地（取证时记录）"
    assert told["取证设备"] == "m-1"
    assert texts(data).count("取证人（李四）") == 2


def test_every_piece_is_listed_with_digest_size_and_how_it_was_taken() -> None:
    listed = {row[2]: row for row in cells(made(held(rich()))) if len(row) == 6}
    for entry in rich().evidence:
        _, name, _, size, _, _ = listed[entry.sha256]
        assert (name, size) == (entry.name, f"{entry.size:,}")
    assert listed[APK][5] == "检测人提交的文件，逐字节固定"
    assert listed[XML][4:] == ["安装包", "自安装包中解出"]
    assert listed[TEXT][5] == "AndroidManifest.xml 的可读形式"


@pytest.mark.parametrize(
    ("seen", "how"),
    [
        (frozenset(), "随检测固定；来源案卷未载明"),
        (frozenset({("traffic", False)}), "由他人采集、检测人提交的网络流量"),
        (frozenset({("website", True)}), "以浏览器访问时采集"),
        (frozenset({("device", False)}), "由他人采集、检测人提交的设备运行记录"),
    ],
)
def test_how_a_piece_was_taken_is_never_made_up(seen: frozenset[object], how: str) -> None:
    piece = Evidence(sha256="e" * 64, name="x", media_type="text/plain", size=1)
    report = replace(rich(), evidence=(piece,))
    data = made(held(report, origins={piece.sha256: seen}))
    (row,) = [row for row in cells(data) if len(row) == 6 and row[2] == piece.sha256]
    assert row[5] == how


def test_the_addresses_of_a_site_are_what_the_testers_named() -> None:
    report = site()
    data = made(held(report, origins={}))
    (row,) = [row for row in cells(data) if len(row) == 6 and row[2] == report.subject.sha256]
    assert row[5] == "检测人指定的地址清单"
    assert "首次加载" in texts(data)


def test_the_course_is_told_step_by_step_from_the_case() -> None:
    surroundings = Surroundings(clock=Clock(at="2026-03-02T09:59:00+08:00", synchronised=True))
    test = SelfTest(
        fixture="violating", sha256="c" * 64, violating=True, expected=(), found=(), passed=True
    )
    collection = Collection(before=surroundings, after=surroundings, self_tests=(test,), runs=3)
    said = texts(made(held(replace(rich(), collection=collection))))
    order = (
        "检测前检查环境",
        "工具自检（violating）",
        "读取来源",
        "重复检测 3 次",
        "固定证据",
        "检测后检查环境",
    )
    places = [said.index(word) for word in order]
    assert places == sorted(places)
    assert "本案没有完整记录" not in said
    assert "本案没有完整记录" in texts(made(held(rich())))


def test_every_act_of_the_log_is_listed() -> None:
    listed = [row for row in cells(made(held(rich()))) if len(row) == 5][1:]
    assert [row[3] for row in listed] == ["张三", "李四"]
    assert "r · reject · 误报" in listed[1][2]
    assert "d" * 64 in listed[1][2]
    assert "本案没有经手日志" in texts(made(held(rich(), acts=())))
    many = held(rich(), acts=ACTS[:1] * (record.MOST_ACTS + 5))
    assert "另有 5 项" in texts(made(many))


def test_the_norms_are_named_by_analogy() -> None:
    said = texts(made(held(rich())))
    assert "参照《电子数据规定》（法发〔2016〕22号）：5 保护完整性的方法" in said
    assert "不表示其当然适用于本案" in said
    unsure = replace(NORM, confidence="medium")
    assert "（待核）" in texts(made(held(rich(), norms=(unsure,))))


def test_the_same_case_and_words_give_the_same_bytes() -> None:
    assert made(held(rich())) == made(held(rich()))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(text: str) -> None:
    subject = replace(rich().subject, name=text, id=text, file=text)
    evidence = tuple(replace(one, name=text) for one in rich().evidence)
    acts = (replace(ACTS[0], by=(text,), tool=Tool(name=text, version=text, flags=(text,))),)
    stated = Stated(collectors=(text,), witnesses=(text,), authority=text, place=text)
    report = replace(rich(), subject=subject, evidence=evidence)
    data = made(held(report, acts=acts), stated)
    inert(data)
    assert "\u202e" not in texts(data)


def test_origins_say_in_which_channels_a_piece_was_seen() -> None:
    manifest = AppManifest(source=Source(evidence=XML), channel="apk", package="a")
    phase = PhaseBegan(source=Source(evidence=XML, captured=False), channel="device", number=1)
    stated = AppManifest(source=Source(), channel="apk", package="b")
    assert origins([manifest, phase, stated]) == {
        XML: frozenset({("apk", True), ("device", False)})
    }
