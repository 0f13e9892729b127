from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from scanner.report.document.aloud import STRENGTH, short, words

DIGEST = hashlib.sha256(b"").hexdigest()
BACK = {word: f"{number:x}" for number, word in enumerate("零一二三四五六七八九甲乙丙丁戊己")}
WORDS = "zero one two three four five six seven eight nine Alfa Bravo Charlie Delta Echo Foxtrot"


def test_the_short_form_is_the_beginning_of_the_digest_in_fours() -> None:
    assert short(DIGEST) == "e3b0 c442 98fc 1c14"
    assert words(DIGEST).zh == "戊三乙零，丙四四二，九八己丙，一丙一四"
    assert words(DIGEST).en.startswith("Echo three Bravo zero, Charlie four four two")


@given(st.binary(max_size=8))
def test_what_is_heard_gives_the_digits_back(data: bytes) -> None:
    digest = hashlib.sha256(data).hexdigest()
    heard = words(digest)
    assert "".join(BACK[word] for word in heard.zh.replace("，", "")) == digest[:16]
    spoken = heard.en.replace(",", "").split()
    assert "".join(f"{WORDS.split().index(word):x}" for word in spoken) == digest[:16]


def test_its_strength_is_told_and_not_overstated() -> None:
    assert 1.8e19 < 2**64 < 1.9e19
    assert 4e9 < 2**32 < 4.5e9
    assert "以完整校验值为准" in STRENGTH.zh
    assert "does not take its place" in STRENGTH.en
