"""A case that holds raw material of every kind, and recordings of traffic written by hand."""

from __future__ import annotations

import base64
import functools
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from scanner.knowledge import rules_folder
from scanner.model import Visit
from scanner.tool import this_tool
from tests.samples import MOMENT, VIOLATING, case

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
RUN = FIXTURES / "device" / "torch.zip"
HAR = FIXTURES / "traffic" / "violating.har"
IDENTITY = FIXTURES / "traffic" / "identity.yaml"
CONNECTIONS = FIXTURES / "traffic" / "connections.csv"
POLICY = FIXTURES / "policy" / "torch.html"
IMEI = "001068000000006"
TOOL = this_tool(["export", "case"], MOMENT)
BY = {"by": ["张三"], "reason": "保存期满"}

assert rules_folder().is_dir()


@functools.cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mingjian-test-")) / "case"
    case(
        folder,
        VIOLATING,
        RUN,
        HAR,
        identity=IDENTITY,
        connections=CONNECTIONS,
        policies=[("given", str(POLICY))],
        visit=Visit(first_party=("stat.torch.example",)),
    )
    return folder


def full_case(folder: Path) -> Path:
    """Give a fresh copy of a case with an app, its run, its traffic, its policy, an identity."""
    shutil.copytree(_made(), folder / "case")
    return folder / "case"


def entry(url: str, body: bytes | None, **changes: Any) -> dict[str, Any]:
    """Write one entry of a HAR file, as our own recorder does."""
    content: dict[str, Any] = {"size": 0, "mimeType": changes.pop("mime", "text/html")}
    if body is not None:
        content |= {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    request = {"method": "GET", "url": url, "headers": [], "bodySize": 0}
    request |= changes.pop("request", {})
    response = {"status": 200, "headers": [], "content": content} | changes.pop("response", {})
    return {
        "startedDateTime": "2026-10-01T10:00:00.250+08:00",
        "request": request,
        "response": response,
        "serverIPAddress": "203.0.113.7",
        "_resourceType": "document",
    } | changes


def har(folder: Path, *entries: dict[str, Any]) -> Path:
    path = folder / "site.har"
    log = {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}
    path.write_text(json.dumps({"log": log}), encoding="utf-8")
    return path


def site_case(folder: Path, *entries: dict[str, Any]) -> Path:
    """Give a case of a website that was made of a recording."""
    case(
        folder / "case",
        har(folder, *entries),
        app_type=None,
        visit=Visit(subject="website", first_party=("site.example",)),
    )
    return folder / "case"
