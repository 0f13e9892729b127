"""The one adapter to androguard: binary XML, resource tables and certificates as plain values.

Everything here runs in the child process of child.py, since androguard's parsers were not made
for hostile bytes. References in a document stay references; `resolve` looks them up in the table.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from scanner.child import Unreadable
from scanner.collect.apk.axml import straighten

if TYPE_CHECKING:
    from androguard.core.axml import ARSCParser, AXMLParser

MAX_HOPS = 20
"""References that may lead to references; Android itself stops at 20."""
NEWEST_API = 36
"""The newest level that any device has; variants for later ones are used nowhere."""
MAX_TEXT = 1 << 16
"""Characters kept of one attribute or text; a string pool cannot hold more for UTF-8."""
MAX_TOTAL_TEXT = 32 << 20
"""Characters of one document: many attributes may point to the same long string."""

_MALFORMED = "malformed string"
_NO_STRING = 0xFFFFFFFF
_REFERENCE, _THEME, _STRING, _INT_FIRST, _BOOL, _INT_LAST = 0x01, 0x02, 0x03, 0x10, 0x12, 0x1F
_DYNAMIC_REFERENCE = 0x07
_ANDROID = "http://schemas.android.com/apk/res/android"
_BY_TEXT = ("package", "split")
"""Attributes that Android looks up by their text, never by resource id."""
_NEWER_NAMES = {0x01010576: "versionCodeMajor", 0x0101057A: "appComponentFactory"}
"""Attributes younger than androguard's table (AOSP core/res/res/values/public-final.xml)."""


class Value(msgspec.Struct, frozen=True):
    """A value as a manifest or a resource table states it."""

    kind: Literal["text", "number", "truth", "reference", "other"]
    """What it is."""
    text: str
    """The value as a person would write it."""
    number: int = 0
    """The number, 1 or 0 for a truth value, the resource id for a reference."""
    varies: bool = False
    """True when it was looked up, and other devices or languages get another value."""


class Element(msgspec.Struct, frozen=True):
    """One element of an XML document; a document is the list of them in reading order."""

    depth: int
    """0 for the root."""
    tag: str
    """Name without namespace."""
    attributes: dict[str, Value]
    """By name: android:exported where Android would find it by id, package without namespace."""
    text: str = ""
    """Text directly inside."""


class Document(msgspec.Struct, frozen=True):
    """A binary XML document, read whole."""

    elements: list[Element]
    """In reading order; never empty."""
    odd: tuple[str, ...]
    """What an honest tool would not have written."""

    @property
    def gaps(self) -> bool:
        """True when some text of it could not be read and stands there as absent."""
        return any(one.startswith(_MALFORMED) for one in self.odd)


class Certificate(msgspec.Struct, frozen=True):
    """A certificate, as far as a report needs it."""

    der: bytes
    """Its bytes."""
    subject: str | None
    """Distinguished name of its subject; null when it cannot be read."""


def quiet() -> None:
    """Switch off androguard's log, which else fills the standard error."""
    from loguru import logger  # noqa: PLC0415 - heavy, and only the child needs it

    logger.disable("androguard")


def read_xml(data: bytes) -> Document:
    """Read a binary XML document; raises Unreadable unless every element came through."""
    from androguard.core import axml  # noqa: PLC0415

    straight = straighten(data)
    parser = axml.AXMLParser(straight.data)
    odd = set(straight.odd)
    elements: list[Element] = []
    depth, length = 0, 0
    while parser.is_valid():
        event = next(parser)
        if event == axml.START_TAG:
            attributes = _attributes(parser, odd)
            elements.append(
                Element(depth, _string(parser.sb, parser.m_name, odd) or "", attributes)
            )
            depth += 1
            length += sum(len(value.text) for value in attributes.values())
        elif event == axml.END_TAG:
            depth -= 1
        elif event == axml.TEXT and elements:
            text = (elements[-1].text + (_string(parser.sb, parser.m_name, odd) or ""))[:MAX_TEXT]
            elements[-1] = msgspec.structs.replace(elements[-1], text=text)
            length += len(text)
        elif event == axml.END_DOCUMENT:
            break
        if length > MAX_TOTAL_TEXT:
            raise Unreadable("文字过多", "it holds too much text")
    if len(elements) != straight.elements:
        raise Unreadable(
            f"只读出 {straight.elements} 个元素中的 {len(elements)} 个",
            f"only {len(elements)} of {straight.elements} elements could be read",
        )
    return Document(elements, tuple(sorted(odd)))


def _attributes(parser: AXMLParser, odd: set[str]) -> dict[str, Value]:
    fields = parser.m_attributes
    attributes: dict[str, Value] = {}
    for start in range(0, len(fields), 5):
        namespace, name, raw, kind, data = fields[start : start + 5]
        key = _attribute_name(parser, namespace, name, odd)
        if kind == _STRING and raw not in (data, _NO_STRING):
            odd.add(f"two values for {key}")
        if key in attributes:
            odd.add(f"{key} twice")
        text = _string(parser.sb, data, odd) if kind == _STRING else None
        attributes.setdefault(key, _value(kind, data, text))
    return attributes


def _attribute_name(parser: AXMLParser, namespace: int, name: int, odd: set[str]) -> str:
    """Name an attribute as Android finds it: by resource id, and only without one by its text."""
    from androguard.core.resources import public  # noqa: PLC0415

    text = _string(parser.sb, name, odd) or ""
    if namespace == _NO_STRING and text in _BY_TEXT:
        return text
    identity = parser.m_resourceIDs[name] if name < len(parser.m_resourceIDs) else 0
    if identity >> 16 == 0x0101:
        known = public.SYSTEM_RESOURCES["attributes"]["inverse"].get(identity)
        return f"android:{known or _NEWER_NAMES.get(identity) or f'{identity:08x}'}"
    if namespace == _NO_STRING:
        return text
    space = _string(parser.sb, namespace, odd) or ""
    return f"{'unbound' if space == _ANDROID else space.rpartition('/')[2]}:{text}"


def _string(strings: Any, index: int, odd: set[str]) -> str | None:
    """Give a string of the pool, or null for a malformed one, as Android does."""
    from androguard.core.axml import ResParserError  # noqa: PLC0415

    try:
        return str(strings[index])[:MAX_TEXT]
    except (ResParserError, AssertionError, IndexError, struct.error):
        odd.add(f"{_MALFORMED} {index}")
        return None


def _value(kind: int, data: int, text: str | None) -> Value:
    if kind == _STRING:
        return Value("reference", "@null") if text is None else Value("text", text)
    if kind in (_REFERENCE, _DYNAMIC_REFERENCE):
        return Value("reference", f"@{data:08x}" if data else "@null", data)
    if kind == _BOOL:
        return Value("truth", "true" if data else "false", int(data != 0))
    if _INT_FIRST <= kind <= _INT_LAST:
        number = data - (1 << 32) if data >= 1 << 31 else data
        return Value("number", str(number), number)
    if kind == _THEME:
        return Value("other", f"?{data:08x}", data)
    return Value("other", f"0x{data:08x} (type 0x{kind:02x})", data)


class Table:
    """A resource table, opened once and asked often."""

    def __init__(self, data: bytes) -> None:
        from androguard.core import axml  # noqa: PLC0415

        self._parser: ARSCParser = axml.ARSCParser(data)
        self._entries: dict[int, list[tuple[Any, Any]]] = {}
        self._known: dict[int, Value | None] = {}
        for parts in self._parser.packages.values():
            config = None
            for part in parts[3:]:
                if isinstance(part, axml.ARSCResType):
                    if part.flags & 1:
                        raise Unreadable("稀疏资源表", "the resource table is sparse")
                    config = part.config
                elif isinstance(part, axml.ARSCResTableEntry):
                    self._entries.setdefault(part.mResId, []).append((config, part))

    def resolve(self, ids: Iterable[int]) -> dict[int, Value]:
        """Give the values behind resource ids; one that cannot be found is left out."""
        found = {identity: self._resolve(identity, MAX_HOPS) for identity in ids}
        return {identity: value for identity, value in found.items() if value is not None}

    def _resolve(self, identity: int, hops: int) -> Value | None:
        """Give the value for a current device, with a mark where other variants differ."""
        if hops == 0:
            return None
        if identity not in self._known:
            self._known[identity] = None  # what leads back to itself has no value
            self._known[identity] = self._best(identity, hops)
        return self._known[identity]

    def _best(self, identity: int, hops: int) -> Value | None:
        variants = [
            (_distance(config), self._read(entry, hops))
            for config, entry in self._entries.get(identity, [])
            if config.version & 0xFFFF <= NEWEST_API
        ]
        if not variants:
            return None
        _, best = min(variants, key=lambda variant: variant[0])
        if best is None or all(value == best for _, value in variants):
            return best
        return msgspec.structs.replace(best, varies=True)

    def _read(self, entry: Any, hops: int) -> Value | None:
        strings = self._parser.stringpool_main
        if entry.is_complex() or strings is None:
            return None
        if entry.is_compact():
            kind, data = entry.datatype, entry.data
        else:
            kind, data = entry.key.data_type, entry.key.data
        text = _string(strings, data, set()) if kind == _STRING else None
        if kind == _STRING and text is None:
            return None
        value = _value(kind, data, text)
        return self._resolve(value.number, hops - 1) if value.kind == "reference" else value


def _distance(config: Any) -> tuple[int, int, int]:
    """Rank a configuration by its distance from a current device with no language chosen."""
    qualifiers = (
        *(config.imsi, config.screenType, config.input, config.screenSize),
        *(config.screenConfig, config.screenSizeDp, config.screenConfig2),
    )
    return (int(config.locale != 0), sum(part != 0 for part in qualifiers), -config.version)


def signed_by(block: bytes) -> list[Certificate]:
    """Give the signers' certificates of a v1 signature block (PKCS #7), in order."""
    from asn1crypto import cms  # noqa: PLC0415

    content = cms.ContentInfo.load(block)
    if content["content_type"].native != "signed_data":
        raise Unreadable("不是 PKCS #7 签名数据", "it holds no PKCS #7 signed data")
    signed = content["content"]
    held = [choice.chosen for choice in signed["certificates"] if choice.name == "certificate"]
    found: list[Certificate] = []
    for signer in signed["signer_infos"]:
        sid = signer["sid"].chosen.native
        for certificate in held:
            if (
                certificate.serial_number == sid["serial_number"]
                and certificate.issuer.native == sid["issuer"]
            ):
                found.append(Certificate(certificate.dump(), _written(certificate.subject)))
                break
    if not found:
        raise Unreadable("签名块中没有签名者证书", "it holds no certificate of its signer")
    return found


def subject_of(der: bytes) -> str | None:
    """Give the distinguished name of a certificate's subject, null when it cannot be read."""
    from asn1crypto import x509  # noqa: PLC0415

    try:
        return _written(x509.Certificate.load(der).subject)
    except (ValueError, TypeError, KeyError):
        return None


_SHORT = {
    **{"common_name": "CN", "organizational_unit_name": "OU", "organization_name": "O"},
    **{"locality_name": "L", "state_or_province_name": "ST", "country_name": "C"},
    **{"email_address": "EMAILADDRESS", "domain_component": "DC", "street_address": "STREET"},
}


def _written(name: Any) -> str:
    """Write a distinguished name with short keys, the most specific part first (RFC 4514)."""
    parts = [
        f"{_SHORT.get(pair['type'].native, pair['type'].native)}={pair['value'].native}"
        for relative in reversed(list(name.chosen))
        for pair in relative
    ]
    return ", ".join(parts)
