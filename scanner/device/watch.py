"""What is listened to while the app runs: the phone's log, its touch screen, its connections."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

import msgspec

from scanner.device import processes, sockets, touches
from scanner.device.folder import Folder
from scanner.device.screens import Eye
from scanner.device.wire import Phone, PhoneLost, Stream
from scanner.device_file import PROCESSES, SOCKETS, TAPS

LAST_S = 5.0
"""Seconds that a listening thread is waited for at the end."""


class Watch:
    """Listens in threads of its own; what cannot be listened to leaves no part behind."""

    def __init__(self, phone: Phone, folder: Folder, eye: Eye, package: str) -> None:
        self._phone = phone
        self._folder = folder
        self._eye = eye
        self._package = package
        self._streams: list[Stream] = []
        self._threads: list[threading.Thread] = []
        self._table: sockets.Table | None = None
        self._closing = False
        self.lost: list[str] = []
        """Parts whose source fell silent before the end."""
        self.unwatched: list[str] = []
        """Parts that this phone does not let the shell watch."""

    def begin(self, uid: int | None) -> None:
        """Listen to whatever the phone lets be heard; raises PhoneLost."""
        self._log(uid)
        self._glass()
        if uid is not None and sockets.readable(self._phone.text(sockets.COMMAND)):
            self._table = sockets.Table(uid, self._package)
            self._folder.begin(SOCKETS)
        else:
            self.unwatched.append(SOCKETS)

    def poll(self) -> None:
        """Look at the app's connections."""
        if self._table is None:
            return
        asked = time.time()
        answer = self._phone.text(sockets.COMMAND)
        for one in self._table.new(answer, (asked + time.time()) / 2):
            self._folder.add(SOCKETS, one)

    def close(self) -> None:
        """Stop listening."""
        self._closing = True
        for stream in self._streams:
            stream.close()
        for thread in self._threads:
            thread.join(LAST_S)

    def _log(self, uid: int | None) -> None:
        if not self._phone.run("logcat -b events -d -t 1", most=1 << 20).good:
            self.unwatched.append(PROCESSES)
            return
        watched = processes.Watched(processes.App(self._package, uid))

        def take(line: bytes) -> None:
            for one in watched.take(line):
                self._folder.add(PROCESSES, one)

        def rest() -> None:
            for one in watched.rest():
                self._folder.add(PROCESSES, one)

        self._follow(PROCESSES, processes.COMMAND, take, rest)

    def _glass(self) -> None:
        listed = self._phone.text(touches.DEVICES, most=1 << 20)
        screen = touches.glass(listed, self._phone.text(touches.SIZE, most=10_000))
        if screen is None:
            self.unwatched.append(TAPS)
            return
        fingers = touches.Fingers(screen)

        def take(line: bytes) -> None:
            tree = self._eye.tree
            tap = fingers.take(line, time.time(), tree.rotation if tree else 0)
            if tap is not None:
                if tap.action == "tap" and tap.x is not None and tap.y is not None:
                    tap = msgspec.structs.replace(tap, words=self._eye.words_at(tap.x, tap.y))
                self._eye.touch()
                self._folder.add(TAPS, tap)

        self._follow(TAPS, touches.COMMAND, take, lambda: None)

    def _follow(
        self, part: str, command: str, take: Callable[[bytes], None], rest: Callable[[], None]
    ) -> None:
        stream = self._phone.follow(command)
        self._folder.begin(part)
        self._streams.append(stream)

        def listen() -> None:
            with contextlib.suppress(PhoneLost, OSError):
                for line in stream:
                    take(line)
                rest()
            if not self._closing:
                self.lost.append(part)

        thread = threading.Thread(target=listen, name=part, daemon=True)
        thread.start()
        self._threads.append(thread)
