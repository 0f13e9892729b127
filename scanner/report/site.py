"""What a website's report says beside its rulings: how it was looked at, session by session."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from scanner.errors import MingjianError
from scanner.exchange import shown
from scanner.model import Evidence, Open, Report, Site, Words
from scanner.wording.values import called

PHASES = ("first_load", "refused", "agreed")
"""The three sessions, each in a browser of its own."""
TELLING = ("consent", "permission", "login")
"""Kinds of screens of a phone whose pictures are shown first."""
MOST_ADDRESSES = 20
MOST_REASONS = 3
MOST_PICTURES = 8
LARGEST_PICTURE = 400_000
"""Bytes of a picture that a page shows at most; larger ones stay in the case alone."""
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
"""Media types that a page shows, with the bytes that such a file begins with."""

_HELD = Words("已进行", "held")
_NOT_HELD = Words("未进行", "not held")
_OPENED = Words("打开页面后未作任何操作。", "The page was opened and nothing was touched.")
_DONE = {
    True: Words("按下该控件后，弹窗关闭。", "The control was pressed, and the dialog went away."),
    False: Words("按下该控件后，弹窗没有关闭。", "The control was pressed, and the dialog stayed."),
    None: Words(
        "按下该控件；弹窗是否关闭未知。",
        "The control was pressed; whether the dialog went away is unknown.",
    ),
}
_NOTHING_ASKS = Words(
    "未见征求同意的提示，无从选择。", "No prompt was found, so that there was nothing to answer."
)
_UNSAID = Words("没有记录到这次会话。", "No record of this session.")


class Session(NamedTuple):
    """One of the three sessions: whether it was held, and what was done or stood in the way."""

    phase: str
    name: Words
    held: bool
    state: Words
    words: tuple[Words, ...]
    control: str
    """Words of the control that was pressed; empty where none was."""


class Picture(NamedTuple):
    """A screenshot that stands in the page itself."""

    evidence: Evidence
    phase: Words | None
    address: str
    """The picture as a data: address."""


def addresses(report: Report, open_evidence: Open) -> tuple[str, ...]:
    """Give the addresses that were asked for, personal values masked; none where none are kept."""
    if report.subject.kind != "website":
        return ()
    try:
        site = msgspec.json.decode(open_evidence(report.subject.sha256), type=Site)
    except (MingjianError, OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return ()
    return tuple(shown(one) for one in site.addresses[:MOST_ADDRESSES])


def sessions(report: Report) -> tuple[Session, ...]:
    """Say of each session whether it was held; none for a subject that is no website."""
    if report.subject.kind != "website":
        return ()
    return tuple(_session(report, phase) for phase in PHASES)


def _session(report: Report, phase: str) -> Session:
    name = called("phase", phase) or Words(phase, phase)
    if phase == "first_load":
        if next(_facts(report, "site.visited"), None) is not None:
            return Session(phase, name, True, _HELD, (_OPENED,), "")
        return Session(phase, name, False, _NOT_HELD, _reasons(report, phase) or (_UNSAID,), "")
    for fact in _facts(report, "consent.answered"):
        if fact.get("answer") == phase and fact.get("channel") == "website":
            closed = fact.get("closed")
            said = _DONE[closed if isinstance(closed, bool) else None]
            return Session(phase, name, True, _HELD, (said,), _text(fact, "control"))
    reasons = _reasons(report, phase)
    if not reasons:
        asked = [fact.get("present") for fact in _facts(report, "consent.prompt")]
        reasons = (_NOTHING_ASKS if asked and True not in asked else _UNSAID,)
    return Session(phase, name, False, _NOT_HELD, reasons, "")


def _reasons(report: Report, phase: str) -> tuple[Words, ...]:
    """Give why a session showed nothing: entries that speak of it, and not of all three alike."""
    own = []
    for entry in report.unseen:
        named = {*entry.scope.get("phase", ()), *entry.scope.get("answer", ())}
        if phase in named and (phase == PHASES[0] or PHASES[0] not in named):
            own.append(entry.reason)
    return tuple(dict.fromkeys(own))[:MOST_REASONS]


def pictures(report: Report, open_evidence: Open) -> tuple[tuple[Picture, ...], int]:
    """Give the screenshots that the page shows, and how many more the case holds.

    Evidence that is missing, or that is no picture of its kind, is left out.
    """
    screens = _screens(report)
    named = sorted(
        (
            entry
            for entry in report.evidence
            if entry.media_type in PICTURES and entry.name.startswith("screenshot")
        ),
        key=lambda entry: (_rank(entry, screens), entry.name, entry.sha256),
    )
    small = [entry for entry in named if entry.size < LARGEST_PICTURE][:MOST_PICTURES]
    found = (_picture(entry, screens, open_evidence) for entry in small)
    shown = tuple(picture for picture in found if picture)
    return shown, len(named) - len(shown)


def _screens(report: Report) -> dict[str, dict[str, object]]:
    """Give what screens of a phone show by the digest of their picture, the first of each."""
    screens: dict[str, dict[str, object]] = {}
    for fact in _facts(report, "screen.shown"):
        screens.setdefault(_text(fact, "picture"), fact)
    return screens


def _picture(
    entry: Evidence, screens: dict[str, dict[str, object]], open_evidence: Open
) -> Picture | None:
    shown = address(entry, open_evidence)
    if shown is None:
        return None
    phase = next((called("phase", one) for one in PHASES if one in entry.name), None)
    phase = phase or called("phase", screens.get(entry.sha256, {}).get("phase"))
    return Picture(entry, phase, shown)


def address(entry: Evidence, open_evidence: Open) -> str | None:
    """Give a picture as a data: address; null for what is missing, too large or no picture."""
    if entry.media_type not in PICTURES or entry.size >= LARGEST_PICTURE:
        return None
    try:
        data = open_evidence(entry.sha256)
    except (MingjianError, OSError):
        return None
    if len(data) >= LARGEST_PICTURE or not data.startswith(PICTURES[entry.media_type]):
        return None
    return f"data:{entry.media_type};base64,{base64.b64encode(data).decode()}"


def _rank(entry: Evidence, screens: dict[str, dict[str, object]]) -> int:
    """Put the sessions of a site in their order, and the telling screens of a phone first."""
    kind = screens.get(entry.sha256, {}).get("screen_kind")
    if kind in TELLING:
        return TELLING.index(str(kind))
    return next((number for number, one in enumerate(PHASES) if one in entry.name), len(PHASES))


def _facts(report: Report, kind: str) -> Iterator[dict[str, object]]:
    return (fact for _, fact in sorted(report.facts.items()) if fact.get("kind") == kind)


def _text(fact: dict[str, object], field: str) -> str:
    value = fact.get(field)
    return value if isinstance(value, str) else ""
