"""Masks show little, digests need their key."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.personal.canary import CANARY, CANARY_TYPES
from scanner.personal.masking import keyed_digest, masked


@pytest.mark.parametrize(
    ("data_type", "value", "shown"),
    [
        ("phone", "13912345678", "139****5678"),
        ("phone", "+86 139-1234-5678", "139****5678"),
        ("id_card", "11010519491231002X", "110105********002X"),
        ("bank_card", "6228 4804 0256 4890 018", "6228***********0018"),
        ("email", "alice@example.com", "a***@example.com"),
        ("email", "al@example.com", "***@example.com"),
        ("name", "张三", "张*"),
        ("name", "欧阳锋", "欧**"),
        ("location_precise", "39.9087,116.3974", "39.9,116.4"),
        ("location_precise", "lat:39908700,lng:116397400", "39.9,116.4"),
        ("location_precise", "lat:16834000,lng:112333000", "16.8,112.3"),
        ("location_precise", "lat:1683400,lng:11233300", "16.8,112.3"),
        ("location_precise", "39908700,lngE6:116397400", "39.9,116.4"),
        ("location", "wx4g0ec8m", "wx*******"),
        ("location", "朝阳区望京", "朝阳***"),
        ("location_precise", "-33.8688,151.2093", "-33.9,151.2"),
        ("location_precise", "lat:-33868800,lng:151209300", "-33.9,151.2"),
        ("mac", "3c:5a:b4:01:02:03", "3c:5a:**:**:**:03"),
        ("imei", "490154203237518", "490154*******18"),
        ("ip", "123.45.67.89", "123.45.*.*"),
        ("address", "广东省深圳市南山区科技园路1号", "广东省深圳市******"),
        ("birth_date", "1949-12-31", "1949-**-**"),
        ("password", "Secret-123", "********"),
        ("account", "ab", "**"),
        ("phone", "1391", "****"),
        ("oaid", "", ""),
    ],
)
def test_masks(data_type: str, value: str, shown: str) -> None:
    assert masked(data_type, value) == shown


@pytest.mark.parametrize("key", sorted(CANARY))
def test_no_canary_can_be_read_off(key: str) -> None:
    shown = masked(CANARY_TYPES[key], CANARY[key])
    assert "*" in shown
    assert CANARY[key] not in shown


@given(
    st.sampled_from(["phone", "imei", "oaid", "account", "id_card", "bank_card", "plate", "ssid"]),
    st.text("0123456789abcdefXYZ", min_size=1, max_size=64),
)
def test_at_least_four_characters_or_all_are_hidden(data_type: str, value: str) -> None:
    shown = masked(data_type, value)
    left = sum(c.isalnum() for c in shown)
    assert left == 0 or len(value) - left >= 4
    assert left * 3 <= len(value) * 2


@given(st.sampled_from(sorted({*CANARY_TYPES.values(), "ip", "location", "x"})), st.text())
def test_anything_is_survived(data_type: str, value: str) -> None:
    shown = masked(data_type, value)
    assert len(value.strip()) < 6 or shown != value.strip() or data_type in ("location", "ip")


def test_a_digest_is_hmac_sha256_and_depends_on_its_key() -> None:
    key = b"k" * 32
    expected = hmac.new(key, "张三".encode(), hashlib.sha256).hexdigest()
    assert keyed_digest("张三", key) == expected
    assert keyed_digest("张三", b"l" * 32) != expected
    with pytest.raises(ValueError, match="16 bytes"):
        keyed_digest("张三", b"short")
