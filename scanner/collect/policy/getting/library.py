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
from scanner.collect.policy.getting.arrival import in_part, is_thin, why_no_text, why_none
from scanner.collect.policy.getting.getting import MOST_BYTES, Got, Way, media_type_of
from scanner.collect.policy.getting.parts import Wanted, named_only, part_of_title, parts_of
from scanner.collect.policy.getting.scripts import brings_more, fuller, undrawn
from scanner.collect.policy.getting.whose import is_of_another
from scanner.collect.policy.texts.text import read
from scanner.exchange import address, shown
from scanner.facts import Origin, Part, Source
from scanner.fetch.client import FetchError
from scanner.model import Evidence, Keep, PolicyText, Visit, Words

MOST_PARTS = 20
"""Parts of one text that are asked for; policies have up to a dozen."""
MOST_TOLD = 5
"""Parts missed for one reason that are told one by one."""
DEEPEST = 2
"""Links from the policy to a part that are followed."""
LONGEST_NAME = 120
"""Characters of a name in the case."""
_HTML = re.compile(rb"<(?:!doctype|html|head|body|script|div)", re.IGNORECASE)
_SCRIPT = re.compile(rb"<script\b", re.IGNORECASE)
_FRAME = re.compile(rb"<i?frame\b", re.IGNORECASE)


_TOO_MANY = Words(f"链接的文本超过 {MOST_PARTS} 个", f"more than {MOST_PARTS} linked texts")
_TOO_DEEP = Words(f"链接超过 {DEEPEST} 层", f"linked more than {DEEPEST} deep")
_NOT_ASKED = Words("未询问；--fetch-policies 询问", "not asked; --fetch-policies asks them")
_OF_ANOTHER = Words("打开的是另一主体的文本", "what opened is the text of another")
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
        documents, missed = await self._with_parts(document, online=self._may_ask(text))
        if text.origin == "site" and is_thin(document):
            why = _why_no_policy(document)
            if why is not None and not any(one.part == "policy" for one in documents[1:]):
                place = shown(document.address or "") or document.name
                return Shelf(text.origin, missed=(Missed("policy", "", place, why), *missed))
        return Shelf(text.origin, tuple(documents), tuple(missed))

    def _may_ask(self, text: PolicyText) -> bool:
        """Say whether the network may be asked for what a text links to.

        An app's own servers are asked nothing unless the auditor said so: they would learn of it.
        """
        return text.path is None or text.origin == "site" or self._visit.fetch_policies

    async def _with_parts(
        self, document: Document, *, online: bool
    ) -> tuple[list[Document], list[Missed]]:
        documents, missed = [document], list[Missed]()
        queue = deque((wanted, document, 1) for wanted in parts_of(document))
        seen = {document.evidence}
        asked = set[str]()
        tried = 0
        while queue:
            wanted, parent, depth = queue.popleft()
            if wanted.href in asked:
                continue
            asked.add(wanted.href)
            refused = self._refused(wanted, depth, tried, online=online)
            tried += refused is None
            opened = refused or await self._part(wanted, parent)
            if isinstance(opened, Document) and is_of_another(opened, document):
                opened = _OF_ANOTHER
            if isinstance(opened, Words):
                place = shown(wanted.href) or wanted.href
                missed.append(Missed(wanted.part, wanted.words, place, opened))
            elif opened.evidence not in seen:
                seen.add(opened.evidence)
                documents.append(opened)
                queue.extend((each, opened, depth + 1) for each in parts_of(opened))
        return documents, [*_together(missed), *_not_linked(documents, missed)]

    def _refused(self, wanted: Wanted, depth: int, tried: int, *, online: bool) -> Words | None:
        """Say why a part is not asked for; None where it is."""
        if depth > DEEPEST:
            return _TOO_DEEP
        if not online and wanted.href not in self._pages and address(wanted.href) is not None:
            return _NOT_ASKED
        return _TOO_MANY if tried >= MOST_PARTS else None

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

    async def _handed(
        self, text: PolicyText, path: Path, evidence: Evidence, part: Part = "policy"
    ) -> Document:
        """Read a text whose bytes are there; what a site's script has yet to draw is drawn.

        Raises Unreadable for bytes that are no text, and for a page of a login or an error.
        """
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
        if text.origin == "site" and address(got.address) is not None:
            return await self._seen_anew(document, got, name)
        if text.origin == "package" and part == "policy":
            why = _why_no_policy(document)
        else:
            why = why_no_text(document)
        if why is not None:
            raise Unreadable(why.zh, why.en)
        return document

    async def _seen_anew(self, document: Document, got: Got, name: str) -> Document:
        """Open a page of a site once more where it was caught before all of it stood there."""
        if not is_thin(document) and not document.unread:
            return document
        try:
            drawn = self._read(await self._way.draw(got.address), name, "site", "policy")
        except (FetchError, Unreadable):
            return document
        return fuller(document, drawn)

    async def _asked_for(self, text: PolicyText) -> Document:
        """Get and read a text of which only the address is known; raises FetchError."""
        url = text.address or ""
        opened = await self._open(url, text.origin, "policy", named=text.origin != "package")
        if isinstance(opened, Words):
            raise FetchError(opened)
        return opened

    async def _part(self, wanted: Wanted, parent: Document) -> Document | Words:
        """Get and read a part, or say why not."""
        text = self._pages.get(wanted.href)
        if text is None and address(wanted.href) is not None:
            return await self._open(wanted.href, parent.origin, wanted.part, named=False)
        if text is None:
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(parent.name), wanted.href))
            text = self._files.get(beside.partition("?")[0])
        if text is None or text.path is None or text.evidence is None:
            return Words("相对链接，所附文本不在其中", "a relative link to what was not handed in")
        try:
            document = await self._handed(text, text.path, text.evidence, wanted.part)
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
        page = got.media_type == "text/html" or _HTML.search(got.data[:4096]) is not None
        if not page or (got.status >= 400 and _SCRIPT.search(got.data) is None):
            return document if document is not None and why is None else why or reason
        sent = document if why is None else None
        route = url.partition("#")[2].startswith(("/", "!"))
        scripted = route or brings_more(got.data)
        if sent is not None and not scripted and not is_thin(sent) and not _has_frames(sent, got):
            return sent
        try:
            drawn = await self._way.draw(url)
            seen = self._read(drawn, shown(url), origin, part)
        except (FetchError, Unreadable) as error:
            if sent is None:
                return error.reason
            return undrawn(sent, error.reason) if scripted else sent
        # What the server answered counts, unless scripts brought a whole text all the same.
        why = why_none(seen, part, max(got.status, drawn.status))
        if sent is None or route:
            return why or seen
        return fuller(sent, seen) if why is None else undrawn(sent, why)

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


def _why_no_policy(document: Document) -> Words | None:
    """Say why a text that nobody named as a policy is neither one nor a list of one."""
    part = part_of_title(document.title)
    if part is not None and why_none(document, part, 200) is None:
        return None
    return why_none(document, "policy", 200)


def _has_frames(document: Document, got: Got) -> bool:
    return bool(document.unread) and _FRAME.search(got.data) is not None


def _together(missed: Sequence[Missed]) -> list[Missed]:
    """Tell parts missed for one reason together, since a page may hold thousands of links."""
    kinds: dict[tuple[Part, Words], list[Missed]] = {}
    for one in missed:
        kinds.setdefault((one.part, one.reason), []).append(one)
    told: list[Missed] = []
    for alike in kinds.values():
        told += alike[:MOST_TOLD]
        if len(alike) > MOST_TOLD:
            last, why = alike[MOST_TOLD], alike[0].reason
            zh = f"{why.zh}（此类共 {len(alike)} 个）"
            en = f"{why.en} ({len(alike)} of this kind)"
            told.append(last._replace(reason=Words(zh, en)))
    return told


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
