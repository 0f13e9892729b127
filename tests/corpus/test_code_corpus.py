from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.collect.apk.dex import Dex
from tests.collect.apk import dexforge
from tests.collect.apk.dexforge import Class, Method
from tests.corpus import compare_code

FOLDER = os.environ.get("MINGJIAN_CORPUS", "")
FIXTURES = Path(__file__).parents[2] / "fixtures" / "apk"


@pytest.mark.skipif(not FOLDER, reason="MINGJIAN_CORPUS does not name the folder of the APK corpus")
def test_references_equal_androguard(capsys: pytest.CaptureFixture[str]) -> None:
    code = compare_code.main([FOLDER])
    assert code == 0, capsys.readouterr().out


def test_the_fixtures_are_equal(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare_code.main([str(FIXTURES)]) == 0
    assert "packages that differ: 0" in capsys.readouterr().out


def test_a_folder_without_code_is_no_success(tmp_path: Path) -> None:
    assert compare_code.main([str(tmp_path)]) == 1


def test_differences_are_told() -> None:
    one, other = (
        Dex(dexforge.dex(Class("cn.a.A", (Method("m", code=code),))), "x.dex")
        for code in (
            'const-string v0, "a"\nreturn-void',
            'const-string v0, "b"\nconst-string v0, "b"\nreturn-void',
        )
    )
    mine, theirs = list(compare_code.ours(one)), list(compare_code.ours(other))
    assert compare_code.differences("x", mine, mine) == []
    assert [line.split(":")[1].strip() for line in compare_code.differences("x", mine, theirs)] == [
        "only we",
        "only androguard",
        "only androguard",
    ]
