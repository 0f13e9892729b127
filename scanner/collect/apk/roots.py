"""Where an app's code begins to run: what Android starts before any screen, and what it may start.

Early are, as rules of timing count them: the application class, every enabled provider, the
initialisers of androidx.startup, and the launcher's screens up to onResume. Their constructors and
static initialisers run with them. Click listeners and all else that waits for a person are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.callgraph import CallGraph
from scanner.collect.apk.manifest import Manifest
from scanner.collect.apk.program import ACC_STATIC

_BEGINNING = ("<init>", "<clinit>")
_APPLICATION = (*_BEGINNING, "attachBaseContext", "onCreate")
_PROVIDER = (*_BEGINNING, "attachInfo", "onCreate")
_INITIALISER = (*_BEGINNING, "create")
_SCREEN = (*_BEGINNING, "attachBaseContext", "onCreate", "onStart", "onResume")
_FACTORY = (
    *_BEGINNING,
    *("instantiateApplication", "instantiateProvider", "instantiateClassLoader"),
)
_STARTUP = "androidx.startup"
_INFLATED = "(Landroid/content/Context;Landroid/util/AttributeSet;)V"


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
    named = [(manifest.application, _APPLICATION), (manifest.factory, _FACTORY)]
    for component in manifest.components:
        if component.enabled is False:
            continue
        if component.type == "provider":
            named.append((component.runs, _PROVIDER))
        elif component.launcher:
            named.append((component.runs, _SCREEN))
    named += [(name, _INITIALISER) for name, value in manifest.meta_values if value == _STARTUP]
    return _roots(graph, named)


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
        if proto.startswith(_INFLATED[:-2].encode())
    ]
    protos = program.signature_proto[program.method_signature]
    views = np.flatnonzero(program.defined & np.isin(protos, inflated))
    views = views[program.method_name[views] == program.name_number("<init>")]
    kinds = {int(kind) for kind in program.method_class[views]}
    kinds |= {kind for kind in classes if kind >= 0 and graph.hierarchy.inside[kind]}
    constructors = _constructors(graph, kinds)
    return Roots(tuple(sorted(constructors)), tuple(sorted(kinds)), ())


def _constructors(graph: CallGraph, kinds: Iterable[int]) -> set[int]:
    program = graph.program
    found: set[int] = set()
    names = {program.name_number(name) for name in _BEGINNING}
    for kind in kinds:
        begin, end = np.searchsorted(program.method_key, [kind << 32, (kind + 1) << 32])
        rows = np.arange(begin, end)
        rows = rows[program.defined[rows] & np.isin(program.method_name[rows], list(names))]
        found |= set(rows.tolist())
    return found


def _roots(graph: CallGraph, named: list[tuple[str, tuple[str, ...]]]) -> Roots:
    program = graph.program
    methods: set[int] = set()
    classes: set[int] = set()
    missing: set[str] = set()
    for name, wanted in named:
        if not name:
            continue
        kind = program.type_number(name)
        if kind < 0 or not graph.hierarchy.inside[kind]:
            if not name.startswith(("android.", "androidx.core.app.CoreComponentFactory")):
                missing.add(name)
            continue
        classes.add(kind)
        numbers = {program.name_number(method) for method in wanted} - {-1}
        for upper in graph.hierarchy.chain(kind):
            begin, end = np.searchsorted(program.method_key, [upper << 32, (upper + 1) << 32])
            rows = np.arange(begin, end)
            rows = rows[program.defined[rows] & np.isin(program.method_name[rows], list(numbers))]
            for row in rows.tolist():
                signature = program.method_signature[row : row + 1]
                own = graph.hierarchy.find(np.array([kind]), signature)
                static = program.access[row] & ACC_STATIC
                if static or int(own[0]) == row:
                    methods.add(row)
    return Roots(tuple(sorted(methods)), tuple(sorted(classes)), tuple(sorted(missing)))
