"""Whether a word of a sentence is denied, and under what condition the sentence speaks.

A denial reaches from its own word to the end of its clause. What only denies a manner
(不会过度收集), another verb (不同意我们收集), or doing something without consent, does not deny the
act: a text that says so goes on to do it.
"""

from __future__ import annotations

import re

from scanner.collect.policy.document import Span

_REACH = 90
"""Characters before a word among which what denies it is looked for."""

_AROUND = 300
"""Characters on either side of a word among which its condition is looked for."""

_ENDS = re.compile(
    r"[,;:!?。;\n\t]|但是?|然而|不过|却|而(?=是|仅|只|会|将|由)|\b(?:but|however|although|though|yet)\b"
)
"""Where the reach of a denial ends."""
_GOES_ON = re.compile(r"\s*(?:或者?|以及|和)")
"""What alone before a verb carries the denial of the clause before on (…，或共享)."""
_PURPOSE = re.compile(r"[为因].{0,30}而?$")
"""为了…而: the 而 that is no contrast."""

_NOT = re.compile(
    r"不(?:会|将|再|得|能|可|应|需要?|必|用|曾|予)?|未曾?|没有?|无(?:需|须|法|权)|(?:并|绝)非"
    r"|禁止|严禁|避免|杜绝"
)
_FIXED = re.compile(
    r"不(?:仅|但|只|单|光|限|时|论|管|断|同|过|定期|定时|间断|得不|得已|得以|必要|必需|可避免|可或缺|可抗"
    r"|可撤销|良|当|法|正|便|满|足|等|合理|相关|特定|准确|完整|及时|少|超过|低于|利|符|安全|适|明"
    r"|可读|可逆|可识别|能识别|可追溯|能单独|慎|必须|可分)"
    r"|未(?:成年|来|满|必|知|遂|公开|足|成|授权|接(?!入))|没收"
)
"""Words that begin like a denial and deny nothing that follows."""
_ASKED = ("会", "能", "要", "是", "可", "该")
_UNASKED = re.compile(r"(?:未|没有?|无)(?:经|征得|取得|获得|得到|获)|without\s+(?:your|first|ask)")
"""How doing something without asking begins."""
_LIFTING = re.compile(r"在?(?:未|没|无|除|without|unless|except)")
"""How a condition begins under which a denial stops to hold."""
_TWICE = re.compile(r"(?:不(?:会|能|得|可|可能|是)?|并非|没有|无|未必|无法)$")

_CONSENT = re.compile(r"同意|授权|许可|允许|告知|通知")
"""What, between a denial and a word, makes the denial one of doing it without asking."""
_OTHER_VERB = re.compile(
    r"(?:影响|代表|意味|保证|确保|担保|控制|负责|承担|负有|排除|妨碍|阻碍|阻止|知道|知悉|了解|希望|愿|想"
    r"|认可|构成|视为|视作|限制|干涉|干预|免除|改变|接受|支持|对.{0,40}(?:负责|承担|做出|作出|进行审)"
    r"|辨别|判断|区分|核实|甄别|预测|提供(?![、或和及与/给])|介意|满意|属于|赞成|配合|提供.{0,40}(?:则|就|将|我们)|选择|开启|打开|点击|登录|注册|使用我们)"
)
_MANNER = re.compile(
    r"超出|超过|超范围|过度|过量|非法|违[法规反]|擅自|私自|强制|强迫|误导|欺诈|欺骗|诱导|胁迫|频繁|随意"
    r"|任意|肆意|恶意|滥用|不当|不必要|默认|捆绑|一次性|偷偷|秘密"
)
_RELATIVE = re.compile(
    r".{2}(?:(?:到|得|并|和|或|及|与|以及|、|[一-鿿]{2}(?=[、和或及与并的])){0,6})的"
)
_SUBJECT = re.compile(r"将|把|对|向|与|就|因|由|我们|您|第三方|其|他人|用户|通过|利用|使用")

_EN_NOT = re.compile(
    r"\b(?:not|never|cannot|neither|nor|no|nobody|none|without|refrains?\s+from"
    r"|prohibits?|forbids?)\b|n['’]t\b"
)
_EN_FIXED = re.compile(
    r"not\s+(?:only|limited|just|merely|necessarily|simply)\b|no\s+(?:later|longer\s+than|more|less)\b"
    r"|no\s+matter|without\s+limitation|nor\s+mally"
)
_EN_OTHER = re.compile(
    r"\b(?:responsible|liable|control|guarantee|want|wish|like|agree|consent|prevent|mean|affect"
    r"|limit|restrict|know|warrant|ensure|apply|permission|authori[sz]ation|approval|knowledge"
    r"|how|what|which|who|whether|that|because|if|when|while|unless|until|after|before|allow us)\b"
)
_EN_MANNER = re.compile(
    r"\b(?:unlawfully|illegally|excessively|unnecessarily|improperly|knowingly to|more than)\b"
)
_EN_FRESH = re.compile(
    r"\s*(?:(?:and|so|then|while|as)\s+)?(?:we|you|they|it|he|she|our|your|their|this|these|those"
    r"|the|a|an|to|in|for|by|with|such|some|if|when|third)\b"
)
"""How a new clause begins after a comma, so that no list goes on there."""

_EN_MODAL = re.compile(r"\b(?:may|might|will|would|can|could|shall|should|must)\b")
"""A verb of its own behind a comma, whose subject may be any name."""

_GAP = r"[^,;:。;\n]"
_EXCEPTIONS = 5
"""How many of the patterns below are exceptions."""
_CONDITIONS = (
    re.compile(
        rf"(?:在)?(?:未|没有|无)(?:经|征得|取得|获得|得到|获)?{_GAP}{{0,24}}?(?:同意|授权|许可|允许|请求)"
        rf"(?!的(?!情|前))(?:{_GAP}{{0,6}}?(?:情况下|情形下|前提下|之前|前))?"
    ),
    re.compile(rf"除非{_GAP}{{0,60}}"),
    re.compile(r"除[^;。\n]{0,80}?(?:之外|以外|外)(?=[,的我本均一不将])"),
    re.compile(r"除(?:了|法律|征得|获得|取得|经|为|本|上述|前述|以下|下列|因)[^;。\n]{1,50}?,"),
    re.compile(
        r"(?:但[^;。\n]{0,40}?|[^,;。\n:]{0,40})(?:除外|例外)|另有(?:规定|约定|说明)的?"
        r"|(?:但|除)[^,;。\n]{0,20}?(?:情形|情况)(?=:)"
    ),
    re.compile(
        rf"(?:仅|只|只有|仅仅)(?:会)?(?:在|当|于){_GAP}{{1,50}}?"
        r"(?:时|的情况下|情形下|前提下|期间|过程中|范围内|之后|后|情况下)"
    ),
    re.compile(
        rf"(?:如|如果|若|倘若|假如|一旦|只要|只有){_GAP}{{1,50}}?(?:时|的话|的情况下|后|,|则|才)"
    ),
    re.compile(
        rf"(?:当|在){_GAP}{{1,50}}?(?:时(?!间|候?长|区)|之前|前(?=[,我不])|之后|情况下|情形下|前提下|期间|过程中|后)"
    ),
    re.compile(
        rf"(?:经|征得|取得|获得|得到|根据|按照){_GAP}{{0,24}}?(?:同意|授权|许可)"
        r"(?:的(?:情况下|前提下)|后|之后)?"
    ),
    re.compile(
        r"(?<![^,;。:\n]{40})(?:您|你|用户|权限|账[号户]|功能|服务)[^,;。:\n]{0,40}?"
        r"(?:之?后|之?前|时|期间|情况下|情形下|前提下)(?=,)"
    ),
    re.compile(r"(?:原则上|一般(?:情况下)?(?=[,不来情])|通常(?:情况下)?)"),
)
_EN_CONDITIONS = re.compile(
    r"\b(?:unless|except|other\s+than|save\s+(?:for|as)|subject\s+to"
    r"|without\s+(?:your|the\s+user'?s?|prior|express|explicit|first|obtaining|asking)"
    r"|with\s+your\s+(?:\w+\s+){0,2}(?:consent|permission|approval)"
    r"|(?:only|solely)?\s*(?:if|when|while|where|until|after)"
    r"|generally|in\s+general|as\s+a\s+rule)\b[^,;.\n]{0,80}"
)
_ASKING = re.compile(
    r"同意|授权|许可|允许|请求|征得|\bconsent|\bpermission|\bapprov|\bauthori[sz]|\bagree|\bask"
)


_GONE = re.compile(
    r"(?<![您你])(?<!用户)已经?[^,。;\n]{0,16}(?:移除|去除|下线|取消|停止(?:申请|收集|获取|读取|调用))"
    r"|曾经?[^,。;\n]{0,12}(?:读取|收集|获取|申请|访问|使用)"
)
_ONE_DAY = re.compile(
    r"(?:日后|将来|今后|未来)[^。;\n]{0,60}(?:征得|征求|取得|获得|告知|通知|单独)[^。;\n]{0,12}(?:您|你|用户|同意|授权)"
)
_CLAUSE_END = re.compile(r"[,。;:!?\n]")


def is_denied(sentence: str, start: int) -> bool:
    """Say whether a folded sentence denies the word that begins at `start`.

    An exception (除法律要求外，我们不会…) leaves the denial standing, and `condition_of` tells it;
    a condition that asks for consent does not, for with consent it is done.
    """
    if denial_of(sentence, start) is None:
        return False
    condition = condition_of(sentence, start)
    return condition is None or not (asks_first(condition) and _LIFTING.match(condition))


def is_gone_or_to_come(sentence: str, start: int) -> bool:
    """Say whether what a folded sentence names at `start` was ended, or would be asked for one day.

    已移除读取短信的权限 and 日后如需读取通讯录，将另行征得同意 tell of nothing that is done.
    """
    supposed = _ONE_DAY.search(sentence)
    if supposed and supposed.start() <= start < supposed.end():
        return True
    return any(
        not _CLAUSE_END.search(sentence, min(start, gone.start()), max(start, gone.start()))
        for gone in _GONE.finditer(sentence)
    )


def denial_of(sentence: str, start: int) -> Span | None:
    """Find the word that denies the word at `start`, whatever condition the sentence sets."""
    if sentence[start : start + 1].isascii():
        return _english_denial(sentence, start)
    return _chinese_denial(sentence, start)


def condition_of(sentence: str, start: int) -> str | None:
    """Give the condition under which a folded sentence says the word at `start`, None if none."""
    span = condition_span(sentence, start)
    return sentence[span.start : span.end] if span else None


def condition_span(sentence: str, start: int) -> Span | None:
    """Find that condition: the nearest one before the word.

    Exceptions count on either side and before all others; so do English conditions, while a
    Chinese 如… after the word begins a statement of its own.
    """
    least, most = max(0, start - _AROUND), start + _AROUND
    found: list[Span] = []
    for rank, pattern in enumerate((*_CONDITIONS, _EN_CONDITIONS)):
        spans = [_trimmed(one) for one in pattern.finditer(sentence, least, most)]
        if spans and rank < _EXCEPTIONS:
            return min(spans, key=lambda span: (abs(span.start - start), span.start))
        english = pattern is _EN_CONDITIONS
        found += [span for span in spans if english or span.start <= start]
    if not found:
        return None
    nearest = max([span for span in found if span.start <= start] or [min(found)])
    return next(span for span in sorted(found) if span.start <= nearest.start < span.end)


def asks_first(condition: str) -> bool:
    """Say whether a condition is one of consent: what it holds back is done once people agree."""
    return _ASKING.search(condition) is not None


def _trimmed(found: re.Match[str]) -> Span:
    words = found.group()
    left = len(words) - len(words.lstrip(" ,但"))
    return Span(found.start() + left, found.start() + len(words.rstrip(" ,:")))


def _clause_start(sentence: str, start: int) -> int:
    """Find where the clause of a word begins, as far as a denial could reach it."""
    least = max(0, start - _REACH)
    begin = least
    for end in _ENDS.finditer(sentence, least, start):
        if end.group().startswith("而") and _PURPOSE.search(sentence, least, end.start()):
            continue
        begin = end.end()
    if begin > least and _GOES_ON.fullmatch(sentence, begin, start):
        return _clause_start(sentence, begin - 1)
    return begin


def _chinese_denial(sentence: str, start: int) -> Span | None:
    begin = _clause_start(sentence, start)
    for one in reversed(list(_NOT.finditer(sentence, begin, start))):
        if _FIXED.match(sentence, one.start()) or _is_question(sentence, one.start()):
            continue
        if _UNASKED.match(sentence, one.start()):
            continue
        between = sentence[one.end() : start]
        if _MANNER.search(between):
            return None
        if _CONSENT.search(between) and not _UNASKED.search(between):
            return None
        if _OTHER_VERB.match(between) or _in_relative_clause(sentence, between, start):
            continue
        twice = _TWICE.search(sentence[max(begin, one.start() - 4) : one.start()])
        return None if twice else Span(*one.span())
    return None


def _is_question(sentence: str, at: int) -> bool:
    """Tell 会不会, 是不是."""
    before = sentence[max(0, at - 1) : at]
    return before in _ASKED and sentence[at + 1 : at + 2] == before


def _in_relative_clause(sentence: str, between: str, start: int) -> bool:
    """Tell the 收集 in 不会将我们收集的信息, which belongs to what is spoken of."""
    return bool(_SUBJECT.search(between)) and _RELATIVE.match(sentence, start) is not None


def _english_denial(sentence: str, start: int) -> Span | None:
    begin = _english_clause(sentence, start)
    found = [
        one
        for one in _EN_NOT.finditer(sentence, begin, start)
        if not _EN_FIXED.match(sentence, one.start())
    ]
    if not found:
        return None
    between = sentence[found[-1].end() : start]
    if _EN_OTHER.search(between) or _EN_MANNER.search(between):
        return None
    if found[-1].group() == "without" and len(found) > 1:
        return None
    return Span(*found[-1].span())


def _english_clause(sentence: str, start: int) -> int:
    """Find where an English clause begins; a comma inside a list of verbs does not end it."""
    least = max(0, start - _REACH)
    cut = start
    while True:
        ends = list(_ENDS.finditer(sentence, least, cut))
        if not ends:
            return least
        end = ends[-1]
        fresh = _EN_FRESH.match(sentence, end.end(), start) or _EN_MODAL.search(
            sentence, end.end(), start
        )
        if end.group() != "," or fresh:
            return end.end()
        if _EN_NOT.search(sentence, end.end(), start):
            return end.end()
        cut = end.start()
