from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.device.tree import LONGEST_WORDS, middle, named, reading, size, words_at
from scanner.screen_tree import Tree, read_tree
from tests.device.phones import HIGH, SCREENS, WIDE, all_windows, tree


def node(words: str, box: str, more: str = "", inside: str = "") -> str:
    return f'<node text="{words}" bounds="{box}" {more}>{inside}</node>'


def screen(*nodes: str, rotation: int = 0) -> bytes:
    return f'<hierarchy rotation="{rotation}">{"".join(nodes)}</hierarchy>'.encode()


def read(data: str | bytes) -> Tree:
    found = read_tree(data if isinstance(data, bytes) else data.encode())
    assert found is not None
    return found


def test_a_control_is_found_by_its_words_and_its_id() -> None:
    shown = read(tree(SCREENS["consent"]))
    agree = reading(shown, "同意")
    assert agree is not None
    assert agree.words == "同意"  # and not 不同意, which holds it
    assert middle(agree) == (540, 1250)
    assert named(shown, "agree") == named(shown, "cn.example.torch:id/agree") == agree
    assert reading(shown, "登录") is None
    assert named(shown, "login") is None


def test_blanks_width_and_case_make_no_difference() -> None:
    assert reading(read(screen(node("ＯＫ　确 定", "[0,0][9,9]"))), "ok确定") is not None


def test_the_control_that_takes_taps_is_preferred_then_the_front_one() -> None:
    button = 'clickable="true"'
    shown = read(
        screen(
            *(node("同意", "[0,0][9,9]"), node("同意", "[0,20][9,29]", button)),
            *(node("同意", "[0,40][9,49]", button), node("同意", "[0,60][9,69]")),
        )
    )
    found = reading(shown, "同意")
    assert found is not None
    assert found.bounds[1] == 40


def test_of_two_windows_the_front_one_has_the_control_and_the_bars_never() -> None:
    there, other = SCREENS["main"], SCREENS["asked"]
    button = there.buttons[0]._replace(words="允许", id="agree", top=other.buttons[0].top)
    behind = there._replace(buttons=(button,))
    bar = there._replace(package="com.android.systemui", buttons=(button,))
    for front, back, package in (
        *((other, behind, other.package), (behind, other, there.package)),
        *((bar, behind, there.package), (behind, bar, there.package)),
    ):
        shown = read(all_windows(front, back))
        found = reading(shown, "允许")
        assert found is not None
        assert found.package == package
        assert words_at(shown, *middle(found)) == "允许"
    with_id = named(read(all_windows(bar, behind)), "agree")
    assert with_id is not None
    assert with_id.package == there.package


def test_what_the_finger_meets_first() -> None:
    """Of two windows the front one, however small what lies beneath."""
    small = SCREENS["main"]._replace(texts=(), buttons=())
    front = SCREENS["asked"]
    beneath = small._replace(buttons=(SCREENS["main"].buttons[0]._replace(top=1520),))
    assert words_at(read(all_windows(front, beneath)), 540, 1560) == "允许"
    assert words_at(read(all_windows(beneath, front)), 540, 1560) == "扫一扫"
    assert words_at(read(all_windows(front)), 540, 250) == front.texts[0]  # the bar reads 9:41


def test_a_description_stands_for_words_and_no_area_is_no_control() -> None:
    described = node("", "[0,0][9,9]", 'content-desc="关闭"')
    shown = read(screen(described, node("跳过", "[5,5][5,9]"), node("登录", "nowhere")))
    assert reading(shown, "关闭") is not None
    assert reading(shown, "跳过") is None
    assert reading(shown, "登录") is None


def test_what_is_under_a_finger() -> None:
    inside = node("同意并继续", "[20,20][80,40]")
    shown = read(
        screen(
            node("背景", "[0,0][500,500]"),
            node("", "[10,10][90,50]", 'clickable="true"', inside),
        )
    )
    assert words_at(shown, 12, 12) == "同意并继续"  # beside the words, inside the button
    assert words_at(shown, 30, 30) == "同意并继续"
    assert words_at(shown, 400, 400) == "背景"
    assert words_at(shown, 900, 900) is None


def test_words_that_are_told_are_bounded() -> None:
    told = words_at(read(screen(node("字" * 500, "[0,0][9,9]"))), 5, 5)
    assert told is not None
    assert len(told) == LONGEST_WORDS


def test_how_far_a_screen_reaches() -> None:
    far = node("", f"[0,0][{WIDE},{HIGH}]")
    assert size(read(screen(node("a", "[5,5][9,9]"), far))) == (WIDE, HIGH)
    assert size(read(screen())) == (0, 0)


@given(st.lists(st.tuples(st.integers(-9, 99), st.integers(-9, 99)), max_size=6))
def test_the_words_at_the_middle_of_a_found_control_are_its_own(
    places: list[tuple[int, int]],
) -> None:
    """Where controls do not lie on each other."""
    wide = [
        f"[{100 * row},{y}][{100 * row + 50},{y + 1 + abs(x)}]" for row, (x, y) in enumerate(places)
    ]
    shown = read(screen(*[node(f"n{row}", box) for row, box in enumerate(wide)]))
    for row in range(len(places)):
        found = reading(shown, f"n{row}")
        assert found is not None
        assert words_at(shown, *middle(found)) == f"n{row}"
