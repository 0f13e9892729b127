"""The walk over all calls, against an interpreter of types that looks at one call at a time."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scanner.collect.apk import callgraph as tested
from scanner.collect.apk.callgraph import CallGraph, Run, Walk, place_keys
from scanner.collect.apk.dex import Array
from scanner.collect.apk.hierarchy import Hierarchy
from tests.collect.apk.dexforge import Class, Method, dex
from tests.collect.apk.readings import read
from tests.collect.apk.test_hierarchy import ANCESTRY, Model

ABSTRACT, INTERFACE, PRIVATE, STATIC = 0x400, 0x200, 0x2, 0x8


def graph_of(*files: tuple[Class, ...]) -> CallGraph:
    program = read(*files).program
    return CallGraph(program, Hierarchy(program, ANCESTRY))


def numbers(graph: CallGraph, *names: str) -> list[int]:
    program = graph.program
    return [
        one
        for one in range(len(program.method_key))
        if program.code[one] >= 0 and program.method_text(one) in names
    ]


def names(graph: CallGraph, walk: Walk) -> set[str]:
    rows = np.flatnonzero(walk.reached & (graph.program.code >= 0))
    return {graph.program.method_text(int(one)) for one in rows}


def reached(*classes: Class, root: str = "a.Root.go", instances: Sequence[str] = ()) -> set[str]:
    graph = graph_of(classes)
    kinds = [graph.program.type_number(name) for name in instances]
    return names(graph, graph.walk(numbers(graph, root), kinds))


def named(name: str) -> str:
    return f"L{name.replace('.', '/')};"


def call(method: str, sort: str = "virtual") -> str:
    owner, _, name = method.rpartition(".")
    registers = "{}" if sort == "static" else "{v0}"
    return f"invoke-{sort} {registers}, {named(owner)}->{name}()V\n"


def new(name: str) -> str:
    return f"new-instance v0, {named(name)}\n"


def use(name: str) -> str:
    return f"sget-object v0, {named(name)}->F:Ljava/lang/String;\n"


def code(*lines: str) -> str:
    return "".join(lines) + "return-void"


def interface(name: str, *methods: Method, above: tuple[str, ...] = ()) -> Class:
    return Class(name, methods, implements=above, access=1 | INTERFACE | ABSTRACT)


def abstract(name: str) -> Method:
    return Method(name, code=None, access=1 | ABSTRACT)


# an independent interpreter


class Step(NamedTuple):
    sort: str
    owner: str
    method: str = ""


class Interpreter:
    """Runs a small program over types until nothing new comes."""

    def __init__(self, classes: Sequence[Class], steps: dict[str, list[Step]]) -> None:
        self.model = Model({one.name: one for one in classes})
        self.access = {f"{c.name}.{m.name}": m.access for c in classes for m in c.methods}
        self.steps = steps
        self.reached: set[str] = set()
        self.made: set[str] = set()
        self.calls: set[tuple[str, str, str]] = set()
        self.edges: set[tuple[str, str]] = set()

    def run(self, root: str) -> None:
        work, before = {root}, -1
        while work or before != self.size():
            before = self.size()
            for body in sorted(work):
                self.reached.add(body)
                for step in self.steps[body]:
                    self.do(body, step)
            for caller, owner, method in sorted(self.calls):
                self.dispatch(caller, owner, method)
            work = {target for _, target in self.edges} - self.reached
            work = {one for one in work if self.steps.get(one) is not None}

    def size(self) -> int:
        return len(self.made) + len(self.calls) + len(self.edges) + len(self.reached)

    def bodies(self, name: str, method: str) -> set[str]:
        return self.model.find(name, method) if name in self.model.classes else set()

    def do(self, body: str, step: Step) -> None:
        if step.sort in ("new", "field"):
            if step.sort == "new":
                self.made.add(step.owner)
            return self.begin(body, step.owner)
        direct = self.bodies(step.owner, step.method)
        self.edges |= {(body, target) for target in direct}
        if step.sort == "static":
            self.begin(body, next(iter(direct)).rpartition(".")[0] if direct else step.owner)
        elif step.sort in ("virtual", "interface") and not any(
            self.access[one] & (STATIC | PRIVATE) for one in direct
        ):
            self.calls.add((body, step.owner, step.method))
        return None

    def begin(self, body: str, name: str) -> None:
        for upper in self.model.chain(name) if name in self.model.classes else ():
            if f"{upper}.<clinit>" in self.steps:
                self.edges.add((body, f"{upper}.<clinit>"))

    def dispatch(self, caller: str, owner: str, method: str) -> None:
        for kind in self.made & set(self.model.classes):
            one = self.model.classes[kind]
            if owner in self.model.above(kind) and not one.access & INTERFACE:
                found = self.bodies(kind, method)
                seen = {one for one in found if not self.access[one] & (STATIC | PRIVATE)}
                self.edges |= {(caller, target) for target in seen}


@st.composite
def programs(draw: st.DrawFn) -> tuple[tuple[Class, ...], dict[str, list[Step]]]:
    kinds = [f"a.C{n}" for n in range(draw(st.integers(1, 6)))]
    faces = [f"a.I{n}" for n in range(draw(st.integers(0, 2)))]
    owners = [*kinds, *faces, "ext.Base", "ext.Runs"]
    step = st.one_of(
        st.builds(Step, st.just("new"), st.sampled_from(kinds)),
        st.builds(Step, st.just("field"), st.sampled_from(kinds)),
        st.builds(Step, st.just("static"), st.sampled_from(kinds), st.just("s")),
        st.builds(
            Step,
            st.sampled_from(["virtual", "interface"]),
            st.sampled_from(owners),
            st.sampled_from(["m", "n"]),
        ),
    )
    steps: dict[str, list[Step]] = {}

    def body(owner: str, name: str, access: int = 1) -> Method:
        steps[f"{owner}.{name}"] = draw(st.lists(step, max_size=3))
        return Method(name, code=written(steps[f"{owner}.{name}"]), access=access)

    def virtual(owner: str, name: str, private: int) -> Method:
        sort = draw(st.sampled_from(["body", "body", "abstract", "private"]))
        if sort == "abstract":
            return abstract(name)
        return body(owner, name, 1 if sort == "body" else private)

    found = []
    for number, kind in enumerate(kinds):
        chosen = draw(st.sets(st.sampled_from(["m", "n", "s", "<clinit>"])))
        methods = [virtual(kind, one, PRIVATE) for one in ("m", "n") if one in chosen]
        methods += [body(kind, one, STATIC) for one in ("s", "<clinit>") if one in chosen]
        above = draw(st.sampled_from(["java.lang.Object", "ext.Base", *kinds[:number]]))
        face = st.lists(st.sampled_from([*faces, "ext.Runs"]), unique=True, max_size=2)
        found.append(Class(kind, tuple(methods), extends=above, implements=tuple(draw(face))))
    for face_name in faces:
        chosen = draw(st.sets(st.sampled_from(["m", "n"])))
        found.append(interface(face_name, *(virtual(face_name, one, 1) for one in sorted(chosen))))
    root = Class("a.Root", (body("a.Root", "go", STATIC),))
    return (*found, root), steps


def written(steps: Sequence[Step]) -> str:
    lines = []
    for step in steps:
        if step.sort == "new":
            lines.append(new(step.owner))
        elif step.sort == "field":
            lines.append(use(step.owner))
        else:
            lines.append(call(f"{step.owner}.{step.method}", step.sort))
    return code(*lines)


def sound(classes: Sequence[Class]) -> bool:
    """Whether Android knows which body each class runs, and would load the classes at all."""
    model = Model({one.name: one for one in classes})
    hidden = [
        (one.name, method.name)
        for one in classes
        for method in one.methods
        if method.access & PRIVATE
    ]
    known = all(len(model.find(kind, name)) < 2 for kind in model.classes for name in ("m", "n"))
    return known and not any(
        model.own(upper, name) for kind, name in hidden for upper in model.above(kind) - {kind}
    )


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much],
)
@given(programs())
def test_reaches_what_an_interpreter_reaches(
    drawn: tuple[tuple[Class, ...], dict[str, list[Step]]],
) -> None:
    classes, steps = drawn
    assume(sound(classes))
    expected = Interpreter(classes, steps)
    expected.run("a.Root.go")
    graph = graph_of(classes)
    walk = graph.walk(numbers(graph, "a.Root.go"))
    assert walk.complete
    assert names(graph, walk) == expected.reached
    for one in np.flatnonzero(walk.reached & (graph.program.code >= 0)).tolist():
        path = [graph.program.method_text(step) for step in walk.path(one)]
        assert path[0] == "a.Root.go"
        assert len(set(path)) == len(path)
        assert all(step in expected.edges for step in itertools.pairwise(path))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(programs(), st.randoms(use_true_random=False))
def test_the_order_of_classes_and_files_does_not_matter(
    drawn: tuple[tuple[Class, ...], dict[str, list[Step]]], chance: random.Random
) -> None:
    classes = list(drawn[0])
    one = graph_of(tuple(classes))
    chance.shuffle(classes)
    cut = chance.randrange(1, len(classes)) if len(classes) > 1 else 1
    files = [tuple(classes[:cut]), tuple(classes[cut:])]
    other = graph_of(*(file for file in files if file))
    walks = [graph.walk(numbers(graph, "a.Root.go")) for graph in (one, other)]
    if sound(classes):
        assert names(one, walks[0]) == names(other, walks[1])
    again = one.walk(numbers(one, "a.Root.go"))
    assert np.array_equal(again.parent, walks[0].parent)


# single questions


def two_implementers(*root: str) -> tuple[Class, ...]:
    return (
        interface("a.I", abstract("read")),
        Class("a.Early", (Method("read"),), implements=("a.I",)),
        Class("a.Late", (Method("read"),), implements=("a.I",)),
        Class("a.Click", (Method("onClick", code=code(new("a.Late"))),)),
        Class("a.Root", (Method("go", code=code(*root), access=STATIC),)),
    )


def test_an_implementer_that_only_a_click_makes_is_not_reached() -> None:
    found = reached(*two_implementers(new("a.Early"), call("a.I.read", "interface")))
    assert found == {"a.Root.go", "a.Early.read"}


def test_an_object_made_after_the_call_counts_too() -> None:
    found = reached(*two_implementers(call("a.I.read", "interface"), new("a.Late")))
    assert found == {"a.Root.go", "a.Late.read"}


def test_objects_that_android_makes_count() -> None:
    found = reached(*two_implementers(call("a.I.read", "interface")), instances=["a.Late"])
    assert found == {"a.Root.go", "a.Late.read"}


def test_a_body_that_every_object_overrides_is_not_reached_through_an_interface() -> None:
    found = reached(
        interface("a.I", abstract("read")),
        Class("a.Reads", (Method("read"),), implements=("a.I",)),
        Class("a.Safe", (Method("read"),), extends="a.Reads"),
        Class("a.Root", (Method("go", code=code(new("a.Safe"), call("a.I.read", "interface"))),)),
    )
    assert found == {"a.Root.go", "a.Safe.read"}


def test_a_default_method_is_inherited() -> None:
    found = reached(
        interface("a.I", Method("read")),
        Class("a.Has", implements=("a.I",)),
        Class("a.Root", (Method("go", code=code(new("a.Has"), call("a.Has.read"))),)),
    )
    assert found == {"a.Root.go", "a.I.read"}


def test_a_call_on_a_class_outside_the_app_runs_what_the_app_overrides() -> None:
    found = reached(
        Class("a.Mine", (Method("read"),), extends="ext.Leaf"),
        Class("a.Other", (Method("read"),), extends="ext.Base"),
        Class("a.Root", (Method("go", code=code(new("a.Mine"), call("ext.Over.read"))),)),
        interface("a.Runs", abstract("run"), above=("ext.Runs",)),
    )
    assert found == {"a.Root.go", "a.Mine.read"}


def test_super_in_a_class_s_own_name_is_the_class_above() -> None:
    found = reached(
        Class("a.Base", (Method("read"),)),
        Class("a.Root", (Method("go", code=code(call("a.Root.read", "super"))), Method("read")),
              extends="a.Base"),
    )  # fmt: skip
    assert found == {"a.Root.go", "a.Base.read"}


def test_a_static_call_begins_the_class_that_holds_the_body() -> None:
    def one(name: str, above: str, *methods: Method) -> Class:
        return Class(name, (Method("<clinit>", access=STATIC), *methods), extends=above)

    found = reached(
        one("a.Top", "java.lang.Object"),
        one("a.Holds", "a.Top", Method("s", access=STATIC)),
        one("a.Named", "a.Holds"),
        Class("a.Root", (Method("go", code=code(call("a.Named.s", "static"))),)),
    )
    assert found == {"a.Root.go", "a.Holds.s", "a.Holds.<clinit>", "a.Top.<clinit>"}


def test_a_call_site_runs_what_its_handle_names() -> None:
    from scanner.collect.apk.dex import open_dex
    from scanner.collect.apk.program import Program

    classes = (
        Class("a.L", (Method("body", access=STATIC),)),
        Class("a.Root", (Method("go", code="invoke-custom {}, 0\nreturn-void", access=STATIC),)),
    )
    program = Program()
    for part in open_dex(dex(*classes, version=38, call_sites=["La/L;->body()V"]), "classes.dex"):
        program.add(part)
    program.finish()
    graph = CallGraph(program, Hierarchy(program, {}))
    walk = graph.walk(numbers(graph, "a.Root.go"))
    assert "a.L.body" in names(graph, walk)


def test_blocked_places_are_not_followed() -> None:
    lines = (use("a.F"), new("a.N"), call("a.S.s", "static"), call("a.Free.s", "static"))
    begin = Method("<clinit>", access=STATIC)
    graph = graph_of(
        (
            Class("a.F", (begin,)),
            Class("a.N", (begin,)),
            Class("a.S", (Method("s", access=STATIC),)),
            Class("a.Free", (Method("s", access=STATIC),)),
            Class("a.Root", (Method("go", code=code(*lines)),)),
        )
    )
    roots = numbers(graph, "a.Root.go")
    everything = {"a.Root.go", "a.F.<clinit>", "a.N.<clinit>", "a.S.s", "a.Free.s"}
    assert names(graph, graph.walk(roots)) == everything
    at = np.arange(0, 7)  # sget and new-instance take two units each, a call three
    blocked = place_keys(np.full(7, graph.program.code[roots[0]]), at)
    assert names(graph, graph.walk(roots, blocked=blocked)) == {"a.Root.go", "a.Free.s"}


def test_runs_wait_for_their_object_and_are_blocked_by_their_place() -> None:
    graph = graph_of(
        (
            Class("a.Task", (Method("run"), Method("<clinit>", access=STATIC))),
            Class("a.Service", (Method("onCreate", code=code(call("a.Service.hook"))),
                                Method("hook"), Method("<clinit>", access=STATIC))),
            Class("a.Sub", (Method("hook"),), extends="a.Service"),
            Class("a.Make", (Method("s", code=code(new("a.Task")), access=STATIC),)),
            Class("a.Root", (Method("go", code=code(call("a.Make.s", "static"))),
                             Method("idle"))),
        )
    )  # fmt: skip
    program = graph.program
    go, idle, run, create = (
        numbers(graph, name)[0]
        for name in ("a.Root.go", "a.Root.idle", "a.Task.run", "a.Service.onCreate")
    )
    task, sub = program.type_number("a.Task"), program.type_number("a.Sub")

    def further(methods: Array, blocked: Array) -> list[Run]:
        runs = {go: Run(go, 0, run, task, 0), idle: Run(idle, 0, create, sub, 1)}
        return [runs[one] for one in methods.tolist() if one in runs]

    assert "a.Task.run" in names(graph, graph.walk([go], further=further))
    idle_runs = names(graph, graph.walk([idle], further=further))
    assert idle_runs == {
        *("a.Root.idle", "a.Service.onCreate", "a.Service.<clinit>"),
        *("a.Service.hook", "a.Sub.hook"),
    }
    lone = graph.walk([idle], further=lambda *_: [Run(idle, 0, run, task, 0)])
    assert "a.Task.run" not in names(graph, lone)
    key = place_keys(program.code[[idle]], np.zeros(1, np.int64))
    assert names(graph, graph.walk([idle], (), further, key)) == {"a.Root.idle"}


def test_callbacks_run_on_objects_that_code_outside_knows() -> None:
    graph = graph_of(
        (
            Class("a.Base", (Method("onClick"),)),
            Class("a.Button", (Method("other"), Method("s", access=STATIC)), extends="a.Base",
                  implements=("ext.Runs",)),
            Class("a.Plain", (Method("toString", "()Ljava/lang/String;"), Method("quiet"))),
            Class("a.Worker", (Method("<init>", access=0x10001), Method("doWork")),
                  extends="ext.Base"),
            Class("a.Never", (Method("run"),), implements=("ext.Runs",)),
            Class("a.Root", (Method("go", code=code(
                new("a.Button"), new("a.Plain"), "const-class v0, La/Worker;\n")),)),
        )
    )  # fmt: skip
    roots = numbers(graph, "a.Root.go")
    assert names(graph, graph.walk(roots)) == {"a.Root.go"}
    assert names(graph, graph.walk(roots, callbacks=True)) == {
        *("a.Root.go", "a.Base.onClick", "a.Button.other", "a.Plain.toString"),
        *("a.Worker.<init>", "a.Worker.doWork"),
    }


def test_handed_calls_are_left_to_what_is_handed() -> None:
    graph = graph_of(two_implementers(new("a.Early"), call("a.I.read", "interface")))
    program = graph.program
    graph.handed[
        [n for n in range(len(program.defined)) if program.method_text(n) == "a.I.read"]
    ] = True
    assert names(graph, graph.walk(numbers(graph, "a.Root.go"))) == {"a.Root.go"}


def test_every_name_stands_for_all_but_what_is_private_static_or_a_beginning() -> None:
    above = Class("a.Above", (Method("get"), Method("said")))
    below = Class("a.Below", (
        Method("<init>", access=0x10001), Method("get"), Method("own"),
        Method("hidden", access=2), Method("everybody", access=STATIC),
    ), extends="a.Above")  # fmt: skip
    graph = graph_of((above, below))
    kind = graph.program.type_number("a.Below")

    def run(*names: int) -> set[str]:
        return {graph.program.method_text(one) for one in graph.run_by(kind, names)}

    assert run(tested.EVERY) == {"a.Below.get", "a.Below.own", "a.Above.said"}
    assert run(tested.EVERY, graph.program.name_number("<init>")) == {
        *("a.Below.<init>", "a.Below.get", "a.Below.own", "a.Above.said"),
    }


# hostile


def test_a_chain_that_is_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, "MAX_ROUNDS", 30)
    methods = [
        Method(f"m{n}", code=code(call(f"a.Root.m{n + 1}", "static")), access=STATIC)
        for n in range(60)
    ]
    graph = graph_of((Class("a.Root", tuple(methods)),))
    walk = graph.walk(numbers(graph, "a.Root.m0"))
    assert not walk.complete
    assert "a.Root.m20" in names(graph, walk)


@pytest.mark.parametrize("limit", ["MAX_CLIMBS", "MAX_ROWS"])
def test_too_many_new_instances_are_told(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, limit, 2)
    classes = [
        Class(f"a.C{n}", (Method("m", code=code(new(f"a.C{n + 1}"), call(f"a.C{n}.m"))),),
              extends=f"a.C{n - 1}" if n else "java.lang.Object")
        for n in range(9)
    ]  # fmt: skip
    graph = graph_of(tuple(classes))
    assert not graph.walk(numbers(graph, "a.C0.m")).complete


def test_huge_fan_out_is_walked_fast() -> None:
    calls = code(*(call(f"a.T{n % 50}.m{n // 50}", "static") for n in range(5_000)))
    targets = [
        Class(f"a.T{n}", tuple(Method(f"m{m}", access=STATIC) for m in range(100)))
        for n in range(50)
    ]
    graph = graph_of((*targets, Class("a.Root", (Method("go", code=calls),))))
    begin = time.process_time()
    walk = graph.walk(numbers(graph, "a.Root.go"))
    assert len(names(graph, walk)) == 5_001
    assert time.process_time() - begin < 5
