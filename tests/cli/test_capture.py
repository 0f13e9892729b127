from __future__ import annotations

from scanner.capture.marks import PHASES
from scanner.cli.capture import CapturePhase


def test_the_phases_of_a_capture_are_those_of_facts() -> None:
    assert [phase.value for phase in CapturePhase] == list(PHASES)
