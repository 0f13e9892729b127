"""Small worlds for the laws: few kinds, few values, so that facts, clauses and links often meet."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
from hypothesis import strategies as st

from scanner.facts import KINDS, Fact, Source, fields_of, kind_of
from scanner.model import Basis, Certainty, Unseen, Words
from scanner.rulebook import rule as r

WORDS = Words("字", "word")
TEXTS = ("a", "b", "ab")
NUMBERS = (1, 2, 3)
SMALL_WORLD: dict[str, tuple[str, ...]] = {
    "permission.declared": ("permission", "group", "used", "max_sdk", "channel"),
    "policy.link": ("page", "href", "reachable", "clicks", "channel"),
    "autostart.registered": ("name", "actions"),
}
SETS = {"some": frozenset({"a"}), "none": frozenset[str]()}
DAY = datetime.date(2026, 7, 1)


def values(kind: str, field: str, *, unknown: bool = True) -> st.SearchStrategy[Any]:
    described = fields_of(kind)[field]
    if field == "channel":
        return st.sampled_from(KINDS[kind].channels)
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(described.choices or TEXTS),
        "number": st.sampled_from(NUMBERS),
        "truth": st.booleans(),
        "texts": st.lists(st.sampled_from(TEXTS), max_size=2, unique=True).map(tuple),
    }
    known = by_type[described.type]
    return st.none() | known if unknown else known


def make(kind: str, at: str, given: dict[str, Any]) -> Fact:
    fields: dict[str, Any] = dict.fromkeys(fields_of(kind))
    fields |= {"channel": KINDS[kind].channels[0]} | given
    return KINDS[kind](source=Source(at=at), **fields)


@st.composite
def facts_of(draw: st.DrawFn, kind: str, *, unknown: bool = True, prefix: str = "") -> Fact:
    given = {name: draw(values(kind, name, unknown=unknown)) for name in SMALL_WORLD[kind]}
    return make(kind, f"{prefix}{draw(st.integers(0, 10**6))}", given)


def facts(*, unknown: bool = True, prefix: str = "") -> st.SearchStrategy[list[Fact]]:
    one = st.sampled_from(tuple(SMALL_WORLD)).flatmap(
        lambda kind: facts_of(kind, unknown=unknown, prefix=prefix)
    )
    return st.lists(one, max_size=5, unique_by=lambda fact: fact.source.at)


@st.composite
def unseen_entry(draw: st.DrawFn) -> Unseen:
    kind = draw(st.sampled_from(tuple(SMALL_WORLD)))
    fields = draw(st.lists(st.sampled_from(SMALL_WORLD[kind]), max_size=2, unique=True))
    plain = [name for name in fields if fields_of(kind)[name].type != "texts"]
    scope = {
        name: tuple(draw(st.lists(values(kind, name), min_size=1, max_size=2))) for name in plain
    }
    return Unseen(kind=kind, scope=scope, collector="test", reason=WORDS)


unseen = st.lists(unseen_entry(), max_size=3)


@st.composite
def clause(draw: st.DrawFn, kind: str, its: str | None) -> r.Clause:
    field = draw(st.sampled_from(SMALL_WORLD[kind]))
    described = fields_of(kind)[field]
    operators = [op for op in r.OPERATORS[described.type] if its or op not in r.LINKS]
    operator = draw(st.sampled_from(operators))
    value: Any
    if operator in r.LINKS:
        wanted = "text" if operator == "contains_its" else described.type
        same = [name for name in SMALL_WORLD[str(its)] if fields_of(str(its))[name].type == wanted]
        if not same:
            return draw(clause(kind, None))
        value = draw(st.sampled_from(same))
    elif operator in ("in", "not_in"):
        known = values(kind, field, unknown=False)
        value = tuple(draw(st.lists(known, min_size=1, max_size=2)))
    elif operator in ("in_list", "not_in_list"):
        value = draw(st.sampled_from(tuple(SETS)))
    elif operator == "matches":
        value = draw(st.sampled_from(("^a", "b$", ".")))
    elif described.type == "texts":
        value = draw(st.sampled_from(TEXTS if operator == "contains" else NUMBERS))
    else:
        value = draw(values(kind, field, unknown=False))
    return r.Clause(field=field, operator=operator, value=value)


@st.composite
def link(draw: st.DrawFn, kind: str, its: str) -> r.Clause:
    pairs: list[tuple[str, r.Operator, str]] = [
        (field, operator, other)
        for field in SMALL_WORLD[kind]
        for other in SMALL_WORLD[its]
        for operator in r.LINKS
        if operator in r.OPERATORS[fields_of(kind)[field].type]
        and fields_of(its)[other].type
        == ("text" if operator == "contains_its" else fields_of(kind)[field].type)
    ]
    field, operator, other = draw(st.sampled_from(pairs))
    return r.Clause(field=field, operator=operator, value=other)


@st.composite
def patterns(
    draw: st.DrawFn, its: str | None = None, *, count: bool = True, grows: bool = False
) -> r.Pattern:
    kind = draw(st.sampled_from(tuple(SMALL_WORLD)))
    where = tuple(draw(st.lists(clause(kind, its), max_size=2)))
    if its is not None and draw(st.booleans()):
        where += (draw(link(kind, its)),)
    counted = None
    if count and draw(st.booleans()):
        countable = [name for name in SMALL_WORLD[kind] if fields_of(kind)[name].type != "texts"]
        of = draw(st.none() | st.sampled_from(countable))
        least = draw(st.none() | st.integers(1, 3))
        most = None if grows else draw(st.none() | st.integers(0, 3))
        if least is not None or most is not None:
            counted = r.Count(of=of, at_least=least, at_most=most)
    return r.Pattern(fact=kind, where=where, count=counted)


def conditions(
    its: str | None = None, *, grows: bool = False, depth: int = 2
) -> st.SearchStrategy[r.Condition]:
    simple: st.SearchStrategy[r.Condition] = patterns(its, grows=grows)
    if depth == 0:
        return simple
    inner = conditions(its, grows=grows, depth=depth - 1)
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    whole = simple | several.map(lambda of: r.All(of=of)) | several.map(lambda of: r.Any(of=of))
    return whole if grows else whole | inner.map(lambda of: r.Not(of=of))


@st.composite
def forbids(draw: st.DrawFn) -> r.Forbid:
    each = draw(patterns(grows=True))
    also = draw(st.none() | conditions(each.fact, grows=True, depth=1))
    return r.Forbid(each=each, also=also)


@st.composite
def for_eachs(draw: st.DrawFn) -> r.ForEach:
    each = draw(patterns(count=False))
    return r.ForEach(each=each, expect=draw(conditions(each.fact)))


shapes = forbids() | for_eachs() | conditions().map(lambda c: r.Require(condition=c))


@st.composite
def rules(draw: st.DrawFn, *, gated: bool = True) -> r.Rule:
    shape = draw(shapes)
    its = shape.each.fact if not isinstance(shape, r.Require) else None
    ceilings: tuple[Certainty, ...] = ("proven", "suspected")
    certainty = draw(st.sampled_from(ceilings))
    return r.Rule(
        id="a-rule",
        title=WORDS,
        category="cac-191-1.1",
        schemes={},
        basis=(Basis(norm="PIPL", item="17"),),
        severity="high",
        targets=("apk",),
        settles=draw(st.sampled_from((("violated",), ("violated", "satisfied")))),
        shape=shape,
        when=draw(st.none() | conditions(depth=1)) if gated else None,
        exempt=draw(st.none() | conditions(depth=1)) if gated else None,
        certainty={"apk": certainty, "website": certainty, "device": certainty},
        raise_when=draw(st.none() | conditions(its, depth=1)),
    )


@st.composite
def completion(draw: st.DrawFn, known: list[Fact], missing: list[Unseen]) -> list[Fact]:
    """One of the worlds that the unknown fields and the unseen entries allow."""
    world = []
    for fact in known:
        kind = kind_of(fact)
        blank = [name for name in SMALL_WORLD[kind] if getattr(fact, name) is None]
        filled = {name: draw(values(kind, name)) for name in blank}
        world.append(msgspec.structs.replace(fact, **filled))
    for number, entry in enumerate(missing):
        for copy in range(draw(st.integers(0, 2))):
            fact = draw(facts_of(entry.kind, prefix=f"unseen {number}.{copy}."))
            scoped = {}
            for name, choices in entry.scope.items():
                choice = draw(st.sampled_from(choices))
                scoped[name] = choice if choice is not None else draw(values(entry.kind, name))
            world.append(msgspec.structs.replace(fact, **scoped))
    return world
