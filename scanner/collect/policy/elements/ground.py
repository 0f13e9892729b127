"""Where words of a policy stand, and what stands around them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from scanner.collect.policy.document import Document, Reading, Span
from scanner.collect.policy.negation import is_denied
from scanner.facts import (
    Fact,
    PolicyDataItem,
    PolicyExport,
    PolicyOperator,
    PolicyPeriod,
    PolicyPermission,
    PolicyPromise,
    PolicyThirdParty,
    PolicyWording,
)

_BEFORE = 120
"""Characters before a cue that belong to what it introduces."""
_AFTER = 500
"""Characters after it: a passage of a policy, its heading and a short list."""
_MOST_PLACES = 200
"""Places of one cue that are looked at in one document."""
_MOST_LINE = 400
"""Characters on either side of a word that are its line, for a text without line ends."""


class Place(NamedTuple):
    """Words in one document."""

    document: Document
    start: int
    end: int
    section: Span | None = None
    """From the heading above them to the next; None where nobody looked."""


class Claims(NamedTuple):
    """What the other rooms found a policy to say."""

    items: tuple[PolicyDataItem, ...]
    parties: tuple[PolicyThirdParty, ...]
    permissions: tuple[PolicyPermission, ...]
    promises: tuple[PolicyPromise, ...]
    periods: tuple[PolicyPeriod, ...]
    exports: tuple[PolicyExport, ...]
    operators: tuple[PolicyOperator, ...]
    wordings: tuple[PolicyWording, ...]


def sorted_out(facts: Sequence[Fact]) -> Claims:
    """Sort facts by their kind."""
    return Claims(
        tuple(fact for fact in facts if isinstance(fact, PolicyDataItem)),
        tuple(fact for fact in facts if isinstance(fact, PolicyThirdParty)),
        tuple(fact for fact in facts if isinstance(fact, PolicyPermission)),
        tuple(fact for fact in facts if isinstance(fact, PolicyPromise)),
        tuple(fact for fact in facts if isinstance(fact, PolicyPeriod)),
        tuple(fact for fact in facts if isinstance(fact, PolicyExport)),
        tuple(fact for fact in facts if isinstance(fact, PolicyOperator)),
        tuple(fact for fact in facts if isinstance(fact, PolicyWording)),
    )


class Mentions(NamedTuple):
    """Where the words for an element stand."""

    said: tuple[Place, ...]
    denied: tuple[Place, ...]
    """Those that a sentence denies: 我们不使用 Cookie."""

    def near(
        self,
        words: re.Pattern[str],
        before: int = _BEFORE,
        after: int = _AFTER,
        fits: Callable[[Place], bool] | None = None,
    ) -> Place | None:
        """Find words beside a mention: in its sentence, else in the passage around one.

        `before` and `after` bound the passage, in characters; `fits` says whether words that were
        found there belong to the mention, and not to another matter of the same section.
        """
        sentences = ((place.document, *sentence_of(place)) for place in self.said)
        for document, start, end in chain(sentences, _passages(self.said, before, after)):
            for found in words.finditer(document.folded, start, end):
                place = Place(document, *found.span())
                if fits is None or fits(place):
                    return place
        return None


class Ground(NamedTuple):
    """A policy with all that was found in it."""

    reading: Reading
    claims: Claims

    def mentions(self, cue: re.Pattern[str]) -> Mentions:
        """Find the words for an element in all documents."""
        said: list[Place] = []
        denied: list[Place] = []
        for document in self.reading.documents:
            contents = _contents(document)
            starts = [block.start for block in document.blocks if block.kind == "heading"]
            cuts = [0, *starts, len(document.text)]
            for count, found in enumerate(cue.finditer(document.folded)):
                if count >= _MOST_PLACES:
                    break
                if any(start <= found.start() < end for start, end in contents):
                    continue
                at = min(bisect.bisect_right(cuts, found.start()), len(cuts) - 1)
                place = Place(document, *found.span(), Span(cuts[at - 1], cuts[at]))
                (denied if _is_denied(place) else said).append(place)
        return Mentions(tuple(said), tuple(denied))

    def anywhere(self, words: re.Pattern[str]) -> Place | None:
        """Find words anywhere in the policy."""
        for document in self.reading.documents:
            found = words.search(document.folded)
            if found:
                return Place(document, *found.span())
        return None

    def place_of(self, fact: Fact) -> Place | None:
        """Give the words of a fact that another room found."""
        at = _AT.fullmatch(fact.source.at)
        for document in self.reading.documents:
            if at and document.evidence == fact.source.evidence:
                end = min(int(at[2]), len(document.text))
                return Place(document, min(int(at[1]), end), end)
        return None

    def promise(self, *promises: str) -> PolicyPromise | None:
        """Give a promise that speaks of all data and holds without a condition."""
        for fact in self.claims.promises:
            if fact.promise in promises and fact.data_type == "" and not fact.condition:
                return fact
        return None


def line_of(place: Place) -> tuple[int, int]:
    """Give the line in which words stand, within bounds."""
    folded = place.document.folded
    start = folded.rfind("\n", max(0, place.start - _MOST_LINE), place.start) + 1
    end = folded.find("\n", place.end, place.end + _MOST_LINE)
    return (
        start or max(0, place.start - _MOST_LINE),
        end if end != -1 else min(len(folded), place.end + _MOST_LINE),
    )


def sentence_of(place: Place) -> tuple[int, int]:
    """Give the sentence in which words stand, within their line."""
    start, end = line_of(place)
    folded = place.document.folded
    cuts = [match.end() for match in _STOP.finditer(folded, start, place.start)]
    after = _STOP.search(folded, place.end, end)
    return (cuts[-1] if cuts else start, after.end() if after else end)


_AT = re.compile(r"text (\d{1,9})-(\d{1,9})(?:, .*)?")
_STOP = re.compile(r"[。！!？?；;]|(?<=[a-z)])\.(?=\s)")


def in_heading(place: Place) -> bool:
    """Say whether words stand in a heading, which names a matter and says nothing of it."""
    block = place.document.block_at(place.start)
    return block is not None and block.kind == "heading"


def heading_above(place: Place) -> str:
    """Give the nearest heading above words, folded; the empty text when there is none."""
    above = ""
    for block in place.document.blocks:
        if block.start > place.start:
            break
        if block.kind == "heading":
            above = place.document.folded[block.start : block.end]
    return above


def _contents(document: Document) -> list[tuple[int, int]]:
    """Find the lines of a table of contents: they repeat the headings, and say nothing more."""
    folded = document.folded
    titles = {
        folded[block.start : block.end].strip()
        for block in document.blocks
        if block.kind == "heading"
    }
    return [
        (block.start, block.end)
        for block in document.blocks
        if block.kind in ("paragraph", "item")
        and (
            folded[block.start : block.end].strip() in titles
            or ("。" not in folded[block.start : block.end] and _runs_on(folded, *block[1:3]))
        )
    ]


def _runs_on(folded: str, start: int, end: int) -> bool:
    return sum(1 for _ in _NUMBERS.finditer(folded, start, end)) > _FEW


_NUMBERS = re.compile(r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[章条节部]")
_FEW = 3
"""Numbers of headings in one line that make it a table of contents."""


_NOT_DONE = re.compile(
    r"(?<!是)(?:不(?:会|再|得)?|未|从未|没有)(?:(?:对|向|为|给|以)[^,。;]{1,12}?)?"
    r"(?:作|做|进行|提供|使用|开展|采用|从事|涉及|接入|集成|支持|设有)[^,。;作做]{0,4}$"
)
"""How doing the thing that a noun names is denied: 不对儿童作个性化推荐."""


def _is_denied(place: Place) -> bool:
    start, end = line_of(place)
    line, at = place.document.folded[start:end], place.start - start
    if is_denied(line, at) or _NOT_DONE.search(line, max(0, at - 40), at):
        return True
    # A Latin word in a Chinese sentence (不使用 Cookie) is denied as Chinese denies.
    return line[at].isascii() and is_denied(f"{line[:at]}词{line[at + 1 :]}", at)


def _passages(
    places: Iterable[Place], before: int, after: int
) -> Iterator[tuple[Document, int, int]]:
    """Give what stands around places, overlapping stretches joined."""
    held: tuple[Document, int, int] | None = None
    for place in places:
        low, high = place.section or (0, len(place.document.text))
        start = max(low, place.start - before)
        end = min(high, place.end + after)
        if held and held[0] is place.document and start <= held[2]:
            held = (held[0], held[1], max(held[2], end))
            continue
        if held:
            yield held
        held = (place.document, start, end)
    if held:
        yield held
