"""What one frame shows that may ask for consent, and how a dialog among it is read."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

import msgspec

from scanner.browser import Unanswered, ask
from scanner.collect.website.consent_looks import Look, as_prominent
from scanner.model import Words
from scanner.wording import consent as words
from scanner.wording.boxes import is_needed

if TYPE_CHECKING:
    from playwright.async_api import Frame

SCRIPT = (Path(__file__).parent / "consent.js").read_text("utf-8")
MOST = {"nodes": 60000, "overs": 1000, "controls": 4000, "boxes": 400}
"""Parts of a frame that are looked at; with more the frame counts as not looked through."""
MANY_CONTROLS = 40
LONG_TEXT = 3000
"""What overlays beyond these hold is taken for a page, not for a dialog (characters)."""
OVERLAYS = frozenset({"dialog", "fixed", "absolute"})
LONGEST_MS = 1800
"""Longest that the page script goes through one frame, in milliseconds."""
MAIN_S = 5.0
CHILD_S = 2.5
"""Longest that a page, and a frame in it, may take to answer, in seconds: a frame that is still
loading must not hold up every look at the page."""
_ALL = re.compile(r"全部|所有|一键|\ball\b", re.IGNORECASE)
Role = Literal["accept", "refuse", "necessary", "settings", "close", "acknowledge", "save"]


class RawControl(msgspec.Struct, frozen=True):
    """Something that can be clicked, as the page script saw it."""

    steps: list[int]
    path: str
    text: str
    labels: list[str]
    tag: str
    sentence: bool
    """Whether it is a link in the middle of a sentence."""
    above: bool
    """Whether it lies over the page."""
    href: str
    offered: bool
    look: Look

    @property
    def said(self) -> str:
        """Its words, else the first of its labels."""
        return self.text or next(iter(self.labels), "")

    @property
    def leads_away(self) -> bool:
        """Whether it is a link to another document."""
        return bool(self.href) and not self.href.startswith(("#", "javascript:", "Javascript:"))


class Box(msgspec.Struct, frozen=True):
    """Something that can be ticked."""

    steps: list[int]
    path: str
    target: list[int] | None
    """What a person clicks to change it; None when nothing of it is seen."""
    label: str
    kind: str
    ticked: bool | None
    offered: bool
    """Whether it can be changed."""
    required: bool

    @property
    def grants(self) -> bool:
        """Whether it may stand for more than what is necessary as it is now."""
        if self.kind == "radio" and words.meaning_of(self.label) in {"refuse", "necessary"}:
            return False
        return self.ticked is not False and not is_needed(self.label)


class Over(msgspec.Struct, frozen=True):
    """A part of a frame that may be a dialog."""

    steps: list[int]
    path: str
    way: Literal["dialog", "fixed", "absolute", "inline", "wall"]
    text: str
    fields: int
    controls: list[int]
    boxes: list[int]
    left: int
    modal: bool


class Survey(msgspec.Struct, frozen=True):
    """All that may be dialogs in one frame."""

    alive: str
    truncated: bool
    opaque: int
    overs: list[Over]
    controls: list[RawControl]
    boxes: list[Box]


class Spot(msgspec.Struct, frozen=True):
    """What is at one point of a frame."""

    alive: str
    there: bool
    open: bool = False
    over: bool = False
    x: float = 0.0
    y: float = 0.0
    text: str = ""
    labels: list[str] = []
    ticked: bool | None = None
    free: float = 1.0


Answer = TypeVar("Answer", Survey, Spot)


class Control(NamedTuple):
    """A control of a dialog, and what pressing it means."""

    words: str
    role: Role
    path: str
    """Where it stands, for a person."""
    frame: Frame
    steps: tuple[int, ...]
    """Where it stands, for the page script."""
    look: Look
    offered: bool
    """False when it is switched off, as until a box is ticked."""


class Prompt(NamedTuple):
    """A dialog or banner that asks for consent."""

    text: str
    accept: Control | None
    refuse: Control | None
    """The control on the dialog itself that refuses, or keeps to what is necessary."""
    settings: Control | None
    close: Control | None
    acknowledge: Control | None
    """A control that only says 我知道了: neither consent nor refusal."""
    save: Control | None
    boxes: tuple[Box, ...]
    implied: bool
    """Whether it says that going on means agreeing."""
    policy_link: bool | None
    unread: int
    """Controls without words, or with words that are not understood: one of them might refuse."""
    path: str
    frame: Frame
    steps: tuple[int, ...]
    modal: bool
    blocking: bool | None = None

    @property
    def controls(self) -> tuple[Control, ...]:
        """The controls that mean something."""
        all_of_them = (
            self.accept,
            self.refuse,
            self.settings,
            self.close,
            self.acknowledge,
            self.save,
        )
        return tuple(control for control in all_of_them if control is not None)

    @property
    def frame_url(self) -> str:
        """Address of the frame that shows it."""
        return self.frame.url

    @property
    def equal_prominence(self) -> bool | None:
        """Whether refusing is as visible as agreeing; None where there is nothing to compare."""
        if self.accept is None or self.refuse is None:
            return None
        letters = (len(self.refuse.words), len(self.accept.words))
        return as_prominent(self.refuse.look, self.accept.look, letters)


async def survey(frame: Frame, *, all_overs: bool = False) -> Survey:
    """Look through a frame: for what speaks of consent, or for all that lies over the page.

    Raises Unanswered when the page does not answer, or not as our script would.
    """
    call = call_of("survey", topic="" if all_overs else words.TOPIC)
    seconds = MAIN_S if frame.parent_frame is None else CHILD_S
    return await _ask(frame, call, Survey, seconds)


async def spot(frame: Frame, what: str, **more: object) -> Spot:
    """Ask where a control is, or what is at a point; raises Unanswered."""
    return await _ask(frame, call_of(what, **more), Spot, MAIN_S)


def call_of(what: str, **more: object) -> dict[str, object]:
    """Give the argument with which the page script is called."""
    return {
        "what": what,
        "token": secrets.token_hex(8),
        "most": MOST,
        "milliseconds": LONGEST_MS,
        "coarse": words.COARSE,
        "exact": words.EXACT,
        "topic": "",
        **more,
    }


async def _ask(frame: Frame, call: dict[str, object], kind: type[Answer], seconds: float) -> Answer:
    told = await ask(frame, SCRIPT, call, seconds=seconds)
    try:
        answer = msgspec.convert(told, kind)
    except (msgspec.ValidationError, ValueError, RecursionError, OverflowError):
        answer = None
    if answer is None or answer.alive != call["token"]:
        raise Unanswered(
            Words("页面改动了检查脚本的应答", "the page changed the answer of our script")
        )
    return answer


def read(over: Over, seen: Survey, frame: Frame) -> Prompt:
    """Read what a part of a frame would be as a dialog that asks for consent."""
    raw = _controls(over, seen)
    named = words.named_as_agreeing(over.text)
    first: dict[str, tuple[RawControl, words.Meaning]] = {}
    unread = over.left
    for control in raw:
        meaning = _meaning(control, named)
        if meaning is None:
            unread += may_matter(control)
        elif meaning not in first or (meaning == "accept" and _ALL.search(control.text)):
            first[meaning] = (control, meaning)
    roles = _roles(first, over)
    made = {role: _control(raw, role, frame) for role, raw in roles.items()}
    return Prompt(
        text=over.text,
        accept=made.get("accept"),
        refuse=made.get("refuse") or made.get("necessary"),
        settings=made.get("settings"),
        close=made.get("close"),
        acknowledge=made.get("acknowledge"),
        save=made.get("save"),
        boxes=tuple(seen.boxes[number] for number in over.boxes if number < len(seen.boxes)),
        implied=words.implies_agreement(over.text),
        policy_link=_policy_link(over.text, raw),
        unread=unread,
        path=over.path,
        frame=frame,
        steps=tuple(over.steps),
        modal=over.modal,
    )


def _controls(over: Over, seen: Survey) -> list[RawControl]:
    """Give the controls of a part; a page as a whole has none of those that lie over it."""
    raw = [seen.controls[number] for number in over.controls if number < len(seen.controls)]
    return [one for one in raw if not (one.above and over.way == "wall")]


def _meaning(control: RawControl, named: frozenset[str]) -> words.Meaning | None:
    """Say what a control means where it stands: a link inside a sentence only explains."""
    if control.leads_away and (control.sentence or words.names_policy(control.text)):
        return None
    meaning = words.meaning_of_control(control.text, control.labels)
    if named & {words.bare(said) for said in (control.text, *control.labels)}:
        return "accept" if meaning in {"accept", "generic", "acknowledge"} else None
    return meaning


def _roles(
    first: dict[str, tuple[RawControl, words.Meaning]], over: Over
) -> dict[Role, RawControl]:
    """Give each control its part: what 确定 or 知道了 does depends on what stands beside it."""
    by = {meaning: control for meaning, (control, _) in first.items()}
    own: tuple[Role, ...] = ("accept", "refuse", "necessary", "settings", "close", "save")
    roles = {role: by[role] for role in own if role in by}
    refusal = "refuse" in roles or "necessary" in roles
    other = words.about_something_else(over.text)
    if "accept" not in roles and not other:
        if "generic" in by and (refusal or words.asks(over.text)):
            roles["accept"] = by["generic"]
        elif "acknowledge" in by and refusal:
            roles["accept"] = by["acknowledge"]
    said = by.get("acknowledge") or by.get("generic")
    if "accept" not in roles and said is not None:
        roles["acknowledge"] = said
    if not refusal and "leave" in by and ("accept" in roles or over.fields == 0):
        roles["refuse"] = by["leave"]
    return roles


def is_prompt(over: Over, prompt: Prompt) -> bool:
    """Say whether what was read asks for consent, or tells that it is taken for given."""
    if not words.speaks_of_consent(over.text):
        return False
    explicit = prompt.accept is not None and words.meaning_of(prompt.accept.words) == "accept"
    refusal = prompt.refuse is not None
    firm = prompt.refuse is not None and words.meaning_of(prompt.refuse.words) != "leave"
    page_like = over.way != "dialog" and (
        len(over.text) > LONG_TEXT or len(over.controls) > MANY_CONTROLS
    )
    if over.fields or page_like:
        return explicit and refusal
    if over.way == "wall":
        return explicit and (refusal or words.asks(over.text))
    if over.way == "inline":
        return explicit and not re.search(r"\d", prompt.accept.words if prompt.accept else "")
    other = words.about_something_else(over.text)
    if explicit or firm:
        return True
    told = prompt.accept is not None or prompt.implied or prompt.acknowledge is not None
    return told and not other


def best_prompt(seen: Survey, frame: Frame) -> Prompt | None:
    """Choose among all parts of a frame the one that asks for consent."""
    found = [
        (over, prompt) for over in seen.overs if is_prompt(over, prompt := read(over, seen, frame))
    ]
    if not found:
        return _beside(seen, frame)
    found.sort(
        key=lambda pair: (pair[1].accept is None and pair[1].refuse is None, len(pair[0].text))
    )
    best = found[0][1]
    for _, wider in found[1:]:
        near = len(wider.text) <= 1.5 * len(best.text) + 200
        if near and best.path.startswith(wider.path) and _adds(wider, best):
            best = wider
    return best


def _beside(seen: Survey, frame: Frame) -> Prompt | None:
    """Find a pair of controls whose explanation stands in a part of its own beside them."""
    told = (
        over.text
        for over in seen.overs
        if over.way in OVERLAYS
        and words.speaks_of_consent(over.text)
        and len(over.text) < LONG_TEXT
    )
    text = next(told, None)
    for over in seen.overs:
        if text is None or over.way not in OVERLAYS or over.fields or _explains(over, seen):
            continue
        joined = msgspec.structs.replace(over, text=f"{text}\n{over.text}")
        prompt = read(joined, seen, frame)
        if prompt.refuse is not None and is_prompt(joined, prompt):
            return prompt
    return None


def _explains(over: Over, seen: Survey) -> bool:
    """Say whether a part holds more than its controls."""
    left = over.text
    for control in _controls(over, seen):
        left = left.replace(control.text, "", 1)
    return len(left.split()) > 0


def _adds(wider: Prompt, best: Prompt) -> bool:
    pairs = (
        (wider.accept, best.accept),
        (wider.refuse, best.refuse),
        (wider.settings, best.settings),
    )
    lost = any(mine is None and other is not None for mine, other in pairs)
    return not lost and any(mine is not None and other is None for mine, other in pairs)


def _control(raw: RawControl, role: Role, frame: Frame) -> Control:
    return Control(raw.said, role, raw.path, frame, tuple(raw.steps), raw.look, raw.offered)


def _policy_link(text: str, controls: Sequence[RawControl]) -> bool | None:
    """Say whether a dialog links to the policy; None where its title may be a link by script."""
    said = [" ".join((control.text, *control.labels)) for control in controls]
    if any(words.names_policy(one) and words.meaning_of(one) != "accept" for one in said):
        return True
    return None if words.policy_in_brackets(text) else False


def may_matter(control: RawControl) -> bool:
    """Say whether a control of unknown meaning might be the one that refuses."""
    link = control.leads_away or control.sentence or words.names_document(control.text)
    return _wide(control.look) and not (link and control.said)


def _wide(look: Look) -> bool:
    """Say whether a control is large enough to be a button and not an ornament."""
    return look.width >= 40 and look.height >= 18
