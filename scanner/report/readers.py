"""What a report puts first for its reader, and what it asks of whoever made it."""

from __future__ import annotations

from typing import NamedTuple

from scanner.model import Report, Row, Ruling, Standing, Words
from scanner.profiles import PROFILES, Profile
from scanner.report.outline import RANK, Flagged, flagged, with_verdict
from scanner.report.words import CERTAINTY

STANDING: dict[Standing, Words] = {
    "unsigned": Words("未签名", "unsigned"),
    "verified": Words("签名已核验", "signature verified"),
    "unverified": Words("有签名，未核验", "signed, signature not verified"),
}
DISABLED = Words(
    "本机构停用了这条规则：它不作结论，也不能使任何一项视为符合。",
    "Switched off by the organisation: the rule says nothing, and nothing is cleared by that.",
)
HELD_BACK = Words(
    "其所依据的观察由他人提供，既没有本工具采集到的相应事实，也没有提取记录说明其全部来历，"
    "按本报告的口径只作线索。",
    "What this stands on was handed in by others; neither did this tool capture it nor does a "
    "record of collection vouch for all of it, so for this reader it is suspected only.",
)


class Remedy(NamedTuple):
    """One thing to change, and the rules whose findings it would settle."""

    words: Words
    rulings: tuple[Ruling, ...]
    proven: bool


def profile(report: Report) -> Profile | None:
    """Give the reader for whom the report is written; None for everybody."""
    return PROFILES[report.profile] if report.profile else None


def issues(report: Report) -> tuple[Flagged, ...]:
    """Give what stands in the table of issues: proven findings, of rules that count.

    Where a list speaks of the subject only by analogy, its row is never proven, and stays away.
    """
    rows: dict[str, Row] = {row.id: row for row in (*report.behaviours, *report.duties)}
    return tuple(
        one
        for one in flagged(report, "proven")
        if not one.ruling.advisory
        and (one.ruling.category not in rows or rows[one.ruling.category].certainty == "proven")
    )


def clues(report: Report) -> tuple[Flagged, ...]:
    """Give all other findings that accuse: the proven ones first."""
    held = {one.ruling.rule for one in issues(report)}
    proven = (one for one in flagged(report, "proven") if one.ruling.rule not in held)
    return (*proven, *flagged(report, "suspected"))


def remedies(report: Report) -> tuple[Remedy, ...]:
    """Give what a developer can change, each once: first what settles the gravest proven finding.

    A rule that tells no remedy is left out: its finding stands in its place below.
    """
    found: dict[Words, Remedy] = {}
    groups = [one for level in CERTAINTY for one in flagged(report, level)]
    groups.sort(key=lambda one: (one.certainty != "proven", RANK[one.ruling.severity]))
    for one in groups:
        words = one.ruling.remedy
        if words is None or one.ruling.advisory:
            continue
        known = found.get(words, Remedy(words, (), one.certainty == "proven"))
        if one.ruling not in known.rulings:
            known = known._replace(rulings=(*known.rulings, one.ruling))
        found[words] = known
    return tuple(found.values())


def waiting_for_type(report: Report) -> tuple[Ruling, ...]:
    """Give the rules that nobody can decide until the type of the app is stated."""
    if report.app_type is not None or report.subject.kind != "apk":
        return ()
    return tuple(
        ruling
        for ruling in with_verdict(report, "undetermined")
        if any(
            entry.kind == "app.type" or entry.field == "expected_for_type"
            for entry in ruling.unseen
        )
    )
