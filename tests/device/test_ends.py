from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest

from scanner.device.ends import compare_clocks, keep_states, look_clean, moment, tools
from scanner.device.folder import Folder
from scanner.device.talk import Talk
from scanner.device.wire import find_phone
from scanner.device_file import MARKS, STATES, Mark
from scanner.errors import NotAuditable
from tests.device.adb_server import serving
from tests.device.phones import PACKAGE, FakePhone

TALK = Talk(chinese=True, quiet=True)


def test_one_moment_is_written_down_by_both_clocks(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "run")
    with serving(P1=FakePhone(skew=500.0)) as server:
        shift = compare_clocks(find_phone(server.address), folder, TALK)
    mark = msgspec.json.decode((tmp_path / "run" / MARKS).read_bytes(), type=Mark)
    assert shift is not None and mark.sync is not None and mark.within_s is not None
    apart = float(mark.sync["device"]) - float(mark.sync["host"])
    assert abs(apart - 500.0) <= mark.within_s == shift.within_s


def test_a_phone_without_a_clock_leaves_no_moment(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = FakePhone()
    phone.taken["date"] = phone.taken["echo"] = lambda send: 1
    with serving(P1=phone) as server:
        assert compare_clocks(find_phone(server.address), Folder(tmp_path / "run"), TALK) is None
    assert not (tmp_path / "run" / MARKS).exists()
    assert "手机未给出时间" in capfd.readouterr().err


def test_a_stain_is_told_even_to_who_wants_quiet_and_stops_the_strict(
    capfd: pytest.CaptureFixture[str],
) -> None:
    phone = FakePhone()
    phone.settings["http_proxy"] = "10.0.0.9:1"
    with serving(P1=phone) as server:
        found = find_phone(server.address)
        assert look_clean(found, TALK, strict=False).proxy == "10.0.0.9:1"
        assert "不洁净：已设代理 10.0.0.9:1" in capfd.readouterr().err
        with pytest.raises(NotAuditable, match="not clean"):
            look_clean(found, TALK, strict=True)
    with serving(P1=FakePhone()) as server:
        look_clean(find_phone(server.address), TALK, strict=True)


def test_a_state_that_is_not_given_is_missing_and_said(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = FakePhone()
    phone.taken["dumpsys appops"] = lambda send: 20
    folder = Folder(tmp_path / "run")
    with serving(P1=phone) as server:
        keep_states(find_phone(server.address), PACKAGE, "before", folder, TALK)
    assert folder.count(STATES) == 1
    assert "dumpsys appops" in capfd.readouterr().err


def test_times_bear_their_offset() -> None:
    assert datetime.datetime.fromisoformat(moment(1.7e9)).timestamp() == 1.7e9
    assert moment(1.7e9).endswith("+00:00")


def test_only_programs_that_took_part_are_named() -> None:
    assert "mitmproxy" not in tools(captured=False, hooked=False)
    assert {"mingjian", "adbutils", "mitmproxy"} <= set(tools(captured=True, hooked=False))
