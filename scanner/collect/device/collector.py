"""The device collector: what a recording of a run on a phone shows, set in time and in phases.

What the recording does not hold, or holds in a form that cannot be read, becomes Unseen with its
reason; so does every phase that the run never reached. Of other apps on the phone nothing is told.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence

from scanner.broken import Broken
from scanner.collect.device import (
    accesses,
    consent,
    contacts,
    edges,
    events,
    processes,
    prompts,
    refusals,
    settings,
    walk,
)
from scanner.collect.device.clocks import LAST
from scanner.collect.device.opening import LARGEST_PART, Archive
from scanner.collect.device.phases import Phases
from scanner.collect.device.reading import read
from scanner.collect.device.recorded import Recorded, missing, unseen
from scanner.connections import connections_of
from scanner.device_file import (
    CONNECTIONS,
    EVENTS,
    MANIFEST,
    PROCESSES,
    SCREENS,
    SOCKETS,
    STATES,
    TAPS,
    TRAFFIC,
)
from scanner.errors import NotAuditable, UsageError
from scanner.facts import DeviceRun, ScanVantage
from scanner.knowledge import Knowledge
from scanner.model import Keep, Lead, Say, Sighting, Target, Unseen, Words
from scanner.personal.hidden import Hidden
from scanner.personal.identity import read_identity
from scanner.wording.values import VALUE

__all__ = ["KINDS", "collect"]

ON_SCREENS = (
    *("screen.shown", "consent.prompt", "consent.answered", "checkbox.found", "agreement.implied"),
    *("permission.prompted", "permission.reasked", "function.refused", "walk.completed"),
    *("rights.offered", "account.registration", "recommendation.shown", "popup.shown"),
    *("app.pushed", "policy.link", "window.jumped", "verification.offered"),
    *("inducement.shown", "closing.demanded", "account.restored"),
)
"""Kinds that screens show."""
SHOWN_BY: dict[str, tuple[str, ...]] = {
    EVENTS: ("data.accessed", "permission.requested"),
    SCREENS: ON_SCREENS,
    TAPS: ("consent.answered", "permission.reasked", "function.refused"),
    PROCESSES: ("process.started", "app.started"),
    STATES: ("setting.changed",),
}
"""Which kinds of fact a part shows; without it they are unseen."""
KINDS = (
    *("device.run", "phase.began", "scan.vantage", "endpoint.contacted"),
    *dict.fromkeys(kind for kinds in SHOWN_BY.values() for kind in kinds),
)
"""Kinds of fact that this collector looks for."""
PHASED = ("data.accessed", "permission.prompted", "process.started", "endpoint.contacted")
"""Kinds of which a phase that was never reached leaves something unseen."""
REACHED = (
    *("first_launch", "consent_shown", "refused", "agreed"),
    *("background", "withdrawn", "updated"),
)
"""Phases of a whole run; use in the foreground is what follows an agreement."""
LARGEST_LEAD = 256 << 20
"""Bytes of a recording of traffic inside a recording of a run."""
LARGEST_LIST = 32 << 20
"""Bytes of a list of connections."""
LISTED = 5
"""Files that are not as they were sealed, told one by one."""
LEADS = {
    CONNECTIONS: ("connections", "text/csv"),
    SOCKETS: ("sockets", "application/jsonl"),
    TRAFFIC[0]: ("traffic", "application/x-ndjson"),
    TRAFFIC[1]: ("traffic", "application/har+json"),
    TRAFFIC[2]: ("traffic", "application/vnd.mitmproxy.flows"),
}
"""Files that another collector reads, with what they are."""
LISTS = (CONNECTIONS, SOCKETS)
"""Lists of connections, by the phone's clock."""


def collect(target: Target, keep: Keep, knowledge: Knowledge, say: Say) -> Iterator[Sighting]:
    """Read a recording and yield facts, leads and what stayed unseen.

    Raises NotAuditable for a file that is no recording, UsageError for one of another app or build.
    """
    identity = _identity(target, knowledge)
    hidden = Hidden(identity)
    for sighting in _sightings(target, keep, knowledge, say, identity):
        if isinstance(sighting, Unseen):
            yield hidden.unseen(sighting)
        else:
            yield sighting if isinstance(sighting, Lead) else hidden.fact(sighting)


def _identity(target: Target, knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """Give the values of the test device and person, which no fact may repeat from a screen."""
    aid = next((one for one in target.aids if one.kind == "identity"), None)
    if aid is None:
        return {}
    name = aid.evidence.name
    return read_identity(aid.path.read_bytes(), knowledge.data_types, file=name).values


def _sightings(
    target: Target,
    keep: Keep,
    knowledge: Knowledge,
    say: Say,
    identity: Mapping[str, tuple[str, ...]],
) -> Iterator[Sighting]:
    archive = Archive(target.path)
    seal = _against_seal(archive)
    recorded = read(archive, target, keep, captured=seal == ())
    yield from _unsealed(seal or ())
    _check_subject(recorded)
    say(f"{target.evidence.name}: {len(recorded.looks)} screens, {len(recorded.touches)} taps")
    recorded.marks += events.consent_of(recorded)
    recorded.phases = Phases(edges.edges_of(recorded))
    yield from _run(recorded)
    yield from recorded.phases.facts(target.evidence.sha256, captured=recorded.captured)
    yield from consent.facts_of(recorded, knowledge)
    yield from prompts.facts_of(recorded, knowledge)
    yield from walk.facts_of(recorded, knowledge, identity)
    yield from settings.facts_of(recorded, knowledge)
    yield from refusals.facts_of(recorded, knowledge)
    yield from processes.facts_of(recorded, knowledge)
    yield from contacts.facts_of(recorded, knowledge)
    yield from accesses.facts_of(recorded, knowledge, say)
    yield from _leads(recorded, keep)
    yield from _unseen(recorded)


def _check_subject(recorded: Recorded) -> None:
    audited = recorded.target.visit.package
    if audited and recorded.package and audited != recorded.package:
        said = f"the recording is of {recorded.package}, but the app is {audited}"
        raise UsageError(said, hint="audit each by itself")
    build, run = recorded.target.visit.build, recorded.run
    apps = [app for app in (run.app, run.before_update) if app is not None]
    stated = {app.sha256.lower() for app in apps if app.sha256}
    if build and stated and len(stated) == len(apps) and build not in stated:
        said = f"the recording is of another build of {recorded.package}"
        hint = f"it ran the package with SHA-256 {sorted(stated)[0]}: audit that one"
        raise UsageError(said, hint=hint)


def _against_seal(archive: Archive) -> tuple[str, ...] | None:
    """Give the files that are not as the list of digests of our own driver says, sorted; None where
    there is no list."""
    data = archive.read(MANIFEST) if MANIFEST in archive else None
    if data is None:
        return None
    rows = [line.split("  ", 1) for line in data.decode("utf-8", "replace").splitlines() if line]
    listed = {row[1]: row[0] for row in rows if len(row) == 2}
    there = {name for name in archive.names if name != MANIFEST}
    wrong = {name for name in listed if name in there and _digest(archive, name) != listed[name]}
    return tuple(sorted(wrong | (set(listed) ^ there)))


def _unsealed(names: Sequence[str]) -> Iterator[Unseen]:
    """Name the files that are not as they were when the run was sealed."""
    if not names:
        return
    some, count = ", ".join(names[:LISTED]), len(names)
    reason = Words(
        f"运行记录与其摘要清单不符（{count} 个文件）：{some}",
        f"the recording is not as it was sealed ({count} files): {some}",
    )
    yield from (unseen(kind, reason) for kind in KINDS)


def _digest(archive: Archive, name: str) -> str:
    whole = hashlib.sha256()
    for chunk in archive.chunks(name, LARGEST_PART):
        whole.update(chunk)
    return whole.hexdigest()


def _run(recorded: Recorded) -> Iterator[Sighting]:
    run, source = recorded.run, recorded.source("run.yaml")
    started = recorded.clocks.of(SCREENS, run.started)
    ended = recorded.clocks.of(SCREENS, run.ended)
    clean = [one for one in (run.before, run.after) if one is not None]
    within = recorded.clocks.within
    yield DeviceRun(
        source=recorded.source("run.yaml", started),
        channel="device",
        package=recorded.package,
        version=run.app.version_name,
        version_before=run.before_update.version_name if run.before_update else "",
        app_sha256=run.app.sha256,
        same_build=_same_build(recorded),
        model=run.device.model,
        build=run.device.build,
        api_level=run.device.api_level,
        emulator=run.device.emulator,
        clean_install=run.clean_install,
        ended=None if ended is None else ended.iso,
        clock_within_ms=round(within * 1000) if math.isfinite(within) else None,
        proxy=next((one.proxy for one in clean if one.proxy is not None), None),
        hook_modules=_all(one.hook_modules for one in clean),
        user_certificates=_all(one.user_certificates for one in clean),
        tools=tuple(sorted(f"{name} {version}" for name, version in run.tools.items())) or None,
        who=run.who or None,
    )
    yield ScanVantage(
        source=source,
        channel="device",
        proxy=next((bool(one.proxy) for one in clean if one.proxy is not None), None),
        clock_offset_s=None if run.clock is None else _whole_seconds(run.clock.offset_s),
    )


def _whole_seconds(seconds: float) -> int | None:
    """Round what a recording says of a clock; None for what no clock can be off by."""
    return round(seconds) if abs(seconds) < LAST else None


def _same_build(recorded: Recorded) -> bool | None:
    """Say whether the audited package is one of those that were run; over an update two were."""
    audited, run = recorded.target.visit.build, recorded.run
    builds = [app.sha256 for app in (run.app, run.before_update) if app is not None]
    known = {build.lower() for build in builds if build is not None}
    return True if audited in known else recorded.same_build()


def _all(many: Iterator[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """Put lists together; None where nobody looked even once."""
    told = [one for one in many if one is not None]
    return tuple(sorted({name for one in told for name in one})) if told else None


def _leads(recorded: Recorded, keep: Keep) -> Iterator[Sighting]:
    for name, (kind, media_type) in LEADS.items():
        if name not in recorded.archive:
            continue
        most = LARGEST_LIST if name in LISTS else LARGEST_LEAD
        data = recorded.archive.read(name, most)
        if data is not None and _is_list(recorded, name, data):
            yield Lead(
                kind=kind,
                evidence=keep(data, name=name, media_type=media_type),
                ahead_s=recorded.clocks.ahead(name) if name in LISTS else 0.0,
            )


def _is_list(recorded: Recorded, name: str, data: bytes) -> bool:
    """Say whether a list of connections can be read, so that none spoils the traffic beside it."""
    if name != CONNECTIONS:
        return True
    try:
        connections_of(data)
    except NotAuditable as error:
        recorded.archive.bad(name, 0, Words(f"无法读取：{error}", f"cannot be read: {error}"))
        return False
    return True


def _unseen(recorded: Recorded) -> Iterator[Unseen]:
    """Say what the recording does not hold, or holds in a form that cannot be read."""
    imported = events.exports(recorded)
    for part in missing(recorded):
        if part == EVENTS and imported:
            continue
        reason = Words(f"运行记录中没有 {part}", f"the recording of the run holds no {part}")
        yield from (unseen(kind, reason) for kind in SHOWN_BY.get(part, ()))
    if CONNECTIONS not in recorded.archive and SOCKETS not in recorded.archive:
        reason = Words(
            "运行记录中没有各应用的连接", "the recording of the run holds no connections by app"
        )
        yield unseen("endpoint.contacted", reason)
    if (recorded.has(EVENTS) or imported) and recorded.run.hooked is None:
        reason = Words(
            "运行记录没有说明监控了哪些接口", "the recording does not say which calls were watched"
        )
        yield unseen("data.accessed", reason)
    for part in sorted(recorded.disordered):
        reason = Words(f"{part} 的时间倒退", f"the times of {part} go back")
        yield from (unseen(kind, reason) for kind in SHOWN_BY.get(part, ()))
    for broken in recorded.archive.told():
        yield from _lost(broken)
    reached = {edge.phase for edge in recorded.phases.edges}
    for phase in REACHED:
        if phase not in reached:
            name = VALUE["phase"][phase]
            reason = Words(
                f"运行未到达阶段“{name.zh}”", f"the run did not reach the phase {name.en!r}"
            )
            for kind in PHASED:
                yield unseen(kind, reason, phase=(phase,))


def _lost(broken: Broken) -> Iterator[Unseen]:
    part = broken.at.partition(" ")[0]
    on_screens = ON_SCREENS if part.endswith((".xml", ".png", ".jpg")) else KINDS
    kinds = ("endpoint.contacted",) if part in LISTS else SHOWN_BY.get(part, on_screens)
    reason = Words(f"{broken.at}：{broken.reason.zh}", f"{broken.at}: {broken.reason.en}")
    yield from (unseen(kind, reason) for kind in kinds)
