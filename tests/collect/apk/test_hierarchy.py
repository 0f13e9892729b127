"""The class hierarchy, against a model that looks up one class after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.apk import hierarchy as tested
from scanner.collect.apk.hierarchy import Hierarchy
from tests.collect.apk.dexforge import Class, Method
from tests.collect.apk.readings import read

ABSTRACT, INTERFACE, PRIVATE, STATIC = 0x400, 0x200, 0x2, 0x8
OUTSIDE = ("java.lang.Object", "ext.Base", "ext.Leaf")
ANCESTRY = {"ext.Leaf": ("ext.Base", "ext.Runs"), "ext.Base": ("ext.Over",)}


class Model(NamedTuple):
    """The same classes, asked one at a time."""

    classes: dict[str, Class]

    def chain(self, name: str) -> list[str]:
        """The class and those of the app above it; none above where a loop is met."""
        found = [name]
        while (above := self.classes[found[-1]].extends) in self.classes:
            if above in found:
                return [name]
            found.append(above)
        return found

    def above(self, name: str) -> set[str]:
        """All that a class is, beside Object."""
        found: set[str] = set()
        chain = self.chain(name)
        work = [name, *(upper for one in chain for upper in self.classes[one].implements)]
        top = self.classes[chain[-1]].extends
        work += chain + ([top] if top not in self.classes else [])
        while work:
            one = work.pop()
            if one not in found:
                found.add(one)
                inner = self.classes[one].implements if one in self.classes else ()
                work += [*inner, *ANCESTRY.get(one, ())]
        return found - {"java.lang.Object"}

    def own(self, name: str, method: str) -> str | None:
        one = self.classes.get(name)
        names = [each.name for each in one.methods] if one else []
        return f"{name}.{method}" if method in names else None

    def find(self, name: str, method: str) -> set[str]:
        """The bodies that a class may run; several where interfaces quarrel."""
        for one in self.chain(name):
            if own := self.own(one, method):
                return {own}
        bodies = {
            upper
            for upper in self.above(name)
            if upper in self.classes and self.has_body(upper, method)
        }
        lower = {one for one in bodies if not any(one in self.above(b) - {b} for b in bodies)}
        return {f"{one}.{method}" for one in lower or bodies}

    def has_body(self, name: str, method: str) -> bool:
        return any(one.name == method and one.code for one in self.classes[name].methods)


@st.composite
def forests(draw: st.DrawFn) -> tuple[Class, ...]:
    names = [f"a.C{n}" for n in range(draw(st.integers(1, 7)))]
    kinds = [f"a.I{n}" for n in range(draw(st.integers(0, 4)))]
    subsets = st.lists(st.sampled_from([*kinds, "ext.Runs"]), unique=True, max_size=2)
    methods = st.lists(st.sampled_from(["m", "n"]), unique=True)
    found = []
    for name in names:
        bodies = draw(st.lists(st.sampled_from(["return-void", None]), min_size=2, max_size=2))
        found.append(
            Class(
                name,
                tuple(
                    Method(one, code=code, access=1 if code else 1 | ABSTRACT)
                    for one, code in zip(draw(methods), bodies, strict=False)
                ),
                extends=draw(st.sampled_from([*OUTSIDE, *names])),
                implements=tuple(draw(subsets)),
            )
        )
    for number, kind in enumerate(kinds):
        bodies = draw(st.lists(st.sampled_from(["return-void", None]), min_size=2, max_size=2))
        uppers = [*kinds[:number], "ext.Over"]
        found.append(
            Class(
                kind,
                tuple(
                    Method(one, code=code, access=1 if code else 1 | ABSTRACT)
                    for one, code in zip(draw(methods), bodies, strict=False)
                ),
                implements=tuple(draw(st.lists(st.sampled_from(uppers), unique=True, max_size=2))),
                access=1 | INTERFACE | ABSTRACT,
            )
        )
    return (*found, Class("a.Caller", (Method("all", code=calls(found)),)))


def calls(classes: list[Class]) -> str:
    """Code that names every method on every class, so that each has a number."""
    owners = [one.name for one in classes] + ["ext.Base", "ext.Leaf", "ext.Runs", "ext.Over"]
    lines = [
        f"invoke-virtual {{v0}}, L{owner.replace('.', '/')};->{name}()V"
        for owner in owners
        for name in ("m", "n")
    ]
    return "\n".join([*lines, "return-void"])


def built(*files: tuple[Class, ...]) -> Hierarchy:
    return Hierarchy(read(*files).program, ANCESTRY)


def number(hierarchy: Hierarchy, name: str) -> int:
    return hierarchy.program.type_number(name)


def text(hierarchy: Hierarchy, method: int) -> str:
    return hierarchy.program.method_text(method)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(forests())
def test_everything_is_as_a_model_says(classes: tuple[Class, ...]) -> None:
    hierarchy, model = built(classes), Model({one.name: one for one in classes})
    assert not hierarchy.overflow
    for name in model.classes:
        kind = number(hierarchy, name)
        chain = [hierarchy.program.type_text(one) for one in hierarchy.chain(kind)]
        assert chain[: len(model.chain(name))] == model.chain(name)
        assert hierarchy.ancestors(kind) - {"java.lang.Object"} == model.above(name)
    for name in (*model.classes, "ext.Base", "ext.Runs"):
        if (kind := number(hierarchy, name)) >= 0:
            below = {hierarchy.program.type_text(one) for one in hierarchy.below(kind).tolist()}
            assert below == {one for one in model.classes if name in model.above(one)}


@settings(max_examples=120, deadline=None, derandomize=True)
@given(forests())
def test_every_receiver_runs_what_a_model_says(classes: tuple[Class, ...]) -> None:
    hierarchy, model = built(classes), Model({one.name: one for one in classes})
    program = hierarchy.program
    named = [one for one in range(len(program.method_key)) if program.name_of(one) in ("m", "n")]
    table = hierarchy.overrides(np.array(named, np.int64))
    resolved = hierarchy.resolve()
    for method in named:
        owner, name = program.type_text(int(program.method_class[method])), program.name_of(method)
        if owner in model.classes:
            known = model.find(owner, name)
            body = int(resolved[method])
            assert (text(hierarchy, body) in known) if body >= 0 else not known
        rows = {
            program.type_text(int(table.kind[row])): text(hierarchy, int(table.target[row]))
            for row in np.flatnonzero(table.method == method).tolist()
        }
        for receiver, one in model.classes.items():
            if owner not in model.above(receiver) or one.access & INTERFACE:
                continue
            nearest = next((up for up in model.chain(receiver) if up in rows), None)
            known = model.find(receiver, name)
            assert (rows[nearest] in known) if nearest else not known


@settings(max_examples=60, deadline=None, derandomize=True)
@given(forests())
def test_a_row_is_taken_out_of_the_nearest_one_around_it(classes: tuple[Class, ...]) -> None:
    hierarchy = built(classes)
    methods = np.arange(len(hierarchy.program.method_key))
    table = hierarchy.overrides(methods)
    for row, outer in enumerate(table.outer.tolist()):
        around = [
            other
            for other in np.flatnonzero(table.method == table.method[row]).tolist()
            if other != row and int(table.kind[other]) in set(hierarchy.chain(int(table.kind[row])))
        ]
        depths = {other: len(list(hierarchy.chain(int(table.kind[other])))) for other in around}
        assert outer == max(depths, key=lambda one: depths[one], default=-1)


def test_loops_are_cut_and_do_no_harm() -> None:
    hierarchy = built(
        (
            Class("a.A", (Method("m"),), extends="a.B"),
            Class("a.B", extends="a.A"),
            Class("a.Own", extends="a.Own"),
            Class("a.Below", extends="a.A"),
            Class("a.I", implements=("a.J",), access=0x601),
            Class("a.J", implements=("a.I",), access=0x601),
            Class("a.Has", implements=("a.I",)),
        )
    )
    for name in ("a.A", "a.B", "a.Own", "a.Below"):
        assert len(list(hierarchy.chain(number(hierarchy, name)))) <= 2
    assert hierarchy.ancestors(number(hierarchy, "a.Has")) >= {"a.I", "a.J"}
    assert not hierarchy.overflow


def test_the_first_file_that_defines_a_class_counts() -> None:
    hierarchy = built(
        (Class("a.A", (Method("m"),), extends="ext.Base"),),
        (Class("a.A", (Method("n"),), extends="ext.Leaf", implements=("a.I",)),),
    )
    above = hierarchy.ancestors(number(hierarchy, "a.A"))
    assert above == {"a.A", "ext.Base", "ext.Over"}


def test_a_more_specific_interface_brings_the_body() -> None:
    hierarchy = built(
        (
            Class("a.I", (Method("m"),), access=0x601),
            Class("a.J", (Method("m"),), implements=("a.I",), access=0x601),
            Class("a.Top", implements=("a.J",)),
            Class("a.Low", extends="a.Top", implements=("a.I",)),
            Class("a.C", (Method("c", code=calls([Class("a.Low")])),)),
        )
    )
    program = hierarchy.program
    low = [n for n in range(len(program.method_key)) if program.method_text(n) == "a.Low.m"]
    assert text(hierarchy, int(hierarchy.resolve()[low[0]])) == "a.J.m"


def chained(count: int, *, interfaces: bool) -> Iterator[Class]:
    for n in range(count):
        above = f"a.C{n - 1}" if n else "ext.Base"
        if interfaces:
            yield Class(f"a.C{n}", implements=(above,), access=0x601)
        else:
            yield Class(f"a.C{n}", (Method("m"),), extends=above)


@pytest.mark.parametrize("interfaces", [False, True])
def test_what_is_too_deep_is_bounded_and_told(
    interfaces: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tested, "MAX_PAIRS", 20_000)
    begin = time.process_time()
    # dexforge sorts supers first by recursion: one file for each part of the chain
    classes = list(chained(2_000, interfaces=interfaces))
    files = [tuple(classes[n : n + 400]) for n in range(0, len(classes), 400)]
    hierarchy = built(*files)
    assert hierarchy.overflow
    assert len(hierarchy.implements) <= 20_000 + len(classes)
    assert len(list(hierarchy.chain(number(hierarchy, "a.C1999")))) <= tested.MAX_DEPTH + 1
    assert time.process_time() - begin < 20


def test_too_many_possible_targets_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, "MAX_PAIRS", 50)
    interface = Class("a.I", (Method("m", code=None, access=0x401),), access=0x601)
    many = [Class(f"a.C{n}", (Method("m"),), implements=("a.I",)) for n in range(60)]
    hierarchy = built((interface, *many))
    table = hierarchy.overrides(np.arange(len(hierarchy.program.method_key)))
    assert hierarchy.overflow
    assert len(table.method) <= 2 * 61


def test_too_many_lookups_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tested, "MAX_LOOKUPS", 5)
    classes = [Class(f"a.C{n}", extends=f"a.C{n - 1}" if n else OUTSIDE[0]) for n in range(9)]
    hierarchy = built((Class("a.T", (Method("m", code=calls(classes)),)), *classes))
    hierarchy.resolve()
    assert hierarchy.overflow


def test_nothing_at_all_is_no_harm() -> None:
    hierarchy = built((Class("a.A"),))
    assert hierarchy.resolve().tolist() == [-1] * len(hierarchy.program.method_key)
    assert len(hierarchy.overrides(np.zeros(0, np.int64)).method) == 0
