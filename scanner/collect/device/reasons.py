"""What an app's own words say of a permission: a purpose, a phrase that fits any, or its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from scanner.collect.device.dialogs import ASKED, Asked
from scanner.collect.device.recorded import Look
from scanner.screen_tree import Node
from scanner.wording.fold import fold

LONGEST_SENTENCE = 400
"""Characters of one sentence that is read for a purpose."""
MOST_CHARACTERS = 8_000
"""Characters of one screen that are read; what a longer one says in the rest is not known."""
MOST_KNOWN = 512
"""Screens whose reading is kept, as one that stays is read again for each dialog."""
LONGEST_LABEL = 8
"""Characters of a control that only names what it opens (拍照, 我的位置)."""
_SENTENCE = re.compile(r"[。；;！!\n]+|\.\s")
_PURPOSE = re.compile(
    r"用[于來来]|用於|用作|以便|以[供用]|为了|為了|[为為](?=[您你用])|便于|便於|方?便(?:您|你|于|於|我们)|帮助|幫助"
    r"|从而|從而|才[能可]|(?<![可所予加难足得])以(?![及下上后後前外内來来往为為至太])[\u4e00-\u9fff]{2}"
    r"|[后後][,，]?(?:您|你|即|便|就)?[可能才]|来(?:帮助|提供|实现|识别|展示|推荐|完成|保存|查找|校|显示)"
    r"|(?:根据|根據|依据|基于|基於|按照|通过|透過|结合)[^,，]{0,16}(?:位置|定位|所在|距离|距離|信息|資訊|数据)"
    r"|(?<!启动)(?<!运行)(?<!安装)(?<!随)(?<!同)[时時][,，]?\s?(?:我们|将|会|會)?(?:需|要)|功能.{0,4}需"
    r"|\bso that\b|\bso (?:we|you) can\b|\b(?:used|needed) for\b|\bwhen you\b"
    r"|\bto (?!access|use\b|allow|continue|proceed|the\b|your|this|our\b|open|request|grant|enable"
    r"|obtain|get\b|go\b|be\b|have\b|read\b|make sure)[a-z]{3,}"
)
_STRONG = re.compile(
    r"用[于來来]|用於|以便|为了|為了|便于|便於|\bso that\b|\b(?:used|needed) for\b"
)
_PERMISSION = re.compile(
    r"权限|權限|授权|授權|允许|允許|permission|\ballow|\bgrant|authori[sz]|\baccess to\b"
)
_ASKS = re.compile(
    rf"{_PERMISSION.pattern}|开启|開啟|開放|打开|打開|开放|启用|啟用|访问|訪問|存取|获取|獲取|取得|申请|申請"
    r"|调用|調用|读取|讀取|收集|需|使用"
    r"|\baccess|\benabl|\brequest|\bneed|\buse|\bturn(?:ing)? on\b|\bshare\b"
)
_HEADING = re.compile(
    rf"{_PERMISSION.pattern}|说明|說明|申请|申請|使用目的|用途|\brequest|\baccess\b"
)
_GENERIC = re.compile(
    r"(?:保[证障]|确保)?(?:[您你]|应用|软件|app|产品|程序|功能)?的?(?:正常|顺利|流畅)(?:地)?(?:使用|运行|体验|服务)"
    r"|(?:提供)?更(?:好|优质|完善|佳|便捷|优|多|全面|贴心)的?(?:地)?(?:为[您你])?(?:产品)?(?:和)?"
    r"(?:服务|体验|使用体验|用户体验|功能)"
    r"|(?:提[升高]|改善|优化|增强)[您你]?的?(?:用户|使用|产品|服务)?(?:体验|质量|品质)|必[要需]的?权限"
    r"|(?:完整|全部|所有|相关|相应|正常)的?(?:功能|服务|体验)|体验(?:完整|全部|更多)"
    r"|更好地?(?:为[您你])?(?:提供)?(?:服务|使用|体验)|better (?:service|experience)s?"
    r"|improv\w+ (?:your |the )?(?:user )?(?:service|experience|quality)s?"
    r"|work(?:s|ing)? (?:properly|normally)|normal (?:use|operation)"
)
_EMPTY = re.compile(
    r"用[于來来]|以便|为了|为[您你]|给[您你]|向[您你]|方便|便于|帮助|从而|才[能可]|提供|需要?|我们|我方|本应用|应用|软件"
    r"|程序|申请|获取|访问|开启|打开|开放|启用|授权|授予|允许|使用|调用|读取|收集|取得|存取|权限|信息|数据|资料|您|你"
    r"|手机|设备|本机|的|请|将|会|和|及|与|或|等|该|此|以下|这些|相关|功能|服务|地|可以?|能|在|到|去|前往|进入|点击"
    r"|设置|系统|管理|说明|提示|温馨|状态|启动|运行|安装|首次|时|后|前|先|再|未|已|没有|尚|不|无法|拒绝|关闭|禁止"
    r"|部分|全部|仅|是否|同意|确认|确定|取消|继续|下一步|知道了|我|了|吗|失败|成功|重试|列表|必要|并|以|当前|中|个人"
    r"|目的|用途|隐私|保护|政策|一|二|三|四|五|项"
    r"|\b(?:so|that|we|you|your|can|to|in|order|a|an|the|for|need|needs|access|permissions?|please|allow|provide"
    r"|and|this|app|our|with|is|are|needed|used|use|it|its|of|on|or|not|enable|enabled|settings?|open|grant"
    r"|required|requires?|services?|turn|off|go|by|will|if|be|has|have|been|denied|my|from|get)\b"
)
_LETTER = re.compile(r"[^\W\d_]")
_LEAST_LEFT = 2
"""Letters that say something of their own, so that a purpose is more than a phrase."""
_LEAST_BODY = 3
"""The same for what stands under a heading that names the permission."""


class Said(NamedTuple):
    """What a screen says of a permission, in the app's own words."""

    words: str = ""
    """The sentence that tells a purpose; empty where none does."""
    plain: bool | None = None
    """Whether that purpose says more than what fits anything; None where there is none."""
    named: bool = False
    """Whether the permission, its data, permission at all, or any purpose is spoken of."""


class _Line(NamedTuple):
    """A sentence of a screen."""

    words: str
    both: str
    """As it stands and folded: folding knows part of the traditional script."""
    label: bool
    """Whether it is a short name on a control."""
    permits: bool
    """Whether it speaks of permission."""
    names: bool
    """Whether it names what is asked for."""
    serves: bool
    """Whether it names what that is used for."""


class _Known(NamedTuple):
    """A screen that is known again by the very elements it was read from."""

    nodes: tuple[Node, ...]
    package: str
    asked: tuple[Asked, ...]

    def __hash__(self) -> int:
        return hash((id(self.nodes), self.package, self.asked))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Known):
            return NotImplemented
        return self.nodes is other.nodes and self[1:] == other[1:]


def said_on(look: Look, package: str, asked: Sequence[Asked]) -> Said:
    """Read what the app's own part of a screen says of a permission, beside a dialog or not."""
    return _said_on(_Known(look.nodes, package, tuple(asked)))


@lru_cache(MOST_KNOWN)
def _said_on(known: _Known) -> Said:
    nodes, package, asked = known
    lines, whole = _lines(nodes, package, asked)
    if not any(line.names or line.permits or line.serves for line in lines):
        return Said(named=not whole or any(_names(line) for line in lines))
    general: Said | None = None
    for number, line in enumerate(lines):
        if not _tells(lines, number, asked):
            continue
        if is_plain(line.words, asked):
            return Said(line.words.strip(), True, True)
        general = general or Said(line.words.strip(), False, True)
    named = not whole or any(_names(line) for line in lines)
    return general or Said(named=named)


def _lines(nodes: Sequence[Node], package: str, asked: Sequence[Asked]) -> tuple[list[_Line], bool]:
    """Give the sentences of the app on a screen, and whether these are all."""
    own = [node for node in nodes if node.package == package]
    able = {node.path for node in own if node.clickable or node.checkable}
    found: list[_Line] = []
    characters = 0
    for node in own:
        if not node.words or node.kind.endswith(("EditText", "AutoCompleteTextView")):
            continue  # what the user typed is not said by the app
        characters += len(node.words)
        if characters > MOST_CHARACTERS:
            return found, False
        tapped = _is_tapped(node, able)
        for words in _SENTENCE.split(node.words):
            if words.strip():
                found.append(_line(words[:LONGEST_SENTENCE], asked, tapped=tapped))
    return found, True


def _is_tapped(node: Node, able: set[str]) -> bool:
    """Say whether an element can be tapped, or stands in a control."""
    above = node.path
    for _ in range(3):
        if above in able:
            return True
        above = above.rpartition("/")[0]
    return False


def _line(words: str, asked: Sequence[Asked], *, tapped: bool) -> _Line:
    plain, folded = words.casefold(), fold(words)
    both = folded if plain.strip() == folded else f"{plain} \n {folded}"
    permits = _PERMISSION.search(both) is not None
    names = any(one.words.search(both) for one in asked)
    label = tapped and not permits and len(words.strip()) <= LONGEST_LABEL
    serves = any(one.serves.search(both) for one in asked)
    return _Line(words, both, label, permits, names, serves)


def _tells(lines: Sequence[_Line], number: int, asked: Sequence[Asked]) -> bool:
    """Say whether a sentence tells what the permission is for."""
    line = lines[number]
    if line.label:
        return False
    general = _GENERIC.search(line.both) is not None
    used = general or _PURPOSE.search(line.both) is not None
    headed = any(_heads(one, asked) for one in lines[max(0, number - 2) : number])
    if line.names:
        says = headed or _ASKS.search(line.both) is not None
        return used or (says and _left(line.words, asked) >= _LEAST_LEFT)
    if line.serves and (line.permits or _STRONG.search(line.both)):
        return True
    if not (used or headed) or (not line.serves and _is_other(line)):
        return False
    near = [one for one in lines[max(0, number - 2) : number + 2] if one is not line]
    asking = any(one.names and _ASKS.search(one.both) for one in near)
    if (used and asking) or (general and line.permits):
        return True
    return headed and _left(line.words, asked) >= _LEAST_BODY


def _is_other(line: _Line) -> bool:
    """Say whether a sentence names what another permission opens."""
    return any(one.words.search(line.both) for one in ASKED)


def _heads(line: _Line, asked: Sequence[Asked]) -> bool:
    """Say whether a line only announces what a permission is for."""
    announced = line.names and not line.label and _HEADING.search(line.both) is not None
    return announced and _left(line.words, asked) < _LEAST_LEFT


def _names(line: _Line) -> bool:
    """Say whether a sentence speaks of the permission or its data, of permission at all, or of a
    purpose that may be its.
    """
    if line.label:
        return False
    serves = line.serves and _PURPOSE.search(line.both) is not None
    return line.permits or line.names or serves or _STRONG.search(line.both) is not None


def tells_use(words: str) -> bool:
    """Say whether words tell a use of anything."""
    return _PURPOSE.search(fold(words)) is not None


def is_plain(words: str, asked: Sequence[Asked]) -> bool:
    """Say whether a purpose says more than what fits anything."""
    if not _GENERIC.search(fold(words)):
        return True
    return _left(words, asked) >= _LEAST_LEFT


def _left(words: str, asked: Sequence[Asked]) -> int:
    """Count the letters that remain without names of the permission and words that fit anything."""
    left = _GENERIC.sub(" ", fold(words))
    for one in asked:
        left = one.words.sub(" ", left)
    return len(_LETTER.findall(_EMPTY.sub(" ", left)))
