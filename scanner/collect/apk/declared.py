"""From the record of a manifest to facts, and to what stayed unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec

from scanner.collect.apk.manifest import Component, Declared, Manifest
from scanner.collect.apk.netsec import Cleartext
from scanner.facts import (
    UNLIMITED_API,
    AppManifest,
    AutostartRegistered,
    ComponentExported,
    PermissionDeclared,
    Protection,
    Source,
    Trigger,
)
from scanner.knowledge import Knowledge
from scanner.model import Unseen, Words

COLLECTOR = "apk"

_ANDROID = "android.permission."
_ALWAYS_IMPLIED = (("WRITE_EXTERNAL_STORAGE", "READ_EXTERNAL_STORAGE"),)
_BEFORE_16 = (("READ_CONTACTS", "READ_CALL_LOG"), ("WRITE_CONTACTS", "WRITE_CALL_LOG"))
_BEFORE_4 = ("WRITE_EXTERNAL_STORAGE", "READ_PHONE_STATE")

_INTENT = "android.intent.action."
_TRIGGERS: dict[Trigger, tuple[str, ...]] = {
    "boot": (
        *(_INTENT + name for name in ("BOOT_COMPLETED", "LOCKED_BOOT_COMPLETED")),
        *(_INTENT + "QUICKBOOT_POWERON", "com.htc.intent.action.QUICKBOOT_POWERON"),
    ),
    "network": (
        "android.net.conn.CONNECTIVITY_CHANGE",
        *("android.net.wifi." + name for name in ("WIFI_STATE_CHANGED", "STATE_CHANGE")),
        *("android.net.wifi." + name for name in ("SCAN_RESULTS", "WIFI_AP_STATE_CHANGED")),
    ),
    "unlock": (_INTENT + "USER_PRESENT", _INTENT + "USER_UNLOCKED"),
    "package": tuple(
        f"{_INTENT}PACKAGE_{name}"
        for name in ("ADDED", "INSTALL", "REMOVED", "FULLY_REMOVED", "REPLACED", "CHANGED")
    ),
    "power": tuple(
        _INTENT + name
        for name in (
            *("ACTION_POWER_CONNECTED", "ACTION_POWER_DISCONNECTED"),
            *("BATTERY_LOW", "BATTERY_OKAY", "BATTERY_CHANGED"),
        )
    ),
    "screen": (_INTENT + "SCREEN_ON", _INTENT + "SCREEN_OFF"),
    "media": tuple(
        f"{_INTENT}MEDIA_{name}"
        for name in ("MOUNTED", "UNMOUNTED", "EJECT", "REMOVED", "BAD_REMOVAL", "CHECKING")
    ),
    "telephony": (
        *(_INTENT + name for name in ("PHONE_STATE", "NEW_OUTGOING_CALL")),
        *(f"android.provider.Telephony.{name}" for name in ("SMS_RECEIVED", "SMS_DELIVER")),
        "android.provider.Telephony.WAP_PUSH_RECEIVED",
    ),
}
"""Broadcasts that start an app which did nothing to deserve it (regulations 2.3, 164-6)."""
_TRIGGER_OF = {action: trigger for trigger, actions in _TRIGGERS.items() for action in actions}

_UNRESOLVED = Words(
    zh="该值引用的资源无法解析（resources.arsc 缺失、损坏或不含该资源），或因设备、系统版本而异",
    en="the value refers to a resource that cannot be resolved (resources.arsc is missing, "
    "broken, or lacks it) or that differs between devices or versions of Android",
)
_USE_UNKNOWN = Words(
    zh="未见使用该权限的代码，但表中未列全其用途，或部分代码不可见",
    en="no code was found that needs it, but the table does not know all uses, or some code could"
    " not be read",
)
_CODENAME = Words(
    zh="清单以预览版代号代替数字作为目标级别",
    en="the manifest gives a preview codename in place of a number",
)
_NO_DAY = Words(
    zh="容器中的文件没有可信的日期（打包工具写入了固定值），或容器不完整",
    en="the files of the container bear no real date (the tool that packed them wrote a fixed one),"
    " or the container is not whole",
)


def manifest_facts(
    manifest: Manifest, cleartext: Cleartext, built: str | None, source: Source
) -> Iterator[AppManifest | Unseen]:
    """Give the one fact about the app as a whole, and an entry for each field left unknown."""
    fact = AppManifest(
        source=source,
        channel="apk",
        package=manifest.package,
        version_name=manifest.version_name,
        version_code=manifest.version_code,
        min_sdk=manifest.min_sdk,
        target_sdk=manifest.target_sdk,
        sdk_codename=manifest.sdk_codename,
        label=manifest.label,
        debuggable=manifest.debuggable,
        allow_backup=manifest.allow_backup,
        cleartext_permitted=cleartext.permitted,
        cleartext_domains=cleartext.domains,
        user_certificates_trusted=cleartext.user_certificates_trusted,
        test_only=manifest.test_only,
        shared_user=manifest.shared_user,
        queries=manifest.queries,
        built=built,
    )
    yield fact
    reasons = {
        "built": _NO_DAY,
        **dict.fromkeys(("min_sdk", "target_sdk"), _CODENAME if manifest.sdk_codename else None),
        **dict.fromkeys(
            ("cleartext_permitted", "cleartext_domains", "user_certificates_trusted"),
            cleartext.reason,
        ),
    }
    for name in AppManifest.__struct_fields__:
        if getattr(fact, name) is None:
            yield Unseen(
                kind="app.manifest",
                field=name,
                collector=COLLECTOR,
                reason=reasons.get(name) or _UNRESOLVED,
            )


def permission_facts(
    manifest: Manifest,
    knowledge: Knowledge,
    source: Source,
    used: Callable[[str], bool | None],
) -> Iterator[PermissionDeclared | Unseen]:
    """Give a fact per permission, declared and implied, sorted by name; `used` tells of its use.

    Implied are those that Android adds when it reads the manifest for an old target level, and
    READ beside WRITE for storage; the splits that newer devices make at run time (background
    location, media, Bluetooth) are no declaration of the app and are left out.
    """
    declared = {one.name: one for one in manifest.permissions}
    implied = {} if manifest.split else dict(_implied(declared, manifest.target_sdk))
    for name, one in sorted({**implied, **declared}.items()):
        protection, group, data_type = _known(name, manifest, knowledge)
        yield PermissionDeclared(
            source=msgspec.structs.replace(source, at=one.at),
            channel="apk",
            permission=name,
            protection=protection,
            group=group,
            data_type=data_type,
            max_sdk=one.max_sdk,
            min_sdk=one.min_sdk,
            implied=name not in declared,
            used=used(name),
        )
    yield Unseen(kind="permission.declared", field="used", collector=COLLECTOR, reason=_USE_UNKNOWN)
    if manifest.target_sdk is None and not manifest.sdk_codename and not manifest.split:
        yield Unseen(
            kind="permission.declared",
            scope={"channel": ("apk",), "implied": (True,)},
            collector=COLLECTOR,
            reason=_UNRESOLVED,
        )


def _implied(
    declared: dict[str, Declared], target_sdk: int | None
) -> Iterator[tuple[str, Declared]]:
    old = target_sdk is not None and target_sdk < 4
    rules: Iterable[tuple[str, str]] = _ALWAYS_IMPLIED
    if target_sdk is not None and target_sdk < 16:
        rules = (*_ALWAYS_IMPLIED, *_BEFORE_16)
    held = dict(declared)
    for name in _BEFORE_4 if old else ():
        if _ANDROID + name not in held:
            added = Declared(
                name=_ANDROID + name,
                min_sdk=1,
                max_sdk=UNLIMITED_API,
                sdk23=False,
                at="manifest/uses-sdk@android:targetSdkVersion",
            )
            held[added.name] = added
            yield added.name, added
    for cause, effect in rules:
        if _ANDROID + cause in held and _ANDROID + effect not in held:
            because = held[_ANDROID + cause]
            yield _ANDROID + effect, msgspec.structs.replace(because, name=_ANDROID + effect)


def _known(
    name: str, manifest: Manifest, knowledge: Knowledge
) -> tuple[Protection | None, str | None, str | None]:
    entry = knowledge.permissions.get(name)
    if entry is not None:
        return entry.protection, entry.group, entry.data_type
    if name not in manifest.own_permissions:
        return None, None, None
    return manifest.own_permissions[name], "none", "none"


def exported_facts(
    manifest: Manifest, knowledge: Knowledge, source: Source
) -> Iterator[ComponentExported | Unseen]:
    """Give a fact per exported component, and an entry where that cannot be known."""
    for component in manifest.components:
        if component.exported is False or component.enabled is False:
            continue
        if component.exported is None or component.enabled is None:
            yield Unseen(
                kind="component.exported",
                scope={"type": (component.type,), "name": (component.name,)},
                collector=COLLECTOR,
                reason=_UNRESOLVED,
            )
            continue
        yield ComponentExported(
            source=msgspec.structs.replace(source, at=f"{component.at}@android:exported"),
            channel="apk",
            type=component.type,
            name=component.name,
            permission=component.permission,
            permission_protection=_protection_asked(component, manifest, knowledge),
            actions=component.actions,
            launcher=component.launcher,
        )


def _protection_asked(
    component: Component, manifest: Manifest, knowledge: Knowledge
) -> Protection | Literal["none"] | None:
    if component.permission is None:
        return None
    if not component.permission:
        return "none"
    return _known(component.permission, manifest, knowledge)[0]


def autostart_facts(manifest: Manifest, source: Source) -> Iterator[AutostartRegistered | Unseen]:
    """Give a fact per enabled receiver that a system event starts, exported or not.

    A receiver that the manifest disables starts nothing until code enables it: no fact.
    """
    for component in manifest.components:
        if component.type != "receiver" or component.enabled is False:
            continue
        actions = tuple(action for action in component.actions if action in _TRIGGER_OF)
        if not actions:
            continue
        if component.enabled is None:
            yield Unseen(
                kind="autostart.registered",
                scope={"name": (component.name,)},
                collector=COLLECTOR,
                reason=_UNRESOLVED,
            )
            continue
        yield AutostartRegistered(
            source=msgspec.structs.replace(source, at=component.at),
            channel="apk",
            name=component.name,
            triggers=tuple(sorted({_TRIGGER_OF[action] for action in actions})),
            actions=actions,
        )
