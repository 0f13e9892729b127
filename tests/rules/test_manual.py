"""The rule author's manual keeps its word: every snippet loads, every message is the true one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanner.errors import Fault
from scanner.knowledge import load_knowledge, rules_folder
from scanner.rulebook.catalog import SCHEMES, load_catalog
from scanner.rulebook.describe import NEW_RULE, new_rule
from scanner.rulebook.load import OPTIONAL, REQUIRED, load_rulebook, read_rule
from scanner.rulebook.proof import prove, prove_rule
from scanner.rulebook.rule import OPERATORS, Rule

FOLDER = rules_folder()
KNOWLEDGE = load_knowledge(FOLDER / "lists")
CATALOG = load_catalog(FOLDER / "catalog.yaml")
BOOK = load_rulebook([FOLDER], KNOWLEDGE)
MANUAL = (FOLDER / "README.md").read_text("utf-8")
CHINESE, ENGLISH, ANNEX = re.split(r"^## (?:English|附：.*)$", MANUAL, flags=re.MULTILINE)
SNIPPETS = re.findall(r"^```yaml\n(.*?)^```$", MANUAL, flags=re.MULTILINE | re.DOTALL)
RULES = [snippet for snippet in SNIPPETS if snippet.startswith("id: ")]
PARTS = [snippet for snippet in SNIPPETS if not snippet.startswith("id: ")]
MOODS = {"forbid", "require", "for_each", "expect"}
CLAUSE = "cleartext_permitted: {is: true}"

MISTAKES = {
    "cleartext: {is: true}": CLAUSE,
    "cleartext_permitted: true": CLAUSE,
    "cleartext_permitted: {is: yes}": CLAUSE,
    "shared_user: {is: null}": CLAUSE,
    "target_sdk: {below: 23}": CLAUSE,
    'package: {matches: "(?!cn)"}': CLAUSE,
    "package: {its: label}": CLAUSE,
    "settles: [satisfied]": "settles: [violated, satisfied]",
    "certainty: {device: proven}": "certainty: {apk: suspected}",
    "category: cac-191-7.1": "category: pipl-51",
    "forbid:\n  all:\n    - fact: app.manifest\n    - not: {fact: app.signer}\n": (
        f"forbid:\n  fact: app.manifest\n  where:\n    {CLAUSE}\n"
    ),
    "": "    certainty: suspected\n",
    "en: {package} permits traffic": 'en: "{package} permits traffic without encryption."',
}
"""What the table of frequent errors tells of, each with what it replaces in a new rule."""


def read(text: str, name: str = "my-rule") -> tuple[Rule | None, list[Fault]]:
    faults: list[Fault] = []
    rule = read_rule(text.encode(), f"my-rules/{name}.yaml", CATALOG, KNOWLEDGE, faults)
    return rule, faults


def by_key(text: str) -> dict[str, str]:
    """Cut the text of a rule into its top-level keys."""
    parts = re.split(r"^(?=[a-z_]+:)", text, flags=re.MULTILINE)
    return {part.partition(":")[0]: part for part in parts if re.match("[a-z_]+:", part)}


def first_line(text: str) -> str:
    return text.partition("\n")[0]


@pytest.mark.parametrize("text", RULES, ids=first_line)
def test_a_rule_in_the_manual_loads_and_proves_itself(text: str) -> None:
    rule, faults = read(text, first_line(text).removeprefix("id: "))
    assert faults == []
    assert rule is not None
    assert prove_rule(rule, BOOK) == ()


@pytest.mark.parametrize("text", PARTS, ids=first_line)
def test_a_part_of_a_rule_in_the_manual_loads_in_its_place(text: str) -> None:
    whole, part = by_key(NEW_RULE.format(id="my-rule")), by_key(text)
    whole["message"] = "message: {zh: 涉嫌, en: suspected}\n"
    if MOODS & part.keys():
        whole = {key: value for key, value in whole.items() if key not in MOODS}
        # No manifest settles these kinds of fact, and the ceiling is for channels of the kind.
        whole["certainty"] = "certainty: {apk: suspected}\n"
    _, faults = read("".join({**whole, **part}.values()))
    assert faults == []


def test_both_languages_show_the_same_parts() -> None:
    for text in PARTS:
        assert CHINESE.count(f"```yaml\n{text}```") == 1
        assert ENGLISH.count(f"```yaml\n{text}```") == 1
    assert len(RULES) == 2


@pytest.mark.parametrize("written", MISTAKES, ids=lambda written: first_line(written) or "nothing")
def test_an_error_in_the_manual_is_reported_in_these_words(written: str) -> None:
    sound = NEW_RULE.format(id="my-rule")
    assert MISTAKES[written] in sound
    _, faults = read(sound.replace(MISTAKES[written], written, 1))
    assert faults
    for part in (CHINESE, ENGLISH):
        rows = [line for line in part.splitlines() if faults[0].message in line]
        assert len(rows) == 1
        assert faults[0].hint in rows[0]
        shown = written.strip().splitlines()[-1].strip() if written else ""
        assert shown in rows[0]


@pytest.mark.parametrize("part", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_the_manual_names_every_key_operator_scheme_and_list(part: str) -> None:
    for key in (*REQUIRED, *OPTIONAL, *SCHEMES, *KNOWLEDGE.sets):
        assert f"`{key}`" in part, key
    for kind, operators in OPERATORS.items():
        rows = [line for line in part.splitlines() if re.match(rf"\| {kind}\b", line)]
        assert len(rows) == 1
        assert tuple(re.findall("`([a-z_]+)`", rows[0])) == operators


@pytest.mark.parametrize("part", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_the_manual_names_no_list_that_is_not_there(part: str) -> None:
    section = next(text for text in part.split("\n### ") if re.match("十一、|11\\.", text))
    named = set(re.findall("`([a-z]+(?:-[a-z]+)*)`", section))
    assert named == set(KNOWLEDGE.sets)


def test_the_annex_names_every_rule_with_what_it_is() -> None:
    apps, sites = ANNEX.split("### 网站规则")
    for part, kind in ((apps, "apk"), (sites, "website")):
        rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\S+) \| (\S+) \|", part, flags=re.MULTILINE)
        assert rows == [
            (rule.id, rule.category, rule.severity)
            for rule in BOOK.rules
            if ("website" in rule.targets) == (kind == "website")
        ]


def test_the_first_quarter_of_an_hour_goes_as_the_manual_says(tmp_path: Path) -> None:
    folder = tmp_path / "my-rules"
    folder.mkdir()
    file = new_rule("cleartext-in-my-app", folder)
    assert file.name == "cleartext-in-my-app.yaml"
    assert prove(load_rulebook([FOLDER, folder], KNOWLEDGE)) == ()
    text = file.read_text("utf-8")
    second, third = text.index("  - name: not permitted"), text.index("  - name: the config")
    file.write_text(text[:second] + text[third:], "utf-8")
    (doubt,) = prove(load_rulebook([FOLDER, folder], KNOWLEDGE))
    for part in (CHINESE, ENGLISH):
        assert f"{doubt.file}:{doubt.line}:1: {doubt.message}\n    {doubt.hint}\n" in part
