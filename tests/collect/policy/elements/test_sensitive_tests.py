from __future__ import annotations

import pytest

from scanner.facts import PolicyElement
from tests.collect.policy.elements.sound import document, elements_of, reading


def element(name: str, text: str) -> PolicyElement:
    return elements_of(reading(f"# 隐私政策\n\n{text}"))[name]


@pytest.mark.parametrize(
    "way", ["改用指纹、年卡或者人工核验入园", "凭身份证入园", "可以出示门票入园", "改用验证码登录"]
)
def test_a_way_beside_the_face_is_known_by_what_it_takes(way: str) -> None:
    found = element("pol-25", f"我们收集人脸信息用于入园核验。您可以{way}。")
    assert "alternative" not in (found.lacks or ())


@pytest.mark.parametrize(
    ("name", "text", "lacks"),
    [
        ("pol-16", "我们处理敏感个人信息。", ("effect", "kinds", "necessity", "separate_consent")),
        (
            "pol-16",
            "敏感个人信息：人脸信息，为登录所必需，不提供不影响其他功能，我们取得您的单独同意。",
            (),
        ),
        ("pol-16", "敏感个人信息：人脸信息，为登录所必需，不影响其他功能。", ("separate_consent",)),
        *(
            ("pol-16", f"敏感个人信息：人脸信息，为登录所必需，单独同意后处理，如泄露{what}。", ())
            for what in (
                "可能使您的财产安全受到危害",
                "可能导致财产遭受损失",
                "会损害您的名誉",
                "可能危及人身安全",
            )
        ),
        (
            "pol-16",
            "Biometric data is sensitive personal information and necessary for login; if it leaks,"
            " you may be harmed. We ask for separate consent.",
            (),
        ),
        (
            "pol-16",
            "人脸信息是敏感个人信息，经单独同意收集。\n\n## 其他\n\n"
            "必要性与影响：登录所必需；泄露可能损害权益。",
            (),
        ),
        ("pol-16", "## 敏感个人信息\n\n我们不收集敏感个人信息。", ()),
        ("pol-16", "本应用不涉及敏感个人信息的处理。", ()),
        ("pol-16", "如将来处理敏感个人信息，我们会取得您的单独同意。", ()),
        (
            "pol-16",
            "我们不收集敏感个人信息。我们收集您的人脸信息。",
            ("effect", "kinds", "necessity", "separate_consent"),
        ),
        (
            "pol-25",
            "我们收集人脸信息。",
            ("alternative", "effect", "necessity", "separate_consent"),
        ),
        (
            "pol-25",
            "人脸信息为登录所必需，不提供不影响您使用密码登录等其他方式。",
            ("separate_consent",),
        ),
        (
            "pol-25",
            "人脸信息为登录所必需，经您单独同意后收集，不影响您使用密码登录等其他方式。",
            (),
        ),
        (
            "pol-25",
            "人脸信息为登录所必需，不影响您使用密码登录等其他方式。\n\n"
            "## 敏感个人信息\n\n处理敏感个人信息前，我们取得您的单独同意。",
            (),
        ),
    ],
)
def test_what_each_test_finds_lacking(name: str, text: str, lacks: tuple[str, ...]) -> None:
    found = element(name, text)
    assert found.mentioned
    assert found.lacks == lacks
    assert found.present is (not lacks)


@pytest.mark.parametrize(
    "text",
    [
        "敏感个人信息是指一旦泄露容易导致人格尊严受到侵害的信息。",
        "收集的信息与个人敏感信息分开存储。",
        "某些信息可能被认为是敏感个人信息，例如您的种族、宗教。",
        "请谨慎考虑是否在使用服务时披露相关敏感个人信息。",
        "打开或关闭其他处理敏感信息的服务。",
        "我们不收集敏感个人信息。我们收集您的身份证号，用于实名认证。",
    ],
)
def test_who_only_defines_sensitive_information_may_or_may_not_handle_it(text: str) -> None:
    found = element("pol-16", text)
    assert (found.mentioned, found.present, found.lacks) == (True, None, ())


@pytest.mark.parametrize(
    "text", ["系统接口不会私自记录面容ID、面部信息。", "应用无法获取您的人脸信息。"]
)
def test_who_says_that_no_face_is_taken_owes_no_notice(text: str) -> None:
    assert element("pol-25", text).present is not False


def test_emphasis_is_asked_only_where_a_text_can_show_it() -> None:
    words = "敏感个人信息：人脸信息，为登录所必需，不影响其他功能，取得您的单独同意。"
    assert element("pol-16", words).lacks == ()
    assert element("pol-16", f"**{words}**").lacks == ()
    assert element("pol-16", f"**重要**\n\n{'甲' * 900}\n\n{words}").lacks == ("emphasis",)
    assert document(f"**{words}**").strong


@pytest.mark.parametrize(
    "text",
    [
        "个人信息是指能够识别特定自然人身份的信息，包括姓名、面部特征、地址。",
        "您可以使用刷脸登录，我们仅接收验证结果，人脸信息保存在您的设备上。",
        "人脸识别由公安部门的平台完成，我们只获得是否一致的结论。",
    ],
)
def test_who_defines_faces_or_gets_a_result_only_may_or_may_not_take_them(text: str) -> None:
    found = element("pol-25", text)
    assert (found.mentioned, found.present, found.lacks) == (True, None, ())


@pytest.mark.parametrize(
    "way",
    [
        "您也可以使用短信验证码登录。",
        "您可通过身份证、人脸识别或支付宝授权等方式完成认证。",
        "是否使用由您自主选择。",
        "上传证件或人脸识别，任选其一。",
        "不愿刷脸的员工以工卡打卡。",
        "我们依照《反洗钱法》以人脸核验客户身份。",
    ],
)
def test_another_way_than_a_face_is_found_in_many_words(way: str) -> None:
    lacks = element("pol-25", f"我们收集您的人脸信息，用于核验身份。{way}").lacks
    assert "alternative" not in (lacks or ())


def test_the_law_on_information_itself_leaves_other_ways_open() -> None:
    words = "我们收集您的人脸信息，用于登录。根据《个人信息保护法》，核验时收集的人脸属于敏感信息。"
    assert "alternative" in (element("pol-25", words).lacks or ())


@pytest.mark.parametrize(
    "words",
    [
        "经去标识化的，处理时无需另行征得您的同意。",
        "如需超出授权范围处理，我们将另行征得您的明示同意。",
        "您在注册时勾选了同意本政策。",
    ],
)
def test_consent_to_something_else_is_no_separate_one(words: str) -> None:
    lacks = element("pol-16", f"我们收集您的身份证号，属于敏感个人信息。{words}").lacks
    assert "separate_consent" in (lacks or ())


@pytest.mark.parametrize(
    "way",
    [
        "我们会以独立页面告知您，由您主动勾选。",
        "我们会另行取得您的明示同意。",
        "我们会以专门的授权书征得您的许可。",
    ],
)
def test_separate_consent_is_found_in_many_words(way: str) -> None:
    lacks = element("pol-16", f"我们收集您的身份证号，属于敏感个人信息。{way}").lacks
    assert "separate_consent" not in (lacks or ())
