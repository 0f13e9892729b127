"""What the words on a screen lead to among a privacy policy and its kin, and whether it opened."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from scanner.wording.consent import fold

Subject = Literal["privacy", "agreement", "children", "sdk_list", "data_list"]
LEAST_POLICY = 200
"""Characters, without spaces, below which a screen is not taken for the text of a policy (as for
pages of websites)."""
_LIST = r"(?:清单|清單|列表|目录|目錄|名单|明细|\blist\b)"
_PAPER = (
    r"(?:政策|声明|聲明|协议|協議|条款|條款|指引|指南|说明|說明|须知|須知|通知|告知书?|规则|規則"
    r"|约定|承诺|概要|摘要|中心)"
)
_PRIVACY = r"(?:[隐隱]私权?權?|私[隐隱]权?權?)"
_WORDS: tuple[tuple[Subject, str], ...] = (
    (
        "children",
        rf"(?:儿童|兒童|未成年人?|青少年|children|child|kids|minors?\b)[^。]{{0,12}}"
        rf"(?:{_PRIVACY}|个人信息|個人資料|privacy|保护(?:规则|声明|指引|政策))"
        rf"|(?:{_PRIVACY}|个人信息|privacy)[^。]{{0,12}}(?:儿童|兒童|未成年|child|minors?\b)",
    ),
    (
        "sdk_list",
        rf"sdk.{{0,16}}{_LIST}|第三方\s*sdk|(?:第三方|合作方|对外).{{0,8}}(?:信息|共享|服务)"
        rf".{{0,10}}{_LIST}|(?:共享|提供).{{0,8}}信息.{{0,4}}{_LIST}"
        rf"|信息.{{0,4}}共享.{{0,4}}{_LIST}|third.?part(?:y|ies).{{0,24}}list",
    ),
    (
        "data_list",
        rf"(?:收集|采集).{{0,8}}信息.{{0,8}}{_LIST}|信息.{{0,4}}(?:收集|采集).{{0,6}}{_LIST}"
        rf"|(?:个人|用户)信息(?:使用|明示)?{_LIST}|list of (?:the )?personal (?:data|inform)",
    ),
    (
        "privacy",
        rf"{_PRIVACY}(?:保护|保護|和|与|及|與|安全|数据|信息|用户|使用|个人|权限|\s){{0,4}}{_PAPER}"
        rf"|[和与及與、&]\s*(?:个人)?{_PRIVACY}(?:保护|保護)?\W*$"
        rf"|(?:个人信息|個人信息|个人资料|個人資料)(?:保护|保護|处理|處理|收集|使用|安全|和|与|及"
        rf"|\s){{0,5}}{_PAPER}"
        r"|privacy[ &-]{0,3}(?:and|policy|notice|statement|terms|agreement|guidelines?|rules?"
        r"|cent(?:er|re)|legal)|data (?:protection|privacy) (?:policy|notice|statement)",
    ),
    (
        "agreement",
        r"(?:用户|用戶|服务|服務|使用|注册|会员|會員|平台|软件|许可|账号|帐号|客户)(?:服务|使用"
        r"|注册|许可|及|与|和|授权|管理)*(?:协议|協議|条款|條款|协定|须知|章程)"
        r"|法律条款|terms (?:of|and|&)|(?:user|service) agreement|conditions of use|terms$"
        r"|\beula\b|licen[cs]e agreement",
    ),
)
_SUBJECTS = tuple((subject, re.compile(words)) for subject, words in _WORDS)
_ALONE = re.compile(rf"\W*(?:我的|您的|关于|用户|个人)?(?:{_PRIVACY}|privacy|your privacy)\W*")
_OTHER_BUSINESS = re.compile(
    r"通报|发布|解读|违规|侵犯|泄露|如何|怎[么样]|新闻|处罚|曝光|征求意见|争议|记者|专家|调查|下架|案例"
    r"|警惕|讲座|课程|教程|保护法|设置|設定|设定|开关|模式"
    r"|权限管理|浏览器|空间|相册|号码|\bsettings?\b|\bchoices?\b|\bmode\b|\bhow to\b"
)
"""Words of settings and of reports on policies: what bears them is no link to one."""
_BRACKETED = re.compile(r"[《〈「『【]([^《》〈〉「」『』【】]{2,40})[》〉」』】]")
_LONGEST_NAME = 36
"""Characters (Latin ones count a third) beyond which words are a sentence and name nothing."""
_SPEAKS = re.compile(
    r"个人信息|個人信息|个人资料|個人資料|个人数据|personal (?:information|data)|your information"
)
_POLICY_TALK = re.compile(
    r"收集|使用|共享|存储|保存|删除|披露|第三方|权利|儿童|cookie|collect|share|store|retain|disclos"
    r"|third part|rights"
)
"""What a policy speaks of; a text that has some of each is one."""
_LEAST_TALK = 3
_GONE = re.compile(
    r"(?:^|\b|\D)404(?:\b|\D|$)|(?:页面|网页|頁面|網頁|内容)(?:不存在|未找到|已删除|走丢|丢失)"
    r"|找不到(?:该|此)?(?:网页|页面|頁面|網頁)|(?:敬请期待|暂无内容)|page not found|\bnot found\b"
    r"|err_(?:name_not_resolved|file_not_found|unknown_url_scheme|invalid_url)|under construction"
)
_NETWORK = re.compile(
    r"网络(?:异常|错误|不给力|连接|不可用|未连接|出错|超时|开小差)|網絡|網路|检查(?:您的)?网络|断网|无网络"
    r"|加载中|正在加载|请稍[候等]|重新加载|点击重试|no (?:internet|network)|offline|timed? ?out"
    r"|err_(?:internet|connection|proxy|timed|network|ssl|cert)|loading|please wait|try again"
)
"""What the phone's own network may have caused, or what may still come."""


@lru_cache(maxsize=4096)
def subjects_of(words: str) -> tuple[tuple[Subject, str], ...]:
    """Give which documents words name, each with its name; none for settings and sentences."""
    text = " ".join(words.split())
    named = _BRACKETED.findall(text)
    found: list[tuple[Subject, str]] = []
    for name in named or [text]:
        subject = _subject(name)
        if subject is not None and subject not in {one for one, _ in found}:
            found.append((subject, name))
    return tuple(found)


def _subject(name: str) -> Subject | None:
    text = fold(name)
    if _length(text) > _LONGEST_NAME or _OTHER_BUSINESS.search(text):
        return None
    if _ALONE.fullmatch(text):
        return "privacy"
    return next((subject for subject, pattern in _SUBJECTS if pattern.search(text)), None)


def names_only(words: str) -> bool:
    """Say whether words are the name of one document and nothing else: a tap on them means it."""
    named = _BRACKETED.findall(words)
    if len(named) > 1 or len(subjects_of(words)) != 1:
        return False
    left = _BRACKETED.sub("", words) if named else ""
    return not re.sub(r"[\W_]|查看|阅读|点击", "", left)


def _length(words: str) -> float:
    return sum(1 if character > "\u2e7f" else 0.34 for character in words)


def is_policy(text: str) -> bool:
    """Say whether a text may be a privacy policy: long, and speaking of what one has to tell."""
    folded = fold(text[:60_000])
    if len("".join(folded.split())) < LEAST_POLICY or not _SPEAKS.search(folded):
        return False
    return len(set(_POLICY_TALK.findall(folded))) >= _LEAST_TALK


def is_agreement(lines: tuple[str, ...], text: str) -> bool:
    """Say whether a screen shows terms of use, by its heading, and no privacy policy with them."""
    if len("".join(text.split())) < LEAST_POLICY or is_policy(text):
        return False
    heads = [subject for line in lines[:6] for subject, _ in subjects_of(line)]
    return bool(heads) and set(heads) == {"agreement"}


def says_gone(text: str) -> bool:
    """Say whether a short text tells that nothing stands here, and does not blame the network."""
    folded = fold(text[:4_000])
    short_one = len("".join(folded.split())) < LEAST_POLICY
    return short_one and _GONE.search(folded) is not None and not waits(text)


def waits(text: str) -> bool:
    """Say whether a text speaks of loading or of a network that fails."""
    return _NETWORK.search(fold(text[:4_000])) is not None
