"""A case judged or written again, without its targets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from scanner import case as cases
from scanner.baseline import accepted
from scanner.casework.acting import act_upon, close, working
from scanner.casework.standing import acts_of, check, held_report
from scanner.decide import decided, with_decisions
from scanner.draft import drafted
from scanner.evidence.sealing import Sealing
from scanner.evidence.vault import Vault
from scanner.knowledge import Knowledge
from scanner.leaving import purging
from scanner.leaving.holdings import holdings
from scanner.model import Act, Baseline, Choices, ProfileName, Qualification, Report, Tool
from scanner.profiles import for_reader, refuse_mapped
from scanner.report.words import Options
from scanner.reporting import AS_USUAL, NOTHING_CHOSEN, rendered, report_of
from scanner.rulebook.rule import Rulebook


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
    with working(folder):
        first, *again = cases.read_runs(folder)
        if any(fact.source.mapped for run in (first, *again) for fact in run.facts):
            refuse_mapped(choices.profile)
        vault = Vault(folder / cases.EVIDENCE)
        report = report_of(
            *first, again=again, book=book, knowledge=knowledge, tool=tool, choices=choices
        )
        report = as_it_stands(report, acts_of(folder), first)
        wanted = [*cases.formats_in(folder), *formats_wanted]
        details = _by_baseline(choices.baseline)
        act = act_upon(folder, "judged", tool, rulebook=book.digest, details=details)
        close(folder, act, rendered(report, vault.open, wanted, options), sealing)
    return report


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
    with working(folder):
        stored = cases.read_facts(folder)
        report = as_it_stands(held_report(folder), acts_of(folder), stored)
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


def as_it_stands(report: Report, done: Iterable[Act], stored: cases.CaseFacts) -> Report:
    """Give a report with what persons decided, and with what was taken out of the case since."""
    done = tuple(done)
    removed = purging.removals(done)
    held = purging.held(holdings(stored.header, stored.facts), removed)
    return replace(with_decisions(report, decided(done)), removed=removed, held=held)


def _by_baseline(baseline: Baseline | None) -> dict[str, str]:
    """Say in the log which file accepted findings, where one did."""
    return {} if baseline is None else {"baseline": f"{baseline.file} {baseline.sha256}"}


def draft_of(folder: Path, *, knowledge: Knowledge, chinese: bool) -> str:
    """Give what the policy of a case lacks, from its stored facts, for a developer to complete."""
    check(folder)
    _, facts, unseen = cases.read_facts(folder)
    return drafted(facts, unseen, knowledge, chinese=chinese)
