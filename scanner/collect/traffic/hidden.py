"""Known values taken out of what facts repeat: addresses and names may hold them too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar
from urllib.parse import quote

import msgspec
import re2

from scanner.facts import Fact
from scanner.model import Unseen, Words
from scanner.personal.variants import forms

SHOWN = frozenset({"value_masked", "keyed_digest", "data_type"})
"""Fields that are made of a value on purpose, or name its kind."""
F = TypeVar("F", bound=Fact)


class Hidden:
    """Hides a set of known values, in every spelling of them, wherever a text repeats one."""

    def __init__(self, values: Mapping[str, Iterable[str]]) -> None:
        """Take the values by kind of data."""
        spelt = {
            form for kind, many in values.items() for value in many for form in forms(kind, value)
        }
        spelt |= {quote(form, safe="") for form in spelt}
        listed = "|".join(
            re.escape(form) for form in sorted(spelt, key=lambda one: (-len(one), one))
        )
        options = re2.Options()
        options.max_mem = 64 << 20
        options.case_sensitive = False
        self._known = re2.compile(listed, options) if listed else None

    def text(self, text: str) -> str:
        """Give a text without them."""
        if self._known is None:
            return text
        return str(self._known.sub("*", text))

    def fact(self, fact: F) -> F:
        """Give a fact whose texts hold none of them."""
        changed = {
            name: shown
            for name in fact.__struct_fields__
            if name not in SHOWN
            and isinstance(said := getattr(fact, name), str)
            and (shown := self.text(said)) != said
        }
        return msgspec.structs.replace(fact, **changed) if changed else fact

    def unseen(self, one: Unseen) -> Unseen:
        """Give an Unseen whose reason and scope hold none of them."""
        scope = {
            field: tuple(self.text(each) if isinstance(each, str) else each for each in values)
            for field, values in one.scope.items()
        }
        reason = Words(self.text(one.reason.zh), self.text(one.reason.en))
        return msgspec.structs.replace(one, scope=scope, reason=reason)
