"""How a case was collected, as rows that every format can print: by whom, where, on which machine,
what that machine was like before and after, and who got each source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from scanner.model import (
    OWN_ESTIMATE,
    CaseSource,
    Clock,
    CollectionRecord,
    Finding,
    Report,
    SelfTest,
    Surroundings,
    Words,
)
from scanner.tool import clock_said

FAR_S = 1.0
"""From how many seconds on a clock is said to be off, beyond what the comparison may err by; our
choice: findings are told to the second."""
LONGEST = 300
"""Characters of what a sentence repeats at most."""
_NOTHING = Words("无", "none")
_UNKNOWN = Words("未取得", "not known")
CAPTURED = Words("本工具采集或直接读取", "captured or read by this tool itself")
HANDED_IN = Words("他人采集后提供", "captured by others and handed in")
UNSAID = Words("未说明", "not said")


class Row(NamedTuple):
    """Something that is stated of a collection."""

    label: Words
    value: Words


class Compared(NamedTuple):
    """Something about the auditor's machine, before and after."""

    label: Words
    before: Words
    after: Words
    changed: bool


def got(source: CaseSource) -> Words:
    """Say whether a source was captured by this tool or handed in by others."""
    if source.captured is None:
        return UNSAID
    return CAPTURED if source.captured else HANDED_IN


def covering(report: Report, source: CaseSource) -> tuple[CollectionRecord, ...]:
    """Give the records of collection that speak of a source."""
    records = report.collection.records if report.collection else ()
    return tuple(
        each for each in records if source.sha256 in each.covers or source.sha256 in each.evidence
    )


def vouching(report: Report, finding: Finding) -> tuple[CollectionRecord, ...]:
    """Give the records of collection for bytes that were handed in and that a finding stands on."""
    records = report.collection.records if report.collection else ()
    return tuple(each for each in records if set(each.evidence) & set(finding.evidence))


def said_of(record: CollectionRecord) -> Words:
    """Say by which record a source is covered, by whom, when, where and how it was collected."""
    zh = f"提取记录《{record.name}》：{'、'.join(record.by)}，{record.at}，{record.place}，"
    en = f"record {record.name}: {', '.join(record.by)}, {record.at}, {record.place}, "
    return Words(zh + (record.method or ""), en + (record.method or ""))


def stands_on(record: CollectionRecord) -> Words:
    """Say that what a finding stands on was handed in, and which record vouches for it."""
    said = said_of(record)
    return Words(
        f"所依据的材料由他人提供，见{said.zh}", f"It stands on what was handed in; see {said.en}"
    )


def repeated(finding: Finding) -> Words | None:
    """Say in how many runs a finding was made, where there were several."""
    if finding.repeat is None:
        return None
    found, runs = finding.repeat.found, finding.repeat.runs
    return Words(f"{runs} 次采集中 {found} 次检出", f"found in {found} of {runs} runs")


def message(finding: Finding) -> Words:
    """Give what was found on one line: with how often, where it was looked for several times."""
    often = repeated(finding)
    if often is None:
        return finding.message
    said = finding.message
    return Words(f"{said.zh}（{often.zh}）", f"{said.en} ({often.en})")


def stated(report: Report) -> tuple[Row, ...]:
    """Give who collected, where, when, on whose authority, on which machine, and how often."""
    one = report.collection
    if one is None:
        return ()
    rows = [
        Row(Words("取证人员", "Collectors"), _listed(one.collectors)),
        Row(Words("见证人", "Witnesses"), _listed(one.witnesses)),
        Row(Words("授权文书", "Authority"), _text(one.authority)),
        Row(Words("地点", "Place"), _text(one.place)),
        Row(Words("机器（名称与系统用户）", "Machine (name and user)"), _text(one.machine)),
        Row(Words("开始", "Began"), _text(one.began_at)),
        Row(Words("结束", "Ended"), _text(one.ended_at)),
        Row(Words("采集次数", "Runs"), Words(str(one.runs), str(one.runs))),
    ]
    return (
        *rows,
        *(Row(Words("提取记录", "Record of collection"), said_of(each)) for each in one.records),
    )


def environment(report: Report) -> tuple[Compared, ...]:
    """Give what the auditor's machine was like before and after; empty where nobody looked."""
    one = report.collection
    if one is None or one.before is None or one.after is None:
        return ()
    before, after = one.before, one.after
    rows = [
        Compared(label, say(before), say(after), say(before) != say(after)) for label, say in _ASKED
    ]
    clocks = clock_said(before.clock), clock_said(after.clock)
    moved = _moved(before.clock, after.clock)
    return (Compared(Words("时钟", "Clock"), *clocks, moved), *rows)


def tested(one: SelfTest) -> Words:
    """Say what the self-test of one input showed."""
    if one.error:
        return Words(f"未通过：{one.error}", f"failed: {one.error}")
    missed = sorted(set(one.expected) - set(one.found))
    if one.violating and missed:
        listed = " ".join(missed)
        return Words(f"未通过：应检出而未检出 {listed}", f"failed: did not find {listed}")
    if not one.violating and one.found:
        listed = " ".join(one.found)
        return Words(f"未通过：不应检出而检出 {listed}", f"failed: found {listed} where nothing is")
    if not one.passed:
        return Words("未通过", "failed")
    count = len(one.expected)
    if one.violating:
        return Words(
            f"通过：应检出的 {count} 项均已检出", f"passed: found all {count} of its faults"
        )
    return Words("通过：未作任何指控", "passed: nothing was laid to it")


def failed(report: Report) -> tuple[SelfTest, ...]:
    """Give the self-tests that did not pass."""
    tests = report.collection.self_tests if report.collection else ()
    return tuple(each for each in tests if not each.passed)


def wrong(report: Report) -> tuple[Words, ...]:
    """Say what is wrong with the collection itself, a sentence each."""
    return tuple(_wrong(report))


def _wrong(report: Report) -> Iterator[Words]:
    bad = failed(report)
    if bad:
        names = _short(" ".join(each.fixture for each in bad))
        yield Words(
            f"工具自检未通过（{names}）：在查明原因之前，本案结论不可依赖。",
            f"The self-test failed ({names}): until it is known why, nothing here can be relied "
            "on.",
        )
    changed = [row.label for row in environment(report) if row.changed]
    if changed:
        zh, en = "、".join(one.zh for one in changed), ", ".join(one.en for one in changed)
        yield Words(
            f"采集前后本机环境不一致：{zh}。",
            f"The machine was not the same before and after: {en}.",
        )
    before = report.collection.before if report.collection else None
    if before is not None:
        yield from _of_clock(before.clock)


def _of_clock(clock: Clock) -> Iterator[Words]:
    """Say that a clock is off, or that nobody holds it in step."""
    off = clock.offset_s
    if off is not None and abs(off) - (clock.within_s or 0.0) > FAR_S:
        said = clock_said(replace(clock, compared_with=_short(clock.compared_with)))
        yield Words(f"本机时钟有偏差：{said.zh}。", f"The clock of this machine is off: {said.en}.")
    elif off is None and clock.synchronised is False:
        tried = "" if clock.compared_with in ("", OWN_ESTIMATE) else _short(clock.compared_with)
        yield Words(
            "时间仅凭本机时钟，系统称其未与时间服务器同步"
            + (f"；未能比对（{tried}）。" if tried else "。"),
            "Times rest on this machine's clock alone; its system says that no time server holds "
            "it in step" + (f"; it could not be compared ({tried})." if tried else "."),
        )


def _short(text: str) -> str:
    """Give the beginning of a text that a sentence repeats."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _moved(before: Clock, after: Clock) -> bool:
    """Say whether a clock was set or lost its hold between two looks."""
    if before.synchronised != after.synchronised:
        return True
    if before.offset_s is None or after.offset_s is None:
        return False
    drift = abs(before.offset_s - after.offset_s)
    return drift > (before.within_s or 0.0) + (after.within_s or 0.0)


def _listed(many: Iterable[str]) -> Words:
    texts = [one for one in many if one]
    return Words("、".join(texts), ", ".join(texts)) if texts else _NOTHING


def _text(text: str | None) -> Words:
    return Words(text, text) if text else _UNKNOWN


def _roots(one: Surroundings) -> Words:
    if one.roots is None or one.roots_sha256 is None:
        return _UNKNOWN
    digest = one.roots_sha256
    return Words(f"{one.roots} 个，SHA-256 {digest}", f"{one.roots}, SHA-256 {digest}")


_ASKED: tuple[tuple[Words, Callable[[Surroundings], Words]], ...] = (
    (Words("代理", "Proxies"), lambda one: _listed(one.proxies)),
    (Words("域名服务器", "Name servers"), lambda one: _listed(one.resolvers)),
    (
        Words("本机 hosts 表的其他条目", "Further entries of the hosts table"),
        lambda one: _listed(one.hosts),
    ),
    (Words("hosts 表 SHA-256", "SHA-256 of the hosts table"), lambda one: _text(one.hosts_sha256)),
    (Words("受信任的根证书", "Trusted root certificates"), _roots),
    (Words("出口地址", "Egress address"), lambda one: _text(one.egress)),
)
"""What is compared, with how it is said."""
