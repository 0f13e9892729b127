"""The heart: gather, derive, judge, score, report, seal."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from scanner import case as cases
from scanner import report as formats
from scanner.baseline import accepted
from scanner.case import CaseFacts
from scanner.collection_file import read_records
from scanner.custody import appended
from scanner.errors import EvidenceError
from scanner.evidence.digests import of_file
from scanner.evidence.sealing import seal
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
    EndpointContacted,
    Fact,
    FilingShown,
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
from scanner.gathered import Gathered, identity_of
from scanner.knowledge import Knowledge
from scanner.knowledge.app_types import hint
from scanner.leaving.holdings import holdings
from scanner.leaving.purging import held
from scanner.model import (
    Act,
    Choices,
    Collection,
    Evidence,
    Header,
    Open,
    Report,
    RulebookInfo,
    Ruling,
    SelfTest,
    Subject,
    Surroundings,
    Tool,
    TypeHint,
    Unseen,
    Visit,
    Words,
)
from scanner.personal.identity import read_identity
from scanner.personal.veil import Veil
from scanner.profiles import PROFILES, demands, refuse_mapped
from scanner.report.as_json import SCHEMA
from scanner.report.flow import needed
from scanner.report.words import Options
from scanner.rounds import Round, best, look, saying_of, vouched
from scanner.rulebook.behaviours import duties, labels, rows
from scanner.rulebook.cited import names_used, norms_cited
from scanner.rulebook.judge import judge
from scanner.rulebook.overrides import silenced, weighed
from scanner.rulebook.rule import Rulebook
from scanner.runs import merged, sources_of, together
from scanner.score import score
from scanner.targets import AidKind, dumps_in

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


class Collecting(NamedTuple):
    """Who collects a case, where, on whose authority, how often, and what is known of the machine.

    Times and the state of the machine are handed in: `now` gives the time (ISO 8601 with offset),
    `around` what the machine is like at a time.
    """

    collectors: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()
    authority: str | None = None
    place: str | None = None
    machine: str = ""
    now: Callable[[], str] | None = None
    around: Callable[[str], Surroundings] | None = None
    self_tests: tuple[SelfTest, ...] = ()
    runs: int = 1
    records: tuple[Path, ...] = ()


NOBODY_STATED = Collecting()
"""Nothing stated, one run, and no word of the machine."""


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
    collecting: Collecting = NOBODY_STATED
    retain_until: str | None = None


def audit(
    request: Request,
    destination: Path,
    *,
    book: Rulebook,
    knowledge: Knowledge,
    formats_wanted: Iterable[str],
    choices: Choices = NOTHING_CHOSEN,
    options: Options = AS_USUAL,
    force: bool = False,
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
        veil = Veil(_identity(request, knowledge))
        collecting = request.collecting
        started = request.tool.started_at
        stated = read_records(collecting.records, vault, before=started)
        before = collecting.around(started) if collecting.around else None
        runs = [
            look(
                request.targets,
                vault,
                knowledge,
                saying_of(run, collecting.runs, say),
                began=collecting.now() if collecting.now and run > 1 else started,
                app_type=request.app_type,
                aids=aids,
                policies=request.policies,
                visit=request.visit,
                veil=veil,
            )
            for run in range(1, collecting.runs + 1)
        ]
        ended = collecting.now() if collecting.now else ""
        collection = Collection(
            collectors=collecting.collectors,
            witnesses=collecting.witnesses,
            authority=collecting.authority,
            place=collecting.place,
            machine=collecting.machine,
            began_at=started,
            ended_at=ended,
            before=before,
            after=collecting.around(ended) if collecting.around else None,
            self_tests=collecting.self_tests,
            runs=len(runs),
            records=vouched(stated, runs),
            retain_until=request.retain_until,
        )
        say("judging")
        looked = _written(request, runs, folder, vault, knowledge, collection, veil)
        report = report_of(
            *looked[0],
            again=looked[1:],
            book=book,
            knowledge=knowledge,
            tool=looked[0].header.tool,
            choices=choices,
        )
        files = rendered(report, vault.open, formats_wanted, options)
        files[cases.CUSTODY] = appended(b"", collected(looked[0].header))
        seal(folder, files)
    return report


def _written(
    request: Request,
    runs: Sequence[Round],
    folder: Path,
    vault: Vault,
    knowledge: Knowledge,
    collection: Collection,
    veil: Veil,
) -> list[CaseFacts]:
    """Write the facts of each run; all are of the one subject, as the run says that knows it."""
    known = best(runs)
    audited = known.gathered.subject or vault.entry(known.gathered.sources[0].sha256)
    (audited,) = veil.named([audited])
    subject = _subject(request, known.gathered, audited, known.facts, vault, veil)
    written = []
    for number, run in enumerate(runs, 1):
        header = Header(
            schema=cases.SCHEMA,
            subject=subject,
            sources=veil.named(run.gathered.sources),
            home=request.visit.home,
            app_type=request.app_type,
            knowledge=knowledge.digest,
            observed_at=run.began,
            kinds=tuple(sorted(KINDS)),
            tool=_told(request.tool, veil),
            evidence=veil.named(vault.entries()),
            collection=collection,
        )
        cases.write_facts(folder, header, run.facts, run.unseen, run=number)
        written.append(CaseFacts(header, run.facts, run.unseen))
    return written


def _identity(request: Request, knowledge: Knowledge) -> Mapping[str, Sequence[str]]:
    """Give the values of the test device and person, which nothing of a case repeats."""
    path = request.identity
    if path is None:
        return {}
    return read_identity(path.read_bytes(), knowledge.data_types, file=path.name).values


def _told(tool: Tool, veil: Veil) -> Tool:
    """Give the scanner with words of the call in which no personal value stands."""
    return replace(tool, flags=tuple(veil.text(flag) for flag in tool.flags))


def rendered(
    report: Report, open_evidence: Open, wanted: Iterable[str], options: Options = AS_USUAL
) -> dict[str, bytes]:
    """Give the report files of a case by name; always the JSON, on which the others rest."""
    asked = options._asdict()
    return {
        cases.REPORTS[name]: formats.render(name, report, open_evidence, **asked)
        for name in dict.fromkeys(["json", *wanted])
    }


def collected(header: Header) -> Act:
    """Give the first act of every case: its collection."""
    collection = header.collection
    before = collection.before if collection else None
    return Act(
        deed="collected",
        at=header.tool.started_at,
        by=collection.collectors if collection else (),
        tool=header.tool,
        machine=collection.machine if collection else "",
        clock=before.clock if before else None,
        details={
            "subject": header.subject.sha256,
            **({"egress": before.egress} if before and before.egress else {}),
            **({"runs": str(collection.runs)} if collection and collection.runs > 1 else {}),
        },
    )


def _subject(
    request: Request,
    gathered: Gathered,
    audited: Evidence,
    facts: Sequence[Fact],
    vault: Vault,
    veil: Veil,
) -> Subject:
    return Subject(
        kind=gathered.kind,
        sha256=audited.sha256,
        sm3=of_file(vault.path(audited.sha256)).sm3,
        size=audited.size,
        file=audited.name,
        developer=request.developer,
        store=request.store,
        store_url=veil.text(request.store_url) if request.store_url else None,
        channel=request.channel,
        obtained_at=request.obtained_at,
        store_category=request.store_category,
        users=request.users,
        **identity_of(gathered.kind, audited, facts, request.visit.package),
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
    named = {name for ruling in rulings for found in ruling.findings for name in found.facts}
    named |= {fact_id(fact) for fact in facts if isinstance(fact, OF_THE_SUBJECT)}
    named |= needed(facts)
    if kind == "website":
        named |= {fact_id(fact) for fact in facts if isinstance(fact, HOW_A_SITE_WAS_LOOKED_AT)}
        named |= {fact_id(fact) for fact in facts if _reached_itself(fact)}
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
        facts={
            name: msgspec.json.decode(canonical(fact))
            for name, fact in sorted(
                (name, fact)
                for name, fact in {fact_id(one): one for run in runs for one in run.facts}.items()
                if name in named
            )
        },
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
