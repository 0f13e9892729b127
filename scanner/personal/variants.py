"""All the ways in which a known value may be written when it leaves: encoded, reversed, hashed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence

from scanner.personal import places

SHORTEST = 6
"""Bytes of UTF-8 below which a value is found by chance too often to tell anything."""
HASHES = ("md5", "sha1", "sha256", "sm3")
"""Digests that are tried; sm3 (GB/T 32905) only where the OpenSSL of this machine has it."""

_FOR_URLS = bytes.maketrans(b"+/", b"-_")

Variant = tuple[bytes, str]
"""The bytes to look for, and the name of the encoding."""


def forms(data_type: str, value: str) -> list[str]:
    """Give the ways in which people and programs write the value itself, the given one first."""
    found = {value: None}
    bare = re.sub(r"[\s\-:.·()_/,]", "", value)
    if data_type == "phone" and (mobile := re.fullmatch(r"(?:\+|00)?(?:86)?(1\d{10})", bare)):
        digits = mobile.group(1)
        grouped = _grouped(digits, (3, 4, 4))
        for form in (digits, "-".join(grouped), " ".join(grouped)):
            found |= {form: None, "86" + form: None, "+86" + form: None, "0086" + form: None}
            found |= {"+86-" + form: None, "+86 " + form: None}
    elif data_type == "birth_date" and re.fullmatch(r"\d{8}", bare):
        parts = _grouped(bare, (4, 2, 2))
        found |= {bare: None, "-".join(parts): None, "/".join(parts): None}
        found |= {"{}年{}月{}日".format(*parts): None}
    elif data_type.startswith(("location", "track")):
        found |= dict.fromkeys(_positions(value))
    elif data_type not in _AS_WRITTEN:
        found |= {bare: None}
        for form, sizes, marks in _GROUPS.get(data_type, ()):
            if re.fullmatch(form, bare):
                found |= {mark.join(_grouped(bare, sizes)): None for mark in marks}
    if data_type in ("email", "account", "name"):
        found |= {value[:1].upper() + value[1:]: None}
    for form in list(found):
        found |= {form.lower(): None, form.upper(): None}
    return [form for form in found if len(form.encode("utf-8", "surrogatepass")) >= SHORTEST]


_AS_WRITTEN = frozenset(("email", "address", "password", "installed_apps"))
"""Kinds whose separators are part of the value."""
_UUID = ("[0-9A-Fa-f]{32}", (8, 4, 4, 4, 12), "-")
_FOURS = (4, 4, 4, 4, 4)
_GROUPS: Mapping[str, Sequence[tuple[str, tuple[int, ...], str]]] = {
    "mac": (("[0-9A-Fa-f]{12}", (2,) * 6, ":-"), ("[0-9A-Fa-f]{12}", (4, 4, 4), ".")),
    "bssid": (("[0-9A-Fa-f]{12}", (2,) * 6, ":-"), ("[0-9A-Fa-f]{12}", (4, 4, 4), ".")),
    "bank_card": ((r"\d{13,19}", _FOURS, " -"),),
    "id_card": ((r"\d{17}[0-9Xx]", (6, 8, 4), " -"),),
    "imei": ((r"\d{15}", (2, 6, 6, 1), " -"),),
    "imsi": ((r"\d{15}", (3, 2, 10), " -"),),
    "iccid": ((r"\d{19}[0-9A-Fa-f]?", _FOURS, " -"),),
    "plate": (("[\u4e00-\u9fff][A-Za-z].{5,6}", (2, 6), "·- "),),
    "oaid": (_UUID,),
    "aaid": (_UUID,),
    "device_ids": (_UUID,),
}
"""How each kind is written in groups: its form without separators, sizes, separators."""


def _grouped(bare: str, sizes: Sequence[int]) -> list[str]:
    ends = itertools.accumulate(sizes)
    cut = [bare[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    return [group for group in cut if group]


def _positions(value: str) -> Iterator[str]:
    """Give latitude and longitude in both orders, with and without a space between."""
    first, comma, second = (part.strip() for part in value.partition(","))
    if comma:
        for one, other in ((first, second), (second, first)):
            yield from (f"{one},{other}", f"{one}, {other}")


def variants(data_type: str, value: str, salts: Sequence[str] = ()) -> Iterator[Variant]:
    """Give everything to look for, the plainest first; names of encodings as in reports.

    `salts` are texts that a program is known to add before it hashes: before the value, after it,
    or as the key of an HMAC.
    """
    written = forms(data_type, value)
    apart = [form for form in written if form == value or not _within(form, written)]
    for form in apart:
        yield form.encode("utf-8", "surrogatepass"), "plain"
    for form in apart:
        raw = form.encode("utf-8", "surrogatepass")
        yield from _escaped(form, raw)
        yield from _in_base64(raw)
        yield raw.hex().encode(), "hex"
        yield raw.hex().upper().encode(), "hex"
        if form[::-1] != form:
            yield form[::-1].encode("utf-8", "surrogatepass"), "reversed"
    yield from _as_numbers(data_type, value)
    if data_type.startswith(("location", "track")):
        yield from ((geohash.encode(), "geohash") for geohash in _geohashes(value))
    for form in written:
        raw = form.encode("utf-8", "surrogatepass")
        yield from _hashed(raw)
        for salt in filter(None, salts):
            yield from _salted(raw, salt.encode("utf-8", "surrogatepass"))


def _as_numbers(data_type: str, value: str) -> Iterator[Variant]:
    """Give the bytes and numbers that programs make of an identifier, in both byte orders.

    Hex digits become their bytes, digits a number of eight bytes; six to eight bytes of hex are
    also written as one decimal number. Under six bytes nothing is given: that is found by chance.
    """
    bare = re.sub(r"[\s\-:.]", "", value)
    if data_type in _OF_HEX and re.fullmatch(r"(?:[0-9A-Fa-f]{2}){6,64}", bare):
        raw = bytes.fromhex(bare)
        yield raw, "bytes"
        if len(raw) <= _EIGHT:
            yield raw[::-1], "bytes"
            yield str(int.from_bytes(raw)).encode(), "decimal"
        elif len(raw) == _UUID_BYTES:
            yield raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:], "bytes"
    number = int(bare) if data_type in _OF_DIGITS and re.fullmatch(r"\d{11,19}", bare) else 0
    if 1 << 32 < number < 1 << 63:
        yield number.to_bytes(_EIGHT, "big"), "bytes"
        yield number.to_bytes(_EIGHT, "little"), "bytes"


_OF_HEX = frozenset(("mac", "bssid", "android_id", "oaid", "aaid", "device_ids", "meid"))
_OF_DIGITS = frozenset(("phone", "imei", "imsi", "iccid", "bank_card", "id_card", "account"))
_EIGHT = 8
"""Bytes of the longest whole number that protobuf and most programs have."""
_UUID_BYTES = 16
"""Bytes of a UUID; Windows turns the first three groups around (RFC 9562 keeps them)."""
_BASE32 = "0123456789bcdefghjkmnpqrstuvwxyz"
_GEOHASH = 7
"""Letters of a geohash that are searched for: a cell of 153 m; longer ones begin with it."""


def _geohashes(value: str) -> Iterator[str]:
    """Give the geohash of a position in each of the coordinate systems used in China."""
    first, _, second = value.partition(",")
    try:
        true = (float(first), float(second))
    except ValueError:
        return
    if not (abs(true[0]) <= 90 and abs(true[1]) <= 180):
        return
    shifted = places.gcj02_from_wgs84(*true)
    for latitude, longitude in dict.fromkeys((true, shifted)):
        yield _geohash(latitude, longitude)
    if shifted != true:
        yield _geohash(*places.bd09_from_gcj02(*shifted))


def _geohash(latitude: float, longitude: float) -> str:
    """Interleave the bits of longitude and latitude, five to a letter."""
    east = f"{int((longitude + 180) / 360 * (1 << 18)):018b}"
    north = f"{int((latitude + 90) / 180 * (1 << 17)):017b}"
    bits = "".join(one + other for one, other in itertools.zip_longest(east, north, fillvalue=""))
    return "".join(_BASE32[int(bits[at : at + 5], 2)] for at in range(0, _GEOHASH * 5, 5))


def _within(form: str, written: Sequence[str]) -> bool:
    """Say whether a form holds another one that is found inside it, as +86139... holds 139..."""
    return any(len(one) >= _FOUND_INSIDE and one in form for one in written if one != form)


_FOUND_INSIDE = 10
"""Characters from which a value is searched for inside longer words too."""


def _escaped(form: str, raw: bytes) -> Iterator[Variant]:
    once = urllib.parse.quote(raw, safe="")
    if once != form:
        twice = urllib.parse.quote(once, safe="")
        for written in (once, once.lower(), urllib.parse.quote_plus(raw), twice, twice.lower()):
            if written != form:
                yield written.encode(), "url"
    if not form.isascii():
        yield json.dumps(form)[1:-1].encode(), "escape"
        yield json.dumps(form)[1:-1].upper().replace("\\U", "\\u").encode(), "escape"
        try:
            chinese = form.encode("gb18030")
        except UnicodeEncodeError:
            return
        yield chinese, "gb18030"
        yield from ((letters, "gb18030+" + name) for letters, name in _in_base64(chinese))
        yield urllib.parse.quote(chinese, safe="").encode(), "gb18030+url"


def _in_base64(raw: bytes) -> Iterator[Variant]:
    """Give what stays the same of the value's base64 at each of the three alignments."""
    for shift in range(3):
        letters = base64.b64encode(b"\0" * shift + raw)
        first = (0, 2, 3)[shift]
        last = (len(raw) + shift) * 8 // 6
        core = letters[first:last]
        if len(core) >= SHORTEST:
            yield core, "base64"
            yield core.translate(_FOR_URLS), "base64url"


def _hashed(raw: bytes) -> Iterator[Variant]:
    for name in HASHES:
        if digest := _digest(name, raw):
            yield from _shown(name, digest)


def _salted(raw: bytes, salt: bytes) -> Iterator[Variant]:
    for name in HASHES:
        for joined in (salt + raw, raw + salt):
            if digest := _digest(name, joined):
                yield from _shown(f"salted {name}", digest)
        if digest := _keyed(name, salt, raw):
            yield from _shown(f"hmac {name}", digest)


def _shown(name: str, digest: bytes) -> Iterator[Variant]:
    """Give the ways in which a digest is sent: as letters, as bytes, and letters in letters."""
    letters = base64.b64encode(digest).rstrip(b"=")
    yield letters, name + "+base64"
    yield letters.translate(_FOR_URLS), name + "+base64"
    yield digest, name + " (bytes)"
    for hexits in (digest.hex(), digest.hex().upper()):
        yield hexits.encode(), name
        for inner, _ in _in_base64(hexits.encode()):
            yield inner, name + "+base64"
        if name == "md5":
            yield hexits[8:24].encode(), "md5 (16)"


def _digest(name: str, raw: bytes) -> bytes | None:
    try:
        return hashlib.new(name, raw, usedforsecurity=False).digest()
    except ValueError:
        return None


def _keyed(name: str, key: bytes, raw: bytes) -> bytes | None:
    try:
        return hmac.digest(key, raw, name)
    except ValueError:
        return None
