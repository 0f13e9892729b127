"""Addresses: how they are written, what wraps them, and which of them nobody is found at."""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST = 64
"""Characters of an address at most; the longest way to write one has 45, and a zone may follow."""

RESERVED = (
    # IANA registries of special-purpose addresses, and the multicast and reserved classes.
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
    *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
    *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
    # Of IPv6 only 2000::/3 is handed out. In it: protocol assignments (with Teredo and
    # benchmarking), two blocks for documentation, and the sinks of AS112.
    *("::/3", "4000::/2", "8000::/1"),
    *("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"),
)
"""Networks in which no public host is found: private, loopback, link-local, shared by carriers,
benchmarking, documentation, multicast, unassigned."""

_CARRIERS = (0xFFFF, 0x64FF9B << 64)
"""Top 96 bits of IPv4-mapped addresses (::ffff:0:0/96) and of NAT64 (64:ff9b::/96)."""
_6TO4 = 0x2002
"""Top 16 bits of 6to4 (2002::/16)."""


class Networks:
    """A set of networks in which an address is found quickly."""

    def __init__(self, networks: Iterable[str]) -> None:
        """Take networks as in 192.0.2.0/24; raises ValueError where one is written wrongly."""
        spans: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for network in map(ipaddress.ip_network, networks):
            first, last = int(network.network_address), int(network.broadcast_address)
            spans[network.version].append((first, last))
        self._edges = {version: _edges(found) for version, found in spans.items()}

    def __contains__(self, address: Address) -> bool:
        return bisect_right(self._edges[address.version], int(address)) % 2 == 1


def _edges(spans: list[tuple[int, int]]) -> list[int]:
    """Give the numbers at which one steps into a span and out again, overlaps joined."""
    edges: list[int] = []
    for first, last in sorted(spans):
        if edges and first <= edges[-1]:
            edges[-1] = max(edges[-1], last + 1)
        else:
            edges += (first, last + 1)
    return edges


def parse(words: str) -> Address | None:
    """Read an address, also in brackets as in URLs; None where it is none."""
    bare = words.strip() if len(words) <= LONGEST else ""
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
    try:
        return unwrapped(ipaddress.ip_address(bare))
    except ValueError:
        return None


def unwrapped(address: Address) -> Address:
    """Look through IPv6 that only carries an IPv4 address: mapped, NAT64 and 6to4.

    The host that answers is then the one with the IPv4 address. Teredo is not looked through:
    it hides a client behind a relay, and it is reserved. A zone, which is free text, is dropped.
    """
    number = int(address)
    if isinstance(address, ipaddress.IPv6Address):
        if number >> 32 in _CARRIERS:
            return ipaddress.IPv4Address(number & 0xFFFFFFFF)
        if number >> 112 == _6TO4:
            return ipaddress.IPv4Address(number >> 80 & 0xFFFFFFFF)
        if address.scope_id is not None:
            return ipaddress.IPv6Address(number)
    return address
