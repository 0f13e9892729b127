"""The formats: loaded when asked for, and refused by name when there is no such format."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scanner.case import REPORTS
from scanner.errors import UsageError
from scanner.report import FORMATS, render
from tests.report import example


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_a_pure_function_of_the_report(name: str) -> None:
    first = render(name, example.rich(), example.open_evidence)
    assert first
    assert render(name, example.rich(), example.open_evidence) == first


def test_every_format_has_its_file() -> None:
    assert set(REPORTS) == set(FORMATS)


def test_a_format_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        render("pdf", example.rich(), example.open_evidence)
    assert "html" in refused.value.hint


def test_one_format_does_not_load_another() -> None:
    script = "import sys, scanner.report.as_json; print('jinja2' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
