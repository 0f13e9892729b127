"""Errors that a person can mend: one line, a hint, and the documented exit code."""

from __future__ import annotations

import pytest

from scanner.errors import (
    EvidenceError,
    Fault,
    MingjianError,
    NotAuditable,
    RulebookError,
    UsageError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("a", hint="b"), 2),
        (NotAuditable("a", hint="b"), 3),
        (RulebookError((Fault("f", 1, 2, "a", "b"),)), 4),
        (EvidenceError("a", hint="b"), 5),
    ],
)
def test_every_error_has_a_hint_and_its_code(error: MingjianError, code: int) -> None:
    assert error.exit_code == code
    assert error.hint
    assert "\n" not in str(error)


def test_faults_print_as_places_that_editors_open() -> None:
    assert str(Fault("rules/a.yaml", 3, 7, "wrong", "mend")) == "rules/a.yaml:3:7: wrong"
    assert str(RulebookError((Fault("f", 1, 1, "a", "b"),) * 2)) == "the rulebook has 2 faults"
