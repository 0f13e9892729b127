"""A site looked at twice: one box mended, one page out of reach, all else as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

from scanner.casework.comparing import compared
from scanner.model import Comparison, Visit
from tests.cases.test_sites import needs_chromium
from tests.samples import APKS, BOOK, KNOWLEDGE, case, request

SITE = APKS.parent / "sites" / "demo"
BOX = '<input type="checkbox" name="news" checked>'


def outcomes(found: Comparison, rule: str) -> set[str]:
    return {one.outcome for one in found.findings if one.rule == rule}


@needs_chromium
def test_a_box_unticked_is_mended_and_a_page_out_of_reach_is_not(tmp_path: Path) -> None:
    for name in ("mended", "hidden"):
        shutil.copytree(SITE, tmp_path / name)
    page = tmp_path / "mended" / "register.html"
    assert BOX in page.read_text("utf-8")
    page.write_text(page.read_text("utf-8").replace(BOX, BOX.replace(" checked", "")), "utf-8")
    for name, folder, pages in (
        ("old", SITE, 12),
        ("better", tmp_path / "mended", 12),
        ("less", tmp_path / "hidden", 1),
    ):
        visit = Visit(dwell_s=0.2, pages=pages)
        case(tmp_path / f"case-{name}", folder, app_type=None, visit=visit)

    def against(name: str) -> Comparison:
        return compared(
            tmp_path / "case-old",
            tmp_path / f"case-{name}",
            book=BOOK,
            knowledge=KNOWLEDGE,
            tool=request().tool,
        )

    better, less = against("better"), against("less")
    changed = [
        one
        for one in better.findings
        if "marketing" in one.message.en.lower() or "营销" in one.message.zh
    ]
    assert {one.outcome for one in changed} == {"mended"}
    assert {one.outcome for one in better.findings} == {"mended", "still"}
    boxes = {one.rule for one in changed}
    assert boxes
    for rule in boxes:
        assert "mended" not in outcomes(less, rule)
        assert "unclear" in outcomes(less, rule)
