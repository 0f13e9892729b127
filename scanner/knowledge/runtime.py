"""How Android runs an app's code: what starts what, what asks the user, what remembers consent."""

from __future__ import annotations

import msgspec

from scanner.knowledge.ancestry import CLASS
from scanner.knowledge.apis import MEMBER, check_expression
from scanner.knowledge.sdks import matching
from scanner.knowledge.tables import Tables
from scanner.strict_yaml import Node


class Runner(msgspec.Struct, frozen=True, kw_only=True):
    """Calls that make Android run other code of the app, without a call in between."""

    id: str
    """Its id, e.g. thread."""
    methods: tuple[str, ...]
    """The calls, `package.Class->name`; a call on a subclass counts as well."""
    runs: tuple[str, ...]
    """Names of the methods that are run, of an object or a class that is handed over; * for all."""
    by_class: bool = False
    """True when classes are handed over (an Intent, a work request), false for objects."""


class Getter(msgspec.Struct, frozen=True, kw_only=True):
    """A call that reads a stored flag."""

    method: str
    """`package.Class->name`."""
    key: int
    """Which argument is its key, from 0, the receiver not counted."""
    default: int | None = None
    """Which argument is the answer while nothing is stored; None where that is false."""


class Runtime(msgspec.Struct, frozen=True, kw_only=True):
    """The whole table."""

    runners: tuple[Runner, ...]
    """What starts what."""
    answers: tuple[str, ...] = ()
    """Methods that a person's doing or news from elsewhere calls: no call of them is early."""
    holders: tuple[str, ...] = ()
    """Classes that keep what they are handed until somebody asks them for it."""
    requests: tuple[str, ...]
    """Calls that ask the user for permissions, named in their arguments."""
    loaders: tuple[str, ...]
    """Calls that load further code while the app runs."""
    bridges: tuple[str, ...]
    """Calls that open the app's own code to the scripts of web pages."""
    starts: tuple[str, ...]
    """Calls that start a component, of the app or of another one."""
    strangers: tuple[str, ...]
    """Calls whose first constant text names the app that a start is meant for."""
    resolvers: tuple[str, ...]
    """Calls that hand a content address to a provider."""
    shells: tuple[str, ...]
    """Calls that run a shell command."""
    openers: tuple[str, ...]
    """Calls that open a file by its path."""
    reflections: tuple[str, ...]
    """Calls that find a method or field by its name, given as a text."""
    consent_keys: str
    """Regular expression (RE2) for the names under which apps store that the user agreed."""
    consent_getters: tuple[Getter, ...]
    """Calls that read such a flag."""


_LISTS = (
    *("answers", "requests", "loaders", "bridges", "starts", "strangers", "resolvers"),
    *("shells", "openers", "reflections"),
)


def read_runtime(tables: Tables) -> Runtime:
    """Read runtime.yaml."""
    keys = ("runners", "holders", *_LISTS, "consent_keys", "consent_getters")
    top = tables.head("runtime", *keys)
    consent_keys = tables.read.text(top.get("consent_keys"), "consent_keys") or ""
    if consent_keys:
        check_expression(tables, top["consent_keys"], "consent_keys", consent_keys)
    return Runtime(
        runners=tuple(_runner(tables, *one) for one in tables.ids(top.get("runners"), "runners")),
        holders=matching(tables, top.get("holders"), "holders", CLASS),
        consent_keys=consent_keys,
        consent_getters=_getters(tables, top.get("consent_getters")),
        **{key: matching(tables, top.get(key), key, MEMBER) for key in _LISTS},
    )


def _runner(tables: Tables, name: str, node: Node) -> Runner:
    required, optional = ("methods", "runs"), ("by_class",)
    row = tables.read.mapping(node, name, required=required, optional=optional) or {}
    return Runner(
        id=name,
        methods=matching(tables, row.get("methods"), "methods", MEMBER),
        runs=tables.read.texts(row.get("runs"), "runs") or (),
        by_class=bool(tables.read.truth(row.get("by_class"), "by_class")),
    )


def _getters(tables: Tables, node: Node | None) -> tuple[Getter, ...]:
    getters = []
    for item in tables.read.sequence(node, "consent_getters") or ():
        required, optional = ("methods", "key"), ("default",)
        row = tables.read.mapping(item, "getter", required=required, optional=optional) or {}
        key = tables.read.number(row.get("key"), "key", most=20) or 0
        default = tables.read.number(row.get("default"), "default", most=20)
        for method in matching(tables, row.get("methods"), "methods", MEMBER):
            getters.append(Getter(method=method, key=key, default=default))
    return tuple(getters)
