"""The errors that Mingjian tells a person about, each with a hint and the exit code it ends in."""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class MingjianError(Exception):
    """Something a person can mend: one line that says what, and a hint that says how."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(MingjianError):
    """The words of the call are wrong: a path that is not there, an option that does not fit."""


class NotAuditable(MingjianError):  # noqa: N818 - it names a state that batch tables print
    """Nothing of the target could be audited, which is never the same as nothing wrong."""

    exit_code = 3


class Fault(NamedTuple):
    """One fault of one rule file or list, with the place where a person finds it."""

    file: str
    line: int
    column: int
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class RulebookError(MingjianError):
    """The rule files are refused; every fault of every file is in `faults`, in reading order."""

    exit_code = 4

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        count = len(faults)
        super().__init__(
            f"the rulebook has {count} fault{'s' if count != 1 else ''}",
            hint="mend the places named above, then run: mingjian rules check",
        )
        self.faults = faults


class EvidenceError(MingjianError):
    """The evidence of a case does not verify: a file was altered, is missing, or was added."""

    exit_code = 5
