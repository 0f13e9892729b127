"""Connections of an app, from the kernel's own tables (/proc/net), as lines of a recording."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from scanner.device_file import Socket

TABLES = ("tcp", "tcp6", "udp", "udp6")
"""Tables that are read; newer phones show them to the shell, not to apps."""
COMMAND = "; ".join(f"echo ={name}; cat /proc/net/{name}" for name in TABLES)
"""Prints all tables, each after its name."""
MOST_ROWS = 20_000
"""Rows of one reading that are looked at."""
MOST_TOLD = 100_000
"""Connections that are told in one run."""
_ROW = re.compile(
    r"\s*\d+:\s([0-9A-F]{8}(?:[0-9A-F]{24})?):([0-9A-F]{4})"
    r"\s([0-9A-F]{8}(?:[0-9A-F]{24})?):([0-9A-F]{4})\s[0-9A-F]{2}"
    r"\s\S{1,40}\s\S{1,40}\s\S{1,40}\s+(\d{1,10})\s"
)

Protocol = Literal["tcp", "udp"]


class Row(NamedTuple):
    """A connection of a table."""

    protocol: Protocol
    """Its protocol."""
    local: tuple[str, int]
    """Address and port on the phone."""
    remote: tuple[str, int]
    """Address and port connected to."""
    uid: int
    """User id that owns it."""


def readable(text: str) -> bool:
    """Say whether the tables were shown at all: each begins with the names of its columns."""
    return "local_address" in text


def rows(text: str) -> Iterator[Row]:
    """Read the tables; sockets that are connected to nobody are left out."""
    protocol: Protocol = "tcp"
    for count, line in enumerate(text.splitlines()):
        if count == MOST_ROWS:
            return
        if line.startswith("="):
            protocol = "udp" if line.startswith("=udp") else "tcp"
            continue
        said = _ROW.match(line)
        if said is None or int(said[4], 16) == 0:
            continue
        local, remote = (_address(said[1]), int(said[2], 16)), (_address(said[3]), int(said[4], 16))
        yield Row(protocol, local, remote, int(said[5]))


class Table:
    """Tells each connection of the app once."""

    def __init__(self, uid: int, package: str) -> None:
        self._uid = uid
        self._package = package
        self._told: set[Row] = set()

    def new(self, text: str, time: float) -> Iterator[Socket]:
        """Give the app's connections that were not there before, seen at this moment."""
        for row in rows(text):
            if row.uid != self._uid or row in self._told or len(self._told) >= MOST_TOLD:
                continue
            self._told.add(row)
            yield Socket(
                time=time,
                protocol=row.protocol,
                local=row.local,
                remote=row.remote,
                uid=row.uid,
                package=self._package,
            )


def _address(digits: str) -> str:
    """Read an address: words of 32 bits as a little-endian machine keeps them."""
    data = bytes.fromhex(digits)
    data = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    address = ipaddress.ip_address(data)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)
