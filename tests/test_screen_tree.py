from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.screen_tree import LONGEST_WORDS, MOST_NODES, SYSTEM, Node, read_tree
from tests.collect.device.recordings import Drawn, node, screen

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
LEAVES = st.builds(node, TEXTS)
TREES = st.recursive(
    LEAVES,
    lambda inside: st.builds(
        lambda text, many: node(text, "LinearLayout", None, *many),
        TEXTS,
        st.lists(inside, max_size=3),
    ),
    max_leaves=12,
)


def nodes_of(data: bytes) -> tuple[Node, ...] | None:
    tree = read_tree(data)
    return None if tree is None else tree.nodes


@given(st.lists(TREES, max_size=4))
def test_the_elements_come_in_the_order_of_the_document(drawn: list[Drawn]) -> None:
    tree = screen(*drawn).encode()
    found = nodes_of(tree)
    assert found is not None
    expected = [one.get("text", "") for one in ET.fromstring(tree).iter("node")]
    assert [one.text for one in found] == [" ".join(text.split()) for text in expected]
    assert len({one.path for one in found}) == len(found)
    for one in found[1:]:
        assert any(one.path.startswith(f"{above.path}/") for above in found)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html/>",
        b"<hierarchy><node></hierarchy>",
        b"\x89PNG",
        b"<hierarchy>" + b"<node>" * 5_000 + b"</node>" * 5_000 + b"</hierarchy>",
    ],
)
def test_what_is_no_tree_of_a_screen_is_none(data: bytes) -> None:
    assert nodes_of(data) is None


def test_entities_are_neither_followed_nor_multiplied() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "x" * 100}">' for n in range(9))
    for dtd in (bomb, '<!ENTITY a8 SYSTEM "file:///etc/passwd">'):
        data = f'<!DOCTYPE h [{dtd}]><hierarchy><node text="a">&a8;</node></hierarchy>'
        found = nodes_of(data.encode())
        assert found is None  # UIAutomator defines nothing


def test_words_and_elements_are_bounded() -> None:
    wide = f"<hierarchy>{'<node/>' * (MOST_NODES + 10)}</hierarchy>"
    found = nodes_of(wide.encode())
    assert found is not None and len(found) == MOST_NODES
    long = nodes_of(screen(node("字" * (LONGEST_WORDS + 10))).encode())
    assert long is not None and len(long[-1].text) == LONGEST_WORDS


def test_a_field_that_hides_what_is_typed_tells_no_words() -> None:
    found = nodes_of(screen(node("geheim", "EditText", password=True)).encode())
    assert found is not None and found[-1].words == ""


@pytest.mark.parametrize(
    ("bounds", "area"), [("[0,0][10,20]", 200), ("[10,0][0,20]", 0), ("", 0), ("[a][b]", 0)]
)
def test_bounds_that_are_none_have_no_area(bounds: str, area: int) -> None:
    found = nodes_of(f'<hierarchy><node bounds="{bounds}" text="a"/></hierarchy>'.encode())
    assert found is not None
    assert found[0].area == area
    assert found[0].holds(5, 5) is (area > 0)
    assert found[0].words == "a" and found[0].enabled and not found[0].clickable


def test_all_windows_of_a_screen_are_one_screen() -> None:
    window = screen(node("一"), node("二"))
    inner = window.partition("<hierarchy")[2]
    other = screen(node("三")).partition("<hierarchy")[2]
    windows = f'<window index="0"><hierarchy{inner}</window><window index="1"><hierarchy{other}'
    tree = f'<displays><display id="0">{windows}</window></display></displays>'
    found = nodes_of(tree.encode())
    assert found is not None
    assert [one.text for one in found if one.text] == ["一", "二", "三"]
    assert [one.window for one in found if one.text] == [0, 0, 1]
    assert len({one.path for one in found}) == len(found)


@pytest.mark.parametrize(("said", "turns"), [("0", 0), ("3", 3), ("4", 0), ("-1", 0), ("", 0)])
def test_the_quarter_turns_of_a_screen(said: str, turns: int) -> None:
    window = f'<hierarchy rotation="{said}"><node text="a"/></hierarchy>'
    for data in (window, f"<displays><display><window>{window}</window></display></displays>"):
        found = read_tree(data.encode())
        assert found is not None
        assert found.rotation == turns
    assert read_tree(b'<hierarchy><node text="a"/></hierarchy>') is not None


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_break_nothing(data: bytes) -> None:
    read_tree(data)
    read_tree(b"<hierarchy>" + data + b"</hierarchy>")


def windows(*shown: tuple[str, str], focused: int = -1) -> bytes:
    """Draw windows, the front one first, each of one element: its package and its words."""
    rows = "".join(
        f'<window focused="{str(row == focused).lower()}"><hierarchy rotation="0">'
        f'<node package="{package}" text="{words}"/></hierarchy></window>'
        for row, (package, words) in enumerate(shown)
    )
    return f'<displays><display id="0">{rows}</display></displays>'.encode()


BAR, DIALOG, APP = (SYSTEM, "9:41"), (SYSTEM, "开始录制？"), ("cn.example", "首页")


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (windows(BAR, APP, BAR, focused=1), ["首页"]),
        (windows(BAR, APP), ["首页"]),  # a phone that names no focus
        (windows(DIALOG, BAR, APP, focused=0), ["开始录制？", "首页"]),
        (windows(DIALOG, BAR), ["开始录制？", "9:41"]),  # nothing else is there
        (windows(BAR), ["9:41"]),
    ],
)
def test_bars_beside_other_windows_are_no_part_of_a_screen(tree: bytes, words: list[str]) -> None:
    found = nodes_of(tree)
    assert found is not None
    assert [one.text for one in found] == words


def test_an_application_painted_by_itself_is_not_made_readable_by_the_bars() -> None:
    bars = windows(BAR, (SYSTEM, "电量 90%"), (SYSTEM, "12K/s"), ("cn.example", ""))
    found = nodes_of(bars)
    assert found is not None
    assert not any(one.words for one in found)
