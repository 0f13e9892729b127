from __future__ import annotations

import io
import json

import pytest

from scanner.collect.device.importers import importer_of
from scanner.errors import NotAuditable
from tests.collect.device.importers.workbooks import APPSCAN, CAMILLE, xls, xlsx

CALL = json.dumps({"time": 1.7e9, "api": "a.B.c"}).encode()
HAR = json.dumps({"log": {"version": "1.2", "entries": []}}).encode()


@pytest.mark.parametrize(
    ("name", "data", "reads"),
    [
        ("demo01.xls", xls([CAMILLE]), "workbook"),
        ("demo01.xlsx", xls([CAMILLE]), "workbook"),
        ("关注列表.xlsx", xlsx([APPSCAN]), "workbook"),
        ("hooks.jsonl", b"[*] hooked\n" + CALL, None),
        ("hooks.jsonl", b"[*] hooked\n" + CALL + b"\n", "Frida"),
        ("hooks.log", CALL, "Frida"),
        ("traffic.har", HAR, None),
        ("traffic.json", HAR, None),
        ("hooks.png", CALL, None),
        ("empty.jsonl", b"", None),
        ("app.apk", b"PK\x03\x04".ljust(30) + b"AndroidManifest.xml", None),
    ],
)
def test_which_importer_fits(name: str, data: bytes, reads: str | None) -> None:
    importer = importer_of(name, data)
    assert (importer.name if importer else None) == reads


def test_lists_of_other_kinds_are_refused_when_opened() -> None:
    risks = xlsx([("序号", "检测项", "评估标准", "风险等级", "整改建议")], name="风险")
    importer = importer_of("风险列表.xlsx", risks)
    assert importer is not None
    with pytest.raises(NotAuditable):
        importer.read(io.BytesIO(risks))
