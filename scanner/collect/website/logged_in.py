"""The state of a logged-in browser that the auditor gives, and keeping its values out of a case."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from scanner.errors import UsageError

LEAST_SECRET = 6
"""Characters below which a stored value is no secret, and would be found everywhere."""


def secrets_in(state: Path | None) -> list[str]:
    """Give the values of a stored browser state that are long enough to let somebody in.

    Raises UsageError for a file that holds no such state.
    """
    if state is None:
        return []
    try:
        stored = json.loads(state.read_bytes())
        values = [str(one["value"]) for one in stored.get("cookies", [])]
        for origin in stored.get("origins", []):
            values += [str(one["value"]) for one in origin.get("localStorage", [])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        hint = "give a state as Playwright's storage_state writes it"
        raise UsageError(f"--session {state} holds no browser state", hint=hint) from None
    return sorted({value for value in values if len(value) >= LEAST_SECRET}, key=len, reverse=True)


def without_secrets(data: bytes, secrets: Sequence[str]) -> bytes:
    """Hide what the auditor's logged-in state holds, so that nobody logs in with a case.

    Values inside bodies, which stand there in Base64, are not found.
    """
    for secret in secrets:
        for form in {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}:
            data = data.replace(form.encode(), b"[session value]")
    return data
