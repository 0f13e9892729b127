from __future__ import annotations

import pytest
from playwright.async_api import Page

from scanner.collect.website.proofs import (
    Control,
    Controls,
    asks_for_proof,
    read_controls,
    verification_facts,
)
from scanner.facts import VerificationOffered
from scanner.model import Words
from tests.collect.website.pages import HEAD, served, view
from tests.collect.website.rig import needs_chromium
from tests.collect.website.test_demands import field, form

GATE = "年卡入园\n请正对镜头，刷脸入园"


def offered(
    *controls: str, text: str = GATE, mute: int = 0, whole: bool = True, leads: bool = False
) -> VerificationOffered | None:
    told = Controls(tuple(Control(words, leads, "a") for words in controls), mute)
    found = list(verification_facts(view(text, title="入园"), told, [], whole=whole))
    return found[0] if found else None


def test_the_face_alone() -> None:
    fact = offered("刷脸入园", "返回首页")
    assert fact is not None
    assert (fact.ways, fact.needed_for, fact.understood) == (("face",), "entry", True)


def test_other_ways_beside_it() -> None:
    fact = offered("刷脸入园", "扫码入园", "人工窗口")
    assert fact is not None
    assert fact.ways == ("code", "face", "staff")


def test_what_leaves_open_whether_there_is_another_way() -> None:
    strange = offered("刷脸入园", "点这里")
    mute = offered("刷脸入园", mute=1)
    cut = offered("刷脸入园", whole=False)
    told = offered("刷脸入园", text=f"{GATE}\n如遇问题请联系工作人员")
    assert [one and one.understood for one in (strange, mute, cut, told)] == [
        False,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("face", "way"),
    [
        *(("人脸登录", way) for way in ("工号登录", "用户名登录", "CA证书登录")),
        ("刷脸支付", "余额支付"),
        ("刷脸入园", "无障碍通道"),
    ],
)
@pytest.mark.parametrize("leads", [False, True])
def test_the_innocent_other_ways(face: str, way: str, *, leads: bool) -> None:
    fact = offered(face, way, text=f"登录\n{face}", leads=leads)
    assert fact is not None
    assert len(fact.ways) == 2


@pytest.mark.parametrize("words", ["购买当日票", "会员入口", "特别支付", "登录"])
def test_a_link_that_may_lead_to_a_way_was_not_understood(words: str) -> None:
    fact = offered("刷脸入园", words, leads=True)
    assert fact is not None
    assert fact.understood is False


@pytest.mark.parametrize(
    "words",
    [
        "持票请走一号闸机",
        "行动不便者请走侧门",
        "依照国家教育考试规定，考生须刷脸入场",
        "请携带身份证原件",
    ],
)
def test_words_that_leave_it_open(words: str) -> None:
    fact = offered("刷脸入园", text=f"{GATE}\n{words}")
    assert fact is not None
    assert fact.understood is None


def test_links_that_lead_to_other_pages_need_not_be_understood() -> None:
    fact = offered("刷脸入园", "园区地图", leads=True)
    assert fact is not None
    assert fact.understood


def test_where_no_face_is_asked_for_nothing_is_told() -> None:
    assert offered("扫码入园") is None


def test_a_field_for_a_face_and_others_beside_it() -> None:
    asks = form(field("face", "人脸照片"), field("none", "短信验证码"))
    (fact,) = verification_facts(view(GATE, title="入园"), Controls((), 0), [asks], whole=True)
    assert fact.ways == ("code", "face")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        (GATE, True),
        ("刷脸取件", True),
        ("员工打卡\n刷脸打卡", True),
        ("入园须知\n请购票", False),
        ("人脸识别设备销售", False),
        ("人脸打卡机", False),
    ],
)
def test_which_pages_are_looked_at_more_closely(text: str, asks: bool) -> None:
    assert asks_for_proof(view(text)) is asks


@needs_chromium
def test_everything_that_can_be_pressed_is_read() -> None:
    html = f"""{HEAD}<a href=/map>地图</a><button>刷脸入园</button><div onclick=x()>其他方式</div>
    <span style=cursor:pointer>人工窗口</span><input type=submit value=提交>
    <button><svg width=20 height=20></svg></button><button hidden>密码登录</button><p>正文</p>"""
    unread: list[Words] = []

    async def look(page: Page) -> Controls:
        return await read_controls(page, unread=unread)

    with served() as site:
        got = site.see(html, look)
    assert {(one.text, one.leads) for one in got.told} == {
        ("地图", True),
        ("刷脸入园", False),
        ("其他方式", False),
        ("人工窗口", False),
        ("提交", False),
    }
    assert got.mute == 1
    assert unread == []
