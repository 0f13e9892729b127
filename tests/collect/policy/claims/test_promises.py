from __future__ import annotations

import re
import time

import pytest

from scanner.collect.policy.claims import promise_words, promises
from scanner.collect.policy.document import Block, Document, Kind, Reading
from scanner.facts import PolicyPromise
from scanner.knowledge import Knowledge, load_knowledge, rules_folder

Said = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def document(*lines: str, headings: tuple[str, ...] = ()) -> Document:
    blocks, text = [], ""
    for line in (*headings, *lines):
        kind: Kind = "heading" if line in headings else "paragraph"
        blocks.append(Block(kind, len(text), len(text) + len(line), 1 if kind == "heading" else 0))
        text += line + "\n"
    return Document("a", None, "given", "policy", "0" * 64, "", text, tuple(blocks))


def said(knowledge: Knowledge, *lines: str, headings: tuple[str, ...] = ()) -> Said:
    reading = Reading((document(*lines, headings=headings),), ("明鉴演示",))
    facts = list(promises.facts_of(reading, knowledge))
    assert all(isinstance(fact, PolicyPromise) for fact in facts)
    return {
        (fact.promise, fact.data_type, fact.condition or "")
        for fact in facts
        if isinstance(fact, PolicyPromise)
    }


@pytest.mark.parametrize(
    ("sentence", "promised"),
    [
        ("我们不会收集您的通讯录、短信记录。", {"not_collected contacts", "not_collected sms"}),
        ("明鉴演示不会收集您的通讯录。", {"not_collected contacts"}),
        ("关于通讯录，我们不会读取。", {"not_collected contacts"}),
        ("本应用不会收集任何个人信息。", {"not_collected "}),
        ("我们不会向任何第三方共享、转让您的个人信息。", {"no_sharing "}),
        ("我们不会与任何公司、组织和个人共享您的个人信息。", {"no_sharing "}),
        ("我们不会将您的个人信息提供给第三方。", {"no_sharing "}),
        ("我们不会以任何形式向任何第三方出售您的个人信息。", {"no_sale "}),
        ("您的个人信息不会被出售给任何第三方。", {"no_sale "}),
        ("我们不会向境外提供您的个人信息。", {"no_export "}),
        ("我们目前不涉及向境外传输个人信息。", {"no_export "}),
        ("您的个人信息仅存储于中华人民共和国境内。", {"stored_at_home "}),
        ("存储地点：中华人民共和国境内。", {"stored_at_home "}),
        ("通讯录仅在前台运行时获取。", {"only_in_use contacts"}),
        ("我们仅在您使用找好友功能时收集通讯录。", {"only_in_use contacts"}),
        ("我们不会在后台收集您的通讯录。", {"only_in_use contacts"}),
        ("我们承诺不会在您未使用本应用时收集您的通讯录。", {"only_in_use contacts"}),
        ("未经您的同意，我们不会收集您的通讯录。", {"only_after_consent contacts"}),
        ("在征得您同意后，我们才会收集您的通讯录。", {"only_after_consent contacts"}),
        ("在您同意隐私政策前，我们不会收集您的任何个人信息。", {"only_after_consent "}),
        ("相应设备权限默认关闭。", {"off_by_default "}),
        ("我们不对外提供您的个人信息。", {"no_sharing "}),
        ("我们承诺不贩卖用户数据。", {"no_sale "}),
        ("本应用未接入任何第三方SDK。", {"no_sdk "}),
        ("本产品不含第三方代码或插件。", {"no_sdk "}),
        ("我们不会收集您的设备识别码（IMEI）。", {"not_collected imei"}),
        ("我们不会收集您的位置信息（GPS）。", {"not_collected location_precise"}),
        ("我们不会读取您的通讯录（联系人姓名、电话）。", {"not_collected contacts"}),
        ("我们不会读取剪贴板中的手机号。", {"not_collected clipboard"}),
        ("我们不会收集您的手机号、通讯录。", {"not_collected phone", "not_collected contacts"}),
        ("我们一般会收集日志，但我们不会收集您的通讯录。", {"not_collected contacts"}),
        ("我们不会收集您的通讯录，但会收集您的手机号。", {"not_collected contacts"}),
        (
            "我们只在您点击“同意”之后收集个人信息，并对传输的信息加密。",
            {"only_after_consent ", "encrypted_in_transit "},
        ),
        ("We do not read contacts.", {"not_collected contacts"}),
        (
            "We do not read your contacts while the app is in the background.",
            {"only_in_use contacts"},
        ),
        ("我们在传输过程中使用SSL/TLS加密。", {"encrypted_in_transit "}),
        ("您的浏览器与服务器之间交换数据时受SSL加密保护；", {"encrypted_in_transit "}),
        ("我们承诺不收集可识别您身份的个人信息。", {"anonymous_only "}),
        ("本应用未集成任何第三方SDK。", {"no_sdk "}),
        ("We do not collect your phone number.", {"not_collected phone"}),
        ("We will never share your personal data with third parties.", {"no_sharing "}),
        ("We will not sell, trade, or rent your personal information to others.", {"no_sale "}),
        ("We do not transfer your personal information outside China.", {"no_export "}),
        ("Your data is stored only in mainland China.", {"stored_at_home "}),
        ("All data is encrypted in transit using TLS.", {"encrypted_in_transit "}),
        ("We do not use any third-party SDKs.", {"no_sdk "}),
    ],
)
def test_a_promise_is_read(knowledge: Knowledge, sentence: str, promised: set[str]) -> None:
    expected = {(*one.split(" "), "") for one in promised}
    assert said(knowledge, sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "我们不会收集其他信息。",
        "除上述信息外，我们不会收集您的任何其他个人信息。",
        "我们不会将上述信息用于其他目的。",
        "我们不会将您的通讯录用于广告。",
        "我们会不会收集您的通讯录？",
        "如果我们不收集您的通讯录，将无法为您找到好友。",
        "第三方SDK不会收集您的通讯录。",
        "某某公司不会收集您的通讯录。",
        "您不应向他人提供通讯录。",
        "我们要求合作伙伴不得收集您的通讯录。",
        "我们不会过度收集您的通讯录。",
        "我们不会主动共享您的个人信息。",
        "我们不会向无关第三方提供您的个人信息。",
        "我们不会与广告主共享您的手机号。",
        "我们不会公开披露您的个人信息。",
        "我们不会将我们存储在分析软件中的信息与您的手机号相结合。",
        "我们只在您不同意时收集信息。",
        "Even when the app is not in use, Example may collect your location.",
        "您的数据可能存储在中国境内。",
        "我们会收集您的通讯录。",
        "We do not collect any additional information.",
        "We do not knowingly collect personal information from children under 13.",
        "Our partners do not collect your contacts.",
        "You should not share your password.",
    ],
)
def test_a_narrow_or_foreign_sentence_promises_nothing(knowledge: Knowledge, sentence: str) -> None:
    assert said(knowledge, sentence) == set()


@pytest.mark.parametrize(
    ("sentence", "promise"),
    [
        ("如您拒绝，我们不会收集通讯录。", ("not_collected", "contacts", "如您拒绝")),
        ("您关闭权限后，我们将不再收集您的通讯录。", ("not_collected", "contacts", "您关闭权限后")),
        (
            "除法律要求外，我们不会向第三方提供您的通讯录。",
            ("no_sharing", "contacts", "除法律要求外"),
        ),
        ("我们不会共享您的个人信息，但以下情况除外：", ("no_sharing", "", "以下情况除外")),
        ("未经您同意，我们不会向第三方共享您的个人信息。", ("no_sharing", "", "未经您同意")),
        ("原则上，我们不会向第三方提供您的个人信息。", ("no_sharing", "", "原则上")),
        ("您的通讯录不会上传至我们的服务器。", ("not_collected", "contacts", "上传")),
        ("个性化推荐功能默认关闭。", ("off_by_default", "", "个性化推荐")),
        ("我们一般不会收集您的通讯录。", ("not_collected", "contacts", "一般")),
        ("默认情况下，我们不会收集您的通讯录。", ("not_collected", "contacts", "默认")),
        ("我们努力做到不收集您的通讯录。", ("not_collected", "contacts", "努力")),
        ("正常情况下，我们不会收集您的通讯录。", ("not_collected", "contacts", "正常情况")),
        ("我们尽量在征得您同意后才收集您的通讯录。", ("only_after_consent", "contacts", "尽量")),
        ("我们仅在征得监护人同意后收集个人信息。", ("only_after_consent", "", "监护人")),
        ("您的个人信息通常存储在中国境内。", ("stored_at_home", "", "通常")),
        ("我们力争在传输过程中使用HTTPS加密。", ("encrypted_in_transit", "", "力争")),
        ("我们原则上只收集匿名信息。", ("anonymous_only", "", "原则上")),
        ("We try not to collect your contacts.", ("not_collected", "contacts", "try")),
        ("By default, we do not collect contacts.", ("not_collected", "contacts", "by default")),
        (
            "我们不会收集您的通讯录，不过找好友功能需要使用通讯录。",
            ("not_collected", "contacts", "不过找好友功能需要使用通讯录。"),
        ),
        (
            "我们不会收集您的通讯录，但在您找好友时需要读取。",
            ("not_collected", "contacts", "但在您找好友时需要读取。"),
        ),
        (
            "征得您同意后，我们会收集人脸信息，并加密传输。",
            ("encrypted_in_transit", "", "征得您同意后"),
        ),
        ("我们通常只会在征得您同意的情况下收集您的个人信息。", ("only_after_consent", "", "通常")),
        ("部分接口的传输采用HTTPS加密协议。", ("encrypted_in_transit", "", "部分")),
        (
            "We do not share your personal information with third parties without your consent.",
            ("no_sharing", "", "without your consent"),
        ),
    ],
)
def test_a_condition_goes_with_its_promise(
    knowledge: Knowledge, sentence: str, promise: tuple[str, str, str]
) -> None:
    assert said(knowledge, sentence) == {promise}


def test_a_later_sentence_takes_back(knowledge: Knowledge) -> None:
    found = said(
        knowledge, "我们不会向境外提供您的个人信息。如需跨境传输，我们会另行征得您的同意。"
    )
    assert found == {("no_export", "", "如需跨境传输，我们会另行征得您的同意。")}
    apart = said(knowledge, "我们不会向境外提供您的个人信息。如您有疑问，请联系我们。")
    assert apart == {("no_export", "", "")}


def test_children_functions_and_cases_keep_their_promises_to_themselves(
    knowledge: Knowledge,
) -> None:
    line = "我们不会收集您的通讯录。"
    plain = {("not_collected", "contacts", "")}
    assert said(knowledge, line, headings=("二、我们如何收集和使用您的个人信息",)) == plain
    assert said(knowledge, line, headings=("五、儿童个人信息保护",)) == {
        ("not_collected", "contacts", "五、儿童个人信息保护")
    }
    assert said(knowledge, line, headings=("扫一扫",)) == {("not_collected", "contacts", "扫一扫")}
    case = said(knowledge, "当您使用游客模式时，可以浏览内容。" + line)
    assert case == {("not_collected", "contacts", "当您使用游客模式时")}
    assert said(knowledge, line, "当您使用游客模式时，可以浏览内容。" + line) == plain


def test_headings_and_lists_of_sdks_promise_nothing(knowledge: Knowledge) -> None:
    assert said(knowledge, headings=("我们不会收集您的通讯录",)) == set()
    listed = document("我们不会收集您的通讯录。")._replace(part="sdk_list")
    assert list(promises.facts_of(Reading((listed,)), knowledge)) == []


def test_who_collects_something_does_not_promise_to_collect_nothing(knowledge: Knowledge) -> None:
    found = said(knowledge, "我们会收集您的手机号。", "我们不会收集您的个人信息。")
    assert found == set()


def test_a_broad_word_promises_for_all_that_it_covers(knowledge: Knowledge) -> None:
    kinds = {kind for _, kind, _ in said(knowledge, "我们不会收集您的位置信息。")}
    assert kinds == {"location", *knowledge.data_types["location"].covers}


def test_an_open_list_in_brackets_narrows_no_broad_word(knowledge: Knowledge) -> None:
    for line in ("我们不会收集您的位置信息（GPS等）。", "我们不会收集您的位置信息（如GPS）。"):
        kinds = {kind for _, kind, _ in said(knowledge, line)}
        assert kinds == {"location", *knowledge.data_types["location"].covers}


def test_an_exception_anywhere_is_kept(knowledge: Knowledge) -> None:
    found = said(
        knowledge,
        "我们不会共享您的个人信息。",
        "欢迎使用本应用。",
        "请您仔细阅读。",
        "除非法律要求，我们不会共享您的个人信息。",
    )
    assert found == {("no_sharing", "", "除非法律要求")}


def test_a_fact_points_at_its_words(knowledge: Knowledge) -> None:
    page = document("欢迎使用。我们不会出售您的个人信息。")
    (fact,) = promises.facts_of(Reading((page,)), knowledge)
    assert isinstance(fact, PolicyPromise)
    assert fact.quote == "我们不会出售您的个人信息。"
    assert fact.source == page.source(5, 18)


def test_a_long_policy_takes_no_time(knowledge: Knowledge) -> None:
    lines = ["未经您同意，我们不会向第三方共享您的通讯录，但法律法规另有规定的除外。"] * 900
    begin = time.perf_counter()
    said(knowledge, *lines)
    assert time.perf_counter() - begin < 60


PATTERNS = {
    name: value for name, value in vars(promise_words).items() if isinstance(value, re.Pattern)
}


@pytest.mark.parametrize("name", sorted(PATTERNS))
@pytest.mark.parametrize(
    "piece", ["个人", "users'", "收集、", "向第三方", "默认", "personal ", "传输加密", "在中国"]
)
def test_no_pattern_takes_long_on_hostile_text(name: str, piece: str) -> None:
    text = piece * (600 // len(piece))
    begin = time.perf_counter()
    PATTERNS[name].search(text)
    PATTERNS[name].fullmatch(text + "!")
    assert time.perf_counter() - begin < 60


@pytest.mark.parametrize(
    "recipient", ["向任何第三方", "与任何公司、组织和个人", "给第三方", "向本公司以外的任何公司"]
)
def test_anybody_is_known(recipient: str) -> None:
    found = promise_words.ANYONE.match(recipient + "提供")
    assert found is not None
    assert found.group() == recipient


@pytest.mark.parametrize("recipient", ["向无关第三方", "与广告主", "与其", "向第三方广告商"])
def test_somebody_in_particular_is_not_anybody(recipient: str) -> None:
    assert promise_words.ANYONE.match(recipient + "提供") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "您可以要求我们不收集您的通讯录。",
        "我们无法保证不会收集您的通讯录。",
        "我们不承诺不收集您的通讯录。",
        "友盟在其政策中声明：“我们不收集您的通讯录。”",
        "以下为旧版政策原文：我们不收集您的通讯录。",
        "我们不能保证传输过程加密。",
        "根据《数据安全法》，我们不收集您的通讯录是不可能的。",
        "网络安全法要求对个人信息进行加密传输。",
        "法律规定，个人信息处理者应当取得个人同意后方可收集个人信息。",
        "不含任何第三方SDK的精简版可在官网下载。",
        "我们不使用未列明的第三方SDK。",
        "We cannot guarantee that we do not collect your contacts.",
    ],
)
def test_wishes_laws_quotations_and_the_contrary_promise_nothing(
    knowledge: Knowledge, sentence: str
) -> None:
    assert said(knowledge, sentence) == set()


@pytest.mark.parametrize(
    ("sentence", "condition"),
    [
        ("未登录的用户，我们不收集您的通讯录。", "未登录的用户"),
        ("自2027年1月1日起，我们将不收集您的通讯录。", "自2027年1月1日起"),
        ("卸载本应用后，我们不收集您的通讯录。", "卸载本应用后"),
        ("在访客模式下，我们不收集您的通讯录。", "在访客模式下"),
        ("在您撤回同意后，我们不收集您的通讯录。", "在您撤回同意后"),
        ("为保护您的隐私，我们不收集您的通讯录。", ""),
        ("根据法律规定，我们不收集您的通讯录。", ""),
        ("在任何情况下，我们都不收集您的通讯录。", ""),
    ],
)
def test_a_clause_before_a_promise_can_limit_it(
    knowledge: Knowledge, sentence: str, condition: str
) -> None:
    assert said(knowledge, sentence) == {("not_collected", "contacts", condition)}
