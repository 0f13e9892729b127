"""Which document words name: a privacy policy, its lists, terms of use; or none."""

from __future__ import annotations

import re
from typing import Literal

Subject = Literal["privacy", "agreement", "children", "sdk_list", "data_list"]
"""agreement: terms of use, which are no privacy policy."""
_LIST = r"(?:清单|列表|目录|名单|明细|清單|目錄|\blist\b)"
_PAPER = (
    r"(?:政策|声明|聲明|申明|制度|条款|條款|协议|協議|指引|指南|说明|說明|须知|須知|通知|告知书?|公告|规则"
    r"|規則"
    r"|规范|条例|方针|约定|承诺书?|保护|保護)"
)
_CHILD = r"(?:儿童|兒童|未成年|少年|青少年|少儿|children|child|kids|minors?\b|teens?\b)"
_WORDS: tuple[tuple[Subject, str], ...] = (
    (
        "children",
        rf"{_CHILD}.{{0,12}}(?:[隐隱]私|私[隐隱]|个人信息|個人資料|privacy|data protection"
        rf"|保护(?:规则|政策|声明|指引|指南|协议|条款))"
        rf"|(?:[隐隱]私|个人信息|privacy).{{0,12}}{_CHILD}",
    ),
    (
        "sdk_list",
        rf"sdk.{{0,16}}{_LIST}|{_LIST}.{{0,6}}sdk|第三方\s*sdk|sdk\s*(?:说明|目录|信息)"
        rf"|(?:第三方|三方|合作方|对外).{{0,8}}(?:信息|共享|服务|接入|插件).{{0,10}}{_LIST}"
        rf"|(?:共享|提供).{{0,8}}信息.{{0,4}}{_LIST}|信息.{{0,4}}共享.{{0,4}}{_LIST}"
        rf"|third.?part(?:y|ies).{{0,24}}list",
    ),
    (
        "data_list",
        rf"(?:收集|采集).{{0,8}}信息.{{0,8}}{_LIST}|信息.{{0,4}}(?:收集|采集).{{0,6}}{_LIST}"
        rf"|(?:个人|用户)信息(?:使用|明示)?{_LIST}"
        r"|list of (?:the )?(?:personal )?(?:data|information)|data collection list",
    ),
    (
        "privacy",
        rf"(?:[隐隱]私权?權?|私[隐隱]权?權?)(?:(?:保护|保護|和|与|及|與|安全|数据|信息|cookies?"
        rf"|用户|法律"
        rf"|使用|个人|保密|授权|收集|处理|管理|\s){{0,6}}{_PAPER}|[和与及]?安全|中心|权政策)"
        r"|[和与及與、&]\s*(?:个人)?[隐隱]私权?權?(?:保护|保護)?\W*$"
        rf"|个人(?:信息|数据|资料)(?:(?:保护|安全|处理|收集|使用|隐私|授权|查询|共享|保密|管理|和|与|及|、"
        rf"|\s){{1,6}}{_PAPER}|政策)"
        rf"|(?:個人資料|个人资料)(?:收集|保護|保护)?(?:聲明|声明|政策)"
        rf"|(?:信息保护|(?:用户|客户|会员)(?:信息|数据|资料)(?:保护|保密|安全(?:保护)?))"
        rf"(?!保护|保護|通知|公告){_PAPER}"
        rf"|(?:^|用户|客户|会员|您的)信息(?:收集|采集|使用|处理)(?:收集|使用|处理|共享|保护|[和与及、]){{0,4}}"
        rf"(?!保护|保護|通知|公告){_PAPER}"
        r"|privacy[ _&-]{0,3}(?:and|&|policy|notice|statement|terms|agreement|guidelines?"
        r"|rules?|cent(?:er|re)|legal|cookies?|security)"
        # Privacy Protection is a document's whole name, Privacy Protection Tests are none.
        r"|privacy protection(?: (?:policy|notice|statement|rules?|guidelines?|agreement|terms))?"
        r"[\W_]*$"
        r"|data (?:protection|privacy) (?:policy|notice|statement)|personal information "
        r"(?:protection|collection) (?:policy|notice|statement)",
    ),
    (
        "agreement",
        r"(?:用户|服务|使用|注册|会员|平台|软件|许可|网站|账号|帐号|客户|買家|使用者|用戶|服務"
        r"|會員)"
        r"(?:服务|使用|注册|许可|及|与|和|授权|管理)*(?:协议|條款|条款|協議|协定|规约|须知|章程)"
        r"|法律(?:条款|条文)|terms (?:of|and|&)|user agreement|service agreement"
        r"|conditions of use|terms\s*$|\beula\b|licen[cs]e agreement",
    ),
)
_SUBJECTS = tuple((subject, re.compile(words, re.IGNORECASE)) for subject, words in _WORDS)
_ALONE = re.compile(
    r"[《<“\"【\[（( ]*(?:网站|用户|平台|我的|您的|关于|个人|個人)?(?:[隐隱]私权?權?|私[隐隱]"
    r"|[隐隱]私(?:保护|保護)|个人信息保护|privacy|your privacy|data protection"
    r"|privacy\s*&\s*\w+)[》>”\"】\]）) .]*",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"通报|发布|解读|违规|侵犯|侵害|泄露|泄漏|如何|怎么|怎样|新闻|仪式|专家|处罚|曝光|下架"
    r"|征求意见|印发|出台"
    r"|争议|记者|研究|论文|案例|案件|警惕|提醒|培训|会议|召开|宣传|讲座|课程|教程|设置|设定|开关|模式"
    r"|管理器|浏览器"
    r"|中华人民共和国|保护法|\bsettings?\b|\bchoices?\b|\bscreen\b|\bfilm\b|\bbrowser\b|\bmode\b"
    r"|\bnews\b"
    r"|\bhow to\b|模板|生成器|generator|template",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[《【〈<「『]([^《》【】〈〉<>「」『』]{2,40})[》】〉>」』]")
LONGEST_NAME = 36
"""Characters (Latin words count a third) of a link's words beyond which they are a sentence."""


def bracketed(words: str) -> list[str]:
    """Give the names that stand in brackets, as 《隐私政策》."""
    return _BRACKETED.findall(words)


def reports(words: str) -> bool:
    """Say whether words report on documents, set something, or name a law, and so name none."""
    return _NEWS.search(words) is not None


def document_of(name: str) -> Subject | None:
    """Say what a document of this name is; None for a sentence and for what is no document."""
    if length_of(name) > LONGEST_NAME or reports(name):
        return None
    if _ALONE.fullmatch(name):
        return "privacy"
    return next((subject for subject, pattern in _SUBJECTS if pattern.search(name)), None)


def without_brackets(words: str) -> str:
    """Give what stands beside names in brackets."""
    return _BRACKETED.sub("", words)


def length_of(words: str) -> float:
    """Give the length of words in Chinese characters; Latin ones count a third."""
    return sum(1 if character > "\u2e7f" else 0.34 for character in words)
