import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.errors import EvidenceError, UsageError
from scanner.evidence.bundle import MANIFEST, Discrepancy, verify, write_manifest

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
    assert verify(case) == ()


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
    assert verify(case) == ()
    # Older releases of coreutils cannot read back a carriage return.
    if "\r" not in name:
        assert sha256sum(case).returncode == 0
    (case / name).write_bytes(b"altered")
    assert verify(case) == (Discrepancy(name, "altered"),)


def test_names_that_are_no_utf8_are_safe(case: Path) -> None:
    (case / "\udcff").write_bytes(b"odd")
    write_manifest(case)
    assert verify(case) == ()
    (case / "\udcff").unlink()
    assert verify(case) == (Discrepancy("\\xff", "missing"),)


def test_names_every_altered_missing_and_added_file(case: Path) -> None:
    write_manifest(case)
    (case / "facts.jsonl").write_bytes(b"other\n")
    (case / "report.json").unlink()
    (case / "evidence" / "new").write_bytes(b"")
    assert verify(case) == (
        Discrepancy("evidence/new", "added"),
        Discrepancy("facts.jsonl", "altered"),
        Discrepancy("report.json", "missing"),
    )
    assert str(verify(case)[1]) == "facts.jsonl: altered"


def test_links_are_never_followed(case: Path, tmp_path: Path) -> None:
    write_manifest(case)
    (case / "report.json").rename(tmp_path / "report.json")
    (case / "report.json").symlink_to(tmp_path / "report.json")
    (case / "evidence").rename(tmp_path / "evidence")
    (case / "evidence").symlink_to(tmp_path / "evidence")
    assert verify(case) == (
        Discrepancy("evidence", "added"),
        Discrepancy("evidence/" + "a" * 64, "missing"),
        Discrepancy("report.json", "altered"),
    )
    with pytest.raises(EvidenceError, match="evidence is no plain file"):
        write_manifest(case)


def test_paths_outside_the_case_are_never_opened(case: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"")
    write_manifest(case)
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with (case / MANIFEST).open("a") as file:
        file.write(f"{empty}  ../outside\n{empty}  {tmp_path}/outside\n")
    assert {found.what for found in verify(case)} == {"missing"}


def test_a_link_in_place_of_the_manifest_is_refused(case: Path, tmp_path: Path) -> None:
    write_manifest(case)
    (case / MANIFEST).rename(tmp_path / MANIFEST)
    (case / MANIFEST).symlink_to(tmp_path / MANIFEST)
    with pytest.raises(EvidenceError):
        verify(case)


@pytest.mark.parametrize(
    "text",
    ["", "no digest\n", "a" * 64 + "  no newline", ("a" * 64 + "  twice\n") * 2, "a" * 64 + "\n"],
)
def test_a_manifest_of_another_form_is_refused(case: Path, text: str) -> None:
    (case / MANIFEST).write_text(text)
    with pytest.raises(EvidenceError, match=MANIFEST) as caught:
        verify(case)
    assert caught.value.hint


def test_a_folder_without_manifest_is_refused(case: Path, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="cannot be verified"):
        verify(case)
    with pytest.raises(UsageError):
        write_manifest(tmp_path / "absent")


def test_binary_marks_of_other_tools_are_understood(case: Path) -> None:
    write_manifest(case)
    text = (case / MANIFEST).read_text()
    (case / MANIFEST).write_text(text.replace("  ", " *"))
    assert verify(case) == ()
