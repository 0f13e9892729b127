"""The values that pass between the rooms: from a target, over facts and rulings, to a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from scanner.facts import Channel, Fact, Origin, Phase, PhaseBegan

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


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a fact that a finding stands on can be looked up."""

    fact: str
    """Id of the fact."""
    evidence: str | None
    """SHA-256 of the kept bytes."""
    at: str
    """Place inside them."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One offence under one rule: the offending fact, and the facts that decided."""

    message: Words
    """What was found, worded as a suspicion."""
    certainty: Certainty
    """proven: the observation is the behaviour; suspected: one more fact is needed."""
    fingerprint: str
    """SHA-256 (hex) of the rule id and the identity of the offending fact; equal across runs."""
    facts: tuple[str, ...]
    """Ids of the facts, the offending one first."""
    evidence: tuple[str, ...]
    """SHA-256 of the kept bytes that show these facts."""
    data_type: str | None = None
    """Kind of personal information concerned, for the score."""
    recipient: str | None = None
    """Who would receive it, for the score."""
    alternatives: tuple[Words, ...] = ()
    """Innocent explanations that the rule knows of."""
    held_back: bool = False
    """True where it would be proven, had Mingjian itself captured what it stands on: the profile
    takes the word of others for a suspicion only."""


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a norm that was in force when the fact was observed."""

    norm: str
    """Id in rules/catalog.yaml, e.g. PIPL."""
    item: str
    """Article or item, as the norm counts, e.g. 17 or 4.6."""


class Manual(msgspec.Struct, frozen=True, kw_only=True):
    """A check that no program can decide."""

    look_at: Words
    """What the person must look at."""
    channels: tuple[Channel, ...] = ()
    """Where that shows itself; empty where it completes a rule that judges."""


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says of the subject."""

    rule: str
    """Id of the rule."""
    title: Words
    """Title of the rule."""
    verdict: Verdict
    """violated, satisfied, not_applicable or undetermined."""
    certainty: Certainty | None
    """The strongest certainty among the findings; null when there are none."""
    severity: Severity
    """Weight class of the behaviour (critical, high, medium, low, info)."""
    category: str
    """The behaviour or duty that the rule speaks of, e.g. cac-191-4.6."""
    schemes: dict[str, tuple[str, ...]]
    """The same in other lists, e.g. {"miit-164": ["5"]}."""
    basis: tuple[Basis, ...]
    """Places in the norms in force when the facts were observed."""
    settles: tuple[Literal["violated", "satisfied"], ...]
    """What the rule can settle: one that settles only violated says nothing by its silence."""
    aggravation: tuple[str, ...] = ()
    """Aggravating circumstances for the score."""
    remedy: Words | None = None
    """What a developer can change."""
    manual: Manual | None = None
    """What a person must still look at."""
    advisory: bool = False
    """True when the rule rests on drafts only: it counts nothing."""
    findings: tuple[Finding, ...] = ()
    """One per offending fact."""
    unseen: tuple[Unseen, ...] = ()
    """What would have had to be seen to decide."""
    folder: str = ""
    """Further folder of rules from which the rule comes; empty for a rule of ours."""
    disabled: bool = False
    """True where the organisation switched the rule off: it says nothing, and clears nothing."""


class Deduction(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the sum that makes the score."""

    category: str
    """Behaviour that the line belongs to; for a cap, the behaviour or group it caps."""
    rule: str | None
    """Rule of the finding; null for a cap."""
    fingerprint: str | None
    """The finding; null for a cap."""
    base: Decimal
    """Base weight of the severity."""
    verdict: Decimal
    """1.0 proven, 0.4 suspected."""
    sensitivity: Decimal
    """0.6 to 1.5 by the kind of data."""
    aggravation: Decimal
    """1.0 to 1.6."""
    points: Decimal
    """Points taken off; negative in a line that gives back what goes over a cap."""
    reason: Words
    """The line in words."""


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """A number, the sum that makes it, and a grade that the sum cannot hide."""

    value: Decimal | None
    """100 less the deductions, at least 0; null where the grade is U, since nothing can be said."""
    grade: Grade
    """D, C, B, A, or U for cannot be judged."""
    limited: bool
    """True when the range looked at was too small (范围不足) whatever the grade."""
    coverage: Decimal
    """Share (0 to 1) that reached a verdict: of the rules that weigh something, or of the listed
    behaviours, whichever is smaller."""
    decided: int
    """How many of these reached a verdict."""
    applicable: int
    """How many of these could have."""
    manual: int
    """How many checks a person still has to make."""
    deducted: Decimal
    """Sum of the deductions."""
    deductions: tuple[Deduction, ...]
    """Every line of the sum."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One listed behaviour or duty, and what its rules say of it together."""

    id: str
    """E.g. cac-191-4.6 or miit-164-5."""
    title: Words
    """Its name."""
    verdict: Verdict
    """The worst of its rules; undetermined where nobody looked."""
    certainty: Certainty | None
    """Certainty where violated."""
    rules: tuple[str, ...]
    """Rules that speak of it."""
    unwatched: tuple[Channel, ...]
    """Channels in which it could be seen and that this case does not hold."""


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


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What a person or an organisation chose for the judging itself."""

    profile: ProfileName | None = None
    """For whom the report is written; null for everybody."""
    overrides: tuple[Override, ...] = ()
    """What the organisation changed about rules."""
    settings: Settings | None = None
    """The file of settings, where there was one."""


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
    """What the numbers in `schemes` stand for, by list and number, e.g. cverc-6."""
    facts: dict[str, dict[str, object]]
    """The facts that findings name, by id; of a site also those that say how it was looked at."""
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


Open = Callable[[str], bytes]
"""How a format opens evidence: by its SHA-256."""
