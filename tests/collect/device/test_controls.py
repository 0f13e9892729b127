from collections.abc import Sequence
from pathlib import Path

from scanner.collect.device.controls import lines_of, tappable
from scanner.collect.device.recorded import Look
from tests.collect.device.recordings import Drawn, node, recording, screen, walk


def look(folder: Path, nodes: Sequence[Drawn]) -> Look:
    return recording(folder, walk([(0.0, screen(*nodes))])).looks[0]


def test_a_row_bears_the_words_that_stand_in_it(tmp_path: Path) -> None:
    row = node("", "LinearLayout", None, node("隐私政策"), node("查看"), clickable=True)
    found = tappable(look(tmp_path, [node("标题"), row]))
    assert [control.words for control in found] == ["隐私政策 查看"]


def test_words_belong_to_the_nearest_control_only(tmp_path: Path) -> None:
    inner = node("", "LinearLayout", None, node("关闭"), clickable=True)
    outer = node("", "FrameLayout", None, node("领红包"), inner, clickable=True)
    assert [control.words for control in tappable(look(tmp_path, [outer]))] == ["领红包", "关闭"]


def test_fields_are_no_controls_and_what_is_typed_is_no_line(tmp_path: Path) -> None:
    field = node("13800138000", "EditText", clickable=True)
    secret = node("abc", "EditText", clickable=True, password=True)
    shown = look(tmp_path, [field, secret, node("登录", "Button"), node("图", desc="头像")])
    assert [control.words for control in tappable(shown)] == ["登录"]
    assert lines_of(shown) == ("登录", "图", "头像")


def test_pictures_without_words_are_controls(tmp_path: Path) -> None:
    cross = node("", "ImageView", clickable=True, id="cn.example.app:id/iv_close")
    (control,) = tappable(look(tmp_path, [cross]))
    assert (control.words, control.node.id) == ("", "cn.example.app:id/iv_close")
