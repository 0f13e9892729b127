"""Papers quote a case as it stands, and leave it so."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from scanner.casework.papers import record
from scanner.errors import EvidenceError
from scanner.report.document.record import Stated
from tests.casework.standing import again
from tests.samples import BOOK, request


def test_a_record_quotes_the_case_as_it_stands_and_leaves_it_so(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    copy, place = tmp_path / "copy", tmp_path / "record.docx"
    shutil.copytree(folders["violating"], copy)
    manifest = hashlib.sha256((copy / "manifest-sha256.txt").read_bytes()).hexdigest()
    given: dict[str, Any] = {"catalog": BOOK.catalog, "made_at": request().tool.started_at}
    assert record(copy, place, Stated(), **given) == manifest
    first = place.read_bytes()
    assert record(copy, place, Stated(), **given, force=True) == manifest
    assert place.read_bytes() == first
    again(copy)
    assert record(copy, place, Stated(), **given, force=True) != manifest
    (copy / "report.json").write_bytes(b"{}")
    with pytest.raises(EvidenceError):
        record(copy, tmp_path / "other.docx", Stated(), **given)
    assert not (tmp_path / "other.docx").exists()
