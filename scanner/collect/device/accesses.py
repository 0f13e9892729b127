"""What the app's calls opened, asked for and started, by phase and by whose code it was.

Calls of other apps on the phone are left out. One fact stands for all like calls of one phase; of
arguments and results nothing is repeated.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from scanner.collect.device.apis import Apis, Hit, Meaning
from scanner.collect.device.clocks import Moment
from scanner.collect.device.events import Whose, events_of
from scanner.collect.device.granted import State
from scanner.collect.device.recorded import Recorded, unseen
from scanner.collect.device.stacks import NOBODY, Called, Stacks
from scanner.collect.device.standing import Standing
from scanner.device_file import EVENTS, MARKS, Event, Outcome
from scanner.facts import AppStarted, DataAccessed, Fact, PermissionRequested, Phase, Source
from scanner.knowledge import Knowledge
from scanner.model import Say, Sighting, Unseen, Words

MOST_FACTS = 20_000
"""Facts of one kind; what is beyond is counted."""
MINUTE_S = 60.0
_TELLING: dict[Outcome | None, int] = {None: 0, "denied": 1, "error": 2, "empty": 3, "value": 4}
_NO_STACK = Words(
    "没有记录调用栈，或调用栈中的代码不属于应用、也不在 SDK 表中，无法判断归属",
    "no stack was recorded, or its code is neither the app's nor in the table of components",
)
_NO_PHASE = Words(
    "调用没有可用的时间，或落在阶段边界的误差之内，或运行未标出阶段",
    "a call has no time, lies too near to where a phase began, or the run tells no phases",
)
_NOBODY_SAYS = Words(
    "记录没有说明调用属于哪个应用，或没有说明运行的是哪个安装包",
    "the recording does not say which app called, or which package was run",
)
_UNTOLD = Words(
    "有调用未记录参数，可能涉及此类信息",
    "calls were recorded without the arguments that would tell whether they mean this",
)


class _Access(NamedTuple):
    """What one fact of data.accessed stands for."""

    data_type: str
    api: str
    owner: str | None
    phase: Phase | None
    wrapped: bool | None
    by_subject: bool | None
    state: State | None


class _Request(NamedTuple):
    """What one fact of permission.requested stands for."""

    permissions: tuple[str, ...]
    owner: str | None
    phase: Phase | None


class _Start(NamedTuple):
    """What one fact of app.started stands for."""

    package: str
    owner: str | None


_Key = _Access | _Request | _Start


class _Tally:
    """Like calls: how many, when, and the first of them."""

    __slots__ = ("answered", "at", "called", "count", "hit", "place", "times")

    def __init__(self, hit: Hit | str, called: Called) -> None:
        self.hit = hit
        self.called = called
        self.count = 0
        self.times = array("d")
        self.at: Moment | None = None
        self.place: int | str = 0
        self.answered: Outcome | None = None

    def add(
        self, place: int | str, at: Moment | None, called: Called, answered: Outcome | None
    ) -> None:
        """Count a call."""
        self.count += 1
        if self.count == 1:
            self.place, self.at = place, at
        if at is not None:
            self.times.append(at.at)
            if self._is_later(at, called):
                self.at, self.place, self.called = at, place, called
        if _TELLING[answered] > _TELLING[self.answered]:
            self.answered = answered

    def take(self, other: _Tally) -> None:
        """Count what another one counted."""
        self.count += other.count
        if other.at is not None and self._is_later(other.at, other.called):
            self.at, self.place, self.called = other.at, other.place, other.called
        self.times.extend(other.times)
        if _TELLING[other.answered] > _TELLING[self.answered]:
            self.answered = other.answered

    def _is_later(self, at: Moment, called: Called) -> bool:
        """Say whether the first call so far was later than another; of one moment names decide."""
        if self.at is None or at.at != self.at.at:
            return self.at is None or at.at < self.at.at
        own = self.called
        return (called.caller or "", called.path or ()) < (own.caller or "", own.path or ())

    def per_minute(self) -> int | None:
        """Give the most calls within any 60 seconds; None where times are missing."""
        if len(self.times) < self.count:
            return None
        most = first = 0
        times = sorted(self.times)
        for last, time in enumerate(times):
            while time - times[first] >= MINUTE_S:
                first += 1
            most = max(most, last - first + 1)
        return most


class _Tallies:
    """All tallies of a recording."""

    def __init__(self) -> None:
        self.by_key: dict[_Key, _Tally] = {}
        self._kinds: Counter[type[_Key]] = Counter()
        self.beyond: Counter[str] = Counter()
        """Calls beyond what is listed, by kind of fact."""

    def of(self, key: _Key, hit: Hit | str, called: Called) -> _Tally | None:
        """Give the tally of a key; None, counted, where there are too many."""
        tally = self.by_key.get(key)
        if tally is None:
            if self._kinds[type(key)] >= MOST_FACTS:
                self.beyond[_KINDS[type(key)]] += 1
                return None
            self._kinds[type(key)] += 1
            tally = self.by_key[key] = _Tally(hit, called)
        return tally

    def without_phases(self, same: bool | None) -> None:
        """Forget phases, of times that cannot be relied on, and builds that depend on them."""
        merged: dict[_Key, _Tally] = {}
        for told, tally in self.by_key.items():
            key = told
            if isinstance(told, _Access):
                by_subject = told.by_subject and same
                key = told._replace(phase=None, by_subject=by_subject, state=None)
            elif isinstance(told, _Request):
                key = told._replace(phase=None)
            if key in merged:
                merged[key].take(tally)
            else:
                merged[key] = tally
            merged[key].times = array("d")
        self.by_key = merged


_KINDS: dict[type[_Key], str] = {
    _Access: "data.accessed",
    _Request: "permission.requested",
    _Start: "app.started",
}


def facts_of(recorded: Recorded, knowledge: Knowledge, say: Say) -> Iterator[Sighting]:
    """Yield what the calls of a recording show, and which of it stayed unknown."""
    reader = _Reader(recorded, knowledge)
    for place, event, at in events_of(recorded):
        reader.read(place, event, at)
    name = recorded.target.evidence.name
    if reader.others:
        say(f"{name}: {reader.others} calls of other apps are left out")
    if EVENTS in recorded.disordered:
        reader.tallies.without_phases(recorded.same_build())
    yield from reader.facts()
    yield from reader.unseen()


class _Reader:
    """Reads calls one by one, and keeps what facts need."""

    def __init__(self, recorded: Recorded, knowledge: Knowledge) -> None:
        self.recorded = recorded
        self.knowledge = knowledge
        self.apis = Apis(knowledge, recorded.package)
        self.stacks = Stacks(knowledge, recorded.package)
        self.whose = Whose(recorded)
        self.standing = Standing(recorded, knowledge)
        self.tallies = _Tallies()
        self.others = 0
        """Calls of other apps."""
        self.untold: Counter[str] = Counter()
        """Calls without arguments, by the kind of data that they may open."""
        self.unnamed: Counter[Words] = Counter()
        """Requests for permissions of which no fact can be made, by the reason."""
        self._blank: dict[str, Words] = {}

    def read(self, place: int | str, event: Event, at: Moment | None) -> None:
        """Count what a call means."""
        app = self.whose.is_app(event)
        if app is False:
            self.others += 1
            return
        meaning = self.apis.of(event.api, event.args)
        if not meaning.of:
            return
        if meaning.untold:
            self.untold.update(meaning.untold)
        if not meaning.hits and meaning.permissions is None and not meaning.started:
            return
        called = NOBODY
        if event.stack:
            called = self.stacks.of(meaning.of, meaning.method, event.stack)
        phase = self.recorded.phase(at, EVENTS)
        if meaning.hits:
            by_subject = self.whose.by_subject(app, at)
            for hit in meaning.hits:
                wrapped = called.is_wrapped(asks_itself=hit.access.ignore_wrappers)
                state = self.standing.of(hit.access.permissions, at)
                key = _Access(
                    *(hit.access.data_type, hit.api, called.owner, phase),
                    *(wrapped, by_subject, state),
                )
                tally = self.tallies.of(key, hit, called)
                if tally is not None:
                    tally.add(place, at, called, event.outcome)
        if meaning.api:
            self._asked(place, at, meaning, called, phase if app else None, app)

    def _asked(
        self,
        place: int | str,
        at: Moment | None,
        meaning: Meaning,
        called: Called,
        phase: Phase | None,
        app: bool | None,
    ) -> None:
        """Count a request for permissions, or the start of another app; neither has by_subject."""
        keys: list[_Key] = []
        if not app:
            self.unnamed[_NOBODY_SAYS] += meaning.permissions is not None
        elif meaning.permissions:
            keys.append(_Request(meaning.permissions, called.owner, phase))
        elif meaning.permissions is not None:
            self.unnamed[_UNTOLD] += 1
        if app and meaning.started:
            keys.append(_Start(meaning.started, called.owner))
        for key in keys:
            tally = self.tallies.of(key, meaning.api, called)
            if tally is not None:
                tally.add(place, at, called, None)

    def facts(self) -> Iterator[Fact]:
        """Give the facts, sorted."""
        for key, tally in sorted(self.tallies.by_key.items(), key=_sorting):
            if isinstance(key, _Access) and isinstance(tally.hit, Hit):
                yield self._access(key, tally, tally.hit)
            elif isinstance(key, _Request):
                yield self._request(key, tally)
            elif isinstance(key, _Start):
                yield AppStarted(
                    source=self._source(tally),
                    channel="device",
                    package=key.package,
                    api=str(tally.hit),
                    owner=key.owner,
                    caller=tally.called.caller,
                    path=tally.called.path,
                )

    def _access(self, key: _Access, tally: _Tally, hit: Hit) -> DataAccessed:
        return DataAccessed(
            source=self._source(tally),
            channel="device",
            data_type=key.data_type,
            api=key.api,
            way=hit.way,
            owner=key.owner,
            caller=tally.called.caller,
            path=tally.called.path,
            permission=self.standing.permission(hit.access.permissions),
            phase=key.phase,
            phase_span=self.recorded.phases.span(key.phase),
            count=tally.count,
            per_minute=tally.per_minute(),
            answered=tally.answered,
            permission_state=key.state,
            function_started=self._function_started(tally),
            wrapped=key.wrapped,
            by_subject=key.by_subject,
        )

    def _function_started(self, tally: _Tally) -> bool | None:
        """Say whether a function was marked as started at or before the last of some calls."""
        if not self.recorded.has(MARKS):
            return None
        begun = [told for told in self.recorded.marks if told.mark.function]
        if not begun:
            return False
        at = tally.at
        if at is None or any(told.at is None for told in begun):
            return None
        last = max((*tally.times, at.at)) + at.within
        return any(told.at is not None and told.at.earliest <= last for told in begun)

    def _request(self, key: _Request, tally: _Tally) -> PermissionRequested:
        table = self.knowledge.permissions
        known = [table[name] for name in key.permissions if name in table]
        groups = {one.group for one in known if one.data_type != "none" and one.group != "none"}
        return PermissionRequested(
            source=self._source(tally),
            channel="device",
            permissions=key.permissions,
            groups=tuple(sorted(groups)),
            group_count=len(groups),
            owner=key.owner,
            caller=tally.called.caller,
            path=tally.called.path,
            phase=key.phase,
        )

    def _source(self, tally: _Tally) -> Source:
        place = tally.place
        at = f"{EVENTS} line {place}" if isinstance(place, int) else place
        return self.recorded.source(at, tally.at)

    def unseen(self) -> Iterator[Unseen]:
        """Say what may be there beside, and which fields stayed unknown."""
        for kind, count in sorted(self.tallies.beyond.items()):
            reason = Words(f"另有 {count} 次调用未列出", f"{count} more calls are not listed")
            yield unseen(kind, reason)
        for data_type, count in sorted(self.untold.items()):
            reason = Words(f"{_UNTOLD.zh}（{count} 次）", f"{_UNTOLD.en} ({count} times)")
            yield unseen("data.accessed", reason, data_type=(data_type,))
        for why, count in self.unnamed.items():
            if count:
                reason = Words(f"{why.zh}（{count} 次）", f"{why.en} ({count} times)")
                yield unseen("permission.requested", reason)
        accesses = [key for key in self.tallies.by_key if isinstance(key, _Access)]
        blank: tuple[tuple[str, Words, Callable[[_Access], bool]], ...] = (
            ("owner", _NO_STACK, lambda key: key.owner is None and not key.wrapped),
            ("wrapped", _NO_STACK, lambda key: key.wrapped is None),
            ("phase", _NO_PHASE, lambda key: key.phase is None),
            ("by_subject", _NOBODY_SAYS, lambda key: key.by_subject is None),
        )
        for field, why, is_blank in blank:
            if any(map(is_blank, accesses)):
                yield unseen("data.accessed", why, field)


def _sorting(one: tuple[_Key, _Tally]) -> tuple[str, tuple[str, ...]]:
    key: Iterable[object] = one[0]
    return _KINDS[type(one[0])], tuple("" if part is None else str(part) for part in key)
