"""Words for kinds of data and for third parties that stand in a policy, whatever is said of them.

No sense of a word is told apart here: a word that stands there, even in a denial or as part of a
longer one, is reason enough to prove no absence.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scanner.collect.policy.claims.data_words import data_words
from scanner.collect.policy.claims.party_names import PartyNames, party_names
from scanner.collect.policy.claims.party_spellings import DROPPED, plain
from scanner.collect.policy.claims.word_senses import LISTED
from scanner.collect.policy.document import Document, Reading, Span
from scanner.facts import Fact, PolicyMention
from scanner.knowledge import Knowledge

_LEAST = 2
"""Shortest word that is looked for, in characters."""
_ABBREVIATION = 4
"""Longest common Latin word (MAC, IP) that counts wherever it stands, in characters."""
_TRIES = 200
"""Places of one word that are looked at for one where it is no part of a longer Latin word."""
_BEFORE = 40
_AFTER = 60
"""Characters around a word that a fact repeats."""
_ENGLISH = re.compile(
    r"(?:adjust|amplitude|analytics|beacon|branch|clarity|crisp|fingerprint|heap|human|line|map"
    r"|material|plausible|push|segment|sentry|share|singular|snap|square|stripe|text|unity)$"
)
"""Names that are English words: they count where they begin with a capital."""
_CLAUSE = re.compile(r"[。;!?\n]")

_Words = Mapping[str, tuple[str, ...]]
"""What each spelling stands for."""


class _Squeezed(NamedTuple):
    """A folded text without blanks, hyphens and quotes, and where each character stood."""

    text: str
    places: list[int]
    written: str
    """The text before it was folded."""

    def find(self, word: str) -> Span | None:
        """Find a word; in Latin letters it must be no part of a longer one."""
        at = self.text.find(word)
        for _ in range(_TRIES):
            if at < 0:
                return None
            end = at + len(word)
            small = _ENGLISH.match(word) and self.written[self.places[at]].islower()
            if not small and self._stands_alone(at, end) and self._holds_together(at, end):
                return Span(self.places[at], self.places[end - 1] + 1)
            at = self.text.find(word, at + 1)
        return None

    def _stands_alone(self, start: int, end: int) -> bool:
        text, places = self.text, self.places
        close = start > 0 and places[start - 1] + 1 == places[start]
        if close and _is_latin(text[start - 1]) and _is_latin(text[start]):
            return False
        if not _is_latin(text[end - 1]) or not _is_latin(text[end : end + 1]):
            return True
        plural = text[end] == "s" and not _is_latin(text[end + 1 : end + 2])
        return plural or text.startswith("sdk", end) or places[end - 1] + 1 < places[end]

    def _holds_together(self, start: int, end: int) -> bool:
        """Say whether no single Latin letter is parted from the rest of a word: no "a map"."""
        seams = [
            at
            for at in range(start + 1, end)
            if self.places[at] > self.places[at - 1] + 1
            and _is_latin(self.text[at])
            and _is_latin(self.text[at - 1])
        ]
        ends = [start, *seams, end]
        return not seams or all(b - a > 1 for a, b in itertools.pairwise(ends))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:
    """Give a fact for each kind of data and each component or tracker of which a word stands."""
    names = party_names(knowledge)
    kind_words = _kind_words(knowledge)
    kinds: dict[str, PolicyMention] = {}
    parties: dict[str, PolicyMention] = {}
    for document in reading.documents:
        folded = document.folded
        text = _squeezed(document)
        found = _first(text, kind_words)
        for word in data_words(folded, knowledge):
            found.setdefault(word.data_type, Span(word.start, word.end))
        for kind, place in found.items():
            kinds.setdefault(kind, _fact(document, kind, "", place))
        found = _first(text, names.spellings) | dict(_by_host(document, names))
        for one, place in found.items():
            parties.setdefault(one, _fact(document, "", one, place))
    yield from (kinds[kind] for kind in sorted(kinds))
    yield from (parties[one] for one in sorted(parties))


def _kind_words(knowledge: Knowledge) -> _Words:
    words: dict[str, tuple[str, ...]] = {}
    common = {word: kind for kind, some in LISTED.items() for word in some.split()}
    short = [word for word in common if word.isascii() and len(word) <= _ABBREVIATION]
    rows: list[tuple[str, Iterable[str]]] = [
        (row.id, (row.title.zh, row.title.en, *row.synonyms))
        for row in knowledge.data_types.values()
    ]
    rows += [(common[word], (word,)) for word in short if common[word] in knowledge.data_types]
    for kind, some in rows:
        for key in map(plain, some):
            if len(key) >= _LEAST and kind not in words.get(key, ()):
                words[key] = (*words.get(key, ()), kind)
    return words


def _squeezed(document: Document) -> _Squeezed:
    folded = document.folded
    places = [at for at, one in enumerate(folded) if one not in DROPPED]
    return _Squeezed("".join([folded[at] for at in places]), places, document.text)


def _first(text: _Squeezed, words: _Words) -> dict[str, Span]:
    """Find the first place of each thing that a word stands for."""
    found: dict[str, Span] = {}
    for word, things in words.items():
        place = text.find(word)
        if place is not None:
            for thing in things:
                found[thing] = min(place, found.get(thing, place))
    return found


def _by_host(document: Document, names: PartyNames) -> Iterator[tuple[str, Span]]:
    """Give whom hosts and packages mean that stand in the text or behind its links."""
    for start, end, one in names.addresses(document.folded):
        yield one, Span(start, end)
    for link in document.links:
        for _, _, one in names.addresses(link.href.lower()):
            yield one, Span(link.start, link.start + max(1, len(link.text)))


def _fact(document: Document, kind: str, recipient: str, place: Span) -> PolicyMention:
    folded = document.folded
    begin = max(0, place.start - _BEFORE)
    begin = max(
        (mark.end() for mark in _CLAUSE.finditer(folded, begin, place.start)), default=begin
    )
    after = _CLAUSE.search(folded, place.end, place.end + _AFTER)
    end = after.start() if after else min(len(folded), place.end + _AFTER)
    return PolicyMention(
        source=document.source(place.start, place.end),
        channel="policy",
        data_type=kind,
        recipient=recipient,
        quote=document.quote(begin, end),
    )
