"""Where an app's code begins to run: what Android starts before any screen, and what it may start.

Early are, as rules of timing count them: the application class, every enabled provider, the
initialisers of androidx.startup, and the launcher's screens up to onResume. Their constructors and
static initialisers run with them. Click listeners and all else that waits for a person are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.callgraph import CallGraph
from scanner.collect.apk.dex import CONST_CLASS
from scanner.collect.apk.manifest import Manifest
from scanner.collect.apk.program import ACC_STATIC

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
    "onResume": ("()V",),
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
_MAX_INITIALISERS = 1_000

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
    """Give what Android may run at any time: every component, and views that a layout names."""
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
    constructors = _constructors(graph, kinds)
    return Roots(tuple(sorted(constructors)), tuple(sorted(kinds)), ())


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
