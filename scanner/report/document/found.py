"""What was found, rule by rule, with its evidence, its doubts, and what persons say of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from scanner.facts import Source
from scanner.model import Basis, Choice, Decision, Evidence, Finding, Open, Report, Ruling, Words
from scanner.report import measures, readers, terms, words
from scanner.report.decided import confirmed, said
from scanner.report.document.numbered import Numbered, groups, places
from scanner.report.document.paper import Cell, Column, Digest, Paper, Strong
from scanner.report.hiding import hiding
from scanner.report.outline import Flagged, for_a_person, joined
from scanner.report.passages import Passages

MOST_FINDINGS = 2000
"""Findings that a paper prints at most, over all rules; it says how many more there are."""
MOST_FACTS = 6
"""Facts of one finding that it prints at most."""
MOST_PASSAGES = 300
"""Passages of kept texts that it quotes at most, each once."""
LONGEST_QUOTE = 160
"""Characters of a passage that it quotes; what counts is the kept text."""
FINGERPRINT = 16
"""Digits of a fingerprint that it prints, enough to name a finding in a call."""

CHOICE: dict[Choice, Words] = {
    "confirm": Words("确认", "confirmed"),
    "reject": Words("不予认定", "rejected"),
    "defer": Words("待定", "deferred"),
}


class Found:
    """Sets the findings of a report."""

    def __init__(
        self, paper: Paper, report: Report, open_evidence: Open, numbers: Numbered
    ) -> None:
        self._paper = paper
        self._report = report
        self._numbers = numbers
        self._kept = {entry.sha256: entry for entry in report.evidence}
        self._passages = Passages(
            self._entry, open_evidence, hiding(report, open_evidence, published=True)
        )
        self._norms = {norm.id: norm for norm in report.norms}
        rows = (*report.behaviours, *report.labels, *report.duties)
        self._rows = {row.id: row for row in rows}
        self._accepted = {one.fingerprint: one for one in report.accepted}
        reader = readers.profile(report)
        self._pending = reader.pending if reader is not None else None
        self._clues = readers.clues(report) if self._pending else ()
        self._left = MOST_FINDINGS
        self._quoted: set[tuple[str, int, int]] = set()
        self._parts: dict[str, list[tuple[str, str]]] = {}
        inside, _ = joined(report)
        for ruling in report.rulings:
            for finding in ruling.findings:
                if finding.fingerprint in inside:
                    part = (ruling.rule, finding.fingerprint)
                    self._parts.setdefault(inside[finding.fingerprint], []).append(part)

    def findings(self) -> None:
        """Set every finding: the proven first, then the suspected, then what only informs."""
        paper, report = self._paper, self._report
        if not any(many for name, many in groups(report) if name != "noted"):
            paper.text(paper.words(words.NOTHING_FOUND))
            paper.text(paper.words(words.NOT_COMPLIANCE))
        number, all_ = 0, 0
        for name, many in groups(report):
            if not many:
                continue
            paper.heading(self._group(name, many), 2)
            paper.note(paper.words(_MEANING[name]))
            for group in many:
                number += 1
                all_ += len(group.findings)
                self._rule(number, group, accuses=name != "noted")
        if all_ > MOST_FINDINGS:
            more = all_ - MOST_FINDINGS
            paper.note(
                paper.say(
                    f"另有 {more} 处发现未在此列出，全部见 report.json。",
                    f"{more} more findings are not printed here; report.json has them all.",
                )
            )

    def checks(self) -> None:
        """Set what is left to persons, with what they must look at, and what they said of it."""
        paper, report = self._paper, self._report
        left = for_a_person(report)
        paper.text(
            paper.say(
                "下列事项程序无法判定，不因本工具未检出而视为通过；须由检测人逐项核查并签注。",
                "No program can decide the following; nothing passes because the tool found "
                "nothing. A person must look at each and note the result.",
            )
        )
        unanswered = paper.say(
            "□ 存在　□ 不存在　□ 无法核实", "□ is there  □ is not  □ cannot tell"
        )
        rows = (
            (
                str(number),
                [paper.words(ruling.title), Digest(ruling.rule)],
                paper.words(ruling.manual.look_at) if ruling.manual else "",
                self._persons(ruling.rule) or unanswered,
            )
            for number, ruling in enumerate(left, 1)
        )
        paper.table(
            paper.say("待人工核查事项", "Checks that are left to persons"),
            [
                Column(paper.say("序号", "No."), 1.1),
                Column(paper.say("事项", "Check"), 4.4),
                Column(paper.say("须查看的内容", "What to look at"), 7),
                Column(paper.say("核查结果", "Result"), 3.5),
            ],
            rows,
        )

    def _group(self, name: str, many: Sequence[Flagged]) -> str:
        paper = self._paper
        count = sum(len(one.findings) for one in many)
        return paper.words(_LABEL[name]) + paper.say(
            f"：{len(many)} 项规则，{count} 处", f": {len(many)} rules, {count} places"
        )

    def _rule(self, number: int, group: Flagged, *, accuses: bool) -> None:
        paper, ruling = self._paper, group.ruling
        shown = group.findings[: max(0, self._left)]
        self._left -= len(shown)
        paper.heading(f"{number}. {paper.words(ruling.title)}", 3)
        paper.pairs(
            [
                (paper.say("规则", "Rule"), [Digest(ruling.rule), *self._marks(ruling)]),
                (
                    paper.say("自动结论", "Automatic verdict"),
                    self._verdict(group) if accuses else paper.words(words.NOTE),
                ),
                (self._suspected(accuses), self._category(ruling)),
                (paper.say("依据", "Basis"), [self._basis(one) for one in ruling.basis]),
                (
                    paper.say("其他可能的解释", "Innocent explanations"),
                    [f"· {one}" for one in self._common(group)],
                ),
                (
                    paper.say("需人工确认", "A person must check"),
                    paper.words(ruling.manual.look_at) if ruling.manual else "",
                ),
                (paper.say("规则实测", "Rule as measured"), self._measured(ruling.rule)),
                (
                    paper.say("整改建议", "Remedy"),
                    paper.words(ruling.remedy) if ruling.remedy else "",
                ),
            ],
            cm=3.2,
        )
        if not shown:
            return
        common = set(self._common(group))
        paper.table(
            paper.say(f"发现（规则 {ruling.rule}）", f"Findings of the rule {ruling.rule}"),
            [
                Column(paper.say("编号", "No."), 1.4),
                Column(paper.say("检测到的事实", "What was detected"), 6.4),
                Column(paper.say("证据与位置", "Evidence and place"), 5.8),
                Column(paper.say("人员意见", "Persons"), 2.4),
            ],
            (
                (
                    f"{number}.{at}",
                    self._finding(one, group, common),
                    self._evidence(one),
                    self._opinion(one),
                )
                for at, one in enumerate(shown, 1)
            ),
        )

    def _measured(self, rule: str) -> str:
        paper, one = self._paper, self._report.measured.get(rule)
        recall = measures.recall(one) if one else None
        precision = measures.precision(one) if one else None
        if recall is None and precision is None:
            return paper.words(measures.NOT_MEASURED)
        both = (paper.words(measures.said(each)) for each in (recall, precision))
        return paper.say("查全 {}；查准 {}", "recall {}; precision {}").format(*both)

    def _marks(self, ruling: Ruling) -> list[str]:
        say, marks = self._paper.say, []
        if ruling.advisory:
            marks.append(say("仅依据草案，不计分", "rests on drafts only, counts nothing"))
        if ruling.folder:
            marks.append(say(f"外加规则：{ruling.folder}", f"rule of the folder {ruling.folder}"))
        return marks

    def _verdict(self, group: Flagged) -> str:
        paper = self._paper
        parts: tuple[Words, ...] = (
            words.VERDICT["violated"],
            words.CERTAINTY[group.certainty],
            words.SEVERITY[group.ruling.severity],
        )
        if self._pending is not None and group in self._clues:
            parts = (*parts, self._pending)
        return " · ".join(paper.words(one) for one in parts)

    def _suspected(self, accuses: bool) -> str:
        if accuses:
            return self._paper.say("涉嫌属于", "Suspected case of")
        return self._paper.say("有关条款", "Concerns")

    def _category(self, ruling: Ruling) -> list[str]:
        paper = self._paper
        said_of = [f"{self._speaks_of(ruling.category)}（{ruling.category}）"]
        for scheme, items in sorted(ruling.schemes.items()):
            name = words.SCHEME.get(scheme)
            for item in items:
                title = self._report.names.get(f"{scheme}-{item}")
                told = f" · {paper.words(title)}" if title else ""
                said_of.append(f"{paper.words(name) if name else scheme} {item}{told}")
        return said_of

    def _speaks_of(self, category: str) -> str:
        """Name a listed behaviour or duty, or the article that a category stands for."""
        paper, row = self._paper, self._rows.get(category)
        if row is not None:
            return paper.words(row.title)
        name, _, item = category.rpartition("-")
        norm = self._norms.get(name.upper())
        if norm is None:
            return ""
        title = paper.words(norm.title)
        return paper.say(f"《{title}》第 {item} 条", f"{title}, art. {item}")

    def _basis(self, basis: Basis) -> str:
        paper, norm = self._paper, self._norms.get(basis.norm)
        if norm is None:
            return f"{basis.norm} {basis.item}"
        title = paper.words(norm.title)
        text = paper.say(f"《{title}》条目 {basis.item}", f"{title}, item {basis.item}")
        demand = norm.items.get(basis.item)
        text += f" · {paper.words(demand)}" if demand else ""
        if words.needs_check(norm):
            text += f"（{paper.words(words.TO_VERIFY)}）"
        if norm.kind == "standard":
            text += paper.say(
                " · 推荐性标准，作技术依据", " · a recommended standard, as technical basis"
            )
        if norm.status != "in_force":
            text += f" · {paper.words(words.STATUS[norm.status])}"
        return text

    def _common(self, group: Flagged) -> tuple[str, ...]:
        """Give the explanations that hold for every finding of a rule alike."""
        each = [tuple(self._paper.words(one) for one in f.alternatives) for f in group.findings]
        return tuple(dict.fromkeys(one for one in each[0] if all(one in many for many in each)))

    def _finding(self, one: Finding, group: Flagged, common: set[str]) -> list[str]:
        paper = self._paper
        said_of: list[str] = [paper.words(one.message)]
        if one.held_back:
            said_of.append(paper.words(readers.HELD_BACK))
        if one.repeat is not None:
            found, runs = one.repeat.found, one.repeat.runs
            said_of.append(
                paper.say(f"{runs} 次检测中 {found} 次检出", f"found in {found} of {runs} runs")
            )
        own = [text for each in one.alternatives if (text := paper.words(each)) not in common]
        if own:
            said_of.append(
                paper.say("其他可能的解释：", "Innocent explanations: ") + "; ".join(own)
            )
        for rule, part in self._parts.get(one.fingerprint, ()):
            said_of.append(
                paper.say(
                    f"同一行为另由规则 {rule} 检出（指纹 {part[:FINGERPRINT]}）",
                    f"one act with what {rule} found (fingerprint {part[:FINGERPRINT]})",
                )
            )
        for rule in group.also.get(one.fingerprint, ()):
            if rule not in {name for name, _ in self._parts.get(one.fingerprint, ())}:
                said_of.append(paper.say(f"另见规则 {rule}", f"see also {rule}"))
        said_of.append(Digest(paper.say("指纹 ", "fingerprint ") + one.fingerprint[:FINGERPRINT]))
        return said_of

    def _evidence(self, one: Finding) -> list[str]:
        """Name the evidence of a finding by its number, with the place inside it."""
        paper, chinese = self._paper, self._paper.lang == "zh"
        lines: list[str] = []
        told: set[str] = set()
        facts = list(places(self._report, one))
        for fact in facts[:MOST_FACTS]:
            source = msgspec.convert(fact.get("source", {}), Source)
            label = terms.KIND.get(str(fact.get("kind")))
            name = paper.words(label) if label else str(fact.get("kind"))
            called_ = self._numbers.called(source.evidence, chinese=chinese)
            if source.evidence and not called_:
                called_ = paper.say("（不在本案卷中）", "(not in this case)")
            lines.append(Strong(f"{called_ or paper.say('无原始证据', 'no evidence')} · {name}"))
            told.add(source.evidence or "")
            lines += self._place(source)
        if len(facts) > MOST_FACTS:
            more = len(facts) - MOST_FACTS
            lines.append(paper.say(f"另有 {more} 项事实", f"and {more} more facts"))
        rest = [self._numbers.called(each, chinese=chinese) for each in one.evidence]
        others = [
            name for each, name in zip(one.evidence, rest, strict=True) if name and each not in told
        ]
        if others:
            lines.append(paper.say("另见：", "also: ") + paper.say("、", ", ").join(others))
        return lines or [paper.say("由检测人陈述或由其他事实推出", "stated, or derived")]

    def _place(self, source: Source) -> Iterator[str]:
        paper = self._paper
        passage = self._passages.at(source)
        if passage is not None:
            yield paper.say(
                f"可读形式第 {passage.line} 行，第 {passage.start}–{passage.end} 字",
                f"readable form, line {passage.line}, characters {passage.start}–{passage.end}",
            )
            place = (source.evidence or "", passage.start, passage.end)
            if place not in self._quoted and len(self._quoted) < MOST_PASSAGES:
                self._quoted.add(place)
                cut = "……" if len(passage.words) > LONGEST_QUOTE else ""
                yield f"“{passage.words[:LONGEST_QUOTE]}{cut}”"
        elif source.at:
            yield source.at
        if source.time:
            yield source.time
        if source.mapped:
            yield paper.say("按指定的地址访问所得", "reached by an address that was given")
        if not source.captured:
            yield paper.say("由他人提供，并非本工具采集", "handed in, not captured by this tool")

    def _opinion(self, one: Finding) -> Cell:
        paper = self._paper
        persons = [*self._persons(one.fingerprint), *self._acceptance(one)]
        if not persons:
            return paper.say("尚无", "none yet")
        if confirmed(self._report, one):
            return [*persons, Strong(paper.say("已由两人确认", "confirmed by two persons"))]
        return persons

    def _acceptance(self, one: Finding) -> Iterator[str]:
        """Say that the organisation accepts a finding for a while: it stays listed and counts."""
        held, say = self._accepted.get(one.fingerprint), self._paper.say
        if held is None:
            return
        over = say("（已过期）", " (expired)") if held.expired else ""
        yield say(
            f"本机构暂时接受至 {held.expires}{over} · {held.owner} · {held.reason}",
            f"accepted until {held.expires}{over} · {held.owner} · {held.reason}",
        )

    def _persons(self, subject: str) -> list[str]:
        return [self._decision(one) for one in said(self._report, subject)]

    def _decision(self, one: Decision) -> str:
        paper, chinese = self._paper, self._paper.lang == "zh"
        text = f"{paper.words(CHOICE[one.choice])} · {one.by} · {one.at} · {one.reason}"
        digests = [each.sha256 for each in one.attachments]
        names = [self._numbers.called(each, chinese=chinese) or each for each in digests]
        return f"{text} · {', '.join(names)}" if names else text

    def _entry(self, sha256: str | None) -> Evidence | None:
        return self._kept.get(sha256 or "")


_LABEL: dict[str, Words] = {
    "proven": words.CERTAINTY["proven"],
    "suspected": words.CERTAINTY["suspected"],
    "noted": words.NOTE,
}
_MEANING: dict[str, Words] = {
    "proven": words.CERTAINTY_MEANING["proven"],
    "suspected": words.CERTAINTY_MEANING["suspected"],
    "noted": words.NOTE_MEANING,
}
