"""Who signs: keys that are handed in, keys of the moment, and commands."""

from __future__ import annotations

import datetime
import shlex
import sys
import time
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.evidence import certificates, cms, signing
from scanner.evidence.signing import Signer, from_command, from_files, self_made
from tests.evidence.authority import MOMENT, Issued, Root, openssl

DATA = b"the manifest\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Root:
    return Root(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def signers(root: Root) -> dict[str, Issued]:
    return {kind: root.issue(f"Signer {kind}", kind=kind) for kind in ("ec", "rsa")}


def nobody() -> bytes | None:
    return None


def holds(signer: Signer, folder: Path) -> bytes:
    """Check that openssl accepts what a signer makes, and give it."""
    signature = signer.sign(DATA)
    (folder / "data").write_bytes(DATA)
    (folder / "data.p7s").write_bytes(signature)
    (folder / "signer.pem").write_bytes(certificates.armoured(signer.known))
    given = ("-inform", "DER", "-in", folder / "data.p7s", "-content", folder / "data")
    openssl("cms", "-verify", "-binary", *given, "-noverify", "-out", folder / "said")
    assert (folder / "said").read_bytes() == DATA
    assert cms.checked(signature, DATA).standing == "holds"
    return signature


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_key_in_pem_signs(signers: dict[str, Issued], kind: str, tmp_path: Path) -> None:
    signer = from_files(signers[kind].key, signers[kind].certificate, nobody, MOMENT)
    holds(signer, tmp_path)
    assert certificates.subject(signer.known[0]) == f"Common Name: Signer {kind}"
    both = tmp_path / "both.pem"
    both.write_bytes(signers[kind].key.read_bytes() + signers[kind].certificate.read_bytes())
    assert from_files(both, None, nobody, MOMENT).known == signer.known


def test_a_chain_is_put_in(signers: dict[str, Issued], root: Root, tmp_path: Path) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(root.pem.read_bytes() + signers["ec"].certificate.read_bytes())
    signer = from_files(signers["ec"].key, chain, nobody, MOMENT)
    assert len(cms.checked(holds(signer, tmp_path), DATA).certificates) == 2
    assert certificates.subject(signer.known[0]) == "Common Name: Signer ec"


def test_a_locked_key_asks_for_its_passphrase(signers: dict[str, Issued], tmp_path: Path) -> None:
    locked, both = tmp_path / "locked.pem", tmp_path / "both.p12"
    who = signers["rsa"]
    openssl("pkcs8", "-topk8", "-in", who.key, "-out", locked, "-passout", "pass:word")
    given = ("-inkey", who.key, "-in", who.certificate, "-passout", "pass:word")
    openssl("pkcs12", "-export", "-out", both, *given)
    for key, certificate in ((locked, who.certificate), (both, None)):
        holds(from_files(key, certificate, lambda: b"word", MOMENT), tmp_path)
        with pytest.raises(UsageError, match="is locked"):
            from_files(key, certificate, nobody, MOMENT)
        with pytest.raises(UsageError, match="cannot be used"):
            from_files(key, certificate, lambda: b"wrong", MOMENT)


def test_keys_that_cannot_sign_are_refused(
    signers: dict[str, Issued], root: Root, tmp_path: Path
) -> None:
    ec, rsa = signers["ec"], signers["rsa"]
    with pytest.raises(UsageError, match="not the key of that certificate"):
        from_files(ec.key, rsa.certificate, nobody, MOMENT)
    with pytest.raises(UsageError, match="no certificate"):
        from_files(ec.key, None, nobody, MOMENT)
    late = MOMENT + datetime.timedelta(days=9_000)
    with pytest.raises(UsageError, match="not valid now"):
        from_files(ec.key, ec.certificate, nobody, late)
    short, weak = tmp_path / "weak.key", tmp_path / "weak.pem"
    new = ("-newkey", "rsa:1024", "-nodes", "-keyout", short, "-subj", "/CN=Weak")
    openssl("req", "-x509", *new, "-out", weak, "-days", 3000)
    with pytest.raises(UsageError, match="1024 bits"):
        from_files(short, weak, nobody, MOMENT)
    openssl("genpkey", "-algorithm", "ed25519", "-out", short)
    openssl("req", "-x509", "-key", short, "-subj", "/CN=Ed", "-out", weak, "-days", 3000)
    with pytest.raises(UsageError, match="keys of this kind"):
        from_files(short, weak, nobody, MOMENT)
    for wrong in (b"", b"hello", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        short.write_bytes(wrong)
        with pytest.raises(UsageError, match="cannot be used"):
            from_files(short, ec.certificate, nobody, MOMENT)
    with pytest.raises(UsageError):
        from_files(tmp_path / "none", None, nobody, MOMENT)


def test_a_key_of_the_moment_says_that_it_identifies_nobody(tmp_path: Path) -> None:
    signer = self_made(MOMENT)
    holds(signer, tmp_path)
    said = openssl("x509", "-in", tmp_path / "signer.pem", "-noout", "-subject", "-nameopt", "utf8")
    assert "identifies nobody" in said.decode()
    assert "不证明任何人的身份" in said.decode()
    assert certificates.self_made(signer.known[0])
    assert self_made(MOMENT).known != signer.known


def command(folder: Path, body: str) -> str:
    script = folder / "sign it.py"
    script.write_text("import subprocess, sys, time\n" + body)
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"


@pytest.mark.parametrize("form", ["DER", "PEM"])
def test_a_command_signs(signers: dict[str, Issued], tmp_path: Path, form: str) -> None:
    words = ["openssl", "cms", "-sign", "-binary", "-outform", form]
    words += ["-signer", str(signers["ec"].certificate), "-inkey", str(signers["ec"].key)]
    signer = from_command(shlex.join(words), None)
    signature = signer.sign(DATA)
    assert cms.checked(signature, DATA).standing == "holds"
    assert signer.known == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit(3)", "ended with 3"),
        ("print('hello')", "no CMS"),
        ("", "no CMS"),
        ("sys.stdout.write('0' * (9 << 20))", "answered with over"),
        ("time.sleep(30)", "took over"),
        ("sys.stdout.close(); time.sleep(30)", "took over"),
        ("import os; os.close(1); time.sleep(30)", "took over"),
    ],
)
def test_a_command_that_does_not_sign_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, said: str
) -> None:
    monkeypatch.setattr(signing, "COMMAND_S", 1.0)
    began = time.monotonic()
    with pytest.raises(UsageError, match=said):
        from_command(command(tmp_path, body), None).sign(DATA)
    assert time.monotonic() - began < 20


def test_no_shell_reads_a_command(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    with pytest.raises(UsageError):
        from_command(f"true; touch {touched}", None).sign(DATA)
    with pytest.raises(UsageError):
        from_command(f"echo $(touch {touched})", None).sign(DATA)
    assert not touched.exists()
    for wrong in ("", "   ", "'open", "/no/such/program"):
        with pytest.raises(UsageError, match="--sign-with"):
            from_command(wrong, None).sign(DATA)
