"""What is purged is gone, and what is left verifies."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from scanner.case import read_facts
from scanner.casework import again, leaving, standing
from scanner.custody import appended
from scanner.errors import EvidenceError, UsageError
from scanner.evidence.sealing import seal
from scanner.leaving import purging
from scanner.model import Act, Report
from scanner.report.as_json import decode
from tests.leaving.holding import IMEI, TOOL, full_case
from tests.samples import BOOK, KNOWLEDGE


def purge(case: Path, **changes: Any) -> purging.Purge:
    given: dict[str, Any] = {"kind": "bodies", "tool": TOOL, "by": ["张三"], "reason": "保存期满"}
    return leaving.purge(case, **given | changes)


def report(case: Path) -> Report:
    return decode((case / "report.json").read_bytes())


def on_disk(case: Path) -> int:
    return sum(path.stat().st_size for path in (case / "evidence").iterdir())


def names(case: Path) -> set[str]:
    entries = {one.sha256: one.name for one in report(case).evidence}
    return {entries[path.name] for path in (case / "evidence").iterdir()}


def test_raw_bodies_go_and_the_case_says_so_and_verifies(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    before = on_disk(case)
    done = purge(case)
    assert on_disk(case) == before - done.bytes
    assert not names(case) & {"violating.har", "identity.yaml", "torch.zip", "connections.csv"}
    assert {"violating.apk", "torch.html"} <= names(case)
    assert not any(IMEI.encode() in path.read_bytes() for path in case.rglob("*") if path.is_file())
    standing.check(case)
    *_, act = standing.acts_of(case)
    assert (act.deed, act.by, act.details["reason"]) == ("purged", ("张三",), "保存期满")
    assert act.removed == done.digests
    (said,) = standing.remarks(case, standing.check(case), "2026-11-22")
    want = f"complete but for {len(done.evidence)} files of evidence purged on 2026-11-22 by 张三"
    assert said.en.startswith(want)
    stored = report(case)
    assert [one.files for one in stored.removed] == [done.digests]
    assert {one.kind: one.purged for one in stored.held}["traffic"] == 2
    assert len(stored.evidence) == len(names(case)) + len(done.digests)


def test_the_identity_alone_can_go_then_the_rest(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    assert list(purge(case, kind="identity").kinds()) == ["identity"]
    assert "violating.har" in names(case)
    purge(case, kind="all-raw", by=["李四"])
    assert names(case) == {
        "violating.apk",
        "AndroidManifest.xml",
        "AndroidManifest.xml.txt",
        "res/xml/network_security_config.xml",
        "res/xml/network_security_config.xml.txt",
        "signer.der",
        "torch.html",
        "text of torch.html",
    }
    assert [one.by for one in report(case).removed] == [("张三",), ("李四",)]
    assert not purge(case, kind="all-raw").evidence


def test_judging_again_needs_nothing_of_what_is_gone(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    before = report(case)
    purge(case, kind="all-raw")
    given: dict[str, Any] = {"book": BOOK, "knowledge": KNOWLEDGE, "tool": TOOL}
    judged = again.judge_again(case, formats_wanted=["html", "text"], **given)
    assert judged.rulings == before.rulings
    assert len(judged.removed) == 1
    standing.check(case)


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    before = {path: path.read_bytes() for path in case.rglob("*") if path.is_file()}
    done = purge(case, dry=True)
    assert done.bytes > 0
    assert before == {path: path.read_bytes() for path in case.rglob("*") if path.is_file()}


def test_one_more_missing_file_is_no_purge(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    purge(case)
    victim = sorted((case / "evidence").iterdir())[0]
    victim.unlink()
    with pytest.raises(EvidenceError, match=f"{victim.name}: missing"):
        standing.check(case)
    with pytest.raises(EvidenceError, match=f"{victim.name}: missing"):
        purge(case)


def test_what_was_purged_and_came_back_is_named(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    original = tmp_path / "original"
    shutil.copytree(case, original)
    gone = purge(case).digests[0]
    shutil.copy(original / "evidence" / gone, case / "evidence" / gone)
    with pytest.raises(EvidenceError, match=f"{gone}: added"):
        standing.check(case)


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "..", "a" * 63])
def test_a_log_that_somebody_wrote_never_names_a_file_elsewhere(tmp_path: Path, name: str) -> None:
    case = full_case(tmp_path)
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (case / "outside").write_text("mine")
    seal(case, {})
    manifest = hashlib.sha256((case / "manifest-sha256.txt").read_bytes()).hexdigest()
    act = Act(
        deed="purged", at="2026-11-22T10:00:00+00:00", tool=TOOL, manifest=manifest, removed=(name,)
    )
    log = case / "custody.jsonl"
    log.write_bytes(appended(log.read_bytes(), act))
    with pytest.raises(EvidenceError):
        purge(case)
    assert outside.read_text() == "mine"
    assert (case / "outside").read_text() == "mine"


def test_a_report_in_the_clear_goes_too(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    (case / "report-unmasked.html").write_text(IMEI)
    seal(case, {})
    done = purge(case, kind="identity")
    assert [path.name for path in done.unmasked] == ["report-unmasked.html"]
    assert not (case / "report-unmasked.html").exists()
    standing.check(case)


def test_the_end_of_the_period_is_said(tmp_path: Path) -> None:
    assert not list(purging.said((), 0, "2026-11-22", "2026-11-22"))
    (words,) = purging.said((), 0, "2026-11-22", "2026-11-23")
    assert "2026-11-22" in words.zh and "2026-11-22" in words.en
    assert purging.day("2027-12-31", "--until") == "2027-12-31"
    for wrong in ("soon", "2027-02-30", ""):
        with pytest.raises(UsageError):
            purging.day(wrong, "--until")


def test_how_much_is_held_is_the_sum_of_the_evidence(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    stored = report(case)
    assert sum(one.size for one in stored.held) == sum(one.size for one in stored.evidence)
    assert sum(one.files for one in stored.held) == len(read_facts(case).header.evidence)
    assert {one.kind for one in stored.held if not one.personal} == {"package", "policy"}
    assert json.loads((case / "report.json").read_bytes())["held"]
