"""Whom a certificate names, and whether it leads to one that is trusted, held against openssl."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.evidence import certificates
from tests.evidence.authority import MOMENT, Issued, Root, openssl


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Root:
    return Root(tmp_path_factory.mktemp("pki"))


def own(issued: Issued) -> bytes:
    return certificates.read(issued.certificate, "--trust")[0]


def between(root: Root, name: str, extensions: str) -> tuple[bytes, bytes]:
    """A certificate issued by one that the root issued, and that one."""
    middle = root.issue(name, extensions)
    key, leaf = root.folder / f"{name}-leaf.key", root.folder / f"{name}-leaf.pem"
    new = ("-newkey", "rsa:2048", "-nodes", "-keyout", key, "-subj", "/CN=Leaf")
    request = root.folder / f"{name}-leaf.csr"
    openssl("req", "-new", *new, "-out", request)
    by = ("-CA", middle.certificate, "-CAkey", middle.key, "-set_serial", 7)
    openssl("x509", "-req", "-in", request, *by, "-out", leaf, "-days", 3000)
    return certificates.read(leaf, "-")[0], own(middle)


def test_a_chain_leads_to_its_root_and_to_no_other(root: Root, tmp_path: Path) -> None:
    leaf = own(root.issue("Zhang San"))
    roots = certificates.read(root.pem, "--trust")
    assert certificates.untrusted(leaf, [], roots, MOMENT) is None
    stranger = certificates.read(Root(tmp_path / "other", "Test Root").pem, "--trust")
    assert certificates.untrusted(leaf, [], stranger, MOMENT) is not None
    assert certificates.untrusted(leaf, stranger, roots, MOMENT) is None
    assert certificates.untrusted(leaf, [], [leaf], MOMENT) is None


def test_what_lies_between_must_be_an_authority_itself(root: Root) -> None:
    roots = certificates.read(root.pem, "--trust")
    leaf, middle = between(root, "Middle", "basicConstraints=critical,CA:TRUE")
    assert certificates.untrusted(leaf, [middle], roots, MOMENT) is None
    assert certificates.untrusted(leaf, [], roots, MOMENT) is not None
    leaf, no_authority = between(root, "Nobody", "keyUsage=digitalSignature")
    assert certificates.untrusted(leaf, [no_authority], roots, MOMENT) is not None


def test_dates_count(root: Root) -> None:
    leaf = own(root.issue("Short", days=2))
    roots = certificates.read(root.pem, "--trust")
    now = datetime.datetime.now(datetime.UTC)
    assert certificates.untrusted(leaf, [], roots, now) is None
    later = certificates.untrusted(leaf, [], roots, now + datetime.timedelta(days=5))
    assert later is not None
    assert "expired" in later.en
    assert "证书链" in later.zh


def test_nonsense_is_never_trusted(root: Root) -> None:
    roots = certificates.read(root.pem, "--trust")
    assert certificates.untrusted(b"nonsense", [], roots, MOMENT) is not None
    assert certificates.untrusted(own(root.issue("Any")), [b"x"], [b"y"], MOMENT) is not None


def test_names_are_said_on_one_line(root: Root) -> None:
    assert certificates.subject(own(root.issue("A\u202eB"))) == "Common Name: A\\u202eB"
    assert certificates.subject(b"nonsense") == ""
    assert not certificates.self_made(own(root.issue("C")))
    assert certificates.self_made(certificates.read(root.pem, "-")[0])
    assert not certificates.self_made(b"nonsense")


def test_files_of_certificates_are_read_and_written(root: Root, tmp_path: Path) -> None:
    many = [own(root.issue("One")), own(root.issue("Two"))]
    path = tmp_path / "many.pem"
    path.write_bytes(b"words before\n" + certificates.armoured(many))
    assert certificates.read(path, "--trust") == many
    said = openssl("x509", "-in", path, "-noout", "-subject")
    assert b"One" in said
    for wrong in (b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        path.write_bytes(wrong)
        assert certificates.in_pem(wrong) == []
        with pytest.raises(UsageError, match=r"--trust many\.pem"):
            certificates.read(path, "--trust")
    with pytest.raises(UsageError):
        certificates.read(tmp_path / "none.pem", "--trust")
