"""Signatures in CMS (RFC 5652): read, and checked by arithmetic, with no word on who may sign.

What cannot be read, or rests on an algorithm that is not known here (SM2 with SM3, say), is
`unverified`: it may be good, and another program may be able to tell. It is never `fails`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from scanner.model import Words

Standing = Literal["holds", "fails", "unverified"]
"""holds: checked, and it fits; fails: checked, and it does not; unverified: it could not be checked
here."""

LARGEST = 1 << 20
"""Length of a signature or token at most, in bytes: they have some thousand."""
MOST_SIGNERS = 8
MOST_CERTIFICATES = 32

_HASHES = {"sha256": "SHA256", "sha384": "SHA384", "sha512": "SHA512"}
_PEM = re.compile(rb"-----BEGIN (?:CMS|PKCS7|PKCS #7 SIGNED DATA)-----(.+?)-----END ", re.DOTALL)
_ODD = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)
"""What the reader of ASN.1 raises on what it does not know."""
UNREADABLE = Words("本工具无法解读其编码", "its encoding cannot be read here")


class Checked(NamedTuple):
    """What is known of one signature."""

    standing: Standing
    why: Words
    """Why not, where it does not hold."""
    certificate: bytes | None = None
    """The certificate of the signer (DER), where one was found."""
    certificates: tuple[bytes, ...] = ()
    """All certificates that came with it (DER)."""
    signed_at: str | None = None
    """When, as the signer says; nobody vouches for that."""


class _Unknown(Exception):  # noqa: N818 - it names a state, and always ends as a standing
    """This part could not be checked; `reason` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Words(zh, en)


def der(data: bytes) -> bytes | None:
    """Give a signature without its wrapping in PEM; None where the bytes cannot be one at all."""
    found = _PEM.search(data)
    if found is not None:
        try:
            data = base64.b64decode(b"".join(found[1].split()), validate=True)
        except binascii.Error:
            return None
    return data if len(data) > 2 and data[0] == 0x30 and len(data) <= LARGEST else None


def checked(signature: bytes, content: bytes | None, known: Sequence[bytes] = ()) -> Checked:
    """Check a signature over bytes, or over those that it carries itself where none are given.

    `known` are further certificates (DER) among which the signer's may be.
    """
    from asn1crypto import cms  # noqa: PLC0415

    try:
        info = cms.ContentInfo.load(signature, strict=True)
        if info["content_type"].native != "signed_data":
            return Checked("unverified", UNREADABLE)
        signed = info["content"]
        held = tuple(each.dump() for each in signed["certificates"] or ())[:MOST_CERTIFICATES]
        kind = signed["encap_content_info"]["content_type"].dotted
        if content is None:
            content = bytes(signed["encap_content_info"]["content"])
        signers = list(signed["signer_infos"])
    except _ODD:
        return Checked("unverified", UNREADABLE)
    if not 1 <= len(signers) <= MOST_SIGNERS:
        said = Words(f"签名者有 {len(signers)} 个", f"it names {len(signers)} signers")
        return Checked("unverified", said, None, held)
    results = [_by(each, content, kind, (*held, *known), held) for each in signers]
    for standing in ("fails", "unverified"):
        for result in results:
            if result.standing == standing:
                return result
    return results[0]


def _by(
    signer: Any, content: bytes, kind: str, known: Sequence[bytes], held: tuple[bytes, ...]
) -> Checked:
    """Check what one signer signed: the digest of the bytes, then the signature over that."""
    certificate: bytes | None = None
    at: str | None = None
    try:
        found = _certificate(signer, known)
        certificate = None if found is None else found.dump()
        name = _hash_of(signer)
        attributes = signer["signed_attrs"]
        signed = [content]
        if attributes.native:
            said = _said(attributes)
            at = _time(said)
            if said.get("content_type") != [kind]:
                why = Words("所签内容类型不符", "it is over another kind of content")
                return Checked("fails", why, certificate, held, at)
            if said.get("message_digest") != [hashlib.new(name, content).digest()]:
                why = Words("摘要与内容不符", "the digest in it is not that of the bytes")
                return Checked("fails", why, certificate, held, at)
            # RFC 5652, 5.4: what is signed is the set itself, in DER, not its implicit tag; some
            # programs leave it in the order in which they wrote it
            signed = [b"\x31" + attributes.dump()[1:], _in_order(attributes)]
        if found is None:
            raise _Unknown("未附签名者证书", "the certificate of the signer is not there")
        holds = any(_holds(found, signer, name, each) for each in signed)
    except _Unknown as error:
        return Checked("unverified", error.reason, certificate, held, at)
    except _ODD:
        return Checked("unverified", UNREADABLE, certificate, held, at)
    why = Words("", "") if holds else Words("签名值不符", "the signature does not fit")
    return Checked("holds" if holds else "fails", why, certificate, held, at)


def _certificate(signer: Any, known: Sequence[bytes]) -> Any:
    from asn1crypto import x509  # noqa: PLC0415

    sid = signer["sid"]
    for data in known:
        try:
            certificate = x509.Certificate.load(data)
            if sid.name == "issuer_and_serial_number":
                fits = (
                    certificate.issuer.dump() == sid.chosen["issuer"].dump()
                    and certificate.serial_number == sid.chosen["serial_number"].native
                )
            else:
                fits = certificate.key_identifier == sid.chosen.native
        except _ODD:
            continue
        if fits:
            return certificate
    return None


def _hash_of(signer: Any) -> str:
    name = str(signer["digest_algorithm"]["algorithm"].native)
    if name not in _HASHES:
        raise _Unknown(f"摘要算法 {name[:40]} 本工具不能核验", f"digest algorithm {name[:40]}")
    return name


def _said(attributes: Any) -> dict[str, list[Any]]:
    said: dict[str, list[Any]] = {}
    for attribute in attributes:
        kind = attribute["type"].native
        if kind in ("message_digest", "signing_time"):
            said.setdefault(kind, []).extend(each.native for each in attribute["values"])
        elif kind == "content_type":
            said.setdefault(kind, []).extend(each.dotted for each in attribute["values"])
    return said


def _time(said: dict[str, list[Any]]) -> str | None:
    times = said.get("signing_time") or [None]
    return times[0].isoformat() if hasattr(times[0], "isoformat") else None


def _in_order(attributes: Any) -> bytes:
    """Write a set of attributes in the order that DER demands."""
    parts = sorted(attribute.dump() for attribute in attributes)
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return b"\x31" + bytes([size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return b"\x31" + bytes([0x80 | len(length)]) + length + body


def _holds(certificate: Any, signer: Any, name: str, signed: bytes) -> bool:
    """Say whether a signature fits bytes, by the key of a certificate."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import (  # noqa: PLC0415
        ec,
        padding,
        rsa,
    )

    value = bytes(signer["signature"].native)
    method = str(signer["signature_algorithm"]["algorithm"].native)
    try:
        key = x509.load_der_x509_certificate(certificate.dump()).public_key()
    except (UnsupportedAlgorithm, ValueError):
        raise _Unknown("签名者公钥的算法本工具不能核验", "an algorithm unknown here") from None
    hashed = getattr(hashes, _HASHES[name])()
    try:
        if isinstance(key, rsa.RSAPublicKey) and method == "rsassa_pss":
            length = int(signer["signature_algorithm"]["parameters"]["salt_length"].native)
            key.verify(value, signed, padding.PSS(padding.MGF1(hashed), length), hashed)
        elif isinstance(key, rsa.RSAPublicKey) and method in ("rsassa_pkcs1v15", f"{name}_rsa"):
            key.verify(value, signed, padding.PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey) and method == f"{name}_ecdsa":
            key.verify(value, signed, ec.ECDSA(hashed))
        else:
            raise _Unknown(f"签名算法 {method[:40]} 本工具不能核验", f"algorithm {method[:40]}")
    except UnsupportedAlgorithm:
        raise _Unknown("签名算法本工具不能核验", "an algorithm unknown here") from None
    except InvalidSignature:
        return False
    return True
