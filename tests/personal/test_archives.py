"""Archives as Python's own library writes them, whole, hostile and damaged."""

from __future__ import annotations

import bz2
import io
import lzma
import random
import time
import zipfile

import pytest

from scanner.personal import archives
from scanner.personal.layers import Piece, pieces

LOG = "\n".join(f"10:00:{n % 60:02} imei=867530042193853 page {n}" for n in range(200))


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def said(body: bytes, content_type: str = "") -> tuple[list[Piece], list[str]]:
    cut: list[str] = []
    return pieces(body, content_type=content_type, cut=cut), cut


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_files_of_a_zip_and_their_names_are_read(method: int) -> None:
    inside, cut = said(packed({"log/867530042193853.txt": LOG.encode(), "b.txt": b"two"}, method))
    texts = {piece.path: piece.data for piece in inside if not piece.taken}
    assert texts["zip:[0] (file name)"] == "log/867530042193853.txt"
    assert texts["zip:[0]"] == LOG
    assert texts["zip:[1]"] == "two"
    assert not cut


def test_a_zip_as_a_part_of_a_form() -> None:
    head = b'--edge\r\nContent-Disposition: form-data; name="f"; filename="log.zip"\r\n\r\n'
    body = head + packed({"log.txt": LOG.encode()}) + b"\r\n--edge--\r\n"
    inside, cut = said(body, "multipart/form-data; boundary=edge")
    assert any(piece.data == LOG for piece in inside)
    assert not cut


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress])
def test_bzip2_and_xz(pack) -> None:  # type: ignore[no-untyped-def]
    body = pack(LOG.encode()) + pack(b" the end")
    inside, cut = said(body)
    assert inside[-1].data == LOG + " the end"
    assert not cut
    assert said(pack(LOG.encode())[:-20])[1]


def test_bombs_are_bounded_and_said() -> None:
    begun = time.process_time()
    zeros = b"0" * (60 << 20)
    for body in (packed({"a": zeros, "b": zeros}), bz2.compress(zeros), lzma.compress(zeros)):
        inside, cut = said(body)
        assert cut
        assert sum(len(piece.data) for piece in inside) < 80 << 20
    many = packed({f"{n}.txt": b"some words" for n in range(archives.MOST_MEMBERS + 50)})
    assert any("files in a zip archive" in words for words in said(many)[1])
    assert time.process_time() - begun < 60


def test_what_cannot_be_opened_is_said() -> None:
    whole = packed({"a.txt": LOG.encode()})
    locked = bytearray(whole)
    for mark, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        locked[whole.index(mark) + at] |= 1
    for body, word in (
        (whole[:-30], "damaged"),
        (b"PK\3\4" + random.Random(1).randbytes(500), "damaged"),
        (bytes(locked), "password"),
        (b"7z\xbc\xaf\x27\x1c" + random.Random(1).randbytes(500), "7z"),
        (b"Rar!\x1a\7\1\0" + random.Random(1).randbytes(500), "rar"),
    ):
        assert any(word in words for words in said(body)[1]), word


def test_damage_anywhere_is_survived() -> None:
    chance, whole = random.Random(2), packed({"a.txt": LOG.encode(), "b/c.txt": b"x" * 500})
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        said(bytes(broken))
