"""What the tests of the tables share: the tables, a copy to spoil, the inputs of others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.errors import RulebookError
from scanner.knowledge import Knowledge, load_knowledge

LISTS = Path(__file__).parent.parent.parent / "rules" / "lists"

Edit = Callable[[str, str, str], None]


def shared() -> Path:
    """Find the folder of inputs that the project did not make, or skip."""
    named = os.environ.get("MINGJIAN_SHARED")
    beside = [folder / "shared" for folder in Path(__file__).resolve().parents]
    for folder in [Path(named)] if named else beside:
        if (folder / "corpus").is_dir():
            return folder
    pytest.skip("no corpus on this machine; name its folder in MINGJIAN_SHARED to check against it")


@pytest.fixture(scope="session")
def known() -> Knowledge:
    return load_knowledge(LISTS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LISTS, tmp_path / "lists"))


@pytest.fixture
def edit(copy: Path) -> Edit:
    def change(name: str, old: str, new: str) -> None:
        path = copy / f"{name}.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def refused(lists: Path, name: str, message: str, hint: str) -> None:
    """Check that a spoilt table is refused with a fault that names its place and a way out."""
    with pytest.raises(RulebookError) as caught:
        load_knowledge(lists)
    lines = (lists / f"{name}.yaml").read_text("utf-8").splitlines()
    fits = [each for each in caught.value.faults if each.message.startswith(message)]
    assert fits, [str(each) for each in caught.value.faults]
    assert hint in fits[0].hint
    assert fits[0].file == str(lists / f"{name}.yaml")
    assert 1 <= fits[0].line <= len(lines)
    assert 1 <= fits[0].column <= len(lines[fits[0].line - 1]) + 1
