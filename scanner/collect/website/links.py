"""Every link of a page with its words, and what it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import msgspec

from scanner.collect.website.frames import limits, overfull, read_frames, tell, whole
from scanner.collect.website.view import View
from scanner.exchange import address
from scanner.facts import PageKind
from scanner.model import Unseen, Words
from scanner.wording.documents import (
    LONGEST_NAME,
    Subject,
    bracketed,
    document_of,
    length_of,
    reports,
)
from scanner.wording.short import short

if TYPE_CHECKING:
    from playwright.async_api import Page

    from scanner.collect.website.form import Form

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


def policy_subject(text: str, href: str) -> Subject | None:
    """Say what a link leads to by its words, or by its address where it has no telling words.

    Words that report on policies (通报, 解读), settings, and the names of laws are no links to one.
    """
    words = " ".join(text.split())
    named = bracketed(words)
    if named and reports(words) and "同意" not in words:
        return None
    found = [subject for name in named or [words] if (subject := document_of(name))]
    if found:
        return "privacy" if "privacy" in found else found[0]
    if not _VAGUE.fullmatch(words):
        return None
    parts = address(href)
    path = parts.path.lower() if parts else ""
    segments = [re.sub(r"[^a-z0-9]", "", part.partition(".")[0]) for part in path.split("/")]
    return "privacy" if any(_SEGMENT.fullmatch(part) for part in segments if part) else None


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
    length = length_of(words)
    return length <= LONGEST_NAME and (length <= _HEADLINE or not reports(words))


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
