"""What is done with a case that stands: judge it again, write it again; each act is logged."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scanner import case as cases
from scanner import decide as deciding
from scanner.audit import AS_USUAL, NOTHING_CHOSEN, rendered, report_of
from scanner.compare import compare
from scanner.compare.look import Look, by_id
from scanner.custody import acts, appended
from scanner.decide import decided, with_decisions
from scanner.draft import drafted
from scanner.errors import EvidenceError, UsageError
from scanner.evidence import bundle
from scanner.evidence.vault import Vault, open_plain, tidy
from scanner.knowledge import Knowledge
from scanner.model import (
    Act,
    Choice,
    Choices,
    Comparison,
    Decision,
    Deed,
    Evidence,
    ProfileName,
    Report,
    Tool,
    Words,
)
from scanner.profiles import for_reader, refuse_mapped
from scanner.report import compared as comparisons
from scanner.report.as_json import decode
from scanner.report.words import Lang, Options
from scanner.rulebook.rule import Rulebook

OLD = Words("原案", "the earlier case")
NEW = Words("新案", "the present case")
"""What two cases are called that are compared."""


def judge_again(
    folder: Path,
    *,
    book: Rulebook,
    knowledge: Knowledge,
    tool: Tool,
    formats_wanted: Iterable[str],
    choices: Choices = NOTHING_CHOSEN,
    options: Options = AS_USUAL,
) -> Report:
    """Judge the stored facts of a case anew, without its targets, and rewrite its reports."""
    with working(folder):
        header, facts, unseen = cases.read_facts(folder)
        if any(fact.source.mapped for fact in facts):
            refuse_mapped(choices.profile)
        vault = Vault(folder / cases.EVIDENCE)
        report = report_of(
            header, facts, unseen, book=book, knowledge=knowledge, tool=tool, choices=choices
        )
        report = with_decisions(report, decided(acts_of(folder)))
        act = act_upon(folder, "judged", tool, rulebook=book.digest)
        close(folder, act, rendered(report, vault.open, formats_wanted, options))
    return report


def stored_report(folder: Path) -> Report:
    """Give the report that a case holds, if the case is byte for byte as it was sealed."""
    check(folder)
    return _stored(folder)


def _stored(folder: Path) -> Report:
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
    options: Options = AS_USUAL,
) -> Report:
    """Write further formats of the report that a case holds, for another reader if one is named;
    nothing is judged.

    Raises UsageError where that reader wants other certainties, which judging alone can give.
    """
    with working(folder):
        report = with_decisions(_stored(folder), decided(acts_of(folder)))
        if profile is not None and profile != report.profile:
            report = for_reader(report, profile)
        vault = Vault(folder / cases.EVIDENCE)
        act = act_upon(folder, "reported", tool)
        close(folder, act, rendered(report, vault.open, formats_wanted, options))
    return report


class Said(NamedTuple):
    """A decision as a person gave it in the call."""

    subject: str
    """A rule, or the first digits of a fingerprint."""
    choice: Choice
    by: str
    reason: str
    at: str | None = None
    """When, where it was not now (ISO 8601 with offset)."""
    attached: Sequence[Path] = ()


def decide(
    folder: Path, said: Said, *, tool: Tool, options: Options = AS_USUAL
) -> tuple[Report, Decision]:
    """Put a person's decision on a finding or a check into the log of a case, and rewrite the
    reports that the case has; what the program said of it stays as it is.

    Raises UsageError where the words do not fit, and then nothing is changed.
    """
    by = deciding.tested(said.by, "the name (--by)", deciding.LONGEST_NAME)
    reason = deciding.tested(said.reason, "the reason (--reason)", deciding.LONGEST_REASON)
    with working(folder):
        log = decided(acts_of(folder))
        report = _stored(folder)
        matter = deciding.matter_of(report, said.subject)
        at = deciding.moment(said.at, now=tool.started_at, observed_at=report.observed_at)
        with _attached(folder, said.attached) as (vault, kept):
            decision = deciding.decision(
                matter, said.choice, by=by, reason=reason, at=at, attachments=kept
            )
            report = with_decisions(report, (*log, decision))
            act = act_upon(folder, "decided", tool, by=[by], decision=decision)
            formats = [name for name, file in cases.REPORTS.items() if (folder / file).is_file()]
            close(folder, act, rendered(report, vault.open, formats, options))
    return report, decision


@contextlib.contextmanager
def _attached(folder: Path, paths: Sequence[Path]) -> Iterator[tuple[Vault, tuple[Evidence, ...]]]:
    """Keep attachments as evidence; where the act fails, those that it brought are taken out."""
    if len(paths) > deciding.MOST_ATTACHED:
        raise UsageError(
            f"{len(paths)} attachments",
            hint=f"give {deciding.MOST_ATTACHED} at most, or put them into one document",
        )
    read = [(tidy(path.name), *_attachment(path)) for path in paths]
    vault = Vault(folder / cases.EVIDENCE)
    new: list[Path] = []
    try:
        kept: dict[str, Evidence] = {}
        for name, data, media_type in read:
            place = vault.path(hashlib.sha256(data).hexdigest())
            if not place.exists():
                new.append(place)
                vault.keep(data, name=name, media_type=media_type)
            kept.setdefault(
                place.name,
                Evidence(sha256=place.name, name=name, media_type=media_type, size=len(data)),
            )
        yield vault, tuple(kept.values())
    except BaseException:
        for place in new:
            place.unlink(missing_ok=True)
        raise


def _attachment(path: Path) -> tuple[bytes, str]:
    with open_plain(path, follow=True) as file:
        data = file.read(deciding.LARGEST_ATTACHED + 1)
    media_type = deciding.media_type(data)
    name = tidy(path.name)
    if len(data) > deciding.LARGEST_ATTACHED:
        raise UsageError(
            f"{name} is longer than {deciding.LARGEST_ATTACHED} bytes",
            hint="attach a smaller picture or document",
        )
    if not data or media_type is None:
        raise UsageError(
            f"{name} is no picture, text or PDF that can be attached",
            hint="attach PNG, JPEG, WebP, PDF or a text in UTF-8",
        )
    return data, media_type


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
    header, facts, unseen = cases.read_facts(folder)
    today = report
    if report.rulebook.digest != book.digest or report.overrides or report.profile:
        today = report_of(header, facts, unseen, book=book, knowledge=knowledge, tool=tool)
    manifest = hashlib.sha256((folder / cases.MANIFEST).read_bytes()).hexdigest()
    return Look(name, report, today, header, by_id(facts), manifest)


@contextlib.contextmanager
def working(folder: Path) -> Iterator[None]:
    """Hold a case against other calls while it is changed, once it is seen to be whole."""
    if not folder.is_dir():
        check(folder)
    with cases.held(folder):
        check(folder)
        yield


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
    decision: Decision | None = None,
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
        decision=decision,
    )


def close(folder: Path, act: Act, files: Mapping[str, bytes]) -> None:
    """Log an act, put its files into the case, and close the case anew."""
    log = appended(_log(folder), act)
    cases.replace_files(folder, {**files, cases.CUSTODY: log})
    bundle.write_manifest(folder)
