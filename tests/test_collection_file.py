"""Records of collection: two persons, one source by its digest, and nothing that was not meant."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.collection_file import Stated, read_records, records
from scanner.errors import MingjianError, UsageError
from scanner.evidence.vault import Vault
from scanner.model import Evidence

BEFORE = "2026-11-22T10:00:00+08:00"
GOOD: dict[str, Any] = {
    "covers": ["traffic.har"],
    "by": ["王芳", "李雷"],
    "at": "2026-11-20T09:00:00+08:00",
    "place": "示例市",
    "method": "在手机上用代理抓取",
}
A, B, C = "a" * 64, "b" * 64, "c" * 64


def read(folder: Path, **changes: Any) -> Stated:
    said = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    (folder / "record.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    (one,) = read_records([folder / "record.yaml"], Vault(folder / "kept"), before=BEFORE)
    return one


def test_a_record_is_kept_byte_for_byte_with_the_scan_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "笔录.pdf").write_bytes(b"%PDF-1.4 scan")
    one = read(tmp_path, document="笔录.pdf")
    data = (tmp_path / "record.yaml").read_bytes()
    assert (tmp_path / "kept" / hashlib.sha256(data).hexdigest()).read_bytes() == data
    assert one.kept.sha256 == hashlib.sha256(data).hexdigest()
    assert one.paper is not None
    assert (one.paper.name, one.paper.media_type) == ("笔录.pdf", "application/pdf")
    assert one.paper.sha256 == hashlib.sha256(b"%PDF-1.4 scan").hexdigest()
    assert (one.by, one.at, one.place) == (("王芳", "李雷"), GOOD["at"], "示例市")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"by": ["王芳"]}, "fewer than two persons"),
        ({"by": ["王芳", "王 芳"]}, "fewer than two persons"),
        ({"by": ["王芳", "王芳（复核）"]}, "fewer than two persons"),
        ({"by": ["Wang", "ｗａｎｇ\u200b"]}, "fewer than two persons"),
        ({"by": None}, "missing by"),
        ({"method": None, "place": None}, "missing place, method"),
        ({"at": "2026-11-20"}, "at: no time"),
        ({"at": "2026-11-20T09:00:00"}, "at: no time"),
        ({"at": "yesterday"}, "at: no time"),
        ({"at": "2026-11-22T10:00:01+08:00"}, "later than this scan"),
        ({"covers": []}, "no source"),
        ({"covers": [str(n) for n in range(65)]}, "no source, or too many"),
        ({"method": "x" * 2001}, "over 2000 characters"),
        ({"document": "../secret.pdf"}, "no plain file name"),
        ({"document": "a\\b.pdf"}, "no plain file name"),
        ({"document": "/etc/passwd"}, "no plain file name"),
        ({"document": ".."}, "no plain file name"),
        ({"certified": True}, "unknown key 'certified'"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=r"record\.yaml") as refused:
        read(tmp_path, **changes)
    assert said in str(refused.value)
    assert not any(each.is_file() for each in (tmp_path / "kept").glob("*"))


def test_a_scan_that_is_a_link_or_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", "utf-8")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "secret")
    for name in ("link.pdf", "none.pdf"):
        with pytest.raises(UsageError, match=name):
            read(tmp_path, document=name)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_record_or_one_clear_word(tmp_path_factory: Any, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "r.yaml").write_bytes(data)
    with pytest.raises(MingjianError):
        read_records([folder / "r.yaml"], Vault(folder / "kept"), before=BEFORE)


def stated(*covers: str) -> Stated:
    kept = Evidence(sha256="d" * 64, name="record.yaml", media_type="application/yaml", size=1)
    return Stated("record.yaml", covers, ("甲", "乙"), BEFORE, "某地", "某法", kept, None)


NAMED = {A: "traffic.har", B: "run.zip"}
DESCENT = {A: {A}, B: {B}, C: {B}, "e" * 64: {A, B}, "f" * 64: set[str]()}


def test_a_name_stands_for_the_digest_of_the_one_source_so_called() -> None:
    by_name, by_digest = records([stated("run.zip"), stated(B)], NAMED, DESCENT, DESCENT)
    assert by_name.covers == by_digest.covers == (B,)
    both = {**NAMED, C: "run.zip"}
    with pytest.raises(UsageError, match="2 sources are called so") as refused:
        records([stated("run.zip")], both, DESCENT, ())
    assert "SHA-256" in refused.value.hint
    assert records([stated(C)], both, DESCENT, ())[0].covers == (C,)


@pytest.mark.parametrize("word", ["other.har", C, "traffic", "TRAFFIC.HAR"])
def test_what_is_no_source_is_refused_and_the_sources_are_named(word: str) -> None:
    with pytest.raises(UsageError, match="is no source of this case") as refused:
        records([stated(word)], NAMED, DESCENT, ())
    assert "traffic.har" in refused.value.hint and "run.zip" in refused.value.hint


def test_what_came_out_of_a_covered_source_is_covered_and_nothing_else() -> None:
    unknown = "9" * 64
    shown = [*DESCENT, unknown]
    (one,) = records([stated("run.zip")], NAMED, DESCENT, shown)
    assert set(one.evidence) == {B, C}
    (both,) = records([stated("run.zip", A)], NAMED, DESCENT, shown)
    assert set(both.evidence) == {A, B, C, "e" * 64}
    (few,) = records([stated("run.zip")], NAMED, DESCENT, [C])
    assert few.evidence == (C,)
