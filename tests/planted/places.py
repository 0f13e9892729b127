"""Where a value is put: requests that carry it, among what every program sends."""

from __future__ import annotations

import gzip
import json
import random
import urllib.parse
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import brotli

from scanner.exchange import Exchange, Message
from tests.planted.people import any_uuid, digits, hexits, word
from tests.planted.writings import b64, parts_of


def noise(rng: random.Random) -> list[tuple[str, str]]:
    """Give fields that every program sends and that tell of nobody."""
    stamp = 1_700_000_000_000 + rng.randrange(10**11)
    many = [
        ("ts", str(stamp)),
        ("t", str(stamp // 1000)),
        ("request_id", any_uuid(rng)),
        ("sign", hexits(rng, 32)),
        ("nonce", digits(rng, 12)),
        ("ver", f"{rng.randrange(12)}.{rng.randrange(20)}.{rng.randrange(99)}"),
        ("order_id", digits(rng, 19)),
        ("sdk", "5.3.0.2"),
        ("w", "1080"),
        ("h", "2340"),
        ("lang", "zh-CN"),
        ("trace", hexits(rng, 16)),
        ("page", "首页"),
    ]
    return rng.sample(many, rng.randrange(2, 6))


def request(rng: random.Random, **said: Any) -> Exchange:
    host = f"{word(rng, 6)}.example.com"
    url = said.pop("url", "/v2/collect")
    headers = [("Host", host), ("User-Agent", "okhttp/4.9.3"), *said.pop("headers", ())]
    return Exchange(
        url=f"https://{host}{url}",
        method=said.pop("method", "POST"),
        started="2026-03-04T05:06:07+08:00",
        at="entry 1",
        request_headers=tuple(headers),
        **said,
    )


def as_letters(payload: str | bytes) -> str:
    return payload if isinstance(payload, str) else b64(payload)


def as_bytes(payload: str | bytes) -> bytes:
    return payload if isinstance(payload, bytes) else payload.encode()


def typed(value: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", value),)


NAMES = ("d", "data", "ext", "p1", "x", "info", "payload", "param")
"""Names of fields that say nothing of what is in them."""


def with_noise(rng: random.Random, name: str, payload: str | bytes) -> list[tuple[str, str]]:
    pairs = [*noise(rng), (name, as_letters(payload))]
    rng.shuffle(pairs)
    return pairs


def in_query(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in the query of the address."""
    query = urllib.parse.urlencode(with_noise(rng, name, payload), quote_via=urllib.parse.quote)
    return request(rng, url=f"/collect.gif?{query}", method="GET", request_body=b"")


def in_path(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in the path of the address."""
    segment = urllib.parse.quote(as_letters(payload), safe="")
    return request(rng, url=f"/v1/u/{segment}/info", method="GET", request_body=b"")


def in_header(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in a header of its own."""
    value = as_letters(payload).replace("\n", "")
    if rng.random() < 0.5:
        value = value.encode().decode("latin-1")  # as HTTP has it, and browsers' HAR files with it
    return request(rng, headers=[("X-" + name, value), ("Accept", "*/*")], request_body=b"")


def in_cookie(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it among cookies, escaped as browsers' programs do."""
    value = urllib.parse.quote(as_letters(payload), safe="~()*!.'")
    cookie = f"sid={hexits(rng, 32)}; {name}={value}; theme=dark"
    return request(rng, headers=[("Cookie", cookie)], method="GET", request_body=b"")


def in_form(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in a field of a form."""
    body = urllib.parse.urlencode(with_noise(rng, name, payload)).encode()
    return request(rng, headers=typed("application/x-www-form-urlencoded"), request_body=body)


def document(rng: random.Random, name: str, payload: str | bytes) -> bytes:
    whole: Any = dict(with_noise(rng, name, payload))
    for _ in range(rng.randrange(3)):
        whole = rng.choice([{"data": whole, "code": 0}, {"events": [whole]}, [whole]])
    return json.dumps(whole, ensure_ascii=rng.random() < 0.5).encode()


def in_json(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in a field of JSON."""
    body = document(rng, name, payload)
    return request(rng, headers=typed("application/json; charset=utf-8"), request_body=body)


def in_body(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Let it be the whole body."""
    kind = "text/plain" if isinstance(payload, str) else "application/octet-stream"
    return request(rng, headers=typed(kind), request_body=as_bytes(payload))


def in_zipped(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in JSON that is compressed as the headers say."""
    coding, pack = rng.choice(
        [("gzip", gzip.compress), ("br", brotli.compress), ("deflate", zlib.compress)]
    )
    headers = [*typed("application/json"), ("Content-Encoding", coding)]
    return request(rng, headers=headers, request_body=pack(document(rng, name, payload)))


def in_boxes(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in JSON in base64 in a field of a form."""
    return in_form(rng, "data", b64(document(rng, name, payload)))


def in_socket(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in a message of a WebSocket."""
    data = rng.choice([as_bytes(payload), document(rng, name, payload)])
    messages = (Message(sent=True, data=b"ping"), Message(sent=True, data=data))
    return request(rng, url="/ws", method="WS", messages=messages)


def in_part(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in a part of a multipart body."""
    parts = [*((n, "", v.encode()) for n, v in noise(rng)), (name, "", as_bytes(payload))]
    body, kind = parts_of(rng, parts)
    return request(rng, headers=typed(kind), request_body=body)


def in_file_name(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in the name of a file that a multipart body carries."""
    file = as_letters(payload).replace("\n", "").replace("\\", "\\\\").replace('"', "%22")
    file = rng.choice(["{}.txt", "{}", "log 1 {}.gz"]).format(file)
    body, kind = parts_of(rng, [(name, file, b"\x89PNG\r\n" + rng.randbytes(50))])
    return request(rng, headers=typed(kind), request_body=body)


Place = Callable[[random.Random, str, str | bytes], Exchange]
PLACES: Mapping[str, tuple[str, Place]] = {
    "query": ("url", in_query),
    "path": ("url", in_path),
    "header": ("header", in_header),
    "cookie": ("cookie", in_cookie),
    "form": ("body", in_form),
    "json": ("body", in_json),
    "body": ("body", in_body),
    "zipped": ("body", in_zipped),
    "form(base64(json))": ("body", in_boxes),
    "websocket": ("websocket", in_socket),
    "part": ("body", in_part),
    "file name": ("body", in_file_name),
}
"""Where a value is put: the spot that the search must name, and who puts it there."""


def in_message(rng: random.Random, name: str, value: str) -> Exchange:
    messages = (Message(sent=True, data=document(rng, name, value)),)
    return request(rng, url="/ws", method="WS", messages=messages)


def in_referer(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in the query of the address from which the request came."""
    query = urllib.parse.urlencode(with_noise(rng, name, payload))
    return request(rng, headers=[("Referer", f"https://www.example.cn/?{query}")])


def in_authorization(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Put it in the header that says who asks."""
    word = b64(as_bytes(payload) + b":pw")
    return request(rng, headers=[("Authorization", "Basic " + word)], request_body=b"")


def in_field_name(rng: random.Random, name: str, payload: str | bytes) -> Exchange:
    """Let it be the name of a field of a form."""
    body = urllib.parse.urlencode([("a", "1"), (as_letters(payload), ""), ("b", "2")]).encode()
    kind = "application/x-www-form-urlencoded"
    return request(rng, headers=typed(kind), request_body=body)


ODD_PLACES: Mapping[str, tuple[str, Place]] = {
    "referer": ("referer", in_referer),
    "authorization": ("header", in_authorization),
    "field name": ("body", in_field_name),
}
