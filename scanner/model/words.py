"""The small words that all values share: verdicts, certainties, and texts in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from scanner.facts import Channel

Verdict = Literal["violated", "satisfied", "not_applicable", "undetermined"]
Certainty = Literal["proven", "suspected"]
Severity = Literal["critical", "high", "medium", "low", "info"]
Grade = Literal["A", "B", "C", "D", "U"]
TargetKind = Literal["apk", "website"]
CHANNELS: Mapping[TargetKind, tuple[Channel, ...]] = {
    "apk": ("apk", "policy", "traffic", "device"),
    "website": ("website", "policy", "traffic"),
}
"""Channels in which a kind of subject can be observed, in the order in which reports name them."""
Scalar = str | int | bool | None
ProfileName = Literal["regulator", "procurator", "developer"]
"""For whom a report is written."""
Standing = Literal["unsigned", "verified", "unverified"]
"""Of a folder of rules: nobody signed it, its signature holds, or nobody could check it."""


class Words(msgspec.Struct, frozen=True):
    """The same words in Chinese and in English."""

    zh: str
    """In Chinese."""
    en: str
    """In English."""

    def said(self, *, chinese: bool) -> str:
        """Give them in the one language or the other."""
        return self.zh if chinese else self.en
