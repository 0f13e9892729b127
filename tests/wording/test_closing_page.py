from __future__ import annotations

import pytest

from scanner.wording.closing_page import closes_account, demands_in


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
    ],
)
def test_what_closing_asks_for(words: str, demand: str) -> None:
    assert [(one.demand, one.words) for one in demands_in(words)] == [(demand, words)]


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
    ],
)
def test_what_it_does_not_ask_for_or_in_some_case_only(words: str) -> None:
    assert demands_in(words) == ()


@pytest.mark.parametrize(
    "title", ["账号注销 - 云溪", "注销账户", "Delete your account", "会员注销"]
)
def test_the_page_that_closes_an_account(title: str) -> None:
    assert closes_account(title, "")
    assert closes_account("云溪", f"首页\n{title}")


@pytest.mark.parametrize(
    "title", ["商标注销登记", "公司注销公告", "隐私政策", "账号注销协议", "个人中心"]
)
def test_other_pages(title: str) -> None:
    assert not closes_account(title, title)
