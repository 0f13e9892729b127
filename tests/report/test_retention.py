"""What a report says of the raw material behind it."""

from __future__ import annotations

from msgspec.structs import replace

from scanner.model import Collection, Held, Removal, Words
from scanner.report import render
from scanner.report.retention import lines, pressing, removal
from tests.report.example import clean

FLOW = Words("流量", "traffic")
HELD = (
    Held(
        kind="traffic", what=Words("流量", "traffic"), personal=True, files=3, size=1500, purged=1
    ),
    Held(kind="package", what=Words("包", "package"), personal=False, files=1, size=9),
)
GONE = Removal(
    at="2026-12-01T10:00:00+08:00", by=("张三", "李四"), reason="期满", files=("a" * 64,)
)


def said(until: str | None, at: str = "2026-11-22T10:00:00+00:00") -> list[str]:
    report = clean()
    report = replace(
        report,
        held=HELD,
        collection=Collection(retain_until=until),
        tool=replace(report.tool, started_at=at),
    )
    return [each.en for each in lines(report)]


def test_what_is_held_is_counted_without_what_anybody_can_get() -> None:
    first, second = said(None)
    assert "3 files (1,500 bytes)" in first and "traffic: 2" in first
    assert "package" not in first
    assert "was not stated" in second


def test_the_period_is_over_only_after_its_last_day() -> None:
    assert "kept until 2026-11-22" in said("2026-11-22")[1]
    assert "ended on 2026-11-21" in said("2026-11-21")[1]


def test_what_was_taken_out_is_said_by_whom_and_why() -> None:
    report = replace(clean(), removed=(GONE,))
    (words,) = lines(report)
    assert words.zh == "1 个证据文件已于 2026-12-01 由 张三, 李四 清除（期满）。"
    assert removal(report, "a" * 64) == GONE
    assert removal(report, "b" * 64) is None
    assert lines(clean()) == ()
    assert pressing(report) == lines(report)
    assert pressing(clean()) == ()


def test_formats_say_it() -> None:
    entry = clean().evidence[0]
    gone = replace(GONE, files=(entry.sha256,), reason="<b>期满</b>")
    report = replace(clean(), held=HELD, removed=(gone,))
    page = render("html", report, lambda _: b"").decode()
    assert "已清除" in page
    assert "&lt;b&gt;期满" in page and "<b>期满" not in page
    text = render("text", report, lambda _: b"").decode()
    assert "张三, 李四" in text
