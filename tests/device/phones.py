"""A phone made up for tests: its clock, its settings, one app with its screens, its shell."""

from __future__ import annotations

import hashlib
import re
import shlex
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.device.adb_server import STREAM_S, Send

PACKAGE = "cn.example.torch"
PERMISSIONS = "com.android.permissioncontroller"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
WIDE, HIGH = 1080, 2400


class Button(NamedTuple):
    words: str
    top: int
    to: str
    """Name of the screen that it leads to; "exit" ends the app."""
    id: str = ""


class Shown(NamedTuple):
    package: str
    activity: str
    texts: tuple[str, ...]
    buttons: tuple[Button, ...] = ()


HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
BAR = Shown("com.android.systemui", "", ("9:41",))
SCREENS = {
    "home": Shown("com.android.launcher3", ".Launcher", ("桌面",)),
    "consent": Shown(
        PACKAGE,
        ".MainActivity",
        ("个人信息保护提示", "请阅读《隐私政策》与《用户协议》"),
        (
            Button("不同意", 1000, "exit"),
            Button("同意", 1200, "asked", "cn.example.torch:id/agree"),
        ),
    ),
    "asked": Shown(
        PERMISSIONS,
        "com.android.permissioncontroller.permission.ui.GrantPermissionsActivity",
        ("要允许“手电筒”使用相机吗？",),
        (Button("允许", 1500, "main"), Button("拒绝", 1700, "exit")),
    ),
    "main": Shown(PACKAGE, ".MainActivity", ("手电筒",), (Button("扫一扫", 800, "main"),)),
}


class FakePhone:
    """Answers as a phone with Android 14 would, as far as a run asks."""

    def __init__(self, *, skew: float = 0.0, features: str = "shell_v2,cmd,stat_v2") -> None:
        self.state = "device"
        self.features = features
        self.skew = skew
        """Seconds that its clock is ahead."""
        self.pushed: dict[str, bytes] = {}
        self.reversed: list[str] = []
        self.settings: dict[str, str] = {}
        self.installed: dict[str, str] = {"com.android.launcher3": "", PERMISSIONS: ""}
        self.screen = "home"
        self.behind: tuple[Shown, ...] = ()
        """Windows beneath the one in front."""
        self.windows = True
        """Whether UIAutomator writes all of them, as on newer phones."""
        self.dumped = ""
        """What it wrote."""
        self.ran: list[str] = []
        """Commands that were carried out."""
        self.log: list[str] = []
        """Lines of the log."""
        self.touches: list[str] = []
        """Lines of getevent."""
        self.sockets = ""
        """Rows of /proc/net/tcp."""
        self.taken: dict[str, Callable[[Send], int | None]] = {}
        """What stands in for a command that begins so."""
        self.changed = threading.Condition()

    @property
    def now(self) -> float:
        return time.time() + self.skew

    def shell(self, command: str, send: Send) -> int | None:
        self.ran.append(command)
        for begin, other in self.taken.items():
            if command.startswith(begin):
                return other(send)
        if command.startswith("logcat -b events -b system"):
            return self._stream(self.log, send)
        if command == "getevent -lt":
            return self._stream(self.touches, send)
        code = 0
        for part in command.split("; "):
            said, code = self._one(part)
            send(said.encode() if isinstance(said, str) else said)
        return code

    def say(self, where: list[str], line: str) -> None:
        with self.changed:
            where.append(line)
            self.changed.notify_all()

    def _stream(self, lines: list[str], send: Send) -> int:
        ends, told = time.monotonic() + STREAM_S, 0
        while time.monotonic() < ends:
            with self.changed:
                if len(lines) == told:
                    self.changed.wait(0.2)
                new, told = lines[told:], len(lines)
            send("".join(f"{line}\n" for line in new).encode())
        return 0

    def _one(self, command: str) -> tuple[str | bytes, int]:
        for pattern, answer in self._table():
            if found := re.fullmatch(pattern, command):
                said = answer(*found.groups())
                return said if isinstance(said, tuple) else (said, 0)
        return "", 127

    def _table(self) -> Iterator[tuple[str, Callable[..., str | bytes | tuple[str, int]]]]:
        package = r"'?([\w.]+)'?"
        yield r"date \+%s\.%N", lambda: f"{self.now:.9f}\n"
        yield r"getprop (\S+)", lambda name: PROPERTIES.get(name, "") + "\n"
        yield r"settings get global (\w+)", lambda name: self.settings.get(name, "null") + "\n"
        yield r"settings put global (\w+) (\S+)", self._put
        yield r"settings delete global (\w+)", lambda name: self.settings.pop(name, "") and ""
        yield r"ls /data/misc/user/0/cacerts-added.*", lambda: ("ls: Permission denied\n", 1)
        yield r"ls /apex/com.android.conscrypt/cacerts.*", lambda: "a.0\nb.0\nc.0\n"
        yield r"ls /data/local/tmp", lambda: ""
        yield r"pm list packages", lambda: "".join(f"package:{p}\n" for p in self.installed)
        yield r"ps -A -o NAME", lambda: "NAME\ninit\nzygote64\n"
        yield r"id -u", lambda: "2000\n"
        yield r"which su", lambda: ("", 1)
        yield r"dumpsys connectivity", lambda: CONNECTIVITY
        yield r"ip -o link", lambda: "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n"
        yield rf"pm path {package}", self._path
        yield r"pm install -t (\S+) 2>&1", self._install
        yield rf"pm uninstall {package}", self._uninstall
        yield r"sha256sum (\S+)", self._digest
        yield r"rm -f (\S+)", lambda name: self.pushed.pop(name, b"") and ""
        yield rf"dumpsys package {package}", lambda p: f"  Package [{p}]:\n    userId=10123\n"
        yield (
            rf"dumpsys appops --package {package}",
            lambda p: f"  Package {p}:\n      CAMERA: ask\n",
        )
        yield (
            rf"cmd package resolve-activity .* {package}",
            lambda p: f"priority=0\n{p}/.MainActivity\n",
        )
        yield r"am start .* 2>&1", self._start
        yield rf"am force-stop {package}", lambda p: self._go("home")
        yield r"dumpsys window .*", self._focus
        yield r"said=\$\(uiautomator dump (--windows )?\S+ 2>&1 >/dev/null\)", self._dump
        yield r'cat \S+ \|\| echo "\$said"', lambda: self.dumped
        yield r"screencap -p", lambda: PNG
        yield r"logcat -b events -d -t 1", lambda: "--------- beginning of events\n"
        yield r"getevent -lp", lambda: DEVICES
        yield r"wm size", lambda: f"Physical size: {WIDE}x{HIGH}\n"
        yield r"input tap (\d+) (\d+)", self._tap
        yield r"input swipe .*", lambda: ""
        yield r"input keyevent (\d+)", lambda key: self._go("home")
        yield r"echo =(\w+)", lambda name: f"={name}\n"
        yield r"cat /proc/net/tcp", lambda: COLUMNS + self.sockets
        yield r"cat /proc/net/tcp /proc/net/tcp6", lambda: COLUMNS + self.sockets
        yield r"cat /proc/net/(tcp6|udp6?)", lambda _: COLUMNS

    def _put(self, name: str, words: str) -> str:
        self.settings[name] = shlex.split(words)[0]
        return ""

    def _path(self, package: str) -> tuple[str, int]:
        there = package in self.installed
        return (f"package:/data/app/{package}/base.apk\n", 0) if there else ("", 1)

    def _install(self, place: str) -> str:
        self.installed[PACKAGE] = hashlib.sha256(self.pushed[place]).hexdigest()
        return "Success\n"

    def _uninstall(self, package: str) -> str:
        self.installed.pop(package, None)
        return "Success\n"

    def _digest(self, place: str) -> str:
        return f"{hashlib.sha256(self.pushed[place]).hexdigest()}  {place}\n"

    def _go(self, screen: str) -> str:
        if screen == "exit":
            self.say(self.log, self.event("am_proc_died", f"[0,4321,{PACKAGE},0,2]"))
        self.screen = "home" if screen == "exit" else screen
        return ""

    def _start(self) -> str:
        self._go("consent")
        start = f"[0,4321,10123,{PACKAGE},next-top-activity,{{{PACKAGE}/{PACKAGE}.MainActivity}}]"
        self.say(self.log, self.event("am_proc_start", start))
        return "Starting: Intent { ... }\n"

    def event(self, tag: str, words: str) -> str:
        return f"{self.now:.3f}  1500  1600 I {tag}: {words}"

    def _focus(self) -> str:
        shown = SCREENS[self.screen]
        return f"  mCurrentFocus=Window{{8f2 u0 {shown.package}/{shown.activity}}}\n"

    def _dump(self, windows: str | None) -> str:
        shown = SCREENS[self.screen]
        self.dumped = all_windows(shown, *self.behind) if windows and self.windows else tree(shown)
        return ""

    def _tap(self, x: str, y: str) -> str:
        for button in SCREENS[self.screen].buttons:
            if button.top <= int(y) < button.top + 100 and 100 <= int(x) < 980:
                return self._go(button.to)
        return ""


def socket_row(local: str, remote: str, uid: int) -> str:
    """Give a row of /proc/net/tcp as the kernel writes it, for a connection that stands."""
    return f"   0: {local} {remote} 01 00000000:00000000 00:00000000 00000000 {uid}        0 1\n"


def tree(shown: Shown) -> str:
    """Give a screen as UIAutomator writes it."""
    return f"{HEAD}{_window(shown)}"


def all_windows(*shown: Shown) -> str:
    """Give all windows as UIAutomator writes them: the front one, which is the bar's, first."""
    rows = "".join(
        f'<window index="{row}" title="" bounds="[0,0][{WIDE},{HIGH}]" active="{row == 1}" '
        f'type="TYPE_APPLICATION">{_window(one)}</window>'
        for row, one in enumerate((BAR, *shown))
    )
    return f'{HEAD}<displays><display id="0">{rows}</display></displays>'


def _window(shown: Shown) -> str:
    nodes = [
        _node(words, "", shown.package, 200 + 100 * row) for row, words in enumerate(shown.texts)
    ]
    nodes += [_node(b.words, b.id, shown.package, b.top, clickable=True) for b in shown.buttons]
    return f'<hierarchy rotation="0">{"".join(nodes)}</hierarchy>'


def _node(words: str, name: str, package: str, top: int, *, clickable: bool = False) -> str:
    return (
        f'<node text="{words}" resource-id="{name}" package="{package}" content-desc="" '
        f'clickable="{str(clickable).lower()}" bounds="[100,{top}][980,{top + 100}]" />'
    )


PROPERTIES = {
    "ro.product.model": "Pixel 6",
    "ro.build.fingerprint": "google/oriole/oriole:14/UP1A/1:user/release-keys",
    "ro.build.version.sdk": "34",
    "ro.hardware": "oriole",
}
CONNECTIVITY = (
    "NetworkAgentInfo{network{100} Transports: WIFI Capabilities: INTERNET&NOT_VPN"
    " LinkProperties: {InterfaceName: wlan0 DnsAddresses: [ /192.168.1.1,/192.168.1.2 ]}}\n"
)
COLUMNS = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
DEVICES = (
    'add device 1: /dev/input/event0\n  name:     "gpio-keys"\n'
    "  events:\n    KEY (0001): KEY_VOLUMEUP KEY_POWER\n"
    'add device 2: /dev/input/event3\n  name:     "touchscreen"\n  events:\n'
    "    ABS (0003): ABS_MT_SLOT           : value 0, min 0, max 9, fuzz 0, flat 0, resolution 0\n"
    "                ABS_MT_POSITION_X     : value 0, min 0, max 2159, fuzz 0, flat 0\n"
    "                ABS_MT_POSITION_Y     : value 0, min 0, max 4799, fuzz 0, flat 0\n"
)
