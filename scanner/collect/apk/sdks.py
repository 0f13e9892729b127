"""Third-party components in a package: those that are there, not those that are merely named.

A component is there when the package defines classes of it, declares one of its parts in the
manifest, or carries one of its native libraries or assets. Code that neither the app's package nor
the table explains is reported by its package, so that nobody takes the list for complete.
"""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np

from scanner.collect.apk.accesses import is_in
from scanner.collect.apk.container import Container
from scanner.collect.apk.manifest import Component, Manifest
from scanner.collect.apk.reading import Place, Reading
from scanner.facts import Reach, SdkPresent, SdkUnidentified, Source
from scanner.knowledge import Sdk
from scanner.knowledge.sdks import NOBODYS
from scanner.model import Unseen, Words
from scanner.owners import Owners, is_generated

LABELS = 3
"""Labels of a package by which unknown code is told apart, e.g. com.example.tracker."""
OWNED_LABELS = 2
"""Labels that a maker's name takes, e.g. com.mg."""
LEAST_CLASSES = 4
"""Fewer unknown classes under one package are not worth a person's look."""
PLATFORM = ("android.", "dalvik.", "java.", "libcore.", "sun.")
"""Packages of Android itself: a device runs its own classes of these names, not the package's."""
MAX_UNIDENTIFIED = 200
"""Packages of unknown code that are named; the largest first."""

_SHORT = re.compile(r"[a-z][a-z0-9]?|[A-Z][A-Z0-9]?")
"""Names that a shrinker gives to packages."""
_Evidence = Literal["classes", "components", "native", "assets"]
_STARTUP = "androidx.startup"
_VERSION = re.compile(r"\d+(\.\d+)+[A-Za-z0-9_.+-]{0,40}")
_IDLE = frozenset(("getContext", "getApplicationContext", "i", "d", "v", "w", "e"))
"""Calls of a provider that start nothing: its context, and Android's Log."""
_CLOSING = re.compile(r"(?i)disable|opt_?out|stop|offline|den(y|ied)")
"""Gates whose yes, or whose call alone, keeps a component from collecting."""

_NO_MANIFEST = Words("清单无法读取", "the manifest cannot be read")
_BLANK = {
    "ads_switch": Words("表中没有该 SDK 的关闭接口", "the table knows no switch of the component"),
    "auto_start": Words(
        "清单所列的提供者不在可见代码中，或其启用状态因设备而异",
        "the provider that the manifest names is not in the code that could be read, or is enabled"
        " on some devices only",
    ),
    "country": Words("开源项目，不属于某一家公司", "an open source project that no company owns"),
    "gated": Words(
        "表中没有该 SDK 的同意前控制方式，或传给控制接口的值在运行时才确定",
        "the table knows no way to hold the component back, or the value that the app hands to it"
        " is made at run time",
    ),
    "reach": Words(
        "表中没有该 SDK 的启动接口，或可见代码中未见调用",
        "the table knows no call that starts the component, or the visible code holds none",
    ),
    "version": Words("代码中没有确定的版本号", "the code states no version that is certain"),
}
"""Fields that may stay unknown, and why they do."""
_TIMED = ("auto_start", "reach")
_SUPER_CALLS = (0x6F, 0x75)


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
        self.renamed = 0
        """Classes that nobody owns, and whose names say nothing."""
        self.configs: dict[str | None, list[str]] = {}
        """BuildConfig classes by owner."""
        self._count()
        self.components = self._find_components()
        """The manifest's components of each component of the table."""

    def _count(self) -> None:
        program = self.reading.program
        for kind in program.class_type.tolist():
            name = program.type_text(kind)
            owner = self.owners.of(name)
            if name.endswith(".BuildConfig"):
                self.configs.setdefault(owner, []).append(name)
            if is_generated(name):
                continue
            if owner is None and name.startswith(PLATFORM):
                continue
            if owner is None:
                package = None if self.owners.prefix_of(name) else _package_of(name)
                self.renamed += package is None
                self.unknown.update([package] if package else [])
            elif owner != "app":
                self.classes[owner] += 1
                prefix = self.owners.prefix_of(name)
                self.prefixes.setdefault(owner, Counter())[prefix] += 1

    def facts(self) -> Iterator[SdkPresent | SdkUnidentified | Unseen]:
        """Give a fact per component, one per package of unknown code, and what stays unseen."""
        blank: set[str] = set()
        for sdk in self.table:
            evidence, at = self._evidence(sdk)
            if evidence:
                fact = self._present(sdk, evidence, at)
                blank |= {name for name in _BLANK if getattr(fact, name) is None}
                yield fact
        yield from self._unidentified()
        for field in sorted(blank):
            reason = _NO_MANIFEST if self.manifest is None and field in _TIMED else _BLANK[field]
            yield Unseen(kind="sdk.present", field=field, collector="apk", reason=reason)

    def _unidentified(self) -> Iterator[SdkUnidentified | Unseen]:
        home = self._home()
        unknown = {
            name: count
            for name, count in self.unknown.items()
            if not any(f"{name}.".startswith(f"{one}.") for one in home)
        }
        large = [(name, count) for name, count in unknown.items() if count >= LEAST_CLASSES]
        large.sort(key=lambda one: (-one[1], one[0]))
        for name, count in sorted(large[:MAX_UNIDENTIFIED]):
            yield SdkUnidentified(source=self.source, channel="apk", prefix=name, classes=count)
        if unknown:
            packages, classes = len(unknown), sum(unknown.values())
            yield _unseen(
                "sdk.present",
                Words(
                    zh=f"{packages} 个包名下的 {classes} 个类既不属于应用自身包名，也不在 SDK 表中"
                    "；可能是应用运营者以另一包名开发，也可能是其他 SDK",
                    en=f"{classes} classes in {packages} packages are neither under the app's own"
                    " package nor in the table: the app's maker may have written them under"
                    " another name, or further components may be among them",
                ),
            )
        if self.renamed:
            reason = Words(
                zh=f"{self.renamed} 个类的名称已被混淆（如 a.b），不能说明其来源",
                en=f"{self.renamed} classes have names that a shrinker made (as in a.b), which say"
                " nothing of their origin",
            )
            yield from (_unseen(kind, reason) for kind in ("sdk.present", "sdk.unidentified"))

    def _home(self) -> set[str]:
        """Give packages that are the app's own though its application id is another one.

        There stand its first screen and its application class, unless a component brings them, and
        the BuildConfig in which Android's build tools write that id.
        """
        manifest = self.manifest
        if manifest is None:
            return set()
        names = {component.runs for component in manifest.components if component.launcher}
        names |= {manifest.application} | {
            name
            for name in self.configs.get(None, ())
            if manifest.package in self._texts(name).get("APPLICATION_ID", ())
        }
        packages = {_package_of(name) for name in names if self.owners.of(name) is None}
        return {package for package in packages if package and package.count(".")}

    def _texts(self, name: str) -> dict[str, set[str]]:
        """Give the texts with which the static fields of a class begin, by name of field."""
        program = self.reading.program
        place = np.flatnonzero(program.class_type == program.type_number(name))
        found: dict[str, set[str]] = {}
        for row in place.tolist():
            part = program.parts[int(program.class_part[row])]
            for kind in np.flatnonzero(part.types == program.class_type[row]).tolist():
                for field, string in part.dex.static_texts(kind).items():
                    _, title, _ = part.dex.field_ref(field)
                    found.setdefault(title, set()).add(part.dex.text(string))
        return found

    def _version(self, sdk: Sdk) -> str | None:
        """Give the version in the BuildConfig of its packages; None if none or several are told."""
        told: set[str] = set()
        for name in self.configs.get(sdk.id, ()):
            texts = self._texts(name)
            told |= texts.get("SDK_VERSION", texts.get("VERSION_NAME", set()))
        told = {text for text in told if _VERSION.fullmatch(text)}
        return told.pop() if len(told) == 1 else None

    def _evidence(self, sdk: Sdk) -> tuple[tuple[_Evidence, ...], str]:
        found: dict[_Evidence, str] = {}
        if self.classes[sdk.id]:
            prefix, count = self.prefixes[sdk.id].most_common(1)[0]
            found["classes"] = f"{count} classes in {prefix}"
        for component in self.components.get(sdk.id, ()):
            found.setdefault("components", component.at)
        for name, entry in self.libraries.items():
            if _any(name, sdk.libraries):
                found.setdefault("native", entry)
        for name in self.assets:
            if _any(name, sdk.assets):
                found.setdefault("assets", f"assets/{name}")
        return tuple(sorted(found)), next(iter(found.values()), "")

    def _find_components(self) -> dict[str, list[Component]]:
        """Give the manifest's parts of each SDK: by their class, or by a name it is known by."""
        named = [(known, sdk.id) for sdk in self.table for known in sdk.components]
        found: dict[str, list[Component]] = {}
        for component in self.manifest.components if self.manifest else ():
            name = component.runs or component.name
            ids = {sdk for known, sdk in named if is_in(name, known)}
            for one in sorted(ids | {self.owners.of(name) or ""}):
                found.setdefault(one, []).append(component)
        return found

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
            country=None if sdk.vendor.country == NOBODYS else sdk.vendor.country,
            version=self._version(sdk),
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
        truths = [
            _both(component.enabled, self._works(component, sdk))
            for component in self.manifest.components
            if component.type == "provider"
            and (component.runs in sdk.auto_start or component in self.components.get(sdk.id, ()))
        ]
        return True if True in truths else None if None in truths else False

    def _works(self, provider: Component, sdk: Sdk) -> bool | None:
        """Tell whether a provider does more than to be there; None when its code is not."""
        if provider.runs in sdk.auto_start:
            return True
        program, reading = self.reading.program, self.reading
        kind, wanted = program.type_number(provider.runs), program.name_number("onCreate")
        if kind < 0 or not reading.hierarchy.inside[kind]:
            return None
        for upper in reading.hierarchy.chain(kind):
            methods = reading.methods_of(upper, wanted)
            if any(self._does_something(method) for method in methods):
                return True
            if methods and not any(self._goes_up(method) for method in methods):
                return False
        return False

    def _does_something(self, method: int) -> bool:
        return any(
            callee < 0 or self.reading.program.name_of(callee) not in _IDLE
            for op, callee in self._calls_of(method)
            if op not in _SUPER_CALLS
        )

    def _goes_up(self, method: int) -> bool:
        return any(op in _SUPER_CALLS for op, _ in self._calls_of(method))

    def _calls_of(self, method: int) -> list[tuple[int, int]]:
        """Give opcode and callee of each call of a method."""
        inside = self.reading.inside
        body = inside.body(method)
        return [(one.op, inside.callee(method, one)) for one in body.invokes()] if body else []

    def _uses(self, sdk: Sdk, members: Iterable[str]) -> list[Place]:
        """Give the calls of some of its methods, or bodies that override them, by others' code."""
        calls = [place for place, _ in self._calls(sdk, members)]
        return calls + [Place(method, 0) for method in self._overrides(sdk, members)]

    def _calls(self, sdk: Sdk, members: Iterable[str]) -> list[tuple[Place, str]]:
        """Give the calls of some of its methods by others' code, each with the method's name."""
        reading = self.reading
        named = reading.members.methods(members)
        return [
            (place, reading.program.name_of(method))
            for place, method in reading.calls(named)
            if self._owner(place.method) != sdk.id
        ]

    def _overrides(self, sdk: Sdk, members: Iterable[str]) -> Iterator[int]:
        """Give the bodies in others' code that override some of its methods."""
        program, reading = self.reading.program, self.reading
        for member in members:
            owner, _, name = member.partition("->")
            kind = program.type_number(owner)
            number = program.name_number(name)
            for below in reading.hierarchy.below(kind).tolist() if kind >= 0 else ():
                if self.owners.of(program.type_text(below)) != sdk.id:
                    yield from reading.methods_of(below, number)

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
        if self._uses(sdk, sdk.pre_init) and started != "early":
            return True
        if any(True for _ in self._overrides(sdk, sdk.gates)):
            return True
        opened: dict[str, list[bool | None]] = {}
        for place, name in self._calls(sdk, sdk.gates):
            opened.setdefault(name, []).append(self._opens_early(place, name))
        states = [
            True if True in each else None if None in each else False for each in opened.values()
        ]
        if not states:
            return False
        return True if False in states else None if None in states else False

    def _opens_early(self, place: Place, name: str) -> bool | None:
        """Tell whether a call lets the component collect before anyone could agree."""
        standing = self.reading.standing(place)
        if standing.reach is None:
            return None
        if standing.reach != "early" or standing.guarded:
            return False
        closing = _CLOSING.search(name) is not None
        answers = self.reading.answers(place)
        if not answers:
            return not closing
        return None if len(answers) > 1 or None in answers else (True in answers) != closing


def _package_of(name: str) -> str | None:
    """Give the package by which unknown code is told apart; None where a shrinker made the name.

    A maker's name takes two labels, of which the second may be short (com.mg) and so may a
    country's first (cn.example); short labels below them are a shrinker's.
    """
    labels = name.split(".")[:-1][:LABELS]
    if len(labels) < OWNED_LABELS or len(labels[1]) == 1:
        return None if len(labels) != 1 or _SHORT.fullmatch(labels[0]) else labels[0]
    if _SHORT.fullmatch(labels[0]) and _SHORT.fullmatch(labels[1]):
        return None
    for number, label in enumerate(labels[OWNED_LABELS:], OWNED_LABELS):
        if _SHORT.fullmatch(label):
            return ".".join(labels[:number])
    return ".".join(labels)


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _unseen(kind: str, reason: Words) -> Unseen:
    return Unseen(kind=kind, scope={"channel": ("apk",)}, collector="apk", reason=reason)
