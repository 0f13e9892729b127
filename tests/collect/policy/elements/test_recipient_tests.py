from __future__ import annotations

import pytest

from scanner.facts import PolicyElement, PolicyThirdParty, Source
from tests.collect.policy.elements.sound import elements_of, reading

SOURCE = Source(evidence="0" * 64, at="text 0-2")


def element(name: str, text: str) -> PolicyElement:
    return elements_of(reading(f"# 隐私政策\n\n{text}"))[name]


def party(name: str, **more: object) -> PolicyThirdParty:
    return PolicyThirdParty(
        source=SOURCE,
        channel="policy",
        recipient="",
        name=name,
        **more,  # type: ignore[arg-type]
    )


FULL = {
    "contact": True,
    "purpose": "推送",
    "means": "接口",
    "data_types": ("oaid",),
    "company": "甲公司",
}


@pytest.mark.parametrize(
    ("name", "text", "lacks"),
    [
        ("pol-11", "我们可能与第三方共享您的信息。", ("recipient",)),
        ("pol-11", "如您使用快递，我们会与合作的第三方共享您的地址。", ("recipient",)),
        ("pol-11", "如有必要，我们会与第三方共享您的信息。", ("recipient",)),
        ("pol-11", "今后如需向他人提供，我们会告知您并取得您的单独同意，不会公开披露。", ()),
        ("pol-11", "未经您同意，我们不会与第三方共享您的信息。", ()),
        ("pol-11", "We do not share it. If we ever need to share it, we will ask you first.", ()),
        ("pol-11", "We share nothing with third parties and embed no third-party SDK.", ()),
        ("pol-12", "我们接入了第三方SDK。", ("recipient",)),
        ("pol-12", "## 第三方 SDK\n\n本应用未接入任何第三方 SDK。", ()),
        ("pol-12", "如将来接入第三方SDK，我们会另行告知您并征得您的同意。", ()),
    ],
)
def test_what_each_test_finds_lacking(name: str, text: str, lacks: tuple[str, ...]) -> None:
    found = element(name, text)
    assert found.mentioned
    assert found.lacks == lacks
    assert found.present is (not lacks)


@pytest.mark.parametrize(
    ("parties", "lacks"),
    [
        ([party("甲SDK", **FULL)], ()),
        ([party("甲SDK", **{**FULL, "contact": False})], ()),
        ([party("甲SDK", **{**FULL, "contact": False, "purpose": ""})], ("contact", "purpose")),
        ([party("甲SDK", **FULL), party("乙SDK", **{**FULL, "purpose": "", "contact": False})], ()),
        ([party("甲SDK")], ()),
    ],
)
def test_four_of_five_columns_must_stand_for_half_of_the_parties(
    parties: list[PolicyThirdParty], lacks: tuple[str, ...]
) -> None:
    text = "# 隐私政策\n\n我们接入第三方SDK，并向其共享信息。"
    found = elements_of(reading(text), parties)
    assert found["pol-11"].lacks == lacks
    assert found["pol-12"].lacks == lacks


def test_a_recipient_that_is_no_component_is_no_list_of_sdks() -> None:
    of = reading("# 隐私政策\n\n我们接入第三方SDK。")
    assert elements_of(of, [party("甲保险公司", **FULL)])["pol-12"].lacks == ("recipient",)
