"""Where an app's screens name its privacy policy, and what came when somebody tapped it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from scanner.collect.device.papers import (
    is_agreement,
    is_policy,
    names_only,
    says_gone,
    subjects_of,
    waits,
)
from scanner.collect.device.recorded import Touch, unseen
from scanner.collect.device.walked import Shown, Walked
from scanner.facts import Language, PageKind, PolicyLink
from scanner.languages import language_of
from scanner.model import Unseen, Words
from scanner.screen_tree import SYSTEM
from scanner.wording.documents import Subject
from scanner.wording.rights import is_control, plain
from scanner.wording.short import short

STOOD = 2
"""Screens on which a policy must be missing before it is called missing."""
MOST_UNTAPPED = 20
"""Controls that nobody tapped, told one by one."""
FEW = 20
"""Characters below which a screen says nothing."""
_ANSWERED = frozenset({"consent", "permission", "login", "policy"})
"""Screens that go on to another by an answer, which is no link."""
_PENDING = ("ProgressBar",)
_OF_RULES = re.compile(
    r"隐私|协议|规则|政策|条款|声明|法律|信息保护|数据保护|privacy|polic(?:y|ies)|terms|legal"
)
"""Words of a control behind which a policy may stand."""


class Opened(NamedTuple):
    """What a tap on a link led to."""

    reachable: bool | None = None
    opens: Literal["page", "dialog", "nothing"] | None = None
    taps: int | None = None
    """Fewest taps from the first screen that can be used to the policy that stood there."""
    language: Language | None = None
    """Main language of the policy."""
    missing_on: str = ""
    """Name of the screen on which the policy is missing; its heading leads nowhere."""


class Named(NamedTuple):
    """A place at which a document is named."""

    one: Shown
    subject: Subject
    words: str


def facts_of(walked: Walked) -> Iterator[PolicyLink]:
    """Tell once for each screen and document where it is named, and whether it opened."""
    named = _named(walked)
    opened = _opened(walked)
    missing = {outcome.missing_on for outcome in opened.values()} - {""}
    for (name, subject), found in named.items():
        if name in missing and (name, subject) not in opened:
            continue
        outcome = opened.get((name, subject), Opened())
        yield PolicyLink(
            source=walked.recorded.source(found.one.look.place, found.one.look.at),
            channel="device",
            page=name,
            href="",
            text=short(found.words),
            clicks=outcome.taps,
            reachable=outcome.reachable,
            subject=subject,
            opens=outcome.opens,
            page_kind=_page_kind(walked, found.one),
            language=outcome.language,
        )


def untapped(walked: Walked) -> Iterator[Unseen]:
    """Tell of controls that speak of rules and that nobody tapped: a policy may stand there."""
    tapped = {touch.words for touch in walked.recorded.touches if touch.action == "tap"}
    tapped |= {control.words for touch in _taps(walked) if (control := walked.control_of(touch))}
    found: set[str] = set()
    for one in walked.own:
        if one.readable and one.kind not in _ANSWERED:
            for words, _ in walked.controls(one.number):
                if words not in tapped and is_control(words) and _OF_RULES.search(plain(words)):
                    found.add(words)
    for words in sorted(found)[:MOST_UNTAPPED]:
        reason = Words(
            f"没有点开“{short(words)}”，其后可能是隐私政策",
            f"nobody tapped “{short(words)}”, behind which the policy may stand",
        )
        yield unseen("policy.link", reason, subject=("privacy",), text=(short(words),))


def _named(walked: Walked) -> dict[tuple[str, Subject], Named]:
    found: dict[tuple[str, Subject], Named] = {}
    seen: set[tuple[str, str]] = set()
    for one in walked.own:
        if not one.readable or one.kind in ("policy", "permission"):
            continue
        key = (one.name, walked.text(one.number))
        if key in seen or (walked.is_policy(one.number) and not one.prompt):
            continue
        seen.add(key)
        controls = [control.words for control in walked.controls(one.number)]
        for words in [*controls, *walked.lines(one.number)]:
            for subject, _ in subjects_of(words):
                found.setdefault((one.name, subject), Named(one, subject, words))
    for touch in _unnamed(walked):
        one = walked.shown[touch.on or 0]
        words = _words(walked, touch)
        found.setdefault((one.name, "privacy"), Named(one, "privacy", words))
    return found


def _unnamed(walked: Walked) -> Iterator[Touch]:
    """Give the taps on controls whose words name no document, and after which a policy stood."""
    for touch in _taps(walked):
        one = walked.shown[touch.on or 0]
        if one.kind in _ANSWERED or walked.control_of(touch) is None:
            continue
        if subjects_of(_words(walked, touch)) or walked.is_policy(one.number):
            continue
        if _outcome(walked, touch, "privacy", only=False).reachable:
            yield touch


def _taps(walked: Walked) -> Iterator[Touch]:
    """Give the taps on screens of the app, where it is known what followed them."""
    for touch in walked.recorded.touches if walked.ordered else ():
        if touch.action == "tap" and touch.on is not None and walked.shown[touch.on].own:
            yield touch


def _page_kind(walked: Walked, one: Shown) -> PageKind:
    """Say what the screen is for on which it stands."""
    if one.name == walked.first_main:
        return "home"
    kinds: dict[str | None, PageKind] = {"login": "login", "consent": "consent"}
    return kinds.get(one.kind, "other")


def _opened(walked: Walked) -> dict[tuple[str, Subject], Opened]:
    """Tell for each link that was tapped what came; a policy that came once is reachable."""
    outcomes: dict[tuple[str, Subject], Opened] = {}
    unnamed = {touch.place for touch in _unnamed(walked)}
    for touch in _taps(walked):
        words = _words(walked, touch)
        subjects: list[Subject] = [subject for subject, _ in subjects_of(words)]
        if touch.place in unnamed:
            subjects = ["privacy"]
        for subject in subjects:
            key = (walked.shown[touch.on or 0].name, subject)
            outcome = _outcome(walked, touch, subject, only=names_only(words))
            outcomes[key] = _better(outcomes.get(key), outcome)
    return outcomes


def _words(walked: Walked, touch: Touch) -> str:
    control = walked.control_of(touch)
    own = touch.node.words if touch.node is not None else ""
    return own if subjects_of(own) else (control.words if control else touch.words)


def _better(known: Opened | None, new: Opened) -> Opened:
    """Keep what speaks for the app: a policy that opened, then what nobody can tell."""
    if known is None:
        return new
    worth: dict[bool | None, int] = {True: 2, None: 1, False: 0}
    if known.reachable is True and new.reachable is True:
        fewest = [taps for taps in (known.taps, new.taps) if taps is not None]
        told = known.language if known.language == "zh-Hans" else new.language or known.language
        return known._replace(taps=min(fewest, default=None), language=told)
    return max((known, new), key=lambda one: worth[one.reachable])


def _outcome(walked: Walked, touch: Touch, subject: Subject, *, only: bool) -> Opened:
    on = walked.shown[touch.on or 0]
    after = walked.after(touch)
    before_it = walked.text(on.number)
    new = [one for one in after if walked.text(one.number) != before_it]
    came = next((one for one in new if _is_the_paper(walked, one, subject)), None)
    if came is None and subject == "privacy" and _is_policy_in_parts(walked, new, on):
        came = new[0]
    if came is not None:
        before = walked.taps(on.name)
        # A screen of the same name stands elsewhere in the graph, and may be nearer.
        near = walked.taps(came.name) if came.name != on.name else None
        ways = [taps for taps in (near, None if before is None else before + 1) if taps is not None]
        return Opened(True, "page", min(ways, default=None), language_of(came.look.text))
    sure = _surely_after(walked, touch, after) if walked.surely_on(touch) else []
    if subject != "privacy" or not only or len(sure) < STOOD:
        return Opened()
    if all(one.own and one.readable and _is_missing(walked, on, one) for one in sure):
        elsewhere = sure[0].name if sure[0].name not in {on.name, walked.first_main} else ""
        return Opened(False, "page", missing_on=elsewhere)
    same = all(one.name == on.name and one.look.text == on.look.text for one in sure)
    return Opened(None, "nothing" if same and len(sure) == len(after) else None)


def _is_the_paper(walked: Walked, one: Shown, subject: Subject) -> bool:
    """Say whether a screen shows the document: here or in a browser, long and of its matters."""
    if one.kind in ("permission", "consent") or one.look.package == SYSTEM:
        return False
    if subject == "privacy":
        return walked.is_policy(one.number)
    heads = [found for line in walked.lines(one.number)[:8] for found, _ in subjects_of(line)]
    return subject in heads and len("".join(one.look.text.split())) >= 2 * FEW


def _is_policy_in_parts(walked: Walked, new: Sequence[Shown], on: Shown) -> bool:
    """Say whether what was scrolled through on one screen is a policy together."""
    parts = [one for one in new if one.name == new[0].name != on.name and one.kind == "other"]
    lines = dict.fromkeys(line for one in parts for line in walked.lines(one.number))
    return len(parts) > 1 and is_policy("\n".join(lines))


def _surely_after(walked: Walked, touch: Touch, after: Sequence[Shown]) -> list[Shown]:
    """Leave out what may have stood before the tap, or come with the next, by their times."""
    act = walked.next_act(touch)
    until = float("inf") if act is None else act.at.earliest
    return [
        one
        for one in after
        if one.look.at.earliest >= touch.at.latest and one.look.at.latest <= until
    ]


def _is_missing(walked: Walked, on: Shown, one: Shown) -> bool:
    """Say whether a screen that can be read says that no policy stands there, or shows another.

    A short or empty page says neither: what stood there may have failed for a while.
    """
    text = one.look.text
    if waits(text) or any(node.kind.endswith(_PENDING) for node in one.look.nodes):
        return False
    if says_gone(text) or (one.name == walked.first_main != on.name):
        return True
    return is_agreement(walked.lines(one.number), text)
