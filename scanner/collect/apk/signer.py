"""Whose certificates a package carries: v1 signature files and the APK Signing Block (v2 to v3.1).

The signature is not verified: the fact says what stands there. Source of the layout:
https://source.android.com/docs/security/features/apksigning/v2 (and v3).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator

from scanner.child import Unreadable
from scanner.collect.apk.android import Certificate
from scanner.collect.apk.child import Child
from scanner.collect.apk.container import Container
from scanner.facts import AppSigner, Source
from scanner.model import Keep, Unseen

MAX_BLOCK_BYTES = 16 << 20
"""An APK Signing Block is a few kB, with padding up to some hundred."""
MAX_SIGNATURE_BYTES = 1 << 20
"""A v1 signature file is 1 to 5 kB."""
MAX_SIGNERS = 32
"""Android accepts ten signers."""

SCHEMES = {0x7109871A: "v2", 0xF05368C0: "v3", 0x1B93AD61: "v3.1"}
"""Ids in the APK Signing Block."""
_MAGIC = b"APK Sig Block 42"
_V1 = r"(?i)META-INF/[^/]+\.(RSA|DSA|EC)"


def signer_facts(container: Container, child: Child, keep: Keep) -> Iterator[AppSigner | Unseen]:
    """Give a fact per certificate, sorted by digest, and an entry where a block is unreadable."""
    schemes: dict[bytes, set[str]] = {}
    subjects: dict[bytes, tuple[str | None, str]] = {}
    failures: list[Unreadable] = []
    for scheme, place, found in _signatures(container, child, failures):
        for certificate in found[:MAX_SIGNERS]:
            schemes.setdefault(certificate.der, set()).add(scheme)
            subjects.setdefault(certificate.der, (certificate.subject, place))
    for der in sorted(schemes, key=lambda der: hashlib.sha256(der).digest()):
        subject, place = subjects[der]
        evidence = keep(der, name="signer.der", media_type="application/pkix-cert")
        yield AppSigner(
            source=Source(evidence=evidence.sha256, at=place),
            channel="apk",
            sha256=evidence.sha256,
            subject=subject,
            schemes=tuple(sorted(schemes[der])),
        )
    for failure in failures:
        yield Unseen(
            kind="app.signer",
            scope={"channel": ("apk",)},
            collector="apk",
            reason=failure.reason,
        )


def _signatures(
    container: Container, child: Child, failures: list[Unreadable]
) -> Iterator[tuple[str, str, list[Certificate]]]:
    """Give (scheme, place, certificates) of each signature; what fails goes into `failures`."""
    files = {name.upper() for name in container.names(r"(?i)META-INF/[^/]+\.SF")}
    for name in container.names(_V1)[:MAX_SIGNERS]:
        if name.upper().rpartition(".")[0] + ".SF" not in files:
            continue
        try:
            yield "v1", name, child.signed_by(container.read(name, MAX_SIGNATURE_BYTES))
        except Unreadable as error:
            failures.append(error)
    try:
        blocks = signing_blocks(container)
    except Unreadable as error:
        failures.append(error)
        return
    for identity, value in blocks:
        try:
            found = [Certificate(der, child.subject_of(der)) for der in certificates_in(value)]
            yield SCHEMES[identity], f"APK Signing Block 0x{identity:08x}", found
        except Unreadable as error:
            failures.append(error)


def signing_blocks(container: Container) -> list[tuple[int, bytes]]:
    """Give the signature parts of the APK Signing Block, empty when there is none.

    Raises Unreadable when there is one and it is broken.
    """
    end = container.directory_offset
    footer = container.source.at(end - 24, 24) if end >= 32 else b""
    if footer[8:] != _MAGIC:
        return []
    size = int.from_bytes(footer[:8], "little")
    if not 24 <= size <= min(MAX_BLOCK_BYTES, end - 8):
        raise _broken()
    data = container.source.at(end - size, size - 24)
    found: list[tuple[int, bytes]] = []
    place = 0
    while place + 12 <= len(data):
        length, identity = struct.unpack_from("<QI", data, place)
        if length < 4 or place + 8 + length > len(data):
            raise _broken()
        if identity in SCHEMES:
            found.append((identity, data[place + 12 : place + 8 + length]))
        place += 8 + length
    return found


def certificates_in(value: bytes) -> list[bytes]:
    """Give the first certificate of each signer in a v2 or v3 part: the signer's own."""
    found = []
    for signer in _sequence(_prefixed(value, 0)):
        signed_data = _prefixed(signer, 0)
        digests = _prefixed(signed_data, 0)
        certificates = _prefixed(signed_data, 4 + len(digests))
        found += list(_sequence(certificates))[:1]
    return found


def _sequence(data: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        item = _prefixed(data, place)
        yield item
        place += 4 + len(item)


def _prefixed(data: bytes, place: int) -> bytes:
    length = int.from_bytes(data[place : place + 4], "little")
    if place + 4 + length > len(data):
        raise _broken()
    return data[place + 4 : place + 4 + length]


def _broken() -> Unreadable:
    return Unreadable("APK 签名块已损坏", "the APK Signing Block is broken")
