"""Whether code serves a declared permission: the third answer is that nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from scanner.collect.apk.accesses import Site
from scanner.collect.apk.reading import Reading


class Usage:
    """Answers for the permissions of one app."""

    def __init__(
        self, reading: Reading, sites: Iterable[Site], actions: Iterable[str], *, hidden: bool
    ) -> None:
        self.reading = reading
        self.table = reading.knowledge.apis.uses
        self.hidden = hidden
        """Whether code may exist that nobody read; then nothing is said to be unused."""
        self.actions = frozenset(actions)
        """Actions to which the manifest listens: a receiver may never name them in its code."""
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
        if self.reading.calls(members) or self._names_one_of(use.classes):
            return True
        if self._has_text(use.texts):
            return True
        return False if use.complete and not self.hidden else None

    def _names_one_of(self, groups: Iterable[str]) -> bool:
        exact = {group for group in groups if not group.endswith((".", "$"))}
        begin = tuple(group for group in groups if group.endswith((".", "$")))
        return any(name in exact or (begin and name.startswith(begin)) for name in self._named())

    def _named(self) -> list[str]:
        """Give the classes that code names in calls, reads of fields, as its kin or otherwise."""
        if self._classes is None:
            program = self.reading.program
            invoked = np.unique(program.invokes.target)
            fields = np.unique(program.field_uses.target)
            kinds = np.concatenate(
                (
                    program.method_class[invoked[invoked >= 0]],
                    program.field_class[fields[fields >= 0]],
                    program.type_uses.target,
                    program.class_super,
                    program.interfaces[:, 1],
                )
            )
            self._classes = [program.type_text(int(kind)) for kind in np.unique(kinds)]
        return self._classes

    def _has_text(self, texts: Iterable[str]) -> bool:
        exact = {text for text in texts if not text.endswith("*")}
        starts = tuple(text[:-1] for text in texts if text.endswith("*"))
        if exact & self.actions or any(one.startswith(starts) for one in self.actions if starts):
            return True
        wanted = [text for text in (*exact, *starts) if len(text) >= 4]
        return any(self._has_short(text) for text in exact if len(text) < 4) or any(
            text in exact or (bool(starts) and text.startswith(starts))
            for _, _, text in self.reading.program.texts_beginning(wanted)
        )

    def _has_short(self, text: str) -> bool:
        """Tell whether code holds a text of three letters, which ends with a zero byte."""
        program, raw = self.reading.program, text.encode()
        key = np.array([int.from_bytes(raw.ljust(4, b"\0"), "little")], np.uint32)
        return any(
            part.dex.raw(string) == raw and bool((refs.target == string).any())
            for part, refs in zip(program.parts, program.part_texts, strict=True)
            for string in part.dex.beginning_with(key)
        )
