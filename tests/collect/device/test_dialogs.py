from pathlib import Path

import pytest

from scanner.collect.device.dialogs import (
    answer_of,
    asked_of,
    first_fitting,
    named_apps,
    precise_of,
    touched_answer,
)
from scanner.collect.device.recorded import Recorded
from scanner.knowledge import load_knowledge, rules_folder
from tests.collect.device.drawn import (
    ALLOW,
    CONTROLLER,
    DENY,
    ONCE,
    PLACE,
    dialog,
    maker_dialog,
    tap,
)
from tests.collect.device.recordings import APP, node, recording, screen, walk

KNOWLEDGE = load_knowledge(rules_folder() / "lists")
ASKS = {
    PLACE: "location",
    "要允许“相机大师”录制音频吗？": "microphone",
    "要允许“录音机”拍摄照片和录制视频吗？": "camera",
    "是否允许“样例”访问您的通讯录？": "contacts",
    "要允许样例拨打电话和管理通话吗？": "phone",
    "要允许样例访问您的通话记录吗？": "call_log",
    "要允许“样例”发送和查看短信吗？": "sms",
    "要允许“样例”访问您设备上的照片、媒体内容和文件吗？": "storage",
    "要允许“样例”访问此设备上的照片和视频吗？": "storage",
    "要允许“样例”访问您的日历吗？": "calendar",
    "要允许“样例”获取您的身体活动数据吗？": "sensors",
    "要允许“样例”向您发送通知吗？": "notifications",
    "要允许“样例”查找、连接到附近的设备以及确定附近设备的相对位置吗？": "nearby",
    "是否允许“样例”获取已安装的应用列表？": "none",
    "要允許「樣例」存取這部裝置的位置資訊嗎？": "location",
    "要允許「樣例」拍攝相片及錄製影片嗎？": "camera",
    "要允許「樣例」存取你的通訊錄嗎？": "contacts",
    "Allow Sample to access this device’s location?": "location",
    "Allow Camera Pro to record audio?": "microphone",
    "Allow Sample to take pictures and record video?": "camera",
    "Allow Sample to make and manage phone calls?": "phone",
    "Allow Sample to access photos and media on this device?": "storage",
    "Allow Sample to send you notifications?": "notifications",
    "Allow Sample to find, connect to, and determine the relative position of nearby devices?": (
        "nearby"
    ),
}


def look_of(tmp_path: Path, tree: str) -> Recorded:
    return recording(tmp_path, walk([(0.0, tree)]), edges=())


@pytest.mark.parametrize("text", sorted(ASKS))
def test_words_of_the_system(tmp_path: Path, text: str) -> None:
    for tree in (dialog(text), maker_dialog(text)):
        asked = asked_of(look_of(tmp_path, tree).looks[0], APP)
        assert [one.group(KNOWLEDGE) for one in asked] == [ASKS[text]]


def test_kinds_of_information_and_permissions_are_in_the_tables() -> None:
    place, apps = first_fitting(PLACE), first_fitting("要允许获取已安装应用列表吗？")
    assert place is not None
    assert apps is not None
    assert place.data_type(KNOWLEDGE) == "location_precise"
    assert apps.data_type(KNOWLEDGE) == "installed_apps"
    coarse = first_fitting("要允许“样例”获取此设备的大致位置信息吗？")
    assert coarse is not None
    assert coarse.data_type(KNOWLEDGE) == "location_coarse"
    assert first_fitting("要允许“样例”参加抽奖吗？") is None


def test_a_list_of_permissions_asks_for_each(tmp_path: Path) -> None:
    tree = screen(
        node("“样例”想要使用以下权限"),
        node("获取位置信息"),
        node("录制音频"),
        node("拒绝", "Button", DENY),
        node("允许", "Button", ALLOW),
        package="com.coloros.securitypermission",
    )
    asked = asked_of(look_of(tmp_path, tree).looks[0], APP)
    assert [one.group(KNOWLEDGE) for one in asked] == ["location", "microphone"]


@pytest.mark.parametrize(
    ("bounds", "answer"), [(ALLOW, "granted"), (ONCE, "once"), (DENY, "denied")]
)
def test_answers_by_buttons(tmp_path: Path, bounds: tuple[int, int, int, int], answer: str) -> None:
    shown = walk([(0.0, dialog(PLACE))], [tap(1.0, bounds)])
    assert touched_answer(recording(tmp_path, shown, edges=()).touches[0]) == answer


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("允许", "granted"),
        ("使用时允许", "granted"),
        ("始终允许", "granted"),
        ("仅这次允许", "once"),
        ("本次运行允许", "once"),
        ("不允许", "denied"),
        ("拒绝且不再询问", "denied"),
        ("Don’t allow", "denied"),
        ("Only this time", "once"),
        ("While using the app", "granted"),
        ("僅限這一次", "once"),
        ("拒絕", "denied"),
        ("要允许“样例”录制音频吗？", None),
        ("精确", None),
        ("", None),
    ],
)
def test_answers_by_words_alone(words: str, answer: str | None) -> None:
    assert answer_of(None, words) == answer


def test_the_choice_of_how_precise_the_place_is(tmp_path: Path) -> None:
    def choice(*, fine: bool) -> str:
        name = f"{CONTROLLER}:id/permission_location_accuracy_radio"
        radios = (
            node("精确", "RadioButton", id=f"{name}_fine", checked=fine),
            node("大致", "RadioButton", id=f"{name}_coarse", checked=not fine),
        )
        return dialog(PLACE, extra=radios)

    shown = walk([(0.0, choice(fine=True)), (5.0, choice(fine=False)), (9.0, dialog(PLACE))])
    looks = recording(tmp_path, shown, edges=()).looks
    assert precise_of(looks[:1]) is True
    assert precise_of(looks[:2]) is False
    assert precise_of(looks[2:]) is True


def test_names_in_quotes() -> None:
    assert named_apps(PLACE) == ("样例",)
    assert named_apps("要允许样例录制音频吗？") == ()
