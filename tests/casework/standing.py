"""What tests of casework share: a case that stands, and words about it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from scanner.casework.again import judge_again
from scanner.casework.deciding import Said
from scanner.evidence.sealing import Sealing
from scanner.model import Choice, Finding, Report
from scanner.report.as_json import decode
from tests.samples import BOOK, KNOWLEDGE, request


def report(folder: Path) -> Report:
    return decode((folder / "report.json").read_bytes())


def again(folder: Path, **changes: Any) -> Report:
    given: dict[str, Any] = {
        "book": BOOK,
        "knowledge": KNOWLEDGE,
        "tool": request().tool,
        "formats_wanted": ["html"],
    }
    return judge_again(folder, **given | changes)


def saying(subject: str, by: str = "王芳", choice: Choice = "confirm", **more: Any) -> Said:
    return Said(subject=subject, choice=choice, by=by, reason="看过", **more)


def first(folder: Path) -> Finding:
    return next(ruling.findings[0] for ruling in report(folder).rulings if ruling.findings)


def wish() -> Sealing:
    return Sealing(now=lambda: datetime.datetime.now().astimezone(), self_made=True)
