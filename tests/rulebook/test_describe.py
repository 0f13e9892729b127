"""What a rule author reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.facts import KINDS, fields_of
from scanner.rulebook.describe import listing, new_rule, showing, vocabulary
from scanner.rulebook.proof import prove_rule
from tests.rulebook.samples import book, read, sample


def test_the_vocabulary_names_every_field() -> None:
    text = vocabulary()
    for kind in KINDS:
        assert kind in text
        for field in fields_of(kind).values():
            assert f"{field.name}: {field.type}" in text
            assert field.doc in text
    assert json.loads(vocabulary("app.type", as_json=True))["app.type"]["identity"] == ["number"]


def test_a_kind_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        vocabulary("app.manifst")
    assert "app.manifest" in refused.value.hint


def test_rules_are_listed_and_shown() -> None:
    whole = book(sample())
    assert listing(whole, "zh").split() == [
        "sample-rule",
        "cac-191-4.1",
        "high",
        "suspected",
        "样例",
    ]
    assert json.loads(listing(whole, "en", as_json=True))[0]["title"]["en"] == "a sample"
    shown = showing(whole, "sample-rule", "en")
    assert "Personal Information Protection Law" in shown
    assert '"permission.declared"' in shown
    with pytest.raises(UsageError, match="no rule is called sample"):
        showing(whole, "sample", "en")


def test_a_new_rule_works_as_it_is_and_is_never_written_over_another(tmp_path: Path) -> None:
    file = new_rule("my-first-rule", tmp_path)
    rule, faults = read(file.read_text("utf-8"), "x/my-first-rule.yaml")
    assert not faults
    assert rule is not None
    assert prove_rule(rule, book(rule)) == ()
    with pytest.raises(UsageError, match="is there already"):
        new_rule("my-first-rule", tmp_path)


@pytest.mark.parametrize("name", ["../x", "A", "a b", "", "a_b", "a-"])
def test_a_name_that_is_no_id_writes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is no rule id"):
        new_rule(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        new_rule("a-rule", tmp_path / "none")
