from pathlib import Path

import pytest

from scanner.collect.device.verifications import facts_of
from scanner.collect.device.walked import Walked
from scanner.facts import VerificationOffered
from tests.collect.device.recordings import Drawn, node, recording, screen, walk


def told(folder: Path, *trees: str) -> list[VerificationOffered]:
    shown = [(number * 10.0, tree) for number, tree in enumerate(trees)]
    return list(facts_of(Walked(recording(folder, walk(shown)))))


def gate(*more: Drawn) -> str:
    return screen(node("入园"), node("请完成人脸识别后入园"), node("开始识别", "Button"), *more)


def test_a_face_and_nothing_else(tmp_path: Path) -> None:
    (found,) = told(tmp_path, gate())
    assert (found.ways, found.needed_for, found.understood) == (("face",), "entry", True)


@pytest.mark.parametrize(
    ("more", "ways", "understood"),
    [
        (node("出示二维码", "Button"), ("code", "face"), True),
        (node("请输入密码", "EditText"), ("face", "password"), True),
        (node("请输入姓名", "EditText"), ("face",), True),
        (node("绿色通道", "Button"), ("face",), False),
        (node("", "ImageView", clickable=True), ("face",), False),
        (node("返回", "Button"), ("face",), True),
    ],
)
def test_what_else_stands_there(
    tmp_path: Path, more: Drawn, ways: tuple[str, ...], *, understood: bool
) -> None:
    (found,) = told(tmp_path, gate(more))
    assert (found.ways, found.understood) == (ways, understood)


def test_a_screen_offers_what_it_offered_at_any_time(tmp_path: Path) -> None:
    (found,) = told(tmp_path, gate(), gate(node("其他验证方式", "Button")))
    assert found.ways == ("face", "other")


def test_settings_in_which_a_face_is_one_entry(tmp_path: Path) -> None:
    page = screen(node("账号与安全"), node("录入人脸", "Button"), node("修改密码", "Button"))
    assert told(tmp_path, page) == []


ASKS = node("请完成人脸识别后入园")


@pytest.mark.parametrize(
    "page",
    [
        screen(node("入园"), ASKS, node("同意", "Button"), node("不同意", "Button")),
        screen(node("单独同意"), ASKS, node("开始识别", "Button")),
        screen(node("新闻"), ASKS, node("分享", "Button")),
        screen(node("第三章"), node("夜" * 500), ASKS, node("下一步", "Button")),
        screen(node("护肤"), node("先进行面部清洁"), node("下一步", "Button")),
    ],
)
def test_pages_that_ask_for_consent_or_tell_of_faces(tmp_path: Path, page: str) -> None:
    assert told(tmp_path, page) == []


def test_a_camera_that_a_control_led_to(tmp_path: Path) -> None:
    door = screen(node("门票"), node("刷脸入园", "Button"), node("年卡", "Button"))
    eye = screen(node("请将人脸置于框内"), node("门票"))
    taps = [{"time": 9.0, "words": "刷脸入园"}]
    made = recording(tmp_path, walk([(0.0, door), (10.0, eye), (20.0, eye)], taps))
    assert "请将人脸置于框内" in {one.text for one in facts_of(Walked(made))}


def test_a_step_that_may_be_skipped_offers_another_way(tmp_path: Path) -> None:
    (found,) = told(tmp_path, gate(node("跳过", "Button")))
    assert found.ways == ("face", "other")
