"""One seal: who signed it, when it was stamped, and whom the reader has to trust for that."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.evidence import certificates
from scanner.evidence.lists import MANIFEST, SEAL, SM3_MANIFEST, written
from scanner.evidence.sealing import Sealing, prepared, seal
from scanner.evidence.seals import Reader
from scanner.evidence.verifying import verify
from tests.evidence import authority as others
from tests.evidence.authority import Root, Stamping


def now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stamping]:
    with others.stamping(Root(tmp_path_factory.mktemp("tsa"), "TSA Root")) as server:
        yield server


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Root:
    return Root(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    (folder / "evidence").mkdir(parents=True)
    (folder / "facts.jsonl").write_bytes(b"{}\n")
    (folder / "report.json").write_bytes(b"{}")
    (folder / "evidence" / ("a" * 64)).write_bytes(b"kept")
    return folder


def sealed(case: Path, **changes: Any) -> None:
    seal(case, {}, prepared(Sealing(now=now, allow_private=True, **changes), b"before"))


def names(case: Path, **changes: Any) -> list[tuple[str, str]]:
    return [(each.path, each.what) for each in verify(case, Reader(**changes)).wrong]


def read(path: Path) -> list[bytes]:
    return certificates.read(path, "-")


def test_a_signature_over_another_manifest_fails(case: Path) -> None:
    """Everything made anew but the signature: the lists fit, and the signature does not."""
    sealed(case, self_made=True)
    signature = (case / f"{MANIFEST}.p7s").read_bytes()
    signer = (case / "signer.pem").read_bytes()
    for name in (f"{MANIFEST}.p7s", "signer.pem"):
        (case / name).unlink()
    (case / "report.json").write_bytes(b"[]")
    seal(case, {})
    (case / f"{MANIFEST}.p7s").write_bytes(signature)
    (case / "signer.pem").write_bytes(signer)
    over = {
        name.encode(): hashlib.sha256((case / name).read_bytes()).hexdigest()
        for name in (MANIFEST, SM3_MANIFEST, f"{MANIFEST}.p7s", "signer.pem")
    }
    (case / SEAL).write_bytes(written(over))
    assert names(case) == [(f"{MANIFEST}.p7s", "altered")]


def test_trust_is_shown_or_it_is_not(case: Path, pki: Root, tsa: Stamping, tmp_path: Path) -> None:
    who = pki.issue("Zhang San")
    sealed(case, key=who.key, certificate=who.certificate, tsa=tsa.url)
    found = verify(case, Reader(now=now(), trust=read(pki.pem), tsa_trust=read(tsa.root.pem)))
    assert found.wrong == ()
    assert found.seal.signature is not None
    assert found.seal.stamp is not None
    assert (found.seal.signature.trusted, found.seal.stamp.trusted) == (True, True)
    plain = verify(case, Reader())
    assert plain.seal.signature is not None
    assert plain.seal.stamp is not None
    assert (plain.seal.signature.trusted, plain.seal.stamp.trusted) == (None, None)
    stranger = read(Root(tmp_path / "stranger").pem)
    assert names(case, now=now(), trust=stranger) == [(f"{MANIFEST}.p7s", "unproven")]
    assert names(case, now=now(), tsa_trust=stranger) == [(f"{MANIFEST}.tsr", "unproven")]


def test_a_trusted_stamp_keeps_a_signature_good_after_its_certificate(
    case: Path, pki: Root, tsa: Stamping
) -> None:
    who = pki.issue("Short", days=2)
    later = now() + datetime.timedelta(days=900)
    sealed(case, key=who.key, certificate=who.certificate, tsa=tsa.url)
    trust = read(pki.pem)
    assert names(case, now=later, trust=trust) == [(f"{MANIFEST}.p7s", "unproven")]
    assert names(case, now=later, trust=trust, tsa_trust=read(tsa.root.pem)) == []


def test_certificates_of_the_reader_are_needed_for_identity(case: Path) -> None:
    sealed(case, self_made=True)
    found = verify(case, Reader())
    assert found.seal.signature is not None
    assert found.seal.signature.self_made
    own = read(case / "signer.pem")
    trusted = verify(case, Reader(now=now(), trust=own))
    assert trusted.wrong == ()
