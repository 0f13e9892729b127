"""Hosts of the web whose owners are known: trackers, and whose a host is."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import msgspec

from scanner.knowledge.sdks import Sdk, Vendor, read_vendors
from scanner.knowledge.tables import Tables
from scanner.strict_yaml import Node, quoted

Use = typing.Literal[
    "ab-test",
    "ads",
    "analytics",
    "fonts",
    "library",
    "maps",
    "monitoring",
    "payment",
    "push",
    "replay",
    "security",
    "social",
    "support",
    "tag-manager",
]
MAX_HOST = 253
"""Characters of the longest name in the DNS (RFC 1035)."""


class Tracker(msgspec.Struct, frozen=True, kw_only=True):
    """A service that web sites load from hosts of another company."""

    id: str
    """Its id, e.g. hotjar; that of the SDK table where it is the same product."""
    name: str
    """Its name."""
    vendor: Vendor
    """Whose it is."""
    hosts: tuple[str, ...]
    """Hosts it is loaded from or sends to; a name stands for everything below it too."""
    purposes: tuple[Use, ...]
    """What sites use it for."""
    identifies: bool | None = None
    """Whether by design it sets or sends something that tells one browser from another; None where
    that is not known or depends on how the site uses it."""
    replay: bool = False
    """Whether it can record what a visitor sees, moves and types."""
    cookies: tuple[str, ...] = ()
    """Patterns (fnmatch) for names of cookies that it is known to set."""


class Trackers(msgspec.Struct, frozen=True, kw_only=True):
    """Answers whose a host is; made once with `index_hosts`."""

    rows: tuple[Tracker, ...]
    """Trackers, in the order of the file."""
    vendors: Mapping[str, Vendor]
    """Everyone who owns a tracker or a third-party component, by id."""
    by_host: Mapping[str, Tracker]
    """Trackers by each of their hosts."""
    owners: Mapping[str, str]
    """Ids of vendors by each host of their trackers and third-party components."""
    recipients: Mapping[str, str]
    """Ids of trackers and third-party components by each of their hosts; empty where several
    components name the same host. Of a tracker and a component, the tracker counts."""

    def of_host(self, host: str) -> Tracker | None:
        """Find the tracker whose host this is or lies below; the longest of several counts."""
        return next((self.by_host[name] for name in upwards(host) if name in self.by_host), None)

    def vendor_of_host(self, host: str) -> str | None:
        """Find the id of the vendor whose host this is or lies below; the longest host counts."""
        return next((self.owners[name] for name in upwards(host) if name in self.owners), None)

    def recipient_of_host(self, host: str) -> str:
        """Find the id of the tracker or component whose host this is or lies below.

        The longest host counts; empty where the tables name none, or several components.
        """
        return next(
            (self.recipients[name] for name in upwards(host) if name in self.recipients), ""
        )


def upwards(host: str) -> Iterator[str]:
    """Give a host and the names above it, the longest first; nothing for what is no DNS name."""
    name = host.lower().rstrip(".")
    if len(name) > MAX_HOST or ":" in name or name[-1:].isdigit():
        return  # an IP address has nothing above it
    while name:
        yield name
        _, _, name = name.partition(".")


def index_hosts(rows: Iterable[Tracker], sdks: Iterable[Sdk]) -> Trackers:
    """Put trackers and the hosts of third-party components into one answerer.

    Of two rows that name the same host, the first counts.
    """
    rows, sdks = tuple(rows), tuple(sdks)
    owners = {host: sdk.vendor.id for sdk in reversed(sdks) for host in sdk.domains}
    owners |= {host: row.vendor.id for row in reversed(rows) for host in row.hosts}
    by_host = {host: row for row in reversed(rows) for host in row.hosts}
    recipients: dict[str, str] = {}
    for sdk in sdks:
        for host in sdk.domains:
            recipients[host] = sdk.id if recipients.get(host, sdk.id) == sdk.id else ""
    recipients |= {host: row.id for host, row in by_host.items()}
    return Trackers(
        rows=rows,
        vendors=MappingProxyType(
            {sdk.vendor.id: sdk.vendor for sdk in sdks}
            | {row.vendor.id: row.vendor for row in rows}
        ),
        by_host=MappingProxyType(by_host),
        owners=MappingProxyType(owners),
        recipients=MappingProxyType(recipients),
    )


_HOST = r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+"
_COOKIE = r"[A-Za-z0-9_.*?$-]+"
_USE = "(?:" + "|".join(typing.get_args(Use)) + ")"


def read_trackers(tables: Tables, vendors: Mapping[str, Vendor], sdks: Iterable[Sdk]) -> Trackers:
    """Read trackers.yaml; `vendors` are those of sdks.yaml, to which it adds its own.

    No host may stand in two rows, nor belong to another vendor in sdks.yaml.
    """
    sdks = tuple(sdks)
    top = tables.head("trackers", "vendors", "trackers")
    added = read_vendors(tables, top.get("vendors"))
    for name in added.keys() & vendors.keys():
        message = f"vendors: {name} stands in sdks.yaml already"
        tables.read.fault(top["vendors"], message, "declare it once, there")
    known = {**vendors, **added} if vendors else {}
    owners = {host: sdk.vendor.id for sdk in sdks for host in sdk.domains}
    taken: dict[str, str] = {}
    rows = []
    for name, node in tables.ids(top.get("trackers"), "trackers"):
        row = _tracker(tables, name, node, known)
        if row is None:
            continue
        for host in row.hosts:
            other = taken.setdefault(host, name)
            if other != name:
                message = f"{name}: {host} belongs to {other} already"
                tables.read.fault(node, message, "give it to one of the two")
            if owners.get(host, row.vendor.id) != row.vendor.id:
                message = f"{name}: {host} belongs to {owners[host]} in sdks.yaml"
                tables.read.fault(node, message, "name the same vendor in both")
        rows.append(row)
    return index_hosts(rows, sdks)


def _tracker(
    tables: Tables, name: str, node: Node, vendors: Mapping[str, Vendor]
) -> Tracker | None:
    read = tables.read
    required = ("name", "vendor", "hosts", "purposes")
    optional = ("identifies", "replay", "cookies")
    row = read.mapping(node, name, required=required, optional=optional) or {}
    title = read.text(row.get("name"), "name")
    vendor = read.text(row.get("vendor"), "vendor")
    if vendor is not None and vendor not in vendors:
        tables.known(row["vendor"], "vendor", tuple(vendors))
    hosts = _words(tables, row.get("hosts"), "hosts", _HOST)
    purposes = _words(tables, row.get("purposes"), "purposes", _USE)
    identifies = tables.sensitive(row.get("identifies"), "identifies")
    replay = read.truth(row.get("replay"), "replay")
    cookies = _words(tables, row.get("cookies"), "cookies", _COOKIE)
    if title is None or vendor is None or vendor not in vendors:
        return None
    return Tracker(
        id=name,
        name=title,
        vendor=vendors[vendor],
        hosts=hosts,
        purposes=typing.cast(tuple[Use, ...], purposes),
        identifies=identifies,
        replay=replay or False,
        cookies=cookies,
    )


def _words(tables: Tables, node: Node | None, what: str, pattern: str) -> tuple[str, ...]:
    """Read words with spaces between them that must look alike; none may stand twice."""
    words = (tables.read.text(node, what) or "").split()
    if node is None or not words:
        return ()
    if not re.fullmatch(f"(?:{pattern} )*{pattern}", " ".join(words)):
        wrong = next(word for word in words if not re.fullmatch(pattern, word))
        message = f"{what}: {quoted(wrong)} is none"
        tables.read.fault(node, message, "write it like its neighbours")
    if len(set(words)) < len(words):
        tables.read.fault(node, f"{what}: a word stands twice", "write each once")
    return tuple(words)
