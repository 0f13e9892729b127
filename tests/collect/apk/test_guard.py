from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.apk import values
from scanner.collect.apk.guard import flag_returned, guarded
from scanner.collect.apk.values import Body, Code, Field, Number, Origin, Result, Unknown
from tests.collect.apk.smali import Method, method
from tests.collect.apk.test_values import Line, Program, State, assembled, programs, runs

FALSE_AT_FIRST, TRUE_AT_FIRST, CACHED = 1, 2, 7


def flags(made: Method) -> dict[Origin, bool]:
    """Methods 1 and 2 read flags that are false and true on a fresh install, field 7 caches one."""
    found: dict[Origin, bool] = {}
    for call in made.body.invokes():
        if call.index in {FALSE_AT_FIRST, TRUE_AT_FIRST}:
            found[Result(call.at)] = call.index == TRUE_AT_FIRST
    for at in made.body.starts:
        found |= {Field(at, CACHED, static): False for static in (False, True)}
    return found


def guards(made: Method) -> set[str]:
    """Give the labels whose instruction is guarded."""
    places = guarded(made.body, flags(made).get)
    return {label for label, at in made.at.items() if at in places}


def returned(made: Method) -> bool | None:
    return flag_returned(made.body, flags(made).get)


FLAG = "invoke-static {}, 1\nmove-result v0\n"
FIRST = "invoke-static {}, 2\nmove-result v0\n"
OTHER = "invoke-static {}, 3\nmove-result v0\n"
WIDE = "invoke-static {}, 1\nmove-result-wide v4\n"
TWO_SIDES = """
        %s v0, :target
    behind:
        invoke-static {}, 9
        return-void
    target:
        invoke-static {}, 9
        return-void
"""


@pytest.mark.parametrize(
    ("read", "branch", "expected"),
    [
        (FLAG, "if-eqz", {"behind"}),
        (FLAG, "if-nez", {"target"}),
        (FLAG, "if-lez", {"behind"}),
        (FLAG, "if-gtz", {"target"}),
        (FIRST, "if-eqz", {"target"}),
        (FIRST, "if-nez", {"behind"}),
        (FIRST, "if-lez", {"target"}),
        (FIRST, "if-gtz", {"behind"}),
        (OTHER, "if-eqz", set()),
        ("sget-boolean v0, 7\n", "if-eqz", {"behind"}),
        ("iget-boolean v0, v6, 7\n", "if-eqz", {"behind"}),
        ("sget-boolean v0, 8\n", "if-eqz", set()),
        ("const/4 v0, 0\n", "if-eqz", set()),
        ("move v0, v7\n", "if-eqz", set()),
        (FLAG + "xor-int/lit8 v0, v0, 1\n", "if-eqz", {"target"}),
        (FLAG + "xor-int/lit16 v1, v0, 1\nmove v0, v1\n", "if-nez", {"behind"}),
        (FLAG + "xor-int/lit8 v0, v0, 1\nxor-int/lit8 v0, v0, 1\n", "if-eqz", {"behind"}),
        (FLAG + "xor-int/lit8 v0, v0, 3\n", "if-eqz", set()),
        (OTHER + "xor-int/lit8 v0, v0, 1\n", "if-eqz", set()),
        (FLAG + "add-int/lit8 v0, v0, 1\n", "if-eqz", set()),
        (FLAG + "const/4 v1, 1\n", "if-eq v1,", {"target"}),
        (FLAG + "const/4 v1, 1\n", "if-ne v1,", {"behind"}),
        (FLAG + "const/4 v1, 0\n", "if-ne v1,", {"target"}),
        (FIRST + "const/4 v1, 0\n", "if-eq v1,", {"target"}),
        (FLAG + "move v1, v7\n", "if-eq v1,", set()),
        (FLAG + "move v1, v0\n" + FIRST, "if-eq v1,", {"target"}),
        (WIDE + "const-wide/16 v2, 0\ncmp-long v0, v4, v2\n", "if-lez", {"behind"}),
        (WIDE + "const-wide/16 v2, 0\ncmp-long v0, v4, v2\n", "if-ltz", {"target"}),
        (WIDE + "const-wide/16 v2, 1\ncmp-long v0, v4, v2\n", "if-nez", {"behind"}),
        (WIDE + "const-wide/16 v2, 1\ncmp-long v0, v2, v4\n", "if-gtz", {"behind"}),
        (WIDE + "cmp-long v0, v4, v6\n", "if-lez", set()),
        ("const-wide/16 v4, 0\nconst-wide/16 v2, 0\ncmp-long v0, v4, v2\n", "if-lez", set()),
    ],
)
def test_the_side_that_needs_another_value_is_guarded(
    read: str, branch: str, expected: set[str]
) -> None:
    made = method(read + TWO_SIDES % branch)
    assert not made.body.damaged
    assert guards(made) == expected


def test_an_early_return_guards_what_follows() -> None:
    made = method(FLAG + "if-nez v0, :go\nend:\nreturn-void\ngo:\ninvoke-static {}, 9\ngoto :end")
    assert guards(made) == {"go"}


def test_what_both_sides_reach_is_not_guarded() -> None:
    made = method(FLAG + "if-eqz v0, :both\ninside:\ninvoke-static {}, 9\nboth:\nreturn-void")
    assert guards(made) == {"inside"}


def test_a_branch_to_the_next_instruction_guards_nothing() -> None:
    assert guards(method(FLAG + "if-eqz v0, :next\nnext:\nreturn-void")) == set()


def test_another_way_in_undoes_the_guard() -> None:
    made = method(
        "if-eqz v7, :inside\n" + FLAG + "if-eqz v0, :end\ninside:\ninvoke-static {}, 9\n"
        "end:\nreturn-void"
    )
    assert guards(made) == set()


def test_a_handler_is_a_way_in() -> None:
    text = (
        "start:\n" + FLAG + "end:\nif-eqz v0, :out\ninside:\ninvoke-static {}, 9\nout:\nreturn-void"
    )
    assert guards(method(text)) == {"inside"}
    assert guards(method(text, catch=(("start", "end", "inside"),))) == set()


MIXED = """
        if-eqz v7, :other
        {one}
        goto :branch
    other:
        {two}
    branch:
        if-eqz v0, :out
    inside:
        invoke-static {{}}, 9
    out:
        return-void
"""


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (FLAG, FLAG, {"inside"}),
        (FLAG, FIRST, set()),
        (FLAG, OTHER, set()),
        (FLAG, "const/4 v0, 0", {"inside"}),
        (FLAG, "const/4 v0, 1", set()),
        (FIRST, "const/4 v0, 1", set()),
        ("const/4 v0, 0", "const/4 v0, 0", set()),
    ],
)
def test_every_value_that_arrives_must_agree(one: str, two: str, expected: set[str]) -> None:
    assert guards(method(MIXED.format(one=one, two=two))) == expected


def test_a_negation_written_as_a_branch_is_followed() -> None:
    made = method(
        FLAG
        + """
        if-eqz v0, :no
        const/4 v1, 0
        goto :then
    no:
        const/4 v1, 1
    then:
        if-nez v1, :out
    inside:
        invoke-static {}, 9
    out:
        return-void
    """
    )
    assert guards(made) == {"inside"}


def test_a_comparison_kept_as_a_value_is_followed() -> None:
    made = method(
        FLAG
        + """
        const/4 v2, 1
        if-ne v0, v2, :no
        const/4 v1, 1
        goto :then
    no:
        const/4 v1, 0
    then:
        if-eqz v1, :out
    inside:
        invoke-static {}, 9
    out:
        return-void
    """
    )
    assert guards(made) == {"inside"}


def test_a_constant_alone_is_no_flag() -> None:
    made = method(
        OTHER
        + """
        if-eqz v0, :no
        const/4 v1, 0
        goto :then
    no:
        const/4 v1, 0
    then:
        if-eqz v1, :out
    inside:
        invoke-static {}, 9
    out:
        return-void
    """
    )
    assert guards(made) == set()


def test_a_loop_that_waits_for_the_flag_guards_what_follows() -> None:
    made = method("again:\n" + FLAG + "if-eqz v0, :again\nafter:\nreturn-void")
    assert guards(made) == {"after"}


def test_damaged_code_guards_nothing() -> None:
    text = FLAG + "if-eqz v0, :out\ninside:\ninvoke-static {}, 9\nout:\nreturn-void"
    made = method(text)
    broken = Method(Body(Code(8, 2, [*made.body.units, 0x0073], ())), made.at)
    assert guards(made) == {"inside"}
    assert guards(broken) == set()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (FLAG + "return v0", False),
        (FIRST + "return v0", True),
        (FIRST + "move v3, v0\nreturn v3", True),
        ("iget-boolean v0, v6, 7\nreturn v0", False),
        (OTHER + "return v0", None),
        (FLAG + "xor-int/lit8 v0, v0, 1\nreturn v0", True),
        (FLAG + "xor-int/lit8 v0, v0, 2\nreturn v0", None),
        (FLAG + "if-eqz v0, :no\nconst/4 v1, 1\nreturn v1\nno:\nconst/4 v1, 0\nreturn v1", False),
        (FLAG + "if-nez v0, :no\nconst/4 v1, 1\nreturn v1\nno:\nconst/4 v1, 0\nreturn v1", True),
        (FIRST + "if-eqz v0, :j\nconst/4 v1, 0\ngoto :r\nj:\nconst/4 v1, 1\nr:\nreturn v1", False),
        (OTHER + "if-eqz v0, :no\nconst/4 v1, 1\nreturn v1\nno:\nconst/4 v1, 0\nreturn v1", None),
        (FLAG + "if-eqz v0, :no\nconst/4 v1, 0\nreturn v1\nno:\nconst/4 v1, 0\nreturn v1", None),
        (FLAG + "if-eqz v0, :no\nreturn v7\nno:\nconst/4 v1, 0\nreturn v1", False),
        (FLAG + "if-eqz v0, :no\nconst/4 v1, 0\nreturn v1\nno:\nreturn v7", None),
        (FLAG + "if-eqz v7, :no\nreturn v0\nno:\nconst/4 v0, 0\nreturn v0", False),
        (FLAG + "if-eqz v7, :no\nreturn v0\nno:\nconst/4 v0, 1\nreturn v0", None),
        (FLAG + "const/4 v1, 5\nif-eqz v0, :no\nconst/4 v1, 1\nno:\nreturn v1", None),
        (FLAG + "const/4 v0, 1\nreturn v0", None),
        ("const/4 v0, 1\nreturn v0", None),
        ("const/4 v0, 1\nreturn v0\ndead:\nreturn v7", None),
        (FLAG + "return-object v0", None),
        (FLAG + "return-void", None),
        ("again:\n" + FLAG + "if-eqz v0, :again\nconst/4 v0, 1\nreturn v0", None),
    ],
)
def test_what_a_getter_returns_on_a_fresh_install(text: str, value: bool | None) -> None:
    made = method(text)
    assert not made.body.damaged
    assert returned(made) is value


def test_a_constant_too_costly_to_follow_is_no_flag() -> None:
    numbers = range(2 * values.MAX_STEPS)
    gotos = "\n".join(f"c{number}:\ngoto/16 :a" for number in numbers)
    table = " ".join(f":c{number}" for number in numbers)
    made = method(f"""
        const/4 v1, 0
        if-eqz v7, :b
        {FLAG}
        if-eqz v0, :a
    switch:
        packed-switch v7, :table
        {gotos}
    a:
        return v1
    b:
        return v1
    table:
        .packed 0 {table} from :switch
    """)
    assert Unknown(made.at["a"]) in made.body.origins(made.at["a"], 1)
    assert not made.body.damaged
    assert returned(made) is None


# Random code: between removing edges by hand and running every path on a fresh install

States = dict[int, set[State]]


def flagged_programs() -> st.SearchStrategy[Program]:
    """Give code on two registers that reads flags and branches on them, first of all."""
    names = ("call", "call", "sget", "const/4", "move", "xor-int/lit8", "goto", "return", "nop")
    found = programs((*names, "if-eqz", "if-eqz", "if-nez", "if-nez", "if-eq"), registers=2)
    return found.map(lambda program: (with_a_branch(program[0]), program[1]))


def with_a_branch(lines: list[Line]) -> list[Line]:
    if len(lines) < 3:
        return lines
    return [Line("call"), lines[1]._replace(name="if-eqz", a=0), *lines[2:]]


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.one_of(flagged_programs(), programs()), st.integers(0, 3))
def test_guarded_lies_between_two_bounds(program: Program, defaults: int) -> None:
    lines, caught = program
    made = assembled(lines, caught)
    known: dict[Origin, bool] = {}
    for number, line in enumerate(lines):
        at = made.at[f"l{number}"]
        if line.name == "call":
            known[Result(at)] = bool(defaults & 1)
        elif line.name == "sget" and line.b:
            known[Field(at, line.b, True)] = bool(defaults & 2)
    found = guarded(made.body, known.get)
    anyhow = runs(lines, caught, made.at)
    fresh = runs(lines, caught, made.at, lambda n, state: sides_of(lines[n], state), known)
    barred = edges_against(lines, anyhow, known)
    without = runs(lines, caught, made.at, lambda n, _: {True, False} - barred.get(n, set()))
    for number in range(len(lines)):
        if made.at[f"l{number}"] in found:
            assert anyhow[number]
            assert not fresh[number]
        else:
            assert without[number] or not anyhow[number]


def sides_of(line: Line, state: State) -> set[bool]:
    """Give the sides that a branch takes, both if it tests what is no number."""
    one, two = state[line.a], state[line.b] if line.name == "if-eq" else Number(0)
    if isinstance(one, Number) and isinstance(two, Number):
        return {(one == two) != (line.name == "if-nez")}
    return {True, False}


def edges_against(
    lines: list[Line], states: States, known: dict[Origin, bool]
) -> dict[int, set[bool]]:
    """Give the sides of branches that flags with one default do not take."""
    barred = {}
    for number, line in enumerate(lines):
        defaults = {known.get(state[line.a]) for state in states[number]}
        if line.name in {"if-eqz", "if-nez"} and defaults in ({True}, {False}):
            barred[number] = {defaults == {line.name == "if-eqz"}}
    return barred


@pytest.mark.parametrize("branch", [0x0038, 0x0039])
def test_large_code_stays_within_bounds(branch: int) -> None:
    body = Body(Code(2, 0, [0x0071, 1, 0, 0x000A, branch, 2] * 10_000 + [0x000E], ()))
    began = time.process_time()
    assert guarded(body, lambda _: True) == frozenset()
    assert time.process_time() - began < 10


@settings(max_examples=200, deadline=None, derandomize=True)
@given(programs(), st.data())
def test_cut_code_never_raises(program: Program, data: st.DataObject) -> None:
    code = assembled(*program).body.code
    units = list(code.units)
    for _ in range(3):
        units[data.draw(st.integers(0, len(units) - 1))] = data.draw(st.integers(0, 0xFFFF))
    body = Body(code._replace(units=units[: data.draw(st.integers(0, len(units)))]))
    found = guarded(body, lambda origin: True if isinstance(origin, Result | Field) else None)
    assert found <= {at for at in body.starts if body.flow.reaches(at)}
    assert flag_returned(body, lambda _: True) in {True, False, None}
