"""What the words of a form say: what it is for, what a box grants, whether agreeing is implied."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from scanner.facts import FormPurpose
from scanner.wording.boxes import BoxPurpose
from scanner.wording.short import short

_NAMED = re.compile(r"《[^》]{1,40}》|「[^」]{1,40}」|『[^』]{1,40}』")
_GRANTS: tuple[tuple[BoxPurpose, re.Pattern[str]], ...] = (
    ("renewal", re.compile(r"自动续[费订期]|连续包[月季年]|到期自动|auto.?renew", re.I)),
    (
        "marketing",
        re.compile(
            r"订阅|推送|营销|推广|商业信息|newsletter|marketing|subscribe"
            r"|keep me (?:informed|updated|posted)",
            re.I,
        ),
    ),
    (
        "sharing",
        re.compile(
            r"(?:共享|提供|分享|披露|转交).{0,14}(?:第三方|合作|伙伴|商家|机构)"
            r"|(?:第三方|合作方|合作伙伴|合作机构|关联公司).{0,14}(?:共享|使用|处理|联系|提供"
            r"|获取|分享)"
            r"|授权.{0,12}第三方|shar(?:e|ing).{0,40}(?:partner|third)",
            re.I,
        ),
    ),
)
_AGREES = re.compile(r"同意|接受|知悉|知晓|已阅读|遵守|agree|accept|consent|have read", re.I)
PAPERS = re.compile(
    r"协议|政策|条款|声明|指引|规则|须知|隐私|个人信息|授权书|terms|policy|privacy|conditions"
    r"|agreement"
    r"|personal (?:data|information)",
    re.I,
)


_ACTS = re.compile(
    r"接收|接受|收取|获取|收到|订阅|同意|开通|授权|允许|愿意|希望|发送|通知我|勾选即"
    r"|receive|send|notify|\bget\b|agree|accept|consent|subscribe|allow|want|like"
    r"|keep me|sign me up",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"优惠|促销|活动信息|广告|资讯|短信通知|promotion|special offers|\boffers\b", re.IGNORECASE
)
_REFUSES = re.compile(
    r"(?:不|勿|别|拒绝|停止|取消|关闭|退订|屏蔽)[^，,。；;]{0,6}(?:接[收受]|订阅|推送|同意|授权|发送"
    r"|共享|提供|营销|推广|续[费订]|打扰|通知|短信|广告|资讯|优惠)|退订|don['’]?t|do not|\bnot\b"
    r"|\bno\b|opt.?out|unsubscribe|\bstop\b",
    re.IGNORECASE,
)
_REFUSES_ALL = re.compile(
    r"^\W*(?:我|本人)?(?:不同意|不接受|不授权|拒绝|暂不)|^\W*i (?:do not|don['’]?t)"
)
_PROVISO = re.compile(r"(?:如|若|倘)[^，,。；;]*?不[^，,。；;]*")


def box_purpose(label: str, *, asks: bool = True) -> BoxPurpose:
    """Say what ticking a box grants, by the words beside it; names of documents are no grants.

    Where nothing personal is asked for (`asks`), as in a search, only words of an act grant.
    """
    words = _PROVISO.sub("", _NAMED.sub("", label))
    if _REFUSES_ALL.search(words) or not (asks or _ACTS.search(words) or _AGREES.search(words)):
        return "other"
    named = _NAMED.search(label) is not None
    agrees = bool(_AGREES.search(words)) and (named or bool(PAPERS.search(words)))
    if agrees and named:
        return "agreement"
    refuses = _REFUSES.search(words)
    for purpose, pattern in _GRANTS:
        offers = purpose == "marketing" and _OFFERS.search(words) and _ACTS.search(words)
        if pattern.search(words) or offers:
            return "other" if refuses else purpose
    return "agreement" if agrees or (named and PAPERS.search(label)) else "other"


_IMPLIED = re.compile(
    r"(?P<act>[^。；;！!\n]{0,60}?(?:登\s?[录陆入]|注\s?册|提\s?交|点\s?击|使\s?用|继\s?续|下一步|进\s?入"
    r"|报\s?名|预\s?约|购\s?买|支\s?付|下\s?单|关\s?注|扫\s?码|勾选以上|发送|申请|填写|浏览|访问)"
    r"[^。；;！!\n]{0,30}?)"
    r"(?P<means>(?:即|则|就|将)?(?:代表|表示|视为|视作|意味着|默认|等同于?|表明)|即(?![时可日将刻便使]))"
    r"(?P<then>[^。；;！!\n]{0,12}?)"
    r"(?:同意|接受|认可|授权|遵守|知悉)[^。；;！!\n]{0,60}",
)
_DENIES = re.compile(r"不|未(?!注册)|并非|无需|无须|没有|非即")
_REPORTED = re.compile(
    r"通报|点名|记者|专家|做法|不合法|违[法规]|某(?:网站|平台|公司|应用)|网站称|平台称|涉嫌|被指|合法吗|吗[？?]"
    r"|^\W*[问答QA]\s*[:：]|[？?]\s*$",
)
_OPEN, _CLOSE = "“「『‘", "”」』’"
_IMPLIED_EN = re.compile(
    r"[^.\n]{0,30}\bby (?:sign|logg|click|tapp|continu|regist|creat|us|submit|proceed|enter|join"
    r"|check"
    r")\w*[^.\n]{0,80}?,? (?:you|i) (?:\w+ ){0,3}(?:agree|accept|consent|acknowledge)[^.\n]{0,80}",
    re.IGNORECASE,
)


def implied_words(text: str) -> str:
    """Give the words that say that signing in, registering or going on means agreeing, if any.

    What denies it, asks whether it holds, or quotes what another site says does not count.
    """
    for pattern in (_IMPLIED, _IMPLIED_EN):
        for found in itertools.islice(pattern.finditer(text), 8):
            words = found[0]
            if not _stated(found, text):
                continue
            if not PAPERS.search(words) and text[found.end() :][:1] == "\n":
                # The names of the papers often stand in a line of their own below.
                below = text[found.end() : found.end() + 80].lstrip(" \n")
                words = f"{words} {below.partition(chr(10))[0]}"
            if PAPERS.search(words) and not re.search(r"勾选|不勾|未勾", words):
                return short(words)
    return ""


def _stated(found: re.Match[str], text: str) -> bool:
    """Say whether a page says these words of itself, rather than deny, ask or quote them."""
    parts = found.groupdict()
    core = found.end("act") if parts else found.start()
    if parts and _DENIES.search(f"{parts['act'][-6:]}{parts['then']}"):
        return False
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    line = text[start : len(text) if end < 0 else end]
    if _REPORTED.search(line):
        return False
    before = text[start:core]
    inside = sum(before.count(mark) for mark in _OPEN) - sum(before.count(m) for m in _CLOSE)
    return inside <= 0 and before.count('"') % 2 == 0


class FormWords(NamedTuple):
    """What tells the purpose of a form, the most telling words first."""

    buttons: tuple[str, ...]
    heading: str
    names: str
    """Its id, class, name and the path of its target."""
    text: str
    title: str
    """Title of the page."""
    controls: tuple[str, ...]
    """Kinds of its fields: text, password ..."""
    data_types: tuple[str, ...]
    """Kinds of data its fields ask for, one each."""


_SEARCH = re.compile(r"搜\s*索|检\s*索|查\s*询|查\s*找|search|find|query|\bso\b", re.I)
_PURPOSES: tuple[tuple[FormPurpose, re.Pattern[str]], ...] = (
    (
        "register",
        re.compile(
            r"注\s*册|註\s*冊|开\s*户|创建.?[账帐]|sign.?up|regist|create.{0,4}account|\bjoin\b"
            r"|zhuce",
            re.I,
        ),
    ),
    ("login", re.compile(r"登\s*[录陆入]|sign.?in|log.?in|logon|denglu", re.I)),
    (
        "checkin",
        re.compile(
            r"打\s*卡|签\s*到|健康.{0,4}(?:申报|登记|填报|上报)|行程.{0,2}(?:登记|申报)|流调|来访"
            r"|访客|到访|入场登记"
            r"|扫码登记|check.?in|visitor|health.?(?:declaration|form)",
            re.I,
        ),
    ),
    (
        "order",
        re.compile(
            r"下\s*单|提交订单|收货|购\s*买|结\s*算|支\s*付|预\s*订|订\s*购|checkout|place.?order"
            r"|\bbuy\b|\bpay\b",
            re.I,
        ),
    ),
    ("subscribe", re.compile(r"订\s*阅|newsletter|subscri", re.I)),
    (
        "contact",
        re.compile(
            r"留\s*言|联系|聯絡|聯繫|咨\s*询|反\s*馈|投\s*诉|建\s*议|信\s*箱|试\s*用|演示|报\s*价"
            r"|加\s*盟|合\s*作|contact|message"
            r"|feedback|inquir|enquir|get.{0,4}quote|request.{0,6}demo|guestbook",
            re.I,
        ),
    ),
)
_OLD_PASSWORD = re.compile(
    r"原密码|旧密码|当前密码|重置密码|修改密码|找回密码|忘记密码|(?:old|current|reset).password",
    re.I,
)


def form_purpose(words: FormWords) -> FormPurpose:
    """Say what a form is for: by its buttons, else its heading, names, fields, the page's title."""
    personal = set(words.data_types) - {"none"}
    passwords = words.controls.count("password")
    if not personal and len(words.controls) <= 3 and _searches(words):
        return "search"
    if passwords >= 2:
        return "other" if _OLD_PASSWORD.search(words.text) else "register"
    for tier in (" ".join(words.buttons), words.heading, words.names):
        found = [purpose for purpose, pattern in _PURPOSES if pattern.search(tier)]
        if "login" in found and (passwords or "register" in found):
            return "login"
        if found:
            return found[0]
    if passwords:
        return "login"
    return _by_fields(words, personal)


def _searches(words: FormWords) -> bool:
    told = f"{' '.join(words.buttons)} {words.names} {words.text[:60]}"
    return "search" in words.controls or bool(_SEARCH.search(told))


def _by_fields(words: FormWords, personal: set[str]) -> FormPurpose:
    """Say what a form is for by what it asks, where none of its own words tell."""
    if personal & {"health", "track"} and personal & {"name", "phone", "id_card"}:
        return "checkin"
    if "textarea" in words.controls and personal & {"name", "phone", "email", "account"}:
        return "contact"
    found = [purpose for purpose, pattern in _PURPOSES if pattern.search(words.title)]
    return found[0] if found and personal else "other"


_UNKNOWN_NUMBERS = re.compile(
    r"(?:未注册|首次|新用户|没有[账帐][号户]|未开通)[^。\n]{0,24}(?:自动)?(?:注册|创建|开通)"
    r"|(?:自动|同时|默认)(?:为您)?(?:创建|注册)"
    r"|登录即(?:自动)?注册|登录/注册|注册/登录",
)


def makes_accounts(text: str) -> bool:
    """Say whether words tell that signing in for the first time makes an account."""
    return bool(_UNKNOWN_NUMBERS.search(text))
