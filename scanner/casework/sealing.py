"""A case signed and stamped as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scanner.casework.acting import act_upon, close, working
from scanner.evidence.sealing import Sealing
from scanner.model import Tool


def seal_case(folder: Path, sealing: Sealing, *, tool: Tool, by: Iterable[str] = ()) -> None:
    """Sign and stamp a case as it stands.

    Raises EvidenceError where it does not verify; then, and where it cannot be signed or stamped,
    it stays as it was.
    """
    with working(folder):
        close(folder, act_upon(folder, "sealed", tool, by=by), {}, sealing)
