from __future__ import annotations

import pytest

from scanner.wording.verifying_page import needed_for, speaks_of_faces, way_of


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("刷脸入园", "face"),
        ("开始人脸识别", "face"),
        ("指纹登录", "fingerprint"),
        ("密码登录", "password"),
        ("短信验证码登录", "code"),
        ("扫码入园", "code"),
        ("凭门票入园", "card"),
        ("身份证验证", "id_number"),
        ("人工窗口", "staff"),
        ("其他方式", "other"),
        ("微信登录", "other"),
        ("Sign in with Google", "other"),
    ],
)
def test_ways(words: str, way: str) -> None:
    assert way_of(words) == way


@pytest.mark.parametrize(
    "words",
    [
        "关于人脸",
        "返回首页",
        "提交",
        "",
        "本公司提供人脸识别设备的研发、生产、销售以及售后服务和咨询",
    ],
)
def test_what_is_no_way(words: str) -> None:
    assert way_of(words) is None


def test_what_it_is_asked_for() -> None:
    assert needed_for("年卡入园") == "entry"
    assert needed_for("登录") == "login"
    assert needed_for("收银台") == "payment"
    assert needed_for("公司介绍") == "other"
    assert speaks_of_faces("请刷脸")
    assert not speaks_of_faces("请刷卡")
