"""The heart: gather, derive, judge, score, report, seal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from scanner import case as cases
from scanner.case import CaseFacts
from scanner.collection_file import read_records
from scanner.custody import appended
from scanner.evidence.digests import of_file
from scanner.evidence.sealing import seal
from scanner.evidence.vault import Vault
from scanner.facts import (
    KINDS,
    Fact,
    Origin,
)
from scanner.gathered import Gathered, identity_of
from scanner.knowledge import Knowledge
from scanner.model import (
    Act,
    Choices,
    Collection,
    Evidence,
    Header,
    Report,
    SelfTest,
    Subject,
    Surroundings,
    Tool,
    Visit,
)
from scanner.personal.identity import read_identity
from scanner.personal.veil import Veil
from scanner.profiles import refuse_mapped
from scanner.report.words import Options
from scanner.reporting import AS_USUAL, NOTHING_CHOSEN, rendered, report_of
from scanner.rounds import Round, best, look, saying_of, vouched
from scanner.rulebook.rule import Rulebook
from scanner.targets import AidKind, dumps_in


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
    be made or the profile refuses the call; in all cases nothing is left behind.
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
