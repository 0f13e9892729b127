"""Who stands behind a further folder of rules: its SHA256SUMS, and a detached signature of that.

A folder is signed with tools that everybody has:

    sha256sum *.yaml > SHA256SUMS
    openssl cms -sign -binary -in SHA256SUMS -signer CERT.pem -inkey KEY.pem -outform DER \\
        -out SHA256SUMS.sig

The certificate that the auditor names must be the signer's own: no chain is followed, and since no
authority states when the signature was made, the dates of the certificate are not looked at.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scanner.errors import Fault, RulebookError, UsageError
from scanner.model import Standing

SUMS = "SHA256SUMS"
"""Digests of the rule files, in the form of sha256sum."""
SIGNATURE = "SHA256SUMS.sig"
"""Detached CMS signature of that file, PEM or DER."""
LARGEST = 1_000_000
"""Longest of these files, in bytes: digests of some ten thousand rules."""
LINE = re.compile(r"([0-9a-f]{64}) [ *](?:\./)?(.+)")
NO_RULES = ("lists/", "catalog.yaml")
"""What a further folder may hold beside its rules; nobody reads it there."""
HASHES = ("sha256", "sha384", "sha512")
HINT = "get the folder again from whoever signed it"


class Stands(NamedTuple):
    """What is known of a folder, and whose certificate vouches for it."""

    standing: Standing
    signer: str | None = None


def stands(folder: Path, files: Mapping[str, bytes], trust: Path | None) -> Stands:
    """Say who stands behind the rule files of a folder, given by their paths inside it.

    Raises RulebookError where a certificate to trust is named and the folder is not signed by it,
    file by file; UsageError where that certificate is none.
    """
    if trust is None:
        return Stands("unverified" if (folder / SIGNATURE).is_file() else "unsigned")
    certificate = _certificate(trust)
    signature = _read(folder, SIGNATURE, f"{SIGNATURE} is missing: nobody signed these rules")
    sums = _read(folder, SUMS, f"{SUMS} is missing: nobody says what was signed")
    if not _verifies(sums, signature, certificate):
        who = _name(certificate)
        raise _refused(folder, SIGNATURE, f"the signature is not by {who} over this {SUMS}")
    listed = dict(_lines(folder, sums))
    for name, data in sorted(files.items()):
        if listed.pop(name, None) != hashlib.sha256(data).hexdigest():
            raise _refused(folder, name, f"not as {SUMS} lists it")
    for name in sorted(listed):
        if name.endswith((".yaml", ".yml")) and not name.startswith(NO_RULES):
            raise _refused(folder, name, f"{SUMS} lists it, and it is not there")
    return Stands("verified", _name(certificate))


def _read(folder: Path, name: str, missing: str) -> bytes:
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise _refused(folder, name, missing)
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _refused(folder, name, f"longer than {LARGEST} bytes")
    return data


def _lines(folder: Path, sums: bytes) -> list[tuple[str, str]]:
    """Give the name and digest of each file listed."""
    listed = []
    for number, line in enumerate(sums.decode("utf-8", "replace").splitlines(), 1):
        found = LINE.fullmatch(line)
        if found is None:
            raise _refused(folder, SUMS, "no line of sha256sum", number)
        listed.append((found[2], found[1]))
    return listed


def _refused(folder: Path, name: str, why: str, line: int = 1) -> RulebookError:
    return RulebookError((Fault(f"{folder.name}/{name}", line, 1, why, HINT),))


def _certificate(path: Path) -> Any:
    from cryptography import x509  # noqa: PLC0415

    try:
        with path.open("rb") as file:
            return x509.load_pem_x509_certificate(file.read(LARGEST))
    except OSError as error:
        why = error.strerror or "cannot be read"
    except ValueError:
        why = "is no certificate in PEM"
    raise UsageError(f"--rules-trust {path.name}: {why}", hint="name the signer's certificate, PEM")


def _name(certificate: Any) -> str:
    """Name a certificate: by its subject and its digest, since anybody may write any subject."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

    subject = certificate.subject.rfc4514_string()[:200]
    return f"{subject} (SHA-256 {certificate.fingerprint(hashes.SHA256()).hex()})"


def _verifies(content: bytes, signature: bytes, certificate: Any) -> bool:
    """Say whether one signer of a detached CMS signature is this certificate's, and signed this."""
    from asn1crypto import cms, pem  # noqa: PLC0415

    try:
        if pem.detect(signature):
            _, _, signature = pem.unarmor(signature)
        signed = cms.ContentInfo.load(signature, strict=True)
        if signed["content_type"].native != "signed_data":
            return False
        return any(
            _signed_by(signer, content, certificate) for signer in signed["content"]["signer_infos"]
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return False  # a signature that cannot even be read


def _signed_by(signer: Any, content: bytes, certificate: Any) -> bool:
    """Check the digest of the content that the signer signed, then the signature of that."""
    name = signer["digest_algorithm"]["algorithm"].native
    if name not in HASHES:
        return False
    digest = hashlib.new(name, content).digest()
    attributes = signer["signed_attrs"]
    if not attributes.native:
        return _holds(certificate, name, signer["signature"].native, content)
    said: dict[str, list[Any]] = {}
    for attribute in attributes:
        said.setdefault(attribute["type"].native, []).extend(attribute["values"])
    digests = [value.native for value in said.get("message_digest", [])]
    kinds = [value.native for value in said.get("content_type", [])]
    if digests != [digest] or kinds != ["data"]:
        return False
    # RFC 5652, 5.4: what is signed is the set itself, not its implicit tag
    whole = b"\x31" + attributes.dump()[1:]
    return _holds(certificate, name, signer["signature"].native, whole)


def _holds(certificate: Any, name: str, signature: bytes, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415

    key = certificate.public_key()
    hashed = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hashed))
        else:
            return False
    except InvalidSignature:
        return False
    return True
