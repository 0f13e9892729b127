"""How a permission stood at a moment, as far as dumps and answers to dialogs can tell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from scanner.collect.device.clocks import Moment
from scanner.collect.device.dumps import package_state
from scanner.collect.device.prompted import Prompt, prompts_of
from scanner.collect.device.recorded import Recorded
from scanner.collect.device.screens import is_prompt
from scanner.device_file import SCREENS, STATES

State = Literal["granted", "denied", "coarse"]
FINE = "android.permission.ACCESS_FINE_LOCATION"
COARSE = "android.permission.ACCESS_COARSE_LOCATION"
ON_SETTINGS = re.compile(
    r"\.settings$|permissioncontroller|packageinstaller|securitycenter|systemmanager"
    r"|permissionmanager|securitypermission|safecenter|^com\.lbe\.security"
)
"""Packages on whose pages a user changes permissions by hand."""


class _Told(NamedTuple):
    """What one dump or one answer says of a permission from its moment on."""

    at: Moment
    state: State | None
    """None where from here on nobody can say."""
    answered: bool
    """Whether it was an answer of the user, which accounts for a change."""
    once: bool = False
    """Whether Android takes it back by itself."""


class PermissionStates:
    """How the app's permissions stood in the course of a run."""

    def __init__(self, told: dict[str, list[_Told]], unsettled: Sequence[Moment]) -> None:
        self._told = {name: sorted(many, key=lambda one: one.at.at) for name, many in told.items()}
        self._unsettled = tuple(unsettled)

    def of(self, permission: str, moment: Moment | None) -> State | None:
        """Say how a permission stood at a moment; None unless that is certain."""
        told = self._told.get(permission)
        if told is None or moment is None or not math.isfinite(moment.within):
            return None
        before = [one for one in told if one.at.latest < moment.earliest]
        meanwhile = [
            one
            for one in told
            if one.at.latest >= moment.earliest and one.at.earliest <= moment.latest
        ]
        after = [one for one in told if one.at.earliest > moment.latest]
        if not before or any(one.state != before[-1].state for one in meanwhile):
            return None
        last = before[-1]
        state = last.state
        if last.once or self._changed(last.at, moment):
            return None
        if after and not after[0].answered and after[0].state != state:
            return None  # it changed at some time in between, and nobody saw when
        return state

    def _changed(self, since: Moment, until: Moment) -> bool:
        """Say whether something happened by which the user may have changed it."""
        return any(
            at.latest >= since.earliest and at.earliest <= until.latest for at in self._unsettled
        )


def states_at(recorded: Recorded) -> PermissionStates:
    """Read how the permissions of the app stood from its dumps and the answers of the user."""
    told: dict[str, list[_Told]] = {}
    for at, states in _dumped(recorded):
        for name, state in states.items():
            told.setdefault(name, []).append(_Told(at, state, False))
    if SCREENS not in recorded.disordered:
        for prompt in prompts_of(recorded):
            for name, one in _answered(prompt, told):
                told.setdefault(name, []).append(one)
    return PermissionStates(told, list(_unsettled(recorded)))


def _dumped(recorded: Recorded) -> Iterator[tuple[Moment, dict[str, State]]]:
    for dumped in recorded.states:
        at = dumped.at
        if at is None or dumped.state.command != "dumpsys package" or STATES in recorded.disordered:
            continue
        if not math.isfinite(at.within):
            continue
        read = package_state(dumped.text, recorded.package, recorded.run.app.uid)
        if read is None:
            continue
        states: dict[str, State] = {}
        for name, grant in read.runtime.items():
            if grant.granted is not None:
                states[name] = "granted" if grant.granted else "denied"
        if states.get(FINE) == "denied" and states.get(COARSE) == "granted":
            states[FINE] = "coarse"
        yield at, states


def _answered(prompt: Prompt, told: dict[str, list[_Told]]) -> Iterator[tuple[str, _Told]]:
    """Give what an answer settles; a dialog that nobody answered leaves its permissions open."""
    at = prompt.at if prompt.touch is None else prompt.touch.at
    for asked in prompt.asked:
        for name in asked.permissions:
            state: State | None = None
            held = [one for one in told.get(name, ()) if one.at.at <= at.at]
            if prompt.answer == "denied":
                kept = bool(held) and held[-1].state != "denied"
                state = None if kept else "denied"
            elif prompt.answer is not None:
                state = _given(name, prompt, first=name == asked.permissions[0])
            yield name, _Told(at, state, True, once=prompt.answer == "once")


def _given(name: str, prompt: Prompt, *, first: bool) -> State | None:
    """Say what an allowing answer gives; of a group only what the dialog surely asked for."""
    if name in {FINE, COARSE}:
        if name == COARSE:
            return "granted"
        return {True: "granted", False: "coarse", None: None}[prompt.precise]
    return "granted" if first and len(prompt.asked) == 1 and _sure(prompt) else None


def _sure(prompt: Prompt) -> bool:
    """Say whether one permission of its own stands behind a dialog, not one of several."""
    return len(prompt.asked[0].permissions) == 1


def _unsettled(recorded: Recorded) -> Iterator[Moment]:
    """Give the moments at which permissions may have changed without a dialog."""
    for look in recorded.looks:
        if ON_SETTINGS.search(look.package) and not is_prompt(look):
            yield look.at
    for touch in recorded.touches:
        if touch.action == "update":
            yield touch.at
