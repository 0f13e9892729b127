"""The switches on an app's screens of settings, each with the words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.collect.device.clocks import Moment
from scanner.collect.device.recorded import Look, Recorded
from scanner.collect.device.screens import kind_of, name_of
from scanner.facts import ScreenKind
from scanner.screen_tree import Node
from scanner.wording.rights import turns_choosing_off
from scanner.wording.short import short

MOST_OF_SCREEN = 100
"""Switches of one screen that are read."""
MOST_WORDS = 1_000
"""Elements with words of one screen among which those beside a switch are sought."""
ROW = 6
"""Heights of a switch that the row around it has at most (project judgement)."""
MOST_SWITCHES = 2_000
"""Switches of one run, each counted every time it was seen."""
_PRIVATE = re.compile(
    r"个性化|定向|推荐|推送|广告|隐私|個性化|隱私|授权|授權|权限|位置|定位|通讯录|可见|分享|同步|自启动|后台"
    r"|personali[sz]|recommend|advert|privacy|permission|location|contacts|shar(?:e|ing)|background",
    re.IGNORECASE,
)
"""What a switch may be about that concerns what the app gets or does."""
_CHOICE = ("RadioButton", "CheckedTextView")


class Switch(NamedTuple):
    """A switch as it stood at one moment."""

    words: str
    """The words beside it, shortened."""
    checked: bool
    moment: Moment
    place: str
    """Where it stands in the recording."""
    screen: str
    """What the screen is called on which it stands."""


def switches_of(recorded: Recorded) -> list[Switch]:
    """Give every switch on a screen of settings of the app, in the order in which it was seen.

    Ticks of a question for consent or of a login are no settings; nor are choices of one of many.
    """
    found: list[Switch] = []
    kinds: dict[tuple[Node, ...], ScreenKind] = {}
    for look in recorded.looks:
        if not recorded.package or look.package != recorded.package:
            continue
        boxes = [node for node in look.nodes if _is_switch(node)][:MOST_OF_SCREEN]
        if not boxes:
            continue
        if look.nodes not in kinds:
            kinds[look.nodes] = kind_of(look, recorded.package)
        kind = kinds[look.nodes]
        if kind in ("consent", "login", "permission", "policy"):
            continue
        for node, words in labelled(look, boxes):
            if kind == "settings" or _PRIVATE.search(words) or turns_choosing_off(words):
                found.append(Switch(short(words), node.checked, look.at, look.place, name_of(look)))
        if len(found) >= MOST_SWITCHES:
            break
    return found[:MOST_SWITCHES]


def labelled(look: Look, boxes: Sequence[Node]) -> Iterator[tuple[Node, str]]:
    """Give each switch that has words beside it with these: its own, else those of its row."""
    paths = {node.path for node in boxes}
    holding = _holding(paths)
    worded = (node for node in look.nodes if node.words and node.path not in paths)
    texts = [node for node in worded if _says(node)][:MOST_WORDS]
    first = _first_words(texts)
    heights = {node.path: node.bounds[3] - node.bounds[1] for node in look.nodes}
    for node in boxes:
        words = node.words if not _is_state(node.words) else ""
        words = words or _in_row(node, first, holding, heights) or _beside(node, texts)
        if words:
            yield node, words


def _is_switch(node: Node) -> bool:
    return node.checkable and not node.kind.endswith(_CHOICE)


_STATE = re.compile(r"\W*(?:已?(?:开启|关闭|打开)|开|关|on|off)\W*", re.IGNORECASE)


def _is_state(words: str) -> bool:
    """Say whether words tell only how a switch stands, as ToggleButton writes them."""
    return _STATE.fullmatch(words) is not None


def _holding(paths: set[str]) -> Mapping[str, int]:
    """Count for each place of a tree how many switches stand in it."""
    counts: dict[str, int] = {}
    for path in paths:
        above = path
        while above:
            counts[above] = counts.get(above, 0) + 1
            above = above.rpartition("/")[0]
    return counts


def _first_words(texts: Sequence[Node]) -> Mapping[str, str]:
    """Give for each place of a tree the first words that stand in it."""
    first: dict[str, str] = {}
    for text in texts:
        above = text.path.rpartition("/")[0]
        while above and above not in first:
            first[above] = text.words
            above = above.rpartition("/")[0]
    return first


def _in_row(
    node: Node, first: Mapping[str, str], holding: Mapping[str, int], heights: Mapping[str, int]
) -> str:
    """Give the first words in the smallest part of the tree that holds this switch alone.

    What is many times as high as the switch is no row, but the screen with its heading.
    """
    above = node.path
    while above and holding.get(above, 0) <= 1:
        if above in first:
            low = heights.get(above, 0) <= ROW * max(heights.get(node.path, 0), 1)
            return first[above] if low else ""
        above = above.rpartition("/")[0]
    return ""


def _beside(node: Node, texts: Sequence[Node]) -> str:
    """Give the words at the height of a switch, the uppermost first, where rows are no parts."""
    _, top, _, bottom = node.bounds
    near = [
        text
        for text in texts
        if node.area and top <= (text.bounds[1] + text.bounds[3]) // 2 < bottom
    ]
    return min(near, key=lambda text: text.bounds[1]).words if near else ""


def _says(node: Node) -> bool:
    return not _is_state(node.words) and re.search(r"[^\W\d_]", node.words) is not None
