"""Countries of addresses: each database's own answer, and what all of them agree on.

The two databases that ship with the package say where an address is registered, that is, which
country its operator gave; a database that the user adds says where it is used. Neither is
believed alone when they contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from scanner.errors import UsageError
from scanner.geo.addresses import LONGEST, RESERVED, Address, Networks, parse
from scanner.geo.countries import country_name, known
from scanner.geo.mmdb import Mmdb
from scanner.geo.ranges import Basis, Header, Ranges

__all__ = ["Answer", "Geo", "Origin", "Place", "country_name", "load_geo", "outside"]

SHIPPED = ("geo-whois-asn", "iptoasn")
"""Files of address ranges beside this one."""
MAX_KEPT = 65_536
"""Addresses whose place is kept in memory; a scan meets some hundreds."""

_FOLDER = Path(__file__).parent
_RESERVED = Networks(RESERVED)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One database's word on one address."""

    source: str
    """What the database is called."""
    country: str | None
    """Country code by ISO 3166-1; None where the database has no country for the address."""
    basis: Basis
    """location: where the address is used; registry: for which country it is registered."""
    built: str
    """Day on which the database was built, ISO date."""
    licence: str
    """Licence of the database; empty where its file states none."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of where an address is."""

    ip: str
    """The address in its normal form; the IPv4 address where IPv6 only carried one."""
    kind: Literal["public", "reserved", "anycast"]
    """reserved: no public host is found there, or it is no address; anycast: one address answered
    from many places, of which no database can name the one that answered."""
    country: str | None
    """Country on which the answers agree; one of a location source outweighs those of registries.
    None where they contradict each other, and where one registry answers alone."""
    basis: Basis | None
    """What `country` rests on; never location for anycast."""
    agreed: bool | None
    """Whether all answers name one country; None when fewer than two name any and none of them is
    a location source's."""
    answers: tuple[Answer, ...]
    """Each database's own answer."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """A database that was asked, as the report names it."""

    name: str
    """What it is called."""
    built: str
    """Day on which its maker built it, ISO date."""
    licence: str
    """Its licence; empty where its file states none."""
    credit: str
    """Whom the licence wants to be named; empty where nobody."""
    basis: Basis
    """location or registry, as in an answer."""
    package: str
    """Package and version that it came in; empty for a file that the user added."""
    sha256: str
    """SHA-256 (hex) of the file as its maker published it."""


class Geo:
    """All databases of one scan."""

    def __init__(
        self, shipped: Sequence[Ranges], added: Sequence[Mmdb], anycast: Iterable[str]
    ) -> None:
        """Ask these databases; `anycast` are networks as in 192.0.2.0/24 (ValueError if not)."""
        self._shipped = tuple(shipped)
        self._added = tuple(added)
        self._anycast = Networks(anycast)
        self._places: dict[str, Place] = {}
        self._said: dict[tuple[int, str | None], Answer] = {}
        self.sources = (
            *(_shipped_origin(ranges.header) for ranges in self._shipped),
            *(_added_origin(mmdb) for mmdb in self._added),
        )

    def place(self, ip: str) -> Place:
        """Say where an address is; words that are no address are reserved and have no answers."""
        found = self._places.get(ip)
        if found is None:
            found = self._place(ip)
            if len(self._places) >= MAX_KEPT:
                self._places.clear()
            if len(ip) <= LONGEST:
                self._places[ip] = found
        return found

    def _place(self, ip: str) -> Place:
        address = parse(ip)
        if address is None or address in _RESERVED:
            name = _printable(ip) if address is None else str(address)
            return Place(
                ip=name, kind="reserved", country=None, basis=None, agreed=None, answers=()
            )
        anycast = address in self._anycast
        answers = (*self._registered(address), *self._located(address))
        country, basis, agreed = _verdict(answers, anycast)
        return Place(
            ip=str(address),
            kind="anycast" if anycast else "public",
            country=country,
            basis=basis,
            agreed=agreed,
            answers=answers,
        )

    def _registered(self, address: Address) -> Iterator[Answer]:
        version, number = address.version, int(address)
        for at, ranges in enumerate(self._shipped):
            country = ranges.country(version, number)
            said = self._said.get((at, country))
            if said is None:
                said = self._said[at, country] = _registry_answer(ranges.header, country)
            yield said

    def _located(self, address: Address) -> tuple[Answer, ...]:
        return tuple(
            Answer(source=mmdb.name, country=said[0], basis=said[1], built=mmdb.built, licence="")
            for mmdb in self._added
            if (said := mmdb.answer(address)) is not None
        )


def load_geo(location: Sequence[Path] = (), *, anycast: Iterable[str] = ()) -> Geo:
    """Open the databases that ship with the package, and those of the user.

    `location` are MMDB files; `anycast` are the networks of the list of that name. Raises
    UsageError where a file is no database of countries or a network is none.
    """
    shipped = []
    for name in SHIPPED:
        path = _FOLDER / f"{name}.ranges"
        try:
            shipped.append(Ranges(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise UsageError(
                f"the address database is missing or damaged: {path.name}",
                hint="install mingjian again",
            ) from error
    try:
        return Geo(shipped, [Mmdb(path) for path in location], anycast)
    except ValueError as error:
        raise UsageError(
            f"the list of anycast networks: {error}",
            hint="write networks as in 192.0.2.0/24 or 2001:db8::/32",
        ) from error


def outside(country: str | None, home: str) -> bool | None:
    """Say whether a country is outside the home jurisdiction; None when either is not known.

    For data export, 境内 is the mainland: HK, MO and TW have codes of their own and are outside.
    """
    here, there = known(home), known(country)
    return None if here is None or there is None else here != there


def _verdict(
    answers: Sequence[Answer], anycast: bool
) -> tuple[str | None, Basis | None, bool | None]:
    """Weigh the answers: the country, what it rests on, and whether all agree."""
    said = [
        (answer.country, answer.basis)
        for answer in answers
        if answer.country and not (anycast and answer.basis == "location")
    ]
    located = {country for country, basis in said if basis == "location"}
    named = {country for country, _ in said}
    if not located and len(said) < 2:
        return None, None, None
    deciding = located or named
    if len(deciding) > 1:
        return None, None, False
    return min(deciding), "location" if located else "registry", len(named) == 1


def _printable(words: str) -> str:
    """Keep what was given instead of an address, in a form that may be printed."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words[:LONGEST])


def _registry_answer(header: Header, country: str | None) -> Answer:
    return Answer(
        source=header.name,
        country=known(country),
        basis=header.basis,
        built=header.built,
        licence=header.licence,
    )


def _shipped_origin(header: Header) -> Origin:
    return Origin(
        name=header.name,
        built=header.built,
        licence=header.licence,
        credit=header.credit,
        basis=header.basis,
        package=f"{header.package} {header.version}",
        sha256=header.original_sha256,
    )


def _added_origin(mmdb: Mmdb) -> Origin:
    return Origin(
        name=mmdb.name,
        built=mmdb.built,
        licence="",
        credit="",
        basis=mmdb.basis,
        package="",
        sha256=mmdb.sha256,
    )
