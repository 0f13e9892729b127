"""Two cases of one subject side by side (复测): pure, from reports and facts.

Not looked at this time is not mended: what was found before and is not found now is mended only
where the present case looked where it had been seen, by the same rules; else it cannot be told.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping

from scanner.compare.changes import changes
from scanner.compare.findings import findings
from scanner.compare.look import Look, Sight
from scanner.compare.policies import documents, passages, policy_changes, texts
from scanner.errors import UsageError
from scanner.model import (
    ComparedFinding,
    ComparedRow,
    Comparison,
    Half,
    Report,
    Row,
    RulebookInfo,
    Tool,
    Words,
)
from scanner.report.decided import fingerprints
from scanner.report.outline import RANK
from scanner.report.words import CHANNEL, visible
from scanner.rulebook.rule import Rulebook

SCHEMA = "mingjian/comparison/1"
"""Version of the form of a comparison."""
NO_TEXT = Words(
    "有一案的隐私政策文本已不在案卷中，语句未作比对",
    "the text of the policy is no longer in one of the cases: sentences were not compared",
)
Opener = Callable[[str], bytes]


def compare(
    old: Look,
    new: Look,
    book: Rulebook,
    *,
    tool: Tool,
    open_old: Opener,
    open_new: Opener,
    any_subject: bool = False,
) -> Comparison:
    """Say what became of every finding of two cases, and what of the subject came and went.

    `book` are the rules of today, by which both cases were judged for `Look.today`. Raises
    UsageError for cases of different subjects, unless `any_subject`.
    """
    if not any_subject:
        _refuse_others(old, new)
    before, now = Sight(old, book.sets), Sight(new, book.sets)
    read = texts(before, open_old), texts(now, open_new)
    came, left_out = passages(*read)
    return Comparison(
        schema=SCHEMA,
        tool=tool,
        old=_half(old),
        new=_half(new),
        rulebook=RulebookInfo(
            digest=book.digest,
            version=book.catalog.version,
            rules=len(book.rules),
            extra=book.extra,
        ),
        notes=(
            *_notes(before, now, book.digest),
            *(
                NO_TEXT
                for side, text in zip((before, now), read, strict=True)
                if documents(side) and not text
            ),
        ),
        findings=findings(before, now, {rule.id: rule for rule in book.rules}),
        rows=tuple(_rows(old.report, new.report)),
        changes=changes(before, now),
        policy=policy_changes(before, now),
        passages=came,
        passages_left_out=left_out,
    )


def news(comparison: Comparison, kinds: Collection[str], threshold: str | None) -> tuple[str, ...]:
    """Give the fingerprints of new findings from a threshold on, and what else is new of the wanted
    kinds; what of these may have been there before unseen is left out.

    The threshold is a severity, or proven- and a severity; with None no finding counts.
    """
    found = [one.fingerprint for one in comparison.findings if _counts(one, threshold)]
    found += [
        f"{one.kind}: {one.item}"
        for one in comparison.changes
        if one.change == "added" and one.kind in kinds and not one.doubts
    ]
    return tuple(found)


def _counts(one: ComparedFinding, threshold: str | None) -> bool:
    if threshold is None or one.outcome != "new" or one.advisory or one.accepted:
        return False
    level = threshold.removeprefix("proven-")
    grave = RANK[one.severity] <= {str(name): at for name, at in RANK.items()}[level]
    return grave and (one.now == "proven" or level == threshold)


def _refuse_others(old: Look, new: Look) -> None:
    one, other = old.header.subject, new.header.subject
    if one.kind != other.kind or (one.id and other.id and one.id != other.id):
        raise UsageError(
            f"these are cases of two subjects: {visible(one.id or one.name)[:80]} ({one.kind}) and "
            f"{visible(other.id or other.name)[:80]} ({other.kind})",
            hint="compare cases of one app or site; --force-subject compares them all the same",
        )


def _half(look: Look) -> Half:
    report, header = look.report, look.header
    return Half(
        subject=header.subject,
        observed_at=header.observed_at,
        manifest=look.manifest,
        rulebook=report.rulebook,
        collected_by=header.tool,
        sources=header.sources,
        home=header.home,
        app_type=header.app_type,
        score=report.score,
        findings=len(fingerprints(report)),
    )


def _notes(old: Sight, new: Sight, digest: str) -> Iterator[Words]:
    """Say what a reader must know of the two cases before comparing them."""
    one, other = old.look.header.subject, new.look.header.subject
    if one.kind != other.kind or one.id != other.id:
        yield Words(
            "两案的对象标识不同或未载明，是否为同一对象由比对人负责",
            "the two cases name different subjects, or none: that they are one is the word of "
            "whoever compares them",
        )
    elif one.sha256 == other.sha256 and one.kind == "apk":
        yield Words("两案检测的是同一个文件", "both cases audited the very same file")
    if _later(old, new):
        yield Words(
            "新案的观察时间早于原案", "the present case was observed before the earlier one"
        )
    for side in (old, new):
        if side.look.report.rulebook.digest != digest:
            yield Words(
                f"{side.name.zh}的报告依据另一版规则；比对时另按现行规则判定其事实",
                f"the report of {side.name.en} was judged by other rules; to compare, its facts "
                "were judged by those of today as well",
            )
    for side, opposite in ((old, new), (new, old)):
        for channel in sorted(opposite.watched - side.watched - {"auditor"}):
            words = CHANNEL[channel]
            yield Words(
                f"{side.name.zh}没有查看{words.zh}", f"{side.name.en} did not look at: {words.en}"
            )
    before, now = old.look.report.score, new.look.report.score
    if now.coverage < before.coverage:
        yield Words(
            "新案的覆盖率低于原案，得分与等级不能据此认为有所改善",
            "the present case covers less than the earlier one: score and grade show no betterment",
        )
    if old.look.header.app_type != new.look.header.app_type:
        yield Words("两案所述 App 类型不同", "the two cases state different types of the app")
    if old.look.header.home != new.look.header.home:
        yield Words("两案适用法律的国家不同", "the two cases apply the law of different countries")


def _later(old: Sight, new: Sight) -> bool:
    try:
        before, now = (
            datetime.datetime.fromisoformat(side.look.header.observed_at) for side in (old, new)
        )
        return now < before
    except (ValueError, TypeError):
        return False


def _rows(old: Report, new: Report) -> Iterator[ComparedRow]:
    """Put the listed behaviours and duties of both reports side by side, in their order."""
    sides: list[Mapping[str, Row]] = [
        {row.id: row for row in (*report.duties, *report.behaviours, *report.labels)}
        for report in (old, new)
    ]
    before, now = sides
    for name in dict.fromkeys([*now, *before]):
        was, says = before.get(name), now.get(name)
        row = says or was
        if row is not None:
            yield ComparedRow(
                id=name,
                title=row.title,
                was=was.verdict if was else None,
                was_certainty=was.certainty if was else None,
                now=says.verdict if says else None,
                now_certainty=says.certainty if says else None,
            )
