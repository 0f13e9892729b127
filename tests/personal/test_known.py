"""Known values found however they are written; digests checked against openssl's own program."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import shutil
import subprocess
import time
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.personal import places
from scanner.personal.canary import CANARY, CANARY_TYPES
from scanner.personal.known import MOST_HITS, Hit, KnownValues
from scanner.personal.layers import pieces
from tests.bench.traffic_mix import IDENTITY, entries
from tests.personal.test_layers import BYTES, TEXT, wrapped

PHONE, NAME, MAIL = CANARY["phone"], CANARY["name"], CANARY["email"]


def canary() -> KnownValues:
    values: dict[str, list[str]] = {}
    for key, value in CANARY.items():
        values.setdefault(CANARY_TYPES[key], []).append(value)
    return KnownValues(values)


KNOWN = canary()
WRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda raw: raw,
    "upper": lambda raw: raw.decode().upper().encode(),
    "lower": lambda raw: raw.decode().lower().encode(),
    "url": lambda raw: urllib.parse.quote(raw, safe="").encode(),
    "url twice": lambda raw: urllib.parse.quote(urllib.parse.quote(raw, safe="")).encode(),
    "escape": lambda raw: json.dumps(raw.decode())[1:-1].encode(),
    "base64": base64.b64encode,
    "base64url": lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"="),
    "base64 inside, 1": lambda raw: base64.b64encode(b"\x01" + raw + b"\x02\x03"),
    "base64 inside, 2": lambda raw: base64.b64encode(b"\x01\x02" + raw + b"\x02"),
    "hex": lambda raw: raw.hex().encode(),
    "HEX": lambda raw: raw.hex().upper().encode(),
    "reversed": lambda raw: raw.decode()[::-1].encode(),
    "md5": lambda raw: hashlib.md5(raw).hexdigest().encode(),
    "MD5": lambda raw: hashlib.md5(raw).hexdigest().upper().encode(),
    "sha1": lambda raw: hashlib.sha1(raw).hexdigest().encode(),
    "sha256": lambda raw: hashlib.sha256(raw).hexdigest().encode(),
    "sha256, base64": lambda raw: base64.b64encode(hashlib.sha256(raw).digest()),
    "sha256, hex in base64": lambda raw: base64.b64encode(hashlib.sha256(raw).hexdigest().encode()),
    "md5 of upper": lambda raw: hashlib.md5(raw.decode().upper().encode()).hexdigest().encode(),
    "gzip": gzip.compress,
    "gb18030": lambda raw: raw.decode().encode("gb18030"),
}
PLACES: dict[str, Callable[[bytes], bytes]] = {
    "query": lambda said: b"/collect?v=1&x=" + urllib.parse.quote_plus(said).encode() + b"&z=2",
    "json": lambda said: json.dumps({"a": 1, "d": {"x": said.decode()}}).encode(),
    "cookie": lambda said: b"sid=abc; x=" + urllib.parse.quote(said).encode() + b"; y=1",
    "multipart": lambda said: wrapped(said, ["multipart"]),
    "bare": lambda said: said,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("key", sorted(CANARY))
def test_every_canary_in_every_writing_and_place(key: str, written: str, place: str) -> None:
    said = WRITTEN[written](CANARY[key].encode())
    if place == "json" and written in ("gzip", "gb18030"):
        said = base64.b64encode(said)
    hits = KNOWN.search(PLACES[place](said))
    assert (CANARY_TYPES[key], CANARY[key]) in {(hit.data_type, hit.value) for hit in hits}


CHAINS = st.lists(st.sampled_from([*BYTES, *TEXT]), max_size=4)


LONG = [key for key in sorted(CANARY) if len(CANARY[key].encode()) >= 10]
"""Shorter ones are not recognised inside a compression that bears no mark."""


@given(CHAINS, st.sampled_from(LONG))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_whatever_is_wrapped_is_found(chain: list[str], key: str) -> None:
    hits = KNOWN.search(wrapped(CANARY[key].encode(), chain))
    assert CANARY[key] in {hit.value for hit in hits}


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl's program is not here")
@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sm3"])
def test_digests_made_by_openssl(name: str) -> None:
    ran = subprocess.run(
        ["openssl", "dgst", f"-{name}"], input=MAIL.encode(), capture_output=True, check=False
    )
    if ran.returncode:
        pytest.skip(f"openssl has no {name}")
    digest = ran.stdout.decode().split()[-1]
    assert KNOWN.search_text(f"u={digest}") == [Hit("email", f"form+{name}", "form:u", MAIL)]


def test_a_hit_says_how_and_where() -> None:
    body = {"user": {"tel": PHONE}, "h": hashlib.sha256(PHONE.encode()).hexdigest()}
    hits = KNOWN.search(gzip.compress(json.dumps(body).encode()))
    assert set(hits) == {
        Hit("phone", "gzip+json", "json:user.tel", PHONE),
        Hit("phone", "gzip+json+sha256", "json:h", PHONE),
    }
    assert KNOWN.search(f"plain {PHONE} here".encode()) == [
        Hit("phone", "plain", "offset 6", PHONE)
    ]


def test_ways_of_writing_numbers() -> None:
    known = KnownValues({"mac": ["3C:5A:B4:01:02:03"], "phone": ["13912345678"]})
    for text in ("3c5ab4010203", "3C-5A-B4-01-02-03", "139 1234 5678", "+86139-1234-5678"):
        assert known.search_text(f"x {text} y"), text
    for text in ("3c5ab4010203", "3C5AB4010203", "3c:5a:b4:01:02:03", "+8613912345678"):
        assert known.search_text(hashlib.md5(text.encode()).hexdigest()), text


def test_one_value_under_two_kinds_and_one_inside_another() -> None:
    known = KnownValues({"phone": ["13912345678"], "account": ["13912345678", "u13912345678@x.cn"]})
    hits = known.search_text("login u13912345678@x.cn now")
    assert {(hit.data_type, hit.value) for hit in hits} == {
        ("phone", "13912345678"),
        ("account", "13912345678"),
        ("account", "u13912345678@x.cn"),
    }


def test_positions_in_each_system_and_not_far_away() -> None:
    known = KnownValues({"location_precise": ["39.9087,116.3974"]})
    gcj = places.gcj02_from_wgs84(39.9087, 116.3974)
    for system, (lat, lng) in (
        ("wgs84", (39.9087, 116.3974)),
        ("gcj02", gcj),
        ("bd09", places.bd09_from_gcj02(*gcj)),
    ):
        body = json.dumps({"lat": round(lat, 5), "lng": round(lng, 5)}).encode()
        assert [hit.encoding for hit in known.search(body)] == [f"json+{system}"]
    assert not known.search(b'{"lat":39.9187,"lng":116.3974}')


@pytest.mark.parametrize("value", ["", "12345", "abc", "王", "111111", "aaaaaaaaaa", " 1234 "])
def test_values_that_tell_nothing_are_refused(value: str) -> None:
    with pytest.raises(UsageError, match="too short or too uniform"):
        KnownValues({"account": [value]})


def test_too_many_values_are_refused() -> None:
    with pytest.raises(UsageError, match="known values"):
        KnownValues({"account": [f"user{n:06}" for n in range(501)]})


def test_a_short_value_is_no_part_of_a_longer_word() -> None:
    known = KnownValues({"account": ["73169520"]})
    assert known.search_text("id 73169520 here")
    assert not known.search_text("id 173169520 here")
    assert not known.search_text("id x73169520")


def test_nothing_is_found_by_chance() -> None:
    chance = random.Random(5)
    noise = chance.randbytes(200_000)
    bodies = [noise, noise.hex().encode(), base64.b64encode(noise)]
    bodies += [str([chance.randrange(10**15) for _ in range(20_000)]).encode()]
    assert not [hit for body in bodies for hit in KNOWN.search(body)]


def test_many_hits_are_bounded() -> None:
    body = json.dumps([{f"k{n}": PHONE} for n in range(5000)]).encode()
    assert len(KNOWN.search(body)) == MOST_HITS
    begun = time.process_time()
    KNOWN.search((PHONE + " ").encode() * 100_000)
    KNOWN.search(PHONE[:6].encode() * 200_000)
    assert time.process_time() - begun < 6


def test_what_was_not_looked_into_is_said() -> None:
    cut: list[str] = []
    KNOWN.search(gzip.compress(b"0" * (40 << 20)), cut=cut)
    assert cut


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_bytes_are_survived(data: bytes) -> None:
    assert KNOWN.search(data) == []


def per_call(body: bytes) -> float:
    """Seconds of processor time of the best of five calls."""
    best = 1e9
    for _ in range(5):
        begun = time.process_time()
        KNOWN.search(body)
        best = min(best, time.process_time() - begun)
    return best


def test_speed() -> None:
    """4 kB in under 5 ms and 1 MB of running text in under 200 ms, with room for slow machines."""
    rows = [{"id": n, "ts": 1732270663123 + n, "u": "https://a.example.com/b"} for n in range(55)]
    assert per_call(json.dumps([*rows, {"phone": PHONE}]).encode()) < 0.005
    script = b"var abc=function(){return 1};foo.bar(1234567);a.b='x y';" * 18_000
    assert per_call(script) < 0.2


IDENTITY_KNOWN = KnownValues({kind: list(many) for kind, many in IDENTITY.items()})


def test_the_quick_test_misses_nothing() -> None:
    """Wherever a search finds something, the pieces that stand in no other say so at once."""
    chance, found = random.Random(9), 0
    values = [value for many in IDENTITY.values() for value in many]
    for _ in range(1500):
        chain = chance.choices([*BYTES, *TEXT], k=chance.randrange(4))
        raw = WRITTEN[chance.choice(sorted(WRITTEN))](chance.choice(values).encode())
        body = wrapped(raw, chain)
        inside = list(pieces(body))
        quick = IDENTITY_KNOWN.may_hold([[one.data for one in inside if not one.within]])[0]
        if IDENTITY_KNOWN.search_pieces(inside):
            found += 1
            assert quick, (chain, body[:200])
    assert found > 1000


@pytest.mark.parametrize("home", [(39.9087, 116.3974), (22.5, 114.0), (3.9, 101.7), (-33.9, 151.2)])
def test_the_quick_test_sees_positions_that_are_near(home: tuple[float, float]) -> None:
    known = KnownValues({"location_precise": [f"{home[0]},{home[1]}"]})
    chance, found = random.Random(2), 0
    gcj = places.gcj02_from_wgs84(*home)
    for lat, lng in (home, gcj, places.bd09_from_gcj02(*gcj)):
        for _ in range(60):
            there = lat + chance.uniform(-6e-4, 6e-4), lng + chance.uniform(-6e-4, 6e-4)
            digits = chance.randint(4, 7)
            for body in (
                {"lat": round(there[0], digits), "lng": round(there[1], digits)},
                {"latitude": int(there[0] * 1e6), "longitude": int(there[1] * 1e6)},
                {"gps": f"{there[1]:.6f},{there[0]:.6f}"},
            ):
                inside = list(pieces(json.dumps(body).encode()))
                if known.search_pieces(inside):
                    found += 1
                    assert known.may_hold([[one.data for one in inside if not one.within]])[0], body
    assert found > 40


def test_the_quick_test_lets_most_traffic_pass() -> None:
    texts = [json.dumps(one["request"]) for one in entries(400, 3)]
    told = sum(IDENTITY_KNOWN.may_hold([text] for text in texts))
    found = sum(bool(IDENTITY_KNOWN.search_text(text)) for text in texts)
    assert told <= found + len(texts) // 50
    assert not any(KnownValues({}).may_hold([texts]))


def test_the_quick_test_tells_groups_apart() -> None:
    phone = IDENTITY["phone"][0]
    groups: list[list[bytes | str]] = [
        ["nothing", b"\xff\xfe"],
        ["x", phone.encode()],
        [],
        [phone[:6], phone[6:]],
        ['{"lat":39.908722', '"lng":116.397499}'],
        [phone, phone * 2],
    ]
    assert IDENTITY_KNOWN.may_hold(groups) == [False, True, False, False, True, True]
    assert [IDENTITY_KNOWN.may_hold([group])[0] for group in groups] == (
        IDENTITY_KNOWN.may_hold(groups)
    )
    assert IDENTITY_KNOWN.may_hold([]) == []


@pytest.mark.parametrize("shape", ["text", "objects", "list", "named"])
def test_degrees_of_different_places_are_no_position(shape: str) -> None:
    """Shops of one city, none within 500 m: one has our latitude, another our longitude."""
    chance = random.Random(8)
    for _ in range(60):
        home = (chance.uniform(20, 45), chance.uniform(80, 125))
        gcj = places.gcj02_from_wgs84(*home)
        shops: list[tuple[float, float]] = []
        for north, east in (home, gcj, places.bd09_from_gcj02(*gcj)):
            far = [chance.choice((-1, 1)) * chance.uniform(0.03, 0.1) for _ in range(20)]
            shops += [(north, east + one) for one in far] + [(north + one, east) for one in far]
        chance.shuffle(shops)
        body = {
            "text": ";".join(f"{east:.6f} {north:.6f}" for north, east in shops),
            "objects": [{"la": round(n, 6), "lo": round(e, 6)} for n, e in shops],
            "list": [[round(n, 6), round(e, 6)] for n, e in shops],
            "named": [{"lat": round(n, 6), "lng": round(e, 6)} for n, e in shops],
        }[shape]
        known = KnownValues({"location_precise": [f"{home[0]},{home[1]}"]})
        assert not known.search(json.dumps({"shops": body}).encode())


@pytest.mark.parametrize(
    "body",
    [
        {"a": 39.9087, "b": 116.3974},
        {"a": {"latitude": 39.9087, "s": "x" * 9}, "b": {"longitude": 116.3974}},
        {"t": "near 39.9087 and east 116.3974"},
        {"a": 116.3974, "b": 39.9087},
    ],
)
def test_degrees_that_stand_apart_are_likely_only(body: dict[str, object]) -> None:
    known = KnownValues({"location_precise": ["39.9087,116.3974"]})
    hits = known.search(json.dumps(body).encode())
    assert [hit.whole for hit in hits] == [False]
    near = {"lat": 39.9087, "lng": 116.3974}
    assert [hit.whole for hit in known.search(json.dumps(near).encode())] == [True]
    apart = {"a": 39.9087, "b": 12.345678, "c": 116.3974}
    assert not known.search(json.dumps(apart).encode())
