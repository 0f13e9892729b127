"""report.junit.xml, read by lxml: what failed, what was skipped and why, and what passed."""

from __future__ import annotations

import pytest
from lxml import etree

from scanner.model import Report
from scanner.report import render
from tests.report import example, spoken


def suites(report: Report, fail_on: str | None = None) -> etree._Element:
    data = render("junit", report, example.open_evidence, fail_on=fail_on)
    root = etree.fromstring(data)
    for suite in root:
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))
    for key in ("tests", "failures", "skipped"):
        assert int(root.get(key)) == sum(int(suite.get(key)) for suite in root)
    return root


def states(report: Report, fail_on: str | None = None) -> dict[str, str]:
    """Give pass, failure or skipped by rule."""
    found = {}
    for case in suites(report, fail_on).iter("testcase"):
        tags = [one.tag for one in case if one.tag in ("failure", "skipped")]
        found[case.get("name").split(" · ")[0]] = tags[0] if tags else "passed"
        assert len(tags) <= 1
    return found


def test_only_what_was_decided_and_clears_passes() -> None:
    assert states(example.rich()) == {
        "all-permissions-at-install": "failure",
        "exported-without-permission": "skipped",
        "contacts-unexpected": "skipped",
        "minors-mode": "skipped",
        "collected-before-consent": "skipped",
        "policy-hard-to-read": "skipped",
        "debuggable": "passed",
        "map-background-location": "skipped",
    }


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [
        ("high", {"all-permissions-at-install", "contacts-unexpected"}),
        ("proven-low", {"all-permissions-at-install"}),
        ("never", set()),
    ],
)
def test_a_rule_fails_where_the_call_fails(fail_on: str, failing: set[str]) -> None:
    found = states(example.rich(), fail_on)
    assert {rule for rule, state in found.items() if state == "failure"} == failing
    assert {rule for rule, state in found.items() if state == "passed"} == {"debuggable"}


def test_what_a_baseline_accepts_is_skipped_and_still_listed() -> None:
    root = suites(spoken.accepted())
    case = root.xpath("//testcase[starts-with(@name, 'all-permissions-at-install')]")[0]
    assert case.find("skipped").get("message") == "基线已接受"
    assert "下个版本整改 (隐私组, 2026-12-31)" in case.findtext("system-out")
    assert states(spoken.accepted(expired=True))["all-permissions-at-install"] == "failure"


def test_the_reason_for_skipping_is_said() -> None:
    root = suites(example.rich())
    said = {
        case.get("name").split(" · ")[0]: case.find("skipped").get("message")
        for case in root.iter("testcase")
        if case.find("skipped") is not None
    }
    assert said["collected-before-consent"] == "无法判定：没有人运行过该应用"
    assert said["policy-hard-to-read"].startswith("须由人核查：通读隐私政策")
    assert said["map-background-location"] == "不适用"


def test_every_finding_is_listed_with_place_and_remedy() -> None:
    report = example.rich()
    texts = "".join(
        text for case in suites(report).iter("failure", "system-out") for text in case.itertext()
    )
    for ruling in report.rulings:
        for one in ruling.findings:
            assert f"fingerprint {one.certainty} {one.fingerprint}" in texts
    assert "@ AndroidManifest.xml, manifest" in texts
    assert "整改建议：将 targetSdkVersion 提高到 23 以上" in texts


@pytest.mark.parametrize("name", spoken.HARMFUL)
def test_harmful_names_stay_text(name: str) -> None:
    root = suites(spoken.named(name))
    tags = {one.tag for one in root.iter()}
    assert tags <= {
        *("testsuites", "testsuite", "testcase", "failure", "skipped", "system-out"),
        *("properties", "property"),
    }
