"""How the permissions that open something stood at a moment, taken together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from scanner.collect.device.clocks import Moment
from scanner.collect.device.dumps import package_state
from scanner.collect.device.granted import COARSE, State, states_at
from scanner.collect.device.recorded import Recorded
from scanner.knowledge import Knowledge

BACKGROUND = "android.permission.ACCESS_BACKGROUND_LOCATION"
"""Widens another permission; it opens nothing by itself."""
MOST_KEPT = 100_000
"""Answers that are remembered."""


class Standing:
    """Tells how permissions stood; between two things that were seen they stand alike."""

    def __init__(self, recorded: Recorded, knowledge: Knowledge) -> None:
        self._states = states_at(recorded)
        self._table = knowledge.permissions
        self._declared = _declared(recorded)
        seen = [one.at for one in recorded.states if one.at is not None]
        seen += [look.at for look in recorded.looks] + [touch.at for touch in recorded.touches]
        self._bounds = sorted({bound for at in seen for bound in (at.earliest, at.latest)})
        self._known: dict[tuple[tuple[str, ...], int, int], State | None] = {}

    def permission(self, permissions: Sequence[str]) -> str:
        """Give the first of some that the app declares, by its dumps, else the first; or none."""
        declared = self._declared or frozenset()
        return next((name for name in permissions if name in declared), (*permissions, "")[0])

    def of(self, permissions: tuple[str, ...], moment: Moment | None) -> State | None:
        """Say how permissions stood of which one is enough; None unless that is certain."""
        if not self._bounds or not permissions or moment is None:
            return None
        first = bisect_left(self._bounds, moment.earliest)
        key = (permissions, first, bisect_right(self._bounds, moment.latest))
        if key not in self._known:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[key] = self._together(permissions, moment)
        return self._known[key]

    def _together(self, permissions: tuple[str, ...], moment: Moment) -> State | None:
        asked = [name for name in permissions if name != BACKGROUND and self._may_hold(name)]
        if not asked or any(self._protection(name) != "dangerous" for name in asked):
            return None  # others are given in other ways
        states = {name: self._states.of(name, moment) for name in asked}
        if any(state == "granted" for name, state in states.items() if name != COARSE):
            return "granted"
        if None in states.values():
            return None
        return "denied" if set(states.values()) == {"denied"} else "coarse"

    def _may_hold(self, name: str) -> bool:
        declared = self._declared is None or name in self._declared
        return declared and self._protection(name) != "signature"

    def _protection(self, name: str) -> str:
        row = self._table.get(name)
        return "" if row is None else row.protection


def _declared(recorded: Recorded) -> frozenset[str] | None:
    """Give what the app declares by its dumps; None where none of them says so."""
    declared: set[str] = set()
    for one in recorded.states:
        if one.state.command == "dumpsys package":
            state = package_state(one.text, recorded.package, recorded.run.app.uid)
            declared |= frozenset() if state is None else state.requested
    return frozenset(declared) or None
