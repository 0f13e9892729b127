"""Who did what with a case, on which machine, with which program, and what persons decided."""

from __future__ import annotations

import unicodedata
from typing import Literal

import msgspec

from scanner.model.targets import Evidence
from scanner.model.words import Words

Deed = Literal[
    "collected", "judged", "reported", "decided", "sealed", "exported", "purged", "unmasked"
]
"""What was done with a case."""
Choice = Literal["confirm", "reject", "defer"]
"""What a person says of a finding, or of a check that is left to persons."""

OWN_ESTIMATE = "the system's own estimate"
"""What a clock is held against where no other clock was asked."""


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """The scanner itself, as far as it bears on a result."""

    name: str
    """mingjian."""
    version: str
    """Version of the scanner."""
    python: str = ""
    """Version of Python."""
    platform: str = ""
    """Operating system and machine type."""
    libraries: dict[str, str] = {}
    """Versions of the libraries that read the target."""
    flags: tuple[str, ...] = ()
    """The words of the call, as they were given."""
    started_at: str = ""
    """When the scan began (ISO 8601 with offset), by this machine's clock."""
    clock: str = ""
    """What is known of that clock."""


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """What a machine's clock said, and what is known of it."""

    at: str
    """The time by that clock (ISO 8601 with offset)."""
    synchronised: bool | None = None
    """Whether the operating system holds it in step with a time server; null where it does not
    say."""
    offset_s: float | None = None
    """How far it was ahead of another clock, in seconds; null where it was compared with none."""
    within_s: float | None = None
    """How far that figure may be off, in seconds."""
    compared_with: str = ""
    """The other clock: a time-stamping authority, a time server, or the system's own estimate."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What on the auditor's machine could have changed what was seen, at one moment."""

    clock: Clock
    """The moment, by this machine's clock."""
    proxies: tuple[str, ...] = ()
    """Proxies that the environment names, without their passwords."""
    resolvers: tuple[str, ...] = ()
    """Addresses of the name servers."""
    hosts: tuple[str, ...] = ()
    """Names that the machine's own table maps to addresses, beside those of the machine itself."""
    hosts_sha256: str | None = None
    """SHA-256 of that table; null where there is none."""
    roots: int | None = None
    """How many root certificates the machine trusts; null where they were not found."""
    roots_sha256: str | None = None
    """SHA-256 over them."""
    egress: str | None = None
    """Address from which requests leave, if known."""


class SelfTest(msgspec.Struct, frozen=True, kw_only=True):
    """What the scanner said of an input whose answer is known, on this machine, at that time."""

    fixture: str
    """Name of the input."""
    sha256: str
    """SHA-256 of its bytes."""
    violating: bool
    """Whether it was made to violate; else to be clean."""
    expected: tuple[str, ...]
    """Rules that must find something in it; of a clean input none may."""
    found: tuple[str, ...]
    """Rules that found something in it."""
    passed: bool
    """Whether the answer was right."""
    error: str = ""
    """Why there was no answer, where there was none."""


class CollectionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a person states of how a source was collected that was handed in."""

    covers: tuple[str, ...]
    """SHA-256 of the sources that it speaks of."""
    document: str
    """SHA-256 of the kept record itself."""
    name: str
    """What that record is called."""
    by: tuple[str, ...] = ()
    """Who collected."""
    at: str | None = None
    """When (ISO 8601)."""
    place: str | None = None
    """Where."""
    method: str | None = None
    """How."""
    evidence: tuple[str, ...] = ()
    """SHA-256 of kept bytes that came out of these sources and of no other: what facts read in them
    show, the record vouches for."""
    paper: str | None = None
    """SHA-256 of the kept picture or scan of a record on paper, where one was handed in with it."""


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """How a case was collected: by whom, where, on whose authority, on which machine."""

    collectors: tuple[str, ...] = ()
    """Who collected, as stated in the call."""
    witnesses: tuple[str, ...] = ()
    """Who watched."""
    authority: str | None = None
    """The document on whose authority it was done."""
    place: str | None = None
    """Where."""
    machine: str = ""
    """The machine: its name and the system's user."""
    began_at: str = ""
    """When it began, by this machine's clock (ISO 8601 with offset)."""
    ended_at: str = ""
    """When it ended."""
    before: Surroundings | None = None
    """The machine before."""
    after: Surroundings | None = None
    """The machine after."""
    self_tests: tuple[SelfTest, ...] = ()
    """What the scanner said of inputs whose answer is known."""
    runs: int = 1
    """How often the subject was looked at from the beginning."""
    records: tuple[CollectionRecord, ...] = ()
    """What persons state of sources that were handed in."""
    retain_until: str | None = None
    """The last day on which the raw material is kept, as stated in the call (ISO 8601)."""


def name_of(person: str) -> str:
    """Give a person's name as it is compared: other spacing, width or case is the same person, and
    so are signs that nobody sees."""
    plain = unicodedata.normalize("NFKC", person).casefold()
    return "".join(one for one in plain if unicodedata.category(one)[0] not in "CZ")


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said of one finding, or of one check that is left to persons."""

    subject: str
    """The fingerprint of the finding, or the id of the rule whose check it answers."""
    rule: str
    """Id of the rule."""
    choice: Choice
    """confirm, reject or defer; of a check: confirm says that the fault is there."""
    by: str
    """Who."""
    at: str
    """When (ISO 8601 with offset)."""
    reason: str
    """Why, in that person's words."""
    attachments: tuple[Evidence, ...] = ()
    """Pictures, notes or documents that were kept with it, each under its SHA-256."""


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that an organisation accepts for a while; it stays listed and counts as before,
    but does not fail the call."""

    fingerprint: str
    """The finding."""
    rule: str
    """Id of its rule."""
    reason: str
    """Why, in the organisation's words."""
    owner: str
    """Who answers for it."""
    expires: str
    """The last day on which it is accepted (ISO 8601)."""
    expired: bool
    """True once that day has passed: the finding fails the call again."""
    file: str
    """Name of the file that says so."""
    sha256: str
    """SHA-256 of that file."""


class Accepting(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a file of accepted findings, whether or not a report holds the finding."""

    fingerprint: str
    """The finding."""
    rule: str | None
    """Id of its rule, where the file says it."""
    reason: str
    """Why, in the organisation's words."""
    owner: str
    """Who answers for it."""
    expires: str
    """The last day on which it is accepted (ISO 8601)."""


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """A file of findings that an organisation accepts for a while."""

    file: str
    """Its name, without its folder."""
    sha256: str
    """SHA-256 of its bytes."""
    entries: tuple[Accepting, ...]
    """What it accepts."""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the custody log: something that was done with the case."""

    deed: Deed
    """What was done."""
    at: str
    """When, by this machine's clock (ISO 8601 with offset)."""
    by: tuple[str, ...] = ()
    """Who, as stated in the call."""
    tool: Tool
    """With which program, and which words of the call."""
    machine: str = ""
    """On which machine."""
    clock: Clock | None = None
    """What is known of its clock."""
    rulebook: str | None = None
    """Digest of the rules that judged, where it judged."""
    manifest: str | None = None
    """SHA-256 of the manifest as it stood before; null for the first act."""
    details: dict[str, str] = {}
    """What else belongs to it, by name."""
    decision: Decision | None = None
    """Where a person decided."""
    removed: tuple[str, ...] = ()
    """SHA-256 of the evidence that was taken out, where something was."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one kind of raw material a case was made with, and how much of it is left."""

    kind: str
    """package, policy, identity, traffic, device, session, page, picture or other."""
    what: Words
    """What that is."""
    personal: bool
    """Whether it holds, or may hold, personal data as it was sent or shown."""
    files: int
    """How many files of it were kept."""
    size: int
    """Their length together, in bytes."""
    purged: int = 0
    """How many of them were taken out since."""


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence that a person had taken out of a case."""

    at: str
    """When, by that machine's clock (ISO 8601 with offset)."""
    by: tuple[str, ...]
    """Who."""
    reason: str
    """Why, in that person's words."""
    files: tuple[str, ...]
    """SHA-256 of what was taken out."""
