from __future__ import annotations

import pytest

from scanner.collect.policy.elements.whose_text import other_subjects_in
from tests.collect.policy.elements.sound import document, reading


def others(text: str, *names: str, developer: str | None = None) -> list[str]:
    of = reading(text, names=names, developer=developer)
    return [one.name for document in of.documents for one in other_subjects_in(document, of)]


def test_the_policy_of_another_app() -> None:
    assert others("# 燕雀记账隐私政策\n\n我们收集信息。", "山雀骑行") == ["燕雀记账"]
    assert others("# 隐私政策\n\n燕雀记账（以下简称“本应用”）收集信息。", "山雀骑行") == [
        "燕雀记账"
    ]
    assert others("# Sparrow Privacy Policy\n\nWe collect data.", "Titmouse") == ["sparrow"]


def test_a_text_of_the_subject_got_elsewhere_does_not_vouch_for_one_that_was_given() -> None:
    of = reading("# 燕雀记账隐私政策\n\n我们收集信息。", names=("山雀骑行",))
    own = document("# 山雀骑行隐私政策\n\n我们收集信息。")
    both = of._replace(documents=(*of.documents, own._replace(origin="package")))
    together = of._replace(documents=(*of.documents, own))
    assert [one.name for one in other_subjects_in(of.documents[0], both)] == ["燕雀记账"]
    assert list(other_subjects_in(of.documents[0], together)) == []


@pytest.mark.parametrize(
    ("text", "names", "developer"),
    [
        ("# 山雀骑行隐私政策\n\n我们收集信息。", ("山雀骑行",), None),
        ("# 山雀隐私政策\n\n山雀骑行收集信息。", ("山雀骑行",), None),
        ("# 燕雀集团隐私政策\n\n燕雀科技公司收集信息。", ("山雀骑行",), "燕雀科技公司"),
        ("# 燕雀记账隐私政策\n\n我们收集信息。", (), None),
        ("# 燕雀记账隐私政策\n\n我们收集信息。", ("Titmouse",), None),
        ("# 隐私政策\n\n我们收集信息。", ("山雀骑行",), None),
        ("# 用户隐私政策\n\n我们收集信息。", ("山雀骑行",), None),
        ("# 儿童个人信息保护规则\n\n我们收集信息。", ("山雀骑行",), None),
        ("# Our Privacy Policy\n\nWe collect data.", ("Titmouse",), None),
        ("# 山雀 骑行 隐私政策\n\n我们收集信息。", ("山雀骑行",), None),
    ],
)
def test_its_own_policy_or_nothing_to_compare(
    text: str, names: tuple[str, ...], developer: str | None
) -> None:
    assert others(text, *names, developer=developer) == []
