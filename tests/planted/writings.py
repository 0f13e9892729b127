"""What a value is turned into before it leaves: texts, digests, compressions, messages."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import random
import string
import urllib.parse
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import brotli
import msgspec
import zstandard

from tests.planted.people import DIGITS, word

Text = Callable[[random.Random, str], str]
Packed = Callable[[random.Random, str], bytes]


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def b64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _all_percent(rng: random.Random, text: str) -> str:
    form = rng.choice(["%{:02X}", "%{:02x}"])
    return "".join(form.format(byte) for byte in text.encode())


def _all_escaped(rng: random.Random, text: str) -> str:
    form = rng.choice(["\\u{:04x}", "\\u{:04X}"])
    return "".join(form.format(ord(c)) for c in text)


def _inside(rng: random.Random, text: str) -> str:
    before = "".join(rng.choices(string.ascii_letters + DIGITS + '{":,&=', k=rng.randrange(0, 9)))
    after = "".join(rng.choices(string.ascii_letters + DIGITS + '}":,&=', k=rng.randrange(0, 9)))
    return rng.choice([b64, b64url])((before + "|" + text + "|" + after).encode())


def _in_bytes(rng: random.Random, text: str) -> str:
    return b64(rng.randbytes(rng.randrange(1, 7)) + text.encode() + rng.randbytes(rng.randrange(7)))


def _mime(rng: random.Random, text: str) -> str:
    filler = "".join(rng.choices(string.ascii_letters, k=rng.randrange(70, 90)))
    return base64.encodebytes(f"{filler} {text} {filler}".encode()).decode()


def digest_of(name: str, raw: bytes) -> bytes:
    return hashlib.new(name, raw, usedforsecurity=False).digest()


def _hash(name: str, show: Callable[[bytes], str]) -> Text:
    return lambda rng, text: show(digest_of(name, text.encode()))


def _json(rng: random.Random, text: str) -> str:
    inner = {rng.choice(["v", "data", "info", "k1"]): text, "n": rng.randrange(100)}
    whole: Any = rng.choice([inner, {"a": [1, inner]}, [inner], {"d": {"e": inner}}])
    return json.dumps(whole, ensure_ascii=rng.random() < 0.5)


def _form(rng: random.Random, text: str) -> str:
    return urllib.parse.urlencode({"a": rng.randrange(9), rng.choice(["v", "d", "info"]): text})


REVERSIBLE: Mapping[str, Text] = {
    "url": lambda rng, text: urllib.parse.quote(text, safe=""),
    "url lower": lambda rng, text: _lower_escapes(urllib.parse.quote(text, safe="")),
    "url plus": lambda rng, text: urllib.parse.quote_plus(text),
    "url twice": lambda rng, text: urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
    "url all": _all_percent,
    "escape": lambda rng, text: json.dumps(text)[1:-1],
    "escape all": _all_escaped,
    "base64": lambda rng, text: b64(text.encode()),
    "base64url": lambda rng, text: b64url(text.encode()),
    "base64 unpadded": lambda rng, text: b64(text.encode()).rstrip("="),
    "base64 inside": _inside,
    "base64 mime": _mime,
    "hex": lambda rng, text: text.encode().hex(),
    "HEX": lambda rng, text: text.encode().hex().upper(),
    "json": _json,
    "form": _form,
}
"""Texts from which the value can be had again."""
LETTERS: Mapping[str, Text] = {
    "raw": lambda rng, text: text,
    **REVERSIBLE,
    "base64 in bytes": _in_bytes,
    "reversed": lambda rng, text: text[::-1],
    **{name: _hash(name, bytes.hex) for name in ("md5", "sha1", "sha256", "sm3")},
    **{
        name.upper(): _hash(name, lambda raw: raw.hex().upper())
        for name in ("md5", "sha1", "sha256", "sm3")
    },
    **{name + " base64": _hash(name, b64) for name in ("md5", "sha1", "sha256", "sm3")},
    "sha256 base64url": _hash("sha256", lambda raw: b64url(raw).rstrip("=")),
    "md5 hex in base64": _hash("md5", lambda raw: b64(raw.hex().encode())),
    "sha1 HEX in base64": _hash("sha1", lambda raw: b64(raw.hex().upper().encode())),
}
"""All that a value is turned into that is again a text."""


def _lower_escapes(text: str) -> str:
    parts = text.split("%")
    return parts[0] + "".join("%" + part[:2].lower() + part[2:] for part in parts[1:])


def _raw_deflate(raw: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(raw) + packer.flush()


def varint(number: int) -> bytes:
    """Give a number as protobuf writes it."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def delimited(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def protobuf(rng: random.Random, text: str) -> bytes:
    """Give a message with the text in a field of it or of a message inside."""
    inner = (
        varint(1 << 3)
        + varint(rng.randrange(1 << 20))
        + delimited(rng.randrange(2, 40), text.encode())
    )
    if rng.random() < 0.5:
        inner += delimited(3, b"android") + varint(5 << 3 | 5) + rng.randbytes(4)
    for _ in range(rng.randrange(3)):
        inner = delimited(rng.randrange(1, 20), inner) + delimited(20, b"1.2.3")
    return inner


def msgpack(rng: random.Random, text: str) -> bytes:
    """Give a map with the text in it or in a list of it."""
    value: Any = {"v": text, "n": rng.randrange(1 << 30), "f": rng.random()}
    return msgspec.msgpack.encode(rng.choice([value, {"a": [1, value]}, [value, None, True]]))


def multipart(rng: random.Random, text: str) -> bytes:
    """Give a multipart body with the text as a part."""
    return parts_of(rng, [("plain", "", b"1"), ("v", "", text.encode())])[0]


def _packers() -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    yield "gzip", gzip.compress
    yield "zlib", zlib.compress
    yield "deflate", _raw_deflate
    yield "br", brotli.compress
    yield "zstd", lambda raw: zstandard.ZstdCompressor().compress(raw)


PACKERS = dict(_packers())


def _compressed(pack: Callable[[bytes], bytes], inner: Text) -> Packed:
    return lambda rng, text: pack(inner(rng, text).encode())


BINARY: Mapping[str, Packed] = {
    **{name: _compressed(pack, lambda rng, text: text) for name, pack in PACKERS.items()},
    **{name + "(json)": _compressed(pack, _json) for name, pack in PACKERS.items()},
    **{name + "(form)": _compressed(pack, _form) for name, pack in PACKERS.items()},
    "protobuf": protobuf,
    "msgpack": msgpack,
    "multipart": multipart,
    "gzip(protobuf)": lambda rng, text: gzip.compress(protobuf(rng, text)),
    "utf-16": lambda rng, text: ("{v:" + text + "}").encode("utf-16"),
}
"""All that a value is turned into that is bytes."""


def chained(rng: random.Random) -> tuple[str, Callable[[random.Random, str], str | bytes]]:
    """Give a way of two or three encodings on top of each other, the innermost first."""
    count = rng.randrange(2, 4)
    first = rng.choice([name for name in LETTERS if name != "raw"])
    names = [first, *(rng.choice(sorted(REVERSIBLE)) for _ in range(count - 1))]
    last = rng.choice(["", *BINARY]) if count == 2 else ""

    def write(rng: random.Random, text: str) -> str | bytes:
        for name in names:
            text = LETTERS[name](rng, text)
        return BINARY[last](rng, text) if last else text

    return " > ".join([*names, last] if last else names), write


def parts_of(rng: random.Random, parts: list[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    mark = "----" + word(rng, 16)
    out = b""
    for name, file, body in parts:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"'
        head += f'; filename="{file}"\r\nContent-Type: application/octet-stream' if file else ""
        out += head.encode() + b"\r\n\r\n" + body + b"\r\n"
    return out + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _xml(rng: random.Random, text: str) -> str:
    body = html.escape(text) if rng.random() < 0.5 else "".join(f"&#x{ord(c):x};" for c in text)
    return f'<?xml version="1.0"?><req><ver>1.2</ver><v>{body}</v><n a="{body}"/></req>'


def _grpc(rng: random.Random, text: str) -> bytes:
    message = protobuf(rng, text)
    return b"\0" + len(message).to_bytes(4, "big") + message


def _mqtt(rng: random.Random, text: str) -> bytes:
    payload = b"\0\x05topic" + json.dumps({"v": text}).encode()
    return b"\x30" + varint(len(payload)) + payload


ODD: Mapping[str, Text | Packed] = {
    "xml": _xml,
    "grpc": _grpc,
    "mqtt": _mqtt,
    "socket.io": lambda rng, text: "42" + json.dumps(["event", {"v": text}]),
    "data url": lambda rng, text: "data:text/plain;base64," + b64(text.encode()),
    "jwt": lambda rng, text: ".".join(
        b64url(part.encode()).rstrip("=")
        for part in ('{"alg":"HS256"}', json.dumps({"sub": text}), rng.randbytes(20).hex())
    ),
    "json twice": lambda rng, text: json.dumps({"a": json.dumps({"b": json.dumps({"v": text})})}),
    "json name": lambda rng, text: json.dumps({text: 1, "b": 2}),
    "jsonp": lambda rng, text: f"cb_1({json.dumps({'v': text})});",
    "log lines": lambda rng, text: f"[INFO] 1|{text}|0\n[INFO] 2|ok|1\n",
    "csv": lambda rng, text: f'id,v,n\n1,"{text}",2\n',
    "json lines": lambda rng, text: json.dumps({"n": 1}) + "\n" + json.dumps({"v": text}) + "\n",
    "far in": lambda rng, text: json.dumps({"p": ["x" * 50] * 400, "v": text}),
    "hex spaced": lambda rng, text: text.encode().hex(" "),
    "gzip in gzip": lambda rng, text: gzip.compress(gzip.compress(text.encode())),
    "gzip, two members": lambda rng, text: gzip.compress(b"{}\n") + gzip.compress(text.encode()),
    "gb18030": lambda rng, text: ("a=1&v=" + text).encode("gb18030"),
    "base64 of bytes of digests": lambda rng, text: b64(
        protobuf(rng, "x1y2z3") + delimited(9, digest_of("sha256", text.encode()))
    ),
}
"""Wrappings that are seen now and then."""
