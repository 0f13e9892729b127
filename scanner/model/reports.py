"""The report of a case: everything that a format needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from scanner.facts import Channel
from scanner.model.custody import (
    Acceptance,
    Baseline,
    Collection,
    Decision,
    Held,
    Removal,
    Tool,
)
from scanner.model.rulings import Measured, Row, Ruling, Score
from scanner.model.targets import Evidence, Unseen
from scanner.model.words import ProfileName, Severity, Standing, TargetKind, Words


class Norm(msgspec.Struct, frozen=True, kw_only=True):
    """A law, regulation, notice or standard that a ruling names."""

    id: str
    """Id in the catalogue."""
    title: Words
    """Its title."""
    number: str
    """Its official number; with 待核 where a person must still check it."""
    kind: Literal["law", "regulation", "rule", "notice", "standard"]
    """What it is; a standard is a technical basis, never the norm that was breached."""
    status: Literal["in_force", "draft", "superseded"]
    """Whether it binds."""
    confidence: Literal["high", "medium"]
    """How sure the catalogue is of title, number and dates."""
    items: dict[str, Words]
    """What the articles and items that the rulings name demand, in our own words, by number; with
    待核 where a person must still check the number."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Who or what is audited, known by its digest, since channel packages share a version."""

    kind: TargetKind
    """apk or website."""
    name: str
    """Name shown to people."""
    id: str
    """Package name or site."""
    version: str
    """Version shown to people, with the version number."""
    sha256: str
    """SHA-256 of the file audited."""
    size: int
    """Its length in bytes."""
    file: str
    """Name of the file, without its folder."""
    signers: tuple[str, ...] = ()
    """SHA-256 of the certificates that the package carries as its signers'."""
    developer: str | None = None
    """Developer or operator, as the auditor stated it."""
    store: str | None = None
    """Store it was got from."""
    store_url: str | None = None
    """Page of that store."""
    channel: str | None = None
    """Channel package."""
    obtained_at: str | None = None
    """When it was got (ISO 8601)."""
    store_category: str | None = None
    """How that store files it, in the store's words."""
    users: str | None = None
    """How many people use it, as the auditor stated it, with the source of the figure."""
    sm3: str | None = None
    """SM3 (GB/T 32905) of the file audited; null in cases of earlier versions."""


class CaseSource(msgspec.Struct, frozen=True, kw_only=True):
    """One source of the subject, and who looked at it."""

    channel: Channel
    """The channel that it opens."""
    collector: str
    """Who looked."""
    sha256: str
    """Digest of what was looked at."""
    name: str
    """Its name."""
    readable: bool
    """False when it could not be audited at all."""
    captured: bool | None = None
    """True where Mingjian observed it itself, false where somebody handed the observation in; null
    where nothing was read in it that would say so, and in cases of earlier versions."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """First line of facts.jsonl: what was looked at, when, by what."""

    schema: str
    """mingjian/facts/1."""
    subject: Subject
    """Who or what is audited."""
    sources: tuple[CaseSource, ...]
    """What was looked at."""
    home: str
    """Country whose law is applied (ISO 3166-1 alpha-2)."""
    app_type: int | None
    """Type stated by the auditor, 1 to 39."""
    knowledge: str
    """Digest of the tables used."""
    observed_at: str
    """When the subject was observed (ISO 8601): decides which norms were in force."""
    kinds: tuple[str, ...]
    """Kinds of fact that the scanner of that day knew; any other kind is unseen."""
    tool: Tool
    """The scanner that looked."""
    evidence: tuple[Evidence, ...]
    """What is kept in the folder evidence/, by digest."""
    collection: Collection | None = None
    """How it was collected; null in cases of earlier versions."""


class RuleFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A further folder of rules, beside our own."""

    name: str
    """Its name, without the folders above it."""
    digest: str
    """SHA-256 over the names and bytes of its rule files."""
    rules: int
    """How many rules it holds."""
    standing: Standing
    """unsigned; verified: its signature holds, under the certificate that the auditor trusts;
    unverified: it bears a signature that nobody checked."""
    signer: str | None = None
    """Whose certificate that is, where verified."""


class RulebookInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Which rules judged."""

    digest: str
    """SHA-256 over all rule files, lists and the catalogue."""
    version: str
    """Version of the rules."""
    rules: int
    """How many rules."""
    extra: tuple[RuleFolder, ...] = ()
    """The further folders among them, in the order in which they were named."""


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """A change that an organisation made to one rule, by its settings."""

    rule: str
    """Id of the rule."""
    was: Severity
    """Its severity in the rulebook."""
    now: Severity | Literal["disabled"]
    """Its severity in this report, or disabled."""
    reason: str
    """Why, in the organisation's words."""
    file: str
    """Name of the file that says so."""
    sha256: str
    """SHA-256 of that file."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The file of settings that stood behind the words of the call."""

    file: str
    """Its name."""
    sha256: str
    """SHA-256 of its bytes."""
    used: tuple[str, ...] = ()
    """What it decided because the call did not, as key = value."""


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the profile wants every case to say of its subject."""

    field: str
    """Where the report would hold it."""
    option: str
    """The option that states it."""
    what: Words
    """What it is."""
    given: bool
    """Whether the case says it."""


class TypeHint(msgspec.Struct, frozen=True, kw_only=True):
    """A guess at the type of an app by its names alone; no ruling rests on it."""

    number: int
    """The type among the 39."""
    title: Words
    """What that type is called."""
    reason: Words
    """Which word led to it."""


class Qualification(msgspec.Struct, frozen=True, kw_only=True):
    """By what a body may call its paper a test report: as the call states it, checked by nobody."""

    number: str
    """Number of its qualification, e.g. of a CMA or CNAS certificate."""
    body: str = ""
    """Who holds it; empty where the call does not say."""


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What a person or an organisation chose for the judging itself."""

    profile: ProfileName | None = None
    """For whom the report is written; null for everybody."""
    overrides: tuple[Override, ...] = ()
    """What the organisation changed about rules."""
    settings: Settings | None = None
    """The file of settings, where there was one."""
    qualification: Qualification | None = None
    """By what the body that tests may call its paper a test report."""
    baseline: Baseline | None = None
    """The findings that the organisation accepts for a while."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a format needs; each format is a function of it."""

    schema: str
    """mingjian/report/1."""
    tool: Tool
    """The scanner that judged and wrote this report."""
    collected_by: Tool
    """The scanner that looked at the subject."""
    rulebook: RulebookInfo
    """The rules that judged."""
    subject: Subject
    """Who or what is audited."""
    sources: tuple[CaseSource, ...]
    """What was looked at."""
    home: str
    """Country whose law is applied."""
    app_type: int | None
    """Type stated by the auditor."""
    observed_at: str
    """When the subject was observed."""
    score: Score
    """The score and its sum."""
    norms: tuple[Norm, ...]
    """Norms that the rulings name."""
    rulings: tuple[Ruling, ...]
    """One per rule."""
    behaviours: tuple[Row, ...]
    """The 31 behaviours of 认定方法 and the 10 items of 信管函〔2020〕164号, always all 41."""
    labels: tuple[Row, ...]
    """The names that notices of MIIT use beside the ten items, always all of them."""
    duties: tuple[Row, ...]
    """Duties of a website; empty for an app."""
    names: dict[str, Words]
    """What the numbers in `schemes` stand for, by list and number, e.g. cverc-6; and what kinds of
    data and recipients are called, e.g. data_type-imei and recipient-umeng-analytics."""
    facts: dict[str, dict[str, object]]
    """The facts that findings name, by id, and those that say what went where; of a site also those
    that say how it was looked at."""
    unseen: tuple[Unseen, ...]
    """What was not seen, and why."""
    evidence: tuple[Evidence, ...]
    """What is kept."""
    profile: ProfileName | None = None
    """For whom it is written; null for everybody."""
    required: tuple[Demand, ...] = ()
    """What the profile wants every case to say of its subject, and whether this one does."""
    overrides: tuple[Override, ...] = ()
    """What the organisation changed about rules: always all of it."""
    settings: Settings | None = None
    """The file of settings behind the words of the call."""
    app_type_hint: TypeHint | None = None
    """A guess at the type where nobody stated it; no ruling rests on it."""
    collection: Collection | None = None
    """How it was collected; null in cases of earlier versions."""
    decisions: tuple[Decision, ...] = ()
    """What persons said of findings and checks, in the order in which they said it."""
    accepted: tuple[Acceptance, ...] = ()
    """Findings that the organisation accepts for a while."""
    measured: dict[str, Measured] = {}
    """How often each rule that found something was right on inputs whose answer was known."""
    unmasked: bool = False
    """True where it was written with personal values in the clear."""
    qualification: Qualification | None = None
    """By what the body that tested may call its paper a test report; null where none was stated."""
    held: tuple[Held, ...] = ()
    """What raw material the case was made with, and what of it may hold personal data."""
    removed: tuple[Removal, ...] = ()
    """What was taken out of the case since."""


Open = Callable[[str], bytes]
"""How a format opens evidence: by its SHA-256."""
