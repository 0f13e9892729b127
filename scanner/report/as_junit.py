"""report.junit.xml: each category a suite and each rule a case, as pipelines show test results.

A rule fails where its finding fails the call: by --fail-on, else as its reader has it, else where
something is proven.
Whatever a program could not decide is skipped with its reason, and never passed.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from scanner.model import Open, Report, Ruling, Words
from scanner.report import collected, readers, words
from scanner.report.listed import Listed, cut, fails, labelled, line, listed, where
from scanner.report.words import Lang, Options, visible

UNSAID = "proven-low"
"""From what on a rule fails where the call does not say: whatever is proven."""
MOST_FINDINGS = 2_000
"""Findings of one rule that are written at most; it says how many more there are."""

NOT_APPLICABLE = Words("不适用", "not applicable")
BY_HAND = Words("须由人核查：", "a person must check:")
UNDECIDED = Words("无法判定：", "undetermined:")
CLUES = Words("线索待印证，未达到失败的门槛", "suspected, below what fails the call")
NOTED = Words("提示信息，不计分", "for information, weighs nothing")
ACCEPTED = Words("基线已接受", "accepted by the baseline")
REMEDY = Words("整改建议：", "what to change:")
UNSEEN = Words("没有看到足以判定的内容", "what would decide was not seen")


def render(report: Report, _open: Open, options: Options) -> bytes:
    """Give the report as JUnit XML in UTF-8."""
    root = _Suites(report, options).root()
    ET.indent(root)
    body: bytes = ET.tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


class _Suites:
    def __init__(self, report: Report, options: Options) -> None:
        self.report = report
        self.lang: Lang = options.lang
        reader = readers.profile(report)
        own = reader.fail_on if reader is not None else None
        self.threshold = options.fail_on or own or UNSAID
        self.found: dict[str, list[Listed]] = {}
        for one in listed(report):
            self.found.setdefault(one.ruling.rule, []).append(one)

    def root(self) -> ET.Element:
        root = ET.Element(
            "testsuites", name=f"mingjian {cut(visible(self.report.subject.id), 200)}"
        )
        groups: dict[str, list[Ruling]] = {}
        for ruling in self.report.rulings:
            groups.setdefault(ruling.category, []).append(ruling)
        for category, rulings in sorted(groups.items()):
            root.append(self._suite(category, rulings))
        for key in ("tests", "failures", "errors"):
            root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
        return root

    def _suite(self, category: str, rulings: list[Ruling]) -> ET.Element:
        suite = ET.Element("testsuite", name=visible(category))
        cases = [self._case(one) for one in sorted(rulings, key=lambda one: one.rule)]
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        suite.set("errors", "0")
        suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
        suite.set("time", "0")
        verdicts = ET.SubElement(suite, "properties")
        for one in rulings:
            name = f"verdict {visible(one.rule)}"
            ET.SubElement(verdicts, "property", name=name, value=one.verdict)
        suite.extend(cases)
        return suite

    def _case(self, ruling: Ruling) -> ET.Element:
        title = line(ruling.title, self.lang, 200)
        case = ET.Element(
            "testcase",
            classname=visible(ruling.category),
            name=f"{visible(ruling.rule)} · {title}",
            time="0",
        )
        found = self.found.get(ruling.rule, [])
        failing = [one for one in found if fails(one, self.threshold)]
        skipped = None if failing else self._skipped(ruling, found)
        if failing:
            first = line(collected.message(failing[0].finding), self.lang, 300)
            kind = failing[0].finding.certainty
            failure = ET.SubElement(case, "failure", message=first, type=kind)
            failure.text = "\n".join(self._lines(ruling, failing))
        elif skipped is not None:
            ET.SubElement(case, "skipped", message=skipped)
        rest = [one for one in found if one not in failing]
        if rest:
            ET.SubElement(case, "system-out").text = "\n".join(self._lines(ruling, rest))
        return case

    def _skipped(self, ruling: Ruling, found: list[Listed]) -> str | None:
        """Say why a rule neither fails nor passes; None where it passes."""
        if found:
            if all(one.accepted is not None for one in found):
                return line(ACCEPTED, self.lang)
            return line(CLUES if any(one.accuses for one in found) else NOTED, self.lang)
        if ruling.verdict == "not_applicable":
            return line(NOT_APPLICABLE, self.lang)
        if ruling.manual is not None:
            look_at = line(ruling.manual.look_at, self.lang, 500)
            return labelled(BY_HAND, look_at, self.lang)
        if ruling.verdict != "satisfied":
            why = ruling.unseen[0].reason if ruling.unseen else UNSEEN
            return labelled(UNDECIDED, line(why, self.lang, 500), self.lang)
        return None

    def _lines(self, ruling: Ruling, found: list[Listed]) -> Iterator[str]:
        for one in found[:MOST_FINDINGS]:
            certainty = line(words.CERTAINTY[one.finding.certainty], self.lang)
            place = where(self.report, one.finding, self.lang)
            yield f"[{certainty}] {line(collected.message(one.finding), self.lang, 500)}"
            if place:
                yield f"  @ {place}"
            if one.accepted is not None:
                accepted = f"{one.accepted.reason} ({one.accepted.owner}, {one.accepted.expires})"
                yield f"  {line(ACCEPTED, self.lang)}: {cut(visible(accepted), 300)}"
            yield f"  fingerprint {one.finding.certainty} {visible(one.finding.fingerprint)}"
        if len(found) > MOST_FINDINGS:
            yield f"… (+{len(found) - MOST_FINDINGS}) report.json"
        if ruling.remedy is not None:
            yield labelled(REMEDY, line(ruling.remedy, self.lang, 500), self.lang)
