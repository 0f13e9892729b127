"""Texts taken out of their wrappings, checked against the libraries that wrap."""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import time
import urllib.parse
import zlib
from collections.abc import Callable

import brotli
import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.personal import layers as room
from scanner.personal.layers import DEPTH, MOST_BYTES, layers

SECRET = "kan.danzhao.7k2q9@example.com"


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def multipart(data: bytes) -> bytes:
    mark = f"--bnd{zlib.crc32(data)}".encode()
    part = mark + b'\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n'
    return part + data + b"\r\n" + mark + b"--\r\n"


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zlib": zlib.compress,
    "deflate": deflated,
    "zstd": zstandard.compress,
    "br": brotli.compress,
    "base64": base64.b64encode,
    "base64url": base64.urlsafe_b64encode,
    "base64 unpadded": lambda data: base64.b64encode(data).rstrip(b"="),
    "hex": lambda data: data.hex().encode(),
    "protobuf": lambda data: b"\x08\x01" + field(2, b"name") + field(3, data),
    "msgpack": lambda data: msgspec.msgpack.encode({"name": "x", "body": data}),
    "multipart": multipart,
    "grpc": lambda data: b"\0" + len(data).to_bytes(4, "big") + data,
}
"""Wrappings of any bytes."""
TEXT: dict[str, Callable[[str], str]] = {
    "json": lambda text: json.dumps({"v": 1, "body": {"inner": [text, "x"]}}),
    "json, plain letters": lambda text: json.dumps({"body": text}, ensure_ascii=False),
    "url": lambda text: urllib.parse.quote(text, safe=""),
    "form": lambda text: urllib.parse.urlencode({"t": "1", "body": text}),
    "query": lambda text: "https://a.example.com/p/q?" + urllib.parse.urlencode({"d": text}),
    "xml": lambda text: f"<?xml version='1.0'?><r><body>{html.escape(text)}</body></r>",
    "html": lambda text: f"<html><body><input name=q value='{html.escape(text)}'></body></html>",
    "cookie": lambda text: f"sid=1; data={urllib.parse.quote(text, safe='')}; x=2",
    "jsonp": lambda text: f"cb_1({json.dumps([text, {'a': 1}])});",
}
"""Wrappings of text."""
TOUCHY = {"deflate", "br"}
"""Compressions without a mark of their own: known by what comes out, which must be readable."""


def wrapped(data: bytes, chain: list[str]) -> bytes:
    for name in chain:
        if name in BYTES:
            if name in TOUCHY and not data.decode("utf-8", "replace").isprintable():
                data = base64.b64encode(data)
            data = BYTES[name](data)
        else:
            try:
                text = data.decode()
                if not text.isprintable():
                    raise ValueError
            except ValueError:
                text = base64.b64encode(data).decode()
            data = TEXT[name](text).encode()
    return data


def texts(data: bytes) -> list[str]:
    return [layer.text for layer in layers(data)]


@pytest.mark.parametrize("name", [*BYTES, *TEXT])
def test_each_wrapping_alone(name: str) -> None:
    assert SECRET in texts(wrapped(SECRET.encode(), [name]))


CHAINS = st.lists(st.sampled_from([*BYTES, *TEXT]), max_size=4)


@given(CHAINS)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_whatever_is_wrapped_is_found(chain: list[str]) -> None:
    data = wrapped(SECRET.encode(), chain)
    assert any(SECRET in text for text in texts(data)), (chain, data[:300])


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_bytes_are_survived(data: bytes) -> None:
    list(layers(data, content_type="multipart/form-data; boundary=a"))
    list(layers(data, content_encoding="gzip, br", content_type="text/html; charset=nonsense"))


@given(st.text(max_size=300), st.sampled_from(["<", "{", "[", "--", "a=", "%", "\\u"]))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_is_survived(text: str, start: str) -> None:
    list(layers((start + text).encode("utf-8", "surrogatepass")))


def test_the_path_names_the_field() -> None:
    inner = json.dumps({"imei": "490154203237518"})
    body = json.dumps({"user": {"phones": ["13912345678"]}, "d": inner, "lat": 39.9, "lng": 116.39})
    found = {layer.path: layer for layer in layers(gzip.compress(body.encode()))}
    assert found["json:user.phones[0]"].text == "13912345678"
    assert found["json:user.phones[0]"].wrapped == ("gzip", "json")
    assert found["json:d > json:imei"].wrapped == ("gzip", "json", "json")
    assert found["json:{lat,lng}"].text == "lat:39.9,lng:116.39"


def test_names_that_repeat_are_all_seen() -> None:
    assert texts(b'{"a":"first one","a":"second one"}') == ["first one", "second one"]


def test_numbers_keep_their_digits() -> None:
    assert texts(b'{"a":116.3970000,"b":13912345678901234567}') == [
        "116.3970000",
        "13912345678901234567",
    ]


def test_declared_encodings() -> None:
    body = json.dumps({"a": SECRET}).encode()
    for name, data in (
        ("gzip", gzip.compress(body)),
        ("deflate", zlib.compress(body)),
        ("deflate", deflated(body)),
        ("br", brotli.compress(body)),
        ("zstd", zstandard.compress(body)),
        ("gzip", body),
    ):
        assert [layer.text for layer in layers(data, content_encoding=name)] == [SECRET]


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example.com/b/c/d.png",
        "/b/c/d.png",
        "https://a.example.com/b?c=/d/e/f#g=/h/i",
        "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        "Mozilla/5.0 (Linux; Android 13; M2012K11AC) AppleWebKit/537.36",
        "100%",
        "a=b",
        "a=a=a=a=a=a",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_ordinary_texts_come_to_an_end(text: str) -> None:
    cut: list[str] = []
    found = list(layers(text.encode(), cut=cut))
    assert not cut
    assert len(found) <= 6


def test_multipart_with_its_declared_boundary() -> None:
    data = (
        b'--X\r\nContent-Disposition: form-data; name="phone"\r\n\r\n13912345678\r\n'
        b'--X\r\nContent-Disposition: form-data; name="f"; filename="13812345678.jpg"\r\n\r\n'
        b"\xff\xd8\xff\xe0\0\0\r\n--X--\r\n"
    )
    found = {
        layer.path: layer.text
        for layer in layers(data, content_type='multipart/form-data; boundary="X"')
    }
    assert found == {
        "multipart:phone": "13912345678",
        "multipart:f (file name)": "13812345678.jpg",
    }


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ("姓名：阚澹昭，电话13912345678".encode("gb18030"), "text/html; charset=gbk"),
        ("姓名：阚澹昭，电话13912345678".encode("gb18030"), ""),
        ("姓名：阚澹昭，电话13912345678".encode("utf-16"), ""),
        ("姓名 phone 13912345678 and so on".encode("utf-16-le"), ""),
    ],
)
def test_other_character_sets(data: bytes, content_type: str) -> None:
    assert any("13912345678" in layer.text for layer in layers(data, content_type=content_type))


def test_html_as_it_reads() -> None:
    page = b"<html><table><td>139<b>1234</b>5678</td><td>x</td></table><!-- a@b.cn --></html>"
    found = texts(page)
    assert "13912345678\nx" in found
    assert " a@b.cn " in found


@pytest.mark.parametrize(
    "bomb",
    [
        gzip.compress(b"0" * (MOST_BYTES * 4)),
        zstandard.compress(b"0" * (MOST_BYTES * 4)),
        brotli.compress(b"0" * (MOST_BYTES * 4), quality=2),
        gzip.compress(gzip.compress(b"0" * (MOST_BYTES * 4))),
    ],
    ids=["gzip", "zstd", "br", "gzip twice"],
)
def test_a_bomb_is_cut_and_said(bomb: bytes) -> None:
    cut: list[str] = []
    begun = time.process_time()
    made = sum(len(layer.text) for layer in layers(bomb, cut=cut))
    assert made <= MOST_BYTES
    assert any("too large" in words for words in cut)
    assert time.process_time() - begun < 10


def test_a_bomb_of_many_parts_is_cut_and_said() -> None:
    part = base64.b64encode(gzip.compress(b"0 " * (1 << 22))).decode()
    cut: list[str] = []
    made = sum(len(layer.text) for layer in layers(json.dumps([part] * 50).encode(), cut=cut))
    assert made <= 2 * MOST_BYTES
    assert cut


def test_depth_and_count_are_bounded_and_said() -> None:
    data = SECRET.encode()
    for _ in range(DEPTH + 3):
        data = gzip.compress(data)
    cut: list[str] = []
    assert SECRET not in [layer.text for layer in layers(data, cut=cut)]
    assert any("wrappings" in words for words in cut)
    cut = []
    many = json.dumps(["abcdefgh"] * (room.MOST_TEXTS + 10)).encode()
    assert len(list(layers(many, cut=cut))) <= room.MOST_TEXTS + 2
    assert any("texts" in words for words in cut)


def test_damage_is_said_and_what_came_before_is_kept() -> None:
    data = gzip.compress(("padding " * 50 + SECRET + os.urandom(3000).hex()).encode())
    cut: list[str] = []
    found = list(layers(data[: len(data) // 2], cut=cut))
    assert any(SECRET in layer.text for layer in found)
    assert any("broken" in words for words in cut)
    assert all("gzip (cut)" in layer.wrapped for layer in found)


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"<a " * 300_000,
        b"<!--" * 200_000,
        b"%25" * 300_000,
        b"\\u" * 300_000,
        b"a=" * 300_000,
        b"a=b; " * 100_000 + b"\n",
        b"A" * 1_000_000,
        b"--" * 300_000,
        b"&#" * 300_000,
        b"\x0a\x80" * 300_000,
        b"(" * 500_000 + b"{",
        b"http://" + b"/?#" * 200_000,
    ],
)
def test_hostile_bodies_take_no_time(hostile: bytes) -> None:
    begun = time.process_time()
    for content_type in ("", "text/html", "application/x-www-form-urlencoded"):
        list(layers(hostile, content_type=content_type))
    assert time.process_time() - begun < 6


def test_pieces_within_others_stand_in_one_given_before() -> None:
    for number in range(200):
        names = [*BYTES, *TEXT]
        data = wrapped(SECRET.encode(), [names[number % 22], names[number * 7 % 22]])
        before = b""
        for piece in room.pieces(data):
            raw = piece.data if isinstance(piece.data, bytes) else piece.data.encode()
            synthetic = piece.path.endswith("{lat,lng}")
            assert not piece.within or synthetic or raw in before, piece
            before += raw + b"\n"


def test_an_address_is_taken_apart_whatever_letters_stand_in_it() -> None:
    hidden = base64.b64encode(SECRET.encode()).decode()
    url = f'https://a.test/v1/{hidden}/x?a={{"t":"{SECRET}"}}&名=b#f=1'
    found = {layer.path: layer.text for layer in room.layers_of(room.url_pieces(url))}
    assert found["url:a > json:t"] == SECRET
    assert found["url:名"] == "b"
    assert SECRET in found.values()
    assert any(path.startswith("url:(path)[2]") for path in found)


def test_what_was_met_before_changes_nothing() -> None:
    body = json.dumps({"a": "some plain words here", "b": "x", "c": "more of such words", "d": "y"})
    room._BARREN.clear()
    first = list(room.pieces(body.encode()))
    assert "some plain words here" in room._BARREN
    assert list(room.pieces(body.encode())) == first
    for number in range(room._MOST_BARREN + 50):
        room._remember(f"words {number}")
    assert len(room._BARREN) <= room._MOST_BARREN


def test_a_text_with_a_name_is_taken_apart_under_it() -> None:
    value = base64.b64encode(json.dumps({"imei": "860000000000001"}).encode()).decode()
    found = {piece.path for piece in room.text_pieces(value, "header:X-D")}
    assert found == {"header:X-D", "header:X-D > json:imei"}


def test_letters_after_a_word_are_opened_whatever_they_seem_together() -> None:
    for number in range(300):
        letters = base64.b64encode(f"user{number}:{SECRET}".encode()).decode()
        assert any(SECRET in str(piece.data) for piece in room.text_pieces("Basic " + letters, "h"))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("realName", "王芳", True),
        ("userName", "欧阳修", True),
        ("plateNo", "京A12345", True),
        ("passport", "E12345678", True),
        ("passportNo", "EA1234567", True),
        ("title", "王芳", False),
        ("realName", "word!?", False),
        ("passport", "a sign", False),
    ],
)
def test_base64_of_a_few_letters_where_the_name_speaks_for_it(
    name: str, value: str, told: bool
) -> None:
    for letters in (base64.b64encode(value.encode()), base64.urlsafe_b64encode(value.encode())):
        said = letters.decode()
        for body in (json.dumps({name: said}), f"a=1&{name}={said}&b=2"):
            assert any(one.data == value for one in room.pieces(body.encode())) == told, body
    for plain in ("5f3a9c2e", "600123456", "Shanghai", "56789012", "Resident"):
        inside = room.pieces(json.dumps({name: plain}).encode())
        assert [one.data for one in inside if not one.taken] == [plain]


def test_frames_of_grpc_each_compressed_or_not() -> None:
    def frame(flag: bytes, data: bytes) -> bytes:
        return flag + len(data).to_bytes(4, "big") + data

    body = frame(b"\1", gzip.compress(b"first 867530042193853")) + frame(b"\0", b"and the second")
    texts = {one.path: one.data for one in room.pieces(body) if not one.taken}
    assert texts == {"grpc:[0]": "first 867530042193853", "grpc:[1]": "and the second"}
    inside = room.pieces(frame(b"\1", gzip.compress(b"first 867530042193853")))
    assert inside[-1].wrapped == ("grpc", "gzip")
