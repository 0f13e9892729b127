"""Why a case says what it says: from the clause over the rule and the facts down to the bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scanner import case as cases
from scanner.casework.standing import stored_report
from scanner.errors import UsageError
from scanner.evidence.vault import Vault
from scanner.explain.blocks import Block, Paragraph, markdown, plain
from scanner.explain.drawing import boxed
from scanner.explain.sections import MOST_FINDINGS, Sections, told_of
from scanner.model import Finding, Report, Ruling
from scanner.profiles import PROFILES
from scanner.report.viewer import Viewer
from scanner.report.words import Lang
from scanner.rulebook.rule import Rulebook
from scanner.texts import perhaps

SHORTEST = 6
"""Hexadecimal digits of a fingerprint that name a finding at least."""
TEXT = "explain.md"
"""The file of an explanation."""
_DIGITS = re.compile(rf"[0-9a-f]{{{SHORTEST},64}}")


class Explanation(NamedTuple):
    """An explanation in words, with the pictures that belong to it."""

    text: str
    """For a terminal."""
    markdown: str
    """The same as Markdown."""
    pictures: dict[str, bytes]
    """PNG by file name."""


class _Chosen(NamedTuple):
    ruling: Ruling
    findings: tuple[Finding, ...]


def explained(
    folder: Path, subject: str, *, book: Rulebook, lang: Lang, pictures: bool = False
) -> Explanation:
    """Explain a finding, named by the beginning of its fingerprint, or all that a rule says.

    Raises UsageError where nothing or more than one is so named, EvidenceError where the case does
    not verify. Pictures are drawn only where they are wanted.
    """
    report = stored_report(folder)
    chosen = _chosen(report, subject)
    facts = cases.read_facts(folder).facts
    vault = Vault(folder / cases.EVIDENCE)
    sections = Sections(report, Viewer(report, vault.open), lang)
    captured_only = report.profile is not None and PROFILES[report.profile].captured_only
    told = told_of(chosen.ruling, report, facts, book, captured_only=captured_only)
    blocks: list[Block] = [*sections.head(chosen.ruling, told), *sections.norms(chosen.ruling)]
    first = chosen.findings[0] if chosen.findings else None
    blocks += sections.rule(chosen.ruling, told, first)
    for finding in chosen.findings[:MOST_FINDINGS]:
        blocks += sections.finding(finding, told)
    blocks += _left(chosen.findings[MOST_FINDINGS:], lang)
    if not chosen.findings:
        blocks += sections.silence(chosen.ruling, told)
    blocks += sections.rest(chosen.ruling)
    drawn: dict[str, bytes] = {}
    if pictures:
        for file, picture in sections.pictures:
            data = boxed(picture, vault.open)
            if data is not None:
                drawn[file] = data
    return Explanation(plain(blocks), markdown(blocks), drawn)


def _left(findings: tuple[Finding, ...], lang: Lang) -> Iterator[Block]:
    if findings:
        named = " ".join(one.fingerprint[:12] for one in findings[:100])
        count = len(findings)
        zh, en = f"另有 {count} 处，请逐一指明：{named}", f"{count} more, to be named: {named}"
        yield Paragraph(zh if lang == "zh" else en)


def _chosen(report: Report, subject: str) -> _Chosen:
    rule = next((one for one in report.rulings if one.rule == subject), None)
    if rule is not None:
        return _Chosen(rule, rule.findings)
    wanted = subject.lower()
    if not _DIGITS.fullmatch(wanted):
        hint = perhaps(
            subject,
            [one.rule for one in report.rulings],
            f"name a rule, or a finding by the first {SHORTEST} or more digits of its fingerprint",
        )
        raise UsageError(f"the case knows no rule or finding {subject[:80]!r}", hint=hint)
    found = [
        _Chosen(ruling, (finding,))
        for ruling in report.rulings
        for finding in ruling.findings
        if finding.fingerprint.startswith(wanted)
    ]
    names = {each.findings[0].fingerprint for each in found}
    if len(names) > 1:
        some = ", ".join(sorted(name[: len(wanted) + 4] for name in names)[:6])
        raise UsageError(
            f"{len(names)} findings begin with {wanted}", hint=f"give more digits: {some}"
        )
    if not found:
        raise UsageError(
            f"no finding of the case begins with {wanted}",
            hint="the report lists the fingerprints; a rule id shows all findings of a rule",
        )
    return _Chosen(found[0].ruling, tuple(each.findings[0] for each in found))


def write(explanation: Explanation, destination: Path) -> None:
    """Write an explanation into a new folder, or an empty one; nothing is left where it fails.

    Raises UsageError where the folder cannot be made, or would lie in a case, which is sealed.
    """
    text = explanation.markdown.encode("utf-8", "backslashreplace")
    with cases.new_case(destination) as folder:
        cases.replace_files(folder, {TEXT: text, **explanation.pictures})


__all__ = ["Explanation", "explained", "write"]
