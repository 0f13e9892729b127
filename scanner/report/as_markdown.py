"""report.md: what a pull request needs to know, short enough for a comment under it."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Open, Report, Words
from scanner.report import collected, readers, words
from scanner.report.listed import Listed, listed, where
from scanner.report.marking import code, plain, table
from scanner.report.outline import for_a_person, gaps, unwatched, watched, with_verdict
from scanner.report.words import Lang, Options, say

LONGEST = 60_000
"""Characters at most: a comment on GitHub holds 65,536."""
MOST_OF_A_RULE = 20
"""Findings of one rule that are shown at most; it says how many more there are."""
MOST_GAPS = 12
MOST_REMEDIES = 30
MOST_ACCEPTED = 50


def render(report: Report, _open: Open, options: Options) -> bytes:
    """Give the summary as Markdown in UTF-8."""
    return (_Summary(report, options.lang).text() + "\n").encode("utf-8", "replace")


class _Summary:
    def __init__(self, report: Report, lang: Lang) -> None:
        self.report = report
        self.lang: Lang = lang
        self.left = LONGEST
        self.found = listed(report)

    def text(self) -> str:
        """Put the parts together: what must be said first takes its room first."""
        head = [*self._head(), ""]
        tail = ["", *self._scope(), "", *self._meaning()]
        self.left -= sum(len(each) + 1 for each in (*head, *tail)) + 400
        fresh = [one for one in self.found if one.accepted is None]
        proven = [one for one in fresh if one.accuses and one.finding.certainty == "proven"]
        suspected = [one for one in fresh if one.accuses and one.finding.certainty != "proven"]
        noted = [one for one in fresh if not one.accuses]
        middle = [
            *self._group(words.CERTAINTY["proven"], proven, folded=False),
            *self._remedies(),
            *self._group(words.CERTAINTY["suspected"], suspected, folded=True),
            *self._accepted(),
            *self._group(words.NOTE, noted, folded=True),
        ]
        return "\n".join([*head, *middle, *tail])

    def _head(self) -> Iterator[str]:
        subject, score = self.report.subject, self.report.score
        named = [subject.name, subject.id, subject.version]
        yield f"## {self._say('明鉴检测', 'Mingjian')}"
        yield ""
        yield " · ".join(code(each, 120) for each in named if each)
        yield ""
        figure = (
            say(words.NO_SCORE, self.lang)
            if score.value is None
            else f"{words.number(score.value)} / 100"
        )
        limited = f" · {say(words.LIMITED, self.lang)}" if score.limited else ""
        coverage = self._say(
            f"覆盖率 {words.percent(score.coverage)}"
            f"（{score.applicable} 项中 {score.decided} 项有结论）",
            f"coverage {words.percent(score.coverage)} "
            f"({score.decided} of {score.applicable} reached a verdict)",
        )
        grade = f"{score.grade} {say(words.GRADE[score.grade], self.lang)}"
        yield f"**{grade}** · {figure} · {coverage}{limited}"
        yield ""
        yield say(words.GRADE_MEANING[score.grade], self.lang)
        yield ""
        yield f"SHA-256 {code(subject.sha256, 80)}"
        yield ""
        counts = " · ".join(
            f"{say(label, self.lang)} {len(with_verdict(self.report, verdict))}"
            for verdict, label in words.VERDICT.items()
        )
        yield self._say("规则：", "Rules: ") + counts

    def _group(self, label: Words, found: list[Listed], *, folded: bool) -> Iterator[str]:
        if not found:
            if not folded:
                yield f"### {say(label, self.lang)}: 0"
                yield ""
                yield (
                    say(words.NOTHING_FOUND, self.lang)
                    if not self.found
                    else self._say("没有。", "None.")
                )
                yield ""
            return
        title = f"{say(label, self.lang)}: {len(found)}"
        yield f"<details><summary>{title}</summary>" if folded else f"### {title}"
        yield ""
        rows = list(self._rows(found))
        heading = self._say(
            "级别|类别|规则|检测到|位置|指纹", "Severity|Category|Rule|Found|Where|Id"
        )
        yield from table(heading.split("|"), rows)
        yield ""
        left = len(found) - len(rows)
        if left:
            yield self._say(f"另有 {left} 处，见 report.json", f"{left} more in report.json")
            yield ""
        if folded:
            yield "</details>"
            yield ""

    def _rows(self, found: list[Listed]) -> Iterator[tuple[str, ...]]:
        shown: dict[str, int] = {}
        for one in found:
            rule = one.ruling.rule
            if shown.get(rule, 0) >= MOST_OF_A_RULE:
                continue
            place = where(self.report, one.finding, self.lang, 160)
            row = (
                say(words.SEVERITY[one.ruling.severity], self.lang),
                code(one.ruling.category, 40),
                code(rule, 80),
                plain(say(collected.message(one.finding), self.lang), 300),
                code(place, 180) if place else "",
                code(one.finding.fingerprint[:16]),
            )
            size = sum(len(each) + 3 for each in row) + 2
            if size > self.left:
                return
            self.left -= size
            shown[rule] = shown.get(rule, 0) + 1
            yield row

    def _remedies(self) -> Iterator[str]:
        """Say what to change, with the first place of what that would settle."""
        found = readers.remedies(self.report)
        if not found:
            return
        yield f"### {self._say('整改建议', 'What to change')}"
        yield ""
        for number, one in enumerate(found[:MOST_REMEDIES], 1):
            first = next(each for ruling in one.rulings for each in ruling.findings)
            place = where(self.report, first, self.lang, 160)
            at = f" {code(place, 180)}" if place else ""
            text = f"{number}. {plain(say(one.words, self.lang), 300)}{at}"
            if len(text) + 1 > self.left:
                break
            self.left -= len(text) + 1
            yield text
        yield ""

    def _accepted(self) -> Iterator[str]:
        """List what the baseline accepts: it counts as before and does not fail the call."""
        found = [one for one in self.found if one.accepted is not None]
        if not found:
            return
        label = self._say("基线已接受（照常计分）", "Accepted by the baseline (counts as before)")
        yield f"<details><summary>{label}: {len(found)}</summary>"
        yield ""
        for one in found[:MOST_ACCEPTED]:
            if one.accepted is None:
                continue
            until = self._say("至", "until")
            text = (
                f"- {code(one.ruling.rule, 80)} {code(one.finding.fingerprint[:16])} "
                f"{say(words.CERTAINTY[one.finding.certainty], self.lang)} · "
                f"{plain(one.accepted.reason, 200)} · {plain(one.accepted.owner, 80)} · "
                f"{until} {plain(one.accepted.expires, 20)}"
            )
            if len(text) + 1 > self.left:
                break
            self.left -= len(text) + 1
            yield text
        if len(found) > MOST_ACCEPTED:
            left = len(found) - MOST_ACCEPTED
            yield self._say(f"- 另有 {left} 处", f"- {left} more")
        yield ""
        yield "</details>"
        yield ""

    def _scope(self) -> Iterator[str]:
        seen = [say(words.CHANNEL[one], self.lang) for one in watched(self.report)]
        unseen = [say(words.CHANNEL[one], self.lang) for one in unwatched(self.report)]
        comma, nothing = self._say("、", ", "), self._say("无", "nothing")
        yield f"### {self._say('没看', 'Not looked at')}"
        yield ""
        yield self._say("看了：", "Looked at: ") + (comma.join(seen) or nothing) + "  "
        yield self._say("没看：", "Not looked at: ") + (comma.join(unseen) or nothing)
        yield ""
        for source in [one for one in self.report.sources if not one.readable][:MOST_GAPS]:
            yield f"- {self._say('无法读取：', 'could not be read: ')}{code(source.name, 120)}"
        found = gaps(self.report)
        for gap in found[:MOST_GAPS]:
            yield f"- {plain(say(gap.reason, self.lang), 200)} ({len(gap.entries)})"
        if len(found) > MOST_GAPS:
            left = len(found) - MOST_GAPS
            yield self._say(f"- 另有 {left} 项原因", f"- {left} more reasons")
        manual = len(for_a_person(self.report))
        if manual:
            yield self._say(f"- 待人工核查：{manual} 项", f"- left for a person to check: {manual}")

    def _meaning(self) -> Iterator[str]:
        yield f"### {self._say('结果不说明什么', 'What this does not mean')}"
        yield ""
        yield f"- {say(words.NOT_COMPLIANCE, self.lang)}"
        yield f"- {say(words.CERTAINTY_MEANING['proven'], self.lang)}"
        yield f"- {say(words.CERTAINTY_MEANING['suspected'], self.lang)}"

    def _say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en
