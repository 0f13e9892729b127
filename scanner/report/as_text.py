"""The summary for a terminal: what a person needs to know before opening the report."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Grade, Open, Report, Severity, Words
from scanner.report import collected, readers, words
from scanner.report.decided import summed
from scanner.report.outline import Flagged, flagged, gaps, merged, unwatched, watched
from scanner.report.outline import tally as tally_of
from scanner.report.retention import pressing
from scanner.report.site import sessions
from scanner.report.words import Lang, Options, say, visible
from scanner.texts import WIDTH, fit, pad, width, wrap

MOST_FINDINGS = 16
"""Lines of findings at most: the report has them all."""
MOST_REMEDIES = 5
"""Lines of what to change at most, where that leads."""
MOST_GAPS = 4
"""Lines of reasons at most why something was not seen."""

_RESET = "\x1b[0m"
_GRADE_COLOUR: dict[Grade, str] = {
    "D": "\x1b[1;31m",
    "C": "\x1b[1;33m",
    "B": "\x1b[33m",
    "A": "\x1b[32m",
    "U": "\x1b[1;35m",
}
_SEVERITY_COLOUR: dict[Severity, str] = {"critical": "\x1b[31m", "high": "\x1b[33m"}
_ALARM = "\x1b[1;31m"
_DIM = "\x1b[2m"
_BOLD = "\x1b[1m"


def render(report: Report, _open: Open, options: Options) -> bytes:
    """Give the summary as UTF-8 text of at most 100 columns, with terminal colours when asked."""
    return ("\n".join(_Summary(report, options).lines()) + "\n").encode()


class _Summary:
    def __init__(self, report: Report, options: Options) -> None:
        self.report = report
        self.lang: Lang = options.lang
        self.options = options

    def lines(self) -> Iterator[str]:
        reader = readers.profile(self.report)
        middle = [self._scope, self._findings]
        if reader is not None and reader.leads == "issues":
            middle.reverse()
        yield from self._head()
        yield from self._lead()
        for said in collected.wrong(self.report):
            for line in wrap(f"! {visible(say(said, self.lang))}"):
                yield self._paint(_ALARM, line)
        yield ""
        for part in middle:
            yield from part()
            yield ""
        yield from self._rest()

    def _head(self) -> Iterator[str]:
        subject, score = self.report.subject, self.report.score
        name = " · ".join(part for part in (subject.name, subject.id, subject.version) if part)
        yield self._paint(_BOLD, fit(visible(name)))
        yield self._paint(_DIM, fit(f"SHA-256 {visible(subject.sha256)}"))
        if subject.sm3:
            yield self._paint(_DIM, fit(f"SM3     {visible(subject.sm3)}"))
        grade = f"{score.grade} {say(words.GRADE[score.grade], self.lang)}"
        if score.value is None:
            figure = say(words.NO_SCORE, self.lang)
        else:
            label = self._say("得分", "score")
            figure = f"{label} {words.number(score.value)} / 100"
        coverage = self._say(
            f"覆盖率 {words.percent(score.coverage)}"
            f"（{score.applicable} 项中 {score.decided} 项有结论）",
            f"coverage {words.percent(score.coverage)} "
            f"({score.decided} of {score.applicable} reached a verdict)",
        )
        limited = f"   {say(words.LIMITED, self.lang)}" if score.limited else ""
        yield ""
        yield f"{self._paint(_GRADE_COLOUR[score.grade], grade)}   {figure}   {coverage}{limited}"
        yield from wrap(say(words.GRADE_MEANING[score.grade], self.lang))

    def _lead(self) -> Iterator[str]:
        """Say for whom this is written, what the organisation changed, and what leads."""
        reader, report = readers.profile(self.report), self.report
        if reader is not None:
            yield ""
            title = f"{say(reader.title, self.lang)} (--profile {report.profile})"
            yield from wrap(self._say("口径：", "Written ") + title)
            yield from wrap(say(reader.meaning, self.lang))
        if reader is not None and reader.leads == "lacks":
            lacks = [each.option for each in report.required if not each.given]
            nothing = self._say("无", "nothing")
            label = self._say("本案尚缺（必需）：", "Required and lacking: ")
            yield from wrap(label + (" ".join(lacks) or nothing))
        if reader is not None and reader.leads == "remedies":
            found = readers.remedies(report)
            for number, one in enumerate(found[:MOST_REMEDIES], 1):
                yield fit(f"  {number}. {visible(say(one.words, self.lang))}")
            if len(found) > MOST_REMEDIES:
                left = len(found) - MOST_REMEDIES
                yield self._say(f"  另有 {left} 项，见报告", f"  and {left} more in the report")
        yield from self._chosen()

    def _chosen(self) -> Iterator[str]:
        """Say what the organisation changed, and what else stood beside our own rules."""
        off = [each.rule for each in self.report.overrides if each.now == "disabled"]
        changed = [each.rule for each in self.report.overrides if each.now != "disabled"]
        if self.report.overrides:
            zh = f"本机构停用规则 {len(off)} 项，改变级别 {len(changed)} 项："
            en = f"Of the organisation: {_count(len(off), 'rule')} off, {len(changed)} reweighed: "
            yield fit(self._say(zh, en) + visible(" ".join([*off, *changed])))
        for each in self.report.rulebook.extra:
            standing = say(readers.STANDING[each.standing], self.lang)
            count = self._say(f"{each.rules} 条", _count(each.rules, "rule"))
            label = self._say("另加规则：", "Further rules: ")
            yield fit(visible(f"{label}{each.name} ({count}, {standing})"))

    def _scope(self) -> Iterator[str]:
        waiting = readers.waiting_for_type(self.report)
        hint = self.report.app_type_hint
        if waiting or hint:
            said = self._say(
                f"请用 --app-type 说明应用类型：{len(waiting)} 项规则在等它",
                f"State the type of the app (--app-type): {_count(len(waiting), 'rule')} wait",
            )
            if hint:
                said += self._say(
                    f"；可能是 {hint.number} {hint.title.zh}（仅为提示）",
                    f"; perhaps {hint.number} {hint.title.en} (a hint only)",
                )
            yield fit(said)
        seen = self._names([words.CHANNEL[one] for one in watched(self.report)])
        unseen = self._names([words.CHANNEL[one] for one in unwatched(self.report)])
        yield self._say("看了：", "Looked at: ") + (seen or self._say("无", "nothing"))
        yield self._say("没看：", "Not looked at: ") + (unseen or self._say("无", "nothing"))
        for session in sessions(self.report):
            name, state = say(session.name, self.lang), say(session.state, self.lang)
            said = " ".join(say(one, self.lang) for one in session.words)
            yield fit(
                visible(self._say(f"  – {name}：{state}。{said}", f"  – {name}: {state}. {said}"))
            )
        for source in self.report.sources:
            if not source.readable:
                label = self._say("无法读取：", "could not be read: ")
                yield fit(f"  – {label}{visible(source.name)}")
        found = gaps(self.report)
        for gap in found[:MOST_GAPS]:
            kinds = self._say(f"{len(gap.entries)} 类事实", _count(len(gap.entries), "kind"))
            yield fit(f"  – {visible(say(gap.reason, self.lang))} ({kinds})")
        if len(found) > MOST_GAPS:
            more = len(found) - MOST_GAPS
            yield self._say(f"  – 另有 {more} 项原因，见报告", f"  – and {more} more in the report")

    def _findings(self) -> Iterator[str]:
        groups = self._groups()
        total = sum(len(group) for _, group in groups)
        if not total:
            yield from wrap(say(words.NOTHING_FOUND, self.lang))
            yield from wrap(say(words.NOT_COMPLIANCE, self.lang))
            return
        left = MOST_FINDINGS
        for label, group in groups:
            if group:
                yield self._paint(_BOLD, self._heading(label, group))
                for one in group[:left]:
                    yield self._line(one)
                left -= min(left, len(group))
        if total > MOST_FINDINGS:
            more = total - MOST_FINDINGS
            yield self._say(f"  另有 {more} 项，见报告", f"  and {more} more in the report")
        inside = merged(self.report)
        if inside is not None:
            yield from wrap(say(inside, self.lang))

    def _groups(self) -> list[tuple[str, tuple[Flagged, ...]]]:
        """Give the findings under their headings: by certainty, or the issues, then clues."""
        reader = readers.profile(self.report)
        if reader is not None and reader.pending is not None:
            label = self._say("所涉问题", "issues")
            proven = f"{label} · {say(words.CERTAINTY['proven'], self.lang)}"
            rest = say(reader.pending, self.lang)
            return [(proven, readers.issues(self.report)), (rest, readers.clues(self.report))]
        return [
            (say(label, self.lang), flagged(self.report, certainty))
            for certainty, label in words.CERTAINTY.items()
        ]

    def _heading(self, label: str, group: tuple[Flagged, ...]) -> str:
        count = sum(len(one.findings) for one in group)
        return self._say(
            f"检出涉嫌情形 · {label}：{len(group)} 项规则，{count} 处",
            f"Signs found · {label}: {_count(len(group), 'rule')}, {_count(count, 'place')}",
        )

    def _line(self, one: Flagged) -> str:
        severity = say(words.SEVERITY[one.ruling.severity], self.lang)
        mark = pad(severity, 4 if self.lang == "zh" else 8)
        cite = pad(visible(one.ruling.category), 14)
        tail = f" ×{len(one.findings)}" if len(one.findings) > 1 else ""
        if one.ruling.advisory:
            tail += self._say("（依据为草案）", " (drafts only)")
        room = WIDTH - width(f"  {mark}  {cite}  {tail}")
        title = fit(visible(say(one.ruling.title, self.lang)), room)
        colour = _SEVERITY_COLOUR.get(one.ruling.severity, "")
        return f"  {self._paint(colour, mark)}  {cite}  {title}{tail}"

    def _rest(self) -> Iterator[str]:
        tally = tally_of(self.report)
        parts = [
            f"{self._say('待人工核查', 'left for a person')} {len(tally.manual)}",
            f"{self._say('因其他原因无法判定', 'otherwise undetermined')} "
            f"{len(tally.undetermined)}",
            f"{say(words.VERDICT['satisfied'], self.lang)} {len(tally.satisfied)}",
            f"{say(words.VERDICT['not_applicable'], self.lang)} {len(tally.not_applicable)}",
        ]
        if tally.noted:
            parts.insert(0, f"{say(words.NOTE, self.lang)} {len(tally.noted)}")
        if self.report.accepted:
            past = sum(one.expired for one in self.report.accepted)
            held = len(self.report.accepted) - past
            yield self._say(
                f"基线已接受 {held} 处（照常计分），已过期 {past} 处",
                f"Accepted by the baseline (counts as before): {held}; no longer: {past}",
            )
        if self.report.duties:
            yield self._duties()
        else:
            yield from self._labels()
        yield self._say("规则：", "Rules: ") + " · ".join(parts)
        if self.report.decisions:
            yield from wrap(summed(self.report, self.lang))
        for gone in pressing(self.report):
            yield from wrap(visible(say(gone, self.lang)))
        if self.options.place:
            yield f"{self._say('报告：', 'Report: ')}{visible(self.options.place)}"

    def _duties(self) -> str:
        rows = [row.verdict for row in self.report.duties]
        counts = [
            f"{say(words.VERDICT[key], self.lang)} {rows.count(key)}" for key in words.VERDICT
        ]
        return self._say(f"义务（{len(rows)} 项）：", f"Duties ({len(rows)}): ") + " · ".join(
            counts
        )

    def _labels(self) -> Iterator[str]:
        """Give the names under which notices would list what was found."""
        found = [row.title for row in self.report.labels if row.verdict == "violated"]
        if found:
            said = self._say(
                "通报另用的问题名称：", "Names that notices use beside the ten items: "
            )
            yield from wrap(said + self._names(found))

    def _names(self, labels: list[Words]) -> str:
        return self._say("、", ", ").join(say(label, self.lang) for label in labels)

    def _say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_RESET}" if colour and self.options.colour else text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
