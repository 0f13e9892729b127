from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scanner.collect.website.qr import MOST_CODES, collect
from scanner.errors import NotAuditable
from scanner.model import Lead, Site, Target
from tests.collect.website.rig import KNOWLEDGE, Kept

Image = pytest.importorskip("PIL.Image")
zxingcpp = pytest.importorskip("zxingcpp")
URL = "https://checkin.site.test/visit?place=7"


def code(text: str, side: int = 240) -> Any:
    import numpy as np

    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(np.array(made.to_image(scale=8)))
    return picture.convert("RGB").resize((side, side), Image.NEAREST)


def poster(*texts: str) -> Any:
    whole = Image.new("RGB", (320 * max(len(texts), 1), 320), "white")
    for place, text in enumerate(texts):
        whole.paste(code(text), (40 + 320 * place, 40))
    return whole


def saved(picture: Any, kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    picture.save(data, kind)
    return data.getvalue()


def read(data: bytes, folder: Path, name: str = "poster.png") -> tuple[str, ...]:
    kept = Kept()
    place = folder / "picture"
    place.write_bytes(data)
    evidence = kept(data, name=name, media_type="image/png")
    target = Target(kind="qr", path=place, evidence=evidence)
    (lead,) = collect(target, kept, KNOWLEDGE, lambda _: None)
    assert isinstance(lead, Lead) and lead.kind == "website"
    return msgspec.json.decode(kept.data[lead.evidence.sha256], type=Site).addresses


def noisy(picture: Any) -> Any:
    chance = random.Random(7)
    for _ in range(2500):
        picture.putpixel(
            (chance.randrange(320), chance.randrange(320)), (chance.randrange(256),) * 3
        )
    return picture


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: poster(URL), "PNG"),
        (lambda: poster(URL), "JPEG"),
        (lambda: poster(URL).rotate(90, expand=True), "PNG"),
        (lambda: poster(URL).rotate(17, expand=True, fillcolor="white"), "JPEG"),
        (lambda: noisy(poster(URL)), "JPEG"),
    ],
)
def test_the_address_in_a_picture_is_a_lead(
    make: Callable[[], Any], kind: str, tmp_path: Path
) -> None:
    assert read(saved(make(), kind), tmp_path) == (URL,)


def test_several_addresses_of_one_poster_are_one_site(tmp_path: Path) -> None:
    data = saved(poster(URL, "https://other.site.test/", "WIFI:S:x;;"))
    assert set(read(data, tmp_path)) == {URL, "https://other.site.test/"}


def test_of_very_many_codes_some_are_read(tmp_path: Path) -> None:
    data = saved(poster(*(f"https://s{n}.site.test/" for n in range(MOST_CODES + 2))))
    assert 1 <= len(read(data, tmp_path)) <= MOST_CODES


def bomb(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (bomb(60_000, 60_000), "no picture"),
        (bomb(9_000, 9_000), "no picture"),
        (bomb(400, 400), "no picture"),
        (saved(poster(URL))[:300], "no picture"),
        (saved(poster()), "no code"),
        (saved(poster("微信扫码 123")), "no address"),
        (saved(poster("javascript:alert(1)", "weixin://x/y")), "no address"),
    ],
)
def test_what_gives_no_address_is_said(data: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(NotAuditable, match=said):
        read(data, tmp_path)


def test_damaged_pictures_never_end_in_a_traceback(tmp_path: Path) -> None:
    chance = random.Random(11)
    for whole in (saved(poster(URL)), saved(poster(URL), "JPEG")):
        for _ in range(40):
            data = bytearray(whole)
            for _ in range(chance.randrange(1, 6)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            try:
                assert read(bytes(data), tmp_path)
            except NotAuditable:
                continue


def test_a_hostile_name_is_no_path(tmp_path: Path) -> None:
    read(saved(poster(URL)), tmp_path, name="../../etc/\x1b[31m.png")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["picture"]
