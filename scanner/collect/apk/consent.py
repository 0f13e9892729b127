"""Which calls stand behind a stored consent flag: places that a fresh install never reaches.

A flag is a stored boolean under a name such as "privacy_agreed" (rules/lists/runtime.yaml), read
directly, through a method of the app that returns it, or from a field that holds it. On a fresh
install it has its default; a place that is only reached when it has not is guarded. That the flag
says what its name says, and that it is written only when the user agrees, nobody checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import re2

from scanner.collect.apk.dex import Array
from scanner.collect.apk.guard import flag_returned, guarded
from scanner.collect.apk.inside import Inside, parameters_of
from scanner.collect.apk.members import Members
from scanner.collect.apk.program import ACC_STATIC
from scanner.collect.apk.values import Body, Field, Invoke, Number, Origin, Parameter, Result
from scanner.knowledge.runtime import Runtime

MAX_ROUNDS = 4
"""Methods that hand on a flag one after the other."""
MAX_FIELDS = 20
"""Fields from which a flag is handed on, one to the next."""
MAX_METHODS = 20_000
"""Methods that are looked into; real apps read flags in some hundreds."""

_UNBOXING = (
    *(("java.lang.Boolean", "booleanValue"), ("java.lang.Integer", "intValue")),
    *(("java.lang.Number", "intValue"), ("java.util.Objects", "requireNonNull")),
)
_CONSTANTS = {"java.lang.Boolean->FALSE": False, "java.lang.Boolean->TRUE": True}


class Reader(NamedTuple):
    """A call that reads a stored flag whose name it is handed."""

    key: int
    """Which argument is the name, from 0, the receiver not counted."""
    default: int | bool
    """Which argument is the answer while nothing is stored, or that answer itself."""


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
            default = False if getter.default is None else getter.default
            self.readers[method] = Reader(getter.key, default)
        self.returned: dict[int, bool] = {}
        """What methods of the app that hand on a flag return on a fresh install."""
        self.fields: dict[tuple[int, int], bool | None] = {}
        self._asked: set[tuple[str, int, int]] = set()

    def guarded_places(self) -> Array:
        """Give the keys of all guarded calls, sorted (see callgraph.place_keys)."""
        wanted, looked = set(self._callers(self.readers)), set[int]()
        for _ in range(MAX_ROUNDS):
            fresh = [method for method in sorted(wanted) if self._hands_on(method)]
            self.fields = {field: flag for field, flag in self.fields.items() if flag is not None}
            users = self._users(sorted(wanted))
            looked |= wanted
            wanted = {
                *self._callers({one for body in fresh for one in self.inside.references(body)}),
                *users,
            }
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

    def _hands_on(self, method: int) -> bool:
        """Tell whether a method, not known before, returns a flag, or one that it is named."""
        body = self.inside.body(method)
        if body is None or method in self.returned:
            return False
        if self.program.proto_of(method).endswith((")Z", ")I")):
            default = flag_returned(body, self._flag_of(method, body))
            if default is not None:
                self.returned[method] = default
                return True
        reader = self._reader(method, body)
        fresh = [one for one in self.inside.references(method) if one not in self.readers]
        if reader is not None:
            self.readers.update(dict.fromkeys(fresh, reader))
        return reader is not None and bool(fresh)

    def _reader(self, method: int, body: Body) -> Reader | None:
        """Tell how a method reads the flag that it is named, if that is all that it returns."""
        origins = {origin for place in body.returns() for origin in body.origins(*place)}
        results = [origin for origin in origins if isinstance(origin, Result)]
        if len(results) != 1:
            return None
        invoke = body.invoke_at(results[0].at)
        inner = self.readers.get(self.inside.callee(method, invoke))
        if inner is None:
            return None
        key = self._parameter(method, body, invoke, inner.key)
        default = inner.default
        if not isinstance(default, bool):
            handed = self._parameter(method, body, invoke, default)
            fixed = self._default(method, body, invoke.at, default)
            default = handed if handed is not None else fixed if fixed is not None else -1
        others = {origin for origin in origins if origin != results[0]}
        same = all(
            isinstance(one, Number) and isinstance(default, bool) and bool(one.value) == default
            for one in others
        )
        return Reader(key, default) if key is not None and default != -1 and same else None

    def _parameter(self, method: int, body: Body, invoke: Invoke, number: int) -> int | None:
        """Give which of its own arguments a method hands on as an argument."""
        register = self.inside.argument(method, invoke, number)
        origins = body.origins(invoke.at, register) if register is not None else frozenset()
        word = 0 if self.program.access[method] & ACC_STATIC else 1
        for position, kind in enumerate(parameters_of(self.program.proto_of(method))):
            if origins == {Parameter(word)}:
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

    def of_result(self, method: int, body: Body, at: int) -> bool | None:
        """Give what a call's result is on a fresh install, None when it is no flag."""
        invoke = body.invoke_at(at)
        callee = self.inside.callee(method, invoke)
        if callee < 0:
            return None
        reader = self.readers.get(callee)
        if reader is None:
            target = int(self.inside.graph.resolved[callee])
            return self.returned.get(target, self._unboxed(method, body, invoke, callee))
        register = self.inside.argument(method, invoke, reader.key)
        if register is None:
            return None
        names = self.inside.texts(method, at, register)
        whole = not names.open or any("*" in name for name in names.values)
        if not (names.values and whole and all(map(self.keys.search, names.values))):
            return None
        if isinstance(reader.default, bool):
            return reader.default
        return self._default(method, body, at, reader.default)

    def _unboxed(self, method: int, body: Body, invoke: Invoke, callee: int) -> bool | None:
        """Give the flag whose primitive value a call takes out of an object."""
        owner = self.program.type_text(int(self.program.method_class[callee]))
        name = self.program.name_of(callee)
        asked = ("call", method, invoke.at)
        if (owner, name) not in _UNBOXING or asked in self._asked or not invoke.registers:
            return None
        self._asked.add(asked)
        flag_of = self._flag_of(method, body)
        found = {flag_of(origin) for origin in body.origins(invoke.at, invoke.registers[0])}
        self._asked.discard(asked)
        return found.pop() if len(found) == 1 else None

    def _default(self, method: int, body: Body, at: int, argument: int) -> bool | None:
        register = self.inside.argument(method, body.invoke_at(at), argument)
        if register is None:
            return False
        found = self.inside.texts(method, at, register)
        if not found.numbers and not found.values and len(found.outside) == 1:
            return _CONSTANTS.get(min(found.outside))
        known = not (found.open or found.values or len(found.numbers) != 1)
        return bool(min(found.numbers)) if known else None

    def of_field(self, method: int, index: int) -> bool | None:
        """Give what a field that holds a flag is on a fresh install, None when it holds none."""
        field = self.inside.field_of(method, index)
        if field not in self.fields:
            self.fields[field] = None
            if len(self._asked) < MAX_FIELDS:
                self._asked.add(("field", *field))
                self.fields[field] = self._stored(*field)
                self._asked.discard(("field", *field))
        return self.fields[field]

    def _stored(self, owner: int, name: int) -> bool | None:
        stores, complete = self.inside.stores(owner, name)
        defaults: set[bool | None] = set()
        for spot in stores:
            body = self.inside.body(spot.method)
            if body is None:
                return None
            flag_of = self._flag_of(spot.method, body)
            found = {flag_of(origin) for origin in body.origins(spot.at, spot.register)}
            constants = {
                origin.value
                for origin in body.origins(spot.at, spot.register)
                if isinstance(origin, Number)
            }
            if constants and found == {None}:
                continue
            defaults |= found
        return defaults.pop() if complete and len(defaults) == 1 else None


class _FlagOf:
    """Tells of one method's values which are flags."""

    def __init__(self, consent: Consent, method: int, body: Body) -> None:
        self.consent = consent
        self.method = method
        self.body = body
        self._results: dict[Origin, bool | None] = {}

    def __call__(self, origin: Origin) -> bool | None:
        if origin not in self._results:
            found = None
            if isinstance(origin, Result):
                found = self.consent.of_result(self.method, self.body, origin.at)
            elif isinstance(origin, Field):
                found = self.consent.of_field(self.method, origin.index)
            self._results[origin] = found
        return self._results[origin]
