"""Which kinds of personal information a policy says are collected or shared, and what for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.collect.policy.claims.data_mentions import Mention, mentions_in
from scanner.collect.policy.claims.data_tables import mentions_in_tables
from scanner.collect.policy.document import Document, Reading
from scanner.facts import DataUse, Fact, PolicyDataItem
from scanner.knowledge import Knowledge

_ABBREVIATION = re.compile(r"[a-z]{2,5}|wi-fi")


class _Item(NamedTuple):
    """A mention that may become the fact of its kind; the least is the best."""

    vague: bool
    covered: bool
    """Whether a broad word stands for it."""
    aimless: bool
    place: tuple[int, int]
    mention: Mention
    document: Document


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:
    """Give one fact for each kind of data and use of it, in the order of the text.

    A broad word gives one for every kind that it covers, marked vague; where a kind is also named
    by a word of its own, that one stands. What a policy only denies, defines or regulates gives
    none.
    """
    best: dict[tuple[str, DataUse], _Item] = {}
    for number, document in enumerate(reading.documents):
        found = itertools.chain(
            mentions_in(document, knowledge), mentions_in_tables(document, knowledge)
        )
        for mention in found:
            place = (number, mention.word.start)
            word = document.folded[mention.word.start : mention.word.end]
            for kind, covered in _kinds(mention, word, knowledge):
                vague = mention.open or covered
                item = _Item(vague, covered, not mention.purpose, place, mention, document)
                key = (kind, mention.use)
                if key not in best or item[:4] < best[key][:4]:
                    best[key] = item
    for (kind, _), item in sorted(best.items(), key=lambda one: (one[1].place, one[0])):
        yield _fact(kind, item, knowledge)


def _kinds(mention: Mention, word: str, knowledge: Knowledge) -> Iterator[tuple[str, bool]]:
    """Give a kind and those that its word covers.

    An abbreviation (IDFA) names one thing only, a word with a list in brackets what stands there.
    """
    yield mention.data_type, False
    if not mention.narrowed and not _ABBREVIATION.fullmatch(word):
        for covered in knowledge.data_types[mention.data_type].covers:
            yield covered, True


def _fact(data_type: str, item: _Item, knowledge: Knowledge) -> PolicyDataItem:
    kind, mention, document = knowledge.data_types[data_type], item.mention, item.document
    return PolicyDataItem(
        channel="policy",
        source=document.source(*mention.quote),
        data_type=data_type,
        use=mention.use,
        word=document.quote(*mention.word),
        purpose=mention.purpose,
        condition=mention.condition,
        optional=mention.optional,
        vague=item.vague,
        sensitive_2020=kind.sensitive_2020,
        sensitive_2025=kind.sensitive_2025,
        quote=document.quote(*mention.quote),
    )
