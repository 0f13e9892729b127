"""What a report says of the scanner itself."""

from __future__ import annotations

import datetime
import importlib.metadata
import platform

from scanner import __version__
from scanner.tool import this_tool


def test_versions_flags_and_clock_are_stated() -> None:
    moment = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.UTC)
    tool = this_tool(["scan", "a.apk"], moment)
    assert (tool.name, tool.version) == ("mingjian", __version__)
    assert tool.version == importlib.metadata.version("mingjian")
    assert tool.python == platform.python_version()
    assert tool.flags == ("scan", "a.apk")
    assert tool.started_at == "2026-11-22T10:00:00+00:00"
    assert tool.libraries["androguard"] == importlib.metadata.version("androguard")
    assert tool.clock
