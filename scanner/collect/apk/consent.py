"""Which calls stand behind a stored consent flag: places that a fresh install never reaches.

A flag is a boolean, number or text stored under a name such as "privacy_agreed"
(rules/lists/runtime.yaml), read directly, through a method of the app that returns it, from a field
that holds it, or as a parameter as which all callers hand it over; it may be boxed and compared. On
a fresh install it has its default; a place that is only reached when it has not is guarded. That
the flag says what its name says, and that it is written only when the user agrees, nobody checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
import re2

from scanner.collect.apk.constants import Spot
from scanner.collect.apk.dex import Array
from scanner.collect.apk.guard import flag_returned, guarded
from scanner.collect.apk.inside import Inside, parameters_of
from scanner.collect.apk.members import Members
from scanner.collect.apk.program import ACC_STATIC
from scanner.collect.apk.values import Body, Field, Invoke, Number, Origin, Parameter, Result
from scanner.knowledge.runtime import Runtime

MAX_ROUNDS = 4
"""Methods that hand on a flag one after the other."""
MAX_DEPTH = 20
"""Fields, parameters and calls from which a flag is handed on, one to the next."""
MAX_BOXES = 4
"""Calls that box or unbox a value, one around the other."""
MAX_SPOTS = 200
"""Places at which callers hand over what one field or parameter holds."""
MAX_METHODS = 20_000
"""Methods that are looked into; real apps read flags in some hundreds."""

Value: TypeAlias = int | str
"""What a flag is on a fresh install: a number, with null as 0, or a text."""


def _members(owner: str, names: str) -> tuple[str, ...]:
    return tuple(f"{owner}->{name}" for name in names.split())


_SAME = frozenset(
    (
        *_members("java.lang.Boolean", "valueOf booleanValue parseBoolean"),
        *_members("java.lang.Integer", "valueOf intValue parseInt"),
        *_members("java.lang.Long", "valueOf longValue parseLong"),
        *_members("java.lang.Float", "valueOf floatValue parseFloat"),
        *_members("java.lang.Number", "intValue longValue floatValue"),
        *_members("java.util.Objects", "requireNonNull"),
    )
)
"""Calls whose result is what they are first handed, in another form."""
_TEXT_OF = frozenset(
    (*_members("java.lang.Object", "toString"), *_members("java.lang.String", "valueOf toString"))
)
_EQUAL = frozenset(
    (
        *_members("java.lang.String", "equals equalsIgnoreCase contentEquals"),
        *(f"{owner}->equals" for owner in ("java.lang.Boolean", "java.lang.Object")),
        *(f"{owner}->equals" for owner in ("java.lang.Integer", "java.util.Objects")),
        *_members("android.text.TextUtils", "equals"),
        *_members("kotlin.jvm.internal.Intrinsics", "areEqual"),
    )
)
"""Calls that tell whether the first two things that they are handed are equal."""
_EMPTY = frozenset(("java.lang.String->isEmpty", "android.text.TextUtils->isEmpty"))
_LENGTH = frozenset(("java.lang.String->length", "java.lang.CharSequence->length"))
_CALLS = _SAME | _EQUAL | _EMPTY | _LENGTH
_CONSTANTS = {"java.lang.Boolean->FALSE": 0, "java.lang.Boolean->TRUE": 1}
_BOOLEANS = ("Z", "Ljava/lang/Boolean;")


class Reader(NamedTuple):
    """A call that reads a stored flag whose name it is handed."""

    key: int
    """Which argument is the name, from 0, the receiver not counted."""
    default: int | None
    """Which argument is the answer while nothing is stored; None where it is always the same."""
    fixed: Value = 0
    """That answer."""


_REFUSAL = re2.compile(r"(?i)(disagree|refus|reject|den(y|ied)|declin|cancel|不同意|拒绝|jujue)")
"""Names of flags that say the opposite: code behind them runs for who refused."""


class Consent:
    """Finds the flags of an app, and what stands behind them."""

    def __init__(self, inside: Inside, members: Members, runtime: Runtime) -> None:
        self.inside = inside
        self.program = inside.program
        self.keys = re2.compile(runtime.consent_keys)
        self.readers: dict[int, Reader] = {}
        by_name = {getter.method: getter for getter in runtime.consent_getters}
        for method, names in members.methods(by_name).items():
            getter = by_name[names[0]]
            self.readers[method] = Reader(getter.key, getter.default)
        self.helpers: dict[int, Reader] = {}
        """Methods of the app that read the flag that they are named."""
        self.returned: dict[int, Value] = {}
        """What methods of the app that hand on a flag return on a fresh install."""
        self._known: dict[tuple[str, int, int], Value | None] = {}
        """What fields, parameters and results of calls are, None for what is no flag so far."""
        self._depth = 0

    def _is_consent(self, name: str) -> bool:
        """Tell whether a key's name speaks of agreement, and not of refusal."""
        return bool(self.keys.search(name)) and not _REFUSAL.search(name)

    def guarded_places(self) -> Array:
        """Give the keys of all guarded calls, sorted (see callgraph.place_keys)."""
        wanted, looked = set(self._callers(self.readers)), set[int]()
        for _ in range(MAX_ROUNDS):
            fresh = [method for method in sorted(wanted) if self._hands_on(method)]
            self._known = {key: flag for key, flag in self._known.items() if flag is not None}
            users = {*self._users(sorted(wanted)), *self._handed_to(sorted(wanted))}
            looked |= wanted
            wanted = {*self._callers(self._names_of(fresh)), *users}
            if not fresh and wanted <= looked:
                break
        looked |= wanted
        keys = []
        for method in sorted(looked):
            body = self.inside.body(method)
            places = guarded(body, self._flag_of(method, body)) if body else ()
            code = int(self.program.code[method])
            keys += [code << 32 | at for at in places]
        return np.unique(np.array(keys, np.int64))

    def _users(self, methods: list[int]) -> list[int]:
        """Give the methods that read a field into which one of some methods stores a flag."""
        wanted: set[int] = set()
        for method in methods:
            body = self.inside.body(method)
            for store in body.stores() if body else ():
                if self.of_field(method, store.index) is not None:
                    field = self.inside.field_of(method, store.index)
                    wanted.update(self.inside.same_field(*field))
        uses = self.program.field_uses
        reads = ((uses.op >= 0x52) & (uses.op <= 0x58)) | ((uses.op >= 0x60) & (uses.op <= 0x66))
        rows = np.flatnonzero(reads & np.isin(uses.target, np.array(sorted(wanted), np.int64)))
        found = np.unique(self.program.code_method[uses.code[rows]])
        return [int(method) for method in found[found >= 0][:MAX_METHODS]]

    def _handed_to(self, methods: list[int]) -> Iterator[int]:
        """Give the methods to which one of some methods hands a flag as a parameter."""
        inside = self.inside.graph.hierarchy.inside
        for method in methods:
            body = self.inside.body(method)
            if body is None:
                continue
            flag_of = self._flag_of(method, body)
            for invoke in body.invokes():
                callee = self.inside.callee(method, invoke)
                if callee < 0 or not inside[self.program.method_class[callee]]:
                    continue
                kinds = parameters_of(self.program.proto_of(callee))
                registers = (
                    self.inside.argument(method, invoke, number)
                    for number, kind in enumerate(kinds)
                    if kind in _BOOLEANS
                )
                if any(
                    flag_of(origin) is not None
                    for register in registers
                    if register is not None
                    for origin in body.origins(invoke.at, register)
                ):
                    yield from self.inside.bodies(callee, invoke.op)[0]

    def _names_of(self, methods: list[int]) -> set[int]:
        """Give the methods that calls name, by number, when they may run one of some methods."""
        table = self.inside.graph.overrides
        rows = np.isin(table.target, np.array(methods, np.int64))
        found = set(table.method[rows].tolist())
        return found.union(*(self.inside.references(method) for method in methods))

    def _hands_on(self, method: int) -> bool:
        """Tell whether a method, not known before, returns a flag, or one that it is named."""
        body = self.inside.body(method)
        if body is None or body.damaged or method in self.returned or method in self.helpers:
            return False
        value = self._returns(method, body)
        if value is not None:
            self.returned[method] = value
            return True
        reader = self._reader(method, body)
        if reader is not None:
            self.helpers[method] = reader
        return reader is not None

    def _returns(self, method: int, body: Body) -> Value | None:
        """Give the flag that a method returns on a fresh install."""
        flag_of = self._flag_of(method, body)
        if self.program.proto_of(method).endswith((")Z", ")I")):
            default = flag_returned(body, flag_of)
            if default is not None:
                return default
        places = [place for place in body.returns() if body.flow.reaches(place[0])]
        found = {flag_of.value(origin) for place in places for origin in body.origins(*place)}
        return found.pop() if len(found) == 1 else None

    def _reader(self, method: int, body: Body) -> Reader | None:
        """Tell how a method reads the flag that it is named, if that is all that it returns."""
        places = [place for place in body.returns() if body.flow.reaches(place[0])]
        origins = {origin for place in places for origin in body.origins(*place)}
        found = {origin: self._read(method, body, origin) for origin in origins}
        readers = {reader for reader in found.values() if reader is not None}
        if len(readers) != 1:
            return None
        reader = readers.pop()
        others = [origin for origin, read in found.items() if read is None]
        return reader if all(self._is_default(method, reader, one) for one in others) else None

    def _read(self, method: int, body: Body, origin: Origin) -> Reader | None:
        """Tell how a value is read under a name that the method is handed."""
        inner = self._unboxed(method, body, origin, _SAME)
        if not isinstance(inner, Result):
            return None
        invoke = body.invoke_at(inner.at)
        reader = self._reader_of(self.inside.callee(method, invoke), invoke.op)
        key = self._parameter(method, body, invoke, reader.key) if reader else None
        if reader is None or key is None:
            return None
        if reader.default is None:
            return Reader(key, None, reader.fixed)
        handed = self._parameter(method, body, invoke, reader.default)
        if handed is not None:
            return Reader(key, handed)
        fixed = self._default(method, body, invoke.at, reader.default)
        return Reader(key, None, fixed) if fixed is not None else None

    def _is_default(self, method: int, reader: Reader, origin: Origin) -> bool:
        """Tell whether a method that reads a flag otherwise returns the flag's default.

        Null stands where none of the types that it tells apart fits.
        """
        if reader.default is None:
            return isinstance(origin, Number) and origin.value == reader.fixed
        if isinstance(origin, Parameter):
            return self._position(method, origin) == reader.default
        is_object = self.program.proto_of(method).rpartition(")")[2][:1] == "L"
        return isinstance(origin, Number) and origin.value == 0 and is_object

    def _reader_of(self, callee: int, op: int) -> Reader | None:
        """Tell how a call reads a flag; all methods of the app that it may run must agree."""
        if callee < 0 or callee in self.readers:
            return self.readers.get(callee)
        targets, complete = self.inside.bodies(callee, op)
        found = {self.helpers.get(target) for target in targets}
        return found.pop() if complete and len(found) == 1 else None

    def _unboxed(
        self, method: int, body: Body, origin: Origin, calls: frozenset[str]
    ) -> Origin | None:
        """Give what stands behind calls that only give a value another form."""
        for _ in range(MAX_BOXES):
            if not isinstance(origin, Result):
                return origin
            invoke = body.invoke_at(origin.at)
            if not invoke.registers or self._member(method, invoke) not in calls:
                return origin
            origins = body.origins(invoke.at, invoke.registers[0])
            if len(origins) != 1:
                return None
            (origin,) = origins
        return None

    def _member(self, method: int, invoke: Invoke) -> str:
        callee = self.inside.callee(method, invoke)
        if callee < 0:
            return ""
        owner = self.program.type_text(int(self.program.method_class[callee]))
        return f"{owner}->{self.program.name_of(callee)}"

    def _parameter(self, method: int, body: Body, invoke: Invoke, number: int) -> int | None:
        """Give which of its own arguments a method hands on as an argument."""
        register = self.inside.argument(method, invoke, number)
        origins = body.origins(invoke.at, register) if register is not None else frozenset()
        if len(origins) != 1:
            return None
        origin = self._unboxed(method, body, next(iter(origins)), _SAME | _TEXT_OF)
        return self._position(method, origin) if isinstance(origin, Parameter) else None

    def _position(self, method: int, parameter: Parameter) -> int | None:
        """Give which argument a parameter is, from 0, the receiver not counted."""
        word = 0 if self.program.access[method] & ACC_STATIC else 1
        for position, kind in enumerate(parameters_of(self.program.proto_of(method))):
            if parameter.number == word:
                return position
            word += 2 if kind in "JD" else 1
        return None

    def _callers(self, callees: Iterable[int]) -> list[int]:
        """Give the methods that call one of some methods."""
        invokes = self.program.invokes
        rows = np.flatnonzero(np.isin(invokes.target, np.array(sorted(callees), np.int64)))
        methods = np.unique(self.program.code_method[invokes.code[rows]])
        return [int(method) for method in methods[methods >= 0][:MAX_METHODS]]

    def _flag_of(self, method: int, body: Body) -> _FlagOf:
        return _FlagOf(self, method, body)

    def _once(
        self, question: tuple[str, int, int], answer: Callable[[], Value | None]
    ) -> Value | None:
        """Answer a question unless that is under way or too deep; then nothing is a flag."""
        if question not in self._known:
            self._known[question] = None
            if self._depth < MAX_DEPTH:
                self._depth += 1
                self._known[question] = answer()
                self._depth -= 1
        return self._known[question]

    def of_result(self, method: int, body: Body, at: int) -> Value | None:
        """Give what a call's result is on a fresh install, None when it is no flag."""
        return self._once(("call", method, at), lambda: self._result(method, body, at))

    def _result(self, method: int, body: Body, at: int) -> Value | None:
        invoke = body.invoke_at(at)
        callee = self.inside.callee(method, invoke)
        if callee < 0:
            return None
        reader = self._reader_of(callee, invoke.op)
        if reader is not None:
            return self._stored_under(method, body, invoke, reader)
        if self._member(method, invoke) in _CALLS:
            return self._made(method, body, invoke)
        targets, complete = self.inside.bodies(callee, invoke.op)
        found = {self.returned.get(target) for target in targets}
        return found.pop() if complete and len(found) == 1 else None

    def _stored_under(
        self, method: int, body: Body, invoke: Invoke, reader: Reader
    ) -> Value | None:
        """Give the flag that a call reads, None when the name that it is handed is none of one."""
        register = self.inside.argument(method, invoke, reader.key)
        if register is None:
            return None
        names = self.inside.texts(method, invoke.at, register)
        whole = not names.open or any("*" in name for name in names.values)
        if not (names.values and whole and all(map(self._is_consent, names.values))):
            return None
        if reader.default is None:
            return reader.fixed
        return self._default(method, body, invoke.at, reader.default)

    def _made(self, method: int, body: Body, invoke: Invoke) -> Value | None:
        """Give what one of Java's calls makes of a flag."""
        member = self._member(method, invoke)
        if not invoke.registers:
            return None
        one = self._held(method, body, invoke.at, invoke.registers[0])
        if member in _EQUAL:
            return self._equal(method, body, invoke, one)
        if one is None:
            return None
        if member in _EMPTY:
            return int(not one)
        if member in _LENGTH:
            return len(one) if isinstance(one, str) else None
        return _parsed(member, one) if isinstance(one, str) else one

    def _equal(self, method: int, body: Body, invoke: Invoke, one: Value | None) -> int | None:
        """Tell whether a flag equals another or a constant.

        None where both are 0: null, which is no number, is written as 0 too.
        """
        if len(invoke.registers) != 2:
            return None
        left, right = invoke.registers
        two = self._held(method, body, invoke.at, right)
        if one is None and two is None:
            return None
        one = one if one is not None else self._constant(method, invoke.at, left)
        two = two if two is not None else self._constant(method, invoke.at, right)
        if one is None or two is None or one == two == 0:
            return None
        if isinstance(one, str) and isinstance(two, str):
            ignore = self._member(method, invoke).endswith("IgnoreCase")
            return int(one.lower() == two.lower() if ignore else one == two)
        return int(one == two)

    def _held(self, method: int, body: Body, at: int, register: int) -> Value | None:
        """Give the flag that a register holds."""
        flag_of = self._flag_of(method, body)
        found = {flag_of.value(origin) for origin in body.origins(at, register)}
        return found.pop() if len(found) == 1 else None

    def _constant(self, method: int, at: int, register: int) -> Value | None:
        """Give the one constant that a register holds."""
        found = self.inside.texts(method, at, register)
        if not found.numbers and not found.values and len(found.outside) == 1:
            return _CONSTANTS.get(min(found.outside))
        constants: set[Value] = {*found.numbers, *found.values}
        if found.open or found.outside or len(constants) != 1:
            return None
        (constant,) = constants
        return None if isinstance(constant, str) and "*" in constant else constant

    def _default(self, method: int, body: Body, at: int, argument: int) -> Value | None:
        register = self.inside.argument(method, body.invoke_at(at), argument)
        return 0 if register is None else self._constant(method, at, register)

    def of_field(self, method: int, index: int) -> Value | None:
        """Give what a field that holds a flag is on a fresh install, None when it holds none."""
        field = self.inside.field_of(method, index)
        return self._once(("field", *field), lambda: self._stored(*field))

    def _stored(self, owner: int, name: int) -> Value | None:
        """Give the flag that a field holds; constants may be written as well, on agreement."""
        stores, complete = self.inside.stores(owner, name)
        found = self._gathered(stores) if complete else None
        return min(found.flags) if found and len(found.flags) == 1 else None

    def of_parameter(self, method: int, number: int) -> Value | None:
        """Give what a boolean parameter is on a fresh install if all callers hand over a flag."""
        return self._once(("parameter", method, number), lambda: self._handed(method, number))

    def _handed(self, method: int, number: int) -> Value | None:
        position = self._position(method, Parameter(number))
        kinds = parameters_of(self.program.proto_of(method))
        if position is None or kinds[position] not in _BOOLEANS:
            return None
        spots, complete = self.inside.handed(method, number)
        found = self._gathered(spots) if complete else None
        if not found or len(found.flags) != 1 or not found.constants <= found.flags:
            return None
        return min(found.flags)

    def _gathered(self, spots: list[Spot]) -> _Gathered | None:
        """Give what registers hold, or None if some is unknown or none a flag.

        Parameters are followed to the callers.
        """
        found = _Gathered(set(), set())
        others: set[Spot] = set()
        work, seen = list(spots), set(spots)
        while work:
            spot = work.pop()
            body = self.inside.body(spot.method)
            if body is None or len(seen) > MAX_SPOTS:
                return None
            flag_of = self._flag_of(spot.method, body)
            for origin in body.origins(spot.at, spot.register):
                flag = flag_of.value(origin)
                if flag is not None:
                    found.flags.add(flag)
                elif isinstance(origin, Number):
                    found.constants.add(origin.value)
                elif isinstance(origin, Parameter):
                    further, complete = self.inside.handed(spot.method, origin.number)
                    if not complete or not further:
                        return None
                    work += [one for one in further if one not in seen]
                    seen.update(further)
                else:
                    others.add(spot)
        for spot in sorted(others) if found.flags else ():
            constant = self._constant(*spot)
            if constant is None:
                return None
            found.constants.add(constant)
        return found if found.flags else None


class _Gathered(NamedTuple):
    """What several registers hold on a fresh install."""

    flags: set[Value]
    constants: set[Value]


def _parsed(member: str, text: str) -> Value | None:
    """Give what Java reads from a text."""
    if member.startswith("java.lang.Boolean"):
        return int(text.lower() == "true")
    if member.startswith("java.util.Objects"):
        return text
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class _FlagOf:
    """Tells of one method's values which are flags."""

    def __init__(self, consent: Consent, method: int, body: Body) -> None:
        self.consent = consent
        self.method = method
        self.body = body
        self._results: dict[Origin, Value | None] = {}

    def __call__(self, origin: Origin) -> int | None:
        """Give the number that a flag is; texts are only compared by calls."""
        value = self.value(origin)
        return value if isinstance(value, int) else None

    def value(self, origin: Origin) -> Value | None:
        """Give what a flag is on a fresh install, None where the origin is no flag."""
        if origin not in self._results:
            found = None
            if isinstance(origin, Result):
                found = self.consent.of_result(self.method, self.body, origin.at)
            elif isinstance(origin, Field):
                found = self.consent.of_field(self.method, origin.index)
            elif isinstance(origin, Parameter):
                found = self.consent.of_parameter(self.method, origin.number)
            self._results[origin] = found
        return self._results[origin]
