"""Where a finding points: read from facts, whatever stands in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from scanner.report.spots import MOST, Spot, spots
from tests.report import example
from tests.report.spoken import first

REPORT = example.rich()


def at(**fact: object) -> tuple[Spot, ...]:
    _, finding = first(REPORT)
    return spots(replace(REPORT, facts={finding.facts[0]: fact}), finding)


def test_code_is_named_by_its_method() -> None:
    place = "classes.dex Lcn/example/Imei;->read()V +0x118c"
    (spot,) = at(caller="cn.example.Imei.read", source={"at": place, "evidence": "ab"})
    assert spot == Spot(
        f"cn.example.Imei.read · {place}", "ab", None, "cn.example.Imei.read", "function"
    )


def test_the_manifest_is_named_by_its_file() -> None:
    (spot,) = at(permission="P", source={"at": "manifest/uses-permission[6]@android:name"})
    assert spot.shown == "P · AndroidManifest.xml: manifest/uses-permission[6]@android:name"


def test_a_text_is_named_by_its_line() -> None:
    (spot,) = at(source={"at": "text 10-20, line 7"})
    assert spot.line == 7
    assert at(source={"at": "text 10-20, line 0"})[0].line is None


@given(st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.lists(st.text())))
def test_facts_of_any_form_are_borne(fact: dict[str, object]) -> None:
    for one in (*at(**{k: v for k, v in fact.items() if k.isidentifier()}), *at(source=fact)):
        assert one.shown.isprintable()


def test_there_are_at_most_ten() -> None:
    _, finding = first(REPORT)
    facts = {str(n): {"source": {"at": f"entry {n}"}} for n in range(30)}
    many = replace(finding, facts=tuple(facts))
    assert len(spots(replace(REPORT, facts=facts), many)) == MOST
    assert spots(replace(REPORT, facts={}), finding) == ()
