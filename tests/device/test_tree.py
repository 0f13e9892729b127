from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.device.tree import read_tree
from tests.device.phones import SCREENS, tree


def node(words: str, box: str, more: str = "", inside: str = "") -> str:
    return f'<node text="{words}" bounds="{box}" {more}>{inside}</node>'


def screen(*nodes: str, rotation: int = 0) -> bytes:
    return f'<hierarchy rotation="{rotation}">{"".join(nodes)}</hierarchy>'.encode()


def test_a_control_is_found_by_its_words_and_its_id() -> None:
    read = read_tree(tree(SCREENS["consent"]).encode())
    assert read is not None
    agree = read.reads("同意")
    assert agree is not None
    assert agree.words == "同意"  # and not 不同意, which holds it
    assert agree.middle == (540, 1250)
    assert read.named("agree") == read.named("cn.example.torch:id/agree") == agree
    assert read.reads("登录") is None
    assert read.named("login") is None
    assert read.package == "cn.example.torch"


def test_blanks_width_and_case_make_no_difference() -> None:
    read = read_tree(screen(node("ＯＫ　确 定", "[0,0][9,9]")))
    assert read is not None
    assert read.reads("ok确定") is not None


def test_the_control_that_takes_taps_is_preferred_then_the_front_one() -> None:
    button = 'clickable="true"'
    read = read_tree(
        screen(
            *(node("同意", "[0,0][9,9]"), node("同意", "[0,20][9,29]", button)),
            *(node("同意", "[0,40][9,49]", button), node("同意", "[0,60][9,69]")),
        )
    )
    assert read is not None
    found = read.reads("同意")
    assert found is not None
    assert found.top == 40


def test_a_description_stands_for_words_and_no_area_is_no_control() -> None:
    described = node("", "[0,0][9,9]", 'content-desc="关闭"')
    read = read_tree(screen(described, node("跳过", "[5,5][5,9]"), node("登录", "nowhere")))
    assert read is not None
    assert read.reads("关闭") is not None
    assert read.reads("跳过") is None
    assert read.reads("登录") is None


def test_what_is_under_a_finger() -> None:
    inside = node("同意并继续", "[20,20][80,40]")
    read = read_tree(
        screen(
            node("背景", "[0,0][500,500]"),
            node("", "[10,10][90,50]", 'clickable="true"', inside),
        )
    )
    assert read is not None
    assert read.at(12, 12) == "同意并继续"  # beside the words, inside the button
    assert read.at(30, 30) == "同意并继续"
    assert read.at(400, 400) == "背景"
    assert read.at(900, 900) is None


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"ERROR: could not get idle state.",
            b"<hierarchy>",
            b"<other/>",
            b"\x00<hierarchy/>",
        ),
        b'<!DOCTYPE x [<!ENTITY a "b">]><hierarchy><node text="&a;"/></hierarchy>',
        b"<hierarchy>" + b"<node>" * 5000 + b"</node>" * 5000 + b"</hierarchy>",
        b"<hierarchy>" + b" " * (9 << 20) + b"</hierarchy>",
    ],
)
def test_what_is_no_tree(data: bytes) -> None:
    assert read_tree(data) is None


def test_many_controls_are_bounded() -> None:
    read = read_tree(screen(*["<node/>"] * 30_000))
    assert read is not None
    assert len(read.controls) == 20_000


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_break_nothing(data: bytes) -> None:
    read_tree(data)
    read_tree(b"<hierarchy>" + data + b"</hierarchy>")
