"""A control run: what the same phone sent while the app was not on it, and what that is worth.

What a phone sends by itself it sends again and again, though some of it rarely. So a control run
speaks only if it lasted as long as the recording, or LONG_ENOUGH, and shows that the proxy was in
use; and it speaks of hosts, never of paths: one host serves many apps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scanner.broken import Broken
from scanner.capture_file import BadLine, Begin, Caught, End, Mark, Passed, is_capture, read_capture
from scanner.exchange import Exchange, Passage, address, moment
from scanner.model import Words
from scanner.recordings.recording import BEGIN, read

LONG_ENOUGH = 600.0
"""Seconds that a control run has to last at most, however long the recording is (project judgement:
within ten minutes an idle phone has asked most of the hosts that it asks at all)."""
MAX_HOSTS = 100_000
"""Hosts of a control run that are remembered at most; one with more is not used."""

_DIGITS = re.compile(r"\d+")


class Control:
    """The hosts that a phone asked without the app, and why that may say nothing."""

    def __init__(self, hosts: frozenset[str], lasted: float, why: Words | None = None) -> None:
        self._hosts = hosts
        self.lasted = lasted
        """Seconds from its first moment to its last."""
        self.why = why
        """Why it cannot be used; None where it can."""

    @property
    def usable(self) -> bool:
        """Whether what it does not show may be laid to the app."""
        return self.why is None

    def shows(self, host: str) -> bool:
        """Say whether the phone asked that host without the app.

        Names that differ by their numbers only are one: servers of one service are numbered, and
        one that answers today may not tomorrow. So too are all bare addresses.
        """
        return _masked(host) in self._hosts


def read_control(path: Path, recording: Path) -> Control:
    """Read a control run, to be held against a recording.

    Raises NotAuditable for what is no recording of traffic.
    """
    hosts = set[str]()
    broken: Broken | None = None
    for one in read(path, _begin(path)):
        if isinstance(one, Broken):
            broken = broken or one
        elif isinstance(one, Passage):
            hosts.add(_masked(one.host))
        elif isinstance(one, Exchange) and (here := address(one.url)) is not None:
            hosts.add(_masked(here.host))
        if len(hosts) > MAX_HOSTS:
            return Control(frozenset(), 0.0, TOO_MANY)
    lasted = _lasted(path)
    return Control(frozenset(hosts), lasted, _why(hosts, broken, lasted, recording))


TOO_MANY = Words("对照记录中的主机过多", "the control run names too many hosts")
EMPTY = Words(
    "对照记录中没有任何请求，不能说明代理当时在用",
    "the control run holds no request at all, so that nothing shows that its proxy was in use",
)


def _why(hosts: set[str], broken: Broken | None, lasted: float, recording: Path) -> Words | None:
    """Say why a control run cannot be used; None where it can."""
    if broken is not None:
        said = broken.reason
        return Words(
            f"对照记录未能全部读取（{broken.at}：{said.zh}）",
            f"the control run could not be read whole ({broken.at}: {said.en})",
        )
    if not hosts:
        return EMPTY
    if lasted >= LONG_ENOUGH:
        return None
    needed = min(_lasted(recording) or LONG_ENOUGH, LONG_ENOUGH)
    if lasted >= needed:
        return None
    return Words(
        f"对照记录只有 {lasted:.0f} 秒，至少需要 {needed:.0f} 秒",
        f"the control run lasted {lasted:.0f} s, of {needed:.0f} s at least",
    )


def _begin(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(BEGIN)


def _lasted(path: Path) -> float:
    """Give the seconds from the first moment that a recording names to the last; 0 for none."""
    first, last = float("inf"), float("-inf")
    for word in _times(path):
        time = moment(word)
        if time is not None:
            first, last = min(first, time.timestamp()), max(last, time.timestamp())
    return max(last - first, 0.0)


def _times(path: Path) -> Iterator[str]:
    begin = _begin(path)
    if not is_capture(begin):
        for one in read(path, begin):
            if isinstance(one, Exchange | Passage):
                yield one.started
        return
    with path.open("rb") as stream:
        try:
            for line in read_capture(stream):
                yield _time(line.record)
        except BadLine:
            return


def _time(record: Begin | Caught | Passed | Mark | End) -> str:
    if isinstance(record, Begin):
        return record.started
    if isinstance(record, Caught):
        return record.exchange.started
    return record.passage.started if isinstance(record, Passed) else record.time


def _masked(host: str) -> str:
    """Write a host so that what differs by its numbers only is the same."""
    host = host.lower().rstrip(".")
    return ":" if ":" in host else _DIGITS.sub("#", host)
