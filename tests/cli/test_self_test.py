from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scanner.self_test import LIST, inputs_folder
from tests.cli.running import mingjian


def test_a_sound_installation_says_what_it_found_and_ends_with_0() -> None:
    run = mingjian("self-test")
    assert (run.returncode, run.stderr) == (0, "")
    assert "torch-app-violating: 通过" in run.stdout
    assert "torch-app-clean: 通过：未作任何指控" in run.stdout
    assert "passed: nothing was laid to it" in mingjian("self-test", "--lang", "en").stdout
    quiet = mingjian("self-test", "-q")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


@pytest.mark.parametrize("harm", ["alter", "remove"])
def test_a_wrong_answer_ends_with_5_and_is_told_to_the_quiet_too(tmp_path: Path, harm: str) -> None:
    """A copy of the package with inputs of its own, as an installation has them."""
    root = Path(__file__).parent.parent.parent
    shutil.copytree(root / "scanner", tmp_path / "scanner")
    shutil.copytree(root / "rules", tmp_path / "scanner" / "_rules")
    inputs = tmp_path / "scanner" / "_selftest"
    skipped = shutil.ignore_patterns("sites", "cases", "code", "device")
    shutil.copytree(inputs_folder(), inputs, ignore=skipped)
    if harm == "alter":
        (inputs / "policy" / "torch.html").write_text("<p>隐私政策</p>", "utf-8")
    else:
        (inputs / LIST).unlink()
    run = mingjian("self-test", "-q", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert (run.returncode, run.stdout) == (5, "")
    assert "未通过" in run.stderr
    assert "Traceback" not in run.stderr
    name = "torch-policy-violating" if harm == "alter" else LIST
    assert run.stderr.startswith(f"{name}: ")
