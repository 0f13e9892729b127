"""A Word file read back: by python-docx, by its parts, and by LibreOffice."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

FIELD = re.compile(r"PAGE|NUMPAGES|SEQ (?:表|图|Table|Figure) \\\* ARABIC")
"""The only fields that a paper holds."""


def texts(data: bytes) -> str:
    """Give every text of the paper, a paragraph a line, in whatever table it stands."""
    body = docx.Document(io.BytesIO(data)).element.body
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(qn("w:t")))
        for paragraph in body.iter(qn("w:p"))
    )


def cells(data: bytes) -> Iterator[list[str]]:
    """Give the rows of every table."""
    for row in docx.Document(io.BytesIO(data)).element.body.iter(qn("w:tr")):
        yield [
            "\n".join(
                "".join(node.text or "" for node in line.iter(qn("w:t")))
                for line in cell.iter(qn("w:p"))
            )
            for cell in row.iter(qn("w:tc"))
        ]


def parts(data: bytes) -> dict[str, bytes]:
    """Give the parts of the file by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


def headings(data: bytes) -> list[str]:
    """Give the headings of the first level."""
    paper = docx.Document(io.BytesIO(data))
    return [one.text for one in paper.paragraphs if one.style and one.style.name == "Heading 1"]


def office(data: bytes, folder: Path, form: str) -> bytes:
    """Have LibreOffice convert the paper; skip where there is none."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not here: apt-get install libreoffice-writer-nogui")
    (folder / "paper.docx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    words = (program, profile, "--headless", "--convert-to", form, "--outdir", str(folder))
    done = subprocess.run(
        [*words, str(folder / "paper.docx")], capture_output=True, timeout=200, check=False
    )
    made = folder / f"paper.{form.partition(':')[0]}"
    assert made.is_file(), done.stderr
    return made.read_bytes()


def inert(data: bytes) -> None:
    """Check that nothing in the paper is active or leads outside."""
    held = parts(data)
    assert not [name for name in held if "vba" in name.lower() or "embed" in name.lower()]
    for name, part in held.items():
        if name.endswith(".rels"):
            assert b"External" not in part, name
    for name, part in held.items():
        if not name.endswith(".xml"):
            continue
        for node in etree.fromstring(part).iter():
            tag = etree.QName(node).localname if isinstance(node.tag, str) else ""
            assert tag not in {"hyperlink", "object", "instrText", "altChunk", "control", "pict"}
            if tag == "fldSimple":
                assert FIELD.fullmatch(node.get(qn("w:instr")))
