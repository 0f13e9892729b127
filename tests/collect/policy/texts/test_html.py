from __future__ import annotations

import pytest

from tests.collect.policy.texts.test_text import lines, reading, rows

LONG = "<p>" + "我们收集手机号用于登录。" * 80 + "</p>"


def test_only_what_is_shown_is_text() -> None:
    page = """<html><head><title>政策</title><style>p{}</style><script>var a="脚本"</script></head>
    <body><p>可见</p><noscript>无脚本</noscript><template><p>模板</p></template>
    <p hidden>藏一</p><p style="display: none">藏二</p><p style="visibility:hidden">藏三</p>
    <p style="font-size:0">藏四</p><p style="opacity: 0">藏五</p><!-- 注释 -->
    <script type="application/json">{"policy": "数据"}</script><select><option>选项</select>
    <div style="font-size:0px"><span style="font-size:14px">又可见</span></div>
    <p style="opacity:0.9">也可见</p></body></html>"""
    document = reading(page)
    assert lines(document) == ["可见", "又可见", "也可见"]
    assert document.title == "政策"


def test_much_that_opens_only_on_a_click_is_named() -> None:
    hidden = '<div style="display:none">' + "我们共享您的位置。" * 20 + "</div>"
    document = reading(f"<html>{LONG}{hidden}")
    assert "共享" not in document.text
    assert ["not shown" in words.en for words in document.unread] == [True]


def test_words_in_style_sheets_or_labels_only_are_named() -> None:
    styled = (
        '<style>p::after{content:"'
        + "我们收集您的通讯录与短信内容，并上传至服务器。"
        + '"}</style>'
    )
    labelled = '<div aria-label="' + "我们收集手机号。" * 100 + '"></div>'
    assert "style sheets" in reading(f"<html>{styled}{LONG}").unread[0].en
    assert "screen readers" in reading(f"<html>{labelled}<p>短</p>").unread[0].en
    assert reading(f'<html><style>a::before{{content:"\\e900"}}</style>{LONG}').whole


def test_invisible_characters_do_not_part_words() -> None:
    page = "<html><p>隐\u200b私\u2060政\u00ad策\ufeff与&#8203;S&shy;D\u200dK\U000e0041</p>"
    document = reading(page)
    assert document.text == "隐私政策与SDK"
    assert document.whole


@pytest.mark.parametrize(
    "words",
    [
        "<p>\u202e不收集\u202c手机号</p>",
        '<bdo dir="rtl">不收集</bdo>',
        '<p style="direction: rtl; unicode-bidi: bidi-override">集收不</p>',
    ],
)
def test_turned_writing_is_named(words: str) -> None:
    document = reading(f"<html>{words}")
    assert any("direction of writing" in each.en for each in document.unread)
    assert "\u202e" not in document.text


def test_letters_of_other_alphabets_within_a_word_are_named() -> None:
    assert "look alike" in reading("<html><p>Our рrivacy policy</p>").unread[0].en
    assert reading("<html><p>Используем API и Δt, μTorrent</p>").whole


def test_a_line_break_between_chinese_characters_is_no_space() -> None:
    document = reading("<html><p>我们\n   收集<b>手机号</b>\n<b>码</b>\nand\nmore")
    assert document.text == "我们收集手机号码 and more"


def test_lines_of_each_kind() -> None:
    page = "<html><h2>一、收集</h2><p>甲<br>乙</p><ul><li>丙<p>丁</p></ul><pre>戊\n己</pre>"
    document = reading(page)
    assert [(each.kind, each.level) for each in document.blocks] == [
        ("heading", 2),
        ("paragraph", 0),
        ("paragraph", 0),
        ("item", 0),
        ("item", 0),
        ("paragraph", 0),
        ("paragraph", 0),
    ]
    assert lines(document) == ["一、收集", "甲", "乙", "丙", "丁", "戊", "己"]


def test_emphasis_is_kept_with_its_place() -> None:
    page = (
        '<html><p>我们<strong>收集</strong><span style="font-weight:700">身份证</span>与<u>位置</u>'
        '<b><span style="font-weight: normal">不粗</span></b></p>'
    )
    document = reading(page)
    strong = [document.text[span.start : span.end] for span in document.strong]
    assert strong == ["收集身份证", "位置"]


def test_links_are_absolute_against_the_address_or_the_base() -> None:
    page = '<html><p>见<a href="/sdk.html"> 清单</a>与<a href="javascript:x()">此</a></p>'
    links = reading(page, address="https://a.example/policy/").links
    assert [(link.text, link.href) for link in links] == [
        ("清单", "https://a.example/sdk.html"),
        ("此", "javascript:x()"),
    ]
    assert reading(page).links[0].href == "/sdk.html"
    based = page.replace("<p>", '<base href="https://b.example/c/"><p>').replace("/sdk", "sdk")
    assert reading(based).links[0].href == "https://b.example/c/sdk.html"


def test_cells_that_span_are_repeated_in_each_place() -> None:
    page = """<html><h2>SDK目录</h2><table><thead><tr><th>名称<th>目的<th>信息</thead><tbody>
    <tr><td rowspan=2>甲SDK<td>推送<td>IMEI<br>MAC
    <tr><td colspan=2>统计
    <tr><td>乙SDK<td>地图<td>位置</tbody></table>"""
    document = reading(page)
    assert rows(document) == [
        ["名称", "目的", "信息"],
        ["甲SDK", "推送", "IMEI\nMAC"],
        ["甲SDK", "统计", "统计"],
        ["乙SDK", "地图", "位置"],
    ]
    assert (document.tables[0].head, document.tables[0].title) == (1, "SDK目录")
    assert set(lines(document, "cell")) >= {"IMEI", "MAC", "位置"}


def test_a_row_to_the_end_and_missing_cells_keep_the_columns() -> None:
    page = "<html><table><tr><td rowspan=0>甲<td>1<tr><td>2<tr><td></table>"
    assert rows(reading(page)) == [["甲", "1"], ["甲", "2"], ["甲", ""]]


def test_tables_within_tables_are_told_apart() -> None:
    page = """<html><table><caption>外表</caption><tr><td>a<td>b<tr><td>c<td>
    <table><tr><td>1<td>2<tr><td>3<td>4</table></table><p>后</p>"""
    document = reading(page)
    assert [table.title for table in document.tables] == ["外表", ""]
    assert rows(document, 1) == [["1", "2"], ["3", "4"]]
    assert rows(document, 0) == [["a", "b"], ["c", "1\n2\n3\n4"]]
    assert lines(document)[-1] == "后"


def test_a_table_that_only_frames_the_page_is_text() -> None:
    document = reading("<html><table><tr><td><h1>政策</h1><p>我们收集。</p></td></tr></table>")
    assert not document.tables
    assert [each.kind for each in document.blocks] == ["heading", "paragraph"]


def test_menus_and_feet_are_left_out_unless_they_are_the_text() -> None:
    page = f"<html><nav><p>菜单</p></nav>{LONG}<footer>备案号</footer>"
    assert lines(reading(page)) == ["我们收集手机号用于登录。" * 80]
    assert "我们收集" in reading(f"<html><header>{LONG}</header><p>短</p>").text
    inside = f"<html><article><header>更新日期</header>{LONG}<footer>联系我们</footer></article>"
    assert {"更新日期", "联系我们"} <= set(lines(reading(inside)))


@pytest.mark.parametrize(
    ("picture", "counted"),
    [
        ('<img src="a.png" width="700" height="900">', 1),
        ('<p><img src="a.png" style="width: 700px; height:400px"></p>', 1),
        ('<img src="a.png" width="700" height="40">', 0),
        ('<img src="a.png" width="20">', 0),
        ('<p><img src="list.png"></p>', 1),
        ('<p>见<img src="list.png">图</p>', 0),
        ('<img src="/static/logo.png">', 0),
        ('<img src="data:image/gif;base64,R0lGOD">', 0),
        ("<nav><img src=list.png></nav>", 0),
        ('<canvas width="800" height="600"></canvas>', 1),
    ],
)
def test_pictures_that_may_hold_text_are_counted(picture: str, counted: int) -> None:
    assert reading(f"<html>{LONG}{picture}").pictures == counted


def test_a_page_of_pictures_is_not_whole() -> None:
    assert reading("<html><h1>政策</h1>见<img src=1.png><img src=2.png>").pictures == 2


def test_frames_and_pages_drawn_by_scripts_are_named() -> None:
    assert "frames" in reading(f'<html>{LONG}<iframe src="/policy.html"></iframe>').unread[0].en
    assert reading(f'<html>{LONG}<iframe src="/t" width=0 height=0></iframe>').whole
    shell = '<html><div id="app"></div><script src="app.js"></script>'
    assert [words.en for words in reading(shell).unread] == ["the page is drawn by scripts"]


def test_a_colossal_span_is_bounded() -> None:
    page = "<html><table>" + "<tr><td colspan=1000 rowspan=1000>a<td>b" * 3000 + "</table>"
    document = reading(page)
    assert sum(len(row) for table in document.tables for row in table.rows) <= 110_000
    assert any("table is too large" in words.en for words in document.unread)


@pytest.mark.parametrize(
    ("level", "read"), [("3", 3), ("12", 6), ("3456", 2), ("0", 2), ("x", 2), (" 1 ", 1)]
)
def test_the_level_of_a_heading_by_its_role_is_bounded(level: str, read: int) -> None:
    page = f'<html><div role="heading" aria-level="{level}">收集</div><p>甲</p>'
    assert reading(page).blocks[0].level == read
