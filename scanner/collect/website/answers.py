"""What servers answered to scripts: personal information of other people, seen in passing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any

from scanner.browser import well_formed
from scanner.collect.website.exposed import exposed_facts
from scanner.collect.website.ground import Ground
from scanner.collect.website.session import Session
from scanner.collect.website.view import View
from scanner.exchange import address, shown
from scanner.facts import PageExposed
from scanner.model import Unseen, Words

MOST_ANSWERS = 100
"""Answers of one session that are searched."""
LONGEST = 1_000_000
"""Characters of an answer that are searched."""


def exposed_in_answers(ground: Ground, session: Session) -> Iterator[PageExposed | Unseen]:
    """Search what the site's own servers answered to scripts; nothing is asked for again."""
    searched = 0
    for number, entry in session.recording.entries.items():
        parts = address(str(entry["request"]["url"]))
        if parts is None or ground.party_of(parts.host) != "first" or not _asked(entry):
            continue
        body = _json(entry)
        unread = _unread(entry) if body is None or len(body) > LONGEST else None
        if unread is None and body is not None:
            searched += 1
            if searched > MOST_ANSWERS:
                unread = Words("接口应答过多", "there were too many answers to search them all")
        if unread is not None:
            scope = {"page": (shown(str(entry["request"]["url"])),), "surface": ("json",)}
            yield Unseen(kind="page.exposed", scope=scope, collector="website", reason=unread)
        if body is None or searched > MOST_ANSWERS:
            continue
        view = View(
            url=str(entry["request"]["url"]),
            html="",
            text=body[:LONGEST],
            evidence=session.har or "",
            time=str(entry["startedDateTime"]),
            phase=session.phase,
            mapped=session.mapped,
        )
        for fact in exposed_facts(view, surface="json"):
            source = view.source(f"entry {number}")
            yield PageExposed(
                source=source,
                channel="website",
                data_type=fact.data_type,
                page=fact.page,
                surface="json",
                count=fact.count,
                sure=fact.sure,
                value_masked=fact.value_masked,
            )


def _asked(entry: dict[str, Any]) -> bool:
    """Say whether a script asked, and something came."""
    return entry["_resourceType"] in ("xhr", "fetch") and 200 <= entry["response"]["status"] < 300


def _unread(entry: dict[str, Any]) -> Words | None:
    """Say why an answer that calls itself JSON was not searched to its end; None for others."""
    content = entry["response"]["content"]
    if "json" not in str(content.get("mimeType")).lower() or not content.get("size"):
        return None
    return Words("接口应答过长或无法读取", "an answer is too long, or cannot be read")


def _json(entry: dict[str, Any]) -> str | None:
    """Give the text of a JSON answer with its characters spelled out; None for anything else."""
    content = entry["response"]["content"]
    try:
        text = base64.b64decode(content["text"]).decode("utf-8-sig", "replace")
        whole = json.dumps(well_formed(json.loads(text)), ensure_ascii=False)
    except (KeyError, binascii.Error, ValueError, RecursionError):
        return None
    return whole.replace("}, {", "},\n{")  # one record a line, as in a list on a page
