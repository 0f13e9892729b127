"""Whether an app permits traffic without TLS: network security config, manifest, Android's default.

Source: AOSP frameworks/base android.security.net.config (XmlConfigSource, NetworkSecurityConfig),
Android 14. A config file, where there is one, overrules android:usesCleartextTraffic; where it is
silent, Android's default for the target level holds.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scanner.collect.apk.android import Document, Element, Value
from scanner.collect.apk.manifest import Manifest
from scanner.model import Words

CLEARTEXT_REFUSED_FROM = 28
"""From this target level Android refuses cleartext unless the app asks for it."""
USER_CERTIFICATES_REFUSED_FROM = 24
"""From this target level Android trusts no certificates that a user added."""

_UNKNOWN_TARGET = Words(
    zh="目标级别未知，无法得知系统默认值",
    en="the target level is not known, so neither is Android's default",
)


class Cleartext(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for the app; null where it could not be known, with the reason."""

    permitted: bool | None
    """For hosts at large."""
    domains: tuple[str, ...] | None
    """Hosts permitted by name, sorted."""
    user_certificates_trusted: bool | None
    """Outside debug builds."""
    reason: Words | None = None
    """Why something is null."""


def without_config(manifest: Manifest) -> Cleartext:
    """Say what holds when the manifest names no network security config."""
    permitted = manifest.uses_cleartext
    if not manifest.cleartext_stated:
        permitted = _below(manifest.target_sdk, CLEARTEXT_REFUSED_FROM)
    trusted = _below(manifest.target_sdk, USER_CERTIFICATES_REFUSED_FROM)
    reason = _UNKNOWN_TARGET if manifest.target_sdk is None else None
    return Cleartext(
        permitted=permitted, domains=(), user_certificates_trusted=trusted, reason=reason
    )


def unread_config(reason: Words) -> Cleartext:
    """Say that nothing is known, because the config that decides could not be read."""
    return Cleartext(permitted=None, domains=None, user_certificates_trusted=None, reason=reason)


def with_config(
    manifest: Manifest, document: Document, values: dict[int, Value] | None = None
) -> Cleartext:
    """Say what holds under a network security config."""
    permitted = _below(manifest.target_sdk, CLEARTEXT_REFUSED_FROM)
    trusted = _below(manifest.target_sdk, USER_CERTIFICATES_REFUSED_FROM)
    domains: set[str] = set()
    by_name = False
    scopes: list[tuple[int, str, bool | None]] = []
    for element in document.elements:
        while scopes and scopes[-1][0] >= element.depth:
            scopes.pop()
        inside = [scope[1] for scope in scopes]
        if element.tag == "base-config":
            permitted = _stated(element, values or {}, permitted)
        if element.tag in ("base-config", "domain-config", "debug-overrides"):
            above = scopes[-1][2] if scopes and scopes[-1][1] == "domain-config" else None
            here = _stated(element, values or {}, above)
            scopes.append((element.depth, element.tag, here))
        elif element.tag == "trust-anchors" and inside[-1:] == ["base-config"]:
            trusted = False
        elif element.tag == "certificates" and "debug-overrides" not in inside:
            source = element.attributes.get("src")
            by_name = by_name or (source is not None and source.text == "user")
        elif element.tag == "domain" and scopes and scopes[-1][2]:
            domains.add(element.text.strip().lower())
    reason = _UNKNOWN_TARGET if manifest.target_sdk is None else None
    return Cleartext(
        permitted=permitted,
        domains=tuple(sorted(domains - {""})),
        user_certificates_trusted=by_name or trusted,
        reason=reason,
    )


def references(document: Document) -> Iterator[int]:
    """Give the resource ids that a document refers to."""
    for element in document.elements:
        for value in element.attributes.values():
            if value.kind == "reference" and value.number:
                yield value.number


def _below(target_sdk: int | None, level: int) -> bool | None:
    return None if target_sdk is None else target_sdk < level


def _stated(element: Element, values: dict[int, Value], default: bool | None) -> bool | None:
    value = element.attributes.get("cleartextTrafficPermitted")
    if value is None:
        return default
    if value.kind == "reference":
        value = values.get(value.number, value)
    if value.varies:
        return None
    if value.kind == "text":
        return value.text == "true"
    return None if value.kind == "reference" else value.number != 0
