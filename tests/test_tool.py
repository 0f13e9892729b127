"""What a report says of the scanner itself."""

from __future__ import annotations

import datetime
import importlib.metadata
import platform
from typing import Any

from scanner import __version__
from scanner.model import OWN_ESTIMATE, Clock
from scanner.tool import NOT_COMPARED, clock_said, this_tool, without_secrets


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
    assert NOT_COMPARED.zh in tool.clock and NOT_COMPARED.en in tool.clock


def test_no_passphrase_of_a_call_is_kept() -> None:
    """A case is sealed and handed on with its custody log."""
    given = ["seal", "--sign-with", "openssl cms -passin 'pass:PIN 1'", "--sign-with=a PIN"]
    assert without_secrets(given) == ("seal", "--sign-with", "openssl …", "--sign-with=a …")
    given = ["https://me:PIN@tsa.example/x@y", "--tsa=https://PIN@tsa.example", "a@b.example"]
    assert without_secrets(given) == (
        *("https://***@tsa.example/x@y", "--tsa=https://***@tsa.example", "a@b.example"),
    )
    assert without_secrets(["--sign-with", "card", "--sign-with", "'PIN", "--sign-with", ""]) == (
        *("--sign-with", "card", "--sign-with", "…", "--sign-with", ""),
    )


def said(**known: Any) -> str:
    words = clock_said(Clock(at="t", **known))
    return f"{words.zh} / {words.en}"


def test_what_is_known_of_a_clock_is_said_and_no_more() -> None:
    assert said() == f"{NOT_COMPARED.zh} / {NOT_COMPARED.en}"
    held = said(synchronised=True, within_s=0.2504, compared_with=OWN_ESTIMATE)
    assert "系统称已与时间服务器同步，误差不超过 0.250 秒" in held
    assert "holds it in step, to within 0.250 s" in held
    assert "误差" not in said(synchronised=True)
    assert "系统称未与时间服务器同步" in said(synchronised=False, compared_with=OWN_ESTIMATE)
    ahead = said(synchronised=False, offset_s=1.5, within_s=0.01, compared_with="NTP a")
    assert "与 NTP a 比对，快 1.500 秒，偏差的误差不超过 0.010 秒" in ahead
    assert "1.500 s ahead of NTP a" in ahead
    behind = said(offset_s=-1.5, within_s=0.01, compared_with="NTP a")
    assert "慢 1.500 秒" in behind and "1.500 s behind NTP a" in behind
    silent = said(synchronised=False, compared_with="NTP a: 没有应答 / no answer")
    assert "未能比对（NTP a: 没有应答" in silent and "系统称未" in silent
