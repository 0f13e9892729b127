"""The scanner itself, as far as it bears on a result: version, libraries, machine, flags, clock."""

from __future__ import annotations

import datetime
import importlib.metadata
import platform
from collections.abc import Sequence

from scanner import __version__
from scanner.model import Tool

LIBRARIES = (
    *("androguard", "beautifulsoup4", "google-re2", "lxml", "msgspec", "pyyaml"),
    *("httpx", "playwright", "protego", "publicsuffixlist", "zxing-cpp"),
)
"""Libraries whose version can change what is read or judged."""
CLOCK = "本机时钟，未与时间服务器核对 / this machine's clock, not compared with a time server"


def this_tool(flags: Sequence[str], started_at: datetime.datetime) -> Tool:
    """Describe this scanner, called with these words at this moment (with its offset)."""
    return Tool(
        name="mingjian",
        version=__version__,
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        libraries={name: _version(name) for name in LIBRARIES},
        flags=tuple(plain(flag) for flag in flags),
        started_at=started_at.isoformat(timespec="seconds"),
        clock=CLOCK,
    )


def plain(text: str) -> str:
    """Give words of a call as text: bytes that are no UTF-8 become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "?"
