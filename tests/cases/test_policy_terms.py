"""What a policy allows itself, end to end: a text that offends each rule, and its sound twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.policy.document import Reading
from scanner.collect.policy.texts.text import read
from scanner.collect.policy.told import claims_of
from scanner.derive import derive
from scanner.facts import AppType, Fact, SiteVisited, Source
from scanner.model import Ruling, TargetKind
from scanner.rulebook.judge import judge
from tests.cases.running import scan
from tests.fixtures.test_policy import make
from tests.samples import BOOK, KNOWLEDGE, MOMENT, VIOLATING

HERE = Source(evidence="0" * 64, at="stated")
SITE = SiteVisited(source=HERE, channel="website", host="www.example.cn", mainland=True)
BROWSER = 32
RIDES = 2


def judged(text: str, kind: TargetKind = "apk", app_type: int | None = None) -> dict[str, Ruling]:
    """Read a policy as the collector does, derive and judge."""
    document = read(
        make.page(text).encode(),
        name="policy.html",
        address=None,
        origin="given",
        part="policy",
        evidence="0" * 64,
    )
    facts: list[Fact] = claims_of(Reading((document,), ("手电筒",)), KNOWLEDGE)
    if kind == "website":
        facts.append(SITE)
    if app_type is not None:
        name = KNOWLEDGE.app_types[app_type].zh
        facts.append(AppType(source=HERE, channel="auditor", number=app_type, name=name))
    facts, unseen = derive(facts, [], KNOWLEDGE)
    rulings = judge(BOOK, facts, unseen, subject_kind=kind, observed_on=MOMENT.date())
    return {ruling.rule: ruling for ruling in rulings}


def with_words(words: str) -> str:
    text: str = make.variant(app="手电筒")
    return f"{text}\n\n## 其他\n\n{words}\n"


SAID = {
    "use-refused-for-choice": (
        "如您拒绝授予通讯录权限，您将无法使用本应用。",
        "如您拒绝授予通讯录权限，您将无法使用邀请好友功能，但不影响其他功能。",
    ),
    "use-refused-after-change": (
        "您不同意新增功能收集个人信息的，将无法继续使用原有功能。",
        "您不同意新增功能收集个人信息的，不能使用我们的新增服务，原服务不变。",
    ),
    "use-refused-after-policy-change": (
        "如您不同意修改后的隐私政策，您必须停止使用本应用。",
        "如您不同意修改后的隐私政策，您可以停止使用本应用。",
    ),
    "data-demanded-to-improve": (
        "为了给您提供更好的个性化服务，您必须授权我们读取您的通讯录。",
        "为了给您提供更好的个性化服务，您可以选择授权我们读取您的通讯录。",
    ),
    "use-beyond-scope-reserved": (
        "我们有权将您的个人信息用于任何其他目的。",
        "我们将您的个人信息用于其他目的前，会再次征得您的同意。",
    ),
    "commercial-use-reserved": (
        "我们有权对整个用户数据库进行分析并进行商业上的利用。",
        "我们不会对用户数据库进行商业上的利用。",
    ),
    "sharing-consent-taken-for-given": (
        "您在此同意我们向关联公司和合作伙伴提供您的个人信息。",
        "经您单独同意，我们才向关联公司提供您的个人信息。",
    ),
    "reward-for-data-in-policy": (
        "上传身份证照片即可领取现金红包。",
        "提现时，为代扣税款，我们需要您提供身份证号码。",
    ),
    "kept-after-closing": (
        "您注销账号之后，我们仍会保留您的个人信息。",
        "您注销账号之后，我们将删除您的个人信息，法律规定须保存的除外。",
    ),
    "permission-without-purpose-in-policy": (
        "本应用申请日历权限。",
        "为了提醒您活动开始，本应用申请日历权限。",
    ),
}

INNOCENT = {
    "described-beyond-type": (
        "我们已在新版本中移除了读取短信权限。",
        "如我们日后需要读取通讯录，将另行征得您的同意。",
    ),
    "permission-without-purpose-in-policy": (
        "我们已在新版本中移除了读取短信权限。",
        "日后如需获取短信权限，我们将另行征得您的同意。",
    ),
    "use-refused-for-choice": (
        "如您拒绝授予录音权限，您将无法使用本软件录音。",
        "关闭定位权限后，请退出应用并重新进入，设置方可生效。",
    ),
    "kept-after-closing": (
        "您注销账号之后，交易记录自交易完成之日起继续保存三年（《电子商务法》第三十一条）。",
    ),
    "sharing-consent-taken-for-given": (
        "您授权我们向您选择的第三方商家提供预约信息。",
        "您理解并同意，我公司会与如下几类第三方主体共享信息：",
    ),
}


@pytest.mark.parametrize(
    ("rule", "words"), [(rule, words) for rule, said in INNOCENT.items() for words in said]
)
def test_what_only_sounds_like_a_fault_is_none(rule: str, words: str) -> None:
    assert judged(with_words(words), app_type=BROWSER)[rule].verdict == "undetermined"


@pytest.mark.parametrize("rule", SAID)
def test_a_rule_is_offended_by_its_words_and_not_by_their_twin(rule: str) -> None:
    wrong, right = (judged(with_words(words))[rule] for words in SAID[rule])
    assert (wrong.verdict, wrong.certainty) == ("violated", "suspected")
    assert right.verdict == "undetermined"


ON_SITES = {
    "use-of-site-refused-for-choice": (
        "如您拒绝提供位置信息，您将无法使用本网站。",
        "如您拒绝提供位置信息，您将无法使用附近门店功能。",
    ),
    "sharing-consent-taken-for-given-on-site": SAID["sharing-consent-taken-for-given"],
    "kept-after-closing": SAID["kept-after-closing"],
    "export-without-details-on-site": (
        "我们会将您的个人信息提供给位于新加坡的 Lark Ltd，用于统计。",
        "我们不会将您的个人信息提供到境外。",
    ),
}


@pytest.mark.parametrize("rule", ON_SITES)
def test_a_site_is_held_to_its_words_too(rule: str) -> None:
    wrong, right = (judged(with_words(words), "website")[rule] for words in ON_SITES[rule])
    assert (wrong.verdict, wrong.certainty) == ("violated", "suspected")
    assert right.verdict == "undetermined"


def test_a_transfer_abroad_is_accused_once_by_the_kind_of_subject() -> None:
    words = with_words(ON_SITES["export-without-details-on-site"][0])
    app, site = judged(words), judged(words, "website")
    assert app["export-without-details"].verdict == "violated"
    assert app["export-without-details-on-site"].verdict == "not_applicable"
    assert site["export-without-details"].verdict == "not_applicable"


def test_a_recipient_without_a_name_is_said_to_have_none() -> None:
    words = with_words("我们会将您的个人信息传输至位于新加坡的服务器，用于统计。")
    of_site = judged(words, "website")["export-without-details-on-site"]
    of_app = judged(words)["export-without-details"]
    for ruling in (of_site, of_app):
        assert ruling.findings
        assert all("“”" not in finding.message.zh for finding in ruling.findings)
    assert any("接收方“未写明”" in finding.message.zh for finding in of_app.findings)


def test_agreement_may_be_demanded_where_the_type_needs_information() -> None:
    words = with_words("如您不同意本隐私政策的任何内容，您应立即停止使用本应用。")
    rule = "use-refused-without-agreement"
    assert judged(words, app_type=BROWSER)[rule].verdict == "violated"
    assert judged(words, app_type=RIDES)[rule].verdict == "not_applicable"
    assert judged(with_words("您可以仅浏览。"), app_type=BROWSER)[rule].verdict == "undetermined"


def test_kinds_are_held_against_the_type_that_was_stated() -> None:
    words, rule = with_words("我们会读取您的通讯录。"), "described-beyond-type"
    (finding,) = judged(words, app_type=BROWSER)[rule].findings
    assert "通讯录" in finding.message.zh
    assert judged(words, app_type=3)[rule].verdict == "undetermined"
    assert judged(words)[rule].verdict == "undetermined"


def swapped(piece: str, words: str) -> str:
    """Put other words in place of a sentence of the sound policy."""
    text: str = make.variant(app="手电筒")
    assert text.count(piece) == 1
    return text.replace(piece, words)


SEPARATELY = {
    "face-without-separate-consent": "因此我们在您首次开启时以弹窗取得您的单独同意",
    "sensitive-data-without-separate-consent": (
        "我们在您首次使用相应功能时以单独的弹窗说明，并取得您的单独同意"
    ),
}


def test_separate_consent_is_missed_only_where_no_passage_speaks_of_it() -> None:
    text = make.variant(app="手电筒")
    for words in SEPARATELY.values():
        assert text.count(words) == 1
        text = text.replace(words, "我们会保护这些信息")
    wrong, right = judged(text), judged(make.variant(app="手电筒"))
    for rule in SEPARATELY:
        assert wrong[rule].verdict == "violated", rule
        assert right[rule].verdict == "undetermined", rule


def test_a_face_needs_another_way_only_where_it_verifies() -> None:
    rule = "face-without-another-way"
    way = "刷脸登录不是唯一的验证方式，您可以改用短信验证码登录。"
    assert judged(swapped(way, ""))[rule].verdict == "violated"
    assert judged(make.variant(app="手电筒"))[rule].verdict == "undetermined"


SILENT = {
    "pol-06": "policy-silent-on-place",
    "pol-20": "policy-silent-on-security",
    "pol-26": "policy-silent-on-succession",
    "pol-27": "policy-silent-on-officer",
}
BARE = "# 手电筒隐私政策\n\n我们收集您的手机号，用于登录。{}\n"
SPOKEN = {
    "pol-06": "信息存储在境内。",
    "pol-20": "我们加密保存。",
    "pol-26": "公司合并时我们会告知您。",
    "pol-27": "个人信息保护负责人：dpo@lark.example。",
}


@pytest.mark.parametrize("element", SILENT)
def test_silence_on_what_only_some_owe_informs_and_accuses_nobody(element: str) -> None:
    wrong, right = judged(BARE.format("")), judged(BARE.format(SPOKEN[element]))
    assert wrong[SILENT[element]].verdict == "violated"
    assert wrong[SILENT[element]].severity == "info"
    assert right[SILENT[element]].verdict == "undetermined"


def test_permissions_owe_a_way_to_turn_them_off() -> None:
    rule, words = "permissions-without-way-off", "为了扫码，我们申请相机权限。"
    assert judged(BARE.format(words))[rule].verdict == "violated"
    off = f"{words}您可以在系统设置中关闭相机权限。"
    assert judged(BARE.format(off))[rule].verdict == "undetermined"


def test_receivers_of_the_package_are_held_against_the_policy(tmp_path: Path) -> None:
    for name, without, verdict in (
        ("silent", ["pol-23"], "violated"),
        ("told", [], "undetermined"),
    ):
        policy = tmp_path / f"{name}.html"
        text = make.page(make.variant(app="手电筒", without=without))
        policy.write_text(text, encoding="utf-8")
        done = scan(tmp_path / name, VIOLATING, "--app-type", "38", "--policy", policy)
        assert done.code == 0, done.said
        assert done.ruling("autostart-not-in-policy")["verdict"] == verdict
