"""What an app asks for in a row: the system's dialogs, and its own that send to the settings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from scanner.collect.device.asking import prompt_on
from scanner.collect.device.clocks import Moment
from scanner.collect.device.dialogs import ASKED, Asked
from scanner.collect.device.prompted import Prompt, touches_on
from scanner.collect.device.recorded import SEEN_WITHIN_S, Look, Recorded, Touch
from scanner.collect.device.screens import is_prompt
from scanner.device_file import PROCESSES, TAPS
from scanner.wording.consent import meaning_of
from scanner.wording.fold import fold

LONGEST_DIALOG = 400
"""Characters of a screen that can be one dialog; more is a page on which words stand beside."""
MOST_ASKINGS = 400
"""Dialogs of the app in one run that are read."""
MOST_CONTROLS = 3
"""Controls of one dialog at most."""
ONE_START_S = 10.0
"""Seconds within which a tap on the icon and the start of the process are one launch."""
_SENDS = re.compile(
    r"(?:去|前往|立即|马上|现在|打开|进入)?(?:系统)?(?:设置|開啟|开启|授权|打开)(?:中心|页面?|权限|定位|授权)?"
    r"|(?:重新|再次)(?:申请|授权|获取)(?:权限)?"
    r"|(?:go to |open )?(?:app )?settings|grant(?: permissions?)?"
)
_PERMISSION = re.compile(r"权限|權限|授权|授權|\bpermission|\baccess\b")


class Ask(NamedTuple):
    """One time at which something was asked for."""

    first: int
    """Number of the look on which it stood first, by Recorded.looks."""
    last: int
    at: Moment
    asked: tuple[Asked, ...]
    """The permissions; empty for consent."""
    own: bool
    """Whether it was the app's own dialog."""
    key: str
    """What tells one question of the app from another; empty for the system's."""


def asks_of(recorded: Recorded, prompts: Sequence[Prompt]) -> list[Ask]:
    """Give every asking for a permission in order: dialogs of the system and of the app."""
    found = [Ask(one.first, one.last, one.at, one.asked, False, "") for one in prompts]
    for first, last, key in islice(_own_runs(recorded), MOST_ASKINGS):
        look = recorded.looks[first]
        text = fold(look.text)
        asked = tuple(one for one in ASKED if one.words.search(text))
        if asked:
            found.append(Ask(first, last, look.at, asked, True, key))
    return sorted(found, key=lambda ask: ask.first)


def consents_of(recorded: Recorded) -> list[Ask]:
    """Give every asking for consent in order; what stays after a refusal asks once more."""
    found: list[Ask] = []
    number_before: int | None = None
    refusals = [touch.at for touch in recorded.touches if _refuses(touch)]
    for number, look in enumerate(recorded.looks):
        if not look.readable:
            continue
        if len(found) >= MOST_ASKINGS:
            break
        prompt = None if is_prompt(look) else prompt_on(look, recorded.package)
        if prompt is None or prompt.login or prompt.accept is None:
            number_before = None
        elif (
            found
            and number_before == found[-1].last
            and found[-1].key == prompt.key
            and not _refused_between(refusals, recorded.looks[found[-1].first], look)
        ):
            found[-1] = found[-1]._replace(last=number)
            number_before = number
        else:
            found.append(Ask(number, number, look.at, (), True, prompt.key))
            number_before = number
    return found


def _refused_between(refusals: Sequence[Moment], first: Look, look: Look) -> bool:
    """Say whether a question was surely refused after its first look, and before this one."""
    number = bisect_left(refusals, first.at.at, key=lambda one: one.at)
    following = refusals[number : number + 1]
    return any(look.at.at >= refused.latest + SEEN_WITHIN_S for refused in following)


def _own_runs(recorded: Recorded) -> Iterator[tuple[int, int, str]]:
    begun: tuple[int, int, str] | None = None
    for number, look in enumerate(recorded.looks):
        if not look.readable:
            continue
        key = fold(look.text) if demands(look, recorded.package) else ""
        if begun is not None and key != begun[2]:
            yield begun
            begun = None
        if key:
            begun = (begun[0] if begun else number, number, key)
    if begun is not None:
        yield begun


def demands(look: Look, package: str) -> bool:
    """Say whether a screen is the app's own dialog that wants a permission opened."""
    if not package or look.package != package or is_prompt(look):
        return False
    own = [node for node in look.nodes if node.package == package and node.words]
    if sum(len(node.words) for node in own) > LONGEST_DIALOG:
        return False
    text = fold("\n".join(node.words for node in own))
    if not _PERMISSION.search(text):
        return False
    controls = [n for n in own if n.clickable or n.kind.endswith("Button")]
    sends = any(_SENDS.fullmatch(fold(node.words)) for node in controls)
    return sends and len(controls) <= MOST_CONTROLS


def same(left: Ask, right: Ask) -> bool:
    """Say whether two askings are for the same: permissions that one answer decides, or consent."""
    if not left.asked and not right.asked:
        return left.key == right.key
    wanted = {name for one in left.asked for name in one.permissions}
    return any(name in wanted for one in right.asked for name in one.permissions)


def refusing(recorded: Recorded, ask: Ask) -> Touch | None:
    """Give the tap by which consent was refused; None where none is known."""
    for touch in touches_on(recorded, ask.first, ask.last):
        if _refuses(touch):
            return touch
    return None


def _refuses(touch: Touch) -> bool:
    return touch.action == "tap" and meaning_of(touch.words) in {"refuse", "leave"}


def launches_of(recorded: Recorded) -> list[Moment] | None:
    """Give when the app was started by hand; None where nothing records that."""
    if not recorded.has(TAPS) and not recorded.has(PROCESSES):
        return None
    starts = [touch.at for touch in recorded.touches if touch.action == "launch"]
    starts += [
        ran.at
        for ran in recorded.processes
        if ran.process.event == "started"
        and ran.process.process == recorded.package
        and ran.process.kind == "activity"
    ]
    found: list[Moment] = []
    for start in sorted(starts, key=lambda one: one.at):
        if not found or start.at - found[-1].at > ONE_START_S:
            found.append(start)
    return found
