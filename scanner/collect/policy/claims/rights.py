"""The rights that a policy offers and the way that it describes to each, and that people register.

A right counts as offered where the text says that people may exercise it, or how; a way to an
authority is none of the operator's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from scanner.collect.policy.claims.promise_scope import Place, places_of
from scanner.collect.policy.document import Document, Reading, Span
from scanner.collect.policy.negation import is_denied
from scanner.collect.policy.sentences import sentences_of
from scanner.facts import AccountRegistration, Fact, RightsOffered
from scanner.knowledge import Knowledge

Right = Literal["access", "correct", "delete", "close_account", "withdraw", "complain", "push_off"]
Method = Literal["phone", "email", "account", "third_party", "other"]

_PARTS = ("policy", "children", "permissions", "data_list", "other")
_MOST_PATH = 80
_OURS = (
    r"(?:您|你|自己|用户|个人|本人|账[号户]|帐[号户]|儿童)[^,;。]{0,14}?"
    r"(?:信息|资料|数据|记录|头像|昵称|订单|地址)|个人信息|\byour\s+(?:personal\s+)?(?:information|data|account)"
)
_OBJECT = re.compile(_OURS)
_CUES: tuple[tuple[Right, re.Pattern[str]], ...] = (
    (
        "access",
        re.compile(
            r"查阅|查询|查看|复制|副本|访问(?=您|你|权|个人|自己|、|,|和|与|或|并)|\b(?:access|review|obtain\s+a\s+copy)\b"
        ),
    ),
    ("correct", re.compile(r"更正|修改|更改|编辑|补充|完善|\b(?:correct|rectify|update|amend)\b")),
    ("delete", re.compile(r"删除|清除|清空|\b(?:delete|erase)\b")),
    (
        "close_account",
        re.compile(r"注销|\b(?:close|deactivate|cancel|delete)\s+(?:your|the|an)\s+account\b"),
    ),
    (
        "withdraw",
        re.compile(
            r"撤回|撤销|取消(?=.{0,10}(?:授权|同意))|(?:改变|变更)(?=.{0,12}(?:授权|同意))"
            r"|(?:关闭|停止)(?=[^,;。]{0,12}(?:权限|授权))|\bwithdraw\b"
        ),
    ),
    ("complain", re.compile(r"投诉|举报|(?<!账号)(?<!帐号)申诉|\bcomplain(?:t|ts)?\b")),
    (
        "push_off",
        re.compile(
            r"(?:关闭|退订|取消|拒绝|退出|停用|停止|不再?接收|不希望|不想)(?=[^,;。]{0,20}?(?:推送|个性化|推荐|广告|营销|推广))"
            r"|(?:推送|个性化|推荐|广告|营销)(?=[^,;。]{0,14}?(?:关闭|退订|拒绝|退出))|\b(?:opt[\s-]out|unsubscribe)\b"
        ),
    ),
)
_NEED_OBJECT = ("access", "correct", "delete")
_POLICY = re.compile(r"本?(?:政策|协议|声明|指引|条款|cookie)")
_OFFERED = re.compile(
    r"(?:您|你|用户|监护人)[^,;。]{0,24}?(?:(?<!不)可以?(?!能)|有权|(?<!功)能够?|随时|享有)|为您提供|我们(?:提供|支持|保障)|如有[^,;。]{0,10}请"
    r"|\byou\s+(?:can|may|have\s+the\s+right|are\s+able)|\byour\s+right"
)
_AUTHORITY = re.compile(
    r"部门|机关|法院|网信|工信|监管机构|公安|消费者协会|仲裁|12377|12321|12315|authorit|regulator|court"
)
_SEGMENT = r"[\[\"“‘「『《]{0,2}[^\W_](?:[\w ]{0,15})[\]\"”’」』》]{0,2}"
_STEP = r"\s{0,2}(?:-{1,3}>?|—{1,3}|–|→|>{1,2}|=>|⟶|➔|～|~)\s{0,2}"
_CHAIN = re.compile(rf"{_SEGMENT}(?:{_STEP}{_SEGMENT}){{1,8}}")
_SCREEN = re.compile(
    r"设置|我的|个人|账号|帐号|账户|帐户|中心|隐私|安全|菜单|首页|权限|注销|客服|反馈|settings|account|profile|privacy"
)
_TRAILING = re.compile(
    r"([^\]\"”’」』》]{2,}?)(?:中|里|内|页面?|界面|功能|处)?(?:进行|提交|完成|来|自行|即可|随时|选择|关闭|开启|撤回|查阅"
    r"|查看|更正|申请|操作)"
)
_SPEECH = re.compile(r"您|你|我们|如果|以及|因为|例如")
_LEADING = re.compile(
    r".*(?:通过|点击|进入|打开|前往|路径|依次|选择|登录|方式|[为是在于到从至内中:]|\b(?:under|in|to|via|through|at|from)\s)"
    r"(?=[^-—>→]{2,})"
)
_CLICK = re.compile(
    r"(?:点击|点选|进入|打开|前往|访问|登录)[^,;。]{1,40}?(?:设置|页面?|中心|按钮|入口|界面|选项|菜单|栏|链接)[\]\"”’」]?"
    r"|(?:在|通过)[^,;。]{1,30}?(?:设置|页面|中心|界面)(?:中|里|内|功能)?"
    r"|\b(?:go\s+to|visit|click|in\s+the|through)\s[^,;.]{1,40}?\b(?:settings|page|menu|button|link)\b"
)
_BROWSER = re.compile(r"浏览器|cookie|缓存|\bbrowser")
"""What people delete in their own browser is nothing that the operator deletes."""
_VAGUE = re.compile(r"为您|为你|相应|相关|我们|浏览器")
"""What makes a click no description of a way."""
_EMAIL = re.compile(r"[\w.+-]{1,40}(?:@|\[at\])[\w-]{1,40}(?:\.[\w-]{2,20}){1,3}")
_PHONE = re.compile(
    r"(?<![\d.])(?:400|800|0\d{2,3}|\+?86)[\s-]?\d{3,4}[\s-]?\d{3,5}(?!\d)|(?<!\d)(?:95|1[3-9]\d)\d{3,8}(?!\d)"
)
_CONTACT = re.compile(
    r"联系(?:我们|在线客服|客服|人工客服)|(?:在线|人工)客服|客服(?:热线|电话|邮箱)|(?:列明|载明|公布|提供|所述|披露|以下|下述|下方)的?[^,;。]{0,10}?联系方式"
    r"|\bcontact\s+us\b|\be-?mail\s+us\b"
)
_REGISTER = re.compile(
    r"(?:您|你|用户|申请|首次|/|、|并|或)[^,;。]{0,8}?注册(?!商标|地址|资本|公司|会计|人)|注册(?=(?:/|、|并|和|或|及|与)?(?:登录|为|成为|[^,;。]{0,8}(?:账[号户]|帐[号户]|会员|用户)))"
    r"|\b(?:register|sign\s+up|create\s+an\s+account)\b"
)
_NO_REGISTRATION = re.compile(
    r"(?:无需|不需要?|未|没有|不|无须|不必|免)(?:进行|完成|经|有|提供)?注册|without\s+regist"
)
_METHODS: tuple[tuple[Method, re.Pattern[str]], ...] = (
    ("phone", re.compile(r"手机号|手机|电话号码|\bphone|\bmobile")),
    ("email", re.compile(r"邮箱|电子邮件|\be-?mail")),
    ("account", re.compile(r"用户名|登录名|账号名|密码|\busername|\bpassword")),
    (
        "third_party",
        re.compile(
            r"微信|\bqq|微博|支付宝|apple\s?id|第三方(?:平台)?(?:账[号户]|帐[号户]|登录)|\b(?:google|facebook|wechat)\b"
        ),
    ),
)


class _Way(NamedTuple):
    path: str
    weight: int
    """3 a chain of screens, 2 a click, 1 an address or number, 0 none."""


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[Fact]:
    """Give one fact for every right and text, with the best way described, and for registration."""
    del knowledge
    for document in reading.documents:
        if document.part not in _PARTS:
            continue
        best: dict[Right, tuple[int, RightsOffered]] = {}
        for place in places_of(document):
            for right, way in _offers(place):
                if right not in best or way.weight > best[right][0]:
                    best[right] = way.weight, _fact(place, right, way)
        yield from (fact for _, fact in best.values())
        yield from _registrations(document)


def _fact(place: Place, right: Right, way: _Way) -> RightsOffered:
    start, end = place.sentence.start, place.sentence.end
    return RightsOffered(
        source=place.document.source(start, end),
        channel="policy",
        right=right,
        text=place.document.quote(start, end),
        page=place.document.name,
        path=way.path,
    )


def _offers(place: Place) -> Iterator[tuple[Right, _Way]]:
    text = place.sentence.text
    if len(text) > 1_000:
        return
    spoken = _rights(text)
    named = [(right, at) for right, at in spoken if _is_offered(text, at, right)]
    if not named and (spoken or not place.sentence.headings or not _OFFERED.search(text)):
        return
    for right, at in named:
        way = _way(place.document, place.sentence.start, text, at)
        yield right, way if way.weight else _next_way(place)
    if not named and (way := _way(place.document, place.sentence.start, text)).weight:
        heading = _rights(place.sentence.headings[-1])
        if len(heading) <= 2:
            yield from ((right, way) for right, _ in heading)


def _next_way(place: Place) -> _Way:
    """Find the way in the next sentence, where that one names no right of its own."""
    after = place.after[0] if place.after else None
    if after is None or after.start - place.sentence.end > 2 or _rights(after.text):
        return _Way("", 0)
    return _way(place.document, after.start, after.text)


def _rights(text: str) -> list[tuple[Right, int]]:
    """Find the rights that a text names, each at its first place where it is not denied."""
    found: list[tuple[Right, int]] = []
    for right, pattern in _CUES:
        for cue in pattern.finditer(text):
            if right in _NEED_OBJECT and not _OBJECT.search(text):
                break
            if _POLICY.search(text, cue.end(), cue.end() + 8):
                continue
            told = right == "push_off" and not cue.group().isascii()
            if told or not is_denied(text, cue.start()):
                found.append((right, cue.start()))
                break
    return found


def _is_offered(text: str, at: int, right: Right) -> bool:
    """Say whether people may do it, and not we, and not only before an authority."""
    begin = max(text.rfind(cut, 0, at) for cut in ";。") + 1
    before = text[begin:at]
    clause = before[max(before.rfind(cut) for cut in ",:") + 1 :]
    if re.search(r"我们[^,;。]{0,8}(?:可以?|有权|将会?|会|已|需)[^,;。]{0,12}$", clause):
        return False
    if text[:at].endswith("被") or (right == "delete" and _BROWSER.search(text)):
        return False
    if right == "complain" and _AUTHORITY.search(text) and not _CONTACT.search(text):
        return False
    if re.match(r"[^,;。]{0,12}?(?:之?后|之?前|时)[,我将,]", text[at:]) and not _OFFERED.search(
        before
    ):
        return False
    if _OFFERED.search(before) or _chains(text) or _CONTACT.search(text, at, at + 80):
        return True
    return right != "complain" and _CLICK.search(text) is not None


def _way(document: Document, start: int, text: str, at: int = 0) -> _Way:
    """Find how a sentence says that the right at a place is exercised; its words as they stand."""
    span, weight = None, 0
    chains = _chains(text)
    if chains:
        before = [chain for chain in chains if chain[0] <= at]
        span, weight = (before[-1] if before else chains[0]), 3
    elif (click := _CLICK.search(text)) and not _VAGUE.search(click.group()):
        span, weight = click.span(), 2
    elif contact := (_EMAIL.search(text) or _PHONE.search(text) or _CONTACT.search(text)):
        span, weight = contact.span(), 1
    if span is None:
        return _Way("", 0)
    words = document.text[start + span[0] : start + span[1]]
    return _Way(" ".join(words.split())[:_MOST_PATH], weight)


def _chains(text: str) -> list[tuple[int, int]]:
    """Find chains of screens (我的-设置-账号与安全), without the words before and behind them."""
    chains = []
    for found in _CHAIN.finditer(text):
        steps = list(re.finditer(_STEP, found.group()))
        lead = _LEADING.match(found.group()[: steps[0].start()])
        start = found.start() + (lead.end() if lead else 0)
        last = found.start() + steps[-1].end()
        tail = _TRAILING.match(text, last, found.end())
        end = tail.end(1) if tail else found.end()
        words = text[start:end]
        if _SCREEN.search(words) and not _SPEECH.search(words) and not _EMAIL.search(words):
            chains.append((start, end))
    return chains


def _registrations(document: Document) -> Iterator[AccountRegistration]:
    """Give the ways in which the text, or a row of a table, says that people register."""
    seen: dict[Method, Span] = {}
    for span in _stretches(document):
        text = document.folded[span.start : span.end]
        found = _REGISTER.search(text)
        if found is None or _NO_REGISTRATION.search(text) or is_denied(text, found.start()):
            continue
        near = text[max(0, found.start() - 40) : found.end() + 60]
        methods: list[Method] = [method for method, words in _METHODS if words.search(near)]
        for method in methods or ["other"]:
            seen.setdefault(method, span)
    if len(seen) > 1:
        seen.pop("other", None)
    for method, span in seen.items():
        yield AccountRegistration(
            source=document.source(span.start, span.end),
            channel="policy",
            method=method,
            page=document.name,
        )


def _stretches(document: Document) -> Iterator[Span]:
    """Give the sentences and headings, and the rows of the tables, in their order."""
    spans = [Span(one.start, one.end) for one in sentences_of(document) if not one.cell]
    for table in document.tables:
        spans += [Span(row[0].start, row[-1].end) for row in table.rows[table.head :] if row]
    return iter(sorted(spans))
