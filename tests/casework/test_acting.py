"""Each act is logged with what it found."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import msgspec

from scanner.casework.acting import act_upon, close
from scanner.casework.sealing import seal_case
from scanner.casework.standing import acts_of, verified
from tests.casework.standing import again, wish
from tests.samples import VIOLATING, request


def test_each_act_is_logged_with_the_manifest_that_it_found(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["violating"], copy)
    found = []
    for _ in range(2):
        found.append(hashlib.sha256((copy / "manifest-sha256.txt").read_bytes()).hexdigest())
        again(copy)
    acts = acts_of(copy)
    assert [act.deed for act in acts] == ["collected", "judged", "judged"]
    assert [act.manifest for act in acts] == [None, *found]
    assert acts[0].details["subject"] == hashlib.sha256(VIOLATING.read_bytes()).hexdigest()


def test_a_number_of_a_person_in_the_words_of_an_act_is_masked(copy: Path) -> None:
    details = {"reason": "13812345678 要求删除", "sha256": "1" * 64}
    act = act_upon(copy, "exported", request().tool, details=details)
    assert act.details == {"reason": "138****5678 要求删除", "sha256": "1" * 64}


def test_evidence_leaves_a_sealed_case_only_by_an_act_that_says_so(copy: Path) -> None:
    seal_case(copy, wish(), tool=request().tool)
    victim = sorted((copy / "evidence").iterdir())[0]
    act = act_upon(copy, "purged", request().tool)
    victim.unlink()
    close(copy, msgspec.structs.replace(act, removed=(victim.name,)), {})
    assert verified(copy).verified.wrong == ()
    other = sorted((copy / "evidence").iterdir())[0]
    other.unlink()
    close(copy, act_upon(copy, "reported", request().tool), {})
    assert [each.path for each in verified(copy).verified.wrong] == [f"evidence/{other.name}"]
