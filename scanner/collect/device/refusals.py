"""What became of the app after the user had refused a permission, or consent."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.collect.device.clocks import Moment
from scanner.collect.device.demands import Ask, asks_of, consents_of, demands, refusing, same
from scanner.collect.device.dialogs import touched_answer
from scanner.collect.device.dumps import package_state
from scanner.collect.device.edges import UNANSWERED
from scanner.collect.device.prompted import Prompt, prompts_of, subject_of, touches_on
from scanner.collect.device.recorded import Look, Recorded, Touch, unseen
from scanner.collect.device.screens import is_prompt, kind_of, readable
from scanner.collect.device.starts import function_started
from scanner.device_file import PROCESSES, SCREENS
from scanner.facts import Phase
from scanner.facts.devices import FunctionRefused
from scanner.knowledge import Knowledge
from scanner.model import Sighting, Words
from scanner.wording.consent import meaning_of

ENDED_S = 5.0
"""Seconds after a refusal within which the end of the app is its doing (project judgement)."""
LOOPED = 3
"""Askings in a row from which it is a loop (project judgement)."""
BLOCKED_S = 30.0
"""Seconds without a screen that can be used, from which the app is blocked, if there were as many
looks and taps as follow (project judgement)."""
BLOCKED_LOOKS = 3
BLOCKED_TAPS = 2
MOST_BETWEEN = 50
"""Taps between two askings that are looked at."""
MOST_REFUSALS = 60
"""Refusals of one run of which it is read what followed."""
_HOME = re.compile(r"launcher|\.home$|\.home\.|trebuchet|quickstep")
_CRASHED = re.compile(r"crash|\banr\b|fatal|signal \d|tombstone|not responding", re.I)
_BY_USER = re.compile(  # as ActivityManager writes it: swept from the list, stopped by hand
    r"remove task|user request|force.?stop|\bstop (?:user\b|\S+ due to)|swipe", re.I
)
_BY_SYSTEM = re.compile(  # to save memory or for its own order
    r"\bempty\b|cached|\blmkd?\b|low.?mem|memory|\bswap\b|isolated|\bidle\b|background|\bfreez"
    r"|depends on|dying proc|too many|trim|update|install|revoke|excessive",
    re.I,
)
_CRASH_DIALOG = re.compile(
    r"(?:已停止(?:运行|運作)|屡次停止|一直停止|无响应|沒有回應|停止运行|has stopped|keeps stopping"
    r"|isn.t responding|is not responding)",
    re.I,
)
_LEAVING = frozenset({"home", "back", "stop", "screen_off"})


class Refused(NamedTuple):
    """One refusal by the user."""

    ask: Ask
    touch: Touch
    group: str
    data_type: str
    subject: bool | None


def facts_of(recorded: Recorded, knowledge: Knowledge) -> Iterator[Sighting]:
    """Give what followed each refusal: the end of the app, a loop, or nothing that can be used."""
    prompts = [prompt for prompt in prompts_of(recorded) if prompt.asked]
    asks, consents = asks_of(recorded, prompts), consents_of(recorded)
    refusals = list(_refusals(recorded, prompts, consents, knowledge))
    told: set[tuple[str, str, str]] = set()
    checked: set[tuple[bool, str]] = set()
    unreadable = False
    for refused in refusals[:MOST_REFUSALS]:
        blocked = None
        kind = (bool(refused.ask.asked), refused.group)
        if kind not in checked:  # what the first was followed by holds for all
            blocked, unread = _blocked(recorded, refused)
            unreadable = unreadable or unread
        checked.add(kind)
        exited = _exited(recorded, refused, refusals)
        looped = _looped(recorded, refused, asks if refused.ask.asked else consents)
        for fact in (exited, looped, blocked):
            if fact is not None and (fact.refusal, fact.group, fact.outcome) not in told:
                told.add((fact.refusal, fact.group, fact.outcome))
                yield fact
    if unreadable:
        reason = Words(
            "拒绝之后的界面无法读取内容",
            "the screens after the refusal cannot be read in substance",
        )
        yield unseen("function.refused", reason)


def _refusals(
    recorded: Recorded, prompts: Sequence[Prompt], consents: Sequence[Ask], knowledge: Knowledge
) -> Iterator[Refused]:
    """Give what the user refused, permissions first, as far as its moment can be told."""
    for prompt in prompts:
        touch = prompt.touch
        if prompt.answer == "denied" and touch is not None and math.isfinite(touch.at.within):
            ask = Ask(prompt.first, prompt.last, prompt.at, prompt.asked, False, "")
            group = prompt.asked[0].group(knowledge)
            data_type = prompt.asked[0].data_type(knowledge)
            yield Refused(ask, touch, group, data_type, subject_of(recorded, prompt))
    for ask in consents:
        touch = refusing(recorded, ask)
        if touch is not None and math.isfinite(touch.at.within):
            subject = recorded.by_subject(recorded.package or None, None, touch.at)
            yield Refused(ask, touch, "none", "none", subject)


def _exited(
    recorded: Recorded, refused: Refused, refusals: Sequence[Refused]
) -> FunctionRefused | None:
    """Give the end of the app that followed a refusal, and no later one, at once."""
    touch = refused.touch
    ended = _end(recorded, touch.at)
    if ended is None:
        return None
    at, place, reason = ended
    later = [one for one in refusals if touch.at.at < one.touch.at.at <= at.at]
    if later:
        return None
    return _fact(
        recorded,
        refused,
        "exited",
        place,
        at,
        after_ms=max(0, round((at.at - touch.at.at) * 1000)),
        crashed=_crashed(recorded, touch.at, at, reason),
        by_user=_by_user(recorded, touch, at, reason),
    )


def _end(recorded: Recorded, since: Moment) -> tuple[Moment, str, str] | None:
    """Give when the app was gone: its process, else its screens."""
    ends: list[tuple[Moment, str, str]] = []
    for ran in recorded.processes:
        main = ran.process.process == recorded.package and ran.package == recorded.package
        if main and ran.process.event == "died" and _follows(since, ran.at):
            ends.append((ran.at, ran.place, ran.process.reason or ""))
    if not ends or PROCESSES in recorded.disordered:
        ends = [
            (look.at, look.place, "")
            for look in recorded.looks
            if _HOME.search(look.package) and _follows(since, look.at)
        ]
    return min(ends, key=lambda end: end[0].at, default=None)


def _follows(since: Moment, at: Moment) -> bool:
    """Say whether something came within the seconds after a refusal, as far as clocks can tell."""
    apart, within = at.at - since.at, since.within + at.within
    return math.isfinite(within) and 0 <= apart <= ENDED_S + within


def _crashed(recorded: Recorded, since: Moment, at: Moment, reason: str) -> bool | None:
    """Say whether the app failed: by the log, else by the dialog that the system then shows."""
    if _CRASHED.search(reason):
        return True
    shown = [
        look
        for look in recorded.looks
        if look.readable and since.at < look.at.at <= at.latest + ENDED_S
    ]
    if any(_CRASH_DIALOG.search(look.text) for look in shown if look.package == "android"):
        return True
    after = [look for look in shown if look.at.latest >= at.earliest]
    return False if after or reason else None


def _by_user(recorded: Recorded, touch: Touch, at: Moment, reason: str) -> bool | None:
    """Say whether the auditor left the app himself between the refusal and its end, by what he did
    and by the log; None where the system may have ended it, or a swipe may have led home.
    """
    if _BY_USER.search(reason) and not _CRASHED.search(reason):
        return True
    between = [
        one
        for one in recorded.touches
        if one is not touch and one.at.latest >= touch.at.at and one.at.earliest <= at.latest
    ]
    between = [one for one in between if one.at.at >= touch.at.at]
    if any(one.action in _LEAVING for one in between):
        return True
    if _BY_SYSTEM.search(reason) or any(one.action == "swipe" for one in between):
        return None
    taps = [one for one in between if one.action == "tap" and one.at.at <= at.at]
    if any(touched_answer(one) is None and not _only_exits(recorded, one) for one in taps):
        return None
    return None if meaning_of(touch.words) == "leave" else False


def _only_exits(recorded: Recorded, touch: Touch) -> bool:
    """Say whether a tap leaves a dialog of the app that leaves nothing but the settings or to exit:
    then the dialog, not the auditor, refuses.
    """
    if touch.on is None or meaning_of(touch.words) != "leave":
        return False
    look = recorded.looks[touch.on]
    ways = [node.words for node in look.nodes if node.clickable and node.words]
    exits = re.search(r"退出|离开|離開|exit|quit|leave", touch.words, re.I) is not None
    return exits and demands(look, recorded.package) and len(ways) == 2


def _looped(recorded: Recorded, refused: Refused, asks: Sequence[Ask]) -> FunctionRefused | None:
    """Give the loop in which the same was asked, with nothing done by the user in between."""
    row = [refused.ask]
    for ask in asks:
        if ask.first <= row[-1].last:
            continue
        if not same(refused.ask, ask):  # what takes turns with it breaks no loop
            continue
        if function_started(recorded, ask.first) is not False:
            break
        if len(row) >= MOST_BETWEEN:
            break
        if _usable_between(recorded, row[-1].last, ask.first) or _started(recorded, row[-1], ask):
            break
        row.append(ask)
    if len(row) < LOOPED:
        return None
    last = recorded.looks[row[-1].first]
    return _fact(recorded, refused, "looped", last.place, last.at, times=len(row), by_user=False)


def _started(recorded: Recorded, before: Ask, ask: Ask) -> bool:
    """Say whether the app was started anew between two askings."""
    since = recorded.looks[before.last].at
    return any(
        touch.action in {"launch", "update"} and since.earliest <= touch.at.at <= ask.at.latest
        for touch in recorded.touches
    )


def _usable_between(recorded: Recorded, last: int, first: int) -> bool:
    """Say whether between two askings the app could be used: was tapped, or stood for a while."""
    used = {
        touch.on
        for touch in touches_on(recorded, last + 1, first - 1)[:MOST_BETWEEN]
        if touch.action == "tap"
    }
    again = recorded.looks[first].at.at
    for number in range(last + 1, min(first, last + 1 + MOST_BETWEEN)):
        look = recorded.looks[number]
        stood = again - look.at.at > ENDED_S
        if look.package != recorded.package or not (stood or number in used):
            continue
        if kind_of(look, recorded.package) in {"main", "settings"}:
            return True
    return False


def _blocked(recorded: Recorded, refused: Refused) -> tuple[FunctionRefused | None, bool]:
    """Give that nothing but demands was reached from a refusal to the end of the run.

    Beside it whether that cannot be told, because screens cannot be read in substance.
    """
    since, package = refused.touch.at, recorded.package
    after = [
        look
        for look in recorded.looks
        if look.at.earliest > since.latest and look.package == package and not is_prompt(look)
    ]
    if len(after) < BLOCKED_LOOKS or after[-1].at.at - since.at < BLOCKED_S:
        return None, False
    if any(_is_open(look, package) for look in after):
        return None, False
    taps = [
        touch
        for touch in recorded.touches
        if touch.action == "tap"
        and touch.at.earliest > since.latest
        and touch.on is not None
        and recorded.looks[touch.on].package == package
        and touched_answer(touch) is None
    ]
    if len(taps) < BLOCKED_TAPS or _answered(recorded, refused):
        return None, False
    if not all(readable(look) for look in after):
        return None, True
    login = any(kind_of(look, package) == "login" for look in after)
    fact = _fact(
        recorded,
        refused,
        "blocked",
        after[-1].place,
        since,
        login_demanded=login,
        by_user=False,
    )
    return fact, False


def _is_open(look: Look, package: str) -> bool:
    """Say whether a screen of the app is more than a demand, a text to read or a picture."""
    if not readable(look):
        return False
    kind = kind_of(look, package)
    if kind in {"consent", "login", "permission", "policy"} or demands(look, package):
        return False
    if kind == "other":
        return len([node for node in look.nodes if node.clickable and node.words]) > 1
    return True


def _answered(recorded: Recorded, refused: Refused) -> bool:
    """Say whether the user gave later what he had refused, or may have."""
    after = [t for t in recorded.touches if t.at.at > refused.touch.at.at and t.action == "tap"]
    if refused.ask.asked:
        return any(touched_answer(touch) in {"granted", "once"} for touch in after)
    return any(meaning_of(touch.words) in {"accept", "acknowledge", "generic"} for touch in after)


def _fact(
    recorded: Recorded,
    refused: Refused,
    outcome: str,
    place: str,
    at: Moment,
    *,
    after_ms: int | None = None,
    times: int | None = None,
    crashed: bool | None = None,
    by_user: bool | None = None,
    login_demanded: bool | None = None,
) -> FunctionRefused:
    worked, new = _over_update(recorded, refused)
    return FunctionRefused(
        source=recorded.source(place, at),
        channel="device",
        refusal="permission" if refused.ask.asked else "consent",
        group=refused.group,
        data_type=refused.data_type,
        outcome=outcome,  # type: ignore[arg-type]  # one of the three words of the fact
        after_ms=after_ms,
        times=times,
        function="",
        worked_before=worked,
        new_permission=new,
        login_demanded=False if outcome != "blocked" else login_demanded,
        crashed=False if outcome != "exited" else crashed,
        by_user=by_user,
        by_subject=refused.subject,
        phase=_phase(recorded, refused),
    )


def _phase(recorded: Recorded, refused: Refused) -> Phase | None:
    """Give the phase in which something was refused: the app stood in front, so that it had not
    gone to the background; a refusal of consent begins the phase in which it is refused.
    """
    if SCREENS in recorded.disordered:
        return None
    at = refused.touch.at
    there = recorded.phases.of(at)
    if there is not None:
        return there
    edges = recorded.phases.edges
    near = [
        edge for edge in edges if edge.at.earliest <= at.latest and edge.at.latest > at.earliest
    ]
    begun: set[Phase | None] = {edge.phase for edge in near} - {"background"}
    if not refused.ask.asked and "refused" in begun and begun <= UNANSWERED:
        return "refused"
    before = [edge.phase for edge in edges if edge.at.latest <= at.earliest]
    begun |= set(before[-1:])
    return begun.pop() if len(begun) == 1 and before else None


def _over_update(recorded: Recorded, refused: Refused) -> tuple[bool | None, bool | None]:
    """Say whether the app could be used before an update, and did not ask for this then."""
    updates = [edge.at for edge in recorded.phases.edges if edge.phase == "updated"]
    updates += [touch.at for touch in recorded.touches if touch.action == "update"]
    before = [at for at in updates if at.latest < refused.touch.at.earliest]
    if not before:
        return None, None
    worked = any(
        look.at.latest < before[0].earliest
        and look.package == recorded.package
        and kind_of(look, recorded.package) == "main"
        for look in recorded.looks
    )
    wanted = {name for one in refused.ask.asked for name in one.permissions}
    return worked or None, _is_new(recorded, wanted) if wanted else None


def _is_new(recorded: Recorded, wanted: set[str]) -> bool | None:
    """Say whether the version before the update did not ask for any of some permissions."""
    for dumped in recorded.states:
        if dumped.state.moment != "before" or dumped.state.command != "dumpsys package":
            continue
        state = package_state(dumped.text, recorded.package, recorded.run.app.uid)
        if state is not None and state.requested:
            return not wanted & (state.requested | set(state.runtime))
    return None
