from __future__ import annotations

import pytest

from scanner.child import Unreadable
from scanner.collect.policy.texts.encodings import decoded, reads_as_chinese

CHINESE = "我们收集您的个人信息，包括姓名、电话号码及电邮地址，用于向您提供服务。"
JAPANESE = (
    "当社は、お客様の個人情報を取得し、第三者に提供しません。利用目的の達成に必要な範囲内で取り扱います。"
    "お問い合わせはこちらまでご連絡ください。プライバシーポリシー"
)
KOREAN = "회사는 이용자의 개인정보를 수집하며 제삼자에게 제공하지 않습니다. 지체 없이 파기합니다."
RUSSIAN = "Мы собираем ваши персональные данные и не передаём их третьим лицам."


def test_decoding_gives_what_was_written() -> None:
    assert decoded("隐私\u20ac".encode("gb18030")) == "隐私\u20ac"
    assert decoded(b"") == ""
    with pytest.raises(Unreadable):
        decoded(b"\xff\xfa\x9c\x81" * 50)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "euc_kr"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
    ],
)
def test_another_encoding_is_no_chinese(text: str, encoding: str) -> None:
    with pytest.raises(Unreadable, match=r"encoding|no text"):
        decoded((text * 3).encode(encoding))
    declared = f'<meta charset="{encoding}">{text}'
    assert decoded(declared.encode(encoding)) == declared


@pytest.mark.parametrize(
    "text",
    [
        CHINESE,
        "联系电话",
        "<style>" + "a{}" * 500 + "</style>权限说明",
        "友盟SDK 友盟同欣（北京）科技有限公司 推送 IMEI、MAC地址、已安装应用列表",
    ],
)
def test_chinese_without_a_declaration_is_read(text: str) -> None:
    assert decoded(text.encode("gb18030")) == text


def test_traditional_characters_in_big5_are_read() -> None:
    text = "我們收集您的個人資料，包括姓名、電話號碼及電郵地址，用於向您提供服務。"
    assert decoded(text.encode("big5")) == text


def test_western_text_with_a_few_marks_is_read() -> None:
    text = "We collect your phone number \u2013 and don\u2019t share it. " * 3
    assert decoded(text.encode("cp1252")) == text


def test_what_reads_as_chinese() -> None:
    assert reads_as_chinese(CHINESE)
    assert not reads_as_chinese(JAPANESE.encode("shift_jis").decode("gb18030"))
    assert not reads_as_chinese("no wide characters")
