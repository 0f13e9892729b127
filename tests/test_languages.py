from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.languages import language_of

HANS = "本隐私政策适用于我们的产品和服务，请您仔细阅读并理解本政策的全部内容"
HANT = "本隱私政策適用於我們的產品和服務，請您仔細閱讀並理解本政策的全部內容"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (HANS, "zh-Hans"),
        (HANT, "zh-Hant"),
        ("This privacy policy applies to the products and services that you use", "en"),
        ("プライバシーポリシーについて、お客様の個人情報を収集します", "other"),
        ("개인정보 처리방침은 당사의 제품과 서비스에 적용됩니다 고객님", "other"),
        ("Политика конфиденциальности действует для всех продуктов", "other"),
        ("Diese Datenschutzerklärung gilt für unsere Produkte sowie Dienste Dritter", "other"),
        ("我们使用 Google Analytics、Cookies 和 SDK 收集信息并提供 iOS Android 服务", "zh-Hans"),
        ("我们 use many cookies on this website for the best of your experience", "en"),
        ("hi", None),
        ("123 456 789 !!! ??? 100% 2026-01-01 00:00:00", None),
        ("", None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    assert language_of(text) == language


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert language_of(text) in ("zh-Hans", "zh-Hant", "en", "other", None)
