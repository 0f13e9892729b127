"""What is taken out of a case for good, and how what is left goes on saying so."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from scanner.case import EVIDENCE
from scanner.errors import UsageError
from scanner.leaving.copies import UNMASKED, known_values, tells
from scanner.leaving.holdings import BODIES, HARMLESS, KINDS, Holding, HoldingKind
from scanner.model import Act, Held, Removal, Words
from scanner.personal.hidden import Hidden

PurgeKind = Literal["bodies", "identity", "all-raw"]
"""bodies: traffic, runs on a device, sessions, pages and the identity file; identity: that file
alone; all-raw: also pictures, films, and whatever else is neither a program nor a policy."""
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TAKEN: Mapping[PurgeKind, frozenset[HoldingKind]] = {
    "bodies": BODIES,
    "identity": frozenset({"identity"}),
    "all-raw": frozenset(KINDS) - HARMLESS,
}


class Purge(NamedTuple):
    """What a purge takes out."""

    evidence: tuple[Holding, ...]
    unmasked: tuple[Path, ...]
    """Reports with values in the clear."""
    bytes: int
    """Length of all of it together."""

    @property
    def digests(self) -> tuple[str, ...]:
        """Give the SHA-256 of each piece of evidence, sorted."""
        return tuple(sorted(one.entry.sha256 for one in self.evidence))

    def kinds(self) -> dict[HoldingKind, int]:
        """Count what it takes out, by kind."""
        return dict(sorted(Counter(one.kind for one in self.evidence).items()))


def to_purge(case: Path, holdings: Iterable[Holding], kind: PurgeKind) -> Purge:
    """Say what a purge would take out of a case: what is there of these kinds, and no more."""
    found = [one for one in holdings if (case / EVIDENCE / one.entry.sha256).is_file()]
    own = Hidden(known_values(case, found))  # without the identity nobody could hide it again
    taken = [
        one
        for one in found
        if one.kind in _TAKEN[kind]
        or (one.kind == "policy" and tells(case / EVIDENCE / one.entry.sha256, own))
    ]
    reports = sorted(path for path in case.iterdir() if UNMASKED.fullmatch(path.name))
    files = [case / EVIDENCE / one.entry.sha256 for one in taken] + reports
    return Purge(tuple(taken), tuple(reports), sum(path.stat().st_size for path in files))


def removals(acts: Iterable[Act]) -> tuple[Removal, ...]:
    """Give what was taken out of a case, by whom, when and why."""
    return tuple(
        Removal(at=act.at, by=act.by, reason=act.details.get("reason", ""), files=act.removed)
        for act in acts
        if act.deed == "purged"
    )


def held(holdings: Iterable[Holding], removed: Iterable[Removal]) -> tuple[Held, ...]:
    """Say how much of each kind a case was made with, and how much of that is gone."""
    gone = {sha256 for one in removed for sha256 in one.files}
    by_kind: dict[HoldingKind, list[Holding]] = {}
    for one in holdings:
        by_kind.setdefault(one.kind, []).append(one)
    return tuple(
        Held(
            kind=kind,
            what=KINDS[kind],
            personal=kind not in HARMLESS,
            files=len(many),
            size=sum(one.entry.size for one in many),
            purged=sum(one.entry.sha256 in gone for one in many),
        )
        for kind, many in sorted(by_kind.items())
    )


def said(
    removed: Iterable[Removal], left_out: int, until: str | None, today: str
) -> Iterator[Words]:
    """Say of a case that verifies what of it is away on purpose, and whether its time is over."""
    if left_out:
        yield Words(
            f"流转副本：未附 {left_out} 个文件，见 left-out.txt；该清单及本副本自加的文件"
            "不在封签之内，须与原案卷核对",
            f"a copy for circulation: complete but for {left_out} files, see left-out.txt; no seal "
            "is over that list, nor over what else this copy adds: the original tells",
        )
    for one in removed:
        who, many, on = ", ".join(one.by), len(one.files), one.at[:10]
        yield Words(
            f"除 {many} 个已清除的证据文件外完整：{on} 由 {who} 清除（{one.reason}）",
            f"complete but for {many} files of evidence purged on {on} by {who} ({one.reason})",
        )
    if until and today > until:
        yield Words(
            f"原始材料的保存期限已于 {until} 届满：mingjian purge 可清除",
            f"the period for keeping raw material ended on {until}: mingjian purge takes it out",
        )


def day(words: str, option: str) -> str:
    """Read the day that an option names (ISO 8601). Raises UsageError where it is none."""
    try:
        return datetime.date.fromisoformat(words).isoformat()
    except ValueError:
        said = f"{option} {words[:40]!r} is no day"
        raise UsageError(said, hint="write it as in 2027-12-31") from None
