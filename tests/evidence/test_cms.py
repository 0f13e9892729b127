"""Signatures in CMS, made by openssl in many ways, and checked here."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.evidence import certificates, cms
from tests.evidence.authority import Issued, Root, openssl, sm2, sm2_signed

DATA = b"the manifest\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Root:
    return Root(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def signers(root: Root) -> dict[str, Issued]:
    return {kind: root.issue(f"Signer {kind}", kind=kind) for kind in ("ec", "rsa")}


def signed(folder: Path, who: Issued, *words: str, data: bytes = DATA) -> bytes:
    (folder / "data").write_bytes(data)
    key = ("-signer", who.certificate, "-inkey", who.key, "-outform", "DER")
    return openssl("cms", "-sign", "-binary", "-in", folder / "data", *key, *words)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("ec", ()),
        ("ec", ("-md", "sha384")),
        ("ec", ("-keyid",)),
        ("ec", ("-noattr",)),
        ("ec", ("-stream",)),
        ("rsa", ()),
        ("rsa", ("-md", "sha512")),
        ("rsa", ("-keyopt", "rsa_padding_mode:pss")),
        ("rsa", ("-cades",)),
    ],
)
def test_what_openssl_signs_holds_over_those_bytes_only(
    tmp_path: Path, signers: dict[str, Issued], kind: str, words: tuple[str, ...]
) -> None:
    signature = signed(tmp_path, signers[kind], *words)
    found = cms.checked(signature, DATA)
    assert found.standing == "holds", found
    own = certificates.read(signers[kind].certificate, "--trust")[0]
    assert found.certificate == own
    assert (found.signed_at is None) == ("-noattr" in words)
    assert cms.checked(signature, DATA + b" ").standing == "fails"


def _file(folder: Path, data: bytes) -> Path:
    (folder / "signature").write_bytes(data)
    return folder / "signature"


def test_a_certificate_that_is_not_inside_is_found_among_those_known(
    tmp_path: Path, signers: dict[str, Issued]
) -> None:
    signature = signed(tmp_path, signers["ec"], "-nocerts")
    assert cms.checked(signature, DATA).standing == "unverified"
    own = certificates.read(signers["ec"].certificate, "--trust")
    other = certificates.read(signers["rsa"].certificate, "--trust")
    assert cms.checked(signature, DATA, [*other, *own]).standing == "holds"


def test_an_algorithm_that_is_not_relied_on_here_is_no_failure(
    tmp_path: Path, signers: dict[str, Issued]
) -> None:
    found = cms.checked(signed(tmp_path, signers["rsa"], "-md", "sha1"), DATA)
    assert found.standing == "unverified"
    assert "sha1" in found.why.zh
    assert "sha1" in found.why.en


def test_sm2_is_not_called_invalid(tmp_path: Path) -> None:
    who = sm2(tmp_path)
    own = certificates.read(who.certificate, "-")
    found = cms.checked(sm2_signed(tmp_path, who, DATA), DATA)
    assert found.standing == "unverified"
    assert found.certificate == own[0]


def test_two_signers_hold_only_where_both_do(tmp_path: Path, signers: dict[str, Issued]) -> None:
    (tmp_path / "data").write_bytes(DATA)
    words: list[object] = []
    for kind in ("ec", "rsa"):
        words += ["-signer", signers[kind].certificate, "-inkey", signers[kind].key]
    form = ("-outform", "DER")
    both = openssl("cms", "-sign", "-binary", "-in", tmp_path / "data", *words, *form)
    assert cms.checked(both, DATA).standing == "holds"
    assert cms.checked(both, b"other").standing == "fails"


@pytest.mark.parametrize("data", [b"", b"0", b"0\x80", b"\x30\x03\x02\x01\x01", b"\xff" * 400])
def test_what_is_no_signature_is_not_verified(data: bytes) -> None:
    assert cms.checked(data, DATA).standing == "unverified"


def test_pem_is_unwrapped(tmp_path: Path, signers: dict[str, Issued]) -> None:
    plain = signed(tmp_path, signers["ec"])
    pem = openssl(
        "cms", "-cmsout", "-inform", "DER", "-in", _file(tmp_path, plain), "-outform", "PEM"
    )
    assert cms.der(pem) == plain
    assert cms.der(plain) == plain
    for wrong in (b"", b"hello", b"-----BEGIN CMS-----\n?\n-----END CMS-----\n", b"0" * (1 << 21)):
        assert cms.der(wrong) is None


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_altered_signature_passes_for_one_by_another(
    tmp_path: Path, signers: dict[str, Issued], data: st.DataObject
) -> None:
    """Bytes that no signature covers may change; whoever it is by, and over what, may not."""
    place = tmp_path / "kept"
    if not place.exists():
        place.write_bytes(signed(tmp_path, signers["ec"], "-nocerts"))
    own = certificates.read(signers["ec"].certificate, "--trust")
    whole = place.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    found = cms.checked(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :], DATA, own)
    if found.standing == "holds":
        assert found.certificate == own[0]
