"""The constants that a value may be: texts, numbers, and what arrays and lists hold of them.

A value is followed through registers, the parameters of a method back to its callers, what a
method of the app returns, what is stored into a field of the app, and what Java puts together or
into a list. Each step is bounded, and what cannot be followed makes the answer `open`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scanner.collect.apk.values import (
    Array,
    Body,
    ClassOf,
    Element,
    Field,
    Invoke,
    New,
    Number,
    Origin,
    Parameter,
    Result,
    Text,
)

if TYPE_CHECKING:
    from scanner.collect.apk.inside import Inside

MAX_DEPTH = 4
"""Methods and fields through which one value is followed."""
MAX_NESTED = 30
"""Steps that build upon each other, inside methods too."""
MAX_STEPS = 2_000
"""Places at which one question looks."""
MAX_VALUES = 60
"""Different values of one question."""
MAX_JOINED = 16
"""Texts that the parts of one text make together."""
MAX_LENGTH = 2_000
"""Letters of a text that is put together."""

_STATIC_CALLS = (0x71, 0x77)
_BUILDERS = "java.lang.StringBuilder", "java.lang.StringBuffer"
_HARMLESS = "toString", "length", "isEmpty", "charAt", "ensureCapacity", "trimToSize"
_LISTS = (
    *("java.util.ArrayList", "java.util.LinkedList", "java.util.Vector", "java.util.ArrayDeque"),
    *("java.util.HashSet", "java.util.LinkedHashSet", "java.util.TreeSet"),
)
_GROUPS = (*_LISTS, "java.util.List", "java.util.Set", "java.util.Collection")
_ADDING = "add", "addAll", "addFirst", "addLast", "push", "set"


def _members(owner: str, names: str) -> tuple[str, ...]:
    return tuple(f"{owner}->{name}" for name in names.split())


_FIRST = frozenset(
    (
        *_members("java.lang.String", "trim intern toString valueOf toLowerCase toUpperCase"),
        *_members("java.lang.Object", "toString clone"),
        *_members("java.lang.CharSequence", "toString"),
        *_members("java.util.Objects", "requireNonNull toString"),
        *_members("java.util.Arrays", "copyOf copyOfRange"),
        *_members("java.util.Iterator", "next"),
        *_members("java.lang.Class", "forName"),
        *_members("android.net.Uri", "parse toString buildUpon withAppendedPath"),
        *_members("android.content.ContentUris", "withAppendedId"),
        *_members("android.net.Uri$Builder", "build appendPath appendEncodedPath"),
        *_members("android.net.Uri$Builder", "appendQueryParameter"),
        *_members("androidx.core.util.Preconditions", "checkNotNull"),
        *_members("com.google.common.base.Preconditions", "checkNotNull"),
        *_members("[Ljava/lang/String;", "clone"),
        *(one for owner in _GROUPS for one in _members(owner, "toArray get iterator")),
    )
)
"""Methods whose result is, for our questions, their receiver, or what is first handed to them."""
_SECOND = frozenset(_members("java.lang.ClassLoader", "loadClass"))
"""Methods whose result names what is first handed to them."""
_ALL = frozenset(
    (
        *_members("java.util.Arrays", "asList"),
        *_members("java.util.List", "of copyOf"),
        *_members("java.util.Set", "of copyOf"),
        *_members("java.util.Collections", "singletonList singleton unmodifiableList"),
        *_members("java.util.Collections", "unmodifiableSet unmodifiableCollection"),
        *_members("kotlin.collections.CollectionsKt", "listOf listOfNotNull mutableListOf plus"),
        *_members("kotlin.collections.CollectionsKt", "arrayListOf toList toMutableList"),
        *_members("kotlin.collections.SetsKt", "setOf mutableSetOf hashSetOf linkedSetOf"),
        *_members("kotlin.collections.ArraysKt", "plus asList toList toMutableList toSet"),
        *_members("com.google.common.collect.ImmutableList", "of copyOf"),
        *_members("com.google.common.collect.ImmutableSet", "of copyOf"),
    )
)
"""Methods whose result holds all that is handed to them."""
_BOXING = "java.lang.Boolean->valueOf", "java.lang.Integer->valueOf", "java.lang.Long->valueOf"
_CHANGED: dict[str, Callable[[str], str]] = {
    "java.lang.String->trim": str.strip,
    "java.lang.String->toLowerCase": str.lower,
    "java.lang.String->toUpperCase": str.upper,
}
_JOINING = "java.lang.String->concat", "kotlin.jvm.internal.Intrinsics->stringPlus"


class Texts(NamedTuple):
    """The constants that a value may be, or that an array or list of them may hold."""

    values: frozenset[str]
    """Texts, and names of classes; where a part of one is unknown, a `*` stands in its place."""
    open: bool
    """Whether it may be something else as well."""
    numbers: frozenset[int] = frozenset()
    """Whole numbers; null is 0."""
    outside: frozenset[str] = frozenset()
    """Static fields and methods outside the app, `package.Class->name`, that give the value."""


OPEN = Texts(frozenset(), True)
"""The answer when nothing is known."""
_NOTHING = Texts(frozenset(), False)


class Spot(NamedTuple):
    """A register at a place of a method."""

    method: int
    at: int
    register: int


class _Here(NamedTuple):
    """Where a question is."""

    method: int
    at: int
    body: Body
    depth: int
    nested: int


class Question:
    """Follows one value; places that were looked at already are not looked at again."""

    def __init__(self, code: Inside) -> None:
        self.code = code
        self.program = code.program
        self._known: dict[Spot, Texts] = {}

    def texts(self, spot: Spot, depth: int = 0, nested: int = 0) -> Texts:
        """Give the constants that a register may hold; a place asked for by itself adds nothing."""
        if spot in self._known:
            return self._known[spot]
        body = self.code.body(spot.method)
        deep = depth > MAX_DEPTH or nested > MAX_NESTED or len(self._known) >= MAX_STEPS
        if body is None or deep or not self.code.may_ask():
            return OPEN
        self._known[spot] = _NOTHING
        here = _Here(spot.method, spot.at, body, depth, nested + 1)
        origins = sorted(body.origins(spot.at, spot.register), key=repr)
        self._known[spot] = _union(self._of_origin(here, origin) for origin in origins)
        return self._known[spot]

    def _inner(self, here: _Here, at: int, register: int) -> Texts:
        return self.texts(Spot(here.method, at, register), here.depth, here.nested)

    def _outer(self, here: _Here, spots: Sequence[Spot], *, complete: bool) -> Texts:
        found = _union(self.texts(spot, here.depth + 1, here.nested) for spot in spots)
        return found if complete else found._replace(open=True)

    def _of_origin(self, here: _Here, origin: Origin) -> Texts:
        if isinstance(origin, Text):
            part, _, _ = self.program.part_of(int(self.program.code[here.method]))
            found = _NOTHING._replace(values=frozenset((part.dex.text(origin.index),)))
        elif isinstance(origin, Number):
            found = _NOTHING._replace(numbers=frozenset((origin.value,)))
        elif isinstance(origin, Array):
            stored = sorted(here.body.items(origin.at), key=repr)
            further = here._replace(nested=here.nested + 1)
            deep = here.nested > MAX_NESTED
            found = OPEN if deep else _union(self._of_origin(further, one) for one in stored)
        elif isinstance(origin, Element):
            found = self._inner(here, origin.at, here.body.units[origin.at + 1] & 0xFF)
        elif isinstance(origin, Parameter):
            spots, complete = self.code.handed(here.method, origin.number)
            found = self._outer(here, spots, complete=complete and bool(spots))
        elif isinstance(origin, Field):
            found = self._of_field(here, origin)
        elif isinstance(origin, Result):
            found = self._of_result(here, here.body.invoke_at(origin.at))
        elif isinstance(origin, New):
            found = self._of_list(here, origin)
        elif isinstance(origin, ClassOf):
            part, _, _ = self.program.part_of(int(self.program.code[here.method]))
            kinds = part.types[origin.index : origin.index + 1].tolist()
            found = _NOTHING._replace(values=frozenset(map(self.program.type_text, kinds)))
        else:
            found = OPEN
        return found

    def _of_field(self, here: _Here, field: Field) -> Texts:
        owner, name = self.code.field_of(here.method, field.index)
        spots, complete = self.code.stores(owner, name)
        initial = self.code.static_text(owner, name) if field.static else None
        found = self._outer(here, spots, complete=complete and (bool(spots) or initial is not None))
        if initial is not None:
            found = found._replace(values=found.values | {initial})
        elif field.static and not spots and owner >= 0:
            kind, names = self.program.type_text(owner), self.program.names
            word = f"{kind}->{names[name].decode('utf-8', 'replace')}"
            found = found._replace(outside=found.outside | {word})
        return found

    def _of_result(self, here: _Here, invoke: Invoke) -> Texts:
        callee = self.code.callee(here.method, invoke)
        if callee < 0:
            return OPEN
        kind = int(self.program.method_class[callee])
        owner = self.program.type_text(kind)
        member = f"{owner}->{self.program.name_of(callee)}"
        if owner in _BUILDERS and member.endswith("->toString"):
            return self._built(here, invoke)
        if member == "java.lang.Object->getClass":
            return self._class_of(here, invoke)
        if member in _BOXING and invoke.registers:
            return self._inner(here, invoke.at, invoke.registers[0])
        if member in _JOINING or member in _FIRST or member in _SECOND or member in _ALL:
            return self._of_given(here, invoke, member)
        found = self._returned(here, callee, invoke.op)
        if invoke.op in _STATIC_CALLS and not self.code.graph.hierarchy.inside[kind]:
            found = found._replace(outside=frozenset((member,)))
        return found

    def _of_given(self, here: _Here, invoke: Invoke, member: str) -> Texts:
        """Give what a method makes of the objects that it is handed, the receiver first."""
        registers = [register for register, _, _ in self.code.arguments(here.method, invoke)]
        if member in _FIRST:
            registers = registers[:1]
        elif member in _SECOND:
            registers = registers[1:2]
        given = [self._inner(here, invoke.at, register) for register in registers]
        if member in _JOINING:
            return _joined(given)
        found = _union(given)
        change = _CHANGED.get(member, str)
        known = bool(given) or member in _ALL
        return found._replace(
            values=frozenset(map(change, found.values)), open=found.open or not known
        )

    def _class_of(self, here: _Here, invoke: Invoke) -> Texts:
        """Give the classes of which an object may be, as far as they are told."""
        kinds = self.code.objects(here.method, invoke.at, invoke.registers[0]).types
        names = {self.program.type_text(kind) for kind in kinds if kind >= 0}
        return Texts(frozenset(names - {"java.lang.Object"}), True)

    def _returned(self, here: _Here, callee: int, op: int) -> Texts:
        """Give what the app's own methods that a call may run return."""
        targets, complete = self.code.bodies(callee, op)
        spots = []
        for target in targets:
            body = self.code.body(target)
            complete = complete and body is not None
            spots += [Spot(target, *place) for place in body.returns()] if body else []
        return self._outer(here, spots, complete=complete)

    # texts that are put together

    def _built(self, here: _Here, last: Invoke) -> Texts:
        """Put together what was appended to a builder, in the order in which it stands.

        Where a branch stands in between, the text that comes out is only one of those that may.
        """
        calls = self._calls_on(here, last)
        if not calls:
            return OPEN
        flow = here.body.flow
        block = flow.block_of(last.at)
        parts: list[Texts] = []
        straight = True
        for invoke, name, proto in calls:
            takes = proto[1:2]
            if name in _HARMLESS or (name == "<init>" and takes in (")", "I")):
                continue
            if invoke.at > last.at or name not in ("append", "<init>"):
                straight = False
                continue
            straight = straight and flow.block_of(invoke.at) == block
            parts.append(self._appended(here, invoke, takes))
        found = _joined(parts)
        return found if straight else found._replace(open=True)

    def _appended(self, here: _Here, invoke: Invoke, takes: str) -> Texts:
        if len(invoke.registers) != 2:
            return OPEN
        found = self._inner(here, invoke.at, invoke.registers[1])
        if takes == "I":
            return Texts(frozenset(map(str, found.numbers)), found.open)
        if takes == "C":
            letters = (chr(one) for one in found.numbers if 0 <= one < 0xD800)
            return Texts(frozenset(letters), found.open)
        return found if takes == "L" else OPEN

    def _calls_on(self, here: _Here, last: Invoke) -> list[tuple[Invoke, str, str]]:
        """Give the calls on one call's builder, with name and types; empty when it is not known."""
        makers: dict[int, frozenset[Origin]] = {}
        calls: list[tuple[Invoke, int]] = []
        for invoke in self._invokes(here):
            callee = self.code.callee(here.method, invoke)
            kind = int(self.program.method_class[callee]) if callee >= 0 else -1
            if kind >= 0 and invoke.registers and self.program.type_text(kind) in _BUILDERS:
                origins = here.body.origins(invoke.at, invoke.registers[0])
                makers[invoke.at] = _made(makers, origins)
                calls.append((invoke, callee))
        wanted = makers.get(last.at, frozenset())
        if len(wanted) != 1 or not all(isinstance(one, New) for one in wanted):
            return []
        return [
            (invoke, self.program.name_of(callee), self.program.proto_of(callee))
            for invoke, callee in calls
            if makers[invoke.at] & wanted
        ]

    # lists that are filled

    def _of_list(self, here: _Here, new: New) -> Texts:
        """Give what this method puts into a list that it makes; open when others may add to it."""
        part, _, _ = self.program.part_of(int(self.program.code[here.method]))
        kinds = part.types[new.index : new.index + 1].tolist()
        if not kinds or self.program.type_text(kinds[0]) not in _LISTS:
            return OPEN
        found: list[Texts] = []
        escapes = any(
            new in here.body.origins(store.at, store.register) for store in here.body.stores()
        )
        for invoke in self._invokes(here):
            given = list(self.code.arguments(here.method, invoke))
            held = [new in here.body.origins(invoke.at, register) for register, _, _ in given]
            callee = self.code.callee(here.method, invoke)
            name = self.program.name_of(callee) if callee >= 0 else ""
            skip = 0 if invoke.op in _STATIC_CALLS else 1
            if any(held[:skip]) and (name in _ADDING or name == "<init>"):
                found += [self._inner(here, invoke.at, register) for register, _, _ in given[1:]]
            escapes = escapes or (any(held[skip:]) and invoke.at != here.at)
        whole = _union(found)
        return whole._replace(open=True) if escapes or self.code.exhausted else whole

    def _invokes(self, here: _Here) -> list[Invoke]:
        """Give a method's calls; looking through all of them counts as many."""
        invokes = list(here.body.invokes())
        return invokes if self.code.may_ask(1 + len(invokes) // 5) else []


def _made(makers: dict[int, frozenset[Origin]], origins: Iterable[Origin]) -> frozenset[Origin]:
    """Give where builders come from, looking through the calls that return them."""
    found: set[Origin] = set()
    for origin in origins:
        through = makers.get(origin.at) if isinstance(origin, Result) else None
        found |= through or {origin}
    return frozenset(found)


def _union(parts: Iterable[Texts]) -> Texts:
    values: set[str] = set()
    numbers: set[int] = set()
    outside: set[str] = set()
    open_ = False
    for part in parts:
        values |= part.values
        numbers |= part.numbers
        outside |= part.outside
        open_ = open_ or part.open
    if max(len(values), len(numbers), len(outside)) > MAX_VALUES:
        values, outside = set(sorted(values)[:MAX_VALUES]), set(sorted(outside)[:MAX_VALUES])
        numbers = set(sorted(numbers)[:MAX_VALUES])
        open_ = True
    return Texts(frozenset(values), open_, frozenset(numbers), frozenset(outside))


def _joined(parts: Sequence[Texts]) -> Texts:
    """Join texts, one of each part; a part that is not known whole is a `*`."""
    found = {""}
    open_ = False
    for part in parts:
        more = {f"{left}{right}" for left in found for right in sorted(part.values)[:MAX_JOINED]}
        unknown = part.open or not more or len(more) > MAX_JOINED
        if unknown or any(len(text) > MAX_LENGTH for text in more):
            found = {f"{text[:MAX_LENGTH]}*" for text in found}
            open_ = True
        else:
            found = more
    known = frozenset(text for text in found if text.strip("*"))
    return Texts(known, open_)
