"""The variants of a value: each must be what an ordinary program would have sent."""

from __future__ import annotations

import base64
import hashlib
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.personal.variants import forms, variants

VALUES = st.text(min_size=8, max_size=40).filter(lambda value: value == value.strip())


@given(VALUES, st.binary(max_size=7), st.binary(max_size=7))
def test_base64_is_found_at_each_alignment(value: str, before: bytes, after: bytes) -> None:
    raw = value.encode("utf-8", "surrogatepass")
    there = {letters for letters, name in variants("account", value) if name == "base64"}
    assert any(letters in base64.b64encode(before + raw + after) for letters in there)
    there = {letters for letters, name in variants("account", value) if name == "base64url"}
    assert any(letters in base64.urlsafe_b64encode(before + raw + after) for letters in there)


@given(VALUES)
def test_encodings_of_the_value_as_given(value: str) -> None:
    raw = value.encode("utf-8", "surrogatepass")
    there = set(variants("account", value))
    assert (raw, "plain") in there
    assert (raw.hex().encode(), "hex") in there
    assert (hashlib.md5(raw).hexdigest().encode(), "md5") in there
    assert (hashlib.sha256(raw).hexdigest().upper().encode(), "sha256") in there
    quoted = urllib.parse.quote(raw, safe="").encode()
    assert quoted == raw or (quoted, "url") in there


@pytest.mark.parametrize(
    ("data_type", "value", "form"),
    [
        ("phone", "13912345678", "+86 139 1234 5678"),
        ("phone", "+86 139-1234-5678", "13912345678"),
        ("mac", "3C:5A:B4:01:02:03", "3c5ab4010203"),
        ("mac", "3c5ab4010203", "3C-5A-B4-01-02-03"),
        ("bank_card", "6228480402564890018", "6228 4804 0256 4890 018"),
        ("id_card", "11010519491231002X", "11010519491231002x"),
        ("birth_date", "1903-07-29", "19030729"),
        ("birth_date", "1903-07-29", "1903年07月29日"),
        ("aaid", "5F2B1C3D-0000-4111-8222-0123456789AB", "5f2b1c3d0000411182220123456789ab"),
        ("email", "A.b@Example.com", "a.b@example.com"),
    ],
)
def test_ways_of_writing(data_type: str, value: str, form: str) -> None:
    assert form in forms(data_type, value)


def test_an_address_for_mail_keeps_its_dots() -> None:
    assert "ab@examplecom" not in forms("email", "a.b@example.com")
