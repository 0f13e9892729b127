"""Sentences that name data without saying that the subject handles it.

Examples of other apps, warnings to people, duties of staff, what thieves could read, what linked
sites do, what was once done, and what a term stands for disclose nothing.
"""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"[;。\n]|,(?=我们|本应用|本软件)")
_LEFT_TO_PEOPLE = re.compile(
    r"(?:请勿|切勿|请不要|不要(?:随意|轻易|向)|谨慎)[^;。]{0,60}$"
    r"|\bplease\s+(?:keep|do\s+not|don['’]t)\b[^.;]{0,60}$"
    r"|\b(?:do\s+not|don['’]t|never)\s+(?:share|disclose|tell|give)\s+(?:anyone\s+)?your\b[^.;]{0,40}$"
)
"""Before a word: what people are warned of."""
_FORBIDDEN = re.compile(
    r"(?:员工|人员|任何人|他人|第三方)[^,;。]{0,10}(?:不得|严禁|禁止|不应|不可)[^,;。]{0,30}$"
    r"|(?:不得|严禁|禁止)(?:私自|擅自|非法|违规|随意|未经)[^,;。]{0,30}$"
)
_ELSEWHERE = re.compile(
    r"与(?:本应用|本软件|本公司|我们)无关|(?:^|[,:。])\s?(?:示例|例|举例):|举例:"
    r"|某(?:某|些|个|款)?[^,;。]{0,8}(?:应用|软件|app|公司|平台|网站)(?:可能)?(?:会|将|收集|获取)"
    r"|可能被(?:他人|别人|第三人|不法分子|黑客|攻击者)"
    r"|第三方(?:的)?(?:网站|网页|站点)[^,;。]{0,6}(?:可能|会|将)"
)
"""Anywhere in a sentence: others do it, or could."""
_ONCE = re.compile(
    r"曾(?!用)[^;。]{0,40}(?:现已|目前已|已经?|现在)(?:停止|终止|不再|取消|下线|删除)"
    r"|(?:已|已经|现已)(?:停止|终止)[^,;。]{0,6}(?:收集|获取|采集|读取|使用)"
    r"|(?:本应用|本软件|我们)(?:并|均|都|从)?未(?:申请|使用|调用|启用|获取|收集|读取)[该此]?(?:权限)?[。;]?\s*$"
    r"|\b(?:used\s+to|no\s+longer)\s+(?:collect|read|access|use)"
)
"""Anywhere in a sentence: it is done no more, or not."""
_TERM = re.compile(
    r":\s?(?:是?指|系)[^;。]{2,60}?(?:字符串|编号|代码|缩写|简称|系统|技术|协议|工具)"
    r"|(?:的|之)(?:英文)?(?:缩写|简称|全称)|\b(?:stands\s+for|short\s+for|abbreviation)\b"
)
"""What a term means."""
_WE_DO = re.compile(
    r"(?:我们|本应用|本软件|本产品)(?:还|也|仅|只)?(?:会|将|需要?|可能|要)[^;。]{0,40}(?:收集|获取|采集|读取|记录|使用)"
    r"|需要?(?:您|用户)?(?:收集|提供|填写|获取)"
)
"""That the subject does it all the same, in the same sentence."""
_OURS = re.compile(r"我们|本应用|本软件|本产品|\bwe\b|收集|获取|采集|读取|上传")


def is_aside(text: str, start: int) -> bool:
    """Say whether the kind named at `start` of a folded sentence is no claim of the subject."""
    if (_ELSEWHERE.search(text) or _ONCE.search(text)) and not _WE_DO.search(text):
        return True
    if _TERM.search(text) and not _OURS.search(text):
        return True
    begin = max([0, *(cut.end() for cut in _CLAUSE.finditer(text, 0, start))])
    before = text[max(begin, start - 100) : start]
    return bool(_LEFT_TO_PEOPLE.search(before) or _FORBIDDEN.search(before))
