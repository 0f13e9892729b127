"""Words of a policy that take using the service, or going on after a change, for consent.

The two are different matters: who never agreed at all was never asked (认定方法 3.4), who goes on
after a change was asked once, and not anew (认定方法 2.2, PIPL 14).
"""

from __future__ import annotations

import re
from typing import Literal

from scanner.collect.policy.document import Document
from scanner.collect.policy.sentences import Sentence

ByUse = Literal["use_is_consent", "change_by_use"]
"""What the words take for consent: using it at all, or going on after a change."""

_USES = (
    r"(?:使用|下载|安装|登录|注册|访问|浏览)(?!协议|条款|规则|说明|期间|器)[^。;\n]{0,60}?"
    r"(?P<counts>视为|视同|即表示|即代表|即意味着|则表示|则代表|就表示|就代表|就意味着|等于"
    r"|表示[您你]?已|表示[您你]?同意|代表[您你]?同意|意味着[您你]?)"
    r"[^。,;\n]{0,24}?(?:同意|接受|认可|授权)"
)
_USES_EN = (
    r"(?:continu(?:e|ed|ing) (?:to )?(?:use|using|access)|by (?:using|accessing|continuing)"
    r"|your use of)[^;\n]{0,120}?"
    r"(?:you (?:agree|accept|consent|acknowledge)|constitutes?|means (?:that )?you|signif"
    r"|indicates?|deemed)[^;\n]{0,60}"
)
_BY_USE = re.compile(f"{_USES}|{_USES_EN}")
_EN_CONSENT = re.compile(r"consent|agree|accept")
_BY_ACT = re.compile(r"点击|点选|勾选|开启|打开|启用|click|tick|check|turn on")
"""An act of its own by which consent is given."""
_HAS_AGREED = re.compile(
    r"(?:[您你户]|阅读)[^。,;\n]{0,8}(?<!不)(?<!未)(?:同意|接受)[^。;或\n]{0,30}$"
)
"""Consent of its own stands before what counts as consent: 您同意本声明并使用, 即表示."""
_NOT_MEANT = re.compile(
    r"(?:不|并不|并非|不会|不得|不应)(?:当然|必然)?(?:被)?(?:视为|表示|代表|意味)|取消|撤回|拒绝"
    r"|不同意|所代表的|对[^。,;]{0,12}的接受(?:将|也|均)"
)
_NOT_BECAUSE = re.compile(
    r"(?:不|并不|并非|不会|不得|不应|不能|不将)(?:因为?|把|将|以|仅凭|凭)[^。;\n]{0,30}$"
)
"""我们不会因为您继续使用而视为您同意."""
_SAID_OF_OTHERS = re.compile(
    r"(?:某|其他|其它|第三方|他人|一些|部分)[^。,;\n]{0,10}(?:声称|写明|宣称|规定|声明|表示|称)[^。;\n]{0,20}$"
)
"""What another text is quoted to say."""
_OTHERS_TERMS = re.compile(
    r"(?:使用|下载|安装|登录|注册|访问|浏览)(?P<name>[^\s。,;的您你我本该]{2,12}?)"
    r"(?:服务|软件|应用|功能|登录|支付)?(?:即|就|则|视为|视同)[^。;\n]{0,24}"
    r"(?:同意|接受|认可|遵守)(?P=name)的"
    r"|(?:agree|consent|accept)[a-z]{0,3}(?: to)? (?:be bound by )?(?:the |their |its )?"
    r"(?:(?:[a-z]{2,14} ){0,2}(?:provider|partner|vendor|third part)[a-z]{0,3}['’]?s?"
    r"|[a-z]{2,14}['’]s)"
    r" (?:own )?(?:terms|privacy|polic|conditions|user)"
)
_OF_PRIVACY = re.compile(
    r"隐私|政策|声明|指引|信息|数据|资料|收集|privacy|polic|notice|data|information|collect"
)
_OF_TERMS = re.compile(
    r"协议|条款|规则|规范|约定|公约|合同|\bterms\b|agreement|conditions|rules|modification"
)
_PRIVACY = re.compile(r"隐私|个人信息|privacy|personal")
_OF_TRADE = re.compile(r"收费|资费|费用|缴纳|价格|经营模式|\bpay\b|\bfees?\b|\bcharge")
_GOES_ON = re.compile(r"继续|仍(?:然|旧)?(?:选择)?(?:使用|访问)|再次(?:使用|登录)|continu")
_CHANGED = re.compile(
    r"修改|变更|更新|修订|调整|改动|更改|变动|变化|改变|升级|完善后|补充后|新的(?:内容|条款|政策|协议|版本)"
    r"|chang|modif|updat|amend|revis"
)
_ANY_USE = re.compile(
    r"使用(?:或|和|及|、|/|以及|与|和/或|并)(?:者)?继续使用|(?:开始|首次|一旦|只要)[^。,;\n]{0,6}使用(?!期间)"
    r"|使用(?:，|,)?或(?:者)?在"
)
"""Using it at all stands beside going on: 使用或继续使用."""
_ASKED_ANEW = re.compile(
    r"(?:再次|重新|另行|单独)[^。;\n]{0,24}(?:征[求得]|取得|获得|获取)[^。;\n]{0,10}(?:同意|授权)"
    r"|(?:ask|obtain|seek)[a-z]{0,3} [^.;\n]{0,30}consent"
)


def cue_of(sentence: Sentence, document: Document) -> ByUse | None:
    """Say what the sentence takes for consent; None where it takes nothing for it, or where the
    terms of a contract alone are agreed to."""
    found = _by_use(sentence.text)
    if found is None or _agrees_with_others(sentence, document):
        return None
    if not _is_of_privacy(sentence, document):
        return None
    if not _goes_on(sentence, found):
        return "use_is_consent"
    return None if _ASKED_ANEW.search(sentence.text) else "change_by_use"


def _by_use(text: str) -> re.Match[str] | None:
    found = _BY_USE.search(text)
    if found is None or _NOT_MEANT.search(found.group()):
        return None
    before = max(0, found.start() - 40)
    if _NOT_BECAUSE.search(text, before, found.start()) or _BY_ACT.search(
        text, before, found.end()
    ):
        return None
    if _SAID_OF_OTHERS.search(text, 0, found.start()):
        return None
    if found["counts"]:
        return None if _HAS_AGREED.search(text, 0, found.start("counts")) else found
    return found if _EN_CONSENT.search(found.group()) else None


def _agrees_with_others(sentence: Sentence, document: Document) -> bool:
    """Say whether the terms agreed to are those of a third party (使用微信即表示同意微信的政策)."""
    others = _OTHERS_TERMS.search(sentence.text)
    return others is not None and (
        others["name"] is None or others["name"] not in document.title.lower()
    )


def _is_of_privacy(sentence: Sentence, document: Document) -> bool:
    """Say whether privacy is agreed to, and not a contract that was handed in with the policy."""
    if _OF_TRADE.search(sentence.text):
        return False
    if _OF_PRIVACY.search(sentence.text) or not _OF_TERMS.search(sentence.text):
        return True
    above = [document.title.lower(), *sentence.headings]
    (*_, last) = [one for one in above if _OF_TERMS.search(one) or _PRIVACY.search(one)] or [""]
    return _PRIVACY.search(last) is not None


def _goes_on(sentence: Sentence, found: re.Match[str]) -> bool:
    """Say whether the words speak of going on after a change, and not of using it at all."""
    text = sentence.text
    if _ANY_USE.search(text):
        return False
    goes_on = _GOES_ON.search(text, max(0, found.start() - 20), found.end())
    if _CHANGED.search(text, 0, found.start()):
        return True
    if goes_on is None:
        return False
    return bool(
        _CHANGED.search(text, found.start())
        or (sentence.headings and _CHANGED.search(sentence.headings[-1]))
    )
