"""The sections of an explanation, from the clause down to the byte."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.errors import EvidenceError
from scanner.explain import telling
from scanner.explain.blocks import Block, Drawn, Heading, Paragraph, Point, Quoted
from scanner.explain.looking import check, commands
from scanner.facts import Fact, fact_id, kind_of
from scanner.model import Finding, Norm, Report, Ruling, Words
from scanner.report.citing import cited
from scanner.report.decided import said as decisions_on
from scanner.report.places import places
from scanner.report.readers import DISABLED, HELD_BACK
from scanner.report.viewer import Picture, Viewer, lines, source_of
from scanner.report.words import (
    CERTAINTY,
    CERTAINTY_MEANING,
    CHANNEL,
    NOT_COMPLIANCE,
    SEVERITY,
    STATUS,
    TO_VERIFY,
    VERDICT,
    Lang,
    needs_check,
    say,
)
from scanner.rulebook.match import UNKNOWN_FACT, Seen
from scanner.rulebook.rule import Forbid, ForEach, Require, Rule, Rulebook
from scanner.rulebook.turning import Case, turns

MOST_FACTS = 30
"""Facts of one finding that are shown."""
MOST_FINDINGS = 20
"""Findings of one rule that are explained in one go."""
MOST_LOOKED_AT = 10
"""Facts that a rule looked at without finding anything that are named."""
MOST_UNSEEN = 40
"""Reasons why something was not seen that are named."""
CHOICES = {
    "confirm": Words("确认", "confirmed"),
    "reject": Words("否定", "rejected"),
    "defer": Words("暂缓", "deferred"),
}
BESIDE = frozenset(("kind", "source", "channel", "derived_from"))
"""Members of a fact that are told apart from its fields."""


class Told(NamedTuple):
    """The rule and the facts with which an explanation can go beyond the report."""

    rule: Rule
    book: Rulebook
    facts: Mapping[str, Fact]
    case: Case
    seen: Seen


def told_of(
    ruling: Ruling, report: Report, facts: Sequence[Fact], book: Rulebook, *, captured_only: bool
) -> Told | None:
    """Give what is needed to judge again; None where these are not the rules that judged.

    Raises EvidenceError where the report says no day on which the subject was observed.
    """
    rule = next((one for one in book.rules if one.id == ruling.rule), None)
    if book.digest != report.rulebook.digest or rule is None:
        return None
    try:
        day = datetime.datetime.fromisoformat(report.observed_at).date()
    except ValueError:
        said = "the report says no time at which the subject was observed"
        raise EvidenceError(said, hint="restore the case from its sealed copy") from None
    case = Case(facts, report.unseen, report.subject.kind, day, captured_only)
    by_id = {fact_id(fact): fact for fact in facts}
    return Told(rule, book, by_id, case, Seen(facts, report.unseen, book.sets))


class Sections:
    """Writes the sections for one report in one language."""

    def __init__(self, report: Report, viewer: Viewer, lang: Lang) -> None:
        self.report, self.viewer, self.lang = report, viewer, lang
        self.pictures: list[tuple[str, Picture]] = []
        """Pictures that belong to the text, each with the name of its file."""

    def _say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def head(self, ruling: Ruling, told: Told | None) -> Iterator[Block]:
        """Name the subject, the rule and its verdict."""
        subject, lang = self.report.subject, self.lang
        yield Heading(1, f"{ruling.rule} · {say(ruling.title, lang)}")
        name = " · ".join(part for part in (subject.name, subject.id, subject.version) if part)
        yield Paragraph(f"{name} · SHA-256 {subject.sha256}")
        verdict = say(VERDICT[ruling.verdict], lang)
        if ruling.certainty is not None:
            verdict += f" · {say(CERTAINTY[ruling.certainty], lang)}"
        verdict += f" · {say(SEVERITY[ruling.severity], lang)}"
        yield Paragraph(self._say("结论：", "Verdict: ") + verdict)
        if ruling.disabled:
            yield Paragraph(say(DISABLED, lang))
        if told is None:
            yield Paragraph(
                self._say(
                    f"此案由规则集 {self.report.rulebook.digest[:12]} 判定，现有的规则集不是它；"
                    "以下只说明报告载有的内容。用 -r 指定当时的规则，或以 mingjian judge 重判。",
                    f"The rules that judged this case ({self.report.rulebook.digest[:12]}) are not "
                    "those at hand: only what the report itself holds is explained. Name them by "
                    "-r, or judge again.",
                )
            )

    def norms(self, ruling: Ruling) -> Iterator[Block]:
        """Give the clauses."""
        yield Heading(2, self._say("条款", "The clause"))
        norms: dict[str, Norm] = {norm.id: norm for norm in self.report.norms}
        for place in ruling.basis:
            norm = norms.get(place.norm)
            if norm is None:
                yield Point(f"{place.norm} {place.item}")
                continue
            check_it = f" {say(TO_VERIFY, self.lang)}" if needs_check(norm) else ""
            status = say(STATUS[norm.status], self.lang)
            where = say(cited(norm, place.item), self.lang)
            yield Point(f"{where} {norm.number}{check_it}（{status}）")
            demand = norm.items.get(place.item)
            if demand is not None:
                yield Point(say(demand, self.lang), 1)
        if not ruling.basis:
            yield Point(self._say("没有在观察当日有效的条款", "no clause in force on that day"))
        rows = (*self.report.behaviours, *self.report.labels, *self.report.duties)
        row = next((one for one in rows if one.id == ruling.category), None)
        if row is not None:
            yield Point(f"{ruling.category}: {say(row.title, self.lang)}")

    def rule(self, ruling: Ruling, told: Told | None, finding: Finding | None) -> Iterator[Block]:
        """Give what the rule demands, and how each part of it stands in this case."""
        yield Heading(2, self._say("规则", "The rule"))
        settles = self._say("、", ", ").join(say(VERDICT[one], self.lang) for one in ruling.settles)
        nothing = self._say("无（人工核查）", "nothing (a check by hand)")
        yield Point(self._say("可得出的结论：", "can settle: ") + (settles or nothing))
        if told is None:
            return
        rule = told.rule
        if rule.file:
            yield Point(self._say("文件：", "file: ") + rule.file)
        ceilings = [
            f"{say(CHANNEL[channel], self.lang)} → {say(CERTAINTY[most], self.lang)}"
            for channel, most in rule.certainty.items()
        ]
        if ceilings:
            yield Point(
                self._say("各渠道至多：", "at most: ") + self._say("；", "; ").join(ceilings)
            )
        yield Quoted(telling.indented(self._tree(told, finding)))

    def _tree(self, told: Told, finding: Finding | None) -> Iterator[tuple[int, str]]:
        rule, lang, shape = told.rule, self.lang, told.rule.shape
        its: object = UNKNOWN_FACT
        for label, one in (
            (self._say("仅当：", "only when:"), rule.when),
            (self._say("除非：", "unless:"), rule.exempt),
        ):
            if one is not None:
                yield 0, label
                yield from telling.condition(one, told.seen, its, lang, 1)
        if shape is None:
            return
        yield 0, telling.shape(shape, lang)
        if isinstance(shape, Require):
            yield from telling.condition(shape.condition, told.seen, its, lang, 1)
            return
        named = finding.facts[0] if finding is not None and finding.facts else ""
        offender = told.facts.get(named)
        if offender is not None:
            its = offender
        fact = self.report.facts.get(named)
        against = telling.fact_against(shape.each, fact, lang)
        yield from ((depth + 1, text) for depth, text in against)
        if offender is None:
            found = told.seen.matches(shape.each)
            yield (
                1,
                self._say(
                    f"符合 {len(found.hits)} 条，可能符合 {len(found.maybes)} 条，"
                    f"可能有而未见 {len(found.unseen)} 种情形",
                    f"{len(found.hits)} fit, {len(found.maybes)} may fit, "
                    f"{len(found.unseen)} kinds could exist unseen",
                ),
            )
        inner = shape.also if isinstance(shape, Forbid) else shape.expect
        if inner is not None:
            both = isinstance(shape, ForEach)
            yield (
                0,
                self._say("应有：", "must have:") if both else self._say("并且：", "and:"),
            )
            held = told.seen if offender is not None else None
            yield from telling.condition(inner, held, its, lang, 1)

    def finding(self, finding: Finding, told: Told | None) -> Iterator[Block]:
        """Explain one finding down to its bytes."""
        yield Heading(2, self._say("检出 ", "Finding ") + finding.fingerprint[:16])
        yield Paragraph(say(finding.message, self.lang))
        yield from self._certainty(finding, told)
        yield Heading(3, self._say("事实与字节", "Facts and bytes"))
        for name in finding.facts[:MOST_FACTS]:
            yield from self.fact(name)
        if len(finding.facts) > MOST_FACTS:
            more = len(finding.facts) - MOST_FACTS
            yield Paragraph(self._say(f"另有 {more} 条事实，见报告", f"and {more} more facts"))
        yield from self._where(finding)
        if finding.alternatives:
            yield Heading(3, self._say("可能的正当解释", "Innocent explanations"))
            yield from (Point(say(one, self.lang)) for one in finding.alternatives)
        yield from self._turns(finding, told)
        yield from self._decisions(finding.fingerprint)

    def _certainty(self, finding: Finding, told: Told | None) -> Iterator[Block]:
        lang = self.lang
        meaning = say(CERTAINTY_MEANING[finding.certainty], lang)
        yield Point(f"{say(CERTAINTY[finding.certainty], lang)}: {meaning}")
        if finding.held_back:
            yield Point(say(HELD_BACK, lang))
        if finding.repeat is not None:
            found, runs = finding.repeat.found, finding.repeat.runs
            yield Point(self._say(f"{runs} 次运行中 {found} 次检出", f"in {found} of {runs} runs"))
        if told is None or told.rule.raise_when is None:
            return
        named = finding.facts[0] if finding.facts else ""
        its: object = told.facts.get(named, UNKNOWN_FACT)
        label = self._say("下列条件成立时为“事实已证实”：", "proven where this holds:")
        tree = telling.condition(told.rule.raise_when, told.seen, its, lang, 1)
        yield Quoted(telling.indented([(0, label), *tree]))

    def fact(self, name: str) -> Iterator[Block]:
        """Show one fact, its place, and the bytes there."""
        fact, lang = self.report.facts.get(name), self.lang
        if fact is None:
            yield Point(self._say(f"{name}：报告未载有", f"{name}: not in the report"))
            return
        source = source_of(fact)
        kind = telling.kind_name(str(fact.get("kind", "")), lang)
        yield Heading(4, f"{kind} {name}")
        shown = [
            f"{telling.field_name(field, lang)}: {telling.value(said, lang)}"
            for field, said in fact.items()
            if field not in BESIDE
        ]
        origins = fact.get("derived_from")
        if isinstance(origins, list) and origins:
            label = self._say("由这些事实得出", "made from these facts")
            shown.append(f"{label}: {telling.value(origins, lang)}")
        yield Quoted(tuple(shown))
        entry = self.viewer.kept.entry(source.evidence)
        told = [self._say(f"位置：{source.at or '整份'}", f"place: {source.at or 'all of it'}")]
        if entry is not None:
            told.append(f"{entry.name} ({entry.media_type}, {entry.size} B)")
        if source.time:
            told.append(source.time)
        if not source.captured:
            told.append(self._say("由他人提供", "handed in"))
        yield Point(" · ".join(told))
        yield from self._bytes(fact, source.evidence)

    def _bytes(self, fact: Mapping[str, object], evidence: str | None) -> Iterator[Block]:
        run = [check(evidence)] if self.viewer.kept.entry(evidence) and evidence else []
        for view in self.viewer.shown(fact):
            yield Quoted(lines(view, self.lang))
            if isinstance(view, Picture):
                file = f"picture-{len(self.pictures) + 1:02}.png"
                self.pictures.append((file, view))
                yield Drawn(file, self._say("标出所述元素的界面", "the screen, elements boxed"))
            run += commands(view, self.viewer.kept, evidence)
        if run:
            yield Point(
                self._say(
                    "自行核对（在案件目录中；显示的是未脱敏的原始字节）：",
                    "To look yourself (in the case folder; this shows the bytes unmasked):",
                )
            )
            yield Quoted(tuple(dict.fromkeys(run)))

    def _where(self, finding: Finding) -> Iterator[Block]:
        found = places(self.report, finding)
        if found:
            yield Heading(3, self._say("修改之处", "Where to change it"))
            yield from (Point(say(one.words, self.lang)) for one in found)

    def _turns(self, finding: Finding, told: Told | None) -> Iterator[Block]:
        if told is None:
            return
        yield Heading(
            3,
            self._say(
                "怎样不同就不会检出（逐项改动事实后重新判定，均已验证）",
                "What would have to be different (each tried by judging again)",
            ),
        )
        found = turns(told.rule, told.book, told.case, finding)
        part = ""
        for one in found:
            if one.part != part:
                part = one.part
                yield Point(say(telling.PARTS[one.part], self.lang))
            yield Point(telling.turn(one, told.facts, self.lang), 1)
        if not found:
            yield Point(
                self._say("没有试出单独一项改动即可使其消失", "no single change was found to do it")
            )

    def _decisions(self, subject: str) -> Iterator[Block]:
        yield Heading(3, self._say("人工意见", "What persons said"))
        found = decisions_on(self.report, subject)
        for one in found:
            choice = say(CHOICES[one.choice], self.lang)
            yield Point(f"{choice} · {one.by} · {one.at} · {one.reason}")
        if not found:
            yield Point(self._say("尚无", "nothing yet"))

    def silence(self, ruling: Ruling, told: Told | None) -> Iterator[Block]:
        """Say why a rule that found nothing says what it says."""
        lang = self.lang
        yield Heading(2, self._say("为何没有检出", "Why it found nothing"))
        why = {
            "satisfied": Words(
                "该规则要看的都看到了，没有一处符合其所禁止的情形，或每一处都有应有的对应。",
                "All that the rule looks at was seen, and nothing of it is as the rule forbids.",
            ),
            "not_applicable": Words(
                "该规则不适用于这类对象，或其适用前提不成立，或其豁免情形成立。",
                "It is about another kind of subject, what it presupposes does not hold, or an "
                "exemption does.",
            ),
            "undetermined": Words(
                "所看到的不足以得出结论：有的没有看到，或该规则不能凭“没有看到”作出结论。这不是通过。",
                "What was seen does not suffice: something was not seen, or the rule's silence "
                "says nothing. This is not a pass.",
            ),
        }.get(ruling.verdict)
        if why is not None:
            yield Paragraph(say(why, lang))
        if ruling.verdict == "satisfied":
            yield Paragraph(say(NOT_COMPLIANCE, lang))
        if told is not None and self.report.subject.kind not in told.rule.targets:
            yield Point(self._say("它针对另一类对象", "it is about another kind of subject"))
        elif told is not None:
            yield from self._looked_at(told)
        for one in ruling.unseen[:MOST_UNSEEN]:
            kind = telling.kind_name(one.kind, lang)
            field = f".{one.field}" if one.field else ""
            scope = "; ".join(
                f"{key}={telling.value(each, lang)}" for key, each in one.scope.items()
            )
            where = f" [{scope}]" if scope else ""
            yield Point(f"{kind}{field}{where}: {say(one.reason, lang)} ({one.collector})")
        if len(ruling.unseen) > MOST_UNSEEN:
            more = len(ruling.unseen) - MOST_UNSEEN
            yield Point(self._say(f"另有 {more} 项", f"and {more} more"))

    def _looked_at(self, told: Told) -> Iterator[Block]:
        """Name facts at which the rule looked, and those that decided."""
        shape = told.rule.shape
        names: dict[str, None] = {}
        if isinstance(shape, Forbid | ForEach):
            names |= dict.fromkeys(one.id for one in told.seen.matches(shape.each).hits)
        for one in (told.rule.when, told.rule.exempt):
            names |= dict.fromkeys(told.seen.answer(one).facts if one is not None else ())
        if isinstance(shape, Require):
            names |= dict.fromkeys(told.seen.answer(shape.condition).facts)
        for name in list(names)[:MOST_LOOKED_AT]:
            fact = told.facts[name]
            place = fact.source.at or self._say("整份", "all of it")
            kind = telling.kind_name(kind_of(fact), self.lang)
            yield Point(self._say(f"看到：{kind} {name}，{place}", f"seen: {kind} {name}, {place}"))
        if len(names) > MOST_LOOKED_AT:
            more = len(names) - MOST_LOOKED_AT
            yield Point(self._say(f"另看到 {more} 条", f"and {more} more seen"))

    def rest(self, ruling: Ruling) -> Iterator[Block]:
        """Give what a person must still look at, and what a developer can change."""
        if ruling.manual is not None:
            yield Heading(2, self._say("人工核查", "What a person must look at"))
            yield Paragraph(say(ruling.manual.look_at, self.lang))
            if not ruling.findings:
                yield from self._decisions(ruling.rule)
        if ruling.remedy is not None and ruling.findings:
            yield Heading(2, self._say("整改", "Remedy"))
            yield Paragraph(say(ruling.remedy, self.lang))
