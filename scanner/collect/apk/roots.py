"""Where an app's code begins to run: what Android starts before any screen, and what it may start.

Early are, as rules of timing count them: the application class, every enabled provider, the
initialisers of androidx.startup, and the launcher's screens: onCreate, onStart, onResume and what
Android calls in the same start, up to the moment when the window takes input. Their constructors
and static initialisers run with them. Click listeners and all else that waits for a person are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.callgraph import CallGraph
from scanner.collect.apk.dex import CONST_CLASS, Array, text_of
from scanner.collect.apk.manifest import Manifest
from scanner.collect.apk.program import ACC_ABSTRACT, ACC_INTERFACE, ACC_PRIVATE, ACC_STATIC

_CONTEXT = "(Landroid/content/Context;"
_APPLICATION = {"attachBaseContext": (f"{_CONTEXT})V",), "onCreate": ("()V",)}
_PROVIDER = {
    "attachInfo": (f"{_CONTEXT}Landroid/content/pm/ProviderInfo;)V",),
    "onCreate": ("()Z",),
}
_INITIALISER = {"create": (f"{_CONTEXT})",), "dependencies": ("()Ljava/util/List;",)}
_SCREEN = {
    "attachBaseContext": (f"{_CONTEXT})V",),
    "onCreate": (
        "(Landroid/os/Bundle;)V",
        "(Landroid/os/Bundle;Landroid/os/PersistableBundle;)V",
    ),
    "onStart": ("()V",),
    "onPostCreate": (
        "(Landroid/os/Bundle;)V",
        "(Landroid/os/Bundle;Landroid/os/PersistableBundle;)V",
    ),
    "onResume": ("()V",),
    "onPostResume": ("()V",),
    "onAttachedToWindow": ("()V",),
    "onWindowFocusChanged": ("(Z)V",),
}
_LOADER = "(Ljava/lang/ClassLoader;"
_FACTORY = {
    "instantiateApplication": (f"{_LOADER}Ljava/lang/String;)",),
    "instantiateProvider": (f"{_LOADER}Ljava/lang/String;)",),
    "instantiateActivity": (f"{_LOADER}Ljava/lang/String;Landroid/content/Intent;)",),
    "instantiateClassLoader": (f"{_LOADER}Landroid/content/pm/ApplicationInfo;)",),
}
"""Names of the methods that Android calls, and how their descriptors begin."""
_STARTUP = "androidx.startup"
_INFLATED = f"{_CONTEXT}Landroid/util/AttributeSet;"
_FRAGMENTS = (
    "android.app.Fragment",
    "androidx.fragment.app.Fragment",
    "android.support.v4.app.Fragment",
)
"""What layouts and navigation graphs name, and Android makes."""
_MAX_INITIALISERS = 1_000
_MAX_NAMED = 20_000
"""Classes that texts in code name; real apps name some hundreds."""

_Called = Mapping[str, tuple[str, ...]]


class Roots(NamedTuple):
    """Methods that Android calls itself, and the classes that it makes instances of."""

    methods: tuple[int, ...]
    """Numbers of methods."""
    classes: tuple[int, ...]
    """Numbers of classes."""
    missing: tuple[str, ...]
    """Classes that the manifest names and no DEX file defines, sorted."""


def early_roots(graph: CallGraph, manifest: Manifest) -> Roots:
    """Give what runs before any screen on which a person could agree to anything."""
    named: list[tuple[str, _Called]] = [
        (manifest.application, _APPLICATION),
        (manifest.factory, _FACTORY),
    ]
    for component in manifest.components:
        if component.enabled is False:
            continue
        if component.type == "provider":
            named.append((component.runs, _PROVIDER))
        elif component.launcher:
            named.append((component.runs, _SCREEN))
    initialisers = [name for name, value in manifest.meta_values if value == _STARTUP]
    found = _Found(graph)
    for name, called in (*named, *((name, _INITIALISER) for name in initialisers)):
        found.add_named(name, called)
    found.add_needed(initialisers)
    return found.roots()


def all_roots(graph: CallGraph, manifest: Manifest) -> Roots:
    """Give what Android may run at any time, and what code may run by its name.

    That is every component, the views and fragments that a layout may name, and the classes that
    a text in code names, with those of their methods whose names are texts too.
    """
    program = graph.program
    names = {component.runs for component in manifest.components}
    names |= {manifest.application, manifest.factory}
    names |= {name for name, value in manifest.meta_values if value == _STARTUP}
    classes = [program.type_number(name) for name in sorted(names) if name]
    inflated = [
        number
        for number, proto in enumerate(program.protos)
        if proto.startswith(_INFLATED.encode())
    ]
    protos = program.signature_proto[program.method_signature]
    views = np.flatnonzero(program.defined & np.isin(protos, inflated))
    views = views[program.method_name[views] == program.name_number("<init>")]
    kinds = {int(kind) for kind in program.method_class[views]}
    kinds |= {kind for kind in classes if kind >= 0 and graph.hierarchy.inside[kind]}
    bases = [program.type_number(name) for name in _FRAGMENTS]
    found = [graph.hierarchy.below(kind) for kind in bases if kind >= 0]
    named, methods = _named(graph)
    kinds |= _concrete(graph, np.concatenate([named, *found]))
    return Roots(tuple(sorted({*_constructors(graph, kinds), *methods})), tuple(sorted(kinds)), ())


def _named(graph: CallGraph) -> tuple[Array, list[int]]:
    """Give the classes that texts in code name, and their methods that such texts name."""
    program = graph.program
    heads = {program.types[kind][1:5] for kind in program.class_type.tolist()}
    wanted = [int.from_bytes(head.replace(b"/", b"."), "little") for head in heads]
    keys = np.array(wanted, np.uint32)
    kinds: set[int] = set()
    names: set[int] = set()
    for part, texts in zip(program.parts, program.part_texts, strict=True):
        used = np.zeros(part.dex.string_count, bool)
        used[texts.target[texts.target < len(used)]] = True
        names.update(np.unique(part.names[used]).tolist())
        likely = np.array(part.dex.beginning_with(keys), np.int64)
        for raw in part.dex.raws(likely[used[likely]]):
            if b"." in raw and b" " not in raw:
                kinds.add(program.type_number(text_of(raw)))
    inside = [kind for kind in sorted(kinds) if kind >= 0 and graph.hierarchy.inside[kind]]
    inside = inside[:_MAX_NAMED]
    methods = [
        method
        for kind in inside
        for method in _own(graph, kind)
        if int(program.method_name[method]) in names and not program.access[method] & ACC_PRIVATE
    ]
    return np.array(inside, np.int64), methods


def _concrete(graph: CallGraph, kinds: Array) -> set[int]:
    """Give those of some classes of which there can be an instance."""
    program = graph.program
    abstract = program.class_type[program.class_access & (ACC_ABSTRACT | ACC_INTERFACE) != 0]
    return {int(kind) for kind in np.setdiff1d(kinds, abstract)}


def _constructors(graph: CallGraph, kinds: Iterable[int]) -> Iterator[int]:
    beginning = {graph.program.name_number(name) for name in ("<init>", "<clinit>")}
    for kind in kinds:
        for method in _own(graph, kind):
            if int(graph.program.method_name[method]) in beginning:
                yield method


def _own(graph: CallGraph, kind: int) -> list[int]:
    """Give the methods that a class itself defines."""
    program = graph.program
    begin, end = np.searchsorted(program.method_key, [kind << 32, (kind + 1) << 32])
    return [row for row in range(int(begin), int(end)) if program.defined[row]]


class _Found:
    """The roots found so far."""

    def __init__(self, graph: CallGraph) -> None:
        self.graph = graph
        self.program = graph.program
        self.methods: set[int] = set()
        self.classes: set[int] = set()
        self.missing: set[str] = set()

    def roots(self) -> Roots:
        return Roots(
            tuple(sorted(self.methods)), tuple(sorted(self.classes)), tuple(sorted(self.missing))
        )

    def add_named(self, name: str, called: _Called) -> None:
        """Add a class that the manifest names."""
        if not name:
            return
        kind = self.program.type_number(name)
        if kind >= 0 and self.graph.hierarchy.inside[kind]:
            self.add(kind, called)
        elif not name.startswith("android.") or name.startswith("android.support."):
            self.missing.add(name)

    def add(self, kind: int, called: _Called) -> None:
        """Add a class of the app: how it begins, and what Android calls on it."""
        program = self.program
        self.classes.add(kind)
        found: dict[int, int] = {}
        for upper in self.graph.hierarchy.chain(kind):
            for method in _own(self.graph, upper):
                name, proto = program.name_of(method), program.proto_of(method)
                if name == "<clinit>":
                    self.methods.add(method)
                elif program.access[method] & ACC_STATIC:
                    continue
                elif proto.startswith(called.get(name, ())):
                    found.setdefault(int(program.method_signature[method]), method)
                elif name == "<init>" and upper == kind and proto == "()V":
                    self.methods.add(method)
        self.methods.update(found.values())

    def add_needed(self, names: Iterable[str]) -> None:
        """Add the initialisers that other initialisers say they depend on."""
        program = self.program
        work = [program.type_number(name) for name in names]
        seen = set(work)
        while work and len(seen) < _MAX_INITIALISERS:
            kind = work.pop()
            inside = kind >= 0 and bool(self.graph.hierarchy.inside[kind])
            wanted = program.name_number("dependencies")
            for method in self.graph.run_by(kind, {wanted}) if inside else ():
                rows, _ = program.type_uses.of(program.code[method : method + 1])
                used = rows[program.type_uses.op[rows] == CONST_CLASS]
                for needed in program.type_uses.target[used].tolist():
                    if needed not in seen and self.graph.hierarchy.inside[needed]:
                        self.add(needed, _INITIALISER)
                        seen.add(needed)
                        work.append(needed)
