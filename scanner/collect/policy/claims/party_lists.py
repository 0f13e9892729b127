"""Lists of third parties: a name, and below or behind it labels such as 使用目的：."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.collect.policy.claims.party_names import PartyNames
from scanner.collect.policy.claims.party_rows import Entry, Role, is_heading, is_name, roles_of
from scanner.collect.policy.claims.party_spellings import bare, is_company
from scanner.collect.policy.document import Document

_LABEL = re.compile(
    r"(?:^|(?<=[\n;,|•·●]\s)|(?<=[\n;,|*]))((?:[a-z]{2,14} ){1,3}[a-z]{2,14})\s?:(?!//)"
    r"|(?:^|(?<=\n)|(?<=公司))\s{0,8}\[([^\[\]:,。]{2,14})\]\s?:?"
    r"|(?:^|(?<=公司)|(?<=[\s;。,，、•·●|>/\"”)\]\-*]))([^\s:;。,，、•·●|\"“”<>]{2,24})\s{0,2}:(?!//)"
)
_LABEL_END = re.compile(
    r"(?:目的|用途|场景|功能|作用|业务|名称|公司|主体|[方者商]|机构|企业|类型|信息|数据|字段|范围|种类|内容|权限|方式"
    r"|链接|网址|官网|网站|地址|政策|条款|條款|声明|协议|協議|规则|指引|说明|描述|电话|邮箱|sdk|[a-z])(?:\([^()]{1,12}\))?$"
)
_PROSE = re.compile(r"我们|您|以下|如下|上述|可能|目前")
_TITLE = 60
"""Longest line that is taken for the title of an entry, in characters."""
_ENTRY = 6000
"""Characters after which an entry ends, whatever follows."""
_RUN = 500
"""Characters between entries of one list that consist of a name and an address."""
_EMPTY = re.compile(r"^[\s\W\d_oO]*$")
_INTRO = re.compile(
    r"(?:sdk|第三方|合作方|合作伙伴|接收方|受托|third[- ]part|partners?)[^。]{0,200}"
    r"(?:如下|以下|清单|目录|列表|包括|下列|具体|详情|隐私|below|following|list)"
)
_OWN_PART = re.compile(
    r"^(?:第三方|合作方|接收方|sdk|其|该|相关|官方|产品|服务|供应商|公司|链接|官网|[\d.、()]+)*"
)
_APPLIES = re.compile(r"^.*(?:适用|適用|遵守|遵循|参见|查看|阅读)")
_POSSESSIVE = re.compile(r"(?:['’]s)?\s+privacy$|\s?的$")
_PRIVACY = re.compile(
    r"的?(?:隐私|隱私|个人信息)(?:权|權|保护)?(?:政策|声明|协议|条款|指引|说明|规则).*$"
)
_STRONG: frozenset[Role] = frozenset(
    {"company", "purpose", "kinds", "means", "contact", "permission"}
)
_FIRST: tuple[Role, ...] = (
    *("name", "party", "company", "kinds", "permission", "purpose", "means", "place", "rights"),
    "contact",
)
_LIST_NAME = re.compile(r"(?:目录|清单|列表|名录|名单|一览表?|lists?)\W*$")
"""How the title of a list ends, which names nobody."""
_OWN_LINE = re.compile(
    r"\s*(?:[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）.、]|[•●○■◆▪*·-]|[①-⑳])\s*[^\s:]"
)
_MARKS = " \n\t*|,;。.、,"
_UNFIT = re.compile(
    r"权限|收集|处理|處理|共享(?!单车)|共用|```|:.|[。;,]|您|我们|^[\s\d.、)]*(?:用于|为了|为您|如果|如您|当|在|以下|除)"
)


class _Label(NamedTuple):
    start: int
    end: int
    role: Role
    words: str


class _Open:
    """An entry that is being read."""

    def __init__(self, name: str, name_start: int, start: int, *, titled: bool) -> None:
        self.name = name
        self.name_start = name_start
        self.start = start
        self.end = start
        self.titled = titled
        self.said: dict[Role, str] = {}
        self.last: Role | None = None

    def add(self, role: Role, value: str, end: int) -> None:
        """Take what stands behind a label."""
        value = value.strip(_MARKS)
        self.said[role] = f"{self.said[role]} {value}".strip() if role in self.said else value
        self.end = max(self.end, end)
        self.last = role


class _Reader:
    def __init__(self, document: Document, names: PartyNames) -> None:
        self.document = document
        self.names = names
        self.found: list[Entry] = []
        self.held: list[Entry] = []
        self.current: _Open | None = None
        self.title: tuple[str, int] | None = None
        self.intro = document.part in ("sdk_list", "sharing_list")

    def close(self) -> None:
        """End the entry at hand; it counts when it is one of a third party."""
        one, self.current = self.current, None
        if one is None:
            return
        said = {role: words for role, words in one.said.items() if words}
        name = one.name or said.get("company", "")
        told = set(said) & _STRONG
        known = is_name(name) and ("sdk" in name or bool(self.names.of_cell(name)))
        if not one.name and not known and (not is_company(name) or ":" in name):
            return
        if _LIST_NAME.search(name) and not self.names.of_cell(name):
            return
        third = known or "company" in said or self.intro
        if not is_name(name) or ("权限" in name and "sdk" not in name):
            return
        entry = Entry(one.start, one.end, name, one.name_start, "list", said)
        if third and len(told) >= (1 if known or self.intro else 2):
            self.found.append(entry)
        elif told == {"contact"} and "http" in said["contact"]:
            self.held.append(entry)

    def all(self) -> list[Entry]:
        """Give what was found; names with nothing but an address count beside known ones."""
        bare_links = [one for one in self.found if set(one.said) & _STRONG == {"contact"}]
        for one in sorted(self.held, key=lambda entry: entry.start):
            near = [other for other in bare_links if abs(other.start - one.start) <= _RUN]
            bare_links += [one] if near else []
        # A name with its policy's address lists nobody's data: it leads to where that stands.
        leading = [one._replace(guessed=True) for one in bare_links]
        kept = {one.start: one for one in (*self.found, *leading)}
        return [kept[start] for start in sorted(kept)]

    def plain(self, start: int, end: int, *, heading: bool) -> None:
        """Read a line without labels: what goes on, a title, or the words before a list."""
        text = self.document.folded[start:end]
        one = self.current
        if one is not None and one.last and not one.said[one.last] and not heading:
            one.add(one.last, text[:2000], end)
            return
        stripped = text.strip()
        if len(stripped) <= _TITLE and is_name(stripped) and not _UNFIT.search(stripped):
            self.title = (stripped, start + len(text) - len(text.lstrip()))
            if heading:
                self.close()
                self.intro = (self.intro and "sdk" in stripped) or bool(_heads_a_list(stripped))
            return
        self.close()
        self.title = None
        lists = self.document.part in ("sdk_list", "sharing_list")
        self.intro = lists or _INTRO.search(stripped[-600:]) is not None

    def labelled(self, start: int, end: int, labels: list[_Label]) -> None:
        """Read a line with labels."""
        text = self.document.folded
        before = text[start : labels[0].start]
        at = before.rfind(":", 0, len(before.rstrip(" :"))) + 1
        title = before[at:]
        title = _POSSESSIVE.sub("", title.rstrip()).rstrip(" ,;、:-—(")
        fits = len(title) <= _TITLE and not _UNFIT.search(title.strip())
        if fits and not _EMPTY.match(bare(title)):
            self.title = (title.strip(), start + at + len(title) - len(title.lstrip()))
        elif _OWN_LINE.match(title):
            # A line with a name of its own that cannot be read is not about the one above it.
            self.close()
            self.title = None
        for label, after in zip(labels, [*labels[1:], None], strict=True):
            stop = after.start if after else end
            self.one(label, text[label.end : stop], stop)

    def one(self, label: _Label, value: str, end: int) -> None:
        """Read one label and what stands behind it."""
        here, role = self.current, label.role
        if here is not None and end - here.start > _ENTRY:
            self.close()
            here = None
        if role == "name" or (role == "party" and not self._has_title()):
            value_start = label.end + len(value) - len(value.lstrip())
            if not is_name(value.strip()):
                return
            self.close()
            self.title = None
            self.current = _Open(value.strip(_MARKS), value_start, label.start, titled=False)
            self.current.end = end
            return
        own = _own_name(label.words) if role == "contact" and "http" in value else ""
        if own and (here is None or set(here.said) <= {"contact"}) and self.title is None:
            self.close()
            self.current = here = _Open(own, label.start, label.start, titled=True)
        elif self.title is not None or here is None or (role == "company" and role in here.said):
            self.close()
            name, at = self.title or ("", label.start)
            self.title = None
            self.current = here = _Open(name, at, at, titled=bool(name))
        if role == "party":
            role = "company"
            if here is not None and not here.name and is_company(value.strip()):
                here.name = value.strip()
        if here is not None:
            here.add(role, value, end)

    def _has_title(self) -> bool:
        return self.title is not None or (
            self.current is not None and self.current.titled and "company" not in self.current.said
        )


def in_lists(document: Document, names: PartyNames) -> Iterator[Entry]:
    """Give one entry for each third party of a list whose entries carry labels."""
    reader = _Reader(document, names)
    folded = document.folded
    for block in document.blocks:
        if block.kind == "cell":
            continue
        for line in re.finditer(r"[^\n]+", folded[block.start : block.end]):
            start, end = block.start + line.start(), block.start + line.end()
            labels = [
                _Label(one.start(), one.end(), role, words)
                for one in _LABEL.finditer(folded, start, end)
                for words in filter(None, one.groups())
                for role in _labelled_by(words)
                if role != "name" or one[2] is None or is_heading(words)
            ]
            opening = folded[start : labels[0].start] if labels else ""
            if labels and not _PROSE.search(opening):
                reader.labelled(start, end, labels)
            else:
                reader.plain(start, end, heading=block.kind == "heading")
    reader.close()
    yield from reader.all()


def _labelled_by(words: str) -> list[Role]:
    """Give the one role of a label; none for words before a colon that are no label."""
    if not _LABEL_END.search(words) or _PROSE.search(words):
        return []
    roles = roles_of(words)
    return [next(role for role in _FIRST if role in roles)] if roles else []


def _own_name(words: str) -> str:
    """Give the party that a label such as 猎豹的隐私声明 names itself."""
    if not _PRIVACY.search(words):
        return ""
    own = _APPLIES.sub("", _OWN_PART.sub("", _PRIVACY.sub("", words))).strip("[]()《的")
    return own if is_name(own) else ""


def _heads_a_list(heading: str) -> bool:
    return (
        re.search(r"sdk|第三方|合作方|合作伙伴|共享清单|third[- ]part|partners", heading)
        is not None
    )
