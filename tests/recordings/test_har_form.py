from __future__ import annotations

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.recordings import har_form
from scanner.recordings.har_form import (
    Body,
    Entry,
    Pair,
    Request,
    Timings,
    Unreadable,
    carefully,
    listed,
    read_entry,
    take,
)
from tests.collect.traffic.hars import entry

ODD: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([]) | st.just({})
)


def encoded(made: Any) -> bytes:
    return json.dumps(made).encode()


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    """Give an entry with some members changed into something else, mostly of the right type."""
    made: dict[str, Any] = entry("https://a.test/", method="POST", body="é", _fromCache="disk")
    holders = [
        made,
        made["request"],
        made["response"],
        made["timings"],
        made["request"]["postData"],
    ]
    for _ in range(draw(st.integers(0, 3))):
        holder = draw(st.sampled_from(holders))
        holder[draw(st.sampled_from(sorted(holder)))] = draw(ODD)
    return made


@given(entries())
def test_read_at_one_go_or_member_by_member_an_entry_says_the_same(made: dict[str, Any]) -> None:
    data = encoded(made)
    careful = carefully(data, Entry)
    assert careful is not None
    assert read_entry(data) == careful
    try:
        assert msgspec.json.decode(data, type=Entry) == careful
    except msgspec.ValidationError:
        return


def test_a_member_that_is_something_else_costs_itself_only() -> None:
    made = entry("https://a.test/", method="POST", body="x=1", serverIPAddress=7)
    made["timings"]["send"] = "long"
    made["request"]["bodySize"] = []
    made["request"]["headers"] = [{"name": "a", "value": "1"}, {"name": 7}, {"value": "x"}, None]
    read = read_entry(encoded(made))
    assert (read.ip, read.started) == (None, made["startedDateTime"])
    assert read.timings == Timings(wait=1)
    assert read.request is not None
    assert (read.request.size, read.request.url) == (None, "https://a.test/")
    assert read.request.headers == [Pair("a", "1")]
    assert read.request.body == Body(text="x=1", mime="")


def test_the_last_of_several_members_of_one_name_counts() -> None:
    data = b'{"request":{"url":"a","url":7},"request":{"url":"b","url":"c"},"pageref":"p"}'
    read = read_entry(data)
    assert read.request is not None
    assert (read.request.url, read.page) == ("c", "p")
    read = read_entry(data.replace(b'"c"', b"7"))
    assert read.request is not None
    assert read.request.url is None


@pytest.mark.parametrize(
    ("slip", "text"),
    [
        (b"a\nb", "a\nb"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"\\ud800", "?"),
        (b'x","time":NaN,"y":"', "x"),
        (b'x","time":' + b"9" * 10_000 + b',"y":"', "x"),
        (b'x","time":1e99999,"y":"', "x"),
    ],
)
def test_slips_that_other_readers_forgive_are_forgiven(slip: bytes, text: str) -> None:
    read = read_entry(encoded(entry("https://a.test/", body="PLACE")).replace(b"PLACE", slip))
    assert read.request is not None
    assert read.request.body is not None
    assert read.request.body.text == text


@pytest.mark.parametrize("data", [b"", b"{", b"7", b"[]", b'"x"', b"\xff", b"[" * 5000, b"NaN"])
def test_what_is_no_object_is_no_entry(data: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        read_entry(data)
    assert error.value.reason.zh


def test_an_entry_with_slips_is_mended_up_to_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b'{"request":{"url":"https://a.test/"},"x":NaN}'
    assert read_entry(data).request == Request(url="https://a.test/")
    monkeypatch.setattr(har_form, "MAX_MENDED", 20)
    with pytest.raises(Unreadable):
        read_entry(data)


def test_depth_ends_in_a_reason_and_never_in_a_traceback() -> None:
    for depth in (300, 1_000, 100_000):  # how deep is read differs from Python to Python
        deep = b"[" * depth + b"]" * depth
        for name in (b"headers", b"x"):
            data = b'{"request":{"url":"a","' + name + b'":' + deep + b'},"pageref":"p"}'
            if depth == 300:
                assert read_entry(data).page == "p"
            elif depth == 100_000:
                with pytest.raises(Unreadable):
                    read_entry(data)
            else:
                with contextlib.suppress(Unreadable):
                    assert read_entry(data).page == "p"


def test_lists_are_read_up_to_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = msgspec.Raw(encoded([{"name": "a"}] * 9))
    assert len(listed(raw, Pair)) == 9
    monkeypatch.setattr(har_form, "MAX_LIST", 30)
    with pytest.raises(Unreadable, match="too large"):
        listed(raw, Pair)


def test_a_field_whose_value_is_no_text_keeps_what_was_written() -> None:
    said = (
        b'[{"name":"tel","value":13912345678},{"name":"card","value":6222021001116245705},'
        b'{"name":"n","value":null},{"name":"b","value":true},{"name":"l","value":["x",1]},'
        b'{"name":"gbk","value":"\xce\xc4a"},'
        b'{"name":"ok"},{"name":7,"value":"x"},{"value":"x"},[],8]'
    )
    assert [(one.name, one.value) for one in listed(msgspec.Raw(said), Pair)] == [
        ("tel", "13912345678"),
        ("card", "6222021001116245705"),
        ("n", ""),
        ("b", "true"),
        ("l", '["x",1]'),
        ("gbk", "\ufffd\ufffda"),
        ("ok", ""),
    ]
    read = read_entry(b'{"request":{"headers":%b},"x":"\\ud800"}' % said)
    assert read.request is not None
    assert Pair("card", "6222021001116245705") in (read.request.headers or [])


def test_a_member_is_what_it_should_be_or_none() -> None:
    for said, kind, value in (
        (b"null", str, None),
        (b"7", str, None),
        (b'"x"', str, "x"),
        (b"7", float, 7.0),
        (b'"7"', float, None),
        (b"1", bool, None),
    ):
        assert take(msgspec.Raw(said), kind) == value
