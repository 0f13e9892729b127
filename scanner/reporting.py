"""From the facts of a case to its report: judged, scored, and put together for every format; pure,
but for the formats that open evidence."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence, Set

import msgspec
from msgspec.structs import replace

from scanner import case as cases
from scanner import report as formats
from scanner.baseline import accepted
from scanner.case import CaseFacts
from scanner.errors import EvidenceError
from scanner.facts import (
    KINDS,
    AppManifest,
    AppPacked,
    Channel,
    ConsentAnswered,
    ConsentPrompt,
    DataAccessed,
    DataSent,
    DeviceRun,
    EndpointContacted,
    Fact,
    FilingShown,
    IdentifierSent,
    PermissionPrompted,
    PhaseBegan,
    ScanVantage,
    ScreenShown,
    SiteVisited,
    WalkCompleted,
    canonical,
    fact_id,
)
from scanner.knowledge import Knowledge
from scanner.knowledge.app_types import hint
from scanner.leaving.holdings import holdings
from scanner.leaving.purging import held
from scanner.model import (
    Choices,
    Header,
    Open,
    Report,
    RulebookInfo,
    Ruling,
    TargetKind,
    Tool,
    TypeHint,
    Unseen,
    Words,
)
from scanner.profiles import PROFILES, demands
from scanner.report.as_json import SCHEMA
from scanner.report.flow import needed
from scanner.report.words import Options
from scanner.rulebook.behaviours import duties, labels, rows
from scanner.rulebook.cited import names_used, norms_cited
from scanner.rulebook.judge import judge
from scanner.rulebook.overrides import silenced, weighed
from scanner.rulebook.rule import Rulebook
from scanner.runs import merged, sources_of, together
from scanner.score import score

HOW_A_SITE_WAS_LOOKED_AT = (SiteVisited, ConsentPrompt, ConsentAnswered, WalkCompleted, ScanVantage)
"""Kinds of fact that the report of a website holds even where no finding names them."""
OF_THE_SUBJECT = (AppManifest, FilingShown)
"""Kinds of fact that say who or what the subject is: every report holds them."""
HOW_A_RUN_WENT = (DeviceRun, PhaseBegan, ScreenShown, PermissionPrompted, ConsentAnswered)
"""Kinds of fact that the report of a run on a phone holds even where no finding names them."""
WHAT_A_RUN_SHOWED = (DataAccessed, DataSent)
"""Kinds of fact with a moment of their own that the report of such a run holds too."""
NOTHING_CHOSEN = Choices()
"""For everybody, by the rules as they stand."""
AS_USUAL = Options()
"""How formats are written where nobody asks for anything."""


def report_of(
    header: Header,
    facts: Sequence[Fact],
    unseen: Sequence[Unseen],
    *,
    book: Rulebook,
    knowledge: Knowledge,
    tool: Tool,
    choices: Choices = NOTHING_CHOSEN,
    again: Sequence[CaseFacts] = (),
) -> Report:
    """Judge the facts of a case and put together everything that a format needs; pure.

    `again` holds the facts of further runs: each run is judged by itself, and what any of them
    shows stands.
    """
    book = weighed(book, choices.overrides)
    kind = header.subject.kind
    runs = [CaseFacts(header, tuple(facts), _with_newer(header, unseen))]
    runs += [each._replace(unseen=_with_newer(each.header, each.unseen)) for each in again]
    rulings = merged([_judged(run, book, choices) for run in runs])
    rulings = silenced(rulings, book, choices.overrides, kind)
    sources = sources_of([run.header.sources for run in runs])
    watched = {source.channel for source in sources if source.readable}
    table = rows(book.rules, rulings, book.catalog, kind, watched)
    noticed = labels(book.rules, rulings, book.catalog, kind, watched)
    owed = duties(book.rules, rulings, book.catalog, kind, watched)
    asked = [one for rule, one in zip(book.rules, rulings, strict=True) if kind in rule.targets]
    packed = any(isinstance(fact, AppPacked) for run in runs for fact in run.facts)
    blind = packed and not watched & {"device", "traffic"}
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
        sources=sources,
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
        facts=_facts(runs, rulings, kind, watched),
        unseen=together([run.unseen for run in runs]),
        evidence=header.evidence,
        collection=header.collection,
        profile=choices.profile,
        overrides=choices.overrides,
        settings=choices.settings,
        accepted=accepted(choices.baseline, rulings, tool.started_at),
        app_type_hint=_hint(header, facts, knowledge),
        measured={
            ruling.rule: knowledge.measured[ruling.rule]
            for ruling in rulings
            if ruling.findings and not ruling.folder and ruling.rule in knowledge.measured
        },
        qualification=choices.qualification,
        held=held(holdings(header, facts), ()),
    )
    return replace(report, required=demands(report, choices.profile))


def _facts(
    runs: Sequence[CaseFacts], rulings: Iterable[Ruling], kind: TargetKind, watched: Set[Channel]
) -> dict[str, dict[str, object]]:
    """Give the facts that a report holds, by id: those that findings name, of all runs, and those
    that say what was looked at, where data goes and how it was looked at, of the first."""
    facts = runs[0].facts
    named = {name for ruling in rulings for found in ruling.findings for name in found.facts}
    named |= {fact_id(fact) for fact in facts if isinstance(fact, OF_THE_SUBJECT)}
    named |= needed(facts)
    if kind == "website":
        named |= {fact_id(fact) for fact in facts if isinstance(fact, HOW_A_SITE_WAS_LOOKED_AT)}
        named |= {fact_id(fact) for fact in facts if _reached_itself(fact)}
    elif "device" in watched:
        named |= {fact_id(fact) for fact in facts if _of_a_run(fact)}
    held = {fact_id(one): one for run in runs for one in run.facts}
    return {
        name: msgspec.json.decode(canonical(held[name])) for name in sorted(named & held.keys())
    }


def _with_newer(header: Header, unseen: Iterable[Unseen]) -> tuple[Unseen, ...]:
    """Add as unseen what the scanner that looked did not know."""
    missing = Words("采集时尚不识别此类事实", "the scanner that looked did not know this kind")
    newer = sorted(KINDS.keys() - set(header.kinds))
    known = [*unseen, *(Unseen(kind=k, collector="audit", reason=missing) for k in newer)]
    return tuple(sorted(known, key=canonical))


def _judged(run: CaseFacts, book: Rulebook, choices: Choices) -> tuple[Ruling, ...]:
    """Judge one run."""
    collection = run.header.collection
    covered = {one for each in collection.records for one in each.evidence} if collection else ()
    return judge(
        book,
        run.facts,
        run.unseen,
        subject_kind=run.header.subject.kind,
        observed_on=observed_on(run.header),
        captured_only=choices.profile is not None and PROFILES[choices.profile].captured_only,
        covered=covered,
    )


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


def _reached_itself(fact: Fact) -> bool:
    """Say whether a fact is an address at which a host of the site itself was reached."""
    return isinstance(fact, EndpointContacted) and fact.party == "first" and bool(fact.ip)


def _of_a_run(fact: Fact) -> bool:
    """Say whether a fact belongs on the line of time of a run."""
    if fact.channel == "device" and isinstance(fact, HOW_A_RUN_WENT):
        return True
    return isinstance(fact, WHAT_A_RUN_SHOWED) and fact.source.time is not None


def observed_on(header: Header) -> datetime.date:
    """Give the day on which the subject was observed, which decides what was in force.

    Raises EvidenceError where the header says none.
    """
    try:
        return datetime.datetime.fromisoformat(header.observed_at).date()
    except ValueError:
        said = f"{cases.FACTS} says no time at which the subject was observed"
        raise EvidenceError(said, hint="restore the case from its sealed copy") from None


def rendered(
    report: Report, open_evidence: Open, wanted: Iterable[str], options: Options = AS_USUAL
) -> dict[str, bytes]:
    """Give the report files of a case by name; always the JSON, on which the others rest."""
    asked = options._asdict()
    return {
        cases.REPORTS[name]: formats.render(name, report, open_evidence, **asked)
        for name in dict.fromkeys(["json", *wanted])
    }
