from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.facts import DataSent, RequestMade, ScreenShown, Source
from scanner.model import Unseen, Words
from scanner.personal.hidden import Hidden

VALUES = {"name": ("张三丰",), "phone": ("13912345678",), "mac": ("a4:5e:60:c2:11:9f",)}


@pytest.mark.parametrize(
    "text",
    [
        "/u/张三丰",
        f"/u/{quote('张三丰')}",
        "/p/+86-139-1234-5678",
        "/m/A4-5E-60-C2-11-9F/x",
        "13912345678",
    ],
)
def test_every_spelling_goes(text: str) -> None:
    shown = Hidden(VALUES).text(text)
    assert shown != text
    assert "*" in shown
    assert not any(part in shown for part in ("张", "1234", "60", "%E5%BC"))


@given(st.text(alphabet="abcxyz/?=&.:-", max_size=60))
def test_what_holds_none_stays_as_it_is(text: str) -> None:
    assert Hidden(VALUES).text(text) == text
    assert Hidden({}).text(text) == text


def test_lists_of_texts_hold_none() -> None:
    shown = ScreenShown(
        source=Source(), channel="device", screen="首页", controls=("张三丰的主页", "设置")
    )
    assert Hidden(VALUES).fact(shown).controls == ("*的主页", "设置")


def test_facts_and_gaps_hold_none_and_keep_the_rest() -> None:
    hidden = Hidden(VALUES)
    made = RequestMade(
        source=Source(), channel="traffic", host="13912345678.a.test", path="/u/张三丰/x", count=3
    )
    shown = hidden.fact(made)
    assert (shown.host, shown.path, shown.count) == ("*.a.test", "/u/*/x", 3)
    sent = DataSent(
        source=Source(), channel="traffic", data_type="phone", host="a", value_masked="139****5678"
    )
    assert hidden.fact(sent) is sent
    gap = Unseen(
        kind="data.sent",
        scope={"host": ("13912345678.a.test", None)},
        collector="traffic",
        reason=Words("13912345678 失败", "13912345678 failed"),
    )
    told = hidden.unseen(gap)
    assert told.scope == {"host": ("*.a.test", None)}
    assert told.reason == Words("* 失败", "* failed")
