"""Traffic beside the run: a capture in a process of its own, and the phone's proxy set to it.

The phone reaches the proxy through adb, so that it listens for this machine alone; the phone's own
setting is put back whatever happens.
"""

from __future__ import annotations

import contextlib
import shlex
import socket
import subprocess
import time
from pathlib import Path

from scanner.device.cleanliness import proxy
from scanner.device.wire import Phone, PhoneLost
from scanner.device_file import TRAFFIC
from scanner.errors import NotAuditable
from scanner.facts import Phase
from scanner.model import Words

START_S = 60.0
"""Seconds that the capture may take to listen."""
END_S = 30.0
"""Seconds that the capture may take to end in order."""
BACK_S = 15.0
"""Seconds for which a phone that is away is waited for, to put its proxy back."""


class Capture:
    """A capture that runs beside the phone."""

    def __init__(self, command: tuple[str, ...], folder: Path) -> None:
        """Begin it, and wait until it listens; raises NotAuditable where it does not."""
        self.port = _free_port()
        file = folder / TRAFFIC[0]
        words = (*command, "-o", str(file), "--port", str(self.port))
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            process_group=0,  # what ends us must not end it before its file is whole
        )
        try:
            self._wait()
        except BaseException:
            self.end()
            raise

    @property
    def runs(self) -> bool:
        """Whether it still records."""
        return self._process.poll() is None

    def mark(self, phase: Phase) -> None:
        """Tell it that a phase begins."""
        self._say(phase)

    def end(self) -> bool:
        """End it in order; False where it had to be broken off."""
        self._say("quit")
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            return self._process.wait(END_S) == 0
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        except BaseException:
            self._process.terminate()
            raise

    def _say(self, word: str) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(f"{word}\n".encode())
                self._process.stdin.flush()

    def _wait(self) -> None:
        ends = time.monotonic() + START_S
        while self.runs and time.monotonic() < ends:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.1)
        hint = "see what it said above; or run without --capture"
        raise NotAuditable("the capture did not begin", hint=hint)


class PhoneProxy:
    """The phone's proxy while it is ours."""

    def __init__(self, phone: Phone, port: int) -> None:
        self._phone = phone
        self._port = port
        self._before = ""
        self._set = False

    def set(self) -> None:
        """Set the phone's proxy to the capture; raises NotAuditable where that does not hold."""
        before = proxy(self._phone)
        if before is None:
            hint = "run without --capture, and set the phone's proxy by hand"
            raise NotAuditable("the phone does not tell its proxy", hint=hint)
        self._before, self._set = before, True
        self._phone.reverse(self._port)
        ours = f"127.0.0.1:{self._port}"
        self._phone.run(f"settings put global http_proxy {ours}")
        if proxy(self._phone) != ours:
            hint = "run without --capture, and set the phone's proxy by hand"
            raise NotAuditable("the phone did not take the proxy", hint=hint)

    def put_back(self) -> bool:
        """Put back what was set before; False where the phone did not take it."""
        if not self._set:
            return True
        ends = time.monotonic() + BACK_S
        while True:
            try:
                self._set = not self._put()
            except PhoneLost:
                time.sleep(0.5)
            if not self._set or time.monotonic() >= ends:
                return not self._set

    @property
    def by_hand(self) -> Words:
        """How a person puts it back."""
        command = f"adb shell settings put global http_proxy {shlex.quote(self._before or ':0')}"
        return Words(
            f"警告：未能恢复手机的代理设置，请执行：{command}",
            f"WARNING: the phone's proxy could not be put back; run: {command}",
        )

    def _put(self) -> bool:
        self._phone.run(f"settings put global http_proxy {shlex.quote(self._before or ':0')}")
        if not self._before:  # an empty one takes effect at once, none at all only later
            self._phone.run("settings delete global http_proxy")
        with contextlib.suppress(PhoneLost):
            self._phone.unreverse(self._port)
        return proxy(self._phone) == self._before


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
