from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.wording.forms import (
    FormWords,
    box_purpose,
    form_purpose,
    implied_words,
    makes_accounts,
)


@pytest.mark.parametrize(
    ("label", "purpose"),
    [
        ("我已阅读并同意《用户协议》和《隐私政策》", "agreement"),
        ("同意用户协议", "agreement"),
        ("《隐私政策》", "agreement"),
        ("我已阅读并同意《用户协议》《第三方信息共享清单》", "agreement"),
        ("我已阅读并同意「用户协议」和「第三方共享说明」", "agreement"),
        ("I have read and agree to the Terms and Privacy Policy", "agreement"),
        ("订阅优惠资讯", "marketing"),
        ("同意接收营销短信", "marketing"),
        ("Keep me updated with special offers", "marketing"),
        ("自动续费", "renewal"),
        ("开通连续包月", "renewal"),
        ("同意将我的信息共享给合作伙伴", "sharing"),
        ("允许第三方合作机构使用我的信息与我联系", "sharing"),
        ("不接收优惠短信", "other"),
        ("拒绝营销推送", "other"),
        ("停止接收广告", "other"),
        ("Please don't send me marketing", "other"),
        ("我不同意《隐私政策》", "other"),
        ("我已阅读并同意《隐私政策》，如不同意请停止注册", "agreement"),
        ("优惠", "other"),
        ("广告服务", "other"),
        ("记住我", "other"),
        ("自动登录", "other"),
        ("Remember me", "other"),
        ("男", "other"),
        ("", "other"),
    ],
)
def test_what_a_box_grants(label: str, purpose: str) -> None:
    assert box_purpose(label) == purpose


@pytest.mark.parametrize(
    ("label", "purpose"),
    [
        ("资讯", "other"),
        ("营销推广", "other"),
        ("第三方商家提供", "other"),
        ("接收优惠资讯", "marketing"),
        ("我已阅读并同意《隐私政策》", "agreement"),
    ],
)
def test_where_nothing_is_asked_for_only_an_act_grants(label: str, purpose: str) -> None:
    assert box_purpose(label, asks=False) == purpose


@pytest.mark.parametrize(
    "text",
    [
        "登录即代表同意《用户协议》和《隐私政策》",
        "登 录即表示您已阅读并同意用户协议",
        "点击“注册”即视为您同意《服务条款》",
        "注册账号表示您接受服务条款",
        "使用本网站即表示您接受我们的隐私政策",
        "点击“同意并登录”即表示您同意《隐私政策》",
        "继续使用则视为同意我们的隐私政策",
        "登录即同意《隐私政策》",
        "提交即默认授权我们按《隐私政策》处理",
        "By signing up, you agree to our Terms",
        "By clicking Continue you accept the Privacy Policy",
    ],
)
def test_words_that_take_going_on_for_agreeing(text: str) -> None:
    assert implied_words(f"手机号\n{text}\n其他") in text


def test_names_of_the_papers_in_the_line_below() -> None:
    assert (
        implied_words("登录即代表您已阅读并同意\n《服务协议》")
        == "登录即代表您已阅读并同意 《服务协议》"
    )
    assert implied_words("登录即代表同意领取\n今日特惠") == ""
    assert implied_words("登录即代表同意领取\n今日特惠\n登录即同意协议") == "登录即同意协议"


@pytest.mark.parametrize(
    "text",
    [
        "我已阅读并同意《用户协议》",
        "请先勾选同意《用户协议》再登录",
        "勾选即代表同意《用户协议》",
        "登录后即可查看《隐私政策》",
        "未注册手机号登录即自动注册",
        "注册会员享受优惠",
        "登录即送红包，同意领取",
        "登录不代表同意《隐私政策》",
        "登录并不即代表同意《隐私政策》",
        "登录即视为不同意《隐私政策》",
        "注册后即时同意《隐私政策》",
        "注册即将开放，届时请同意《隐私政策》",
        "监管通报：多款网站登录即代表同意隐私政策被点名",
        "问：网站称继续浏览即表示您同意隐私政策，合法吗？",
        "其页面写“登录即代表同意用户协议和隐私政策”",
        "Sign up and read our terms",
        "",
    ],
)
def test_near_misses_imply_nothing(text: str) -> None:
    assert implied_words(text) == ""


def words(
    buttons: str = "",
    heading: str = "",
    names: str = "",
    title: str = "",
    controls: str = "text",
    data_types: str = "",
    text: str = "",
) -> FormWords:
    split = (tuple(part.split()) for part in (buttons, controls, data_types))
    pressed, kinds, asked = split
    return FormWords(pressed, heading, names, text, title, kinds, asked)


@pytest.mark.parametrize(
    ("form", "purpose"),
    [
        (words("立即注册", data_types="phone none"), "register"),
        (words("提交", controls="text password password", data_types="phone"), "register"),
        (
            words("确定", controls="password password", text="原密码", data_types="password"),
            "other",
        ),
        (words("登录", controls="text password", data_types="account password"), "login"),
        (words("登录 注册", controls="text password", data_types="account password"), "login"),
        (words("登录/注册", data_types="phone none"), "login"),
        (words("提交", controls="text password", data_types="account password"), "login"),
        (words("搜索", controls="text"), "search"),
        (words("", names="search-form /s", controls="text"), "search"),
        (words("查询", controls="text", data_types="id_card"), "other"),
        (words("提交", "在线留言", data_types="name phone"), "contact"),
        (words("提交", controls="text textarea", data_types="name phone"), "contact"),
        (words("立即申报", "健康申报", data_types="name phone"), "checkin"),
        (words("提交", "访客登记", data_types="name id_card"), "checkin"),
        (words("提交", controls="text", data_types="name phone health"), "checkin"),
        (words("订阅", controls="email", data_types="email"), "subscribe"),
        (words("提交订单", data_types="name phone address"), "order"),
        (words("提交", title="用户注册 - 某网", data_types="name phone"), "register"),
        (words("提交", title="某网", data_types="name phone"), "other"),
        (words("提交"), "other"),
    ],
)
def test_what_a_form_is_for(form: FormWords, purpose: str) -> None:
    assert form_purpose(form) == purpose


@pytest.mark.parametrize(
    ("text", "makes"),
    [
        ("未注册手机号验证后将自动创建账号", True),
        ("首次登录将自动注册", True),
        ("登录即注册", True),
        ("没有账号？去注册", True),
        ("请输入账号密码", False),
        ("注册商标", False),
    ],
)
def test_whether_signing_in_makes_an_account(text: str, makes: bool) -> None:
    assert makes_accounts(text) is makes


@given(st.text(max_size=200))
def test_any_words_have_an_answer(text: str) -> None:
    box_purpose(text)
    assert len(implied_words(text)) <= 160
