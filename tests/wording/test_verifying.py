from __future__ import annotations

import pytest

from scanner.wording.verifying import (
    begins_verifying,
    cites_a_rule,
    demands_face,
    lets_do,
    may_be_a_way,
    needed_for,
    speaks_of_a_way,
    speaks_of_faces,
    ways_of,
    ways_offered,
)


@pytest.mark.parametrize(
    ("words", "ways"),
    [
        ("人脸识别", ("face",)),
        ("使用短信验证码", ("code",)),
        ("出示二维码入园", ("code",)),
        ("凭身份证原件", ("card",)),
        ("人工窗口办理", ("staff",)),
        ("其他验证方式", ("other",)),
        ("微信", ("other",)),
        ("暂不开启", ("other",)),
        ("跳过", ("other",)),
        ("刷脸或指纹", ("face", "fingerprint")),
        ("开始", ()),
    ],
)
def test_the_ways_that_words_name(words: str, ways: tuple[str, ...]) -> None:
    assert ways_of(words) == ways


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("请完成人脸识别后入园", True),
        ("仅支持刷脸通行", True),
        ("刷脸入园", True),
        ("Please complete the face scan", True),
        ("You need a face scan", True),
        ("请将人脸置于框内", True),
        ("请将面霜均匀涂抹于面部", False),
        ("先进行面部清洁", False),
        ("识别到面部后自动添加贴纸", False),
        ("您已录入人脸信息", False),
        ("如需使用刷脸支付，需要采集人脸信息", False),
        ("人脸信息处理单独同意", False),
        ("我同意采集人脸图像", False),
        ("不得强制要求个人进行人脸识别", False),
        ("刷脸入园攻略", False),
        ("刷脸入园（已开通）", False),
        ("请上传人脸照片，生成漫画头像", False),
        ("人脸识别登录", False),
        ("设置", False),
    ],
)
def test_what_wants_to_see_a_face(words: str, *, expected: bool) -> None:
    assert demands_face(words) is expected


def test_what_may_be_a_way_that_nobody_told_of() -> None:
    assert may_be_a_way("会员入口")
    assert may_be_a_way("购买当日票")
    assert not may_be_a_way("园区地图")
    assert not may_be_a_way("技术支持")
    assert speaks_of_a_way("持票请走一号闸机")
    assert speaks_of_a_way("行动不便者请走侧门")
    assert not speaks_of_a_way("请正对镜头刷脸入园")


def test_what_rests_on_a_rule_of_the_state() -> None:
    assert cites_a_rule("依照国家教育考试规定")
    assert not cites_a_rule("刷脸入园更快捷")


def test_what_people_do_on_a_page() -> None:
    assert lets_do("刷脸取件")
    assert lets_do("入园")
    assert not lets_do("人脸打卡机")


def test_what_it_is_needed_for() -> None:
    assert needed_for("请刷脸入园") == "entry"
    assert needed_for("刷脸支付") == "payment"
    assert needed_for("找回账号") == "account"
    assert needed_for("刷脸登录") == "login"
    assert needed_for("刷脸") == "other"


def test_controls_that_only_begin() -> None:
    assert begins_verifying("开始识别")
    assert begins_verifying("下一步")
    assert not begins_verifying("遇到问题")


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
        ("工号登录", "password"),
        ("CA证书登录", "other"),
        ("余额支付", "other"),
        ("无障碍通道", "other"),
        ("持票入场", "card"),
        ("Sign in with Google", "other"),
    ],
)
def test_the_one_way_that_a_control_offers(words: str, way: str) -> None:
    assert ways_offered(words) == (way,)


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
def test_what_offers_no_way(words: str) -> None:
    assert ways_offered(words) == ()


def test_what_a_page_asks_it_for() -> None:
    assert needed_for("年卡入园") == "entry"
    assert needed_for("登录") == "login"
    assert needed_for("收银台") == "payment"
    assert needed_for("公司介绍") == "other"
    assert speaks_of_faces("请刷脸")
    assert not speaks_of_faces("请刷卡")


def test_a_control_may_offer_more_than_one() -> None:
    assert ways_offered("刷脸或扫码入园") == ("face", "code")


@pytest.mark.parametrize("words", ["人工智能", "面部护理", "年卡入园", "激活的年卡"])
def test_words_that_only_look_like_a_way(words: str) -> None:
    assert ways_of(words) == ()
