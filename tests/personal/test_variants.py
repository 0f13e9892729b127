"""The variants of a value: each must be what an ordinary program would have sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import urllib.parse
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.personal.variants import forms, variants

_UUID = uuid.UUID("12345678-1234-5678-9abc-def012345678")
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


@pytest.mark.parametrize(
    ("data_type", "value", "form"),
    [
        ("email", "alice@example.com", "Alice@example.com"),
        ("imei", "862345678901230", "86-234567-890123-0"),
        ("id_card", "11010519491231002X", "110105 19491231 002X"),
        ("imsi", "460001234567890", "460-00-1234567890"),
        ("iccid", "89860012345678901234", "8986 0012 3456 7890 1234"),
        ("plate", "京A12345", "京A·12345"),
        ("plate", "粤B·D12345", "粤BD12345"),
        ("oaid", "5f2b1c3d000041118222012345678901", "5f2b1c3d-0000-4111-8222-012345678901"),
        ("mac", "3C:5A:B4:01:02:03", "3c5a.b401.0203"),
        ("location_precise", "39.908700, 116.397400", "116.397400,39.908700"),
    ],
)
def test_ways_of_writing_in_groups(data_type: str, value: str, form: str) -> None:
    assert form in forms(data_type, value)


def test_groups_are_only_made_of_what_has_the_form() -> None:
    assert forms("imei", "ABCDEFG1234") == ["ABCDEFG1234", "abcdefg1234"]
    assert forms("oaid", "0123456789abcdef") == ["0123456789abcdef", "0123456789ABCDEF"]


def test_the_name_of_a_program_keeps_its_dots() -> None:
    assert forms("installed_apps", "cn.abc.def") == ["cn.abc.def", "CN.ABC.DEF"]


@given(VALUES, st.text(min_size=1, max_size=20))
def test_salted_digests(value: str, salt: str) -> None:
    raw, extra = value.encode(), salt.encode()
    there = set(variants("account", value, [salt]))
    assert (hashlib.md5(extra + raw).hexdigest().encode(), "salted md5") in there
    assert (hashlib.sha256(raw + extra).hexdigest().upper().encode(), "salted sha256") in there
    keyed = hmac.new(extra, raw, "sha256").digest()
    assert (keyed.hex().encode(), "hmac sha256") in there
    assert (base64.b64encode(keyed).rstrip(b"="), "hmac sha256+base64") in there
    assert not any("salt" in name or "hmac" in name for _, name in variants("account", value, [""]))


@given(VALUES)
def test_digests_in_each_way_of_sending_them(value: str) -> None:
    there = {letters for letters, _ in variants("account", value)}
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, value.encode()).digest()
        assert {digest, digest.hex().encode(), digest.hex().upper().encode()} <= there
        assert base64.b64encode(digest).rstrip(b"=") in there
        assert base64.urlsafe_b64encode(digest).rstrip(b"=") in there
        for hexits in (digest.hex(), digest.hex().upper()):
            whole = base64.b64encode(b"ab" + hexits.encode() + b"c")
            assert any(letters in whole for letters in there if len(letters) > 30)


def test_what_is_found_inside_another_form_is_not_looked_for_twice() -> None:
    names = {name for letters, name in variants("phone", "13912345678") if b"+86139" in letters}
    assert names == set()
    digests = {letters for letters, _ in variants("phone", "13912345678")}
    assert hashlib.md5(b"+8613912345678").hexdigest().encode() in digests


@pytest.mark.parametrize(
    ("position", "geohash"),
    [
        ("57.64911,10.40744", "u4pruyd"),
        ("42.6,-5.6", "ezs42e4"),
        ("-25.382708,-49.265506", "6gkzwgj"),
    ],
)
def test_geohashes_of_published_examples(position: str, geohash: str) -> None:
    there = {letters for letters, name in variants("location_precise", position)}
    assert geohash.encode() in there


def test_a_position_in_china_has_three_geohashes() -> None:
    found = [name for _, name in variants("location", "39.908700,116.397400")].count("geohash")
    assert found == 3
    assert "geohash" not in {name for _, name in variants("location", "somewhere, far")}


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("mac", "0c:9c:11:22:33:44", bytes([12, 156, 17, 34, 51, 68])),
        ("bssid", "0C9C11223344", b"13864441885508"),
        ("aaid", str(_UUID), _UUID.bytes),
        ("oaid", str(_UUID), _UUID.bytes_le),
        ("android_id", "a1b2c3d4e5f60718", struct.pack("<Q", 0xA1B2C3D4E5F60718)),
        ("phone", "13912345678", struct.pack("<q", 13912345678)),
        ("imei", "860000000000007", struct.pack(">q", 860000000000007)),
    ],
)
def test_identifiers_are_sent_as_bytes_and_numbers(kind: str, value: str, written: bytes) -> None:
    assert written in {letters for letters, _ in variants(kind, value)}


def test_what_is_no_identifier_is_not_made_bytes_of() -> None:
    for kind, value in (("name", "abcdef123456"), ("phone", "1391234"), ("android_id", "a1b2c3d4")):
        assert not [one for one in variants(kind, value) if one[1] in ("bytes", "decimal")]
