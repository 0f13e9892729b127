from __future__ import annotations

import msgspec
from msgspec.structs import replace

from scanner.facts import DeviceRun, PhaseBegan, ScreenShown, Source, canonical, fact_id
from scanner.model import Collection, CollectionRecord, Report, Unseen, Words
from scanner.report.document import looked
from scanner.report.document.numbered import numbered
from tests.report.document.reading import texts
from tests.report.document.test_paper import paper
from tests.report.example import clean, rich, site


def method(report: Report) -> str:
    one = paper()
    looked.method(one, report, numbered(report))
    return texts(one.file())


def not_seen(report: Report) -> str:
    one = paper()
    looked.not_seen(one, report)
    return texts(one.file())


def test_every_source_stands_with_who_looked_and_whether_it_could_be_read() -> None:
    report = rich()
    said = method(report)
    for source in report.sources:
        assert source.sha256 in said
    assert said.count("无法读取") == sum(not one.readable for one in report.sources)


def test_what_others_recorded_is_told_from_what_was_captured() -> None:
    first, *rest = rich().sources
    own, theirs = replace(first, captured=True), replace(first, captured=False)
    assert "他人采集后提供" not in method(replace(rich(), sources=(own, *rest)))
    assert "他人采集后提供" in method(replace(rich(), sources=(theirs, *rest)))


def test_the_sessions_of_a_site_tell_what_was_done() -> None:
    said = method(site())
    assert "网站的三次会话" in said
    assert "已进行" in said
    assert "网站的三次会话" not in method(rich())


def test_a_run_on_a_phone_tells_the_phone_and_the_order_of_things() -> None:
    first, second = (f"2026-11-22T10:00:0{n}+08:00" for n in (1, 5))
    facts = (
        DeviceRun(source=Source(), channel="device", package="cn.example", model="Pixel X"),
        PhaseBegan(source=Source(time=first), channel="device", number=1, phase="first_launch"),
        ScreenShown(source=Source(time=second), channel="device", screen="首页"),
    )
    new = {fact_id(one): msgspec.json.decode(canonical(one)) for one in facts}
    said = method(replace(rich(), facts={**rich().facts, **new}))
    assert "Pixel X" in said
    assert "02:00:05" in said
    assert "首页" in said


def test_records_of_what_was_handed_in_are_named() -> None:
    record = CollectionRecord(
        covers=("a" * 64,), document="b" * 64, name="采集记录.pdf", by=("张三",), method="镜像"
    )
    said = method(replace(rich(), collection=Collection(records=(record,))))
    for word in ("采集记录.pdf", "b" * 64, "张三", "镜像", "未说明"):
        assert word in said


def test_every_reason_why_something_was_not_seen_stands_there() -> None:
    report = rich()
    said = not_seen(report)
    for entry in report.unseen:
        assert entry.reason.zh in said
    assert "没有检测的通道：" in said
    assert "“无法判定”不是通过" in not_seen(clean())


def test_more_reasons_than_a_paper_lists_are_counted() -> None:
    many = tuple(
        Unseen(kind="data.sent", collector="audit", reason=Words(f"原因{n}", f"reason {n}"))
        for n in range(looked.MOST_GAPS + 7)
    )
    assert "另有 7 项" in not_seen(replace(rich(), unseen=many))
