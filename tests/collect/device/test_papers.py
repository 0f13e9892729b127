import pytest

from scanner.collect.device.papers import (
    is_agreement,
    is_policy,
    names_only,
    says_gone,
    subjects_of,
    waits,
)

POLICY = (
    "隐私政策\n我们如何收集、使用您的个人信息。我们会收集您的设备信息、手机号码，用于注册账号。"
    "我们不会与第三方共享您的个人信息，除非获得您的同意。您可以删除、更正个人信息，或注销账号。"
    "个人信息保存在境内，存储期限为实现目的所必需的最短时间。"
) * 3
TERMS = "用户服务协议\n" + "本协议由您与本公司订立，您应当遵守平台规则，不得发布违规内容。" * 12


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        ("隐私政策", ["privacy"]),
        ("隐私", ["privacy"]),
        ("《隐私政策》", ["privacy"]),
        ("隱私權政策", ["privacy"]),
        ("个人信息保护政策", ["privacy"]),
        ("Privacy Policy", ["privacy"]),
        ("用户协议与隐私政策", ["privacy"]),
        ("我已阅读并同意《用户协议》和《隐私政策》", ["agreement", "privacy"]),
        ("儿童隐私保护声明", ["children"]),
        ("第三方SDK目录", ["sdk_list"]),
        ("第三方信息共享清单", ["sdk_list"]),
        ("个人信息收集清单", ["data_list"]),
        ("用户协议", ["agreement"]),
        ("隐私设置", []),
        ("隐私空间", []),
        ("Privacy settings", []),
        ("某公司侵犯隐私被处罚，隐私政策引争议", []),
        ("设置", []),
        ("我们非常重视您的隐私保护，请您仔细阅读并充分理解以下全部内容，包括我们收集的信息", []),
    ],
)
def test_words_name_documents(words: str, subjects: list[str]) -> None:
    assert [subject for subject, _ in subjects_of(words)] == subjects


@pytest.mark.parametrize(
    ("words", "only"),
    [
        ("《隐私政策》", True),
        ("查看《隐私政策》", True),
        ("隐私政策", True),
        ("《用户协议》和《隐私政策》", False),
        ("我已阅读并同意《隐私政策》", False),
        ("设置", False),
    ],
)
def test_a_tap_on_one_name_alone_means_that_document(words: str, *, only: bool) -> None:
    assert names_only(words) is only


def test_a_policy_is_long_and_speaks_of_its_matters() -> None:
    assert is_policy(POLICY)
    assert not is_policy("隐私政策")
    assert not is_policy(TERMS)
    assert not is_policy("今日新闻：" + "个人信息的新闻一则。" * 40)


def test_terms_are_told_from_a_policy_by_heading_and_text() -> None:
    assert is_agreement(("用户服务协议", TERMS), TERMS)
    assert not is_agreement(("隐私政策", POLICY), POLICY)
    assert not is_agreement(("用户协议和隐私政策", "x"), TERMS)


@pytest.mark.parametrize("line", ["五、隐私", "您的信息如何被保护", "個人資料", "Your data"])
def test_terms_with_a_part_that_may_be_a_policy_are_not_called_terms_alone(line: str) -> None:
    assert not is_agreement(("用户服务协议", TERMS, line), TERMS)


@pytest.mark.parametrize(
    "text", ["404 Not Found", "页面不存在", "找不到网页", "net::ERR_FILE_NOT_FOUND"]
)
def test_a_short_text_says_that_nothing_is_there(text: str) -> None:
    assert says_gone(text)


@pytest.mark.parametrize(
    "text",
    ["网络异常，页面不存在，点击重试", "正在加载 404", "隐私政策", POLICY + "404"],
)
def test_the_network_and_texts_that_stand_are_not_gone(text: str) -> None:
    assert not says_gone(text)


def test_loading_waits() -> None:
    assert waits("加载中…")
    assert not waits("我的")
