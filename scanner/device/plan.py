"""What the auditor wants of a run on a phone, and whether it can be carried out."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from scanner.errors import UsageError

LONGEST_S = 24 * 3600
"""Seconds that a run may last."""


class Plan(NamedTuple):
    """What the auditor wants of a run."""

    apk: Path
    """The app, as one APK."""
    output: Path
    """Folder of the recording; made by the run."""
    adb: str | None = None
    """host:port of the adb server; by default as for adb itself."""
    serial: str | None = None
    """The phone, where several are connected."""
    replace: bool = False
    """Whether an app of that name that is installed may be taken off, with its data."""
    uninstall: bool = False
    """Whether the app is taken off at the end."""
    strict: bool = False
    """Whether a phone that is not clean ends the run before it begins."""
    script: Path | None = None
    """Steps to carry out; by default the auditor uses the phone by hand."""
    seconds: float | None = None
    """How long the run lasts; by default until the auditor, or the script, ends it."""
    capture: tuple[str, ...] | None = None
    """Program that records traffic: takes -o FILE --port NUMBER and words on standard input."""
    who: tuple[str, ...] = ()
    """Who makes the run."""

    def check(self) -> None:
        """Raise UsageError where the words of the call do not fit together."""
        if not self.apk.is_file():
            raise UsageError(f"{self.apk} is no file", hint="name the APK to run")
        if not self.output.absolute().parent.is_dir():
            raise UsageError(f"{self.output.parent} is no folder", hint="make it first")
        if self.script is not None and not self.script.is_file():
            raise UsageError(f"--script {self.script} is no file", hint="name a YAML file")
        if self.seconds is not None and not 0 < self.seconds <= LONGEST_S:
            hint = f"give seconds, at most {LONGEST_S}"
            raise UsageError("--for is no length of a run", hint=hint)
