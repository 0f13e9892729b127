"""Words in, exit code out: the command line holds no logic of its own."""

# The order of the help.
# isort: off
from scanner.cli import (
    scan,
    capture,
    device,
    cases,
    deciding,
    explaining,
    comparing,
    recording,
    tables,
    sealing,
    leaving,
    rules,
    projects,
    self_test,
)

# isort: on
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
