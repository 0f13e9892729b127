"""Where the server stands that was reached, and when that may be said at all."""

from __future__ import annotations

import functools
import ipaddress
from typing import Literal, NamedTuple

from scanner.geo import Geo, Place, outside
from scanner.model import Visit


class Where(NamedTuple):
    """Where the server stands that was reached."""

    ip: str | None = None
    """Its address."""
    country: str | None = None
    """Country of that address."""
    basis: Literal["location", "registry"] | None = None
    """What the country rests on."""
    agreed: bool | None = None
    """Whether the databases agree."""
    answers: tuple[str, ...] | None = None
    """What each database answered."""
    anycast: bool | None = None
    """True for an address announced in many countries at once."""
    outside_home: bool | None = None
    """Whether it lies outside the home jurisdiction; null where that cannot be said."""


class Places:
    """Tells where servers stand, as seen on one visit."""

    def __init__(self, geo: Geo, visit: Visit) -> None:
        self._geo = geo
        self._visit = visit

    def of(self, ip: str | None, via: str | None) -> Where:
        """Say where the server at an address stands; `via` is how it was reached, as in Exchange.

        Whether that is outside is said only for a public address reached directly, on whose
        country the databases agree, from a stated vantage inside the home jurisdiction: networks
        that deliver for others answer from wherever the asker stands.
        """
        if not ip:
            return Where()
        place = self._geo.place(ip)
        answers = tuple(f"{one.source}:{one.country or '-'}" for one in place.answers)
        return Where(
            ip=place.ip,
            country=place.country,
            basis=place.basis,
            agreed=place.agreed,
            answers=answers,
            anycast=None if place.kind == "reserved" else place.kind == "anycast",
            outside_home=self._outside(place, via),
        )

    def _outside(self, place: Place, via: str | None) -> bool | None:
        visit = self._visit
        seen_from_home = visit.vantage is not None and visit.vantage.upper() == visit.home.upper()
        if place.kind != "public" or not place.agreed:
            return None
        if via != "direct" or not seen_from_home:
            return None
        return outside(place.country, visit.home)


def worse(one: Where, other: Where) -> bool:
    """Say whether `one` weighs more than `other` for the same host: outside, then unsaid."""
    return _weight(one) > _weight(other)


def _weight(where: Where) -> int:
    if where.outside_home:
        return 3
    if where.ip is None:
        return 0
    return 2 if where.outside_home is None else 1


@functools.lru_cache(maxsize=4_096)
def is_near(host: str) -> bool:
    """Say whether an address is one of the network that the phone itself stands in."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan"))
