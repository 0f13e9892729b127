"""Words quoted from evidence hold no personal value, as long as anybody could know it."""

from __future__ import annotations

from msgspec.structs import replace

from scanner.errors import EvidenceError
from scanner.model import Evidence
from scanner.report.hiding import hiding
from tests.report.example import clean

IDENTITY = Evidence(sha256="d" * 64, name="i.yaml", media_type="application/yaml", size=1)


def opened(digest: str) -> bytes:
    if digest == IDENTITY.sha256:
        return "name: 欧阳测试\nphone: ['13812340001']\nsalts: [abcdefgh]\n".encode()
    raise EvidenceError("gone", hint="")


def test_known_values_and_forms_go() -> None:
    hide = hiding(replace(clean(), evidence=(IDENTITY,)), opened)
    shown = hide("您好欧阳测试，手机 +86 138-1234-0001，联系人电话 13987650002 abcdefgh")
    assert "欧阳" not in shown and "1234" not in shown and "8765" not in shown
    assert "139****0002" in shown and "abcdefgh" in shown


def test_what_is_published_keeps_its_contact() -> None:
    hide = hiding(replace(clean(), evidence=(IDENTITY,)), opened, published=True)
    assert hide("投诉电话 13987650002 欧阳测试") == "投诉电话 13987650002 *"


def test_an_identity_that_is_gone_is_no_fault() -> None:
    gone = replace(IDENTITY, sha256="e" * 64)
    hide = hiding(replace(clean(), evidence=(gone,)), opened)
    assert hide("电话 13987650002") == "电话 139****0002"
