"""Recall and precision of the search over planted exchanges, and over near misses.

Known values of a made-up person, in every writing, wrapping and place by turns; values of others
that only their form and the name of the field tell; and what resembles such values and is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest

from scanner.collect.traffic.sent import Reader
from tests.planted.forms import by_form
from tests.planted.near import near_misses
from tests.planted.people import STYLES, bare, person
from tests.planted.planted import Planted, known, oddities

RECALL, PRECISION = 0.97, 0.99
"""What issue 5 asks for over the whole."""
RECALL_OF_EACH = 0.9
"""Recall below which no kind, encoding or place may be, so that none hides behind the others."""
SEEDS = (1, 2)
SHARE = 0.06
"""Part of all combinations of kind, writing and place that is read: about 2,500 of a person."""
FEWEST = 10
"""Exchanges from which the recall of one kind, encoding or place is looked at."""


def reader_of(seed: int) -> Reader:
    """Give a reader that knows the values of one person."""
    return Reader({kind: (value,) for kind, value in person(seed).items()})


class Tally:
    """What was found and missed, by kind, encoding and place, and what was found of nobody."""

    def __init__(self) -> None:
        self.by: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.found = self.missed = 0
        self.wrong: list[str] = []
        self.lost: list[str] = []

    def read(self, reader: Reader, exchanges: Iterable[Planted]) -> None:
        """Read exchanges and count."""
        for one in exchanges:
            carried = reader.read(one.exchange, listed=False)
            said = {(datum.data_type, datum.place) for datum in carried.data}
            if wrong := said - one.expected:
                self.wrong.append(f"{sorted(wrong)} in {one.kind}|{one.written} {one.place}")
            if not one.expected:
                continue
            whole = one.expected <= said
            self.found, self.missed = self.found + whole, self.missed + (not whole)
            if not whole:
                self.lost.append(f"{one.kind}|{one.written} {one.place}"[:200])
            written = one.written.partition("|")[0]
            for label in (("kind", one.kind), ("encoding", written), ("place", one.place)):
                self.by[label][0] += whole
                self.by[label][1] += 1

    @property
    def recall(self) -> float:
        """Give the part of what was planted that was found."""
        return self.found / (self.found + self.missed)

    @property
    def precision(self) -> float:
        """Give the part of what was found that was"""
        return self.found / (self.found + len(self.wrong))

    def low(self) -> list[str]:
        """Name what is found too seldom."""
        return [
            f"{what} {name}: {there} of {count}"
            for (what, name), (there, count) in sorted(self.by.items())
            if count >= FEWEST and there < RECALL_OF_EACH * count
        ]

    def table(self) -> str:
        """Give the counts, and examples of what went wrong."""
        lines = [f"recall {self.recall:.4f}, precision {self.precision:.4f}"]
        lines += [
            f"{what:9} {name:28} {there:5} of {count:5}  {there / count:.3f}"
            for (what, name), (there, count) in sorted(self.by.items())
        ]
        return "\n".join([*lines, "missed:", *self.lost[:40], "wrong:", *self.wrong[:40]])

    def check(self) -> None:
        """Assert what issue 5 asks for."""
        assert self.found + self.missed > 500
        assert self.recall >= RECALL, self.table()
        assert self.precision >= PRECISION, self.table()
        assert not self.low(), f"{self.low()}\n{self.table()}"


@pytest.mark.parametrize("seed", SEEDS)
def test_known_values_are_found_however_they_are_written(seed: int) -> None:
    tally = Tally()
    reader = reader_of(seed)
    tally.read(reader, known(seed, SHARE))
    tally.read(reader, near_misses(seed, times=1))
    tally.check()


@pytest.mark.parametrize("seed", SEEDS)
def test_known_values_are_found_in_rarer_wrappings(seed: int) -> None:
    tally = Tally()
    tally.read(reader_of(seed), oddities(seed))
    tally.check()


@pytest.mark.parametrize("seed", SEEDS)
def test_values_of_others_are_found_by_their_form(seed: int) -> None:
    tally = Tally()
    reader = Reader({})
    tally.read(reader, by_form(seed, times=4))
    tally.read(reader, near_misses(seed, times=2))
    tally.check()


@pytest.mark.parametrize("style", ["no separators", "separators", "lower"])
def test_a_value_may_be_written_otherwise_by_the_auditor(style: str) -> None:
    """What a change of case or separators cannot give back is left out."""
    values = person(4)
    for kind in ("clipboard", "email", "account"):
        del values[kind]
    tally = Tally()
    reader = Reader({kind: (STYLES[style](kind, value),) for kind, value in values.items()})
    tally.read(reader, (one for one in known(4, SHARE) if one.kind in values))
    tally.check()


def test_what_one_person_sends_is_not_taken_for_another() -> None:
    def known_to_others(seed: int) -> Iterator[str]:
        reader = reader_of(seed + 100)
        for one in known(seed, SHARE / 2):
            for datum in reader.read(one.exchange, listed=False).data:
                if datum.matched_by == "known":
                    yield f"{datum.data_type} {datum.encoding} in {one.kind}|{one.written}"

    assert list(known_to_others(1)) == []


def test_what_is_shown_is_masked() -> None:
    """The value as such never comes out, whatever it was wrapped in."""
    values = person(3)
    reader = reader_of(3)
    shown = 0
    for one in known(3, SHARE / 2):
        for datum in reader.read(one.exchange, listed=False).data:
            shown += 1
            assert values[one.kind] not in datum.value_masked
            assert bare(values[one.kind]) not in bare(datum.value_masked)
            assert datum.value_masked
    assert shown > 500
