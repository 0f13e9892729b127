"""Which files go into a copy, and which stay behind."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from scanner.case import read_facts
from scanner.errors import EvidenceError, UsageError
from scanner.leaving.copies import Content, masked, whole
from scanner.leaving.holdings import holdings
from tests.leaving.holding import IMEI, full_case

MD5 = hashlib.md5(IMEI.encode()).hexdigest()


def nothing() -> bytes:
    raise AssertionError("nobody asked for a report without pictures")


def copied(case: Path, without_pictures: object = nothing) -> Content:
    stored = read_facts(case)
    return masked(case, holdings(stored.header, stored.facts), without_pictures)  # type: ignore[arg-type]


def test_a_report_that_shows_pictures_stays_behind_and_another_takes_its_place(
    tmp_path: Path,
) -> None:
    case = full_case(tmp_path)
    page = case / "report.html"
    page.write_bytes(page.read_bytes() + b'<img src="data:image/png;base64,AAAA">')
    content = copied(case, lambda: b"<html>no pictures</html>")
    assert "report.html" in content.left_out
    assert content.files["report-masked.html"] == b"<html>no pictures</html>"
    with pytest.raises(EvidenceError, match="pictures"):
        copied(case, lambda: b'<img src="data:image/png;base64,AAAA">')


def test_a_drawing_made_of_facts_is_no_picture_of_a_screen(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    page = case / "report.html"
    page.write_bytes(page.read_bytes() + b'<img src="data:image/svg+xml;base64,AAAA">')
    assert "report.html" in copied(case).files


def test_a_report_in_the_clear_stays_behind(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    (case / "report-unmasked.json").write_text("{}")
    assert "report-unmasked.json" in copied(case).left_out


@pytest.mark.parametrize("written", [IMEI, MD5, "MDAxMDY4MDAwMDAwMDA2"])
def test_a_policy_text_in_which_a_value_of_the_identity_stands_stays_behind(
    tmp_path: Path, written: str
) -> None:
    case = full_case(tmp_path)
    stored = read_facts(case)
    (text,) = [e.sha256 for e in stored.header.evidence if e.name == "text of torch.html"]
    place = case / "evidence" / text
    place.chmod(0o644)
    assert f"evidence/{text}" in copied(case).files
    place.write_text(place.read_text("utf-8") + f"\n{written}\n", encoding="utf-8")
    assert f"evidence/{text}" in copied(case).left_out


def test_what_no_header_names_stays_behind(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    (case / "evidence" / ("0" * 64)).write_bytes(b"who knows")
    assert "evidence/" + "0" * 64 in copied(case).left_out
    assert "evidence/" + "0" * 64 in whole(case).files


@pytest.mark.parametrize("name", ["a\nb", "a\\b", "\x07"])
def test_a_name_that_means_another_place_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    case = full_case(tmp_path)
    (case / name).write_bytes(b"x")
    with pytest.raises(UsageError, match="cannot go into a copy"):
        whole(case)


def test_a_copy_is_not_copied_again_as_a_masked_one(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    (case / "left-out.txt").write_text("# nothing\n")
    with pytest.raises(UsageError, match="copy already"):
        copied(case)


def test_the_size_is_that_of_all_files(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    files = [path for path in case.rglob("*") if path.is_file()]
    assert whole(case).size == sum(path.stat().st_size for path in files)
    assert copied(case).size < whole(case).size
