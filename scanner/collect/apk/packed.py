"""Traces of packers: products that hide an app's code until it runs."""

from __future__ import annotations

import fnmatch

from scanner.collect.apk.container import Container
from scanner.collect.apk.manifest import Manifest
from scanner.knowledge import Knowledge, Packer


def packers_of(
    container: Container, manifest: Manifest | None, knowledge: Knowledge
) -> list[tuple[Packer, tuple[str, ...]]]:
    """Give the packers whose traces a package carries, each with its sorted traces.

    Traces are the application class, native libraries and assets by name. A trace says that code
    may be hidden, not that it is: some products leave their libraries behind in unpacked builds.
    """
    application = manifest.application if manifest else ""
    libraries = container.names(r"lib/[^/]+/[^/]+\.so")
    assets = container.names(r"assets/.*")
    found: list[tuple[Packer, tuple[str, ...]]] = []
    for packer in knowledge.packers:
        signs = {application} if application and _is_class_of(application, packer) else set()
        signs |= {n for n in libraries if _any(n.rpartition("/")[2], packer.libraries)}
        signs |= {n for n in assets if _any(n.removeprefix("assets/"), packer.assets)}
        if signs:
            found.append((packer, tuple(sorted(signs))))
    return found


def _is_class_of(application: str, packer: Packer) -> bool:
    return any(
        application.startswith(name) if name.endswith(".") else application == name
        for name in packer.application
    )


def _any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
