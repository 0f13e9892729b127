"""Which taps answered the question for consent, and how; a tap that may be either is neither."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from scanner.collect.device import screens
from scanner.collect.device.asking import (
    LONGEST_CONTROL,
    MOST_TEXT,
    MOST_WAYS_ON,
    Control,
    Prompt,
    controls_of,
    prompt_on,
    ways_on,
)
from scanner.collect.device.recorded import SEEN_WITHIN_S, Look, Recorded, Touch
from scanner.screen_tree import Node
from scanner.wording import consent as words
from scanner.wording.fold import fold
from scanner.wording.forms import box_purpose

MOST_TAPS = 20_000
"""Taps of one run that are looked at for an answer; what follows belongs to no phase."""
SHORT_TEXT = 500
"""Characters of a dialog at most; a longer screen is a page."""
MOST_TICKS = 100
"""Taps on one look at a page that are followed to know whether a box was ticked."""
OLD_AFTER_S = 5.0
"""Seconds after which a look at a screen does not tell what a tap fell on: in three a question that
came meanwhile can be read and answered, and look and tap may be off by one each (project
judgement). What asks stands there until it is answered."""
SETTLED_S = 10.0
"""Seconds after an agreement within which a slow app takes the question away (project judgement).
"""
MOST_AFTER = 60
"""Screens after an agreement that are looked at."""
MOST_ASIDE = 10
"""Answers on permissions after it that are passed over."""
_CHANGES = frozenset(["back", "home", "launch", "stop", "screen_off", "update"])
"""Doings after which another screen may stand there."""
_SAYS_AGREE = re.compile(r"同意|接受|agree|accept")
_EXPLICIT = frozenset(["accept", "refuse", "necessary"])


class Answer(NamedTuple):
    """A tap that answers the question for consent, or may answer it."""

    touch: Touch
    answer: Literal["agreed", "refused"] | None
    """What it answers; None where it may be either."""
    prompt: int | None
    """Number of the screen that asked, where one was seen."""
    explicit: bool
    """Whether its words say so, as 同意 or 不同意."""


def prompts_of(recorded: Recorded) -> dict[int, Prompt]:
    """Give the screens that ask for consent, by their number."""
    found = ((n, prompt_on(look, recorded.package)) for n, look in enumerate(recorded.looks))
    return {number: prompt for number, prompt in found if prompt is not None}


def answers_of(recorded: Recorded, prompts: Mapping[int, Prompt]) -> list[Answer]:
    """Give the answers in their order: taps on what asks, and taps on what nobody saw."""
    found: list[Answer] = []
    stood: _Stood | None = None
    stale_since = -math.inf  # when something was done that may have changed the screen
    for number, touch in enumerate(recorded.touches[:MOST_TAPS]):
        if touch.action == "tap":
            if touch.on is not None and (stood is None or stood.number != touch.on):
                stood = _Stood.of(recorded, touch.on)
            fresh = touch.on is not None and recorded.looks[touch.on].at.at > stale_since
            refused = bool(found) and found[-1].answer == "refused"
            there = stood if fresh else None
            answer = _tapped(recorded, number, prompts, there, refused=refused)
            if answer is not None:
                found.append(_checked(recorded, number, answer, prompts))
            if touch.node is None or not _only_ticks(touch.node):
                stale_since = touch.at.at
        elif touch.action in _CHANGES:
            stale_since = touch.at.at
            if touch.action == "back" and touch.on in prompts:
                found.append(Answer(touch, None, touch.on, explicit=False))
    return found


class _Stood(NamedTuple):
    """A screen that stood there, read once for all the taps on it."""

    number: int
    look: Look
    readable: bool
    asks_permission: bool
    text: str

    @classmethod
    def of(cls, recorded: Recorded, number: int) -> _Stood:
        """Read a screen."""
        look = recorded.looks[number]
        text = look.text[:MOST_TEXT]
        return cls(number, look, screens.readable(look), screens.is_prompt(look), text)


def _tapped(
    recorded: Recorded,
    number: int,
    prompts: Mapping[int, Prompt],
    stood: _Stood | None,
    *,
    refused: bool,
) -> Answer | None:
    """Judge a tap, on the screen that stood there if somebody saw it since the last change."""
    touch = recorded.touches[number]
    if stood is None or not all(part in stood.text for part in touch.words.split()):
        return _unseen(touch)  # of words that do not stand there: another screen has come
    if stood.asks_permission:
        return None
    prompt = prompts.get(stood.number)
    old = touch.at.at - stood.look.at.at > OLD_AFTER_S and not touch.stated
    if not stood.readable or (old and (prompt is None or prompt.login)):
        return _unseen(touch)  # a question may have come over it
    if prompt is None:
        return _elsewhere(recorded, number, prompts, stood, refused=refused)
    if prompt.login and touch.node is not None and _control(touch, prompt) == prompt.accept:
        return Answer(touch, _by_login(recorded, number, prompt), touch.on, explicit=False)
    return _on_prompt(touch, prompt)


def _only_ticks(node: Node) -> bool:
    """Say whether a tap on it leaves the same screen standing."""
    return node.checkable or node.kind.endswith("EditText")


def _unseen(touch: Touch) -> Answer | None:
    """Judge a tap whose screen nobody saw, or could read: only words of the harness can tell."""
    said = touch.words if touch.stated else ""
    meaning, folded = words.meaning_of(said), fold(said)
    if meaning in {"accept", "refuse"} and _SAYS_AGREE.search(folded):
        return Answer(touch, "agreed" if meaning == "accept" else "refused", None, explicit=True)
    if said and meaning in {None, "settings", "save"} and not words.agrees(said):
        return None
    return Answer(touch, None, None, explicit=False)


def _on_prompt(touch: Touch, prompt: Prompt) -> Answer | None:
    """Judge a tap on a screen that asks."""
    node, said = touch.node, touch.words
    ticks = node is not None and (_only_ticks(node) or any(b.node == node for b in prompt.boxes))
    if ticks or (said and words.names_document(said)):
        return None
    control = _control(touch, prompt)
    meaning = words.meaning_of(said) if control is None else control.meaning
    answer = _meant(meaning, said, prompt)
    if control is not None and control == prompt.accept:
        answer = "agreed"
    other = meaning in {None, "settings"} and prompt.accept is not None  # else it may agree
    if answer is None and said and other and not words.agrees(said):
        return None  # of other business
    if answer is None and not said and node is not None and not node.clickable:
        return None  # beside everything that can be tapped
    explicit = answer is not None and meaning in _EXPLICIT
    return Answer(touch, answer, touch.on, explicit=explicit)


def _meant(
    meaning: words.Meaning | None, said: str, prompt: Prompt
) -> Literal["agreed", "refused"] | None:
    """Say what words on a prompt answer; None where that is not clear."""
    folded = fold(said)
    if meaning == "accept":
        return None if "《" in said or "阅读" in folded else "agreed"
    if meaning == "refuse":
        return "refused"
    if meaning == "necessary":  # 仅同意必要的 agrees to a part
        return None if _SAYS_AGREE.search(folded) else "refused"
    if (
        meaning not in {"leave", "close"} or prompt.login or prompt.accept is None
    ):  # not to log in refuses nothing else
        return None
    going_on = meaning == "close" and prompt.implied
    named = words.bare(said) in words.named_as_agreeing(prompt.text)
    return None if going_on or named else "refused"


def _control(touch: Touch, prompt: Prompt) -> Control | None:
    for control in prompt.controls:
        if touch.node is not None and control.node == touch.node:
            return control
    said = [one for one in prompt.controls if touch.words and one.words == touch.words]
    return said[0] if len(said) == 1 else None


def _by_login(
    recorded: Recorded, number: int, prompt: Prompt
) -> Literal["agreed", "refused"] | None:
    """Judge the sending of a login: it agrees where the button says so or the box was ticked."""
    touch = recorded.touches[number]
    if words.agrees(touch.words) and _SAYS_AGREE.search(fold(touch.words)):
        return "agreed"
    boxes = [box for box in prompt.boxes if box_purpose(box.label) == "agreement"]
    ticked = [_ticked(recorded, number, box.node, box.ticked) for box in boxes]
    return "agreed" if ticked and all(one is True for one in ticked) else None


def _ticked(recorded: Recorded, until: int, box: Node, ticked: bool | None) -> bool | None:
    """Say whether a box was ticked at a tap: as last seen, and by the taps on it since."""
    on = recorded.touches[until].on
    for touch in reversed(recorded.touches[max(0, until - MOST_TICKS) : until]):
        if touch.on != on:
            break
        if touch.action == "tap" and touch.node == box:
            ticked = None if ticked is None else not ticked
    return ticked


def _elsewhere(
    recorded: Recorded,
    number: int,
    prompts: Mapping[int, Prompt],
    stood: _Stood,
    *,
    refused: bool,
) -> Answer | None:
    """Judge a tap on a screen that does not ask by itself, as a dialog that follows a refusal."""
    touch, look, text = recorded.touches[number], stood.look, stood.text
    own = look.package in {recorded.package, ""} or not recorded.package
    foreign = touch.node is not None and touch.node.package not in {look.package, ""}
    if not own or foreign:
        return None
    meaning = words.meaning_of(touch.words)
    follows = refused and meaning is not None and words.concerns_refusing(text)
    if _may_agree(touch.words, meaning):
        after = _after(recorded, number, prompts)
        if after.asks:
            return None  # 同意后使用全部功能 only opens the question
        gone = after.gone is not None and touch.words not in recorded.looks[after.gone].text
        asked = screens.speaks_of_rules(look, recorded.package) and words.agrees(touch.words)
        sure = gone and ((follows and meaning == "accept") or asked)
        return Answer(touch, "agreed" if sure else None, None, explicit=sure)
    if follows and meaning in {"refuse", "leave"} and len(text) < SHORT_TEXT:
        return Answer(touch, "refused", None, explicit=meaning == "refuse")
    if meaning in {"generic", "acknowledge"} and words.speaks_of_consent(text):
        return Answer(touch, None, None, explicit=False)
    return Answer(touch, None, None, explicit=False) if _may_answer(recorded, touch, look) else None


def _may_answer(recorded: Recorded, touch: Touch, look: Look) -> bool:
    """Say whether a tap that nobody understands may answer a question that nobody could read."""
    said = touch.words
    if touch.node is not None and _only_ticks(touch.node):
        return False
    if not said or (touch.node is not None and screens.is_painted(touch.node)):
        return screens.is_unnamed(look, touch.node)
    if words.names_document(said) or words.meaning_of(said) in {"refuse", "settings"}:
        return False
    if not screens.speaks_of_rules(look, recorded.package):
        return False
    own = [node for node in look.nodes if node.package in {recorded.package, ""}]
    return len(ways_on(controls_of(own))) <= MOST_WAYS_ON


def _may_agree(said: str, meaning: words.Meaning | None) -> bool:
    """Say whether the words of a control may agree, as 同意 does, and 去同意 perhaps."""
    if len(said) > LONGEST_CONTROL or not _SAYS_AGREE.search(fold(said)):
        return False
    may = meaning is None and words.agrees(said) and not words.names_document(said)
    return meaning == "accept" or may


def _checked(
    recorded: Recorded, number: int, answer: Answer, prompts: Mapping[int, Prompt]
) -> Answer:
    """Take an agreement back where a question for consent still stands there afterwards."""
    if answer.answer != "agreed":
        return answer
    key = "" if answer.prompt is None else prompts[answer.prompt].key
    after = _after(recorded, number, prompts, key)
    slow = after.gone is not None and after.same
    if after.gone is None and words.meaning_of(answer.touch.words) is None and not answer.explicit:
        login = answer.prompt is not None and prompts[answer.prompt].login
        return answer if login else answer._replace(answer=None)  # 同意并登录 that led nowhere
    return answer._replace(answer=None) if after.asks and not slow else answer


class _After(NamedTuple):
    """What the screens show from a tap to the next doing that is no answer on a permission."""

    asks: bool
    """Whether one of them asks for consent."""
    same: bool
    """Whether all that ask ask the same as before, and soon no more."""
    gone: int | None
    """Number of the first that can be read and does not ask."""


def _after(recorded: Recorded, number: int, prompts: Mapping[int, Prompt], key: str = "") -> _After:
    """Look at what came of a tap; screens of others, and those that cannot be read, say nothing."""
    since = recorded.touches[number].at
    asks, same = False, True
    for follower in _following(recorded, number):
        look, prompt = recorded.looks[follower], prompts.get(follower)
        if prompt is not None and (not prompt.login or prompt.key == key):
            asks = True
            same = same and prompt.key == key and look.at.at - since.at <= SETTLED_S
        elif look.package in {recorded.package, ""} and _shows(look):
            return _After(asks, same, follower)
    return _After(asks, same, None)


def _shows(look: Look) -> bool:
    return screens.readable(look) and not screens.is_prompt(look)


def _following(recorded: Recorded, touch: int) -> Iterator[int]:
    """Give the first screens that surely stood after a tap, before the next doing."""
    looks, done = recorded.looks, recorded.touches[touch].at
    begin = bisect_left(looks, done.latest + SEEN_WITHIN_S, key=lambda one: one.at.at)
    end = math.inf
    for later in recorded.touches[touch + 1 : touch + 1 + MOST_ASIDE]:
        if later.on is None or not screens.is_prompt(looks[later.on]):
            end = later.at.at
            break
    for number in range(begin, min(len(looks), begin + MOST_AFTER)):
        if looks[number].at.at > end:
            return
        yield number


def next_look(recorded: Recorded, touch: int) -> int | None:
    """Give the number of the first screen that surely stood after a tap, before the next one."""
    done = recorded.touches[touch]
    later = recorded.touches[touch + 1 : touch + 2]
    end = later[0].at.at if later else math.inf
    number = bisect_left(recorded.looks, done.at.latest + SEEN_WITHIN_S, key=lambda one: one.at.at)
    there = number < len(recorded.looks) and recorded.looks[number].at.at <= end
    return number if there else None
