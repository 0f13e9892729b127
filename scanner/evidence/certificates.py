"""Certificates: who they name, and whether they lead to one that the reader trusts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scanner.errors import UsageError
from scanner.evidence.digests import shown
from scanner.evidence.vault import open_plain
from scanner.model import Words

LARGEST = 1 << 20
"""Length of a file of certificates at most, in bytes."""


def read(path: Path, option: str) -> list[bytes]:
    """Give the certificates of a file in PEM, each as DER.

    Raises UsageError where there is none.
    """
    with open_plain(path, follow=True) as file:
        found = in_pem(file.read(LARGEST + 1))
    if not found:
        said = f"{option} {shown(path.name)} holds no certificate in PEM"
        raise UsageError(said, hint="name a file that begins with -----BEGIN CERTIFICATE-----")
    return found


def in_pem(data: bytes) -> list[bytes]:
    """Give every certificate that stands in PEM, as DER, whatever its algorithms."""
    from asn1crypto import pem, x509  # noqa: PLC0415

    found = []
    try:
        for kind, _, body in pem.unarmor(data[:LARGEST], multiple=True):
            if kind in ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"):
                x509.Certificate.load(body, strict=True)
                found.append(body)
    except (ValueError, TypeError):
        return found
    return found


def armoured(certificates: Sequence[bytes]) -> bytes:
    """Write certificates in PEM, one after the other."""
    from asn1crypto import pem  # noqa: PLC0415

    return b"".join(pem.armor("CERTIFICATE", each) for each in certificates)


def subject(certificate: bytes) -> str:
    """Give whom a certificate names, on one line; anybody may write any name into one."""
    from asn1crypto import x509  # noqa: PLC0415

    try:
        return shown(str(x509.Certificate.load(certificate).subject.human_friendly))
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""


def self_made(certificate: bytes) -> bool:
    """Say whether a certificate names itself as its issuer, so that nobody vouches for it."""
    from asn1crypto import x509  # noqa: PLC0415

    try:
        loaded = x509.Certificate.load(certificate)
        return bool(loaded.subject.dump() == loaded.issuer.dump())
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def untrusted(
    certificate: bytes, others: Sequence[bytes], roots: Sequence[bytes], at: datetime.datetime
) -> Words | None:
    """Say why a certificate does not lead to any of the roots at a time; None where it does.

    `others` may stand between, and are trusted only as far as a root vouches for them.
    """
    from cryptography import x509  # noqa: PLC0415
    from OpenSSL import crypto  # noqa: PLC0415 - a quarter of a second

    def loaded(data: bytes) -> Any:
        return crypto.X509.from_cryptography(x509.load_der_x509_certificate(data))

    def readable(many: Sequence[bytes]) -> list[Any]:
        found = []
        for each in many:
            try:
                found.append(loaded(each))
            except Exception:  # noqa: S112 - one that cannot be read vouches for nobody
                continue
        return found

    store = crypto.X509Store()
    for root in readable(roots):
        store.add_cert(root)
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    store.set_time(at.astimezone(datetime.UTC).replace(tzinfo=None))
    try:
        context = crypto.X509StoreContext(store, loaded(certificate), readable(others))
        context.verify_certificate()
    except crypto.X509StoreContextError as error:
        said = shown(str(error))
        return Words(f"证书链未通过：{said}", f"its certificate leads to no trusted root: {said}")
    except Exception as error:
        said = type(error).__name__
        return Words(f"证书链无法核验：{said}", f"its chain could not be checked: {said}")
    return None
