from __future__ import annotations

import codecs
import gzip
import time
from html import escape

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.child import Unreadable
from scanner.collect.policy.document import Document
from scanner.collect.policy.texts.text import read

PAGE = "<!doctype html><title>隐私政策</title><h1>隐私政策</h1><p>我们收集手机号。</p>"


def reading(data: bytes | str, name: str = "a", address: str | None = None) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    return read(raw, name=name, address=address, origin="given", part="policy", evidence="0" * 64)


def lines(document: Document, kind: str | None = None) -> list[str]:
    return [
        document.text[block.start : block.end]
        for block in document.blocks
        if kind in (None, block.kind)
    ]


def rows(document: Document, number: int = 0) -> list[list[str]]:
    return [
        [document.text[span.start : span.end] for span in row]
        for row in document.tables[number].rows
    ]


@pytest.mark.parametrize(
    "data",
    [
        PAGE.encode(),
        codecs.BOM_UTF8 + PAGE.encode(),
        PAGE.encode("gb18030"),
        codecs.BOM_UTF16_LE + PAGE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + PAGE.encode("utf-16-be"),
        PAGE.encode("utf-16-le"),
        PAGE.replace("<title>", "<meta charset=gb2312><title>").encode("gb18030"),
        PAGE.replace("<title>", "<meta charset=nonsense><title>").encode("gb18030"),
        PAGE.replace("<title>", "<meta charset=gbk><title>").encode(),
    ],
)
def test_a_page_reads_the_same_in_every_encoding(data: bytes) -> None:
    document = reading(data)
    assert document.title == "隐私政策"
    assert lines(document) == ["隐私政策", "我们收集手机号。"]
    assert document.whole


def test_big5_is_read_where_it_is_declared() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=big5"><p>隱私權政策說明</p>'
    assert reading(page.encode("big5")).text == "隱私權政策說明"


def test_mixed_encodings_lose_the_least_and_say_so() -> None:
    page = PAGE * 20
    document = reading(page.encode() + "<p>联系我们</p>".encode("gb18030"))
    assert document.text.count("我们收集手机号。") == 20
    assert [words.en for words in document.unread] == [
        f"{document.text.count(chr(0xFFFD))} characters could not be decoded"
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Word"),
        (b"{\\rtf1\\ansi hello}", "RTF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "picture"),
        (gzip.compress(PAGE.encode(), mtime=0), "packed"),
        (bytes(range(256)) * 40, "no text"),
        (b"\x7fELF" + b"\0" * 4000, "no text"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as refused:
        reading(data, "policy.html")
    assert refused.value.reason.zh


@pytest.mark.parametrize(
    ("text", "name", "table"),
    [
        ("# 政策\n\n|名称|目的|\n|-|-|\n|甲|推送|\n", "a.txt", True),
        ("政策\n\n名称\t目的\n甲\t推送\n", "a.md.txt", True),
        ("<div><p>政策</p><p>x</p><p>y</p></div>", "policy.txt", False),
        ("政策\n\n我们收集手机号。", "a.html", False),
    ],
)
def test_the_format_is_told_by_the_bytes(text: str, name: str, table: bool) -> None:
    document = reading(text, name)
    assert lines(document)[0] == "政策"
    assert bool(document.tables) is table
    assert "<" not in document.text and "#" not in document.text


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    if data[:4] in {b"PK\3\4", b"PK\5\6"} or b"%PDF-" in data:
        return
    try:
        document = reading(data)
    except Unreadable:
        return
    assert lines(document) == (document.text.split("\n") if document.text else [])


TAGS = """<p>|</p>|<b>|</b>|<table>|<tr>|<td>|</td>|<td colspan=3>|<th rowspan=2>|</table>|<ul>|<li>
|<h2>|</h2>|<br>|<div style='display:none'>|</div>|<a href='/x'>|</a>|<pre>|</pre>
|<textarea>|</textarea>|<caption>|<nav>|</nav>|&nbsp;|\u200b"""
SOUP = st.lists(
    st.one_of(
        st.sampled_from(TAGS.replace("\n", "").split("|")),
        st.text(alphabet="我们收集abc 、。\n", max_size=8).map(escape),
    ),
    max_size=60,
)


@settings(max_examples=150)
@given(SOUP)
def test_every_place_is_a_place_of_the_text(parts: list[str]) -> None:
    document = reading("<html><p>甲</p>" + "".join(parts))
    assert lines(document) == (document.text.split("\n") if document.text else [])
    assert all(line == line.strip() and line for line in lines(document))
    for table in document.tables:
        for row in table.rows:
            assert all(0 <= span.start <= span.end <= len(document.text) for span in row)
        assert 0 <= table.head < len(table.rows)
    for link in document.links:
        assert document.text[link.start :].startswith(link.text)
    assert all(document.text[span.start : span.end].strip() for span in document.strong)


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["p", "div", "li", "h3", "td", "span", "b", "section"]),
            st.text(alphabet="甲乙丙丁abcd", min_size=1, max_size=6),
        ),
        max_size=30,
    )
)
def test_a_sound_page_holds_the_words_that_another_reader_finds(
    parts: list[tuple[str, str]],
) -> None:
    page = "<html><body>甲 " + " ".join(f"<{tag}>{text}</{tag}>" for tag, text in parts)
    theirs = BeautifulSoup(page, "html.parser").get_text(" ").split()
    assert reading(page).text.split() == theirs


@pytest.mark.parametrize(
    "data",
    [
        b"<html>" + b"<div>" * 100_000 + "末尾".encode() + b"</div>" * 100_000,
        b"<html>" + b"<table><tr><td>" * 20_000 + "末尾".encode(),
        b"<html>" + b"<ul><li>" * 30_000 + "末尾".encode(),
        ("# t\n\n" + "> " * 5000 + "末尾").encode(),
        ("# t\n\n" + "- " * 5000 + "末尾").encode(),
    ],
)
def test_no_depth_of_nesting_hides_words(data: bytes) -> None:
    begun = time.process_time()
    assert reading(data).text.endswith("末尾")
    assert time.process_time() - begun < 60


def test_fifty_megabytes_are_bounded_and_named() -> None:
    begun = time.process_time()
    document = reading(b"<html>" + "<p>我们收集手机号</p>".encode() * 1_700_000)
    assert time.process_time() - begun < 60
    assert len(document.text) <= 2_000_001
    assert any("too large" in words.en for words in document.unread)
    assert any("too long" in words.en for words in document.unread)


def test_a_long_plain_text_is_cut_and_not_dropped() -> None:
    document = reading("甲" * 2_100_000)
    assert len(document.text) == 2_000_000
    assert not document.whole


@pytest.mark.parametrize(
    "part", ["a|b\n", "a\t", "\n", "1.\n", "&", "a<br>", "<", "**a", "[x](", "- "]
)
def test_time_is_bounded_whatever_is_repeated(part: str) -> None:
    begun = time.process_time()
    reading("甲" + part * (1_000_000 // len(part)))
    assert time.process_time() - begun < 60


@pytest.mark.parametrize(
    ("before", "name", "served"),
    [
        ('<?xml version="1.0" encoding="utf-8"?>\n', "a", None),
        ("<!-- " + "说明" * 5000 + " -->\n<?x y?> <!-- z -->", "a", None),
        ('<link rel="stylesheet" href="a.css">', "a.txt", None),
        ("<wbr>", "a.html?x=1", None),
        ("<wbr>", "a", "text/html; charset=utf-8"),
        ("\ufeff\n<div>", "a", None),
    ],
)
def test_a_page_is_a_page_whatever_stands_before_it(
    before: str, name: str, served: str | None
) -> None:
    sheet = "<style>" + ".a{color:red}" * 3000 + "</style>"
    page = f"{before}{sheet}<b>我们收集</b><table><tr><td>名称<td>目的<tr><td>甲<td>推送</table>"
    raw = page.encode()
    document = read(
        raw, name=name, address=None, origin="given", part="policy", evidence="", served=served
    )
    assert rows(document) == [["名称", "目的"], ["甲", "推送"]]
    assert document.text.startswith("我们收集") and document.whole


def test_lines_that_break_by_a_tag_alone_are_a_page() -> None:
    document = reading("一、收集<br>我们收集手机号。<br/>二、共享<br>我们不共享。<br>")
    assert lines(document)[1] == "我们收集手机号。" and document.whole


def test_plain_text_with_much_markup_is_not_whole() -> None:
    document = reading("我们收集手机号。\n" + "<item>甲</item>\n" * 20)
    assert [words.en for words in document.unread] == [
        "the text holds 40 tags of markup whose format is not known; they were read as words"
    ]
    assert reading("我们使用 <video> 和 <canvas> 标签，a < b。\n").whole


@pytest.mark.parametrize(
    "data", ["", " \n\t\u3000", "<html><body><p> </p></body></html>", "——。\n"]
)
def test_a_file_without_words_is_refused(data: str) -> None:
    with pytest.raises(Unreadable, match="no text"):
        reading(data, "policy.html")


def test_a_page_that_says_why_it_shows_no_words_is_kept() -> None:
    assert reading('<html><img src="1.png" width="800" height="3000">').pictures == 1
    assert reading('<html><div id="app"></div><script src="a.js"></script>').unread
