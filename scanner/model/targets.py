"""What is looked at, and what collectors say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from scanner.facts import Channel, Fact, Origin, Phase, PhaseBegan
from scanner.model.words import Scalar, TargetKind, Words


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that are kept unaltered in the case folder, named by their digest."""

    sha256: str
    """SHA-256 of the bytes, hex."""
    name: str
    """What the bytes are called where they come from; never used as a path."""
    media_type: str
    """Media type, e.g. application/vnd.android.package-archive."""
    size: int
    """Length in bytes."""
    readable: str | None = None
    """SHA-256 of kept bytes that show the same in a form that a person can read."""


class Aid(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a person hands in to have a target read better."""

    kind: Literal["mapping", "dex", "identity", "connections", "sockets", "control"]
    """mapping: names before a shrinker renamed them; dex: code dumped from the running app;
    identity: values of the test device and person; connections and sockets: which app connected
    where; control: what the same phone sent while the app was not on it."""
    path: Path
    """Where the bytes lie."""
    evidence: Evidence
    """The same bytes as kept evidence."""
    ahead_s: float = 0.0
    """How far the clock of its times is ahead of the recording's beside it, in seconds."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What the auditor states of a subject, and how the scanner may go out to it."""

    home: str = "CN"
    """Country whose law applies, ISO 3166."""
    vantage: str | None = None
    """Country from which the requests leave, as the auditor stated it, ISO 3166."""
    first_party: tuple[str, ...] = ()
    """Hosts of the subject itself, beside those of its addresses."""
    resolve: tuple[str, ...] = ()
    """Names mapped to addresses: HOST[:PORT]=ADDRESS[:PORT], * for all."""
    allow_private: bool = False
    """Whether private, loopback and link-local addresses may be reached."""
    authorised: bool = False
    """Whether the auditor states to be entitled to go beyond what anybody may do: past robots.txt,
    with a login, and asking addresses found in a package."""
    retired: bool = False
    """Whether the auditor states that the subject is out of service."""
    dwell_s: float = 5.0
    """How long each session waits without touching anything, in seconds."""
    pages: int = 12
    """Most pages opened in the walk."""
    depth: int = 5
    """Most clicks from the first page."""
    rate: float = 1.0
    """Most pages a second."""
    minutes: float = 10.0
    """Longest time for all sessions together."""
    session: Path | None = None
    """A logged-in browser state as Playwright stores it."""
    trust: tuple[Path, ...] = ()
    """Certificates (PEM) of a site under test to be trusted."""
    locations: tuple[Path, ...] = ()
    """Databases of locations (MMDB) that the auditor adds."""
    browser: Path | None = None
    """The browser to use; else one is searched for."""
    subject: TargetKind | None = None
    """What the recordings are of, where nothing else of the subject is there."""
    package: str | None = None
    """Package name of the app, stated or read from its manifest."""
    names: tuple[str, ...] = ()
    """What the subject is called: its label, its title, its package, its hosts."""
    developer: str | None = None
    """Developer or operator, as the auditor stated it."""
    fetch_policies: bool = False
    """Whether addresses of policies that a package names may be asked."""
    consent_at: str | None = None
    """When consent was given (ISO 8601 with offset), for recordings that do not say so."""
    consent_within_s: float = 0.0
    """How far that moment may be off, in seconds; what lies as near belongs to no phase."""
    digest_key: Path | None = None
    """File with the key of digests of personal values; it never enters the case."""
    build: str | None = None
    """SHA-256 of the package that is audited, where one is."""
    phases: tuple[PhaseBegan, ...] = ()
    """The phases of a device run, for recordings of traffic that were made beside it."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of one site, as they are kept: what was asked for, and nothing else."""

    schema: str = "mingjian/site/1"
    """Version of this form."""
    addresses: tuple[str, ...]
    """The first is where the visit begins."""


class PolicyText(msgspec.Struct, frozen=True, kw_only=True):
    """A text that is, or may be, the subject's privacy policy, or the address of one."""

    origin: Origin
    """Where it was got."""
    path: Path | None = None
    """Where its bytes lie; None for an address that nobody has asked yet."""
    evidence: Evidence | None = None
    """The same bytes as kept evidence."""
    address: str | None = None
    """The address at which it stands, against which its links are read; None where unknown."""


class PolicyTexts(msgspec.Struct, frozen=True, kw_only=True):
    """The policy texts of one subject, as they are kept: what was to be read, and nothing else."""

    schema: str = "mingjian/policy/1"
    """Version of this form."""
    texts: tuple[tuple[Origin, str, str | None], ...]
    """Of each its origin, its address or name, and the SHA-256 of its bytes if they are there."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be looked at: what a person or a lead named, as kept bytes."""

    kind: str
    """apk, website (a list of addresses), qr (a picture), traffic (a recording), device (a run on a
    phone, as a zip), endpoints, policy (the list of its texts); a collector says which kinds it
    accepts."""
    path: Path
    """Where the bytes lie."""
    evidence: Evidence
    """The same bytes as kept evidence."""
    depth: int = 0
    """How many leads away from what the person named."""
    aids: tuple[Aid, ...] = ()
    """What was handed in beside it."""
    visit: Visit = Visit()
    """How the scanner may go out for it."""
    channel: Channel | None = None
    """The channel of its facts where it is not that of its kind, as for a session's HAR."""
    phase: Phase | None = None
    """The phase in which it was recorded, where it has one."""
    since: str | None = None
    """The moment (ISO 8601) at which that phase began; what came before belongs to none."""
    texts: tuple[PolicyText, ...] = ()
    """Of a policy: its texts."""


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """A further target that a collector found, already kept as evidence."""

    kind: str
    """The kind of target it would be, e.g. apk for the packages inside an XAPK, or policy; of a
    device run also connections and sockets, which stand beside its traffic."""
    evidence: Evidence
    """The bytes found."""
    phase: Phase | None = None
    """The phase in which they were recorded, where they have one."""
    since: str | None = None
    """The moment (ISO 8601) at which that phase began."""
    address: str | None = None
    """Where the bytes stood, for whoever follows their links."""
    ahead_s: float = 0.0
    """How far the clock of its times is ahead of that of recordings beside it, in seconds."""


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """What a collector would have seen had it been able to look; the opposite of absence."""

    kind: str
    """The kind of fact that may exist without our having seen it."""
    scope: Mapping[str, tuple[Scalar, ...]] = {}
    """Which facts of that kind, by field: only those whose field has one of these values."""
    field: str | None = None
    """When set: facts of this kind were seen, and only this field of theirs stayed unknown."""
    collector: str
    """Who could not look; "audit" when no collector was asked to."""
    reason: Words
    """Why."""


Sighting = Fact | Unseen | Lead
"""What a collector yields."""


Say = Callable[[str], None]
"""How a collector tells a waiting person what it is doing."""


class Keep(Protocol):
    """How a collector hands over raw bytes: they are kept, and it gets their evidence entry."""

    def __call__(
        self, data: bytes, *, name: str, media_type: str, readable: str | None = None
    ) -> Evidence:
        """Keep the bytes."""
        ...
