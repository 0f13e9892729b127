"""Third-party components in a package: those that are there, not those that are merely named.

A component is there when the package defines classes of it, declares one of its parts in the
manifest, or carries one of its native libraries or assets. Code that neither the app's package nor
the table explains is reported by its package, so that nobody takes the list for complete.
"""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from scanner.collect.apk.container import Container
from scanner.collect.apk.manifest import Component, Manifest
from scanner.collect.apk.owners import Owners, is_generated
from scanner.collect.apk.reading import Place, Reading
from scanner.facts import Reach, SdkPresent, SdkUnidentified, Source
from scanner.knowledge import Sdk
from scanner.model import Unseen, Words

LABELS = 3
"""Labels of a package by which unknown code is told apart, e.g. com.example.tracker."""
LEAST_CLASSES = 4
"""Fewer unknown classes under one package are not worth a person's look."""
MAX_UNIDENTIFIED = 200
"""Packages of unknown code that are named; the largest first."""

_SHORT = re.compile(r"[a-z][a-z0-9]?|[A-Z][A-Z0-9]?")
"""Names that a shrinker gives to packages."""
_Evidence = Literal["classes", "components", "native", "assets"]
_STARTUP = "androidx.startup"


class Sdks:
    """Finds the components of one app."""

    def __init__(
        self,
        reading: Reading,
        owners: Owners,
        container: Container,
        manifest: Manifest | None,
        source: Source,
    ) -> None:
        self.reading = reading
        self.owners = owners
        self.manifest = manifest
        self.source = source
        self.table = reading.knowledge.sdks
        self.libraries = {
            name.rpartition("/")[2]: name for name in container.names(r"lib/[^/]+/[^/]+\.so")
        }
        self.assets = [name.removeprefix("assets/") for name in container.names(r"assets/.*")]
        self.classes: Counter[str] = Counter()
        """Classes of each component."""
        self.prefixes: dict[str, Counter[str]] = {}
        """Classes of each component by the prefix that shows it."""
        self.unknown: Counter[str] = Counter()
        """Classes that nobody owns, by package."""
        self._count()

    def _count(self) -> None:
        program = self.reading.program
        for kind in program.class_type.tolist():
            name = program.type_text(kind)
            if is_generated(name):
                continue
            owner = self.owners.of(name)
            if owner is None:
                self.unknown[_package_of(name)] += 1
            elif owner != "app":
                self.classes[owner] += 1
                prefix = self.owners.prefix_of(name)
                self.prefixes.setdefault(owner, Counter())[prefix] += 1

    def facts(self) -> Iterator[SdkPresent | SdkUnidentified | Unseen]:
        """Give a fact per component, one per package of unknown code, and what stays unseen."""
        for sdk in self.table:
            evidence, at = self._evidence(sdk)
            if evidence:
                yield self._present(sdk, evidence, at)
        unknown = [(name, count) for name, count in self.unknown.items() if count >= LEAST_CLASSES]
        unknown.sort(key=lambda one: (-one[1], one[0]))
        for name, count in sorted(unknown[:MAX_UNIDENTIFIED]):
            yield SdkUnidentified(source=self.source, channel="apk", prefix=name, classes=count)
        if self.unknown:
            packages, classes = len(self.unknown), sum(self.unknown.values())
            yield _unseen(
                Words(
                    zh=f"{packages} 个包名下的 {classes} 个类既不属于应用自身，也不在 SDK 表中，"
                    "或已被混淆；其中可能还有其他 SDK",
                    en=f"{classes} classes in {packages} packages are neither the app's own nor in"
                    " the table, or are renamed; further components may be among them",
                )
            )
        for field, zh, en in (
            ("version", "版本号未读取", "versions are not read"),
            ("reach", "表中没有该 SDK 的启动接口，或代码中未见调用", "the table knows no call that"
             " starts it, or the code holds none"),
            ("gated", "表中没有该 SDK 的同意前控制方式", "the table knows no way to hold it back"),
            ("ads_switch", "表中没有该 SDK 的关闭接口", "the table knows no such switch of it"),
            ("auto_start", "清单无法读取", "the manifest cannot be read"),
        ):  # fmt: skip
            yield Unseen(
                kind="sdk.present", field=field, collector="apk", reason=Words(zh=zh, en=en)
            )

    def _evidence(self, sdk: Sdk) -> tuple[tuple[_Evidence, ...], str]:
        found: dict[_Evidence, str] = {}
        if self.classes[sdk.id]:
            prefix, count = self.prefixes[sdk.id].most_common(1)[0]
            found["classes"] = f"{count} classes in {prefix}"
        for component in self.manifest.components if self.manifest else ():
            if self._is_of(component, sdk):
                found.setdefault("components", component.at)
        for name, entry in self.libraries.items():
            if _any(name, sdk.libraries):
                found.setdefault("native", entry)
        for name in self.assets:
            if _any(name, sdk.assets):
                found.setdefault("assets", f"assets/{name}")
        return tuple(sorted(found)), next(iter(found.values()), "")

    def _is_of(self, component: Component, sdk: Sdk) -> bool:
        if self.owners.of(component.runs or component.name) == sdk.id:
            return True
        name = component.runs or component.name
        return any(
            name.startswith(known) if known.endswith(".") else name == known
            for known in sdk.components
        )

    def _present(self, sdk: Sdk, evidence: tuple[_Evidence, ...], at: str) -> SdkPresent:
        prefixes = self.prefixes.get(sdk.id)
        reach = self._started(sdk)
        return SdkPresent(
            source=Source(evidence=self.source.evidence, at=at),
            channel="apk",
            sdk=sdk.id,
            family=sdk.family,
            name=sdk.title.zh,
            vendor=sdk.vendor.id,
            country=sdk.vendor.country,
            purposes=tuple(sorted(sdk.purposes)),
            evidence=evidence,
            prefix=prefixes.most_common(1)[0][0] if prefixes else "",
            collects_personal_info=bool(sdk.collects),
            auto_start=self._starts_itself(sdk),
            gated=self._is_gated(sdk, reach),
            reach=reach,
            ads_switch=bool(self._uses(sdk, sdk.ads_switch)) if sdk.ads_switch else None,
        )

    def _starts_itself(self, sdk: Sdk) -> bool | None:
        """Tell whether a provider or an initialiser of it runs before any screen."""
        if self.manifest is None:
            return None
        initialisers = {n for n, value in self.manifest.meta_values if value == _STARTUP}
        if initialisers & set(sdk.auto_start):
            return True
        if any(self.owners.of(name) == sdk.id for name in initialisers):
            return True
        for component in self.manifest.components:
            if component.type == "provider" and component.enabled is not False:
                if component.runs in sdk.auto_start:
                    return True
                if self._is_of(component, sdk) and self._does_something(component.runs):
                    return True
        return False

    def _does_something(self, name: str) -> bool:
        """Tell whether a provider's own onCreate calls anything."""
        program = self.reading.program
        kind, wanted = program.type_number(name), program.name_number("onCreate")
        for method in self.reading.methods_of(kind, wanted):
            body = self.reading.inside.body(method)
            if body and any(True for _ in body.invokes()):
                return True
        return False

    def _uses(self, sdk: Sdk, members: Iterable[str]) -> list[Place]:
        """Give the calls of some of its methods, or bodies that override them, by others' code."""
        program = self.reading.program
        places = [
            place
            for place, _ in self.reading.calls(self.reading.members.methods(members))
            if self._owner(place.method) != sdk.id
        ]
        for member in members:
            owner, _, name = member.partition("->")
            kind = program.type_number(owner)
            for below in self.reading.hierarchy.below(kind).tolist() if kind >= 0 else ():
                if self.owners.of(program.type_text(below)) != sdk.id:
                    number = program.name_number(name)
                    places += [Place(one, 0) for one in self.reading.methods_of(below, number)]
        return places

    def _owner(self, method: int) -> str | None:
        program = self.reading.program
        return self.owners.of(program.type_text(int(program.method_class[method])))

    def _started(self, sdk: Sdk) -> Reach | None:
        """Tell where others' code starts it; early only where no consent flag stands before."""
        found: set[Reach] = set()
        for place in self._uses(sdk, sdk.init):
            standing = self.reading.standing(place)
            if standing.reach == "early" and standing.guarded:
                found.add("reachable")
            elif standing.reach is not None:
                found.add(standing.reach)
        order: tuple[Reach, ...] = ("early", "reachable", "unreached")
        return next((reach for reach in order if reach in found), None)

    def _is_gated(self, sdk: Sdk, started: Reach | None) -> bool | None:
        """Tell whether the app holds it back; null where the table knows no way to."""
        if not (sdk.gates or sdk.pre_init or sdk.manifest_switches):
            return None
        values = self.manifest.meta_values if self.manifest else ()
        if any((one.name, one.value) in values for one in sdk.manifest_switches):
            return True
        prepared = bool(self._uses(sdk, sdk.pre_init)) and started != "early"
        places = self._uses(sdk, sdk.gates)
        return prepared or (bool(places) and not any(self._opens_early(one) for one in places))

    def _opens_early(self, place: Place) -> bool:
        """Tell whether a call says that the user agreed before anyone could."""
        standing = self.reading.standing(place)
        if standing.reach != "early" or standing.guarded:
            return False
        return not self.reading.is_handed(place, 0)


def _package_of(name: str) -> str:
    """Give the package by which unknown code is told apart; short ones are a shrinker's."""
    labels = name.split(".")[:-1][:LABELS]
    kept: Sequence[str] = labels
    for number, label in enumerate(labels):
        if _SHORT.fullmatch(label) and number:
            kept = labels[:number]
            break
    return ".".join(kept)


def _any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _unseen(reason: Words) -> Unseen:
    return Unseen(kind="sdk.present", scope={"channel": ("apk",)}, collector="apk", reason=reason)
