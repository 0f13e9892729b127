"""Reading addresses, looking through wrapping, and sets of networks against ipaddress itself."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.geo.addresses import RESERVED, Networks, parse

ADDRESSES = st.ip_addresses()
SETS = st.lists(
    st.tuples(ADDRESSES, st.integers(0, 32)).map(
        lambda two: str(ipaddress.ip_network((two[0], two[1]), strict=False))
    ),
    max_size=12,
)


@given(SETS, st.lists(ADDRESSES, max_size=10))
def test_an_address_is_in_a_set_when_it_is_in_one_of_its_networks(
    words: list[str], others: list[ipaddress.IPv4Address | ipaddress.IPv6Address]
) -> None:
    networks = [ipaddress.ip_network(network) for network in words]
    found = Networks(words)
    edges = [edge for network in networks for edge in (network[0], network[-1])]
    beyond = [edge + 1 for edge in edges if int(edge) + 1 < 2**edge.max_prefixlen]
    for address in (*others, *edges, *beyond):
        inside = any(address.version == net.version and address in net for net in networks)
        assert (address in found) is inside


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("8.8.8.8", "8.8.8.8"),
        (" 8.8.8.8\n", "8.8.8.8"),
        ("[2400:3200::1]", "2400:3200::1"),
        ("2400:3200:0:0:0:0:0:1", "2400:3200::1"),
        ("::ffff:114.114.114.114", "114.114.114.114"),
        ("[::ffff:7272:7272]", "114.114.114.114"),
        ("64:ff9b::7272:7272", "114.114.114.114"),
        ("2002:7272:7272:1::9", "114.114.114.114"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2002:0a00:0001::", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("2400:3200::1%<b>", "2400:3200::1"),
    ],
)
def test_an_address_is_read_and_wrapping_looked_through(words: str, meant: str) -> None:
    assert str(parse(words)) == meant


@pytest.mark.parametrize(
    "words",
    [
        *[
            "",
            "example.com",
            "8.8.8",
            "8.8.8.8:53",
            "256.1.1.1",
            "08.8.8.8",
            "0x8080808",
            "134744072",
        ],
        *["[8.8.8.8", "8.8.8.0/24", "\ud800", "\0", "::" * 40, "1" * 200, "٨.٨.٨.٨"],
    ],
)
def test_what_is_no_address_is_none(words: str) -> None:
    assert parse(words) is None


@given(st.text(max_size=80))
def test_no_words_raise(words: str) -> None:
    parse(words)


@pytest.mark.parametrize(
    "words",
    [
        *["0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.169.254"],
        *["172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "192.88.99.1"],
        *["198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1"],
        *["240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1"],
        *["2001:db8::1", "2001::1", "2001:2::1", "3fff::1", "64:ff9b:1::1", "100::1", "5f00::1"],
        *["fe80::1%eth0", "::8.8.8.8"],
    ],
)
def test_where_no_public_host_is_found_is_reserved(words: str) -> None:
    address = parse(words)
    assert address is not None
    assert address in Networks(RESERVED)


@pytest.mark.parametrize(
    "words",
    [
        *[
            "1.0.0.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
        ],
        *["172.15.255.255", "172.32.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255"],
        *["2001:200::1", "2001:db7::1", "2001:db9::1", "2400::1", "2000::1", "2003::1"],
    ],
)
def test_their_neighbours_are_not_reserved(words: str) -> None:
    address = parse(words)
    assert address is not None
    assert address not in Networks(RESERVED)


@given(ADDRESSES.filter(lambda address: not address.is_global))
def test_nothing_that_python_calls_local_is_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    found = parse(str(address))
    assert found is not None
    if found == address:
        assert found in Networks(RESERVED)


def test_a_network_written_wrongly_is_refused() -> None:
    with pytest.raises(ValueError, match=r"192\.0\.2\.1/24"):
        Networks(["192.0.2.1/24"])
