from __future__ import annotations

from scanner.report.document.listed import rows
from tests.report.document.reading import cells, texts
from tests.report.document.test_paper import paper
from tests.report.example import rich, site


def test_every_row_of_every_list_stands_with_its_verdict() -> None:
    for report in (rich(), site()):
        one = paper()
        rows(one, report)
        listed = {row[0]: row for row in cells(one.file()) if row[0] != "编号"}
        every = (*report.behaviours, *report.labels, *report.duties)
        assert listed.keys() == {row.id for row in every}
        for row in every:
            assert listed[row.id][1] == " ".join(row.title.zh.split())
            assert ("检出涉嫌情形" in listed[row.id][2]) is (row.verdict == "violated")


def test_what_nobody_looked_at_is_no_pass() -> None:
    one = paper(lang="en")
    rows(one, rich())
    said = texts(one.file())
    assert "Undetermined" in said
    assert "network traffic, device run" in said


def test_of_a_site_the_lists_of_apps_speak_by_analogy() -> None:
    one = paper()
    rows(one, site())
    assert "对网站只是类推" in texts(one.file())
