"""Flow files of mitmproxy, flow by flow, of every version that the mitmproxy here still reads: a
damaged flow costs itself, a damaged end what follows it, and the size of the file costs no memory.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from scanner.broken import Broken, broken_off, too_large, too_many
from scanner.errors import NotAuditable
from scanner.exchange import Exchange, Passage
from scanner.model import Words
from scanner.recordings.flow_state import exchange_of
from scanner.recordings.har_form import Unreadable

MAX_FLOW = 48 << 20
"""Bytes of one flow at most."""
WINDOW = 1 << 16
"""Bytes read at a time."""
MAX_FLOWS = 2_000_000
"""Flows of one file at most; a whole day of traffic has some hundred thousand."""
MAX_VALUES = 1_000_000
"""Values in one flow at most; a WebSocket of 100,000 messages has some 700,000."""
DEEPEST = 48
"""Values inside values at most; mitmproxy itself writes five."""
LONGEST_VERSION = 20
"""Characters of a version that is repeated to a person at most."""
MAX_WAITING = 8 << 20
"""Bytes of handshakes at most that wait for their WebSockets, as in files of before 2021."""
_LENGTH = re.compile(rb"([0-9]{1,12}):")
_BEGIN = re.compile(rb"[0-9]{1,12}:[0-9]{1,3}:[a-z_]{1,40}[,;]")
"""How a flow begins: a length, and in it the name of its first member."""
_BYTES_UNTIL = (0, 19)
"""Last version whose files may name their members in bytes, as Python 2 wrote them."""
_VIA_UNTIL = 9
"""Last version that says in another way than now that a proxy stood between."""


class _Frame(NamedTuple):
    """A flow as it stands in the file."""

    at: int
    """Byte at which it begins."""
    data: bytes | None
    """What it holds; None when that is too large."""


class _Lost(Exception):  # noqa: N818 - it names the state of a file
    """From this byte on no flows can be made out."""

    def __init__(self, at: int, *, ended: bool) -> None:
        super().__init__(f"byte {at}")
        self.at = at
        self.ended = ended


def read_flows(path: Path) -> Iterator[Exchange | Passage | Broken]:
    """Give each flow as an exchange or a passage, or the reason why it could not be read, in order.

    Places count from entry 1 and name the byte. Raises NotAuditable, before anything is given, for
    what is no flow file.
    """
    count = 0
    with path.open("rb", buffering=WINDOW) as stream:
        _check(stream)
        migration = _Migration()
        try:
            for frame in _frames(stream):
                count += 1
                yield _read(frame, f"entry {count}, byte {frame.at}", migration)
                if count >= MAX_FLOWS:
                    yield too_many(count)
                    return
        except _Lost as lost:
            at = f"entry {count + 1}, byte {lost.at}"
            yield broken_off(at, lost.at, count, ended=lost.ended)
        finally:
            migration.forget()


def flow_at(data: bytes, begin: int, at: str) -> Exchange | Passage | None:
    """Give the one flow that begins at a byte; None where none does, or it cannot be read."""
    try:
        frame = next(_frames(io.BytesIO(data), begin), None)
    except _Lost:
        frame = None
    if frame is None:
        return None
    migration = _Migration()
    try:
        found = _read(frame, at, migration)
    finally:
        migration.forget()
    return None if isinstance(found, Broken) else found


def _check(stream: BinaryIO) -> None:
    """Raise NotAuditable unless a file begins as flow files do."""
    begin = stream.read(80)
    match = _LENGTH.match(begin)
    is_flow = _BEGIN.match(begin) is not None
    if match and not is_flow:
        stream.seek(match.end() + int(match.group(1)))
        is_flow = stream.read(1) == b"}"
    if not is_flow:
        what = "it does not begin with a flow" if begin else "it is empty"
        raise NotAuditable(
            f"no flow file of mitmproxy: {what}",
            hint="save the traffic with mitmproxy once more (-w FILE), or export it as HAR",
        )


# The file


def _frames(stream: BinaryIO, at: int = 0) -> Iterator[_Frame]:
    """Give the flows of a file from a byte on; raises _Lost where they end in disorder."""
    end = stream.seek(0, 2)
    while at < end:
        stream.seek(at)
        begin = stream.read(13)
        match = _LENGTH.match(begin)
        if match is None:
            raise _Lost(at, ended=at + len(begin) == end and begin.isdigit())
        size, first = int(match.group(1)), at + match.end()
        if first + size >= end:
            raise _Lost(at, ended=True)
        stream.seek(first if size <= MAX_FLOW else first + size)
        data = stream.read(size + 1 if size <= MAX_FLOW else 1)
        if data[-1:] != b"}":  # mitmproxy writes nothing else: this length is not one
            raise _Lost(at, ended=not data)
        yield _Frame(at, data[:-1] if size <= MAX_FLOW else None)
        at = first + size + 1


def _read(frame: _Frame, at: str, migration: _Migration) -> Exchange | Passage | Broken:
    if frame.data is None:
        return too_large(at, MAX_FLOW)
    try:
        state = migration.apply(netstring(frame.data), len(frame.data))
        return exchange_of(state, at)
    except Unreadable as error:
        return Broken(at=at, reason=error.reason)
    except _DAMAGE:
        return Broken(at=at, reason=_INVALID)


_INVALID = Words("不是有效的 mitmproxy 流", "it is no valid flow of mitmproxy")
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the library raises on members that are missing, or are something else."""


# What a flow holds


def netstring(data: bytes) -> dict[Any, Any]:
    """Take a flow apart: names and values, each with its length before and its type after it.

    Raises ValueError or TypeError for what is of another form, too deep or of too many values.
    """
    return _named(_values(data, 0, len(data), 1, [MAX_VALUES]))


def _named(values: list[Any]) -> dict[Any, Any]:
    if len(values) % 2:
        raise ValueError("a name without a value")
    return dict(zip(values[::2], values[1::2], strict=True))


def _values(data: bytes, at: int, end: int, depth: int, left: list[int]) -> list[Any]:
    """Give the values from a byte up to another one; `left` is how many more there may be."""
    found: list[Any] = []
    find, counted = data.find, 0
    if depth > DEEPEST:
        raise ValueError("too deep")
    while at < end:
        first = find(b":", at, at + 13) + 1
        digits = data[at : first - 1]
        size = _SIZES.get(digits)
        at = first + (_size(digits) if size is None else size)
        if at >= end or not first:
            raise ValueError("a length beyond the end")
        kind = data[at]
        if kind == _BYTES:
            found.append(data[first:at])
        elif kind == _TEXT:
            found.append(data[first:at].decode("utf-8", "replace"))
        elif kind in _NESTED:
            left[0] -= len(found) - counted
            counted = len(found)
            inner = _values(data, first, at, depth + 1, left)
            found.append(inner if kind == _LIST else _named(inner))
        elif kind == _NONE and first == at:
            found.append(None)
        else:
            found.append(_scalar(kind, data[first:at]))
        at += 1
        if len(found) - counted > left[0]:
            raise ValueError("too many values")
    left[0] -= len(found) - counted
    return found


_SIZES = {b"%d" % size: size for size in range(4096)}
"""Common lengths by their digits; nine in ten are of one or two."""


def _size(digits: bytes) -> int:
    if not digits.isdigit():
        raise ValueError("a length that is none")
    return int(digits)


_BYTES, _TEXT, _DICT, _LIST, _INT, _FLOAT, _NONE = b",;}]#^~"
_NESTED = (_DICT, _LIST)


def _scalar(kind: int, said: bytes) -> float | bool:
    if kind == _INT:
        return int(said)
    if kind == _FLOAT:
        return float(said)
    return _WORDS[kind, said]


_WORDS = {(ord("!"), b"true"): True, (ord("!"), b"false"): False}


# Older versions


class _Migration:
    """Brings flows of older versions to the version of the mitmproxy here."""

    def __init__(self) -> None:
        from mitmproxy import version  # noqa: PLC0415 - only flow files pay for it
        from mitmproxy.io import compat  # noqa: PLC0415

        self._compat = compat
        self._today = (version.FLOW_FORMAT_VERSION,)
        self._handshakes = compat._websocket_handshakes
        self.forget()

    def forget(self) -> None:
        """Drop what mitmproxy remembers of the flows before: it would keep all of a file."""
        self._compat.client_connections.clear()
        self._compat.server_connections.clear()
        self._handshakes.clear()
        self._waiting = 0

    def apply(self, state: dict[Any, Any], size: int) -> dict[Any, Any]:
        """Give a flow of `size` bytes in today's version; raises Unreadable, and _DAMAGE."""
        version, waiting = _version(state), len(self._handshakes)
        self._check(version)
        proxied = version <= (_VIA_UNTIL,) and _was_proxied(state)
        try:
            state = _as_it_came(self._compat.migrate_flow(state))
        finally:
            self._waiting += size if len(self._handshakes) > waiting else 0
            self._compat.client_connections.clear()
            self._compat.server_connections.clear()
            if self._waiting > MAX_WAITING:
                self.forget()
        if proxied:
            state["server_conn"]["via"] = True
        if state.get("is_replay") == "request":
            raise Unreadable(
                "由审计者重放，并非被测对象发出", "the auditor sent it again; the subject did not"
            )
        return state

    def _check(self, version: tuple[int, ...]) -> None:
        key = version if len(version) > 1 else version[0]
        if version == self._today or key in self._compat.converters:
            return
        said = ".".join(map(str, version))[:LONGEST_VERSION]
        raise Unreadable(
            f"不支持 mitmproxy 流格式版本 {said}",
            f"flows of version {said} of mitmproxy's format are not read",
        )


def _version(state: dict[Any, Any]) -> tuple[int, ...]:
    """Give the version of a flow; raises ValueError for one with which a migration never ends."""
    said = state.get(b"version", state.get("version"))
    version = (said,) if isinstance(said, int) else tuple(said or ())[:2]
    if not version or not all(isinstance(part, int) for part in version):
        raise ValueError("a version that is none")
    if b"version" in state and ("version" in state or version > _BYTES_UNTIL):
        raise ValueError("a version twice")
    return version


def _was_proxied(state: dict[Any, Any]) -> bool:
    """Say whether an old flow tells of another proxy; today's version no longer says so."""
    server = state.get(b"server_conn", state.get("server_conn")) or {}
    return bool(server.get(b"via", server.get("via")))


def _as_it_came(state: dict[Any, Any]) -> dict[Any, Any]:
    """Give a flow as the subject made it, where the auditor changed it later by hand."""
    before = state.get("backup")
    if isinstance(before, dict):
        for name in ("request", "response"):
            if before.get(name):
                state[name] = before[name]
    return state
