"""Words of a policy that speak against it, each with what guards it against a false accusation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from scanner.collect.policy.document import Document, Reading
from scanner.collect.policy.elements import conditions, use_consent
from scanner.collect.policy.elements.fillings import placeholders_in
from scanner.collect.policy.elements.ground import Place, sentence_of
from scanner.collect.policy.elements.open_lists import open_lists_in
from scanner.collect.policy.elements.whose_text import other_subjects_in
from scanner.collect.policy.negation import is_denied
from scanner.collect.policy.sentences import Sentence, sentences_of
from scanner.facts import Cue, PolicyWording
from scanner.knowledge import Knowledge

KINDS = ("policy.wording",)
"""Kinds of fact that are looked for here."""
MOST = 20
"""Facts of one cue: a person reads the first few."""


class Worded(NamedTuple):
    """Words that speak against a policy."""

    cue: Cue
    start: int
    end: int
    detail: str = ""
    data_type: str = ""


def facts_of(reading: Reading, knowledge: Knowledge) -> Iterator[PolicyWording]:
    """Find what speaks against a policy in its own words, at most 20 places of each kind."""
    seen: dict[tuple[Cue, str], None] = {}
    count: dict[Cue, int] = {}
    for document in reading.documents:
        for worded in sorted(_worded(document, reading, knowledge), key=lambda one: one.start):
            quote = document.quote(worded.start, worded.end)
            if (worded.cue, quote) in seen or count.get(worded.cue, 0) >= MOST:
                continue
            seen[worded.cue, quote] = None
            count[worded.cue] = count.get(worded.cue, 0) + 1
            yield PolicyWording(
                source=document.source(worded.start, worded.end),
                channel="policy",
                cue=worded.cue,
                detail=worded.detail,
                data_type=worded.data_type,
                quote=quote,
            )


_QUESTION = re.compile(r"^.{0,60}[?？]\s?$")
"""A short question is the title of its answer."""


def _worded(document: Document, reading: Reading, knowledge: Knowledge) -> Iterator[Worded]:
    asked = ""
    for sentence in sentences_of(document):
        if asked:
            sentence = sentence._replace(headings=(*sentence.headings, asked))  # noqa: PLW2901
        asked = sentence.text if _QUESTION.search(sentence.text) else ""
        for cue, test in _TESTS.items():
            found = test(sentence)
            if found:
                yield Worded(cue, sentence.start, sentence.end, found.detail)
        by_use = use_consent.cue_of(sentence, document)
        if by_use:
            yield Worded(by_use, sentence.start, sentence.end)
        for cue, says in conditions.TESTS.items():
            detail = says(sentence)
            if detail is not None:
                yield Worded(cue, sentence.start, sentence.end, detail)
    for opened in open_lists_in(document, knowledge):
        yield Worded("open_list", opened.start, opened.end, opened.mark, opened.data_type)
    for start, end in placeholders_in(document):
        at = sentence_of(Place(document, start, end))
        yield Worded("placeholder", *at, document.text[start:end][:40])
    for subject in other_subjects_in(document, reading):
        yield Worded("other_subject", subject.start, subject.end, subject.name)
    yield from _exceptions(document)


class _Found(NamedTuple):
    detail: str = ""


_UNTOLD_CHANGE = re.compile(
    r"(?:修改|变更|更新|修订|调整)[^。;\n]{0,50}?(?:无需|无须|不再另行|不另行|恕不另行|恕不"
    r"|不会另行|不必|不做另行|不作另行)(?:另行|事先|再|单独|向您|提前|个别){0,3}(?:通知|告知)"
    r"|(?:无需|无须|恕不|不经|不必|在不)(?:另行|事先|单独|向您|提前|个别){0,3}(?:通知"
    r"|告知)[^。;\n]{0,30}?(?:修改|变更|更新|修订|调整)"
    r"|(?:change|modif|update|amend|revise)[^.;\n]{0,80}?without (?:any |prior |further "
    r"|giving )*noti"
    r"|without (?:any |prior |further )*notice[^.;\n]{0,60}?(?:change|modif|update|amend|revise)"
)
_OF_THE_TEXT = re.compile(
    r"政策|声明|协议|条款|指引|规则|本文|内容|policy|terms|statement|notice|agreement"
)
_SMALL_CHANGE = re.compile(
    r"非重大|非实质|文字|错别字|不影响您|不减损|不(?:会)?(?:削减|减少|限制)|minor|typograph"
    r"|not material"
)


def _change_without_notice(sentence: Sentence) -> _Found | None:
    found = _UNTOLD_CHANGE.search(sentence.text)
    if found is None or not _OF_THE_TEXT.search(sentence.text):
        return None
    small = _SMALL_CHANGE.search(sentence.text) or is_denied(sentence.text, found.start())
    return None if small else _Found()


_NO_LIABILITY = re.compile(
    r"不承担[^。;\n]{0,12}责任|概不负责|不负(?:任何|相应|法律)?责任|不予负责|免(?:除"
    r"|于)[^。;\n]{0,10}责任"
    r"|not (?:be )?(?:held )?(?:liable|responsible)|no (?:liability|responsibility)|disclaim"
)
_OF_A_BREACH = re.compile(
    r"泄[露漏]|丢失|被盗|窃取|被窃|篡改|毁损|非法(?:获取|访问|使用)|黑客|攻击|安全(?:事件|事故"
    r"|漏洞|问题)"
    r"|breach(?! of (?:contract|this|the|these))|unauthori[sz]ed (?:access|disclosure|use)"
    r"|loss of (?:data|information|your)|hack|leak"
)
_OF_DATA = re.compile(r"信息|数据|隐私|资料|账[号户]|data|information|privacy")
_NOT_ITS_OWN = re.compile(
    r"不可抗力|第三方(?:的)?(?:网站|平台|链接|服务|应用|产品|内容|网页|行为)|其他网站|外部链接"
    r"|链接(?:的)?网站|政府|司法机关|非因[^。,;]{0,10}(?:过错|原因)|无过错|告知(?:他人|第三)"
    r"|他人共用"
    r"|(?:您|你|用户)(?:自身|自己|自行|主动|本人|自愿|的过错|的原因|未妥善|保管不善|故意|原因)"
    r"|(?:自行|主动|自愿)(?:公开|披露|透露|告知|公布)|因[您你]|由于[您你]"
    r"|[您你][^。;]{0,60}(?:公开|上传|发布|分享|共享|披露|公布|泄露给)"
    r"|force majeure|act of god|third[- ]part|other (?:web ?)?sites|external (?:links|sites)"
    r"|your own"
    r"|you (?:share|disclose|publish|post)"
)
_PERSONAL = re.compile(
    r"个人(?:信息|资料|数据|隐私)|隐私|信息(?:的?泄[露漏]|被?(?:窃取|盗用|丢失))|泄[露漏][^。,;]{0,6}信息|(?:用户|您的"
    r"|你的)[^。,;]{0,6}(?:信息|资料|数据)|personal"
    r"|privacy|your (?:data|information)|user data|data breach"
)


def _no_liability(sentence: Sentence) -> _Found | None:
    text = sentence.text
    if not _NO_LIABILITY.search(text) or not (_OF_A_BREACH.search(text) and _PERSONAL.search(text)):
        return None
    return None if _NOT_ITS_OWN.search(text) else _Found()


_FOR_EVER = re.compile(
    r"(?:永久|长期|无限期)(?:性|地)*(?:保存|保留|存储|储存|留存|存放)|(?:保存|保留|存储|储存"
    r"|留存)[^。,;\n]{0,10}(?:永久|无限期|永远)"
    r"|(?:retain|keep|store|held|stored|kept|retained)[^.;\n]{0,40}?(?:indefinitely|permanently"
    r"|for ?ever|in perpetuity)"
)


_HELD = re.compile(rf"{_OF_DATA.pattern}|记录|档案|照片")
_NOT_PERSONAL = re.compile(
    r"(?:不含|不包含|不涉及|不包括)[^。,;]{0,6}(?:个人|任何)|非个人信息|匿名"
)
_KEPT_BY_OTHERS = re.compile(
    r"(?:厂商|第三方|运营商|服务商|他人|其他(?:用户|人)|浏览器)(?:会|将|可能|可以)?[^。,;]{0,8}$"
)


def _kept_for_ever(sentence: Sentence) -> _Found | None:
    for found in _FOR_EVER.finditer(sentence.text):
        others = _KEPT_BY_OTHERS.search(sentence.text[: found.start()])
        if others or _NOT_PERSONAL.search(sentence.text):
            continue
        if _HELD.search(sentence.text) and not is_denied(sentence.text, found.start()):
            denied_verb = re.search(
                r"不(?:会|得|将|予)?[^,。]{0,6}$", sentence.text[: found.start()]
            )
            if denied_verb is None and not re.search(
                r"(?:not|never)\s[^.]{0,30}(?:indefinitely|permanently|for ?ever)", found.group()
            ):
                return _Found()
    return None


_LAST_WORD = re.compile(
    r"最终(?:的)?解释权|(?:政策|协议|条款|声明|原则|规则"
    r"|指引)[》”\"]?[^。;\n]{0,12}解释权[^。;\n]{0,6}归"
    r"|(?:final|sole|ultimate) (?:right (?:of|to) )?interpret"
)


_OF_A_GAME = re.compile(r"(?:活动|抽奖|促销|优惠|赛事|比赛|奖品|红包|积分)[^。;\n]{0,16}解释权")


def _last_word(sentence: Sentence) -> _Found | None:
    found = _LAST_WORD.search(sentence.text)
    if _OF_A_GAME.search(sentence.text):
        return None
    return _Found() if found and not is_denied(sentence.text, found.start()) else None


_CLOSING = re.compile(
    r"注销|删除(?:您的)?(?:账|帐)[号户]|(?:clos|delet|deactivat|terminat"
    r"|cancel)[a-z]{0,5} (?:your |an |the )?account"
)
_NEEDS = re.compile(
    r"需要?|须|应当?|必须|要求|请您?(?:先|务必|本人)?(?:提供|提交|上传|出示|携带|邮寄|拨打|前往|手持|拍摄|书面|亲自|到)|方可|才能|才可"
    r"|条件|仅(?:可|能|支持|限)|只(?:能|可|支持)"
    r"|must|require|need|only"
)
_ASKED: Mapping[str, re.Pattern[str]] = {
    "手持证件": re.compile(
        r"手持[^。,;\n]{0,12}(?:身份证|证件|照)|holding (?:your )?(?:id|passport)"
    ),
    "证件照片或原件": re.compile(
        r"(?:身份证|证件)[^。,;\n]{0,6}(?:照片|正反面|原件|复印件|扫描件|拍照)"
        r"|(?:copy|photo|scan) of (?:your )?(?:id\b|identity|passport)"
    ),
    "以往的操作记录": re.compile(
        r"(?:历史|以往|曾经?|过去|常用|最近)[^。,;\n]{0,6}(?:登录|消费|充值|密码|设备|交易|订单)"
        r"|(?:previous|past|former) (?:login|purchase|password)"
    ),
    "人脸": re.compile(r"人脸|刷脸|面部识别|活体|facial|face (?:recognition|verification)"),
    "银行卡": re.compile(r"银行卡(?!信息将)|bank card|credit card"),
    "书面": re.compile(
        r"书面[^。,;\n]{0,2}(?:申请|材料|请求|形式|文件|声明|说明|陈述)|纸质"
        r"|written (?:request|application|letter)"
    ),
    "现场": re.compile(
        r"(?:现场|亲自|线下|到店|柜台|营业厅|前台|本人到)[^。,;\n]{0,12}(?:办理|申请|提交|注销"
        r"|前往|到场)|in person"
    ),
    "邮寄": re.compile(r"邮寄|寄送|快递|by (?:post|mail\b)|postal mail"),
    "仅电话": re.compile(
        r"(?:仅|只)(?:可|能|支持|限)?[^。,;\n]{0,8}(?:电话|致电|拨打)"
        r"|only [^.;\n]{0,20}(?:by phone|call)"
    ),
    "结清积分或发票": re.compile(
        r"(?:结清|使用完|用完|兑换完|清零|开具|处理完)[^。,;\n]{0,16}(?:积分|发票|优惠券)|(?:积分"
        r"|发票|优惠券)[^。,;\n]{0,12}(?:结清|用完|使用完|已清零|开具完|处理完)"
    ),
}
"""What closing an account does not need, in words of ours (国信办秘字〔2019〕191号 6.2)."""
_LOST = re.compile(r"清空|作废|失效|放弃|无法(?:恢复|找回)|将(?:被)?(?:清零|删除|清除)|视为")
_UNNEEDED = re.compile(r"(?:无需|不需要?|无须|不必|不(?:会|再)?要求|no need)[^。;]{0,16}$")
_NOT_ONLY = re.compile(r"(?:或者?|也可|还可|亦可)|\bor\b")


def _hard_closing(sentence: Sentence) -> _Found | None:
    text = sentence.text
    above = sentence.headings[-1] if sentence.headings else ""
    if not (_CLOSING.search(text) or _CLOSING.search(above)) or not _NEEDS.search(text):
        return None
    asked = [
        name
        for name, words in _ASKED.items()
        for found in [words.search(text)]
        if found
        and not is_denied(text, found.start())
        and not _UNNEEDED.search(text[max(0, found.start() - 20) : found.start()])
        and not _NOT_ONLY.search(text, max(0, found.start() - 12), found.end() + 8)
        and not (name == "结清积分或发票" and _LOST.search(text))
    ]
    return _Found("、".join(asked)) if asked else None


_TESTS: Mapping[Cue, Callable[[Sentence], _Found | None]] = {
    "change_without_notice": _change_without_notice,
    "no_liability": _no_liability,
    "kept_for_ever": _kept_for_ever,
    "last_word": _last_word,
    "hard_closing": _hard_closing,
}

_WITHOUT_CONSENT = re.compile(
    r"(?:无需|不需要?|无须|不必|毋需)[^。\n]{0,16}(?:同意|授权)|同意的?例外|without (?:your "
    r"|obtaining |the )?(?:prior |explicit )?(?:consent|authori[sz]ation)"
)
_WIDE = re.compile(
    r"学术研究机构|(?:维护|保障|保证)[^。;\n]{0,16}(?:产品|服务|功能|业务)[^。;\n]{0,12}(?:安全"
    r"|稳定)[^。;\n]{0,10}(?:运行|运营)[^。;\n]{0,6}(?:所|必)?必[需要]"
    r"|(?:学术|科学|统计)研究(?:所必[需要]|目的)|academic (?:or research )?institution|(?:safe"
    r"|secure) and stable operation"
)
"""Exceptions of GB/T 35273-2020 5.6 that PIPL 13 does not have."""
_LIST = 1500
"""Characters after the word of an exception in which its list stands."""


_STILL_ASKED = re.compile(r"仍(?:然)?(?:会|将|需|应|须)[^。;\n]{0,16}(?:同意|授权)")


def _exceptions(document: Document) -> Iterator[Worded]:
    folded, done = document.folded, -1
    for cue in _WITHOUT_CONSENT.finditer(folded):
        for found in _WIDE.finditer(folded, max(cue.end(), done), cue.end() + _LIST):
            done = found.end()
            at = sentence_of(Place(document, *found.span()))
            if _STILL_ASKED.search(folded, found.end(), at[1] + 40):
                continue
            yield Worded("wide_exceptions", *at, document.text[slice(*found.span())][:40])
