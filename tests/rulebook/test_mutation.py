"""Each operator, value and statement of a rule, turned into another, is noticed by an example."""

from __future__ import annotations

from msgspec.structs import replace

from scanner.rulebook.mutation import survivors, turned
from tests.rulebook.samples import RULE, book, sample
from tests.samples import BOOK

NOTICED = 0.95
"""Share of the changes that the examples notice at least."""


def test_the_examples_of_the_rules_notice_what_is_changed() -> None:
    left = made = 0
    for rule in BOOK.rules:
        unnoticed, tried = survivors(rule, BOOK)
        left += len(unnoticed)
        made += tried
    assert made > 10 * len(BOOK.rules)
    assert 1 - left / made >= NOTICED


def test_every_change_is_a_change() -> None:
    for rule in BOOK.rules:
        for what, _, other in turned(rule):
            assert other != rule, (rule.id, what)


def test_a_change_that_no_example_notices_is_named_with_its_line() -> None:
    rule = sample()
    unnoticed, made = survivors(rule, book(rule))
    bare = replace(rule, examples=rule.examples[1:])
    more, again = survivors(bare, book(bare))
    assert again == made
    assert set(unnoticed) < set(more)
    assert ("certainty.apk", 1) in more
    where = [line for what, line in more if what.startswith("protection")]
    assert set(where) <= {RULE.splitlines().index("    protection: {is: dangerous}") + 1}
