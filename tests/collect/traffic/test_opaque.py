"""Bodies that cannot be read, encrypted by openssl's library; and those that can."""

from __future__ import annotations

import base64
import gzip
import json
import random

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
        gzip.compress(SAID.encode()),
        base64.b64encode(SAID.encode()),
        "今天的推荐，附近的店，限时优惠，满一百减二十，查看更多，个人中心，设置。".encode() * 3,
        "姓名：欧阳明鉴；地址：北京市朝阳区鸢尾路".encode("gb18030") * 4,
        b"\xff\xd8\xff\xe0" + random.Random(1).randbytes(2000),
        b"PK\3\4" + random.Random(1).randbytes(2000),
        b"\0\0\0\x20ftypmp42" + random.Random(1).randbytes(2000),
        random.Random(1).randbytes(60),
        bytes(500),
        bytes(range(32)) * 20,
        json.dumps({"data": base64.b64encode(random.Random(1).randbytes(300)).decode()}).encode(),
    ],
)
def test_what_can_be_read_or_is_known_is_not(body: bytes) -> None:
    assert not opaque(body)
