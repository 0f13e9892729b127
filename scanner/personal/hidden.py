"""Known values taken out of what facts repeat: addresses and names may hold them too."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from typing import TypeVar

import msgspec

from scanner.facts import Fact, fields_of
from scanner.model import Unseen, Words
from scanner.personal.variants import SHORTEST, variants

SHOWN = frozenset({"value_masked", "keyed_digest", "data_type"})
"""Fields that are made of a value on purpose, or name its kind."""
_PREFIX = 2
"""Characters by which the ways of writing a value are looked up; a Chinese name has two."""
F = TypeVar("F", bound=Fact)


@functools.cache
def texts_of(kind: type[Fact]) -> tuple[str, ...]:
    """Give the fields of a kind of fact that may repeat what an input says."""
    fields = fields_of(str(kind.__struct_config__.tag)).values()
    free = [one.name for one in fields if one.type in ("text", "texts") and not one.choices]
    return tuple(name for name in free if name not in SHOWN)


class Hidden:
    """Hides a set of known values, however they are written, wherever a text repeats one."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        """Take the values by kind of data."""
        written = {
            letters.decode("utf-8", "ignore").lower()
            for kind, many in values.items()
            for value in many
            for letters, encoding in variants(kind, value)
            if len(letters) >= SHORTEST and (letters.isascii() or encoding == "plain")
        }
        self.text = functools.lru_cache(maxsize=4096)(self._text)
        """Gives a text without them, the longest first; hosts and paths come again and again."""
        self._written: dict[str, list[str]] = defaultdict(list)
        for one in sorted(written, key=lambda one: (-len(one), one)):
            self._written[one[:_PREFIX]].append(one)

    def _text(self, text: str) -> str:
        if not self._written:
            return text
        low, kept, at = text.lower(), [], 0
        if len(low) != len(text):  # letters that grow when they are made small
            low = text
        while at < len(text):
            begin = self._written.get(low[at : at + _PREFIX], ())
            found = next((one for one in begin if low.startswith(one, at)), "")
            kept.append("*" if found else text[at])
            at += len(found) or 1
        return "".join(kept)

    def fact(self, fact: F) -> F:
        """Give a fact whose texts hold none of them."""
        return fact_without(fact, self.text)

    def unseen(self, one: Unseen) -> Unseen:
        """Give an Unseen whose reason and scope hold none of them."""
        return unseen_without(one, self.text)


def fact_without(fact: F, hide: Callable[[str], str], leave: Set[str] = frozenset()) -> F:
    """Give a fact whose texts went through `hide`, but for the fields that are left as they are."""
    changed = {
        name: shown
        for name in texts_of(type(fact))
        if name not in leave
        and (said := getattr(fact, name))
        and (shown := hide(said) if isinstance(said, str) else tuple(map(hide, said))) != said
    }
    return msgspec.structs.replace(fact, **changed) if changed else fact


def unseen_without(one: Unseen, hide: Callable[[str], str]) -> Unseen:
    """Give an Unseen whose reason and scope went through `hide`."""
    scope = {
        field: tuple(hide(each) if isinstance(each, str) else each for each in values)
        for field, values in one.scope.items()
    }
    reason = Words(hide(one.reason.zh), hide(one.reason.en))
    return msgspec.structs.replace(one, scope=scope, reason=reason)
