"""Where a finding points, in the words of whoever has to mend it: a method, an element, a line."""

from __future__ import annotations

import re
from typing import NamedTuple

from scanner.model import Finding, Report
from scanner.report.words import visible

MOST = 10
"""Places of one finding at most."""
_MANIFEST = re.compile(r"manifest(?:[/@]|$)")
_LINE = re.compile(r", line (\d{1,7})$")


class Spot(NamedTuple):
    """One place, as text in which nothing is hidden."""

    shown: str
    """The place in words."""
    evidence: str | None
    """SHA-256 of the kept bytes."""
    line: int | None = None
    """The line in them, where they are a text."""
    name: str = ""
    """The method, element or address, where the place has a name of its own."""
    kind: str = "element"
    """What that names: function, element or resource."""


def spots(report: Report, finding: Finding) -> tuple[Spot, ...]:
    """Give the places of the facts that a finding stands on, the offending one's first."""
    found = (_spot(report.facts.get(name, {})) for name in finding.facts)
    return tuple(dict.fromkeys(each for each in found if each is not None))[:MOST]


def _spot(fact: dict[str, object]) -> Spot | None:
    source = fact.get("source")
    if not isinstance(source, dict):
        return None
    at, evidence = _text(source.get("at")), source.get("evidence")
    sha256 = evidence if isinstance(evidence, str) else None
    caller = _text(fact.get("caller"))
    if _MANIFEST.match(at):
        at = f"AndroidManifest.xml: {at}"
    line = _LINE.search(at)
    name = caller or _text(fact.get("permission")) or _text(fact.get("page"))
    shown = " · ".join(each for each in (name, at) if each)
    if not shown:
        return None
    return Spot(
        shown=shown,
        evidence=sha256,
        line=int(line[1]) if line and int(line[1]) > 0 else None,
        name=name,
        kind="function" if caller else "element",
    )


def _text(value: object) -> str:
    return visible(value) if isinstance(value, str) else ""
