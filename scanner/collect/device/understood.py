"""Whether every control on the screens for account, security and privacy told what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from scanner.collect.device.controls import Tappable
from scanner.collect.device.screens import heading_of
from scanner.collect.device.switches import labelled
from scanner.collect.device.walked import Shown, Walked
from scanner.screen_tree import Node
from scanner.wording.consent import bare
from scanner.wording.errands import says_its_errand
from scanner.wording.rights import is_control, plain, right_of

ONE_ROW = 0.1
"""Share of the screen up to which a control is one row, that its first words name (project
judgement)."""
CORNER = 0.2
"""Share of the screen, from its upper left, in which a picture leads back (project judgement)."""
_ABOUT_ACCOUNT = re.compile(
    r"[账帐][号户]|安全|隐私|个人(?:信息|资料)|个性化|(?:推荐|广告)\W*(?:设置|管理|偏好|服务)|广告$|权限|授权|设置|设定|偏好"
    r"|法律|^关于(?:我们|应用|app)?$|^通用"
    r"|account|security|privacy|personal|\bads?$|advert|permission|settings|preferences"
    r"|^about(?: us)?$|legal|general"
)
"""Headings of screens on which rights, switches and policies stand."""
_NAMES_ACCOUNT = re.compile(r"[账帐][号户]|销户|销号|隐私|个性化|\baccount|privacy", re.IGNORECASE)
"""Words of controls elsewhere that may do with the account what no known words say."""
_OF_CONSENT = re.compile(r"授权|同意")
"""Words of controls behind which consent may be taken back."""
_WAYS = re.compile(r"back|return|navi|toolbar|close|cancel|home_as_up|\bup\b", re.IGNORECASE)
_BACK = re.compile(
    r"\W*(?:返回|后退|上一[页步级]|转到上一层级|back|go back|navigate up|up|return)\W*", re.I
)
_LISTS = ("ListView", "RecyclerView", "GridView", "WebView")
"""What holds rows that can be tapped without the tree saying so."""
_NOT_READ = frozenset({"policy", "consent", "permission", "login", "system"})
_Place = tuple[str, tuple[int, int, int, int]]


def understood(walked: Walked) -> bool | None:
    """Say whether the words of every control on these screens told what it does.

    None where no such screen was seen, or one that may be such could not be read.
    """
    bar = _bar(walked)
    seen: set[tuple[str, int]] = set()  # a screen that stays has one and the same elements
    any_such = False
    tapped = {touch.words for touch in walked.recorded.touches if touch.action == "tap"}
    for one in walked.own:
        key = (one.name, id(one.look.nodes))
        if not one.readable or one.kind in _NOT_READ or key in seen:
            continue
        seen.add(key)
        controls = walked.controls(one.number)
        said = [words for words, node in controls if is_control(words) and not node.checkable]
        such = one.name != walked.first_main and is_about_account(walked, one)
        any_such = any_such or such
        if any(_may_withdraw(words) for words in said if words not in tapped):
            return False
        if such and not all(_is_told(words) for words in _asked(walked, one, bar)):
            return False
        if not such and any(_is_doubtful(words) for words, _ in walked.controls(one.number)):
            return False
    return True if any_such and not walked.blind else None


def is_about_account(walked: Walked, one: Shown) -> bool:
    """Say whether a screen is one of settings, or for the account, its security or privacy."""
    heading = plain(heading_of(one.look))
    if one.kind in _NOT_READ or walked.is_policy(one.number):
        return False
    named = is_control(heading) and _ABOUT_ACCOUNT.search(heading) is not None
    return one.kind == "settings" or named


def _is_told(words: str) -> bool:
    return bool(words) and says_its_errand(words)


def _may_withdraw(words: str) -> bool:
    """Say whether a control may take consent back, in words that no right is known by."""
    return _OF_CONSENT.search(plain(words)) is not None and right_of(words) is None


def _is_doubtful(words: str) -> bool:
    """Say whether a control that stands elsewhere names the account, and not what it does there."""
    if not words or not is_control(words):
        return False
    return _NAMES_ACCOUNT.search(plain(words)) is not None and not says_its_errand(words)


def _bar(walked: Walked) -> Set[_Place]:
    """Give the controls of the first screen: those that stand on others too lead about the app."""
    first = next((one for one in walked.own if one.name == walked.first_main), None)
    if first is None:
        return frozenset()
    return {(words, node.bounds) for words, node in walked.controls(first.number) if words}


def _asked(walked: Walked, one: Shown, bar: Set[_Place]) -> Iterator[str]:
    """Give the words by which each control of a screen must tell what it does; "" for none."""
    controls = walked.controls(one.number)
    height = max((node.bounds[3] for node in one.look.nodes), default=0)
    labels = dict(labelled(one.look, [node for _, node in controls if node.checkable]))
    held = {node.path for _, node in controls}
    frames = {above for path in held for above in _above(path)}
    pieces = _pieces(one.look.nodes, held)
    for control in controls:
        words, node = control
        inside = pieces.get(node.path, [])
        if (words, node.bounds) in bar or leads_back(one, control):
            continue
        if node.checkable:
            yield labels.get(node, "")
        elif not inside:
            if node.path not in frames:
                yield ""
        elif node.bounds[3] - node.bounds[1] <= ONE_ROW * height:
            yield inside[0].words
        else:
            yield from _without_values(inside)
    heading = heading_of(one.look)
    loose = (words for words in _without_values(pieces.get("", [])) if is_control(words))
    yield from (words for words in loose if bare(words) != heading)


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _pieces(nodes: Sequence[Node], held: Set[str]) -> dict[str, list[Node]]:
    """Give the elements with words by the control that holds them; "" for rows of lists."""
    lists = tuple(f"{node.path}/" for node in nodes if node.kind.endswith(_LISTS))
    found: dict[str, list[Node]] = {}
    for node in nodes:
        if not node.words or node.kind.endswith("EditText") or node.password:
            continue
        above = node.path
        while above and above not in held:
            above = above.rpartition("/")[0]
        if above or node.path.startswith(lists):
            found.setdefault(above, []).append(node)
    return found


def _without_values(pieces: Sequence[Node]) -> Iterator[str]:
    """Give the words of each, and but of what stands right of words that tell: a value."""
    told: list[Node] = []
    for piece in pieces:
        left, top, _, bottom = piece.bounds
        middle = (top + bottom) // 2
        if any(one.bounds[1] <= middle < one.bounds[3] and one.bounds[2] <= left for one in told):
            continue
        if _is_told(piece.words):
            told.append(piece)
        yield piece.words


def leads_back(one: Shown, control: Tappable) -> bool:
    """Say whether a control leads back: by its words, its id, or as a picture in the corner."""
    words, node = control
    if words:
        return _BACK.fullmatch(words) is not None
    if _WAYS.search(node.id.rpartition("/")[2]):
        return True
    right = max((other.bounds[2] for other in one.look.nodes), default=0)
    bottom = max((other.bounds[3] for other in one.look.nodes), default=0)
    return 0 < node.bounds[2] <= CORNER * right and node.bounds[3] <= CORNER * bottom
