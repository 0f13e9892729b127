"""A child process for parsers that were not made for hostile bytes, with limits on all it may take.

A crash, a hang or an exception inside becomes Unreadable with the reason, and the next question
starts a new child. Both ends are in this file: `Child` asks, `serve` answers. A room that needs one
says what may be asked, and runs `serve` when it is started as a program.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import IO, Any, NamedTuple, Self, TypeVar, cast

import msgspec

from scanner.model import Words

CPU_SECONDS = 120
"""Processor time of one child, unless its room says less."""
WALL_SECONDS = 90
"""Time to wait for one answer, unless the asking room says otherwise."""
MAX_DEATHS = 3
"""Children that may die on one input; after that it is left alone."""

T = TypeVar("T")


class Unreadable(Exception):  # noqa: N818 - it names a state, and always ends as Unseen
    """Something could not be read; `reason` says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Words(zh=zh, en=en)


class Answer(msgspec.Struct, frozen=True):
    """What came of a request: a result, or why there is none in Chinese and English."""

    result: msgspec.Raw = msgspec.Raw(msgspec.msgpack.encode(None))
    refusal: tuple[str, str] | None = None


class Child:
    """The asking end, as a context manager; `command` is what the interpreter is to run."""

    def __init__(self, command: tuple[str, ...], *, wall_seconds: float = WALL_SECONDS) -> None:
        self._command = command
        self._process: _Process | None = None
        self._wall = wall_seconds
        self._deaths = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def ask(self, request: msgspec.Struct, result: type[T]) -> T:
        """Put a question and give its result; raises Unreadable when there is none."""
        if self._deaths >= MAX_DEATHS:
            raise Unreadable("解析进程多次崩溃", "the parsing process died too often")
        process = self._process = self._process or _start(self._command)
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


def _start(command: tuple[str, ...]) -> _Process:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-s", "-P", *command],
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


def serve(
    requests: Any, answered: Callable[[Any], object], *, memory: int, cpu: int = CPU_SECONDS
) -> None:
    """Answer requests of a type (or union of types) until the asking end closes.

    `memory` is the child's address space in bytes, `cpu` its processor time in seconds.
    """
    _limit(memory, cpu)
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # some libraries print to it
    while (message := _receive(asked)) is not None:
        _send(answers, msgspec.msgpack.encode(_answer(message, requests, answered)))


def _limit(memory: int, cpu: int) -> None:
    import resource  # noqa: PLC0415 - Unix only, as the child's limits are

    for what, amount in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        wanted = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (wanted, hard))


def _answer(message: bytes, requests: Any, answered: Callable[[Any], object]) -> Answer:
    try:
        result = answered(msgspec.msgpack.decode(message, type=requests))
    except Unreadable as error:
        return Answer(refusal=(error.reason.zh, error.reason.en))
    except Exception as error:
        name = f"{type(error).__module__}.{type(error).__name__}".removeprefix("builtins.")
        return Answer(refusal=(f"解析库报错 {name}", f"the parsing library failed with {name}"))
    return Answer(result=msgspec.Raw(msgspec.msgpack.encode(result)))
