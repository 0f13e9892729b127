"""The form of a recording of a device run: a folder, or a zip of it, that any harness can write.

Each part is a file of its own and may be missing; what is missing was not seen. A line of a .jsonl
file is one JSON object. Files that a line names stand in the same folder, below it at most two
deep. Times are ISO 8601 with offset, or numbers: seconds since 1970, from 10^11 on milliseconds.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from scanner.facts import Phase

SCHEMA = "mingjian/device/1"
"""Version of the form; another one is refused."""
RUN = "run.yaml"
EVENTS = "events.jsonl"
SCREENS = "screens.jsonl"
TAPS = "taps.jsonl"
MARKS = "marks.jsonl"
PROCESSES = "processes.jsonl"
STATES = "states.jsonl"
SOCKETS = "sockets.jsonl"
CONNECTIONS = "connections.csv"
MANIFEST = "manifest-sha256.txt"
"""In the form of sha256sum; our own runs end with it."""
TRAFFIC = ("traffic.capture", "traffic.har", "traffic.flows")
"""What the proxy recorded beside it."""
PARTS = (EVENTS, SCREENS, TAPS, MARKS, PROCESSES, STATES, SOCKETS, CONNECTIONS)
"""Parts of a recording beside run.yaml and the traffic."""

Clock = Literal["host", "device", "traffic", "video"]
"""host: the machine that drove the phone; device: the phone; traffic: the proxy's machine; video:
seconds since the film began."""
Time = str | float
Outcome = Literal["value", "empty", "denied", "error"]
Action = Literal[
    "tap",
    "type",
    "swipe",
    "shake",
    "back",
    "home",
    "launch",
    "stop",
    "screen_off",
    "screen_on",
    "update",
]


class App(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The app that was run."""

    package: str
    """Application id."""
    label: str | None = None
    """Name shown under the icon, by which dialogs of the system call it."""
    sha256: str | None = None
    """SHA-256 (hex) of the APK that was installed."""
    version_name: str | None = None
    """Version shown to people."""
    version_code: int | None = None
    """Version number that Android compares."""
    uid: int | None = None
    """Number under which Android ran it."""


class Device(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The phone or emulator."""

    model: str | None = None
    """Model, e.g. Pixel 6."""
    build: str | None = None
    """Build of the system (ro.build.fingerprint)."""
    api_level: int | None = None
    """Android API level."""
    emulator: bool | None = None
    """Whether it is an emulator."""
    density: int | None = None
    """Pixels of its screen to the inch (wm density), to tell sizes by."""


class Shift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far the phone's clock is ahead of the host's."""

    offset_s: float
    """Seconds; negative when the phone is behind."""
    within_s: float = 1.0
    """How far that may be off, in seconds."""


class Film(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A film of the screen."""

    file: str
    """Its file."""
    began: Time | None = None
    """When its first picture was taken, by the host's clock."""


class Cleanliness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stood on the phone that could make a run say something else; null where not looked."""

    proxy: str | None = None
    """Proxy that was set, empty for none."""
    dns: tuple[str, ...] | None = None
    """Name servers, private DNS by its name."""
    user_certificates: tuple[str, ...] | None = None
    """Certificate authorities that a person added, by file name."""
    hook_modules: tuple[str, ...] | None = None
    """Frameworks and modules that hook into apps, by package or file."""
    vpn: bool | None = None
    """Whether a VPN was on."""
    rooted: bool | None = None
    """Whether the shell could become root."""


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """run.yaml: what was run, on what, by whom, by which clocks."""

    schema: str = SCHEMA
    """mingjian/device/1."""
    app: App
    """The app that was run; after an update the newer one."""
    before_update: App | None = None
    """The version that was run first, where the run went over an update."""
    device: Device = Device()
    """The phone."""
    tools: dict[str, str] = {}
    """Programs that took part, each with its version."""
    recorder: str | None = None
    """Program that wrote this recording."""
    who: tuple[str, ...] = ()
    """Who made the run."""
    started: Time | None = None
    """When it began."""
    ended: Time | None = None
    """When it ended."""
    clean_install: bool | None = None
    """Whether the app was freshly installed, or its data cleared, right before its first start."""
    account: bool | None = None
    """Whether somebody logged in during the run."""
    zone: str | None = None
    """Offset from UTC of times that name none, e.g. +08:00; without it such times are none."""
    clock: Shift | None = None
    """How far the phone's clock is off, where somebody measured it."""
    clocks: dict[str, Clock] = {}
    """By which clock a part tells its times, by file name; else events, processes, sockets and
    connections go by the device, screens, taps and marks by the host."""
    video: Film | None = None
    """A film of the run."""
    hooked: tuple[str, ...] | None = None
    """What was watched for, as in events (package.Class.method); null where nobody says: then
    silence of an API says nothing."""
    before: Cleanliness | None = None
    """The phone before the run."""
    after: Cleanliness | None = None
    """The phone after it."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of events.jsonl: a call that a hook saw."""

    time: Time
    """When."""
    api: str
    """package.Class.method; `->` before the method is read alike."""
    uid: int | None = None
    """User id of the process."""
    package: str | None = None
    """Application id of the process."""
    process: str | None = None
    """Name of the process."""
    pid: int | None = None
    """Number of the process."""
    thread: str | None = None
    """Name of the thread."""
    args: tuple[str, ...] | None = None
    """Arguments as text; those that are personal may be masked."""
    stack: tuple[str, ...] | None = None
    """Frames from the call outwards: package.Class.method, what follows a bracket is not read."""
    result: str | None = None
    """What it returned, masked or not; never repeated in a report."""
    outcome: Outcome | None = None
    """What it gave: value, empty, denied (SecurityException), error."""


class Screen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of screens.jsonl: what the screen showed."""

    time: Time
    """When it was seen so."""
    ui: str | None = None
    """File with its tree, as UIAutomator writes it."""
    picture: str | None = None
    """File with its picture, PNG or JPEG."""
    package: str | None = None
    """Application id in the foreground."""
    activity: str | None = None
    """Class of the screen."""


class Tap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of taps.jsonl: what the auditor, or a script, did."""

    time: Time
    """When."""
    action: Action = "tap"
    """What it was."""
    x: int | None = None
    """Pixels from the left."""
    y: int | None = None
    """Pixels from the top."""
    words: str | None = None
    """Words of the control, where the harness knows them."""
    within_s: float | None = None
    """How far the time may be off, in seconds."""
    acceleration: float | None = None
    """Of a shake: the greatest acceleration that the phone was given, in m/s2, gravity aside."""
    turned: float | None = None
    """Of a shake: by how many degrees the phone was turned."""
    lasted_s: float | None = None
    """Of a shake: how long the phone was moved, in seconds."""


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of marks.jsonl: a phase that begins, or one moment by several clocks."""

    time: Time | None = None
    """When the phase began, by the host's clock unless run.yaml says otherwise."""
    phase: Phase | None = None
    """The phase that begins."""
    within_s: float | None = None
    """How far the time may be off, in seconds."""
    sync: dict[Clock, Time] | None = None
    """The same moment by each of these clocks."""
    function: str | None = None
    """A function that the auditor starts at this moment, in words (e.g. 扫一扫)."""
    note: str | None = None
    """Words of the auditor."""


class Process(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of processes.jsonl: a process that Android started or ended (am_proc_start ...)."""

    time: Time
    """When."""
    event: Literal["started", "died"]
    """What happened."""
    process: str
    """Name of the process, e.g. cn.example.app:push."""
    package: str | None = None
    """Application id; else what stands before the colon."""
    uid: int | None = None
    """User id."""
    pid: int | None = None
    """Number of the process."""
    caller: str | None = None
    """Application id of the app that had it started, where the log says so."""
    kind: Literal["activity", "service", "broadcast", "content provider", "other"] | None = None
    """What was to be run."""
    component: str | None = None
    """The component."""
    reason: str | None = None
    """Why it died, or an action that started it."""


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of states.jsonl: what Android says of the app's permissions at a moment."""

    time: Time | None = None
    """When."""
    moment: Literal["before", "after", "during"]
    """before: before the run, or before the update; after: at the end."""
    command: Literal["dumpsys package", "dumpsys appops"]
    """The command whose output it is."""
    file: str
    """File with the output as it was."""


class Socket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of sockets.jsonl: a connection of a process, from the system's own table."""

    time: Time
    """When it was seen."""
    protocol: Literal["tcp", "udp"] = "tcp"
    """Its protocol."""
    local: tuple[str, int]
    """Address and port on the phone."""
    remote: tuple[str, int]
    """Address and port connected to."""
    uid: int | None = None
    """User id that owns it."""
    package: str | None = None
    """Application id that owns it."""
    host: str | None = None
    """Name that was asked for, where known."""
    sent: int | None = None
    """Bytes that the phone sent."""


LINES: dict[str, type[msgspec.Struct]] = {
    EVENTS: Event,
    SCREENS: Screen,
    TAPS: Tap,
    MARKS: Mark,
    PROCESSES: Process,
    STATES: State,
    SOCKETS: Socket,
}
"""What each line of a part is."""
CLOCK_OF: dict[str, Clock] = {
    EVENTS: "device",
    PROCESSES: "device",
    SOCKETS: "device",
    CONNECTIONS: "device",
    SCREENS: "host",
    TAPS: "host",
    MARKS: "host",
    STATES: "host",
}
"""By which clock a part tells its times where run.yaml does not say."""


def schema() -> dict[str, Any]:
    """Give the form as JSON Schema: one definition for run.yaml and for a line of each part."""
    parts: dict[str, type[msgspec.Struct]] = {RUN: Run, **LINES}
    references, definitions = msgspec.json.schema_components(
        parts.values(), ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "Recording of a device run",
        "files": dict(zip(parts, references, strict=True)),
        "$defs": definitions,
    }
