"""What a screen of the app asks the user to agree to, and by which controls and boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from scanner.collect.device.recorded import Look
from scanner.screen_tree import Node
from scanner.wording import consent as words
from scanner.wording.fold import fold
from scanner.wording.forms import PAPERS, box_purpose, implied_words

MOST_TEXT = 20_000
"""Characters of a screen that are read for what it asks; a whole policy may stand on it."""
LONGEST_CONTROL = 60
"""Characters of what can be tapped; anything longer is a text in which links may stand."""
MOST_WAYS_ON = 4
"""Controls of a question at most, where nobody knows which agrees; more are a page (project
judgement)."""
MOST_CONTROLS = 400
"""Controls, and boxes, of one screen that are looked at."""
_RULES = re.compile(  # a document, not only the word privacy: reasons for a permission have that
    r"(?:隐私|个人信息)[^。\n]{0,8}(?:政策|协议|声明|条款|指引|提示|通知|告知|指南|规则|保护|概要|摘要)"
    r"|(?:用户|服务|使用|许可|会员|注册)[^。\n]{0,4}(?:协议|条款)|收集使用规则"
    r"|privacy (?:policy|notice|statement)|terms (?:of|and|&)|user agreement|data protection"
)
_PERMITS = re.compile(r"^(?:允许|开启|去开启|授权|去授权|allow|enable|turn on)")
_SUBMITS = re.compile(
    r"登\s?[录陆入]|注\s?册|验证码|log ?in|sign ?(?:in|up)|register|verification code"
)
_EXACT = re.compile(words.EXACT, re.IGNORECASE)
_READS = re.compile(  # urges to read, whether or not it asks to agree
    r"(?:请|務必|务必|建议)[^。\n]{0,16}(?:阅读|查看|了解|审阅)|(?:仔细|认真|充分|完整|审慎)阅读|阅读并|阅读以下"
    r"|\b(?:please|carefully|kindly)\b[^.\n]{0,40}\b(?:read|review)\b"
    r"|\bread (?:and|our|the|these)\b"
)
_READ_POLICY = re.compile(
    r"\b(?:read|see|view|review|in) (?:our|the) [^.\n]{0,40}?privacy (?:policy|notice)"
)
_SAYS_AGREE = re.compile(r"同意|接受|agree|accept")
_ENDS = re.compile(r"注销|撤[回销]|删除|开通|购买|支付|withdraw|delete|close|pay|subscri")
_TICK = re.compile(r"check|agree|protocol|tick|select|privacy|勾选|同意|选中", re.IGNORECASE)


MOST_KNOWN = 256
"""Screens of which it is kept what they are, as one that stays is asked about again and again."""


class Control(NamedTuple):
    """Something on a screen that can be tapped."""

    node: Node
    """What takes the tap: the element, or what it stands in."""
    words: str
    meaning: words.Meaning | None


class Box(NamedTuple):
    """Something on a screen that can be ticked."""

    node: Node
    label: str
    """The words beside it, as they are."""
    ticked: bool | None
    """Whether it is ticked; None where the tree does not say, as of a picture."""


class Prompt(NamedTuple):
    """A screen that asks for consent."""

    text: str
    accept: Control | None
    """What agrees; on a page for logging in what sends it; None where nobody can tell which."""
    refuse: Control | None
    """What refuses, in so many words if there is such a control."""
    controls: tuple[Control, ...]
    boxes: tuple[Box, ...]
    login: bool
    """Whether it is a page for logging in or registering."""
    implied: bool
    """Whether words say that going on means agreeing."""

    @property
    def policy_link(self) -> bool:
        """Whether a control or a title in the text leads to the policy."""
        named = any(words.names_policy(control.words) for control in self.controls)
        flat = _READ_POLICY.search(fold(self.text)) is not None
        return named or flat or words.policy_in_brackets(self.text)

    @property
    def key(self) -> str:
        """What tells this question from another, whatever else stands around it."""
        return fold(self.text)[:80]


class Known(NamedTuple):
    """A screen that is known again by the very elements it was read from."""

    look: Look
    package: str

    def __hash__(self) -> int:
        return hash((id(self.look.nodes), self.look.package, self.package))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Known):
            return NotImplemented
        mine, its = self.look, other.look
        same = mine.nodes is its.nodes and mine.readable == its.readable
        drawn_by = mine.package == its.package and mine.activity == its.activity
        return same and drawn_by and self.package == other.package


def prompt_on(look: Look, package: str) -> Prompt | None:
    """Give what a screen of the app asks the user to agree to; None where it does not ask."""
    return _prompt_on(Known(look, package))


@lru_cache(MOST_KNOWN)
def _prompt_on(known: Known) -> Prompt | None:
    look, package = known
    if not look.readable or (look.package and package and look.package != package):
        return None
    own = [node for node in look.nodes if not package or node.package in {package, ""}]
    text = text_of(own)
    folded = fold(text)
    if not _RULES.search(folded) and not words.policy_in_brackets(text):
        return None
    controls, boxes = controls_of(own), boxes_of(own)
    agreement = [box for box in boxes if box_purpose(box.label) == "agreement"]
    implied = words.implies_agreement(text) or bool(implied_words(text))
    submits = next((one for one in controls if _SUBMITS.search(fold(one.words))), None)
    login = submits is not None and _asks_login(own, submits)
    accept = _accept(controls, text) if not login else None
    if accept is None and login and (agreement or implied):
        accept = submits
    if accept is None and (login or not _goes_on(own, controls, text)):
        return None
    if accept is not None and _is_reason(accept, text):
        return None
    return Prompt(text, accept, _refuse(controls), controls, tuple(boxes), login, implied)


def text_of(nodes: Sequence[Node]) -> str:
    """Give the words of elements, a line for each, as far as they are read."""
    return "\n".join(node.words for node in nodes if node.words)[:MOST_TEXT]


def controls_of(nodes: Sequence[Node]) -> tuple[Control, ...]:
    """Give what can be tapped and has words; boxes and long texts are none."""
    by_path = {node.path: node for node in nodes}
    worded: dict[str, int] = {}
    for node in nodes:
        if node.words:
            for above in _above(node.path):
                worded[above] = worded.get(above, 0) + 1
    found: list[Control] = []
    for node in nodes:
        if len(found) >= MOST_CONTROLS:
            break
        if not node.words or node.checkable or len(node.words) > LONGEST_CONTROL:
            continue
        holder = node if node.clickable else None
        for above in _above(node.path) if holder is None else ():
            one = by_path.get(above)
            if one is not None and one.clickable and worded[above] <= 2:
                holder = None if one.checkable else one
                break
        meaning = words.meaning_of_control(node.text or node.desc, (node.desc,))
        if holder is not None or node.kind.endswith("Button") or _EXACT.search(node.words):
            found.append(Control(holder or node, node.words, meaning))
    return tuple((found + _unnamed(nodes, worded))[:MOST_CONTROLS])


def _unnamed(nodes: Sequence[Node], worded: dict[str, int]) -> list[Control]:
    """Give pictures that close by their id: a cross has no words."""
    return [
        Control(node, "", "close")
        for node in nodes
        if node.clickable
        and not node.words
        and not worded.get(node.path)
        and re.search(r"close|dismiss|cancel", node.id.rpartition("/")[2], re.IGNORECASE)
    ]


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _asks_login(nodes: Sequence[Node], submits: Control) -> bool:
    """Say whether a screen is for logging in: by its fields, or by one tap with this number."""
    fields = any(node.kind.endswith("EditText") or node.password for node in nodes)
    return fields or re.search(r"一键|本机|手机号|微信|one.?tap|phone", submits.words) is not None


def _accept(controls: Sequence[Control], text: str) -> Control | None:
    """Give what agrees: in so many words, else 确定 and its like where the text asks."""
    said = [one for one in controls if one.meaning == "accept"]
    plain = [one for one in said if "《" not in one.words and "阅读" not in one.words]
    if plain or said:
        return (plain or said)[0]
    more = next((one for one in controls if _agrees_and_more(one)), None)
    if more is not None or words.about_something_else(text):
        return more
    named = words.named_as_agreeing(text)
    for one in controls:
        may = one.meaning in {"generic", "acknowledge"}
        if may and (words.asks(text) or words.bare(one.words) in named):
            return one
    return None


def _agrees_and_more(control: Control) -> bool:
    """Say whether a control agrees and does something else, as 同意并登录."""
    said = fold(control.words)
    agrees = control.meaning is None and _SAYS_AGREE.search(said) is not None
    return agrees and words.agrees(said) and not _leads_to_document(control)


def _leads_to_document(control: Control) -> bool:
    return (
        words.names_document(control.words) or re.search("《|阅读|查看", control.words) is not None
    )


def ways_on(controls: Sequence[Control]) -> tuple[Control, ...]:
    """Give the controls that lead to no document: one of them may agree."""
    return tuple(one for one in controls if not words.names_document(one.words))


def _goes_on(own: Sequence[Node], controls: Sequence[Control], text: str) -> bool:
    """Say whether a text asks to read or to agree and leaves some few ways to go on."""
    said = {one.words for one in controls}
    prose = fold(text_of([node for node in own if node.words not in said]))
    asks = _READS.search(prose) is not None or words.asks(prose)
    topic = words.names_policy(prose) or words.policy_in_brackets(text)
    ends = any(_ENDS.search(fold(one.words)) for one in controls)
    few = 0 < len([one for one in ways_on(controls) if one.words]) <= MOST_WAYS_ON
    fields = any(node.kind.endswith("EditText") for node in own)
    other = ends or fields or words.about_something_else(text)
    return asks and topic and few and not other


def _is_reason(accept: Control, text: str) -> bool:
    """Say whether a screen only says what a permission is for."""
    permits = _PERMITS.search(fold(accept.words)) is not None
    return permits and "权限" in fold(text) and not words.policy_in_brackets(text)


def _refuse(controls: Sequence[Control]) -> Control | None:
    order = ("refuse", "necessary", "leave", "close")
    found = [one for one in controls if one.meaning in order]
    return min(found, key=lambda one: order.index(one.meaning or ""), default=None)


def boxes_of(nodes: Sequence[Node]) -> list[Box]:
    """Give what can be ticked with the words beside it, pictures of a tick included."""
    width = max((node.bounds[2] for node in nodes), default=0)
    found: list[Box] = []
    for node in nodes:
        if len(found) >= MOST_CONTROLS:
            break
        if node.checkable:
            found.append(Box(node, node.words or _beside(node, nodes), node.checked))
        elif _is_drawn(node, width):
            label = _beside(node, nodes)
            if box_purpose(label) == "agreement" and PAPERS.search(label):
                found.append(Box(node, label, None))
    return found


def _is_drawn(node: Node, width: int) -> bool:
    left, top, right, bottom = node.bounds
    small = 0 < right - left <= width // 8 and 0 < bottom - top <= width // 8
    return node.clickable and not node.text and small and bool(_TICK.search(node.id + node.desc))


def _beside(box: Node, nodes: Sequence[Node]) -> str:
    """Give the words in the row of a box: to its right up to the next box, else to its left, else
    right below it.
    """
    left, top, right, bottom = box.bounds
    if not box.area:
        return ""
    middle = (top + bottom) / 2
    row = [
        node
        for node in nodes
        if node is not box
        and node.area
        and node.bounds[1] <= middle <= node.bounds[3]
        and (node.checkable or node.words)
        and not _holds(node, box)
    ]
    after = sorted((one for one in row if one.bounds[0] >= right - 4), key=_place)
    label = []
    for one in after:
        if one.checkable:
            break
        label.append(one.words)
    before = [one for one in row if one.bounds[2] <= left + 4 and not one.checkable]
    if label or before:
        return "".join(label) or sorted(before, key=_place)[0].words
    return _below(box, nodes)


def _below(box: Node, nodes: Sequence[Node]) -> str:
    left, top, right, bottom = box.bounds
    near = [
        node
        for node in nodes
        if node.words
        and not node.checkable
        and 0 <= node.bounds[1] - bottom <= bottom - top
        and node.bounds[0] < right
        and node.bounds[2] > left
    ]
    return min(near, key=lambda node: node.bounds[1]).words if near else ""


def _holds(node: Node, box: Node) -> bool:
    return box.path.startswith(f"{node.path}/")


def _place(node: Node) -> tuple[int, int]:
    return node.bounds[0], node.bounds[1]
