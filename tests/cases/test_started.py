"""The cases that started this, end to end: what must be found, and nothing else; and the score.

Each case stands in fixtures/cases/ with what is expected of each run of the command: the rows of
the report that it is about, with the rules that must say so (`must`), and what the same input
offends besides (`also`). Nothing else may be found, so that the runs done right accuse nobody.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from scanner.browser import BrowserMissing, find_chromium
from tests.samples import BOOK, KNOWLEDGE

CASES = Path(__file__).parent.parent.parent / "fixtures" / "cases"
LONGEST_S = 300
"""How long one case may take before its test fails, on a machine that does much else."""
SITES = {"park", "checkin", "marketing"}
"""Cases that are looked at with a browser."""
LOOKED: Mapping[tuple[str, str], set[str]] = {
    ("music", "compliant"): {"apk", "device", "policy"},
    ("music", "compliant-alone"): {"apk", "policy"},
    ("health", "compliant"): {"apk", "device", "policy", "traffic"},
    ("clean", "app"): {"apk", "device", "policy", "traffic"},
    ("clean", "site"): {"website", "policy", "traffic"},
    ("park", "compliant"): {"website", "policy", "traffic"},
    ("checkin", "compliant"): {"qr", "website", "policy", "traffic"},
    ("marketing", "compliant"): {"website", "policy", "traffic"},
}
"""By which rooms each run that is done right was looked at."""


class Expected(NamedTuple):
    """What must be found in one run."""

    must: Mapping[str, Mapping[str, str]]
    """Rows of the report by id, each with rules and their certainty."""
    also: Mapping[str, str]
    """Rules that the same input offends, with their certainty."""
    apart: frozenset[str]
    """Rules that speak of countries, which mapped names do not have."""
    grade: str
    score: float | None

    def named(self) -> dict[str, str]:
        found = {rule: said for rules in self.must.values() for rule, said in rules.items()}
        return found | dict(self.also)

    def rules(self, *, mapped: bool) -> dict[str, str]:
        return {
            rule: said for rule, said in self.named().items() if not (mapped and rule in self.apart)
        }


class Ran(NamedTuple):
    """What one run left behind."""

    report: dict[str, Any]
    rows: list[dict[str, Any]]
    mapped: bool

    def violated(self) -> dict[str, str]:
        return {
            one["rule"]: one["certainty"]
            for one in self.report["rulings"]
            if one["verdict"] == "violated" and one["severity"] != "info"
        }


def read(case: str) -> dict[str, Expected]:
    said = yaml.safe_load((CASES / case / "expected.yaml").read_text("utf-8"))
    return {
        run: Expected(
            row.get("must", {}),
            row.get("also", {}),
            frozenset(row.get("apart", ())),
            row["grade"],
            row["score"],
        )
        for run, row in said.items()
    }


EXPECTED = {
    (path.parent.name, run): row
    for path in sorted(CASES.glob("*/expected.yaml"))
    for run, row in read(path.parent.name).items()
}
SCRATCH = tempfile.TemporaryDirectory(prefix="started-")
"""Where the case folders of this session stand."""


def chromium() -> bool:
    try:
        find_chromium()
    except BrowserMissing:
        return False
    return True


@functools.cache
def audited(case: str, run: str) -> Ran:
    """Audit one run, once for all tests; a browser starts for sites only."""
    if (case in SITES or run == "site") and not chromium():
        pytest.skip("no Chromium on this machine")
    out = Path(SCRATCH.name) / case / run
    words = (sys.executable, str(CASES / "run.py"), "--out", str(out), f"{case}/{run}")
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=LONGEST_S)
    place = out / case / run
    assert (place / "report.json").is_file(), done.stdout + done.stderr
    rows = (place / "facts.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    report = json.loads((place / "report.json").read_bytes())
    return Ran(report, [json.loads(row) for row in rows], (out / "mapped").exists())


@pytest.fixture(scope="module", autouse=True)
def _left() -> Iterator[None]:
    yield
    SCRATCH.cleanup()


EACH = pytest.mark.parametrize(("case", "run"), EXPECTED)
WRONG = [name for name, row in EXPECTED.items() if row.must]
RIGHT = [name for name, row in EXPECTED.items() if not row.must]


def test_every_case_is_there_done_wrong_and_done_right() -> None:
    assert {case for case, _ in WRONG} == {"music", "park", "checkin", "health", "marketing"}
    assert {case for case, _ in RIGHT} == {case for case, _ in EXPECTED}
    known = {rule.id for rule in BOOK.rules}
    assert {rule for row in EXPECTED.values() for rule in row.rules(mapped=False)} <= known


@EACH
def test_a_run_shows_what_it_must_and_nothing_else(case: str, run: str) -> None:
    ran = audited(case, run)
    assert ran.violated() == EXPECTED[case, run].rules(mapped=ran.mapped)


@pytest.mark.parametrize(("case", "run"), WRONG)
def test_the_rows_of_the_report_say_what_the_case_is_about(case: str, run: str) -> None:
    ran = audited(case, run)
    rows = {row["id"]: row for row in (*ran.report["behaviours"], *ran.report["duties"])}
    for number, rules in EXPECTED[case, run].must.items():
        wanted = EXPECTED[case, run].rules(mapped=ran.mapped)
        told = {rule: said for rule, said in rules.items() if rule in wanted}
        if number not in rows or not told:
            continue
        assert rows[number]["verdict"] == "violated", number
        assert set(told) <= set(rows[number]["rules"]), number
        strongest = "proven" if "proven" in told.values() else "suspected"
        assert rows[number]["certainty"] == strongest, number


@pytest.mark.parametrize(("case", "run"), RIGHT)
def test_what_is_done_right_says_what_was_and_was_not_looked_at(case: str, run: str) -> None:
    ran = audited(case, run)
    score = ran.report["score"]
    assert score["grade"] == "U", "a scan that accuses nobody is no clean bill"
    assert score["value"] is None
    assert score["applicable"] > 0
    assert score["decided"] < score["applicable"]
    assert score["manual"] > 0
    assert {source["collector"] for source in ran.report["sources"]} == LOOKED[case, run]
    reasons = [row["reason"] for row in ran.rows if "unseen" in row]
    assert reasons
    assert all(reason["zh"] and reason["en"] for reason in reasons)
    rows = [*ran.report["behaviours"], *ran.report["duties"]]
    assert any(row["verdict"] == "undetermined" for row in rows)
    assert "violated" not in {row["verdict"] for row in rows if not advises(ran, row["id"])}


def advises(ran: Ran, row: str) -> bool:
    """Say whether only rules that inform speak of a row."""
    of_row = [one for one in ran.report["rulings"] if one["category"] == row]
    return all(one["severity"] == "info" for one in of_row if one["verdict"] == "violated")


# The arithmetic of the score, a second time

BASE = {"critical": 10, "high": 6, "medium": 3, "low": 1, "info": 0}
LEVEL = {4: Fraction(3, 2), 3: Fraction(6, 5), 2: Fraction(1), 1: Fraction(3, 5)}
SIDES = {
    **dict.fromkeys(("01", "02", "03", "20", "21", "25"), "display"),
    **dict.fromkeys(("04", "05", "09", "12", "26"), "notice"),
    **dict.fromkeys(("06", "07", "13", "14", "16", "19"), "consent"),
    **dict.fromkeys(("08", "24"), "necessity"),
    **dict.fromkeys(("10", "11", "22", "23"), "security"),
}


def side(category: str) -> str:
    """Say which faults hide behind one cap: the six groups, those of a site's duties, a norm."""
    norm, _, item = category.rpartition("-")
    if norm == "web":
        return SIDES.get(item, {"15": "provision", "17": "rights", "18": "rights"}.get(item, item))
    return f"{norm} {item[0]}" if norm == "cac-191" else norm


def deducted(report: Mapping[str, Any]) -> Fraction:
    """Add up a report's findings: base x verdict x sensitivity x aggravation, then both caps."""
    heaviest: dict[str, dict[tuple[str, str], Fraction]] = {}
    for ruling in report["rulings"]:
        if ruling["verdict"] != "violated" or ruling["advisory"]:
            continue
        worse = min(Fraction(8, 5), 1 + Fraction(len(ruling["aggravation"]), 5))
        for finding in ruling["findings"]:
            kind = KNOWLEDGE.data_types.get(finding.get("data_type") or "")
            sure = Fraction(1) if finding["certainty"] == "proven" else Fraction(2, 5)
            points = BASE[ruling["severity"]] * sure * worse * (LEVEL[kind.level] if kind else 1)
            rows = heaviest.setdefault(ruling["category"], {})
            key = (finding.get("data_type") or "", finding.get("recipient") or "")
            rows[key] = max(rows.get(key, Fraction(0)), points)
    sides: dict[str, Fraction] = {}
    for category, rows in heaviest.items():
        capped = min(sum(rows.values()), max(rows.values()) * Fraction(3, 2))
        sides[side(category)] = sides.get(side(category), Fraction(0)) + capped
    return sum((min(Fraction(30), points) for points in sides.values()), Fraction(0))


@EACH
def test_the_score_is_the_sum_that_it_says(case: str, run: str) -> None:
    ran = audited(case, run)
    score = ran.report["score"]
    assert Fraction(str(score["deducted"])) == deducted(ran.report)
    printed = sum(Fraction(str(one["points"])) for one in score["deductions"])
    assert printed == deducted(ran.report)
    if score["value"] is not None:
        assert Fraction(str(score["value"])) == max(Fraction(0), 100 - deducted(ran.report))


@EACH
def test_the_score_is_the_one_that_the_manual_explains(case: str, run: str) -> None:
    ran = audited(case, run)
    if ran.mapped and EXPECTED[case, run].apart:
        pytest.skip("without public addresses nothing is deducted for countries")
    score = ran.report["score"]
    found = None if score["value"] is None else float(score["value"])
    assert (score["grade"], found) == (EXPECTED[case, run].grade, EXPECTED[case, run].score)


def test_what_the_recording_proves_the_package_alone_suspects_at_most() -> None:
    alone = audited("music", "violating-alone")
    assert set(alone.violated().values()) == {"suspected"}
    whole = {row["id"]: row for row in audited("music", "violating").report["behaviours"]}
    rows = {row["id"]: row for row in alone.report["behaviours"]}
    manual = {one["category"] for one in alone.report["rulings"] if one["manual"]}
    for number in ("cac-191-1.2", "cac-191-2.3", "cac-191-4.2"):
        assert (whole[number]["verdict"], whole[number]["certainty"]) == ("violated", "proven")
        assert rows[number]["verdict"] in ("undetermined", "violated")
        assert rows[number]["certainty"] in (None, "suspected")
        assert rows[number]["verdict"] == "violated" or number in manual, "who looks at it?"
    assert rows["cac-191-1.1"]["verdict"] == "violated"


def test_the_page_of_a_ministry_sends_outside_its_own_home_and_not_outside_china() -> None:
    ran = audited("checkin", "violating")
    assert ran.report["home"] == "KH"
    if ran.mapped:
        pytest.skip("mapped names have no country")
    contacted = [row for row in ran.rows if row.get("kind") == "endpoint.contacted"]
    outside = {row["host"]: (row["country"], row["outside_home"]) for row in contacted}
    assert outside == {
        "dengji.moh.example": ("KH", False),
        "collect.tracehub.example": ("US", True),
    }


def test_a_poster_leads_to_the_page() -> None:
    sources = audited("checkin", "violating").report["sources"]
    assert {source["collector"] for source in sources} >= {"qr", "website"}


def test_whether_a_health_code_can_be_contested_is_left_to_a_person() -> None:
    rulings = {one["rule"]: one for one in audited("health", "violating").report["rulings"]}
    asked = rulings["manual-automated-decisions"]
    assert asked["verdict"] == "undetermined"
    assert "人工复核" in asked["manual"]["look_at"]["zh"]
