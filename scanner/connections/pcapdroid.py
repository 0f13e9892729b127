"""The list of a phone's connections as PCAPdroid exports it.

The form is its CSV, with the column PackageName (since 2024) or without it, its times in ISO 8601
or as numbers since 1970. It writes no quotes, so that a comma in an app's name shifts a row; such a
row is put right. Other programs may quote, or part fields otherwise.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from scanner.broken import Broken
from scanner.connections.listed import Connection, Connections
from scanner.connections.rows import (
    LISTED,
    LONGEST_LINE,
    LONGEST_NAME,
    Bad,
    host,
    is_name,
    number,
    plain,
    port,
    seconds,
    told,
    too_long,
)
from scanner.errors import NotAuditable
from scanner.texts import decoded

MAX_BYTES = 32 << 20
"""Bytes of a list that are read."""
MAX_LINES = 200_000
"""Lines of a list that are read; PCAPdroid keeps the last 8,192 connections, or as many as set."""
_NEEDED = ["DstPort", "FirstSeen", "LastSeen", "App or PackageName", "DstIp or Info"]
_HINT = "export the list of connections from PCAPdroid as CSV, with its first line"


class _Form(NamedTuple):
    """How the rows of one list are written."""

    delimiter: str
    columns: list[str]
    lines_before: int

    @property
    def labels_only(self) -> bool:
        return "packagename" not in self.columns


def read_connections(path: Path) -> Connections:
    """Read a list of connections; what is wrong in single rows stands in the answer's `broken`.

    Raises NotAuditable for what is no such list, or one of which no row can be read.
    """
    with path.open("rb") as stream:
        return connections_of(stream.read(MAX_BYTES + 1))


def connections_of(data: bytes) -> Connections:
    """Read a list of connections from its bytes, as `read_connections` does."""
    whole = len(data) <= MAX_BYTES
    text = io.StringIO(decoded(data if whole else data.rpartition(b"\n")[0]), newline=None)
    lines = [line.strip("\n\0 ") for line in islice(text, MAX_LINES)]
    form = _form(lines)
    rows: list[Connection] = []
    bad: list[Broken] = []
    for at, line in enumerate(lines[form.lines_before :], form.lines_before + 1):
        if not line:
            continue
        try:
            rows.append(_connection(line, form, f"line {at}"))
        except Bad as error:
            bad.append(Broken(at=f"line {at}", reason=error.reason))
    if bad and not rows:
        why = f"no row can be read; {bad[0].at}: {bad[0].reason.en}"
        raise NotAuditable(f"no list of connections: {why}", hint=_HINT)
    broken = told(bad, len(bad))
    if not whole or next(text, None) is not None:
        broken.append(too_long(f"line {len(lines)}"))
    return Connections(rows, labels_only=form.labels_only, bad=len(bad), broken=broken)


def _form(lines: list[str]) -> _Form:
    """Find the line that names the columns, and what stands between them."""
    best = _NEEDED
    for at, line in enumerate(lines[:LISTED], 1):
        for delimiter in ",;\t":
            cells = _cells(line[:LONGEST_LINE], delimiter)
            columns = [re.sub(r"[\s_]", "", cell).lower() for cell in cells]
            known = {*columns}
            lacking = [named for named in _NEEDED if known.isdisjoint(named.lower().split(" or "))]
            if not lacking:
                return _Form(delimiter, columns, at)
            best = min(best, lacking, key=len)
    raise NotAuditable(
        f"no list of connections: line 1 does not name the columns {', '.join(best)}", hint=_HINT
    )


def _cells(line: str, delimiter: str) -> list[str]:
    """Take a row apart; a quote that is never closed is a letter like any other."""
    if '"' in line:
        try:
            read = csv.reader([line], delimiter=delimiter, strict=True)
            return [cell for row in read for cell in row]
        except csv.Error:
            pass
    return line.split(delimiter)


def _connection(line: str, form: _Form, at: str) -> Connection:
    """Read a row; raises Bad."""
    if len(line) > LONGEST_LINE:
        raise Bad("该行过长", "the row is too long")
    row = _row(_cells(line, form.delimiter), form)
    owner, uid = _owner(row, form), row.get("uid", "")
    to_port = port(row.get("dstport", ""))
    first, last = _times(row["firstseen"], row["lastseen"])
    ip, source = plain(row.get("dstip", "")), plain(row.get("srcip", ""))
    name = host(row.get("info", ""))
    if to_port is None or not (ip or name):
        raise Bad("没有所连接的地址或端口", "it names no address or port connected to")
    source_port = port(row.get("srcport", ""))
    return Connection(
        owner=owner,
        uid=int(uid) if re.fullmatch(r"-?[0-9]{1,10}", uid) else None,
        host=name,
        ip=ip,
        port=to_port,
        client=(source, source_port) if source and source_port is not None else None,
        proto=row.get("proto", "")[:20],
        first=first,
        last=last,
        sent=number(row.get("bytessent", "")),
        at=at,
    )


def _row(cells: list[str], form: _Form) -> dict[str, str]:
    """Give the fields by column; commas in the name of an app are put back into it."""
    more = len(cells) - len(form.columns)
    if more > 0 and "app" in form.columns:
        app = form.columns.index("app")
        name = form.delimiter.join(cells[app : app + more + 1])
        cells = [*cells[:app], name, *cells[app + more + 1 :]]
    if len(cells) != len(form.columns):
        raise Bad("列数与首行不符", "it has another number of fields than the first line")
    return {column: cell.strip() for column, cell in zip(form.columns, cells, strict=True)}


def _owner(row: dict[str, str], form: _Form) -> str:
    """Name the app of a row; empty where the phone could not say whose the connection was."""
    if form.labels_only:
        name = "".join(letter for letter in row["app"] if letter.isprintable())
    else:
        name = row["packagename"]
        if name and not is_name(name):
            raise Bad("应用包名无效", "its PackageName is no name of a package")
    if len(name) > LONGEST_NAME:
        raise Bad("应用名称过长", "the name of the app is too long")
    return "" if name == "unknown" or row.get("uid") == "-1" else name


def _times(first: str, last: str) -> tuple[float, float]:
    """Read when a connection was first and last seen; raises Bad."""
    begin, end = seconds(first), seconds(last)
    if begin is None or end is None:
        raise Bad("时间无效或没有时区", "its times are none, or lack the offset from UTC")
    if end < begin:
        raise Bad("结束时间早于开始时间", "it ends before it begins")
    whole_seconds = number(last) is not None and end == number(last)
    return begin, end + (1 if whole_seconds else 0)
