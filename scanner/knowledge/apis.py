"""What in an app's code opens personal information, and what shows that a permission is used."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
import re2

from scanner.knowledge.sdks import matching
from scanner.knowledge.tables import Tables
from scanner.strict_yaml import Node, quoted

MEMBER = r"[A-Za-z0-9_$.]+->[A-Za-z0-9_$<>]+"
"""How a method or field is written: `package.Class->name`, all overloads."""
CLASS = r"[A-Za-z0-9_$]+(\.[A-Za-z0-9_$]+)+\.?"
_PERMISSION = r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)+"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call that counts only with certain constants as one argument."""

    method: str
    """`package.Class->name`."""
    argument: int
    """Which argument, from 0, the receiver not counted."""
    values: tuple[str, ...]
    """Texts, or whole numbers in decimal, that make it count; a `*` at the end for any rest."""


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """A call that counts only where the calling method also holds one of certain texts."""

    method: str
    """`package.Class->name`."""
    texts: tuple[str, ...]
    """The texts, e.g. android.intent.category.LAUNCHER beside queryIntentActivities."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """One way, or several like ways, to one kind of personal information."""

    id: str
    """Its id, e.g. imei-telephony."""
    data_type: str
    """Kind of personal information (data-types.yaml)."""
    permissions: tuple[str, ...] = ()
    """Permissions of which at least one opens it, on the Android versions that ask for one."""
    methods: tuple[str, ...] = ()
    """Methods; a call on a subclass of their class counts as well."""
    calls: tuple[Call, ...] = ()
    """Methods that count with certain constants only."""
    fields: tuple[str, ...] = ()
    """Fields that are read."""
    uris: tuple[str, ...] = ()
    """Beginnings of content addresses that are handed to a content resolver."""
    uri_fields: tuple[str, ...] = ()
    """Classes, or with a dot or dollar at the end groups of them, whose constants are such
    addresses, e.g. android.provider.ContactsContract$."""
    commands: tuple[str, ...] = ()
    """Regular expressions (RE2) for shell commands that show it."""
    files: tuple[str, ...] = ()
    """Beginnings of paths in the file system that show it."""
    classes: tuple[str, ...] = ()
    """Classes, or with a dot at the end packages of them, whose use alone is the access."""
    overrides: tuple[str, ...] = ()
    """Methods of Android that hand it to the app as soon as a class overrides them."""
    actions: tuple[str, ...] = ()
    """Texts (service actions) whose use is the access."""
    near: tuple[Near, ...] = ()
    """Methods that count beside certain texts only."""
    ignore_wrappers: bool = False
    """Whether calls inside the frameworks that wrap Android (AndroidX, Kotlin) do not count."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """What in the code shows that a declared permission serves something."""

    permission: str
    """Full name of the permission."""
    complete: bool
    """Whether nothing else could need it, so that finding none of it says something."""
    methods: tuple[str, ...] = ()
    """Methods that need it, beside those of the accesses that name the permission."""
    classes: tuple[str, ...] = ()
    """Classes, or with a dot or dollar at the end groups of them, that need it."""
    texts: tuple[str, ...] = ()
    """Texts in the code (actions, addresses) that need it; a `*` at the end for any rest."""


class Apis(msgspec.Struct, frozen=True, kw_only=True):
    """The whole table."""

    accesses: tuple[Access, ...]
    """Ways to personal information, in the order of the file."""
    uses: Mapping[str, Use]
    """What shows the use of a permission, by its name."""
    wrappers: tuple[str, ...]
    """Packages of the frameworks that wrap Android, dotted, with a dot at the end."""


_TEXTS = {
    "methods": MEMBER,
    "fields": MEMBER,
    "uris": r"content://.+",
    "uri_fields": r"[A-Za-z0-9_$.]+",
    "commands": ".+",
    "files": "/.+",
    "classes": CLASS,
    "overrides": MEMBER,
    "actions": ".+",
}


def read_apis(tables: Tables) -> Apis:
    """Read apis.yaml."""
    top = tables.head("apis", "wrappers", "accesses", "uses")
    rows = (_access(tables, *one) for one in tables.ids(top.get("accesses"), "accesses"))
    uses = {}
    for name, node in tables.entries(top.get("uses"), "uses", _PERMISSION):
        optional = ("methods", "classes", "texts")
        row = tables.read.mapping(node, name, required=("complete",), optional=optional) or {}
        uses[name] = Use(
            permission=name,
            complete=bool(tables.read.truth(row.get("complete"), "complete")),
            methods=matching(tables, row.get("methods"), "methods", MEMBER),
            classes=matching(tables, row.get("classes"), "classes", r"[A-Za-z0-9_$.]+"),
            texts=matching(tables, row.get("texts"), "texts", ".+"),
        )
    return Apis(
        accesses=tuple(row for row in rows if row is not None),
        uses=MappingProxyType(uses),
        wrappers=matching(tables, top.get("wrappers"), "wrappers", r"[a-z0-9_.]+\."),
    )


def _access(tables: Tables, name: str, node: Node) -> Access | None:
    read = tables.read
    optional = (*_TEXTS, "permissions", "calls", "near", "ignore_wrappers")
    row = read.mapping(node, name, required=("data",), optional=optional) or {}
    data_type = tables.known(row.get("data"), "data", tables.kinds)
    texts = {key: matching(tables, row.get(key), key, pattern) for key, pattern in _TEXTS.items()}
    calls = read_calls(tables, row.get("calls"))
    for command in texts["commands"]:
        check_expression(tables, row["commands"], "commands", command)
    near = _near(tables, row.get("near"))
    if not (calls or near or any(texts.values())):
        read.fault(node, f"{name}: shows no way to its data", "name a method, field or address")
    if data_type is None:
        return None
    return Access(
        id=name,
        data_type=data_type,
        permissions=matching(tables, row.get("permissions"), "permissions", _PERMISSION),
        calls=calls,
        near=near,
        ignore_wrappers=bool(read.truth(row.get("ignore_wrappers"), "ignore_wrappers")),
        **texts,
    )


def _near(tables: Tables, node: Node | None) -> tuple[Near, ...]:
    near = []
    for item in tables.read.sequence(node, "near") or ():
        row = tables.read.mapping(item, "near", required=("methods", "texts")) or {}
        texts = tables.read.texts(row.get("texts"), "texts") or ()
        for method in matching(tables, row.get("methods"), "methods", MEMBER):
            near.append(Near(method=method, texts=texts))
    return tuple(near)


def check_expression(tables: Tables, node: Node, what: str, pattern: str) -> None:
    """Record a fault for a pattern that RE2 cannot compile."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options=options)
    except re2.error:
        hint = "RE2 has no look-around and no back-references"
        tables.read.fault(node, f"{what}: {quoted(pattern)} is no RE2 expression", hint)


def read_calls(tables: Tables, node: Node | None) -> tuple[Call, ...]:
    """Read calls that count with certain constants: methods, argument, values."""
    calls = []
    for item in tables.read.sequence(node, "calls") or ():
        row = tables.read.mapping(item, "call", required=("methods", "argument", "values")) or {}
        for method in matching(tables, row.get("methods"), "methods", MEMBER):
            calls.append(
                Call(
                    method=method,
                    argument=tables.read.number(row.get("argument"), "argument", least=0) or 0,
                    values=tables.read.texts(row.get("values"), "values") or (),
                )
            )
    return tuple(calls)
