"""What for, and under what condition, a sentence of a policy says that something is done."""

from __future__ import annotations

import re

from scanner.collect.policy.document import Span

_MOST = 120
"""Characters of a purpose or a condition that are taken."""

_DONE = (
    r"向您|为您|更好|更准确|帮助|帮您|协助|保障|保护|保证|确保|维护|提供|提升|提高|改善|改进"
    r"|优化|实现|完成|满足|进行"
    r"|识别|判断|验证|核验|核实|展示|展现|防止|预防|防范|检测|统计|分析|了解|支持|使用|享受"
    r"|完善|增强|处理|评估|降低"
    r"|安排|打击|维持|履行|遵守|回应|形成|排查|标识|确认|推荐|推送|发送|联系|解决|决定|创建"
    r"|注册|登录|查看|用于"
)
"""Verbs with which a purpose begins."""
_FOR_ZH = re.compile(
    rf"(?:以|是|主要|仅|将|会|可|被|均|只)?用(?:于|来|以|作(?!为))(?!户|途)"
    rf"|以(?:便|方便|供|备|达到?|期)(?:于)?|便于|方便您|从而|使得|有助于"
    rf"|(?:是|仅|主要|则|(?<![因认以作成行华]))(?:为了|出于)(?!此)"
    rf"|(?<![作成称储存设视认行更最均即以因所录译变列定归化分名转改华较颇尤甚])为(?:进一步"
    rf"|更好地?)?(?:{_DONE}|使|让|便|方便|以下|下列|如下|本)"
    rf"(?!的)|(?:^|(?<=[,;:、)\s]))为(?!此|您|你|准|限|例|我们|第三|其|止|期)"
    rf"|基于(?=[^,。;]{{1,40}}(?:目的|需要|需求|必要性))"
    rf"|(?:以下|如下|下列|上述|所述)的?(?:目的|用途)|(?:的|之)目的(?=[,收共处使将获披而])"
    rf"|(?:目的|用途)(?:是|为|在于|包括|:)"
    rf"|(?:来|以|用以|(?<=[后,])可|才能?"
    rf"|进而)(?<!可以)(?<!所以)(?<!足以)(?<!得以)(?<!难以)(?<!能够以)(?:{_DONE})"
    rf"|(?:帮助|协助)(?:我们|您|其|他们|开发|改)|使(?:您|我们|其|我司)(?:能|可|在|更)?"
    rf"|(?<=[号码信息账])作为(?!我们|合同)"
)
_GAP_ZH = r"[^。;!?\n]"
_TAIL_ZH = re.compile(
    r"[,、]?(?:我们|本(?:应用|软件|产品|平台|公司|app))?(?:可能)?(?:会|将|需要?|可能)?(?:向您)?"
    r"(?:收集|获取|采集|读取|记录|申请|请求|调用|使用|共享|提供|访问|接入)"
)
_CUT_ZH = re.compile(
    r"[,;]\s*(?:如果?您|若|但|否则|(?:并且?|同时)?,?(?:您|你)(?:可|需)|拒绝|该(?:等|类|些)?信息|此类"
    r"|上述|我们不|同时,?我们|属于"
    r"|(?:在此|为此)?我们(?:会|将|可能|需要|仅|承诺))|[。!?:;\n]"
)
_OBJECTIVE_ZH = re.compile(
    rf"(?:出于|(?<![因认以作成行华])为|因(?!为)|(?<=因)为|根据){_GAP_ZH}{{2,40}}?(?:的目的|之目的|之需要?|的需要|需要)(?!您|用户|提|收)"
)
_KEPT_ZH = re.compile(
    r"[^,。;]{0,40}(?:期限|期间|时间|时限)"
    r"|[^,。;(]{1,24}的(?:个人|其他)?(?:信息|数据|资料|程序|软件|设备)(?![^,。;]{0,20}(?:分析"
    r"|处理|推))"
)
"""What follows words like a purpose that only say how long, or belong to a thing (用于…的设备)."""
_FOR_EN = re.compile(
    r"\b(?:in order to|so (?:that|as to)|for (?:the )?(?:purposes? of|our (?:legitimate|own"
    r"|business)|security|research|analy|market"
    r"|advertis|fraud|legal|billing|customer|account|statistic|personali[sz]|improv|provid"
    r"|deliver)\w*"
    r"|(?:is|are|be|only|and)? ?used (?:to|for|by us to)"
    r"|to (?:help|provide|improve|enable|allow|ensure|verify|identify|protect|prevent|detect"
    r"|deliver|personali[sz]e"
    r"|customi[sz]e|process|complete|contact|communicate|send|show|display|analy[sz]e"
    r"|understand|maintain|operate"
    r"|support|respond|enhance|make|offer|determine|monitor|fulfil+|measure|develop|diagnose"
    r"|create|manage"
    r"|authenticate|serve|recommend|optimi[sz]e|give|track|register|log|comply|conduct|perform"
    r"|facilitate|find"
    r"|keep|fix|carry|investigate|answer|administer)\b"
    r"|which (?:help|allow|enable)s?)"
)
_CUT_EN = re.compile(r"[.;!?\n](?=\s|$)|, (?:but|however|if you|you (?:can|may))\b")

_WHEN_ZH = re.compile(
    r"(?:当|在|于)(?!中华|境内|中国|法律|此|上述|本|线|必要|合理|以下|下列|下述)"
    r"[^。;!?\n]{2,60}?(?:时(?!间|候|长|区|刻|代)|的?过程中|期间|的情况下|的情形下|场景[下中]"
    r"|之?后(?!台|续|期))"
    r"|(?:如果|(?<![例比诸])如|若|一旦|只有|仅在|仅当|经)(?:您|用户|你|过您|你们|果您)"
    r"[^。;!?\n]{1,60}?(?:时(?!间|候|长|区)|,|的话|的情况下|后(?!台|续)|(?=我们|则|才))"
    r"|(?:^|[,:;、)])\s*您(?:在)?[^,。;!?\n]{2,40}?时(?=,|我们|还)"
    r"|(?:经|征得|取得|获得|得到)(?:过)?(?:了)?您[^,。;!?\n]{0,14}(?:同意|授权|许可)(?:后|之后"
    r"|的情况下|的前提下)?"
)
_WHEN_EN = re.compile(
    r"\b(?:when(?:ever)?|if|where|once|while|upon|after)\s(?:you|your|the user|users|using"
    r"|registering)\b"
    r"[^.;!?\n]{0,80}?(?=,|[.;!?\n]|\bwe\b|$)"
    r"|\bwith your (?:\w+ )?(?:consent|permission)\b"
)


def purpose_span(sentence: str) -> Span | None:
    """Find what a folded sentence says that it is for; None when it says nothing of the kind."""
    if sentence.isascii():
        return _english(sentence)
    hit = next(
        (one for one in _FOR_ZH.finditer(sentence) if not _KEPT_ZH.match(sentence, one.end())), None
    ) or _OBJECTIVE_ZH.search(sentence)
    if hit is None:
        return _english(sentence)
    start, end = hit.start(), _end(_CUT_ZH, sentence, hit.end())
    verb = _TAIL_ZH.search(sentence, hit.end(), end)
    if verb and sentence[verb.start()] in ",我" and sentence[hit.start()] != "用":
        end = verb.start()
    return _trimmed(sentence, start, end)


def condition_of_use(sentence: str) -> Span | None:
    """Find when or after what act of the person a folded sentence says that it happens."""
    hit = _WHEN_ZH.search(sentence) or _WHEN_EN.search(sentence)
    return _trimmed(sentence, hit.start(), hit.end()) if hit else None


def _english(sentence: str) -> Span | None:
    hit = _FOR_EN.search(sentence)
    return _trimmed(sentence, hit.start(), _end(_CUT_EN, sentence, hit.end())) if hit else None


def _end(cut: re.Pattern[str], sentence: str, start: int) -> int:
    found = cut.search(sentence, start)
    return min(found.start() if found else len(sentence), start + _MOST)


def _trimmed(sentence: str, start: int, end: int) -> Span | None:
    words = sentence[start:end]
    left = len(words) - len(words.lstrip(" ,:;、)"))
    right = len(words.rstrip(" ,:;、。("))
    return Span(start + left, start + right) if right - left >= 2 else None
