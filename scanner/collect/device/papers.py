"""What the words on a screen lead to among a privacy policy and its kin, and whether it opened."""

from __future__ import annotations

import re
from functools import lru_cache

from scanner.wording.documents import Subject, bracketed, document_of, without_brackets
from scanner.wording.fold import fold

LEAST_POLICY = 200
"""Characters, without spaces, below which a screen is not taken for the text of a policy (as for
pages of websites)."""
_SPEAKS = re.compile(
    r"个人信息|個人信息|个人资料|個人資料|个人数据|personal (?:information|data)|your information"
)
_POLICY_TALK = re.compile(
    r"收集|使用|共享|存储|保存|删除|披露|第三方|权利|儿童|cookie|collect|share|store|retain|disclos"
    r"|third part|rights"
)
"""What a policy speaks of; a text that has some of each is one."""
_LEAST_TALK = 3
_OF_PRIVACY = re.compile(
    r"隐私|隱私|个人(?:信息|资料|数据)|個人|(?:用户|您的|你的|用戶)(?:信息|资料|数据|資料)|信息(?:保护|安全|收集)"
    r"|privacy|personal (?:data|information)|your (?:data|information)"
)
_HEADING = 40
"""Characters up to which a line may head a part of a text."""
_GONE = re.compile(
    r"(?:^|\b|\D)404(?:\b|\D|$)|(?:页面|网页|頁面|網頁|内容)(?:不存在|未找到|已删除|走丢|丢失)"
    r"|找不到(?:该|此)?(?:网页|页面|頁面|網頁)|(?:敬请期待|暂无内容)|page not found|\bnot found\b"
    r"|err_(?:file_not_found|unknown_url_scheme|invalid_url)|under construction"
)
_NETWORK = re.compile(
    r"网络(?:异常|错误|不给力|连接|不可用|未连接|出错|超时|开小差)|網絡|網路|检查(?:您的)?网络|断网|无网络"
    r"|加载中|正在加载|请稍[候等]|重新加载|点击重试|no (?:internet|network)|offline|timed? ?out"
    r"|err_(?:internet|connection|proxy|timed|network|ssl|cert|name|address|empty|http|too_many)"
    r"|loading|please wait|try again"
)
"""What the phone's own network may have caused, or what may still come."""
_SERVER = re.compile(
    r"(?:^|\D)5\d\d(?:\D|$)|服务器|系统|繁忙|维护|稍[后候]|跳转|证书|开小差|重试|刷新"
    r"|bad gateway|unavailable|redirect"
    r"|certificate|maintenance|server"
)
"""What a short page says where a server failed for a while."""


@lru_cache(maxsize=4096)
def subjects_of(words: str) -> tuple[tuple[Subject, str], ...]:
    """Give which documents words name, each with its name; none for settings and sentences."""
    text = " ".join(words.split())
    named = bracketed(text)
    found: list[tuple[Subject, str]] = []
    for name in named or [text]:
        subject = document_of(name)
        if subject is not None and subject not in {one for one, _ in found}:
            found.append((subject, name))
    return tuple(found)


def names_only(words: str) -> bool:
    """Say whether words are the name of one document and nothing else: a tap on them means it."""
    named = bracketed(words)
    if len(named) > 1 or len(subjects_of(words)) != 1:
        return False
    left = without_brackets(words) if named else ""
    return not re.sub(r"[\W_]|查看|阅读|点击", "", left)


def is_policy(text: str) -> bool:
    """Say whether a text may be a privacy policy: long, and speaking of what one has to tell."""
    folded = fold(text[:60_000])
    if len("".join(folded.split())) < LEAST_POLICY or not _SPEAKS.search(folded):
        return False
    return len(set(_POLICY_TALK.findall(folded))) >= _LEAST_TALK


def is_agreement(lines: tuple[str, ...], text: str) -> bool:
    """Say whether a screen shows terms of use, by its heading, and no privacy policy with them.

    Where a line is headed by privacy, the policy may be a part of them, in whatever words.
    """
    if len("".join(text.split())) < LEAST_POLICY or is_policy(text):
        return False
    if any(len(line) <= _HEADING and _OF_PRIVACY.search(fold(line)) for line in lines):
        return False
    heads = [subject for line in lines[:6] for subject, _ in subjects_of(line)]
    return bool(heads) and set(heads) == {"agreement"}


def says_gone(text: str) -> bool:
    """Say whether a short text tells that nothing stands here, and does not blame the network."""
    folded = fold(text[:4_000])
    short_one = len("".join(folded.split())) < LEAST_POLICY
    return short_one and _GONE.search(folded) is not None and not waits(text)


def waits(text: str) -> bool:
    """Say whether a text speaks of loading, of a network or for short of a server that fails."""
    folded = fold(text[:4_000])
    short_one = len("".join(folded.split())) < LEAST_POLICY
    return _NETWORK.search(folded) is not None or (short_one and _SERVER.search(folded) is not None)
