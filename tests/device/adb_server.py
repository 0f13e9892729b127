"""An adb server on loopback: the real wire, with phones behind it that tests make up.

Written against the protocol's own description (AOSP adb, SERVICES.TXT, SYNC.TXT, shell_protocol.h),
not against what the driver sends.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol

Send = Callable[[bytes], None]
"""Sends bytes of standard output; raises OSError once nobody reads."""
STREAM_S = 120.0
"""No stream goes on for longer, whatever a test forgot."""


class Phone(Protocol):
    """What stands behind the server."""

    state: str
    features: str
    pushed: dict[str, bytes]
    reversed: list[str]

    def shell(self, command: str, send: Send) -> int | None:
        """Carry out a command; its exit code, or null to break the connection off."""


class AdbServer:
    def __init__(self, **phones: Phone) -> None:
        self.phones: dict[str, Phone] = dict(phones)
        self.asked: list[str] = []
        self.raw: Callable[[socket.socket], bool] | None = None
        """Takes a connection over before anything is read, where it says so."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        self._socket.close()
        for one in list(self._open):
            self._end(one)

    def unplug(self, serial: str) -> None:
        """Take a phone away, with all its connections."""
        self.phones.pop(serial, None)
        for one in list(self._open):
            self._end(one)

    @staticmethod
    def _end(one: socket.socket) -> None:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self._open.add(connection)
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            try:
                if self.raw is None or not self.raw(connection):
                    self._services(connection)
            finally:
                self._open.discard(connection)
                self._end(connection)

    def _services(self, connection: socket.socket) -> None:
        service = _asked(connection)
        if service == "host:version":
            return connection.sendall(b"OKAY" + _block("0029"))
        if service in ("host:devices", "host:devices-l"):
            rows = "".join(f"{name}\t{one.state}\n" for name, one in self.phones.items())
            return connection.sendall(b"OKAY" + _block(rows))
        if service.startswith("host-serial:") and service.endswith(":features"):
            phone = self.phones.get(service.removeprefix("host-serial:").removesuffix(":features"))
            return connection.sendall(
                b"OKAY" + _block(phone.features) if phone else _fail("device not found")
            )
        if not service.startswith("host:tport:serial:"):
            return connection.sendall(_fail(f"unknown host service {service}"))
        phone = self.phones.get(service.removeprefix("host:tport:serial:"))
        if phone is None or phone.state != "device":
            return connection.sendall(_fail("device not found" if phone is None else phone.state))
        connection.sendall(b"OKAY" + struct.pack("<Q", 7))
        return self._device(connection, phone)

    def _device(self, connection: socket.socket, phone: Phone) -> None:
        service = _asked(connection)
        self.asked.append(service)
        if service == "sync:":
            connection.sendall(b"OKAY")
            return _sync(connection, phone)
        if service.startswith("reverse:"):
            phone.reversed.append(service.removeprefix("reverse:"))
            return connection.sendall(b"OKAYOKAY")
        kind, _, command = service.partition(":")
        second = kind.startswith("shell,v2")
        if second and "shell_v2" not in phone.features.split(","):
            return connection.sendall(_fail("closed"))
        connection.sendall(b"OKAY")

        def send(data: bytes) -> None:
            for at in range(0, len(data), 1 << 16):
                piece = data[at : at + (1 << 16)]
                head = b"\x01" + struct.pack("<I", len(piece)) if second else b""
                connection.sendall(head + piece)

        if not second and kind == "exec":
            return _first_shell(command, phone, send)
        code = phone.shell(command, send)
        if code is not None and second:
            connection.sendall(b"\x03" + struct.pack("<I", 1) + bytes([code & 255]))
        return None


def _first_shell(command: str, phone: Phone, send: Send) -> None:
    """Stand in for the shell itself: our commands come wrapped, since v1 tells no exit code."""
    inner, _, tail = command.removeprefix("{ ").partition("\n} 2>/dev/null")
    code = phone.shell(inner, send)
    if tail and code is not None:
        send(f"\n{code}".encode())


def _sync(connection: socket.socket, phone: Phone) -> None:
    name, content = "", b""
    while True:
        kind = _exactly(connection, 4)
        length = struct.unpack("<I", _exactly(connection, 4))[0]
        if kind == b"DONE":
            phone.pushed[name] = content
            return connection.sendall(b"OKAY" + struct.pack("<I", 0))
        data = _exactly(connection, length)
        if kind == b"STAT":
            there = data.decode() in phone.pushed
            size = len(phone.pushed.get(data.decode(), b""))
            connection.sendall(b"STAT" + struct.pack("<III", 0o100644 if there else 0, size, 1))
        elif kind == b"SEND":
            name = data.decode().rpartition(",")[0]
        elif kind == b"DATA":
            content += data
        else:
            raise EOFError(kind)


def _asked(connection: socket.socket) -> str:
    return _exactly(connection, int(_exactly(connection, 4), 16)).decode()


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)


def _block(words: str) -> bytes:
    return f"{len(words.encode()):04x}".encode() + words.encode()


def _fail(words: str) -> bytes:
    return b"FAIL" + _block(words)


def endless(send: Send, piece: bytes, pause: float = 0.0) -> int:
    """Say the same for ever, or until nobody listens."""
    ends = time.monotonic() + STREAM_S
    while time.monotonic() < ends:
        send(piece)
        time.sleep(pause)
    return 0


@contextlib.contextmanager
def serving(**phones: Phone) -> Iterator[AdbServer]:
    server = AdbServer(**phones)
    try:
        yield server
    finally:
        server.close()
