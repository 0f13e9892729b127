"""The public API: about a dozen names, loaded only when used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import scanner


@pytest.mark.parametrize("name", scanner.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(scanner, name).__name__.casefold().startswith(name.casefold()[:4])


def test_there_are_few_and_no_others() -> None:
    assert len(scanner.__all__) <= 16
    with pytest.raises(AttributeError):
        _ = scanner.nothing


def test_importing_the_package_loads_no_heavy_library() -> None:
    script = (
        "import sys, scanner, scanner.cli; "
        "print(*{'msgspec', 'yaml', 'rich', 'androguard', 'jinja2', 're2'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
