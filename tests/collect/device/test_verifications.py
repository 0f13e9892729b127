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
