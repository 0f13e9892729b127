from __future__ import annotations

import pytest

from scanner.wording.closing import demands_of, speaks_of_closing


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
        ("短信验证码", ("code",)),
        ("登录密码", ("password",)),
        ("Please upload a selfie holding your ID", ("hand_held_id",)),
        ("请拍摄身份证正面；请输入验证码", ("id_photo", "code")),
    ],
)
def test_what_a_line_asks_for(words: str, expected: tuple[str, ...]) -> None:
    assert demands_of(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "无需提供身份证照片",
        "不会要求您手持身份证",
        "请以验证码或人脸识别验证本人",
        "注销后，银行卡信息和人脸信息将被清除",
        "请先解绑银行卡信息",
        "您的人脸识别登录、手持证件记录和所有历史内容的备份在我们这里都不再继续保存",
        "",
    ],
)
def test_what_is_not_needed_or_one_way_of_several_is_no_demand(words: str) -> None:
    assert demands_of(words) == ()


def test_what_speaks_of_closing_an_account() -> None:
    assert speaks_of_closing("确认注销账号")
    assert speaks_of_closing("Delete my account")
    assert not speaks_of_closing("修改手机号")
