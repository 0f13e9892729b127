"""How far a sentence of a policy reaches: who speaks, of what, to whom, and under what condition.

What reads like a promise is often none: it speaks of others, of other data, of one function, or
takes itself back in the next sentence. Where that cannot be told, nothing is promised.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from scanner.collect.policy.claims.promise_words import (
    ANYHOW,
    ANYONE,
    ANYONE_EN,
    CLAUSE,
    GENERAL,
    MORE_VERBS,
    SOMEONE,
)
from scanner.collect.policy.document import Block, Document, Span, folded
from scanner.collect.policy.negation import condition_of, condition_span
from scanner.collect.policy.sentences import Sentence, sentences_of

_OURS = (
    r"我们|我司|我方|本公司|本(?:应用|软件|平台|产品|app|服务|网站|站|机构|单位|程序|游戏|小程序|团队|工具)"
    r"|\b(?:we|our\s+(?:app|service|site|company|product)s?|(?:the|this)\s+(?:app|service|site)"
    r"(?:lication)?)\b"
)
_OTHERS = (
    r"(?<![向与和给对由、或及从])(?:任何)?(?:第三方|合作(?:伙伴|方|商)|服务商|商家|供应商|广告(?:主|商)"
    r"|银行(?!卡|账)|开发者|对方|该公司|他们|它们|受托方|接收方|sdk|监护人|其(?!他|它|中|余))|\b(?:they|third\s+part(?:y|ies)"
    r"|partners|providers|developers|users?|you)\b(?!['’])"
)
_USER = re.compile(
    r"(?<![向与和给对由、或及从经为])(?:您|你|用户)(?!的|个人|信息|数据|本人|名|注册|们?提供的)"
)
_QUESTION = re.compile(r"[?]|吗|是否|会不会|哪些|如何|怎样|什么|\b(?:whether|how|why)\b")
_DUTY = re.compile(
    r"(?:您|你|用户)(?:个人|也|均|自行|还|须)?(?:应|请|须|需|必须|不得|有义务|有责任)|建议(?:您|你|用户)|提醒(?:您|你|用户)"
)
"""Words by which people are told what to do themselves."""
_FILLER = re.compile(
    r"(?:也|亦|均|都|将|绝|并|同时|此外|且|目前|现阶段|承诺|保证|郑重|声明|还|更|在?任何(?:情况|时候|情形)下?|始终"
    r"|一律|同样|对此|因此|所以|请?您?(?:放心|注意|知悉|理解)|即使|即便|另外|特此|我们|一般|通常|原则上|而|或|会"
    r"|对于|关于|针对|就|以及|[\s\"'“”*_#>()\[\]\d.、:：—-]|[一二三四五六七八九十]、)+"
)
_TOPIC = re.compile(
    r"(?:(?:您|你|用户)的?)?(?:任何|所有|全部|一切)?的?(?:个人信息|个人数据|个人资料|信息|数据|隐私)(?:均|都)?"
)

_PART_OF_US = re.compile(
    r"(?:我们|本公司|本应用|本软件|本产品)的(?!产品|服务|应用|app|软件|平台|系统|程序)[^,;。]{1,10}$"
)
"""Who is only a part of the subject: 本应用的儿童版, 我们的客服人员."""

_ANAPHORA = re.compile(
    r"上述|前述|以上|该(?!等?信息安全)|此(?!外|次)|这些|这类|这部分|其(?!他|它)|其他|其它|额外|更多|多余|无关"
    r"|未列[明出]|未披露|以外|之外|部分|某些|另外|单独|\b(?:these|those|such|other|additional|this|that|certain|further)\b"
)
_AIM = re.compile(
    r"用于|用作|用来|目的|为了|以便|通过|利用|根据|基于|结合|关联(?!公司|方|企业)|合并|匹配|比对|画像|作为|原始|完整的|具体"
    r"|明文|原图|自己的|主动|直接|特定|不再|以.{1,10}方式|\b(?:for|in\s+order|purposes?|based|directly|actively"
    r"|through|via|longer|knowingly|intentionally|combine)\b"
)
PERSONS = re.compile(
    r"儿童|未成年|监护人|未满|不满|他人的|员工|访客|游客|学生|\b(?:child|children|minors?|under|students?|visitors?)\b"
)

_USUAL = re.compile(
    r"(?:[一二三四五六七八九十\d.、():?!\s*#_-]|第[一二三四五六七八九十\d]{1,3}[章条节部]分?|我们|我司|本公司|本(?:应用|软件|平台|产品|政策)"
    r"|您|你|用户|个人|信息|数据|资料|隐私权?|保护|政策|声明|承诺|说明|指引|条款|权益|权利|规则|收集|使用|获取|采集|处理|共享|分享"
    r"|转让|披露|公开|委托|提供|对外|存储|保存|储存|期限|地点|位置|安全|保障|措施|技术|管理|如何|怎样|怎么|会|将|哪些|什么|用来做|做|为|多久"
    r"|哪里|的|和|及|与|或|以及|并|方式|范围|目的|种类|类型|用途|出境|跨境|境外|境内|传输|向|在|对|不|其他|其它|附则|总则|引言|前言"
    r"|概述|概要|摘要|提示|重要|特别|重点|关于|原则|情况|基本|系统|设备|权限|调用|申请|清单|列表|目录|同意|告知|必要|补充|正文|全文|附加|须知|提醒|常见|问题|解答|概览|综述|导语|我们的|第三方|sdk"
    r"|\b(?:how|what|why|where|we|our|your|you|the|of|and|or|to|with|in|for|is|are|do|does|not|data"
    r"|personal|privacy|information|policy|notice|statement|collect(?:ion)?|collected|us(?:e|age)"
    r"|shar(?:e|ing)|disclos(?:e|ure)|transfers?|stor(?:e|age|ed)|retention|retain|security|protect"
    r"(?:ion)?|commitments?|promises?|third|part(?:y|ies)|rights|summary|introduction|overview)\b)*+"
)
"""Words of which the headings of any policy are made."""
_PLAIN_HEADING = re.compile(
    r"隐私|个人信息|用户信息|个人数据|收集|使用|共享|转让|披露|存储|保存|储存|保护|安全|保障|委托|对外|提供|出境|跨境|境外"
    r"|境内|第三方|sdk|权限|引言|前言|总则|概述|概要|摘要|提示|声明|政策|承诺|说明|定义|更新|其他|附录|附则|设备|信息"
    r"|privacy|personal|information|data|collect|shar|disclos|stor|secur|protect|transfer|third|permission"
    r"|overview|introduction|summary|policy|notice|promise|commit"
)
_NARROW_HEADING = re.compile(
    r"儿童|未成年|青少年|功能|服务时|登录|注册|支付|直播|客服|插件|小程序|扩展|场景|欧盟|欧洲|美国|加州|加利福尼亚|澳大利亚"
    r"|海外|国际|当您|您使用|cookie|广告|推荐|人脸|面容|指纹|实名|child|minor|kids|california|europe|eea|gdpr|ccpa"
    r"|(?<!本)官方?网站?|历史版|旧版|废止|摘录|feature|login|sign|payment|when you|advert"
)
_LABEL = re.compile(r"[\s>*_#\-+]*(?:[(\[]?[\d一二三四五六七八九十.、)\]]+)?([^,;。:\n]{2,24}):")
_SCOPED = re.compile(
    r"[\s>*_#\-+\d.、()]*(?:当|在|如|若|如果|对于|针对|when|if|for|while)[^;。\n]{2,}?[,:时]"
)
_BACK = re.compile(
    r"[\s>*_#\-+\d.、()(]*(?:但|不过|然而|除|以下|下列|例外|仅在|只有|如|若|倘|未来|将来|今后"
    r"|在(?:以下|下列|获得|征得|取得|特定)|为(?:了)?(?:实现|提供|向您)|however|but|except|unless|the\s+following"
    r"|we\s+may|if\s+we)"
)
_EXCEPT = re.compile(
    r"[\s,]*(?:如|若|除|仅|(?:但是?|不过|然而|只是)(?!我们(?:会|将)|会|将|也|不|绝|仍不)|except|unless"
    r"|but\s+(?:may|only)|although)"
)
"""How the same after a comma does so."""
_NEEDS = re.compile(r"(?:需要?|会|可能)(?:使用|访问|调用|读取)")
_SPENT = re.compile(
    r"(?:仅|只)[^,;。]{0,40}(?:同意|授权|许可)[^,;。]{0,10}?,?(?:我们)?[才再会将开始]{0,6}(?:收集|处理|使用|采集|获取|、|和|并){1,5}"
    r"(?:您|你|用户)?的?(?:个人)?(?:信息|数据)[,;]$"
)
"""A condition of consent that the clause before has used up, for all information."""
_NO_CONDITION = re.compile(r"在?任何(?:情况|情形|时候)下?")
_MOST_CONDITION = 60
"""Characters of a condition that are repeated."""


class Condition(NamedTuple):
    """What limits a statement."""

    words: str
    """The empty text for nothing."""
    scope: bool = False
    """Whether it only says where, or to what, the statement applies, and takes nothing back."""

    @property
    def weight(self) -> int:
        """Order the same promise under several conditions: an exception counts most."""
        return (0 if self.scope else 2) if self.words else 1


class Place(NamedTuple):
    """A sentence with what stands around it."""

    document: Document
    sentence: Sentence
    block: Block
    before: tuple[Sentence, ...]
    """Those before it in its block."""
    lead: str
    """The line that leads a list in; the empty text where the sentence stands in none."""
    after: tuple[Sentence, ...]
    """The two after it, in its block or the next."""

    def words(self, start: int, end: int) -> str:
        """Give words of the text as it stands, by places in the folded sentence."""
        whole = self.document.text[self.sentence.start + start : self.sentence.start + end]
        return " ".join(whole.split())[:_MOST_CONDITION]


def places_of(document: Document) -> list[Place]:
    """Give all running sentences of a text, no headings and no cells of tables."""
    blocks = iter(document.blocks)
    block = next(blocks, None)
    sentences = sentences_of(document)
    places: list[Place] = []
    before: list[Sentence] = []
    lead = ""
    for number, sentence in enumerate(sentences):
        while block is not None and sentence.start >= block.end:
            if before and block.kind != "item":
                lead = before[-1].text if before[-1].text.rstrip().endswith(":") else ""
            elif block.kind == "heading":
                lead = ""
            before, block = [], next(blocks, None)
        if block is None:
            break
        after = tuple(sentences[number + 1 : number + 3])
        if block.kind in ("paragraph", "item") and not sentence.cell:
            leading = lead if block.kind == "item" else ""
            places.append(Place(document, sentence, block, tuple(before), leading, after))
        before.append(sentence)
    return places


def is_ours(place: Place, begin: int, end: int, ours: re.Pattern[str], kinds: bool) -> bool:
    """Say whether the subject speaks of itself between two places of a sentence.

    `begin` is where the clause begins and `end` the word that denies or the verb. Without a word
    for the subject, only data may stand there (`kinds` says that a kind of it is named).
    """
    text = place.sentence.text
    own = text[begin:end]
    if _QUESTION.search(text) or _PART_OF_US.search(own):
        return False
    own_word = _last(ours, text[:end])
    if max(_last(_OTHER, text[:end]), _last(_DUTY, text[:end])) > own_word:
        return False
    condition = condition_span(text, end)
    user = [one.start() + begin for one in _USER.finditer(own)]
    user = [at for at in user if condition is None or not condition.start <= at < condition.end]
    if user and max(user) > own_word:
        return False
    if own_word >= begin:
        return True
    earlier = place.before[-1].text if own_word < 0 and place.before else ""
    if _last(_OTHER, earlier) > _last(ours, earlier):
        return False
    if condition is not None and condition.start >= begin:
        own = text[begin : condition.start] + text[condition.end : end]
    left = _FILLER.sub("", own)
    return not left or kinds or _TOPIC.fullmatch(left) is not None


def is_narrow(words: str) -> bool:
    """Say whether words speak of something else before, of a purpose, or of part of the data."""
    return bool(_ANAPHORA.search(words) or _AIM.search(words))


def object_of(plain: str) -> str:
    """Give what a clause acts upon: without its verbs, prepositions and recipients."""
    words = re.sub(r"将|把|也|都|均|再|会|被|进行", "", without_anyone(plain))
    return MORE_VERBS.sub("", words).strip(' ,.。;:*"”')


def without_anyone(plain: str) -> str:
    """Give a clause without recipients that are anybody: they narrow nothing."""
    return ANYONE_EN.sub("", ANYONE.sub("", ANYHOW.sub("", plain)))


def is_general(plain: str) -> bool:
    """Say whether a clause acts upon all personal information, of whatever kind."""
    return GENERAL.fullmatch(object_of(plain)) is not None


def names_anyone(plain: str) -> bool:
    """Say whether anybody at all is named as recipient."""
    return bool(ANYONE.search(plain) or ANYONE_EN.search(plain))


def reaches_all(plain: str) -> bool:
    """Say whether no recipient is named, or anybody."""
    return SOMEONE.search(without_anyone(plain)) is None


def condition_at(
    place: Place, start: int, whole: Span, topic: re.Pattern[str], *, inside: bool = False
) -> Condition | None:
    """Give the condition of a statement that fills `whole`, by the word at `start`.

    None says that the statement is itself only a condition of something else (如我们不收集…). With
    `inside`, what stands within it is no condition (在传输过程中). `topic` tells what a sentence
    that takes it back would speak of.
    """
    text = place.sentence.text
    span = condition_span(text, start)
    if span is not None and inside and span.start <= whole.end and start <= span.end:
        span = None
    if span is not None and _NO_CONDITION.fullmatch(text, span.start, span.end):
        span = None
    if span is not None and inside and _SPENT.search(text, span.start, whole.start):
        span = None
    if span is not None:
        if span.start <= start < span.end and not text[span.start : span.end].endswith(
            ("外", "例外")
        ):
            return None
        return Condition(place.words(span.start, span.end))
    rest = text[whole.end + 1 :]
    if not inside and _EXCEPT.match(rest) and (topic.search(rest) or _NEEDS.search(rest)):
        return Condition(place.words(whole.end + 1, len(text)))
    if back := _taken_back(place, topic):
        return Condition(back)
    persons = PERSONS.search(text, whole.start, whole.end)
    if persons is not None:
        return Condition(place.words(persons.start(), persons.end()), scope=True)
    return Condition(_paragraph(place) or _heading(place), scope=True)


def _taken_back(place: Place, topic: re.Pattern[str]) -> str:
    end = place.sentence.end
    for after in place.after:
        if after.start - end > 40:
            break
        if _BACK.match(after.text) and topic.search(after.text):
            whole = place.document.text[after.start : after.end]
            return " ".join(whole.split())[:_MOST_CONDITION]
        end = after.end
    return ""


def _paragraph(place: Place) -> str:
    """Find what the paragraph speaks of where it begins with a case or with a narrow label."""
    lines = [one.text for one in place.before[:1]] + [place.lead]
    for line in lines:
        if line and (found := _SCOPED.match(line)):
            return found.group().strip(" ,:*_#>-")[:_MOST_CONDITION]
    first = place.before[0].text if place.before else place.sentence.text
    label = _LABEL.match(first)
    if label and (_NARROW_HEADING.search(label[1]) and not _PLAIN_HEADING.search(label[1])):
        return label[1].strip()
    return ""


def _heading(place: Place) -> str:
    """Find a heading above that keeps the sentence to children, a region or one function."""
    if place.document.part == "children":
        return place.document.title[:_MOST_CONDITION] or "儿童"
    for heading in reversed(place.sentence.headings):
        plain = _PLAIN_HEADING.search(heading)
        if _NARROW_HEADING.search(heading) or (
            not plain and not is_usual(heading) and heading == place.sentence.headings[-1]
        ):
            return heading.strip(" *#")[:_MOST_CONDITION]
    return ""


def zone_of(text: str, denial: Span, verb: re.Match[str]) -> Span:
    """Find what a denial is about: from its word to the end of its clause."""
    end = CLAUSE.search(text, verb.end())
    return Span(denial.end, end.start() if end else len(text))


def begin_of(text: str, start: int) -> int:
    """Find where the clause of a word begins."""
    begin = 0
    for cut in CLAUSE.finditer(text, max(0, start - 120), start):
        begin = cut.end()
    return begin


def without_condition(text: str, zone: Span, start: int) -> str:
    """Give the words of a clause without its condition."""
    words = text[zone.start : zone.end]
    condition = condition_of(text, start)
    return words.replace(condition, "") if condition else words


def is_usual(heading: str) -> bool:
    """Say whether a heading is made of words that the headings of any policy are made of."""
    return _USUAL.fullmatch(heading) is not None


def _last(pattern: re.Pattern[str], text: str) -> int:
    found = -1
    for one in pattern.finditer(text, max(0, len(text) - 200)):
        found = one.start()
    return found


_OTHER = re.compile(_OTHERS)


def ours_of(names: Sequence[str]) -> re.Pattern[str]:
    """Make the pattern of the words by which the subject speaks of itself."""
    known = [re.escape(folded(name)) for name in names if 2 <= len(name) <= 40]
    return re.compile("|".join([_OURS, *known[:20]]))
