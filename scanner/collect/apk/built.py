"""The day on which a package was built, by the days that its container gives for the files."""

from __future__ import annotations

import datetime

from scanner.collect.apk.container import Container

FIRST = datetime.date(2008, 9, 1)
"""No app for Android is older: the first device came out in that autumn. It also leaves out the
fixed days of 1980 and 1981 that packing tools write so that equal input gives equal bytes."""
FIXED = frozenset((datetime.date(2009, 1, 1), datetime.date(2010, 1, 1)))
"""Other fixed days: the signer of the Android SDK writes the first, Bazel the second."""
ZONES = datetime.timedelta(days=1)
"""The days are those of the builder's clock, which may be ahead of ours by its time zone."""


def built_day(container: Container, today: datetime.date) -> str | None:
    """Give the newest plausible day of the files, ISO 8601; None where there is none to trust.

    A container that is cut off or ambiguous gives none: what is missing may be newer.
    """
    if container.doubt is not None:
        return None
    days = {_date(stated) for stated in {entry.day for entry in container.entries.values()}}
    real = [day for day in days if day is not None and day not in FIXED]
    plausible = [day for day in real if FIRST <= day <= today + ZONES]
    return max(plausible).isoformat() if plausible else None


def _date(stated: int) -> datetime.date | None:
    try:
        return datetime.date(1980 + (stated >> 9), stated >> 5 & 15, stated & 31)
    except ValueError:  # a month or day that there is not
        return None
