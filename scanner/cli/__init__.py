"""Words in, exit code out: the command line holds no logic of its own."""

from scanner.cli import scan, capture, device, cases, explaining, rules  # noqa: I001 - the order in the help
from scanner.cli.main import main

__all__ = ["capture", "cases", "device", "explaining", "main", "rules", "scan"]
