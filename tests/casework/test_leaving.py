"""What leaves a case leaves it whole, wherever the call was killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.casework import leaving, standing
from scanner.casework.acting import working
from scanner.errors import EvidenceError
from tests.leaving.holding import TOOL, full_case

ROOT = Path(__file__).parent.parent.parent
KILLED = """
import os, sys
from pathlib import Path
from scanner.casework import leaving, standing
from tests.leaving.holding import TOOL
step, left = sys.argv[2], int(sys.argv[3])
plain = getattr(Path, step)
def counted(self, *rest, **more):
    global left
    if step == "rename" or self.name.startswith("."):
        left -= 1
        if left < 0:
            os._exit(9)
    return plain(self, *rest, **more)
setattr(Path, step, counted)
leaving.purge(Path(sys.argv[1]), kind="bodies", tool=TOOL, by=["张三"], reason="保存期满")
"""
"""Purges a case, and is killed after so many renamings, or removals of what stood beside."""


def killed(case: Path, step: str, after: int) -> int:
    call = [sys.executable, "-c", KILLED, str(case), step, str(after)]
    return subprocess.run(call, cwd=ROOT, check=False, timeout=120).returncode


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return full_case(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def purged(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("purged") / "case"
    shutil.copytree(whole, place)
    leaving.purge(place, kind="bodies", tool=TOOL, by=["张三"], reason="保存期满")
    return place


@pytest.mark.parametrize(
    ("step", "after"),
    [("rename", 0), ("rename", 3), ("rename", 15), ("unlink", 0), ("unlink", 1), ("unlink", 4)],
)
def test_a_purge_that_was_killed_happened_or_did_not(
    whole: Path, purged: Path, tmp_path: Path, step: str, after: int
) -> None:
    case = tmp_path / "case"
    shutil.copytree(whole, case)
    assert killed(case, step, after) == 9
    with working(case):
        pass
    assert tree(case) in (tree(whole), tree(purged))
    leaving.purge(case, kind="bodies", tool=TOOL, by=["张三"], reason="保存期满")
    assert tree(case) == tree(purged)


def test_what_a_killed_call_left_is_named_until_somebody_works_on_the_case(
    whole: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    shutil.copytree(whole, case)
    killed(case, "rename", 15)
    with pytest.raises(EvidenceError):
        standing.check(case)
    with working(case):
        standing.check(case)


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "link/outside", ".hidden"])
def test_a_plan_that_somebody_wrote_never_reaches_elsewhere(
    whole: Path, tmp_path: Path, name: str
) -> None:
    case, outside = tmp_path / "case", tmp_path / "outside"
    shutil.copytree(whole, case)
    outside.write_text("mine", "utf-8")
    (case / "link").symlink_to(tmp_path)
    plan = f'[["{name}", true, false], ["evidence/../../outside", true, false]]'
    (case / ".0123456789abcdef.plan").write_text(plan, "utf-8")
    with pytest.raises(EvidenceError), working(case):
        pass
    assert outside.read_text("utf-8") == "mine"
