"""Each text of a policy with the parts that it links to: got, read, kept, and what was missed."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scanner.child import Unreadable
from scanner.collect.policy.document import Document
from scanner.collect.policy.getting.arrival import in_part, is_thin, why_none
from scanner.collect.policy.getting.getting import MOST_BYTES, Got, Way, media_type_of
from scanner.collect.policy.getting.parts import Wanted, named_only, parts_of
from scanner.collect.policy.texts.text import read
from scanner.exchange import address, shown
from scanner.facts import Origin, Part, Source
from scanner.fetch.client import FetchError
from scanner.model import Evidence, Keep, PolicyText, Visit, Words

MOST_PARTS = 20
"""Parts of one text that are opened; policies have up to a dozen."""
DEEPEST = 2
"""Links from the policy to a part that are followed."""
LONGEST_NAME = 120
"""Characters of a name in the case."""
_HTML = re.compile(rb"<(?:!doctype|html|head|body|script|div)", re.IGNORECASE)
_SCRIPT = re.compile(rb"<script\b", re.IGNORECASE)
_FRAME = re.compile(rb"<i?frame\b", re.IGNORECASE)


_TOO_MANY = Words(f"链接的文本超过 {MOST_PARTS} 个", f"more than {MOST_PARTS} linked texts")
_TOO_DEEP = Words(f"链接超过 {DEEPEST} 层", f"linked more than {DEEPEST} deep")
NO_ADDRESS = Words(
    "文中提到该文本，但没有可打开的链接", "the text names it and links to nothing that opens"
)


class Missed(NamedTuple):
    """Something that could not be read, and why."""

    part: Part
    words: str
    """What it is called where it is referred to; the empty text for a text itself."""
    place: str
    """Its address or name, as facts name it."""
    reason: Words


class Shelf(NamedTuple):
    """One text with its parts."""

    origin: Origin
    documents: tuple[Document, ...] = ()
    """The text itself first; none where it could not be read."""
    missed: tuple[Missed, ...] = ()


class Library:
    """Reads texts and follows their parts; every document is got and read once."""

    def __init__(self, way: Way, visit: Visit, keep: Keep, texts: Sequence[PolicyText]) -> None:
        self._way = way
        self._keep = keep
        self._visit = visit
        self._asked: dict[str, Document | Words] = {}
        self._files = {text.evidence.name: text for text in texts if text.evidence is not None}
        self._pages = {text.address: text for text in texts if text.address and text.path}
        self._origins: dict[str, tuple[bool, bool]] = {}

    async def shelf(self, text: PolicyText) -> Shelf:
        """Give a text with its parts. Raises Unreadable for a file that cannot be read at all."""
        try:
            if text.path is not None and text.evidence is not None:
                document = await self._handed(text, text.path, text.evidence)
            else:
                document = await self._asked_for(text)
        except FetchError as error:
            place = shown(text.address or "")
            return Shelf(text.origin, missed=(Missed("policy", "", place, error.reason),))
        documents, missed = [document], list[Missed]()
        queue = deque((wanted, document, 1) for wanted in parts_of(document))
        seen = {document.evidence}
        asked = set[str]()
        told = set[tuple[Part, Words]]()
        while queue:
            wanted, parent, depth = queue.popleft()
            if wanted.href in asked:
                continue
            asked.add(wanted.href)
            opened = await self._part(wanted, parent, depth, len(documents))
            if isinstance(opened, Words):
                place = shown(wanted.href) or wanted.href
                lost = Missed(wanted.part, wanted.words, place, opened)
                # A page may hold thousands of links: of those left out one of each kind is told.
                if opened not in (_TOO_MANY, _TOO_DEEP) or (lost.part, opened) not in told:
                    missed.append(lost)
                told.add((lost.part, opened))
            elif opened.evidence not in seen:
                seen.add(opened.evidence)
                documents.append(opened)
                queue.extend((each, opened, depth + 1) for each in parts_of(opened))
        missed += _not_linked(documents, missed)
        return Shelf(text.origin, tuple(documents), tuple(missed))

    def source(self, source: Source) -> Source:
        """Say of a source who got its bytes and how."""
        captured, mapped = self._origins.get(source.evidence or "", (True, False))
        return Source(
            evidence=source.evidence,
            at=source.at,
            time=source.time,
            captured=captured,
            mapped=mapped,
        )

    async def _handed(self, text: PolicyText, path: Path, evidence: Evidence) -> Document:
        """Read a text whose bytes are there; what a site's script has yet to draw is drawn."""
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        got = Got(
            data[:MOST_BYTES],
            evidence.media_type or media_type_of(data, None),
            text.address or "",
            200,
            len(data) > MOST_BYTES,
        )
        name = evidence.name
        handed_in = text.origin in ("given", "store", "earlier")
        document = self._read(got, name, text.origin, "policy", captured=not handed_in)
        framed = bool(document.unread) and _FRAME.search(got.data) is not None
        if text.origin != "site" or address(got.address) is None:
            return document
        if not is_thin(document) and not framed:
            return document
        try:
            got = await self._way.draw(got.address)
            drawn = self._read(got, name, text.origin, "policy")
        except (FetchError, Unreadable):
            return document
        return document if is_thin(drawn) else drawn

    async def _asked_for(self, text: PolicyText) -> Document:
        """Get and read a text of which only the address is known; raises FetchError."""
        url = text.address or ""
        opened = await self._open(url, text.origin, "policy", named=text.origin != "package")
        if isinstance(opened, Words):
            raise FetchError(opened)
        return opened

    async def _part(
        self, wanted: Wanted, parent: Document, depth: int, already: int
    ) -> Document | Words:
        """Get and read a part, or say why not."""
        if already > MOST_PARTS:
            return _TOO_MANY
        if depth > DEEPEST:
            return _TOO_DEEP
        text = self._pages.get(wanted.href)
        if text is None and address(wanted.href) is not None:
            return await self._open(wanted.href, parent.origin, wanted.part, named=False)
        if text is None:
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(parent.name), wanted.href))
            text = self._files.get(beside.partition("?")[0])
        if text is None or text.path is None or text.evidence is None:
            return Words("相对链接，所附文本不在其中", "a relative link to what was not handed in")
        try:
            document = await self._handed(text, text.path, text.evidence)
        except Unreadable as error:
            return error.reason
        return document._replace(origin=parent.origin, part=wanted.part)

    async def _open(self, url: str, origin: Origin, part: Part, *, named: bool) -> Document | Words:
        """Get and read what stands at an address, by the browser where scripts draw it."""
        known = self._asked.get(url)
        if known is None:
            try:
                known = await self._got(url, origin, part, named=named)
            except FetchError as error:
                known = error.reason
            self._asked[url] = known
        if isinstance(known, Words):
            return known
        return known._replace(origin=origin, part=part)

    async def _got(self, url: str, origin: Origin, part: Part, *, named: bool) -> Document | Words:
        got = await self._way.get(url, named=named)
        document: Document | None = None
        reason = Words("其内容无法识别", "nothing in it can be read")
        try:
            document = self._read(got, shown(url), origin, part)
            why = why_none(document, part, got.status)
        except Unreadable as error:
            why = reason = error.reason
        fragment = url.partition("#")[2].startswith(("/", "!"))
        framed = document is not None and document.unread and _FRAME.search(got.data) is not None
        thin = document is not None and is_thin(document)
        page = got.media_type == "text/html" or _HTML.search(got.data[:4096]) is not None
        if not page or (got.status >= 400 and _SCRIPT.search(got.data) is None):
            return document if document is not None and why is None else why or reason
        if why is None and not (thin or framed or fragment) and document is not None:
            return document
        try:
            drawn = await self._way.draw(url)
            seen = self._read(drawn, shown(url), origin, part)
        except FetchError as error:
            return document if document is not None and why is None else error.reason
        except Unreadable as error:
            return error.reason
        # What the server answered counts, unless scripts brought a whole text all the same.
        return why_none(seen, part, max(got.status, drawn.status)) or seen

    def _read(
        self, got: Got, name: str, origin: Origin, part: Part, *, captured: bool = True
    ) -> Document:
        """Read bytes and keep them with the text that was read; raises Unreadable."""
        digest = hashlib.sha256(got.data).hexdigest()
        at = got.address if address(got.address) is not None else None
        short, mapped = name[:LONGEST_NAME], bool(self._visit.resolve)
        try:
            document = read(
                got.data, name=name, address=at, origin=origin, part=part, evidence=digest
            )
        except Unreadable:
            self._keep(got.data, name=f"policy {short}", media_type=got.media_type)
            raise
        words = self._keep(
            document.text.encode("utf-8", "replace"),
            name=f"text of {short}",
            media_type="text/plain",
        )
        self._keep(
            got.data,
            name=f"policy {short}",
            media_type=got.media_type,
            readable=words.sha256,
        )
        self._origins.setdefault(digest, (captured, captured and at is not None and mapped))
        return document._replace(unread=(*document.unread, *in_part(got)))


def _not_linked(documents: Sequence[Document], missed: Sequence[Missed]) -> list[Missed]:
    """Say which parts a policy names without a way to them, as apps do that open them by script."""
    there = {one.part for one in documents} | {one.part for one in missed}
    head = documents[0]
    place = shown(head.address) if head.address else head.name
    return [
        Missed(one.part, one.words, place, NO_ADDRESS)
        for one in named_only(head)
        if one.part not in there
    ]
