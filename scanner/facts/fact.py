"""What every fact has in common: its source, its channel, and what makes it the same again."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

Channel = Literal["apk", "website", "traffic", "policy", "device", "auditor"]
Phase = Literal[
    "static",
    "installed",
    "first_launch",
    "first_load",
    "consent_shown",
    "refused",
    "agreed",
    "foreground",
    "background",
    "withdrawn",
    "updated",
]


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a fact was seen, exactly enough for another person to look at the same place."""

    evidence: str | None = None
    """SHA-256 (hex) of the kept bytes that show the fact; null for what the auditor stated."""
    at: str = ""
    """The place inside these bytes, in the words of that format, e.g. a ZIP entry."""
    time: str | None = None
    """When it happened (ISO 8601 with offset); null for what only stands in a file."""
    captured: bool = True
    """True when Mingjian observed it itself, false when somebody handed the observation in."""
    mapped: bool = False
    """True when the auditor mapped names to addresses (--resolve): it shows what stands at these
    addresses, not what the public reaches under the names."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """One observation, with its source; what it means in law is for rules to say."""

    identity: ClassVar[tuple[str, ...]]
    channels: ClassVar[tuple[Channel, ...]]

    source: Source
    """Where it was seen."""
    channel: Channel
    """The kind of observation: apk, website, traffic, policy, device, or the auditor's own word."""
