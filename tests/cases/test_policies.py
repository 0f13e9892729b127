"""Policies end to end: a sound one gives no finding, and each fault gives its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.policy.document import Reading
from scanner.collect.policy.texts.text import read
from scanner.collect.policy.told import claims_of
from scanner.facts import Fact, PolicyElement, PolicyThirdParty
from scanner.model import Certainty, TargetKind
from scanner.rulebook.judge import judge
from tests.cases.running import Done, scan
from tests.fixtures.test_policy import make
from tests.samples import BOOK, COMPLIANT, KNOWLEDGE, MOMENT, VIOLATING

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
TYPE = ("--app-type", "38")
NAMES = ("手电筒", "cn.example.torch")
ON_POLICIES = {
    rule.id
    for rule in BOOK.rules
    if rule.targets[0] == "apk" and "fact='policy.document'" in repr(rule.when)
}
"""Rules that ask first for a policy of the subject's own."""


def facts_of(markdown: str) -> list[Fact]:
    """Read a policy of the app 手电筒 as the collector does."""
    return facts_of_page(make.page(markdown))


def facts_of_page(page: str) -> list[Fact]:
    """Read a page of a policy of the app 手电筒 as the collector does."""
    document = read(
        page.encode(),
        name="policy.html",
        address=None,
        origin="given",
        part="policy",
        evidence="0" * 64,
    )
    return claims_of(Reading((document,), NAMES), KNOWLEDGE)


def found(markdown: str, kind: TargetKind = "apk") -> dict[str, Certainty]:
    """Judge a policy alone, and give the rules that it offends but for those that only inform."""
    return found_on_page(make.page(markdown), kind)


def found_on_page(page: str, kind: TargetKind = "apk") -> dict[str, Certainty]:
    """Judge a page alone, as `found` does."""
    day = MOMENT.date()
    rulings = judge(BOOK, facts_of_page(page), (), subject_kind=kind, observed_on=day)
    return {
        ruling.rule: ruling.certainty
        for ruling in rulings
        if ruling.certainty is not None and ruling.severity != "info"
    }


@pytest.mark.parametrize("kind", ["apk", "website"])
def test_the_sound_policy_gives_no_finding(kind: TargetKind) -> None:
    assert found(make.variant(app="手电筒"), kind) == {}


def test_the_sound_policy_holds_every_element() -> None:
    elements = [fact for fact in facts_of(make.variant()) if isinstance(fact, PolicyElement)]
    assert [fact.element for fact in elements if fact.present] == list(make.ELEMENTS)


WITH: dict[str, dict[str, Certainty]] = {
    "use_is_consent": {"use-taken-for-consent": "suspected"},
    "change_by_use": {"use-after-change-taken-for-consent": "suspected"},
    "open_list": {"open-list-of-data": "suspected"},
    "change_without_notice": {"policy-changes-without-notice": "suspected"},
    "no_liability": {"no-liability-for-breaches": "suspected"},
    "kept_for_ever": {"kept-for-ever": "suspected"},
    "last_word": {},
    "placeholder": {"policy-with-placeholders": "suspected"},
    "wide_exceptions": {"exceptions-beyond-law": "suspected"},
    "hard_closing": {"hard-account-closing": "suspected"},
    "deletion_60_days": {"slow-deletion-by-calendar": "proven"},
    "deletion_25_days": {"slow-deletion-by-calendar": "suspected"},
    "deletion_30_working_days": {"slow-deletion": "proven"},
    "access_30_days": {},
    "complaint_30_working_days": {"slow-complaints": "proven"},
    "no_switch": {"profiling-without-way-off": "suspected"},
    "export": {"export-without-details": "suspected"},
    "sdk_without_kinds": {"listed-component-without-details": "suspected"},
    "refused_for_choice": {"use-refused-for-choice": "suspected"},
    "refused_for_policy": {},
    "refused_for_change": {"use-refused-after-policy-change": "suspected"},
    "improve_only": {"data-demanded-to-improve": "suspected"},
    "use_beyond_scope": {"use-beyond-scope-reserved": "suspected"},
    "commercial_use": {"commercial-use-reserved": "suspected"},
    "blanket_sharing": {"sharing-consent-taken-for-given": "suspected"},
    "kept_after_closing": {"kept-after-closing": "suspected"},
    "reward_for_data": {"reward-for-data-in-policy": "suspected"},
    "complaint_30_days": {"slow-complaints-by-calendar": "suspected"},
    "response_30_working_days": {"slow-response": "suspected"},
    "sensitive_without_effect": {},
    "face_without_effect": {},
    "sharing_without_recipient": {},
    "no_sdk": {},
}
"""What each fault gives. That the last word is reserved only informs; whether an app may demand
agreement depends on its type; an effect or a recipient may be told elsewhere in the text, and here
is; a promise accuses nobody until something breaks it."""


@pytest.mark.parametrize("fault", WITH)
def test_each_fault_gives_its_own_finding_and_no_other(fault: str) -> None:
    assert found(make.variant(app="手电筒", with_=[fault])) == WITH[fault]


def test_the_policy_of_another_app_is_told_from_ones_own() -> None:
    other = make.variant(app="白鹭音乐", with_=["other_subject"])
    assert found(other) == {"policy-of-another": "suspected"}


def test_every_fault_is_tried() -> None:
    assert set(make.FAULTS) == {*WITH, "other_subject"}


WITHOUT: dict[str, dict[str, Certainty]] = {
    "pol-01": {"policy-lacks-handler": "suspected"},
    "pol-05": {"policy-lacks-retention": "suspected"},
    "pol-08": {"policy-without-deletion": "suspected"},
    "pol-09": {"policy-without-withdrawal": "suspected"},
    "pol-16": {"sensitive-data-unmarked": "suspected"},
    "pol-25": {"face-without-another-way": "suspected"},
    "pol-21": {"policy-undated": "suspected"},
}
"""What the lack of an element gives; that of any other gives nothing, since no norm asks for it, or
since other pieces of the policy say the same."""


TOGETHER: dict[str, dict[str, Certainty]] = {
    "without_effect": {
        "face-recognition-without-notice": "suspected",
        "sensitive-data-without-effect": "suspected",
    },
    "without_recipient": {"sharing-without-recipient": "suspected"},
    "without_rules": {
        "policy-lacks-access": "suspected",
        "policy-lacks-handler": "suspected",
        "policy-lacks-kinds": "suspected",
        "policy-lacks-purposes": "suspected",
        "policy-lacks-retention": "suspected",
        "policy-undated": "suspected",
        "policy-without-complaints": "suspected",
        "policy-without-deletion": "suspected",
        "policy-without-rules": "proven",
        "policy-without-withdrawal": "suspected",
    },
    "no_sdk_at_all": {},
}
"""What the sets of faults give that show only together."""


@pytest.mark.parametrize("name", make.TOGETHER)
def test_faults_that_show_only_together_give_their_own_findings_and_no_other(name: str) -> None:
    assert found(make.together(name, app="手电筒")) == TOGETHER[name]


FORMS: dict[str, dict[str, Certainty]] = {
    "small": {},
    "run_on": {"policy-in-long-sentences": "suspected"},
    "endless": {"policy-long-without-guide": "suspected"},
    "pictures": {"policy-only-in-pictures": "suspected"},
}
"""What a sound policy gives that cannot well be read. How small it is set no text shows: for an
app that is left to a person (manual-lettering-of-policy)."""


@pytest.mark.parametrize("name", FORMS)
def test_a_policy_that_cannot_well_be_read_gives_its_own_finding_and_no_other(name: str) -> None:
    assert found_on_page(make.forms("手电筒")[name]) == FORMS[name]


@pytest.mark.parametrize("element", make.ELEMENTS)
def test_each_lack_gives_its_own_finding_and_no_other(element: str) -> None:
    assert found(make.variant(app="手电筒", without=[element])) == WITHOUT.get(element, {})


def test_a_text_that_does_not_call_itself_a_policy_is_not_proven_to_lack_rules() -> None:
    kept = {"pol-20", "pol-23"}
    bare = make.variant(app="手电筒", without=[one for one in make.ELEMENTS if one not in kept])
    assert bare.count("# 手电筒隐私政策\n") == 1
    notes = bare.replace("# 手电筒隐私政策\n", "# 手电筒使用说明\n")
    assert found(notes).get("policy-without-rules") in (None, "suspected")


@pytest.mark.parametrize(
    "sentence", ["注销账号后60天内", "在订单签收后60天内", "备份数据将在60天内"]
)
def test_a_period_after_closing_or_without_a_request_is_never_proven(sentence: str) -> None:
    text = make.variant(app="手电筒", with_=["deletion_60_days"])
    assert text.count("我们在收到申请后60天内") == 1
    said = found(text.replace("我们在收到申请后60天内", sentence))
    assert said.get("slow-deletion-by-calendar") in (None, "suspected")


@pytest.mark.parametrize("kind", ["apk", "website"])
def test_a_supplement_is_not_accused_of_what_the_policy_may_say(kind: TargetKind) -> None:
    text = make.variant(app="手电筒", without=["pol-08", "pol-09", "pol-21"])
    supplement = text.replace("# 手电筒隐私政策\n", "# 手电筒隐私政策补充声明\n")
    accused = {"policy-without-deletion", "policy-without-withdrawal", "policy-undated"}
    assert not accused & found(supplement, kind).keys()
    if kind == "apk":
        assert accused <= found(text, kind).keys()


def test_a_row_that_names_a_company_only_is_accused_once_and_not_for_each_component() -> None:
    row = "\n\n| SDK名称 | 提供方 |\n|---|---|\n| 腾讯 | 深圳市腾讯计算机系统有限公司 |\n"
    said = facts_of(make.variant(app="手电筒") + row)
    named = [one for one in said if isinstance(one, PolicyThirdParty) and one.name == "腾讯"]
    assert len(named) > 5
    assert {one.by for one in named} == {"vendor"}
    rulings = judge(BOOK, said, (), subject_kind="apk", observed_on=MOMENT.date())
    (ruling,) = [one for one in rulings if one.rule == "listed-component-without-details"]
    assert len(ruling.findings) <= 1


def test_the_sound_policy_adds_no_finding_to_a_case(tmp_path: Path) -> None:
    policy = tmp_path / "policy.html"
    policy.write_text(make.page(make.variant(app="手电筒")), encoding="utf-8")
    alone = scan(tmp_path / "alone", COMPLIANT, *TYPE)
    both = scan(tmp_path / "both", COMPLIANT, *TYPE, "--policy", policy)
    assert both.code == 0, both.said
    (own,) = [one for one in both.facts("policy.document") if one.get("origin") == "given"]
    assert own["own"] is True
    assert own["whole"] is True
    assert set(both.violated()) <= set(alone.violated())
    ruled = {one["rule"]: one["verdict"] for one in both.report["rulings"]}
    assert ruled["policy-lacks-retention"] == "satisfied"
    assert ruled["policy-lacks-handler"] == "satisfied"


def against(folder: Path, policy: Path, *more: object) -> Done:
    """Hold a policy against the violating app and a recording of it."""
    traffic = FIXTURES / "traffic"
    return scan(
        folder,
        *(VIOLATING, traffic / "violating.har", *TYPE),
        *("--identity", traffic / "identity.yaml"),
        *("--connections", traffic / "connections.csv"),
        *("--consent-at", "2026-10-01T10:00:30+08:00±5", "--first-party", "stat.torch.example"),
        *("--policy", policy, *more),
    )


@pytest.fixture(scope="module")
def torch(tmp_path_factory: pytest.TempPathFactory) -> Done:
    policy = FIXTURES / "policy"
    before = ("--policy-before", policy / "torch_before.html")
    return against(tmp_path_factory.mktemp("torch"), policy / "torch.html", *before)


def test_the_torch_is_held_against_what_its_policy_says(torch: Done) -> None:
    assert torch.code == 0, torch.said
    violated = torch.violated()
    assert violated["use-after-change-taken-for-consent"] == "suspected"
    assert violated["slow-deletion"] == "proven"
    assert "slow-deletion-by-calendar" not in violated
    assert violated["collected-despite-promise"] == "proven"
    assert violated["before-consent-despite-promise"] == "proven"
    for absent in ("data-sent-not-in-policy", "recipient-not-in-policy", "sent-beyond-policy"):
        assert violated[absent] == "proven"
    broken = {(one["promise"], one["data_type"]) for one in torch.facts("promise.broken")}
    assert ("not_collected", "imei") in broken
    assert any(promise == "only_after_consent" for promise, _ in broken)
    assert any(promise == "encrypted_in_transit" for promise, _ in broken)


def test_absence_is_not_proven_where_the_word_stands(tmp_path: Path) -> None:
    page = (FIXTURES / "policy" / "torch.html").read_text(encoding="utf-8")
    policy = tmp_path / "policy.html"
    words = "<h2>其他</h2><p>风控：IMEI、Android ID。</p><p>统计：友盟+。</p></body>"
    policy.write_text(page.replace("</body>", words), encoding="utf-8")
    done = against(tmp_path / "case", policy)
    assert done.code == 0, done.said
    for rule in ("data-sent-not-in-policy", "recipient-not-in-policy", "sent-beyond-policy"):
        assert done.violated().get(rule) in (None, "suspected"), rule


def test_a_policy_that_was_handed_in_is_not_said_to_be_missing(torch: Done) -> None:
    ruled = {one["rule"]: one["verdict"] for one in torch.report["rulings"]}
    assert ruled["no-policy-in-package"] == "not_applicable"
    assert ruled["manual-way-to-policy"] == "undetermined"


def test_the_torchs_policy_is_compared_with_the_one_before(torch: Done) -> None:
    changed = {(one["what"], one["item"]) for one in torch.facts("policy.difference")}
    assert ("data_item", "ip") in changed
    (ruling,) = [one for one in torch.report["rulings"] if one["rule"] == "policy-changed"]
    assert ruling["verdict"] == "violated"
    assert ruling["severity"] == "info"


def test_findings_on_a_policy_lead_to_its_words(torch: Done) -> None:
    rule = "use-after-change-taken-for-consent"
    (ruling,) = [one for one in torch.report["rulings"] if one["rule"] == rule]
    (finding,) = ruling["findings"]
    assert "继续使用本应用" in finding["message"]["zh"]
    fact = torch.report["facts"][finding["facts"][0]]
    assert fact["source"]["at"].startswith("text ")
    kept = {one["sha256"]: one["name"] for one in torch.report["evidence"]}
    assert kept[fact["source"]["evidence"]] == "torch.html"


def test_where_no_policy_was_read_nothing_is_settled(tmp_path: Path) -> None:
    assert len(ON_POLICIES) > 30
    done = scan(tmp_path, VIOLATING, *TYPE)
    for ruling in done.report["rulings"]:
        if ruling["rule"] in ON_POLICIES:
            assert ruling["verdict"] == "undetermined", ruling["rule"]
