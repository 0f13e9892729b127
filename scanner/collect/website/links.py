"""Every link of a page with its words, and what it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec

from scanner.collect.website.frames import limits, overfull, read_frames, tell, whole
from scanner.collect.website.view import View
from scanner.exchange import address
from scanner.facts import PageKind
from scanner.model import Unseen, Words
from scanner.wording.short import short

if TYPE_CHECKING:
    from playwright.async_api import Page

    from scanner.collect.website.form import Form

Subject = Literal["privacy", "agreement", "children", "sdk_list", "data_list"]
MOST_LINKS = 3000
"""Links kept of one frame; large portals show about a thousand."""
SPARE_LINKS = 100
"""Links with telling words that are kept beyond that."""

TELLING = (
    "隐私|私隐|隱私|私隱|个人信息|個人資料|个人资料|协议|协定|條款|条款|协约|儿童|未成年|SDK|清单"
    "|目录|ICP\\s*[备证]|公网安备"
    "|privacy|policy|terms|agreement|data protection|legal|注销|注銷|删除|撤回|撤销|取消授权|投诉"
    "|举报|反馈|个性化|更正|下载|打开\\s*App|登录|登陆|注册|登記|联系|聯繫|我的|账号|帐号"
    "|sign ?(?:in|up)|log ?in|register|account|contact|complain|unsubscribe|opt.?out|delete|app"
)
"""Words (JavaScript expression) for which something that a script made clickable is a link too."""


class Link(NamedTuple):
    """Something that can be clicked and leads somewhere."""

    href: str
    """The absolute address; the empty text when a script decides."""
    text: str
    """Its words; those of a picture in it where it has none."""
    path: str
    """CSS path inside its frame; " >>> " enters a shadow root."""
    visible: bool
    """Whether a person can see it."""
    footer: bool
    """Whether it stands at the foot of the page."""
    box: tuple[int, int, int, int]
    """Left, top, width and height in CSS pixels of its frame's document."""
    frame: int
    """Number of its frame in page.frames; 0 is the page itself."""
    opens_new: bool
    """Whether it opens another tab."""
    download: bool = False
    """Whether it saves a file."""


class _RawLink(msgspec.Struct):
    href: str
    text: str
    path: str
    visible: bool
    footer: bool
    box: tuple[float, float, float, float]
    opens_new: bool
    download: bool


class _RawLinks(msgspec.Struct):
    complete: bool
    links: list[_RawLink]


async def read_links(page: Page, *, unread: list[Words] | None = None) -> list[Link]:
    """Read all links of a page, those of its frames and open shadow roots too.

    Raises Unanswered when the page did not answer. What a frame inside it did not answer, and
    what went over our bounds, is appended to `unread`; without such a list it raises too.
    """
    bounds = limits(links=MOST_LINKS, spare=SPARE_LINKS, telling=TELLING)
    links = []
    for number, shown, answer in await read_frames(page, "links", bounds, _RawLinks, unread):
        if not answer.complete or len(answer.links) > MOST_LINKS + SPARE_LINKS:
            tell(overfull("链接", "links"), unread)
        for raw in answer.links[: MOST_LINKS + SPARE_LINKS]:
            left, top, width, height = (whole(side) for side in raw.box)
            links.append(
                Link(
                    href=raw.href[:2000],
                    text=" ".join(raw.text[:200].split()),
                    path=raw.path[:2000],
                    visible=raw.visible and shown,
                    footer=raw.footer,
                    box=(left, top, width, height),
                    frame=number,
                    opens_new=raw.opens_new,
                    download=raw.download,
                )
            )
    return links


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
    r"|研究|论文|案例|案件|警惕|提醒|培训|会议|召开|宣传|讲座|课程|教程|设置|设定|开关|模式"
    r"|管理器|浏览器"
    r"|中华人民共和国|保护法|\bsettings?\b|\bchoices?\b|\bscreen\b|\bfilm\b|\bbrowser\b|\bmode\b"
    r"|\bnews\b"
    r"|\bhow to\b|模板|生成器|generator|template",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[《【〈<「『]([^《》【】〈〉<>「」『』]{2,40})[》】〉>」』]")
_VAGUE = re.compile(
    r"(?:点击|查看|阅读|了解)?(?:这里|此处|详情|更多|全文|详细|政策|条款|声明)?(?:详情|内容|更多"
    r"|>+|»|\.+)*"
    r"|(?:click )?here|more|read more|learn more|details?|policy|policies|legal|notice",
    re.IGNORECASE,
)
_SEGMENT = re.compile(
    r"(?:user|site|app|web|my|the|our|h5|mobile|pc)?(?:privacy|yinsi|yszc|ysxy|yssm|ysbh)"
    r"(?:policy|policies|notice|statement|agreement|protocol|protect(?:ion)?|xieyi|zhengce|rules?"
    r"|terms?|clause|cn|zh|zhcn|en|html?)*",
)
_LONGEST_NAME = 36
"""Characters (Latin words count a third) of a link's words beyond which they are a sentence."""


def policy_subject(text: str, href: str) -> Subject | None:
    """Say what a link leads to by its words, or by its address where it has no telling words.

    Words that report on policies (通报, 解读), settings, and the names of laws are no links to one.
    """
    words = " ".join(text.split())
    named = _BRACKETED.findall(words)
    if named and _NEWS.search(words) and "同意" not in words:
        return None
    found = [subject for name in named or [words] if (subject := _named(name))]
    if found:
        return "privacy" if "privacy" in found else found[0]
    if _ALONE.fullmatch(words):
        return "privacy"
    if not _VAGUE.fullmatch(words):
        return None
    parts = address(href)
    path = parts.path.lower() if parts else ""
    segments = [re.sub(r"[^a-z0-9]", "", part.partition(".")[0]) for part in path.split("/")]
    return "privacy" if any(_SEGMENT.fullmatch(part) for part in segments if part) else None


def _named(words: str) -> Subject | None:
    """Say what a document of this name is; None for a sentence and for what is no document."""
    if _length(words) > _LONGEST_NAME or _NEWS.search(words):
        return None
    return next((subject for subject, pattern in _SUBJECTS if pattern.search(words)), None)


def _length(words: str) -> float:
    return sum(1 if character > "\u2e7f" else 0.34 for character in words)


_ON_PRIVACY = re.compile(
    r"[隐隱]私|私[隐隱]|个人信息|個人信息|个人资料|個人資料|个人数据|privacy", re.IGNORECASE
)
_HEADLINE = 16
"""Characters from which words that report on privacy are a headline, not a document's name."""


def doubtful_policy(text: str) -> bool:
    """Say whether a link's words speak of privacy though they name no document known to us.

    Sentences and headlines do not count.
    """
    words = " ".join(text.split())
    if not _ON_PRIVACY.search(words) or policy_subject(words, "") is not None:
        return False
    length = _length(words)
    return length <= _LONGEST_NAME and (length <= _HEADLINE or not _NEWS.search(words))


def doubtful_links(links: Sequence[Link], view: View) -> Iterator[Unseen]:
    """Say that a page may link to a policy under a name that is unknown to us."""
    found = next((link.text for link in links if doubtful_policy(link.text)), None)
    if found is not None:
        zh = f"链接“{short(found)}”是否指向隐私政策未能判断"
        en = f"whether the link “{short(found)}” leads to a privacy policy could not be told"
        yield Unseen(
            kind="policy.link",
            scope={"page": (view.page,)},
            collector="website",
            reason=Words(zh, en),
        )


_HOME = re.compile(r"/?(?:(?:index|default|home|main)(?:\.\w{2,5})?/?)?")
_KIND_BY_FORM: tuple[PageKind, ...] = ("register", "login", "checkin", "contact")
_KIND_BY_WORDS: tuple[tuple[PageKind, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "register",
        re.compile(r"注册|註冊|sign ?up|register|registration|create (?:an )?account", re.I),
        re.compile(r"register|signup|sign-up|regist|zhuce|\breg\b"),
    ),
    (
        "login",
        re.compile(r"登录|登陆|登入|sign ?in|log ?in", re.I),
        re.compile(r"login|signin|sign-in|denglu|passport|\bsso\b"),
    ),
    (
        "checkin",
        re.compile(
            r"打卡|签到|扫码登记|健康申报|健康登记|行程登记|来访登记|访客登记|check.?in", re.I
        ),
        re.compile(r"check-?in|qiandao|daka|fangke|visitor"),
    ),
    (
        "contact",
        re.compile(r"联系我们|联络我们|聯絡我們|在线留言|留言板|意见反馈|contact", re.I),
        re.compile(r"contact|feedback|lianxi|liuyan|guestbook|message-?board"),
    ),
)
_LEAST_POLICY = 400
"""Characters of a page below which it is hardly the policy that its title names."""


def page_kind(url: str, title: str, text: str, forms: Sequence[Form]) -> PageKind:
    """Say what a page is for, by its address, title, words and forms."""
    parts = urlsplit(url) if address(url) else None
    path = parts.path if parts else ""
    # A route of a script (#/login) is the page's own address; a plain fragment is a place in it.
    route = parts.fragment if parts and parts.fragment.startswith(("/", "!/")) else ""
    if parts and _HOME.fullmatch(path) and not parts.query and _HOME.fullmatch(route.lstrip("!")):
        return "home"
    heading = title[:120] + "\n" + "\n".join(text.split("\n", 4)[:4])[:200]
    names = [title[:60], *re.split(r"[-_|—–·,，]", title[:120]), *text.split("\n", 4)[:4]]
    subjects = [policy_subject(name[:60], "") for name in names]
    if len(text) >= _LEAST_POLICY and any(subjects):
        known = [subject for subject in subjects if subject]
        return "agreement" if set(known) == {"agreement"} else "policy"
    purposes = {form.purpose for form in forms}
    for kind in _KIND_BY_FORM:
        if kind in purposes:
            return kind
    place = f"{path}{route}".lower()
    for kind, words, address_words in _KIND_BY_WORDS:
        if words.search(title[:120]) or (address_words.search(place) and words.search(heading)):
            return kind
    return "other"
