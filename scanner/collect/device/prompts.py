"""Permissions that the system asked the user for: for what, after what, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner.collect.device import reasked
from scanner.collect.device.dialogs import Asked, touched_answer
from scanner.collect.device.prompted import (
    MOST_PROMPTS,
    Prompt,
    prompts_of,
    subject_of,
    touches_on,
)
from scanner.collect.device.purposes import Purpose, purpose_of
from scanner.collect.device.recorded import Recorded, unseen
from scanner.collect.device.starts import function_started, is_going_on
from scanner.device_file import SCREENS
from scanner.facts import Phase
from scanner.facts.devices import PermissionPrompted
from scanner.knowledge import Knowledge
from scanner.model import Sighting, Words
from scanner.wording.short import short

IN_A_ROW_S = 30.0
"""Seconds between the end of one dialog and the next within which they come in a row (project
judgement)."""


def facts_of(recorded: Recorded, knowledge: Knowledge) -> Iterator[Sighting]:
    """Give what the user was asked for, and was asked for again after saying no."""
    prompts = prompts_of(recorded)
    if any(not prompt.asked for prompt in prompts):
        reason = Words(
            "出现了无法识别所申请权限的系统弹窗", "a system dialog asks for something unknown"
        )
        yield unseen("permission.prompted", reason)
    if len(prompts) >= MOST_PROMPTS:
        said = Words(f"权限弹窗超过 {MOST_PROMPTS} 个", f"more than {MOST_PROMPTS} dialogs")
        for kind in ("permission.prompted", "permission.reasked", "function.refused"):
            yield unseen(kind, said)
    known = [prompt for prompt in prompts if prompt.asked]
    started = [function_started(recorded, prompt.first) for prompt in known]
    yield from _prompted(recorded, known, started, knowledge)
    yield from reasked.facts_of(recorded, known, knowledge)


def _prompted(
    recorded: Recorded,
    prompts: Sequence[Prompt],
    started: Sequence[bool | None],
    knowledge: Knowledge,
) -> Iterator[Sighting]:
    """Give one fact for each group and phase: of its dialogs the one that is most telling."""
    together = _together(recorded, prompts, started, knowledge)
    by_group: dict[tuple[str, str, Phase | None], list[tuple[int, Asked, Purpose]]] = {}
    for number, prompt in enumerate(prompts):
        phase = recorded.phase(prompt.at, SCREENS)
        purpose = purpose_of(
            recorded,
            prompt.first,
            prompt.last,
            prompt.asked,
            denied=prompt.answer == "denied",
        )
        for asked in prompt.asked:
            key = (asked.group(knowledge), asked.data_type(knowledge), phase)
            by_group.setdefault(key, []).append((number, asked, purpose))
    for (group, data_type, phase), many in by_group.items():
        number, _, purpose = min(
            many, key=lambda one: (_worth(one[2].shown), _worth(started[one[0]]), one[0])
        )
        prompt = prompts[number]
        yield PermissionPrompted(
            source=recorded.source(recorded.looks[prompt.first].place, prompt.at),
            channel="device",
            group=group,
            data_type=data_type,
            text=short(prompt.text) or None,
            purpose_shown=purpose.shown,
            purpose=purpose.words if purpose.shown is not None or purpose.words else None,
            app_beside=_app_beside(recorded, prompt),
            purpose_plain=purpose.plain,
            function_started=started[number],
            answer=prompt.answer,
            together=together[number],
            times=len(many),
            by_subject=subject_of(recorded, prompt),
            phase=phase,
            phase_span=recorded.phases.span(phase),
        )


def _app_beside(recorded: Recorded, prompt: Prompt) -> bool:
    """Say whether the app's own window was written beside the dialog, so that it was seen."""
    looks = recorded.looks[prompt.first : prompt.last + 1]
    return any(node.package == recorded.package for look in looks for node in look.nodes)


def _worth(told: bool | None) -> int:
    """Order answers by how telling they are: no, unknown, yes."""
    return {False: 0, None: 1, True: 2}[told]


def _together(
    recorded: Recorded,
    prompts: Sequence[Prompt],
    started: Sequence[bool | None],
    knowledge: Knowledge,
) -> list[int | None]:
    """Count for each dialog the groups asked for in its row; None where a start is unknown."""
    rows: list[list[int]] = []
    for number, prompt in enumerate(prompts):
        before = prompts[rows[-1][-1]] if rows else None
        near = before is not None and (
            prompt.at.at - recorded.looks[before.last].at.at <= IN_A_ROW_S
            and not _between(recorded, before.last, prompt.first)
        )
        if near:
            rows[-1].append(number)
        else:
            rows.append([number])
    counted: list[int | None] = [None] * len(prompts)
    for row in rows:
        groups = {asked.group(knowledge) for number in row for asked in prompts[number].asked}
        if all(started[number] is not None for number in row):
            for number in row:
                counted[number] = len(groups)
    return counted


def _between(recorded: Recorded, last: int, first: int) -> bool:
    """Say whether the user did something between two dialogs that starts anything."""
    return any(
        touch.action not in {"swipe", "type"}
        and touched_answer(touch) is None
        and not (touch.words and is_going_on(touch.words))
        for touch in touches_on(recorded, last, first - 1)
    )
