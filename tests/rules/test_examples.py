"""Every example of every rule, and what every rule owes its readers: proof, words, ceilings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.facts import KINDS
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Basis, Words
from scanner.rulebook.catalog import Behaviour, Duty, Label
from scanner.rulebook.load import load_rulebook
from scanner.rulebook.proof import judged_otherwise, prove_rule
from scanner.rulebook.rule import Any, Condition, Example, Not, Pattern, Require, Rule

FOLDER = rules_folder()
KNOWLEDGE = load_knowledge(FOLDER / "lists")
BOOK = load_rulebook([FOLDER], KNOWLEDGE)
FILES = sorted(
    file
    for file in FOLDER.rglob("*.yaml")
    if file.name != "catalog.yaml" and file.parent.name != "lists"
)
JUDGING = [rule for rule in BOOK.rules if rule.shape is not None]
CODE = ("data.accessed", "permission.requested", "sdk.present", "app.started", "endpoint.embedded")
"""Kinds that a package shows by its code."""
TRAFFIC = {
    *("request.made", "endpoint.contacted", "cookie.set", "identifier.sent"),
    *("data.sent", "data.frequency", "data.returned", "package.fetched"),
}
"""Kinds that a recording of traffic shows."""
OBSERVED = {"website", "traffic", "device"}
"""Channels in which something was seen to happen."""
DIGITS = "〇一二三四五六七八九"
CHINESE = re.compile(r"[\u4e00-\u9fff]")

every_rule = pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
every_judging_rule = pytest.mark.parametrize("rule", JUDGING, ids=lambda rule: rule.id)


def examples() -> Iterator[object]:
    for rule in BOOK.rules:
        for example in rule.examples:
            yield pytest.param(rule, example, id=f"{rule.id}: {example.name}")


def words_of(rule: Rule) -> Iterator[Words]:
    manual = rule.manual.look_at if rule.manual else None
    for words in (rule.title, rule.message, rule.remedy, manual, *rule.alternatives):
        if words is not None:
            yield words


def patterns_of(condition: Condition) -> Iterator[Pattern]:
    if isinstance(condition, Pattern):
        yield condition
    elif isinstance(condition, Not):
        yield from patterns_of(condition.of)
    else:
        for part in condition.of:
            yield from patterns_of(part)


def official_names() -> set[str]:
    """Names of norms and official labels, which a text may quote though they hold strong words."""
    named = [norm.title for norm in BOOK.catalog.norms.values()]
    named += [norm.short for norm in BOOK.catalog.norms.values()]
    for behaviour in BOOK.catalog.behaviours.values():
        named += [behaviour.title, behaviour.group]
    return {text for words in named for text in (words.zh, words.en)}


def without_names(text: str) -> str:
    for name in sorted(official_names(), key=len, reverse=True):
        text = text.replace(name, "")
    return text


def numeral(number: int) -> str:
    """Write a number below 100 as Chinese articles are numbered."""
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return ten + (DIGITS[ones] if ones else "")


def cited(basis: Basis) -> str:
    """Cite a place as a message does: an article of a norm, an item of a notice."""
    norm = BOOK.catalog.norms[basis.norm]
    if basis.item == "全文":
        return f"（{norm.short.zh}）"
    number = numeral(int(basis.item)) if basis.item.isdigit() and len(basis.item) < 3 else "？"
    if norm.kind == "notice":
        return f"（{norm.short.zh}第{number}项）"
    return f"（{norm.short.zh}第{number}条）"


@pytest.mark.parametrize(("rule", "example"), list(examples()))
def test_an_example_is_judged_as_stated(rule: Rule, example: Example) -> None:
    assert judged_otherwise(rule, example, BOOK) is None


@every_rule
def test_nothing_in_a_rule_is_unpinned(rule: Rule) -> None:
    assert prove_rule(rule, BOOK) == ()


@every_judging_rule
def test_a_rule_that_judges_shows_four_cases_and_one_that_is_not_known(rule: Rule) -> None:
    verdicts = [example.verdict for example in rule.examples]
    assert len(verdicts) >= 4
    assert "undetermined" in verdicts
    assert rule.alternatives


@every_rule
def test_no_text_gives_a_verdict_of_its_own(rule: Rule) -> None:
    for words in words_of(rule):
        assert not re.search("违法|违规|非法|窃取|偷", without_names(words.zh)), words.zh
        strong = r"(?i)violat|illegal|unlawful|steal|secretly"
        assert not re.search(strong, without_names(words.en)), words.en


@every_judging_rule
def test_a_message_suspects_where_it_accuses_and_only_there(rule: Rule) -> None:
    assert rule.message is not None
    accuses = rule.severity != "info"
    assert ("涉嫌" in rule.message.zh) == accuses
    assert ("suspected of" in rule.message.en) == accuses


@every_judging_rule
def test_a_message_that_accuses_cites_the_place_of_its_category(rule: Rule) -> None:
    if rule.severity == "info":
        return
    assert rule.message is not None
    behaviour = BOOK.catalog.behaviours.get(rule.category)
    if behaviour is not None:
        title = BOOK.catalog.norms[behaviour.norm].title.zh
        assert f"涉嫌属于《{title}》{behaviour.cite.zh}情形" in rule.message.zh
    elif rule.category in {*BOOK.catalog.duties, *BOOK.catalog.labels}:
        assert any(cited(each) in rule.message.zh for each in rule.basis), rule.message.zh
    else:
        norm, _, article = rule.category.rpartition("-")
        short = BOOK.catalog.norms[norm.upper()].short.zh
        assert f"（{short}第{numeral(int(article))}条）" in rule.message.zh


@every_rule
def test_the_category_stands_among_the_basis(rule: Rule) -> None:
    duty = BOOK.catalog.duties.get(rule.category)
    behaviour = BOOK.catalog.behaviours.get(rule.category)
    norm, _, item = rule.category.rpartition("-")
    place = (behaviour.norm, behaviour.item) if behaviour else (norm.upper(), item)
    places = [(basis.norm, basis.item) for basis in rule.basis]
    if duty is not None:
        assert {(basis.norm, basis.item) for basis in duty.basis} & set(places)
    elif rule.category not in BOOK.catalog.labels:  # no norm lists the names of notices
        assert place in places


def listed_as(category: str) -> Behaviour | Label | Duty | None:
    catalog = BOOK.catalog
    of_apps = catalog.behaviours.get(category) or catalog.labels.get(category)
    return of_apps or catalog.duties.get(category)


@every_judging_rule
def test_no_ceiling_is_above_that_of_the_behaviour(rule: Rule) -> None:
    listed = listed_as(rule.category)
    proving = {channel for channel, ceiling in rule.certainty.items() if ceiling == "proven"}
    if listed is None:  # an article of a law: what was seen to happen can be proven, code cannot
        assert proving <= OBSERVED
        allowed: set[str] = set(OBSERVED)
    else:
        assert all(listed.channels[channel] == "proven" for channel in proving)
        allowed = {name for name, ceiling in listed.channels.items() if ceiling == "proven"}
    if rule.raise_when is not None:
        kinds = {pattern.fact for pattern in patterns_of(rule.raise_when)}
        assert any(allowed & set(KINDS[kind].channels) for kind in kinds)


HEAVIER = {"cac-191-3.9": "critical", "web-08": "high", "web-14": "medium"}
"""Where the weight depends on the data or the act: a broken promise on sensitive information, a
field for an identity card or a face, and no use at all after refusing."""
WEIGHTS = ("info", "low", "medium", "high", "critical")


@every_rule
def test_no_rule_weighs_more_than_what_it_speaks_of(rule: Rule) -> None:
    listed = listed_as(rule.category)
    if listed is not None:
        most = HEAVIER.get(rule.category, listed.severity)
        assert WEIGHTS.index(rule.severity) <= WEIGHTS.index(most)


@every_rule
def test_what_a_rule_is_called_elsewhere_is_what_its_behaviour_may_be_called(rule: Rule) -> None:
    """A permission opened or asked for too early, data that also reached a third party, and what a
    component takes beyond what is published of it are listed twice; a switch set by an app is one
    of permissions."""
    twice = {
        ("cac-191-2.1", "miit-164", "3"),
        ("cac-191-2.1", "miit-337", "3"),
        ("cac-191-5.1", "miit-notice", "5"),
        ("cac-191-3.1", "miit-164", "5"),
        ("cac-191-3.1", "miit-337", "7"),
        ("cac-191-3.1", "taf-078", "4"),
        ("cac-191-3.2", "taf-078", "6"),
        ("cac-191-3.5", "taf-078", "4"),
        ("miit-164-5", "cac-191", "4.1"),
    }
    catalog = BOOK.catalog
    listed = catalog.behaviours.get(rule.category) or catalog.labels.get(rule.category)
    if listed is None:
        return
    for scheme, numbers in rule.schemes.items():
        known = {*listed.schemes.get(scheme, ()), *listed.one_of.get(scheme, ())}
        said = {(rule.category, scheme, number) for number in set(numbers) - known}
        assert said <= twice


@every_judging_rule
def test_of_an_app_traffic_proves_by_a_sure_known_value_and_its_sender_only(rule: Rule) -> None:
    if "apk" not in rule.targets:
        return
    first = None if rule.shape is None or isinstance(rule.shape, Require) else rule.shape.each
    if first is not None and first.fact in TRAFFIC:
        assert rule.settles == ("violated",)
        assert set(rule.certainty.values()) == {"suspected"}
    if rule.raise_when is None:
        return
    for way in rule.raise_when.of if isinstance(rule.raise_when, Any) else (rule.raise_when,):
        patterns = [*([first] if first is not None else []), *patterns_of(way)]
        if not {pattern.fact for pattern in patterns} & TRAFFIC:
            continue
        asked = {
            (test.field, test.value)
            for pattern in patterns
            for test in pattern.where
            if test.operator == "is"
        }
        assert {("matched_by", "known"), ("confidence", "certain"), ("by_subject", True)} <= asked


@every_judging_rule
def test_nothing_that_went_to_a_carriers_gateway_for_one_tap_login_is_proven(rule: Rule) -> None:
    """The raise leaves these gateways out, wherever it rests on what a recording holds."""
    if rule.raise_when is None or isinstance(rule.shape, Require) or rule.shape is None:
        return
    for way in rule.raise_when.of if isinstance(rule.raise_when, Any) else (rule.raise_when,):
        tests = [test for pattern in patterns_of(way) for test in pattern.where]
        kinds = {rule.shape.each.fact} | {pattern.fact for pattern in patterns_of(way)}
        if not kinds & TRAFFIC:
            continue  # rests on what a phone showed
        if ("by_subject", True) not in {(test.field, test.value) for test in tests}:
            continue  # rests on our own sessions
        left_out = [test for test in tests if test.operator == "not_in_list"]
        own = {("party", "first"), ("vendor", "")} & {(one.field, one.value) for one in tests}
        assert own or "one-tap-gateways" in {test.value for test in left_out}
        if rule.shape.each.fact in TRAFFIC:
            assert any("一键登录" in words.zh for words in rule.alternatives)


@pytest.mark.parametrize("name", BOOK.catalog.duties)
def test_each_duty_of_a_website_has_a_rule_or_a_named_check_by_hand(name: str) -> None:
    rules = [rule for rule in BOOK.rules if rule.category == name]
    assert rules
    for rule in rules:
        assert rule.targets == ("website",)
        assert rule.manual is not None


@every_rule
def test_a_rule_for_websites_asks_first_whom_the_site_addresses(rule: Rule) -> None:
    if "website" not in rule.targets or rule.shape is None or rule.category == "pipl-47":
        return
    verdicts = {example.verdict for example in rule.examples}
    assert rule.severity == "info" or "not_applicable" in verdicts


@every_judging_rule
def test_no_rule_for_websites_is_satisfied_past_what_a_recording_of_the_case_shows(
    rule: Rule,
) -> None:
    if "website" not in rule.targets or rule.shape is None or isinstance(rule.shape, Require):
        return
    if rule.shape.each.fact not in TRAFFIC:
        return
    if "satisfied" in rule.settles:
        assert "channel" not in {test.field for test in rule.shape.each.where}
        assert rule.certainty["traffic"] == "suspected"
    assert any("其他标签页或程序" in words.zh for words in rule.alternatives)


@every_rule
def test_no_listed_behaviour_of_an_app_is_proven_of_a_website(rule: Rule) -> None:
    if rule.category.startswith("web-"):
        assert set(rule.schemes) <= {"cac-191", "miit-164"}


@every_rule
def test_both_old_and_new_cybersecurity_law_are_named_or_neither(rule: Rule) -> None:
    named = {basis.norm: basis.item for basis in rule.basis if basis.norm.startswith("CSL")}
    if named:
        # The amendment of 2025 moved the articles from 19 on by two.
        assert int(named["CSL-2026"]) == int(named["CSL-2017"]) + 2


def test_kinds_whose_early_reading_is_held_against_an_app_are_known_and_weighed_once() -> None:
    kinds = load_knowledge(FOLDER / "lists").data_types
    open_kinds, prompted = BOOK.sets["open-data-types"], BOOK.sets["prompted-data-types"]
    assert open_kinds | prompted <= kinds.keys()
    assert not open_kinds & prompted
    weak = {name for name in open_kinds | prompted if kinds[name].level == 1}
    assert weak == {"ssid", "location_coarse"}


def test_recipients_that_only_deliver_are_those_of_the_table_and_no_others() -> None:
    rows = {row.id for row in KNOWLEDGE.trackers.rows if set(row.purposes) <= {"library", "fonts"}}
    assert rows - BOOK.sets["delivery-only"] == {"firebase", "google-web", "gravatar"}
    assert BOOK.sets["delivery-only"] <= rows


def test_gateways_for_one_tap_login_are_components_for_login() -> None:
    login = {sdk.id for sdk in KNOWLEDGE.sdks if sdk.purposes == ("login",) and sdk.domains}
    assert BOOK.sets["one-tap-gateways"] <= login


@every_judging_rule
def test_what_stands_in_code_alone_only_suspects_and_its_silence_settles_nothing(
    rule: Rule,
) -> None:
    shape = rule.shape
    if isinstance(shape, Require) or shape is None or shape.each.fact not in CODE:
        return
    on_device = ("channel", "device") in {(one.field, one.value) for one in shape.each.where}
    assert rule.settles == ("violated",)
    assert rule.certainty == {"device" if on_device else "apk": "suspected"}


@every_rule
def test_words_are_there_in_both_languages(rule: Rule) -> None:
    for words in words_of(rule):
        assert CHINESE.search(words.zh), words.zh
        assert words.en.strip()
        assert not CHINESE.search(words.en), words.en


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_mark_of_doubt_from_our_notes_is_left_in_a_file(file: Path) -> None:
    text = file.read_text("utf-8")
    assert "[M]" not in text
    assert "[H" not in text
    assert "shared/" not in text


def test_every_file_is_a_rule_in_the_folder_of_its_category() -> None:
    assert {rule.file for rule in BOOK.rules} == {
        f"{FOLDER.name}/{file.relative_to(FOLDER).as_posix()}" for file in FILES
    }
    for rule in BOOK.rules:
        assert rule.category.startswith(Path(rule.file).parent.name + "-")
