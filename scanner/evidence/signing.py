"""Who signs the manifest of a case: a key that the user hands in, a command, or nobody at all."""

from __future__ import annotations

import datetime
import os
import select
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, cast

from scanner.errors import UsageError
from scanner.evidence import certificates, cms
from scanner.evidence.digests import shown
from scanner.evidence.vault import open_plain

Kind = Literal["self-made", "key", "command"]
"""self-made: a key of the moment, which identifies nobody; key: one that the user handed in;
command: a program of the user's, such as one that speaks to a card."""

LARGEST = 1 << 20
"""Length of a key file at most, in bytes."""
COMMAND_S = 300.0
"""Longest wait for a signing command: a person may have to type a PIN."""
SELF_MADE_NAME = "Self-made by mingjian, identifies nobody"
SELF_MADE_NOTE = "自制证书，不证明任何人的身份"
_SELF_MADE_DAYS = 365 * 30
_WEAK_BITS = 2048
"""Shortest RSA key, in bits: GM/T and NIST SP 800-131A both stopped allowing shorter ones."""


class Signer(NamedTuple):
    """Somebody, or nobody, who signs bytes."""

    kind: Kind
    sign: Callable[[bytes], bytes]
    """Gives a detached CMS signature (DER)."""
    known: tuple[bytes, ...] = ()
    """Certificates (DER) that belong to it, the signer's own first; empty where only the signature
    will tell."""


def self_made(now: datetime.datetime) -> Signer:
    """Make a key for this one seal; it is thrown away, and its certificate says so."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, SELF_MADE_NOTE),
            x509.NameAttribute(NameOID.COMMON_NAME, SELF_MADE_NAME),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=_SELF_MADE_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _with_key(key, [certificate], "self-made")


def from_files(
    key: Path,
    certificate: Path | None,
    passphrase: Callable[[], bytes | None],
    now: datetime.datetime,
) -> Signer:
    """Read a key and its certificate: PEM, or PKCS #12, which holds both.

    `passphrase` is asked only where the key is locked. Raises UsageError where they cannot be
    used, do not belong together, or the certificate is not valid at this moment.
    """
    from cryptography import x509  # noqa: PLC0415

    with open_plain(key, follow=True) as file:
        data = file.read(LARGEST)
    name = f"--sign-key {shown(key.name)}"
    private, chain = _pem(data, passphrase, name) if b"-----BEGIN" in data else (None, [])
    if private is None:
        private, chain = _pkcs12(data, passphrase, name)
    if certificate is not None:
        try:
            given = certificates.read(certificate, "--sign-cert")
            chain = [x509.load_der_x509_certificate(each) for each in given]
        except ValueError:
            hint = "name a certificate in PEM"
            raise UsageError(f"--sign-cert {shown(certificate.name)}: unread", hint=hint) from None
    if not chain:
        raise UsageError(f"{name}: no certificate", hint="name it: --sign-cert FILE")
    own = [each for each in chain if _public(each.public_key()) == _public(private.public_key())]
    if not own:
        hint = "name the certificate that was issued for this key: --sign-cert FILE"
        raise UsageError(f"{name} is not the key of that certificate", hint=hint)
    if not own[0].not_valid_before_utc <= now <= own[0].not_valid_after_utc:
        until = own[0].not_valid_after_utc.date()
        hint = "a court would not accept it; use one that is valid today"
        raise UsageError(f"{name}: its certificate is not valid now (to {until})", hint=hint)
    return _with_key(private, [own[0], *(each for each in chain if each is not own[0])], "key")


def _public(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_bytes(serialization.Encoding.DER, form))


def _pem(data: bytes, passphrase: Callable[[], bytes | None], name: str) -> tuple[Any, list[Any]]:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    try:
        try:
            key: Any = serialization.load_pem_private_key(data, None)
        except TypeError:
            key = serialization.load_pem_private_key(data, _asked(passphrase, name))
        chain = x509.load_pem_x509_certificates(data) if b"BEGIN CERTIFICATE" in data else []
    except Exception as error:
        raise _unusable(name, error) from None
    return key, chain


def _pkcs12(
    data: bytes, passphrase: Callable[[], bytes | None], name: str
) -> tuple[Any, list[Any]]:
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415

    try:
        try:
            key, own, others = pkcs12.load_key_and_certificates(data, None)
        except ValueError:
            if data[:1] != b"\x30":
                raise
            word = _asked(passphrase, name)
            key, own, others = pkcs12.load_key_and_certificates(data, word)
    except Exception as error:
        raise _unusable(name, error) from None
    if key is None:
        raise UsageError(f"{name}: it holds no key", hint="name a key in PEM or PKCS #12")
    return key, [*([] if own is None else [own]), *others]


def _asked(passphrase: Callable[[], bytes | None], name: str) -> bytes:
    word = passphrase()
    if word is None:
        hint = "name a file whose first line is the passphrase: --sign-pass FILE"
        raise UsageError(f"{name} is locked", hint=hint)
    return word


def _unusable(name: str, error: Exception) -> UsageError:
    if isinstance(error, UsageError):
        return error
    hint = "name a key in PEM or PKCS #12, RSA or elliptic curve, and its right passphrase"
    return UsageError(f"{name} cannot be used", hint=hint)


def _with_key(key: Any, chain: list[Any], kind: Kind) -> Signer:
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import pkcs7  # noqa: PLC0415

    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        hint = "an RSA or elliptic-curve key; for any other: --sign-with COMMAND"
        raise UsageError("--sign-key: keys of this kind cannot sign here", hint=hint)
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < _WEAK_BITS:
        hint = f"use one of {_WEAK_BITS} bits or more"
        raise UsageError(f"--sign-key: an RSA key of {key.key_size} bits", hint=hint)

    def sign(data: bytes) -> bytes:
        builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
        builder = builder.add_signer(chain[0], key, hashes.SHA256())
        for other in chain[1:]:
            builder = builder.add_certificate(other)
        wanted = (
            pkcs7.PKCS7Options.DetachedSignature,
            pkcs7.PKCS7Options.Binary,
            pkcs7.PKCS7Options.NoCapabilities,
        )
        return builder.sign(serialization.Encoding.DER, list(wanted))

    known = tuple(each.public_bytes(serialization.Encoding.DER) for each in chain)
    return Signer(kind, sign, known)


def from_command(command: str, certificate: Path | None) -> Signer:
    """Have a command sign: it gets the bytes on its input and answers with CMS, DER or PEM.

    No shell takes part. Raises UsageError where the words cannot be split, and, when it signs,
    where the command cannot be run, ends with an error, takes too long, or answers nothing that
    can be a signature.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        words, why = [], str(error)
    else:
        why = "no command"
    if not words:
        raise UsageError(f"--sign-with: {why}", hint="write it as in a shell, in quotes")
    known = () if certificate is None else tuple(certificates.read(certificate, "--sign-cert"))
    return Signer("command", lambda data: _signed_by(words, data), known)


def _signed_by(words: list[str], data: bytes) -> bytes:
    name = f"--sign-with {shown(words[0])}"
    hint = "it gets the manifest on its input and writes a detached CMS signature, DER or PEM"
    with tempfile.TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        try:
            process = subprocess.Popen(words, stdin=given, stdout=subprocess.PIPE)  # noqa: S603 - the user's own words, without a shell
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or "cannot be run"
            raise UsageError(f"{name}: {said}", hint=hint) from None
        try:
            answer = _bounded(process, name, hint)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    if process.returncode:
        raise UsageError(f"{name} ended with {process.returncode}", hint=hint)
    signature = cms.der(answer)
    if signature is None:
        raise UsageError(f"{name} answered with no CMS", hint=hint)
    return signature


def _bounded(process: subprocess.Popen[bytes], name: str, hint: str) -> bytes:
    answer = b""
    deadline = time.monotonic() + COMMAND_S
    with cast(IO[bytes], process.stdout) as output:
        while chunk := _chunk(output.fileno(), deadline, name, hint):
            answer += chunk
            if len(answer) > cms.LARGEST * 2:
                raise UsageError(f"{name} answered with over {cms.LARGEST} bytes", hint=hint)
    try:
        process.wait(max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        raise UsageError(f"{name} took over {COMMAND_S:g} seconds", hint=hint) from None
    return answer


def _chunk(output: int, deadline: float, name: str, hint: str) -> bytes:
    left = deadline - time.monotonic()
    if left <= 0 or not select.select([output], [], [], left)[0]:
        raise UsageError(f"{name} took over {COMMAND_S:g} seconds", hint=hint)
    return os.read(output, 1 << 16)
