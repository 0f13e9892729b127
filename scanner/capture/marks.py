"""What the auditor says while the capture runs: a key where there is a terminal, else a line."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import termios
import threading
import tty
from collections.abc import Callable, Mapping
from typing import Any, get_args

from scanner.facts import Phase

QUIT = "quit"
"""What ends the capture."""
HELP = "?"
"""What shows the keys again."""
KEYS: Mapping[str, str] = {
    "f": "first_launch",
    "c": "consent_shown",
    "r": "refused",
    "a": "agreed",
    "b": "background",
    "g": "foreground",
    "q": QUIT,
    "?": HELP,
}
"""What each key says."""
PHASES: tuple[Phase, ...] = tuple(phase for phase in get_args(Phase) if phase != "static")
"""Phases that can be marked: all in which the subject is there to act."""
LONGEST_LINE = 200
"""Bytes of a line at most; the longest word has thirteen."""

_MANY_BYTES = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.)?")
"""Arrows and the like, which are sent as several bytes, letters among them (ECMA-48)."""


class Ear:
    """Listens on a file descriptor, in a thread of its own, until it is closed.

    A terminal gives each key at once and is set back when the ear closes; anything else gives
    lines. The end of what there is to hear ends nothing but the hearing.
    """

    def __init__(self, source: int, hear: Callable[[str], None]) -> None:
        self._source = source
        self._hear = hear
        self.keys = _is_ours(source)
        """Whether single keys are heard, and not lines."""
        self._before: list[Any] | None = None
        self._stop, self._stopped = os.pipe()

    def open(self) -> None:
        """Begin to listen; a terminal whose foreground is another program's is left alone."""
        if not self.keys and os.isatty(self._source):
            return
        if self.keys:
            self._before = termios.tcgetattr(self._source)
            tty.setcbreak(self._source)
        threading.Thread(target=self._listen, name="marks", daemon=True).start()

    def resume(self) -> None:
        """Take up the terminal again after the program was stopped and continued."""
        if self._before is not None and _is_ours(self._source):
            with contextlib.suppress(termios.error, OSError):
                tty.setcbreak(self._source)

    def close(self) -> None:
        """Set the terminal back and stop listening; may be called again, and from a signal."""
        before, self._before = self._before, None
        if before is not None:
            with contextlib.suppress(termios.error, OSError):
                held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
                termios.tcsetattr(self._source, termios.TCSADRAIN, before)
                signal.pthread_sigmask(signal.SIG_SETMASK, held)
        with contextlib.suppress(OSError):
            os.write(self._stopped, b".")

    def _listen(self) -> None:
        rest = b""
        with contextlib.suppress(OSError, ValueError):
            while True:
                ready, _, _ = select.select([self._source, self._stop], [], [])
                if self._stop in ready:
                    return
                data = os.read(self._source, 4096)
                if not data:
                    if rest:
                        self._say(rest)
                    return
                if self.keys:
                    self._keys(data)
                    continue
                *lines, rest = (rest + data).split(b"\n")
                rest = rest[:LONGEST_LINE]
                for line in lines:
                    self._say(line)

    def _keys(self, data: bytes) -> None:
        for key in _MANY_BYTES.sub(b"", data).decode("latin-1").lower():
            if key in KEYS:
                self._hear(KEYS[key])

    def _say(self, line: bytes) -> None:
        word = line[:LONGEST_LINE].decode("utf-8", "replace").strip().lower()
        if word:
            self._hear(word)


def _is_ours(source: int) -> bool:
    """Say whether a descriptor is a terminal that answers to this very process."""
    try:
        return os.isatty(source) and os.tcgetpgrp(source) == os.getpgrp()
    except OSError:
        return False
