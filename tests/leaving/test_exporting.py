"""Copies of a case that others can check without us, and archives of its traffic."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import bagit
import pytest

from scanner.casework import again, leaving, standing
from scanner.errors import EvidenceError, UsageError
from scanner.leaving.exporting import Exported, root_of
from tests.leaving.holding import IMEI, TOOL, entry, full_case, site_case


def export(case: Path, to: Path, form: Any, **changes: Any) -> Exported:
    given: dict[str, Any] = {"complete": False, "tool": TOOL}
    return leaving.export(case, to, form=form, **given | changes)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def sha256sum(folder: Path, name: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [shutil.which("sha256sum") or "sha256sum", *options, "-c", name]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False)


@pytest.mark.parametrize("complete", [False, True])
def test_a_bag_is_valid_by_another_program_and_by_sha256sum(tmp_path: Path, complete: bool) -> None:
    case, bag = full_case(tmp_path), tmp_path / "bag"
    root = root_of(case)
    done = export(case, bag, "bagit", complete=complete)
    theirs = bagit.Bag(str(bag))
    theirs.validate()
    assert theirs.info["External-Identifier"] == f"sha256:{root}"
    assert theirs.info["Bagging-Date"] == "2026-11-22"
    data = tree(bag / "data")
    assert theirs.info["Payload-Oxum"] == f"{sum(map(len, data.values()))}.{len(data)}"
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert sha256sum(bag, name, "--strict").returncode == 0
    tags = (bag / "tagmanifest-sha256.txt").read_bytes()
    assert done.sha256 == hashlib.sha256(tags).hexdigest()


def test_a_complete_copy_is_the_case_as_it_was_and_the_log_keeps_it(tmp_path: Path) -> None:
    case, bag = full_case(tmp_path), tmp_path / "bag"
    before, root = tree(case), root_of(case)
    done = export(case, bag, "bagit", complete=True, by=["张三"], reason="移送")
    assert tree(bag / "data") == before
    *_, act = standing.acts_of(case)
    assert (act.deed, act.by, act.manifest) == ("exported", ("张三",), root)
    assert act.details == {
        "form": "bagit",
        "what": "complete",
        "to": str(bag),
        "sha256": done.sha256,
        "files": str(len(before)),
        "left_out": "0",
        "reason": "移送",
    }
    standing.check(case)
    after = tree(case)
    changed = {name for name in after if after[name] != before.get(name)}
    assert {"custody.jsonl", "manifest-sha256.txt"} <= changed
    assert not [name for name in changed if name.startswith(("report", "facts", "evidence"))]


def test_the_masked_copy_verifies_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    case, bag = full_case(tmp_path), tmp_path / "bag"
    before = tree(case)
    done = export(case, bag, "bagit")
    copy = bag / "data"
    whole = standing.check(copy)
    assert len(whole.left_out) == done.left_out > 0
    there = tree(copy)
    added = {"left-out.txt", "copy-sha256.txt"}
    assert there.keys() - before.keys() == added
    assert all(there[name] == before[name] for name in there.keys() - added)
    assert set(whole.left_out) == before.keys() - there.keys()
    names = [e["name"] for e in json.loads(before["report.json"])["evidence"]]
    assert {"violating.har", "identity.yaml", "torch.zip", "connections.csv"} <= set(names)
    gone = {
        e["name"]
        for e in json.loads(before["report.json"])["evidence"]
        if f"evidence/{e['sha256']}" in whole.left_out
    }
    assert {"violating.har", "identity.yaml", "torch.zip", "connections.csv"} <= gone
    assert not gone & {"violating.apk", "signer.der", "torch.html", "text of torch.html"}
    raw = [IMEI.encode(), b"5f0c1e7a9d3b2486", b"7d1f3c52-0b9e-4a6d-8f21-9c4be07a61d3"]
    assert not [name for name, data in there.items() if any(value in data for value in raw)]
    assert any(value in data for data in before.values() for value in raw)


def test_what_the_copy_leaves_out_is_listed_for_sha256sum(tmp_path: Path) -> None:
    case, bag = full_case(tmp_path), tmp_path / "bag"
    export(case, bag, "bagit")
    copy = bag / "data"
    assert sha256sum(copy, "copy-sha256.txt", "--strict").returncode == 0
    assert sha256sum(copy, "manifest-sha256.txt", "--ignore-missing").returncode == 0
    # The list names the very files of the original, with their digests.
    shutil.copy(copy / "left-out.txt", case / "left-out.txt")
    assert sha256sum(case, "left-out.txt", "--strict").returncode == 0


@pytest.mark.parametrize("name", ["facts.jsonl", "report.json", "custody.jsonl"])
def test_the_list_excuses_no_file_that_the_case_rests_on(tmp_path: Path, name: str) -> None:
    case, bag = full_case(tmp_path), tmp_path / "bag"
    export(case, bag, "bagit")
    copy = bag / "data"
    digest = hashlib.sha256((copy / name).read_bytes()).hexdigest()
    with (copy / "left-out.txt").open("a") as file:
        file.write(f"{digest}  {name}\n")
    (copy / name).unlink()
    with pytest.raises((EvidenceError, UsageError)):
        standing.check(copy)


def test_a_further_missing_or_altered_file_of_a_copy_is_named(tmp_path: Path) -> None:
    case, bag = full_case(tmp_path), tmp_path / "bag"
    export(case, bag, "bagit")
    copy = bag / "data"
    victim = sorted((copy / "evidence").iterdir())[0]
    data = victim.read_bytes()
    victim.unlink()
    with pytest.raises(EvidenceError, match=f"{victim.name}: missing"):
        standing.check(copy)
    victim.write_bytes(data)
    standing.check(copy)
    (copy / "left-out.txt").write_bytes((copy / "left-out.txt").read_bytes() + b"# more\n")
    with pytest.raises(EvidenceError, match=r"left-out\.txt: altered"):
        standing.check(copy)


def test_a_zip_unpacks_to_a_case_that_verifies_and_is_the_same_twice(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    shutil.copytree(case, tmp_path / "another name")
    one = export(case, tmp_path / "one.zip", "zip", complete=True)
    two = export(tmp_path / "another name", tmp_path / "two.zip", "zip", complete=True)
    assert one.sha256 == two.sha256
    assert hashlib.sha256((tmp_path / "one.zip").read_bytes()).hexdigest() == one.sha256
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        archive.extractall(tmp_path / "out")
    assert standing.check(tmp_path / "out" / "case").left_out == ()


def test_a_bag_of_the_same_case_is_the_same_twice(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    shutil.copytree(case, tmp_path / "again")
    export(case, tmp_path / "one", "bagit")
    export(tmp_path / "again", tmp_path / "two", "bagit")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_nothing_is_overwritten_and_nothing_half_written_is_left(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    taken = tmp_path / "taken"
    taken.write_text("mine")
    log = (case / "custody.jsonl").read_bytes()
    for form in ("bagit", "zip"):
        with pytest.raises(UsageError, match="exists already"):
            export(case, taken, form)
    with pytest.raises(UsageError, match="inside the case"):
        export(case, case / "bag", "bagit")
    with pytest.raises(UsageError, match="cannot be written"):
        export(case, tmp_path / "no" / "bag", "bagit")
    (case / "evidence" / "more").write_text("x")
    with pytest.raises(EvidenceError, match="added"):
        export(case, tmp_path / "bag", "bagit")
    assert taken.read_text() == "mine"
    assert (case / "custody.jsonl").read_bytes() == log
    assert {path.name for path in tmp_path.iterdir()} == {"case", "taken"}


def test_an_export_that_breaks_off_leaves_neither_copy_nor_word_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = full_case(tmp_path)
    log = (case / "custody.jsonl").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scanner.leaving.bags._put", full)
    with pytest.raises(UsageError, match="No space"):
        export(case, tmp_path / "bag", "bagit")
    assert {path.name for path in tmp_path.iterdir()} == {"case"}
    assert (case / "custody.jsonl").read_bytes() == log


def test_archives_want_the_word_complete_since_they_hold_raw_traffic(tmp_path: Path) -> None:
    case = site_case(tmp_path, entry("https://site.example/", b"<p>hello</p>"))
    for form in ("warc", "wacz"):
        with pytest.raises(UsageError, match="in the clear"):
            export(case, tmp_path / "out", form)
        export(case, tmp_path / f"out.{form}", form, complete=True)
        *_, act = standing.acts_of(case)
        made = (tmp_path / f"out.{form}").read_bytes()
        assert act.details["sha256"] == hashlib.sha256(made).hexdigest()


def test_a_case_without_traffic_cannot_become_an_archive(tmp_path: Path) -> None:
    case = full_case(tmp_path)
    leaving.purge(case, kind="bodies", tool=TOOL, by=["x"], reason="y")
    with pytest.raises(EvidenceError, match="no recording"):
        export(case, tmp_path / "out.warc.gz", "warc", complete=True)
    assert not (tmp_path / "out.warc.gz").exists()


def test_a_masked_copy_is_judged_again_like_the_original(tmp_path: Path) -> None:
    from tests.samples import BOOK, KNOWLEDGE

    case, bag = full_case(tmp_path), tmp_path / "bag"
    export(case, bag, "bagit")
    kept = json.loads((case / "report.json").read_bytes())["rulings"]
    given: dict[str, Any] = {"book": BOOK, "knowledge": KNOWLEDGE, "tool": TOOL}
    again.judge_again(bag / "data", formats_wanted=["html"], **given)
    assert json.loads((bag / "data" / "report.json").read_bytes())["rulings"] == kept
    whole = standing.check(bag / "data")
    assert whole.left_out
    (said,) = standing.remarks(bag / "data", whole, "2026-11-22")
    assert f"complete but for {len(whole.left_out)} files" in said.en
