from __future__ import annotations

import time

import pytest

from scanner.collect.policy.texts.scripts import Scripts
from tests.collect.policy.texts.test_text import reading

TEXT = "<p>" + "我们收集手机号用于登录。" * 40 + "</p>"
TONGJI = """<script>var _hmt = _hmt || []; (function() { var hm = document.createElement("script");
hm.src = "https://hm.baidu.com/hm.js?x"; var s = document.getElementsByTagName("script")[0];
s.parentNode.insertBefore(hm, s); })();</script>"""
HEAD = "<tr><th>名称<th>目的"


@pytest.mark.parametrize(
    "rest",
    [
        TONGJI,
        '<script async src="https://www.googletagmanager.com/gtag/js?id=G"></script>',
        '<script src="/jquery-3.6.0.min.js"></script><nav><ul id="menu"></ul></nav>'
        '<script>$(function(){$("#menu").append("<li>首页</li>");$(".b").click(toggle)})</script>',
        '<div id="menu-box"></div><div class="clearfix"></div><script src="/js/common.js"></script>'
        '<script>$("#menu-box").html("首页")</script>',
        '<div id="cookie-banner"></div><script>document.getElementById("cookie-banner").innerHTML='
        '"我们使用 Cookie";fetch("/consent")</script>',
        '<script>var d=document.createElement("div");document.body.appendChild(d)</script>',
        '<script type="application/ld+json">{"a": "fetch( innerHTML /sdk"}</script>'
        f"<table id=sdk>{HEAD}</table>",
        '<script src="/app.js"></script><div id="modal-root"></div>',
        '<span id="year"></span><script>document.getElementById("year").innerHTML=2024</script>',
        "<h2>一、收集</h2><h3>（一）账号</h3><p>甲</p><script src=/main.js></script>",
        "<h2>SDK目录</h2><table><tr><td>甲SDK<td>推送</td></tr><tr><td>乙SDK<td>地图</td></tr></table>"
        "<script src=/main.js></script>",
        f"{TONGJI}<h2>目录</h2><p>一、收集</p><p>二、第三方</p><p>三、联系</p>{TEXT}",
        f"<h2>SDK</h2><table id=sdk>{HEAD}</table>",
    ],
)
def test_ordinary_scripts_leave_a_page_whole(rest: str) -> None:
    assert reading(f"<!doctype html><h1>隐私政策</h1>{TEXT}{rest}").whole


@pytest.mark.parametrize(
    "rest",
    [
        f'<table id="sdk">{HEAD}</table><script>fetch("/s.json").then(fill)</script>',
        f"<table><thead>{HEAD}</thead><tbody></tbody></table><script src=/js/app.js></script>",
        f"<table>{HEAD}<tr><td colspan=2>加载中…</table><script src=/js/app.js></script>",
        '<div id="sdk"></div><script>setTimeout(()=>{document.getElementById("sdk").innerHTML='
        'document.getElementById("t").innerHTML},200)</script>',
        '<ul class="list"></ul><script>$.get("/s",function(d){$(".list").append(d)})</script>',
        '<div id="app"></div><script>new Vue({el:"#app"})</script>',
        '<div id="app"></div><script type="module" src="/assets/index.js"></script>',
        "<sdk-list></sdk-list><script src=/main.js></script>",
        '<script>fetch("/more/policy2.html").then(r=>r.text()).then(t=>{document.body.innerHTML+=t})'
        "</script>",
        f"<h2>第三方SDK目录</h2><h2>联系我们</h2>{TEXT}<script src=/main.js></script>",
        f"<p>一、收集</p>{TEXT}<p>二、SDK清单</p><p>三、联系我们</p>{TEXT}"
        "<script src=/main.js></script>",
        "<h2>附录</h2><script>axios(x).then(d=>{b.append(d)})</script>",
    ],
)
def test_scripts_that_may_bring_a_list_are_named(rest: str) -> None:
    document = reading(f"<!doctype html><h1>隐私政策</h1>{TEXT}{rest}")
    assert ["may bring" in words.en for words in document.unread] == [True]


def test_no_script_takes_long() -> None:
    begun = time.process_time()
    for words in ("fetch(" * 80_000, "fetch('" + "a" * 500_000, "innerHTML a0 " * 40_000):
        boxes = "".join(f"<div id=a{number}></div>" for number in range(3000))
        reading(f"<html>{TEXT}{boxes}<script>{words}</script>")
    assert time.process_time() - begun < 60


def test_files_that_count_visitors_bring_no_text() -> None:
    scripts = Scripts()
    scripts.add_empty("table", ())
    scripts.add_file("https://hm.baidu.com/hm.js?x")
    assert not scripts.may_bring(())
    scripts.add_file("/app.js")
    assert scripts.may_bring(())
