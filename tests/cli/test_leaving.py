"""The verbs export and purge, as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import complaint, mingjian
from tests.leaving.holding import full_case


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return full_case(tmp_path)


def test_export_says_where_what_and_how_much_stayed(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.zip"
    run = mingjian("export", case, "-f", "zip", "-o", out, "--lang", "en", "--by", "张三")
    assert run.returncode == 0, run.stderr
    assert str(out) in run.stdout
    assert "left out on purpose" in run.stdout
    last = json.loads((case / "custody.jsonl").read_bytes().splitlines()[-1][65:])
    assert (last["deed"], last["by"]) == ("exported", ["张三"])
    assert last["details"]["sha256"] in run.stdout
    assert mingjian("verify", case).returncode == 0


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_raw_traffic_wants_to_be_asked_for(case: Path, tmp_path: Path, form: str) -> None:
    run = mingjian("export", case, "-f", form, "-o", tmp_path / "x")
    assert run.returncode == 2
    assert "in the clear" in complaint(run)
    assert not (tmp_path / "x").exists()


def test_a_purge_wants_a_name_and_a_reason(case: Path) -> None:
    before = sorted(path.name for path in (case / "evidence").iterdir())
    for words in ((), ("--by", "张三"), ("--reason", "x"), ("--by", " ", "--reason", "x")):
        run = mingjian("purge", case, *words)
        assert run.returncode == 2
        assert "--reason" in complaint(run)
    assert sorted(path.name for path in (case / "evidence").iterdir()) == before


def test_a_purge_and_what_verify_says_of_it(case: Path) -> None:
    dry = mingjian("purge", case, "--dry-run", "--lang", "en")
    assert dry.returncode == 0 and "would go" in dry.stdout
    assert "purged" not in mingjian("verify", case, "--lang", "en").stdout
    run = mingjian("purge", case, "--by", "张三", "--reason", "保存期满", "--lang", "en")
    assert run.returncode == 0, run.stderr
    assert dry.stdout.replace("would go", "taken out") == run.stdout
    said = mingjian("verify", case, "--lang", "en")
    assert said.returncode == 0
    assert "by 张三 (保存期满)" in said.stdout
    sorted((case / "evidence").iterdir())[0].unlink()
    assert mingjian("verify", case).returncode == 5


def test_verify_says_of_a_copy_what_it_leaves_out(case: Path, tmp_path: Path) -> None:
    """A copy without its evidence is never called a whole case."""
    bag = tmp_path / "bag"
    assert mingjian("export", case, "-f", "bagit", "-o", bag).returncode == 0
    left = [line for line in (bag / "data/left-out.txt").read_text().splitlines() if line[0] != "#"]
    assert left
    for lang, words in (("en", f"complete but for {len(left)} files"), ("zh", "流转副本")):
        said = mingjian("verify", bag / "data", "--lang", lang)
        assert said.returncode == 0, said.stderr
        assert words in said.stdout
        assert "全部" not in said.stdout
    data = json.loads(mingjian("verify", bag / "data", "-f", "json").stdout)
    assert data["left_out"] == sorted(line[66:] for line in left)
    assert json.loads(mingjian("verify", case, "-f", "json").stdout)["left_out"] == []


def test_verify_never_says_that_purged_evidence_stands(case: Path) -> None:
    assert mingjian("seal", case, "--self-signed").returncode == 0
    assert mingjian("purge", case, "--by", "张三", "--reason", "保存期满").returncode == 0
    said = mingjian("verify", case, "--lang", "en").stdout
    assert "the evidence is as each of them lists it, but for what is away on purpose" in said
    assert "that are here" in said
    data = json.loads(mingjian("verify", case, "-f", "json").stdout)
    assert data["removed"]


def test_unmasking_wants_a_seal_a_name_and_a_reason(case: Path) -> None:
    assert "--reason" in complaint(mingjian("report", case, "--unmask", "--by", "张三"))
    run = mingjian("report", case, "--unmask", "--by", "张三", "--reason", "庭审")
    assert run.returncode == 2
    assert "not sealed" in complaint(run)
