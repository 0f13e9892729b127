"""What a copy leaves out on purpose is told apart from what is missing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from scanner.errors import EvidenceError
from scanner.evidence.away import ADDED, LEFT_OUT, accounted, listed
from scanner.evidence.bundle import write_manifest
from scanner.evidence.seals import Discrepancy, Reader
from scanner.evidence.verifying import verify

ONE, TWO = "1" * 64, "2" * 64


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A case of which one file is left out, with the lists that say so."""
    (tmp_path / "evidence").mkdir()
    for name in (ONE, TWO):
        (tmp_path / "evidence" / name).write_text(name)
    (tmp_path / "facts.jsonl").write_text("{}")
    write_manifest(tmp_path)
    (tmp_path / "evidence" / ONE).unlink()
    list_out(tmp_path, listed({"为何 / why\nso": [(digest_of(ONE), f"evidence/{ONE}")]}))
    return tmp_path


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def found(copy: Path) -> tuple[Discrepancy, ...]:
    return verify(copy, Reader()).wrong


def list_out(case: Path, data: bytes) -> None:
    (case / LEFT_OUT).write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    (case / ADDED).write_bytes(listed({"added": [(digest, LEFT_OUT)]}))


def test_a_file_left_out_on_purpose_is_not_missing(copy: Path) -> None:
    standing = accounted(copy, found(copy))
    assert standing.wrong == ()
    assert standing.left_out == (f"evidence/{ONE}",)


def test_everything_else_is_still_wrong(copy: Path) -> None:
    (copy / "evidence" / TWO).unlink()
    (copy / "facts.jsonl").write_text("{ }")
    (copy / "more").write_text("x")
    assert accounted(copy, found(copy)).wrong == (
        Discrepancy(f"evidence/{TWO}", "missing"),
        Discrepancy("facts.jsonl", "altered"),
        Discrepancy("more", "added"),
    )


def test_a_changed_list_is_altered(copy: Path) -> None:
    (copy / LEFT_OUT).write_bytes((copy / LEFT_OUT).read_bytes() + b"# x\n")
    assert accounted(copy, found(copy)).wrong == (Discrepancy(LEFT_OUT, "altered"),)


def test_a_list_admits_only_files_of_known_names(copy: Path) -> None:
    (copy / "more").write_text("x")
    digest = hashlib.sha256(b"x").hexdigest()
    (copy / ADDED).write_bytes((copy / ADDED).read_bytes() + f"{digest}  more\n".encode())
    assert accounted(copy, found(copy)).wrong == (Discrepancy("more", "altered"),)


@pytest.mark.parametrize("name", ["facts.jsonl", "custody.jsonl", "report.json", "../x", "seals/1"])
def test_what_a_case_rests_on_is_never_left_out(copy: Path, name: str) -> None:
    list_out(copy, listed({"why": [(ONE, name)]}))
    with pytest.raises(EvidenceError):
        accounted(copy, found(copy))


@pytest.mark.parametrize(("digest", "name"), [(TWO, ONE), ("3" * 64, "3" * 64)])
def test_a_list_that_was_widened_is_refused(copy: Path, digest: str, name: str) -> None:
    list_out(copy, listed({"why": [(digest, f"evidence/{name}")]}))
    with pytest.raises(EvidenceError, match="is not listed so"):
        accounted(copy, found(copy))


@pytest.mark.parametrize(
    "data",
    [b"", b"no line\n", b"# cut", b"\xff\n", (ONE + "  evidence/" + ONE + "\n").encode() * 2],
)
def test_a_list_that_is_none_is_refused(copy: Path, data: bytes) -> None:
    list_out(copy, data)
    with pytest.raises(EvidenceError, match=r"left-out\.txt"):
        accounted(copy, found(copy))


def test_a_link_in_place_of_a_list_is_refused(copy: Path, tmp_path: Path) -> None:
    (copy / LEFT_OUT).unlink()
    (copy / LEFT_OUT).symlink_to("/dev/zero")
    with pytest.raises(EvidenceError, match="cannot be read"):
        accounted(copy, found(copy))


def test_a_case_without_lists_is_taken_as_it_is(tmp_path: Path) -> None:
    wrong = (Discrepancy("a", "missing"),)
    assert accounted(tmp_path, wrong) == (wrong, ())
