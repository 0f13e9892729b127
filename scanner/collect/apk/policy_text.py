"""Words and addresses of a privacy policy in bytes, and what a policy text says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

PHRASES = (
    *("隐私政策", "隐私权政策", "隐私协议", "隐私保护指引", "隐私保护政策", "隐私声明", "隐私条款"),
    *("个人信息保护政策", "个人信息处理规则", "隱私政策", "隱私權政策", "個人資料保護政策"),
)
"""Names under which Chinese apps publish their collection rules (regulations 2.2, 1.1)."""
_ROOTS = ("隐私", "个人信息", "隱私", "個人資料")
"""What the phrases begin with: bytes without any of these hold no phrase."""
ENGLISH = ("privacy policy", "privacy notice", "privacy statement")
"""The same in English, as words with a space: identifiers of libraries hold no space."""
MIN_CHARACTERS = 400
"""Shorter texts are notices or buttons; the shortest real policies seen hold about 800."""
MIN_WORDS = 5
"""Different policy words that a text must hold to be taken for a policy."""

_URL = re.compile(rb"(?:https?|file)://[A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=%]{4,400}")
_POLICY_ADDRESS = re.compile(
    r"privacy[-_]?(?:policy|notice|agreement|protocol|statement|clause|rule)|yinsi|yszc|ysxy"
    r"|(?:^|[/_\-.=#])privacy(?:$|[/_\-.?#&])|%e9%9a%90%e7%a7%81"
)
_ADDRESS_SIGNS = (b"privacy", b"yinsi", b"yszc", b"ysxy", b"%e9%9a%90%e7%a7%81")
"""Every policy address holds one of these."""
_WIDE_SIGNS = tuple(sign.decode().encode("utf-16-le") for sign in _ADDRESS_SIGNS)
_POLICY_NAME = re.compile(
    r"privacy[-_ ]?(?:policy|notice|agreement|protocol|statement|clause|rule)"
    r"|(?:^|[^a-z0-9])(?:yinsi|yszc|ysxy)"
    r"|^privacy(?:[^a-z0-9].*)?\.(?:x?html?|txt|md|pdf|docx?|rtf)$"
)
_LIBRARY_HOSTS = (
    *("google.com", "googleapis.com", "gstatic.com", "android.com", "googlesource.com"),
    *("facebook.com", "w3.org", "apache.org", "adobe.com", "mozilla.org", "example.com"),
)
"""Hosts whose policy stands in libraries everywhere and is never the policy of the app."""

_ZH_WORDS = (
    *("个人信息", "收集", "使用", "共享", "第三方", "存储", "保护", "权限", "删除", "更正"),
    *("注销", "未成年人", "联系我们", "Cookie", "同意", "委托", "公开披露", "個人資料", "蒐集"),
)
_EN_WORDS = (
    *("personal information", "personal data", "collect", "share", "third part", "retain"),
    *("cookies", "children", "contact us", "your rights", "delete", "consent", "security"),
)

_DATE_WORDS = r"(?:更新|修订|修改|生效|发布|版本)(?:日期|时间|于)?"
_ZH_DATE = re.compile(
    _DATE_WORDS + r"[^0-9]{0,12}(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})"
)
_EN_DATE = re.compile(
    r"(?i)(?:last (?:updated|revised|modified)|effective(?: date)?|updated(?: on)?)\W{0,6}"
    r"(?:(20\d\d)-(\d{1,2})-(\d{1,2})|([A-Z][a-z]+) (\d{1,2}),? (20\d\d))"
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_OPERATOR = re.compile(
    r"(?:运营者|运营方|运营主体|开发者|公司)(?:名称|全称)?\s*(?:[:：]|是|为)\s*"
    r"([\w（）()·]{3,40}?(?:公司|工作室|经营部|事务所|合作社))"
)


class Found(NamedTuple):
    """Words or an address that lead to a policy, and how far into the bytes they stand."""

    href: str
    text: str
    offset: int


def links_in(data: bytes, *, wide: bool = False) -> Iterator[Found]:
    """Find addresses and words of a privacy policy; `wide` looks for UTF-16 text as well."""
    yield from _words_in(data, wide=wide)
    yield from _addresses_in(data)
    if wide and any(sign in data.lower() for sign in _WIDE_SIGNS):
        for start in (0, 1):
            narrow = data[start:].decode("utf-16-le", "replace").encode("ascii", "replace")
            for found in _addresses_in(narrow):
                yield found._replace(offset=found.offset * 2 + start)


def _words_in(data: bytes, *, wide: bool) -> Iterator[Found]:
    lower = data.lower()
    places: dict[str, list[int]] = {}
    for encoding in ("utf-8", "gb18030", "unicode_escape", *(["utf-16-le"] if wide else [])):
        text = lower if encoding == "unicode_escape" else data
        roots = [root for root in _ROOTS if root.encode(encoding) in text]
        for phrase in (one for one in PHRASES if one.startswith(tuple(roots))):
            places.setdefault(phrase, []).append(text.find(phrase.encode(encoding)))
        if encoding in ("utf-8", "utf-16-le"):
            for phrase in ENGLISH:
                places.setdefault(phrase, []).append(lower.find(phrase.encode(encoding)))
    for phrase in (*PHRASES, *ENGLISH):
        found = [place for place in places.get(phrase, []) if place >= 0]
        if found:
            yield Found("", phrase, min(found))


def _addresses_in(data: bytes) -> Iterator[Found]:
    lower = data.lower()
    if not any(sign in lower for sign in _ADDRESS_SIGNS):
        return
    for match in _URL.finditer(data):
        address = match.group().decode("ascii").rstrip(".,;:!)&")
        if is_policy_address(address):
            yield Found(address, "", match.start())


def is_policy_address(address: str) -> bool:
    """Tell whether an address names a privacy policy that could be the app's own."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    if any(host == name or host.endswith("." + name) for name in _LIBRARY_HOSTS):
        return False
    rest = f"{parts.path}?{parts.query}#{parts.fragment}".lower()
    return _POLICY_ADDRESS.search(rest) is not None or host.startswith("privacy.")


def is_policy_name(name: str) -> bool:
    """Tell whether a file is named as a privacy policy, without its folders."""
    return any(phrase in name for phrase in PHRASES) or bool(_POLICY_NAME.search(name.lower()))


def page_text(page: str) -> tuple[str, str]:
    """Give title with headings, and visible text, of an HTML page; runs in the child process."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - heavy, and only the child needs it

    soup = BeautifulSoup(page, "html.parser")
    for hidden in soup(["script", "style", "template", "noscript"]):
        hidden.decompose()
    title = " ".join(tag.get_text(" ", strip=True) for tag in soup(["title", "h1", "h2"])[:3])
    lines = (" ".join(line.split()) for line in soup.get_text("\n").splitlines())
    return title, "\n".join(line for line in lines if line)


def is_policy(title: str, text: str) -> bool:
    """Tell whether a text presents itself as a privacy policy: by its head, length and words."""
    head = f"{title}\n{text[:200]}".lower()
    if len(text) < MIN_CHARACTERS or not any(name in head for name in (*PHRASES, *ENGLISH)):
        return False
    lower = text.lower()
    words = sum(word in text for word in _ZH_WORDS)
    return max(words, sum(word in lower for word in _EN_WORDS)) >= MIN_WORDS


def updated_in(text: str) -> str | None:
    """Give the date of version or effect that a text states (ISO 8601), else null."""
    if match := _ZH_DATE.search(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _EN_DATE.search(text):
        number = match.groups()
        if number[0]:
            year, month, day = int(number[0]), int(number[1]), int(number[2])
        else:
            year, month, day = int(number[5]), _month(number[3]), int(number[4])
    else:
        return None
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year:04}-{month:02}-{day:02}"


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1 if name.lower() in _MONTHS else 0


def operator_in(text: str) -> str | None:
    """Give the operator that a text names plainly (运营者：…公司), else null."""
    match = _OPERATOR.search(text)
    return match.group(1) if match else None
