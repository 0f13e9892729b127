"""The custody log holds what was done, and shows every later change of itself."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.custody import acts, appended
from scanner.errors import EvidenceError
from scanner.model import Act, Tool

TOOL = Tool(name="mingjian", version="1")
ACTS = st.lists(
    st.builds(
        Act,
        deed=st.sampled_from(["collected", "judged", "decided"]),
        at=st.just("2026-11-23T10:00:00+08:00"),
        by=st.lists(st.text(max_size=5), max_size=2).map(tuple),
        tool=st.just(TOOL),
        details=st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=2),
    ),
    min_size=1,
    max_size=4,
)


def log_of(many: list[Act]) -> bytes:
    log = b""
    for act in many:
        log = appended(log, act)
    return log


@given(ACTS)
def test_what_was_appended_is_read_back_in_order(many: list[Act]) -> None:
    assert list(acts(log_of(many))) == many


@given(ACTS, st.data())
def test_any_one_byte_altered_or_dropped_is_noticed(many: list[Act], data: st.DataObject) -> None:
    log = log_of(many)
    at = data.draw(st.integers(0, len(log) - 1))
    flipped = log[:at] + bytes([log[at] ^ data.draw(st.integers(1, 255))]) + log[at + 1 :]
    for altered in (flipped, log[:at] + log[at + 1 :]):
        with pytest.raises(EvidenceError):
            acts(altered)


def test_the_chain_is_plain_arithmetic() -> None:
    log = log_of([Act(deed="collected", at="x", tool=TOOL), Act(deed="judged", at="y", tool=TOOL)])
    digest = "0" * 64
    for line in log.decode().splitlines():
        said, record = line.split(" ", 1)
        digest = hashlib.sha256((digest + record).encode()).hexdigest()
        assert said == digest


def test_lines_exchanged_are_noticed() -> None:
    log = log_of([Act(deed="collected", at="x", tool=TOOL), Act(deed="judged", at="y", tool=TOOL)])
    first, second = log.splitlines(keepends=True)
    with pytest.raises(EvidenceError, match=r"custody\.jsonl:1"):
        acts(second + first)
