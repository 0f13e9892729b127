"""A report with the test identity's own values in the clear, each read again where it was sent.

What is not the identity's is somebody else's, as far as anybody knows, and stays masked always. A
value is shown only where the evidence still shows it: at the very place that the fact names, found
by the same search. Of two values that are masked alike neither is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from scanner.collect.traffic.sent import Reader
from scanner.errors import MingjianError
from scanner.exchange import Exchange
from scanner.model import Finding, Report, Ruling, Words
from scanner.personal.canary import CANARY, CANARY_TYPES
from scanner.personal.masking import masked
from scanner.recordings.recording import BEGIN, read

SENT = "data.sent"
"""The kind of fact whose value can be read again from a recording."""


class Unmasked(NamedTuple):
    """A report in the clear, and how far that went."""

    report: Report
    shown: int
    """Facts whose value stands there now."""
    left: int
    """Facts whose value stays masked: a third person's, or no longer to be read."""


def unmasked(
    report: Report, case_path: Callable[[str], Path], values: Mapping[str, Sequence[str]]
) -> Unmasked:
    """Give a report with the values of the test identity in the clear.

    `case_path` gives where evidence lies, `values` those of the identity by kind; of our own
    browser sessions the values are those of the made-up person that was typed in.
    """
    wanted: defaultdict[tuple[str, bool], dict[str, list[str]]] = defaultdict(dict)
    hidden = 0
    for name, fact in report.facts.items():
        if not fact.get("value_masked"):
            continue
        hidden += 1
        source: Any = fact.get("source") or {}
        if fact.get("kind") == SENT and fact.get("matched_by") == "known":
            own = fact.get("channel") == "website"
            places = wanted[str(source.get("evidence")), own]
            places.setdefault(str(source.get("at")), []).append(name)
    found: dict[str, str] = {}
    for (sha256, own), places in wanted.items():
        among = _CANARIES if own else values
        for name, value in _read_again(report, case_path(sha256), places, among):
            found[name] = value
    facts = {
        name: {**fact, "value_masked": found[name]} if name in found else fact
        for name, fact in report.facts.items()
    }
    shown = {
        name: (str(report.facts[name]["value_masked"]), value) for name, value in found.items()
    }
    rulings = tuple(_told(ruling, shown) for ruling in report.rulings)
    clear = replace(report, facts=facts, rulings=rulings, unmasked=True)
    return Unmasked(clear, len(found), hidden - len(found))


_CANARIES: Mapping[str, Sequence[str]] = {
    kind: tuple(value for key, value in CANARY.items() if CANARY_TYPES[key] == kind)
    for kind in CANARY_TYPES.values()
}


def _read_again(
    report: Report,
    path: Path,
    places: Mapping[str, Sequence[str]],
    values: Mapping[str, Sequence[str]],
) -> list[tuple[str, str]]:
    """Search the exchanges at these places anew, and give the value of each fact found again."""
    if not path.is_file() or not any(values.values()):
        return []
    found: list[tuple[str, str]] = []
    reader = Reader(values)
    with path.open("rb") as stream:
        begin = stream.read(BEGIN)
    try:
        for one in read(path, begin):
            if not isinstance(one, Exchange) or one.at not in places:
                continue
            carried = {
                (datum.data_type, datum.place, datum.value_masked)
                for datum in reader.read(one, listed=False).data
                if datum.matched_by == "known"
            }
            for name in places[one.at]:
                fact = report.facts[name]
                kind, shown = str(fact["data_type"]), str(fact["value_masked"])
                alike = {v for v in values.get(kind, ()) if masked(kind, v) == shown}
                if (kind, fact.get("place"), shown) in carried and len(alike) == 1:
                    found.append((name, alike.pop()))
    except MingjianError:
        return found
    return found


def _told(ruling: Ruling, shown: Mapping[str, tuple[str, str]]) -> Ruling:
    return replace(ruling, findings=tuple(_in_words(one, shown) for one in ruling.findings))


def _in_words(finding: Finding, shown: Mapping[str, tuple[str, str]]) -> Finding:
    message = finding.message
    for name in finding.facts:
        if name in shown:
            stars, value = shown[name]
            message = Words(message.zh.replace(stars, value), message.en.replace(stars, value))
    return replace(finding, message=message)
