"""A child process for parsers that were not made for hostile bytes, with limits on all it may take.

One child serves one package. A crash, a hang or an exception inside becomes Unreadable with the
reason, and the next question starts a new child. Both ends are in this file: `Child` asks,
`serve` answers (python -m scanner.collect.apk.child).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import IO, NamedTuple, TypeVar, cast

import msgspec

from scanner.collect.apk.android import Certificate, Document, Value
from scanner.collect.apk.container import Unreadable

MEMORY_BYTES = 3 << 30
"""Address space of the child: androguard takes up to 60 times the size of a resource table."""
CPU_SECONDS = 120
"""Processor time of one child; the slowest package of the corpus takes 1.2 s."""
WALL_SECONDS = 90
"""Time to wait for one answer."""
MAX_DEATHS = 3
"""Children that may die on one package; after that it is left alone."""

MODULE = ("-m", "scanner.collect.apk.child")
"""What the child runs."""

T = TypeVar("T")


class ReadXml(msgspec.Struct, tag=True, frozen=True):
    """Read a binary XML document."""

    data: bytes


class Resolve(msgspec.Struct, tag=True, frozen=True):
    """Look resource ids up in a resource table."""

    table: bytes
    ids: tuple[int, ...]


class SignedBy(msgspec.Struct, tag=True, frozen=True):
    """Give the signers of a v1 signature block."""

    block: bytes


class SubjectOf(msgspec.Struct, tag=True, frozen=True):
    """Give the subject of a certificate."""

    der: bytes


class PageText(msgspec.Struct, tag=True, frozen=True):
    """Give title and visible text of an HTML page."""

    page: str


Request = ReadXml | Resolve | SignedBy | SubjectOf | PageText


class Answer(msgspec.Struct, frozen=True):
    """What came of a request: a result, or why there is none in Chinese and English."""

    result: msgspec.Raw = msgspec.Raw(msgspec.msgpack.encode(None))
    refusal: tuple[str, str] | None = None


class Child:
    """The asking end, as a context manager; every method raises Unreadable when it fails."""

    def __init__(self, *, wall_seconds: float = WALL_SECONDS) -> None:
        self._process: _Process | None = None
        self._wall = wall_seconds
        self._deaths = 0

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def read_xml(self, data: bytes) -> Document:
        """Read a binary XML document."""
        return self._ask(ReadXml(data), Document)

    def resolve(self, table: bytes, ids: Iterable[int]) -> dict[int, Value]:
        """Look resource ids up in a resource table; unknown ones are left out."""
        return self._ask(Resolve(table, tuple(sorted(ids))), dict[int, Value])

    def signed_by(self, block: bytes) -> list[Certificate]:
        """Give the signers' certificates of a v1 signature block."""
        return self._ask(SignedBy(block), list[Certificate])

    def subject_of(self, der: bytes) -> str | None:
        """Give the subject of a certificate; null when it cannot be read."""
        return self._ask(SubjectOf(der), str | None)  # type: ignore[arg-type]

    def page_text(self, page: str) -> tuple[str, str]:
        """Give title (with main heading) and visible text of an HTML page."""
        return self._ask(PageText(page), tuple[str, str])

    def _ask(self, request: Request, result: type[T]) -> T:
        if self._deaths >= MAX_DEATHS:
            raise Unreadable("解析进程多次崩溃", "the parsing process died too often")
        process = self._process = self._process or _start()
        timer = threading.Timer(self._wall, process.kill)
        timer.start()
        try:
            _send(process.stdin, msgspec.msgpack.encode(request))
            reply = _receive(process.stdout)
        except OSError:
            reply = None
        finally:
            timer.cancel()
        if reply is None:
            self._deaths += 1
            self._end()
            raise Unreadable(
                "解析进程崩溃，或超出时间或内存上限",
                "the parsing process crashed, or went past its limit of time or memory",
            )
        try:
            answer = msgspec.msgpack.decode(reply, type=Answer)
            if answer.refusal:
                raise Unreadable(*answer.refusal)
            return msgspec.msgpack.decode(answer.result, type=result)
        except msgspec.MsgspecError as error:
            raise Unreadable("解析进程答复无效", "the parsing process answered nonsense") from error

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            process.wait()


class _Process(NamedTuple):
    stdin: IO[bytes]
    stdout: IO[bytes]
    kill: Callable[[], None]
    wait: Callable[[], int]


def _start() -> _Process:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-s", "-P", *MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    pipes = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    return _Process(*pipes, process.kill, process.wait)


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "big"))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    head = pipe.read(8)
    if len(head) < 8:
        return None
    length = int.from_bytes(head, "big")
    message = pipe.read(length)
    return message if len(message) == length else None


def serve() -> None:
    """Answer requests until the asking end closes."""
    _limit()
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # androguard prints to it
    while (message := _receive(requests)) is not None:
        _send(answers, msgspec.msgpack.encode(_answer(message)))


def _limit() -> None:
    import resource  # noqa: PLC0415 - Unix only, as the child's limits are

    for what, amount in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        wanted = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (wanted, hard))


def _answer(message: bytes) -> Answer:
    try:
        result = _answered(msgspec.msgpack.decode(message, type=Request))
    except Unreadable as error:
        return Answer(refusal=(error.reason.zh, error.reason.en))
    except Exception as error:
        name = f"{type(error).__module__}.{type(error).__name__}".removeprefix("builtins.")
        return Answer(refusal=(f"解析库报错 {name}", f"the parsing library failed with {name}"))
    return Answer(result=msgspec.Raw(msgspec.msgpack.encode(result)))


def _answered(request: Request) -> object:
    from scanner.collect.apk import android, policy_text  # noqa: PLC0415

    android.quiet()
    match request:
        case ReadXml(data):
            return android.read_xml(data)
        case Resolve(table, ids):
            return android.Table(table).resolve(ids)
        case SignedBy(block):
            return android.signed_by(block)
        case SubjectOf(der):
            return android.subject_of(der)
        case PageText(page):
            return policy_text.page_text(page)


if __name__ == "__main__":
    serve()
