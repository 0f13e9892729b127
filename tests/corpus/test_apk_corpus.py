from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.corpus import compare_apks

FOLDER = os.environ.get("MINGJIAN_CORPUS", "")


@pytest.mark.skipif(not FOLDER, reason="MINGJIAN_CORPUS does not name the folder of the APK corpus")
@pytest.mark.skipif(
    compare_apks.truth_file() is None,
    reason="no truth file: set MINGJIAN_TRUTH to the folder with apk_oracle.json",
)
def test_manifest_facts_equal_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(FOLDER)
    code = compare_apks.main([str(folder / "apk" if (folder / "apk").is_dir() else folder)])
    assert code == 0, capsys.readouterr().out
