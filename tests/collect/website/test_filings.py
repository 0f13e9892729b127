from __future__ import annotations

import pytest

from scanner.collect.website.filings import filing_facts
from scanner.collect.website.links import Link
from tests.collect.website.pages import view

REGISTER = "https://beian.miit.gov.cn/#/Integrated/index"
FOOT = "Copyright © 2010-2026 某某科技（北京）有限公司 版权所有，侵权必究 "


def link(text: str, href: str, *, visible: bool = True) -> Link:
    return Link(href, text, "footer > a", visible, True, (0, 0, 9, 9), 0, False)


@pytest.mark.parametrize(
    ("words", "scheme", "number"),
    [
        ("京ICP备12345678号-1", "icp", "京ICP备12345678号-1"),
        ("京ICP备 12345678 号 - 1", "icp", "京ICP备12345678号-1"),
        ("京 ICP 备（12345678）号", "icp", "京ICP备12345678号"),
        ("备案号：粤icp备05000000号", "icp", "粤ICP备05000000号"),
        ("蜀ICP备12345678号-2", "icp", "蜀ICP备12345678号-2"),
        ("滇ICP备12345号", "icp", "滇ICP备12345号"),
        ("黔ICP备2021012345号", "icp", "黔ICP备2021012345号"),
        ("陇ICP备12345678号-12", "icp", "陇ICP备12345678号-12"),
        (FOOT + "京ICP备12345678号-1", "icp", "京ICP备12345678号-1"),
        ("京ICP证030173号", "licence", "京ICP证030173号"),
        ("增值电信业务经营许可证：B2-20150113", "licence", "B2-20150113"),
        ("合字B2-20150113", "licence", "合字B2-20150113"),
        ("粤B2-20090059", "licence", "粤B2-20090059"),
        ("京公网安备 11010802020088号", "police", "京公网安备11010802020088号"),
        ("京ICP备12345678号-3A", "app", "京ICP备12345678号-3A"),
        ("京ICP备12345678号-4X", "mini_program", "京ICP备12345678号-4X"),
    ],
)
def test_a_number_is_told_with_its_scheme(words: str, scheme: str, number: str) -> None:
    facts = list(filing_facts(view(words), []))
    assert [(fact.scheme, fact.number) for fact in facts] == [(scheme, number)]


@pytest.mark.parametrize(
    "words",
    [
        "川ICP备12345678号",
        "云ICP备12345678号",
        "贵ICP备12345678号",
        "甘ICP备12345678号",
        "京ICP备",
        "ICP备12345678号",
        "沪ICP备1234号",
        "型号 B2-20090059-7",
        "XB2-20090059",
        "公网安备11010802020088号",
        "记者查询发现，该网站的备案号为京ICP备12345678号，其主办单位早已注销。",
        "该公司持有京ICP证030173号，业务覆盖全国，现因故停业整顿",
    ],
)
def test_near_misses_are_none(words: str) -> None:
    assert not list(filing_facts(view(words), []))


def test_one_line_may_hold_several() -> None:
    words = (
        FOOT + "京ICP备12345678号-1 京公网安备11010802020088号 京B2-20150113 | 客服 400-800-1234"
    )
    schemes = [fact.scheme for fact in filing_facts(view(words), [])]
    assert sorted(schemes) == ["icp", "licence", "police"]


@pytest.mark.parametrize(
    ("links", "linked"),
    [
        ([link("京ICP备12345678号-1", REGISTER)], True),
        ([link("京ICP备 12345678号-1", "http://www.miitbeian.gov.cn/")], True),
        ([link("京ICP备12345678号-1", "https://www.site.test/")], False),
        ([link("京ICP备12345678号-1", "https://beian.miit.gov.cn.evil.test/")], False),
        ([link("京ICP备12345678号-1", "https://xbeian.miit.gov.cn/")], False),
        ([link("京ICP备12345678号-1", REGISTER, visible=False)], False),
        ([link("", REGISTER)], True),
        ([link("京ICP备87654321号", REGISTER)], False),
        ([], False),
        (None, None),
    ],
)
def test_whether_it_leads_to_the_register(links: list[Link] | None, linked: bool | None) -> None:
    facts = {fact.number: fact for fact in filing_facts(view("京ICP备12345678号-1"), links)}
    assert facts["京ICP备12345678号-1"].linked is linked


def test_a_linked_number_is_the_sites_own_even_inside_a_sentence() -> None:
    words = "本站由某某公司运营，地址在北京，电话请见联系页，京ICP备12345678号-1。"
    assert not list(filing_facts(view(words), []))
    assert list(filing_facts(view(words), [link("京ICP备12345678号-1", REGISTER)]))


def test_the_same_number_is_told_once() -> None:
    assert len(list(filing_facts(view("京ICP备12345678号-1\n京ICP备 12345678 号-1"), []))) == 1


@pytest.mark.parametrize(
    ("href", "linked"),
    [
        (REGISTER, True),
        ("", None),
        ("javascript:void(0)", None),
        ("https://www.site.test/go?url=https%3A%2F%2Fbeian.miit.gov.cn%2F", None),
        ("https://www.site.test/about", False),
    ],
)
def test_a_script_or_a_detour_may_lead_to_the_register(href: str, linked: bool | None) -> None:
    words = "京ICP备12345678号-1"
    (fact,) = filing_facts(view(words), [link(words, href)])
    assert fact.linked is linked
