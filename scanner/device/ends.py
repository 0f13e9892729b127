"""What is written down at both ends of a run: clocks, cleanliness, permission states, tools."""

from __future__ import annotations

import contextlib
import datetime
import importlib.metadata
import platform
import shlex
import time
from typing import Literal

from scanner import __version__
from scanner.device import cleanliness, clock
from scanner.device.folder import Folder
from scanner.device.talk import Talk
from scanner.device.wire import Phone
from scanner.device_file import MARKS, STATES, Cleanliness, Mark, Shift, State
from scanner.errors import NotAuditable

LARGEST_STATE = 16 << 20
"""Bytes of one state; an app with hundreds of components gives some 200 KB."""

Command = Literal["dumpsys package", "dumpsys appops"]
_STATES: tuple[tuple[Command, str, str], ...] = (
    ("dumpsys package", "dumpsys package {package}", "package"),
    ("dumpsys appops", "dumpsys appops --package {package}", "appops"),
)


def compare_clocks(phone: Phone, folder: Folder, talk: Talk) -> Shift | None:
    """Compare the phone's clock with the host's, and write down one moment by both."""
    answers = clock.ask(phone)
    shift = clock.shift(answers)
    if shift is None:
        talk.warn("手机未给出时间", "the phone does not tell its time")
        return None
    best = min(answers, key=lambda one: one.came - one.sent)
    host = (best.sent + best.came) / 2
    both = round(host + shift.offset_s, 6)
    folder.add(MARKS, Mark(sync={"host": host, "device": both}, within_s=shift.within_s))
    talk.say(
        f"手机时钟偏差 {shift.offset_s:+.3f} 秒（±{shift.within_s:.3f}）",
        f"the phone's clock is off by {shift.offset_s:+.3f} s (within {shift.within_s:.3f})",
    )
    return shift


def look_clean(phone: Phone, talk: Talk, *, strict: bool) -> Cleanliness:
    """Say what is not clean and what was not seen; raises NotAuditable if strict."""
    checked = cleanliness.check(phone)
    stains = list(cleanliness.stains(checked.state))
    unlooked = list(cleanliness.unlooked(checked.state))
    if checked.system_certificates is not None:
        count = checked.system_certificates
        talk.say(f"系统根证书 {count} 个", f"{count} certificate authorities of Android")
    for words in stains:
        talk.warn(f"不洁净：{words.zh}", f"not clean: {words.en}")
    left = cleanliness.left_over(checked.state)
    if left is not None:
        talk.warn(left.zh, left.en)
    if unlooked:
        zh, en = "、".join(one.zh for one in unlooked), ", ".join(one.en for one in unlooked)
        talk.warn(f"未能查看：{zh}", f"could not be looked at: {en}")
    if strict and stains:
        hint = "clean the phone, or run without --strict: the recording tells what was not"
        raise NotAuditable(f"the phone is not clean: {stains[0].en}", hint=hint)
    return checked.state


def keep_states(
    phone: Phone, package: str, when: Literal["before", "after"], folder: Folder, talk: Talk
) -> None:
    """Keep what Android says of the app's permissions, as it is."""
    for command, asked, name in _STATES:
        said = phone.run(asked.format(package=shlex.quote(package)), most=LARGEST_STATE)
        file = None
        if said.good and said.data.strip():
            file = folder.keep("states", f"-{when}-{name}.txt", said.data)
        if file is None:
            talk.warn(f"{command} 无输出", f"{command} gave nothing")
            continue
        folder.add(STATES, State(time=time.time(), moment=when, command=command, file=file))


def moment(seconds: float) -> str:
    """Give a moment of the host's clock as ISO 8601."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()


def tools(*, captured: bool, hooked: bool) -> dict[str, str]:
    """Name the programs that take part, with their versions."""
    names = ("adbutils", *(("mitmproxy",) if captured else ()), *(("frida",) if hooked else ()))
    found = {"mingjian": __version__, "python": platform.python_version()}
    for name in names:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found
