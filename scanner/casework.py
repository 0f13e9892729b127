"""What is done with a case that stands: judge it again, write it again; each act is logged."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from scanner import case as cases
from scanner.audit import AS_USUAL, NOTHING_CHOSEN, observed_on, rendered, report_of
from scanner.baseline import accepted
from scanner.custody import LONGEST, acts, appended
from scanner.draft import drafted
from scanner.errors import EvidenceError, UsageError
from scanner.evidence import certificates
from scanner.evidence.checking import SIGNATURE, TOKEN
from scanner.evidence.sealing import Ready, Sealing, prepared, seal
from scanner.evidence.seals import Discrepancy, Reader
from scanner.evidence.vault import Vault, open_plain
from scanner.evidence.verifying import Verified, verify
from scanner.knowledge import Knowledge
from scanner.model import (
    Act,
    Baseline,
    Choices,
    Deed,
    ProfileName,
    Qualification,
    Report,
    Tool,
)
from scanner.profiles import for_reader, refuse_mapped
from scanner.report import as_csv, as_xlsx
from scanner.report.as_json import decode
from scanner.report.document.record import Held, Stated, origins, transcript
from scanner.report.words import Lang, Options
from scanner.rulebook.catalog import Catalog
from scanner.rulebook.cited import norms_of_evidence
from scanner.rulebook.rule import Rulebook
from scanner.surroundings import clock_of, machine


def judge_again(
    folder: Path,
    *,
    book: Rulebook,
    knowledge: Knowledge,
    tool: Tool,
    formats_wanted: Iterable[str],
    choices: Choices = NOTHING_CHOSEN,
    options: Options = AS_USUAL,
    sealing: Sealing | None = None,
) -> Report:
    """Judge the stored facts of a case anew, without its targets, and rewrite its reports: those
    that it holds and those that are wanted, so that none says what no longer holds."""
    check(folder)
    first, *again = cases.read_runs(folder)
    if any(fact.source.mapped for run in (first, *again) for fact in run.facts):
        refuse_mapped(choices.profile)
    vault = Vault(folder / cases.EVIDENCE)
    report = report_of(
        *first, again=again, book=book, knowledge=knowledge, tool=tool, choices=choices
    )
    wanted = [*cases.formats_in(folder), *formats_wanted]
    details = _by_baseline(choices.baseline)
    act = act_upon(folder, "judged", tool, rulebook=book.digest, details=details)
    close(folder, act, rendered(report, vault.open, wanted, options), sealing)
    return report


def stored_report(folder: Path) -> Report:
    """Give the report that a case holds, if the case is byte for byte as it was sealed."""
    check(folder)
    stored = folder / cases.REPORTS["json"]
    if not stored.is_file():
        raise EvidenceError(f"{folder} holds no {stored.name}", hint="mingjian judge makes it")
    return decode(stored.read_bytes())


def report_again(
    folder: Path,
    *,
    formats_wanted: Iterable[str],
    tool: Tool,
    profile: ProfileName | None = None,
    qualification: Qualification | None = None,
    baseline: Baseline | None = None,
    options: Options = AS_USUAL,
) -> Report:
    """Write further formats of the report that a case holds, for another reader if one is named;
    nothing is judged.

    Raises UsageError where that reader wants other certainties, which judging alone can give.
    """
    report = stored_report(folder)
    if profile is not None and profile != report.profile:
        report = for_reader(report, profile)
    if qualification is not None:
        report = replace(report, qualification=qualification)
    if baseline is not None:
        held = accepted(baseline, report.rulings, tool.started_at)
        report = replace(report, accepted=held)
    vault = Vault(folder / cases.EVIDENCE)
    wanted = [*cases.formats_in(folder), *formats_wanted]
    act = act_upon(folder, "reported", tool, details=_by_baseline(baseline))
    close(folder, act, rendered(report, vault.open, wanted, options))
    return report


def _by_baseline(baseline: Baseline | None) -> dict[str, str]:
    """Say in the log which file accepted findings, where one did."""
    return {} if baseline is None else {"baseline": f"{baseline.file} {baseline.sha256}"}


def notice_of(folders: Iterable[Path], file: Path, *, lang: Lang, tool: Tool) -> bytes:
    """Give the notice table of several cases, as CSV or XLSX by the name of the file.

    Every case must be byte for byte as it was sealed; none is changed.
    """
    reports = (stored_report(folder) for folder in cases.cases_in(folders))
    if file.suffix.lower() == ".csv":
        return as_csv.table(reports, lang)
    if file.suffix.lower() == ".xlsx":
        return as_xlsx.table(reports, lang, created=tool.started_at)
    raise UsageError(f"{file.name[:80]!r} is no table", hint="name a file.xlsx or a file.csv")


def record(
    folder: Path,
    destination: Path,
    stated: Stated,
    *,
    catalog: Catalog,
    made_at: str,
    lang: Lang = "zh",
    force: bool = False,
) -> str:
    """Write the record of how a case was collected to a file outside it, and give the digest of the
    case that it quotes; the case itself stays as it is."""
    report = stored_report(folder)
    header, facts, _ = cases.read_facts(folder)
    manifest = (folder / cases.MANIFEST).read_bytes()
    held = Held(
        report=report,
        acts=acts_of(folder),
        root=hashlib.sha256(manifest).hexdigest(),
        files=manifest.count(b"\n"),
        origins=origins(facts),
        norms=norms_of_evidence(catalog, observed_on(header)),
        open=Vault(folder / cases.EVIDENCE).open,
    )
    paper = transcript(held, stated, made_at=made_at, lang=lang)
    cases.write_beside(folder, destination, paper, force=force)
    return held.root


def draft_of(folder: Path, *, knowledge: Knowledge, chinese: bool) -> str:
    """Give what the policy of a case lacks, from its stored facts, for a developer to complete."""
    check(folder)
    _, facts, unseen = cases.read_facts(folder)
    return drafted(facts, unseen, knowledge, chinese=chinese)


class CaseVerified(NamedTuple):
    """What is known of a case, and what was done with it."""

    verified: Verified
    acts: tuple[Act, ...]


def verified(
    folder: Path,
    *,
    now: datetime.datetime | None = None,
    trust: Sequence[Path] = (),
    tsa_trust: Sequence[Path] = (),
    sm3: bool = False,
) -> CaseVerified:
    """Check a case byte for byte, its custody log, and who vouches for it.

    `trust` and `tsa_trust` are files of certificates: those whom the reader trusts for the
    signature and for the time stamp. Raises UsageError where there is no case at all.
    """
    if not (folder / cases.FACTS).is_file() and not (folder / cases.MANIFEST).is_file():
        raise UsageError(f"no case at {folder}", hint="name a folder that mingjian scan made")
    log, done, broken = _custody(folder)
    made = {"signature": SIGNATURE, "stamp": TOKEN}
    last = done[-1].details if done and done[-1].deed == "sealed" else {}
    reader = Reader(
        trust=[each for path in trust for each in certificates.read(path, "--trust")],
        tsa_trust=[each for path in tsa_trust for each in certificates.read(path, "--tsa-trust")],
        **({} if now is None else {"now": now}),
        sm3=sm3,
        custody=log,
        removed=frozenset(one for act in done if act.deed == "purged" for one in act.removed),
        promised=frozenset(made[key] for key in last if key in made),
        seals=None if broken else sum(act.deed == "sealed" for act in done),
    )
    found = verify(folder, reader)
    if broken:
        found = found._replace(wrong=tuple(sorted((*found.wrong, *broken))))
    return CaseVerified(found, done)


def _custody(folder: Path) -> tuple[bytes, tuple[Act, ...], list[Discrepancy]]:
    """Read the custody log of a case that nobody has checked yet."""
    path = folder / cases.CUSTODY
    try:
        with open_plain(path) as file:
            log = file.read(LONGEST + 1)
    except (UsageError, OSError):
        return b"", (), []  # cases of earlier versions have none; else the manifest lists it
    try:
        return log, acts(log), []
    except EvidenceError as error:
        return log, (), [Discrepancy(cases.CUSTODY, "altered", str(error))]


def check(folder: Path) -> None:
    """Raise EvidenceError, naming every file, unless a case is byte for byte as it was sealed.

    Raises UsageError where there is no case at all.
    """
    refuse(folder, verified(folder).verified.wrong)


def refuse(folder: Path, wrong: Sequence[Discrepancy]) -> None:
    """Raise EvidenceError, naming the files, where any is not as it was sealed."""
    if not wrong:
        return
    listed = "; ".join(str(each) for each in wrong[:20])
    more = f"; and {len(wrong) - 20} more" if len(wrong) > 20 else ""
    if all(each.what == "unproven" for each in wrong):
        raise EvidenceError(
            f"{folder.name} is whole, and what was asked for is not shown: {listed}{more}",
            hint="without --trust and --tsa-trust, mingjian verify says what is known",
        )
    raise EvidenceError(
        f"{folder.name} does not verify: {listed}{more}",
        hint="restore the case from its sealed copy",
    )


def seal_case(folder: Path, sealing: Sealing, *, tool: Tool, by: Iterable[str] = ()) -> None:
    """Sign and stamp a case as it stands.

    Raises EvidenceError where it does not verify; then, and where it cannot be signed or stamped,
    it stays as it was.
    """
    check(folder)
    close(folder, act_upon(folder, "sealed", tool, by=by), {}, sealing)


def acts_of(folder: Path) -> tuple[Act, ...]:
    """Give what was done with a case, in order; nothing for cases of earlier versions."""
    return acts(_log(folder))


def _log(folder: Path) -> bytes:
    path = folder / cases.CUSTODY
    return path.read_bytes() if path.is_file() else b""


def act_upon(
    folder: Path,
    deed: Deed,
    tool: Tool,
    *,
    by: Iterable[str] = (),
    rulebook: str | None = None,
    details: Mapping[str, str] | None = None,
) -> Act:
    """Describe an act upon a case as it stands, before the act changes it."""
    manifest = (folder / cases.MANIFEST).read_bytes()
    return Act(
        deed=deed,
        at=tool.started_at,
        by=tuple(by),
        tool=tool,
        machine=machine(),
        clock=clock_of(tool.started_at),
        rulebook=rulebook,
        manifest=hashlib.sha256(manifest).hexdigest(),
        details=dict(details or {}),
    )


def close(
    folder: Path, act: Act, files: Mapping[str, bytes], sealing: Sealing | None = None
) -> None:
    """Log an act, put its files into the case, and seal the case anew: signed and stamped where
    that is asked for, which is an act of its own.

    Where anything fails, the case stays as it was.
    """
    ready: Ready | None = None
    done = [act]
    if sealing is not None:
        ready = prepared(sealing, (folder / cases.MANIFEST).read_bytes())
        sealed = replace(act, deed="sealed", rulebook=None, decision=None, removed=())
        sealed = replace(sealed, clock=ready.clock or act.clock, details=ready.details)
        done = [sealed] if act.deed == "sealed" else [act, sealed]
    log = _log(folder)
    for each in done:
        log = appended(log, each)
    seal(folder, {**files, cases.CUSTODY: log}, ready)
