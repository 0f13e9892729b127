"""What kept bytes show of a fact, for a person who wants to see it: bounded, hidden, never raised.

    viewer = Viewer(report, open)          # once for a report; opens each evidence once
    for view in viewer.shown(fact):        # fact: a value of report.facts
        ...                                # Excerpt | Request | CallPath | Picture | Unshown

`shown` gives at least one view for every fact, whatever an input made of it: where bytes cannot be
shown it is an Unshown that names the place. All texts are plain and have their personal values
hidden; a format still escapes them. `lines(view, lang)` writes any view as plain lines.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from scanner.exchange import Exchange, Passage
from scanner.facts import Source
from scanner.model import Open, Report, Words
from scanner.recordings.place import PLACE, exchange_at
from scanner.report.viewer.calls import Calls
from scanner.report.viewer.code import instruction
from scanner.report.viewer.kept import Kept
from scanner.report.viewer.lines import lines
from scanner.report.viewer.requests import request
from scanner.report.viewer.screens import Screens
from scanner.report.viewer.texts import Texts
from scanner.report.viewer.views import (
    Box,
    CallPath,
    Excerpt,
    Field,
    Picture,
    Request,
    Step,
    Unshown,
    View,
)

__all__ = [
    "Box",
    "CallPath",
    "Excerpt",
    "Field",
    "Picture",
    "Request",
    "Step",
    "Unshown",
    "View",
    "Viewer",
    "lines",
]

LONGEST_PLACE = 2_000
"""Characters of a place that are read."""
STATED = Words("由检测人员说明，无留存的字节", "stated by the auditor; no bytes are kept for it")
MISSING = Words("留存的字节不存在或已改动", "the kept bytes are missing or altered")
ELSEWHERE = Words(
    "此处的字节没有可供阅读的形式，请按位置查看原件",
    "what stands there has no form for reading; look at the original at this place",
)


class Viewer:
    """Shows the bytes behind the facts of one report."""

    def __init__(self, report: Report, open_evidence: Open) -> None:
        """`open_evidence` gives kept bytes by digest."""
        self._facts = report.facts
        self.kept = Kept(report, open_evidence)
        self._texts = Texts(self.kept)
        self._screens = Screens(report, self.kept)
        self._calls = Calls(report)
        self._exchange = functools.lru_cache(maxsize=8)(self._read)

    def shown(self, fact: Mapping[str, object]) -> tuple[View, ...]:
        """Give what a person should see for a fact: at least one view."""
        source = source_of(fact)
        views = tuple(self._views(fact, source))
        return views or (Unshown(source.evidence, source.at, self._why(source)),)

    def _views(self, fact: Mapping[str, object], source: Source) -> Iterator[View]:
        path = self._calls.path(fact)
        if path is not None:
            yield path
        entry = self.kept.entry(source.evidence)
        if entry is None:
            return
        if PLACE.fullmatch(source.at):
            exchange = self._exchange(entry.sha256, source.at)
            if exchange is not None:
                about = self._origin(fact, source)
                yield request(exchange, entry.sha256, about, self.kept.without_known)
                return
        picture = self._screens.picture(fact, source)
        if picture is not None:
            yield picture
        excerpt = self._excerpt(entry.media_type, source)
        if excerpt is not None:
            yield excerpt

    def _origin(self, fact: Mapping[str, object], source: Source) -> Mapping[str, object]:
        """Give the observation from which a fact was derived, where both point to one place."""
        told = fact.get("derived_from")
        for name in told if isinstance(told, list | tuple) else ():
            origin = self._facts.get(name) if isinstance(name, str) else None
            if origin is not None and source_of(origin).at == source.at:
                return origin
        return fact

    def _excerpt(self, media_type: str, source: Source) -> Excerpt | None:
        if source.at.startswith("text "):
            return self._texts.policy(source)
        if media_type == "text/html":
            return self._texts.page(source)
        if source.at.startswith("manifest"):
            return self._texts.manifest(source)
        code = instruction(self.kept, source.evidence or "", source.at)
        return code or self._texts.recorded(source)

    def _read(self, sha256: str, at: str) -> Exchange | Passage | None:
        data = self.kept.bytes_of(sha256)
        return None if data is None else exchange_at(data, at)

    def _why(self, source: Source) -> Words:
        if source.evidence is None:
            return STATED
        return ELSEWHERE if self.kept.bytes_of(source.evidence) is not None else MISSING


def source_of(fact: Mapping[str, object]) -> Source:
    """Give where a fact was seen, whatever an input made of it."""
    told = fact.get("source")
    said: Mapping[object, object] = told if isinstance(told, dict) else {}

    def text(name: str) -> str | None:
        value = said.get(name)
        return value[:LONGEST_PLACE] if isinstance(value, str) else None

    return Source(
        evidence=text("evidence"),
        at=text("at") or "",
        time=text("time"),
        captured=said.get("captured") is not False,
        mapped=said.get("mapped") is True,
    )
