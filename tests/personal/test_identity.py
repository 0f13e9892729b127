from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.personal.identity import read_identity, values_in

KINDS = frozenset({"imei", "phone", "name", "location_precise"})


def refused(text: str) -> UsageError:
    with pytest.raises(UsageError) as raised:
        read_identity(text.encode(), KINDS, file="me.yaml")
    return raised.value


def test_values_stay_as_they_were_written() -> None:
    read = read_identity(
        "imei: 0086012345678901\nphone: [13912345678, '+86 139 1234 5678', 13912345678]\n"
        "name: 张三丰\nlocation_precise: 39.9087,116.3974\n".encode(),
        KINDS,
    )
    assert read.salts == ()
    assert read.values == {
        "imei": ("0086012345678901",),
        "phone": ("13912345678", "+86 139 1234 5678"),
        "name": ("张三丰",),
        "location_precise": ("39.9087,116.3974",),
    }


def test_salts_are_no_kind_of_data() -> None:
    read = read_identity(b"imei: 860012345678901\nsalts: [pepper, abc]\n", KINDS)
    assert read.salts == ("pepper", "abc")
    assert set(read.values) == {"imei"}
    assert "holds no value" in str(refused("salts: [pepper]"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("imie: 860012345678901", "line 1: no kind of personal data of this name"),
        ("phone: 13912345678\nimei:\n", "line 2"),
        ("phone: {a: 13912345678}", "line 1"),
        ("phone: 13912345678\nphone: 13812345678", "line 2"),
        ("- 13912345678", "line 1"),
        ("", "holds no value"),
        ("phone: []", "holds no value"),
        ("phone: *a", "line 1"),
    ],
)
def test_a_fault_is_named_with_its_line_and_without_any_value(text: str, said: str) -> None:
    error = refused(text)
    assert "me.yaml" in str(error)
    assert said in str(error)
    assert error.hint
    assert "139123" not in str(error) + error.hint


def test_a_misspelt_kind_gets_the_nearest_as_a_hint() -> None:
    assert "imei" in refused("imie: 860012345678901").hint


@given(st.binary(max_size=200))
def test_any_bytes_are_values_or_a_refusal(data: bytes) -> None:
    try:
        read = read_identity(data, KINDS)
    except UsageError:
        return
    assert read.values
    assert read.values.keys() <= KINDS


def test_values_of_a_kept_file_are_read_whatever_else_is_wrong_with_it() -> None:
    data = "phone: '13812340001'\nname: [欧阳测试, 李四]\nno-kind: x\nsalts: [s]\n".encode()
    assert values_in(data) == {
        "phone": ("13812340001",),
        "name": ("欧阳测试", "李四"),
        "no-kind": ("x",),
    }
    for wrong in (b"", b"\xff\xfe", b"- a\n", b"a: [", b"&x *x"):
        assert values_in(wrong) == {}
