"""The policy collector: what the privacy policy of a subject says, read with all its parts.

The texts that are the subject's own are read together, since a policy and its lists are one. An
earlier version and the store's text are set against them. Of a text of which nobody knows whose it
is no statement is taken; what could not be got or read is unseen, never absent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from scanner.child import Unreadable
from scanner.collect.policy.claims import differences
from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.getting.elsewhere import elsewhere
from scanner.collect.policy.getting.getting import way
from scanner.collect.policy.getting.library import NO_ADDRESS, Library, Missed, Shelf
from scanner.collect.policy.getting.parts import elements_in, missing, part_of_title
from scanner.collect.policy.getting.whose import is_own
from scanner.collect.policy.told import claims_of, documents_of, doubted
from scanner.errors import NotAuditable
from scanner.exchange import shown
from scanner.facts import Fact, Origin, Part
from scanner.knowledge import Knowledge
from scanner.model import Keep, PolicyText, Say, Scalar, Sighting, Target, Unseen, Words

__all__ = ["KINDS", "collect"]

CLAIMS: tuple[str, ...] = (
    *("policy.element", "policy.data_item", "policy.third_party", "policy.permission"),
    *("policy.promise", "policy.period", "policy.export", "policy.wording", "policy.operator"),
    *("policy.mention", "rights.offered", "account.registration"),
)
"""Kinds of fact that tell what a policy says."""
KINDS: tuple[str, ...] = ("policy.document", *CLAIMS, "policy.difference")
"""Kinds of fact that this collector looks for."""
MOST_NAMED = 5
"""Texts that one reason names."""
_COMPARED: tuple[tuple[Origin, Literal["versions", "places"]], ...] = (
    ("earlier", "versions"),
    ("store", "places"),
)
_NOT_GIVEN: dict[Origin, Words] = {
    "earlier": Words(
        "没有较早的版本可供比较（--policy-before）",
        "there is no earlier version to compare with (--policy-before)",
    ),
    "store": Words(
        "没有应用商店页面的隐私政策可供比较（--store-policy）",
        "there is no policy of a store's page to compare with (--store-policy)",
    ),
}


LISTS: tuple[Part, ...] = ("sdk_list", "sharing_list", "data_list")
"""What an annex of unknown contents may be."""
_ELSEWHERE = Words(
    "政策称该清单在别处展示，没有读到",
    "the policy says that it stands elsewhere, where nobody looked",
)


class _Text(NamedTuple):
    """A text that was looked at, with its parts, and whether it is the subject's own."""

    shelf: Shelf
    own: bool | None


def collect(target: Target, keep: Keep, knowledge: Knowledge, say: Say) -> Iterator[Sighting]:
    """Read the texts of a subject's policy and yield what they say and what stayed unseen.

    Raises NotAuditable, before anything is yielded, for a file that the auditor named and that
    cannot be read at all.
    """
    library, texts = asyncio.run(_texts(target, keep, knowledge, say))
    for sighting in _Look(target, knowledge).sightings(texts):
        if isinstance(sighting, Fact):
            source = library.source(sighting.source)
            yield msgspec.structs.replace(sighting, source=source)
        else:
            yield sighting


async def _texts(
    target: Target, keep: Keep, knowledge: Knowledge, say: Say
) -> tuple[Library, list[_Text]]:
    found: list[_Text] = []
    async with way(target.visit, say) as opened:
        library = Library(opened, target.visit, keep, target.texts)
        for text in target.texts:
            shelf = await _shelf(library, text, target.depth)
            own = None
            if shelf.documents:
                own = is_own(shelf.documents[0], text.origin, target.visit, knowledge)
            found.append(_Text(shelf, own))
    return library, found


async def _shelf(library: Library, text: PolicyText, depth: int) -> Shelf:
    try:
        return await library.shelf(text)
    except Unreadable as error:
        name = text.evidence.name if text.evidence is not None else shown(text.address or "")
        if depth == 0 and text.origin in ("given", "store", "earlier"):
            hint = "name what holds the text of the policy: HTML, PDF, DOCX, Markdown, plain text"
            raise NotAuditable(f"{name}: {error}", hint=hint) from None
        return Shelf(text.origin, missed=(Missed("policy", "", name, error.reason),))


class _Look:
    """Sorts the texts of one subject, and says what they say."""

    def __init__(self, target: Target, knowledge: Knowledge) -> None:
        self._visit = target.visit
        self._knowledge = knowledge
        self._called: set[str] = set()
        """What the documents are called in facts, so that no two are called the same."""

    def sightings(self, texts: Sequence[_Text]) -> Iterator[Sighting]:
        """Give facts and what stayed unseen."""
        store = [text for text in texts if text.shelf.origin == "store"]
        earlier = [text for text in texts if text.shelf.origin == "earlier"]
        found = [text for text in texts if text.shelf.origin not in ("store", "earlier")]
        own = [text for text in found if text.own] or [text for text in store if text.own]
        strange = [text for text in found if text.own is None and text.shelf.documents]
        present: list[Fact] = []
        if own:
            reading = self._reading(own)
            missed = [*_missed(own), *_elsewhere(reading)]
            doubtful = {each for one in missed for each in elements_in(one.part)}
            present = list(doubted(claims_of(reading, self._knowledge), doubtful))
            yield from present
        rest = self._reading(strange)
        there = {one.evidence for text in own for one in text.shelf.documents}
        rest = rest._replace(documents=tuple(d for d in rest.documents if d.evidence not in there))
        yield from documents_of(rest, self._knowledge, own=None)
        if own:
            yield from _gaps(reading, missed)
            yield from self._failed(found)
        else:
            yield from self._nothing(texts, strange)
        for origin, between in _COMPARED:
            others = earlier if origin == "earlier" else store
            yield from self._compared(origin, between, others, own, present)

    def _reading(self, texts: Sequence[_Text]) -> Reading:
        """Give the documents of some texts as one reading, each document once."""
        documents: dict[str, Document] = {}
        for document in (one for text in texts for one in text.shelf.documents):
            known = documents.get(document.evidence)
            # What a policy links to as its list is that, even where it was found by itself too.
            if known is None or known.part == "policy":
                documents[document.evidence] = document
        called = tuple(self._called_once(one) for one in documents.values())
        visit = self._visit
        return Reading(called, visit.names, visit.developer)

    def _called_once(self, document: Document) -> Document:
        """Name a document as facts name it: without the query of its address, and as no other."""
        part = document.part
        if part == "policy" and document.origin in ("given", "package", "site"):
            part = part_of_title(document.title) or part
        wanted = shown(document.address) if document.address else document.name
        name, count = wanted, 1
        while name in self._called:
            count += 1
            name = f"{wanted} ({count})"
        self._called.add(name)
        if document.address:
            return document._replace(address=name, part=part)
        return document._replace(name=name, part=part)

    def _compared(
        self,
        origin: Origin,
        between: Literal["versions", "places"],
        others: Sequence[_Text],
        own: Sequence[_Text],
        present: Sequence[Fact],
    ) -> Iterator[Sighting]:
        """Set an earlier version, or the store's text, against the subject's own."""
        scope: dict[str, tuple[Scalar, ...]] = {"between": (between,)}
        read = [text for text in others if text.shelf.documents and text not in own]
        if not read or not present:
            reasons = [_named(one) for text in others for one in text.shelf.missed]
            reason = reasons[0] if reasons else _NOT_GIVEN[origin]
            if others and not reasons:
                reason = Words("没有可与之比较的文本", "there is no text to compare it with")
            yield _unseen("policy.difference", reason, scope)
            for text in read:
                yield from documents_of(self._reading([text]), self._knowledge, own=True)
            return
        reading = self._reading(read)
        claims = claims_of(reading, self._knowledge)
        yield from documents_of(reading, self._knowledge, own=True)
        yield from differences.facts_of(between, claims, present)
        lost = [_named(one) for text in (*read, *own) for one in text.shelf.missed]
        lost += [reason for document in reading.documents for reason in _unread(document)]
        for reason in lost[:1]:
            yield _unseen("policy.difference", reason, scope)

    def _failed(self, texts: Sequence[_Text]) -> Iterator[Unseen]:
        """Say which texts could not be read beside those that were."""
        for text in texts:
            if text.shelf.documents:
                continue
            for one in text.shelf.missed:
                said = text.shelf.origin == "given"
                for kind in ("policy.document", *(CLAIMS if said else ())):
                    scope: dict[str, tuple[Scalar, ...]] = {}
                    if kind == "policy.document":
                        scope["url"] = (one.place,)
                    yield _unseen(kind, _named(one), scope)

    def _nothing(self, texts: Sequence[_Text], strange: Sequence[_Text]) -> Iterator[Unseen]:
        """Say that nothing of the subject's own policy was seen, and why."""
        unopened = [text for text in texts if not text.shelf.documents]
        lost = [_named(one) for text in unopened for one in text.shelf.missed]
        if strange:
            names = [text.shelf.documents[0].name for text in strange][:MOST_NAMED]
            zh, en = "、".join(names), ", ".join(names)
            lost.append(
                Words(
                    f"无法确认 {zh} 是否为本主体自己的政策（如是，请用 --policy）",
                    f"nobody knows whether {en} is the subject's own (--policy if it is)",
                )
            )
        if not lost:
            lost.append(Words("没有可读的隐私政策", "there is no policy to read"))
        kinds = CLAIMS if strange else ("policy.document", *CLAIMS)
        for kind in kinds:
            for reason in dict.fromkeys(lost[:MOST_NAMED]):
                yield _unseen(kind, reason)


def _missed(texts: Sequence[_Text]) -> list[Missed]:
    """Give the parts that could not be read, but for those that came another way."""
    heads = [text.shelf.documents[0] for text in texts if text.shelf.documents]
    handed = {part_of_title(one.title) for one in heads if one.origin == "given"}
    read = handed | {one.part for text in texts for one in text.shelf.documents}
    lost = [
        one
        for text in texts
        for one in text.shelf.missed
        if one.part not in (read if one.reason == NO_ADDRESS else handed)
    ]
    return list(dict.fromkeys(lost))


def _elsewhere(reading: Reading) -> Iterator[Missed]:
    """Give the lists of which the policy says that they stand where nobody looked."""
    for part, place, document in elsewhere(reading):
        words = document.quote(place.start, place.end)
        for one in LISTS if part == "other" else (part,):
            yield Missed(one, words, document.address or document.name, _ELSEWHERE)


def _gaps(reading: Reading, missed: Iterable[Missed]) -> Iterator[Unseen]:
    """Say what of the subject's own texts could not be read, by the kinds of fact it could show."""
    for document in reading.documents:
        for reason in _unread(document):
            if document.part in ("policy", "children", "other"):
                for kind in CLAIMS:
                    yield _unseen(kind, reason)
            else:
                for kind, scope in missing(document.part):
                    yield _unseen(kind, reason, scope)
    for one in missed:
        kinds = missing(one.part) if one.part != "policy" else ((kind, {}) for kind in CLAIMS)
        for kind, scope in kinds:
            yield _unseen(kind, _named(one), scope)


def _unread(document: Document) -> list[Words]:
    name = shown(document.address) if document.address else document.name
    said = [Words(f"{name}：{each.zh}", f"{name}: {each.en}") for each in document.unread]
    if document.pictures:
        count = document.pictures
        said.append(
            Words(
                f"{name}：有 {count} 张图片可能含有文字，本版本不读图片",
                f"{name}: {count} pictures may hold text, and pictures are not read",
            )
        )
    return said


def _named(one: Missed) -> Words:
    """Say why something could not be read, with its words and address."""
    words = one.words[:40]
    zh = f"“{words}”（{one.place}）" if words else one.place
    en = f"“{words}” ({one.place})" if words else one.place
    return Words(f"{zh}：{one.reason.zh}", f"{en}: {one.reason.en}")


def _unseen(kind: str, reason: Words, scope: dict[str, tuple[Scalar, ...]] | None = None) -> Unseen:
    whole = {"channel": ("policy",), **(scope or {})}
    return Unseen(kind=kind, scope=whole, collector="policy", reason=reason)
