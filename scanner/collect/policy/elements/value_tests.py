"""Whether what a policy says of an element suffices: the test of value of each.

What a test can find lacking, in words of ours (`lacks` of policy.element):

    operator    its name                             contact     e-mail, telephone, address, form
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
    line_of,
    sentence_of,
)
from scanner.collect.policy.elements.recipient_tests import components, sharing
from scanner.collect.policy.elements.special_tests import SPECIAL
from scanner.collect.policy.elements.ways import (
    CONTACT,
    ONLINE,
    Answer,
    first_of,
    has_way,
    of_matter,
    without,
)

FIVE = 5
"""Kinds of information below which a policy whose list is open hardly lists what it collects: the
project's own test; no law counts kinds, and who takes three and names all three owes no more."""
LIST = 3
"""Kinds from which named kinds are a list; whether one or two are all that is taken, nobody can
tell from the text."""
MOST_PURPOSES_PERCENT = 80
"""Share of kinds and permissions that must stand with a purpose: project default."""
FEW_PURPOSES_PERCENT = 50
"""Share below which purposes are lacking; between the two, whether a kind without a purpose beside
it has one elsewhere is for a person to see: project default."""
WORKING_DAYS = 15
"""Days within which a request is to be handled (国信办秘字〔2019〕191号 六; GB/T 35273-2020 8)."""


_TIME = re.compile(
    r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?个?(?:工作日|自然日|天|日|小时|business days"
    r"|working days|days|hours)"
)
_AT_ONCE = re.compile(r"(?<!无法)(?<!不能)(?<!得到)(?:立即|即时)|及时删除|实时|immediately|at once")
_ANSWER = re.compile(
    r"(?:答复|回复|处理|反馈|响应|解决|受理|完成|办结|核查|respond|reply|answer|process|complet)"
    r"[^。\n]{0,40}|[^。\n]{0,40}(?:答复|回复|处理|反馈|响应|解决|受理|完成|办结|核查|respond|reply"
    r"|answer|complet)"
)


def _operator(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    operators = ground.claims.operators
    return Answer(without(operator=operators), first_of(ground, operators))


_OF_RECIPIENT = re.compile(
    r"sdk[^\n]{0,40}(?:提供方|运营方|公司|目的|用途|provider|purpose)"
    r"|(?:接收方|sdk)(?:的?(?:名称|全称))?\s?[:|]|\brecipient:"
)


def _contact(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    def fits(place: Place) -> bool:
        return not _OF_RECIPIENT.search(place.document.folded, *line_of(place))

    place = mentions.near(CONTACT, fits=fits) or mentions.near(ONLINE, fits=fits)
    return Answer(without(contact=place), place)


_NOTHING_TAKEN = re.compile(
    r"不(?:会)?(?:收集|获取|采集|存储)(?:或(?:存储|使用|上传))?(?:您的|用户的?)?(?:任何"
    r"|一切)[^。,\n]{0,12}(?:信息|数据)"
    r"|(?:do(?:es)? not|don['’]t) collect (?:or store )?any (?:personal|user)? ?(?:information"
    r"|data)"
)


def _nothing_taken(ground: Ground) -> Place | None:
    """Find the promise that nothing is collected, where nothing else says that anything is.

    Who holds nothing has nothing to keep, to show, to correct or to delete.
    """
    promise = ground.promise("not_collected")
    taken = any(item.use == "collected" for item in ground.claims.items)
    return ground.place_of(promise) if promise and not taken else None


def _kinds(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    """Test for kinds in words of their own: five, or three in a list that leaves nothing open."""
    items = [item for item in ground.claims.items if item.use == "collected"]
    nothing = None if items else ground.anywhere(_NOTHING_TAKEN)
    if nothing or (not items and ground.promise("not_collected")):
        return Answer((), nothing)
    own = [item for item in items if not item.vague]
    kinds = len({item.data_type for item in items})
    closed = bool(items) and len(own) == len(items)
    return Answer(
        without(kinds=closed or kinds >= FIVE, closed_list=len(own) * 2 >= len(items)),
        first_of(ground, own or items),
        untold=closed and kinds < LIST,
    )


def _purposes(ground: Ground, mentions: Mentions) -> Answer:  # noqa: ARG001
    items = [item for item in ground.claims.items if item.use == "collected"]
    if not items and (ground.promise("not_collected") or ground.anywhere(_NOTHING_TAKEN)):
        return Answer()
    bound = sum(bool(item.purpose) for item in items)
    enough = bool(items) and bound * 100 >= len(items) * MOST_PURPOSES_PERCENT
    untold = any(item.purpose is None for item in items) or (
        bound * 100 >= len(items) * FEW_PURPOSES_PERCENT and bound > 0
    )
    place = first_of(ground, [item for item in items if item.purpose])
    return Answer(() if enough or untold else ("purpose",), place, untold and not enough)


_RULE = re.compile(
    r"(?:注销|删除)[^。\n]{0,12}(?:账|帐)?[号户]?[^。\n]{0,6}(?:之?前|之?后|时|为止)|(?:直至|直到"
    r"|至)[^。\n]{0,20}(?:注销|删除|撤回|停止|终止|退出|卸载|关闭|结束)"
    r"|在?(?:您|用户)[^。\n]{0,16}(?:使用|注册|存续)[^。\n]{0,16}期间|服务(?:期间|存续)|(?:合同"
    r"|订单|交易|服务)[^。\n]{0,10}(?:完成|终止|履行|结束)(?:之日)?(?:后|时|起)"
    r"|诉讼时效|注销[^。\n]{0,8}期间|停止使用|(?:期限|时间)的?(?:主要)?(?:标准|依据)[^。\n]{0,8}(?:包括|如下|有|为)|会话(?:结束|关闭)"
    r"|关闭浏览器|(?:until|unless"
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


_OF_CLOSING = re.compile(r"路径|提交|申请|办结|办理|工作日|working days")


def _of_keeping(place: Place) -> bool:
    """Say whether a time is one of keeping, and not of how an account is closed."""
    return not _OF_CLOSING.search(place.document.folded, *sentence_of(place))


def _retention(ground: Ground, mentions: Mentions) -> Answer:
    """Test for a number, or a rule to reckon by; 目的所必需的最短时间 only repeats PIPL 19."""
    number = any(
        fact.subject == "retention" and fact.days is not None for fact in ground.claims.periods
    )
    nothing = _nothing_taken(ground)
    if nothing:
        return Answer((), nothing, untold=True)
    place = mentions.near(_PERIOD, 60, 200, _of_keeping)
    place = place or mentions.near(_RULE, 60, 200, _of_keeping)
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
    r"复制(?!粘贴|链接)|副本|拷贝|(?:导出|下载)[^。\n]{0,24}(?:信息|资料|数据|副本)|提供一份|\bcopy\b|\bcopies\b"
    r"|download|export"
)
_CORRECT = re.compile(r"更正|补充|更改|修改|修正|完善|correct|rectif|\bedit\b|updat")


def _rights(ground: Ground, mentions: Mentions) -> Answer:
    nothing = _nothing_taken(ground)
    if nothing:
        return Answer((), nothing, untold=True)
    way = has_way(ground, mentions, "rights")
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
_NO_ACCOUNT = re.compile(
    r"(?:不(?:设立?|建立|提供|涉及|支持)|没有|未设)[^。,;\n]{0,6}(?:(?:账|帐)[号户]|注册|登录)|无(?:账|帐)[号户]"
    r"|(?:no|without|not have) (?:user )?accounts?\b"
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


def _timed(mentions: Mentions, matter: str) -> Place | None:
    """Find a time of 15 working days or less where an answer or a deletion is promised."""
    fits = of_matter(matter)
    answers = (Place(place.document, *span) for place in mentions.said for span in _times(place))
    return next(filter(fits, answers), None)


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


_OF_EXPIRY = re.compile(r"期满|届满|到期|超[过出]|保存|期限|监护|儿童|expir|retention")
"""What is deleted at once by itself, and not because somebody asked."""


def _deletion(ground: Ground, mentions: Mentions) -> Answer:
    nothing = _nothing_taken(ground)
    if nothing:
        return Answer((), nothing, untold=True)
    way = has_way(ground, mentions, "deletion")
    of_deletion = of_matter("deletion")

    def fits(place: Place) -> bool:
        folded, span = place.document.folded, sentence_of(place)
        return of_deletion(place) and not _OF_EXPIRY.search(folded, *span)

    time = _timed(mentions, "deletion") or mentions.near(_AT_ONCE, fits=fits)
    accounts = ground.anywhere(_ACCOUNT) and not ground.anywhere(_NO_ACCOUNT)
    closes = mentions.near(_CLOSE) or not accounts
    known = _in_time(ground, "deletion", "account_closing", "response", "correction")
    return Answer(
        without(delete=mentions.near(_DELETE), close=closes, path=way, time=known or time), way
    )


def _withdrawal(ground: Ground, mentions: Mentions) -> Answer:
    nothing = _nothing_taken(ground)
    if nothing:
        return Answer((), nothing, untold=True)
    way = has_way(ground, mentions, "consent")
    return Answer(without(path=way), way)


def _complaint(ground: Ground, mentions: Mentions) -> Answer:
    way = has_way(ground, mentions, "complaint")
    known = _in_time(ground, "complaint", "response") or _timed(mentions, "complaint")
    return Answer(without(channel=way, time=known), way)


_OFF = re.compile(
    r"(?:关闭|取消|撤回|撤销|禁用|管理|停用)[^。\n]{0,16}(?:权限|系统授权)"
    r"|权限[^。\n]{0,16}(?:关闭|取消|撤回|撤销|管理)"
    r"|选择[“\"「]?不允许|(?:系统|手机|设备)(?:设置|权限|中|里|上)[^。\n屏]{0,14}关(?:掉|闭|停)|关掉"
    r"|(?:如何|怎样|怎么)(?:关闭|取消|撤回)|(?:关闭|取消|撤回)的?(?:方式|方法|路径|途径)"
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
    "pol-11": sharing,
    "pol-12": components,
    "pol-15": _permissions,
    **SPECIAL,
}
"""The test of value of each element."""
