"""Whether what a policy says of an element suffices: the test of value of each.

What a test can find lacking, in words of ours (`lacks` of policy.element):

    name        the operator                         contact     e-mail, telephone, address, form
    kinds       five kinds of information, the       closed_list half of the kinds in words of
                sensitive kinds (pol-16, pol-18)                 their own, not broad or open ones
    purpose     a purpose, for four of five          period      a number or a rule to reckon one by
    afterwards  what follows the period              place       a place of storage
    access, copy, correct, delete, close             the right   path        a way to do it
    time        15 working days or less              channel     where to complain
    recipient, company, means, data_types            of third parties, for half of them
    off_path    how to turn a permission off         necessity, effect, separate_consent, emphasis
    guardian_consent, rights, switch, measures, breach, date, notice, refusal, within_law,
    alternative, merger, deceased, entrusted, summary
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scanner.collect.policy.elements.ground import (
    Ground,
    Mentions,
    Place,
    heading_above,
    sentence_of,
)
from scanner.collect.policy.elements.special_tests import SPECIAL
from scanner.collect.policy.elements.ways import CONTACT, ONLINE, Answer, first_of, has_way, without
from scanner.facts import PolicyThirdParty

FIVE = 5
"""Kinds of information below which a policy hardly lists what it collects: project default."""
MOST_PURPOSES_PERCENT = 80
"""Share of kinds and permissions that must stand with a purpose: project default."""
WORKING_DAYS = 15
"""Days within which a request is to be handled (国信办秘字〔2019〕191号 六; GB/T 35273-2020 8)."""


_TIME = re.compile(
    r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?个?(?:工作日|自然日|天|日|小时|business days"
    r"|working days|days|hours)"
)
_AT_ONCE = re.compile(r"(?<!无法)(?<!不能)(?<!得到)(?:立即|即时)|及时删除|实时|immediately|at once")
_ANSWER = re.compile(
    r"(?:答复|回复|处理|反馈|响应|解决|受理|完成|核查|respond|reply|answer|process)"
    r"[^。\n]{0,40}|[^。\n]{0,40}(?:答复|回复|处理|反馈|响应|解决|受理|完成|核查|respond|reply"
    r"|answer)"
)


def _operator(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    operators = ground.claims.operators
    return Answer(without(name=operators), first_of(ground, operators))


def _contact(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    place = mentions.near(CONTACT) or mentions.near(ONLINE)
    return Answer(without(contact=place), place)


_NOTHING_TAKEN = re.compile(
    r"不(?:会)?(?:收集|获取|采集|存储)(?:或(?:存储|使用|上传))?(?:您的|用户的?)?(?:任何"
    r"|一切)[^。,\n]{0,12}(?:信息|数据)"
    r"|(?:do(?:es)? not|don['’]t) collect (?:or store )?any (?:personal|user)? ?(?:information"
    r"|data)"
)


def _kinds(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    items = [item for item in ground.claims.items if item.use == "collected"]
    nothing = None if items else ground.anywhere(_NOTHING_TAKEN)
    if nothing or (not items and ground.promise("not_collected")):
        return Answer((), nothing)
    own = [item for item in items if not item.vague]
    return Answer(
        without(
            kinds=len({item.data_type for item in items}) >= FIVE,
            closed_list=len(own) * 2 >= len(items),
        ),
        first_of(ground, own or items),
    )


def _purposes(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    items = [item for item in ground.claims.items if item.use == "collected"]
    if not items and (ground.promise("not_collected") or ground.anywhere(_NOTHING_TAKEN)):
        return Answer()
    bound = sum(bool(item.purpose) for item in items)
    untold = any(item.purpose is None for item in items)
    enough = bool(items) and bound * 100 >= len(items) * MOST_PURPOSES_PERCENT
    place = first_of(ground, [item for item in items if item.purpose])
    return Answer(() if enough or untold else ("purpose",), place, untold and not enough)


_RULE = re.compile(
    r"(?:注销|删除)[^。\n]{0,12}(?:账|帐)?[号户]?[^。\n]{0,6}(?:之?前|之?后|时|为止)|(?:直至|直到"
    r"|至)[^。\n]{0,20}(?:注销|删除|撤回|停止|终止|退出|卸载|关闭|结束)"
    r"|在?(?:您|用户)[^。\n]{0,16}(?:使用|注册|存续)[^。\n]{0,16}期间|服务(?:期间|存续)|(?:合同"
    r"|订单|交易|服务)[^。\n]{0,10}(?:完成|终止|履行|结束)(?:之日)?(?:后|时|起)"
    r"|诉讼时效|注销[^。\n]{0,8}期间|停止使用|会话(?:结束|关闭)|关闭浏览器|(?:until|unless"
    r"|as long as|when|after"
    r"|once) [^.\n]{0,40}(?:delete|account|close|active|terminate|cancel|uninstall|session)"
    r"|statute of limitation"
)
_PERIOD = re.compile(
    r"(?:保存|保留|存储|储存|留存|期限|期间|retain|retention|keep|store)[^。\n]{0,60}?(?:\d{1,4}"
    r"|[一二两三四五六七八九十半]{1,3})\s?个?(?:天|日|月|年|小时|工作日|(?:calendar "
    r"|business )?(?:days?|months?|years?|hours?))"
    r"|\d{1,4}\s?个?(?:天|日|月|年)内?[^。;\n]{0,70}(?:保留|保存|存储|储存|留存)"
    r"|不(?:少于|超过)(?:\d{1,4}|[一二两三四五六七八九十半]{1,3})\s?个?(?:天|日|月|年)"
)
_AFTERWARDS = re.compile(
    r"(?:期限|期间|届满|到期|超过|超出|期满|注销|停止|终止|目的|后)[^。\n]{0,60}?"
    r"(?:删除|匿名化|销毁|去标识化)"
    r"|(?:then|after|once|when|until|longer|expir)[^.\n]{0,80}?(?:delet|anonymi[sz]|eras|destroy)"
    r"|(?:delet|anonymi[sz]|eras|destroy)[^.\n]{0,60}?(?:after|once|when|longer|expir)"
)


def _retention(ground: Ground, mentions: Mentions) -> Answer:
    """Test for a number, or a rule to reckon by; 目的所必需的最短时间 only repeats PIPL 19."""
    number = any(
        fact.subject == "retention" and fact.days is not None for fact in ground.claims.periods
    )
    place = mentions.near(_PERIOD, 60, 200) or mentions.near(_RULE, 60, 200)
    return Answer(without(period=number or place, afterwards=ground.anywhere(_AFTERWARDS)), place)


_WHERE = re.compile(
    r"境内|中国|大陆|本地|设备[上中内]|新加坡|美国|香港|欧盟|欧洲|日本|德国|印度|俄罗斯|北京|上海"
    r"|深圳|广州|杭州"
    r"|\bchina\b|singapore|united states|\bu\.?s\.?a?\b|european|\beea\b|\beu\b|japan|germany"
    r"|netherlands|hong kong|ireland|india|on your device|locally"
)


_OF_COOKIES = re.compile(r"cookies?|浏览器|缓存")
_OF_DATA = re.compile(r"信息|数据|资料|data|information|\bit\b|\bthem\b")


def _storage(ground: Ground, mentions: Mentions) -> Answer:
    said = tuple(
        place
        for place in mentions.said
        if not _OF_COOKIES.search(place.document.folded, *sentence_of(place))
        and _OF_DATA.search(place.document.folded, *sentence_of(place))
    )
    place = Mentions(said, ()).near(_WHERE)
    return Answer(without(place=place or ground.promise("stored_at_home")), place)


_ACCESS = re.compile(r"查阅|查询|查看|访问(?!控制|权限)|access|\bview\b")
_COPY = re.compile(
    r"复制(?!粘贴|链接)|副本|拷贝|(?:导出|下载)[^。\n]{0,12}(?:个人信息|数据|副本)|提供一份|\bcopy\b|\bcopies\b"
    r"|download|export"
)
_CORRECT = re.compile(r"更正|补充|更改|修改|修正|完善|correct|rectif|\bedit\b|updat")


def _rights(ground: Ground, mentions: Mentions) -> Answer:
    way = has_way(ground, mentions)
    return Answer(
        without(
            access=mentions.near(_ACCESS),
            copy=mentions.near(_COPY),
            correct=mentions.near(_CORRECT),
            path=way,
        ),
        way,
    )


_DELETE = re.compile(r"删除|清除|delet|eras")
_CLOSE = re.compile(
    r"注销|删除(?:您的)?(?:账|帐)[号户]|(?:clos|delet|deactivat|terminat"
    r"|cancel)[a-z]{0,5} (?:your |an |the |my )?account"
)
_ACCOUNT = re.compile(
    r"(?:注册|登录)[^。\n]{0,12}(?:账|帐)[号户]|(?:账|帐)[号户]|sign up|register|log ?in"
    r"|your account"
)


def _in_time(ground: Ground, *subjects: str) -> bool:
    return any(
        fact.subject in subjects
        and fact.days is not None
        and fact.days <= (WORKING_DAYS if fact.working_days else WORKING_DAYS + 7)
        for fact in ground.claims.periods
    )


def _timed(mentions: Mentions) -> Place | None:
    """Find a time of 15 working days or less where an answer or a deletion is promised."""
    answers = [Place(place.document, *span) for place in mentions.said for span in _times(place)]
    return answers[0] if answers else None


def _times(place: Place) -> list[tuple[int, int]]:
    folded, start = place.document.folded, max(0, place.start - 200)
    return [
        found.span()
        for found in _TIME.finditer(folded, start, place.end + 700)
        if _days(found.group()) <= WORKING_DAYS
        and _ANSWER.search(folded, max(0, found.start() - 50), found.end() + 50)
    ]


_NUMERALS = {digit: value for value, digit in enumerate("零一二三四五六七八九十")}


def _days(words: str) -> int:
    digits = re.match(r"\d+", words)
    if "时" in words or "hour" in words:
        return 1
    if digits:
        return int(digits.group())
    tens, ten, ones = re.sub(
        r"[^一二三四五六七八九十]", "", words.split("个", maxsplit=1)[0][:3]
    ).partition("十")
    if not ten:
        return _NUMERALS.get(tens, 99)
    return _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)


def _deletion(ground: Ground, mentions: Mentions) -> Answer:
    way = has_way(ground, mentions)
    time = _timed(mentions) or mentions.near(_AT_ONCE)
    closes = mentions.near(_CLOSE) or not ground.anywhere(_ACCOUNT)
    known = _in_time(ground, "deletion", "account_closing", "response", "correction")
    return Answer(
        without(delete=mentions.near(_DELETE), close=closes, path=way, time=known or time), way
    )


def _withdrawal(ground: Ground, mentions: Mentions) -> Answer:
    way = has_way(ground, mentions)
    return Answer(without(path=way), way)


def _complaint(ground: Ground, mentions: Mentions) -> Answer:
    way = has_way(ground, mentions)
    known = _in_time(ground, "complaint", "response")
    return Answer(without(channel=way, time=known or _timed(mentions)), way)


_COLUMNS: Mapping[str, Callable[[PolicyThirdParty], bool]] = {
    "company": lambda party: bool(party.company),
    "contact": lambda party: party.contact is not False,
    "purpose": lambda party: party.purpose != "",
    "means": lambda party: party.means != "",
    "data_types": lambda party: party.data_types != (),
}
"""What a policy owes of each recipient besides its name (PIPL 23); a value that is null counts as
stated, for nobody read whether it is."""


def _columns(parties: tuple[PolicyThirdParty, ...], columns: tuple[str, ...]) -> tuple[str, ...]:
    """Say which columns are empty for more than half of the parties, where it is not only one."""
    missing = tuple(
        column
        for column in columns
        if 2 * sum(not _COLUMNS[column](party) for party in parties) > len(parties)
    )
    return tuple(sorted(missing)) if len(missing) > 1 else ()


def _sharing(ground: Ground, mentions: Mentions) -> Answer:
    parties = ground.claims.parties
    if not parties:
        if ground.promise("no_sharing") or (mentions.denied and not mentions.said):
            return Answer()
        return Answer(("recipient",))
    missing = _columns(parties, ("contact", "purpose", "means", "data_types"))
    return Answer(missing, first_of(ground, parties))


_COMPONENTS = re.compile(
    r"sdk|插件|软件(?:开发)?工具|第三方(?:服务|组件|代码|技术)|librar|component"
)


def _is_component(ground: Ground, party: PolicyThirdParty) -> bool:
    """Say whether a third party is named as a component: by the tables, its name, or its place."""
    if party.recipient or "sdk" in party.name.lower():
        return True
    place = ground.place_of(party)
    return place is not None and (
        place.document.part == "sdk_list" or _COMPONENTS.search(heading_above(place)) is not None
    )


def _sdks(ground: Ground, mentions: Mentions) -> Answer:
    parties = tuple(party for party in ground.claims.parties if _is_component(ground, party))
    if not parties:
        if ground.promise("no_sdk") or (mentions.denied and not mentions.said):
            return Answer()
        return Answer(("recipient",))
    missing = _columns(parties, ("company", "purpose", "data_types", "contact"))
    return Answer(missing, first_of(ground, parties))


_OFF = re.compile(
    r"(?:关闭|取消|撤回|撤销|禁用|管理|停用)[^。\n]{0,16}(?:权限|系统授权)|授权管理"
    r"|权限[^。\n]{0,16}(?:关闭|取消|撤回|撤销|管理)"
    r"|(?:turn off|disable|revoke|withdraw|manage|deny)[^.\n]{0,30}permission"
    r"|permissions?[^.\n]{0,40}(?:turn|disable|revoke|off|manage)"
)


def _permissions(ground: Ground, mentions: Mentions) -> Answer:
    named = ground.claims.permissions
    stated = sum(fact.purpose != "" for fact in named)
    off = any(fact.off_path for fact in named) or mentions.near(_OFF) or ground.anywhere(_OFF)
    enough = bool(named) and stated * 100 >= len(named) * MOST_PURPOSES_PERCENT
    return Answer(without(purpose=enough, off_path=off))


TESTS: Mapping[str, Callable[[Ground, Mentions], Answer]] = {
    "pol-01": _operator,
    "pol-02": _contact,
    "pol-03": _kinds,
    "pol-04": _purposes,
    "pol-05": _retention,
    "pol-06": _storage,
    "pol-07": _rights,
    "pol-08": _deletion,
    "pol-09": _withdrawal,
    "pol-10": _complaint,
    "pol-11": _sharing,
    "pol-12": _sdks,
    "pol-15": _permissions,
    **SPECIAL,
}
"""The test of value of each element."""
