"""Tables of a policy that list kinds of data with what they are for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scanner.collect.policy.claims.data_mentions import Mention
from scanner.collect.policy.claims.data_words import data_words
from scanner.collect.policy.document import Document, Span, Table
from scanner.facts import DataUse
from scanner.knowledge import Knowledge

_KINDS = re.compile(
    r"(?:个人|用户|共享|收集|获取|采集|使用|提供|处理|涉及|传输|所需|敏感)[^目途]{0,8}(?:信息"
    r"|数据|字段|内容|个人信息)"
    r"|(?:信息|数据|字段)(?:的)?(?:种类|类型|类别|名称|内容|项|范围|字段)?$|收集(?:的)?(?:内容"
    r"|种类|类型|范围|项)"
    r"|\b(?:information|data|categor)"
)
_NOT_KINDS = re.compile(
    r"目的|用途|方式|场景|功能|链接|政策|公司|主体|联系|期限|时间|地点|\b(?:purpose|how|why"
    r"|link|policy|retention)"
)
_PERMISSIONS = re.compile(r"权限|\bpermission")
_PURPOSES = re.compile(r"目的|用途|作用|用于|使用说明|\bpurpose|\bwhy\b|\buse of\b")
_SCENES = re.compile(r"场景|功能|时机|业务|服务|\bscenario|\bwhen\b|\bfeature|\bfunction|\bservice")
_NEED = re.compile(r"必要|必须|必选|可选|是否必|\boptional|\brequired")
_PARTIES = re.compile(
    r"第三方|sdk|接收方|合作(?:方|伙伴)|被委托|受托|提供方|公司名|服务商|厂商|机构|third"
    r"|recipient|vendor|partner"
)
_SHARED_TITLE = re.compile(r"第三方|sdk|共享|合作(?:方|伙伴)|委托|third|shar")
_MAY = re.compile(r"非必|可选|选填|否|不必|可拒绝|\bno\b|\boptional")
_OPEN = re.compile(
    r"等(?:信息|数据|内容|资料)?\s*[。;,)]?\s*$|等(?:信息|数据)|不限于|\betc\b|not limited to"
)
_NOTHING = re.compile(r"\s*(?:不(?:涉及|收集|会收集|获取|采集)|未收集|无|none|n/?a)")
_ROWS = 5_000
"""Rows of one table that are read."""


def mentions_in_tables(document: Document, knowledge: Knowledge) -> Iterator[Mention]:
    """Give every kind of data in the tables of a document, row by row."""
    for table in document.tables:
        if table.rows:
            yield from _mentions(document, table, knowledge)


def _mentions(document: Document, table: Table, knowledge: Knowledge) -> Iterator[Mention]:
    head = [_text(document, cell) for cell in table.rows[max(table.head - 1, 0)]]
    shared = _is_shared(document, table, head)
    use: DataUse = "shared" if shared else "collected"
    columns = [number for number, name in enumerate(head) if _names_kinds(name)]
    if not columns and not shared:
        columns = [number for number, name in enumerate(head) if _PERMISSIONS.search(name)][:1]
    if columns:
        rows = table.rows[max(table.head, 1) : _ROWS]
        yield from _by_columns(document, rows, head, columns, use, knowledge)
    else:
        yield from _by_rows(document, table, use, knowledge)


def _is_shared(document: Document, table: Table, head: Sequence[str]) -> bool:
    if document.part in ("sdk_list", "sharing_list"):
        return True
    if document.part == "data_list":
        return False
    first = " ".join(_text(document, row[0]) for row in table.rows[:12] if row)
    return bool(
        any(_PARTIES.search(name) for name in head)
        or _SHARED_TITLE.search(table.title.lower())
        or re.search(r"sdk名称|第三方(?:sdk|名称|公司)", first)
    )


def _names_kinds(name: str) -> bool:
    return len(name) <= 40 and _KINDS.search(name) is not None and _NOT_KINDS.search(name) is None


def _by_columns(
    document: Document,
    rows: Sequence[Sequence[Span]],
    head: Sequence[str],
    columns: Sequence[int],
    use: DataUse,
    knowledge: Knowledge,
) -> Iterator[Mention]:
    for row in rows:
        purpose = _joined(document, row, head, _PURPOSES, columns)
        scene = _joined(document, row, head, _SCENES, columns)
        need = _joined(document, row, head, _NEED, columns)
        for column in columns:
            if column < len(row):
                yield from _in_cell(
                    document,
                    row[column],
                    Span(row[0].start, row[-1].end),
                    (use, purpose or scene, scene if purpose else ""),
                    _MAY.search(need.lower()) is not None,
                    knowledge,
                )


def _by_rows(
    document: Document, table: Table, use: DataUse, knowledge: Knowledge
) -> Iterator[Mention]:
    """Read a table whose first cells say what stands beside them."""
    pairs = [(row[0], row[1]) for row in table.rows[:_ROWS] if len(row) >= 2]
    purpose = ""
    for name, value in pairs:
        if _PURPOSES.search(_text(document, name)):
            purpose = document.quote(value.start, value.end)
    for name, value in pairs:
        if _names_kinds(_text(document, name)):
            row = Span(name.start, value.end)
            yield from _in_cell(document, value, row, (use, purpose, ""), False, knowledge)


def _in_cell(
    document: Document,
    cell: Span,
    row: Span,
    said: tuple[DataUse, str, str],
    optional: bool,
    knowledge: Knowledge,
) -> Iterator[Mention]:
    text = document.folded[cell.start : cell.end]
    if _NOTHING.match(text):
        return
    use, purpose, condition = said
    for word in data_words(text, knowledge):
        yield Mention(
            word.data_type,
            use,
            Span(cell.start + word.start, cell.start + word.end),
            purpose,
            condition,
            optional,
            _OPEN.search(text, word.end) is not None or "不限于" in text[: word.start],
            row,
            word.narrowed,
        )


def _joined(
    document: Document,
    row: Sequence[Span],
    head: Sequence[str],
    pattern: re.Pattern[str],
    without: Sequence[int],
) -> str:
    """Give the first filled cell of a row whose column is called so."""
    for number, cell in enumerate(row):
        if number < len(head) and number not in without and pattern.search(head[number]):
            words = document.quote(cell.start, cell.end)
            if words:
                return words
    return ""


def _text(document: Document, cell: Span) -> str:
    return " ".join(document.folded[cell.start : cell.end].split())
