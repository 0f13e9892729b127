"""Cases that stand, one for all tests, and a copy to be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.samples import VIOLATING, case


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("cases")
    case(root / "violating", VIOLATING)
    return {"violating": root / "violating"}


@pytest.fixture
def copy(folders: dict[str, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(folders["violating"], tmp_path / "copy"))
