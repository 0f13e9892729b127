"""Workbooks as the programs write them: camille with xlwt, AppScan with every text in its cell."""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

CAMILLE = (
    "隐私政策状态",
    "时间点",
    "行为主体",
    "操作行为",
    "行为描述",
    "传入参数",
    "调用堆栈",
)
APPSCAN = ("序号", "主体", "操作行为", "堆栈")
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xls(rows: Sequence[Sequence[object]], name: str = "App_privacy_compliance_testing") -> bytes:
    book = importlib.import_module("xlwt").Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(place, column, cell)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def xlsx(rows: Sequence[Sequence[object]], name: str = "关注列表", top: int = 1) -> bytes:
    """Write a workbook whose first row stands in row `top`."""
    lines = []
    for number, row in enumerate(rows, start=top):
        cells = []
        for column, cell in enumerate(row):
            place = f"{chr(ord('A') + column)}{number}"
            if isinstance(cell, int):
                cells.append(f'<c r="{place}"><v>{cell}</v></c>')
            else:
                cells.append(f'<c r="{place}" t="str"><v>{escape(str(cell))}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    sheet = f'<worksheet xmlns="{_SPREADSHEET}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    book = (
        f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/>'
        "</Types>"
    )
    parts = {
        "_rels/.rels": _relation(f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _relation(f"{_OFFICE}/worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": book,
        "xl/worksheets/sheet1.xml": sheet,
        "[Content_Types].xml": types,
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return written.getvalue()


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'
    )


def stack(*frames: str) -> str:
    """Write a stack as camille's script does."""
    return "".join(f"   {frame}\r\n" for frame in frames)
