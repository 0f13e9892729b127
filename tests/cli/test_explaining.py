from __future__ import annotations

from pathlib import Path

from tests.cli.running import complaint, mingjian
from tests.report.viewer.kept_bytes import torch


def test_a_rule_is_explained_in_the_language_wanted(tmp_path: Path) -> None:
    _, _, folder = torch()
    run = mingjian("explain", folder, "early-access", "--lang", "en")
    assert run.returncode == 0, run.stderr
    assert "The clause" in run.stdout and "What would have to be different" in run.stdout
    run = mingjian("explain", folder, "early-access", "--lang", "zh", "-o", tmp_path / "out")
    assert run.returncode == 0, run.stderr
    assert run.stdout == ""
    assert "## 条款" in (tmp_path / "out" / "explain.md").read_text("utf-8")


def test_what_cannot_be_explained_is_refused_in_one_line(tmp_path: Path) -> None:
    _, _, folder = torch()
    for words in (("explain", folder, "abc"), ("explain", tmp_path / "none", "early-access")):
        run = mingjian(*words)
        assert run.returncode == 2
        assert complaint(run)
    run = mingjian("explain", folder, "early-access", "-o", folder / "x")
    assert run.returncode == 2
    assert not (folder / "x").exists()
