"""The periods that a policy sets its operator: how long data are kept, how soon people get answers.

A period belongs to the verb that it measures: 保存90天，到期后删除 keeps, and promises nobody to
delete within 90 days. Deleting in time answers a request of a person; what is done by itself, in
backups and logs too, is how long data are kept. What people must do in time, a time to think it
over before an account is closed, ages, dates, and the least time that a law demands for logs are
no such periods; nor is 最短期限 without a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from scanner.collect.policy.claims.promise_scope import Place, places_of
from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.negation import is_denied
from scanner.facts import Fact, PolicyPeriod
from scanner.knowledge import Knowledge

Subject = Literal[
    "retention", "response", "correction", "deletion", "account_closing", "complaint", "access"
]

_PARTS = ("policy", "children", "data_list", "other")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ENGLISH = {
    **{"one": 1, "two": 2, "three": 3, "five": 5, "six": 6, "seven": 7, "ten": 10},
    **{"twelve": 12, "fourteen": 14, "fifteen": 15, "thirty": 30, "sixty": 60, "ninety": 90},
}
_UNITS = {
    **{"工作日": 1, "自然日": 1, "日历日": 1, "天": 1, "日": 1, "周": 7, "星期": 7},
    **{"月": 30, "季度": 90, "年": 365, "day": 1, "week": 7, "month": 30, "year": 365},
}
_HOURS = ("小时", "hour")
_PERIOD = re.compile(
    r"(?<![\d.\-/年月第])(?<![年月]\[)\[?\s?(?P<number>\d{1,4}|[一二两三四五六七八九十百]{1,5}|半)\]?\s?"
    r"(?:\(\s?[\d一二两三四五六七八九十百]{1,5}\s?\)\s?)?(?P<some>个)?\s?"
    r"(?P<unit>工作日|自然日|日历日|星期|季度|小时|天(?!天|气)|周(?!岁|年|边|期)|月|日"
    r"|年(?!龄|级|度|\s?\d|[一二三四五六七八九十]{1,2}月))"
    r"|\b(?P<count>\d{1,4}|one|two|three|five|six|seven|ten|twelve|fourteen|fifteen|thirty|sixty"
    r"|ninety)\s?(?:\(\d{1,3}\)\s?)?(?P<working>business|working)?(?:\s?calendar)?[\s-]"
    r"(?P<span>day|week|month|year|hour)s?\b"
)
_LEAST = re.compile(
    r"(?:最短|至少|不少于|不低于|不短于|最少|超过|满|at\s+least|no\s+less\s+than|not\s+less\s+than|more\s+than)"
    r"[^,;。]{0,12}$"
)
_KEPT_LEAST = re.compile(
    r"(?:保存|留存|保留|存储)(?:期限|时间|时长)?(?:至少|不少于|不低于|不短于|最少)(?:为)?\s?$"
)
"""A least time by which the subject itself says how long it keeps."""
_NOT_MORE = re.compile(
    r"(?:不超过|不会超过|最长|不得超过|not\s+exceed|no\s+longer\s+than|no\s+more\s+than)[^,;。]{0,12}$"
)
_OTHERS = re.compile(
    r"(?:您|你|用户|开发者|第三方|合作伙伴|监护人)(?:可以?|应当?|须|需要?|有权|能够?|必须|请|仍|未|没有|长期|连续|超过|会|将)"
    r"|(?:您|你|用户)[在于][^,;。]{0,3}[\d一二三五七十]|未(?:实际|曾)?(?:登[录陆]|使用)|不(?:登录|使用|活跃)"
    r"|(?<!申)请(?!求)(?:您|你)?(?:务必|尽快)?[在于]|\b(?:you|users?)\s+(?:may|can|must|should|have|do\s+not|are)\b|inactiv"
)
_DUTY = re.compile(r"(?:您|用户|你)(?:不得|必须|应|须)(?!.{0,120}我们).{0,120}$")
_KEPT = (
    r"保存|存储|储存|保留(?![^,;。]{0,24}权利)|留存|存留|\b(?:retain|stor|keep|kept|retention)\w*"
)
_KEPT_WORD = re.compile(_KEPT)
_KEPT_AFTER = re.compile(rf"[^,;。]{{0,8}}(?:{_KEPT})")
_RUN_OUT = re.compile(r"期满|届满|到期|期限后|超过.{0,6}期|\bexpir|\bafter\s+(?:this|that|the)\b")
_THEN_GONE = re.compile(
    r"(?:之?后|期满后?|届满后?)[^;。内]{0,16}?(?:删除|移除|清除|清理|销毁|匿名)"
)
_CLOSED_FOR = re.compile(r"(?:注销|关闭)[^,;。]{0,24}$")
_WITHIN = re.compile(r"\s?(?:之内|以内|内|期限内|的?时间内)|\s?[,。;)]|$")
_WITHIN_EN = re.compile(r"within[^.;]{0,30}$")
_IN_TIME = re.compile(r"(?:不晚于|不迟于|最迟|时限|时效|周期|期限|时间)[^,;。]{0,8}$")
_REPLY = re.compile(
    r"答复(?!之日)|回复(?!之日)|(?<!故障)(?<!意见)(?<!问题)(?<!用户)(?<!的)反馈(?!之日|信息|内容|记录|意见|给您的)|响应|回应"
    r"|(?<!化)(?<!信息)(?<!删除)处理(?!之日|记录|目的|(?:您|你|用户)?的?(?:个人)?(?:信息|数据))|受理(?!之日)"
    r"|审核(?!通过)|核实|解决|\b(?:respond|reply|replies|answer|response|process)"
)
_ASKED = re.compile(
    r"请求|申请|要求(?!.{0,8}(?:法律|法规|监管))|提出|诉求|(?:验证|核实|核验|确认)[^,;。]{0,8}身份"
    r"|(?:您|你|用户)[^,;。]{0,12}(?:删除|注销|更正|撤回|撤销)|(?:账[号户])?注销(?:成功|完成)?[之以]?后"
    r"|您的权利|\brequest|\bask|\byou\s+(?:delete|close)|\byour\s+rights"
)
"""What tells that somebody asked for it, before the period or in the heading."""
_BY_ITSELF = re.compile(
    r"备份|日志|缓存|归档|(?:自动|定期)(?:被)?(?:删除|清除|清理|销毁|覆盖)|\bbackups?\b|\blogs?\b|\bautomatically\b"
)
"""What is deleted in its own time, whoever asks."""
_NOT_ASKED = re.compile(
    r"未(?:登[录陆]|使用|活跃)|(?:停止|终止)(?:运营|服务|提供)|违[反规法]|被?封(?:禁|停)|长期|恶意|虚假|滥用"
    r"|\binactiv|\bviolat"
)
"""Why an operator closes an account or deletes of its own accord."""
_SINCE = re.compile(r"[后起]|之日|\bafter\b|\bof\s+(?:collect|receiv|creat)")
_OURS = re.compile(r"我们|我司|本公司|\bwe\b")
_PAUSE = r"冷静期|犹豫期|反悔期|后悔期|等待期|缓冲期|观察期|公示期|cooling|grace\s+period"
_PAUSE_BEFORE = re.compile(rf"(?:{_PAUSE})(?:的?期限|时间)?[为是共有约内:\s]{{0,3}}$")
_PAUSE_AFTER = re.compile(rf"[\s-]?的?(?:注销|账[号户])?(?:{_PAUSE})")
_MAY_STILL = re.compile(
    r"\s?(?:之内|以内|内|后)?,?(?:您|你|用户|账[号户]|均|都|将)?"
    r"(?:可(?!能)|仍|不可|不能|不得|不再|未|无法|没有|如|若|重新|再次|恢复|撤|取消|登[录陆])"
)
"""How words go on that say what people can or do within the period."""
_BUSINESS = re.compile(
    r"退款|退货|换货|发货|配送|订单|发票|提现|理赔|赔付|作品|稿件|视频|评论|实名|\brefund|\border\b|\binvoice"
)
_NOT_OURS = re.compile(
    r"(?:协会|委员会|机关|部门|法院|机构|厂商|银行|快递公司|物流公司|商家|平台方|运营商)[^,;。]{0,6}(?:会|将|应|须|可|在|于|需)"
    r"|由[^,;。]{2,20}(?:协会|委员会|机关|部门|法院|机构|厂商|银行|公司)[^,;。]{0,4}[在于]"
    r"|(?:法|条例|办法|规定|标准)》(?:中|第.{1,8}[条款])?[^,;。]{0,6}(?:规定|要求)(?!.{0,60}(?:我们|本公司|本应用))"
    r"|区块链|\b(?:authorit(?:y|ies)|association|courts?|vendors?|couriers?)\s+(?:will|may|shall|must)\b"
)
"""Who else acts within a period, or what law sets one for others."""
_RIGHT = re.compile(
    r"删除|注销|更正|查阅|复制|副本|撤回|个人信息|投诉|举报|申诉|请求|\brequest|\bcomplain|\bpersonal\b"
)
"""What an answer must be about where the sentence speaks of trade."""
_TROUBLE = re.compile(
    r"争议|争端|仲裁|诉讼|安全事件|泄[露漏]|\bdispute|\barbitrat|\bbreach|\bincident"
)
_DONE: tuple[tuple[Subject, re.Pattern[str]], ...] = (
    (
        "account_closing",
        re.compile(r"(?:完成|予以|为您|办理|进行)?[^,;。]{0,8}注销|clos\w+\s+(?:your\s+)?account"),
    ),
    (
        "deletion",
        re.compile(
            r"(?:之内|以内|内)?,?[^,;。]{0,16}?(?:删除|清除|清理|销毁|匿名化)|[^,;.]{0,20}(?:delete|erase|remove)"
        ),
    ),
    ("correction", re.compile(r"[^,;。]{0,10}?(?:更正|更改|修改)|[^,;.]{0,20}(?:correct|rectif)")),
    (
        "access",
        re.compile(r"[^,;。]{0,10}?(?:提供.{0,8}副本|查阅)|[^,;.]{0,20}(?:provide\s.{0,12}copy)"),
    ),
)
_CLOSING = re.compile(r"注销[^,;。]{0,8}$")
_COMPLETED = re.compile(r"(?:之内|以内|内)?完成")
_DONE_EN: tuple[tuple[Subject, re.Pattern[str]], ...] = (
    (
        "account_closing",
        re.compile(
            r"\b(?:clos\w+\s+(?:your|the)\s+account|account\s+(?:will|shall)\s+be\s+closed)"
            r"[^.;,]{0,40}within[^.;]{0,12}$"
        ),
    ),
    (
        "deletion",
        re.compile(r"\b(?:delet|eras|remov|purg|destroy)\w*[^.;,]{0,50}within[^.;]{0,12}$"),
    ),
    ("correction", re.compile(r"\b(?:correct|rectif)\w*[^.;,]{0,50}within[^.;]{0,12}$")),
)
"""The same in English, where the verb may stand before the period."""
_ABOUT: tuple[tuple[Subject, re.Pattern[str]], ...] = (
    ("account_closing", re.compile(r"注销|clos\w+\s.{0,8}account|account\s+closure")),
    ("complaint", re.compile(r"投诉|举报|申诉|complain")),
    ("correction", re.compile(r"更正|更改|补充|correct|rectif")),
    ("deletion", re.compile(r"删除|delet|eras")),
    ("access", re.compile(r"查阅|查询|访问|副本|复制|\baccess|\bcopy\b")),
)
_ENDLESS = re.compile(
    r"(?:永久|长期|无限期|永远)(?:性|地|的)?(?P<kept>保存|存储|储存|保留|留存)"
    r"|(?:保存|存储|储存|保留|留存)(?:期限|时间|时长)?(?:为|是|[:])?(?P<how>永久|长期|无限期)"
    r"|\b(?:retain|store|keep)\w*\b[^.;]{0,40}?\b(?P<en>indefinitely|permanently|forever)\b"
)
_STATED_END = re.compile(r"直至|直到|除非|为止|只要|删除|注销|\buntil\b|\bunless\b")


class _Length(NamedTuple):
    days: int
    working: bool


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:
    """Give the periods that the texts state, each length for each subject once."""
    del knowledge
    seen: set[tuple[str, int | None, bool | None]] = set()
    for document in reading.documents:
        if document.part not in _PARTS:
            continue
        for fact in _facts(document):
            key = (fact.subject, fact.days, fact.working_days)
            if key not in seen:
                seen.add(key)
                yield fact


def _facts(document: Document) -> Iterator[PolicyPeriod]:
    for place in places_of(document):
        text = place.sentence.text
        if _is_endless(text) and not _is_not_ours(text, len(text)):
            yield _fact(place, "retention", None)
        for found in _PERIOD.finditer(text):
            length = _length(found)
            if length is None or _OTHERS.search(_clause(text, found)):
                continue
            if _is_not_ours(text, found.start()):
                continue
            if _DUTY.search(text, max(0, found.start() - 120), found.start()):
                continue
            subject = _subject(place, found)
            if subject is not None:
                yield _fact(place, subject, length)


def _fact(place: Place, subject: Subject, length: _Length | None) -> PolicyPeriod:
    start, end = place.sentence.start, place.sentence.end
    return PolicyPeriod(
        source=place.document.source(start, end),
        channel="policy",
        subject=subject,
        days=length.days if length else None,
        working_days=length.working if length else None,
        endless=length is None,
        quote=place.document.quote(start, end),
    )


def _is_endless(text: str) -> bool:
    found = _ENDLESS.search(text)
    if found is None or _STATED_END.search(text):
        return False
    at = found.start(found.lastgroup or 0)
    return not is_denied(text, found.start()) and not is_denied(text, at)


def _is_not_ours(text: str, end: int) -> bool:
    """Say whether others act within a period, or a law sets it for them."""
    least = max(0, end - 100)
    others = list(_NOT_OURS.finditer(text, least, end))
    return bool(others) and not _OURS.search(text, others[-1].end(), end)


def _length(found: re.Match[str]) -> _Length | None:
    """Read the length of a period; None for what is a date, a year or no number."""
    unit = found["unit"] or found["span"]
    number = _number(found["number"] or found["count"])
    if number is None or number <= 0:
        return None
    if found["unit"] in ("月", "季度") and not found["some"]:
        return None
    if unit in _HOURS:
        return _Length(math.ceil(number / 24), False)
    if unit == "年" and number > 100:
        return None
    return _Length(math.ceil(number * _UNITS[unit]), unit == "工作日" or bool(found["working"]))


def _number(word: str) -> float | None:
    if word.isdecimal():
        return int(word)
    if word in _ENGLISH:
        return _ENGLISH[word]
    if word == "半":
        return 0.5
    hundreds, mark, rest = word.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    if any(len(part) > 1 for part in (hundreds, tens, ones)):
        return None
    total = _DIGITS.get(hundreds, 1) * 100 if mark else 0
    total += _DIGITS.get(tens, 1) * 10 if ten else 0
    return total + _DIGITS.get(ones, 0)


def _clause(text: str, found: re.Match[str]) -> str:
    """Give the words around a period that say who must act: its clause, up to the next one's."""
    least = max(0, found.start() - 80)
    begin = max(least, *(text.rfind(cut, least, found.start()) + 1 for cut in ",;。:"))
    ours = text.find("我们", found.end(), found.end() + 12)
    return text[begin : found.end()] if ours >= 0 else text[begin : found.end() + 8]


def _subject(place: Place, found: re.Match[str]) -> Subject | None:
    text = place.sentence.text
    before = text[max(0, found.start() - 60) : found.start()]
    after = text[found.end() : found.end() + 50]
    if _LEAST.search(before) and not (_NOT_MORE.search(before) or _KEPT_LEAST.search(before)):
        return None
    if _PAUSE_BEFORE.search(before) or _PAUSE_AFTER.match(after) or _MAY_STILL.match(after):
        return None
    if is_kept(before, after):
        return "retention"
    if not (_WITHIN.match(after) or _WITHIN_EN.search(before) or _IN_TIME.search(before)):
        return None
    return _act(place, text[max(0, found.start() - 120) : found.start()], after)


def _act(place: Place, far: str, after: str) -> Subject | None:
    """Say what is done within a period: the act itself, else an answer."""
    before = far[-60:]
    for subject, pattern in _DONE:
        if pattern.match(after) and not _REPLY.search(after[: _first_end(after)]):
            return _asked(place, subject, far, after)
    if _CLOSING.search(before) and _COMPLETED.match(after):
        return _asked(place, "account_closing", far, after)
    for subject, pattern in _DONE_EN:
        if pattern.search(before):
            return _asked(place, subject, far, after)
    if not (_REPLY.search(after) or _REPLY.search(before)) or _is_business(far, after):
        return None
    return _topic(place)


def _is_business(before: str, after: str) -> bool:
    """Say whether what is handled in time is an order, a dispute or an accident."""
    words = before + after
    trade = _BUSINESS.search(words) is not None and _RIGHT.search(words) is None
    return trade or _TROUBLE.search(words) is not None


def _asked(place: Place, subject: Subject, before: str, after: str) -> Subject | None:
    """Keep an act that a person asked for; what is deleted by itself is kept until then."""
    clause = before + after[: _first_end(after)]
    if subject == "deletion" and _BY_ITSELF.search(clause):
        return "retention"
    if _NOT_ASKED.search(before) or _RUN_OUT.search(before):
        return None
    earlier = place.before[-1].text if place.before else ""
    heading = place.sentence.headings[-1] if place.sentence.headings else ""
    if subject != "deletion" or any(map(_ASKED.search, (before, after, earlier, heading))):
        return subject
    told = _SINCE.search(clause) or not _OURS.search(clause)
    return "retention" if told else None


def is_kept(before: str, after: str) -> bool:
    """Say whether the words around a period say that data are kept for it."""
    if _THEN_GONE.match(after) and not _CLOSED_FOR.search(before):
        return not _RUN_OUT.search(before[-8:])
    kept = _last_kept(before.rpartition(",")[2])
    if kept is not None and not after.startswith(("内", "之内", "以内")):
        return not (_REPLY.search(kept) or _RUN_OUT.search(kept))
    kept = _last_kept(before) if _NOT_MORE.search(before) else None
    if kept is not None:
        return not (_REPLY.search(kept) or _RUN_OUT.search(kept))
    return bool(_KEPT_AFTER.match(after) and not after.startswith(("内", "之内")))


def _last_kept(words: str) -> str | None:
    """Give what stands after the last word for keeping; None where there is none."""
    near = words[-60:]
    ends = [found.end() for found in _KEPT_WORD.finditer(near)]
    return near[ends[-1] :] if ends else None


def _first_end(words: str) -> int:
    ends = [at for at in (words.find(cut) for cut in ",;。.") if at >= 0]
    return min(ends, default=len(words))


def _topic(place: Place) -> Subject:
    """Say what an answer is about: the one matter of its sentence, else of its heading."""
    text = place.sentence.text
    near = [subject for subject, pattern in _ABOUT if pattern.search(text)]
    if len(near) == 1:
        return near[0]
    if near:
        return "response"
    heading = place.sentence.headings[-1] if place.sentence.headings else ""
    over = [subject for subject, pattern in _ABOUT if pattern.search(heading)]
    return "complaint" if over == ["complaint"] else "response"
