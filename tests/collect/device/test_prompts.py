from pathlib import Path
from typing import Any

from scanner.collect.device.prompted import MOST_PROMPTS
from scanner.collect.device.prompts import facts_of
from scanner.facts import PermissionPrompted
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Unseen, Visit
from tests.collect.device.drawn import (
    ALLOW,
    CAMERA,
    DENY,
    MICROPHONE,
    PLACE,
    SCAN,
    dialog,
    main_screen,
    tap,
)
from tests.collect.device.recordings import APP, Part, node, recording, screen, walk

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
NAMED = Visit(package=APP, names=("样例", APP))


def prompted(
    tmp_path: Path, parts: dict[str, Part], **options: Any
) -> dict[str, PermissionPrompted]:
    recorded = recording(tmp_path, parts, edges=(), visit=options.get("visit", NAMED))
    facts = [one for one in facts_of(recorded, KNOWLEDGE) if isinstance(one, PermissionPrompted)]
    assert len({(one.group, one.phase) for one in facts}) == len(facts)
    return {one.group: one for one in facts}


def test_a_dialog_out_of_the_blue(tmp_path: Path) -> None:
    shown = [(0.0, main_screen()), (1.0, main_screen()), (2.0, dialog(PLACE)), (3.0, dialog(PLACE))]
    parts = walk([*shown, (5.0, main_screen())], [tap(3.5, DENY)])
    fact = prompted(tmp_path, parts)["location"]
    assert fact.purpose_shown is False
    assert fact.purpose == ""
    assert fact.function_started is False
    assert fact.answer == "denied"
    assert (fact.together, fact.times) == (1, 1)
    assert fact.by_subject is True
    assert fact.data_type == "location_precise"
    assert fact.text == PLACE
    assert fact.source.at == "screens/0002.xml"


def test_a_function_with_its_purpose(tmp_path: Path) -> None:
    banner = (node("相机权限使用说明"), node("用于扫描商品条形码，查询价格"))
    shown = [(0.0, main_screen()), (1.0, main_screen()), (2.0, dialog(CAMERA, *banner))]
    fact = prompted(tmp_path, walk(shown, [tap(1.2, SCAN)]))["camera"]
    assert fact.purpose_shown is True
    assert fact.purpose == "用于扫描商品条形码，查询价格"
    assert fact.purpose_plain is True
    assert fact.function_started is True
    assert fact.answer is None


def test_groups_in_a_row(tmp_path: Path) -> None:
    shown = [
        (0.0, main_screen()),
        (1.0, dialog(PLACE)),
        (3.0, dialog(CAMERA)),
        (5.0, dialog(MICROPHONE)),
        (7.0, main_screen()),
        (20.0, main_screen()),
        (21.0, dialog("要允许“样例”访问您的通讯录吗？")),
    ]
    taps = [tap(2.0, DENY), tap(4.0, ALLOW), tap(6.0, DENY), tap(20.0, SCAN)]
    facts = prompted(tmp_path, walk(shown, taps))
    assert [facts[name].together for name in ("location", "camera", "microphone")] == [3, 3, 3]
    assert [facts[name].answer for name in ("location", "camera", "microphone")] == [
        "denied",
        "granted",
        "denied",
    ]
    assert facts["contacts"].together == 1
    assert facts["contacts"].function_started is True
    assert facts["microphone"].function_started is False


def test_without_taps_nobody_knows_what_was_started(tmp_path: Path) -> None:
    parts = walk([(0.0, main_screen()), (1.0, dialog(PLACE)), (9.0, main_screen())])
    del parts["taps.jsonl"]
    fact = prompted(tmp_path, parts)["location"]
    assert (fact.function_started, fact.together, fact.answer) == (None, None, None)


def test_the_most_telling_of_several_dialogs(tmp_path: Path) -> None:
    banner = (node("位置权限使用说明"), node("用于展示附近的门店"))
    shown = [
        (0.0, main_screen()),
        (1.0, dialog(PLACE, *banner)),
        (3.0, main_screen()),
        (59.0, main_screen()),
        (60.0, dialog(PLACE)),
    ]
    fact = prompted(tmp_path, walk(shown, [tap(2.0, DENY)]))["location"]
    assert fact.times == 2
    assert fact.purpose_shown is False
    assert fact.source.at == "screens/0004.xml"


def test_dialogs_of_nobody_knows_what(tmp_path: Path) -> None:
    parts = walk([(0.0, main_screen()), (1.0, dialog("要允许“样例”参加抽奖吗？"))])
    recorded = recording(tmp_path, parts, edges=(), visit=NAMED)
    facts = list(facts_of(recorded, KNOWLEDGE))
    assert [one.kind for one in facts if isinstance(one, Unseen)] == ["permission.prompted"]
    assert not [one for one in facts if isinstance(one, PermissionPrompted)]


def test_dialogs_of_other_apps_are_nobody_s_business(tmp_path: Path) -> None:
    other = screen(node("地图"), package="com.example.maps")
    shown = [(0.0, other), (1.0, dialog("要允许“地图”获取此设备的位置信息吗？"))]
    assert prompted(tmp_path, walk(shown)) == {}
    home = screen(node("天气"), package="com.miui.home")
    shown = [(0.0, home), (1.0, dialog("要允许“地图”获取此设备的位置信息吗？"))]
    assert prompted(tmp_path, walk(shown))["location"].by_subject is None


def test_another_build_is_not_the_audited_one(tmp_path: Path) -> None:
    visit = Visit(package=APP, names=("样例",), build="0" * 64)
    parts = walk([(0.0, main_screen()), (1.0, dialog(PLACE))])
    assert prompted(tmp_path, parts, visit=visit)["location"].by_subject is False


def test_more_dialogs_than_are_read_are_told(tmp_path: Path) -> None:
    shown = [
        (3.0 * n, dialog(CAMERA) if n % 2 else main_screen()) for n in range(2 * MOST_PROMPTS + 4)
    ]
    recorded = recording(tmp_path, walk(shown), edges=(), visit=NAMED)
    facts = list(facts_of(recorded, KNOWLEDGE))
    assert {one.kind for one in facts if isinstance(one, Unseen)} == {
        "permission.prompted",
        "permission.reasked",
        "function.refused",
    }
    (fact,) = (one for one in facts if isinstance(one, PermissionPrompted))
    assert fact.times == MOST_PROMPTS


def test_whether_the_app_s_own_window_was_seen_beside_the_dialog(tmp_path: Path) -> None:
    for behind, beside in (((), False), ((node("首页"),), True)):
        parts = walk([(0.0, main_screen()), (1.0, dialog(PLACE, *behind))], [tap(3.5, DENY)])
        assert prompted(tmp_path, parts)["location"].app_beside is beside
