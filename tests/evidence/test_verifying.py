"""Verification: what is named, what is believed, and folders that were made to harm."""

from __future__ import annotations

import datetime
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import EvidenceError, MingjianError
from scanner.evidence import certificates, digests
from scanner.evidence.bundle import write_manifest
from scanner.evidence.lists import MANIFEST, SEAL, SM3_MANIFEST, listed, written
from scanner.evidence.sealing import Sealing, prepared, seal
from scanner.evidence.seals import Discrepancy, Reader
from scanner.evidence.verifying import verify
from tests.evidence import authority as others
from tests.evidence.authority import Root, Stamping

EMPTY = hashlib.sha256(b"").hexdigest()


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


def test_names_every_altered_missing_and_added_file(case: Path) -> None:
    seal(case, {})
    (case / "facts.jsonl").write_bytes(b"other\n")
    (case / "report.json").unlink()
    (case / "evidence" / "new\nline").write_bytes(b"")
    assert names(case) == [
        ("evidence/new\\nline", "added"),
        ("facts.jsonl", "altered"),
        ("report.json", "missing"),
    ]
    assert str(Discrepancy("a", "altered", "why")) == "a: altered (why)"


def test_a_plain_manifest_without_a_seal_is_enough_where_it_always_was(case: Path) -> None:
    write_manifest(case)
    assert names(case) == []
    (case / "report.json").write_bytes(b"")
    assert names(case) == [("report.json", "altered")]


@pytest.mark.parametrize("name", [SEAL, SM3_MANIFEST, MANIFEST])
def test_a_list_that_is_missing_is_named(case: Path, name: str) -> None:
    seal(case, {})
    (case / name).unlink()
    assert (name, "missing") in names(case)


def test_without_the_manifest_its_list_of_sm3_names_what_else_is_wrong(case: Path) -> None:
    seal(case, {})
    (case / MANIFEST).rename(case / "evidence" / "hidden")
    assert names(case) == [("evidence/hidden", "added"), (MANIFEST, "missing")]
    (case / "report.json").write_bytes(b"other")
    (case / "facts.jsonl").unlink()
    assert ("report.json", "altered") in names(case)
    assert ("facts.jsonl", "missing") in names(case)
    (case / SM3_MANIFEST).unlink()
    with pytest.raises(EvidenceError, match=MANIFEST):
        verify(case, Reader())


def test_lists_that_say_the_same_in_another_form_are_altered(case: Path) -> None:
    seal(case, {})
    for name in (MANIFEST, SEAL, SM3_MANIFEST):
        before = (case / name).read_bytes()
        lines = before.splitlines(keepends=True)
        for after in (
            b"".join(reversed(lines)),
            before.replace(b"  ", b" *"),
            before + lines[-1],
            before + b"\n",
            before[:-1],
            before.upper(),
            before.replace(b"\n", b"\r\n"),
        ):
            (case / name).write_bytes(after)
            assert (name, "altered") in names(case), (name, after)
        (case / name).write_bytes(before)
    assert names(case) == []


def test_where_two_lists_differ_the_right_one_is_named(case: Path) -> None:
    seal(case, {})
    before = (case / SEAL).read_bytes()
    (case / SEAL).write_bytes(written({**listed(before)[0], MANIFEST.encode(): EMPTY}))
    assert names(case) == [(SEAL, "altered")]
    (case / SEAL).write_bytes(written({**listed(before)[0], SM3_MANIFEST.encode(): EMPTY}))
    assert names(case) == [(SEAL, "altered")]
    (case / SEAL).write_bytes(written({**listed(before)[0], b"report.json": EMPTY}))
    assert names(case) == [(SEAL, "altered")]
    (case / SEAL).write_bytes(before)
    digested = listed((case / MANIFEST).read_bytes())[0]
    (case / MANIFEST).write_bytes(written({**digested, b"report.json": EMPTY}))
    found = verify(case, Reader()).wrong
    assert [each.path for each in found] == [MANIFEST, "report.json"]
    assert "itself altered" in found[1].why


def test_sm3_is_computed_where_it_is_wanted(case: Path) -> None:
    seal(case, {})
    second = listed((case / SM3_MANIFEST).read_bytes())[0]
    lied = written({**second, b"report.json": EMPTY})
    (case / SM3_MANIFEST).write_bytes(lied)
    first = listed((case / MANIFEST).read_bytes())[0]
    first[SM3_MANIFEST.encode()] = hashlib.sha256(lied).hexdigest()
    (case / MANIFEST).write_bytes(written(first))
    over = {
        name.encode(): hashlib.sha256((case / name).read_bytes()).hexdigest()
        for name in (MANIFEST, SM3_MANIFEST)
    }
    (case / SEAL).write_bytes(written(over))
    assert names(case) == []
    assert names(case, sm3=True) == [("report.json", "altered")]


def test_what_was_asked_for_and_is_not_there_is_not_shown(case: Path, pki: Root) -> None:
    seal(case, {})
    trust = read(pki.pem)
    assert names(case, trust=trust) == [(f"{MANIFEST}.p7s", "unproven")]
    assert names(case, tsa_trust=trust) == [(f"{MANIFEST}.tsr", "unproven")]
    promised = frozenset({f"{MANIFEST}.p7s"})
    assert names(case, promised=promised) == [(f"{MANIFEST}.p7s", "missing")]
    assert names(case, seals=1) == [("seals", "missing")]


def test_evidence_is_held_against_every_earlier_seal(case: Path) -> None:
    """A case made anew around other evidence does not fit the seal that it bore before."""
    sealed(case, self_made=True)
    seal(case, {})
    assert names(case) == []
    removed = case / "evidence" / ("a" * 64)
    removed.unlink()
    (case / MANIFEST).unlink()
    seal(case, {})
    wrong = verify(case, Reader()).wrong
    assert [(each.path, each.what) for each in wrong] == [("evidence/" + "a" * 64, "missing")]
    assert "seals/0001" in wrong[0].why
    digest = hashlib.sha256(b"kept").hexdigest()
    assert names(case, removed=frozenset({digest})) == []
    removed.write_bytes(b"other")
    (case / MANIFEST).unlink()
    seal(case, {})
    assert names(case, removed=frozenset({digest})) == [("evidence/" + "a" * 64, "altered")]


def test_the_custody_log_continues_the_one_that_was_sealed(case: Path) -> None:
    first = b"one\n"
    ready = prepared(Sealing(now=now, self_made=True), b"x")
    seal(case, {"custody.jsonl": first}, ready)
    seal(case, {"custody.jsonl": first + b"two\n"})
    assert names(case, custody=first + b"two\n") == []
    seal(case, {"custody.jsonl": b"other\n"})
    assert names(case, custody=b"other\n") == [("custody.jsonl", "altered")]


def test_links_are_never_followed(case: Path, tmp_path: Path) -> None:
    seal(case, {})
    (case / "report.json").rename(tmp_path / "report.json")
    (case / "report.json").symlink_to(tmp_path / "report.json")
    (case / "evidence").rename(tmp_path / "evidence")
    (case / "evidence").symlink_to(tmp_path / "evidence")
    assert names(case) == [
        ("evidence", "added"),
        ("evidence/" + "a" * 64, "missing"),
        ("report.json", "altered"),
    ]


@pytest.mark.parametrize("name", ["report.json", MANIFEST, SEAL, SM3_MANIFEST, "CHECKING.txt"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "loop", "socket"])
def test_what_is_no_plain_file_is_named_and_never_opened(
    case: Path, tmp_path: Path, name: str, kind: str
) -> None:
    seal(case, {})
    data = (case / name).read_bytes()
    (case / name).unlink()
    if kind == "pipe":
        os.mkfifo(case / name)
    elif kind == "folder":
        (case / name).mkdir()
    elif kind == "socket":
        os.mknod(case / name, 0o140644)
    else:
        (tmp_path / "there").write_bytes(data)
        (case / name).symlink_to(case / name if kind == "loop" else tmp_path / "there")
    try:
        found = [path for path, _ in names(case)]
    except MingjianError as error:
        found = [name] if name in str(error) else []
    assert name in found


def test_paths_outside_the_case_are_never_opened(case: Path, tmp_path: Path) -> None:
    seal(case, {})
    (tmp_path / "outside").write_bytes(b"")
    lines = {b"../outside": EMPTY, f"{tmp_path}/outside".encode(): EMPTY, b"x/" * 5000: EMPTY}
    lines |= {b"/dev/zero": EMPTY, b"a\nb\x1b[2J": EMPTY, "\u202ex".encode(): EMPTY}
    (case / MANIFEST).write_bytes(written({**listed((case / MANIFEST).read_bytes())[0], **lines}))
    wrong = verify(case, Reader()).wrong
    assert {each.what for each in wrong if each.path != MANIFEST} <= {"missing", "altered"}
    assert all(str(each).isprintable() and len(str(each)) < 500 for each in wrong)
    assert len([each for each in wrong if each.what == "missing"]) == len(lines)


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"\n" * 100_000, b"x" * 100_000])
def test_lists_of_nonsense_are_named(case: Path, data: bytes) -> None:
    sealed(case, self_made=True)
    for name in (MANIFEST, SEAL, SM3_MANIFEST, f"{MANIFEST}.p7s", "signer.pem"):
        before = (case / name).read_bytes()
        (case / name).write_bytes(data)
        assert (name, "altered") in names(case), name
        (case / name).write_bytes(before)


def test_a_folder_of_very_many_files_ends_soon(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(case, {})
    (case / "many").mkdir()
    for number in range(3_000):
        (case / "many" / str(number)).touch()
    assert len(names(case)) == 3_000
    monkeypatch.setattr(digests, "MOST_FILES", 2_000)
    began = time.monotonic()
    with pytest.raises(EvidenceError, match="2000"):
        verify(case, Reader())
    assert time.monotonic() - began < 5


def test_a_folder_full_of_seals_ends_soon(case: Path) -> None:
    sealed(case, self_made=True)
    seal(case, {})
    kept = {each.name: each.read_bytes() for each in (case / "seals" / "0001").iterdir()}
    for number in range(2, 200):
        (case / "seals" / f"{number:04}").mkdir()
        for name, data in kept.items():
            (case / "seals" / f"{number:04}" / name).write_bytes(data)
    assert len(verify(case, Reader()).earlier) == 199
