"""What the collectors brought, what the auditor stated, and what nobody was there to look for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from scanner.facts import (
    KINDS,
    AppManifest,
    AppSigner,
    AppType,
    Channel,
    DeviceRun,
    Fact,
    ServiceRetired,
    SiteVisited,
    Source,
)
from scanner.knowledge import Knowledge
from scanner.model import CHANNELS, Aid, CaseSource, Evidence, Keep, TargetKind, Unseen, Words

NAMES: Mapping[Channel, Words] = {
    "apk": Words("安装包", "app package"),
    "website": Words("网站", "website"),
    "traffic": Words("网络流量", "captured traffic"),
    "policy": Words("隐私政策文本", "privacy policy text"),
    "device": Words("设备运行记录", "recording of a device run"),
}
"""What each channel is called in reasons."""


NOT_WATCHED = ("endpoint.answered", "promise.broken")
"""Kinds that no channel shows by itself: the one is asked for, the other is derived."""


@dataclass(slots=True)
class Gathered:
    """What the collectors brought."""

    facts: list[Fact] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    sources: list[CaseSource] = field(default_factory=list)
    looked_for: set[tuple[str, Channel]] = field(default_factory=set)
    """Kinds of fact that some collector looked for, each with the channel."""
    subject: Evidence | None = None
    """The file that a person named and in which the app itself was found."""
    kind: TargetKind = "apk"
    """Kind of the subject."""
    aids: list[Aid] = field(default_factory=list)
    """What one recording holds that helps to read another."""
    looked_at: set[tuple[str, str | None]] = field(default_factory=set)
    """What was looked at: digest, and phase where it has one."""
    named: dict[str, str] = field(default_factory=dict)
    """What a person named: digest and name."""
    descent: dict[str, set[str]] = field(default_factory=dict)
    """Out of which of these each kept piece came, by digest; a piece of unknown descent is not
    there."""

    def name(self, kept: Evidence | None) -> None:
        """Note what a person named, if there are bytes of it; it came out of itself."""
        if kept is not None:
            self.named[kept.sha256] = kept.name
            self.came(kept.sha256, [kept.sha256])

    def came(self, piece: str, out_of: Collection[str]) -> None:
        """Note that a kept piece came out of some of what a person named, or is read with it."""
        if out_of:
            self.descent.setdefault(piece, set()).update(out_of)

    def keeping(self, keep: Keep, out_of: Collection[str]) -> Keep:
        """Give what keeps bytes and notes out of what they came, if that is known."""

        def noting(
            data: bytes, *, name: str, media_type: str, readable: str | None = None
        ) -> Evidence:
            kept = keep(data, name=name, media_type=media_type, readable=readable)
            self.came(kept.sha256, out_of)
            return kept

        return noting


def unseen_of(
    kinds: Iterable[str], channel: Channel, reason: Words, collector: str
) -> list[Unseen]:
    """Say that nothing of these kinds was seen in a channel."""
    scope = {"channel": (channel,)}
    return [Unseen(kind=k, scope=scope, collector=collector, reason=reason) for k in kinds]


def state(app_type: int | None, retired: bool, knowledge: Knowledge, gathered: Gathered) -> None:
    """Add what the auditor stated, and as unseen whatever no collector was there to look for."""
    if retired:
        gathered.facts.append(ServiceRetired(source=Source(at="--retired"), channel="auditor"))
    if gathered.kind == "apk":
        _state_type(app_type, knowledge, gathered)
    held = {source.channel for source in gathered.sources}
    for kind, cls in KINDS.items():
        for channel in cls.channels:
            watchable = channel in CHANNELS[gathered.kind] and kind not in NOT_WATCHED
            if gathered.kind == "website" and channel == "traffic":
                watchable = False  # its own sessions are its traffic
            if watchable and (kind, channel) not in gathered.looked_for:
                words = NAMES[channel]
                reason = Words(f"本案没有{words.zh}", f"this case holds no {words.en}")
                if channel in held:
                    zh, en = f"{words.zh}中未查找此类事实", f"not looked for in the {words.en}"
                    reason = Words(zh, en)
                gathered.unseen.extend(unseen_of([kind], channel, reason, "audit"))


def _state_type(app_type: int | None, knowledge: Knowledge, gathered: Gathered) -> None:
    if app_type is not None:
        name = knowledge.app_types[app_type].zh
        stated = AppType(
            source=Source(at="--app-type"), channel="auditor", number=app_type, name=name
        )
        gathered.facts.append(stated)
        return
    reason = Words(
        "未说明 App 类型，请用 --app-type", "the type of the app was not stated: --app-type"
    )
    gathered.unseen.extend(unseen_of(["app.type"], "auditor", reason, "audit"))
    gathered.unseen.append(
        Unseen(
            kind="permission.declared",
            field="expected_for_type",
            collector="audit",
            reason=reason,
        )
    )


class Identity(TypedDict):
    """Who the subject is, as far as it can be told."""

    name: str
    id: str
    version: str
    signers: tuple[str, ...]


def identity_of(
    kind: TargetKind, audited: Evidence, facts: Sequence[Fact], package: str | None
) -> Identity:
    """Say who the subject is: by its manifest, its first page or the auditor's word."""
    if kind == "website":
        site = next((fact for fact in facts if isinstance(fact, SiteVisited)), None)
        if site is None:
            return Identity(name=audited.name, id="", version="", signers=())
        return Identity(name=site.title or site.host, id=site.host, version="", signers=())
    manifest = next((fact for fact in facts if isinstance(fact, AppManifest)), None)
    if manifest is None:
        run = next((fact for fact in facts if isinstance(fact, DeviceRun)), None)
        id_, version = package or (run.package if run else ""), (run.version if run else "") or ""
        return Identity(name=audited.name, id=id_, version=version, signers=())
    return Identity(
        name=manifest.label or manifest.package,
        id=manifest.package,
        version=f"{manifest.version_name or '?'} ({manifest.version_code or '?'})",
        signers=tuple(sorted({f.sha256 for f in facts if isinstance(f, AppSigner)})),
    )
