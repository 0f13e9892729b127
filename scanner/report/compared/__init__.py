"""The formats of a comparison: each is a function of it, and none knows the others."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from scanner.errors import UsageError
from scanner.model import Comparison
from scanner.report.words import Lang

FORMATS: dict[str, str] = {
    "json": "comparison.json",
    "text": "comparison.txt",
    "html": "comparison.html",
    "markdown": "comparison.md",
    "csv": "comparison.csv",
    "xlsx": "comparison.xlsx",
    "docx": "comparison.docx",
    "sarif": "comparison.sarif",
    "junit": "comparison.junit.xml",
}
"""File of each format; its module is as_ and its name."""


def render(name: str, comparison: Comparison, lang: Lang = "zh") -> bytes:
    """Give a comparison in one format, as bytes; the same comparison gives the same bytes.

    Raises UsageError for a format that does not exist.
    """
    if name not in FORMATS:
        raise UsageError(
            f"there is no format {name[:40]!r}", hint=f"give one of: {', '.join(FORMATS)}"
        )
    function: Callable[[Comparison, Lang], bytes]
    function = importlib.import_module(f"scanner.report.compared.as_{name}").render
    return function(comparison, lang)
