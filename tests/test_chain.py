"""The chain, against sha256sum's own arithmetic."""

from __future__ import annotations

import subprocess

from hypothesis import given
from hypothesis import strategies as st

from scanner.chain import FIRST, chained


def test_a_link_is_what_sha256sum_gives() -> None:
    said = subprocess.run(
        ["sha256sum"], input=FIRST + b'{"a":1}', capture_output=True, check=True
    ).stdout
    assert chained(FIRST, b'{"a":1}') == said[:64]


@given(st.binary(), st.binary(), st.binary())
def test_another_record_or_another_past_gives_another_link(a: bytes, b: bytes, past: bytes) -> None:
    assert (chained(FIRST, a) == chained(FIRST, b)) == (a == b)
    after = chained(FIRST, past)
    assert chained(after, a) != chained(FIRST, a)
