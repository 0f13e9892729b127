"""What a screen or page on which an account is closed asks for before it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from scanner.facts import ClosingDemand
from scanner.wording.rights import is_control, plain, right_of
from scanner.wording.short import short

LONGEST = 20_000
"""Characters of a whole text that are read."""
_LABEL = 24
"""Characters up to which the hint of a field asks by naming the thing."""
_HEADS = 40
"""Lines at the top of a page among which its headings stand."""
_CLOSING = re.compile(
    r"注销.{0,6}(?:[账帐][号户]|用户|会员|身份)|[账帐][号户].{0,4}注销|^(?:确认|申请|永久|立即)*注销(?!户[口籍])|销户(?![口籍])|销号"
    r"|(?:delete|close|deactivate|remove)\w* (?:(?:my|your|the|this) )?account"
    r"|account (?:deletion|closure|deactivation)"
)
_ELSEWHERE = re.compile(
    r"政策|协议|条款|声明|隐私|公告|新闻|公司|商标|登记|证照|执照|资质|银行|[借贷信]用?卡|社保|医保|公积金"
    r"|\betc\b|域名|车辆|机动车|驾驶|户[口籍]|税务|企业|营业|许可|policy|terms|news"
)
"""Headings that speak of closing and stand over a document, or close what is no login."""
_ACCOUNT = re.compile(r"[账帐][号户]|用户|会员|身份|\baccount")
_ACCOUNT_CLOSED = re.compile(r"注销[^。\n]{0,6}[账帐][号户]|[账帐][号户][^。\n]{0,6}注销")

_GIVING = (
    r"(?:提供|上传|提交|填写|出示|准备|进行|完成|通过|录入|输入|携带|持|手持|拍摄|绑定"
    r"|验证|核验|邮寄|寄送?|寄出)"
)
_OTHERS = (
    r"(?:(?:全部|所有)[^。;,\n]{0,8}(?:产品|平台|应用|app|[账帐][号户])"
    r"|(?:旗下|其[他它]|关联)[^。;,\n]{0,8}(?:产品|平台|应用|app|[账帐][号户]|服务))"
)
"""Products beside the one whose account is closed."""
_DEMANDS: tuple[tuple[ClosingDemand, str], ...] = (
    (
        "hand_held_id",
        r"手[持拿][^。;\n]{0,8}?(?:身份证|证件|护照)|手[持拿]证"
        r"|(?:photo|selfie)[^.\n]{0,12}hold\w*[^.\n]{0,12}\b(?:id|passport)\b",
    ),
    (
        "id_photo",
        r"(?:身份证|证件)(?:件)?的?[^。;,\n]{0,6}"
        r"(?:(?<![按依参对仿遵])照(?!常|样|旧|此)片?|图片|正反面|正面|反面|人像面|国徽面|扫描件|复印件|影印件)"
        r"|(?:photo|scan|copy) of (?:your |an? )?(?:\w+ )?(?:id|passport)\b",
    ),
    ("id_number", r"(?:身份证|证件)(?:号码?|的?后[四六]位)|\b(?:id|passport) number"),
    (
        "face",
        r"(?:人脸|面容|面部)(?:识别|验证|核验|核身|认证|检测|比对|采集|信息|照片|图像)|刷脸|活体"
        r"|(?:拍摄|录入|采集|上传|扫描)[^。;,\n]{0,4}(?:人脸|面部)"
        r"|face (?:verification|recognition|scan)|facial",
    ),
    (
        "bank_card",
        r"银行卡(?:卡?号码?|信息|照片|验证|核验|认证)"
        r"|(?:(?<![已未解])绑定|提供|上传|填写|输入|验证|核验)[^。;,\n]{0,4}银行卡|bank ?card",
    ),
    (
        "letter",
        r"书面(?:的)?(?:申请|材料|声明|说明|陈述|请求)|纸质|公证(?:书|材料|件)|加盖公章"
        r"|(?:邮寄|寄送|寄出|寄回|快递)[^。;,\n]{0,12}(?:申请|材料|原件|复印件|声明|至|到)|寄[至到]"
        r"|by (?:post|postal mail)|written (?:request|application|letter)",
    ),
    (
        "visit",
        r"(?:前往|去|(?<![寄递送])[到至]|亲临|亲自|赴)[^。,;\n]{0,12}(?:营业厅|门店|柜台|网点|服务点|办公地点)"
        r"|(?:前往|亲临|亲自)[^。,;\n]{0,12}(?:现场|公司)"
        r"|(?:现场|线下|到店|柜台)(?:提交|申请|办理)|in person",
    ),
    (
        "phone_call",
        r"(?:请|须|需要?|仅|只)[^。,;\n]{0,10}(?:致电|拨打|电话)[^。\n]{0,20}(?:注销|办理|申请)"
        r"|(?:注销|办理|申请)[^。\n]{0,10}(?:请|须|需要?|仅|只)[^。,;\n]{0,8}(?:致电|拨打|电话)"
        r"|(?:只能|仅(?:可|能|限|支持)|须(?!知)|必须)[^。;\n]{0,8}(?:致电|拨打|电话)"
        r"|only by (?:phone|calling)",
    ),
    (
        "all_products",
        rf"(?:一并|同时|一同|连同|同步)[^。,;\n]{{0,8}}注销(?!后)[^。;\n]{{0,12}}{_OTHERS}"
        rf"|{_OTHERS}[^。,;\n]{{0,6}}(?:一并|同时|一同|一起|也)[^。,;\n]{{0,6}}注销"
        r"|(?:集团|旗下)[^。;,\n]{0,8}(?:产品|平台|应用|app|[账帐][号户])(?:将|会|都)*(?:一并|同时|一同|一起)(?:被)?删除"
        rf"|(?<![无不毋未免])(?:需要?|须|必须)[^。;\n]{{0,8}}注销(?!后)[^。;\n]{{0,6}}{_OTHERS}",
    ),
    ("reason", r"(?:注销|离开)的?(?:原因|理由)|reason for (?:leaving|closing|deleting)"),
    ("code", r"验证码|校验码|verification code"),
    ("password", r"密码|password"),
)
_PATTERNS = tuple((demand, re.compile(words)) for demand, words in _DEMANDS)
_MUST = re.compile(
    rf"(?<![无不毋未免])(?:(?:需(?!求)要?|须(?!知)|要求|务必|只能|仅(?:可|能|限|支持))"
    rf"(?:[^。;,\n]{{0,14}}|[^。;,\n]{{0,6}}{_GIVING}[^。;\n]{{0,14}})"
    rf"|(?:请|应当?)(?:[您你]|本人|先|另行|同时|一并|亲自|在线)*(?:{_GIVING}[^。;\n]{{0,14}})?)$"
    r"|\b(?:please|must|required? to|needs? to|have to)\b[^.;\n]{0,40}$"
)
"""Words before a thing by which people must give it."""
_ASKS = re.compile(
    r"(?:上传|提交|提供|拍摄|填写|选择|输入|录入|验证|核验|完成|进行|通过)(?!的|过的|时)[^。;,\n]{0,8}$"
    r"|\b(?:upload|submit|provide|enter|complete)\b[^.;\n]{0,24}$"
)
"""Words right before a thing by which a longer sentence asks for it, and may leave a choice."""
_WITH_VERBS = frozenset({"letter", "visit", "phone_call"})
_CARRIED = re.compile(r"寄|快递|前往|亲|^[去到至赴]|致电|拨打|电话|\b(?:by|in person|call)")
"""Words of a thing by which it is itself something to do."""
_NO_OTHER = re.compile(r"[^。;\n]{0,12}其[他它][^。;,\n]{0,6}不(?:受理|支持|予)")
_ONLY = re.compile(r"只能|仅(?:可|能|限|支持)|须|\bonly\b")
_WITH_IT = re.compile(r"[^。;,\n]{0,8}[(\[]?(?:必填|必传|required)|(?:自拍|拍照)(?![照片的示样])")
"""Words after a thing by which it must be given."""
_NOT_ASKED = re.compile(
    r"(?:无需|无须|不需要?|不须|不必|不用|毋须|毋需|没有|不(?:会|再|予)|[不未]要求"
    r"|\bno need\b|\bnot\b|n't\b|\bnever\b|\bwithout\b)[^。;,\n]{0,16}$"
    r"|不$|(?<![避以难])免(?!费)[^。;,\n]{0,6}$"
    r"|(?:提供|上传|提交|录入|采集|收集|留存|存储|保存|绑定)[过了]?的[^。;,\n]{0,4}$"
    r"|(?<![方仅只才不认许])可(?:以|选择|通过|上传|提交|提供|使用|用|到|去)*$"
)
"""Words before a thing that is not needed, was given already, or may be given."""
_SOME_ONLY = re.compile(
    r"企业|单位|机构|海外|境外|曾|有余额|任何人|冒充|以[^。;,\n]{0,8}名义|谨防|诈骗|[请切]勿|解绑"
    r"|不会|无需|无须|可以?选择|均可|注销(?:成功|完成|生效)?(?:之)?后[,可您你]"
)
"""Words of a sentence that speaks of some people only, of another time, or that warns."""
_CLOSES = r"(?:申请)?(?:注销|销户|销号)(?:[您你]的?|本|该|此)?(?:[账帐][号户])?,"
_CASE = re.compile(
    rf"(?:如果?|若)(?![您你]?(?:需要?|想要?|要|希望|决定|确[认定])?{_CLOSES})[^。;\n]{{0,30}}$"
    r"|(?:^|,)(?![^,]{0,14}(?:注销|销户|销号))[^,]{2,24}的,[^。;\n]{0,30}$"
    r"|(?:无法|不能|停用|收不到|忘记|遗失|丢失|找回|被盗|异常)[^。;\n]{0,30}$"
    r"|\b(?:if|unless|in case)\b"
)
"""Words before by which something is asked for in some case only."""
_AFTERWARDS = re.compile(
    r"注销(?:成功|完成|生效)?(?:之)?后|(?:将|会)(?:被|全部)?(?:清空|删除|清除|解除|失效|作废|取消)|解绑|解除绑定"
    r"|will (?:be )?(?:delet|remov|los)"
)
"""What happens to things once the account is closed; nothing is asked for by that."""
_GONE = re.compile(
    r"注销(?:成功|完成|生效)?(?:之)?后|(?:解绑|解除|移除|删除|清除|清空)(?!.{0,4}[账帐][号户])[^。;,\n]{0,6}$"
    r"|\b(?:remove|unlink|unbind)\b"
)
"""Words before a thing that is asked for no more: it goes, or comes after the closing."""
_STANDS = re.compile(
    r"《[^《》]*(?:》|$)|不可用|失效|作废|诈骗|骗局|谨防|已(?:经)?(?:录入|绑定|认证|开通|采集|添加)"
    r"|[:：](?=[^:：]*(?:\d|\*|[已未]))[^。\n]*$"
)
"""Words by which a thing is a document's name, stands there already, or will work no more."""
_OTHERWISE = re.compile(
    r"或者?(?!(?:其[他它])?(?:有效)?(?:证件|护照|门店|网点|柜台|营业厅|服务点))|也可|还可|亦可|任一|选填|非必填"
    r"|\bor\b|\boptional\b"
)
_PIECE = re.compile(r"[。;；!！?？\n]")


class Asked(NamedTuple):
    """What closing an account asks for, and the words that say so."""

    demand: ClosingDemand
    words: str


class _Named(NamedTuple):
    demand: ClosingDemand
    words: str
    must: bool
    """Whether the words say that it must be given; false where they are a hint that names it."""


def speaks_of_closing(text: str) -> bool:
    """Say whether a text is about closing an account."""
    return _CLOSING.search(plain(text)) is not None


def heads_closing(heading: str) -> bool:
    """Say whether a heading stands over the screen or page that closes an account."""
    words = heading.strip()
    if not is_control(words) or _ELSEWHERE.search(plain(words)):
        return False
    return right_of(words) == "close_account"


def closes_account(title: str, text: str) -> bool:
    """Say whether a page is the one that closes an account, by its title or first headings.

    A heading that only says 注销 counts where the page speaks of an account: offices close much.
    """
    if "注销" in title and _ELSEWHERE.search(plain(title)):
        return False
    heads = [*re.split(r"[-_|—–·]", title[:120]), *text.split("\n")[:_HEADS]]
    closing = [plain(head) for head in heads if heads_closing(head)]
    if any(_ACCOUNT.search(head) for head in closing):
        return True
    return bool(closing) and _ACCOUNT_CLOSED.search(text[:LONGEST]) is not None


def demands_of(words: str, *, hint: bool = False) -> tuple[ClosingDemand, ...]:
    """Give what a line, a control or the hint of a field asks for, each once.

    Only the hint of a field asks for a thing by its bare name.

    What is one of several ways, what is asked for in some case only, what is said not to be needed,
    and what becomes of things once the account is closed is no demand.
    """
    return tuple(dict.fromkeys(one.demand for one in _named(words, hint=hint)))


def must_be_given(words: str, demand: ClosingDemand, *, hint: bool = False) -> bool:
    """Say whether words leave no choice but to give a thing: all that a field wants is such."""
    named = _named(words, hint=hint)
    optional = _OTHERWISE.search(plain(words)) is not None
    return any(one.demand == demand and (one.must or hint) for one in named) and not optional


def demands_in(text: str) -> tuple[Asked, ...]:
    """Give what the words of a page say must be given, each demand once.

    A label that only names a thing says nothing here: a page has fields for that, and much beside.
    """
    found: dict[ClosingDemand, str] = {}
    for line in text[:LONGEST].split("\n"):
        for one in _named(line):
            if one.must:
                found.setdefault(one.demand, short(one.words.strip()))
    return tuple(Asked(demand, found[demand]) for demand in sorted(found))


@lru_cache(maxsize=4096)
def _named(line: str, *, hint: bool = False) -> tuple[_Named, ...]:
    return tuple(found for words in _PIECE.split(line) for found in _named_in(words, hint=hint))


def _named_in(words: str, *, hint: bool) -> Iterator[_Named]:
    piece = plain(words)
    if _SOME_ONLY.search(piece) or (not hint and _STANDS.search(piece)):
        return
    label = hint and len(piece) <= _LABEL * (1 + piece.isascii())
    for demand, pattern in _PATTERNS:
        asked = [
            must
            for match in pattern.finditer(piece)
            if (must := _must(demand, piece, match, label=label)) is not None
        ]
        if asked:
            yield _Named(demand, words, any(asked))
        if demand == "hand_held_id":  # the photo of that kind is no second one
            piece = pattern.sub(lambda match: "□" * len(match[0]), piece)


def _must(demand: ClosingDemand, piece: str, match: re.Match[str], *, label: bool) -> bool | None:
    """Say whether a thing that is named must be given; None where it is not asked for."""
    begin, end = match.span()
    before = piece[:begin]
    if _NOT_ASKED.search(before[-24:]) or _CASE.search(before[-40:]):
        return None
    if demand == "all_products":
        return True
    if _GONE.search(before) or _OTHERWISE.search(piece, max(0, begin - 12), end + 8):
        return None
    if demand == "phone_call":
        only = _ONLY.search(match[0]) or _NO_OTHER.match(piece, end)
        must = only is not None
    else:
        must = _MUST.search(before) is not None or _WITH_IT.match(piece, end) is not None
    if not must and _AFTERWARDS.search(piece):
        return None
    carried = demand in _WITH_VERBS and _CARRIED.search(match[0]) is not None
    if must or label or carried or _ASKS.search(before):
        return must and demand != "reason"  # which may be left out, however it is asked for
    return None
