"""Rule files: all faults at once, each in its place, and never anything but a rule or a refusal."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.errors import Fault, RulebookError, UsageError
from scanner.facts import PermissionDeclared
from scanner.knowledge import rules_folder
from scanner.rulebook.load import load_rulebook, read_rule
from scanner.rulebook.rule import ANY_FIELD, ForEach, Rulebook
from tests.rulebook.samples import CATALOG, KNOWLEDGE, RULE, read, sample

WHOLE = [
    "36:1 rule: unknown key 'extra'",
    "13:5 for_each.where: permission.declared has no field 'protectoin'",
    "3:11 category: 'cac-191-9.9' is in no catalogue",
    "6:11 basis.doc: 'PIPPL' is not known",
    "7:11 severity: 'hihg' is not known",
    "8:16 targets: 'apkk' is not known",
]


def faults_of(text: str) -> list[str]:
    rule, faults = read(text)
    assert rule is None
    assert all(fault.hint for fault in faults)
    return [f"{fault.line}:{fault.column} {fault.message}" for fault in faults]


def test_the_shipped_rules_load_and_their_digest_names_exactly_them(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder(), folder)
    book = load_rulebook([rules_folder()], KNOWLEDGE)
    assert len(book.rules) >= 15
    assert [rule.id for rule in book.rules] == sorted(rule.id for rule in book.rules)
    same = load_rulebook([folder], KNOWLEDGE)
    assert same.digest == book.digest
    file = next(folder.glob("cac-191/*.yaml"))
    file.write_bytes(file.read_bytes() + b"# a remark\n")
    assert load_rulebook([folder], KNOWLEDGE).digest != book.digest


def test_a_whole_rule_is_read() -> None:
    rule = sample()
    assert rule.schemes == {"miit-164": ("2",), "miit-337": ("2", "7")}
    assert isinstance(rule.shape, ForEach)
    assert rule.certainty == {"apk": "suspected"}
    assert rule.raise_when is not None
    (fact,) = rule.examples[0].facts
    assert isinstance(fact, PermissionDeclared)
    assert (fact.permission, fact.protection, fact.used) == ("a", "dangerous", None)


def test_every_fault_is_named_at_once_with_its_place() -> None:
    text = (
        RULE.replace("category: cac-191-4.1", "category: cac-191-9.9")
        .replace("severity: high", "severity: hihg")
        .replace("doc: PIPL", "doc: PIPPL")
        .replace("protection: {is: dangerous}", "protectoin: {is: dangerous}")
        .replace("targets: [apk]", "targets: [apk, apkk]")
        + "extra: 1\n"
    )
    assert faults_of(text) == WHOLE


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: sample-rule", "id: Sample", "id: 'Sample'"),
        ("id: sample-rule", "id: other-rule", "id: other-rule, in sample-rule.yaml"),
        ("expect:\n", "require: {fact: policy.link}\nexpect:\n", "require and for_each together"),
        ("fact: policy.link", "fact: policy.lnik", "expect.fact: 'policy.lnik' is not known"),
        ("page: {its: permission}", "page: {its: colour}", "expect.where.page.its: 'colour'"),
        ("settles: [violated]", "settles: [satisfied]", "settles: a rule that cannot accuse"),
        ("settles: [violated]\n", "", "rule: missing settles"),
        ("{apk: suspected}", "{policy: suspected}", "certainty: 'policy' is not known"),
        ("{apk: suspected}", "{}", "certainty: nothing"),
        ("    certainty: suspected\n", "", "example: violated, but how certain?"),
        ("verdict: violated", "verdict: undetermined", "not proven both ways"),
        ("name: a link", "name: no link", "'no link' twice"),
        ("{permission} found", "{permisson} found", "nothing is called {permisson}"),
        ("{kind: policy.link, page: a}", "{page: a}", "fact: no kind"),
        ("{kind: policy.link, page: a}", "{kind: policy.link, pag: a}", "has no field 'pag'"),
        ("page: a}", "page: a, clicks: many}", "a whole number is wanted"),
        ("protection: dangerous}]", "protection: harmful}]", "protection is never 'harmful'"),
        ("to: proven", "to: certain", "raise.to: 'certain' is not known"),
        ("doc: PIPL,", "dok: PIPL,", "basis: unknown key 'dok'"),
        ("title: {zh: 样例, en: a sample}", "title: {zh: 样例}", "title: missing en"),
        ("miit-164: 2", "miit-146: 2", "schemes: 'miit-146' is not known"),
        ("targets: [apk]", "targets: [apk]\ntargets: [apk]", "duplicate key 'targets'"),
        ("zh: 删除, en", "zh: &a 删除, en", "anchor &a"),
        ("zh: 删除, en", "zh: *a, en", "alias *a"),
        ("zh: 删除, en", "zh: !!str 删除, en", "tag tag:yaml.org,2002:str"),
        ("remedy: {zh", "remedy: [zh", "expected"),
    ],
)
def test_a_fault_is_named(old: str, new: str, said: str) -> None:
    assert old in RULE
    assert said in " | ".join(faults_of(RULE.replace(old, new, 1)))


def test_texts_stay_texts() -> None:
    text = RULE.replace("page: a}", "page: no, href: 2.10, text: on}")
    text = text.replace('item: "6"', "item: 17")
    rule = sample(text)
    link = rule.examples[1].facts[1]
    assert (link.page, link.href, link.text) == ("no", "2.10", "on")  # type: ignore[attr-defined]
    assert rule.basis[0].item == "17"


def test_a_rule_inherits_what_its_behaviour_is_called_elsewhere_and_may_narrow_it() -> None:
    silent = RULE.replace('schemes: {miit-164: 2, miit-337: ["2", "7"]}\n', "")
    assert (
        sample(silent).schemes == {}
    )  # 4.1 is one of several elsewhere, so the rule must say which
    early = RULE.replace("cac-191-4.1", "cac-191-3.1")
    assert sample(early).schemes == {
        "miit-164": ("2",),
        "miit-337": ("2", "7"),
        "cverc": ("6",),
        "mps": ("5",),
        "taf-078": ("3", "6"),
    }
    narrowed = early.replace("miit-164: 2", "miit-164: [], taf-078: 3")
    assert "miit-164" not in sample(narrowed).schemes
    assert sample(narrowed).schemes["taf-078"] == ("3",)


def test_a_place_or_number_that_the_catalogue_does_not_list_is_refused_with_its_line() -> None:
    _, faults = read(RULE.replace('item: "6"', 'item: "74"').replace("miit-164: 2", "cverc: 17"))
    said = {fault.message: fault for fault in faults}
    place = said["basis: PIPL lists no item '74'"]
    number = said["schemes.cverc: there is no '17'"]
    assert (place.line, number.line) == (6, 4)
    assert place.hint
    assert number.hint == "mingjian rules norms cverc lists its numbers"


def test_a_rule_that_demands_nothing_is_refused_and_one_by_hand_is_read() -> None:
    head = RULE[: RULE.index("settles:")]
    assert any("demands nothing" in fault for fault in faults_of(head))
    by_hand = head + "manual:\n  look_at: {zh: 看, en: look}\n"
    assert any("manual: missing channels" in fault for fault in faults_of(by_hand))
    rule = sample(by_hand + "  channels: [policy, apk]\n")
    assert rule.shape is None
    assert rule.manual is not None
    assert rule.manual.channels == ("apk", "policy")


def test_two_rules_never_share_an_id(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sample-rule.yaml").write_text(RULE, encoding="utf-8")
    with pytest.raises(RulebookError) as refused:
        load_rulebook([rules_folder(), tmp_path], KNOWLEDGE)
    assert [fault.message for fault in refused.value.faults] == [
        f"the id sample-rule stands in {tmp_path.name}/a/sample-rule.yaml too"
    ]


def test_a_folder_that_is_not_there_is_a_wrong_word_of_the_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no rule folder"):
        load_rulebook([rules_folder(), tmp_path / "none"], KNOWLEDGE)


def test_what_is_no_plain_file_or_too_large_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere")
    with (tmp_path / "large.yaml").open("wb") as sparse:
        sparse.truncate(10 * 1024**3)
    with pytest.raises(RulebookError) as refused:
        load_rulebook([rules_folder(), tmp_path], KNOWLEDGE)
    assert [fault.message for fault in refused.value.faults] == [
        "not a plain file",
        "the file has 1000001 bytes",
        "not a plain file",
    ]


def only_rule_or_faults(data: bytes) -> None:
    from scanner.rulebook.load import read_rule
    from tests.rulebook.samples import CATALOG

    faults: list[Fault] = []
    rule = read_rule(data, "x/sample-rule.yaml", CATALOG, KNOWLEDGE, faults)
    assert (rule is None) == bool(faults)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_arbitrary_bytes_give_a_rule_or_faults(data: bytes) -> None:
    only_rule_or_faults(data)


LINES = RULE.splitlines(keepends=True)
VALUES = ("null", "[]", "{}", "[[]]", "true", "no", "1e9", "-1", '""', "9" * 30, "{fact: app.type}")


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_a_damaged_rule_gives_a_rule_or_faults(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        damage = data.draw(st.sampled_from(("drop", "value", "indent", "twice", "swap")))
        line = lines[place]
        if damage == "drop":
            lines[place] = ""
        elif damage == "value":
            key = line.split(":")[0]
            lines[place] = f"{key}: {data.draw(st.sampled_from(VALUES))}\n"
        elif damage == "indent":
            lines[place] = "  " + line
        elif damage == "twice":
            lines[place] = line * 2
        else:
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], line
    only_rule_or_faults("".join(lines).encode())


@settings(max_examples=100, deadline=None)
@given(st.sampled_from((RULE, "")), st.text(max_size=60), st.integers(0, len(RULE)))
def test_arbitrary_yaml_gives_a_rulebook_or_a_refusal(base: str, text: str, place: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(rules_folder() / "catalog.yaml", folder)
        file = Path(folder) / "sample-rule.yaml"
        file.write_bytes((base[:place] + text + base[place:]).encode())
        try:
            result: object = load_rulebook([Path(folder)], KNOWLEDGE)
        except RulebookError as refused:
            result = refused
    assert isinstance(result, Rulebook) or (isinstance(result, RulebookError) and result.faults)


def test_an_id_is_called_by_the_field_that_holds_it() -> None:
    labels = load_rulebook([rules_folder()], KNOWLEDGE).labels
    assert labels["group"]["phone"].zh == labels["groups"]["phone"].zh == "电话"
    assert labels[ANY_FIELD]["phone"].zh != "电话"
    assert labels["lacks"]["contact"].zh == "联系方式"
    assert labels["element"]["pol-05"].zh == "保存期限及到期后的处理"


def test_without_their_proofs_the_rules_are_the_same_but_for_the_examples() -> None:
    bare = load_rulebook([rules_folder()], KNOWLEDGE, proofs=False)
    whole = load_rulebook([rules_folder()], KNOWLEDGE)
    assert bare.digest == whole.digest
    assert bare.rules == tuple(replace(rule, examples=()) for rule in whole.rules)


def test_the_proofs_of_further_folders_are_read_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "sample-rule.yaml"
    file.write_text(RULE[: RULE.index("examples:")], encoding="utf-8")
    with pytest.raises(RulebookError) as refused:
        load_rulebook([rules_folder(), tmp_path], KNOWLEDGE, proofs=False)
    assert "rule: missing examples" in [fault.message for fault in refused.value.faults]


def test_examples_that_do_not_stand_last_are_no_reason_to_lose_what_follows() -> None:
    faults: list[Fault] = []
    head, examples = RULE[: RULE.index("remedy:")], RULE[RULE.index("examples:") :]
    text = f"{head}{examples}remedy: {{zh: 删除, en: remove it}}\n"
    name = "x/sample-rule.yaml"
    rule = read_rule(text.encode(), name, CATALOG, KNOWLEDGE, faults, proofs=False)
    assert rule is not None, faults
    assert rule.remedy is not None
    assert len(rule.examples) == 2
