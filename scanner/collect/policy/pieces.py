"""Sentences of bounded length: a text without full stops is cut, so that no sentence is endless."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.policy.document import Document
from scanner.collect.policy.sentences import Sentence, sentences_of

MOST = 1_500
"""Longest piece, in characters; real sentences are shorter."""


def pieces_of(document: Document) -> Iterator[Sentence]:
    """Give the sentences in their order, one that is too long in several pieces."""
    for sentence in sentences_of(document):
        for start in range(sentence.start, sentence.end, MOST):
            end = min(start + MOST, sentence.end)
            text = sentence.text[start - sentence.start : end - sentence.start]
            yield sentence._replace(start=start, end=end, text=text)
