import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import EvidenceError, NotAuditable, UsageError
from scanner.evidence.vault import Vault
from scanner.model import Keep

TEXT = "text/plain"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "evidence")


def files(vault: Vault, tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "evidence").iterdir())


def test_keeps_bytes_under_their_digest(vault: Vault, tmp_path: Path) -> None:
    keep: Keep = vault.keep
    entry = keep(b"bytes", name="../../etc/passwd", media_type=TEXT)
    assert (entry.sha256, entry.size, entry.name) == (digest(b"bytes"), 5, "../../etc/passwd")
    assert files(vault, tmp_path) == [digest(b"bytes")]
    assert vault.path(entry.sha256).read_bytes() == b"bytes"
    assert vault.open(entry.sha256) == b"bytes"
    assert vault.path(entry.sha256).stat().st_mode & 0o222 == 0


def test_keeps_the_same_bytes_once_under_their_first_name(vault: Vault, tmp_path: Path) -> None:
    first = vault.keep(b"same", name="first", media_type=TEXT)
    source = tmp_path / "source"
    source.write_bytes(b"same")
    assert vault.keep(b"same", name="second", media_type="other/type") == first
    assert vault.keep_file(source, name="third", media_type=TEXT) == first
    assert vault.entries() == (first,)
    assert files(vault, tmp_path) == [first.sha256]


def test_a_readable_form_found_later_is_added(vault: Vault) -> None:
    vault.keep(b"raw", name="raw", media_type=TEXT)
    plain = vault.keep(b"plain", name="plain", media_type=TEXT)
    again = vault.keep(b"raw", name="raw", media_type=TEXT, readable=plain.sha256)
    assert again.readable == plain.sha256
    assert again in vault.entries()


def test_entries_are_sorted_by_digest(vault: Vault) -> None:
    for data in (b"1", b"2", b"3", b"4"):
        vault.keep(data, name="n", media_type=TEXT)
    digests = [entry.sha256 for entry in vault.entries()]
    assert digests == sorted(digests)
    assert len(digests) == 4


def test_keeps_a_large_file_without_holding_it_in_memory(vault: Vault, tmp_path: Path) -> None:
    source = tmp_path / "large"
    with source.open("wb") as file:
        file.truncate(64 * 1024**2)
        file.seek(0)
        file.write(b"head")
    tracemalloc.start()
    entry = vault.keep_file(source, name="large.apk", media_type=TEXT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024**2
    assert entry.size == 64 * 1024**2
    assert entry.sha256 == digest(source.read_bytes())
    assert vault.path(entry.sha256).stat().st_size == entry.size


def test_a_file_may_be_named_through_a_link(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "real.apk").write_bytes(b"real")
    (tmp_path / "latest.apk").symlink_to("real.apk")
    entry = vault.keep_file(tmp_path / "latest.apk", name="latest.apk", media_type=TEXT)
    assert vault.open(entry.sha256) == b"real"


@given(name=st.text(alphabet=st.characters(exclude_categories=())))
def test_any_name_is_only_a_name(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("vault")
    entry = Vault(folder / "evidence").keep(b"x", name=name, media_type=TEXT)
    entry.name.encode()
    assert [path.name for path in (folder / "evidence").iterdir()] == [entry.sha256]


def test_refuses_more_than_the_limit_and_leaves_nothing(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "evidence", limit=10)
    vault.keep(b"12345", name="a", media_type=TEXT)
    with pytest.raises(NotAuditable, match="over 10 bytes of evidence") as caught:
        vault.keep(b"123456", name="b", media_type=TEXT)
    assert caught.value.hint
    source = tmp_path / "sparse"
    with source.open("wb") as file:
        file.truncate(10 * 1024**3)
    with pytest.raises(NotAuditable, match="sparse"):
        vault.keep_file(source, name="sparse", media_type=TEXT)
    assert files(vault, tmp_path) == [digest(b"12345")]


def test_wrong_inputs_are_told_in_one_line(vault: Vault, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("absent", "pipe", "evidence"):
        with pytest.raises(UsageError) as caught:
            vault.keep_file(tmp_path / name, name=name, media_type=TEXT)
        assert name in str(caught.value)
        assert caught.value.hint
    assert files(vault, tmp_path) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot be written"):
        Vault(tmp_path / "file" / "evidence")


def test_altered_missing_or_linked_evidence_is_refused(vault: Vault, tmp_path: Path) -> None:
    entry = vault.keep(b"bytes", name="n", media_type=TEXT)
    path = vault.path(entry.sha256)
    path.chmod(0o644)
    path.write_bytes(b"other")
    with pytest.raises(EvidenceError, match="was altered"):
        vault.open(entry.sha256)
    path.unlink()
    with pytest.raises(EvidenceError, match="is missing"):
        vault.open(entry.sha256)
    (tmp_path / "elsewhere").write_bytes(b"bytes")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EvidenceError):
        vault.open(entry.sha256)


@pytest.mark.parametrize("name", ["", "../x", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n"])
def test_only_a_digest_names_evidence(vault: Vault, name: str) -> None:
    with pytest.raises(EvidenceError, match="is not a SHA-256"):
        vault.path(name)
    with pytest.raises(EvidenceError, match="is not a SHA-256"):
        vault.open(name)
