"""comparison.json: the comparison for programs."""

from __future__ import annotations

import msgspec

from scanner.model import Comparison
from scanner.report.words import Lang

_ENCODER = msgspec.json.Encoder(decimal_format="number", order="deterministic")


def render(comparison: Comparison, _lang: Lang) -> bytes:
    """Give the comparison as JSON: UTF-8, two spaces of indent, keys always in the same order."""
    return msgspec.json.format(_ENCODER.encode(comparison), indent=2) + b"\n"
