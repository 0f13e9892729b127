"""Two cases of one subject, held against each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from scanner import case as cases
from scanner.casework.standing import stored_report
from scanner.compare import compare
from scanner.compare.look import Look, by_id
from scanner.evidence import bundle
from scanner.evidence.vault import Vault
from scanner.knowledge import Knowledge
from scanner.model import Comparison, Tool, Words
from scanner.report import compared as comparisons
from scanner.report.words import Lang
from scanner.reporting import report_of
from scanner.rulebook.rule import Rulebook

OLD = Words("原案", "the earlier case")
NEW = Words("新案", "the present case")
"""What two cases are called that are compared."""


def compared(
    old: Path,
    new: Path,
    *,
    book: Rulebook,
    knowledge: Knowledge,
    tool: Tool,
    any_subject: bool = False,
) -> Comparison:
    """Compare a case with an earlier one of the same subject; neither is changed."""
    return compare(
        _look(old, OLD, book, knowledge, tool),
        _look(new, NEW, book, knowledge, tool),
        book,
        tool=tool,
        open_old=Vault(old / cases.EVIDENCE).open,
        open_new=Vault(new / cases.EVIDENCE).open,
        any_subject=any_subject,
    )


def compared_files(
    found: Comparison, destination: Path, *, formats_wanted: Iterable[str], lang: Lang
) -> None:
    """Write a comparison into a new folder, with the digest of each file beside them."""
    files = {
        comparisons.FORMATS[name]: comparisons.render(name, found, lang)
        for name in dict.fromkeys(formats_wanted)
    }
    with cases.new_case(destination) as folder:
        cases.replace_files(folder, files)
        bundle.write_manifest(folder)


def _look(folder: Path, name: Words, book: Rulebook, knowledge: Knowledge, tool: Tool) -> Look:
    """Read a case to be compared; where other rules judged it, judge its facts by these too."""
    report = stored_report(folder)
    first, *again = cases.read_runs(folder)
    today = report
    if report.rulebook.digest != book.digest or report.overrides or report.profile:
        today = report_of(*first, again=again, book=book, knowledge=knowledge, tool=tool)
    manifest = hashlib.sha256((folder / cases.MANIFEST).read_bytes()).hexdigest()
    facts = by_id(fact for run in (first, *again) for fact in run.facts)
    return Look(name, report, today, first.header, facts, manifest)
