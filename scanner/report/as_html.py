"""report.html: the report for people, in one file that never touches the network."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import jinja2
import msgspec
from jinja2.bccache import Bucket
from markupsafe import Markup

from scanner.facts import Source
from scanner.model import Evidence, Finding, Norm, Open, Report, Row, Words
from scanner.report import collected, outline, readers, retention, site, terms, words
from scanner.report.hiding import hiding
from scanner.report.passages import Passage, Passages
from scanner.report.timeline import LANES, MOST_ROWS, timeline
from scanner.report.words import Options, visible
from scanner.wording.values import called

MOST: dict[str, int] = {
    "findings": 200,  # of one rule
    "facts": 20,  # of one finding
    "values": 40,  # of one field
    "unseen": 60,  # of one reason
    "gaps": 40,
    "lines": 300,  # of the sum
    "evidence": 200,
    "rows": MOST_ROWS,  # of the line of time, in words
}
"""How many of each the page shows at most; it says how many more there are in report.json."""
LONGEST = 1200
"""Characters of one text that the page shows at most; it says how many more there are."""

_FOLDER = Path(__file__).parent
_DIGEST = re.compile(r"[0-9a-f]{64}")
_T = TypeVar("_T")


class FactView(NamedTuple):
    """A fact as the page shows it."""

    id: str
    kind: str
    label: Words | None
    fields: tuple[tuple[str, Words | None, object], ...]
    source: Source


def render(report: Report, open_evidence: Open, _options: Options) -> bytes:
    """Give the report as one HTML page: Chinese and English at a switch, no outside resource.

    Every text is escaped, and characters that would hide or turn text are shown by their code.
    """
    style = _resource("report.css")
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
            view=_View(report, open_evidence),
            outline=outline,
            retention=retention,
            readers=readers,
            site=site,
            timeline=timeline,
            lanes=LANES,
            pictures=site.pictures(report, open_evidence),
            addresses=site.addresses(report, open_evidence),
            words=words,
            terms=terms,
            most=MOST,
            policy=Markup(policy),  # noqa: S704 - made of our own words and two digests
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
        )
    )
    return page.encode()


class _View:
    """What the page looks up in the report."""

    def __init__(self, report: Report, open_evidence: Open) -> None:
        self._report = report
        self._passages = Passages(
            self.evidence, open_evidence, hiding(report, open_evidence, published=True)
        )
        self._evidence = {entry.sha256: entry for entry in report.evidence}
        self._norms = {norm.id: norm for norm in report.norms}
        self._rows = {row.id: row for row in (*report.behaviours, *report.labels, *report.duties)}
        self._anchors: dict[str, str] = {}
        self._printed: set[str] = set()
        self.flagged = {
            certainty: outline.flagged(report, certainty) for certainty in words.CERTAINTY
        }
        self.noted = outline.noted(report)
        reader = readers.profile(report)
        self.opened = reader is not None and reader.opened
        self._mark = reader.pending if reader is not None else None
        self._clues = readers.clues(report) if self._mark else ()
        self.held_back = readers.HELD_BACK
        for groups in (*self.flagged.values(), self.noted):
            for group in groups:
                for finding in group.findings[: MOST["findings"]]:
                    self._anchors.setdefault(finding.fingerprint, f"f{len(self._anchors) + 1}")
        for part, whole in outline.joined(report)[0].items():
            if whole in self._anchors:
                self._anchors[part] = self._anchors[whole]

    def evidence(self, sha256: str | None) -> Evidence | None:
        """Give the entry of kept bytes, if the case holds them under a proper digest."""
        entry = self._evidence.get(sha256 or "")
        return entry if entry and _DIGEST.fullmatch(entry.sha256) else None

    def passage(self, source: Source) -> Passage | None:
        """Give the words of a kept text to which a fact points, if it points to any."""
        return self._passages.at(source)

    def standing(self, finding: Finding) -> list[Words]:
        """Say in how many runs a finding was made, and by whose record it stands."""
        runs = collected.repeated(finding)
        records = collected.vouching(self._report, finding)
        return [*([runs] if runs else []), *(collected.stands_on(each) for each in records)]

    def pending(self, group: outline.Flagged) -> Words | None:
        """Give the mark of findings that this reader takes for clues only."""
        return self._mark if group in self._clues else None

    def norm(self, id_: str) -> Norm | None:
        """Give a norm by its id."""
        return self._norms.get(id_)

    def row(self, id_: str) -> Row | None:
        """Give a listed behaviour or duty by its id."""
        return self._rows.get(id_)

    def name(self, scheme: str, item: str) -> Words | None:
        """Give what a number in another list stands for."""
        return self._report.names.get(f"{scheme}-{item}")

    def provision(self, category: str) -> tuple[Norm, str] | None:
        """Give the norm and the article that a category such as pipl-51 stands for."""
        name, _, item = category.rpartition("-")
        norm = self._norms.get(name.upper())
        return (norm, item) if norm else None

    def rows(self) -> list[tuple[str, list[Row]]]:
        """Give duties, listed behaviours and names in notices by their list, duties first."""
        report = self._report
        lists: dict[str, list[Row]] = {}
        for row in (*report.duties, *report.behaviours, *report.labels):
            lists.setdefault(row.id.rpartition("-")[0], []).append(row)
        return list(lists.items())

    def anchor(self, fingerprint: str | None) -> str | None:
        """Give the place of a finding on the page; null where the page leaves it out."""
        return self._anchors.get(fingerprint or "")

    def take_anchor(self, fingerprint: str) -> str | None:
        """Give the place of a finding the first time it is printed, so that no place is twofold."""
        place = self._anchors.get(fingerprint)
        if place is None or place in self._printed:
            return None
        self._printed.add(place)
        return place

    def fact(self, id_: str) -> FactView | None:
        """Give a fact by its id, if the report holds it."""
        fact = self._report.facts.get(id_)
        if fact is None:
            return None
        kind = str(fact.get("kind", ""))
        fields = tuple(
            (name, terms.FIELD.get(name), value)
            for name, value in fact.items()
            if name not in {"kind", "source", "channel"}
        )
        source = msgspec.convert(fact.get("source", {}), Source)
        return FactView(id_, kind, terms.KIND.get(kind), fields, source)


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
        "plain": _plain,
        "thousands": "{:,}".format,
    }
    environment.globals |= {"called": called, "collected": collected}
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


def _plain(value: Any) -> str:
    """Give a value that is neither a list nor yes, no or unknown."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _resource(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
