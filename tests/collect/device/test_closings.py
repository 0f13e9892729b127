from pathlib import Path
from typing import Any

from scanner.collect.device.closings import facts_of
from scanner.collect.device.walked import Walked
from scanner.facts import ClosingDemanded
from scanner.model import Sighting, Unseen
from tests.collect.device.recordings import node, recording, screen, walk

ACCOUNT = screen(node("账号与安全"), node("注销账号", "Button"), node("修改手机号", "Button"))
HARD = screen(
    node("确认身份"),
    node("注销账号前请上传手持身份证照片"),
    node("请输入登录密码", "EditText"),
    node("提交", "Button"),
)


def told(folder: Path, *trees: str, taps: tuple[dict[str, Any], ...] = ()) -> list[Sighting]:
    shown = [(number * 10.0, tree) for number, tree in enumerate(trees)]
    return list(facts_of(Walked(recording(folder, walk(shown, taps)))))


def demands(found: list[Sighting]) -> set[str]:
    return {one.demand for one in found if isinstance(one, ClosingDemanded)}


def test_what_a_screen_reached_by_the_control_demands(tmp_path: Path) -> None:
    found = told(tmp_path, ACCOUNT, HARD, taps=({"time": 9.0, "words": "注销账号"},))
    assert demands(found) == {"hand_held_id", "password"}


def test_the_same_screen_without_the_control_is_of_something_else(tmp_path: Path) -> None:
    found = told(tmp_path, ACCOUNT, HARD)
    assert demands(found) == set()
    assert [type(one) for one in found] == [Unseen]


def test_a_screen_headed_so_needs_no_tap(tmp_path: Path) -> None:
    page = screen(node("注销账号"), node("请进行人脸识别"), node("继续", "Button"))
    assert demands(told(tmp_path, page, page)) == {"face"}


def test_another_doing_ends_it(tmp_path: Path) -> None:
    taps: tuple[dict[str, Any], ...] = (
        {"time": 9.0, "words": "注销账号"},
        {"time": 15.0, "action": "back"},
    )
    other = screen(node("帮助"), node("账号注销后如何恢复"), node("请前往营业厅办理"), node("好"))
    assert demands(told(tmp_path, ACCOUNT, ACCOUNT, other, taps=taps)) == set()
