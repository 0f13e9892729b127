"""Addresses by which other devices, such as a phone, reach this machine."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
from collections.abc import Iterator, Sequence

from scanner.recordings.flow_state import bracketed

MOST = 20
"""Addresses of one machine that are told at most."""
_AFAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses that lie beyond this network (RFC 5737, RFC 3849); nothing is ever sent there."""
_ASK_ADDRESS = 0x8915
"""What Linux is asked for the address of an interface (SIOCGIFADDR)."""

Place = tuple[str, int]


def own_addresses() -> list[str]:
    """Give this machine's addresses, the one from which it reaches others first."""
    found = dict.fromkeys([*_outgoing(), *_of_interfaces()])
    return [one for one in found if _is_reachable(one)][:MOST]


def reachable(listening: Sequence[Place]) -> tuple[Place, ...]:
    """Give where a proxy can be reached that listens at some addresses and ports.

    One that listens on all addresses of the machine is reached at each of them.
    """
    found: list[Place] = []
    for host, port in listening:
        address = _read(host)
        if address is None or not address.is_unspecified:
            found.append((host.partition("%")[0], port))
        else:
            own = (_read(one) for one in own_addresses())
            found += [(str(one), port) for one in own if one and one.version == address.version]
    return tuple(dict.fromkeys(found))


def is_local(places: Sequence[Place]) -> bool:
    """Say whether programs on this machine alone reach all of the places."""
    addresses = [_read(host) for host, _ in places]
    return bool(places) and all(one is not None and one.is_loopback for one in addresses)


def shown(place: Place) -> str:
    """Write an address and a port as they are typed."""
    return f"{bracketed(place[0])}:{place[1]}"


def _outgoing() -> Iterator[str]:
    for family, afar in _AFAR:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as one:
            one.connect((afar, 9))
            yield str(one.getsockname()[0])


def _of_interfaces() -> Iterator[str]:
    """Ask each interface for its address, where the system answers as Linux does."""
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                asked = struct.pack("256s", name.encode()[:15])
                yield socket.inet_ntoa(fcntl.ioctl(one.fileno(), _ASK_ADDRESS, asked)[20:24])


def _is_reachable(ip: str) -> bool:
    address = _read(ip)
    return address is not None and not (
        address.is_loopback or address.is_unspecified or address.is_link_local
    )


def _read(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return None
