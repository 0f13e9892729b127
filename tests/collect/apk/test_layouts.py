"""Compiled layouts: what their elements say, as androguard reads them too."""

from __future__ import annotations

import pytest

from scanner.child import Unreadable
from scanner.collect.apk.android import read_xml
from scanner.collect.apk.layouts import MAX_BYTES, may_matter, views_of
from tests.collect.apk.forge import Node, Ref, axml

TEXTS = {0x7F010000: ("同意", "Agree")}
ROOT = Node(
    "LinearLayout",
    {},
    [
        Node("LinearLayout", {}, [Node("CheckBox", {"android:checked": True})]),
        Node("TextView", {"android:text": Ref(0x7F010000), "android:contentDescription": "说明"}),
        Node("EditText", {"android:hint": "密码", "android:inputType": 0x81}),
        Node("com.a.MyCheckBox", {"android:checked": False, "android:visibility": 2}),
    ],
)


@pytest.mark.parametrize("utf8", [False, True])
def test_elements_with_words_ticks_and_kinds_of_input(utf8: bool) -> None:
    views = views_of(axml(ROOT, utf8=utf8), lambda one: TEXTS.get(one, ()))
    assert [view.tag for view in views] == [
        *("LinearLayout", "LinearLayout", "CheckBox", "TextView", "EditText", "com.a.MyCheckBox")
    ]
    assert [view.parent for view in views] == [-1, 0, 1, 0, 0, 0]
    assert [view.checked for view in views] == [None, None, True, None, None, False]
    assert views[3].texts == ("同意", "Agree", "说明")
    assert views[4].words == ("密码",)
    assert views[4].input_type == 0x81
    assert [view.is_box for view in views] == [False, False, True, False, False, True]
    assert [view.takes_text for view in views].index(True) == 4
    assert [view.shown for view in views] == [True, True, True, True, True, False]


def test_androguard_reads_the_same_elements() -> None:
    data = axml(ROOT)
    views = views_of(data, lambda _: ())
    told = read_xml(data).elements
    assert [view.tag for view in views] == [one.tag for one in told]
    checked = [one.attributes.get("android:checked") for one in told]
    assert [view.checked for view in views] == [one and bool(one.number) for one in checked]


@pytest.mark.parametrize("utf8", [False, True])
def test_only_documents_with_a_field_or_a_box_matter(utf8: bool) -> None:
    assert may_matter(axml(ROOT, utf8=utf8))
    assert not may_matter(axml(Node("LinearLayout", {}, [Node("TextView")]), utf8=utf8))
    assert not may_matter(axml(ROOT, utf8=utf8) + bytes(MAX_BYTES))


def test_a_damaged_layout_is_refused() -> None:
    data = axml(ROOT)
    for cut in range(0, len(data), 7):
        try:
            views_of(data[:cut], lambda _: ())
        except Unreadable:
            continue
        raise AssertionError(cut)
