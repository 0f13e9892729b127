"""Mingjian 明鉴 audits mobile apps and websites for privacy violations against rule files.

The names below are the public API; each is imported only when it is first used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Request": "scanner.audit",
    "judge_again": "scanner.casework.again",
    "Report": "scanner.model",
    "Ruling": "scanner.model",
    "Finding": "scanner.model",
    "Unseen": "scanner.model",
    "Knowledge": "scanner.knowledge",
    "load_knowledge": "scanner.knowledge",
    "rules_folder": "scanner.knowledge",
    "Rulebook": "scanner.rulebook.rule",
    "load_rulebook": "scanner.rulebook.load",
    "MingjianError": "scanner.errors",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - the names are computed from where they live


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(_HOMES[name]), name)
