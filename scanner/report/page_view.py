"""What the HTML page looks up in a report: places, norms, facts, evidence, what persons said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from scanner.facts import Source
from scanner.model import Certainty, Evidence, Finding, Norm, Open, Report, Row, Words
from scanner.report import categories, citing, collected, outline, readers, site, terms
from scanner.report.persons import Persons
from scanner.report.viewer import Picture, View, Viewer

RICH = 150
"""Findings whose facts the page sets out as tables; those of all others stand on a line each."""
MOST_FINDINGS = 10_000
"""Findings that the page shows at most."""
MOST_PICTURES = 24
"""Pictures of screens that the page holds at most, beside the gallery."""
LONGEST_VALUE = 300
"""Characters of one value where a fact stands on one line."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FactView(NamedTuple):
    """A fact as the page shows it."""

    id: str
    kind: str
    label: Words | None
    fields: tuple[tuple[str, Words | None, object], ...]
    source: Source


class PageView:
    """Looks things up in one report, for one page."""

    def __init__(self, report: Report, open_evidence: Open) -> None:
        self._report = report
        self._viewer = Viewer(report, open_evidence)
        self._open = open_evidence
        self._pictures: dict[str, tuple[str, Picture, str]] = {}
        self._evidence = {entry.sha256: entry for entry in report.evidence}
        self._norms = {norm.id: norm for norm in report.norms}
        self._rows = {row.id: row for row in (*report.behaviours, *report.labels, *report.duties)}
        self.persons = Persons(report)
        self.categories = categories.by_category(report)
        self.noted = outline.noted(report)
        self.tally = outline.tally(report)
        reader = readers.profile(report)
        self.opened = reader is not None and reader.opened
        self._mark = reader.pending if reader is not None else None
        self._clues = readers.clues(report) if self._mark else ()
        self.held_back = readers.HELD_BACK
        shown = [one for group in self._groups() for one in group.findings]
        self.found = len(shown)
        self.many = self.found > RICH
        self.left_out = max(0, len(shown) - MOST_FINDINGS)
        self._anchors: dict[str, str] = {}
        self._rich: set[str] = set()
        for finding in shown[:MOST_FINDINGS]:
            if len(self._rich) < RICH:
                self._rich.add(finding.fingerprint)
            self._anchors.setdefault(finding.fingerprint, f"f{len(self._anchors) + 1}")
        self._inside = outline.joined(report)[0]
        for part, whole in self._inside.items():
            if whole in self._anchors:
                self._anchors[part] = self._anchors[whole]
        self._printed: set[str] = set()

    def _groups(self) -> Iterator[outline.Flagged]:
        for category in self.categories:
            yield from category.groups
        yield from self.noted

    def levels(self) -> tuple[Certainty, ...]:
        """Give the certainties that occur among the findings that accuse."""
        held = {group.certainty for category in self.categories for group in category.groups}
        return tuple(level for level in ("proven", "suspected") if level in held)

    def severities(self) -> tuple[str, ...]:
        """Give the severities that occur among the findings, the gravest first."""
        held = {group.ruling.severity for group in self._groups()}
        return tuple(level for level in outline.RANK if level in held)

    def channels(self) -> tuple[str, ...]:
        """Give the channels in which findings were seen."""
        return tuple(
            sorted({self.channel(one) for each in self._groups() for one in each.findings})
        )

    def channel(self, finding: Finding) -> str:
        """Give the channel in which a finding's own fact was seen; empty where none is told."""
        fact = self._report.facts.get(finding.facts[0], {}) if finding.facts else {}
        channel = fact.get("channel")
        return channel if isinstance(channel, str) else ""

    def merged(self) -> Words | None:
        """Say how many findings stand inside another one, by whose other proofs it was found."""
        return outline.merged(self._report)

    def rich(self, finding: Finding) -> bool:
        """Say whether the page sets out a finding's facts as tables."""
        return finding.fingerprint in self._rich

    def shown(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Give those findings of a rule that the page shows."""
        return tuple(one for one in findings if one.fingerprint in self._anchors)

    def brief(self, finding: Finding) -> tuple[str, ...]:
        """Give each fact of a finding on one line, whole but for values that are very long."""
        return tuple(_line(id_, self._report.facts.get(id_, {})) for id_ in finding.facts)

    def evidence(self, sha256: str | None) -> Evidence | None:
        """Give the entry of kept bytes, if the case holds them under a proper digest."""
        entry = self._evidence.get(sha256 or "")
        return entry if entry and _DIGEST.fullmatch(entry.sha256) else None

    def seen(self, fact: str) -> tuple[View, ...]:
        """Give what kept bytes show of a fact; each picture is taken into the page once."""
        views = self._viewer.shown(self._report.facts.get(fact, {}))
        for view in views:
            if isinstance(view, Picture):
                self._take(view)
        return views

    def form(self, view: View) -> str:
        """Say which kind of view this is."""
        return type(view).__name__

    def embedded(self, sha256: str) -> str | None:
        """Give the place of a picture in the page; null where the page does not hold it."""
        held = self._pictures.get(sha256)
        return held[0] if held else None

    def pictures(self) -> tuple[tuple[str, Picture, str], ...]:
        """Give the pictures that the page holds: place, what it is, its data: address."""
        return tuple(self._pictures.values())

    def _take(self, picture: Picture) -> None:
        entry = self.evidence(picture.sha256)
        if entry is None or entry.sha256 in self._pictures or len(self._pictures) >= MOST_PICTURES:
            return
        address = site.address(entry, self._open)
        if address is not None:
            place = f"p{len(self._pictures) + 1}"
            self._pictures[entry.sha256] = (place, picture, address)

    def pending(self, group: outline.Flagged) -> Words | None:
        """Give the mark of findings that this reader takes for clues only."""
        return self._mark if group in self._clues else None

    def standing(self, finding: Finding) -> list[Words]:
        """Say in how many runs a finding was made, and by whose record it stands."""
        runs = collected.repeated(finding)
        records = collected.vouching(self._report, finding)
        return [*([runs] if runs else []), *(collected.stands_on(each) for each in records)]

    def norm(self, id_: str) -> Norm | None:
        """Give a norm by its id."""
        return self._norms.get(id_)

    def place(self, norm: str, item: str) -> Words:
        """Name a place in a norm as that norm counts."""
        return citing.place(self.norm(norm), item)

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
        return FactView(id_, kind, terms.KIND.get(kind), fields, _source(fact))


def plain(value: Any) -> str:
    """Give a value that is neither a list nor yes, no or unknown."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _line(id_: str, fact: dict[str, object]) -> str:
    source = _source(fact)
    parts = [f"{fact.get('kind', '')} #{id_}"]
    for name, value in fact.items():
        if name not in {"kind", "source"} and value is not None:
            text = plain(value)
            more = f"… [+{len(text) - LONGEST_VALUE:,}]" if len(text) > LONGEST_VALUE else ""
            parts.append(f"{name}={text[:LONGEST_VALUE]}{more}")
    parts += [f"@ {source.at[:LONGEST_VALUE]}"] if source.at else []
    parts += [source.time] if source.time else []
    return " · ".join(parts)


def _source(fact: dict[str, object]) -> Source:
    return msgspec.convert(fact.get("source", {}), Source)
