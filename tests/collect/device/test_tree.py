from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.tree import LONGEST_WORDS, MOST_NODES, nodes_of
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
        assert found is None or [one.text for one in found] == ["a"]


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
    assert len({one.path for one in found}) == len(found)
