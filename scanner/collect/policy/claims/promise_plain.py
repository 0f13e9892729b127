"""Whether a sentence says its promise and nothing else, so that a program cannot have misread it.

The test is one of what may stand there, never of what may not: a word that is not of the promise
itself, its data, or the ordinary filling around them leaves the promise unplain, and a person must
read it. Headings, and the sentences around it, are asked in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from scanner.collect.policy.claims.data_words import data_words
from scanner.collect.policy.claims.promise_plain_english import is_plain_english
from scanner.collect.policy.claims.promise_scope import Place, is_usual
from scanner.collect.policy.document import folded
from scanner.facts import Promise
from scanner.knowledge import Knowledge

DATA = "\0"
"""What stands for a word for a kind of data."""

_SELF = r"我们|我司|我方|本公司|本(?:应用|软件|平台|产品|app|服务|程序|机构|单位)"
_OPENING = (
    r"我们|我司|我方|本公司|本(?:应用|软件|平台|产品|app|服务|程序|机构|单位)"
    r"|也|亦|均|都|将|绝(?=不)|并|且|同时|此外|另外|始终|一律|从(?=[不未])|在?任何情况下"
    r"|(?:郑重|特此|在此|向您){0,3}(?:承诺|声明|保证)|请您?放心|\s"
)
_ANY_DATA = (
    r"您|你|用户|本人|的|了|任何|所有|全部|一切"
    r"|个人信息|个人数据|个人资料|个人隐私|信息|数据|资料|隐私"
)
_JOINING = r"、|和|或者?|及|以及|与|/|\s"
_KIND = rf"{DATA}|[()](?={DATA})|(?<={DATA})[()]"
_NOT = r"(?:不会|不|未|没有|并不会|并不|并未)"
_TAKING = r"收集|采集|获取|读取|搜集|访问|使用|存储|保存|处理|记录|上传"
_GIVING = r"共享|分享|提供|披露|透露|转让|出售|售卖|出租|交易|公开"
_SOMEBODY = (
    r"第三方|第三人|其他|其它|公司|组织|个人|机构|企业|单位|实体|他人|人|向|给|对|将|把|被|进行"
    r"|以任何(?:形式|方式|目的)"
)
_COUNTRY = r"中华人民共和国|中国|我国|大陆|地区"
_STORED = r"存储|保存|储存|存放|留存"
_SECURED = (
    r"对|在|以|用|所|会|采用|使用|采取|通过|利用|加密|传输|传输层|网络|过程|中|时|进行|加以|处理|保护|保障|安全|协议|技术|措施"
    r"|方式|通道|信道|连接|通信|通讯|客户端|服务器|应用|之间|ssl|tls|https"
)
_CONSENT = (
    r"(?:[“\"「'‘]同意[”\"」'’]|同意|授权)|(?:本|《)?(?:隐私政策|个人信息保护政策|政策)》?|点击|按钮|并|事先|明确|明示"
    r"|未?(?:经过?|征得|取得|获得|得到)|在|之前|前|之后|后|的?(?:情况|前提)下|仅|只有?|才|方|将|会|可|开始"
)


class _Form(NamedTuple):
    """How a clause runs that makes a promise."""

    shape: re.Pattern[str]
    needs: re.Pattern[str]
    """What must stand in it."""


def _denying(body: str, needs: str, front: str = "") -> _Form:
    front = rf"(?:{_OPENING}|{_ANY_DATA}{front})*+"
    shape = rf"{front}{_NOT}(?:{body}|{_KIND}|{_ANY_DATA}|{_JOINING})*+"
    return _Form(re.compile(shape), re.compile(needs))


def _stating(body: str, needs: str) -> _Form:
    shape = rf"(?:{_OPENING}|{body}|{_KIND}|{_ANY_DATA}|{_JOINING})*+"
    return _Form(re.compile(shape), re.compile(needs))


_FORMS: dict[Promise, tuple[_Form, ...]] = {
    "not_collected": (_denying(_TAKING, r"收集|采集|获取|读取|搜集|访问|上传"),),
    "no_sharing": (
        _denying(
            rf"{_GIVING}|{_SOMEBODY}",
            r"^(?!.*[向与给对](?!.*(?:第三|任何|他人))).*(?:共享|分享|提供)",
            r"|[与和向](?:任何)?第三方",
        ),
    ),
    "no_sale": (_denying(rf"{_GIVING}|{_SOMEBODY}", r"出售|售卖"),),
    "no_export": (
        _denying(
            rf"(?:涉及)?(?:{_GIVING}|传输|转移|传送|{_STORED}|跨境|出境|境外|海外|国外|{_COUNTRY}|向|至|到|在|于|将|把|进行)",
            r"境外|海外|国外|跨境|出境",
        ),
    ),
    "stored_at_home": (
        _stating(
            rf"{_STORED}|{_COUNTRY}|境内|会|仅|只|于|在|至|为|是|:|地点|位置|服务器|收集|产生|所|中",
            rf"境内|国内|大陆|{_COUNTRY}",
        ),
    ),
    "only_in_use": (
        _denying(rf"{_TAKING}|在|后台|运行|时", r"后台"),
        _stating(
            rf"{_TAKING}|仅|只|会|在|于|使用|前台|运行|时|期间|才", r"[仅只].*时|[仅只].*期间"
        ),
    ),
    "only_after_consent": (
        _denying(rf"{_TAKING}", r"收集|采集|获取|读取"),
        _denying(
            rf"{_TAKING}|{_CONSENT}", r"(?:未经|未征得|未取得|未获得|前).*(?:收集|采集|获取|读取)"
        ),
        _stating(rf"{_TAKING}|{_CONSENT}", r"^(?!.*[未前]).*(?:[仅只].*同意|同意.*[才方])"),
    ),
    "off_by_default": (
        _stating(r"默认|为|是|处于|关闭|不会?|开启|打开|启用|状态|权限|相应|系统|设备", r"默认"),
    ),
    "encrypted_in_transit": (_stating(_SECURED, r"加密|ssl|tls|https"),),
    "anonymous_only": (
        _stating(r"仅|只|会|收集|采集|获取|匿名化?|去标识化?", r"[仅只].*(?:匿名|去标识)"),
        _denying(rf"{_TAKING}|能够?|可以?|识别|出|身份|个人|个人身份", r"识别"),
    ),
    "no_sdk": (
        _denying(
            r"接入|集成|嵌入|使用|包含|含有?|引入|植入|内置|第?三方|sdk|软件开发(?:工具)?包|代码|组件|插件|库",
            r"^(?!.*(?:您|用户|信息)).*(?:sdk|软件开发|插件|组件)",
        ),
    ),
}
_FRONT = re.compile(rf"(?:{_OPENING}|:)*+")
"""A clause that only begins: 我们承诺，…"""
_BEFORE_CONSENT = re.compile(rf"(?:{_CONSENT}|您|你|用户|的|我们)*+")
_MARK = re.compile(r"^[\s>*_#•·●○■◆-]*(?:\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)、.])?[\s*_]*")
_CUT = re.compile(r"[,;]")
_OPEN_QUOTES, _CLOSE_QUOTES = "“「『‘", "”」』’"

_OF_OTHERS = re.compile(r"第三方|sdk|third")
_GIVEN = re.compile(r"共享|分享|提供|转让|披露|委托|对外|shar|disclos|transfer")
_TITLE = re.compile(
    r"(?:app)?(?:用户|个人信息)?(?:隐私|保护)(?:保护|权)?(?:政策|声明|指引)|privacy\s(?:policy|notice)"
)
_NARROW_TITLE = re.compile(
    r"[\d()《》“”\[\]]|版|网|儿童|青少年|未成年|学生|国际|海外|欧|美国|小程序|ios|苹果|鸿蒙|桌面|电视|插件|sdk|试用|公测|示例|样例|模板"
    r"|历史|旧|草案|征求|摘|节选|员工|招聘|商家|商户|司机|骑手|主播|开发者|合作|第三方|功能|cookie|kids|child"
)
_QUOTING = re.compile(
    r"原文|摘录|摘自|引用|引自|示例|例如|比如|举例|模板|旧版|历史|曾经?|废止|失效|修订前|此前|以前|原政策"
    r"|\b(?:quot|example|formerly|used to)"
)
_BACK = re.compile(
    r"但(?!凡)|不过|然而|(?<![删清移解消排])除|例外|以下|下列|上述|前述|以上|该承诺|此承诺|不适用|另有|[(\[]\d"
    r"|\b(?:however|but|except|unless|although|following|above)\b"
)
_NEAR = 12
"""Sentences before it, under the same heading, that are asked whether they quote."""


def is_plain(
    promise: Promise, places: Sequence[Place], at: int, names: Sequence[str], knowledge: Knowledge
) -> bool:
    """Say whether the sentence at a place says its promise and nothing else."""
    place = places[at]
    words = _stripped(place, names, knowledge)
    return (
        place.document.part == "policy"
        and (_is_said(promise, words, place.lead) or is_plain_english(promise, words, DATA))
        and _is_ours(promise, words, place.lead)
        and all(_is_ordinary(promise, heading, place, names) for heading in place.sentence.headings)
        and not _is_quoted(place)
        and not _is_limited_around(places, at, knowledge)
    )


def _stripped(place: Place, names: Sequence[str], knowledge: Knowledge) -> str:
    """Give the words of a sentence, with one sign for each of its kinds of data."""
    text = place.sentence.text
    parts, end = [], 0
    for word in data_words(text, knowledge):
        if word.start >= end:
            parts += [text[end : word.start], DATA]
            end = word.end
    words = "".join([*parts, text[end:]])
    for name in sorted(map(folded, names), key=len, reverse=True):
        words = words.replace(name, "本应用") if len(name) > 1 else words
    return _MARK.sub("", words, count=1).rstrip("。.;!* \n")


def _is_said(promise: Promise, words: str, lead: str) -> bool:
    """Say whether every clause makes a promise, and one of them this one."""
    if not _leads_plainly(lead):
        return False
    if promise == "only_after_consent" and _makes(promise, _CUT.sub("", words)):
        return True
    made = False
    for clause in _CUT.split(words):
        own = _makes(promise, clause)
        made = made or own
        consent = promise == "only_after_consent" and _BEFORE_CONSENT.fullmatch(clause)
        any_made = own or any(_makes(other, clause) for other in _FORMS)
        if not (any_made or consent or _FRONT.fullmatch(clause)):
            return False
    if promise != "only_after_consent":
        return made
    return made and any(
        form.needs.search(words) is not None for form in _FORMS["only_after_consent"][1:]
    )


def _makes(promise: Promise, clause: str) -> bool:
    return any(
        form.shape.fullmatch(clause) and form.needs.search(clause) for form in _FORMS[promise]
    )


def _is_ours(promise: Promise, words: str, lead: str) -> bool:
    """Say whether the subject speaks of itself, or of the data of its users."""
    told = re.search(rf"{_SELF}|\b(?:we|our|this|the)\b", words + lead)
    if told or promise == "no_sdk":
        return told is not None
    return re.match(r"(?:(?:您|用户)的)?(?:个人)?(?:信息|数据)|your\s", words) is not None


def _is_ordinary(promise: Promise, heading: str, place: Place, names: Sequence[str]) -> bool:
    """Say whether a heading is one that any policy has, or the title of this one."""
    if heading == place.sentence.headings[0] and (title := _TITLE.search(heading)):
        front = heading[: title.start()]
        for name in map(folded, names):
            front = front.replace(name, "")
        ends = title.end() == len(heading.rstrip())
        return ends and (not _NARROW_TITLE.search(front) and len(front) <= 40)
    if not is_usual(heading):
        return False
    return promise == "no_sdk" or not _OF_OTHERS.search(heading) or bool(_GIVEN.search(heading))


def _is_quoted(place: Place) -> bool:
    """Say whether a quotation stands open where the sentence begins."""
    document, start = place.document, place.sentence.start
    heads = [one.end for one in document.blocks if one.kind == "heading" and one.end <= start]
    before = document.text[max([start - 3000, 0, *heads[-1:]]) : start]
    opened = sum(map(before.count, _OPEN_QUOTES)) - sum(map(before.count, _CLOSE_QUOTES))
    return opened > 0 or before.count('"') % 2 == 1


def _is_limited_around(places: Sequence[Place], at: int, knowledge: Knowledge) -> bool:
    """Say whether what stands around a sentence takes it back, quotes it, or leads it in."""
    place = places[at]
    section = [one for one in places[max(0, at - _NEAR) : at] if _is_beside(one, place)]
    if any(_QUOTING.search(one.sentence.text) for one in section):
        return True
    if section and not _leads_plainly(section[-1].sentence.text):
        return True
    following = [one for one in places[at + 1 : at + 3] if _is_beside(one, place)]
    if any(_BACK.search(one.sentence.text) for one in (*section[-1:], *following)):
        return True
    kinds = {word.data_type for word in data_words(place.sentence.text, knowledge)}
    return any(
        word.data_type in kinds and not re.search(r"[不未没]|\bnot\b", one.sentence.text)
        for one in (*section[-2:], *following)
        for word in data_words(one.sentence.text, knowledge)
    )


def _is_beside(one: Place, place: Place) -> bool:
    return one.sentence.headings == place.sentence.headings


def _leads_plainly(text: str) -> bool:
    """Say whether a sentence leads nothing in, or only begins: 我们承诺："""
    words = text.rstrip()
    return not words.endswith(":") or bool(_FRONT.fullmatch(_MARK.sub("", words, count=1)))
