"""Sites that hold out, demand and hand over too much, and stores that tell too little, through the
command: each with its twin."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cases.test_sites import needs_chromium

SITES = Path(__file__).parent.parent.parent / "fixtures" / "sites"
sys.path.insert(0, str(SITES))
import measure  # noqa: E402
from serve import serving  # noqa: E402

TWINS = ("demands", "demands-near", "store", "store-near")
Audits = dict[str, tuple[measure.Expected, measure.Audited]]


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Audits:
    folder = tmp_path_factory.mktemp("demands")
    chosen = [one for one in measure.expectations(mapped=True) if one.name in TWINS]
    with serving() as server, ThreadPoolExecutor(2) as pool:
        audited = pool.map(
            lambda one: measure.audit(one, server, folder / one.name, mapped=True), chosen
        )
        found = {one.name: (one, got) for one, got in zip(chosen, audited, strict=True)}
        assert measure.submitted(server.arrived) == []
    return found


@needs_chromium
@pytest.mark.parametrize("name", TWINS)
def test_a_site_shows_what_is_wrong_with_it_and_nothing_else(audits: Audits, name: str) -> None:
    expected, audited = audits[name]
    assert audited.code == 0, audited.said
    assert measure.wrong(expected, audited) == []


@needs_chromium
@pytest.mark.parametrize(("worse", "better"), [TWINS[:2], TWINS[2:]])
def test_what_one_violates_its_twin_comes_near_to(audits: Audits, worse: str, better: str) -> None:
    assert set(audits[worse][0].violated) & set(audits[better][0].near)
    sure = {row[0] for row in audits[worse][1].rows if row[1] == "violated"}
    twin = {row[0] for row in audits[better][1].rows if row[1] == "violated"}
    assert not twin & audits[better][0].near
    assert sure & audits[better][0].near


@needs_chromium
def test_no_value_in_an_address_stands_in_the_facts(audits: Audits) -> None:
    _, audited = audits["demands"]
    (fact,) = [row for row in audited.facts if row.get("kind") == "handover.offered"]
    assert fact["data_types"] == ["id_card"]
    assert "11010519491231002X" not in str(audited.facts)
