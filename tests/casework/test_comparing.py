"""Two cases are held against each other, and neither is changed."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from scanner.casework.comparing import compared, compared_files
from scanner.errors import EvidenceError
from tests.samples import BOOK, COMPLIANT, KNOWLEDGE, case, request


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_neither_case_is_changed_and_what_is_written_has_a_manifest(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    old, new = folders["violating"], tmp_path / "new"
    case(new, COMPLIANT)
    before = digests(old) | digests(new)
    tool = request().tool
    found = compared(old, new, book=BOOK, knowledge=KNOWLEDGE, tool=tool, any_subject=True)
    compared_files(found, tmp_path / "out", formats_wanted=["json", "markdown"], lang="zh")
    assert digests(old) | digests(new) == before
    subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "manifest-sha256.txt"],
        cwd=tmp_path / "out",
        check=True,
    )


def test_a_case_that_was_touched_is_compared_with_nothing(copy: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    case(new, COMPLIANT)
    (copy / "facts.jsonl").write_bytes(b"")
    with pytest.raises(EvidenceError):
        compared(copy, new, book=BOOK, knowledge=KNOWLEDGE, tool=request().tool)
