"""What the page looks up: places, lines, pictures, and how much of it there is."""

from __future__ import annotations

import json

from msgspec.structs import replace

from scanner.model import Report
from scanner.report.page_view import LONGEST_VALUE, MOST_FINDINGS, RICH, PageView, plain
from scanner.report.viewer import Picture
from tests.report import example, scenes


def view(report: Report | None = None) -> PageView:
    return PageView(report or example.rich(), example.open_evidence)


def test_the_gravest_findings_are_set_out_and_all_have_a_place() -> None:
    many = scenes.many(RICH + 50)
    shown = view(many)
    order = [
        one for category in shown.categories for group in category.groups for one in group.findings
    ]
    assert [shown.rich(one) for one in order] == [True] * RICH + [False] * 50
    assert [shown.anchor(one.fingerprint) for one in order] == [
        f"f{number}" for number in range(1, RICH + 51)
    ]
    assert (shown.found, shown.left_out, shown.many) == (RICH + 50, 0, True)


def test_what_is_too_much_is_counted() -> None:
    shown = view(scenes.many(MOST_FINDINGS + 7))
    assert shown.left_out == 7
    held = [len(shown.shown(group.findings)) for each in shown.categories for group in each.groups]
    assert sum(held) == MOST_FINDINGS


def test_a_fact_on_one_line_says_every_field() -> None:
    report = scenes.many(1)
    (finding,) = [one for ruling in report.rulings for one in ruling.findings]
    (line,) = view(report).brief(finding)
    for name, value in report.facts[finding.facts[0]].items():
        if value is not None and name not in {"kind", "source"}:
            assert f"{name}={plain(value)}" in line
    assert "data.sent #" in line
    assert line.endswith("@ entry 3")


def test_a_long_value_says_how_much_is_missing() -> None:
    report = scenes.many(1)
    ((id_, fact),) = report.facts.items()
    (finding,) = [one for ruling in report.rulings for one in ruling.findings]
    (line,) = view(replace(report, facts={id_: fact | {"field": "x" * 5000}})).brief(finding)
    assert f"field={'x' * LONGEST_VALUE}… [+{5000 - LONGEST_VALUE:,}]" in line


def test_a_place_is_given_once() -> None:
    shown = view()
    finding = shown.categories[0].groups[0].findings[0]
    assert shown.take_anchor(finding.fingerprint) == shown.anchor(finding.fingerprint)
    assert shown.take_anchor(finding.fingerprint) is None


def test_a_picture_is_taken_into_the_page_once() -> None:
    report = example.site()
    shown = view(report)
    entry = next(one for one in report.evidence if one.media_type == "image/png")
    picture = Picture(entry.sha256, entry.media_type, 64, 40, ())
    for _ in range(2):
        shown._take(picture)
    ((place, _, address),) = shown.pictures()
    assert shown.embedded(entry.sha256) == place
    assert address.startswith("data:image/png;base64,")
    shown._take(picture._replace(sha256="0" * 64))
    assert shown.embedded("0" * 64) is None


def test_values_are_written_as_they_are() -> None:
    assert plain("a") == "a"
    assert plain(["a", 1]) == json.dumps(["a", 1])
    assert plain(None) == "null"


def test_channels_and_levels_are_those_that_occur() -> None:
    shown = view(scenes.many(240))
    assert shown.channels() == ("traffic",)
    assert shown.levels() == ("proven", "suspected")
    assert shown.severities() == ("critical", "high", "medium", "low")
    assert view(example.clean()).levels() == ()
