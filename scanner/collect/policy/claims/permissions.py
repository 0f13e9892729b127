"""Permissions of the device that a policy names, what for, and whether it says how to end them."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.collect.policy.claims.party_rows import roles_of
from scanner.collect.policy.claims.purposes import condition_of_use, purpose_span
from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.negation import is_denied, is_gone_or_to_come
from scanner.collect.policy.pieces import pieces_of
from scanner.collect.policy.sentences import Sentence
from scanner.facts import Fact, PolicyPermission
from scanner.knowledge import Knowledge

_WORDS: Mapping[str, re.Pattern[str]] = {
    group: re.compile(words)
    for group, words in {
        "calendar": r"日历|日程|\bcalendars?\b",
        "call_log": r"通话记录|通话历史|\bcall (?:logs?|history)\b",
        "camera": r"相机|摄像|照相|拍照|拍摄|\bcameras?\b",
        "contacts": r"通[讯信]录|联系人|\bcontacts\b|\baddress book\b",
        "location": r"位置|定位|\blocation\b|(?<![a-z])gps(?![a-z])",
        "microphone": r"麦克风|录音|话筒|录制音频|\bmicrophones?\b|\brecord(?:ing)? audio\b",
        "nearby": r"附近(?:的)?设备|蓝牙|\bnearby devices?\b|\bbluetooth\b",
        "notifications": r"通知(?!栏使用)|\bnotifications?\b",
        "phone": r"(?:拨打|读取|获取)?电话(?!号码|记录)|拨号|(?:手机|设备|电话|通话)状态"
        r"|(?:手机|设备)(?:信息(?![/和或及])|识别码|标识)|本机(?:号码|识别码)"
        r"|\bphone(?: state| calls?)?\b|\btelephone\b|\bdevice (?:id|information)\b",
        "sensors": r"身体传感器|身体活动|健身|步数|运动(?:健康|数据|与健身)"
        r"|\bbody sensors?\b|\bphysical activity\b",
        "sms": r"短信|短消息|\bsms\b|\btext messages?\b",
        "storage": r"存储|储存|相册|照片|图库|媒体|内存卡|sd\s?卡|文件"
        r"|\bstorage\b|\bphotos?\b|\bmedia\b|\bfiles\b|\bphoto (?:library|album)\b",
    }.items()
}
"""Words by which policies call a group, in Chinese and English."""
_THINGS = ("camera", "microphone", "contacts", "calendar", "location", "sms", "storage", "nearby")
"""Groups that a policy names as such by saying that it opens or uses them."""

_PERMISSION = re.compile(r"权限|授权(?=[:(])|\bpermissions?\b")
_FILLER = re.compile(
    r"(?:[的等\s(_*“\"\[、]|访问|使用|读取|读写|写入|调用|系统|应用|设备|手机|相关|信息"
    r"|功能|服务|隐私|敏感|开启|获取|[)_”\]])*$"
)
_BEGINS = re.compile(
    r"[。;:!?\n]|[您你]|用户的|(?:获取|申请|开启|开通|访问|授予|请求|调用|需要|关闭|收集|征得|打开|关于)"
    r"|\b(?:your|the|our|for|request|need|grant|require|to|access)\b"
)
_AFTER = re.compile(
    r"(?:名称|类型|清单|列表)?[\s,]?(?:[:(]|包括|如(?!果|您|你|需)|例如|such as|including)"
    r"([^。;)\n]{1,80})"
)
_OPENED = re.compile(
    r"(?:访问|调用|开启|打开|使用|启用|授权|请求|申请)(?:您|你|用户)?的?(?:手机|设备|终端)?的?"
    r"[“\"]?([^,。;\n]{2,14})"
    r"|\b(?:access(?:es|ing)?(?: to)?|use|turn on|enable) (?:your|the)"
    r"(?: (?:device|phone|mobile)(?:['’]s)?)?"
    r" ([a-z ]{3,30})"
)
_THING = re.compile(
    r"相机|摄像头|照相机|麦克风|通[讯信]录|相册|日历|蓝牙|\bcamera|\bmicrophone|\bcontacts|\bcalendar"
    r"|\blocation|\bphotos?\b|\bphoto album|\bbluetooth|\bstorage"
)
_OFF = re.compile(
    r"(?:关闭|取消|撤[回销]|收回|停用|管理|更改|修改|变更|拒绝|设置).{0,40}(?:权限|授权)"
    r"|(?:权限|授权).{0,40}(?:关闭|取消|撤[回销]|收回|停用)"
    r"|\b(?:disable|turn(?:ing)? off|revoke|withdraw|deny|manage|change)\b"
    r".{0,80}\b(?:permissions?|access)\b"
    r"|\bpermissions?\b.{0,80}\b(?:disabled?|off|revoked?|withdrawn?)\b"
)
_PATH = re.compile(r"设置|系统|[>→]|—|路径|隐私管理|权限管理|\bsettings\b")
_CONSTANT = re.compile(
    r"(?<![a-z0-9_.])(?:[a-z][a-z0-9_]{0,40}\.){0,6}"
    r"(?:[a-z]{2,20}(?:_[a-z0-9]{1,20}){1,6}|[a-z]{3,20})(?![a-z0-9_])"
)
_PROSE = re.compile(r"[,。;]|[您你]|我们|时$|\b(?:you|we)\b")
_NOT_ASKED = re.compile(
    r"[^。;\n]{0,30}?(?:目前|并|暂|均)?(?:未|没有|不会?|不再)(?:向您|要求)?(?:申请|调用|请求|索取|开启)(?!时|的|到|前|之)"
)
"""What behind the name of a permission says that the subject does not ask for it."""
_REFUSED = re.compile(
    r"关闭|拒绝|取消|撤[回销]|不同意|不授权|不提供|禁止|不?希望"
    r"|\b(?:disable|revoke|refuse|deny|turn off)\b"
)
"""Words of a condition that is a refusal, and no purpose."""
_MOST = 40
"""Mentions of permissions that are looked at in one sentence."""
_REACH = 3
"""Lines below a permission in which its purpose may stand."""


class _Named(NamedTuple):
    group: str
    start: int
    end: int
    purpose: str
    quote: str
    rank: int


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:
    """Give a fact for each group of permissions that the documents name as permissions."""
    constants = _constants(tuple((one.name, one.group) for one in knowledge.permissions.values()))
    best: dict[str, tuple[_Named, Document]] = {}
    off = False
    for document in reading.documents:
        sentences = list(pieces_of(document))
        off = off or any(_tells_off(sentence) for sentence in sentences)
        for one in (*_in_tables(document, constants), *_in_text(document, sentences, constants)):
            if one.group not in best or one.rank > best[one.group][0].rank:
                best[one.group] = (one, document)
    for group, (one, document) in sorted(best.items()):
        yield PolicyPermission(
            source=document.source(one.start, one.end),
            channel="policy",
            group=group,
            purpose=one.purpose,
            off_path=off,
            quote=one.quote,
        )


@functools.lru_cache(maxsize=4)
def _constants(rows: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Give groups by constant, with and without what stands before it, in lower case."""
    found: dict[str, str] = {}
    for name, group in rows:
        if group in _WORDS:
            found[name.lower()] = group
            short = name.rpartition(".")[2].lower()
            if "_" in short:
                found[short] = group
    return found


def _tells_off(sentence: Sentence) -> bool:
    found = _OFF.search(sentence.text)
    return found is not None and _PATH.search(sentence.text) is not None


def _groups_in(text: str, constants: Mapping[str, str]) -> list[str]:
    found = [group for group, words in _WORDS.items() if words.search(text)]
    if "call_log" in found and "phone" in found and "电话" not in text:
        found.remove("phone")
    return [*found, *_by_constant(text, constants)]


def _by_constant(text: str, constants: Mapping[str, str]) -> list[str]:
    return [constants[one] for one in _CONSTANT.findall(text) if one in constants]


def _in_tables(document: Document, constants: Mapping[str, str]) -> Iterator[_Named]:
    """Read tables with a column of permissions, and lists of permissions with their purposes."""
    for table in document.tables:
        cells = [
            [document.folded[cell.start : cell.end].strip() for cell in row] for row in table.rows
        ]
        head = next((at for at, row in enumerate(cells[:3]) if any(map(_heads, row))), None)
        of_permissions = "权限" in table.title or "permission" in table.title.lower()
        if head is None and not of_permissions:
            continue
        heads = cells[head or 0]
        columns = [at for at, cell in enumerate(heads) if _heads(cell)] or [0]
        told = [at for at, cell in enumerate(heads) if "purpose" in roles_of(cell)]
        purposes = [at for at in told if "类型" not in heads[at] and at not in columns]
        own = not any("sdk" in cell or "第三方" in cell for cell in heads)
        for row, spans in list(zip(cells, table.rows, strict=True))[(head or 0) + 1 :]:
            named = " ".join(row[at] for at in columns[:2] if at < len(row))
            purpose = next((row[at] for at in purposes if at < len(row) and row[at]), "")
            for group in dict.fromkeys(_groups_in(named, constants)):
                start, end = spans[0].start, spans[-1].end
                at = document.folded.find(purpose, start, end) if purpose else -1
                words = document.quote(at, at + len(purpose)) if at >= 0 else ""
                rank = 2 * bool(words) + 2 * own
                yield _Named(group, start, end, words, document.quote(start, end), rank)


def _heads(cell: str) -> bool:
    return len(cell) <= 24 and ("权限" in cell or re.search(r"\bpermission", cell) is not None)


def _in_text(
    document: Document, sentences: Sequence[Sentence], constants: Mapping[str, str]
) -> Iterator[_Named]:
    for index, sentence in enumerate(sentences):
        if sentence.cell:
            continue
        named = [*_named_in(sentence.text), *_by_constant(sentence.text, constants)]
        if not named and _is_entry(sentence):
            named = _groups_in(sentence.text, constants)
        groups = dict.fromkeys(named)
        for group in groups:
            purpose = _purpose(document, sentences[index : index + 1 + _REACH], group)
            quote = document.quote(sentence.start, sentence.end)
            foreign = "sdk" in sentence.text or "第三方" in sentence.text
            rank = 2 * bool(purpose) + (not foreign)
            yield _Named(group, sentence.start, sentence.end, purpose, quote, rank)


def _is_entry(sentence: Sentence) -> bool:
    """Tell a short line of a list whose heading says that it is one of permissions."""
    text = sentence.text.strip()
    below = any(_PERMISSION.search(heading) for heading in sentence.headings[-1:])
    return below and len(text) <= 60 and _PROSE.search(text) is None


def _named_in(text: str) -> Iterator[str]:
    """Give the groups that a folded sentence names as permissions, and does not deny."""
    for found in itertools.islice(_PERMISSION.finditer(text), _MOST):
        at = found.start()
        first = max(0, at - 60)
        before = _FILLER.sub("", text[first:at])
        cuts = [first + cut.end() for cut in _BEGINS.finditer(before)]
        listed = text[cuts[-1] if cuts else first : at]
        after = _AFTER.match(text, found.end())
        if not any(words.search(listed) for words in _WORDS.values()) and after:
            listed = after.group(1)
            at = after.end()
        if is_denied(text, max(0, at - 1)) or _NOT_ASKED.match(text, found.end()):
            continue
        if is_gone_or_to_come(text, at):
            continue
        yield from (group for group, words in _WORDS.items() if words.search(listed))
    for opened in _OPENED.finditer(text):
        words_opened = opened.group(1) or opened.group(2) or ""
        if is_gone_or_to_come(text, opened.start()):
            continue
        if _THING.match(words_opened) and not is_denied(text, opened.start()):
            near = _THING.match(words_opened)
            thing = near.group() if near else ""
            yield from (group for group in _THINGS if _WORDS[group].search(thing))


def _purpose(document: Document, sentences: Sequence[Sentence], group: str) -> str:
    """Find what for: in the sentence itself, else in the lines below it."""
    for number, sentence in enumerate(sentences):
        if number and (
            sentence.cell or ((others := set(_named_in(sentence.text))) and group not in others)
        ):
            break
        span = purpose_span(sentence.text) or condition_of_use(sentence.text)
        if span and not _REFUSED.search(sentence.text, span.start, span.end):
            return document.quote(sentence.start + span.start, sentence.start + span.end)
    return ""
