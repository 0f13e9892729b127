"""The formats of a report: each is a function of a Report, and none knows the others."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from scanner.errors import UsageError
from scanner.model import Open, Report
from scanner.report.words import Lang, Options

FORMATS: dict[str, str] = {
    "json": "scanner.report.as_json",
    "html": "scanner.report.as_html",
    "text": "scanner.report.as_text",
}
"""Module of each format; its function `render` is loaded when somebody asks for the format."""


def render(
    name: str,
    report: Report,
    open: Open,
    *,
    lang: Lang = "zh",
    colour: bool = False,
    place: str = "",
) -> bytes:
    """Give a report in one format, as bytes; the same report gives the same bytes.

    `open` gives kept evidence by its SHA-256. `lang` is the language in which formats for people
    open; `colour` (terminal colours) and `place` (where the report lies) bear on text alone. Raises
    UsageError for a format that does not exist.
    """
    if name not in FORMATS:
        raise UsageError(
            f"there is no format {name[:40]!r}", hint=f"give one of: {', '.join(FORMATS)}"
        )
    function: Callable[[Report, Open, Options], bytes]
    function = importlib.import_module(FORMATS[name]).render
    return function(report, open, Options(lang, colour, place))
