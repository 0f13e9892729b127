import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.errors import EvidenceError, UsageError
from scanner.evidence.bundle import names_of, plain_files, whole, write_manifest
from scanner.evidence.digests import Pair
from scanner.evidence.lists import MANIFEST

SHA256SUM = shutil.which("sha256sum")
ODD = ("back\\slash", "new\nline", "carriage\rreturn", "截图.png", " leading", "a  b", "*star")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    (folder / "evidence").mkdir(parents=True)
    (folder / "facts.jsonl").write_bytes(b"{}\n")
    (folder / "report.json").write_bytes(b"{}")
    (folder / "evidence" / ("a" * 64)).write_bytes(b"kept")
    return folder


def sha256sum(case: Path) -> subprocess.CompletedProcess[str]:
    if SHA256SUM is None:
        pytest.skip("sha256sum is missing: apt-get install coreutils")
    command = [SHA256SUM, "--check", "--strict", MANIFEST]
    return subprocess.run(command, cwd=case, capture_output=True, text=True, check=False)


def test_lists_every_file_but_itself_sorted_by_path(case: Path) -> None:
    write_manifest(case)
    lines = (case / MANIFEST).read_text().splitlines()
    assert [line[66:] for line in lines] == ["evidence/" + "a" * 64, "facts.jsonl", "report.json"]
    first = (case / MANIFEST).read_bytes()
    write_manifest(case)
    assert (case / MANIFEST).read_bytes() == first


def test_the_real_sha256sum_accepts_it(case: Path) -> None:
    write_manifest(case)
    result = sha256sum(case)
    assert result.returncode == 0, result.stderr
    (case / "report.json").write_bytes(b"{ }")
    assert sha256sum(case).returncode != 0


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_safe(case: Path, name: str) -> None:
    (case / name).write_bytes(b"odd")
    write_manifest(case)
    # Older releases of coreutils cannot read back a carriage return.
    if "\r" not in name:
        assert sha256sum(case).returncode == 0


def test_links_are_never_followed(case: Path, tmp_path: Path) -> None:
    (case / "evidence").rename(tmp_path / "evidence")
    (case / "evidence").symlink_to(tmp_path / "evidence")
    with pytest.raises(EvidenceError, match="evidence is no plain file"):
        write_manifest(case)
    with pytest.raises(EvidenceError, match="evidence is no plain file"):
        plain_files(case)


def test_what_cannot_be_listed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_manifest(tmp_path / "absent")
    with pytest.raises(UsageError, match="b cannot be read"):
        whole({b"a": Pair("0", ""), b"b": None})


def test_names_are_those_of_the_system() -> None:
    assert names_of(["截图", "\udcff"]) == {"截图".encode(), b"\xff"}
