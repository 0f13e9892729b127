from __future__ import annotations

import time

import pytest

from scanner.collect.policy.texts.layout import Line, Run
from scanner.collect.policy.texts.pictures import counted, picture_of
from tests.collect.policy.texts.test_text import reading

TEXT = "<p>" + "我们收集手机号用于登录。" * 300 + "</p>"
SHORT = "<p>" + "我们收集手机号用于登录。" * 20 + "</p>"


@pytest.mark.parametrize(
    "page",
    [
        f"<img src=/a.jpg width=1200 height=400><h1>隐私政策</h1>{TEXT}",
        f"<p><img src=/a.jpg></p><h1>隐私政策</h1>{TEXT}",
        f'{TEXT}<img src=x.png alt="公司LOGO" width=400 height=400>',
        f'{TEXT}<p><img src=x.png alt="微信公众号二维码"></p>',
        f"{TEXT}<p><img src=/img/banner.png></p>",
        f"{TEXT}<h2>SDK目录</h2><img src=i.png width=16 height=16><p>甲</p>",
        f'<div style="width:1200px;height:400px;background-image:url(h.jpg)"></div>{TEXT}',
        f'<div style="height:4000px;background:url(h.jpg)">{TEXT}</div>',
    ],
)
def test_what_only_adorns_a_long_policy_leaves_it_whole(page: str) -> None:
    assert reading(f"<!doctype html>{page}").whole


@pytest.mark.parametrize(
    "page",
    [
        f"{TEXT}<h2>SDK目录</h2><img src=logo.png width=800 height=200>{TEXT}",
        f"{TEXT}<h2>附：第三方清单</h2><p><img src=banner.png></p>",
        f'{TEXT}<p><b>权限列表</b></p><p><img src=x.png alt="logo"></p>',
        f"{TEXT}<h2>一、收集</h2><img src=1.png width=800 height=900>{TEXT}",
        f"<img src=/a.jpg width=800 height=4000>{TEXT}",
        f"{TEXT}<div style='height:3000px;background:#fff url(p.png)'></div>",
        f"<style>.p{{height:900px;background-image:url(p.png)}}</style>{TEXT}<div class=p></div>",
        f"{SHORT}<img src=/banner.jpg width=800 height=900>",
    ],
)
def test_what_may_hold_text_is_counted(page: str) -> None:
    assert reading(f"<!doctype html>{page}").pictures == 1


def test_sizes_and_symbols() -> None:
    assert picture_of({"src": "a.png", "width": "40"}, 0) is None
    assert picture_of({"src": "icon.png"}, 0) is None
    assert picture_of({}, 0, drawn=True) is None
    assert picture_of({"src": "data:image/png;base64,AA"}, 0) is None
    large = picture_of({"src": "a.png", "style": "width:700px;height:900px"}, 4)
    assert large is not None and large[:4] == (4, "a.png   ", 700, 900)


def test_many_pictures_after_a_long_line_take_no_long() -> None:
    line = Line(tuple(Run("甲") for _ in range(20_000)))
    picture = picture_of({"src": "a.png"}, 1)
    assert picture is not None
    begun = time.process_time()
    assert counted([picture] * 20_000, [line]) == (20_000, 0)
    assert time.process_time() - begun < 60
