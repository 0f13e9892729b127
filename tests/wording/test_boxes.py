from __future__ import annotations

import pytest

from scanner.wording.boxes import is_needed, purpose_of_box


@pytest.mark.parametrize(
    ("label", "purpose", "needed"),
    [
        ("我已阅读并同意《用户协议》", "agreement", False),
        ("同意接收营销短信", "marketing", False),
        ("开通自动续费", "renewal", False),
        ("允许与第三方共享我的信息", "sharing", False),
        ("统计分析 Cookie", "agreement", False),
        ("严格必要的 Cookie（始终开启）", "other", True),
        ("非必要 Cookie", "other", False),
        ("必要和营销 Cookie", "marketing", False),
        ("Strictly necessary", "other", True),
        ("Optional, not necessary", "other", False),
        ("记住我", "other", False),
    ],
)
def test_boxes_by_their_label(label: str, purpose: str, needed: bool) -> None:
    assert purpose_of_box(label) == purpose
    assert is_needed(label) is needed
