"""Rows of the workbook that AppScan exports (关注列表), as calls.

AppScan exports whose call it was, what it calls it and its stack, the latest first; no time, no
arguments and no package, so none of its calls can be put into a phase.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.collect.device.importers.calls import frames_of
from scanner.collect.device.importers.imported import Losses
from scanner.collect.device.importers.sheets import Form, Row
from scanner.device_file import Event
from scanner.model import Words

STACK = "堆栈"
FORM = Form("AppScan", frozenset(("序号", "主体", "操作行为", STACK)))
"""Its columns."""
NO_METHOD = Words("堆栈未给出被调用的方法", "its stack names no method that was called")
NO_TIMES = Words(
    "该导出不含时间，且部分行为未被导出，无法判断发生在哪个阶段",
    "the export tells no times, and leaves some calls out: in which phase one was cannot be told",
)


def calls(rows: Iterable[Row], losses: Losses) -> Iterator[tuple[str, Event]]:
    """Give the call of each row, with the number of the row; what is none goes to `losses`."""
    for row in rows:
        frames = frames_of(row.cells.get(STACK, "").splitlines())
        if frames:
            yield f"row {row.number}", Event(time="", api=frames[0], stack=frames[1:])
        else:
            losses.add(f"row {row.number}", NO_METHOD)
