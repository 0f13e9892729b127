"""Hypothesis strategies that build every kind of fact from the type hints of its class."""

from __future__ import annotations

import types
import typing
from typing import Literal

from hypothesis import strategies as st

from scanner.facts import KINDS, Fact, Source
from scanner.model import Unseen, Words

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
DIGESTS = st.text(alphabet="0123456789abcdef", min_size=64, max_size=64)
WORDS = st.builds(Words, zh=TEXT, en=TEXT)
SOURCES = st.builds(
    Source, evidence=st.none() | DIGESTS, at=TEXT, time=st.none() | TEXT, captured=st.booleans()
)


def values(hint: object) -> st.SearchStrategy[typing.Any]:
    """Give every value that a field with this type hint may have."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, types.UnionType) or origin is typing.Union:
        return st.one_of([values(part) for part in parts])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is tuple:
        return st.lists(values(parts[0]), max_size=3).map(tuple)
    known: dict[object, st.SearchStrategy[typing.Any]] = {
        str: TEXT,
        int: NUMBERS,
        bool: st.booleans(),
        types.NoneType: st.none(),
        Source: SOURCES,
    }
    return known[hint]


def kind(cls: type[Fact]) -> st.SearchStrategy[Fact]:
    """Give every fact of one kind."""
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{name: values(hints[name]) for name in cls.__struct_fields__})


FACTS = st.one_of([kind(cls) for cls in KINDS.values()])
SCALARS = TEXT | NUMBERS | st.booleans() | st.none()
UNSEEN = st.builds(
    Unseen,
    kind=st.sampled_from(sorted(KINDS)) | TEXT,
    scope=st.dictionaries(TEXT, st.lists(SCALARS, max_size=3).map(tuple), max_size=3),
    field=st.none() | TEXT,
    collector=TEXT,
    reason=WORDS,
)
