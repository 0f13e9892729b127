"""The real command, run as auditors run it, and clients that go through it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from scanner.capture_file import Caught, Line, Mark, Passed, read_capture
from scanner.exchange import Exchange, Passage

COMMAND = (sys.executable, "-c", "from scanner.cli import main; main()", "capture", "--lang", "en")
LONGEST_S = 60.0

T = TypeVar("T")


class Running:
    def __init__(self, process: subprocess.Popen[bytes], file: Path) -> None:
        self.process = process
        self.file = file
        self.said: list[str] = []
        self._hearing = threading.Thread(target=self._hear, daemon=True)
        self._hearing.start()

    def _hear(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.decode().rstrip("\n"))

    def heard(self, pattern: str) -> str:
        """Wait for words on stderr."""
        return until(lambda: next((line for line in self.said if re.search(pattern, line)), ""))

    @property
    def port(self) -> int:
        return int(self.heard(r"the proxy is at").partition(" (")[0].rpartition(":")[2])

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word.encode() + b"\n")
        self.process.stdin.flush()
        self.heard(rf"== {word} ==")

    def stop(self, number: int = signal.SIGINT) -> str:
        """End it by a signal, and give what it wrote on stdout."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> str:
        assert self.process.stdout is not None
        said = self.process.stdout.read().decode()
        self.process.wait(LONGEST_S)
        self._hearing.join(5)
        return said

    @property
    def exchanges(self) -> list[Exchange]:
        return [one.record.exchange for one in self.lines if isinstance(one.record, Caught)]

    @property
    def passages(self) -> list[Passage]:
        return [one.record.passage for one in self.lines if isinstance(one.record, Passed)]

    @property
    def marks(self) -> list[Mark]:
        return [one.record for one in self.lines if isinstance(one.record, Mark)]

    @property
    def lines(self) -> list[Line]:
        with self.file.open("rb") as stream:
            return list(read_capture(stream))

    def written(self, words: bytes) -> None:
        """Wait until some bytes stand in the file."""
        until(lambda: self.file.exists() and words in self.file.read_bytes())


def until(found: Callable[[], T]) -> T:
    ends = time.monotonic() + LONGEST_S
    while not (value := found()):
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)
    return value


@contextlib.contextmanager
def capturing(folder: Path, certificates: Path, *options: str) -> Iterator[Running]:
    file = folder / "traffic.capture"
    words = (*COMMAND, "-o", str(file), "--certificates", str(certificates), "--port", "0")
    pipe = subprocess.PIPE
    process = subprocess.Popen((*words, *options), stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        yield Running(process, file)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def refused(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*COMMAND, *options), capture_output=True, text=True, timeout=LONGEST_S, check=False
    )


def trusting(certificates: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificates / "mitmproxy-ca-cert.pem"))


def chain_holds(file: Path) -> bool:
    """Check the chain with nothing of ours: each digest is that of the one before and its line."""
    before = b"0" * 64
    for line in file.read_bytes().splitlines():
        digest, _, record = line.partition(b" ")
        if hashlib.sha256(before + record).hexdigest().encode() != digest:
            return False
        before = digest
    return True


async def tunnel(port: int, to: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask the proxy for a way to host:port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n".encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    assert b" 200 " in answer, answer
    return reader, writer


async def web_socket(port: int, to: str, *texts: bytes, close: bool = True) -> list[bytes]:
    """Speak to a WebSocket through the proxy (RFC 6455); short texts only."""
    reader, writer = await tunnel(port, to)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = ("GET /ws HTTP/1.1", f"Host: {to}", "Upgrade: websocket", "Connection: Upgrade")
    more = (f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", "")
    writer.write("\r\n".join((*lines, *more)).encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    got = []
    for text in texts:
        writer.write(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)
        _, length = await reader.readexactly(2)
        got.append(await reader.readexactly(length))
    if close:
        writer.write(bytes([0x88, 0x82, 0, 0, 0, 0]) + (1000).to_bytes(2, "big"))
        await writer.drain()
        await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return got
