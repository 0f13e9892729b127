"""Split sets: XAPK, APKS, APKM, or a ZIP of APKs; what is inside becomes leads.

One set is one app. The base and all its splits are leads, the base first; each is then looked at
on its own, and a split adds permissions, components and policy words, but no app.manifest (its
defaults would contradict the base). A file with several different apps is refused with the advice
to audit each by itself: their facts would mingle under one subject, and one would answer for
another; so are parts of different apps. Without a base, every kind is reported as unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.child import Unreadable
from scanner.collect.apk.child import Child
from scanner.collect.apk.container import MANIFEST, Container
from scanner.collect.apk.contents import HEAD, is_medium
from scanner.collect.apk.manifest import read_manifest
from scanner.collect.apk.records import MemoryBytes
from scanner.errors import NotAuditable
from scanner.model import Evidence, Keep, Lead, Words

MAX_APKS = 64
"""APKs taken out of one set; the largest sets of stores hold about 40."""
MAX_APK_BYTES = 512 << 20
"""One APK of a set, which has to be held in memory."""
MAX_MANIFEST_BYTES = 16 << 20
"""The largest public manifests hold about 2 MB."""

MAX_NAMED = 3
"""Files named in a reason; the others are counted."""

_NOTES = re.compile(
    r"(?is)[^\0]*\.(?:apk|idsig)|META-INF/.*|manifest\.json|info\.json|toc\.pb|icon\.png"
    r"|[^/]*\.url"
)
"""APKs, their signatures, and what stores write about a set."""


class Inner(NamedTuple):
    """An APK inside a set, as far as it was looked into."""

    split: bool
    name: str
    package: str
    evidence: Evidence


def is_set(container: Container) -> bool:
    """Tell whether a container is a set: no manifest at its root, but APKs inside."""
    return MANIFEST not in container.entries and bool(_apks(container))


def set_leads(container: Container, child: Child, keep: Keep) -> Iterator[Lead | Words]:
    """Give a lead per APK, base first, and words for whatever could not be opened.

    Raises NotAuditable before the first lead when the set holds more than one app.
    """
    names = _apks(container)
    gaps: list[Words] = []
    inner: list[Inner] = []
    for name in names[:MAX_APKS]:
        try:
            inner.append(_look(name, container.read(name, MAX_APK_BYTES), child, keep))
        except Unreadable as error:
            gaps.append(_about(name, error.reason))
    packages = sorted({one.package for one in inner if one.package})
    if len(packages) > 1:
        raise NotAuditable(
            f"the file holds several apps: {', '.join(packages[:5])}",
            hint="unpack it and audit each app by itself",
        )
    if not any(one.package and not one.split for one in inner):
        gaps.append(Words(zh="套件中没有可读的基础 APK", en="the set holds no readable base APK"))
    if len(names) > MAX_APKS:
        gaps.append(
            Words(
                zh=f"套件含 {len(names)} 个 APK，仅查看前 {MAX_APKS} 个",
                en=f"the set holds {len(names)} APKs; only the first {MAX_APKS} were opened",
            )
        )
    for one in sorted(inner, key=lambda one: (one.split, one.name)):
        yield Lead(kind="apk", evidence=one.evidence)
    yield from gaps


def set_aside(container: Container) -> Words | None:
    """Name the members that are neither APKs, pictures, nor notes of the store; null if none."""
    names = [
        name
        for name in container.names(r"(?s).*[^/]")
        if not _NOTES.fullmatch(name) and not is_medium(container.head(name, HEAD))
    ]
    if not names:
        return None
    named, more = names[:MAX_NAMED], len(names) - MAX_NAMED
    return Words(
        zh=f"{'、'.join(named)}{f' 等 {len(names)} 个文件' if more > 0 else ''}"
        "随套件附带，其中的文字未检索",
        en=f"{', '.join(named)}{f' and {more} more' if more > 0 else ''}: beside the APKs of the"
        " set, and words inside were not searched",
    )


def _apks(container: Container) -> list[str]:
    return container.names(r"(?i)[^\0]*\.apk")


def _look(name: str, data: bytes, child: Child, keep: Keep) -> Inner:
    """Keep an inner APK and read its package and split; an unreadable one counts as a base."""
    evidence = keep(data, name=name, media_type="application/vnd.android.package-archive")
    try:
        inner = Container(MemoryBytes(data), name)
        document = child.read_xml(inner.read(MANIFEST, MAX_MANIFEST_BYTES))
        manifest = read_manifest(document, {}, [])
    except (Unreadable, NotAuditable):
        return Inner(False, name, "", evidence)
    return Inner(bool(manifest.split), name, manifest.package, evidence)


def _about(name: str, reason: Words) -> Words:
    return Words(zh=f"{name}：{reason.zh}", en=f"{name}: {reason.en}")
