"""What is done with a case that stands: judge it again, write it again; each act is logged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from scanner import case as cases
from scanner.audit import NOTHING_CHOSEN, rendered, report_of
from scanner.custody import acts, appended
from scanner.draft import drafted
from scanner.errors import EvidenceError, UsageError
from scanner.evidence import bundle
from scanner.evidence.vault import Vault
from scanner.knowledge import Knowledge
from scanner.model import Act, Choices, Deed, ProfileName, Report, Tool
from scanner.profiles import for_reader, refuse_mapped
from scanner.report.as_json import decode
from scanner.report.words import Lang
from scanner.rulebook.rule import Rulebook


def judge_again(
    folder: Path,
    *,
    book: Rulebook,
    knowledge: Knowledge,
    tool: Tool,
    formats_wanted: Iterable[str],
    choices: Choices = NOTHING_CHOSEN,
    lang: Lang = "zh",
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
    act = act_upon(folder, "judged", tool, rulebook=book.digest)
    close(folder, act, rendered(report, vault.open, formats_wanted, lang))
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
    lang: Lang = "zh",
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
    close(folder, act, rendered(report, vault.open, formats_wanted, lang))
    return report


def draft_of(folder: Path, *, knowledge: Knowledge, chinese: bool) -> str:
    """Give what the policy of a case lacks, from its stored facts, for a developer to complete."""
    check(folder)
    _, facts, unseen = cases.read_facts(folder)
    return drafted(facts, unseen, knowledge, chinese=chinese)


def check(folder: Path) -> None:
    """Raise EvidenceError, naming every file, unless a case is byte for byte as it was sealed.

    Raises UsageError where there is no case at all.
    """
    if not (folder / cases.FACTS).is_file() and not (folder / cases.MANIFEST).is_file():
        raise UsageError(f"no case at {folder}", hint="name a folder that mingjian scan made")
    wrong = bundle.verify(folder)
    if wrong:
        listed = "; ".join(str(each) for each in wrong[:20])
        more = f"; and {len(wrong) - 20} more" if len(wrong) > 20 else ""
        raise EvidenceError(
            f"{folder.name} does not verify: {listed}{more}",
            hint="restore the case from its sealed copy",
        )


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


def close(folder: Path, act: Act, files: Mapping[str, bytes]) -> None:
    """Log an act, put its files into the case, and close the case anew."""
    log = appended(_log(folder), act)
    cases.replace_files(folder, {**files, cases.CUSTODY: log})
    bundle.write_manifest(folder)
