from __future__ import annotations

import datetime
import hashlib
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from scanner.child import Unreadable
from scanner.collect.apk.signer import certificates_in
from scanner.facts import AppSigner
from tests.collect.apk.forge import File, apk, look_at, manifest

KEY = ec.derive_private_key(0xC0FFEE, ec.SECP256R1())


def certificate(name: str) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "示例公司"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    day = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(KEY.public_key())
        .serial_number(7)
        .not_valid_before(day)
        .not_valid_after(day + datetime.timedelta(days=9999))
        .sign(KEY, hashes.SHA256())
    )


OLD, NEW = certificate("old"), certificate("new")
DER = {name: cert.public_bytes(Encoding.DER) for name, cert in (("old", OLD), ("new", NEW))}
SHA = {name: hashlib.sha256(der).hexdigest() for name, der in DER.items()}


def v1_files(cert: x509.Certificate) -> list[File]:
    block = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(b"Signature-Version: 1.0")
        .add_signer(cert, KEY, hashes.SHA256())
        .sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    )
    return [File("META-INF/CERT.SF", b"x"), File("META-INF/CERT.EC", block)]


def prefixed(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack("<I", len(body)) + body


def part(*ders: bytes) -> bytes:
    signers = [prefixed(prefixed(prefixed(), prefixed(prefixed(der)), prefixed())) for der in ders]
    return prefixed(*signers)


def block(*parts: tuple[int, bytes]) -> bytes:
    pairs = b"".join(struct.pack("<QI", 4 + len(value), key) + value for key, value in parts)
    size = struct.pack("<Q", len(pairs) + 24)
    return size + pairs + size + b"APK Sig Block 42"


def test_all_schemes_of_one_certificate_are_one_fact(tmp_path: Path) -> None:
    parts = block(
        (0x7109871A, part(DER["old"])),
        (0xF05368C0, part(DER["new"])),
        (0x1B93AD61, part(DER["new"])),
        (0x42726577, b"padding"),
    )
    seen = look_at(apk(manifest(), *v1_files(OLD), block=parts), tmp_path)
    found = {one.sha256: one for one in seen.of(AppSigner)}
    assert {sha: one.schemes for sha, one in found.items()} == {
        SHA["old"]: ("v1", "v2"),
        SHA["new"]: ("v3", "v3.1"),
    }
    assert found[SHA["old"]].subject == "CN=old, O=示例公司, C=CN"
    assert found[SHA["old"]].source.at == "META-INF/CERT.EC"
    assert seen.vault.open(SHA["new"]) == DER["new"]
    assert not seen.unseen_of("app.signer")


def test_two_signers_are_two_facts(tmp_path: Path) -> None:
    parts = block((0x7109871A, part(DER["old"], DER["new"])))
    seen = look_at(apk(manifest(), block=parts), tmp_path)
    assert {one.sha256 for one in seen.of(AppSigner)} == set(SHA.values())


def test_a_block_without_its_signature_file_does_not_count(tmp_path: Path) -> None:
    seen = look_at(apk(manifest(), v1_files(OLD)[1]), tmp_path)
    assert not seen.of(AppSigner)
    assert not seen.unseen_of("app.signer")


@pytest.mark.parametrize(
    ("files", "parts"),
    [
        ([File("META-INF/A.SF"), File("META-INF/A.RSA", b"broken")], b""),
        ([], block((0x7109871A, b"\xff\xff\xff\x7fbroken"))),
        ([], block((0x7109871A, b""))[:8] + b"\xff" * 32 + b"APK Sig Block 42"),
    ],
)
def test_a_broken_signature_is_unseen(tmp_path: Path, files: list[File], parts: bytes) -> None:
    seen = look_at(apk(manifest(), *files, block=parts), tmp_path)
    assert not seen.of(AppSigner)
    assert len(seen.unseen_of("app.signer")) == 1


def test_a_length_past_the_end_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        certificates_in(b"\xff\xff\xff\xff")


@pytest.mark.skipif(
    not (shutil.which("apksigner") and shutil.which("keytool")),
    reason="apksigner or keytool is missing: apt-get install apksigner default-jre-headless",
)
def test_apksigner_names_the_same_certificate(tmp_path: Path) -> None:
    store, path = tmp_path / "key.p12", tmp_path / "signed.apk"
    words = ["-alias", "k", "-storepass", "secret", "-keypass", "secret", "-keyalg", "EC"]
    make = ["keytool", "-genkeypair", "-keystore", str(store), *words, "-dname", "CN=demo"]
    subprocess.run(make, check=True)
    path.write_bytes(apk(manifest()))
    sign = ["apksigner", "sign", "--ks", str(store), "--ks-pass", "pass:secret", str(path)]
    subprocess.run(sign, check=True)
    command = ["apksigner", "verify", "--print-certs", str(path)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    (fact,) = look_at(path.read_bytes(), tmp_path).of(AppSigner)
    assert fact.sha256 in printed
    assert fact.schemes is not None
    assert "v2" in fact.schemes
