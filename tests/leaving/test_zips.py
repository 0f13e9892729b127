"""Zips that are the same for the same files, and open everywhere."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from scanner.leaving.zips import write_zip


def test_the_same_files_give_the_same_bytes_whatever_their_times(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 5000)
    write_zip(tmp_path / "one.zip", {"a": tmp_path / "a", "b/c": b"y"})
    (tmp_path / "a").touch()
    write_zip(tmp_path / "two.zip", {"a": tmp_path / "a", "b/c": b"y"})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_what_is_compressed_already_is_stored(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x", "y")
    files = {"a.apk": inner.getvalue(), "b.txt": b"z" * 9000}
    write_zip(tmp_path / "one.zip", files)
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        kinds = {one.filename: one.compress_type for one in archive.infolist()}
        assert {name: archive.read(f"case/{name}") for name in files} == files
    assert kinds == {"case/a.apk": zipfile.ZIP_STORED, "case/b.txt": zipfile.ZIP_DEFLATED}


def test_another_program_unpacks_it(tmp_path: Path) -> None:
    unzip = shutil.which("unzip")
    if unzip is None:
        pytest.skip("unzip is not here: apt-get install unzip")
    write_zip(tmp_path / "one.zip", {"报告 a.txt": "你好".encode()})
    run = [unzip, "-q", "one.zip"]
    subprocess.run(run, cwd=tmp_path, check=True, env={"LC_ALL": "C.UTF-8"})
    assert (tmp_path / "case" / "报告 a.txt").read_text("utf-8") == "你好"


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "one.zip").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write_zip(tmp_path / "one.zip", {"a": b"x"})
    assert (tmp_path / "one.zip").read_bytes() == b"mine"
