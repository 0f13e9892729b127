"""Third-party components of apps: whose they are, how to know them, what holds them back."""

from __future__ import annotations

import datetime
import re
import typing

import msgspec

from scanner.knowledge.tables import Tables
from scanner.model import Words
from scanner.strict_yaml import Node

Purpose = typing.Literal[
    "ads",
    "analytics",
    "crash",
    "device-id",
    "face",
    "framework",
    "im",
    "library",
    "location",
    "login",
    "map",
    "payment",
    "platform",
    "push",
    "risk",
    "rtc",
    "service",
    "share",
    "update",
    "voice",
    "webview",
]


NOBODYS = "ZZ"
"""A code that ISO 3166 leaves to users: no country."""


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """A company that makes third-party components."""

    id: str
    """Its id, e.g. tencent."""
    title: Words
    """Its name."""
    country: str
    """Where it is at home, ISO 3166, e.g. CN; NOBODYS for what no one company owns."""


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """A <meta-data> of the manifest that holds a component back until the app starts it."""

    name: str
    """Its name."""
    value: str
    """Its value that holds the component back, e.g. false."""


class Sdk(msgspec.Struct, frozen=True, kw_only=True):
    """A third-party component, and the traces by which it is known in a package."""

    id: str
    """Its id, e.g. umeng-push."""
    family: str
    """One word per house of components, e.g. umeng."""
    title: Words
    """Its name."""
    vendor: Vendor
    """Whose it is."""
    purposes: tuple[Purpose, ...]
    """What apps use it for."""
    collects: tuple[str, ...]
    """Kinds of personal information that its maker says it takes; empty for a plain library."""
    aliases: tuple[str, ...] = ()
    """Other names under which policies list it."""
    domains: tuple[str, ...] = ()
    """Hosts it talks to; a name stands for everything below it too."""
    prefixes: tuple[str, ...] = ()
    """Packages of its classes, dotted; the longest match of all SDKs wins, and only a plain library
    may own a whole first label, e.g. okhttp3."""
    classes: tuple[str, ...] = ()
    """Single classes outside these packages that only it brings."""
    components: tuple[str, ...] = ()
    """Names of manifest components, or with a dot at the end packages of them, beside prefixes."""
    libraries: tuple[str, ...] = ()
    """Patterns (fnmatch) for file names of its native libraries."""
    assets: tuple[str, ...] = ()
    """Patterns (fnmatch) for paths under assets/."""
    auto_start: tuple[str, ...] = ()
    """Its providers and start-up initialisers: classes that Android runs before any screen."""
    init: tuple[str, ...] = ()
    """Calls that start it, `package.Class->method`."""
    pre_init: tuple[str, ...] = ()
    """Calls that prepare it without collecting."""
    gates: tuple[str, ...] = ()
    """Calls by which the app tells it that the user agreed, or holds it back until then."""
    manifest_switches: tuple[Switch, ...] = ()
    """Manifest entries that stop its automatic start."""
    ads_switch: tuple[str, ...] = ()
    """Calls that turn personalised ads or recommendations off."""
    takes: tuple[str, ...] = ()
    """Calls by which the app tells it who the user is."""
    verified_on: datetime.date | None = None
    """Day on which the row was last held against its maker's documents; None if never."""


class Framework(msgspec.Struct, frozen=True, kw_only=True):
    """A framework that keeps the logic of an app outside its DEX files."""

    id: str
    """Its id, e.g. uni-app."""
    title: str
    """Its name."""
    prefixes: tuple[str, ...] = ()
    """Packages of its classes, dotted."""
    libraries: tuple[str, ...] = ()
    """Patterns (fnmatch) for file names of its native libraries."""
    assets: tuple[str, ...] = ()
    """Patterns (fnmatch) for paths under assets/."""
    bundles: tuple[str, ...] = ()
    """Patterns (fnmatch) for entries of the package that hold its logic as readable text."""
    readable: bool
    """Whether these bundles are text, so that words in them can be searched."""


_MEMBER = r"[A-Za-z0-9_$.]+->[A-Za-z0-9_$<>]+"
_PACKAGE = r"[A-Za-z0-9_$]+(\.[A-Za-z0-9_$]+)+"
_TEXTS: dict[str, str] = {
    "aliases": ".+",
    "domains": r"[a-z0-9-]+(\.[a-z0-9-]+)+",
    "prefixes": r"[A-Za-z0-9_$]+(\.[A-Za-z0-9_$]+)*",
    "classes": _PACKAGE,
    "components": _PACKAGE + r"\.?",
    "libraries": r"lib.+\.so",
    "assets": ".+",
    "auto_start": _PACKAGE,
    "init": _MEMBER,
    "pre_init": _MEMBER,
    "gates": _MEMBER,
    "ads_switch": _MEMBER,
    "takes": _MEMBER,
}
"""Columns that hold several texts, and how such a text looks."""


def read_vendors(tables: Tables, node: Node | None) -> dict[str, Vendor]:
    """Read the vendors that a table declares, by id."""
    vendors = {}
    for name, each in tables.ids(node, "vendors"):
        row = tables.read.mapping(each, name, required=("zh", "en", "country")) or {}
        words = [tables.read.text(row.get(key), key) for key in ("zh", "en", "country")]
        zh, en, country = (word or "" for word in words)
        if country and not re.fullmatch("[A-Z]{2}", country):
            message = f"country: {country!r} is none"
            tables.read.fault(row["country"], message, "write its two letters of ISO 3166, e.g. CN")
        vendors[name] = Vendor(id=name, title=Words(zh, en), country=country)
    return vendors


def read_sdks(tables: Tables) -> tuple[dict[str, Vendor], tuple[Sdk, ...]]:
    """Read sdks.yaml: its vendors, and its rows; no prefix may belong to two rows."""
    top = tables.head("sdks", "vendors", "sdks")
    vendors = read_vendors(tables, top.get("vendors"))
    sdks = []
    owners: dict[str, str] = {}
    for name, node in tables.ids(top.get("sdks"), "sdks"):
        sdk = _sdk(tables, name, node, vendors)
        if sdk is None:
            continue
        for prefix in (*sdk.prefixes, *sdk.classes):
            if prefix in owners:
                message = f"{name}: {prefix} belongs to {owners[prefix]} already"
                tables.read.fault(node, message, "give it to one of the two")
            owners[prefix] = name
        sdks.append(sdk)
    return vendors, tuple(sdks)


def _sdk(tables: Tables, name: str, node: Node, vendors: dict[str, Vendor]) -> Sdk | None:
    read = tables.read
    required = ("family", "zh", "en", "vendor", "purposes", "collects")
    optional = (*_TEXTS, "manifest_switches", "verified_on")
    row = read.mapping(node, name, required=required, optional=optional) or {}
    family = read.text(row.get("family"), "family")
    zh, en = read.text(row.get("zh"), "zh"), read.text(row.get("en"), "en")
    vendor = tables.known(row.get("vendor"), "vendor", tuple(vendors))
    purposes = tables.choices(row.get("purposes"), "purposes", typing.get_args(Purpose))
    collects = tables.choices(row.get("collects"), "collects", tables.kinds)
    texts = {key: matching(tables, row.get(key), key, pattern) for key, pattern in _TEXTS.items()}
    switches = tuple(
        Switch(name=key, value=read.text(value, key) or "")
        for key, value in _pairs(tables, row.get("manifest_switches"))
    )
    verified_on = read.date(row.get("verified_on"), "verified_on")
    for prefix in texts["prefixes"]:
        if collects and "." not in prefix:
            message = f"{name}: the prefix {prefix} is too short for a component that collects"
            read.fault(row["prefixes"], message, "name the packages below it")
    if family is None or zh is None or en is None or vendor not in vendors:
        return None
    return Sdk(
        id=name,
        family=family,
        title=Words(zh, en),
        vendor=vendors[vendor],
        purposes=typing.cast(tuple[Purpose, ...], purposes or ()),
        collects=collects or (),
        manifest_switches=switches,
        verified_on=verified_on,
        **texts,
    )


def _pairs(tables: Tables, node: Node | None) -> list[tuple[str, Node]]:
    table = tables.read.table(node, "manifest_switches")
    return list(table.items.items()) if table else []


def matching(tables: Tables, node: Node | None, what: str, pattern: str) -> tuple[str, ...]:
    """Read texts that must look alike; one that does not is a fault."""
    texts = tables.read.texts(node, what) or ()
    for text in texts:
        if node is not None and not re.fullmatch(pattern, text):
            tables.read.fault(node, f"{what}: {text!r} is none", "write it like its neighbours")
    return texts


def read_frameworks(tables: Tables) -> tuple[Framework, ...]:
    """Read frameworks.yaml."""
    top = tables.head("frameworks", "frameworks")
    frameworks = []
    columns = ("prefixes", "libraries", "assets", "bundles")
    for name, node in tables.ids(top.get("frameworks"), "frameworks"):
        required, optional = ("name", "readable"), columns
        row = tables.read.mapping(node, name, required=required, optional=optional) or {}
        title = tables.read.text(row.get("name"), "name")
        readable = tables.read.truth(row.get("readable"), "readable")
        texts = {key: tables.read.texts(row.get(key), key) or () for key in columns}
        if title is not None and readable is not None:
            frameworks.append(Framework(id=name, title=title, readable=readable, **texts))
    return tuple(frameworks)
