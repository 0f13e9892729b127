from pathlib import Path

from scanner.collect.device.switches import switches_of
from tests.collect.device.recordings import Drawn, node, recording, screen, walk


def row(words: str, *, checked: bool, kind: str = "Switch") -> Drawn:
    box = node("", kind, checked=checked)
    return node("", "LinearLayout", None, node(words), node("说明文字"), box)


def test_switches_take_the_words_of_their_row(tmp_path: Path) -> None:
    shown = screen(
        node("隐私设置"), row("个性化推荐", checked=True), row("通讯录可见", checked=False)
    )
    found = switches_of(recording(tmp_path, walk([(0.0, shown), (9.0, shown)])))
    assert [(one.words, one.checked) for one in found] == 2 * [
        ("个性化推荐", True),
        ("通讯录可见", False),
    ]
    assert found[0].moment.at < found[2].moment.at
    assert found[0].place != found[2].place


def test_words_at_the_same_height_where_rows_are_no_parts(tmp_path: Path) -> None:
    shown = screen(
        node("设置"),
        node("夜间模式", bounds=(40, 300, 500, 400)),
        node("", "Switch", (900, 310, 1000, 390), checked=True),
        node("自动更新", bounds=(40, 500, 500, 600)),
        node("ON", "ToggleButton", (900, 510, 1000, 590), checkable=True, checked=False),
    )
    found = switches_of(recording(tmp_path, walk([(0.0, shown)])))
    assert [(one.words, one.checked) for one in found] == [("夜间模式", True), ("自动更新", False)]


def test_a_heading_is_not_what_the_only_switch_is_about(tmp_path: Path) -> None:
    beside = node("夜间模式", bounds=(40, 300, 500, 400))
    shown = screen(node("设置"), beside, node("", "Switch", (900, 310, 1000, 390)))
    alone = screen(node("设置"), node("", "Switch", (900, 910, 1000, 990)))
    found = switches_of(recording(tmp_path, walk([(0.0, shown), (9.0, alone)])))
    assert [one.words for one in found] == ["夜间模式"]


def test_ticks_of_consent_and_login_and_choices_are_no_settings(tmp_path: Path) -> None:
    login = screen(
        node("请输入手机号", "EditText"),
        node("我已阅读并同意《用户协议》和《隐私政策》", "CheckBox"),
        node("登录", "Button"),
    )
    choice = screen(node("设置"), row("位置权限", checked=True, kind="RadioButton"))
    todo = screen(
        node("首页"), node("买菜", "Button"), row("今日任务", checked=True, kind="CheckBox")
    )
    other = screen(node("设置"), row("个性化广告", checked=True), package="com.android.settings")
    shown = [(0.0, login), (1.0, choice), (2.0, todo), (3.0, other)]
    assert switches_of(recording(tmp_path, walk(shown))) == []


def test_a_switch_about_privacy_counts_on_any_screen(tmp_path: Path) -> None:
    shown = screen(node("关于"), node("版本", "Button"), row("个性化广告", checked=True))
    (found,) = switches_of(recording(tmp_path, walk([(0.0, shown)])))
    assert found.words == "个性化广告"
