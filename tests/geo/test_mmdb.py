"""Databases that a user adds: layouts of several makers, damage, and hostile files."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.geo.mmdb import Mmdb, country_of
from tests.geo.forge import MARKER, encoded, mmdb

ROWS = {
    "1.2.3.0/24": {"country": {"iso_code": "SG", "names": {"en": "Singapore"}}},
    "2400:3200::/32": {"country": {"iso_code": "CN"}},
}


def opened(tmp_path: Path, data: bytes, name: str = "GeoLite2-Country.mmdb") -> Mmdb:
    path = tmp_path / name
    path.write_bytes(data)
    return Mmdb(path)


@pytest.mark.parametrize("version", [4, 6])
def test_a_database_answers(tmp_path: Path, version: int) -> None:
    rows = {key: row for key, row in ROWS.items() if version == 6 or ":" not in key}
    found = opened(tmp_path, mmdb(rows, version=version))
    assert found.answer(ip_address("1.2.3.4")) == ("SG", "location")
    assert found.answer(ip_address("1.2.4.4")) == (None, "location")
    six = found.answer(ip_address("2400:3200::9"))
    assert six == ("CN" if version == 6 else None, "location")
    assert (found.built, found.name) == ("2026-06-17", "GeoLite2-Country (Forged-Country)")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"country": {"iso_code": "SG"}, "registered_country": {"iso_code": "CN"}}, "SG"),
        ({"country_code": "sg"}, "SG"),
        ({"country": "SG"}, "SG"),
        ({"country": "Singapore", "country_code": "SG"}, "SG"),
        ({"country": {"code": "SG"}}, "SG"),
        ({"country_short": "SG"}, "SG"),
        ("SG", "SG"),
        ({"country_code": "-"}, None),
        ({"country_code": "EU"}, None),
        ({"country": {"iso_code": ["SG"]}}, None),
        ({"country": {"iso_code": {}}, "country_code": 7}, None),
        ({"registered_country": "CN"}, None),
        ({"asn": 4134}, None),
        (["SG"], None),
        (None, None),
        (7, None),
    ],
)
def test_the_country_is_found_in_the_layouts_of_the_makers(record: Any, said: str | None) -> None:
    assert country_of(record, "location") == (said, "location")


def test_a_country_of_registration_is_no_location() -> None:
    record: Any = {"registered_country": {"iso_code": "AU"}}
    assert country_of(record, "location") == ("AU", "registry")


@pytest.mark.parametrize(
    ("name", "kind", "basis"),
    [
        ("iptoasn-country", "country ipvAll", "registry"),
        ("geo-whois-asn-country", "country ipvAll", "registry"),
        ("mine", "ipinfo standard_asn", "registry"),
        ("dbip-country-lite-2026-06", "DBIP-Country-Lite", "location"),
        ("lasno", "GeoLite2-Country", "location"),
    ],
)
def test_a_database_made_from_registries_stays_one(
    tmp_path: Path, name: str, kind: str, basis: str
) -> None:
    assert opened(tmp_path, mmdb(ROWS, database_type=kind), f"{name}.mmdb").basis == basis


def fan_out() -> bytes:
    """A record of lists in which each holds 28 pointers to the next, 30 deep."""
    levels, step = 30, 2 + 28 * 5
    data = b""
    for level in range(levels):
        target = (level + 1) * step
        data += bytes([28, 4]) + (bytes([0b00111000]) + target.to_bytes(4, "big")) * 28
    return data + encoded("country")


def with_data(data: bytes) -> bytes:
    """A database of one node, whose both halves point to this data."""
    whole = mmdb({"0.0.0.0/1": "XX"}, version=4, node_count=1)
    tree = (1 + 16).to_bytes(4, "big") * 2
    return tree + b"\0" * 16 + data + whole[whole.rindex(MARKER) :]


GOOD = mmdb(ROWS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a database",
        b"PK\3\4" + bytes(500),
        GOOD[:-60],
        GOOD[: len(GOOD) // 2],
        GOOD[len(GOOD) // 2 :],
        MARKER,
        MARKER + encoded({"node_count": 1}),
        MARKER + encoded("words"),
        mmdb(ROWS, build_epoch=2**60),
        mmdb(ROWS, build_epoch="today"),
        mmdb(ROWS, record_size=7),
        mmdb(ROWS, node_count=2**30),
        mmdb(ROWS, node_count="many"),
        with_data(fan_out()),
        with_data(b"\xff" * 40),
        with_data(b"\x3f\xff\xff\xff\xff" * 3),
    ],
    ids=range(17),
)
def test_a_file_that_is_no_database_is_refused_with_a_hint(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UsageError, match="not a readable MMDB") as raised:
        opened(tmp_path, data)
    assert raised.value.hint


def test_a_database_without_countries_is_refused(tmp_path: Path) -> None:
    rows = {"1.2.3.0/24": {"autonomous_system_number": 4134}}
    with pytest.raises(UsageError, match="holds no countries"):
        opened(tmp_path, mmdb(rows, database_type="GeoLite2-ASN"))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mmdb")
    for path in (tmp_path, tmp_path / "missing.mmdb", tmp_path / "pipe.mmdb"):
        with pytest.raises(UsageError, match="cannot read the database"):
            Mmdb(path)


def test_one_record_that_is_damaged_is_no_answer(tmp_path: Path) -> None:
    record = encoded({"iso_code": "SG", "names": {"en": "Singapore"}})
    data = GOOD.replace(record, b"\xff" * len(record))
    found = opened(tmp_path, data)
    assert found.answer(ip_address("1.2.3.4")) is None
    assert found.answer(ip_address("2400:3200::9")) == ("CN", "location")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_bytes_changed_anywhere_are_refused_or_borne(tmp_path: Path, at: int, other: bytes) -> None:
    data = GOOD[:at] + other + GOOD[at + len(other) :]
    try:
        found = opened(tmp_path, data)
    except UsageError:
        return
    for words in ("1.2.3.4", "8.8.8.8", "2400:3200::9", "2a00::1"):
        said = found.answer(ip_address(words))
        assert said is None or said[0] is None or len(said[0]) == 2
    assert found.name.isprintable()


def test_networks_come_in_rising_order(tmp_path: Path) -> None:
    rows = ROWS | {"9.0.0.0/8": {"registered_country": {"iso_code": "US"}}}
    found = [(str(net), code) for net, code in opened(tmp_path, mmdb(rows)).networks()]
    assert found == [("1.2.3.0/24", "SG"), ("9.0.0.0/8", None), ("2400:3200::/32", "CN")]
