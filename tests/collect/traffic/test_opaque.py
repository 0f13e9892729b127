"""Bodies that cannot be read, encrypted by openssl's library; and those that can."""

from __future__ import annotations

import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from scanner.collect.traffic.opaque import is_opaque
from scanner.personal.layers import pieces

SAID = json.dumps([{"imei": "867530042193853", "page": n, "t": 1763800000 + n} for n in range(20)])
CHANCE = random.Random(7)


def encrypted(data: bytes) -> bytes:
    key, start = CHANCE.randbytes(16), CHANCE.randbytes(16)
    cipher = Cipher(algorithms.AES(key), modes.CTR(start)).encryptor()
    return cipher.update(data) + cipher.finalize()


def opaque(body: bytes, content_type: str = "") -> bool:
    return is_opaque(list(pieces(body, content_type=content_type)))


@pytest.mark.parametrize("size", [64, 100, 300, 1000])
def test_what_is_encrypted_is_opaque(size: int) -> None:
    told = [opaque(encrypted(SAID.encode()[:size])) for _ in range(100)]
    assert sum(told) >= 98


def test_letters_and_compression_around_it_make_no_difference() -> None:
    for _ in range(20):
        secret = encrypted(SAID.encode())
        assert opaque(base64.b64encode(secret))
        assert opaque(base64.urlsafe_b64encode(secret).rstrip(b"="))
        assert opaque(secret.hex().encode())
        assert opaque(gzip.compress(secret))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        SAID.encode(),
        gzip.compress(SAID.encode(), mtime=0),
        base64.b64encode(SAID.encode()),
        "今天的推荐，附近的店，限时优惠，满一百减二十，查看更多，个人中心，设置。".encode() * 3,
        "姓名：欧阳明鉴；地址：北京市朝阳区鸢尾路".encode("gb18030") * 4,
        b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(2000),
        b"PK\3\4" + random.Random(1).randbytes(2000),
        b"\0\0\0\x20ftypmp42" + random.Random(1).randbytes(2000),
        random.Random(1).randbytes(60),
        bytes(500),
        bytes(range(32)) * 20,
        json.dumps({"sign": base64.b64encode(random.Random(1).randbytes(256)).decode()}).encode(),
        json.dumps({"data": {"accessToken": random.Random(1).randbytes(200).hex()}}).encode(),
        json.dumps(
            {"data": base64.b64encode(zlib.compress(SAID.encode()[:160])).decode()}
        ).encode(),
        json.dumps(
            {"img": base64.b64encode(b"\xff\xd8\xff" + bytes(range(250))).decode()}
        ).encode(),
        json.dumps({"id": random.Random(1).randbytes(32).hex(), "t": "今天的推荐" * 30}).encode(),
    ],
)
def test_what_can_be_read_or_is_known_is_not(body: bytes) -> None:
    assert not opaque(body)


@pytest.mark.parametrize("letters", [base64.b64encode, base64.urlsafe_b64encode, bytes.hex])
@pytest.mark.parametrize("around", ["json", "form", "multipart", "text"])
def test_an_encrypted_part_makes_a_readable_body_opaque(
    letters: Callable[[bytes], bytes | str], around: str
) -> None:
    for _ in range(10):
        told = letters(encrypted(SAID.encode()[:500]))
        said = told.decode() if isinstance(told, bytes) else told
        part = f'--edge\r\nContent-Disposition: form-data; name="d"\r\n\r\n{said}\r\n--edge--\r\n'
        body = {
            "json": json.dumps({"v": 3, "app": {"data": said}, "page": "index"}),
            "form": urlencode({"v": 3, "data": said, "page": "index"}),
            "multipart": part,
            "text": said,
        }[around]
        assert opaque(body.encode(), "multipart/form-data; boundary=edge" * (around == "multipart"))


def test_bytes_in_a_multipart_are_measured() -> None:
    head = b'--edge\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n'
    for content, told in ((encrypted(SAID.encode()), True), (SAID.encode(), False)):
        body = head + content.replace(b"\n", b" ") + b"\r\n--edge--\r\n"
        assert opaque(body, "multipart/form-data; boundary=edge") == told
