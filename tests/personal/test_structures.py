"""Structures taken apart, against what made them."""

from __future__ import annotations

import json
import urllib.parse
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.personal import structures

SCALARS = st.text(max_size=20) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
DOCUMENTS = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
    min_size=1,
    max_size=4,
)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)
NAMES = st.text("abcdefgh", min_size=1, max_size=9)


def leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value if isinstance(value, str) else json.dumps(value)]


@given(DOCUMENTS)
@QUICK
def test_json_gives_every_leaf(document: dict[str, object]) -> None:
    parted = structures.from_json(json.dumps(document))
    assert parted
    given_out = [value for path, value in parted.parts if "(name)" not in path]
    assert sorted(leaves(document)) == sorted(v for v in given_out if not str(v).startswith("lat:"))


@given(st.lists(st.tuples(NAMES, st.text(max_size=20)), min_size=2))
@QUICK
def test_forms_against_the_standard_library(pairs: list[tuple[str, str]]) -> None:
    parted = structures.from_form(urllib.parse.urlencode(pairs))
    assert parted
    assert [part for part in parted.parts if "(name)" not in part[0]] == pairs


def test_multipart_made_by_the_standard_library() -> None:
    message = MIMEMultipart("form-data", boundary="frontier")
    for name, value in (("phone", "13912345678"), ("姓名", "阚澹昭")):
        part = MIMEText(value, "plain", "utf-8")
        part.replace_header("Content-Transfer-Encoding", "8bit")
        part.set_payload(value)
        part.add_header("Content-Disposition", f'form-data; name="{name}"')
        message.attach(part)
    body = message.as_string().partition("\n\n")[2].encode()
    parted = structures.from_multipart(body, message["Content-Type"].replace("\n", ""))
    assert parted
    assert dict(parted.parts)["phone"] == b"13912345678"


@pytest.mark.parametrize("text", ["", "plain words", "a", "12", "a b=c", "<", "x < y and y > z"])
def test_plain_text_is_no_structure(text: str) -> None:
    for read in (
        structures.from_json,
        structures.from_form,
        structures.from_cookies,
        structures.from_url,
        structures.from_markup,
    ):
        assert read(text) is None


def test_json_in_its_disguises() -> None:
    for text in (
        '{"a":"x1"}',
        'cb({"a":"x1"});',
        ')]}\'\n{"a":"x1"}',
        'for(;;);{"a":"x1"}',
    ):
        parted = structures.from_json(text)
        assert parted
        assert list(parted.parts) == [("a", "x1")]
    parted = structures.from_json('{"a":"x1"}\n{"a":"x2"}')
    assert parted
    assert [value for _, value in parted.parts] == ["x1", "x2"]


@pytest.mark.parametrize(
    ("body", "path", "value"),
    [
        ({"p": {"coordinates": [116.397423, 39.908712]}}, "p.coordinates", "116.397423,39.908712"),
        ({"app_list": ["com.a.b", "com.c.d"]}, "app_list", "com.a.b,com.c.d"),
        ({"apps": [{"pkg": "com.a.b", "v": 1}, {"pkg": "com.c"}]}, "apps", "com.a.b,com.c"),
        ([{"key": "imei", "value": "860000000000001"}, 1], "[0].imei", "860000000000001"),
    ],
)
def test_values_that_say_more_together(body: object, path: str, value: str) -> None:
    parted = structures.from_json(json.dumps(body))
    assert parted
    assert (path, value) in list(parted.parts)


def test_preferences_name_their_values() -> None:
    android = '<?xml version="1.0"?><map><string name="imei">860000000000001</string></map>'
    apple = '<?xml version="1.0"?><dict><key>oaid</key><string>abcdef12</string></dict>'
    for text, part in ((android, ("imei", "860000000000001")), (apple, ("oaid", "abcdef12"))):
        parted = structures.from_markup(text)
        assert parted
        assert part in list(parted.parts)


def test_the_user_of_an_address_is_a_part_of_its_own() -> None:
    def told(url: str) -> dict[str, object]:
        return dict(structures.parts_of_url(url).parts)

    assert told("https://li%40x:pw@a.test/b?c=1") == {"(path)": "/b", "(user)": "li@x:pw", "c": "1"}
    assert told("https://u@a.test") == {"(path)": "", "(user)": "u"}
    assert told("https://a.test/npm/vue@2.6/x.js") == {"(path)": "/npm/vue@2.6/x.js"}
    assert structures.from_url("/r/https://a.test/b") is None


def test_words_of_the_name_of_a_file_stand_without_its_ending() -> None:
    def names(file: str) -> list[object]:
        head = f'--edge\r\nContent-Disposition: form-data; name="f"; filename="{file}"'
        body = f"{head}\r\n\r\nx\r\n--edge--".encode()
        parted = structures.from_multipart(body, "multipart/form-data; boundary=edge")
        assert parted is not None
        return [value for path, value in parted.parts if path.endswith("(file name)")]

    assert names("log 1 wang@163.com.txt") == ["wang@163.com", "log 1 wang@163.com.txt"]
    assert names("wang@163.com.cn") == ["wang@163.com.cn"]
    assert names("MTM4MTIzNDU2Nzg.qq") == ["MTM4MTIzNDU2Nzg", "MTM4MTIzNDU2Nzg.qq"]
