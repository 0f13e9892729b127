"""Permissions and switches that stood otherwise afterwards, and whether the user did that."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from scanner.collect.device.clocks import Moment
from scanner.collect.device.demands import launches_of
from scanner.collect.device.dialogs import ASKED
from scanner.collect.device.dumps import Grant, Operation, operations, package_state
from scanner.collect.device.granted import ON_SETTINGS
from scanner.collect.device.prompted import Prompt, prompts_of
from scanner.collect.device.recorded import Dumped, Recorded
from scanner.collect.device.screens import is_prompt
from scanner.collect.device.switches import Switch, labelled, switches_of
from scanner.device_file import SCREENS, TAPS
from scanner.facts.devices import SettingChanged
from scanner.knowledge import Knowledge
from scanner.model import Sighting
from scanner.wording.fold import fold
from scanner.wording.short import short

MOST_CHANGES = 500
"""Changes of one run that are told."""
Over = Literal["update", "relaunch", "run"]
_ORDER = {"before": 0, "during": 1, "after": 2}
_BY_SYSTEM = frozenset({"GRANTED_BY_DEFAULT", "GRANTED_BY_ROLE", "SYSTEM_FIXED", "POLICY_FIXED"})
"""Flags of what the system, or an administrator of the phone, gave."""
_LEVEL = {"ignore": 0, "deny": 0, "foreground": 1, "allow": 2}
"""How much a mode of an operation gives; default and ask depend on more."""
_PERMISSION_OF = {
    "COARSE_LOCATION": "ACCESS_COARSE_LOCATION",
    "FINE_LOCATION": "ACCESS_FINE_LOCATION",
    "POST_NOTIFICATION": "POST_NOTIFICATIONS",
    "READ_CLIPBOARD": "",
    "GET_USAGE_STATS": "PACKAGE_USAGE_STATS",
    "MIUIOP(10022)": "com.android.permission.GET_INSTALLED_APPS",
}
"""Permissions behind operations that are called otherwise."""
_TURNS_OFF = re.compile(
    r"^(?:关闭|禁止|不允许|限制|拒绝|停用|屏蔽|不再|退出)"
    r"|\b(?:disable|turn off|limit|opt out|do not|don't)\b"
)
_QUIET = frozenset({"WAKE_LOCK", "VIBRATE", "TOAST_WINDOW", "PLAY_AUDIO", "RUN_IN_BACKGROUND"})
"""Operations that open nothing about the user, and that Android moves by itself."""


class _Span(NamedTuple):
    """What lies between two states: from when until when, None where nobody says."""

    begin: Moment | None
    end: Moment | None

    def holds(self, at: Moment) -> bool:
        """Say whether a moment may lie in it."""
        after = self.begin is None or at.latest >= self.begin.earliest
        return after and (self.end is None or at.earliest <= self.end.latest)


def facts_of(recorded: Recorded, knowledge: Knowledge) -> Iterator[Sighting]:
    """Give what changed from one state to the next."""
    prompts = prompts_of(recorded)
    changes: dict[tuple[str, str], SettingChanged] = {}
    for fact in (
        *_permissions(recorded, prompts, knowledge),
        *_operations(recorded, prompts, knowledge),
        *_switches(recorded),
    ):
        told = changes.setdefault((fact.setting, fact.name), fact)
        if _worth(fact) > _worth(told):
            changes[fact.setting, fact.name] = fact
    yield from list(changes.values())[:MOST_CHANGES]


def _worth(fact: SettingChanged) -> int:
    """Say how telling a change is: one that opens something, by nobody's tap, before all."""
    return 2 * (fact.opened is True) + (fact.by_user is False)


def _ordered(recorded: Recorded, command: str) -> list[Dumped]:
    """Give the dumps of a command in their order: by time where all have one."""
    dumps = [one for one in recorded.states if one.state.command == command]
    if all(one.at is not None for one in dumps):
        return sorted(dumps, key=lambda one: (_ORDER[one.state.moment], one.at.at if one.at else 0))
    return sorted(dumps, key=lambda one: _ORDER[one.state.moment])


def _permissions(
    recorded: Recorded, prompts: Sequence[Prompt], knowledge: Knowledge
) -> Iterator[SettingChanged]:
    dumps = _ordered(recorded, "dumpsys package")
    uid = recorded.run.app.uid
    read = [(one, package_state(one.text, recorded.package, uid)) for one in dumps]
    known = [(one, state.runtime) for one, state in read if state is not None]
    for (old, before), (new, after) in itertools.pairwise(known):
        span = _Span(old.at, new.at)
        for name in sorted(set(before) & set(after)):
            stood, stands = before[name].granted, after[name].granted
            if stood is None or stands is None or stood == stands:
                continue
            row = knowledge.permissions.get(name)
            by_user = _by_user(recorded, prompts, span, name, granted=stands)
            if stands and by_user is False and _by_system(name, before, after, knowledge):
                by_user = None
            yield SettingChanged(
                source=recorded.source(new.state.file[:200], new.at),
                channel="device",
                setting="permission",
                name=name,
                data_type="none" if row is None else row.data_type,
                before="granted" if stood else "denied",
                after="granted" if stands else "denied",
                opened=stands,
                by_user=by_user,
                over=_over(recorded, span),
            )


def _by_system(
    name: str, before: Mapping[str, Grant], after: Mapping[str, Grant], knowledge: Knowledge
) -> bool:
    """Say whether Android itself may have given it: to a group of which something was held."""
    row = knowledge.permissions.get(name)
    held = any(
        grant.granted
        and (other := knowledge.permissions.get(one)) is not None
        and row is not None
        and other.group == row.group
        for one, grant in before.items()
        if one != name
    )
    return held or bool(after[name].flags & _BY_SYSTEM)


def _by_user(
    recorded: Recorded, prompts: Sequence[Prompt], span: _Span, name: str, *, granted: bool
) -> bool | None:
    """Say whether the user's taps account for a change; None where taps were not recorded."""
    asked = [
        prompt
        for prompt in prompts
        if span.holds(prompt.touch.at if prompt.touch else prompt.at)
        and any(name in one.permissions for one in prompt.asked)
    ]
    fitting = {"granted", "once"} if granted else {"denied"}
    if any(prompt.answer in fitting for prompt in asked):
        return True
    if not recorded.has(TAPS) or TAPS in recorded.disordered:
        return None
    unknown = any(prompt.answer is None or not prompt.asked for prompt in asked)
    unknown = unknown or any(not p.asked and span.holds(p.at) for p in prompts)
    settings = [
        number
        for number, look in enumerate(recorded.looks)
        if ON_SETTINGS.search(look.package) and not is_prompt(look) and span.holds(look.at)
    ]
    touched = {touch.on for touch in recorded.touches if touch.action == "tap"}
    if touched & set(settings):
        return True
    hidden = any(not look.readable and span.holds(look.at) for look in recorded.looks)
    unseen = not recorded.has(SCREENS) or SCREENS in recorded.disordered
    return None if unknown or settings or hidden or unseen else False


def _over(recorded: Recorded, span: _Span) -> Over:
    """Say what lay between two states."""
    updates = [edge.at for edge in recorded.phases.edges if edge.phase == "updated"]
    updates += [touch.at for touch in recorded.touches if touch.action == "update"]
    if any(span.holds(at) for at in updates):
        return "update"
    later = (launches_of(recorded) or [])[1:]
    return "relaunch" if any(span.holds(at) for at in later) else "run"


def _operations(
    recorded: Recorded, prompts: Sequence[Prompt], knowledge: Knowledge
) -> Iterator[SettingChanged]:
    dumps = _ordered(recorded, "dumpsys appops")
    read = [(one, operations(one.text, recorded.package)) for one in dumps]
    known = [(one, state) for one, state in read if state is not None]
    mirrored = _mirrored(recorded)
    for (old, before), (new, after) in itertools.pairwise(known):
        span = _Span(old.at, new.at)
        for name in sorted((set(before) & set(after)) - _QUIET):
            permission = _permission_of(name, knowledge)
            if before[name].mode == after[name].mode or permission in mirrored:
                continue
            row = knowledge.permissions.get(permission)
            opened = _opened(before[name], after[name])
            yield SettingChanged(
                source=recorded.source(new.state.file[:200], new.at),
                channel="device",
                setting="appop",
                name=name,
                data_type="none" if row is None else row.data_type,
                before=before[name].mode,
                after=after[name].mode,
                opened=opened,
                by_user=_by_user(recorded, prompts, span, permission, granted=bool(opened)),
                over=_over(recorded, span),
            )


def _mirrored(recorded: Recorded) -> set[str]:
    """Give the permissions that dumps of the package tell of: their operations follow them."""
    dumps = _ordered(recorded, "dumpsys package")
    read = [package_state(one.text, recorded.package, recorded.run.app.uid) for one in dumps]
    return {name for state in read if state is not None for name in state.runtime}


def _permission_of(operation: str, knowledge: Knowledge) -> str:
    """Give the permission behind an operation; the empty text where it has none."""
    named = _PERMISSION_OF.get(operation, operation)
    full = named if "." in named else f"android.permission.{named}"
    asked = any(full in one.permissions for one in ASKED)
    return full if asked or full in knowledge.permissions else ""


def _opened(before: Operation, after: Operation) -> bool | None:
    old, new = _LEVEL.get(before.mode), _LEVEL.get(after.mode)
    return None if old is None or new is None else new > old


def _switches(recorded: Recorded) -> Iterator[SettingChanged]:
    """Give the app's own switches that stood otherwise when its settings were seen again."""
    seen: dict[tuple[str, str], list[Switch]] = {}
    for switch in switches_of(recorded):
        if switch.words:
            seen.setdefault((switch.screen, switch.words), []).append(switch)
    for many in seen.values():
        once_each = [s for s in many if sum(o.place == s.place for o in many) == 1]
        for old, new in itertools.pairwise(once_each):
            span = _Span(old.moment, new.moment)
            over = _over(recorded, span)
            if old.checked == new.checked or over == "run":
                continue
            turns_off = _TURNS_OFF.search(fold(new.words)) is not None
            yield SettingChanged(
                source=recorded.source(new.place, new.moment),
                channel="device",
                setting="switch",
                name=new.words,
                data_type="none",
                before="on" if old.checked else "off",
                after="on" if new.checked else "off",
                opened=None if turns_off else new.checked,
                by_user=_tapped(recorded, span, new),
                over=over,
            )


def _tapped(recorded: Recorded, span: _Span, switch: Switch) -> bool | None:
    """Say whether the user tapped a switch himself; None where a tap cannot be told from that."""
    if not recorded.has(TAPS) or TAPS in recorded.disordered:
        return None
    unsure = not math.isfinite(switch.moment.within)
    for touch in recorded.touches:
        if touch.action != "tap" or not span.holds(touch.at):
            continue
        look = None if touch.on is None else recorded.looks[touch.on]
        shown = look is not None and any(node.words == switch.words for node in look.nodes)
        node = touch.node
        if node is not None and node.checkable and look is not None:
            boxes = [one for one in look.nodes if one.checkable]
            labels = {short(words) for one, words in labelled(look, boxes) if one == node}
            if switch.words in labels:
                return True
            unsure = unsure or (shown and not labels)
        elif fold(switch.words) in fold(touch.words):
            return True
        else:
            unsure = unsure or (shown and not touch.words)
    return None if unsure else False
