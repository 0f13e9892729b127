"""Findings by category: every one stands in one category, and the names are the catalogue's."""

from __future__ import annotations

import itertools

import yaml
from msgspec.structs import replace

from scanner.knowledge import rules_folder
from scanner.model import Ruling
from scanner.report import categories, outline
from tests.report import example, scenes

RICH = example.rich()
MANY = scenes.many(240)


def test_the_six_groups_are_those_of_the_catalogue() -> None:
    text = (rules_folder() / "catalog.yaml").read_text(encoding="utf-8")
    groups = yaml.safe_load(text)["behaviours"]["cac-191"]["groups"]
    assert {f"cac-191-{number}": words["zh"] for number, words in groups.items()} == {
        name: words.zh for name, words in categories.GROUPS.items()
    }


def test_every_finding_stands_in_one_category() -> None:
    for report in (RICH, MANY, example.site()):
        whole = [*outline.flagged(report, "proven"), *outline.flagged(report, "suspected")]
        held = [group for each in categories.by_category(report) for group in each.groups]
        assert len(held) == len(whole)
        assert all(group in whole for group in held)
        for each in categories.by_category(report):
            assert {categories.of(group.ruling) for group in each.groups} == {each.id}


def test_the_weightiest_comes_first_in_each_and_drafts_last() -> None:
    last = replace(MANY.rulings[0], advisory=True)
    report = replace(MANY, rulings=(last, *MANY.rulings[1:]))
    for each in categories.by_category(report):
        ranks = [
            (one.ruling.advisory, outline.RANK[one.ruling.severity], one.certainty != "proven")
            for one in each.groups
        ]
        assert ranks == sorted(ranks)


def test_groups_stand_in_the_order_of_the_norm_and_duties_lead_for_a_site() -> None:
    order = [each.id for each in categories.by_category(MANY)]
    assert order == ["cac-191-1", "cac-191-2", "cac-191-3", "cac-191-4", "cac-191-5", "other"]
    assert categories.by_category(example.site())[0].id == "web"


def test_what_belongs_to_no_list_is_of_another_norm() -> None:
    def of(category: str) -> str:
        ruling: Ruling = replace(MANY.rulings[0], category=category)
        return categories.of(ruling)

    assert of("cac-191-6.5") == "cac-191-6"
    assert of("web-17") == "web"
    assert of("miit-164-5") == of("miit-notice-2") == "miit"
    assert of("pipl-51") == of("cac-191-7.1") == of("<script>") == of("") == "other"


def test_rulings_are_grouped_without_losing_any() -> None:
    found = categories.grouped(RICH.rulings, website=False)
    assert sorted(one.rule for _, held in found for one in held) == sorted(
        one.rule for one in RICH.rulings
    )
    titles = [title for title, _ in found]
    assert all(a != b for a, b in itertools.combinations(titles, 2))
