"""What each kind of reader wants of a case."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from msgspec.structs import replace

from scanner.cli.app import FailOn
from scanner.errors import UsageError
from scanner.model import Collection, ProfileName, Report, SelfTest
from scanner.profiles import PROFILES, demands, for_reader, refuse_mapped
from tests.report import example

OF_COLLECTION = ("--collector", "--witness", "--authority", "--place", "--runs", "--self-test")
"""What is wanted of the collection, of an app and of a site alike."""


def test_every_profile_is_in_the_table_and_says_what_it_does() -> None:
    assert set(PROFILES) == set(get_args(ProfileName))
    for profile in PROFILES.values():
        assert all((profile.title.zh, profile.title.en, profile.meaning.zh, profile.meaning.en))
        assert profile.fail_on is None or profile.fail_on in set(FailOn)


def test_a_procurator_wants_whose_it_is_where_from_since_when_and_how_many_use_it() -> None:
    report = example.rich()
    said = {each.option: each.given for each in demands(report, "procurator")}
    assert said == {
        "--developer": True,
        "--store": True,
        "--store-url": True,
        "--channel": True,
        "--obtained-at": True,
        "--users": False,
        "--app-type": True,
        "--collector": False,
        "--witness": False,
        "--authority": False,
        "--place": False,
        "--runs": False,
        "--self-test": False,
    }
    subject = replace(report.subject, developer="", obtained_at=None, users="1000 (store)")
    lacking = demands(replace(report, subject=subject, app_type=None), "procurator")
    assert [each.option for each in lacking if not each.given] == [
        "--developer",
        "--obtained-at",
        "--app-type",
        *OF_COLLECTION,
    ]


def lacking(**said: Any) -> set[str]:
    report = replace(example.rich(), collection=Collection(**said))
    found = demands(report, "procurator")
    return {each.option for each in found if not each.given} & set(OF_COLLECTION)


TRIED = SelfTest(fixture="f", sha256="", violating=True, expected=(), found=(), passed=False)


def test_a_collection_wants_two_different_persons_a_third_who_watches_and_a_second_run() -> None:
    assert lacking() == set(OF_COLLECTION)
    two = ("王芳", "李雷")
    assert "--collector" in lacking(collectors=("王芳",))
    assert "--collector" in lacking(collectors=("王芳", "王 芳", "王\u200b芳"))
    assert "--collector" in lacking(collectors=("王芳", "王芳（复核）"))
    assert "--witness" in lacking(collectors=two, witnesses=("王芳（见证人）",))
    assert "--collector" not in lacking(collectors=two)
    assert "--witness" in lacking(collectors=two, witnesses=("李 雷",))
    assert "--witness" not in lacking(collectors=two, witnesses=("李雷", "张三"))
    assert "--runs" in lacking(runs=1)
    assert "--runs" not in lacking(runs=2)
    assert "--self-test" not in lacking(self_tests=(TRIED,))
    assert "--place" in lacking(place="")
    whole = {"authority": "文号", "place": "某地", "self_tests": (TRIED,), "runs": 2}
    assert not lacking(collectors=two, witnesses=("张三",), **whole)


def test_a_site_is_not_asked_for_what_only_an_app_has() -> None:
    options = {each.option for each in demands(example.site(), "procurator")}
    assert options == {"--developer", "--obtained-at", "--users", *OF_COLLECTION}


@pytest.mark.parametrize("name", [None, "regulator", "developer"])
def test_nobody_else_demands_anything(name: ProfileName | None) -> None:
    assert demands(example.rich(), name) == ()


def test_another_reader_is_served_without_judging_only_where_nothing_proven_may_change() -> None:
    report = example.rich()
    changed = for_reader(report, "regulator")
    assert changed == replace(report, profile="regulator")
    assert for_reader(changed, "developer").profile == "developer"
    strict = replace(report, profile="procurator", required=demands(report, "procurator"))
    pairs: list[tuple[Report, ProfileName]] = [(report, "procurator"), (strict, "developer")]
    for given, name in pairs:
        with pytest.raises(UsageError, match="was judged for") as refused:
            for_reader(given, name)
        assert f"mingjian judge CASE --profile {name}" in refused.value.hint


@pytest.mark.parametrize("name", [None, "regulator", "developer", "procurator"])
def test_mapped_names_are_refused_where_only_what_the_public_reaches_counts(
    name: ProfileName | None,
) -> None:
    if name != "procurator":
        refuse_mapped(name)
        return
    with pytest.raises(UsageError, match="--resolve"):
        refuse_mapped(name)
