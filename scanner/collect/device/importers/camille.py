"""Rows of the workbook that camille exports, as calls, and when the user agreed by its account.

Camille writes the phone's local time without its offset, with months counted from 0 and figures
without noughts; it names neither the package nor the process.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator

import msgspec

from scanner.collect.device.importers.calls import (
    LONGEST_WORDS,
    MOST_ARGUMENTS,
    Clockface,
    clockface,
    frames_of,
)
from scanner.collect.device.importers.imported import Losses
from scanner.collect.device.importers.sheets import Form, Row
from scanner.device_file import Event, Mark
from scanner.model import Words

STATE, TIME, ARGUMENTS, STACK = "隐私政策状态", "时间点", "传入参数", "调用堆栈"
FORM = Form("camille", frozenset((TIME, "操作行为", ARGUMENTS, STACK)))
"""Its columns; the state of the privacy policy came in 2022."""
BEFORE, AFTER = "同意隐私政策前", "同意隐私政策后"
LAG_S = 5
"""Seconds after the tap in which camille may still write that the user had not agreed: it notes the
answer only when its own window has closed (project judgement)."""
_ARGUMENT = re.compile(r"(?:^|\r?\n)\s*参数(\d{1,2})：")
_NONE = "无参数"
NO_METHOD = Words("调用堆栈未给出被调用的方法", "its stack names no method that was called")
NO_TIME = Words("时间无效", "its time is none")
DISORDER = Words(
    "“同意前”的记录晚于“同意后”，无法确定同意时间",
    "calls from before consent are later than some from after it: when that was cannot be told",
)
ONE_SIDED = Words(
    "只有一种隐私政策状态；该工具未启用或未能截屏时亦如此，故不作为依据",
    "only one state of consent; the program writes that too where it was not asked to watch it, or "
    "could take no picture of the screen: it says nothing",
)


class Survey:
    """What all rows together tell: how months are counted, and when the user agreed."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._month_0, self._month_12, self._noughts = False, False, set[bool]()
        self._span: dict[tuple[str, int], tuple[datetime.datetime, datetime.datetime]] = {}
        for row in rows:
            face = clockface(row.cells.get(TIME, ""))
            if face is not None:
                self._month_0 |= face.month == 0
                self._month_12 |= face.month == 12
                if face.padded is not None:
                    self._noughts.add(face.padded)
                self._see(row.cells.get(STATE, "").strip(), face)

    @property
    def later(self) -> int:
        """How many months to add to times: 1 as camille writes them, or 0 where somebody mended
        its script, which a month 12 shows, or noughts before every figure below ten.
        """
        if self._month_0:
            return 1
        return 0 if self._month_12 or self._noughts == {True} else 1

    def consent(self) -> tuple[tuple[Mark, ...], tuple[Words, ...]]:
        """Tell when the user agreed, if the rows say both how it was before and after.

        Gives marks by the clock of the calls, where the time before began and for the consent;
        or why there are none.
        """
        before, after = (self._span.get((state, self.later)) for state in (BEFORE, AFTER))
        if before is None or after is None:
            return (), () if before is after else (ONE_SIDED,)
        (first, last), agreed = before, after[0]
        second = datetime.timedelta(seconds=1)
        if last > agreed + LAG_S * second:
            return (), (DISORDER,)
        earliest, latest = last - LAG_S * second, max(last, agreed) + second
        began, within = first - 2 * second, (latest - earliest) / 2
        return (
            Mark(time=began.isoformat(), phase="first_launch", within_s=1, note=BEFORE),
            Mark(
                time=(earliest + within).isoformat(),
                phase="agreed",
                within_s=within.total_seconds(),
                note=AFTER,
            ),
        ), ()

    def _see(self, state: str, face: Clockface) -> None:
        for later in (0, 1):
            words = face.iso(later)
            if state in (BEFORE, AFTER) and words and not face.offset:
                moment = datetime.datetime.fromisoformat(words)
                first, last = self._span.get((state, later), (moment, moment))
                self._span[state, later] = min(first, moment), max(last, moment)


def calls(rows: Iterable[Row], losses: Losses, later: int) -> Iterator[tuple[str, Event]]:
    """Give the call of each row, with the number of the row; what is none goes to `losses`.

    `later` is how many months to add to its times.
    """
    for row in rows:
        at = f"row {row.number}"
        frames = frames_of(row.cells.get(STACK, "").splitlines())
        if not frames:
            losses.add(at, NO_METHOD)
            continue
        face = clockface(row.cells.get(TIME, ""))
        time = face.iso(later) if face else None
        if time is None:
            losses.add(at, NO_TIME)
        yield (
            at,
            Event(
                time=time or "",
                api=frames[0],
                args=arguments_of(row.cells.get(ARGUMENTS, "")),
                stack=frames[1:],
            ),
        )


def time_of_line(text: str) -> str | None:
    """Give the time of a call of which nothing else is known, in ISO 8601 without its offset."""
    face = clockface(text)
    if face is None:
        return None
    return face.iso(0 if face.padded or face.month == 12 else 1)


def arguments_of(text: str) -> tuple[str, ...] | None:
    """Give the arguments, each as text; None where the row says nothing of them."""
    text = text.strip()
    if not text:
        return None
    if text == _NONE:
        return ()
    pieces = _ARGUMENT.split(text)
    return tuple(_plain(piece.strip()) for piece in pieces[2::2][:MOST_ARGUMENTS]) or None


def _plain(argument: str) -> str:
    """Give an argument, which camille writes as JSON, as text."""
    try:
        read = msgspec.json.decode(argument)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        read = argument
    return (read if isinstance(read, str) else argument)[:LONGEST_WORDS]
