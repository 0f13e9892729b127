"""What a piece of evidence is: told by signs, and taken for personal where none tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.case import read_facts
from scanner.leaving.holdings import HARMLESS, KINDS, holdings
from scanner.model import CaseSource, Evidence
from tests.leaving.holding import full_case

WANTED = {
    "violating.apk": "package",
    "AndroidManifest.xml": "package",
    "AndroidManifest.xml.txt": "package",
    "signer.der": "package",
    "torch.zip": "device",
    "violating.har": "traffic",
    "connections.csv": "traffic",
    "identity.yaml": "identity",
    "torch.html": "policy",
    "text of torch.html": "policy",
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return full_case(tmp_path_factory.mktemp("held"))


def test_each_kind_is_told(case: Path) -> None:
    stored = read_facts(case)
    found = [(one.entry.name, one.kind) for one in holdings(stored.header, stored.facts)]
    for name, kind in WANTED.items():
        assert (name, kind) in found


@pytest.mark.parametrize(
    ("type_", "name", "kind"),
    [
        ("image/jpeg", "screenshot first_load home", "picture"),
        ("video/webm", "x", "picture"),
        ("application/zip", "agreed screen.zip", "picture"),
        ("application/zip", "anything.zip", "other"),
        ("application/json", "agreed session.json", "session"),
        ("application/json", "agreed.har", "traffic"),
        ("text/html", "agreed https://x.example/", "page"),
        ("text/html; charset=utf-8", "page", "page"),
        ("text/plain", "policy of somebody.html", "other"),
    ],
)
def test_signs_of_a_site_s_material(case: Path, type_: str, name: str, kind: str) -> None:
    header = read_facts(case).header
    one = Evidence(sha256="0" * 64, name=name, media_type=type_, size=1)
    (found,) = holdings(replace(header, evidence=(one,), sources=()), ())
    assert found.kind == kind


@given(name=st.text(max_size=40))
def test_no_name_makes_anything_harmless(case: Path, name: str) -> None:
    one = Evidence(sha256="0" * 64, name=name, media_type="application/zip", size=1)
    header = read_facts(case).header
    (found,) = holdings(replace(header, evidence=(one,), sources=()), ())
    assert found.kind not in HARMLESS


def test_a_session_s_recording_is_traffic_whatever_it_is_called(case: Path) -> None:
    header = read_facts(case).header
    one = Evidence(sha256="0" * 64, name="x", media_type="application/json", size=1)
    source = CaseSource(
        channel="website", collector="traffic", sha256=one.sha256, name="x", readable=True
    )
    (found,) = holdings(replace(header, evidence=(one,), sources=(source,)), ())
    assert found.kind == "traffic"
    assert set(KINDS) >= HARMLESS
