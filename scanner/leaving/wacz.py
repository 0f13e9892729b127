"""A WACZ (Web Archive Collection Zipped 1.1.1): an archive of a site, its index and its pages.

By https://specs.webrecorder.net/wacz/1.1.1/; the index is CDXJ with keys in SURT form, as viewers
look addresses up.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from scanner.leaving.archive import FILE, Archived, Counted
from scanner.leaving.zips import write_zip

VERSION = "1.1.1"
MOST_PAGES = 10_000
"""Pages listed at most; a session opens a dozen."""
_WWW = re.compile(r"www\d*\.")
_PORTS = {"http": 80, "https": 443}


def write_wacz(
    place: Path, warc: Path, counted: Counted, *, created: str, about: Mapping[str, str]
) -> None:
    """Pack an archive with its index and pages; `about` gives title, description, software.

    The same archive and words give the same bytes.
    """
    pages = [one for one in counted.answers if one.page][:MOST_PAGES]
    log = {
        "requests": counted.requests,
        "answers": len(counted.answers),
        "answers whose body was not kept": counted.without_body,
        "requests without an answer": counted.unanswered,
        "pictures": counted.pictures,
        "not in the archive": list(counted.left),
    }
    files: dict[str, Path | bytes] = {
        f"archive/{FILE}": warc,
        "indexes/index.cdx": index(counted.answers),
        "logs/mingjian.jsonl": _json(log) + b"\n",
        "pages/pages.jsonl": _pages(pages),
    }
    package = {
        "profile": "data-package",
        "resources": [_resource(name, source) for name, source in files.items()],
        "wacz_version": VERSION,
        "created": created,
        **about,
        **({"mainPageUrl": pages[0].url, "mainPageDate": _iso(pages[0])} if pages else {}),
    }
    told = json.dumps(package, ensure_ascii=False, indent=2).encode()
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(told).hexdigest()}"}
    files["datapackage.json"] = told
    files["datapackage-digest.json"] = _json(digest)
    # The archive must lie in it as it is, so that a viewer reads one record without the others.
    write_zip(place, files, folder="", stored=True)


def index(answers: Iterable[Archived]) -> bytes:
    """List answers for viewers: key, moment, and where the record lies, sorted."""
    lines = [
        f"{key(one.url)} {one.moment:%Y%m%d%H%M%S} ".encode()
        + _json(
            {
                "url": one.url,
                "mime": one.mime,
                "status": str(one.status),
                "digest": one.digest,
                "length": str(one.length),
                "offset": str(one.offset),
                "filename": FILE,
            }
        )
        for one in answers
    ]
    return b"".join(line + b"\n" for line in sorted(lines))


def key(url: str) -> str:
    """Give the key under which viewers look an address up (SURT): host reversed, query sorted."""
    parts = urlsplit(url.lower())
    host = _WWW.sub("", parts.hostname or "", count=1) if parts.hostname else ""
    named = ",".join(reversed(host.split("."))) if ":" not in host else host
    try:
        port = parts.port
    except ValueError:
        port = None
    tail = f":{port}" if port and port != _PORTS.get(parts.scheme) else ""
    path = parts.path.rstrip("/") if len(parts.path) > 1 else parts.path
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{named}{tail}){path or '/'}" + (f"?{query}" if query else "")


def _iso(one: Archived) -> str:
    return f"{one.moment:%Y-%m-%dT%H:%M:%SZ}"


def _pages(pages: Iterable[Archived]) -> bytes:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    lines = [_json(head)]
    for number, one in enumerate(pages, 1):
        lines.append(
            _json({"id": f"page-{number}", "url": one.url, "ts": _iso(one), "title": one.url})
        )
    return b"".join(line + b"\n" for line in lines)


def _resource(name: str, source: Path | bytes) -> dict[str, object]:
    if isinstance(source, bytes):
        sha256, size = hashlib.sha256(source).hexdigest(), len(source)
    else:
        with source.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = source.stat().st_size
    return {
        "name": Path(name).name,
        "path": name,
        "hash": f"sha256:{sha256}",
        "bytes": size,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
