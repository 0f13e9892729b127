"""Whether an app says what a permission is for: before the system asks, or together with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.collect.device.dialogs import Asked, dialog_nodes, message_of
from scanner.collect.device.prompted import touches_on
from scanner.collect.device.recorded import Look, Recorded
from scanner.collect.device.screens import is_prompt, kind_of, readable
from scanner.wording.consent import fold
from scanner.wording.short import short

BEFORE_S = 3.0
"""Seconds before the system's dialog within which a purpose is told together with it (project
judgement: the text says 同步)."""
LONGEST_SENTENCE = 400
"""Characters of one sentence that is read for a purpose."""
MOST_SENTENCES = 2_000
"""Sentences of one screen that are read."""
_SENTENCE = re.compile(r"[。；;！!\n]+")
_PURPOSE = re.compile(
    r"用[于來来]|用於|以便|为了|為了|为(?:您|你|用户)|為(?:您|你)|方?便(?:您|你|于|於|我们)|帮助(?:您|你)|幫助您"
    r"|从而|從而|才[能可]|(?<![可所予加难足得])以(?![及下上后後前外内來来往为為至太])[\u4e00-\u9fff]{2}"
    r"|后[,，]?(?:您|你|即|便|就)?[可能]|来(?:帮助|提供|实现|识别|展示|推荐|完成|保存|查找)"
    r"|(?<!启动)(?<!运行)(?<!安装)(?<!随)(?<!同)[时時][,，]?\s?(?:我们|将|会|會)?(?:需|要)|功能.{0,4}需"
    r"|\bso that\b|\bso (?:we|you) can\b|\b(?:used|needed) for\b|\bwhen you\b"
    r"|\bto (?!access|use\b|allow|continue|proceed|the\b|your|this|our\b|open|request|grant|enable"
    r"|obtain|get\b|go\b|be\b|have\b|read\b|make sure)[a-z]{3,}"
)
_ABOUT = re.compile(
    r"权限|權限|授权|授權|允许|允許|开启|開啟|打开|访问|存取|获取|取得|申请|申請|调用|读取|讀取|使用(?:您|你|手机|设备)"
    r"|permission|access|allow|grant|enable|request"
)
_GENERIC = re.compile(
    r"(?:保[证障]|确保)?(?:[您你]|应用|软件|app|产品|程序)?的?(?:正常|顺利|流畅)(?:地)?(?:使用|运行|体验|服务)"
    r"|(?:提供)?更(?:好|优质|完善|佳|便捷|优)的?(?:地)?(?:为[您你])?(?:产品)?(?:和)?(?:服务|体验|使用体验|用户体验)"
    r"|(?:提[升高]|改善|优化|增强)[您你]?的?(?:用户|使用|产品|服务)?(?:体验|质量|品质)|必[要需]的?权限"
    r"|更好地?(?:为[您你])?(?:提供)?服务|better (?:service|experience)s?|improv\w+ (?:your |the )?"
    r"(?:user )?(?:service|experience|quality)s?|work(?:s|ing)? (?:properly|normally)"
    r"|normal (?:use|operation)"
)
_EMPTY = re.compile(
    r"用[于來来]|以便|为了|为[您你]|给[您你]|向[您你]|方便|便于|帮助|从而|才[能可]|提供|需要|我们|我方|本应用|应用|软件"
    r"|申请|获取|访问|开启|打开|授权|允许|使用|调用|读取|权限|信息|您|你|的|请|将|和|及|与|等|该|此|以下|相关|功能|地"
    r"|\b(?:so|that|we|you|your|can|to|in|order|a|the|for|need|needs|access|permission|please|allow|provide|"
    r"and|this|app|our|with|is|needed|used|it)\b"
)
_LETTER = re.compile(r"[^\W\d_]")
_LEAST_LEFT = 2
"""Letters that say something of their own, so that a purpose is more than a phrase."""


class Purpose(NamedTuple):
    """What an app said a permission is for."""

    shown: bool | None
    """Whether it did, before the dialog or with it; None where that was not seen."""
    words: str = ""
    """The words, shortened; empty where there are none."""
    plain: bool | None = None
    """False where they would fit anything; None where there are none."""


def purpose_of(
    recorded: Recorded, first: int, last: int, asked: Sequence[Asked], *, denied: bool
) -> Purpose:
    """Say whether the app told the purpose of the dialog that stands on some looks."""
    package = recorded.package
    before = list(_before(recorded, first))
    together = [recorded.looks[number] for number in range(first, last + 1)]
    consenting: list[str] = []
    for look in [*together, *(recorded.looks[number] for number in reversed(before))]:
        told = told_on(look, package, asked)
        if told and not is_prompt(look) and kind_of(look, package) in {"consent", "policy"}:
            consenting.append(told)
        elif told:
            return Purpose(True, short(told), is_plain(told, asked))
    if consenting:  # told, but among everything else that was to be agreed to
        words = consenting[0]
        return Purpose(None, short(words), is_plain(words, asked))
    words = _long_before(recorded, first, asked)
    by_system = any(_in_dialog(look, package) for look in together)
    unsure = by_system or (not denied and _behind(recorded, last, asked))
    if unsure or not _looked(recorded, first, before):
        return Purpose(None, short(words), is_plain(words, asked) if words else None)
    return Purpose(False, short(words), is_plain(words, asked) if words else None)


def _before(recorded: Recorded, first: int) -> Iterator[int]:
    """Give the app's looks that may have stood within the seconds before a dialog."""
    until = recorded.looks[first].at
    for number in range(first - 1, -1, -1):
        look = recorded.looks[number]
        gone = recorded.looks[number + 1].at
        if number + 1 < first and gone.latest < until.earliest - BEFORE_S:
            return
        if look.package == recorded.package and not is_prompt(look):
            yield number


def _looked(recorded: Recorded, first: int, before: Sequence[int]) -> bool:
    """Say whether the screens before a dialog were seen well enough to say what was not there."""
    looks, until = recorded.looks, recorded.looks[first].at
    if not before or not all(readable(looks[number]) for number in before):
        return False
    latest = looks[before[0]].at
    if latest.at < until.at - BEFORE_S - latest.within:
        return False
    since = touches_on(recorded, before[0], first - 1)
    return len([t for t in since if t.action == "tap"]) <= 1  # else a screen between was missed


def _long_before(recorded: Recorded, first: int, asked: Sequence[Asked]) -> str:
    """Give a purpose that stood on the app's screen right before, however long ago."""
    for number in range(first - 1, -1, -1):
        look = recorded.looks[number]
        if look.package == recorded.package and not is_prompt(look):
            return told_on(look, recorded.package, asked)
    return ""


def _behind(recorded: Recorded, last: int, asked: Sequence[Asked]) -> bool:
    """Say whether a purpose came to light as the dialog went: it may have stood behind it."""
    for look in recorded.looks[last + 1 : last + 2]:
        near = look.at.at - recorded.looks[last].at.at <= BEFORE_S
        if near and look.package == recorded.package and not is_prompt(look):
            return bool(told_on(look, recorded.package, asked))
    return False


def _in_dialog(look: Look, package: str) -> bool:
    """Say whether the system's dialog itself tells a purpose beside its question."""
    asking = message_of(look, package)
    others = (node.words for node in dialog_nodes(look, package) if node.words not in asking)
    return any(_PURPOSE.search(fold(words)) for words in others if words)


def told_on(look: Look, package: str, asked: Sequence[Asked]) -> str:
    """Give the words by which the app's own part of a screen tells what a permission is for."""
    lines = [node.words for node in look.nodes if node.package == package and node.words]
    sentences = [
        one[:LONGEST_SENTENCE] for line in lines for one in _SENTENCE.split(line) if one.strip()
    ][:MOST_SENTENCES]
    for number, sentence in enumerate(sentences):
        if not _PURPOSE.search(_both(sentence)):
            continue
        around = _both(" ".join(sentences[max(0, number - 2) : number + 2]))
        if _ABOUT.search(around) and any(one.words.search(around) for one in asked):
            return sentence.strip()
    return ""


def _both(words: str) -> str:
    """Give words as they stand and folded: folding knows part of the traditional script."""
    return f"{words.casefold()} \n {fold(words)}"


def is_plain(words: str, asked: Sequence[Asked]) -> bool:
    """Say whether a purpose says more than what fits anything."""
    text = fold(words)
    if not _GENERIC.search(text):
        return True
    left = _GENERIC.sub(" ", text)
    for one in asked:
        left = one.words.sub(" ", left)
    return len(_LETTER.findall(_EMPTY.sub(" ", left))) >= _LEAST_LEFT
