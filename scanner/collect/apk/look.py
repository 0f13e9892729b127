"""One look at an APK's manifest, resource table and network security config, all read at once."""

from __future__ import annotations

from typing import NamedTuple

from scanner.child import Unreadable
from scanner.collect.apk.android import Document, Value
from scanner.collect.apk.child import Child
from scanner.collect.apk.container import MANIFEST, Container
from scanner.collect.apk.manifest import Manifest, read_manifest
from scanner.collect.apk.netsec import references

MAX_XML_BYTES = 16 << 20
"""A manifest or config; the largest public manifests hold about 2 MB."""
MAX_TABLE_BYTES = 48 << 20
"""A resource table; androguard takes 60 times as much memory, and the child has 3 GB."""
TABLE = "resources.arsc"


class Xml(NamedTuple):
    """A binary XML document of the package: its bytes, and what they say."""

    name: str
    raw: bytes
    document: Document
    values: dict[int, Value]


class Look(NamedTuple):
    """What was read of one package; a reason stands where something could not be."""

    manifest: Manifest | None
    xml: Xml | None
    table: bytes | None
    failure: Unreadable | None
    """Why there is no manifest."""
    table_failure: Unreadable | None
    """Why the resource table could not be read from the container."""


def look(container: Container, child: Child) -> Look:
    """Read manifest and resource table; what cannot be read is said in the result."""
    table, table_failure = None, None
    try:
        if TABLE in container.entries:
            table = container.read(TABLE, MAX_TABLE_BYTES)
    except Unreadable as error:
        table_failure = error
    try:
        xml = read_document(container, child, MANIFEST, table)
        manifest = read_manifest(xml.document, xml.values, list(container.entries))
    except Unreadable as error:
        return Look(None, None, table, error, table_failure)
    return Look(manifest, xml, table, None, table_failure)


def read_document(container: Container, child: Child, name: str, table: bytes | None) -> Xml:
    """Read a binary XML entry with its references resolved as far as the table allows.

    Raises Unreadable when the entry or its document cannot be read.
    """
    raw = container.read(name, MAX_XML_BYTES)
    document = child.read_xml(raw)
    if document.odd:
        container.report("manifest-encoding", name, f"{name}: {'; '.join(document.odd)}")
    values: dict[int, Value] = {}
    ids = set(references(document))
    if table and ids:
        try:
            values = child.resolve(table, ids)
        except Unreadable:
            values = {}
    return Xml(name, raw, document, values)
