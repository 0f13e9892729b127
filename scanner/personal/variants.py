"""All the ways in which a known value may be written when it leaves: encoded, reversed, hashed."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import urllib.parse
from collections.abc import Iterator

SHORTEST = 6
"""Bytes of UTF-8 below which a value is found by chance too often to tell anything."""
HASHES = ("md5", "sha1", "sha256", "sm3")
"""Digests that are tried; sm3 (GB/T 32905) only where the OpenSSL of this machine has it."""

Variant = tuple[bytes, str]
"""The bytes to look for, and the name of the encoding."""


def forms(data_type: str, value: str) -> list[str]:
    """Give the ways in which people and programs write the value itself, the given one first."""
    found = {value: None}
    bare = re.sub(r"[\s\-:.·()_/,]", "", value)
    if data_type == "phone" and (mobile := re.fullmatch(r"(?:\+|00)?(?:86)?(1\d{10})", bare)):
        digits = mobile.group(1)
        grouped = (digits[:3], digits[3:7], digits[7:])
        for form in (digits, "-".join(grouped), " ".join(grouped)):
            found |= {form: None, "86" + form: None, "+86" + form: None, "0086" + form: None}
            found |= {"+86-" + form: None, "+86 " + form: None}
    elif data_type in ("mac", "bssid") and re.fullmatch(r"[0-9A-Fa-f]{12}", bare):
        pairs = re.findall("..", bare)
        found |= {":".join(pairs): None, "-".join(pairs): None, bare: None}
    elif data_type == "bank_card" and bare.isdigit():
        fours = re.findall(r"\d{1,4}", bare)
        found |= {bare: None, " ".join(fours): None, "-".join(fours): None}
    elif data_type == "birth_date" and re.fullmatch(r"\d{8}", bare):
        parts = (bare[:4], bare[4:6], bare[6:])
        found |= {bare: None, "-".join(parts): None, "/".join(parts): None}
        found |= {"{}年{}月{}日".format(*parts): None}
    elif data_type not in ("email", "address", "location", "location_precise", "password"):
        found |= {bare: None}
    for form in list(found):
        found |= {form.lower(): None, form.upper(): None}
    return [form for form in found if len(form.encode("utf-8", "surrogatepass")) >= SHORTEST]


def variants(data_type: str, value: str) -> Iterator[Variant]:
    """Give everything to look for, the plainest first; names of encodings as in reports."""
    written = forms(data_type, value)
    for form in written:
        raw = form.encode("utf-8", "surrogatepass")
        yield raw, "plain"
    for form in written:
        raw = form.encode("utf-8", "surrogatepass")
        yield from _escaped(form, raw)
        yield from _in_base64(raw)
        yield raw.hex().encode(), "hex"
        yield raw.hex().upper().encode(), "hex"
        if form[::-1] != form:
            yield form[::-1].encode("utf-8", "surrogatepass"), "reversed"
        yield from _hashed(raw)


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
            yield core.translate(bytes.maketrans(b"+/", b"-_")), "base64url"


def _hashed(raw: bytes) -> Iterator[Variant]:
    for name in HASHES:
        digest = _digest(name, raw)
        if digest is None:
            continue
        yield digest.hex().encode(), name
        yield digest.hex().upper().encode(), name
        letters = base64.b64encode(digest).rstrip(b"=")
        yield letters, name + "+base64"
        yield letters.translate(bytes.maketrans(b"+/", b"-_")), name + "+base64"
        yield from ((inner, name + "+base64") for inner, _ in _in_base64(digest.hex().encode()))
        if name == "md5":
            yield digest.hex()[8:24].encode(), "md5 (16)"
            yield digest.hex()[8:24].upper().encode(), "md5 (16)"


def _digest(name: str, raw: bytes) -> bytes | None:
    try:
        return hashlib.new(name, raw, usedforsecurity=False).digest()
    except ValueError:
        return None
