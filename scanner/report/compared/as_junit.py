"""comparison.junit.xml: what is new or still there fails, what cannot be told is skipped."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from scanner.model import ComparedFinding, Comparison
from scanner.report.compared.tables import OUTCOME, OUTCOME_MEANING, title
from scanner.report.listed import line
from scanner.report.words import Lang, visible


def render(comparison: Comparison, lang: Lang) -> bytes:
    """Give the comparison as JUnit XML in UTF-8: a suite for each outcome."""
    root = ET.Element("testsuites", name=visible(title(comparison, lang))[:300])
    for outcome, label in OUTCOME.items():
        found = [one for one in comparison.findings if one.outcome == outcome]
        suite = ET.SubElement(root, "testsuite", name=line(label, lang), time="0", errors="0")
        failures = len(found) if outcome in ("new", "still") else 0
        suite.set("tests", str(len(found)))
        suite.set("failures", str(failures))
        suite.set("skipped", str(len(found) if outcome == "unclear" else 0))
        suite.extend(_case(one, lang) for one in found)
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    body: bytes = ET.tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _case(one: ComparedFinding, lang: Lang) -> ET.Element:
    name = f"{visible(one.rule)} · {line(one.message, lang, 200)} · {visible(one.fingerprint)[:12]}"
    case = ET.Element("testcase", classname=visible(one.category), name=name, time="0")
    because = " ".join(line(each, lang, 300) for each in one.reasons)
    said = f"{line(OUTCOME_MEANING[one.outcome], lang)} {because}".strip()
    if one.outcome in ("new", "still"):
        failure = ET.SubElement(
            case, "failure", message=line(one.message, lang, 300), type=one.outcome
        )
        failure.text = f"{said}\nfingerprint {visible(one.fingerprint)}"
    elif one.outcome == "unclear":
        ET.SubElement(case, "skipped", message=said)
    else:
        ET.SubElement(case, "system-out").text = said
    return case
