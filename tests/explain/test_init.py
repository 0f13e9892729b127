from __future__ import annotations

import hashlib
import io
import shutil
from pathlib import Path

import pytest
from PIL import Image

from scanner.casework.standing import check
from scanner.errors import EvidenceError, UsageError
from scanner.explain import TEXT, Explanation, explained, write
from scanner.explain.drawing import margin
from tests.report.viewer.kept_bytes import torch
from tests.samples import BOOK


def first(rule: str) -> str:
    report, _, _ = torch()
    ruling = next(one for one in report.rulings if one.rule == rule)
    return ruling.findings[0].fingerprint


def test_a_finding_is_named_by_the_beginning_of_its_fingerprint() -> None:
    _, _, folder = torch()
    name = first("read-before-consent")
    for given in (name, name[:6], name[:12].upper()):
        told = explained(folder, given, book=BOOK, lang="zh")
        assert f"检出 {name[:16]}" in told.text
    whole = explained(folder, "read-before-consent", book=BOOK, lang="zh")
    assert name[:16] in whole.text


def test_from_the_clause_to_the_byte_all_of_it_is_there() -> None:
    report, _, folder = torch()
    told = explained(folder, first("read-before-consent"), book=BOOK, lang="zh").text
    plain = " ".join(told.split())
    for wanted in (
        *("认定方法", "》第三条第一项", "rules/cac-191/read-before-consent.yaml", "events.jsonl"),
        *("sha256sum evidence/", "unzip -p evidence/", "可能的正当解释", "人工意见", "整改"),
        *("怎样不同就不会检出", "不属于清单 before-consent", "Settings$Secure.getString"),
    ):
        assert wanted in plain, wanted
    evidence = next(e for e in report.evidence if e.name == "torch.zip")
    assert evidence.sha256 in told


def test_nothing_or_several_so_named_are_refused() -> None:
    report, _, folder = torch()
    for given in ("abc", "zzzzzz", "", "../../etc", "early-acces", "f" * 64, "a" * 65):
        with pytest.raises(UsageError):
            explained(folder, given, book=BOOK, lang="zh")
    names = sorted({one.fingerprint for each in report.rulings for one in each.findings})
    assert len({name[:6] for name in names}) == len(names)  # six digits suffice here


def test_two_findings_that_begin_alike_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from msgspec.structs import replace

    from scanner import explain

    report, _, folder = torch()
    ruling = next(one for one in report.rulings if len(one.findings) > 1)
    alike = [
        replace(one, fingerprint=f"abcdef{number}" + "0" * 57)
        for number, one in enumerate(ruling.findings)
    ]
    rulings = (replace(ruling, findings=tuple(alike)),)
    monkeypatch.setattr(explain, "stored_report", lambda _: replace(report, rulings=rulings))
    with pytest.raises(UsageError) as refused:
        explained(folder, "abcdef", book=BOOK, lang="zh")
    assert "abcdef0000" in refused.value.hint
    assert explained(folder, "abcdef1", book=BOOK, lang="zh").text


def test_an_altered_case_is_not_explained(tmp_path: Path) -> None:
    _, _, folder = torch()
    copy = tmp_path / "case"
    shutil.copytree(folder, copy)
    one = next((copy / "evidence").iterdir())
    one.chmod(0o644)
    one.write_bytes(one.read_bytes() + b" ")
    with pytest.raises(EvidenceError):
        explained(copy, "early-access", book=BOOK, lang="zh")


def test_it_is_written_with_its_pictures_and_the_case_stays_as_it_was(tmp_path: Path) -> None:
    _, _, folder = torch()
    told = explained(
        folder, "permission-asked-without-purpose", book=BOOK, lang="zh", pictures=True
    )
    out = tmp_path / "out"
    write(told, out)
    assert sorted(path.name for path in out.iterdir()) == [TEXT, *sorted(told.pictures)]
    text = (out / TEXT).read_text("utf-8")
    for name, data in told.pictures.items():
        assert f"({name})" in text
        edge = margin(1080 // 200)
        size = Image.open(io.BytesIO(data)).size
        assert size == (1080 + 2 * edge, 2340 + 2 * edge)
    assert told.pictures
    check(folder)


def test_same_case_same_words() -> None:
    _, _, folder = torch()
    both = [
        explained(folder, "early-access", book=BOOK, lang="en", pictures=True) for _ in range(2)
    ]
    assert both[0] == both[1]
    assert hashlib.sha256(both[0].markdown.encode()).digest()


def test_it_is_never_written_into_the_case_or_over_anything(tmp_path: Path) -> None:
    _, _, folder = torch()
    told = Explanation("a", "b", {"picture-01.png": b"c"})
    full = tmp_path / "full"
    full.mkdir()
    (full / "x").write_text("x")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "else")
    for place in (folder / "x", folder, full, link, tmp_path / "no" / "x"):
        with pytest.raises(UsageError):
            write(told, place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "link"]
    empty = tmp_path / "empty"
    empty.mkdir()
    write(told, empty)
    assert (empty / TEXT).read_text() == "b"
