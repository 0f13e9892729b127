"""Sealing: what comes to stand in a case, what a later seal keeps, and what a failure leaves."""

from __future__ import annotations

import datetime
import hashlib
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import EvidenceError, UsageError
from scanner.evidence import sealing as room
from scanner.evidence.lists import MANIFEST, SEAL, SM3_MANIFEST, listed
from scanner.evidence.sealing import OUTSIDE, Sealing, prepared, seal, signer_of
from scanner.evidence.seals import Reader
from scanner.evidence.verifying import verify
from tests.evidence import authority as others
from tests.evidence.authority import Issued, Root, Stamping, openssl, sm2


def now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stamping]:
    with others.stamping(Root(tmp_path_factory.mktemp("tsa"), "TSA Root")) as server:
        yield server


@pytest.fixture(scope="module")
def who(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return Root(tmp_path_factory.mktemp("pki")).issue("Zhang San")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    (folder / "evidence").mkdir(parents=True)
    (folder / "facts.jsonl").write_bytes(b"{}\n")
    (folder / "evidence" / ("a" * 64)).write_bytes(b"kept")
    return folder


def wish(**changes: Any) -> Sealing:
    return Sealing(now=now, allow_private=True, **changes)


def bytes_of(case: Path) -> dict[str, bytes]:
    return {
        path.relative_to(case).as_posix(): path.read_bytes()
        for path in sorted(case.rglob("*"))
        if path.is_file()
    }


def test_every_file_stands_in_lists_that_others_read(case: Path) -> None:
    seal(case, {"report.json": b"{}"})
    names = set(bytes_of(case))
    assert names == {
        *("CHECKING.txt", "facts.jsonl", "report.json", "evidence/" + "a" * 64),
        *(MANIFEST, SM3_MANIFEST, SEAL),
    }
    first, wrong = listed((case / MANIFEST).read_bytes())
    assert wrong is None
    assert {name.decode() for name in first} == names - {MANIFEST, SEAL}
    second, wrong = listed((case / SM3_MANIFEST).read_bytes())
    assert wrong is None
    assert second.keys() == first.keys() - {SM3_MANIFEST.encode()}
    for plain, digest in second.items():
        assert openssl("dgst", "-sm3", "-r", case / plain.decode()).decode().startswith(digest)
    for name in (SEAL, MANIFEST):
        subprocess.run(["sha256sum", "--check", "--strict", name], cwd=case, check=True)
    assert verify(case, Reader(sm3=True)).wrong == ()


def test_the_same_case_is_sealed_to_the_same_bytes(case: Path) -> None:
    seal(case, {})
    before = bytes_of(case)
    seal(case, {})
    assert bytes_of(case) == before


def test_a_signed_and_stamped_seal_is_what_openssl_accepts(
    case: Path, tsa: Stamping, who: Issued
) -> None:
    ready = prepared(wish(key=who.key, certificate=who.certificate, tsa=tsa.url), b"before")
    assert ready.details == {"signature": "key", "stamp": tsa.url.split("/")[2]}
    assert ready.clock is not None
    seal(case, {}, ready)
    names = {each.decode() for each in listed((case / SEAL).read_bytes())[0]}
    assert names == {*OUTSIDE, SM3_MANIFEST} - {SEAL}
    given = ("-inform", "DER", "-in", f"{MANIFEST}.p7s", "-content", MANIFEST)
    root = who.certificate.parent / "root.pem"
    trusted = ("-CAfile", root, "-purpose", "any", "-out", case.parent / "said")
    openssl("cms", "-verify", "-binary", *given, *trusted, cwd=case)
    assert (case.parent / "said").read_bytes() == (case / MANIFEST).read_bytes()
    stamped = ("-data", f"{MANIFEST}.p7s", "-in", f"{MANIFEST}.tsr", "-CAfile", tsa.root.pem)
    openssl("ts", "-verify", *stamped, cwd=case)


def test_a_stamp_alone_is_over_the_manifest(case: Path, tsa: Stamping) -> None:
    seal(case, {}, prepared(wish(tsa=tsa.url), b"before"))
    given = ("-data", MANIFEST, "-in", f"{MANIFEST}.tsr", "-CAfile", tsa.root.pem)
    openssl("ts", "-verify", *given, cwd=case)
    found = verify(case, Reader())
    assert found.wrong == ()
    assert found.seal.signature is None
    assert found.seal.stamp is not None
    assert found.seal.stamp.over == "manifest"


def test_a_superseded_seal_is_kept_whole(case: Path, tsa: Stamping) -> None:
    seal(case, {}, prepared(wish(self_made=True, tsa=tsa.url), b"before"))
    before = {name: (case / name).read_bytes() for name in (*OUTSIDE, SM3_MANIFEST)}
    seal(case, {"report.json": b"{}"})
    kept = {name: (case / "seals" / "0001" / name).read_bytes() for name in before}
    assert kept == before
    assert not (case / f"{MANIFEST}.p7s").exists()
    assert not (case / f"{MANIFEST}.tsr").exists()
    found = verify(case, Reader())
    assert found.wrong == ()
    assert found.seal.signature is None
    (earlier,) = found.earlier
    assert earlier.signature is not None
    assert earlier.stamp is not None
    assert (earlier.signature.standing, earlier.stamp.standing) == ("holds", "holds")
    seal(case, {}, prepared(wish(self_made=True), b"before"))
    seal(case, {}, prepared(wish(self_made=True), b"before"))
    found = verify(case, Reader())
    assert found.wrong == ()
    assert [each.folder for each in found.earlier] == ["seals/0001", "seals/0002"]


def test_evidence_that_changed_since_is_not_sealed_as_if_it_had_always_been_so(case: Path) -> None:
    seal(case, {})
    (case / "evidence" / ("a" * 64)).write_bytes(b"other")
    seal(case, {"report.json": b"{}"})
    assert [each.path for each in verify(case, Reader()).wrong] == ["evidence/" + "a" * 64]


@pytest.mark.parametrize("kind", ["down", "lie", "command", "disk", "late"])
def test_whatever_fails_leaves_the_case_as_it_was(
    case: Path, tsa: Stamping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    seal(case, {}, prepared(wish(self_made=True), b"before"))
    before = bytes_of(case)
    change = {"report.json": b"{}"}
    script = f"{shlex.quote(sys.executable)} -c 'print(1)'"
    if kind == "down":
        with pytest.raises(UsageError):
            prepared(wish(tsa="http://127.0.0.1:1/"), b"x")
    elif kind == "lie":
        ready = prepared(wish(tsa=tsa.url), b"x")
        tsa.lie = lambda _: b"nonsense"
        try:
            with pytest.raises(UsageError):
                seal(case, change, ready)
        finally:
            tsa.lie = lambda answer: answer
    elif kind == "command":
        with pytest.raises(UsageError):
            seal(case, change, prepared(wish(command=script), b"x"))
    elif kind == "disk":

        def full(self: Path, data: bytes) -> int:
            if data == b"{}":
                raise OSError(28, "No space left on device")
            return real(self, data)

        real = Path.write_bytes
        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(UsageError, match="No space left"):
            seal(case, change)
    else:
        real_rename = Path.rename
        done: list[Path] = []

        def stopped(self: Path, target: Path) -> Path:
            done.append(target)
            if len(done) == 9:
                raise KeyboardInterrupt
            return real_rename(self, target)

        monkeypatch.setattr(Path, "rename", stopped)
        with pytest.raises(KeyboardInterrupt):
            seal(case, change)
    monkeypatch.undo()
    assert bytes_of(case) == before
    assert sorted(path.name for path in case.iterdir() if path.is_dir()) == ["evidence"]
    assert verify(case, Reader()).wrong == ()


def test_a_signature_that_cannot_be_checked_here_is_kept_and_said(
    case: Path, tmp_path: Path
) -> None:
    card = sm2(tmp_path)
    lines = (
        "import sys; from pathlib import Path",
        "from tests.evidence.authority import Issued, sm2_signed",
        f"who = Issued(Path({str(card.key)!r}), Path({str(card.certificate)!r}))",
        f"made = sm2_signed(Path({str(tmp_path)!r}), who, sys.stdin.buffer.read())",
        "sys.stdout.buffer.write(made)",
    )
    script = tmp_path / "card.py"
    script.write_text("\n".join(lines))
    said: list[str] = []
    command = f"env PYTHONPATH={shlex.quote(str(Path.cwd()))} {sys.executable} {script}"
    seal(case, {}, prepared(wish(command=command, tell=said.append), b"x"))
    assert len(said) == 1
    assert "could not be verified" in said[0]
    found = verify(case, Reader())
    assert found.wrong == ()
    assert found.seal.signature is not None
    assert found.seal.signature.standing == "unverified"
    assert found.seal.signature.subject == "Common Name: SM2"


def test_a_command_that_signs_something_else_is_refused(
    case: Path, tmp_path: Path, who: Issued
) -> None:
    (tmp_path / "other").write_bytes(b"other")
    words = ["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-in"]
    words += [str(tmp_path / "other"), "-signer", str(who.certificate), "-inkey", str(who.key)]
    with pytest.raises(UsageError, match="does not fit what was signed"):
        seal(case, {}, prepared(wish(command=shlex.join(words)), b"x"))
    assert not (case / MANIFEST).exists()


@pytest.mark.parametrize("name", ["", ".hidden", "../x", "a/b", MANIFEST, SEAL])
def test_names_that_lead_elsewhere_are_a_fault(case: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        seal(case, {name: b""})


def test_only_one_can_sign(who: Issued) -> None:
    with pytest.raises(UsageError, match="only one can sign"):
        prepared(wish(key=who.key, certificate=who.certificate, self_made=True), b"x")
    assert signer_of(wish()) is None


def test_what_is_no_plain_file_is_not_sealed(case: Path) -> None:
    os.mkfifo(case / "pipe")
    with pytest.raises(EvidenceError, match="pipe is no plain file"):
        seal(case, {})


def test_seals_are_not_without_end(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_SEALS", 1)
    for _ in range(2):
        seal(case, {}, prepared(wish(self_made=True), b"x"))
    before = bytes_of(case)
    with pytest.raises(UsageError, match="1 seals already"):
        seal(case, {})
    assert bytes_of(case) == before


def test_the_digest_of_the_manifest_is_that_of_the_seal(case: Path) -> None:
    seal(case, {})
    found = verify(case, Reader())
    assert found.seal.manifest == hashlib.sha256((case / MANIFEST).read_bytes()).hexdigest()
    assert found.files == len(listed((case / MANIFEST).read_bytes())[0])
