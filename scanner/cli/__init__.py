"""Words in, exit code out: the command line holds no logic of its own."""

from scanner.cli import (
    capture,
    cases,
    comparing,
    deciding,
    device,
    explaining,
    leaving,
    projects,
    recording,
    rules,
    scan,
    sealing,
    self_test,
    tables,
)
from scanner.cli.app import app
from scanner.cli.main import main

__all__ = [
    "capture",
    "cases",
    "comparing",
    "deciding",
    "device",
    "explaining",
    "leaving",
    "main",
    "projects",
    "recording",
    "rules",
    "scan",
    "sealing",
    "self_test",
    "tables",
]

ORDER = (
    *("scan", "capture", "judge", "report", "explain", "decide", "compare", "draft"),
    *("seal", "verify", "record", "export", "purge", "table"),
    *("init", "baseline", "self-test", "facts", "types"),
)
"""Verbs as the help lists them: first what makes a case and reads it, then what keeps it."""


def _place(name: str | None) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


app.registered_commands.sort(
    key=lambda one: _place(one.name or getattr(one.callback, "__name__", None))
)
