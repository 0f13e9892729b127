from __future__ import annotations

import io

from scanner.collect.device.importers import appscan, read_sheet
from tests.collect.device.importers.workbooks import APPSCAN, stack, xlsx

IMEI = "android.telephony.TelephonyManager.getDeviceId"


def test_an_export_gives_its_calls_without_times() -> None:
    rows = [
        APPSCAN,
        (
            1,
            "com.umeng",
            "获取IMEI",
            stack(f"{IMEI}(Native Method)", "com.umeng.a.b(SourceFile:1)"),
        ),
        (2, "main", "申请权限", "undefined"),
        (3, "main", "获取IMEI", stack(f"{IMEI}(Native Method)", "cn.app.A.b(A.java:1)")),
    ]
    imported = read_sheet(io.BytesIO(xlsx(rows)))
    placed = list(imported.placed)
    assert [at for at, _ in placed] == ["row 2", "row 4"]
    assert {event.time for _, event in placed} == {""}
    assert [event.stack for _, event in placed] == [("com.umeng.a.b",), ("cn.app.A.b",)]
    assert {event.api for _, event in placed} == {IMEI}
    assert [(broken.at, broken.reason) for broken in imported.reads] == [
        ("row 3", appscan.NO_METHOD)
    ]
    assert imported.tool == "AppScan"
    assert imported.notes == (appscan.NO_TIMES,)
    assert imported.consent == ()
