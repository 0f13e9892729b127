"""Known values planted in requests, in every writing, wrapping and place, from a seed.

What a planted request carries is known, so that what the search says of it can be counted.
"""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from scanner.exchange import Exchange
from scanner.personal import places
from tests.planted.people import STYLES, bare, person
from tests.planted.places import NAMES, ODD_PLACES, PLACES, in_body, request, typed
from tests.planted.writings import (
    BINARY,
    LETTERS,
    ODD,
    chained,
    delimited,
    parts_of,
    varint,
)


class Planted(NamedTuple):
    """An exchange, and what is in it."""

    kind: str
    """The kind of data planted, or of near miss."""
    written: str
    """How it was written and wrapped."""
    place: str
    """Where it was put."""
    exchange: Exchange
    """What went out."""
    expected: frozenset[tuple[str, str]]
    """The kinds of data that are in it, each with its spot; empty for a near miss."""


def known(seed: int, share: float = 1.0) -> Iterator[Planted]:
    """Plant every value of a person in every writing at places by turns.

    `share` is the part of all combinations of kind, writing and place that is made.
    """
    rng = random.Random(f"known {seed}")
    values = person(seed)
    writings: list[tuple[str, Callable[[random.Random, str], str | bytes]]] = [
        *LETTERS.items(),
        *BINARY.items(),
        *(chained(rng) for _ in range(15)),
    ]
    for kind, value in values.items():
        for name, write in writings:
            for place, (spot, put) in PLACES.items():
                if rng.random() >= share:
                    continue
                style = rng.choice(sorted(STYLES))
                payload = write(rng, STYLES[style](kind, value))
                exchange = put(rng, rng.choice(NAMES), payload)
                expected = frozenset({(kind, spot)})
                label = "chain" if " > " in name else name
                yield Planted(kind, f"{label}|{name}|{style}", place, exchange, expected)


def _near(rng: random.Random, value: str) -> Iterator[tuple[str, str | bytes]]:
    """Give the position as devices and maps give it: shifted, some metres off, in other forms."""
    wgs = tuple(float(part) for part in value.split(","))
    gcj = places.gcj02_from_wgs84(*wgs)
    for system, (north, east) in (
        ("wgs84", wgs),
        ("gcj02", gcj),
        ("bd09", places.bd09_from_gcj02(*gcj)),
    ):
        lat, lng = north + rng.uniform(-1e-4, 1e-4), east + rng.uniform(-1e-4, 1e-4)
        for pair in (
            f"{lat:.6f},{lng:.6f}",
            f"{lng:.5f},{lat:.5f}",
            f"{lng:.6f};{lat:.6f}",
            json.dumps({"lat": lat, "lng": lng}),
            json.dumps({"longitude": f"{lng:.6f}", "z": 1, "latitude": f"{lat:.6f}"}),
            json.dumps({"lat": int(lat * 1e6), "lon": int(lng * 1e6)}),
            json.dumps({"coordinates": [round(lng, 6), round(lat, 6)]}),
            f"lat={lat:.6f}&lng={lng:.6f}&v=2",
        ):
            yield system, pair
        packed = varint(1 << 3 | 1) + struct.pack("<d", lat) + varint(2 << 3 | 1)
        yield system + ", doubles", packed + struct.pack("<d", lng) + delimited(3, b"gps,1")
        yield system + ", msgpack", msgspec.msgpack.encode({"lat": lat, "lng": lng})


def _apart(rng: random.Random, value: str) -> Iterator[Planted]:
    """Plant the two degrees of a position in fields of their own."""
    lat, lng = value.split(",")
    fields = [("lat", "", lat.encode()), ("a", "", b"1"), ("lng", "", lng.encode())]
    body, kind = parts_of(rng, fields)
    tags = f"<r><lat>{lat}</lat><t>1</t><lng>{lng}</lng></r>".encode()
    attributes = f'<r><pos lat="{lat}" lng="{lng}" acc="5"/></r>'.encode()
    pairs = json.dumps([{"key": "lat", "value": lat}, {"key": "lng", "value": lng}]).encode()
    expected = frozenset({("location_precise", "body")})
    for name, mime, data in (
        ("parts", kind, body),
        ("tags", "application/xml", tags),
        ("attributes", "application/xml", attributes),
        ("names and values", "application/json", pairs),
        ("x and y", "application/x-www-form-urlencoded", f"x={lng}&a=1&y={lat}".encode()),
        ("numbers signs", "text/plain", f"latitude={lat}#longitude={lng}#acc=5".encode()),
    ):
        sent = request(rng, headers=typed(mime), request_body=data)
        yield Planted("location_precise", f"apart: {name}||", "body", sent, expected)


def oddities(seed: int) -> Iterator[Planted]:
    """Plant known values in rarer wrappings and places, as numbers; positions near the known."""
    rng = random.Random(f"odd {seed}")
    for kind, value in person(seed).items():
        for name, write in ODD.items():
            for place in ("body", "query", "json", "websocket"):
                spot, put = PLACES[place]
                payload = write(rng, STYLES[rng.choice(sorted(STYLES))](kind, value))
                exchange = put(rng, rng.choice(NAMES), payload)
                yield Planted(kind, f"odd: {name}||", place, exchange, frozenset({(kind, spot)}))
        for place, (spot, put) in ODD_PLACES.items():
            for name in ("raw", "md5", "base64", "url"):
                exchange = put(rng, rng.choice(NAMES), LETTERS[name](rng, value))
                yield Planted(kind, f"{name}||", place, exchange, frozenset({(kind, spot)}))
        if bare(value).lstrip("+").isdigit():
            number = int(bare(value).lstrip("+"))
            for name, raw in (
                ("number in json", json.dumps({"a": {"v": number}}).encode()),
                ("number in msgpack", msgspec.msgpack.encode({"v": number, "s": "x"}))
                if number < 1 << 63
                else ("", b""),
                ("number in protobuf", varint(2 << 3) + varint(number) + delimited(1, b"android")),
            ):
                if name:
                    exchange = in_body(rng, "", raw)
                    yield Planted(kind, f"{name}||", "body", exchange, frozenset({(kind, "body")}))
        if kind == "location_precise":
            yield from _apart(rng, value)
            for system, payload in _near(rng, value):
                place = rng.choice(["body", "json", "zipped", "websocket", "part"])
                spot, put = PLACES[place]
                expected = frozenset({(kind, spot)})
                exchange = put(rng, "d", payload)
                yield Planted(kind, f"near: {system}|{payload!r}|", place, exchange, expected)
