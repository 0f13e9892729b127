"""How often one kind of personal information goes to one host, counted in requests."""

from __future__ import annotations

import datetime
from bisect import insort
from collections.abc import Iterable
from typing import NamedTuple

from scanner.exchange import moment

MOST_ROWS = 20_000
"""Pairs of kind and host that are counted at most."""
MOST_TIMES = 10_000
"""Requests within one minute that are told apart at most."""
Kind = tuple[str, str]
"""A kind of personal information, and how it was matched."""
MINUTE = datetime.timedelta(seconds=60)


class Often(NamedTuple):
    """How often something happened."""

    requests: int
    """In how many requests."""
    per_minute: int | None
    """In how many at most within any 60 seconds; None where one has no time."""
    by_subject: bool | None
    """True when the subject itself sent all of them."""


class _Row:
    __slots__ = ("all_by_subject", "count", "most", "times", "undated")

    def __init__(self) -> None:
        self.count = self.most = 0
        self.times: list[datetime.datetime] = []
        self.undated = False
        self.all_by_subject = True


class Frequencies:
    """Counts requests by kind and host; memory holds the last minute of each."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Kind, str], _Row] = {}

    def add(
        self, kinds: Iterable[Kind], host: str, started: str, *, by_subject: bool | None
    ) -> None:
        """Count a request that carried these kinds; `started` is ISO 8601 with offset."""
        for kind in kinds:
            row = self._rows.get((kind, host))
            if row is None:
                if len(self._rows) >= MOST_ROWS:
                    continue
                row = self._rows[kind, host] = _Row()
            row.count += 1
            row.all_by_subject = row.all_by_subject and by_subject is True
            time = moment(started)
            if time is None:
                row.undated = True
            else:
                _count(row, time)

    def of(self, kind: Kind, host: str) -> Often | None:
        """Give what was counted; None for what was not."""
        row = self._rows.get((kind, host))
        if row is None:
            return None
        per_minute = None if row.undated else row.most
        return Often(row.count, per_minute, row.all_by_subject or None)


def _count(row: _Row, time: datetime.datetime) -> None:
    """Add a moment; those over a minute before the newest can meet no later one and go."""
    insort(row.times, time)
    oldest = row.times[-1] - MINUTE
    keep = next((i for i, one in enumerate(row.times) if one > oldest), 0)
    if keep or len(row.times) > MOST_TIMES:
        del row.times[: max(keep, len(row.times) - MOST_TIMES)]
    row.most = max(row.most, len(row.times))
