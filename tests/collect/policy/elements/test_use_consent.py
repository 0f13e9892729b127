from __future__ import annotations

import pytest

from scanner.collect.policy.elements.use_consent import cue_of
from scanner.collect.policy.sentences import sentences_of
from tests.collect.policy.elements.sound import document


def taken(text: str, title: str = "隐私政策") -> set[str]:
    of = document(f"# {title}\n\n{text}")
    return {str(cue) for sentence in sentences_of(of) if (cue := cue_of(sentence, of))}


@pytest.mark.parametrize(
    "text",
    [
        "您使用本应用，即表示您同意本政策。",
        "您使用或继续使用我们的服务，即意味着同意我们按照本政策处理您的信息。",
        "您使用或在我们更新本政策后继续使用我们的产品，即表示您同意本政策（含更新版本）。",
        "一旦您开始使用我们的服务，即表示您已理解并同意本政策，包括我们随时作出的任何变更。",
        "您继续使用本应用，即表示您同意我们按照本政策收集您的信息。",
        "By using the app you consent to this privacy policy.",
        "如您不同意，应立即停止使用；您注册或登录的，即视为接受本隐私政策。",
    ],
)
def test_using_it_at_all_is_taken_for_consent(text: str) -> None:
    assert taken(text) == {"use_is_consent"}


@pytest.mark.parametrize(
    "text",
    [
        "如您继续使用，视为您接受更新后的政策。",
        "本政策变更后，您仍然使用本应用的，即表示您同意本政策。",
        "在我们更新本政策后您继续使用我们的产品，即意味着您同意本政策（含更新版本）的内容。",
        "## 本政策如何更新\n\n如您继续使用我们的服务，即表示您同意本政策。",
        "随着版本升级，收集范围会有所改变，您使用后续版本将被视为您对届时改变的同意。",
        "Your continued use after we update this policy constitutes acceptance of the policy.",
    ],
)
def test_going_on_after_a_change_is_taken_for_consent(text: str) -> None:
    assert taken(text) == {"change_by_use"}


@pytest.mark.parametrize(
    "text",
    [
        "您继续使用本应用，并不视为您同意变更后的政策。",
        "您点击“同意”并继续使用的，即表示您同意本政策。",
        "您同意并继续使用本应用，即意味着您同意本政策（含更新版本）的内容。",
        "您阅读并同意本政策且完成注册后，即表示您接受本政策的全部内容。",
        "如您继续使用，表示您接受修订后的政策，但收集敏感信息的，仍会再次征求您的同意。",
        "若您代表公司使用本服务，您对本政策的接受将被视为您所代表的公司的接受。",
        "在本次收费标准变更后，您继续使用服务的，视为您同意新的标准和缴纳费用。",
    ],
)
def test_near_misses_take_nothing_for_consent(text: str) -> None:
    assert taken(text) == set()


def test_a_contract_that_was_handed_in_is_not_of_privacy() -> None:
    text = "您注册本应用，即视为您完全接受本协议的约束。"
    assert taken(text, "用户协议") == set()
    assert taken(f"## 用户服务协议\n\n{text}", "隐私政策") == set()
    assert taken(text, "隐私保护协议") == {"use_is_consent"}
    assert taken("您注册本应用，即视为您接受《隐私政策》。", "用户协议") == {"use_is_consent"}


def test_the_terms_of_a_third_party_are_theirs() -> None:
    assert taken("使用燕雀支付即表示您同意燕雀支付的隐私政策。") == set()
    assert taken("使用燕雀支付即表示您同意燕雀支付的隐私政策。", "燕雀支付隐私政策") == {
        "use_is_consent"
    }
