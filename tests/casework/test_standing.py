"""What was touched is named, whatever was done to hide it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.case import read_header
from scanner.casework.sealing import seal_case
from scanner.casework.standing import check, refuse, remarks, verified
from scanner.errors import EvidenceError, UsageError
from scanner.evidence.sealing import seal
from scanner.evidence.seals import Discrepancy
from tests.casework.standing import again, wish
from tests.samples import request


def test_the_case_verifies_with_sha256sum_alone(folders: dict[str, Path]) -> None:
    sha256sum = shutil.which("sha256sum")
    if sha256sum is None:
        pytest.skip("sha256sum is not here: apt-get install coreutils")
    command = [sha256sum, "--strict", "-c", "manifest-sha256.txt"]
    run = subprocess.run(command, cwd=folders["violating"], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    check(folders["violating"])


@pytest.mark.parametrize("harm", ["alter", "remove", "add"])
def test_a_case_that_was_touched_is_refused(
    folders: dict[str, Path], tmp_path: Path, harm: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    victim = sorted((copy / "evidence").iterdir())[0]
    if harm == "alter":
        victim.chmod(0o644)
        victim.write_bytes(b"another")
    elif harm == "remove":
        victim.unlink()
    else:
        (copy / "added.txt").write_text("x", encoding="utf-8")
    for verb in (check, again):
        with pytest.raises(EvidenceError) as refused:
            verb(copy)
        name = "added.txt" if harm == "add" else victim.name
        assert name in str(refused.value)


def test_a_case_of_a_later_form_is_checked_by_its_bytes_all_the_same(copy: Path) -> None:
    facts = (copy / "facts.jsonl").read_bytes()
    seal(copy, {"facts.jsonl": facts.replace(b"mingjian/facts/", b"mingjian/facts/9", 1)})
    with pytest.raises(UsageError, match="is of the form"):
        read_header(copy)
    assert remarks(copy, check(copy), "2026-11-22") == ()


def test_what_a_killed_call_left_behind_is_said_to_be_mended_by_the_next(copy: Path) -> None:
    (copy / ".0123456789abcdef-0.part").write_bytes(b"x")
    with pytest.raises(EvidenceError) as refused:
        check(copy)
    assert "mingjian report CASE" in refused.value.hint
    again(copy)
    check(copy)


def test_a_broken_custody_log_is_named_even_where_the_lists_fit(copy: Path) -> None:
    log = (copy / "custody.jsonl").read_bytes()
    seal(copy, {"custody.jsonl": log.replace(b'"collected"', b'"exported"')})
    wrong = verified(copy).verified.wrong
    assert [(each.path, each.what) for each in wrong] == [("custody.jsonl", "altered")]
    assert "custody.jsonl:1" in wrong[0].why


def test_a_seal_that_was_taken_off_is_missed(copy: Path) -> None:
    """The signature taken off and all lists made anew: the log still tells of it."""
    seal_case(copy, wish(), tool=request().tool)
    for name in ("manifest-sha256.txt.p7s", "signer.pem"):
        (copy / name).unlink()
    seal(copy, {})
    found = [(each.path, each.what) for each in verified(copy).verified.wrong]
    assert found == [("manifest-sha256.txt.p7s", "missing"), ("seals", "missing")]


def test_what_is_only_not_shown_is_not_called_altered() -> None:
    with pytest.raises(EvidenceError, match="is whole, and what was asked for is not shown"):
        refuse(Path("case"), [Discrepancy("x", "unproven")])
    many = [Discrepancy(str(number), "added") for number in range(30)]
    with pytest.raises(EvidenceError, match="and 10 more"):
        refuse(Path("case"), many)
    refuse(Path("case"), [])
