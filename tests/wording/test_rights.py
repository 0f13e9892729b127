from __future__ import annotations

import pytest

from scanner.wording.rights import is_control, presents_chosen, right_of


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("注销账号", "close_account"),
        ("Delete my account", "close_account"),
        ("撤回同意", "withdraw"),
        ("关闭个性化推荐", "push_off"),
        ("投诉举报", "complain"),
        ("客服电话 400-800-8000 在工作日的上午九点到下午六点之间为您服务，欢迎来电", "complain"),
        ("商标注销公告", None),
        ("我们会在您注销账号之后的十五个工作日内处理您的全部个人信息并告知您结果", None),
        ("", None),
    ],
)
def test_the_right_that_a_control_offers(words: str, right: str | None) -> None:
    assert right_of(words) == right


def test_words_that_offer_two_rights_offer_the_second_once_the_first_is_told() -> None:
    words = "投诉与注销账号"
    assert right_of(words) == "close_account"
    assert right_of(words, {"close_account"}) == "complain"


def test_what_others_looked_at_is_not_chosen_for_a_person() -> None:
    assert presents_chosen("猜你喜欢")
    assert not presents_chosen("看了又看")
    assert not presents_chosen("关闭猜你喜欢")


def test_a_sentence_is_no_control() -> None:
    assert is_control("设置")
    assert not is_control("设" * 25)
