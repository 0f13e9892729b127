"""What scripts do in a page, as our instruments inside it tell: each with a heartbeat.

An instrument that did not stand up, or a frame that never answered, makes its facts unseen.
"""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from playwright.async_api import BrowserContext, Frame

from scanner.browser import well_formed
from scanner.exchange import shown
from scanner.facts import Phase
from scanner.model import Unseen, Words

SCRIPT = (Path(__file__).parent / "instruments.js").read_text("utf-8")
LONGEST = 2_000_000
"""Characters that a frame may tell at once."""
TOO_MUCH = Words("页面脚本的动作过多", "the scripts did too much to note it all")
GARBLED = Words("检测脚本的部分记录无法读取", "a part of what the instruments noted cannot be read")
MOST_EVENTS = 4000
"""Events kept of one session; each frame sends some hundreds at most."""
INSTRUMENTS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    **{
        name: ("fingerprint.read", {"api": (name,)})
        for name in ("canvas", "webgl", "audio", "fonts", "webrtc", "devices")
    },
    "prompts": ("prompt.raised", {}),
    "cookies": ("cookie.set", {"via": ("script",)}),
    "storage": ("storage.written", {}),
}
"""Which kind of fact each instrument brings, and which facts of that kind."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a script did, as an instrument told it."""

    what: str
    time: float
    script: str = ""
    line: int = 0
    api: str = ""
    prompt: str = ""
    gesture: bool | None = None
    name: str = ""
    text: str = ""
    store: str = ""
    host: str = ""
    stands: dict[str, bool] = {}


class Told(NamedTuple):
    """An event and the frame that told it."""

    event: Event
    frame: str
    """Address of the frame; of one without, that of the page that wrote it."""
    page: str
    """Address of the page that holds it."""

    @property
    def time(self) -> str:
        """When, by this machine's clock (ISO 8601)."""
        moment = min(max(self.event.time / 1000, 0), 4e9)
        return datetime.datetime.fromtimestamp(moment).astimezone().isoformat("T", "milliseconds")


class Instruments:
    """The instruments of one session."""

    def __init__(self) -> None:
        """Prepare them; nothing is in any page yet."""
        self.told: list[Told] = []
        self.overflowed = False
        self.garbled = False
        """Whether something was told that could not be read."""
        self._alive: dict[Frame, dict[str, bool]] = {}

    async def install(self, context: BrowserContext) -> None:
        """Put them into every frame of every page to come."""
        channel = f"_{secrets.token_hex(8)}"
        await context.expose_binding(channel, self._hear)
        await context.add_init_script(f"({SCRIPT})({json.dumps(channel)})")

    def _hear(self, source: dict[str, Any], words: object) -> None:
        """Take what a frame says; a page could say anything here, so only its form is trusted."""
        try:
            plain = well_formed(json.loads(str(words)[:LONGEST]))
            events = msgspec.convert(plain, list[Event])
        except (msgspec.MsgspecError, ValueError, RecursionError):
            self.garbled = True
            return
        frame, page = source["frame"], source["page"]
        for event in events:
            if event.what == "alive":
                self._alive[frame] = event.stands
            elif event.what == "full":
                self.overflowed = True
            elif len(self.told) < MOST_EVENTS:
                self.told.append(Told(event, _address(frame), page.url))
            else:
                self.overflowed = True

    def pressed(self, before: datetime.datetime) -> datetime.datetime | None:
        """Give the moment of the last press before another moment, as the page itself felt it."""
        latest = before.timestamp() * 1000
        times = [one.event.time for one in self.told if one.event.what == "press"]
        last = max((time for time in times if 0 < time <= latest), default=None)
        return None if last is None else datetime.datetime.fromtimestamp(last / 1000, before.tzinfo)

    def leave(self, frame: Frame) -> None:
        """Forget the heartbeat of a frame whose next document has to give its own."""
        self._alive.pop(frame, None)

    def silent(self, frames: Iterable[Frame], phase: Phase) -> Iterator[Unseen]:
        """Say what was not seen: frames without a heartbeat, and instruments that do not stand."""
        for frame in frames:
            stands = self._alive.get(frame)
            for name, (kind, which) in INSTRUMENTS.items():
                if stands is not None and stands.get(name, False):
                    continue
                where = shown(frame.url) or "about:blank"
                yield Unseen(
                    kind=kind,
                    scope={"phase": (phase,), **which},
                    collector="website",
                    reason=Words(
                        f"检测脚本 {name} 在 {where} 中未应答",
                        f"the instrument {name} did not answer in {where}",
                    ),
                )
        workers = sorted({shown(t.event.name) for t in self.told if t.event.what == "worker"})
        if workers:
            yield Unseen(
                kind="fingerprint.read",
                scope={"phase": (phase,)},
                collector="website",
                reason=Words(
                    f"页面启动了 {len(workers)} 个后台脚本，其中读取了什么未能观察",
                    f"the page started {len(workers)} workers, whose reading nobody watched",
                ),
            )
        if self.garbled or self.overflowed:
            for kind in sorted({kind for kind, _ in INSTRUMENTS.values()}):
                yield Unseen(
                    kind=kind,
                    scope={"phase": (phase,)},
                    collector="website",
                    reason=TOO_MUCH if self.overflowed else GARBLED,
                )


def _address(frame: Frame) -> str:
    """Give the address of a frame; of one without, that of the page that wrote it."""
    at: Frame | None = frame
    while at is not None and not at.url.startswith(("http:", "https:")):
        at = at.parent_frame
    return at.url if at is not None else frame.url
