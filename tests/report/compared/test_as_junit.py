from __future__ import annotations

import xml.etree.ElementTree as ET

from scanner.report.compared.as_junit import render
from tests.report.compared.hostile import hostile, made


def test_what_cannot_be_told_is_skipped_and_never_passed() -> None:
    for found in (made(), hostile()):
        root = ET.fromstring(render(found, "en"))
        cases = [case for suite in root for case in suite]
        assert len(cases) == len(found.findings) == int(root.get("tests", ""))
        failed = [case for case in cases if case.find("failure") is not None]
        skipped = [case for case in cases if case.find("skipped") is not None]
        wanted = [one.outcome in ("new", "still") for one in found.findings]
        assert len(failed) == sum(wanted) == int(root.get("failures", ""))
        unclear = [one for one in found.findings if one.outcome == "unclear"]
        assert len(skipped) == len(unclear) == int(root.get("skipped", ""))
