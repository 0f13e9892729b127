"""A small site on loopback and a real Chromium, for tests of the website room."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import http.server
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
import pytest

from scanner.browser import Browser, BrowserMissing, find_chromium
from scanner.collect.website.collector import collect
from scanner.collect.website.ground import Ground
from scanner.collect.website.session import Session
from scanner.facts import Fact, Phase, identity_of, kind_of
from scanner.fetch.addresses import parse_resolve
from scanner.fetch.guard import Guard
from scanner.knowledge import load_knowledge, rules_folder
from scanner.model import Evidence, Lead, Say, Sighting, Site, Target, Unseen, Visit
from scanner.parties import Parties

T = TypeVar("T")
Answer = Callable[[http.server.BaseHTTPRequestHandler], None]
HOST = "shop.test"
HOME = f"http://{HOST}/"
KNOWLEDGE = load_knowledge(rules_folder() / "lists")


def has_chromium() -> bool:
    try:
        find_chromium()
    except BrowserMissing:
        return False
    return True


needs_chromium = pytest.mark.skipif(not has_chromium(), reason="no Chromium on this machine")


class Kept:
    """Keeps bytes in memory, as the vault keeps them in a folder."""

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}
        self.entries: dict[str, Evidence] = {}

    def __call__(
        self, data: bytes, *, name: str, media_type: str, readable: str | None = None
    ) -> Evidence:
        digest = hashlib.sha256(data).hexdigest()
        self.data[digest] = data
        entry = Evidence(
            sha256=digest, name=name, media_type=media_type, size=len(data), readable=readable
        )
        self.entries[digest] = entry
        return entry

    def named(self, end: str) -> bytes:
        """Give the bytes of the one entry whose name ends so."""
        (digest,) = [key for key, entry in self.entries.items() if entry.name.endswith(end)]
        return self.data[digest]


class _Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser may hang up whenever it likes."""


class SmallSite:
    """Serves pages by path and notes what it was asked."""

    def __init__(self, pages: Mapping[str, str | bytes | Answer]) -> None:
        self.pages = dict(pages)
        self.asked: list[tuple[str, str, bytes]] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                site.asked.append((self.command, self.path, body))
                page = site.pages.get(self.path.partition("?")[0])
                if callable(page):
                    page(self)
                    return
                data = page.encode() if isinstance(page, str) else page or b""
                self.send_response(200 if page is not None else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = answer
            do_POST = answer

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = _Quiet(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self) -> SmallSite:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def resolve(self) -> str:
        return f"*=127.0.0.1:{self.port}"


@contextlib.contextmanager
def site(pages: Mapping[str, str | bytes | Answer]) -> Iterator[SmallSite]:
    with SmallSite(pages) as served:
        yield served


def in_session(
    served: SmallSite,
    work: Callable[[Session], Awaitable[T]],
    *,
    phase: Phase = "first_load",
    kept: Kept | None = None,
) -> T:
    """Run some work in one session of a real browser that reaches nothing but the small site."""

    async def run() -> T:
        async with (
            Guard(resolve=[parse_resolve(served.resolve)]) as guard,
            Browser(guard.url) as browser,
        ):
            session = Session(browser, guard, kept or Kept(), phase, mapped=True)
            await session.start()
            return await work(session)

    return asyncio.run(asyncio.wait_for(run(), 60))


class Scanned:
    """What the website collector gave for a small site."""

    def __init__(self, sightings: Sequence[Sighting], kept: Kept) -> None:
        self.sightings = tuple(sightings)
        self.kept = kept

    def facts(self, kind: str) -> list[Any]:
        return [one for one in self.sightings if isinstance(one, Fact) and kind_of(one) == kind]

    def one(self, kind: str) -> Any:
        (fact,) = self.facts(kind)
        return fact

    def unseen(self, kind: str) -> list[Unseen]:
        return [one for one in self.sightings if isinstance(one, Unseen) and one.kind == kind]

    def leads(self, kind: str) -> list[Lead]:
        return [one for one in self.sightings if isinstance(one, Lead) and one.kind == kind]

    @property
    def identities(self) -> set[tuple[object, ...]]:
        return {identity_of(one) for one in self.sightings if isinstance(one, Fact)}

    def pages(self) -> dict[str, int | None]:
        """Paths of the pages visited, with their clicks."""
        return {urlsplit(one.page).path: one.clicks for one in self.facts("page.visited")}


def scan(
    served: SmallSite | None, folder: Path, *addresses: str, say: Say = lambda _: None, **visit: Any
) -> Scanned:
    """Audit a small site as the collector does, quickly."""
    kept = Kept()
    data = msgspec.json.encode(Site(addresses=addresses or (HOME,)))
    place = folder / "site.json"
    place.write_bytes(data)
    given: dict[str, Any] = {"dwell_s": 0.2, "rate": 5.0, "first_party": (HOST,)} | visit
    if served is not None:
        given.setdefault("resolve", (served.resolve,))
    target = Target(
        kind="website",
        path=place,
        evidence=kept(data, name="site", media_type="application/json"),
        visit=Visit(**given),
    )
    return Scanned(list(collect(target, kept, KNOWLEDGE, say)), kept)


def ground(*addresses: str, robots: bool | None = True, **visit: Any) -> Ground:
    """Give what the parts of a visit share, as far as they need no network."""

    class Rules:
        async def allows(self, _url: str) -> bool | None:
            return robots

        def why_unread(self, _url: str) -> None:
            return None

    given: dict[str, Any] = dict.fromkeys(Ground._fields)
    given |= {
        "addresses": addresses or (HOME,),
        "visit": Visit(**({"first_party": (HOST,)} | visit)),
        "knowledge": KNOWLEDGE,
        "parties": Parties((HOST,), KNOWLEDGE),
        "robots": Rules(),
        "deadline": 0.0,
    }
    return Ground(**given)
