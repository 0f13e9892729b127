"""What a regulator reads of the rules: norms, the matrix, wordings; aligned, in two languages."""

from __future__ import annotations

import json
import re

import pytest

from scanner.errors import UsageError
from scanner.knowledge import rules_folder
from scanner.model import Basis
from scanner.rulebook.load import load_rulebook
from scanner.rulebook.tables import items_of, matrix, norms, wording
from scanner.texts import width
from tests.rulebook.samples import KNOWLEDGE, book, sample

BOOK = load_rulebook([rules_folder()], KNOWLEDGE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_norms_are_listed_with_number_dates_and_status(language: str) -> None:
    lines = norms(BOOK, None, language).splitlines()
    assert len(lines) == len(BOOK.catalog.norms)
    (line,) = [each for each in lines if each.startswith("CSL-2017 ")]
    assert "2017-06-01..2025-12-31" in line
    assert "主席令第五十三号" in line
    (unsure,) = [each for each in lines if each.startswith("4DEPT-2026 ")]
    assert "待核" in unsure


def test_one_norm_shows_its_items_with_the_rules_that_rest_on_each() -> None:
    shown = norms(BOOK, "face", "zh")
    assert "国家互联网信息办公室、公安部令第19号" in shown
    whole = json.loads(norms(BOOK, "PIPL", "zh", as_json=True))
    (article,) = [each for each in whole["items"] if each["item"] == "51"]
    place = Basis(norm="PIPL", item="51")
    wanted = [rule.id for rule in BOOK.rules if place in rule.basis]
    assert article["rules"] == wanted
    assert len(wanted) > 20
    assert "signed-v1-only" in norms(BOOK, "PIPL", "en")
    new = json.loads(norms(BOOK, "CSL-2026", "zh", as_json=True))["items"]
    assert all(each["same_as"]["norm"] == "CSL-2017" for each in new)


def test_a_list_of_labels_is_shown_like_a_norm() -> None:
    shown = norms(BOOK, "miit-notice", "zh")
    assert "账号注销难" in shown
    rows = json.loads(norms(BOOK, "cverc", "en", as_json=True))["items"]
    assert len(rows) == 16
    assert "read-before-consent" in rows[5]["rules"]


@pytest.mark.parametrize("name", ["PIPLE", "\x1b[31m", "x" * 500])
def test_a_norm_that_is_not_there_is_refused_with_a_hint(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        norms(BOOK, name, "zh")
    assert refused.value.hint
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_matrix_stands_in_columns_whatever_the_language(language: str) -> None:
    text, empty = matrix(BOOK, None, language)
    rows = [line for line in text.splitlines() if re.match("(cac|miit|web|pol|pipl|xb)-", line)]
    assert len(rows) == 31 + 10 + 8 + 26 + 28 + 4
    for row in rows:
        starts = {50 + 14 * column for column in range(5)}
        signs = {
            width(row[: found.start()]) for found in re.finditer(r"(?<= )(P!|S|M|–)(?= |$)", row)
        }
        assert starts & signs == starts, row
    assert str(empty) in text.splitlines()[-1]
    if language == "en":
        assert not any(CHINESE.search(line) for line in text.splitlines())


def test_one_row_names_its_rules_and_json_says_the_same() -> None:
    text, _ = matrix(BOOK, "cac-191-3.9", "en")
    assert "export-despite-promise" in text
    assert "joined: " in text
    whole, empty = matrix(BOOK, "cac-191-3.9", "en", as_json=True)
    data = json.loads(whole)
    assert [row["id"] for row in data["rows"]] == ["cac-191-3.9"]
    assert data["counts"]["empty"] == empty
    assert data["rows"][0]["channels"]["traffic"]["state"] == "filled"
    with pytest.raises(UsageError, match="no row is called"):
        matrix(BOOK, "cac-191-9.9", "en")


def test_a_cell_without_a_rule_is_marked() -> None:
    text, empty = matrix(book(sample()), "cac-191-4.1", "en")
    assert empty == 3
    assert text.count("[EMPTY]") == 4  # three cells, and the count
    assert "S  1" in text
    assert "S  +1" in text


def test_a_wording_leads_to_categories_and_rules() -> None:
    said = wording(BOOK, KNOWLEDGE.wordings, "频繁自启动／关联启动", "zh")
    assert said.startswith("miit-164-6\n")
    assert "self-started-repeatedly" in said
    named = json.loads(wording(BOOK, KNOWLEDGE.wordings, "账号注销难", "zh", as_json=True))
    assert {row["id"] for row in named["categories"]} == {"miit-notice-7", "miit-337-8"}
    assert "reverse" in wording(
        BOOK, KNOWLEDGE.wordings, "Java代码反编译风险等中高危漏洞多处", "en"
    )
    with pytest.raises(UsageError):
        wording(BOOK, KNOWLEDGE.wordings, "天气不好", "zh")


def test_a_rule_is_shown_with_the_words_of_what_it_cites() -> None:
    (line,) = items_of(sample(), book(), "en")
    assert "Personal Information Protection Law" in line
    assert "a clear purpose" in line
