"""What was asked for again after the user had refused it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from scanner.collect.device.clocks import Moment
from scanner.collect.device.demands import (
    Ask,
    asks_of,
    consents_of,
    launches_of,
    refusing,
    same,
)
from scanner.collect.device.prompted import Prompt, subject_of, touches_on
from scanner.collect.device.recorded import Recorded
from scanner.collect.device.starts import function_started
from scanner.facts.devices import PermissionReasked
from scanner.knowledge import Knowledge
from scanner.model import Sighting

LEAST_LAUNCHES = 2
"""Starts of the app from which it can be said that something comes at every one."""


def facts_of(
    recorded: Recorded, prompts: Sequence[Prompt], knowledge: Knowledge
) -> Iterator[Sighting]:
    """Give, for each group that was refused and asked for again, how often and after what."""
    asks = asks_of(recorded, prompts)
    told: set[str] = set()
    for prompt in prompts:
        group = prompt.asked[0].group(knowledge)
        if prompt.answer != "denied" or prompt.touch is None or group in told:
            continue
        refused = Ask(prompt.first, prompt.last, prompt.at, prompt.asked, False, "")
        again = _again(recorded, refused, prompt.touch.at, asks)
        again = again[: _granted(prompts, again)]
        if again:
            told.add(group)
            subject = subject_of(recorded, prompt)
            yield _fact(recorded, group, prompt.touch.at, again, subject)
    yield from _consent(recorded)


def _consent(recorded: Recorded) -> Iterator[Sighting]:
    asks = consents_of(recorded)
    for ask in asks:
        touch = refusing(recorded, ask)
        again = _again(recorded, ask, touch.at, asks) if touch is not None else []
        if touch is not None and again:
            subject = recorded.by_subject(recorded.package, None, ask.at)
            yield _fact(recorded, "consent", touch.at, again, subject)
            return


def _again(recorded: Recorded, refused: Ask, answered: Moment, asks: Sequence[Ask]) -> list[Ask]:
    """Give what asked for the same later; a dialog that the user went on to counts with its own."""
    again: list[Ask] = []
    for ask in asks:
        if ask.first <= refused.last or not same(refused, ask):
            continue
        if ask.at.latest <= answered.earliest:
            continue
        if again and again[-1].own and not ask.own and _went_on(recorded, again[-1], ask):
            continue
        again.append(ask)
    return again


def _went_on(recorded: Recorded, own: Ask, ask: Ask) -> bool:
    """Say whether the user got to a dialog of the system from the app's own."""
    taps = touches_on(recorded, own.first, ask.first - 1)
    return bool(taps) and taps[-1].on is not None and taps[-1].on <= own.last


def _granted(prompts: Sequence[Prompt], again: Sequence[Ask]) -> int:
    """Give how many askings there were until the user granted it."""
    given = {prompt.first for prompt in prompts if prompt.answer in {"granted", "once"}}
    return next((n for n, ask in enumerate(again, 1) if ask.first in given), len(again))


def _fact(
    recorded: Recorded,
    group: str,
    refused: Moment,
    again: Sequence[Ask],
    subject: bool | None,
) -> PermissionReasked:
    started = [function_started(recorded, ask.first) for ask in again]
    unasked = [ask for ask, after in zip(again, started, strict=True) if after is False]
    if unasked:  # what the user's functions asked for again takes nothing from these
        told: bool | None = False
        again = unasked
    else:
        told = None if None in started else True
    hours = (again[-1].at.at - refused.at) / 3600
    return PermissionReasked(
        source=recorded.source(recorded.looks[again[0].first].place, again[0].at),
        channel="device",
        group=group,
        times=len(again),
        within_hours=max(1, math.ceil(hours)) if math.isfinite(refused.within) else None,
        function_started=told,
        every_launch=_every_launch(recorded, refused, again),
        by_subject=subject,
    )


def _every_launch(recorded: Recorded, refused: Moment, again: Sequence[Ask]) -> bool | None:
    """Say whether it came after each start of the app since; None for too few starts."""
    launches = launches_of(recorded)
    if launches is None:
        return None
    later = [launch for launch in launches if launch.earliest > refused.latest]
    if len(later) < LEAST_LAUNCHES:
        return None
    ends = [launch.at for launch in later[1:]] + [math.inf]
    return all(
        any(launch.at <= ask.at.latest and ask.at.at < end for ask in again)
        for launch, end in zip(later, ends, strict=True)
    )
