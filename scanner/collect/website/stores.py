"""Pages that offer one app for download and describe it, as app stores do: what they tell of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scanner.collect.website.links import Link
from scanner.collect.website.view import View
from scanner.facts import StoreListing
from scanner.wording.short import short

LEAST_PARTS = 2
"""Labels of a description without which a control to download makes no listing."""
MOST_CONTROLS = 4
"""Different files to download beyond which a page is a list of apps, and describes none."""
_DOWNLOADS = re.compile(
    r"^\W*(?:立即|免费|高速|普通|安全|本地|极速|点击|一键|快速)*(?:下载|安装|获取)"
    r"(?:apk|安卓版|android版|最新版|到手机|到本地|该?应用|app|安装包)*(?:[（(].{0,12}[)）])?\W*$"
    r"|^\W*(?:install|download(?: apk)?|get(?: the)? app)\W*$",
    re.IGNORECASE,
)
_PACKAGE = re.compile(r"\.(?:apk|xapk|apks|hap)(?:[?#]|$)", re.IGNORECASE)
_APP = re.compile(
    r"安卓|android|手机应用|应用(?:介绍|详情|信息|权限|大小)|\bapp\b|apk|鸿蒙", re.IGNORECASE
)
_GENERAL = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:应用|软件|安装包|文件)?大小|\d(?:\.\d+)?\s?MB\b|\bsize\b",
        r"(?:下载|安装)(?:次数|量)|\d\s?[万亿]?次(?:下载|安装)|downloads\b",
        r"(?:应用|软件)?(?:分类|类别)|\bcategory\b",
        r"评分|评论|\brating\b|\breviews\b",
        r"(?:应用|软件)(?:介绍|简介|截图|详情)|内容简介|\bscreenshots?\b|about this app",
        r"(?:系统|适用|支持)(?:要求|系统|固件|平台)|兼容性|requires android|\bcompatib",
        r"包名|package name",
    )
)
"""What any description of an app tells, beside what it owes."""
_LABELS = {
    "developer": (
        r"开发者|开发商|运营者|运营商|供应商|提供[方者商]|发布者|主办者|开发公司"
        r"|developer|offered by|publisher"
    ),
    "version": r"(?:当前|最新|软件|应用)?版本(?:号|信息)?|version",
    "updated": (
        r"(?:最近|最后|上次)?更新(?:时间|日期|于)|发布(?:时间|日期)|上架(?:时间|日期)"
        r"|(?:last )?updated(?: on)?|release date"
    ),
}
_VALUE = r"[\s:：]{0,4}(?P<value>[^\s:：][^\n]{0,60})"
_LABELLED = {
    what: re.compile(rf"(?:^|[\s|｜·•，,（(])(?:{label}){_VALUE}", re.IGNORECASE)
    for what, label in _LABELS.items()
}
_ANY_LABEL = re.compile("|".join(_LABELS.values()), re.IGNORECASE)
_EMPTY = re.compile(
    r"^\W*(?:暂无|未知|无|不详|待补充|未提供|--?|n/?a|none|unknown)?\W*$", re.IGNORECASE
)
_BARE: dict[str, re.Pattern[str]] = {
    "developer": re.compile(r"[\w（）()]{2,40}(?:公司|工作室|团队|科技|网络)?\s?(?:荣誉)?出品"),
    "version": re.compile(r"(?<![\w.])[vV]\s?\d{1,4}(?:\.\d{1,6})+(?![\w.])"),
    "updated": re.compile(
        r"(?:更新|发布|[vV]\s?\d{1,4}(?:\.\d{1,6})+)[^\n]{0,12}\d{4}[-./年]\d{1,2}[-./月]\d{1,2}"
        r"|\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?[^\n]{0,6}(?:更新|发布)"
    ),
}
"""What tells it without a label beside it."""
_STORE = re.compile(
    r"(?:应用|软件|安卓|鸿蒙|游戏)(?:市场|商店|中心|下载)|手机市场|下载站|app ?(?:store|market)",
    re.IGNORECASE,
)
"""Names of sites that offer the apps of others."""
_PERMISSIONS = re.compile(r"权限|授权说明|\bpermissions?\b", re.IGNORECASE)
_POLICY = re.compile(r"隐私|个人信息(?:保护|处理)|privacy", re.IGNORECASE)
_UNFOLDS = re.compile(
    r"^\W*(?:展开|查看|显示)?(?:全部|更多|详情|详细信息|应用信息|查看更多|展开)\W*$"
    r"|^\W*(?:see |show )?(?:more|details|all)\W*$",
    re.IGNORECASE,
)


def listing_facts(view: View, links: Sequence[Link] | None) -> Iterator[StoreListing]:
    """Give what a page tells of the one app that it offers for download, if it is such a page.

    It is told by a control that downloads and by the parts of a description, not by the name of a
    store. `links` is None when they could not be read: nothing is said then.
    """
    seen = [link for link in links or () if link.visible]
    downloads = [link for link in seen if _downloads(link)]
    if not downloads or len({link.href for link in downloads}) > MOST_CONTROLS:
        return
    text = view.text[:60_000]
    if not _APP.search(text) and not any(_PACKAGE.search(link.href) for link in downloads):
        return
    if sum(1 for pattern in _GENERAL if pattern.search(text)) < LEAST_PARTS:
        return
    words = [link.text for link in seen]
    folded = any(_UNFOLDS.match(one) for one in words)
    yield StoreListing(
        source=view.source(downloads[0].path),
        channel="website",
        page=view.page,
        app=short(_name(view)),
        store=True if _STORE.search(view.title[:120]) else None,
        developer=_or_folded(_labelled("developer", text), folded=folded),
        version=_or_folded(_labelled("version", text), folded=folded),
        permissions=_or_folded(bool(_PERMISSIONS.search("\n".join([text, *words]))), folded=folded),
        policy=_policy(text, seen, folded=folded),
        updated=_or_folded(_labelled("updated", text), folded=folded),
        folded=folded,
    )


def _downloads(link: Link) -> bool:
    named = bool(_DOWNLOADS.match(link.text)) and not re.search(
        r"\.(?:exe|dmg|zip|msi)\b", link.href
    )
    return bool(_PACKAGE.search(link.href)) or named


def _labelled(what: str, text: str) -> bool:
    """Say whether a label stands there with something beside it, and not 暂无 or nothing at all."""
    if _BARE[what].search(text):
        return True
    values = (hit["value"].strip() for hit in _LABELLED[what].finditer(text))
    return any(not _EMPTY.match(value) and not _ANY_LABEL.match(value) for value in values)


def _or_folded(shown: bool, *, folded: bool) -> bool | None:
    return True if shown else None if folded else False


def _policy(text: str, links: Sequence[Link], *, folded: bool) -> bool | None:
    if any(_POLICY.search(link.text) for link in links if not link.footer):
        return True
    # At its foot a store links its own policy, or the app's; words without a link may open one.
    stands = _POLICY.search("\n".join([text, *(link.text for link in links)]))
    return None if folded or stands else False


def _name(view: View) -> str:
    return re.split(r"[-_|—–·]", view.title, maxsplit=1)[0].strip() or view.page
