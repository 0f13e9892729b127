"""One reading of an app's code: everything that facts about it stand on.

All DEX files are read one after the other; what is kept of each are integer arrays. The bytes wait
in a nameless temporary file until a method is looked into, so that memory holds one DEX file.
"""

from __future__ import annotations

import mmap
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.callgraph import CallGraph, Walk
from scanner.collect.apk.consent import Consent
from scanner.collect.apk.container import DEX_NAME, Container, Unreadable
from scanner.collect.apk.dex import MAX_DEX_BYTES, Dex, open_dex
from scanner.collect.apk.flows import Flows
from scanner.collect.apk.hierarchy import Hierarchy
from scanner.collect.apk.inside import Inside
from scanner.collect.apk.manifest import Manifest
from scanner.collect.apk.members import Members
from scanner.collect.apk.program import Program
from scanner.collect.apk.roots import all_roots, early_roots
from scanner.collect.apk.values import Number
from scanner.facts import Reach
from scanner.knowledge import Knowledge
from scanner.model import Words

MAX_DEX_FILES = 500
"""DEX files of one package; the largest public apps hold about 60."""
MAX_DEX_TOTAL = 1 << 30
"""Bytes of all DEX files of one package."""


class Place(NamedTuple):
    """A place in code."""

    method: int
    """Number of the method."""
    at: int
    """Unit inside it."""


class Standing(NamedTuple):
    """When a place in code runs, as far as calls tell."""

    reach: Reach | None
    """See data.accessed; None when the manifest could not be read."""
    guarded: bool
    """Whether it is only reached behind a stored consent flag."""
    path: tuple[str, ...]
    """Class and method of each step from a root; empty when none leads there."""


class Reading:
    """An app's code, read: program, hierarchy, call graph, values, and what runs when."""

    def __init__(self, program: Program, manifest: Manifest | None, knowledge: Knowledge) -> None:
        self.program = program
        self.knowledge = knowledge
        self.hierarchy = Hierarchy(program, knowledge.ancestry)
        self.graph = CallGraph(program, self.hierarchy)
        self.members = Members(program, self.hierarchy, self.graph.resolved)
        self.inside = Inside(self.graph)
        self.faults: list[Words] = []
        self.missing: tuple[str, ...] = ()
        self.early: Walk | None = None
        self.unguarded: Walk | None = None
        self.ever: Walk | None = None
        self.guarded_keys = np.zeros(0, np.int64)
        if self.hierarchy.overflow:
            zh, en = (
                "类层次过于庞大，只展开了一部分",
                "the class hierarchy is too large to follow whole",
            )
            self.faults.append(Words(zh, en))
        if manifest is not None:
            self._walk(manifest)

    def _walk(self, manifest: Manifest) -> None:
        runtime = self.knowledge.runtime
        flows = Flows(self.inside, self.members, runtime.runners)
        self.guarded_keys = Consent(self.inside, self.members, runtime).guarded_places()
        early = early_roots(self.graph, manifest)
        self.missing = early.missing
        self.early = self.graph.walk(early.methods, early.classes, flows.further)
        self.unguarded = self.early
        if len(self.guarded_keys):
            flows.forget()
            self.unguarded = self.graph.walk(
                early.methods, early.classes, flows.further, self.guarded_keys
            )
        everything = all_roots(self.graph, manifest)
        self.ever = self.graph.walk(
            (*early.methods, *everything.methods),
            (*early.classes, *everything.classes),
            callbacks=True,
        )

    def standing(self, place: Place) -> Standing:
        """Tell when a place runs, and by which way."""
        key = int(self.program.code[place.method]) << 32 | place.at
        found = int(np.searchsorted(self.guarded_keys, key))
        behind = found < len(self.guarded_keys) and int(self.guarded_keys[found]) == key
        if self.early is None or self.unguarded is None or self.ever is None:
            return Standing(None, behind, ())
        walk: Walk | None = None
        reach: Reach = "unreached"
        if self.early.reached[place.method]:
            reach = "early"
            free = bool(self.unguarded.reached[place.method])
            walk = self.unguarded if free else self.early
            behind = behind or not free
        elif self.ever.reached[place.method]:
            reach, walk = "reachable", self.ever
        path = walk.path(place.method) if walk else ()
        return Standing(reach, behind, tuple(self.program.method_text(one) for one in path))

    def where(self, place: Place) -> str:
        """Say where a place is: file, method, and offset in the file."""
        code = int(self.program.code[place.method])
        part, _, row = self.program.part_of(code)
        offset = 2 * (int(part.dex.code_begin[row]) + place.at)
        return f"{part.dex.name} {self.program.method_descriptor(place.method)} +0x{offset:x}"

    def methods_of(self, kind: int, name: int) -> list[int]:
        """Give the methods of one name that a class itself defines with code."""
        if kind < 0 or name < 0:
            return []
        program = self.program
        begin, end = np.searchsorted(program.method_key, [kind << 32, (kind + 1) << 32])
        return [
            row
            for row in range(int(begin), int(end))
            if program.method_name[row] == name and program.code[row] >= 0
        ]

    def is_handed(self, place: Place, number: int) -> bool:
        """Tell whether a call is surely handed a number as its last boolean or whole number."""
        body = self.inside.body(place.method)
        if body is None:
            return False
        invoke = body.invoke_at(place.at)
        callee = self.inside.callee(place.method, invoke)
        proto = self.program.proto_of(callee) if callee >= 0 else ""
        if not invoke.registers or not proto.partition(")")[0].endswith(("Z", "I")):
            return False
        origins = body.origins(place.at, invoke.registers[-1])
        return all(isinstance(one, Number) and one.value == number for one in origins)

    def file_of(self, place: Place) -> str:
        """Give the name of the DEX file in which a place is."""
        return self.program.part_of(int(self.program.code[place.method]))[0].dex.name

    def calls(self, methods: Iterable[int]) -> list[tuple[Place, int]]:
        """Give the calls that name one of some methods: the place, and the method named."""
        invokes = self.program.invokes
        wanted = np.array(sorted(methods), np.int64)
        rows = np.flatnonzero(np.isin(invokes.target, wanted)) if len(wanted) else wanted
        return [
            (Place(int(caller), int(invokes.at[row])), int(invokes.target[row]))
            for row, caller in zip(
                rows.tolist(), self.program.code_method[invokes.code[rows]].tolist(), strict=True
            )
            if caller >= 0
        ]


class Dumped(NamedTuple):
    """A DEX file that somebody took from a running app."""

    name: str
    """What it is called."""
    path: Path
    """Where its bytes lie."""


class Read(NamedTuple):
    """A program as it was read."""

    program: Program
    """The code."""
    unread: tuple[Words, ...]
    """Files that could not be read at all, and why."""
    broken: tuple[Words, ...]
    """Parts of files that could not be read, and why."""


def read_program(
    container: Container, dumped: Iterable[Dumped], look: Callable[[Dex], None]
) -> Read:
    """Read all DEX files of a package, and those that were dumped.

    `look` is shown each file while its bytes are at hand.
    """
    program, unread, broken = Program(), list[Words](), list[Words]()
    with tempfile.TemporaryFile(prefix="mingjian-") as spill:
        left = MAX_DEX_TOTAL
        for name, read in _files(container, dumped):
            try:
                data = read()
                left -= len(data)
                if left < 0:
                    raise Unreadable(f"{name} 超过总量上限", f"{name} is over the limit in all")
                begin = spill.seek(0, 2)
                begin += -begin % mmap.ALLOCATIONGRANULARITY
                spill.seek(begin)
                spill.write(data)
                spill.flush()
                size = len(data)
                del data
                window = mmap.mmap(spill.fileno(), size, access=mmap.ACCESS_READ, offset=begin)
                for dex in open_dex(window, name):
                    program.add(dex)
                    look(dex)
                    broken += dex.faults
                    dex.rest()
            except Unreadable as error:
                unread.append(error.reason)
    program.finish()
    return Read(program, tuple(unread), tuple(broken))


def _files(
    container: Container, dumped: Iterable[Dumped]
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Give the DEX files in Android's order: classes.dex, classes2.dex, ..., then the dumped."""
    names = sorted(container.names(DEX_NAME), key=_order)
    for name in names[:MAX_DEX_FILES]:
        yield name, lambda name=name: container.read(name, MAX_DEX_BYTES)  # type: ignore[misc]
    for one in dumped:
        yield one.name, lambda one=one: _bytes_of(one)  # type: ignore[misc]


def _bytes_of(dumped: Dumped) -> bytes:
    if dumped.path.stat().st_size > MAX_DEX_BYTES:
        raise Unreadable(f"{dumped.name} 超过大小上限", f"{dumped.name} is over the limit of size")
    return dumped.path.read_bytes()


def _order(name: str) -> tuple[int, str]:
    number = re.sub(r"\D", "", name)
    return int(number[:9] or 1), name
