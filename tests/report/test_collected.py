"""How a case was collected, in words: what changed, what is off, and whose word something is."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from scanner.model import (
    CaseSource,
    Clock,
    Collection,
    CollectionRecord,
    Repeat,
    Report,
    SelfTest,
    Surroundings,
)
from scanner.report import collected, render
from scanner.report.collected import (
    CAPTURED,
    HANDED_IN,
    UNSAID,
    covering,
    environment,
    failed,
    got,
    repeated,
    said_of,
    stated,
    vouching,
    wrong,
)
from tests.report import example

CLOCK = Clock(at="2026-11-22T10:00:00+08:00", synchronised=True, within_s=0.1)
BEFORE = Surroundings(
    clock=CLOCK,
    proxies=("http_proxy=proxy.example:3128",),
    resolvers=("192.0.2.1",),
    hosts=("shop.example = 203.0.113.9",),
    hosts_sha256="1" * 64,
    roots=140,
    roots_sha256="2" * 64,
    egress="203.0.113.7",
)
A, B = "a" * 64, "b" * 64
RECORD = CollectionRecord(
    covers=(A,),
    document="d" * 64,
    name="record.yaml",
    by=("王芳", "李雷"),
    at="2026-10-02T09:00:00+08:00",
    place="示例市",
    method="由代理导出",
    evidence=(A, B),
)
PASSED = SelfTest(
    fixture="bad-app", sha256=A, violating=True, expected=("r",), found=("q", "r"), passed=True
)


def report(**said: Any) -> Report:
    return replace(example.rich(), collection=Collection(before=BEFORE, after=BEFORE, **said))


def after(**changes: Any) -> Report:
    collection = Collection(before=BEFORE, after=replace(BEFORE, **changes))
    return replace(example.rich(), collection=collection)


def words(report: Report, lang: str = "zh") -> str:
    return "\n".join(getattr(each, lang) for each in wrong(report))


def test_a_case_of_an_earlier_version_says_nothing_and_nothing_is_wrong() -> None:
    old = replace(example.rich(), collection=None)
    assert (stated(old), environment(old), wrong(old), failed(old)) == ((), (), (), ())
    for name in ("text", "html"):
        assert render(name, old, lambda _: b"")


def test_nothing_is_wrong_with_a_machine_that_stayed_as_it_was() -> None:
    assert wrong(report(self_tests=(PASSED,))) == ()
    assert not any(row.changed for row in environment(report()))
    assert all(row.before == row.after for row in environment(report()))


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"proxies": ()}, "代理"),
        ({"resolvers": ("192.0.2.1", "192.0.2.2")}, "域名服务器"),
        ({"hosts": ()}, "本机 hosts 表的其他条目"),
        ({"hosts_sha256": None}, "hosts 表 SHA-256"),
        ({"roots": 141}, "受信任的根证书"),
        ({"roots_sha256": "3" * 64}, "受信任的根证书"),
        ({"egress": None}, "出口地址"),
        ({"clock": replace(CLOCK, synchronised=False)}, "时钟"),
    ],
)
def test_whatever_changed_is_named_and_nothing_else(changes: dict[str, Any], label: str) -> None:
    changed = [row.label.zh for row in environment(after(**changes)) if row.changed]
    assert changed == [label]
    assert f"采集前后本机环境不一致：{label}。" in words(after(**changes))
    assert "not the same before and after" in words(after(**changes), "en")


def test_every_field_of_the_surroundings_is_compared() -> None:
    fields = set(Surroundings.__struct_fields__)
    for name in fields:
        value = getattr(BEFORE, name)
        other: object = () if isinstance(value, tuple) else None
        if name == "clock":
            other = replace(CLOCK, synchronised=None)
        assert any(row.changed for row in environment(after(**{name: other}))), name


@pytest.mark.parametrize(("second", "moved"), [(0.25, False), (0.5, True), (-0.2, True)])
def test_a_clock_moved_only_by_more_than_the_comparison_may_err(second: float, moved: bool) -> None:
    first = replace(CLOCK, offset_s=0.2, within_s=0.1, compared_with="NTP a")
    collection = Collection(
        before=replace(BEFORE, clock=first),
        after=replace(BEFORE, clock=replace(first, offset_s=second)),
    )
    (row, *_) = environment(replace(example.rich(), collection=collection))
    assert row.changed is moved


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (Clock(at="t", synchronised=False), "时间仅凭本机时钟"),
        (
            Clock(at="t", synchronised=False, compared_with="NTP a: 没有应答 / no"),
            "未能比对（NTP a",
        ),
        (Clock(at="t", offset_s=90.0, within_s=0.1, compared_with="NTP a"), "快 90.000 秒"),
        (Clock(at="t", offset_s=-1.2, within_s=0.1, compared_with="NTP a"), "慢 1.200 秒"),
        (Clock(at="t", offset_s=1.05, within_s=0.1, compared_with="NTP a"), ""),
        (Clock(at="t", synchronised=False, offset_s=0.1, compared_with="NTP a"), ""),
        (Clock(at="t", synchronised=True), ""),
        (Clock(at="t"), ""),
    ],
)
def test_a_clock_is_complained_of_where_it_is_off_or_nobody_holds_it(
    clock: Clock, said: str
) -> None:
    around = replace(BEFORE, clock=clock)
    collection = Collection(before=around, after=around)
    text = words(replace(example.rich(), collection=collection))
    assert (said in text) if said else text == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "通过：应检出的 1 项均已检出"),
        ({"found": ("q",), "passed": False}, "未通过：应检出而未检出 r"),
        ({"violating": False, "expected": (), "found": (), "passed": True}, "通过：未作任何指控"),
        (
            {"violating": False, "expected": (), "found": ("q",), "passed": False},
            "未通过：不应检出而检出 q",
        ),
        ({"error": "altered", "passed": False}, "未通过：altered"),
        ({"passed": False}, "未通过"),
    ],
)
def test_a_self_test_says_why_it_failed(changes: dict[str, Any], said: str) -> None:
    one = replace(PASSED, **changes)
    assert collected.tested(one).zh == said
    assert collected.tested(one).en.startswith("passed" if one.passed else "failed")
    both = report(self_tests=(PASSED, one))
    assert failed(both) == (() if one.passed else (one,))
    assert ("工具自检未通过（bad-app）" in words(both)) is not one.passed
    for name in ("text", "html"):
        page = render(name, both, lambda _: b"").decode()
        assert ("工具自检未通过" in page.replace("\n", "")) is not one.passed


def test_who_collected_where_and_how_often_stands_in_rows() -> None:
    rows = {
        row.label.en: row.value.en
        for row in stated(
            report(
                collectors=("王芳", "李雷"),
                authority="示检〔2026〕1号",
                machine="host (user)",
                runs=3,
                records=(RECORD,),
            )
        )
    }
    assert rows["Collectors"] == "王芳, 李雷"
    assert rows["Witnesses"] == "none"
    assert (rows["Authority"], rows["Place"]) == ("示检〔2026〕1号", "not known")
    assert (rows["Machine (name and user)"], rows["Runs"]) == ("host (user)", "3")
    assert rows["Record of collection"] == said_of(RECORD).en


def source(sha256: str, captured: bool | None) -> CaseSource:
    return CaseSource(
        channel="traffic",
        collector="traffic",
        sha256=sha256,
        name="a.har",
        readable=True,
        captured=captured,
    )


def test_captured_and_handed_in_are_told_apart_and_the_record_is_named() -> None:
    told = [got(source(A, each)) for each in (True, False, None)]
    assert told == [CAPTURED, HANDED_IN, UNSAID]
    with_record = report(records=(RECORD,))
    assert covering(with_record, source(A, False)) == (RECORD,)
    assert covering(with_record, source("c" * 64, False)) == ()
    finding = next(one for each in with_record.rulings for one in each.findings)
    assert vouching(with_record, replace(finding, evidence=(B,))) == (RECORD,)
    assert vouching(with_record, replace(finding, evidence=("c" * 64,))) == ()
    listed = replace(with_record, sources=(source(A, False), source("c" * 64, True)))
    page = render("html", listed, lambda _: b"").decode()
    assert HANDED_IN.zh in page and CAPTURED.zh in page
    assert page.count("提取记录《record.yaml》") == 2  # beside its source, and in the rows


def test_k_of_n_is_said_where_there_were_several_runs() -> None:
    finding = next(one for each in example.rich().rulings for one in each.findings)
    assert repeated(finding) is None
    twice = repeated(replace(finding, repeat=Repeat(found=2, runs=3)))
    assert twice is not None
    assert (twice.zh, twice.en) == ("3 次采集中 2 次检出", "found in 2 of 3 runs")


HOSTILE = "<script>alert(1)</script>\u202e\n=cmd|x" + "长" * 3000


def test_whatever_is_stated_is_inert_on_the_page() -> None:
    mean = replace(RECORD, name=HOSTILE, by=(HOSTILE,), method=HOSTILE)
    clock = Clock(at="t", synchronised=False, compared_with=HOSTILE)
    around = replace(BEFORE, clock=clock, proxies=(HOSTILE,), hosts=(HOSTILE,), egress=HOSTILE)
    collection = Collection(
        collectors=(HOSTILE,),
        machine=HOSTILE,
        before=around,
        after=BEFORE,
        self_tests=(replace(PASSED, fixture=HOSTILE, error=HOSTILE, passed=False),),
        records=(mean,),
    )
    given = replace(example.rich(), collection=collection, sources=(source(A, False),))
    page = render("html", given, lambda _: b"").decode()
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    text = render("text", given, lambda _: b"").decode()
    assert "\u202e" not in text
    assert len(text) < 20_000
