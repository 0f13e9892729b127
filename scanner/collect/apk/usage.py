"""Whether code serves a declared permission: the third answer is that nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from scanner.collect.apk.accesses import Site, is_in
from scanner.collect.apk.reading import Reading


class Usage:
    """Answers for the permissions of one app."""

    def __init__(self, reading: Reading, sites: Iterable[Site], *, hidden: bool) -> None:
        self.reading = reading
        self.table = reading.knowledge.apis.uses
        self.hidden = hidden
        """Whether code may exist that nobody read; then nothing is said to be unused."""
        self._served = {name for site in sites for name in site.access.permissions}
        self._classes: list[str] | None = None

    def used(self, permission: str) -> bool | None:
        """Tell whether code that needs a permission was found; None where that says nothing."""
        if permission in self._served:
            return True
        use = self.table.get(permission)
        if use is None:
            return None
        members = self.reading.members.methods(use.methods)
        if any(True for _ in self.reading.calls(members)[:1]):
            return True
        if any(is_in(name, group) for name in self._named() for group in use.classes):
            return True
        if self._has_text(use.texts):
            return True
        return False if use.complete and not self.hidden else None

    def _named(self) -> list[str]:
        """Give the classes outside the app that its code names in calls or otherwise."""
        if self._classes is None:
            program = self.reading.program
            invoked = program.invokes.target[program.invokes.target >= 0]
            kinds = np.unique(
                np.concatenate((program.method_class[np.unique(invoked)], program.type_uses.target))
            )
            outside = kinds[~self.reading.hierarchy.inside[kinds]]
            self._classes = [program.type_text(int(kind)) for kind in outside]
        return self._classes

    def _has_text(self, texts: Iterable[str]) -> bool:
        exact = {text for text in texts if not text.endswith("*")}
        starts = tuple(text[:-1] for text in texts if text.endswith("*"))
        wanted = [text for text in (*exact, *starts) if len(text) >= 4]
        return any(
            text in exact or (bool(starts) and text.startswith(starts))
            for _, _, text in self.reading.program.texts_beginning(wanted)
        )
