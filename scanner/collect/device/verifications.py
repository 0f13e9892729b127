"""Where a screen of the app wants to see a face, and which other ways it offers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.collect.device.understood import is_about_account, leads_back
from scanner.collect.device.walked import Shown, Walked
from scanner.device_file import SCREENS
from scanner.facts import ProofWay, VerificationOffered
from scanner.wording.consent import meaning_of
from scanner.wording.errands import says_its_errand
from scanner.wording.rewards import kinds_named
from scanner.wording.rights import plain
from scanner.wording.short import short
from scanner.wording.verifying import (
    begins_verifying,
    demands_face,
    needed_for,
    ways_of,
    ways_offered,
)

_CONSENT = re.compile(r"单独同意|separate consent")
MOST_WORDS = 400
"""Characters beyond which a screen is an article, or a text of rules (project judgement)."""
MOST_CONTROLS = 12
"""Controls beyond which a screen is a menu, on which a face may be one entry of many (project
judgement)."""


def facts_of(walked: Walked) -> Iterator[VerificationOffered]:
    """Tell once for each screen in which ways people may prove who they are.

    A screen that stood several times offers what it offered at any of them.
    """
    found: dict[str, list[Shown]] = {}
    for one in walked.pages:
        found.setdefault(one.name, []).append(one)
    for name, many in found.items():
        asking = next((one for one in many if _demand(walked, one)), None)
        if asking is not None:
            yield _fact(walked, name, asking, many)


def _demand(walked: Walked, one: Shown) -> str:
    """Give the line that wants to see a face; the empty text on menus and other screens."""
    if len(walked.controls(one.number)) > MOST_CONTROLS or is_about_account(walked, one):
        return ""
    if _asks_consent(walked, one) or not _begins(walked, one):
        return ""
    lines = (line for line in walked.lines(one.number) if len(line) <= 200)
    return next((line for line in lines if demands_face(line)), "")


def _asks_consent(walked: Walked, one: Shown) -> bool:
    """Say whether a screen asks for consent to looking at a face, and may look at none itself."""
    meanings = {meaning_of(words) for words, _ in walked.controls(one.number)}
    alone = any(_CONSENT.search(plain(line)) for line in walked.lines(one.number))
    return alone or ("accept" in meanings and bool(meanings & {"refuse", "leave"}))


def _begins(walked: Walked, one: Shown) -> bool:
    """Say whether a control there begins to look at a face, or one led there, and not an article.

    Without taps in a known order only what stands on the screen itself tells.
    """
    if len("".join(walked.text(one.number).split())) > MOST_WORDS:
        return False
    if any(_is_begun_by(words) for words, _ in walked.controls(one.number)):
        return True
    before = walked.touched(one.number - 1) if walked.ordered and one.number else ()
    return any(_is_begun_by(touch.words) for touch in before if touch.action == "tap")


def _is_begun_by(words: str) -> bool:
    return begins_verifying(words) or "face" in ways_offered(words)


def _fact(walked: Walked, name: str, asking: Shown, many: list[Shown]) -> VerificationOffered:
    lines = {line for one in many for line in walked.lines(one.number) if len(line) <= 200}
    ways: set[ProofWay] = {way for line in lines for way in ways_of(line)}
    for one in many:
        fields = (node for node in one.look.nodes if node.kind.endswith("EditText"))
        ways |= {way for node in fields for way in _ways_by(node.words)}
    return VerificationOffered(
        source=walked.recorded.source(asking.look.place, asking.look.at),
        channel="device",
        page=name,
        ways=tuple(sorted(ways | {"face"})),
        needed_for=needed_for("\n".join(sorted(lines))),
        understood=all(_understood(walked, one) for one in many),
        text=short(_demand(walked, asking)),
        phase=walked.recorded.phase(asking.look.at, SCREENS),
    )


def _ways_by(hint: str) -> tuple[ProofWay, ...]:
    """Give the ways that a field is for: one that asks who somebody is proves nothing yet."""
    return ways_of(hint) or (() if kinds_named(hint) else ("other",))


def _understood(walked: Walked, one: Shown) -> bool:
    """Say whether every control of a screen tells what it does."""
    return all(
        leads_back(one, control)
        or ways_of(control.words)
        or begins_verifying(control.words)
        or (control.words and (meaning_of(control.words) or says_its_errand(control.words)))
        for control in walked.controls(one.number)
    )
