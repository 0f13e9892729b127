from __future__ import annotations

import ipaddress
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.device.sockets import COMMAND, Table, readable, rows
from tests.device.phones import COLUMNS, socket_row

pytestmark = pytest.mark.skipif(sys.byteorder != "little", reason="phones are little-endian")


def kernel(address: str, port: int) -> str:
    """Write an address as the kernel does: each word of 32 bits in the order of the machine."""
    packed = ipaddress.ip_address(address).packed
    words = [packed[at : at + 4] for at in range(0, len(packed), 4)]
    shown = "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words)
    return f"{shown}:{port:04X}"


@given(st.ip_addresses(), st.integers(1, 65535), st.integers(0, 2**31))
def test_any_address_is_read_as_the_kernel_wrote_it(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int, uid: int
) -> None:
    here = kernel("10.0.2.15" if address.version == 4 else "fe80::1", 40000)
    [row] = rows(COLUMNS + socket_row(here, kernel(str(address), port), uid))
    mapped = getattr(address, "ipv4_mapped", None)
    assert row.remote == (str(mapped or address), port)
    assert row.uid == uid


def test_the_tables_follow_one_another() -> None:
    far = socket_row(kernel("10.0.2.15", 1000), kernel("8.8.8.8", 53), 1)
    waits = socket_row(kernel("0.0.0.0", 80), kernel("0.0.0.0", 0), 1)
    told = f"=tcp\n{COLUMNS}{far}{waits}=udp\n{COLUMNS}{far}"
    assert [(row.protocol, row.remote) for row in rows(told)] == [
        *(("tcp", ("8.8.8.8", 53)), ("udp", ("8.8.8.8", 53))),
    ]
    assert "cat /proc/net/udp6" in COMMAND


def test_the_apps_own_connections_are_told_once() -> None:
    table = Table(10123, "cn.example")
    mine = socket_row(kernel("10.0.2.15", 1000), kernel("203.0.113.9", 443), 10123)
    other = socket_row(kernel("10.0.2.15", 1001), kernel("203.0.113.9", 443), 10124)
    [one] = table.new(COLUMNS + mine + other, 5.0)
    assert (one.time, one.remote, one.uid, one.package) == (
        *(5.0, ("203.0.113.9", 443), 10123, "cn.example"),
    )
    assert list(table.new(COLUMNS + mine, 6.0)) == []


def test_tables_that_are_closed_are_not_empty_ones() -> None:
    assert readable(COLUMNS)
    assert not readable("cat: /proc/net/tcp: Permission denied\n")
    assert not readable("")


@given(st.text(max_size=200))
def test_text_of_any_kind_breaks_nothing(text: str) -> None:
    list(rows(text))
