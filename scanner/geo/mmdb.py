"""Databases in the MaxMind DB form that a user adds, of whichever maker and layout."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.errors import UsageError
from scanner.geo.countries import known
from scanner.geo.ranges import Basis

if TYPE_CHECKING:
    from maxminddb.types import Record

MAX_BYTES = 512 * 1024**2
"""Bytes of a database at most (our choice): the largest free ones, by city, have some 130 MB."""
PROBES: tuple[IPv4Address | IPv6Address, ...] = (
    *(IPv4Address(number << 24 | 0x010101) for number in range(1, 224, 4)),
    *(IPv6Address((0x2000 + step) << 112 | 0x4860 << 96) for step in range(0, 0x1000, 0x100)),
)
"""Addresses that are looked up once, so that a damaged file is refused before it is believed."""

_REGISTRY = re.compile(r"(?<![a-z])asn(?![a-z])|iptoasn|whois|registry|delegated", re.IGNORECASE)
"""Names of databases that are made from registries, whatever the user takes them for."""


class Mmdb:
    """One database; nothing in the file is believed before it was looked at."""

    def __init__(self, path: Path) -> None:
        """Open a file; raises UsageError where it is no such database or holds no countries."""
        import maxminddb  # noqa: PLC0415

        data = _read(path)
        self.sha256 = hashlib.sha256(data).hexdigest()
        try:
            # From memory, so that a file that changes meanwhile changes nothing; and by the reader
            # in Python, which sets limits to hostile records.
            self._reader = maxminddb.open_database(io.BytesIO(data), maxminddb.MODE_FD)
            about = self._reader.metadata()
            kind = str(about.database_type)
            self._version = int(about.ip_version)
            self.built = datetime.fromtimestamp(about.build_epoch, UTC).date().isoformat()
            for address in PROBES:
                self._record(address)
        except Exception as error:  # Whatever a foreign parser raises, the file is no use.
            raise UsageError(
                f"not a readable MMDB database: {path}",
                hint="give a file that ends in .mmdb, as its maker published it",
            ) from error
        if b"country" not in data:
            raise UsageError(
                f"the database holds no countries: {path}",
                hint="give a database of countries or cities, such as GeoLite2-Country.mmdb",
            )
        self.name = _name(path.stem, kind)
        self.basis: Basis = "registry" if _REGISTRY.search(f"{path.stem} {kind}") else "location"

    def answer(self, address: IPv4Address | IPv6Address) -> tuple[str | None, Basis] | None:
        """Say which country, if any, the database has, and what that rests on.

        None where its record cannot be read: that is no answer.
        """
        try:
            record = self._record(address)
        except Exception:  # A foreign parser again; one record may be damaged alone.
            return None
        return country_of(record, self.basis)

    def networks(self) -> Iterator[tuple[IPv4Network | IPv6Network, str | None]]:
        """Give all networks in rising order, IPv4 first, with their countries."""
        for network, record in self._reader:
            country, basis = country_of(record, self.basis)
            yield network, country if basis == self.basis else None

    def _record(self, address: IPv4Address | IPv6Address) -> Record | None:
        if address.version == 6 and self._version == 4:
            return None
        return self._reader.get(address)


def country_of(record: Record | None, basis: Basis) -> tuple[str | None, Basis]:
    """Find the country in a record, as the makers of databases lay it out.

    A record with a country of registration only (GeoLite2 has such for anycast) answers that one,
    and then it rests on a registry.
    """
    if not isinstance(record, dict):
        return known(record), basis
    for key in ("country", "country_code", "countryCode", "country_short"):
        value = record.get(key)
        if isinstance(value, dict):
            value = value.get("iso_code") or value.get("code")
        if code := known(value):
            return code, basis
    registered = record.get("registered_country")
    code = known(registered.get("iso_code")) if isinstance(registered, dict) else None
    return code, "registry" if code else basis


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise OSError(0, "not a regular file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"cannot read the database: {path}", hint="name a file that you may read"
        ) from error
    if len(data) > MAX_BYTES:
        raise UsageError(
            f"the database is larger than {MAX_BYTES >> 20} MB: {path}",
            hint="give a database of countries; it is much smaller",
        )
    return data


def _name(stem: str, kind: str) -> str:
    """Call a database by its file, and by the type that it states where that says more."""
    plain = ["".join(c for c in words if c.isprintable())[:64] for words in (stem, kind)]
    stated = re.fullmatch(r"[A-Za-z0-9]+[ .-][A-Za-z0-9 .-]+", plain[1])
    if stated and not plain[1].startswith("country ") and plain[1] != plain[0]:
        return f"{plain[0]} ({plain[1]})"
    return plain[0] or "MMDB"
