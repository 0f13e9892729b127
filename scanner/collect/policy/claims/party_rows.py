"""Tables of third parties, whatever their columns are called and whichever way they run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from scanner.collect.policy.claims.party_names import PartyNames
from scanner.collect.policy.claims.party_spellings import bare, is_company
from scanner.collect.policy.document import Document, Span, Table, folded

Role = Literal[
    "name",
    "party",
    "company",
    "purpose",
    "kinds",
    "permission",
    "means",
    "contact",
    "place",
    "rights",
]


class Entry(NamedTuple):
    """What a table or a list says of one third party; texts folded, empty where it is silent."""

    start: int
    end: int
    name: str
    name_start: int
    listed_in: Literal["table", "list"]
    said: dict[Role, str]
    """What stands under each heading or label."""
    about: str = ""
    """Title and headings of its table, folded."""
    guessed: bool = False
    """Whether there are words in it of which nobody knows what they tell: no heading says so."""


_CONTACT = re.compile(
    r"隐私|隱私|链接|連結|網站|网址|官网|网站|联系|处理规则|保护规则"
    r"|(?:政策|协议|協議|条款|條款|声明)$|(?<![a-z])(?:url|links?|website|contact|privacy|policy)"
)
_RIGHTS = re.compile(r"权利|行权|行使|\brights?\b")
_PLACE = re.compile(r"国家|地区|国别|所在地|存储地|\bcountr(?:y|ies)\b|\bregions?\b|\blocations?\b")
_MEANS = re.compile(r"方式|形式|方法|\bmeans\b|\bmethods?\b")
_WHO = re.compile(
    r"(?:接收[方者]|提供[方者]|处理者|主体|公司|机构|合作方|合作伙伴|共享方|第三方)(?:的?名称)?$"
)
_KINDS = re.compile(
    r"信息|数据|字段|资料|(?:收集|采集|获取|共享|提供|使用)(?:的)?(?:类型|内容|范围|种类)"
    r"|\bdata\b|\binformation\b|^(?:类型|范围|种类|内容|类别)$"
)
_PERMISSION = re.compile(r"权限|\bpermissions?\b")
_COMPANY = re.compile(
    r"公司|主体|提供[方者商]|机构|运营[方者商]|开发[方者商]|厂商|企业|所属|"
    r"\b(?:company|developer|provider|entity|operator|vendor)\b"
)
_PURPOSE = re.compile(
    r"目的|用途|场景|功能|作用|业务|服务(?:内容|类型|描述|说明)|说明|描述|介绍"
    r"|\b(?:purposes?|functions?|used? for|usage|use|scenarios?)\b"
)
_NAME = re.compile(
    r"名称|名字|sdk|插件|组件|产品|工具包|服务商|\bnames?\b|第三方库|^(?:产品|服务|工具|合作内容)$"
)
_PARTY = re.compile(
    r"第三方|合作方|合作伙伴|接收方|共享方|共享对象|受托|受让|供应商"
    r"|recipient|partner|third[- ]part|supplier"
)
_HEAD = 36
"""Longest heading of a column or label, in characters; twice as many in English."""
_CALLED = re.compile(r"sdk\s?(?:的?名称|names?)$|^(?:第三方)?sdk$")
_AND = re.compile(r"及其|以及|[及和与、/&]|\band\b")
_OURS = re.compile(r"^(?:示例|例如|举例|合计|总计|无|暂无|/|-+|—+|n/?a|none|null|序号|其他|其它)?$")
_CLAUSE = re.compile(r"(?:使用|当|在|如|为了?|我们|您).*(?:时|中|后|下|功能)$")
"""Words that say when, and name nobody."""
_HEADING = re.compile(
    r"(?:第三方|合作方|合作伙伴|接收方|提供方|开发者|运营方|受托方|sdk|使用|处理|收集|获取|采集|共享|提供|涉及"
    r"|个人|主体|公司|机构|名称|目的|用途|场景|功能|信息|数据|类型|种类|范围|内容|字段|方式|隐私|政策|链接"
    r"|官网|网址|联系|序号|平台|说明|所属|权限|备注|权利|[的/与和及或、\s()]"
    r"|names?\b|purposes?\b|providers?\b|company\b|data\b|information\b|types?\b|collected\b"
    r"|personal\b|third[- ]party\b|privacy\b|policy\b|recipients?\b|means\b|links?\b|of\b)+$"
)
"""Words of which headings consist, and no name."""
_LETTER = re.compile(r"[^\W\d_]")
_THIRD = re.compile(
    r"sdk|第三方|合作方|合作伙伴|接收方|受托|委托|共享|提供方|供应商|服务商|插件"
    r"|third[- ]part|partner|recipient"
)
_COLUMNS = 40
"""Columns of a table that are read."""
_LISTS = ("sdk_list", "sharing_list")


def roles_of(head: str) -> frozenset[Role]:
    """Say what stands under a folded heading or label; it may name two things."""
    if len(head) > (2 * _HEAD if head.isascii() else _HEAD):
        return frozenset()
    parts = [part for part in _AND.split(" ".join(head.split())) if part.strip()]
    found = {role for part in parts if (role := _role_of(part.strip(" :.*")))}
    return frozenset(found)


def _role_of(head: str) -> Role | None:
    for role, pattern in _FIRST:
        if pattern.search(head):
            return role
    if _WHO.search(head) and not head.startswith(("是否", "提供")):
        return "party" if _PARTY.search(head) and not _COMPANY.search(head) else "company"
    return next((role for role, pattern in _ORDER if pattern.search(head)), None)


_FIRST: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("rights", _RIGHTS),
    ("contact", _CONTACT),
    ("means", _MEANS),
    ("name", _CALLED),
)
_ORDER: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("place", _PLACE),
    ("kinds", _KINDS),
    ("permission", _PERMISSION),
    ("purpose", re.compile(r"目的|用途|场景|功能|作用")),
    ("company", _COMPANY),
    ("party", re.compile(_PARTY.pattern + r"(?:的?(?:名称|姓名))?$")),
    ("name", _NAME),
    ("party", _PARTY),
    ("purpose", _PURPOSE),
)


def is_name(text: str) -> bool:
    """Say whether folded text may be a name, and is no filling word, heading or number."""
    plain = " ".join(text.split()).strip(" .:*")
    return (
        1 < len(plain) <= 90
        and not _OURS.match(plain)
        and not is_heading(plain)
        and not _CLAUSE.match(plain)
        and _LETTER.search(plain) is not None
        and not plain.startswith(("http://", "https://"))
    )


def is_heading(text: str) -> bool:
    """Say whether a folded text consists of words for headings and of nothing else."""
    return len(text) <= _HEAD and _HEADING.match(text) is not None


def in_tables(document: Document, names: PartyNames) -> Iterator[Entry]:
    """Give one entry for each row of each table that lists third parties."""
    for table in document.tables:
        rows = [row[:_COLUMNS] for row in table.rows if len(row) > 1]
        if len(rows) < 2:
            continue
        cells = [[document.folded[cell.start : cell.end].strip() for cell in row] for row in rows]
        labelled = list(_labelled_rows(rows, cells, table))
        if labelled:
            yield from labelled
        elif _runs_down(cells, names):
            yield from _columns(document, rows, cells, table, names)
        else:
            yield from _rows(document, rows, cells, table, names)


_LABELLED = re.compile(r"([^\s:;,。]{2,24})\s?:(?!//)\s*(.*)", re.DOTALL)


def _labelled_rows(
    rows: Sequence[Sequence[Span]], cells: Sequence[Sequence[str]], table: Table
) -> Iterator[Entry]:
    """Read rows whose cells each carry their own label: 名称：甲SDK | 公司：甲公司."""
    for spans, row in zip(rows, cells, strict=True):
        found = [_LABELLED.match(cell) for cell in row]
        if sum(bool(one and roles_of(one[1])) for one in found) < max(2, len(row) * 2 // 3):
            continue
        said: dict[Role, str] = {}
        for one in found:
            for role in sorted(roles_of(one[1])) if one else ():
                said.setdefault(role, one[2] if one else "")
        name = _take_name(said)
        if is_name(name):
            at = spans[0].start + max(0, row[0].find(name))
            yield Entry(spans[0].start, spans[-1].end, name, at, "table", said, folded(table.title))


def _take_name(said: dict[Role, str]) -> str:
    """Take from what is told of a party what it is called; a company beside a name is its maker."""
    name = said.pop("name", "")
    party = said.pop("party", "")
    if name and party and is_company(party):
        said.setdefault("company", party)
    return name or party or said.get("company", "")


def _runs_down(cells: Sequence[Sequence[str]], names: PartyNames) -> bool:
    """Say whether the labels stand in the first column, and each other column is one party."""
    told = [roles_of(row[0]) if len(row[0]) <= 20 else frozenset() for row in cells]
    if cells and not cells[0][0] and all(map(names.of_cell, cells[0][1:])):
        told[0] = frozenset[Role]({"name"})
    across = max(
        sum(_may_head(cell, names) for cell in row[1:]) if len(set(row)) > 1 else 0
        for row in cells[:3]
    )
    labels = sum(map(bool, told))
    several = len(frozenset().union(*told)) >= 2
    return several and labels >= max(2, len(cells) * 3 // 5) and across < max(1, len(cells[0]) // 2)


def _may_head(cell: str, names: PartyNames) -> bool:
    return (
        bool(roles_of(cell))
        and len(cell) <= _HEAD
        and not is_company(cell)
        and (is_heading(cell) or not names.of_cell(cell))
    )


def _columns(
    document: Document,
    rows: Sequence[Sequence[Span]],
    cells: Sequence[Sequence[str]],
    table: Table,
    names: PartyNames,
) -> Iterator[Entry]:
    for column in range(1, min(len(row) for row in rows)):
        said: dict[Role, str] = {}
        at = 0
        for index, row in enumerate(cells):
            for role in sorted(roles_of(row[0])) or (["name"] if not index and not row[0] else []):
                if role in said and role in ("name", "party"):
                    yield from _entry(document, rows, at, index, said, column, table, names)
                    said, at = {}, index
                if row[column] and row[column] != row[0]:
                    said[role] = f"{said[role]} {row[column]}" if role in said else row[column]
        yield from _entry(document, rows, at, len(rows), said, column, table, names)


def _entry(
    document: Document,
    rows: Sequence[Sequence[Span]],
    first: int,
    end: int,
    said: dict[Role, str],
    column: int,
    table: Table,
    names: PartyNames,
) -> Iterator[Entry]:
    name = _take_name(said)
    place = next(
        (
            row[column].start
            for row in rows[first:end]
            if name and document.folded[row[column].start : row[column].end].strip() == name
        ),
        rows[first][0].start,
    )
    heads = " ".join(document.folded[row[0].start : row[0].end] for row in rows[first:end])
    third = _THIRD.search(heads + table.title.lower()) or document.part in _LISTS
    if is_name(name) and said and (third or "company" in said or names.of_cell(name)):
        if "权限" in heads and "sdk" not in heads and "company" not in said:
            return
        last = max(row[column].end for row in rows[first:end])
        about = f"{folded(table.title)} {heads}"
        yield Entry(rows[first][0].start, last, name, place, "table", said, about)


def _rows(
    document: Document,
    rows: Sequence[Sequence[Span]],
    cells: Sequence[Sequence[str]],
    table: Table,
    names: PartyNames,
) -> Iterator[Entry]:
    head = _head_rows(cells, table.head)
    heads = _heads(cells, head)
    guessed = not any(_may_head(one, names) for one in heads)
    if guessed:
        head, heads = 0, _likely_heads(cells, names)
    body = [index for index in range(head, len(rows)) if len(set(cells[index])) > 1]
    roles = [roles_of(one) for one in heads]
    column = _name_column(heads, roles, [cells[index] for index in body])
    if column is None or not _is_of_third_parties(document, table, heads, column, cells, names):
        return
    about = f"{folded(table.title)} {' '.join(heads)}"
    for index in body:
        row = cells[index]
        if column >= len(row) or not is_name(row[column]) or row[column] == heads[column]:
            continue
        said: dict[Role, str] = {}
        for at, cell in enumerate(row[: len(roles)]):
            if at == column or not cell:
                continue
            for role in sorted(roles[at]):
                is_maker = role in ("party", "name") and is_company(cell)
                key: Role = "company" if is_maker else role
                said[key] = f"{said[key]} {cell}" if key in said else cell
        span = rows[index][column]
        start, end = rows[index][0].start, rows[index][-1].end
        unknown = guessed or any(
            cell and not role for cell, role in itertools.zip_longest(row, roles[: len(row)])
        )
        yield Entry(start, end, row[column], span.start, "table", said, about, unknown)


def _head_rows(cells: Sequence[Sequence[str]], marked: int) -> int:
    """Count the rows of headings: those marked as such, and one that only looks like it."""
    for index, row in enumerate(cells[: marked + 2]):
        known = sum(bool(roles_of(cell)) and len(cell) <= 30 for cell in row)
        if len(set(row)) > 1 and known >= max(2, len(row) // 3):
            more = itertools.takewhile(_is_head_row, cells[index + 1 : index + 3])
            return index + 1 + sum(1 for _ in more)
    return marked


def _is_head_row(row: Sequence[str]) -> bool:
    return len(set(row)) > 1 and all(map(is_heading, row))


def _likely_heads(cells: Sequence[Sequence[str]], names: PartyNames) -> list[str]:
    """Give headings to columns that have none, by what stands in most of their cells."""
    heads = []
    for column in range(max(len(row) for row in cells)):
        here = [row[column] for row in cells[:200] if column < len(row) and row[column]]
        for head, fits in (
            ("网址", lambda cell: "http" in cell or "www." in cell),
            ("公司", is_company),
            ("sdk名称", lambda cell: len(cell) <= 40 and bool(names.of_cell(cell))),
        ):
            if here and sum(map(fits, here)) * 2 > len(here) and head not in heads:
                heads.append(head)
                break
        else:
            heads.append("")
    told = heads.index("sdk名称") if "sdk名称" in heads else len(heads)
    free = next((at for at, one in enumerate(heads) if at > told and not one), None)
    return [head or ("用途" if at == free else "") for at, head in enumerate(heads)]


def _heads(cells: Sequence[Sequence[str]], head: int) -> list[str]:
    """Give the heading of each column: its lowest one that does not span the whole table."""
    heads = [""] * max(len(row) for row in cells)
    for row in cells[:head]:
        if len(set(row)) > 1 or len(row) == 1:
            for at, cell in enumerate(row):
                heads[at] = cell or heads[at]
    return heads


def _name_column(
    heads: Sequence[str], roles: Sequence[frozenset[Role]], body: Sequence[Sequence[str]]
) -> int | None:
    """Find the column that names the parties: by its heading, by SDK in its cells, by companies."""
    if any("权限" in head and "名称" in head and "sdk" not in head for head in heads):
        return None
    by_head = [at for at, one in enumerate(roles) if "name" in one]
    called = [at for at in by_head if "sdk" in heads[at] or "第三方" in heads[at]] or by_head
    if called and "cookie" not in heads[called[0]]:
        return called[0]
    for at in range(len(heads)):
        here = [row[at] for row in body if at < len(row) and row[at]]
        told = [cell for cell in here if len(cell) <= 40 and re.search(r"sdk$|sdk[)]$", cell)]
        if here and len(told) * 2 >= len(here):
            return at
    for role in ("party", "company"):
        some = [at for at, one in enumerate(roles) if role in one]
        found = [at for at in some if len(roles[at]) == 1] or (some if role == "party" else [])
        if found:
            return found[0]
    return None


def _is_of_third_parties(
    document: Document,
    table: Table,
    heads: Sequence[str],
    column: int,
    cells: Sequence[Sequence[str]],
    names: PartyNames,
) -> bool:
    roles = [roles_of(head) for head in heads]
    others = {role for at, one in enumerate(roles) if at != column for role in one}
    if not others & {"company", "party", "purpose", "kinds", "contact", "means"}:
        return False
    named = {role for one in roles for role in one}
    if _THIRD.search(" ".join(heads)) or named & {"company", "party"}:
        return True
    if document.part in _LISTS or _THIRD.search(table.title.lower()):
        return True
    here = [row[column] for row in cells[1:] if column < len(row)]
    known = sum(bool(names.of_cell(cell)) or bare(cell) != cell for cell in here[:200])
    return bool(here) and known * 2 > len(here)
