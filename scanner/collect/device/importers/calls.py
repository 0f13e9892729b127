"""How exports write a call: names of methods, stacks, arguments and times, brought to one form."""

from __future__ import annotations

import datetime
import functools
import math
import re
from collections.abc import Iterable, Sequence

import msgspec

from scanner.device_file import Time

LONGEST_NAME = 512
"""Characters of the name of a method; Android's own are below 150."""
LONGEST_WORDS = 4096
"""Characters of one argument or result that are kept."""
MOST_FRAMES = 256
"""Frames of a stack that are kept, from the call outwards."""
MOST_ARGUMENTS = 64
"""Arguments of one call that are kept."""
LATEST_ABOVE = 8
"""Frames above the watched method that the hook itself may have put there."""

_MEMBER = re.compile(r"[^\W\d][\w$\-]*(?:[./][\w$\-]+)*\.(?:<init>|<clinit>|[\w$\-]+)")
"""package.Class.method; shrinkers also write letters beyond ASCII."""
_FRAME = re.compile(r"(?:at\s+)?(?:[\w.\-@]*/{1,2})?([^\s(]+)\s*(?:\(.*)?", re.DOTALL)
"""A frame as Java prints it, perhaps with a class loader or module before it."""
_THROWN = re.compile(r"(Exception|Throwable|Error)$")
_TIME = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})"
    r"(?:[.,](\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_NUMBER = re.compile(r"\d{9,20}(\.\d{1,9})?")
MICROSECONDS_FROM, NANOSECONDS_FROM = 1e14, 1e17
"""Numbers from here on count microseconds or nanoseconds since 1970; below, device_file says."""


def method_of(text: str) -> str | None:
    """Give a method as package.Class.method; None for what names none.

    Takes signatures (`String a.b.C.d(int)`), `a.b.C->d`, `a.b.C#d`, `La/b/C;->d` and `a.b.C.$init`.
    """
    text = text[: LONGEST_NAME * 4].partition("(")[0].strip()
    text = text.split()[-1] if text else ""
    if re.match(r"L[^;]+;", text):
        text = text[1:].replace("/", ".").replace(";", "")
    for sign in ("->", "::", "#"):
        text = text.replace(sign, ".")
    if text.endswith(".$init"):
        text = f"{text[: -len('$init')]}<init>"
    return text if len(text) <= LONGEST_NAME and _MEMBER.fullmatch(text) else None


def frames_of(lines: Iterable[str]) -> tuple[str, ...]:
    """Give the frames among the lines of a stack, from the call outwards, without file and line.

    Lines that are no frames, such as the name of the exception that made the stack, are left out.
    """
    frames: list[str] = []
    for line in lines:
        name, bare = _frame(line[: LONGEST_NAME * 2])
        if name and (frames or not bare or not _THROWN.search(name)):
            frames.append(name)
        if len(frames) >= MOST_FRAMES:
            break
    return tuple(frames)


@functools.lru_cache(maxsize=1 << 14)
def _frame(line: str) -> tuple[str, bool]:
    """Give the method of a frame, empty for what is none, and whether only a name stands there."""
    line = line.strip()
    match = _FRAME.fullmatch(line)
    name = match.group(1) if match else ""
    known = name and len(name) <= LONGEST_NAME and _MEMBER.fullmatch(name)
    return (name if known else ""), "(" not in line and not line.startswith("at ")


def below(frames: Sequence[str], api: str) -> tuple[str, ...]:
    """Give the frames that called a method: what stands above it, and it itself, is the hook's."""
    for index, frame in enumerate(frames[:LATEST_ABOVE]):
        if frame == api:
            return tuple(frames[index + 1 :])
    return tuple(frames)


def text_of(value: object) -> str:
    """Give a value as text: itself when it is text, else as JSON, cut off where it is too long."""
    if isinstance(value, str):
        return value[:LONGEST_WORDS]
    try:
        return msgspec.json.encode(value).decode()[:LONGEST_WORDS]
    except (TypeError, ValueError, RecursionError):
        return ""


def time_of(value: object) -> Time | None:
    """Give a time in the form of a recording; None for what is none.

    A text without offset stays one (ISO 8601): it says no moment by itself.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        text = value.strip()[:64]
        if not _NUMBER.fullmatch(text):
            return written_time(text)
        value = float(text)
    if not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        return None
    number = float(value)
    if number >= NANOSECONDS_FROM:
        return number / 1e6
    return number / 1e3 if number >= MICROSECONDS_FROM else number


class Clockface(msgspec.Struct, frozen=True):
    """The figures of a time as somebody wrote it, which may be none of the calendar."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    fraction: str = ""
    offset: str = ""
    padded: bool | None = None
    """Whether figures below ten have a nought before them; None when there are none to tell by."""

    def iso(self, months: int = 0) -> str | None:
        """Give it in ISO 8601, some months (0 or 1) later; None where no calendar has it."""
        year, month = self.year, self.month + months
        if month > 12 >= self.month:
            year, month = year + 1, month - 12
        try:
            time = datetime.datetime(
                year, month, self.day, self.hour, self.minute, self.second
            )  # its offset, if it says one, is added as written
        except ValueError:
            return None
        fraction = f".{(self.fraction + '000000')[:6]}" if self.fraction else ""
        offset = {"Z": "+00:00"}.get(self.offset, self.offset)
        if offset and ":" not in offset:
            offset = f"{offset[:3]}:{offset[3:]}"
        return f"{time.isoformat()}{fraction}{offset}"


def clockface(text: str) -> Clockface | None:
    """Read the figures of a time; None for what is none."""
    match = _TIME.fullmatch(text.strip()[:64])
    if match is None:
        return None
    figures = match.groups()[1:6]
    small = [len(figure) == 2 for figure in figures if int(figure) < 10]
    padded = all(small) if small else None
    year, month, day, hour, minute, second = (int(match.group(place)) for place in range(1, 7))
    return Clockface(
        year=year,
        month=month,
        day=day,
        hour=hour,
        minute=minute,
        second=second,
        fraction=match.group(7) or "",
        offset=match.group(8) or "",
        padded=padded,
    )


def written_time(text: str) -> str | None:
    """Give a written time in ISO 8601, with the offset that it says, if any."""
    face = clockface(text)
    return face.iso() if face else None
