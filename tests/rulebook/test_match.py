"""Matching alone: an answer that is not unknown is final, and says on which facts it stands."""

from __future__ import annotations

import msgspec
from hypothesis import event, given, settings
from hypothesis import strategies as st

from scanner.facts import Fact, fact_id, kind_of
from scanner.model import Unseen
from scanner.rulebook.match import Seen
from scanner.rulebook.rule import Clause, Count, Pattern
from tests.rulebook.strategies import (
    SETS,
    SMALL_WORLD,
    WORDS,
    completion,
    conditions,
    facts,
    facts_of,
    make,
    patterns,
    unseen,
)

KINDS = st.sampled_from(tuple(SMALL_WORLD))


@settings(max_examples=600, deadline=None)
@given(st.data(), KINDS, facts(), unseen)
def test_an_answer_is_final(
    data: st.DataObject, kind: str, known: list[Fact], missing: list[Unseen]
) -> None:
    its = data.draw(facts_of(kind, prefix="its "), label="its")
    condition = data.draw(patterns(kind) | conditions(kind, depth=1), label="condition")
    before = Seen(known, missing, SETS).answer(condition, its)
    event(str(before.truth))
    if before.truth is None:
        assert before.why
        return
    (same,) = data.draw(completion([its], []))
    world = data.draw(completion(known, missing))
    after = Seen(world, [], SETS).answer(condition, same)
    assert after.truth is before.truth


def exists(
    known: list[Fact], missing: list[Unseen], pattern: Pattern, its: object = None
) -> object:
    return Seen(known, missing, SETS).answer(pattern, its).truth


def permission(number: int, **fields: object) -> Fact:
    return make("permission.declared", str(number), fields)


GROUPS = Pattern(fact="permission.declared", count=Count(of="group", at_least=2))


def test_different_values_are_counted_between_the_certain_and_the_possible() -> None:
    first, second = permission(1, group="a"), permission(2, group="b")
    assert exists([first, second], [], GROUPS) is True
    assert exists([first, permission(3, group="a")], [], GROUPS) is False
    assert exists([first, permission(3)], [], GROUPS) is None
    assert exists([permission(3)], [], GROUPS) is False
    assert exists([permission(3), permission(4)], [], GROUPS) is None
    one = Pattern(fact="permission.declared", count=Count(of="group", at_least=1))
    assert exists([permission(3)], [], one) is True


def test_at_most_is_open_while_more_may_be_unseen() -> None:
    most = Pattern(fact="permission.declared", count=Count(at_most=1))
    missing = Unseen(kind="permission.declared", collector="c", reason=WORDS)
    assert exists([permission(1)], [], most) is True
    assert exists([permission(1)], [missing], most) is None
    assert exists([permission(1), permission(2)], [missing], most) is False


LINKED = Pattern(
    fact="permission.declared",
    where=(Clause(field="permission", operator="its", value="permission"),),
)


def test_a_link_to_an_unknown_field_is_unknown_on_either_side() -> None:
    its = permission(9, permission="a")
    assert exists([permission(1, permission="a")], [], LINKED, its) is True
    assert exists([permission(1, permission="b")], [], LINKED, its) is False
    assert exists([permission(1)], [], LINKED, its) is None
    assert exists([permission(1, permission="a")], [], LINKED, permission(9)) is None
    assert exists([], [], LINKED, permission(9)) is False


def test_the_scope_of_an_unseen_entry_bears_on_links_and_clauses() -> None:
    its = permission(9, permission="a")
    other = {"permission": ("b",)}
    elsewhere = Unseen(kind="permission.declared", scope=other, collector="c", reason=WORDS)
    here = msgspec.structs.replace(elsewhere, scope={"permission": ("b", "a")})
    unknown = msgspec.structs.replace(elsewhere, scope={"permission": (None,)})
    assert exists([], [elsewhere], LINKED, its) is False
    assert exists([], [here], LINKED, its) is None
    assert exists([], [unknown], LINKED, its) is None
    named = Pattern(
        fact="permission.declared",
        where=(Clause(field="permission", operator="starts_with", value="a"),),
    )
    assert exists([], [elsewhere], named) is False
    assert exists([], [here], named) is None
    odd = msgspec.structs.replace(elsewhere, scope={"permission": (7,)})
    assert exists([], [odd], named) is None


def test_a_list_may_hold_more_than_the_scope_names() -> None:
    pattern = Pattern(
        fact="autostart.registered",
        where=(Clause(field="actions", operator="contains", value="b"),),
    )
    scope = {"actions": ("a",)}
    missing = Unseen(kind="autostart.registered", scope=scope, collector="c", reason=WORDS)
    assert exists([], [missing], pattern) is None
    link = Clause(field="actions", operator="contains_its", value="permission")
    linked = Pattern(fact="autostart.registered", where=(link,))
    assert exists([], [missing], linked, permission(1, permission="b")) is None


def test_a_list_is_compared_by_its_length_and_linked_by_what_it_holds() -> None:
    two = make("autostart.registered", "x", {"name": "n", "actions": ("a", "b")})
    longer = Clause(field="actions", operator="at_least", value=2)
    shorter = Clause(field="actions", operator="at_most", value=1)
    holds = Clause(field="actions", operator="contains_its", value="permission")
    kind = "autostart.registered"
    assert exists([two], [], Pattern(fact=kind, where=(longer,))) is True
    assert exists([two], [], Pattern(fact=kind, where=(shorter,))) is False
    assert exists([two], [], Pattern(fact=kind, where=(holds,)), permission(1, permission="b"))
    its = permission(1, permission="c")
    assert exists([two], [], Pattern(fact=kind, where=(holds,)), its) is False


def test_reasons_name_the_unseen_entry_and_the_unknown_field() -> None:
    missing = Unseen(kind="policy.link", collector="c", reason=WORDS)
    blank = Unseen(kind="permission.declared", field="group", collector="d", reason=WORDS)
    link = Pattern(fact="policy.link")
    group = Pattern(
        fact="permission.declared", where=(Clause(field="group", operator="is", value="a"),)
    )
    for entries, said in (([missing, blank], blank), ([missing], None)):
        seen = Seen([permission(1)], entries, SETS)
        assert seen.explain(seen.answer(link).why) == (missing,)
        (reason,) = seen.explain(seen.answer(group).why)
        assert (reason.kind, reason.field) == ("permission.declared", "group")
        assert said is None or reason == said


def test_an_answer_names_the_facts_that_made_it() -> None:
    known = [permission(number, permission="a") for number in range(3)]
    seen = Seen(known, [], SETS)
    assert seen.answer(LINKED, known[0]).facts == (fact_id(known[0]),), "what it says of itself"
    other = permission(9, permission="a")
    assert set(seen.answer(LINKED, other).facts) == {fact_id(fact) for fact in known}
    assert all(kind_of(fact) == "permission.declared" for fact in seen.facts.values())


def test_reasons_stand_in_one_order_however_their_scopes_were_written() -> None:
    def told(*, turned: bool) -> list[str]:
        scopes = [{"page": ("a",), "href": ("z",)}, {"href": ("b",), "page": ("y",)}]
        if turned:
            scopes = [dict(reversed(scope.items())) for scope in scopes]
        missing = [
            Unseen(kind="policy.link", scope=scope, collector="c", reason=WORDS) for scope in scopes
        ]
        answer = Seen([], missing, SETS).answer(Pattern(fact="policy.link"))
        return [
            str(sorted(each.scope)) + str(each.scope["page"])
            for each in Seen([], missing, SETS).explain(answer.why)
        ]

    assert told(turned=False) == told(turned=True)
