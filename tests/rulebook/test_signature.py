"""Signed folders of rules, signed here by openssl: what holds, and what is refused."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.errors import RulebookError, UsageError
from scanner.rulebook.signature import stands

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl makes the signatures")
RULES = {"a.yaml": b"id: a\n", "inner/b.yaml": b"id: b\n"}
KEYS = {"rsa": ["rsa:2048"], "ec": ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]}


def openssl(*words: object) -> None:
    subprocess.run([str(OPENSSL), *map(str, words)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signers")
    for name, key in (*KEYS.items(), ("other", KEYS["rsa"])):
        openssl(
            *("req", "-x509", "-nodes", "-newkey", *key, "-subj", f"/O=Example Office/CN={name}"),
            *("-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem", "-days", "2"),
        )
    return folder


def signed(folder: Path, signers: Path, name: str, *options: str) -> Path:
    lines = []
    for inner, data in RULES.items():
        (folder / inner).parent.mkdir(parents=True, exist_ok=True)
        (folder / inner).write_bytes(data)
        lines.append(f"{hashlib.sha256(data).hexdigest()}  ./{inner}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")
    openssl(
        *("cms", "-sign", "-binary", "-in", folder / "SHA256SUMS"),
        *("-signer", signers / f"{name}.pem", "-inkey", signers / f"{name}.key"),
        *("-outform", "DER", "-out", folder / "SHA256SUMS.sig", *options),
    )
    return folder


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize(
    "options",
    [(), ("-outform", "PEM"), ("-noattr",), ("-md", "sha512")],
    ids=str,
)
def test_what_openssl_signs_verifies_under_the_signers_own_certificate(
    tmp_path: Path, signers: Path, name: str, options: tuple[str, ...]
) -> None:
    folder = signed(tmp_path / "rules", signers, name, *options)
    found = stands(folder, RULES, signers / f"{name}.pem")
    assert found.standing == "verified"
    assert f"CN={name}" in str(found.signer)
    assert stands(folder, RULES, None) == ("unverified", None)
    with pytest.raises(RulebookError):
        stands(folder, RULES, signers / "other.pem")


def altered(folder: Path, files: dict[str, bytes]) -> None:
    files["a.yaml"] += b"# and more\n"


def added(folder: Path, files: dict[str, bytes]) -> None:
    files["c.yaml"] = b"id: c\n"


def removed(folder: Path, files: dict[str, bytes]) -> None:
    del files["a.yaml"]


def sums_altered(folder: Path, files: dict[str, bytes]) -> None:
    altered(folder, files)
    digests = [(name, hashlib.sha256(data).hexdigest()) for name, data in files.items()]
    lines = "".join(f"{digest}  {name}\n" for name, digest in digests)
    (folder / "SHA256SUMS").write_text(lines, "utf-8")


def signature_cut(folder: Path, files: dict[str, bytes]) -> None:
    data = (folder / "SHA256SUMS.sig").read_bytes()
    (folder / "SHA256SUMS.sig").write_bytes(data[: len(data) // 2])


def signature_gone(folder: Path, files: dict[str, bytes]) -> None:
    (folder / "SHA256SUMS.sig").unlink()


def signature_of_nothing(folder: Path, files: dict[str, bytes]) -> None:
    (folder / "SHA256SUMS.sig").write_bytes(b"nothing of the kind")


def signature_is_huge(folder: Path, files: dict[str, bytes]) -> None:
    with (folder / "SHA256SUMS.sig").open("wb") as sparse:
        sparse.truncate(10 * 1024**3)


WRONGS = [
    *(altered, added, removed, sums_altered),
    *(signature_cut, signature_gone, signature_of_nothing, signature_is_huge),
]


@pytest.mark.parametrize("wrong", WRONGS)
def test_whatever_was_touched_after_signing_is_refused(
    tmp_path: Path, signers: Path, wrong: Callable[[Path, dict[str, bytes]], None]
) -> None:
    folder, files = signed(tmp_path / "rules", signers, "rsa"), dict(RULES)
    assert stands(folder, files, signers / "rsa.pem").standing == "verified"
    wrong(folder, files)
    with pytest.raises(RulebookError) as refused:
        stands(folder, files, signers / "rsa.pem")
    (fault,) = refused.value.faults
    assert fault.file.startswith("rules/")


def test_a_weak_digest_vouches_for_nothing(tmp_path: Path, signers: Path) -> None:
    folder = signed(tmp_path / "rules", signers, "rsa", "-md", "sha1")
    with pytest.raises(RulebookError):
        stands(folder, RULES, signers / "rsa.pem")


def test_what_is_no_certificate_is_a_wrong_word_of_the_call(tmp_path: Path, signers: Path) -> None:
    folder = signed(tmp_path / "rules", signers, "rsa")
    for wrong in (signers / "rsa.key", tmp_path / "none.pem"):
        with pytest.raises(UsageError, match="--rules-trust"):
            stands(folder, RULES, wrong)


def test_a_folder_that_nobody_signed_says_so(tmp_path: Path) -> None:
    assert stands(tmp_path, RULES, None) == ("unsigned", None)
