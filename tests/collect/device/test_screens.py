from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.device import screens
from scanner.collect.device.recorded import Look
from tests.collect.device.recordings import APP, Drawn, node, recording, screen, walk

RULES = "请您阅读并同意《用户协议》和《隐私政策》"
FULL = (0, 0, 1080, 2400)


def look(folder: Path, tree: str) -> Look:
    return recording(folder, walk([(1, tree)])).looks[0]


@pytest.mark.parametrize(
    ("kind", "drawn"),
    [
        ("consent", [node(RULES), node("同意", "Button"), node("不同意", "Button")]),
        ("login", [node("登录"), node("", "EditText"), node("获取验证码", "Button")]),
        ("login", [node("138****0000"), node("本机号码一键登录", "Button")]),
        ("policy", [node("隐私政策"), node("我们收集您的信息。" * 80), node("返回", "Button")]),
        ("settings", [node("设置"), *(node(w, clickable=True) for w in ("账号", "通知", "关于"))]),
        ("main", [node("首页"), *(node(w, "Button") for w in ("外卖", "打车", "我的"))]),
        ("other", [node("某某应用", clickable=False), node("让生活更美好")]),
        ("other", [node("广告"), node("跳过 3", "Button"), node("查看详情", clickable=True)]),
        ("other", [node("开启通知"), node("立即开启", "Button"), node("取消", "Button")]),
        ("other", [node("", "View", FULL)]),
    ],
)
def test_a_screen_is_what_stands_on_it(tmp_path: Path, kind: str, drawn: list[Drawn]) -> None:
    assert screens.kind_of(look(tmp_path, screen(*drawn)), APP) == kind


def test_a_screen_of_another_package_is_none_of_the_app(tmp_path: Path) -> None:
    tree = screen(node("首页"), node("我的", "Button"), package="com.android.launcher3")
    assert screens.kind_of(look(tmp_path, tree), APP) == "system"


@pytest.mark.parametrize(
    ("package", "buttons", "asks"),
    [
        (
            "com.android.permissioncontroller",
            ["仅在使用该应用时允许", "本次使用时允许", "拒绝"],
            True,
        ),
        ("com.google.android.permissioncontroller", ["While using the app", "Don’t allow"], True),
        ("com.android.packageinstaller", ["允许", "拒绝"], True),
        ("com.lbe.security.miui", ["始终允许", "仅在使用中允许", "拒绝"], True),
        ("com.huawei.systemmanager", ["始终允许", "禁止"], True),
        ("com.oplus.securitypermission", ["允許", "拒絕"], True),
        ("com.android.packageinstaller", ["安装", "取消"], False),
        (APP, ["允许", "拒绝"], False),
    ],
)
def test_the_system_asks_by_its_own_dialog_and_its_buttons(
    tmp_path: Path, package: str, buttons: list[str], asks: bool
) -> None:
    tree = screen(
        node("要允许访问位置吗？"), *(node(w, "Button") for w in buttons), package=package
    )
    assert screens.is_prompt(look(tmp_path, tree)) is asks


def test_a_page_of_settings_of_permissions_asks_nothing(tmp_path: Path) -> None:
    rows = [node(words, "RadioButton") for words in ("允许", "拒绝")]
    tree = screen(node("位置权限"), *rows, package="com.android.permissioncontroller")
    assert not screens.is_prompt(look(tmp_path, tree))


def test_the_dialog_is_seen_where_it_lies_over_the_app(tmp_path: Path) -> None:
    system = "com.android.permissioncontroller"
    over = [node(words, "Button", package=system) for words in ("允许", "拒绝")]
    found = look(tmp_path, screen(node("首页", bounds=(0, 0, 1080, 2000)), *over))
    assert found.package == APP and screens.is_prompt(found)
    assert screens.kind_of(found, APP) == "permission"


@pytest.mark.parametrize(
    ("drawn", "known"),
    [
        ([node("", "View", FULL)], False),
        ([node("", "android.webkit.WebView", FULL), node("a"), node("b"), node("c")], False),
        ([node("", "android.view.SurfaceView", FULL), node("跳过")], False),
        ([node("", "ImageView", FULL)], True),
        ([node("", "View", FULL), node("a"), node("b"), node("c")], True),
        ([node("首页")], True),
        ([], False),
    ],
)
def test_what_an_app_paints_by_itself_cannot_be_read(
    tmp_path: Path, drawn: list[Drawn], known: bool
) -> None:
    assert screens.readable(look(tmp_path, screen(*drawn))) is known


def test_a_name_tells_no_number_and_stays_the_same_while_seconds_pass(tmp_path: Path) -> None:
    names = {
        screens.name_of(look(tmp_path, screen(node("订单 13800000000"), node(f"跳过 {second}"))))
        for second in (3, 2)
    }
    assert names == {"MainActivity 订单 *"}


@pytest.mark.parametrize(
    "drawn",
    [
        [node("新人专享礼包"), node("立即领取", "Button"), node("", "ImageView", clickable=True)],
        [
            node("双十一"),
            node("进去看看", "Button"),
            node("玩一玩", "Button"),
            node("5s 跳过", "Button"),
        ],
    ],
)
def test_an_advertisement_is_no_screen_that_can_be_used(tmp_path: Path, drawn: list[Drawn]) -> None:
    assert screens.kind_of(look(tmp_path, screen(*drawn)), APP) == "other"


@pytest.mark.parametrize(
    ("bounds", "kind"),
    [
        ("[90,700][990,1700]", "other"),
        ("[0,1300][1080,2400]", "other"),
        ("[0,80][1080,2400]", "main"),
        ("[132,0][2400,1080]", "main"),
    ],
)
def test_a_window_with_the_screen_around_it_lies_over(
    tmp_path: Path, bounds: str, kind: str
) -> None:
    rows = [node(words, "Button", (100, 1400, 900, 1450)) for words in ("外卖", "打车", "我的")]
    tree = screen(*rows).replace("[0,0][1080,2400]", bounds)
    assert screens.kind_of(look(tmp_path, tree), APP) == kind


def test_a_screen_that_stays_keeps_its_kind_and_another_has_its_own(tmp_path: Path) -> None:
    main = screen(node("首页"), *(node(w, "Button") for w in ("外卖", "打车", "我的")))
    found = recording(tmp_path, walk([(1, main), (3, main), (5, screen(node("广告")))])).looks
    assert found[0].nodes is found[1].nodes
    assert [screens.kind_of(one, APP) for one in found] == ["main", "main", "other"]
    assert screens.kind_of(found[1], "cn.example.other") == "system"


@pytest.mark.parametrize("words", ["跳过", "跳过 5", "5s 跳过", "跳过广告", "Skip Ad", "3 | 跳过"])
def test_words_skip(words: str) -> None:
    assert screens.skips(words)


def test_other_words_skip_and_sell_nothing() -> None:
    assert not screens.skips("跳过登录")
    assert screens.sells("新人专享")
    assert screens.sells("广告")
    assert not screens.sells("广告设置")


@pytest.mark.parametrize(
    "statement", [node("允许应用使用位置信息"), node("位置权限"), node("此应用的位置信息权限")]
)
def test_a_page_of_settings_whose_choices_are_mere_text_asks_nothing(
    tmp_path: Path, statement: Drawn
) -> None:
    rows = [node(words, clickable=True) for words in ("仅在使用该应用时允许", "不允许")]
    package = "com.google.android.permissioncontroller"
    tree = screen(node("位置权限"), statement, *rows, package=package)
    assert not screens.is_prompt(look(tmp_path, tree))
    asks = screen(node("要允许“样例”获取位置信息吗？"), *rows, package=package)
    seen = look(tmp_path, asks)
    assert screens.is_prompt(seen)
    assert not screens.is_prompt(seen._replace(activity="x.ui.ManagePermissionsActivity"))


@pytest.mark.parametrize(
    ("drawn", "may"),
    [
        (
            [node("首页"), *(node(w, "Button") for w in ("外卖", "打车", "我的", "搜索", "设置"))],
            False,
        ),
        ([node("样例")], False),
        ([node("广告"), node("跳过 3", "Button"), node("", "ImageView", clickable=True)], False),
        ([node("我们重视您的隐私"), node("走起", "Button")], True),
        ([node("欢迎"), node("", "ImageView", clickable=True)], True),
        ([node("欢迎"), node("", "io.flutter.FlutterView", (0, 300, 1080, 700))], True),
        ([node("欢迎"), node("", "io.flutter.FlutterView", (0, 300, 1080, 350))], False),
    ],
)
def test_a_screen_may_ask_by_words_or_where_it_has_none(
    tmp_path: Path, drawn: list[Drawn], may: bool
) -> None:
    assert screens.may_ask(look(tmp_path, screen(*drawn)), APP) is may


def test_a_screen_that_was_not_read_whole_may_ask_anything(tmp_path: Path) -> None:
    rows = [node(w, "Button") for w in ("外卖", "打车", "我的", "搜索", "设置")]
    seen = look(tmp_path, screen(node("首页"), *rows))
    assert not screens.may_ask(seen, APP)
    assert screens.may_ask(seen._replace(readable=False), APP)
