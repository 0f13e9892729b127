"""What words on controls mean; laws first: nothing that refuses may ever read as agreeing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.wording import consent as words

MEANINGS: dict[str, str] = {
    "accept": "同意|同意并继续|我已阅读并同意|接受全部|全部接受|允许|一键同意"
    "|同意《隐私政策》|我已阅读并同意《隐私政策》，继续"
    "|同 意|同\u200b意|同意(3s)|同意并不再提示|全部允許|接受所有的 Cookie|Accept all"
    "|I agree|Agree & Continue"
    "|ALLOW ALL COOKIES|Yes, I accept|Ａｃｃｅｐｔ|Agree and close",
    "refuse": "拒绝|全部拒绝|不同意|不同意并退出|暂不同意|暂不使用|残忍拒绝|不接受|不允许"
    "|拒絕|不 同 意|拒绝并关闭"
    "|取消同意|暂不开启|Reject all|Decline|Do not accept|I do not agree|Disagree|Don’t allow|Deny"
    "|Continue without accepting|I refuse|Opt out"
    "|不同意，仅使用手电筒|不同意，仅使用基本功能|暂不同意，先逛逛|不同意仅看公开课|拒绝，继续使用地图",
    "necessary": "仅必要|仅使用必要Cookie|僅接受必要 Cookie|仅同意必要|拒绝非必要Cookie"
    "|不接受非必要|只允许必需的"
    "|Only necessary|Accept only necessary cookies|Necessary cookies only|Reject non-essential"
    "|Use only strictly necessary cookies|Essential only",
    "leave": "取消|退出|稍后|稍后再说|仅浏览|以后再说|退出应用|离开本站|否|进入基本功能模式"
    "|游客浏览|No, thanks|Not now"
    "|Maybe later|Exit|Cancel|Skip",
    "generic": "确定|确认|好的|继续|继续浏览|立即体验|是|OK|Continue|Yes",
    "acknowledge": "我知道了|知道了|我知道了（5秒）|已阅|了解|Got it|I understand",
    "settings": "设置|Cookie设置|隐私设置|授权管理|更多选项|Manage|Cookie settings"
    "|Customise|More options"
    "|Manage preferences",
    "save": "保存|保存设置|确认选择|确认我的选择|Save preferences|Confirm my choices|Save & exit",
    "close": "×|✕|x|关闭|關閉|Close|Dismiss|❌",
}
NOTHING = (
    "|我不知道了|不拒绝|不得不同意|我不反对|取消拒绝|不要拒绝|Don't reject|Never decline"
    "|不同意也没用，同意|同意或拒绝"
    "|Accept or reject|同意，退出|《用户同意书》|用户授权协议|《隐私政策》|登录|同意并登录"
    "|同意并下载|提交|允许所选|Allow selection"
    "|如何拒绝Cookie|同意的形式|Learn how to decline|退出登录|取消订阅|Reject and subscribe"
    "|仅必要和分析|接受全部必要Cookie"
    "|不同意，购买会员|不同意，使用微信登录|不同意，同意使用地图|同意，仅使用手电筒"
    "|同意退款|拒绝退款|Accept order|Decline invitation|拒绝好友请求|同意加群"
    "|已拒绝|已同意|Reject was clicked!|Rejected|接受成功|立即抢购|返回|不再提示"
    "|Do Not Sell My Personal Information|Ich stimme zu"
)
REFUSALS = [
    *(
        "不同意",
        "拒绝",
        "暂不同意",
        "不接受",
        "不允许",
        "谢绝",
        "拒絕",
        "取消同意",
        "退出",
        "残忍拒绝",
    ),
    *("reject", "decline", "do not accept", "don't agree", "disagree", "without accepting", "no"),
]
AGREEMENTS = [
    "同意",
    "接受",
    "允许",
    "同意并继续",
    "全部接受",
    "accept",
    "agree",
    "allow all",
    "我已阅读并",
]
PIECES = st.sampled_from(
    [
        *AGREEMENTS,
        "并",
        "我",
        "全部",
        " ",
        "，",
        "所有",
        "cookies",
        "all",
        "and",
        "、",
        "使用",
        "继续",
    ]
)


@pytest.mark.parametrize(
    ("said", "meaning"),
    [(said, meaning) for meaning, row in MEANINGS.items() for said in row.split("|")]
    + [(said, None) for said in NOTHING.split("|")],
)
def test_words_mean_what_a_person_takes_them_for(said: str, meaning: str | None) -> None:
    assert words.meaning_of(said) == meaning


@given(st.lists(PIECES, max_size=4), st.sampled_from(REFUSALS), st.lists(PIECES, max_size=4))
def test_what_holds_a_refusal_never_reads_as_agreeing(
    before: list[str], refusal: str, after: list[str]
) -> None:
    said = f"{' '.join(before)} {refusal} {' '.join(after)}"
    assert words.meaning_of(said) not in {"accept", "generic", "acknowledge"}


@given(
    st.lists(PIECES, max_size=4),
    st.sampled_from(AGREEMENTS[:-1]),
    st.lists(PIECES, max_size=4),
)
def test_what_agrees_is_never_pressed_as_a_refusal(
    before: list[str], agreement: str, after: list[str]
) -> None:
    said = f"{' '.join(before)} {agreement} {' '.join(after)}"
    assert words.meaning_of(said) not in {"refuse", "leave", "close", "save", "settings"}
    assert words.agrees(said)


@given(st.text(max_size=60))
def test_any_text_has_one_meaning_or_none_and_marks_do_not_change_it(said: str) -> None:
    meaning = words.meaning_of(said)
    assert words.meaning_of(said.replace("", "\u200b")) == meaning
    assert words.meaning_of(f" {said} ") == meaning
    if meaning == "refuse":
        assert not words.agrees(said)


@given(st.sampled_from([said for row in MEANINGS.values() for said in row.split("|")]))
def test_a_label_that_agrees_spoils_every_other_meaning(said: str) -> None:
    meaning = words.meaning_of_control(said, ["点击同意"])
    assert meaning in {None, "accept"}


def test_labels_speak_for_a_control_that_shows_no_words() -> None:
    assert words.meaning_of_control("", ["拒绝"]) == "refuse"
    assert words.meaning_of_control("×", ["拒绝并关闭"]) == "refuse"
    assert words.meaning_of_control("×", ["关闭"]) == "close"
    assert words.meaning_of_control("×", ["同意并关闭"]) == "accept"
    assert words.meaning_of_control("", []) is None


@pytest.mark.parametrize(
    ("text", "implied"),
    [
        ("继续浏览即表示您同意我们使用Cookie", True),
        ("如您继续使用本网站，则视为接受本政策", True),
        ("使用本服务即代表您同意用户协议", True),
        ("關閉本提示即視為同意", True),
        ("By continuing to use this site you agree to our use of cookies.", True),
        ("If you continue, we assume that you consent.", True),
        ("请阅读并同意隐私政策后继续使用", False),
        ("使用前请阅读《隐私政策》，点击同意即表示您已同意", False),
        ("We use cookies. You can accept or reject them.", False),
    ],
)
def test_going_on_that_means_agreeing_is_recognised(text: str, implied: bool) -> None:
    assert words.implies_agreement(text) is implied


def test_controls_that_a_text_names_as_agreeing() -> None:
    text = '点击“确定”即表示您同意。点击“取消”将退出。By clicking "Got it" you agree to this.'
    assert words.named_as_agreeing(text) == {"确定", "got it"}


@pytest.mark.parametrize("pattern", [words.TOPIC, words.COARSE, words.EXACT])
def test_patterns_for_the_page_script_use_only_what_both_languages_know(pattern: str) -> None:
    assert not re.search(r"\(\?[P<a-z]", pattern)
    re.compile(pattern)


@given(st.text(alphabet="不同意拒绝继续使用点击即表示“”（）的 agreecontinue", max_size=400))
def test_no_text_takes_long(text: str) -> None:
    words.meaning_of(text[:80])
    words.implies_agreement(text)
    words.named_as_agreeing(text)
    words.asks(text)
    words.about_something_else(text)
    words.concerns_refusing(text)
    assert words.names_policy(f"{text}隐私政策")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("我再想想", "leave"),
        ("先逛逛", "leave"),
        ("以访客身份继续", "leave"),
        ("进入基本模式", "leave"),
        ("不同意，进入基本功能模式", "refuse"),
        ("Continue as guest", "leave"),
        ("进入应用", "generic"),
        ("好的，进入", "generic"),
        ("确认并继续", "generic"),
        ("完成", "generic"),
        ("完成注册", None),
        ("同意并进入基本功能", None),
    ],
)
def test_controls_as_apps_word_them(text: str, meaning: str | None) -> None:
    assert words.meaning_of(text) == meaning
