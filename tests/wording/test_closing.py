from __future__ import annotations

import pytest

from scanner.wording.closing import (
    closes_account,
    demands_in,
    demands_of,
    must_be_given,
    speaks_of_closing,
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("请上传手持身份证照片，审核通过后注销", ("hand_held_id",)),
        ("上传身份证正反面照片", ("id_photo",)),
        ("请输入身份证号码", ("id_number",)),
        ("为保障安全，需进行人脸识别", ("face",)),
        ("请填写银行卡号", ("bank_card",)),
        ("请将注销申请书邮寄至公司地址", ("letter",)),
        ("须前往当地营业厅办理注销", ("visit",)),
        ("注销账号请致电客服热线", ("phone_call",)),
        ("注销本账号将同时注销旗下全部产品的账号", ("all_products",)),
        ("请选择注销原因", ("reason",)),
        ("Please upload a selfie holding your ID", ("hand_held_id",)),
        ("请拍摄身份证正面；请输入验证码", ("id_photo", "code")),
    ],
)
def test_what_a_line_asks_for(words: str, expected: tuple[str, ...]) -> None:
    assert demands_of(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [("短信验证码", ("code",)), ("登录密码", ("password",)), ("身份证号码", ("id_number",))],
)
def test_the_hint_of_a_field_asks_by_naming_the_thing(
    words: str, expected: tuple[str, ...]
) -> None:
    assert demands_of(words, hint=True) == expected
    assert demands_of(words) == ()


def test_what_leaves_no_choice() -> None:
    assert must_be_given("请上传手持身份证照片", "hand_held_id")
    assert must_be_given("身份证号码", "id_number", hint=True)
    assert not must_be_given("上传手持身份证照片", "hand_held_id")
    assert not must_be_given("身份证号码（选填）", "id_number", hint=True)
    assert not must_be_given("请输入验证码", "hand_held_id")


@pytest.mark.parametrize(
    "words",
    [
        "· 人脸信息",
        "人脸识别",
        "刷脸支付功能将不可用",
        "身份证号码：3****1",
        "人脸信息：已录入",
        "银行卡信息：尾号 1234",
        "查看《人脸信息处理规则》",
        "任何要求您提供手持身份证照片的都是诈骗",
        "仅注销本应用账号，不会同时注销其他应用",
        "本次操作不同时注销其他应用的账号",
        "手机号停用时请上传手持身份证照片",
        "无需提供身份证照片",
        "不会要求您手持身份证",
        "请以验证码或人脸识别验证本人",
        "注销后，银行卡信息和人脸信息将被清除",
        "请先解绑银行卡信息",
        "您的人脸识别登录、手持证件记录和所有历史内容的备份在我们这里都不再继续保存",
        "我们不会保存您的手持身份证照片",
        "您提供的人脸信息仅供核验",
        "可前往营业厅办理",
        "请上传身份证复印件或者验证手机号",
        "身份证照片（选填）",
        "确认后将同时注销您的会员服务",
        "请填写注销申请书",
        "身份证信息请按照提示核对",
        "如无法登录，请上传手持身份证照片",
        "",
    ],
)
def test_what_is_not_needed_or_one_way_of_several_is_no_demand(words: str) -> None:
    assert demands_of(words) == ()


def test_what_speaks_of_closing_an_account() -> None:
    assert speaks_of_closing("确认注销账号")
    assert speaks_of_closing("Delete my account")
    assert not speaks_of_closing("修改手机号")


@pytest.mark.parametrize(
    ("words", "demand"),
    [
        ("注销前需上传手持身份证照片", "hand_held_id"),
        ("请上传身份证正反面", "id_photo"),
        ("为保障安全，请先完成人脸识别", "face"),
        ("须绑定银行卡后方可注销", "bank_card"),
        ("需邮寄书面申请至我公司", "letter"),
        ("只能前往营业厅办理", "visit"),
        ("仅支持拨打客服热线注销", "phone_call"),
        ("须先注销旗下所有产品账号", "all_products"),
        ("如需注销账号，请上传手持身份证照片", "hand_held_id"),
        ("请前往营业厅或门店办理", "visit"),
        ("手拿身份证自拍，审核后注销", "hand_held_id"),
        ("请到线下门店办理注销", "visit"),
        ("注销请拨打客服热线办理，其他渠道不受理", "phone_call"),
        ("注销后集团所有App一起删除", "all_products"),
        ("请上传身份证人像面和国徽面", "id_photo"),
        ("申请注销账号的，须邮寄书面申请", "letter"),
    ],
)
def test_what_a_page_says_must_be_given(words: str, demand: str) -> None:
    assert [(one.demand, one.words) for one in demands_in(words)] == [(demand, words)]
    assert demands_of(words) == (demand,)


@pytest.mark.parametrize(
    "words",
    [
        "无需提供身份证照片",
        "不需要人脸识别",
        "注销时不须寄送任何材料",
        "如无法登录，需提供身份证正反面照片",
        "请填写注销原因",
        "我们将邮寄发票",
        "您也可以拨打客服电话办理",
        "注销后积分清零",
        "人脸识别",
        "银行卡信息",
        "请致电客服办理",
        "我们不会要求您上传手持身份证照片，也无需邮寄书面材料",
        "注销本账号不会同时注销其他平台账号",
        "您可以选择同时注销其他服务的账号，也可以只注销本账号",
        "请在收到我公司发送的短信验证码后十分钟内完成注销账号",
        "请先完成银行卡解绑",
        "账户有余额的，请提供银行卡号以便我们退还",
        "存在欠费的，须提供银行卡号",
        "任何人以本公司名义要求您手持身份证拍照上传的，请勿理会",
        "企业账号注销须提交加盖公章的书面申请，个人账号输入验证码即可",
        "在线提交、邮寄申请或者致电客服均可",
        "曾要求提交书面申请，现已取消",
        "海外用户须邮寄申请（境内用户在线办理）",
        "注销成功后，您需要提交书面材料时我们可开具证明",
        "旗下App绑定关系将一并删除",
    ],
)
def test_what_a_page_does_not_ask_for_or_in_some_case_only(words: str) -> None:
    assert demands_in(words) == ()


@pytest.mark.parametrize(
    "title", ["账号注销 - 云溪", "注销账户", "Delete your account", "会员注销"]
)
def test_the_page_that_closes_an_account(title: str) -> None:
    assert closes_account(title, "")
    assert closes_account("云溪", f"首页\n{title}")


@pytest.mark.parametrize(
    "title",
    [
        *("商标注销登记", "公司注销公告", "隐私政策", "账号注销协议", "个人中心", "车辆注销"),
        *("银行卡销户", "社保卡注销", "ETC注销", "域名注销", "注销户口办事指南", "银行账户注销"),
    ],
)
def test_other_pages(title: str) -> None:
    assert not closes_account(title, title)


def test_a_heading_that_only_says_closing_needs_an_account_on_the_page() -> None:
    assert closes_account("注销", "注销\n注销后您的账号将无法恢复")
    assert not closes_account("注销", "注销\n请携带行驶证办理")
    assert not closes_account("车辆注销", "申请注销\n登录账号后注销车辆")


def test_the_photo_holding_papers_is_not_told_twice() -> None:
    both = "请上传手持身份证照片和身份证正反面"
    assert demands_of(both) == ("hand_held_id", "id_photo")
    assert [one.demand for one in demands_in(f"{both}。请选择注销原因")] == [
        "hand_held_id",
        "id_photo",
    ]
