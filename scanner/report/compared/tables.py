"""A comparison as tables, in one language, for every format that prints rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from scanner.model import (
    Change,
    Changing,
    ComparedFinding,
    ComparedRow,
    Comparison,
    Decision,
    Half,
    Outcome,
    PolicyChange,
    Words,
)
from scanner.report import words
from scanner.report.words import Lang, say, visible
from scanner.wording.values import called

TITLE = Words("复测比对", "Comparison of two cases")
OUTCOME: dict[Outcome, Words] = {
    "new": Words("新增", "New"),
    "still": Words("仍存在", "Still there"),
    "unclear": Words("无法判断", "Cannot tell"),
    "mended": Words("未再检出", "Mended"),
}
OUTCOME_MEANING: dict[Outcome, Words] = {
    "new": Words("本次检出、上次未检出", "found this time, and not before"),
    "still": Words("两次均检出", "found both times"),
    "unclear": Words(
        "上次检出，本次没有查看或不足以判断；不等于已整改",
        "found before; this time not looked at, or not enough to tell, which is not mended",
    ),
    "mended": Words(
        "上次检出，本次在同一范围内再次查看而未再检出；是否整改到位由有权机关认定",
        "found before, looked for again in the same scope, and not found; whether that is "
        "enough is for the authority to find",
    ),
}
CHANGING: dict[Changing, Words] = {
    "permission": Words("权限", "permission"),
    "sdk": Words("第三方组件", "third-party component"),
    "host": Words("主机", "host"),
    "early": Words("同意前读取或发送", "read or sent before consent"),
    "access": Words("读取的信息种类", "kind of data read"),
    "data": Words("发送的信息种类", "kind of data sent"),
    "flow": Words("信息去向", "where data goes"),
}
_CAME = {
    "added": Words("增加", "added"),
    "removed": Words("减少", "removed"),
    "gained": Words("增加", "gained"),
    "lost": Words("删除", "lost"),
    "changed": Words("改变", "changed"),
}
_UNSURE = Words("，无法判断", ", cannot tell")
_STATED: dict[str, Words] = {
    "document": Words("文本版本", "version of the text"),
    "operator": Words("运营者", "operator"),
    "element": Words("应载要素", "element that is owed"),
    "data_item": Words("信息种类", "kind of data"),
    "third_party": Words("第三方", "third party"),
    "permission": Words("权限", "permission"),
    "promise": Words("承诺", "promise"),
    "period": Words("期限", "period"),
    "export": Words("出境", "transfer abroad"),
    "wording": Words("不利表述", "wording against it"),
}
NOT_FOUND = Words("未检出", "not found")
NOT_LISTED = Words("未列出", "not listed")
REPEATED = Words("另一版本再次出现同一问题", "the same again in another version")
UNCHANGED = Words("其余各项结论不变：", "All other rows as before: ")
LEFT_OUT = Words("另有未列出的语句：", "Sentences that are not listed: ")
NOTHING = Words("没有", "None")


class Table(NamedTuple):
    """One table: its id, its name, what a reader must know of it, its heading and its rows."""

    id: str
    name: str
    note: str
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    """Shares of the width of its columns."""


def title(comparison: Comparison, lang: Lang) -> str:
    """Give the title with the name of the subject."""
    subject = comparison.new.subject
    named = " · ".join(part for part in (subject.name, subject.id) if part)
    return f"{say(TITLE, lang)} · {visible(named)}"


def notes(comparison: Comparison, lang: Lang) -> tuple[str, ...]:
    """Give what a reader must know before anything else: what cannot be concluded."""
    return tuple(visible(say(each, lang)) for each in comparison.notes)


def counts(comparison: Comparison) -> dict[Outcome, int]:
    """Count the findings by what became of them."""
    found = Counter(one.outcome for one in comparison.findings)
    return {outcome: found[outcome] for outcome in OUTCOME}


def counted(comparison: Comparison, lang: Lang) -> str:
    """Say the counts in one line."""
    return " · ".join(
        f"{say(OUTCOME[outcome], lang)} {count}" for outcome, count in counts(comparison).items()
    )


def tables(comparison: Comparison, lang: Lang) -> tuple[Table, ...]:
    """Give the whole comparison as tables, every text on one line with nothing hidden in it."""
    return _Tables(comparison, lang).all()


class _Tables:
    def __init__(self, comparison: Comparison, lang: Lang) -> None:
        self.comparison = comparison
        self.lang: Lang = lang

    def all(self) -> tuple[Table, ...]:
        return (
            self.halves(),
            self.findings(),
            self.rows(),
            self.changes(),
            self.policy(),
            self.passages(),
        )

    def halves(self) -> Table:
        old, new = self.comparison.old, self.comparison.new
        lines: list[tuple[Words, Callable[[Half], str]]] = [
            (Words("名称", "Name"), lambda half: half.subject.name),
            (Words("标识", "Identifier"), lambda half: half.subject.id),
            (Words("版本", "Version"), lambda half: half.subject.version),
            (Words("检测对象 SHA-256", "SHA-256 of the subject"), lambda half: half.subject.sha256),
            (Words("案卷清单 SHA-256", "SHA-256 of the case"), lambda half: half.manifest),
            (Words("观察时间", "Observed"), lambda half: half.observed_at),
            (Words("查看范围", "Looked at"), self._channels),
            (Words("采集工具", "Collected by"), lambda half: half.collected_by.version),
            (Words("判定规则", "Judged by rules"), _rules),
            (Words("检出（处）", "Findings"), lambda half: str(half.findings)),
            (Words("得分", "Score"), self._score),
            (Words("等级", "Grade"), lambda half: half.score.grade),
            (Words("覆盖率", "Coverage"), lambda half: words.percent(half.score.coverage)),
        ]
        return self._table(
            "cases",
            Words("两案", "The two cases"),
            (Words("项目", "What"), Words("原案", "Earlier"), Words("新案", "Present")),
            [(say(label, self.lang), told(old), told(new)) for label, told in lines],
            (3, 6, 6),
        )

    def findings(self) -> Table:
        heading = (
            *(Words("结果", "Outcome"), Words("级别", "Severity"), Words("情形", "Category")),
            *(Words("规则", "Rule"), Words("内容", "Finding"), Words("原案", "Earlier")),
            *(Words("新案", "Present"), Words("依据", "Because"), Words("人工认定", "Persons")),
            Words("指纹", "Fingerprint"),
        )
        rows = [self._finding(one) for one in self.comparison.findings]
        name = Words("检出情形", "Findings")
        note = "；".join if self.lang == "zh" else "; ".join
        meaning = note(
            f"{say(OUTCOME[one], self.lang)}{'：' if self.lang == 'zh' else ': '}"
            f"{say(OUTCOME_MEANING[one], self.lang)}"
            for one in OUTCOME
        )
        return self._table(
            "findings", name, heading, rows, (3, 2, 4, 5, 12, 4, 4, 9, 6, 6), meaning
        )

    def _finding(self, one: ComparedFinding) -> tuple[str, ...]:
        because = list(one.reasons)
        if one.repeated:
            because.insert(0, REPEATED)
        said = {(each.by, each.at, each.choice): each for each in (*one.said_before, *one.said_now)}
        return (
            say(OUTCOME[one.outcome], self.lang),
            say(words.SEVERITY[one.severity], self.lang),
            one.category,
            one.rule,
            say(one.message, self.lang),
            self._certainty(one.was),
            self._certainty(one.now),
            self._joined(because),
            self._said(said.values()),
            one.fingerprint,
        )

    def rows(self) -> Table:
        listed = self.comparison.rows
        changed = [row for row in listed if self._before(row) != self._after(row)]
        heading = (
            *(Words("编号", "No."), Words("名称", "Name")),
            *(Words("原案", "Earlier"), Words("新案", "Present")),
        )
        body = [
            (row.id, say(row.title, self.lang), self._before(row), self._after(row))
            for row in changed
        ]
        note = f"{say(UNCHANGED, self.lang)}{len(listed) - len(changed)}"
        name = Words("列举的行为与义务", "Listed behaviours and duties")
        return self._table("rows", name, heading, body, (3, 9, 5, 5), note)

    def changes(self) -> Table:
        heading = (
            *(Words("变化", "Change"), Words("类别", "What"), Words("内容", "Which")),
            *(Words("位置", "Where"), Words("为何无法判断", "Why it cannot be told")),
        )
        body = [self._change(one) for one in self.comparison.changes]
        return self._table(
            "changes", Words("对象的变化", "What came and went"), heading, body, (3, 4, 8, 7, 8)
        )

    def _change(self, one: Change) -> tuple[str, ...]:
        came = say(_CAME[one.change], self.lang)
        return (
            came + (say(_UNSURE, self.lang) if one.doubts else ""),
            say(CHANGING[one.kind], self.lang),
            one.item,
            ", ".join(one.details),
            self._joined(one.doubts),
        )

    def policy(self) -> Table:
        heading = (
            *(Words("变化", "Change"), Words("类别", "What"), Words("内容", "Which")),
            *(Words("原案", "Earlier"), Words("新案", "Present")),
            Words("为何无法判断", "Why it cannot be told"),
        )
        body = [self._stated(one) for one in self.comparison.policy]
        name = Words("隐私政策的变化", "What the policy says otherwise")
        return self._table("policy", name, heading, body, (3, 4, 5, 7, 7, 6))

    def _stated(self, one: PolicyChange) -> tuple[str, ...]:
        came = say(_CAME[one.change], self.lang)
        return (
            came + (say(_UNSURE, self.lang) if one.doubts else ""),
            say(_STATED[one.what], self.lang),
            self._named(one.item),
            one.was,
            one.now,
            self._joined(one.doubts),
        )

    def passages(self) -> Table:
        heading = (
            *(Words("变化", "Change"), Words("文本", "Document")),
            *(Words("位置", "Where"), Words("语句", "Sentence"), Words("文本 SHA-256", "SHA-256")),
        )
        body = [
            (say(_CAME[one.change], self.lang), one.document, one.at, one.text, one.evidence)
            for one in self.comparison.passages
        ]
        left = self.comparison.passages_left_out
        note = f"{say(LEFT_OUT, self.lang)}{left}" if left else ""
        name = Words("隐私政策增删的语句", "Sentences of the policy that came and went")
        return self._table("passages", name, heading, body, (2, 4, 4, 14, 6), note)

    def _table(
        self,
        id_: str,
        name: Words,
        heading: Sequence[Words],
        rows: Iterable[Sequence[str]],
        widths: tuple[int, ...],
        note: str = "",
    ) -> Table:
        return Table(
            id_,
            say(name, self.lang),
            note,
            tuple(say(one, self.lang) for one in heading),
            tuple(tuple(visible(" ".join(cell.split())) for cell in row) for row in rows),
            widths,
        )

    def _channels(self, half: Half) -> str:
        seen = dict.fromkeys(source.channel for source in half.sources if source.readable)
        return ", ".join(say(words.CHANNEL[one], self.lang) for one in seen)

    def _score(self, half: Half) -> str:
        value = half.score.value
        return say(words.NO_SCORE, self.lang) if value is None else f"{words.number(value)} / 100"

    def _certainty(self, certainty: str | None) -> str:
        for name, label in words.CERTAINTY.items():
            if name == certainty:
                return say(label, self.lang)
        return say(NOT_FOUND, self.lang)

    def _before(self, row: ComparedRow) -> str:
        return self._verdict(row.was, row.was_certainty)

    def _after(self, row: ComparedRow) -> str:
        return self._verdict(row.now, row.now_certainty)

    def _verdict(self, verdict: str | None, certainty: str | None) -> str:
        for name, label in words.VERDICT.items():
            if name == verdict:
                sure = f" · {self._certainty(certainty)}" if certainty else ""
                return say(label, self.lang) + sure
        return say(NOT_LISTED, self.lang)

    def _named(self, item: str) -> str:
        """Give an id together with what people call it, where that is known."""
        first, _, rest = item.partition(" · ")
        for field in ("data_type", "promise", "use", "cue"):
            name = called(field, first)
            if name is not None:
                return f"{say(name, self.lang)} ({item})"
        return f"{first} · {rest}" if rest else first

    def _said(self, decisions: Iterable[Decision]) -> str:
        return "; ".join(
            f"{each.by} {say(words.CHOICE[each.choice], self.lang)} {each.at[:10]}"
            for each in decisions
        )

    def _joined(self, many: Iterable[Words]) -> str:
        return ("；" if self.lang == "zh" else "; ").join(say(each, self.lang) for each in many)


def _rules(half: Half) -> str:
    return f"{half.rulebook.version} ({half.rulebook.digest[:12]})"
