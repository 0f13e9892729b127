"""The project's own fixtures, and cases made from them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from scanner.audit import Request, audit
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Report, Visit
from scanner.rulebook.load import load_rulebook
from scanner.tool import this_tool

APKS = Path(__file__).parent.parent / "fixtures" / "apk"
VIOLATING, COMPLIANT = APKS / "violating.apk", APKS / "compliant.apk"
KNOWLEDGE = load_knowledge(rules_folder() / "lists")
BOOK = load_rulebook([rules_folder()], KNOWLEDGE)
MOMENT = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.UTC)


def request(*paths: Path, **changes: Any) -> Request:
    stated: dict[str, Any] = {
        "visit": Visit(),
        "app_type": 38,
        "developer": None,
        "store": None,
        "store_url": None,
        "channel": None,
        "obtained_at": None,
        "tool": this_tool(["scan"], MOMENT),
    }
    return Request(targets=[str(path) for path in paths], **stated | changes)


def case(destination: Path, *paths: Path, **changes: Any) -> Report:
    return audit(
        request(*paths, **changes),
        destination,
        book=BOOK,
        knowledge=KNOWLEDGE,
        formats_wanted=["html"],
    )
