"""report.html: the report for people, in one file that never touches the network."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup

from scanner.model import Open, Report
from scanner.report import (
    categories,
    citing,
    collected,
    flow,
    flow_picture,
    outline,
    persons,
    readers,
    retention,
    site,
    terms,
    words,
)
from scanner.report.page_view import MOST_FINDINGS, PageView, plain
from scanner.report.timeline import LANES, MOST_ROWS, timeline
from scanner.report.words import Options, visible
from scanner.texts import fit
from scanner.wording.values import called

MOST: dict[str, int] = {
    "findings": MOST_FINDINGS,
    "facts": 20,  # of one finding
    "values": 40,  # of one field
    "unseen": 60,  # of one reason
    "gaps": 40,
    "lines": 300,  # of the sum
    "evidence": 200,
    "decisions": 2000,
    "rows": MOST_ROWS,  # of the line of time, in words
    "flows": flow_picture.MOST_NOTED,  # of the flow of data, in words
    "ids": flow.MOST_FACTS,
    "names": flow.MOST_NAMES,
}
"""How many of each the page shows at most; it says how many more there are in report.json."""
LONGEST = 1200
"""Characters of one text that the page shows at most; it says how many more there are."""
LONGEST_HEAD = 60
"""Columns of the subject's name in the head of each printed page."""

_FOLDER = Path(__file__).parent
_T = TypeVar("_T")


def render(report: Report, open_evidence: Open, options: Options) -> bytes:
    """Give the report as one HTML page: Chinese and English at a switch, no outside resource.

    It opens in the language of the options. Every text is escaped, and characters that would hide
    or turn text are shown by their code.
    """
    style = _resource("report.css") + _running_head(report)
    script = _resource("report.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            view=PageView(report, open_evidence),
            lang=options.lang,
            timeline=timeline,
            lanes=LANES,
            flowing=flow_picture.picture(report),
            pictures=site.pictures(report, open_evidence),
            addresses=site.addresses(report, open_evidence),
            policy=Markup(policy),  # noqa: S704 - made of our own words and two digests
            style=Markup(style),  # noqa: S704 - our own file, and a head in which all is escaped
            script=Markup(script),  # noqa: S704 - our own file
        )
    )
    return page.encode()


def _running_head(report: Report) -> str:
    """Give the head and foot of printed pages as style: the subject, its digest, the page."""
    subject = report.subject
    name = _quoted(fit(visible(subject.name), LONGEST_HEAD))
    digest = _quoted(f"SHA-256 {fit(visible(subject.sha256), 17)}")
    return (
        "\n@page {\n"
        f"  @top-left {{ content: {name}; }}\n"
        f"  @top-right {{ content: {digest}; }}\n"
        '  @bottom-right { content: counter(page) " / " counter(pages); }\n'
        f"  @bottom-left {{ content: {_quoted(f'{report.tool.name} {report.tool.version}')}; }}\n"
        "}\n"
    )


def _quoted(text: str) -> str:
    """Write a text as a string of CSS in which all but letters and digits stands as a code."""
    safe = (one if one.isascii() and one.isalnum() else f"\\{ord(one):06x}" for one in text)
    return f'"{"".join(safe)}"'


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Keeps compiled templates beside Python's own compiled files; a disk that is full is no fault.

    Compiling them anew takes a tenth of a second of every run.
    """

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def _environment() -> jinja2.Environment:
    folder = _FOLDER / "__pycache__"
    environment = jinja2.Environment(
        bytecode_cache=_Compiled(str(folder)) if os.access(folder, os.W_OK) else None,
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "head": _head,
        "beyond": _beyond,
        "picture": Markup,
        "plain": plain,
        "thousands": "{:,}".format,
    }
    environment.globals |= {
        "called": called,
        "categories": categories,
        "citing": citing,
        "collected": collected,
        "flow": flow,
        "outline": outline,
        "persons": persons,
        "readers": readers,
        "retention": retention,
        "site": site,
        "terms": terms,
        "words": words,
    }
    return environment


def _shown(value: object) -> object:
    """Make every text that reaches the page harmless to the eye; Jinja escapes it afterwards."""
    if isinstance(value, Markup):
        return value
    text = str(value)
    more = len(text) - LONGEST
    if more > 0:
        return f"{visible(text[:LONGEST])}… [+{more:,} 字符 characters: report.json]"
    return visible(text)


def _head(items: Sequence[_T], what: str) -> Sequence[_T]:
    return items[: MOST[what]]


def _beyond(items: Sequence[object], what: str) -> int:
    return max(0, len(items) - MOST[what])


def _resource(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
