from __future__ import annotations

import pytest

from scanner.collect.website.fields import Words, asked_for, purpose_shown
from scanner.knowledge import load_knowledge, rules_folder

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
LABELS = {
    "name": "姓名|您的姓名：|联系人|持卡人|收件人|称呼|孩子姓名|Your Name|First name",
    "phone": "手机号*|请输入手机号|联系人电话|联系方式|用户名/手机号|Phone number",
    "email": "邮箱|电子邮件|Email address|E-mail",
    "id_card": "身份证号|证件号码|公民身份号码|ID number",
    "id_card_photo": "身份证正面照|上传身份证人像面|手持身份证",
    "address": "家庭住址|联系地址|收货地址|地址|Street address",
    "birth_date": "出生日期|Date of birth",
    "age": "年龄|孩子年龄",
    "gender": "性别|Gender",
    "account": "通行证账号|用户名|昵称|微信号|QQ号|User name",
    "password": "密码|支付密码|Password",
    "bank_card": "银行卡号|信用卡号|Card number",
    "passport": "护照号码|港澳通行证",
    "plate": "车牌号",
    "health": "体温(℃)|健康状况|既往病史|是否发热",
    "track": "旅居史|14天内行程",
    "face": "人脸识别",
    "fingerprint": "指纹|录入指纹",
    "none": "证书指纹|SHA1 Fingerprint|安全码|礼品卡卡号|借书证卡号|会员卡号|加油卡号|校园卡卡号"
    "|行程天数|行程名称|途经城市|疫苗名称|故障症状|设备温度|设备温度 Temperature|人像摄影套餐"
    "|疾病分类|手机验证码|图形验证码|公司名称|公司电话|公司地址|客服电话|证件类型|留言内容|订单编号"
    "|备注|产品名称"
    "|预约时间|邀请码|项目名称|单位|Company Name|Subject|Message|Promo code|File name|搜索|",
}
NAMES = {
    "phone": "mobile lxdh userPhone tel",
    "name": "realname xm name contact",
    "account": "userName wechat",
    "email": "email userEmail",
    "id_card": "idCardNo sfzh",
    "bank_card": "card_no",
    "gender": "sex",
    "none": "q code company_name order_no captcha title x1",
}


@pytest.mark.parametrize(
    ("label", "data_type"),
    [(one, kind) for kind, all_ in LABELS.items() for one in all_.split("|")],
)
def test_what_a_label_asks_for(label: str, data_type: str) -> None:
    assert asked_for(Words("text", label), KNOWLEDGE) == data_type
    assert asked_for(Words("text", placeholder=label), KNOWLEDGE) == data_type


@pytest.mark.parametrize(
    ("name", "data_type"), [(one, kind) for kind, all_ in NAMES.items() for one in all_.split()]
)
def test_what_a_name_asks_for(name: str, data_type: str) -> None:
    assert asked_for(Words("text", names=("", name)), KNOWLEDGE) == data_type


@pytest.mark.parametrize(
    ("field", "data_type"),
    [
        (Words("text", "公司名称", names=("mobile",)), "none"),
        (Words("text", "手机号", names=("email",)), "phone"),
        (Words("tel", "验证码"), "none"),
        (Words("tel"), "phone"),
        (Words("text", autocomplete="section-a shipping tel"), "phone"),
        (Words("text", autocomplete="one-time-code", names=("mobile",)), "none"),
        (Words("search", "姓名"), "none"),
        (Words("text", "标题", "您的手机号"), "phone"),
        (Words("textarea", "留言内容", "请留下您的手机号"), "none"),
        (Words("select", options=("请选择", "男", "女")), "gender"),
        (Words("select", options=("小", "男装", "女装")), "none"),
        (Words("file", "上传", accept="audio/*"), "audio"),
        (Words("file", "照片", names=("face_img",)), "face"),
        (Words("file", "头像", capture="user", accept="image/*"), "photos"),
        (Words("file", "附件"), "files"),
        (Words("file", "选择文件", accept=".docx"), "files"),
        (Words("file", "Compare with a result from a file", accept=".json"), "none"),
        (Words("file"), "none"),
        (Words("number", "身高（厘米）"), "none"),
        (Words("number", "身高体重"), "none"),
        (Words("textarea", "过敏史，没有请填无"), "health"),
        (Words("textarea", "登录后才可以回复，可用微信账号登录"), "none"),
    ],
)
def test_which_sign_counts_before_which(field: Words, data_type: str) -> None:
    assert asked_for(field, KNOWLEDGE) == data_type


def test_every_answer_is_a_kind_of_the_list() -> None:
    assert set(LABELS) - {"none"} <= set(KNOWLEDGE.data_types)


@pytest.mark.parametrize(
    ("words", "near", "shown"),
    [
        ("身份证号\n仅用于实名认证", "", True),
        ("ID number\nWe need it to issue your ticket", "", True),
        ("身份证号", "身份证号将用于购票实名核验。", True),
        ("身份证号", "所填信息仅用于就诊登记", True),
        ("身份证号", "手机号用于接收通知", False),
        ("身份证号\n18位", "", False),
        ("身份证号\n用于提升服务体验", "", None),
        ("", "", False),
    ],
)
def test_purpose(words: str, near: str, shown: bool | None) -> None:
    assert purpose_shown("id_card", words, near, KNOWLEDGE) is shown


@pytest.mark.parametrize(
    ("words", "near", "shown"),
    [
        ("身份证号", "根据国家实名制就医要求，预约须提供就诊人有效身份证件。", True),
        ("身份证号", "依据反洗钱办法规定核验您的身份证", True),
        ("身份证号\n实名建档和医保结算需要", "", True),
        ("身份证号（核对学籍）", "", True),
        ("身份证号\n医保结算所需", "", True),
        ("身份证号", "学生的身份证由班主任统一保管", None),
        ("身份证号", "身份证号\n请输入正确的身份证号码\n核验码", False),
        ("身份证号", "请核对信息后提交", False),
    ],
)
def test_more_ways_to_say_what_for(words: str, near: str, shown: bool | None) -> None:
    assert purpose_shown("id_card", words, near, KNOWLEDGE) is shown
