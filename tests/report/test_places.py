from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from scanner.report.places import MOST, DeveloperPlace, places
from tests.report.example import rich
from tests.report.viewer.kept_bytes import Made, torch

REPORT = rich()
FINDING = REPORT.rulings[0].findings[0]


def of(fact: dict[str, object], made: Made | None = None) -> tuple[DeveloperPlace, ...]:
    report = (made or Made()).report()
    return places(replace(report, facts={"x": fact}), replace(FINDING, facts=("x",)))


def test_places_of_a_whole_case_lead_into_its_manifest_and_code() -> None:
    report, opened, _ = torch()
    entry = next(e for e in report.evidence if e.name == "AndroidManifest.xml")
    text = opened(entry.readable or "").decode().replace("android:0", "android_0")
    root = etree.fromstring(text.replace("android:", "").encode())
    seen = set()
    for ruling in report.rulings:
        for finding in ruling.findings:
            found = places(report, finding)
            seen |= {one.kind for one in found}
            assert len(found) <= MOST
            for one in found:
                if one.kind == "manifest":
                    (element,) = root.xpath("/" + one.symbol)
                    if one.name and one.attribute == "android:name":
                        assert element.get("name") == one.name
                if one.kind == "code" and one.file:
                    assert one.symbol.startswith("cn.example.torch.")
    assert seen >= {"manifest", "code", "policy", "request", "screen"}


@pytest.mark.parametrize(
    ("fact", "kind", "symbol", "name"),
    [
        (
            {"kind": "data.accessed", "channel": "apk", "api": "a.b", "source": {
                "at": "classes2.dex Lcn/a/B$C;->d(I)V +0x10"}},
            "code", "cn.a.B$C.d", "a.b",
        ),
        (
            {"kind": "sdk.present", "sdk": "jpush", "name": "极光", "source": {}},
            "component", "jpush", "极光",
        ),
        (
            {"kind": "checkbox.found", "channel": "website", "page": "https://a.example/r",
             "label": "同意", "source": {"at": "html > body > input:nth-of-type(1)"}},
            "page", "html > body > input:nth-of-type(1)", "同意",
        ),
        (
            {"kind": "request.made", "channel": "traffic", "method": "GET", "host": "a.example",
             "path": "/x", "source": {"at": "entry 1, byte 9"}},
            "request", "GET a.example/x", "",
        ),
        (
            {"kind": "permission.declared", "permission": "p.Q", "channel": "apk",
             "source": {"at": "manifest/uses-permission[3]@android:name"}},
            "manifest", "manifest/uses-permission[3]", "p.Q",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_place(fact: dict[str, object], kind: str, symbol: str, name: str) -> None:
    (found,) = of(fact)
    assert (found.kind, found.symbol, found.name) == (kind, symbol, name)
    assert found.words.zh and found.words.en


def test_the_last_step_of_ones_own_code_is_named_beside_the_component() -> None:
    path = ["cn.example.shop.App.onCreate", "cn.example.shop.Init.run", "com.um.A.b"]
    fact: dict[str, object] = {
        "kind": "data.accessed",
        "channel": "apk",
        "path": path,
        "caller": path[-1],
        "source": {"at": "classes.dex Lcom/um/A;->b()V +0x4"},
    }
    assert [one.symbol for one in of(fact)] == ["com.um.A.b", "cn.example.shop.Init.run"]


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(["kind", "channel", "path", "caller", "source", "page"]), JSON),
    JSON,
)
def test_hostile_facts_lead_nowhere_in_peace(fact: dict[str, Any], at: Any) -> None:
    assert len(of(fact)) <= MOST
    assert len(of({**fact, "source": {"at": at}})) <= MOST


def test_facts_that_the_report_lacks_are_passed_over() -> None:
    assert places(REPORT, replace(FINDING, facts=("0" * 16,))) == ()
