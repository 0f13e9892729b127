"""Targets into sightings: each is looked at by its collector, and so is what it leads to.

What no collector looked for, and each lead that nobody followed, becomes unseen.
"""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from scanner.errors import NotAuditable, UsageError
from scanner.evidence.vault import Vault
from scanner.facts import KINDS, AppManifest, AppSplit, AppType, Channel, Fact, Source
from scanner.knowledge import Knowledge
from scanner.model import Aid, CaseSource, Evidence, Lead, Target, Unseen, Words

COLLECTORS: Mapping[str, str] = {"apk": "scanner.collect.apk.collector"}
"""Which room looks at which kind of target."""
CHANNELS: Mapping[str, Channel] = {"apk": "apk"}
"""Which channel each kind of target opens."""
NAMES: Mapping[Channel, Words] = {
    "apk": Words("安装包", "app package"),
    "website": Words("网站", "website"),
    "traffic": Words("网络流量", "captured traffic"),
    "policy": Words("隐私政策文本", "privacy policy text"),
    "device": Words("设备运行记录", "recording of a device run"),
}
"""What each channel is called in reasons."""
AidKind = Literal["mapping", "dex"]
MAX_DUMPS = 300
"""Files of a folder of dumped code; a dump of a large app has some dozens."""
MAX_TARGETS = 64
"""Most targets of one subject, leads included; split sets have a few dozen at most."""
MAX_DEPTH = 3
"""Most leads from one to the next."""


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


def gather(
    paths: Iterable[Path],
    vault: Vault,
    knowledge: Knowledge,
    say: Callable[[str], None],
    aids: Iterable[tuple[AidKind, Path]] = (),
) -> Gathered:
    """Look at each target and at what it leads to, within bounds.

    Raises UsageError where the targets are several apps: what one holds must never be read
    together with what another holds.
    """
    gathered = Gathered()
    helping = tuple(_aid(kind, path, vault) for kind, path in aids)
    queue: deque[tuple[Target, Evidence]] = deque()
    for path in paths:
        say(f"keeping {path.name}")
        media_type = "application/vnd.android.package-archive"
        kept = vault.keep_file(path, name=path.name, media_type=media_type)
        target = Target(kind="apk", path=vault.path(kept.sha256), evidence=kept, aids=helping)
        queue.append((target, kept))
    looked_at = set[str]()
    while queue:
        target, named = queue.popleft()
        if target.evidence.sha256 in looked_at:
            continue
        looked_at.add(target.evidence.sha256)
        say(f"reading {target.evidence.name}")
        before = len(gathered.facts)
        leads = _look(target, vault, knowledge, gathered)
        if any(isinstance(fact, AppManifest) for fact in gathered.facts[before:]):
            gathered.subject = named
        for lead in leads:
            why = _not_followed(lead, target.depth + 1, len(looked_at) + len(queue))
            if why is None:
                path = vault.path(lead.evidence.sha256)
                depth = target.depth + 1
                further = Target(
                    kind=lead.kind, path=path, evidence=lead.evidence, depth=depth, aids=helping
                )
                queue.append((further, named))
            else:
                gathered.unseen.extend(_unfollowed(lead, why))
    _check_one_app(gathered.facts)
    return gathered


def dumps_in(folder: Path) -> list[Path]:
    """Give what looks like a DEX file, by its bytes or its name, sorted.

    Raises UsageError if there is none, or too many files.
    """
    hint = "give the folder into which the code of the running app was dumped"
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
        if len(files) > MAX_DUMPS:
            said = f"--dex {folder} holds {len(files)} files, over the limit of {MAX_DUMPS}"
            raise UsageError(said, hint="keep the DEX files of the app only")
        found = [path for path in files if path.suffix == ".dex" or _begins_as_dex(path)]
    except OSError as error:
        raise UsageError(f"--dex {folder}: {error.strerror}", hint=hint) from None
    if not found:
        raise UsageError(f"--dex {folder} holds no DEX file", hint=hint)
    return found


def _begins_as_dex(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"dex\n"


def _aid(kind: AidKind, path: Path, vault: Vault) -> Aid:
    media_type = "text/plain" if kind == "mapping" else "application/vnd.android.dex"
    kept = vault.keep_file(path, name=path.name, media_type=media_type)
    return Aid(kind=kind, path=vault.path(kept.sha256), evidence=kept)


def _check_one_app(facts: Iterable[Fact]) -> None:
    named = [fact for fact in facts if isinstance(fact, AppManifest | AppSplit)]
    packages = sorted({fact.package for fact in named})
    if len(packages) > 1 or sum(isinstance(fact, AppManifest) for fact in named) > 1:
        hint = "audit each by itself; only the parts of one app belong together"
        raise UsageError(f"these are several apps: {', '.join(packages[:5])}", hint=hint)


def _look(target: Target, vault: Vault, knowledge: Knowledge, gathered: Gathered) -> list[Lead]:
    """Let the collector of this kind look; what it cannot audit at all becomes unseen."""
    room = importlib.import_module(COLLECTORS[target.kind])
    gathered.looked_for.update((kind, CHANNELS[target.kind]) for kind in room.KINDS)
    leads: list[Lead] = []
    readable = True
    try:
        for sighting in room.collect(target, vault.keep, knowledge):
            if isinstance(sighting, Fact):
                gathered.facts.append(sighting)
            elif isinstance(sighting, Unseen):
                gathered.unseen.append(sighting)
            else:
                leads.append(sighting)
    except NotAuditable as error:
        if target.depth == 0:
            raise
        readable = False
        name, said = target.evidence.name, str(error)
        reason = Words(f"无法检测 {name}：{said}", f"{name} could not be audited: {said}")
        gathered.unseen.extend(_unseen(room.KINDS, CHANNELS[target.kind], reason, target.kind))
    gathered.sources.append(
        CaseSource(
            channel=CHANNELS[target.kind],
            collector=target.kind,
            sha256=target.evidence.sha256,
            name=target.evidence.name,
            readable=readable,
        )
    )
    return leads


def _not_followed(lead: Lead, depth: int, targets: int) -> Words | None:
    if lead.kind not in COLLECTORS:
        return Words(f"本版本尚不读取 {lead.kind}", f"this version does not read {lead.kind} yet")
    if depth > MAX_DEPTH:
        return Words(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} deep")
    if targets >= MAX_TARGETS:
        return Words(f"目标超过 {MAX_TARGETS} 个", f"more than {MAX_TARGETS} targets")
    return None


def _unfollowed(lead: Lead, why: Words) -> list[Unseen]:
    """Say what a lead that nobody followed would have shown."""
    name = lead.evidence.name
    reason = Words(f"{name}：{why.zh}", f"{name}: {why.en}")
    if lead.kind in COLLECTORS:
        room = importlib.import_module(COLLECTORS[lead.kind])
        return _unseen(room.KINDS, CHANNELS[lead.kind], reason, "audit")
    kinds = [kind for kind, cls in KINDS.items() if lead.kind in cls.channels]
    return [
        Unseen(kind=kind, scope={"channel": (lead.kind,)}, collector="audit", reason=reason)
        for kind in kinds
    ]


def _unseen(kinds: Iterable[str], channel: Channel, reason: Words, collector: str) -> list[Unseen]:
    scope = {"channel": (channel,)}
    return [Unseen(kind=k, scope=scope, collector=collector, reason=reason) for k in kinds]


def state(app_type: int | None, knowledge: Knowledge, gathered: Gathered) -> None:
    """Add what the auditor stated, and as unseen whatever no collector was there to look for."""
    if app_type is not None:
        name = knowledge.app_types[app_type].zh
        stated = AppType(
            source=Source(at="--app-type"), channel="auditor", number=app_type, name=name
        )
        gathered.facts.append(stated)
    else:
        reason = Words(
            "未说明 App 类型，请用 --app-type", "the type of the app was not stated: --app-type"
        )
        gathered.unseen.extend(_unseen(["app.type"], "auditor", reason, "audit"))
        gathered.unseen.append(
            Unseen(
                kind="permission.declared",
                field="expected_for_type",
                collector="audit",
                reason=reason,
            )
        )
    for kind, cls in KINDS.items():
        for channel in cls.channels:
            if channel != "auditor" and (kind, channel) not in gathered.looked_for:
                words = NAMES[channel]
                reason = Words(f"本案没有{words.zh}", f"this case holds no {words.en}")
                gathered.unseen.extend(_unseen([kind], channel, reason, "audit"))
