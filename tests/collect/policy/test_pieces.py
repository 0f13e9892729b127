from __future__ import annotations

from scanner.collect.policy.pieces import MOST, pieces_of
from scanner.collect.policy.sentences import sentences_of
from tests.collect.policy.claims.test_party_rows import markdown


def test_sentences_stay_whole_and_endless_ones_are_cut() -> None:
    short = markdown("我们收集信息。我们不共享。")
    assert list(pieces_of(short)) == list(sentences_of(short))
    long = markdown("信息" * MOST)
    pieces = [one for one in pieces_of(long) if "信息" in one.text]
    assert all(len(one.text) <= MOST for one in pieces)
    assert "".join(one.text for one in pieces) == "信息" * MOST
    assert all(long.folded[one.start : one.end] == one.text for one in pieces)
