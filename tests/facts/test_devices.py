from __future__ import annotations

from typing import Literal

import pytest

from scanner.facts import (
    DataAccessed,
    FunctionRefused,
    Phase,
    PhaseBegan,
    ProcessStarted,
    Source,
    identity_of,
)

NOWHERE = Source(at="events.jsonl line 1")


def test_an_access_in_another_phase_is_another_fact() -> None:
    def access(phase: Phase) -> DataAccessed:
        return DataAccessed(
            source=NOWHERE, channel="device", data_type="imei", api="a.B.c", phase=phase
        )

    assert identity_of(access("first_launch")) != identity_of(access("agreed"))
    assert identity_of(access("agreed")) == identity_of(access("agreed"))


@pytest.mark.parametrize("outcome", ["exited", "looped", "blocked"])
def test_a_refused_function_is_known_by_what_was_refused_and_what_came_of_it(
    outcome: Literal["exited", "looped", "blocked"],
) -> None:
    one = FunctionRefused(
        source=NOWHERE, channel="device", refusal="permission", group="location", outcome=outcome
    )
    assert identity_of(one) == ("function.refused", "permission", "location", outcome)


def test_what_nobody_recorded_is_unknown() -> None:
    began = PhaseBegan(source=NOWHERE, channel="device", number=1)
    assert (began.phase, began.within_ms) == (None, None)
    started = ProcessStarted(
        source=NOWHERE, channel="device", package="cn.example", trigger="boot", started_by=""
    )
    assert (started.count, started.by_subject) == (None, None)
