from __future__ import annotations

import datetime
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.device.importers import camille, read_sheet
from scanner.collect.device.importers.imported import Losses
from scanner.collect.device.importers.sheets import Row
from tests.collect.device.importers.workbooks import CAMILLE, stack, xls, xlsx

IMEI = "android.telephony.TelephonyManager.getDeviceId"
ID = "android.provider.Settings$Secure.getString"
START = datetime.datetime(2023, 6, 5, 8, 3, 1)


def written(time: datetime.datetime) -> str:
    """Write a time as camille's script does: months from 0, no noughts."""
    figures = f"{time.hour}:{time.minute}:{time.second}"
    return f"{time.year}-{time.month - 1}-{time.day} {figures}"


def row(state: str, second: float, api: str = IMEI, arg: str = "无参数") -> tuple[str, ...]:
    frames = stack(
        f"{api}(Native Method)", "com.example.sdk.Core.init(Core.java:7)", "cn.app.A.b(:1)"
    )
    time = written(START + datetime.timedelta(seconds=second))
    return (state, time, "APP本身", "获取电话相关信息", "获取IMEI", arg, frames)


EXPORT = (
    CAMILLE,
    row("同意隐私政策前", 0),
    row(
        "同意隐私政策前",
        4,
        ID,
        '参数0："<instance: android.content.ContentResolver>"\r\n参数1："android_id"\r',
    ),
    row("同意隐私政策后", 20, ID, '参数0：{"$handle":"0x1"}\r\n参数1：7\r\n参数2：null'),
)


@pytest.mark.parametrize("data", [xls(EXPORT), xlsx(EXPORT)], ids=["xls", "xlsx"])
def test_an_export_gives_its_calls(data: bytes) -> None:
    imported = read_sheet(io.BytesIO(data))
    placed = list(imported.placed)
    assert [at for at, _ in placed] == ["row 2", "row 3", "row 4"]
    first, second, third = (event for _, event in placed)
    assert [event.time for event in (first, second, third)] == [
        "2023-06-05T08:03:01",
        "2023-06-05T08:03:05",
        "2023-06-05T08:03:21",
    ]
    assert (first.api, first.args) == (IMEI, ())
    assert first.stack == ("com.example.sdk.Core.init", "cn.app.A.b")
    assert (second.api, second.args) == (
        ID,
        ("<instance: android.content.ContentResolver>", "android_id"),
    )
    assert third.args == ('{"$handle":"0x1"}', "7", "null")
    assert first.package is None
    assert imported.tool == "camille"
    assert imported.whole
    assert imported.notes == ()


def test_consent_lies_between_the_last_call_before_and_the_first_after() -> None:
    before, agreed = read_sheet(io.BytesIO(xls(EXPORT))).consent
    assert (before.phase, agreed.phase) == ("first_launch", "agreed")
    assert isinstance(before.time, str)
    assert datetime.datetime.fromisoformat(before.time) < START
    assert isinstance(agreed.time, str)
    assert agreed.within_s is not None
    middle = (datetime.datetime.fromisoformat(agreed.time) - START).total_seconds()
    assert middle - agreed.within_s == 4 - camille.LAG_S
    assert middle + agreed.within_s == 21


@pytest.mark.parametrize("state", ["同意隐私政策前", "同意隐私政策后"])
def test_a_state_that_never_changes_says_nothing(state: str) -> None:
    imported = read_sheet(io.BytesIO(xls([CAMILLE, row(state, 0), row(state, 9)])))
    assert imported.consent == ()
    assert imported.notes == (camille.ONE_SIDED,)
    assert len(list(imported.events)) == 2
    assert imported.whole


def test_states_in_disorder_say_nothing() -> None:
    rows = [CAMILLE, row("同意隐私政策后", 0), row("同意隐私政策前", 9)]
    imported = read_sheet(io.BytesIO(xls(rows)))
    assert (imported.consent, imported.notes) == ((), (camille.DISORDER,))


def test_rows_that_cannot_be_read_are_counted_and_named() -> None:
    rows = [
        EXPORT[0],
        ("同意隐私政策前", "soon", "", "", "", "", stack(f"{IMEI}(Native Method)")),
        ("同意隐私政策前", written(START), "", "", "", "无参数", "undefined"),
        ("", written(START), "", "", "", "", ""),
        EXPORT[1],
    ]
    imported = read_sheet(io.BytesIO(xls(rows)))
    events = list(imported.events)
    assert [event.time for event in events] == ["", "2023-06-05T08:03:01"]
    assert events[0].args is None
    told = {broken.at: broken.reason.en for broken in imported.reads}
    assert told["row 2"] == camille.NO_TIME.en
    assert told["row 3"] == f"{camille.NO_METHOD.en} (2 times in all)"
    assert not imported.whole


@given(
    st.lists(st.datetimes(datetime.datetime(2020, 1, 1), datetime.datetime(2030, 1, 1)), min_size=1)
)
def test_months_counted_from_0_are_mended(times: list[datetime.datetime]) -> None:
    """Whatever an unmended script wrote is read right, but where no figure tells it apart."""
    whole = [time.replace(microsecond=0) for time in times]
    rows = [
        Row(n, {camille.TIME: written(time), camille.STACK: "a.b.c()"})
        for n, time in enumerate(whole)
    ]
    later = camille.Survey(rows).later
    found = [event.time for _, event in camille.calls(rows, Losses(), later)]
    assert found == [time.isoformat() for time in whole]


@pytest.mark.parametrize(
    ("times", "later"),
    [
        (("2023-06-05 08:03:01",), 0),
        (("2023-6-5 8:3:1", "2023-12-5 8:3:1"), 0),
        (("2023-6-5 8:3:1",), 1),
        (("2023-0-5 8:3:1", "2023-12-5 8:3:1"), 1),
        (("2023-11-11 11:11:11",), 1),
        ((), 1),
    ],
)
def test_scripts_that_somebody_mended(times: tuple[str, ...], later: int) -> None:
    rows = [Row(1, {camille.TIME: time}) for time in times]
    assert camille.Survey(rows).later == later


def test_a_line_by_itself() -> None:
    assert camille.time_of_line("2023-0-5 8:3:1") == "2023-01-05T08:03:01"
    assert camille.time_of_line("2023-12-5 8:3:1") == "2023-12-05T08:03:01"
    assert camille.time_of_line("2023-06-05 08:03:01") == "2023-06-05T08:03:01"
    assert camille.time_of_line("soon") is None


def test_arguments() -> None:
    assert camille.arguments_of("") is None
    assert camille.arguments_of('参数0：undefined\r\n参数1："a\\n参数2：b"') == (
        "undefined",
        "a\n参数2：b",
    )
