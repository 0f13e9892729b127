"""Values of the identity, and of anybody, leave what a case repeats; names of things stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.facts import PolicyDocument, RequestMade, ScreenShown, Source
from scanner.model import Evidence, Unseen, Words
from scanner.personal.veil import Veil, formed

VEIL = Veil({"phone": ("13812340001",), "carrier": ("中国移动",), "name": ("欧阳测试",)})


@pytest.mark.parametrize(
    "text",
    [
        "13987650002",
        "手机 139 8765 0002",
        "h1-13987650002.example",
        "X-11010519491231002X",
        "http://a.example/p?phone=13987650002&x=1",
        "li.si.private@qq.com",
        "http://a.example/li.si.private%40qq.com",
        "卡号6222021234567890128",
        "收货人：王小二",
        "欧阳测试",
    ],
)
def test_a_person_s_value_goes_wherever_it_stands(text: str) -> None:
    shown = VEIL.text(text)
    assert "*" in shown
    for secret in ("8765", "194912", "li.si", "2021234567", "小二", "欧阳"):
        assert secret not in shown


@pytest.mark.parametrize(
    "text",
    [
        "service@company.com.cn",
        "2026-11-23T10:00:00.123456+08:00",
        "20261123100000",
        "1790820038250",
        "Hm_lvt_" + "12345678901" * 2 + "ab",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "com.example.app/1.2.3",
        "203.0.113.7",
        "请求了 1.5 万次",
        "中国移动",
    ],
)
def test_names_of_things_stay(text: str) -> None:
    assert VEIL.text(text) == text


@given(st.text(alphabet="0123456789 -@.aX:电话=/姓名", max_size=60))
def test_what_is_masked_stays_as_it_is(text: str) -> None:
    once = formed(text)
    assert formed(once) == once


def test_facts_say_nothing_of_a_person_but_what_is_published() -> None:
    source = Source(evidence="a" * 64, at="x")
    shown = VEIL.fact(
        ScreenShown(
            source=source, channel="device", screen="s", text="电话 13987650002", controls=()
        )
    )
    assert shown.text == "电话 139****0002"
    asked = RequestMade(
        source=source, channel="traffic", host="h-13987650002.example", path="/", method="GET"
    )
    assert VEIL.fact(asked).host == "h-139****0002.example"
    page = PolicyDocument(
        source=source, channel="policy", origin="given", url="u", title="电话 13987650002 欧阳测试"
    )
    assert VEIL.fact(page).title == "电话 13987650002 *"


def test_what_was_not_seen_and_names_of_files_say_none() -> None:
    words = Words("主机 h-13987650002.example", "host h-13987650002.example")
    one = Unseen(
        kind="data.sent",
        scope={"host": ("h-13987650002.example", None)},
        collector="t",
        reason=words,
    )
    shown = VEIL.unseen(one)
    assert shown.scope == {"host": ("h-139****0002.example", None)}
    assert "8765" not in shown.reason.zh + shown.reason.en
    kept = Evidence(sha256="a" * 64, name="13812340001.har", media_type="x/y", size=1)
    (named,) = VEIL.named([kept])
    assert named.name == "*.har"
