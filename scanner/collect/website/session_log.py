"""What a session tells of itself at its end: its log, and what went past its recording."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from scanner.browser import LOCALE, TIME_ZONE, VIEWPORT
from scanner.exchange import address
from scanner.model import Unseen, Words

if TYPE_CHECKING:
    from scanner.collect.website.session import Session

MOST_BOXES = 30
"""Boxes of alert, confirm and prompt that are named."""
MOST_NAMED = 20
"""Windows, and files that came by themselves, that are named."""


def session_log(session: Session, stored: dict[str, Any], flags: list[str]) -> dict[str, Any]:
    """Give what a session did and met, with the state stored at its end and the browser's flags."""
    return {
        "phase": session.phase,
        "browser": session.browser.version,
        "executable": session.browser.executable.name,
        "flags": flags,
        "user_agent": session.user_agent,
        "locale": LOCALE,
        "time_zone": TIME_ZONE,
        "viewport": list(VIEWPORT),
        "machine": f"{platform.system()} {platform.machine()}",
        "mapped": session.mapped,
        "since": None if session.since is None else session.since.isoformat("T", "milliseconds"),
        "navigation": session.navigation,
        "dialogs": session.dialogs[:MOST_BOXES],
        "windows": session.popups[:MOST_NAMED],
        "downloads": session.downloads[:MOST_NAMED],
        "stored": stored,
        "events": [
            {
                "time": told.time,
                "frame": told.frame,
                "what": told.event.what,
                "name": told.event.api or told.event.prompt or told.event.name,
                "text": told.event.text,
                "script": told.event.script,
                "line": told.event.line,
            }
            for told in session.instruments.told
        ],
    }


def unaccounted(session: Session) -> Iterator[Unseen]:
    """Say which hosts were connected to without a request that the recording holds."""
    told = {
        parts.host
        for entry in session.recording.entries.values()
        if (parts := address(entry["request"]["url"])) is not None
    }
    hosts = {
        one.host
        for one in session.guard.connections
        if one.at >= session.started and one.ip is not None and one.host not in told
    }
    if hosts:
        some = ", ".join(sorted(hosts)[:5])
        reason = Words(f"有连接而未记录到请求：{some}", f"connected, no request seen: {some}")
        scope = {"channel": ("website",), "phase": (session.phase,), "host": tuple(sorted(hosts))}
        for kind in ("request.made", "endpoint.contacted", "identifier.sent", "data.sent"):
            yield Unseen(kind=kind, scope=scope, collector="website", reason=reason)
