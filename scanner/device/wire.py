"""The phone at the other end of an adb server: commands with bounds of time and size, and files.

What a phone answers is a stranger's word: every answer is cut at a length and a time, and none of
it ever names a file on this machine.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.errors import NotAuditable, UsageError

if TYPE_CHECKING:
    from adbutils import AdbClient, AdbConnection, AdbDevice

ADDRESS = ("127.0.0.1", 5037)
"""Where an adb server listens by itself."""
CONNECT_S = 10.0
"""Seconds to wait for the server, and for the phone to take a command."""
COMMAND_S = 20.0
"""Seconds that a command may take, unless its caller says otherwise."""
MOST_BYTES = 4 << 20
"""Bytes of an answer that are read, unless its caller says otherwise."""
LONGEST_LINE = 16 << 10
"""Bytes of one line of a stream; what is longer is cut."""
PUSH_S = 600.0
"""Seconds that sending a file may take."""

_CHUNK = 64 << 10
_STDOUT, _EXIT = 1, 3
"""Packets of the shell protocol, version 2 (AOSP adb, shell_protocol.h)."""
_CODE = re.compile(rb"\n(\d{1,3})\n?$")
_UNAUTHORISED = "unlock its screen and allow debugging from this machine, then call again"


class PhoneLost(NotAuditable):
    """The phone, or the adb server between, no longer answers."""


class Answer(NamedTuple):
    """What a command on the phone said."""

    data: bytes
    """Its standard output, as far as it was read."""
    code: int | None
    """Its exit code; null when it did not end, or did not tell."""
    cut: bool = False
    """True when it took too long or said too much, and was left alone."""

    @property
    def text(self) -> str:
        """The output as text; lines end in a line feed alone."""
        return self.data.decode("utf-8", "replace").replace("\r\n", "\n")

    @property
    def good(self) -> bool:
        """Whether it ran to its end and called that a success."""
        return self.code == 0 and not self.cut


class Phone:
    """One phone, found by find_phone."""

    def __init__(self, device: AdbDevice, *, second_shell: bool) -> None:
        self._device = device
        self._second = second_shell

    @property
    def serial(self) -> str:
        """Serial number by which the adb server knows it."""
        return str(self._device.serial)

    def run(self, command: str, *, seconds: float = COMMAND_S, most: int = MOST_BYTES) -> Answer:
        """Run a command of its shell; raises PhoneLost where the phone does not take it."""
        ends = time.monotonic() + seconds
        connection = self._open(command, told=True)
        try:
            return self._read(connection, ends, most)
        except OSError as error:
            raise _lost(error) from None
        finally:
            _close(connection)

    def text(self, command: str, *, seconds: float = COMMAND_S, most: int = MOST_BYTES) -> str:
        """Run a command and give what it said, whatever its exit code."""
        return self.run(command, seconds=seconds, most=most).text

    def follow(self, command: str) -> Stream:
        """Start a command that goes on speaking, and give its lines as they come."""
        return Stream(self._open(command, told=False), second_shell=self._second)

    def push(self, file: Path, place: str) -> None:
        """Send a file to a place on the phone; raises PhoneLost."""
        with _trouble():
            self._device.sync.push(file, place, mode=0o644)

    def reverse(self, port: int) -> None:
        """Let the phone reach a port of this machine under the same number of its own."""
        with _trouble():
            self._device.reverse(f"tcp:{port}", f"tcp:{port}")

    def unreverse(self, port: int) -> None:
        """Take such a port away again."""
        with _trouble():
            self._device.reverse_remove(f"tcp:{port}")

    def _open(self, command: str, *, told: bool) -> AdbConnection:
        with _trouble():
            connection = self._device.open_transport(timeout=CONNECT_S)
            try:
                if self._second:
                    service = f"shell,v2,raw:{command}"
                else:
                    ending = "; printf '\\n%s' $?" if told else ""
                    service = f"exec:{{ {command}\n}} 2>/dev/null{ending}"
                connection.send_command(service)
                connection.check_okay()
            except BaseException:
                _close(connection)
                raise
        return connection

    def _read(self, connection: AdbConnection, ends: float, most: int) -> Answer:
        unpacked, data, code = _Unpacked(second_shell=self._second), bytearray(), None
        while True:
            left = ends - time.monotonic()
            if left <= 0 or len(data) > most:
                return Answer(bytes(data[:most]), None, cut=True)
            connection.conn.settimeout(left)
            try:
                chunk = connection.conn.recv(_CHUNK)
            except TimeoutError:
                return Answer(bytes(data[:most]), None, cut=True)
            if not chunk:
                break
            data += unpacked.take(chunk)
            if unpacked.code is not None:
                code = unpacked.code
                break
        if not self._second and (told := _CODE.search(data[-8:])):
            code = int(told[1])
            del data[len(data) - len(told[0]) :]
        return Answer(bytes(data[:most]), code, cut=len(data) > most)


class Stream:
    """The lines of a command that goes on speaking; may be closed from another thread."""

    def __init__(self, connection: AdbConnection, *, second_shell: bool) -> None:
        self._connection = connection
        self._unpacked = _Unpacked(second_shell=second_shell)
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        rest = b""
        self._connection.conn.settimeout(None)
        while not self._closed.is_set():
            try:
                chunk = self._connection.conn.recv(_CHUNK)
            except (OSError, ValueError):
                return
            if not chunk:
                return
            *lines, rest = (rest + self._unpacked.take(chunk)).split(b"\n")
            rest = rest[:LONGEST_LINE]
            for line in lines:
                yield line[:LONGEST_LINE].rstrip(b"\r")
            if self._unpacked.code is not None:
                return

    def close(self) -> None:
        """End it; a thread that waits for its next line wakes up."""
        self._closed.set()
        _close(self._connection)


class _Unpacked:
    """Takes the packets of the second shell protocol apart, and keeps what was printed."""

    def __init__(self, *, second_shell: bool) -> None:
        self._plain = not second_shell
        self._head = b""
        self._kind, self._left = 0, 0
        self.code: int | None = None
        """Exit code, once it was told."""

    def take(self, chunk: bytes) -> bytes:
        if self._plain:
            return chunk
        printed = bytearray()
        while chunk and self.code is None:
            if self._left == 0:
                wanted = 5 - len(self._head)
                self._head, chunk = self._head + chunk[:wanted], chunk[wanted:]
                if len(self._head) < 5:
                    break
                self._kind = self._head[0]
                self._left = int.from_bytes(self._head[1:], "little")
                self._head = b""
                continue
            piece, chunk = chunk[: self._left], chunk[self._left :]
            self._left -= len(piece)
            if self._kind == _STDOUT:
                printed += piece
            elif self._kind == _EXIT:
                self.code = piece[0]
        return bytes(printed)


def find_phone(address: str | None = None, serial: str | None = None) -> Phone:
    """Find the phone behind an adb server; raises NotAuditable where there is not exactly one.

    `address` is host:port, by default what the environment says as for adb itself
    (ANDROID_ADB_SERVER_ADDRESS, ANDROID_ADB_SERVER_PORT), else 127.0.0.1:5037.
    """
    host, port = server_address(address)
    try:
        socket.create_connection((host, port), CONNECT_S).close()
    except OSError:
        said = f"no adb server answers at {host}:{port}, so there is no phone to run the app on"
        raise NotAuditable(said, hint="plug a phone in and run: adb start-server") from None
    client = _client(host, port)
    with _trouble():
        phones = _listed(client)
    name = _chosen(phones, serial)
    with _trouble():
        device = client.device(serial=name)
        second = "shell_v2" in device.get_features().split(",")
    return Phone(device, second_shell=second)


def server_address(address: str | None) -> tuple[str, int]:
    """Give host and port of the adb server; raises UsageError for words that are none."""
    if address is None:
        host = os.environ.get("ANDROID_ADB_SERVER_ADDRESS") or ADDRESS[0]
        port = os.environ.get("ANDROID_ADB_SERVER_PORT") or str(ADDRESS[1])
    else:
        host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 1 << 16:
        raise UsageError("--adb is no address of an adb server", hint="write 127.0.0.1:5037")
    return host, int(port)


def _listed(client: AdbClient) -> dict[str, str]:
    """Give the state of each phone, by its serial number."""
    with client.make_connection(timeout=CONNECT_S) as connection:
        connection.send_command("host:devices")
        connection.check_okay()
        rows = [line.split("\t") for line in connection.read_string_block().splitlines()]
    return {row[0]: row[1].strip() for row in rows if len(row) == 2}


def _chosen(phones: dict[str, str], serial: str | None) -> str:
    names = ", ".join(sorted(phones)[:20])
    if serial is not None and serial not in phones:
        there = f"there are: {names}" if phones else "none is connected"
        raise NotAuditable(f"no phone has the serial number {serial}", hint=there)
    if not phones:
        hint = "plug one in, switch on USB debugging, or start an emulator; see: adb devices"
        raise NotAuditable("no phone is connected to the adb server", hint=hint)
    if serial is None:
        ready = [name for name, state in phones.items() if state == "device"] or list(phones)
        if len(ready) > 1:
            hint = f"choose one with --serial: {names}"
            raise NotAuditable(f"{len(ready)} phones are connected", hint=hint)
        serial = ready[0]
    state = phones[serial]
    if state == "unauthorized":
        said = f"the phone {serial} has not authorised this machine"
        raise NotAuditable(said, hint=_UNAUTHORISED)
    if state != "device":
        hint = "plug it in again; see: adb devices"
        raise NotAuditable(f"the phone {serial} is not ready: {state[:60]}", hint=hint)
    return serial


def _client(host: str, port: int) -> AdbClient:
    """Give a client that never starts a server of its own."""
    from adbutils import AdbClient, AdbConnection  # noqa: PLC0415 - heavy: images and HTTP

    class Connection(AdbConnection):  # type: ignore[misc]
        def _safe_connect(self) -> socket.socket:
            made: socket.socket = self._create_socket()
            return made

    class Client(AdbClient):  # type: ignore[misc]
        def make_connection(self, timeout: float | None = None) -> Any:
            connection = Connection(host, port)
            connection.conn.settimeout(timeout or PUSH_S)
            return connection

    return Client(host, port)


@contextlib.contextmanager
def _trouble() -> Iterator[None]:
    """Say in one way that the phone or the server failed to answer."""
    from adbutils import AdbError  # noqa: PLC0415

    try:
        yield
    except (AdbError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise _lost(error) from None


def _lost(error: Exception) -> PhoneLost:
    said = " ".join(re.sub(r"[^\x20-\x7e]", "?", str(error)).split())[:120]
    hint = "see: adb devices; plug the phone in again, and call again"
    return PhoneLost(f"the phone no longer answers ({said or type(error).__name__})", hint=hint)


def _close(connection: AdbConnection) -> None:
    """Close at once; adbutils' own close waits, and cannot wake a thread that reads."""
    with contextlib.suppress(Exception):
        connection.conn.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(Exception):
        connection.close()
