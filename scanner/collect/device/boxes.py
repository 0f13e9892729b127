"""Boxes on screens as facts, and words that take going on for agreeing where there is no box."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from scanner.collect.device import screens
from scanner.collect.device.answers import MOST_TAPS
from scanner.collect.device.asking import Box, Prompt, boxes_of, controls_of, ways_on
from scanner.collect.device.gaps import GAP_S
from scanner.collect.device.recorded import Look, Recorded
from scanner.device_file import SCREENS
from scanner.facts import AgreementImplied, CheckboxFound
from scanner.screen_tree import Node
from scanner.wording.fold import fold
from scanner.wording.forms import box_purpose, implied_words
from scanner.wording.short import short

MOST_BOXES = 500
"""Boxes of one run that are told at most."""
SEEN_FROM_S = 1.0
"""Seconds between two screens in which nobody ticks a box, where taps were not recorded (project
judgement)."""
_OUT = frozenset(["refuse", "leave", "close", "necessary"])
_HANGS = re.compile(  # what is done for its own sake, and takes agreement along
    r"登\s?[录陆入]|注\s?册|使用|浏览|访问|进入|继续|下一步|提交|关注|扫码|预约|购买|支付|下单"
    r"|log|sign|regist|\bus(?:e|ing)\b|brows|continu|access|visit|submit|enter|join|creat"
)
LONGEST_FORM = 1_500
"""Characters of a screen beyond which it is a document, not a form."""


def facts_of(
    recorded: Recorded, prompts: Mapping[int, Prompt]
) -> Iterator[CheckboxFound | AgreementImplied]:
    """Tell the boxes of all screens, and the words that take going on for agreeing."""
    yield from _boxes(recorded, prompts)
    yield from _implied(recorded)


def _boxes(recorded: Recorded, prompts: Mapping[int, Prompt]) -> Iterator[CheckboxFound]:
    """Give each box where consent or a login is asked for, as it first stood."""
    seen: set[str] = set()
    for number, look in enumerate(recorded.looks):
        asked = prompts.get(number)
        boxes = asked.boxes if asked is not None else _boxes_of_form(look, recorded.package)
        for box in boxes:
            label = short(box.label)
            if not label or label in seen or len(seen) >= MOST_BOXES:
                continue
            seen.add(label)
            yield CheckboxFound(
                source=recorded.source(look.place, look.at),
                channel="device",
                label=label,
                purpose=box_purpose(box.label),
                checked_on_load=box.ticked if _untouched(recorded, number) else None,
                page=screens.name_of(look),
                phase=recorded.phase(look.at, SCREENS),
            )


def _boxes_of_form(look: Look, package: str) -> tuple[Box, ...]:
    """Give the boxes of another screen that grant something; switches of settings are none."""
    if not any(node.checkable for node in look.nodes):
        return ()
    if screens.kind_of(look, package) not in {"main", "login", "other", "consent"}:
        return ()
    if look.package not in {package, ""}:
        return ()
    boxes = boxes_of([node for node in look.nodes if node.package in {package, ""} or not package])
    return tuple(
        box
        for box in boxes
        if box_purpose(box.label) != "other" and box.node.kind.endswith(("CheckBox", "View"))
    )


def _untouched(recorded: Recorded, number: int) -> bool:
    """Say whether nobody can have touched a screen before this look at it."""
    look = recorded.looks[number]
    before = recorded.looks[number - 1] if number else None
    name = screens.name_of(look)
    if before is not None and screens.name_of(before) == name and before.package == look.package:
        return False
    since = -math.inf if before is None else before.at.at
    taps = [
        touch
        for touch in recorded.touches[:MOST_TAPS]
        if touch.action == "tap" and since < touch.at.latest and touch.at.earliest <= look.at.at
    ]
    if not recorded.touches:
        return before is not None and look.at.at - since <= SEEN_FROM_S
    done = [touch.at.at for touch in recorded.touches[:MOST_TAPS] if touch.at.at <= look.at.at]
    watched = bool(taps) or look.at.at - max(since, *done[-1:]) <= GAP_S
    return len(taps) <= 1 and watched  # the one that led here


def _implied(recorded: Recorded) -> Iterator[AgreementImplied]:
    """Give each form whose words take logging in, or going on, for agreeing, without a box."""
    seen: set[str] = set()
    for look in recorded.looks:
        if not look.readable or look.package not in {recorded.package, ""}:
            continue
        text = look.text
        said = implied_words(text) if len(text) <= LONGEST_FORM else ""
        if not said or screens.is_prompt(look):
            continue
        page = screens.name_of(look)
        if page in seen or _asks_in_words(look, recorded.package) or _may_tick(look.nodes):
            continue
        if not _HANGS.search(fold(said)) and _way_out(look, recorded.package):
            continue
        seen.add(page)
        yield AgreementImplied(
            source=recorded.source(look.place, look.at),
            channel="device",
            page=page,
            text=said,
            phase=recorded.phase(look.at, SCREENS),
        )


def _asks_in_words(look: Look, package: str) -> bool:
    """Say whether a control there says itself that it agrees."""
    own = [node for node in look.nodes if not package or node.package in {package, ""}]
    return any(control.meaning == "accept" for control in controls_of(own))


def _way_out(look: Look, package: str) -> bool:
    """Say whether a control of its own refuses or leaves, or may do so, as one without words."""
    own = [node for node in look.nodes if not package or node.package in {package, ""}]
    controls = ways_on(controls_of(own))
    parents = {node.path.rpartition("/")[0] for node in own}
    blank = [n for n in own if n.clickable and not n.words and n.path not in parents]
    return len(controls) + len(blank) > 1 or any(one.meaning in _OUT for one in controls)


def _may_tick(nodes: tuple[Node, ...]) -> bool:
    """Say whether something beside the words may be a box: one that is drawn has no words."""
    if any(node.checkable for node in nodes):
        return True
    width = max(node.bounds[2] for node in nodes)
    rows = [node for node in nodes if node.words and implied_words(node.words)] or [
        node for node in nodes if "《" in node.words or "同意" in node.words
    ]
    small = [
        node
        for node in nodes
        if not node.words and 0 < node.area <= (width // 8) ** 2 and node.kind
    ]
    return any(
        one.bounds[1] <= (row.bounds[1] + row.bounds[3]) / 2 <= one.bounds[3]
        or row.bounds[1] <= (one.bounds[1] + one.bounds[3]) / 2 <= row.bounds[3]
        for row in rows[:50]
        for one in small[:200]
    )
