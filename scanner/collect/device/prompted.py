"""The system's dialogs that asked for a permission, each from its first look to its answer."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.collect.device.clocks import Moment
from scanner.collect.device.dialogs import (
    Answer,
    Asked,
    asked_of,
    dialog_nodes,
    is_answer,
    message_of,
    named_apps,
    precise_of,
    touched_answer,
)
from scanner.collect.device.recorded import SEEN_WITHIN_S, Look, Recorded, Touch
from scanner.collect.device.screens import is_prompt
from scanner.device_file import TAPS
from scanner.screen_tree import SYSTEM

MOST_PROMPTS = 200
"""Dialogs of one run that are read; a run has some ten."""
MOST_LOOKS = 200
"""Screens in which the name of the app is looked for."""
_NOBODY = re.compile(
    r"launcher|\.home\b|\.systemui$|^android$|\.settings$|inputmethod|keyboard|permission"
    r"|packageinstaller|securitycenter|systemmanager|^com\.lbe\.security"
)
"""Packages in whose name nobody is asked: starters of apps, the system itself."""


class Prompt(NamedTuple):
    """A dialog of the system, from when it was first seen until it was gone."""

    first: int
    """Number of the look on which it stood first, by Recorded.looks."""
    last: int
    """Number of the last one."""
    asked: tuple[Asked, ...]
    """What it asks for; empty where its words are unknown."""
    text: str
    at: Moment
    """When it was first seen."""
    answer: Answer | None
    """What the user answered; None where no tap tells."""
    touch: Touch | None
    """The tap that answered."""
    precise: bool | None
    """Whether the precise place was given, where it asks for the place."""
    of_app: bool | None
    """Whether it names the app, or came from it; None where neither can be told."""


def prompts_of(recorded: Recorded) -> tuple[Prompt, ...]:
    """Give the dialogs in their order; those in the name of another app are none."""
    found: list[Prompt] = []
    for first, last in _runs(recorded):
        look = recorded.looks[first]
        text = message_of(look, recorded.package)
        mine = _of_app(recorded, first, text)
        if mine is False:
            continue
        answer, touch = _answer(recorded, first, last)
        shown = recorded.looks[first : last + 1]
        asked = asked_of(look, recorded.package)
        prompt = Prompt(first, last, asked, text, look.at, answer, touch, precise_of(shown), mine)
        found.append(prompt)
        if len(found) >= MOST_PROMPTS:
            break
    return tuple(found)


def _runs(recorded: Recorded) -> Iterator[tuple[int, int]]:
    """Give the first and last look of each dialog; a look that shows nothing ends none.

    A dialog that was surely refused, and stands again, is another one; without taps it is the same.
    """
    begun: tuple[int, int, object] | None = None
    refusals = _refusals(recorded)
    for number, look in enumerate(recorded.looks):
        if not look.readable:
            continue
        key = _key(recorded, number) if is_prompt(look) else None
        if begun is not None and (
            key != begun[2] or _refused_between(refusals, recorded.looks[begun[0]], look)
        ):
            yield begun[0], begun[1]
            begun = None
        if key is not None:
            begun = (begun[0] if begun else number, number, key)
    if begun is not None:
        yield begun[0], begun[1]


def _refusals(recorded: Recorded) -> tuple[Moment, ...]:
    """Give when something of the system was refused, in order."""
    if TAPS in recorded.disordered:
        return ()
    return tuple(
        touch.at
        for touch in recorded.touches
        if touched_answer(touch) == "denied"
        and (touch.node is None or touch.node.package != recorded.package)
    )


def _refused_between(refusals: Sequence[Moment], first: Look, look: Look) -> bool:
    """Say whether a dialog was refused after its first look, and surely gone before this one."""
    number = bisect_left(refusals, first.at.at, key=lambda one: one.at)
    following = refusals[number : number + 1]
    return any(look.at.at >= refused.latest + SEEN_WITHIN_S for refused in following)


def _key(recorded: Recorded, number: int) -> object:
    """Give by what a dialog is known again: what it asks for, in whose name, by which buttons."""
    look, package = recorded.looks[number], recorded.package
    text = message_of(look, package)
    asked = tuple(one.words for one in asked_of(look, package))
    buttons = tuple(
        (node.id, node.words) for node in dialog_nodes(look, package) if is_answer(node)
    )
    return (asked or text, named_apps(text), buttons)


def _answer(recorded: Recorded, first: int, last: int) -> tuple[Answer | None, Touch | None]:
    """Give the tap after which a dialog was gone; one after which it still stood answered not."""
    stood = recorded.looks[last].at
    for touch in reversed(touches_on(recorded, first, last)):
        if touch.node is not None and touch.node.package == recorded.package:
            continue  # on what stands behind
        answer = touched_answer(touch)
        if answer is not None:
            gone = stood.earliest <= touch.at.latest
            return (answer, touch) if gone and TAPS not in recorded.disordered else (None, None)
    return None, None


def touches_on(recorded: Recorded, first: int, last: int) -> tuple[Touch, ...]:
    """Give the doings that fell on some looks in a row, in their order."""
    looks, touches = recorded.looks, recorded.touches
    if last < first:
        return ()
    low = bisect_left(touches, looks[first].at.at, key=lambda touch: touch.at.at)
    high = len(touches)
    if last + 1 < len(looks):
        high = bisect_left(touches, looks[last + 1].at.at, key=lambda touch: touch.at.at)
    return touches[low:high]


def _of_app(recorded: Recorded, first: int, text: str) -> bool | None:
    """Say whether a dialog asks in the name of the app; False where another app stood there.

    A name in quotes is the app's where somebody states it so, or the app's own screens bear it.
    Another one says nothing, since the app may go by several; save where nobody knows what the app
    is called, and all dialogs of the run bear the same name.
    """
    folded = text.casefold()
    stated = (*recorded.target.visit.names, recorded.run.app.label or "")
    if any(name.casefold() in folded for name in stated if len(name) >= 2):
        return True
    stood = _stood_before(recorded, first)
    named = named_apps(text)
    if stood is False or not named:
        return stood
    if any(_bears(recorded, name) for name in named):
        return True
    called = [name for name in stated if name and name != recorded.package]
    alone = not called and len(_names_asked_for(recorded)) == 1
    return stood if alone else None


def _names_asked_for(recorded: Recorded) -> set[str]:
    """Give the names in quotes of all dialogs that stood over the app."""
    return {
        name
        for number, look in enumerate(recorded.looks[:MOST_LOOKS])
        if is_prompt(look) and _stood_before(recorded, number)
        for name in named_apps(message_of(look, recorded.package))
    }


def _stood_before(recorded: Recorded, first: int) -> bool | None:
    """Say whether the app stood behind a dialog or before it; None where it was nobody."""
    if any(node.package == recorded.package for node in recorded.looks[first].nodes):
        return True
    for before in reversed(recorded.looks[:first]):
        if is_prompt(before) or before.package in {"", SYSTEM}:
            continue
        if before.package == recorded.package:
            return True
        return None if _NOBODY.search(before.package) else False
    return None


def _bears(recorded: Recorded, name: str) -> bool:
    """Say whether a screen of the app bears a name."""
    return any(
        name in node.words
        for look in recorded.looks[:MOST_LOOKS]
        if look.package == recorded.package
        for node in look.nodes
        if node.package == recorded.package
    )


def subject_of(recorded: Recorded, prompt: Prompt) -> bool | None:
    """Say whether a dialog asked for the audited app."""
    return recorded.by_subject(recorded.package, None, prompt.at) if prompt.of_app else None
