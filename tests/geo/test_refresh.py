"""From the maker's file to ours: nothing is lost but what is said to be lost."""

from __future__ import annotations

import os
import random
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.geo import SHIPPED, refresh
from scanner.geo.countries import known
from scanner.geo.mmdb import Mmdb
from scanner.geo.ranges import Ranges
from scanner.geo.refresh import halved, runs_of
from tests.geo.forge import mmdb

CALL = ["--name", "made", "--licence", "CC0-1.0", "--package", "none", "--version", "1"]


def shipped(tmp_path: Path, rows: dict[str, str], *more: str) -> Ranges:
    path = tmp_path / "made.mmdb"
    path.write_bytes(mmdb({key: {"country_code": code} for key, code in rows.items()}))
    assert refresh.main([str(path), *CALL, "--to", str(tmp_path), *more]) == 0
    return Ranges((tmp_path / "made.ranges").read_bytes())


def asked(ranges: Ranges, words: str) -> str | None:
    address = ip_address(words)
    return ranges.country(address.version, int(address))


def test_a_database_is_converted_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {
        "1.0.0.0/24": "CN",
        "1.0.1.0/24": "CN",
        "1.0.3.0/24": "EU",
        "223.0.0.0/8": "HK",
        "2400:3200::/32": "CN",
        "2a00::/12": "FR",
    }
    ranges = shipped(tmp_path, rows, "--credit", "somebody")
    said = {
        "0.0.0.0": None,
        "0.255.255.255": None,
        "1.0.0.0": "CN",
        "1.0.1.255": "CN",
        "1.0.2.0": None,
        "1.0.3.9": None,
        "223.255.255.255": "HK",
        "224.0.0.0": None,
        "255.255.255.255": None,
        "::1": None,
        "2400:31ff:ffff::": None,
        "2400:3200:ffff:ffff:ffff::": "CN",
        "2400:3201::": None,
        "2a0f:ffff:ffff:ffff:ffff:ffff:ffff:ffff": "FR",
        "ffff::": None,
    }
    assert {words: asked(ranges, words) for words in said} == said
    assert ranges.header.built == "2026-06-17"
    assert ranges.header.credit == "somebody"
    assert ranges.header.original_sha256 == Mmdb(tmp_path / "made.mmdb").sha256
    assert "made: built 2026-06-17" in capsys.readouterr().out
    assert not list(tmp_path.glob("*.part"))


def test_a_divided_64_has_no_answer_and_one_of_one_country_has(tmp_path: Path) -> None:
    rows = {
        "2001:418:0:1::/65": "US",
        "2001:418:0:1:8000::/65": "CA",
        "2001:418:0:2::/65": "US",
        "2001:418:0:3::/65": "US",
        "2001:418:0:3:8000::/65": "US",
        "2001:418:0:4::/64": "US",
    }
    ranges = shipped(tmp_path, rows)
    found = [asked(ranges, f"2001:418:0:{part}::1") for part in range(6)]
    assert found == [None, None, None, "US", "US", None]


def test_a_file_that_is_no_database_ends_with_a_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "made.mmdb").write_bytes(b"no")
    assert refresh.main([str(tmp_path / "made.mmdb"), *CALL, "--to", str(tmp_path)]) == 2
    assert "not a readable MMDB" in capsys.readouterr().err
    assert not (tmp_path / "made.ranges").exists()


def test_networks_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        runs_of([(0, 10, "CN"), (5, 20, "US")], 100)


@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from([None, "CN", "US"])), max_size=8))
def test_ranges_have_no_gaps(cells: list[tuple[int, str | None]]) -> None:
    wanted = dict(cells)
    runs = runs_of([(at, at + 1, wanted[at]) for at in sorted(wanted)], 100)
    filled = {
        at: country
        for (start, country), past in zip(runs, [*(s for s, _ in runs[1:]), 100], strict=True)
        for at in range(start, past)
    }
    assert filled == {at: wanted.get(at) for at in range(100)}


@given(st.dictionaries(st.integers(0, 7), st.sampled_from([None, "CN", "US"])))
def test_a_64_answers_only_for_all_of_it(eighths: dict[int, str | None]) -> None:
    networks = [
        (ip_network((0x2001 << 112 | part << 125 - 64, 67)), eighths[part])
        for part in sorted(eighths)
    ]
    spans = list(halved(networks))
    alike = len(set(eighths.values())) == 1 and len(eighths) == 8
    number = 0x2001 << 48
    expected = next(iter(eighths.values())) if alike else None
    assert spans == ([(number, number + 1, expected)] if eighths else [])


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_files_say_what_the_originals_say(name: str) -> None:
    """100,000 random addresses of each family; half of IPv6 inside networks of the original."""
    path = Path(os.environ.get("MINGJIAN_MMDB", "")) / f"{name}-country.mmdb"
    if not path.is_file():
        pytest.skip(f"{path.name} is absent: name its folder in MINGJIAN_MMDB to compare with it")
    import maxminddb

    ranges = Ranges((Path(refresh.__file__).parent / f"{name}.ranges").read_bytes())
    if Mmdb(path).sha256 != ranges.header.original_sha256:
        pytest.skip(f"{path.name} is not the edition that {name}.ranges was made from")
    draw = random.Random(20260617)
    with maxminddb.open_database(path) as original:
        networks = [net for net, _ in original if net.version == 6]
        small = {int(net[0]) >> 64 for net in networks if net.prefixlen > 64}
        for number in range(100_000):
            four = IPv4Address(draw.getrandbits(32))
            six = IPv6Address(0x2 << 124 | draw.getrandbits(124))
            if number % 2:
                inside = draw.choice(networks)
                six = IPv6Address(int(inside[0]) + draw.randrange(inside.num_addresses))
            for address in (four, six):
                record = original.get(address)
                wanted = known(record["country_code"]) if isinstance(record, dict) else None
                found = ranges.country(address.version, int(address))
                divided = address.version == 6 and int(address) >> 64 in small
                assert found == wanted or (divided and found is None), address
