"""comparison.html: the comparison for people, in one file that never touches the network."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import jinja2
from markupsafe import Markup

from scanner.model import Comparison
from scanner.report.compared.tables import (
    NOTHING,
    OUTCOME,
    OUTCOME_MEANING,
    counts,
    notes,
    tables,
    title,
)
from scanner.report.words import NOT_COMPLIANCE, Lang, say

MOST_ROWS = 5_000
"""Rows of one table at most; the page says how many more there are."""
_FOLDER = Path(__file__).parent


def render(comparison: Comparison, lang: Lang) -> bytes:
    """Give the comparison as one page, in one language, without scripts or outside resources."""
    style = (_FOLDER / "comparison.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    page = (
        _environment()
        .get_template("comparison.html.j2")
        .render(
            lang="zh-CN" if lang == "zh" else "en",
            title=title(comparison, lang),
            notes=notes(comparison, lang),
            counts=[
                (outcome, say(OUTCOME[outcome], lang), say(OUTCOME_MEANING[outcome], lang), count)
                for outcome, count in counts(comparison).items()
            ],
            tables=tables(comparison, lang),
            outcomes=[one.outcome for one in comparison.findings],
            most=MOST_ROWS,
            nothing=say(NOTHING, lang),
            disclaimer=say(NOT_COMPLIANCE, lang),
            policy=Markup(policy),  # noqa: S704 - made of our own words and a digest
            style=Markup(style),  # noqa: S704 - our own file
        )
    )
    return page.encode()


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
