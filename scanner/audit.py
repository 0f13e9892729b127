"""The heart: gather, derive, judge, score, report, seal."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from scanner import case as cases
from scanner import report as formats
from scanner.custody import appended
from scanner.derive import derive
from scanner.errors import EvidenceError
from scanner.evidence import bundle
from scanner.evidence.vault import Vault
from scanner.facts import (
    KINDS,
    AppManifest,
    AppPacked,
    ConsentAnswered,
    ConsentPrompt,
    DataAccessed,
    DataSent,
    DeviceRun,
    Fact,
    IdentifierSent,
    Origin,
    PermissionPrompted,
    PhaseBegan,
    ScanVantage,
    ScreenShown,
    SiteVisited,
    WalkCompleted,
    canonical,
    fact_id,
)
from scanner.gather import gather
from scanner.gathered import Gathered, identity_of, state
from scanner.knowledge import Knowledge
from scanner.knowledge.app_types import hint
from scanner.model import (
    Act,
    Choices,
    Evidence,
    Header,
    Open,
    Report,
    RulebookInfo,
    Subject,
    Tool,
    TypeHint,
    Unseen,
    Visit,
    Words,
)
from scanner.profiles import PROFILES, demands, refuse_mapped
from scanner.report.as_json import SCHEMA
from scanner.report.flow import needed
from scanner.report.words import Lang
from scanner.rulebook.behaviours import duties, labels, rows
from scanner.rulebook.cited import names_used, norms_cited
from scanner.rulebook.judge import judge
from scanner.rulebook.overrides import silenced, weighed
from scanner.rulebook.rule import Rulebook
from scanner.score import score
from scanner.targets import AidKind, dumps_in

HOW_A_SITE_WAS_LOOKED_AT = (SiteVisited, ConsentPrompt, ConsentAnswered, WalkCompleted, ScanVantage)
"""Kinds of fact that the report of a website holds even where no finding names them."""
HOW_A_RUN_WENT = (DeviceRun, PhaseBegan, ScreenShown, PermissionPrompted, ConsentAnswered)
"""Kinds of fact that the report of a run on a phone holds even where no finding names them."""
WHAT_A_RUN_SHOWED = (DataAccessed, DataSent)
"""Kinds of fact with a moment of their own that the report of such a run holds too."""
NOTHING_CHOSEN = Choices()
"""For everybody, by the rules as they stand."""


class Request(NamedTuple):
    """What a person asks for, and what that person states of the subject."""

    targets: Sequence[str]
    visit: Visit
    app_type: int | None
    developer: str | None
    store: str | None
    store_url: str | None
    channel: str | None
    obtained_at: str | None
    tool: Tool
    mapping: Path | None = None
    dex: Path | None = None
    identity: Path | None = None
    connections: Path | None = None
    control: Path | None = None
    policies: Sequence[tuple[Origin, str]] = ()
    store_category: str | None = None
    users: str | None = None


def audit(
    request: Request,
    destination: Path,
    *,
    book: Rulebook,
    knowledge: Knowledge,
    formats_wanted: Iterable[str],
    choices: Choices = NOTHING_CHOSEN,
    force: bool = False,
    lang: Lang = "zh",
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Audit one subject into a new case folder and give its report.

    Raises NotAuditable where a named file is no target at all, UsageError where the folder cannot
    be made or the profile refuses the call; in all cases nothing is left behind. `lang` is the
    language in which reports for people open.
    """
    if request.visit.resolve:
        refuse_mapped(choices.profile)
    named: tuple[tuple[AidKind, Path | None], ...] = (
        ("mapping", request.mapping),
        ("identity", request.identity),
        ("connections", request.connections),
        ("control", request.control),
    )
    aids = [(kind, path) for kind, path in named if path is not None]
    if request.dex is not None:
        aids += [("dex", path) for path in dumps_in(request.dex)]
    with cases.new_case(destination, force=force) as folder:
        vault = Vault(folder / cases.EVIDENCE)
        gathered = gather(
            request.targets,
            vault,
            knowledge,
            say,
            aids=aids,
            policies=request.policies,
            visit=request.visit,
        )
        state(request.app_type, request.visit.retired, knowledge, gathered)
        facts, unseen = derive(gathered.facts, gathered.unseen, knowledge)
        say("judging")
        subject = gathered.subject or vault.entry(gathered.sources[0].sha256)
        header = _header(request, gathered, subject, facts, vault, knowledge)
        cases.write_facts(folder, header, facts, unseen)
        report = report_of(
            header,
            facts,
            unseen,
            book=book,
            knowledge=knowledge,
            tool=request.tool,
            choices=choices,
        )
        files = rendered(report, vault.open, formats_wanted, lang)
        files[cases.CUSTODY] = appended(b"", collected(header))
        cases.replace_files(folder, files)
        bundle.write_manifest(folder)
    return report


def rendered(
    report: Report, open_evidence: Open, wanted: Iterable[str], lang: Lang = "zh"
) -> dict[str, bytes]:
    """Give the report files of a case by name; always the JSON, on which the others rest."""
    return {
        cases.REPORTS[name]: formats.render(name, report, open_evidence, lang=lang)
        for name in dict.fromkeys(["json", *wanted])
    }


def collected(header: Header) -> Act:
    """Give the first act of every case: its collection."""
    collection = header.collection
    return Act(
        deed="collected",
        at=header.tool.started_at,
        by=collection.collectors if collection else (),
        tool=header.tool,
        machine=collection.machine if collection else "",
        details={"subject": header.subject.sha256},
    )


def _header(
    request: Request,
    gathered: Gathered,
    audited: Evidence,
    facts: Sequence[Fact],
    vault: Vault,
    knowledge: Knowledge,
) -> Header:
    subject = Subject(
        kind=gathered.kind,
        sha256=audited.sha256,
        size=audited.size,
        file=audited.name,
        developer=request.developer,
        store=request.store,
        store_url=request.store_url,
        channel=request.channel,
        obtained_at=request.obtained_at,
        store_category=request.store_category,
        users=request.users,
        **identity_of(gathered.kind, audited, facts, request.visit.package),
    )
    return Header(
        schema=cases.SCHEMA,
        subject=subject,
        sources=tuple(gathered.sources),
        home=request.visit.home,
        app_type=request.app_type,
        knowledge=knowledge.digest,
        observed_at=request.tool.started_at,
        kinds=tuple(sorted(KINDS)),
        tool=request.tool,
        evidence=vault.entries(),
    )


def report_of(
    header: Header,
    facts: Sequence[Fact],
    unseen: Sequence[Unseen],
    *,
    book: Rulebook,
    knowledge: Knowledge,
    tool: Tool,
    choices: Choices = NOTHING_CHOSEN,
) -> Report:
    """Judge the facts of a case and put together everything that a format needs; pure."""
    book = weighed(book, choices.overrides)
    missing = Words("采集时尚不识别此类事实", "the scanner that looked did not know this kind")
    newer = sorted(KINDS.keys() - set(header.kinds))
    known = [*unseen, *(Unseen(kind=k, collector="audit", reason=missing) for k in newer)]
    known.sort(key=canonical)
    kind = header.subject.kind
    observed_on = _day(header.observed_at)
    captured_only = choices.profile is not None and PROFILES[choices.profile].captured_only
    rulings = judge(
        book,
        facts,
        known,
        subject_kind=kind,
        observed_on=observed_on,
        captured_only=captured_only,
    )
    rulings = silenced(rulings, book, choices.overrides, kind)
    watched = {source.channel for source in header.sources if source.readable}
    table = rows(book.rules, rulings, book.catalog, kind, watched)
    noticed = labels(book.rules, rulings, book.catalog, kind, watched)
    owed = duties(book.rules, rulings, book.catalog, kind, watched)
    asked = [one for rule, one in zip(book.rules, rulings, strict=True) if kind in rule.targets]
    packed = any(isinstance(fact, AppPacked) for fact in facts)
    blind = packed and not watched & {"device", "traffic"}
    named = {name for ruling in rulings for found in ruling.findings for name in found.facts}
    named |= needed(facts)
    if kind == "website":
        named |= {fact_id(fact) for fact in facts if isinstance(fact, HOW_A_SITE_WAS_LOOKED_AT)}
    elif "device" in watched:
        named |= {fact_id(fact) for fact in facts if _of_a_run(fact)}
    report = Report(
        schema=SCHEMA,
        tool=tool,
        collected_by=header.tool,
        rulebook=RulebookInfo(
            digest=book.digest,
            version=book.catalog.version,
            rules=len(book.rules),
            extra=book.extra,
        ),
        subject=header.subject,
        sources=header.sources,
        home=header.home,
        app_type=header.app_type,
        observed_at=header.observed_at,
        score=score(rulings, owed or table, knowledge, blind=blind),
        norms=norms_cited(asked, book),
        rulings=rulings,
        behaviours=table,
        labels=noticed,
        duties=owed,
        names=names_used(rulings, book) | _names_of_flows(facts, knowledge),
        facts={
            name: msgspec.json.decode(canonical(fact))
            for fact in sorted(facts, key=fact_id)
            if (name := fact_id(fact)) in named
        },
        unseen=tuple(known),
        evidence=header.evidence,
        profile=choices.profile,
        overrides=choices.overrides,
        settings=choices.settings,
        app_type_hint=_hint(header, facts, knowledge),
    )
    return replace(report, required=demands(report, choices.profile))


def _names_of_flows(facts: Iterable[Fact], knowledge: Knowledge) -> dict[str, Words]:
    """Give what kinds of data and recipients are called that the facts name by their ids."""
    types, known = set(), set()
    for fact in facts:
        if isinstance(fact, DataSent | DataAccessed):
            types.add(fact.data_type)
        if isinstance(fact, DataSent | IdentifierSent):
            known.add(fact.recipient)
        elif isinstance(fact, DataAccessed):
            known.add(fact.owner)
    titles = {sdk.id: sdk.title for sdk in knowledge.sdks}
    titles |= {one.id: Words(one.name, one.name) for one in knowledge.trackers.rows}
    names = {
        f"data_type-{id_}": row.title for id_, row in knowledge.data_types.items() if id_ in types
    }
    return names | {f"recipient-{id_}": titles[id_] for id_ in titles if id_ in known}


def _hint(header: Header, facts: Iterable[Fact], knowledge: Knowledge) -> TypeHint | None:
    """Guess at the type where nobody stated it; the judge never hears of it."""
    if header.app_type is not None or header.subject.kind != "apk":
        return None
    manifest = next((fact for fact in facts if isinstance(fact, AppManifest)), None)
    return hint(
        knowledge.app_types,
        category=header.subject.store_category,
        label=manifest.label if manifest else None,
        package=header.subject.id,
    )


def _of_a_run(fact: Fact) -> bool:
    """Say whether a fact belongs on the line of time of a run."""
    if fact.channel == "device" and isinstance(fact, HOW_A_RUN_WENT):
        return True
    return isinstance(fact, WHAT_A_RUN_SHOWED) and fact.source.time is not None


def _day(observed_at: str) -> datetime.date:
    try:
        return datetime.datetime.fromisoformat(observed_at).date()
    except ValueError:
        said = f"{cases.FACTS} says no time at which the subject was observed"
        raise EvidenceError(said, hint="restore the case from its sealed copy") from None
