"""Which calls stand behind a stored consent flag: places that a fresh install never reaches.

A flag is a stored boolean under a name such as "privacy_agreed" (rules/lists/runtime.yaml), read
directly, through a method of the app that returns it, or from a field that holds it. On a fresh
install it has its default; a place that is only reached when it has not is guarded. That the flag
says what its name says, and that it is written only when the user agrees, nobody checked.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import re2

from scanner.collect.apk.dex import Array
from scanner.collect.apk.guard import flag_returned, guarded
from scanner.collect.apk.inside import Inside
from scanner.collect.apk.members import Members
from scanner.collect.apk.values import Body, Field, Number, Origin, Result
from scanner.knowledge.runtime import Getter, Runtime

MAX_ROUNDS = 4
"""Methods that hand on a flag one after the other."""
MAX_METHODS = 20_000
"""Methods that are looked into; real apps read flags in some hundreds."""


class Consent:
    """Finds the flags of an app, and what stands behind them."""

    def __init__(self, inside: Inside, members: Members, runtime: Runtime) -> None:
        self.inside = inside
        self.program = inside.program
        self.keys = re2.compile(runtime.consent_keys)
        self.getters: dict[int, Getter] = {}
        by_name = {getter.method: getter for getter in runtime.consent_getters}
        for method, names in members.methods(by_name).items():
            self.getters[method] = by_name[names[0]]
        self.returned: dict[int, bool] = {}
        self.fields: dict[tuple[int, int], bool | None] = {}

    def guarded_places(self) -> Array:
        """Give the keys of all guarded calls, sorted (see callgraph.place_keys)."""
        methods = self._callers(self.getters)
        looked = set(methods)
        for _ in range(MAX_ROUNDS):
            fresh = [method for method in methods if self._returns_flag(method)]
            methods = [one for one in self._callers(self._named(fresh)) if one not in looked]
            looked |= set(methods)
            if not methods:
                break
        keys = []
        for method in sorted(looked):
            body = self.inside.body(method)
            places = guarded(body, self._flag_of(method, body)) if body else ()
            code = int(self.program.code[method])
            keys += [code << 32 | at for at in places]
        return np.unique(np.array(keys, np.int64))

    def _callers(self, callees: Iterable[int]) -> list[int]:
        """Give the methods that call one of some methods."""
        invokes = self.program.invokes
        rows = np.flatnonzero(np.isin(invokes.target, np.array(sorted(callees), np.int64)))
        methods = np.unique(self.program.code_method[invokes.code[rows]])
        return [int(method) for method in methods[methods >= 0][:MAX_METHODS]]

    def _named(self, methods: list[int]) -> list[int]:
        """Give the references that lead to some bodies."""
        chosen = np.isin(self.inside.graph.resolved, np.array(sorted(methods), np.int64))
        return [int(one) for one in np.flatnonzero(chosen)] if methods else []

    def _returns_flag(self, method: int) -> bool:
        body = self.inside.body(method)
        if body is None or not self.program.proto_of(method).endswith((")Z", ")I")):
            return False
        default = flag_returned(body, self._flag_of(method, body))
        if default is not None:
            self.returned[method] = default
        return default is not None

    def _flag_of(self, method: int, body: Body) -> _FlagOf:
        return _FlagOf(self, method, body)

    def of_result(self, method: int, body: Body, at: int) -> bool | None:
        """Give what a call's result is on a fresh install, None when it is no flag."""
        invoke = body.invoke_at(at)
        callee = self.inside.callee(method, invoke)
        if callee < 0:
            return None
        getter = self.getters.get(callee)
        if getter is None:
            return self.returned.get(int(self.inside.graph.resolved[callee]))
        register = self.inside.argument(method, invoke, getter.key)
        if register is None:
            return None
        names = self.inside.texts(method, at, register).values
        if not any(self.keys.search(name) for name in names):
            return None
        if getter.default is None:
            return False
        return self._default(method, body, at, getter.default)

    def _default(self, method: int, body: Body, at: int, argument: int) -> bool | None:
        register = self.inside.argument(method, body.invoke_at(at), argument)
        if register is None:
            return False
        values = {
            bool(origin.value) if isinstance(origin, Number) else None
            for origin in body.origins(at, register)
        }
        return values.pop() if len(values) == 1 else None

    def of_field(self, method: int, index: int) -> bool | None:
        """Give what a field that holds a flag is on a fresh install, None when it holds none."""
        field = self.inside.field_of(method, index)
        if field not in self.fields:
            self.fields[field] = None
            self.fields[field] = self._stored(*field)
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
