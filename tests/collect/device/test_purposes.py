import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.prompted import prompts_of
from scanner.collect.device.purposes import Purpose, purpose_of
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
    assert purpose(tmp_path, parts) == (None, "", None)


def test_told_long_before(tmp_path: Path) -> None:
    shown = [(0.0, EXPLAINED), (20.0, main_screen()), (59.0, main_screen()), (60.0, dialog(PLACE))]
    assert purpose(tmp_path, walk(shown)) == (False, "", None)


def test_told_some_time_before_and_nothing_started_since(tmp_path: Path) -> None:
    shown = [(0.0, EXPLAINED), (40.0, main_screen()), (59.0, main_screen()), (60.0, dialog(PLACE))]
    assert purpose(tmp_path, walk(shown)).shown is None
    assert purpose(tmp_path, walk(shown, [tap(50.0, SCAN)])).shown is False


def test_told_since_the_user_started_the_function(tmp_path: Path) -> None:
    shown = [
        (0.0, main_screen()),
        (5.0, EXPLAINED),
        (9.0, main_screen()),
        (15.0, main_screen()),
        (16.0, dialog(PLACE)),
    ]
    taps = [tap(4.0, SCAN), tap(8.0, (40, 900, 500, 1000))]
    assert purpose(tmp_path, walk(shown, taps)).shown is True
    other = walk([*shown[:3], (12.0, main_screen()), *shown[3:]], [*taps, tap(12.5, SCAN)])
    assert purpose(tmp_path, other).shown is False


def test_told_for_several_that_are_asked_for_in_a_row(tmp_path: Path) -> None:
    both = screen(node("为了拍照记录地点，请允许使用相机和位置信息"), node("继续", "Button"))
    shown = [(0.0, both), (8.0, dialog(CAMERA)), (20.0, dialog(PLACE)), (30.0, main_screen())]
    recorded = recording(tmp_path, walk(shown, [tap(19.0, DENY)]), edges=(), visit=NAMED)
    found = [
        purpose_of(recorded, one.first, one.last, one.asked, denied=False).shown
        for one in prompts_of(recorded)
    ]
    assert found == [True, True]


def test_a_page_that_only_asks_is_not_one_that_says_nothing(tmp_path: Path) -> None:
    for words in ("请授权", "需要位置权限", "请允许获取位置信息"):
        parts = walk([(0.0, main_screen(node(words))), (1.0, dialog(PLACE))])
        assert purpose(tmp_path, parts) == (None, "", None)


def test_a_phrase_that_fits_anything_is_a_purpose_that_is_not_plain(tmp_path: Path) -> None:
    words = "为了给您提供更好的服务，需要您授权必要权限"
    parts = walk([(0.0, screen(node(words), node("去开启", "Button"))), (1.0, dialog(PLACE))])
    assert purpose(tmp_path, parts) == (True, words, False)


def test_a_phrase_after_a_purpose_may_not_be_all_that_was_told(tmp_path: Path) -> None:
    phrase = screen(node("为了更好的服务，请允许位置权限"), node("继续", "Button"))
    shown = [(0.0, EXPLAINED), (40.0, main_screen()), (59.0, phrase), (60.0, dialog(PLACE))]
    assert purpose(tmp_path, walk(shown))[::2] == (True, None)
    assert purpose(tmp_path, walk(shown[1:]))[::2] == (True, False)


def test_a_banner_in_a_window_of_its_own(tmp_path: Path) -> None:
    begin = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    windows = [
        one.removeprefix(begin)
        for one in (dialog(PLACE), screen(node("位置权限使用说明"), node("展示附近的门店")))
    ]
    held = "".join(f"<window>{one}</window>" for one in windows)
    tree = f'{begin}<displays><display id="0">{held}</display></displays>'
    shown = [(0.0, main_screen()), (1.0, tree)]
    assert purpose(tmp_path, walk(shown)) == (True, "展示附近的门店", True)


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


WORDS = [
    "位置权限使用说明",
    "用于推荐附近的门店",
    "请授权",
    "为了更好的服务，请允许以下权限",
    "允许访问相机，以便扫码",
    "打开GPS，记录轨迹",
    "当前位置",
]
ORDER = {False: 0, None: 1, True: 2}


@given(
    st.lists(
        st.sampled_from(["位置权限", "天气预报", "请允许定位以查看天气", "为您推荐"]), max_size=3
    ),
    st.sampled_from(WORDS),
    st.sampled_from(["before", "beside"]),
    st.sampled_from([0.5, 5.0, 20.0, 50.0]),
)
def test_more_words_about_it_never_make_a_purpose_none(
    base: list[str], more: str, where: str, gap: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:

        def shown(words: str | None) -> bool | None:
            added = [node(words)] if words else []
            page = main_screen(*map(node, base), *(added if where == "before" else []))
            behind = added if where == "beside" else []
            shown = [(0.0, page), (gap, main_screen()), (60.0, main_screen())]
            parts = walk([*shown, (61.0, dialog(PLACE, *behind))], [tap(gap - 0.2, SCAN)])
            return purpose(Path(folder), parts).shown

        assert ORDER[shown(more)] >= ORDER[shown(None)]
