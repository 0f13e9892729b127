"""What leaves a case: copies of it, values in the clear, and raw material for good."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scanner import case as cases
from scanner import report as formats
from scanner.casework.acting import act_upon, close, working
from scanner.casework.again import as_it_stands
from scanner.casework.standing import acts_of, held_report
from scanner.errors import EvidenceError, UsageError
from scanner.evidence import away
from scanner.evidence.checking import SIGNATURE
from scanner.evidence.vault import Vault
from scanner.leaving import exporting, purging, unmasking
from scanner.leaving.copies import known_values
from scanner.leaving.holdings import HARMLESS, holdings
from scanner.model import Act, Report, Tool
from scanner.reporting import rendered


def report_in_the_clear(
    folder: Path, *, tool: Tool, by: Iterable[str], reason: str
) -> unmasking.Unmasked:
    """Write the report with the test identity's values in the clear, beside the masked one.

    Raises UsageError for a case that nobody signed.
    """
    with working(folder):
        report = held_report(folder)
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
    with working(folder):
        report = held_report(folder)
        stored = cases.read_facts(folder)
        allowed = {
            one.entry.sha256
            for one in holdings(stored.header, stored.facts)
            if one.kind in HARMLESS
        }
        vault = Vault(folder / cases.EVIDENCE)

        def open_allowed(sha256: str) -> bytes:
            if sha256 in allowed:
                return vault.open(sha256)
            raise EvidenceError(
                f"evidence {sha256} is not in this copy", hint=f"see {away.LEFT_OUT}"
            )

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

    With `dry` nothing is changed.
    """
    with working(folder):
        stored = cases.read_facts(folder)
        found = purging.to_purge(folder, holdings(stored.header, stored.facts), kind)
        if dry or not (found.evidence or found.unmasked):
            return found
        details = {"kind": kind, "reason": reason, "bytes": str(found.bytes)}
        removed = found.digests
        act = act_upon(folder, "purged", tool, by=by, details=details, removed=removed)
        gone = [f"{cases.EVIDENCE}/{sha256}" for sha256 in removed]
        gone += [path.name for path in found.unmasked]
        close(folder, act, _without(folder, held_report(folder), act, stored), gone=gone)
    return found


def _without(folder: Path, report: Report, act: Act, stored: cases.CaseFacts) -> dict[str, bytes]:
    """Write the reports of a case anew, without evidence that an act takes out."""
    report = as_it_stands(report, (*acts_of(folder), act), stored)
    vault = Vault(folder / cases.EVIDENCE)

    def open_left(sha256: str) -> bytes:
        if sha256 in act.removed:
            raise EvidenceError(f"evidence {sha256} was purged", hint="the custody log says why")
        return vault.open(sha256)

    return rendered(report, open_left, cases.formats_in(folder))
