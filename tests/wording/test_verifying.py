from __future__ import annotations

import pytest

from scanner.wording.verifying import begins_verifying, demands_face, needed_for, ways_of


@pytest.mark.parametrize(
    ("words", "ways"),
    [
        ("人脸识别", ("face",)),
        ("使用短信验证码", ("code",)),
        ("出示二维码入园", ("code",)),
        ("凭身份证原件", ("card",)),
        ("人工窗口办理", ("staff",)),
        ("其他验证方式", ("other",)),
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
        ("人脸识别登录", False),
        ("设置", False),
    ],
)
def test_what_wants_to_see_a_face(words: str, *, expected: bool) -> None:
    assert demands_face(words) is expected


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
