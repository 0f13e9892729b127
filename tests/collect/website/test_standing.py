from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.website.standing import barely, refresh_s, turned_away
from tests.collect.website.pages import view
from tests.collect.website.rig import HOME, needs_chromium, scan, site
from tests.collect.website.test_walk import HEAD, page


@pytest.mark.parametrize(
    ("text", "links", "stands"),
    [
        ("欢迎光临本店，我们出售各种商品，质量可靠，价格公道", 3, True),
        ("欢迎光临本店，我们出售各种商品，质量可靠，价格公道" * 20 + "加载更多", 3, True),
        ("欢迎", 3, False),
        ("欢迎光临本店，我们出售各种商品，质量可靠，价格公道", 0, False),
        ("正在加载系统资源，请稍候片刻，首次打开可能需要较长时间", 1, False),
    ],
)
def test_whether_a_first_page_stands(text: str, links: int, stands: bool) -> None:
    assert (barely(text, links) is None) == stands


@pytest.mark.parametrize(
    ("html", "seconds"),
    [
        ("<meta http-equiv=refresh content='4;url=/main'>", 4.0),
        ('<META content="0.5; URL=/x" HTTP-EQUIV="Refresh">', 0.5),
        ('<META HTTP-EQUIV="Refresh" content="0.5; URL=/x">', 0.5),
        ("<meta http-equiv=refresh content=300;url=/>", None),
        ("<meta http-equiv=refresh content=5>", None),
        ("<p>refresh", None),
    ],
)
def test_a_page_that_goes_on_by_itself(html: str, seconds: float | None) -> None:
    assert refresh_s(html) == seconds


@pytest.mark.parametrize(
    ("text", "html", "url", "status", "away"),
    [
        ("欢迎光临", "", HOME, 200, False),
        ("欢迎光临", "", HOME, None, False),
        ("欢迎光临", "", HOME, 403, True),
        ("404", "", "https://site.test/x", 404, True),
        ("请完成安全验证", "", HOME, 200, True),
        ("系统维护中，请稍后再来", "", HOME, 200, True),
        ("登录 请输入验证码", "", HOME, 200, False),
        ("拖动滑块完成验证", "<input type=password>", HOME, 200, False),
        ("系统维护中" + "欢迎光临本店" * 50, "", HOME, 200, False),
    ],
)
def test_what_is_not_the_page_that_was_asked_for(
    text: str, html: str, url: str, status: int | None, away: bool
) -> None:
    assert (turned_away(view(text, html=html, url=url), status) is not None) == away


@needs_chromium
def test_a_page_that_goes_on_is_read_where_it_leads_and_a_bare_one_is_unseen(
    tmp_path: Path,
) -> None:
    splash = HEAD + "<meta http-equiv=refresh content='2;url=/main'><p>正在为您跳转至首页"
    loads = HEAD + "<div>正在加载系统资源，请稍候片刻，首次打开可能需要较长时间</div>"
    with site({"/": splash, "/main": page("/a"), "/a": page(), "/spa": loads}) as served:
        seen = scan(served, tmp_path)
        bare = scan(served, tmp_path, HOME + "spa")
    assert set(seen.pages()) == {"/main", "/a"}
    assert seen.one("walk.completed").complete is True
    assert bare.one("walk.completed").complete is False
    assert {"page": (HOME + "spa",)} in [one.scope for one in bare.unseen("policy.link")]
