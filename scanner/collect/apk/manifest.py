"""What an Android manifest says, as a plain record: read once, then facts are built from it.

Values follow Android's own reading (AOSP ParsingPackageUtils and ParsedComponent utilities,
Android 14): attributes count by resource id, defaults are known values, and only what cannot be
resolved is null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from scanner.child import Unreadable
from scanner.collect.apk.android import Document, Element, Value
from scanner.facts import UNLIMITED_API

ComponentType = Literal["activity", "service", "receiver", "provider"]
OwnLevel = Literal["normal", "dangerous", "signature"]

PROVIDER_PRIVATE_FROM = 17
"""From this target level a provider is private unless the manifest says otherwise."""
RUNTIME_PERMISSIONS_FROM = 23
"""uses-permission-sdk-23 counts on Android 6.0 (API 23) and later."""

_TYPES: dict[str, ComponentType] = {
    "activity": "activity",
    "activity-alias": "activity",
    "service": "service",
    "receiver": "receiver",
    "provider": "provider",
}
_MAIN = "android.intent.action.MAIN"
_LAUNCHERS = {"android.intent.category.LAUNCHER", "android.intent.category.LEANBACK_LAUNCHER"}
_PERMISSION_TAGS = ("uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m")
_LEVELS: dict[int, OwnLevel] = {
    **{0: "normal", 1: "dangerous", 2: "signature"},
    **{3: "signature", 4: "signature"},
}
"""protectionLevel in the lowest four bits; signatureOrSystem and internal admit no stranger."""


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """An activity, service, receiver or provider, exported or not."""

    type: ComponentType
    """Which kind it is; an alias counts as activity."""
    name: str
    """Full class name."""
    alias: bool
    """True for an activity-alias."""
    runs: str = ""
    """Class whose code runs: the target of an alias, else the class itself."""
    exported: bool | None
    """Whether other apps can reach it, by statement or by Android's default."""
    enabled: bool | None
    """False when neither it nor the application is enabled."""
    permission: str | None
    """Permission asked of a caller (of a reader, for a provider); empty when none."""
    actions: tuple[str, ...]
    """Actions of its intent filters, sorted."""
    launcher: bool
    """True for a screen that the launcher shows."""
    at: str
    """Place in the manifest."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A permission that the manifest declares, with the widest range of levels stated."""

    name: str
    """Full name."""
    min_sdk: int
    """First API level: 23 for uses-permission-sdk-23, the stated minSdkVersion, else 1."""
    max_sdk: int | None
    """Last API level, 10000 without limit, null when it cannot be resolved."""
    sdk23: bool
    """True when only uses-permission-sdk-23 declares it."""
    at: str
    """Place in the manifest."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything read from one manifest."""

    package: str
    """Application id."""
    split: str
    """Name of the split; empty for a base APK."""
    version_name: str | None
    """Version shown to people."""
    version_code: int | None
    """Version number, with versionCodeMajor in the upper half."""
    min_sdk: int | None
    """Lowest API level."""
    target_sdk: int | None
    """Target level; null for a codename, or in a split that states none."""
    sdk_codename: str
    """Codename in place of the target level."""
    label: str | None
    """Name of the app."""
    debuggable: bool | None
    """android:debuggable."""
    allow_backup: bool | None
    """android:allowBackup."""
    uses_cleartext: bool | None
    """android:usesCleartextTraffic as stated; null when not stated or not resolvable."""
    cleartext_stated: bool
    """Whether android:usesCleartextTraffic is stated at all."""
    security_config: str | None
    """Entry with the network security config, empty when none is named, null when unresolved."""
    test_only: bool | None
    """android:testOnly."""
    has_code: bool | None
    """android:hasCode; true when not stated."""
    shared_user: str | None
    """android:sharedUserId."""
    queries: tuple[str, ...]
    """What <queries> names, sorted."""
    application: str
    """Full class name of the application class; empty when none."""
    components: tuple[Component, ...]
    """All components, in reading order."""
    permissions: tuple[Declared, ...]
    """Permissions declared with uses-permission and its kin, sorted by name."""
    own_permissions: dict[str, OwnLevel | None]
    """Permissions that the app itself defines, and how they are granted; null when unknown."""
    factory: str = ""
    """Full class name of android:appComponentFactory; empty when none."""
    meta_data: tuple[str, ...]
    """Names of <meta-data> anywhere, sorted."""
    meta_values: tuple[tuple[str, str], ...] = ()
    """Name and value of each <meta-data> that states a value, sorted."""
    abis: tuple[str, ...]
    """Kinds of processor that its native libraries are for, sorted."""
    texts: tuple[tuple[str, str], ...]
    """Every text value with its place, resolved, in reading order."""


def read_manifest(document: Document, values: dict[int, Value], names: list[str]) -> Manifest:
    """Read a decoded manifest; `values` are resolved references, `names` the container's entries.

    Raises Unreadable when the root is no <manifest> with a package name.
    """
    return _Reader(document.elements, values).read(names)


class _Reader:
    """Reads one document; a place is the index of its element in the list."""

    def __init__(self, elements: list[Element], values: dict[int, Value]) -> None:
        self.elements = elements
        self.values = values
        self.places = list(_places(elements))

    def read(self, names: list[str]) -> Manifest:
        root = self.elements[0]
        self.package = self.text(root, "package", "") or ""
        if root.tag != "manifest" or not self.package:
            raise Unreadable("清单没有包名", "the manifest names no package")
        split = self.text(root, "split", "") or ""
        application = next(
            (i for i in self.children(0) if self.elements[i].tag == "application"), 0
        )
        app = self.elements[application] if application else Element(1, "application", {})
        min_sdk, self.target_sdk, codename = self.levels(bool(split))
        cleartext = app.attributes.get("android:usesCleartextTraffic")
        return Manifest(
            package=self.package,
            split=split,
            version_name=self.text(root, "android:versionName", ""),
            version_code=self.version_code(root),
            min_sdk=min_sdk,
            target_sdk=self.target_sdk,
            sdk_codename=codename,
            label=self.text(app, "android:label", "", any_variant=True),
            debuggable=self.truth(app, "android:debuggable", default=False),
            allow_backup=self.truth(app, "android:allowBackup", default=True),
            uses_cleartext=self.truth(app, "android:usesCleartextTraffic", default=None),
            cleartext_stated=cleartext is not None,
            security_config=self.text(app, "android:networkSecurityConfig", ""),
            test_only=self.truth(app, "android:testOnly", default=False),
            has_code=self.truth(app, "android:hasCode", default=True),
            shared_user=self.text(root, "android:sharedUserId", ""),
            queries=tuple(sorted(set(self.queries()))),
            application=self.class_name(self.text(app, "android:name", "") or ""),
            factory=self.class_name(self.text(app, "android:appComponentFactory", "") or ""),
            components=tuple(self.components(application)) if application else (),
            permissions=self.permissions(),
            own_permissions=self.own_permissions(),
            meta_data=tuple(sorted(self.meta_data())),
            meta_values=tuple(sorted(self.meta_values())),
            abis=_abis(names),
            texts=tuple(self.texts()),
        )

    def children(self, parent: int) -> Iterator[int]:
        depth = self.elements[parent].depth
        for index in range(parent + 1, len(self.elements)):
            if self.elements[index].depth <= depth:
                return
            if self.elements[index].depth == depth + 1:
                yield index

    def value(self, element: Element, name: str) -> Value | None:
        """Give a stated value with its reference resolved; a reference when it cannot be."""
        stated = element.attributes.get(name)
        if stated is None or (stated.kind == "reference" and not stated.number):
            return None
        return self.values.get(stated.number, stated) if stated.kind == "reference" else stated

    def text(
        self, element: Element, name: str, default: str, *, any_variant: bool = False
    ) -> str | None:
        """Give a text; one that differs by device is unknown unless `any_variant` will do."""
        value = self.value(element, name)
        if value is None:
            return default
        if value.varies and not any_variant:
            return None
        return None if value.kind == "reference" else value.text

    def truth(self, element: Element, name: str, *, default: bool | None) -> bool | None:
        value = self.value(element, name)
        if value is None:
            return default
        if value.varies:
            return None
        if value.kind == "text":
            return value.text.lower() in ("true", "1")
        return None if value.kind == "reference" else value.number != 0

    def number(self, element: Element, name: str, default: int) -> int | None:
        value = self.value(element, name)
        if value is None:
            return default
        if value.varies:
            return None
        if value.kind in ("number", "truth"):
            return value.number
        return int(value.text) if re.fullmatch(r"-?[0-9]{1,18}", value.text) else None

    def version_code(self, root: Element) -> int | None:
        code = self.number(root, "android:versionCode", 0)
        major = self.number(root, "android:versionCodeMajor", 0)
        if code is None or major is None:
            return None
        return (major << 32) | (code & 0xFFFFFFFF) if major else code

    def levels(self, is_split: bool) -> tuple[int | None, int | None, str]:
        """Give minimum, target and codename; a split without <uses-sdk> says nothing of them."""
        stated = [i for i in self.children(0) if self.elements[i].tag == "uses-sdk"]
        if not stated:
            return (None, None, "") if is_split else (1, 1, "")
        element = self.elements[stated[-1]]
        minimum = self.number(element, "android:minSdkVersion", 1)
        name = "android:targetSdkVersion"
        name = name if name in element.attributes else "android:minSdkVersion"
        target = self.number(element, name, 1)
        value = self.value(element, name)
        plain = value is not None and value.kind == "text" and not value.varies
        codename = value.text if target is None and value and plain else ""
        return minimum, target, codename

    def class_name(self, name: str) -> str:
        if not name:
            return ""
        if name.startswith("."):
            return self.package + name
        return name if "." in name else f"{self.package}.{name}"

    def components(self, application: int) -> Iterator[Component]:
        app = self.elements[application]
        app_enabled = self.truth(app, "android:enabled", default=True)
        app_permission = self.text(app, "android:permission", "")
        for index in self.children(application):
            kind = _TYPES.get(self.elements[index].tag)
            if kind:
                yield self.component(index, kind, app_enabled, app_permission)

    def component(
        self, index: int, kind: ComponentType, app_enabled: bool | None, app_permission: str | None
    ) -> Component:
        element = self.elements[index]
        name = self.class_name(self.text(element, "android:name", "") or "")
        filters = [i for i in self.children(index) if self.elements[i].tag == "intent-filter"]
        actions = {a for i in filters for a in self.named(i, "action")}
        alias = element.tag == "activity-alias"
        inherited = "" if alias else app_permission
        return Component(
            type=kind,
            name=name,
            alias=alias,
            runs=self.class_name(self.text(element, "android:targetActivity", "") or "")
            if alias
            else name,
            exported=self.exported(element, kind, bool(filters)),
            enabled=_both(app_enabled, self.truth(element, "android:enabled", default=True)),
            permission=self.caller_permission(element, kind, inherited),
            actions=tuple(sorted(actions)),
            launcher=any(
                _MAIN in self.named(i, "action") and _LAUNCHERS & set(self.named(i, "category"))
                for i in filters
            ),
            at=f"{self.places[index]} ({name})",
        )

    def exported(self, element: Element, kind: ComponentType, filtered: bool) -> bool | None:
        if "android:exported" in element.attributes or kind != "provider":
            return self.truth(element, "android:exported", default=filtered)
        return None if self.target_sdk is None else self.target_sdk < PROVIDER_PRIVATE_FROM

    def caller_permission(
        self, element: Element, kind: ComponentType, inherited: str | None
    ) -> str | None:
        """Give the permission asked; for a provider that of reading, which is what opens data."""
        stated = ["android:readPermission"] if kind == "provider" else []
        for name in [*stated, "android:permission"]:
            if name in element.attributes:
                return self.text(element, name, "")
        return inherited

    def named(self, parent: int, tag: str) -> list[str]:
        children = (self.elements[i] for i in self.children(parent))
        names = (self.text(e, "android:name", "") for e in children if e.tag == tag)
        return [name for name in names if name]

    def permissions(self) -> tuple[Declared, ...]:
        found: dict[str, Declared] = {}
        for index in self.children(0):
            element = self.elements[index]
            name = self.text(element, "android:name", "")
            if element.tag not in _PERMISSION_TAGS or not name:
                continue
            sdk23 = element.tag != "uses-permission"
            stated = self.number(element, "android:minSdkVersion", 1) or 1
            limit = self.number(element, "android:maxSdkVersion", UNLIMITED_API)
            one = Declared(
                name=name,
                min_sdk=max(stated, RUNTIME_PERMISSIONS_FROM if sdk23 else 1),
                max_sdk=UNLIMITED_API if limit == 0 else limit,
                sdk23=sdk23,
                at=f"{self.places[index]}@android:name",
            )
            found[name] = _widest(found[name], one) if name in found else one
        return tuple(found[name] for name in sorted(found))

    def own_permissions(self) -> dict[str, OwnLevel | None]:
        found: dict[str, OwnLevel | None] = {}
        for index in self.children(0):
            element = self.elements[index]
            name = self.text(element, "android:name", "")
            if element.tag == "permission" and name:
                level = self.number(element, "android:protectionLevel", 0)
                found[name] = None if level is None else _LEVELS.get(level & 0xF)
        return found

    def queries(self) -> Iterator[str]:
        for parent in (i for i in self.children(0) if self.elements[i].tag == "queries"):
            for index in self.children(parent):
                element = self.elements[index]
                if element.tag == "package":
                    yield self.text(element, "android:name", "") or ""
                elif element.tag == "provider":
                    yield f"provider {self.text(element, 'android:authorities', '') or ''}"
                elif element.tag == "intent":
                    yield " ".join(["intent", *self.named(index, "action"), *self.data(index)])

    def data(self, intent: int) -> Iterator[str]:
        for index in self.children(intent):
            if self.elements[index].tag == "data":
                for name in ("android:scheme", "android:host", "android:mimeType"):
                    stated = self.text(self.elements[index], name, "")
                    if stated:
                        yield stated

    def meta_data(self) -> set[str]:
        elements = (e for e in self.elements if e.tag == "meta-data")
        return {name for e in elements if (name := self.text(e, "android:name", ""))}

    def meta_values(self) -> set[tuple[str, str]]:
        stated = (
            (e, self.value(e, "android:value")) for e in self.elements if e.tag == "meta-data"
        )
        named = ((self.text(e, "android:name", ""), value) for e, value in stated)
        return {(name, value.text) for name, value in named if name and value and value.text}

    def texts(self) -> Iterator[tuple[str, str]]:
        for element, place in zip(self.elements, self.places, strict=True):
            for name in element.attributes:
                value = self.value(element, name)
                if value and value.kind == "text" and value.text:
                    yield f"{place}@{name}", value.text


def may_have_code(manifest: Manifest | None) -> bool:
    """Tell whether code belongs into a package, as far as its manifest says."""
    if manifest is None:
        return True
    if manifest.split:
        return manifest.has_code is True and bool(manifest.components)
    return manifest.has_code is not False


def _places(elements: list[Element]) -> Iterator[str]:
    """Give the place of each element: manifest/application/activity[3], counted from 1."""
    path: list[str] = []
    counts: list[dict[str, int]] = []
    for element in elements:
        del path[element.depth :], counts[element.depth + 1 :]
        while len(counts) <= element.depth:
            counts.append({})
        count = counts[element.depth][element.tag] = counts[element.depth].get(element.tag, 0) + 1
        single = element.depth == 0 or element.tag == "application"
        path.append(element.tag if single else f"{element.tag}[{count}]")
        yield "/".join(path)


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _widest(one: Declared, other: Declared) -> Declared:
    known = one.max_sdk is not None and other.max_sdk is not None
    limits = [limit for limit in (one.max_sdk, other.max_sdk) if limit is not None]
    widest = max(limits, default=None)
    return msgspec.structs.replace(
        one,
        min_sdk=min(one.min_sdk, other.min_sdk),
        max_sdk=widest if known or widest == UNLIMITED_API else None,
        sdk23=one.sdk23 and other.sdk23,
    )


def _abis(names: list[str]) -> tuple[str, ...]:
    found = (re.match(r"lib/([^/]+)/[^/]", name) for name in names)
    return tuple(sorted({match.group(1) for match in found if match}))
