"""The calls that a recording tells of, one after the other, set in time; and whose they are."""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from scanner.broken import Broken
from scanner.collect.device.clocks import Moment
from scanner.collect.device.opening import LARGEST_PART
from scanner.collect.device.reading import lines
from scanner.collect.device.recorded import PER_USER, Recorded, Told, runs_apart
from scanner.device_file import EVENTS, MANIFEST, PARTS, RUN, TRAFFIC, Event
from scanner.errors import NotAuditable
from scanner.model import Words

if TYPE_CHECKING:
    from scanner.collect.device.importers import Importer

ORDER_WITHIN_S = 1.0
"""Seconds by which lines may stand in another order than their times: several threads and processes
write into one log (project judgement)."""
SANDBOX = range(20_000, 30_000)
"""User ids of the sandbox for SDKs: those of their apps, and ten thousand (android.os.Process)."""
_IMPORTERS = "scanner.collect.device.importers"


def events_of(recorded: Recorded) -> Iterator[tuple[int | str, Event, Moment | None]]:
    """Give each call with its line, or its place in another tool's export, and its moment.

    Other tools' exports are read where there is no events.jsonl. Times that go back by more than
    the clock may be off are noted in `recorded.disordered`, which is final after the last call.
    """
    latest, of = float("-inf"), recorded.clocks.of
    for place, event in _placed(recorded):
        at = of(EVENTS, event.time)
        if at is not None:
            if at.at > latest:
                latest = at.at
            elif at.at < latest - at.within - ORDER_WITHIN_S:
                recorded.disordered.add(EVENTS)
        yield place, event, at


def exports(recorded: Recorded) -> tuple[str, ...]:
    """Give the names of other tools' exports that stand in for events.jsonl."""
    own = {RUN, MANIFEST, *PARTS, *TRAFFIC}
    names = () if recorded.has(EVENTS) else recorded.archive.names
    return tuple(
        name
        for name in names
        if "/" not in name and name not in own and _importer(recorded, name) is not None
    )


def consent_of(recorded: Recorded) -> tuple[Told, ...]:
    """Give what exports say of when the user agreed, as marks by the clock of the calls."""
    told: list[Told] = []
    for name in exports(recorded):
        importer = _importer(recorded, name)
        with tempfile.TemporaryFile() as stream:
            _copy(recorded, name, stream)
            with contextlib.suppress(NotAuditable):  # told when its calls are read
                marks = importer.read(stream).consent if importer is not None else ()
                told += [
                    Told(recorded.clocks.of(EVENTS, mark.time, mark.within_s), name, mark)
                    for mark in marks
                ]
    return tuple(told)


def _importer(recorded: Recorded, name: str) -> Importer | None:
    found = importlib.import_module(_IMPORTERS).importer_of(name, recorded.archive.begin(name))
    return cast("Importer | None", found)


def _placed(recorded: Recorded) -> Iterator[tuple[int | str, Event]]:
    if recorded.has(EVENTS):
        yield from lines(recorded.archive, EVENTS, Event)
    for name in exports(recorded):
        yield from _imported(recorded, name)


def _imported(recorded: Recorded, name: str) -> Iterator[tuple[str, Event]]:
    importer = _importer(recorded, name)
    if importer is None:
        return
    with tempfile.TemporaryFile() as stream:
        _copy(recorded, name, stream)
        try:
            imported = importer.read(stream)
            for place, event in imported.placed:
                yield f"{name} {place}", event
        except NotAuditable as error:
            reason = Words(f"{name}：{error}", f"{name}: {error}")
            recorded.archive.broken.append(Broken(at=f"{EVENTS} ({name})", reason=reason))
            return
        for note in imported.notes:
            recorded.archive.broken.append(Broken(at=f"{EVENTS} ({name})", reason=note))
        for broken in imported.reads:
            place = f"{EVENTS} ({name} {broken.at})"
            recorded.archive.broken.append(Broken(at=place, reason=broken.reason))


def _copy(recorded: Recorded, name: str, stream: BinaryIO) -> None:
    for chunk in recorded.archive.chunks(name, LARGEST_PART):
        stream.write(chunk)
    stream.seek(0)


class Whose:
    """Tells whether a call is the app's that was run, by package, process and user id."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self._updated = recorded.run.before_update is not None
        self._same = recorded.same_build()
        self._known: dict[tuple[str | None, int | None, str | None], bool | None] = {}

    def is_app(self, event: Event) -> bool | None:
        """Say whether it is; None where nobody says, or what is said does not fit together."""
        key = (event.package, event.uid, None if event.package else event.process)
        if key in self._known:
            return self._known[key]
        found = self._judge(*key)
        if len(self._known) < 10_000:
            self._known[key] = found
        return found

    def by_subject(self, app: bool | None, moment: Moment | None) -> bool | None:
        """Say whether it is of the very package that is audited, given whether it is the app's."""
        if not app:
            return app
        return self._recorded.same_build(moment) if self._updated else self._same

    def _judge(self, package: str | None, uid: int | None, process: str | None) -> bool | None:
        own, own_uid = self._recorded.package, self._recorded.run.app.uid
        name = (package or process or "").partition(":")[0]
        by_name = name == own if name and own else None
        if uid is None:
            return by_name
        apart = runs_apart(uid)
        if apart or own_uid is None:
            return None if apart and not by_name else by_name
        inside = uid - 10_000 if uid % PER_USER in SANDBOX else uid
        by_uid = inside == own_uid
        return by_uid if by_name is None or by_name == by_uid else None
