"""What is done with a case that stands: judge it again, write it again; each act is logged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from scanner import case as cases
from scanner import report as formats
from scanner.audit import NOTHING_CHOSEN, rendered, report_of
from scanner.custody import acts, appended
from scanner.draft import drafted
from scanner.errors import EvidenceError, UsageError
from scanner.evidence import away, bundle
from scanner.evidence.vault import Vault
from scanner.knowledge import Knowledge
from scanner.leaving import exporting, purging, unmasking
from scanner.leaving.copies import known_values
from scanner.leaving.holdings import HARMLESS, holdings
from scanner.model import Act, Choices, Deed, ProfileName, Report, Tool, Words
from scanner.profiles import for_reader, refuse_mapped
from scanner.report.as_json import decode
from scanner.rulebook.rule import Rulebook

SIGNATURE = "manifest-sha256.txt.p7s"
"""The signature over the manifest, which a sealed case holds."""


def judge_again(
    folder: Path,
    *,
    book: Rulebook,
    knowledge: Knowledge,
    tool: Tool,
    formats_wanted: Iterable[str],
    choices: Choices = NOTHING_CHOSEN,
) -> Report:
    """Judge the stored facts of a case anew, without its targets, and rewrite its reports."""
    check(folder)
    header, facts, unseen = cases.read_facts(folder)
    if any(fact.source.mapped for fact in facts):
        refuse_mapped(choices.profile)
    vault = Vault(folder / cases.EVIDENCE)
    report = report_of(
        header, facts, unseen, book=book, knowledge=knowledge, tool=tool, choices=choices
    )
    report = _with_what_is_gone(folder, report)
    act = act_upon(folder, "judged", tool, rulebook=book.digest)
    close(folder, act, rendered(report, vault.open, formats_wanted))
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
) -> Report:
    """Write further formats of the report that a case holds, for another reader if one is named;
    nothing is judged.

    Raises UsageError where that reader wants other certainties, which judging alone can give.
    """
    report = stored_report(folder)
    if profile is not None and profile != report.profile:
        report = for_reader(report, profile)
    vault = Vault(folder / cases.EVIDENCE)
    act = act_upon(folder, "reported", tool)
    close(folder, act, rendered(report, vault.open, formats_wanted))
    return report


def draft_of(folder: Path, *, knowledge: Knowledge, chinese: bool) -> str:
    """Give what the policy of a case lacks, from its stored facts, for a developer to complete."""
    check(folder)
    _, facts, unseen = cases.read_facts(folder)
    return drafted(facts, unseen, knowledge, chinese=chinese)


def report_in_the_clear(
    folder: Path, *, tool: Tool, by: Iterable[str], reason: str
) -> unmasking.Unmasked:
    """Write the report with the test identity's values in the clear, beside the masked one.

    Raises UsageError for a case that nobody signed.
    """
    report = stored_report(folder)
    if not (folder / SIGNATURE).is_file():
        raise UsageError(
            f"{folder.name} is not sealed, and only a sealed case is written in the clear",
            hint="seal it first: mingjian seal CASE",
        )
    stored = cases.read_facts(folder)
    values = known_values(folder, holdings(stored.header, stored.facts))
    vault = Vault(folder / cases.EVIDENCE)
    clear = unmasking.unmasked(report, vault.path, values)
    files = {
        f"report-unmasked.{end}": formats.render(name, clear.report, vault.open)
        for name, end in (("json", "json"), ("html", "html"))
    }
    details = {"reason": reason, "shown": str(clear.shown), "masked": str(clear.left)}
    close(folder, act_upon(folder, "unmasked", tool, by=by, details=details), files)
    return clear


def export(
    folder: Path,
    destination: Path,
    *,
    form: exporting.ExportForm,
    complete: bool,
    tool: Tool,
    by: Iterable[str] = (),
    reason: str = "",
) -> exporting.Exported:
    """Write a copy of a case, or an archive of its traffic, to a place outside, and log it."""
    report = stored_report(folder)
    stored = cases.read_facts(folder)
    allowed = {
        one.entry.sha256 for one in holdings(stored.header, stored.facts) if one.kind in HARMLESS
    }
    vault = Vault(folder / cases.EVIDENCE)

    def open_allowed(sha256: str) -> bytes:
        if sha256 in allowed:
            return vault.open(sha256)
        raise EvidenceError(f"evidence {sha256} is not in this copy", hint=f"see {away.LEFT_OUT}")

    with exporting.exported(
        folder,
        destination,
        stored,
        form=form,
        complete=complete,
        tool=tool,
        without_pictures=lambda: formats.render("html", report, open_allowed),
    ) as done:
        details = done.details(str(destination)) | ({"reason": reason} if reason else {})
        close(folder, act_upon(folder, "exported", tool, by=by, details=details), {})
    return done


def purge(
    folder: Path,
    *,
    kind: purging.PurgeKind,
    tool: Tool,
    by: Iterable[str],
    reason: str,
    dry: bool = False,
) -> purging.Purge:
    """Take raw material out of a case for good; what is left verifies, and says what is gone.

    The log is written first: a purge that breaks off is ended by the next one. With `dry` nothing
    is changed.
    """
    if not dry:
        _end_purge(folder)
    report = stored_report(folder)
    stored = cases.read_facts(folder)
    found = purging.to_purge(folder, holdings(stored.header, stored.facts), kind)
    if dry or not (found.evidence or found.unmasked):
        return found
    details = {"kind": kind, "reason": reason, "bytes": str(found.bytes)}
    act = replace(act_upon(folder, "purged", tool, by=by, details=details), removed=found.digests)
    files = _without(folder, report, act)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    act = replace(act, details=details | digests)
    close(folder, act, files, meanwhile=lambda: purging.take_out(folder, found.digests))
    return found


def _end_purge(folder: Path) -> None:
    """End a purge that broke off after its act was logged."""
    log = _log(folder)
    listed = bundle.listed(folder) if (folder / cases.MANIFEST).is_file() else {}
    wrong = bundle.verify(folder) if listed else ()
    if not wrong:
        return
    done = acts(log)
    act = purging.broken_off(folder, log, done, wrong, listed.get(cases.CUSTODY, ""))
    if act is None:
        return
    stored = decode((folder / cases.REPORTS["json"]).read_bytes())
    stored = replace(stored, removed=purging.removals(done[:-1]))
    cases.replace_files(folder, _without(folder, stored, act))
    purging.take_out(folder, act.removed)
    bundle.write_manifest(folder)


def _without(folder: Path, report: Report, act: Act) -> dict[str, bytes]:
    """Write the reports of a case anew, without evidence that an act takes out."""
    stored = cases.read_facts(folder)
    removed = (*report.removed, *purging.removals([act]))
    found = holdings(stored.header, stored.facts)
    report = replace(report, removed=removed, held=purging.held(found, removed))
    vault = Vault(folder / cases.EVIDENCE)

    def open_left(sha256: str) -> bytes:
        if sha256 in act.removed:
            raise EvidenceError(f"evidence {sha256} was purged", hint="the custody log says why")
        return vault.open(sha256)

    there = [name for name, file in cases.REPORTS.items() if (folder / file).is_file()]
    return rendered(report, open_left, there)


def _with_what_is_gone(folder: Path, report: Report) -> Report:
    stored = cases.read_facts(folder)
    removed = purging.removals(acts_of(folder))
    found = holdings(stored.header, stored.facts)
    return replace(report, removed=removed, held=purging.held(found, removed))


def remarks(folder: Path, today: str) -> tuple[Words, ...]:
    """Say of a case that verifies what is away on purpose, and whether its time is over."""
    standing = check(folder)
    collection = cases.read_facts(folder).header.collection
    until = collection.retain_until if collection else None
    removed = purging.removals(acts_of(folder))
    return tuple(purging.said(removed, len(standing.left_out), until, today))


def check(folder: Path) -> away.Standing:
    """Raise EvidenceError, naming every file, unless a case is byte for byte as it was sealed.

    What a copy leaves out on purpose is named in what is given back. Raises UsageError where there
    is no case at all.
    """
    if not (folder / cases.FACTS).is_file() and not (folder / cases.MANIFEST).is_file():
        raise UsageError(f"no case at {folder}", hint="name a folder that mingjian scan made")
    standing = away.accounted(folder, bundle.verify(folder))
    wrong = standing.wrong
    if wrong:
        listed = "; ".join(str(each) for each in wrong[:20])
        more = f"; and {len(wrong) - 20} more" if len(wrong) > 20 else ""
        raise EvidenceError(
            f"{folder.name} does not verify: {listed}{more}",
            hint="restore the case from its sealed copy",
        )
    return standing


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
        rulebook=rulebook,
        manifest=hashlib.sha256(manifest).hexdigest(),
        details=dict(details or {}),
    )


def close(
    folder: Path,
    act: Act,
    files: Mapping[str, bytes],
    *,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Log an act, put its files into the case, and close the case anew.

    `meanwhile` does what else the act does, once the log says so.
    """
    log = appended(_log(folder), act)
    cases.replace_files(folder, {cases.CUSTODY: log, **files})
    meanwhile()
    bundle.write_manifest(folder)
