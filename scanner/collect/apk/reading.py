"""One reading of an app's code: everything that facts about it stand on.

All DEX files are read one after the other; what is kept of each are integer arrays. The bytes wait
in a nameless temporary file until a method is looked into, so that memory holds one DEX file. A
file that cannot be read is told and left out; it never costs the others.
"""

from __future__ import annotations

import functools
import hashlib
import mmap
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from scanner.child import Unreadable
from scanner.collect.apk.callgraph import CallGraph, Walk
from scanner.collect.apk.consent import Consent
from scanner.collect.apk.container import DEX_NAME, Container
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
from scanner.knowledge.runtime import Runner
from scanner.model import Words

MAX_DEX_FILES = 500
"""DEX files of one package, dumped ones included; the largest public apps hold about 60."""
MAX_DEX_TOTAL = 384 << 20
"""Bytes of all DEX files of one package; the largest public apps hold about 150 MB, and memory
grows by about three times what is read."""

_TYPE = re.compile(r"\[*(?:L[^;]*;|[A-Z])")
_SAYS_NOTHING = ("Landroid/content/Context;", "Landroid/app/Application;", "Ljava/lang/String;")
"""Arguments that cannot say yes or no."""


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
    guarded: bool | None
    """Whether it is only reached behind a stored consent flag; None when reach is."""
    path: tuple[str, ...] | None
    """Class and method of each step from a root; empty when none leads there, None with reach."""


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
        if self.hierarchy.looped:
            zh, en = "部分类的继承关系成环", "some classes extend themselves"
            self.faults.append(Words(zh, en))
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
        flows = Flows(self.inside, self.members, runtime.runners, runtime.holders)
        self.graph.handed[list(self.members.methods(runtime.answers))] = True
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
        opened = Runner(id="bridges", methods=runtime.bridges, runs=("*",))
        bridges = Flows(self.inside, self.members, (opened,))
        # at any time a call may run whatever the class hierarchy has for it
        self.graph.handed[:] = False
        self.ever = self.graph.walk(
            (*early.methods, *everything.methods),
            (*early.classes, *everything.classes),
            bridges.further,
            callbacks=True,
        )
        walks = (self.early, self.unguarded, self.ever)
        if not (flows.complete and bridges.complete) or not all(walk.complete for walk in walks):
            zh, en = (
                "调用关系过于庞大，只跟踪了一部分",
                "there are too many calls to follow them all",
            )
            self.faults.append(Words(zh, en))

    def standing(self, place: Place) -> Standing:
        """Tell when a place runs, and by which way."""
        key = int(self.program.code[place.method]) << 32 | place.at
        found = int(np.searchsorted(self.guarded_keys, key))
        behind = found < len(self.guarded_keys) and int(self.guarded_keys[found]) == key
        if self.early is None or self.unguarded is None or self.ever is None:
            return Standing(None, None, None)
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

    def answers(self, place: Place) -> frozenset[bool | None]:
        """Give what a call may say by its last boolean, or else by a whole number at its end.

        None stands for what is made at run time; nothing for a call that takes no such argument.
        """
        body = self.inside.body(place.method)
        if body is None:
            return frozenset((None,))
        invoke = body.invoke_at(place.at)
        callee = self.inside.callee(place.method, invoke)
        proto = self.program.proto_of(callee) if callee >= 0 else "(Ljava/lang/Object;)"
        kinds = _TYPE.findall(proto[1 : proto.index(")")])
        flags = [number for number, kind in enumerate(kinds) if kind == "Z"]
        if not flags and kinds and kinds[-1] == "I":
            flags = [len(kinds) - 1]
        if not flags:
            silent = all(kind in _SAYS_NOTHING for kind in kinds)
            return frozenset() if silent else frozenset((None,))
        register = self.inside.argument(place.method, invoke, flags[-1])
        if register is None:
            return frozenset((None,))
        origins = body.origins(place.at, register)
        return frozenset(one.value != 0 if isinstance(one, Number) else None for one in origins)

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
    dumped: dict[str, str]
    """SHA-256 of the dumped files, by the name that each bears in the program."""


def read_program(
    container: Container, dumped: Iterable[Dumped], look: Callable[[Dex], None]
) -> Read:
    """Read the DEX files that were dumped, and then all of the package.

    Dumped code goes first: where a packer left hollow classes in the package, what ran counts.
    `look` is shown each file while its bytes are at hand.
    """
    given = tuple(dumped)
    names = sorted(container.names(DEX_NAME), key=_order)
    over = len(given) + len(names) - MAX_DEX_FILES
    labels = _labels(given, set(names))
    with tempfile.TemporaryFile(prefix="mingjian-") as spill:
        files = _Files(look, spill)
        for one, label in zip(given[:MAX_DEX_FILES], labels, strict=False):
            files.read(label, functools.partial(_bytes_of, one), dumped=True)
        for name in names[: max(0, MAX_DEX_FILES - len(given))]:
            files.read(name, functools.partial(container.read, name))
    if over > 0:
        zh, en = f"另有 {over} 个 DEX 文件未读取", f"{over} more DEX files were not read"
        files.unread.append(Words(zh, en))
    return files.finished()


class _Files:
    """Reads DEX files one by one into a program."""

    def __init__(self, look: Callable[[Dex], None], spill: IO[bytes]) -> None:
        self.look = look
        self.spill = spill
        self.room = MAX_DEX_TOTAL
        self.unread: list[Words] = []
        self.broken: list[Words] = []
        self.digests: dict[str, str] = {}
        self._program = Program()
        self._added: list[Dex] = []
        self._tried = 0

    def read(self, name: str, give: Callable[[int], bytes], *, dumped: bool = False) -> None:
        """Read one file; what goes wrong is told and stays with it."""
        try:
            data = give(min(MAX_DEX_BYTES, self.room))
            self.room -= len(data)
            digest = hashlib.sha256(data).hexdigest() if dumped else ""
            window = _mapped(self.spill, data, name)
            del data
            for dex in open_dex(window, name):
                if digest:
                    self.digests[dex.name] = digest
                self._add(dex)
        except Unreadable as error:
            self.unread.append(error.reason)
        except OSError as error:
            why = error.strerror or type(error).__name__
            zh, en = f"{name} 无法读取或暂存：{why}", f"{name} cannot be read or set aside: {why}"
            self.unread.append(Words(zh, en))
        except Exception as error:
            why = type(error).__name__
            zh, en = f"{name} 无法完整读取（内部错误 {why}）", f"{name} could not be read whole"
            self.unread.append(Words(zh, f"{en} (an inner error: {why})"))

    def _add(self, dex: Dex) -> None:
        self._tried += 1
        try:
            self._program.add(dex)
            self._added.append(dex)
            self.look(dex)
        finally:
            self.broken += dex.faults
            dex.rest()

    def finished(self) -> Read:
        """Close the program; one that a failing file left half filled is filled anew without it."""
        if self._tried != len(self._added):
            self._program = Program()
            for dex in self._added:
                self._program.add(dex)
                dex.rest()
        self._program.finish()
        return Read(self._program, tuple(self.unread), tuple(self.broken), self.digests)


def _mapped(spill: IO[bytes], data: bytes, name: str) -> mmap.mmap:
    """Put bytes at the end of the temporary file, and give a view of them."""
    if not data:
        raise Unreadable(f"{name} 不是 DEX 文件", f"{name} is no DEX file")
    begin = spill.seek(0, 2)
    begin += -begin % mmap.ALLOCATIONGRANULARITY
    spill.seek(begin)
    spill.write(data)
    spill.flush()
    return mmap.mmap(spill.fileno(), len(data), access=mmap.ACCESS_READ, offset=begin)


def _labels(dumped: Iterable[Dumped], taken: set[str]) -> Iterator[str]:
    """Name each dumped file unlike every other file."""
    for one in dumped:
        label = f"{one.name} (dumped)"
        number = 1
        while label in taken:
            number += 1
            label = f"{one.name} (dumped {number})"
        taken.add(label)
        yield label


def _bytes_of(dumped: Dumped, room: int) -> bytes:
    with dumped.path.open("rb") as stream:
        data = stream.read(room + 1)
    if len(data) > room:
        raise Unreadable(f"{dumped.name} 超过大小上限", f"{dumped.name} is over the limit of size")
    return data


def _order(name: str) -> tuple[int, str]:
    number = re.sub(r"\D", "", name)
    return int(number[:9] or 1), name
