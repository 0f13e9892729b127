from pathlib import Path

import pytest

from scanner.collect.device.dialogs import first_fitting
from scanner.collect.device.prompted import prompts_of
from scanner.collect.device.purposes import Purpose, is_plain, purpose_of, told_on
from scanner.model import Visit
from tests.collect.device.drawn import CAMERA, DENY, PLACE, SCAN, dialog, main_screen, tap
from tests.collect.device.recordings import APP, Part, node, recording, screen, walk

NAMED = Visit(package=APP, names=("样例",))
EXPLAINED = screen(
    node("权限申请说明"),
    node("我们需要获取您的位置权限，用于推荐附近的门店"),
    node("去开启", "Button", (40, 900, 500, 1000)),
)


def purpose(tmp_path: Path, parts: dict[str, Part], *, denied: bool = False) -> Purpose:
    recorded = recording(tmp_path, parts, edges=(), visit=NAMED)
    (one,) = prompts_of(recorded)
    return purpose_of(recorded, one.first, one.last, one.asked, denied=denied)


def test_told_right_before(tmp_path: Path) -> None:
    parts = walk([(0.0, EXPLAINED), (1.0, dialog(PLACE))])
    assert purpose(tmp_path, parts) == (
        True,
        "我们需要获取您的位置权限，用于推荐附近的门店",
        True,
    )


def test_told_on_the_screen_that_stood_until_the_dialog_came(tmp_path: Path) -> None:
    assert purpose(tmp_path, walk([(0.0, EXPLAINED), (60.0, dialog(PLACE))])).shown is True


def test_told_for_something_else(tmp_path: Path) -> None:
    parts = walk([(0.0, EXPLAINED), (1.0, dialog(CAMERA))])
    assert purpose(tmp_path, parts).shown is False


def test_told_long_before(tmp_path: Path) -> None:
    shown = [(0.0, EXPLAINED), (30.0, main_screen()), (59.0, main_screen()), (60.0, dialog(PLACE))]
    assert purpose(tmp_path, walk(shown)) == (False, "", None)


def test_told_together_with_it_only(tmp_path: Path) -> None:
    banner = (node("位置信息权限使用说明：用于为您展示附近的门店"),)
    shown = [(0.0, main_screen()), (1.0, dialog(PLACE)), (2.0, dialog(PLACE, *banner))]
    assert purpose(tmp_path, walk(shown)).shown is True


def test_a_purpose_that_comes_to_light_as_the_dialog_goes(tmp_path: Path) -> None:
    shown = [(0.0, main_screen()), (1.0, dialog(PLACE)), (2.0, EXPLAINED)]
    assert purpose(tmp_path, walk(shown)).shown is None
    assert purpose(tmp_path, walk(shown), denied=True).shown is False


def test_told_among_everything_that_was_to_be_agreed_to(tmp_path: Path) -> None:
    consent = screen(
        node("隐私政策提示"),
        node(
            "请阅读并同意《隐私政策》。我们会申请位置权限，用于推荐附近的门店。",
            bounds=(40, 300, 1040, 900),
        ),
        node("不同意", "Button", (40, 1000, 500, 1100)),
        node("同意", "Button", (540, 1000, 1040, 1100)),
    )
    found = purpose(tmp_path, walk([(0.0, consent), (1.0, dialog(PLACE))]))
    assert found.shown is None
    assert "用于推荐附近的门店" in found.words


def test_screens_that_were_not_seen_say_nothing(tmp_path: Path) -> None:
    home = screen(node("天气"), package="com.miui.home")
    assert purpose(tmp_path, walk([(0.0, home), (1.0, dialog(PLACE))])).shown is None
    early = walk([(0.0, main_screen()), (60.0, dialog(PLACE))])
    assert purpose(tmp_path, early).shown is None
    painted = screen(node("", "android.view.View", (0, 0, 1080, 2400)))
    assert purpose(tmp_path, walk([(0.0, painted), (1.0, dialog(PLACE))])).shown is None
    missed = [tap(0.2, SCAN), tap(0.6, DENY)]
    parts = walk([(0.0, main_screen()), (1.0, dialog(PLACE))], missed)
    assert purpose(tmp_path, parts).shown is None


def test_a_purpose_that_the_system_s_dialog_tells_is_not_denied(tmp_path: Path) -> None:
    shown = dialog(PLACE, extra=(node("用途：用于推荐附近的门店", bounds=(60, 1420, 1020, 1480)),))
    assert purpose(tmp_path, walk([(0.0, main_screen()), (1.0, shown)])).shown is None


@pytest.mark.parametrize(
    "words",
    [
        ("存储权限使用说明", "用于保存拍摄的照片和更换头像"),
        ("为了您能够发送图片，请允许访问相册",),
        ("We need access to your photos to let you upload an avatar",),
        ("開啟儲存權限，以便您保存圖片",),
        ("打开存储权限后，可保存海报到相册",),
        ("导入手机里的电子书时，需要读取存储空间中的文件",),
        ("请授权存储权限以缓存离线内容",),
        ("Allow access to storage to keep books offline",),
    ],
)
def test_words_that_tell_a_purpose(tmp_path: Path, words: tuple[str, ...]) -> None:
    asked = first_fitting("要允许“样例”访问您设备上的照片、媒体内容和文件吗？")
    assert asked is not None
    parts = walk([(0.0, screen(*(node(one) for one in words)))])
    look = recording(tmp_path, parts, edges=()).looks[0]
    assert told_on(look, APP, [asked])


@pytest.mark.parametrize(
    "words",
    [
        "本应用需要使用存储权限",
        "可以在设置中打开存储权限",
        "应用启动时需要存储权限",
        "Allow this app to access your photos",
    ],
)
def test_words_that_only_ask(tmp_path: Path, words: str) -> None:
    asked = first_fitting("要允许“样例”访问您设备上的照片、媒体内容和文件吗？")
    assert asked is not None
    look = recording(tmp_path, walk([(0.0, screen(node(words)))]), edges=()).looks[0]
    assert told_on(look, APP, [asked]) == ""


def test_words_beside_a_function_tell_none(tmp_path: Path) -> None:
    parts = walk([(0.0, screen(node("为您推荐"), node("附近的位置"), node("优惠券")))])
    asked = first_fitting(PLACE)
    assert asked is not None
    assert told_on(recording(tmp_path, parts, edges=()).looks[0], APP, [asked]) == ""


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("为了您的正常使用，请允许存储权限", False),
        ("需要存储权限以便为您提供更好的服务", False),
        ("为了提升用户体验，需要获取存储权限", False),
        ("用于提升体验和保存海报", True),
        ("用于更换头像", True),
        ("We need storage permission to provide better service", False),
    ],
)
def test_phrases_that_fit_anything(words: str, plain: bool) -> None:
    asked = first_fitting("要允许“样例”访问您设备上的照片、媒体内容和文件吗？")
    assert asked is not None
    assert is_plain(words, [asked]) is plain
