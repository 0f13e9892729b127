from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.apk import values
from scanner.collect.apk.values import (
    Array,
    Body,
    ClassOf,
    Code,
    Element,
    Field,
    Invoke,
    New,
    Number,
    Origin,
    Parameter,
    Result,
    Store,
    Text,
    Unknown,
)
from tests.collect.apk.smali import Method, method
from tests.collect.apk.test_dalvik import APKS, methods_of


def origins(made: Method, register: int, label: str = "here") -> set[Origin]:
    return set(made.body.origins(made.at[label], register))


def test_origins_of_different_kinds_are_different() -> None:
    assert len({Text(1), Number(1), ClassOf(1), Array(1), Result(1), Unknown(1), Element(1)}) == 7


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("const/4 v0, -1", Number(-1)),
        ("const-wide/high16 v0, 0x4000", Number(0x4000 << 48)),
        ("const-string v0, 7", Text(7)),
        ("const-string/jumbo v0, 0x12345", Text(0x12345)),
        ("const-class v0, 9", ClassOf(9)),
        ("new-instance v0, 4", New(0, 4)),
        ("new-array v0, v1, 4", Array(0)),
        ("aget-object v0, v6, v7", Element(0)),
        ("iget v0, v6, 3", Field(0, 3, False)),
        ("sget-boolean v0, 3", Field(0, 3, True)),
        ("add-int v0, v6, v7", Unknown(0)),
        ("instance-of v0, v6, 3", Unknown(0)),
        ("invoke-static {v6}, 3\nmove-result v0", Result(0)),
        ("filled-new-array {v6}, 3\nmove-result-object v0", Array(0)),
        ("move/from16 v0, v7", Parameter(1)),
        ("move/16 v0, v6", Parameter(0)),
        ("nop", Unknown(0)),
    ],
)
def test_each_kind_of_value_has_its_origin(line: str, origin: Origin) -> None:
    made = method(f"{line}\nhere:\nreturn v0")
    assert origins(made, 0) == {origin}
    assert not made.body.damaged


def test_the_value_is_the_one_before_the_instruction() -> None:
    made = method("const/4 v0, 1\nhere:\nconst/4 v0, 2\nafter:\nreturn v0")
    assert origins(made, 0) == {Number(1)}
    assert origins(made, 0, "after") == {Number(2)}


def test_moves_and_casts_keep_the_origin() -> None:
    made = method(
        "const-string v0, 1\nmove-object v1, v0\ncheck-cast v1, 3\nhere:\nreturn-object v1"
    )
    assert origins(made, 1) == {Text(1)}


def test_both_sides_of_a_branch_merge() -> None:
    made = method("""
        if-eqz v7, :else
        const-string v0, 1
        goto :here
    else:
        const-string v0, 2
    here:
        return-object v0
    """)
    assert origins(made, 0) == {Text(1), Text(2)}


def test_a_loop_brings_its_value_back() -> None:
    made = method("""
        const/4 v0, 0
    here:
        if-gtz v0, :done
        add-int/lit8 v0, v0, 1
        goto :here
    done:
        return v0
    """)
    add = made.at["here"] + 2
    assert origins(made, 0) == {Number(0), Unknown(add)}
    assert origins(made, 0, "done") == {Number(0), Unknown(add)}


def test_moves_in_a_circle_end() -> None:
    made = method("""
    here:
        move v0, v1
        move v1, v0
        goto :here
    """)
    assert origins(made, 0) == {Unknown(0)}


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("packed-switch", ".packed 0 :one :two from :switch"),
        ("sparse-switch", ".sparse 5 :one 9 :two from :switch"),
    ],
)
def test_every_case_of_a_switch_counts(kind: str, table: str) -> None:
    made = method(f"""
        const/4 v0, 0
    switch:
        {kind} v7, :table
        goto :here
    one:
        const/4 v0, 1
        goto :here
    two:
        const/4 v0, 2
    here:
        return v0
        nop
    table:
        {table}
    """)
    assert made.body.starts[-1] == made.at["table"] - 1
    assert origins(made, 0) == {Number(0), Number(1), Number(2)}
    assert not made.body.damaged


CAUGHT = """
        const/4 v0, 1
    start:
        const/4 v0, 2
        const/4 v0, 3
        invoke-static {v0}, 1
        move-result v0
        const/4 v1, 5
        div-int v0, v1, v0
        const/4 v0, 4
        return v0
    end:
    here:
        move-exception v2
    caught:
        return v0
"""


def test_a_handler_sees_what_holds_where_something_throws() -> None:
    made = method(CAUGHT, catch=(("start", "end", "here"),))
    call = made.at["start"] + 2
    assert origins(made, 0) == {Number(3), Result(call)}
    assert origins(made, 2, "caught") == {Unknown(made.at["here"])}


def test_an_instruction_that_throws_has_not_written() -> None:
    made = method(
        "const/4 v0, 1\nstart:\nconst-string v0, 7\nend:\nreturn v0\nhere:\nreturn v0",
        catch=(("start", "end", "here"),),
    )
    assert origins(made, 0) == {Number(1)}


def test_without_its_range_a_handler_is_unreachable() -> None:
    made = method(CAUGHT)
    assert origins(made, 0) == {Unknown(made.at["here"])}
    assert made.body.predecessors(made.at["here"]) == ()


def test_a_wide_value_takes_the_next_register_too() -> None:
    made = method("const/4 v1, 1\nconst-wide/16 v0, 7\nhere:\nreturn-void")
    assert origins(made, 0) == {Number(7)}
    assert origins(made, 1) == {Unknown(1)}
    moved = method("move-wide v0, v6\nhere:\nreturn-void", ins=2)
    assert origins(moved, 0) == {Parameter(0)}
    assert origins(moved, 1) == {Parameter(1)}


def test_overlapping_wide_moves_read_before_they_write() -> None:
    made = method("const-wide/16 v0, 7\nmove-wide v1, v0\nhere:\nreturn-void")
    assert origins(made, 0) == {Number(7)}
    assert origins(made, 1) == {Number(7)}
    assert origins(made, 2) == {Unknown(0)}


def test_parameters_are_counted_from_the_receiver() -> None:
    made = method("here:\nreturn-void", registers=5, ins=3)
    assert [set(made.body.origins(0, register)) for register in range(1, 6)] == [
        {Unknown(0)},
        {Parameter(0)},
        {Parameter(1)},
        {Parameter(2)},
        {Unknown(0)},
    ]


def test_items_of_an_array() -> None:
    made = method("""
        const/4 v0, 2
    array:
        new-array v1, v0, 9
        const/4 v2, 0
        const-string v3, 5
        aput-object v3, v1, v2
        move-object v4, v1
        if-eqz v7, :else
        const-string v3, 6
        goto :store
    else:
        sget v3, 8
    store:
        aput-object v3, v4, v2
    other:
        new-array v5, v0, 9
        aput-object v0, v5, v2
        return-object v1
    """)
    field = made.at["else"]
    assert made.body.items(made.at["array"]) == {Text(5), Text(6), Field(field, 8, True)}
    assert made.body.items(made.at["other"]) == {Number(2)}


def test_items_of_a_filled_array() -> None:
    made = method("""
        const-string v0, 5
        const-string v1, 6
    array:
        filled-new-array {v0, v1}, 9
        move-result-object v0
        const-string v1, 7
        aput-object v1, v0, v7
        return-object v0
    """)
    assert made.body.items(made.at["array"]) == {Text(5), Text(6), Text(7)}


def test_calls_stores_and_returns() -> None:
    made = method("""
        invoke-virtual {v6, v0}, 3
        iput-object v1, v6, 11
        sput-object v2, 12
        invoke-polymorphic {v1, v2}, 4, 6
        invoke-custom {v0}, 5
        invoke-static/range {v3 .. v5}, 7
        return v3
    """)
    assert list(made.body.invokes()) == [
        Invoke(0, 0x6E, 3, (6, 0)),
        Invoke(7, 0xFA, 4, (1, 2)),
        Invoke(11, 0xFC, 5, (0,)),
        Invoke(14, 0x77, 7, (3, 4, 5)),
    ]
    assert list(made.body.stores()) == [Store(3, 11, False, 1), Store(5, 12, True, 2)]
    assert list(made.body.returns()) == [(17, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nop",
        "if-eqz v0, :table\nreturn-void\ntable:\n.data 2 1 2",
        "switch:\npacked-switch v0, :switch\nreturn-void",
        ".data 1 5",
    ],
)
def test_code_that_android_refuses_is_damaged(text: str) -> None:
    assert method(text).body.damaged


def test_a_jump_into_an_instruction_leads_nowhere() -> None:
    body = Body(Code(1, 0, [0x0328, 0x000E, 0x0014, 5, 0, 0x000E], ()))
    assert body.damaged
    assert body.successors(0) == ()


def test_unreachable_padding_is_no_damage() -> None:
    assert not method("return-void\nnop").body.damaged
    assert method("nop\nreturn-void\nnop").body.starts == [0, 1, 2]


def test_a_run_into_a_table_leads_nowhere() -> None:
    made = method("const/4 v0, 1\nnop\n.data 2 1 2\nhere:\nreturn v0")
    assert made.body.damaged
    assert origins(made, 0) == {Unknown(made.at["here"])}


def test_an_unknown_opcode_ends_the_reading() -> None:
    body = Body(Code(2, 0, [0x1012, 0x0073, 0x000E], ()))
    assert (list(body.starts), body.damaged) == ([0], True)


@pytest.mark.parametrize(
    "handlers", [((0, 9, 1),), ((0, 1, 9),), ((1, 1, 1),), ((-1, 1, 1),), ((0, 1, -1),)]
)
def test_a_range_outside_the_code_is_damage(handlers: tuple[tuple[int, int, int], ...]) -> None:
    assert Body(Code(2, 0, [0x1012, 0x000E], handlers)).damaged


# Random code against a run forward through every path


class Line(NamedTuple):
    """One instruction of a random method: a name, registers or numbers, and a target's number."""

    name: str
    a: int = 0
    b: int = 0
    to: int = 0


REGISTERS, INS = 5, 2
PLAIN = ("const/4", "const-wide/16", "const-string", "move", "move-wide", "new-instance")
MORE = ("check-cast", "iget", "sget", "call", "add-int/lit8", "xor-int/lit8", "nop")
JUMPS = ("if-eqz", "if-nez", "if-eq", "goto", "switch", "return", "throw")
THROWING = {"const-string", "new-instance", "check-cast", "iget", "sget", "call", "throw"}


Caught = tuple[int, int, int] | None
Program = tuple[list[Line], Caught]


@st.composite
def programs(
    draw: st.DrawFn, names: tuple[str, ...] = (*PLAIN, *MORE, *JUMPS), registers: int = REGISTERS
) -> Program:
    """Give lines, the last of which returns, and lines (start, end, handler) of a range or None."""
    size = draw(st.integers(1, 12))
    register, wide = st.integers(0, registers - 1), st.integers(0, registers - 2)
    lines = []
    for _ in range(size):
        name = draw(st.sampled_from(names))
        kind = wide if "wide" in name else register
        lines.append(Line(name, draw(kind), draw(kind), draw(st.integers(0, size))))
    caught = None
    if draw(st.integers(0, 3)) == 0:
        start = draw(st.integers(0, size - 1))
        caught = (start, draw(st.integers(start + 1, size)), draw(st.integers(0, size)))
    return [*lines, Line("return")], caught


def assembled(lines: list[Line], caught: Caught) -> Method:
    text, tables = [], []
    for number, (name, a, b, to) in enumerate(lines):
        text.append(f"l{number}:")
        if name in {
            "const/4",
            "const-wide/16",
            "const-string",
            "new-instance",
            "check-cast",
            "sget",
        }:
            text.append(f"{name} v{a}, {b}")
        elif name in {"move", "move-wide"}:
            text.append(f"{name} v{a}, v{b}")
        elif name == "iget" or name.endswith("lit8"):
            text.append(f"{name} v{a}, v{b}, 1")
        elif name == "call":
            text.append(f"invoke-static {{v{b}}}, 1\nmove-result v{a}")
        elif name in {"if-eqz", "if-nez"}:
            text.append(f"{name} v{a}, :l{to}")
        elif name == "if-eq":
            text.append(f"{name} v{a}, v{b}, :l{to}")
        elif name == "switch":
            text.append(f"packed-switch v{a}, :t{number}")
            tables.append(f"t{number}:\n.packed 0 :l{to} :l{(to + b) % len(lines)} from :l{number}")
        elif name == "goto":
            text.append(f"goto/16 :l{to}")
        else:
            text.append("nop" if name == "nop" else f"{name} v{a}")
    catch = tuple((f"l{s}", f"l{e}", f"l{h}") for s, e, h in [caught]) if caught else ()
    return method("\n".join(text + tables), REGISTERS, INS, catch)


State = tuple[Origin, ...]
NOTHING: Mapping[Origin, int] = MappingProxyType({})


def entry_state() -> State:
    return (*[Unknown(0)] * (REGISTERS - INS), *[Parameter(n) for n in range(INS)])


def runs(
    lines: list[Line],
    caught: Caught,
    at: dict[str, int],
    sides: Callable[[int, State], set[bool]] = lambda *_: {True, False},
    known: Mapping[Origin, int] = NOTHING,
) -> dict[int, set[State]]:
    """Give every state in which each line can be run, going forward from the entry.

    `sides` tells whether a branch is taken, not taken, or may be either. Where something is known
    of origins, numbers stand in their place and are computed with.
    """
    states: dict[int, set[State]] = {number: set() for number in range(len(lines))}
    work = [(0, entry_state())]
    while work:
        number, state = work.pop()
        if state in states[number]:
            continue
        states[number].add(state)
        steps = list(step(lines, number, state, at, known))
        if lines[number].name.startswith("if-"):
            allowed = sides(number, state)
            steps = [
                one for one, taken in zip(steps, (True, False), strict=True) if taken in allowed
            ]
        work += steps
        if caught and caught[0] <= number < caught[1] and lines[number].name in THROWING:
            work.append((caught[2], state))
    return states


def step(
    lines: list[Line],
    number: int,
    state: State,
    at: dict[str, int],
    known: Mapping[Origin, int] = NOTHING,
) -> Iterator[tuple[int, State]]:
    name, a, b, to = lines[number]
    here = at[f"l{number}"]
    made: list[Origin] = []
    if name in {"const/4", "const-wide/16"}:
        made = [Number(b)]
    elif name == "const-string":
        made = [Text(b)]
    elif name == "new-instance":
        made = [New(here, b)]
    elif name == "iget":
        made = [Field(here, 1, False)]
    elif name == "sget":
        made = [Field(here, b, True)]
    elif name == "call":
        made = [Result(here)]
    elif name.endswith("lit8"):
        made = [Unknown(here)]
    elif name == "move":
        made = [state[b]]
    elif name == "move-wide":
        made = [state[b], state[b + 1]]
    if name == "const-wide/16":
        made.append(Unknown(here))
    source = state[b]
    if name == "xor-int/lit8" and known and isinstance(source, Number):
        made = [Number(source.value ^ 1)]
    made = [Number(known[origin]) if origin in known else origin for origin in made]
    after = (*state[:a], *made, *state[a + len(made) :]) if made else state
    if name in {"if-eqz", "if-nez", "if-eq", "goto", "switch"}:
        yield to, state
    if name == "switch":
        yield (to + b) % len(lines), state
    if name not in {"goto", "return", "throw"}:
        yield number + 1, after


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.one_of(programs(), programs((*PLAIN, *MORE, "if-eqz", "goto")), programs((*PLAIN, *MORE)))
)
def test_origins_equal_a_run_through_every_path(
    program: Program,
) -> None:
    lines, caught = program
    made = assembled(lines, caught)
    assert not made.body.damaged
    for number, states in runs(lines, caught, made.at).items():
        place = made.at[f"l{number}"]
        assert made.body.flow.reaches(place) == bool(states)
        for register in range(REGISTERS):
            expected = {state[register] for state in states} or {Unknown(place)}
            assert made.body.origins(place, register) == expected


@settings(max_examples=100, deadline=None, derandomize=True)
@given(programs())
def test_predecessors_mirror_successors(
    program: Program,
) -> None:
    body = assembled(*program).body
    reached = [at for at in body.starts if body.flow.reaches(at)]
    forward = {(at, to) for at in reached for to in body.successors(at)}
    assert forward == {(at, to) for to in body.starts for at in body.predecessors(to)}


# Hostile code


def ask_everything(body: Body) -> None:
    assert body.damaged in {True, False}
    for at in body.starts:
        body.successors(at)
        body.predecessors(at)
        assert body.origins(at, 0)
        body.items(at)
    for call in body.invokes():
        for register in call.registers:
            assert body.origins(call.at, register)
    list(body.stores())
    list(body.returns())


place = st.integers(-2, 40)
OPS = st.integers(0, 0xFF).flatmap(lambda op: st.integers(0, 0xFF).map(lambda a: op | a << 8))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(st.one_of(OPS, st.integers(0, 6), st.integers(0xFFF8, 0xFFFF)), max_size=40),
    st.lists(st.tuples(place, place, place), max_size=3),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_random_units_never_raise(
    units: list[int], handlers: list[tuple[int, int, int]], registers: int, ins: int
) -> None:
    ask_everything(Body(Code(registers, ins, units, tuple(handlers))))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(programs(), st.data())
def test_cut_code_never_raises(program: Program, data: st.DataObject) -> None:
    code = assembled(*program).body.code
    units = code.units[: data.draw(st.integers(0, len(code.units)))]
    ask_everything(Body(code._replace(units=units)))


def seconds(body: Body) -> float:
    began = time.process_time()
    assert body.damaged in {True, False}
    for at in body.starts:
        body.origins(at, 0)
    for at in body.starts[:200]:
        body.items(at)
    return time.process_time() - began


HOSTILE = {
    "stores into one array": [0x0022, 1, 0x0023, 1] + [0x004D, 0x0000] * 30_000 + [0x000E],
    "branches to the next": [0x0038, 2] * 30_000 + [0x000E],
    "definitions and branches": [0x1012, 0x0038, 2] * 20_000 + [0x000E],
    "jumps to one place": [unit for n in range(16_000) for unit in (0x0038, 32_000 - 2 * n)]
    + [0x0038, 2] * 10_000
    + [0x000E],
    "moves in a row": [0x1001, 0x0101] * 30_000 + [0x000E],
    "calls": [0x0071, 1, 0, 0x000A] * 15_000 + [0x000E],
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
@pytest.mark.parametrize("caught", [False, True])
def test_large_code_stays_within_bounds(name: str, caught: bool) -> None:
    units = HOSTILE[name]
    last = len(units) - 1
    body = Body(Code(2, 0, units, ((0, last, last),) if caught else ()))
    assert seconds(body) < 10
    assert body.steps <= values.MAX_STEPS_OF_BODY + values.MAX_STEPS + len(units)


MANY = 2 * values.MAX_STEPS
BRANCHES = "if-eqz v7, :end\n" * MANY


def test_too_costly_a_question_is_unknown() -> None:
    made = method(f"const/4 v0, 1\n{BRANCHES}end:\nreturn v0")
    assert origins(made, 0, "end") == {Unknown(made.at["end"])}


def test_items_are_unknown_where_a_store_may_have_been_missed() -> None:
    made = method(f"array:\nnew-array v0, v7, 1\n{BRANCHES}end:\naput-object v6, v0, v7\nreturn v0")
    assert made.body.items(0) == {Unknown(0)}


def test_a_store_that_never_runs_does_not_count() -> None:
    text = (
        "new-array v0, v7, 1\naput-object v6, v0, v7\nreturn v0\naput-object v7, v0, v7\nreturn v0"
    )
    assert method(text).body.items(0) == {Parameter(0)}


@pytest.mark.parametrize("caught", [False, True])
def test_every_edge_that_a_question_looks_at_is_counted(caught: bool) -> None:
    made = method(f"const/4 v0, 1\n{BRANCHES}end:\nreturn v0")
    if caught:
        steps = "const/4 v0, 1\ndiv-int v1, v1, v1\n" * MANY
        made = method(f"start:\n{steps}end:\nreturn v0", catch=(("start", "end", "end"),))
    made.body.origins(made.at["end"], 0)
    assert made.body.steps > MANY
    asked = made.body.steps
    made.body.origins(made.at["end"], 0)
    assert made.body.steps == asked


def test_all_questions_together_are_bounded() -> None:
    made = method(f"const/4 v0, 1\n{BRANCHES}end:\nmove v0, v0\nreturn v0")
    for at in made.body.starts[-2 * values.MAX_STEPS_OF_BODY // values.MAX_STEPS :]:
        made.body.origins(at, 0)
    assert made.body.origins(2, 0) == {Unknown(2)}


def test_too_many_origins_are_unknown() -> None:
    sides = "".join(
        f"if-eqz v7, :n{number}\nconst/16 v0, {number}\ngoto/16 :here\nn{number}:\n"
        for number in range(values.MAX_ORIGINS + 1)
    )
    made = method(f"{sides}const/4 v0, 0\nhere:\nreturn v0")
    assert origins(made, 0) == {Unknown(made.at["here"])}


def test_a_method_with_too_many_edges_to_handlers_is_unknown() -> None:
    lines = 2_000
    units = [0x001A, 1, 0x0038, 2] * lines + [0x000E] * 400
    handlers = tuple((0, 4 * lines, 4 * lines + number) for number in range(400))
    body = Body(Code(2, 0, units, handlers))
    assert body.damaged
    assert body.origins(4 * lines, 0) == {Unknown(4 * lines)}


@pytest.mark.parametrize("path", APKS, ids=lambda path: path.stem)
def test_real_methods_are_read_as_androguard_reads_them(path: Path) -> None:
    seen = 0
    for theirs, units in methods_of(path):
        places, at = [], 0
        for instruction in theirs.get_instructions():
            if instruction.get_op_value() <= 0xFF:
                places.append(at)
            at += instruction.get_length() // 2
        code = theirs.get_code()
        body = Body(Code(code.get_registers_size(), code.get_ins_size(), units, ()))
        assert body.starts == places
        assert not body.damaged
        seen += len(places)
    assert seen > 20
