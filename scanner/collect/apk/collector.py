"""The APK collector: what an Android package says of itself, and what its code can do.

Looked at are the container, the manifest, the network security config, the signers, the code, and
the places where a privacy policy may be bundled. Whatever could not be read becomes Unseen with
its reason; nothing that fails inside ends the look.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from scanner.child import Unreadable
from scanner.collect.apk.built import built_day
from scanner.collect.apk.child import Child
from scanner.collect.apk.code import CODE_KINDS, CodeFacts, CodeLook, read_code
from scanner.collect.apk.container import DEX_NAME, MANIFEST, Container, open_container
from scanner.collect.apk.declared import (
    autostart_facts,
    exported_facts,
    manifest_facts,
    permission_facts,
)
from scanner.collect.apk.look import TABLE, Look, Xml, look, read_document
from scanner.collect.apk.manifest import Manifest
from scanner.collect.apk.mapping import read_mapping
from scanner.collect.apk.netsec import Cleartext, unread_config, with_config, without_config
from scanner.collect.apk.packed import packers_of
from scanner.collect.apk.policy import Package, policy_sightings
from scanner.collect.apk.readable import readable_xml
from scanner.collect.apk.reading import Dumped
from scanner.collect.apk.sets import is_set, set_aside, set_leads
from scanner.collect.apk.shown import SHOWN_KINDS, WORD_KINDS
from scanner.collect.apk.signer import signer_facts
from scanner.errors import MingjianError, NotAuditable, UsageError
from scanner.facts import AppPacked, AppSplit, PackageTampered, Source
from scanner.knowledge import Knowledge
from scanner.model import Keep, Lead, Say, Sighting, Target, Unseen, Words

__all__ = ["KINDS", "collect"]

MANIFEST_KINDS = (
    "app.manifest",
    "app.split",
    "permission.declared",
    "component.exported",
    "autostart.registered",
)
"""Kinds of fact that come from the manifest alone."""
KINDS: tuple[str, ...] = (
    *("app.manifest", "app.split", "app.signer", "app.packed", "package.tampered"),
    *(
        "permission.declared",
        "component.exported",
        "autostart.registered",
        "policy.link",
        "policy.document",
    ),
    *SHOWN_KINDS,
    *CODE_KINDS,
)
"""Kinds of fact that this collector looks for."""

_MALFORMED = Words(
    zh="清单中部分文字已损坏，无法读取",
    en="some texts in the manifest are malformed and cannot be read",
)
_UNREAD_CODE = Words(zh="代码无法读取", en="the code could not be read")
_UNRESOLVED_CONFIG = (
    "引用无法解析，或因设备而异",
    "its reference cannot be resolved, or leads elsewhere on other devices",
)
_SPLIT_ALONE = Words(
    zh="该文件只是应用的一部分（拆分 APK），基础 APK 及其他部分未提供",
    en="the file is only a part of an app (a split APK); the base APK and other parts are not here",
)


def collect(target: Target, keep: Keep, knowledge: Knowledge, say: Say) -> Iterator[Sighting]:
    """Look at an APK or a set of APKs and yield facts, what stayed unseen, and leads.

    Raises NotAuditable, before anything is yielded, for a file that is no APK and no ZIP of APKs.
    The same bytes give the same sightings in the same order.
    """
    with open_container(target.path, target.evidence.name) as container, Child() as child:
        if is_set(container):
            yield from _set_sightings(container, child, keep)
            return
        _refuse_other_archives(container, target)
        say(f"reading {target.evidence.name}: manifest and code")
        yield from _Collector(container, child, target, keep, knowledge).sightings()


class _Collector:
    """Looks at one APK."""

    def __init__(
        self, container: Container, child: Child, target: Target, keep: Keep, knowledge: Knowledge
    ) -> None:
        self.container = container
        self.child = child
        self.target = target
        self.keep = keep
        self.knowledge = knowledge
        self.package = Source(evidence=target.evidence.sha256)

    def sightings(self) -> Iterator[Sighting]:
        if self.container.doubt:
            yield from _unseen(KINDS, self.container.doubt)
        seen = look(self.container, self.child)
        if seen.manifest and seen.manifest.split and self.target.depth == 0:
            yield from _unseen(KINDS, _SPLIT_ALONE)
        code, facts = self.from_code(seen)
        yield from _guarded(MANIFEST_KINDS, self.from_manifest(seen, facts))
        yield from _guarded(("app.signer",), signer_facts(self.container, self.child, self.keep))
        yield from _guarded(("app.packed",), self.packers(seen))
        read = None if isinstance(code, Words) else code
        yield from _guarded(
            ("policy.link", "policy.document", *SHOWN_KINDS), self.policy(seen, read)
        )
        if isinstance(facts, Words):
            yield from _unseen(CODE_KINDS, facts)
        else:
            yield from _guarded(CODE_KINDS, facts.sightings(seen.table))
        yield from self.tricks()

    def from_code(self, seen: Look) -> tuple[CodeLook | Words, CodeFacts | Words]:
        """Read the code and make ready its facts; where either fails inside, say so."""
        code: CodeLook | Words | None = None
        try:
            code = self.read_code(seen)
            return code, CodeFacts(
                code, self.container, seen.manifest, self.knowledge, self.package
            )
        except MingjianError:
            raise
        except Exception as error:
            reason = _inner(error)
            return code or reason, reason

    def read_code(self, seen: Look) -> CodeLook:
        aids = self.target.aids
        dumped = [Dumped(one.evidence.name, one.path) for one in aids if one.kind == "dex"]
        mapping = next((one for one in aids if one.kind == "mapping"), None)
        try:
            renaming = read_mapping(mapping.path) if mapping else None
        except UsageError as error:
            said = str(error)
            if mapping:  # the copy in the case is named by its digest
                said = said.replace(mapping.path.name, mapping.evidence.name)
            raise UsageError(said, hint=error.hint) from None
        return read_code(self.container, seen.manifest, self.knowledge, dumped, renaming)

    def from_manifest(self, seen: Look, facts: CodeFacts | Words) -> Iterator[Sighting]:
        manifest, xml = seen.manifest, seen.xml
        if seen.failure:
            yield from _unseen(MANIFEST_KINDS, _no_manifest(seen.failure.reason))
        if manifest is None or xml is None:
            return
        if xml.document.gaps:
            yield from _unseen(MANIFEST_KINDS, _MALFORMED)
        source = self.kept(xml)
        if manifest.split:
            at = Source(evidence=source.evidence, at="manifest@split")
            yield AppSplit(source=at, channel="apk", package=manifest.package, name=manifest.split)
        else:
            at = Source(evidence=source.evidence, at="manifest")
            built = built_day(self.container, datetime.datetime.now(datetime.UTC).date())
            yield from manifest_facts(manifest, self.cleartext(manifest, seen.table), built, at)
        used = _unknown if isinstance(facts, Words) else facts.used
        yield from permission_facts(manifest, self.knowledge, source, used)
        yield from exported_facts(manifest, self.knowledge, source)
        yield from autostart_facts(manifest, source)

    def cleartext(self, manifest: Manifest, table: bytes | None) -> Cleartext:
        """Read the network security config, where one is named, and keep it."""
        name = manifest.security_config
        if name == "":
            return without_config(manifest)
        if name is None:
            return unread_config(_no_config(*_UNRESOLVED_CONFIG))
        try:
            xml = read_document(self.container, self.child, name, table)
        except Unreadable as error:
            return unread_config(_no_config(error.reason.zh, error.reason.en))
        self.kept(xml)
        return with_config(manifest, xml.document, xml.values)

    def kept(self, xml: Xml) -> Source:
        text = readable_xml(xml.document, xml.values)
        readable = self.keep(text, name=f"{xml.name}.txt", media_type="text/plain")
        evidence = self.keep(
            xml.raw,
            name=xml.name,
            media_type="application/vnd.android.axml",
            readable=readable.sha256,
        )
        return Source(evidence=evidence.sha256)

    def policy(self, seen: Look, code: CodeLook | None) -> Iterator[Sighting]:
        manifest_source = self.kept(seen.xml) if seen.xml else self.package
        if seen.failure:
            yield _unsearched("manifest", _no_manifest(seen.failure.reason))
        if seen.table_failure:
            yield _unsearched("resources", seen.table_failure.reason)
        links = code.links if code else ()
        spoken = code.spoken if code else ()
        unread = (*code.unread, *code.untold) if code else (_UNREAD_CODE,)
        package = Package(
            self.container, seen, self.child, self.keep, self.knowledge, links, spoken, unread
        )
        yield from policy_sightings(package, self.package, manifest_source)

    def packers(self, seen: Look) -> Iterator[Sighting]:
        for packer, signs in packers_of(self.container, seen.manifest, self.knowledge):
            yield AppPacked(
                source=Source(evidence=self.target.evidence.sha256, at=signs[0]),
                channel="apk",
                packer=packer.id,
                signs=signs,
            )
        if seen.failure:
            yield from _unseen(("app.packed",), _no_manifest(seen.failure.reason))

    def tricks(self) -> Iterator[PackageTampered]:
        for found in self.container.tricks:
            yield PackageTampered(
                source=Source(evidence=self.target.evidence.sha256, at=found.at),
                channel="apk",
                trick=found.trick,
                entry=found.entry,
            )


def _set_sightings(container: Container, child: Child, keep: Keep) -> Iterator[Sighting]:
    if container.doubt:
        yield from _unseen(KINDS, container.doubt)
    for found in set_leads(container, child, keep):
        if isinstance(found, Lead):
            yield found
        else:
            yield from _unseen(KINDS, found)
    aside = set_aside(container)
    if aside:
        yield _unsearched("assets", aside)
        yield from _unseen(WORD_KINDS, aside)


def _refuse_other_archives(container: Container, target: Target) -> None:
    """Refuse a ZIP that shows no sign of being an APK; one that does is looked at."""
    signs = (MANIFEST, TABLE, f"{MANIFEST}/")
    if container.doubt or any(sign in container.entries for sign in signs):
        return
    if container.names(DEX_NAME):
        return
    bundle = "base/manifest/AndroidManifest.xml" in container.entries
    raise NotAuditable(
        f"{target.evidence.name} is a ZIP file, but neither an APK nor a set of APKs",
        hint="build an APK set from the App Bundle with bundletool, and give that"
        if bundle
        else "give the APK, XAPK or APKS file as it was downloaded",
    )


def _guarded(kinds: tuple[str, ...], part: Iterable[Sighting]) -> Iterator[Sighting]:
    try:
        yield from part
    except MingjianError:
        raise
    except Exception as error:
        yield from _unseen(kinds, _inner(error))


def _inner(error: Exception) -> Words:
    name = type(error).__name__
    return Words(zh=f"内部错误 {name}", en=f"an inner error: {name}")


def _unknown(_: str) -> None:
    return None


def _unseen(kinds: Iterable[str], reason: Words) -> Iterator[Unseen]:
    for kind in kinds:
        yield Unseen(kind=kind, scope={"channel": ("apk",)}, collector="apk", reason=reason)


def _unsearched(page: str, reason: Words) -> Unseen:
    return Unseen(
        kind="policy.link",
        scope={"channel": ("apk",), "page": (page,)},
        collector="apk",
        reason=reason,
    )


def _no_manifest(reason: Words) -> Words:
    return Words(
        zh=f"清单 AndroidManifest.xml 无法读取：{reason.zh}",
        en=f"AndroidManifest.xml cannot be read: {reason.en}",
    )


def _no_config(zh: str, en: str) -> Words:
    return Words(
        zh=f"网络安全配置无法读取：{zh}", en=f"the network security config cannot be read: {en}"
    )
