"""HAR files for tests: made by hand, and where those lie that the project did not make."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from scanner.exchange import Exchange

STARTED = "2026-05-01T10:00:00.000+08:00"


def shared() -> Path:
    """Find the folder of inputs that the project did not make, or skip."""
    named = os.environ.get("MINGJIAN_SHARED")
    beside = [folder / "shared" for folder in Path(__file__).resolve().parents]
    for folder in [Path(named)] if named else beside:
        if (folder / "corpus" / "har").is_dir():
            return folder
    pytest.skip("no corpus on this machine; name its folder in MINGJIAN_SHARED to check against it")


def pairs(said: Mapping[str, str] | Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    listed = said.items() if isinstance(said, Mapping) else said
    return [{"name": name, "value": value} for name, value in listed]


def entry(
    url: str,
    *,
    method: str = "GET",
    sent: Mapping[str, str] | Sequence[tuple[str, str]] = (("Accept", "*/*"),),
    body: str | None = None,
    got: Mapping[str, str] | Sequence[tuple[str, str]] = (("Content-Type", "text/html"),),
    status: int = 200,
    **more: Any,
) -> dict[str, Any]:
    """Make an entry as browsers write it; `more` is added to it as it is."""
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "headers": pairs(sent),
        "cookies": [],
        "queryString": [],
        "headersSize": -1,
        "bodySize": len(body or ""),
    }
    if body is not None:
        request["postData"] = {"mimeType": "", "text": body}
    made: dict[str, Any] = {
        "startedDateTime": STARTED,
        "time": 1,
        "request": request,
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": pairs(got),
            "cookies": [],
            "content": {"size": 0, "mimeType": "text/html"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 0,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
        "serverIPAddress": "114.114.114.114",
    }
    return {**made, **more}


def log(entries: Sequence[Any], **more: Any) -> dict[str, Any]:
    creator = {"name": "test", "version": "1"}
    return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries, **more}}


def write(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def exchange(url: str, **more: Any) -> Exchange:
    made = {"method": "GET", "started": STARTED, "at": "entry 1", "status": 200, **more}
    return Exchange(url=url, **{"request_body": b"", **made})
