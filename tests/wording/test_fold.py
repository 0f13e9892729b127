from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import languages
from scanner.wording.closing import demands_of
from scanner.wording.fold import SIMPLIFIED, fold
from scanner.wording.rewards import kinds_asked, reward_of
from scanner.wording.rights import gives_contact, right_of
from scanner.wording.verifying import demands_face

VARIANTS = "後徵於夥摺"
"""Traditional characters that GB 2312 lists too, in words of its own that screens do without."""


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("請上傳手持身份證照片", "请上传手持身份证照片"),
        ("請完成人臉辨識後入園", "请完成人脸识别后入园"),
        ("填寫身分證字號，即可抽獎", "填写身份证字号,即可抽奖"),
        ("立即註冊", "立即注册"),
        ("確認註銷", "确认注销"),
        ("聯絡我們", "联络我们"),
        ("投訴、舉報與意見反饋", "投诉、举报与意见反馈"),
        ("隱私權聲明已修訂", "隐私权声明已修订"),
        ("個人資料處理規則修訂", "个人资料处理规则修订"),
        (
            "本隱私政策適用於我們的產品和服務，請您仔細閱讀",
            "本隐私政策适用于我们的产品和服务,请您仔细阅读",
        ),
        ("徵得您的同意後蒐集個人資訊", "征得您的同意后搜集个人资讯"),
        ("略過廣告", "略过广告"),
        ("恢復預設設定，並儲存變更", "恢复预设设定,并储存变更"),
        ("撥打醫院電話，領取娛樂優惠券", "拨打医院电话,领取娱乐优惠券"),
        ("我們將於十五日內回覆", "我们将于十五日内回复"),
    ],
)
def test_a_traditional_sentence_folds_into_the_simplified_one(
    traditional: str, simplified: str
) -> None:
    assert fold(traditional) == simplified
    assert fold(simplified) == simplified


def test_one_table_holds_the_two_scripts() -> None:
    assert len(SIMPLIFIED) > 1000
    assert all(old != new for old, new in SIMPLIFIED.items())
    assert not set(SIMPLIFIED) & set(SIMPLIFIED.values()), "no chain, no simplified key"


def test_gb_2312_which_lists_the_simplified_characters_agrees() -> None:
    assert [new for new in map(chr, SIMPLIFIED.values()) if not new.encode("gb2312")] == []
    both = {old for old in map(chr, SIMPLIFIED) if old.encode("gb2312", "ignore")}
    assert both == set(VARIANTS)


def test_what_tells_the_script_of_a_text_is_folded() -> None:
    for simple, old in zip(languages._PAIRS[::2], languages._PAIRS[1::2], strict=True):
        assert old.translate(SIMPLIFIED) == simple


@given(st.text(max_size=60))
def test_any_text_folds_once_and_for_all(text: str) -> None:
    folded = fold(text)
    assert folded.translate(SIMPLIFIED) == folded


def test_the_words_of_controls_are_understood_in_both_scripts() -> None:
    assert right_of("聯絡我們") == right_of("投訴") == right_of("舉報") == "complain"
    assert right_of("意見反饋") == "complain" and right_of("確認註銷") == "close_account"
    assert gives_contact("客服電話在本頁底部；聯絡 0755-86001234")
    assert demands_face("請完成人臉辨識後入園")
    assert reward_of("填寫身分證字號，即可抽獎，贏取獎品") is not None
    assert kinds_asked("填寫身分證字號") == ("id_card",)
    assert demands_of("請上傳手持身份證照片")
