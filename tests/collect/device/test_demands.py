from pathlib import Path

import pytest

from scanner.collect.device.demands import (
    asks_of,
    consents_of,
    demands,
    launches_of,
    refusing,
    same,
)
from scanner.collect.device.prompted import prompts_of
from scanner.collect.device.recorded import Recorded
from scanner.model import Visit
from tests.collect.device.drawn import CAMERA, DENY, PLACE, dialog, main_screen, tap
from tests.collect.device.recordings import APP, T0, Part, node, recording, screen, walk

NO, YES = (40, 1000, 500, 1100), (540, 1000, 1040, 1100)
SENDS = screen(
    node("位置权限已关闭，请在设置中开启位置权限后再使用"),
    node("取消", "Button", NO),
    node("去设置", "Button", YES),
)
CONSENT = screen(
    node("温馨提示"),
    node("请阅读并同意《隐私政策》和《用户协议》"),
    node("不同意", "Button", NO),
    node("同意", "Button", YES),
)


def made(tmp_path: Path, parts: dict[str, Part]) -> Recorded:
    return recording(tmp_path, parts, edges=(), visit=Visit(package=APP, names=("样例",)))


def test_dialogs_of_the_system_and_of_the_app_in_order(tmp_path: Path) -> None:
    shown = [
        (0.0, main_screen()),
        (2.0, dialog(PLACE)),
        (5.0, SENDS),
        (6.0, SENDS),
        (9.0, main_screen()),
        (12.0, dialog(CAMERA)),
    ]
    recorded = made(tmp_path, walk(shown, [tap(4.0, DENY)]))
    asks = asks_of(recorded, prompts_of(recorded))
    assert [(one.first, one.last, one.own) for one in asks] == [
        (1, 1, False),
        (2, 3, True),
        (5, 5, False),
    ]
    assert same(asks[0], asks[1])
    assert not same(asks[0], asks[2])


@pytest.mark.parametrize(
    "tree",
    [
        main_screen(node("开启定位权限，查看附近门店"), node("去开启", "Button")),
        screen(node("设置"), node("去设置", "Button")),
        screen(node("需要位置权限"), node("知道了", "Button")),
        screen(node("位置权限" + "很长的页面" * 100), node("去设置", "Button")),
        dialog(PLACE),
    ],
)
def test_what_is_no_demand(tmp_path: Path, tree: str) -> None:
    assert not demands(made(tmp_path, walk([(0.0, tree)])).looks[0], APP)


def test_askings_for_consent(tmp_path: Path) -> None:
    shown = [(0.0, CONSENT), (1.0, CONSENT), (5.0, main_screen()), (9.0, CONSENT)]
    recorded = made(tmp_path, walk(shown, [tap(3.0, NO), tap(12.0, YES)]))
    first, second = consents_of(recorded)
    assert (first.first, first.last, second.first) == (0, 1, 3)
    assert same(first, second)
    assert refusing(recorded, first) == recorded.touches[0]
    assert refusing(recorded, second) is None


def test_launches_by_hand(tmp_path: Path) -> None:
    processes = [
        {"time": T0 + 1.0, "event": "started", "process": APP, "kind": "activity"},
        {"time": T0 + 300.0, "event": "started", "process": APP, "kind": "broadcast"},
        {"time": T0 + 600.0, "event": "started", "process": APP, "kind": "activity"},
        {"time": T0 + 900.0, "event": "started", "process": "cn.other", "kind": "activity"},
    ]
    parts = walk([(0.0, CONSENT)], [{"time": 0.0, "action": "launch"}], processes=processes)
    found = launches_of(made(tmp_path, parts))
    assert found is not None
    assert [round(one.at - T0) for one in found] == [0, 600]
    nothing = walk([(0.0, CONSENT)])
    del nothing["taps.jsonl"]
    assert launches_of(made(tmp_path, nothing)) is None


@pytest.mark.parametrize(
    ("taps", "askings"),
    [
        ([], [(0, 4)]),
        ([tap(5.0, YES)], [(0, 4)]),
        ([tap(5.0, NO)], [(0, 0), (1, 4)]),
        ([tap(5.0, NO), tap(15.0, NO)], [(0, 0), (1, 1), (2, 4)]),
        ([tap(9.5, NO)], [(0, 1), (2, 4)]),  # the next look may show what stood there before
        ([tap(5.0, NO), tap(6.0, NO)], [(0, 0), (1, 4)]),  # nobody saw what the first one did
    ],
)
def test_a_question_that_stays_after_a_refusal_asks_once_more(
    tmp_path: Path, taps: list[dict[str, object]], askings: list[tuple[int, int]]
) -> None:
    shown = [(10.0 * number, CONSENT) for number in range(5)]
    found = consents_of(made(tmp_path, walk(shown, taps)))
    assert [(one.first, one.last) for one in found] == askings


def test_a_notice_to_read_that_nobody_knows_to_ask_for_consent_is_no_asking(tmp_path: Path) -> None:
    notice = screen(
        node("请您仔细阅读《隐私政策》的更新内容。"),
        node("取消", "Button"),
        node("去看看", "Button"),
    )
    shown = [(0.0, notice), (10.0, notice)]
    assert consents_of(recording(tmp_path, walk(shown, []))) == []
