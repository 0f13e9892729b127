"""The scanner itself, as far as it bears on a result: version, libraries, machine, flags, clock."""

from __future__ import annotations

import datetime
import importlib.metadata
import platform
import re
import shlex
from collections.abc import Sequence

from scanner import __version__
from scanner.model import OWN_ESTIMATE, Clock, Tool, Words

LIBRARIES = (
    *("androguard", "beautifulsoup4", "google-re2", "lxml", "msgspec", "pyyaml"),
    *("httpx", "playwright", "protego", "publicsuffixlist", "zxing-cpp"),
)
"""Libraries whose version can change what is read or judged."""
SIGNS_BY = "--sign-with"
"""The option whose value is a command, in which a PIN or a passphrase may stand."""
_USER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s]*@")
NOT_COMPARED = Words(
    "本机时钟，未与时间服务器核对", "this machine's clock, not compared with a time server"
)


def this_tool(
    flags: Sequence[str], started_at: datetime.datetime, clock: Clock | None = None
) -> Tool:
    """Describe this scanner, called with these words at this moment (with its offset).

    `clock` is what is known of the clock that gave the moment.
    """
    said = clock_said(clock)
    return Tool(
        name="mingjian",
        version=__version__,
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        libraries={name: _version(name) for name in LIBRARIES},
        flags=without_secrets([plain(flag) for flag in flags]),
        started_at=started_at.isoformat(timespec="seconds"),
        clock=f"{said.zh} / {said.en}",
    )


def without_secrets(flags: Sequence[str]) -> tuple[str, ...]:
    """Give words of a call without what may be a password: it would stand in a case for ever.

    Of a command that signs its name is left, of an address what stands behind its user.
    """
    told, before = [], ""
    for flag in flags:
        option, equals, value = flag.partition("=")
        if before == SIGNS_BY:
            shown = _named(flag)
        elif option == SIGNS_BY and equals:
            shown = f"{option}={_named(value)}"
        else:
            shown = _USER.sub(r"\1***@", flag)
        told.append(shown)
        before = flag
    return tuple(told)


def _named(command: str) -> str:
    """Give the first word of a command, and that there are more."""
    try:
        words = shlex.split(command)
    except ValueError:
        return "…"
    return " ".join([*words[:1], *(["…"] if len(words) > 1 else [])])


def clock_said(clock: Clock | None) -> Words:
    """Say in words what is known of a machine's clock."""
    if clock is None:
        return NOT_COMPARED
    if clock.offset_s is not None:
        off, within = abs(clock.offset_s), clock.within_s or 0.0
        zh = "快" if clock.offset_s >= 0 else "慢"
        en = "ahead of" if clock.offset_s >= 0 else "behind"
        return Words(
            f"本机时钟；与 {clock.compared_with} 比对，{zh} {off:.3f} 秒，偏差的误差不超过 "
            f"{within:.3f} 秒",
            f"this machine's clock; {off:.3f} s {en} {clock.compared_with}, give or take "
            f"{within:.3f} s",
        )
    tried = clock.compared_with if clock.compared_with not in ("", OWN_ESTIMATE) else ""
    zh, en = NOT_COMPARED.zh, NOT_COMPARED.en
    if clock.synchronised:
        most = "" if clock.within_s is None else f"，误差不超过 {clock.within_s:.3f} 秒"
        more = "" if clock.within_s is None else f", to within {clock.within_s:.3f} s"
        zh = f"本机时钟；系统称已与时间服务器同步{most}"
        en = f"this machine's clock; its system says that a time server holds it in step{more}"
    elif clock.synchronised is False:
        zh = "本机时钟；系统称未与时间服务器同步"
        en = "this machine's clock; its system says that no time server holds it in step"
    if tried:
        zh, en = f"{zh}；未能比对（{tried}）", f"{en}; it could not be compared ({tried})"
    return Words(zh, en)


def plain(text: str) -> str:
    """Give words of a call as text: bytes that are no UTF-8 become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "?"
