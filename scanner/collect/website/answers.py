"""What servers answered to scripts: personal information of other people, seen in passing."""

from __future__ import annotations

import base64
import binascii
import json
import re
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
JSONP = re.compile(
    r"\s{0,99}(?:/\*\*/)?\s{0,99}[\w$.\[\]\"']{1,200}\s{0,9}\((.*)\)\s{0,99};?\s{0,99}", re.DOTALL
)
"""A script that does nothing but hand data to a function."""
LONGEST = 1_000_000
"""Characters of an answer that are searched."""


def exposed_in_answers(ground: Ground, session: Session) -> Iterator[PageExposed | Unseen]:
    """Search what the site's own servers answered to scripts; nothing is asked for again."""
    searched = 0
    for number, entry in session.recording.entries.items():
        parts = address(str(entry["request"]["url"]))
        if parts is None or ground.party_of(parts.host) != "first" or not _asked(entry):
            continue
        body = _text(entry)
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
    """Say whether a script asked, or a script came that may hold an answer; and something came."""
    asked = entry["_resourceType"] in ("xhr", "fetch", "script")
    return asked and 200 <= entry["response"]["status"] < 300


def _unread(entry: dict[str, Any]) -> Words | None:
    """Say why an answer that calls itself JSON was not searched to its end; None for others."""
    content = entry["response"]["content"]
    if entry["_resourceType"] == "script":
        return None  # a program, and no answer
    if "json" not in str(content.get("mimeType")).lower() or not content.get("size"):
        return None
    return Words("接口应答过长或无法读取", "an answer is too long, or cannot be read")


def _text(entry: dict[str, Any]) -> str | None:
    """Give an answer with its characters spelled out, one record a line; None for no text.

    Of scripts only those count that hand data to a function (JSONP): others are programs, whose
    numbers are examples.
    """
    content = entry["response"]["content"]
    try:
        text = base64.b64decode(content["text"]).decode("utf-8-sig", "replace")
    except (KeyError, binascii.Error, ValueError):
        return None
    handed = JSONP.fullmatch(text[: 2 * LONGEST])
    program = entry["_resourceType"] == "script"
    for data in ("" if program else text, handed[1] if handed else ""):
        try:
            whole = json.dumps(well_formed(json.loads(data)), ensure_ascii=False)
        except (ValueError, RecursionError):
            continue
        return records(whole)
    mime = str(content.get("mimeType")).lower()
    if program or not mime.startswith("text/"):
        return None
    if "html" in mime:
        return re.sub(r"<[^<>]{0,2000}>", " ", re.sub(r"</(?:tr|li|p|div)>", "\n", text))
    return text


def records(text: str) -> str:
    """Give data with one record a line, as in a list on a page, its characters spelled out."""
    spelled = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return str(well_formed(re.sub(r"\}\s{0,20},\s{0,20}\{", "},\n{", spelled)))
