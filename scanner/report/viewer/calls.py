"""The way through the code to an access, step by step, with whose code each step is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.model import Report
from scanner.report.viewer.views import CallPath, Step

MOST_STEPS = 60
"""Steps shown of one path."""
LONGEST_STEP = 300
"""Characters of one step that are shown."""
SYSTEM = ("android.", "androidx.", "java.", "javax.", "dalvik.", "com.android.", "kotlin.")
"""How the names begin of code that belongs to Android or to its language."""


class Calls:
    """Tells whose a step is by what the report itself says of the app and its components."""

    def __init__(self, report: Report) -> None:
        """Read the components from the facts of the report."""
        self._package = report.subject.id if report.subject.kind == "apk" else ""
        self._prefixes: dict[str, str] = {}
        for fact in report.facts.values():
            prefix, sdk = fact.get("prefix"), fact.get("sdk")
            if fact.get("kind") == "sdk.present" and isinstance(prefix, str) and prefix:
                self._prefixes[prefix] = str(sdk)[:100]

    def path(self, fact: Mapping[str, object]) -> CallPath | None:
        """Give the path of a fact; None where it tells none."""
        told = fact.get("path")
        names = _texts(told if isinstance(told, list | tuple) else ())
        caller, api = fact.get("caller"), fact.get("api")
        if not names and isinstance(caller, str) and caller:
            names = [caller[:LONGEST_STEP]]
        if not names:
            return None
        owner = fact.get("owner")
        steps = [Step(name, self._owner(name)) for name in names]
        if isinstance(owner, str) and owner and steps[-1].owner is None:
            steps[-1] = steps[-1]._replace(owner=owner[:100])
        said = api[:LONGEST_STEP] if isinstance(api, str) else ""
        return CallPath(tuple(steps), said, fact.get("channel") == "device")

    def _owner(self, name: str) -> str | None:
        prefixes = [one for one in self._prefixes if f"{name}.".startswith(f"{one}.")]
        if prefixes:
            return self._prefixes[max(prefixes, key=len)]
        if self._package and name.startswith(f"{self._package}."):
            return "app"
        return "system" if name.startswith(SYSTEM) else None


def _texts(told: Iterable[object]) -> list[str]:
    names = [one[:LONGEST_STEP] for one in told if isinstance(one, str) and one]
    return names[-MOST_STEPS:]
