"""Where a screen of the app holds out a reward and asks for personal information."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collect.device.walked import Shown, Walked
from scanner.device_file import SCREENS
from scanner.facts import InducementShown, Reward
from scanner.knowledge import Knowledge
from scanner.wording.rewards import kinds_asked, kinds_named, reward_of
from scanner.wording.short import short

FEW = 8
"""Controls up to which a screen is of one matter, so that one that asks belongs to the reward; on a
menu many things stand beside each other (project judgement)."""


def facts_of(walked: Walked, knowledge: Knowledge) -> Iterator[InducementShown]:
    """Tell once for each screen and reward what is asked for beside it."""
    told: set[tuple[str, Reward]] = set()
    for one in walked.pages:
        rewards = [
            (reward, line)
            for line in walked.lines(one.number)
            if len(line) <= 200 and (reward := reward_of(line)) is not None
        ]
        for reward, line in rewards:
            kinds = _asked(walked, one, line)
            if kinds and (one.name, reward) not in told:
                told.add((one.name, reward))
                yield InducementShown(
                    source=walked.recorded.source(one.look.place, one.look.at),
                    channel="device",
                    page=one.name,
                    reward=reward,
                    data_types=kinds,
                    sensitive=any(_is_sensitive(kind, knowledge) for kind in kinds),
                    text=short(line),
                    phase=walked.recorded.phase(one.look.at, SCREENS),
                )


def _is_sensitive(kind: str, knowledge: Knowledge) -> bool:
    row = knowledge.data_types.get(kind)
    return row is not None and (row.sensitive_2020 is True or row.sensitive_2025 is True)


def _asked(walked: Walked, one: Shown, line: str) -> tuple[str, ...]:
    """Give the kinds that the line of the reward, a field or one of few controls asks for."""
    kinds = set(kinds_asked(line))
    for node in one.look.nodes:
        if node.kind.endswith("EditText"):
            kinds.update(kinds_named(node.words))
    controls = walked.controls(one.number)
    if len(controls) <= FEW:
        kinds.update(kind for words, _ in controls for kind in kinds_asked(words))
    return tuple(sorted(kinds))
