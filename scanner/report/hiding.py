"""What hides personal values in words that a format quotes from kept evidence."""

from __future__ import annotations

from collections.abc import Callable

from scanner.errors import MingjianError
from scanner.model import Open, Report
from scanner.personal.identity import values_in
from scanner.personal.veil import Veil

OF_IDENTITY = "application/yaml"
"""Media type of the identity file."""


def hiding(report: Report, open_evidence: Open, *, published: bool = False) -> Callable[[str], str]:
    """Give what takes the values of the test identity, and whatever has the form of a person's,
    out of a text; of a text that the operator published only the former.

    A report written in the clear hides third persons' values all the same.
    """
    values: dict[str, tuple[str, ...]] = {}
    for entry in report.evidence:
        if entry.media_type == OF_IDENTITY:
            try:
                read = values_in(open_evidence(entry.sha256))
            except MingjianError:  # purged, or not in this copy
                continue
            for kind, many in read.items():
                values[kind] = (*values.get(kind, ()), *many)
    veil = Veil(values)
    return veil.known if published else veil.text
