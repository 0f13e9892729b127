from __future__ import annotations

import hashlib
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from scanner.errors import NotAuditable, UsageError
from scanner.evidence import packing
from scanner.evidence.packing import files_in, keep_packed
from scanner.evidence.vault import Vault


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "run"
    (made / "screens").mkdir(parents=True)
    (made / "run.yaml").write_text("app: {package: cn.example.app}\n")
    (made / "screens" / "1.xml").write_bytes(b"<hierarchy/>")
    return made


def test_what_was_packed_is_what_another_program_unpacks(folder: Path, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "evidence")
    kept = keep_packed(files_in(folder), vault, name="run")
    out = tmp_path / "out"
    subprocess.run(
        ["python3", "-m", "zipfile", "-e", str(vault.path(kept.sha256)), str(out)], check=True
    )
    for path in folder.rglob("*"):
        if path.is_file():
            assert (out / path.relative_to(folder)).read_bytes() == path.read_bytes()
    assert hashlib.sha256(vault.open(kept.sha256)).hexdigest() == kept.sha256


def test_the_same_files_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    first = keep_packed(files_in(folder), Vault(tmp_path / "one"), name="run")
    for path in folder.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert keep_packed(files_in(folder), Vault(tmp_path / "two"), name="run") == first


def test_what_lies_too_deep_or_is_hidden_is_left_out(folder: Path) -> None:
    deep = folder / "a" / "b" / "c"
    deep.mkdir(parents=True)
    (deep / "d").write_text("")
    (folder / ".hidden").write_text("")
    assert list(files_in(folder)) == ["run.yaml", "screens/1.xml"]


def test_what_is_no_plain_file_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not of the run")
    (folder / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(UsageError, match="link in run is no plain file"):
        files_in(folder)
    (folder / "link").unlink()
    os.mkfifo(folder / "events.jsonl")
    with pytest.raises(UsageError, match=r"events\.jsonl in run is no plain file"):
        files_in(folder)


def test_a_name_that_is_no_utf_8_stands_there_by_its_bytes(folder: Path, tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xbd\xd8\xcd\xbc.txt")).write_text("x")
    vault = Vault(tmp_path / "evidence")
    kept = keep_packed(files_in(folder), vault, name="run")
    with zipfile.ZipFile(vault.path(kept.sha256)) as archive:
        assert "\\xbd\\xd8\u037c.txt" in archive.namelist()


def test_a_file_that_changes_while_it_is_read_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grown(before: os.stat_result, after: os.stat_result, name: str) -> None:
        with (folder / name).open("a") as stream:
            stream.write("more")
        real(before, (folder / name).stat(), name)

    real = packing._check_unchanged
    monkeypatch.setattr(packing, "_check_unchanged", grown)
    with pytest.raises(UsageError, match="changed while it was read"):
        keep_packed(files_in(folder), Vault(tmp_path / "evidence"), name="run")


def test_a_folder_of_too_many_files_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "MOST_FILES", 1)
    with pytest.raises(NotAuditable):
        files_in(folder)


def test_a_file_that_became_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    files = files_in(folder)
    (folder / "run.yaml").unlink()
    (folder / "run.yaml").symlink_to(tmp_path)
    with pytest.raises(UsageError):
        keep_packed(files, Vault(tmp_path / "evidence"), name="run")


def test_the_zip_says_nothing_of_this_machine(folder: Path, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "evidence")
    kept = keep_packed(files_in(folder), vault, name="run")
    with zipfile.ZipFile(vault.path(kept.sha256)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
