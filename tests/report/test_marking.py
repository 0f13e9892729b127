"""Markdown that shows a text and does nothing else, as markdown-it reads it with all its wishes."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scanner.report.marking import JOINER, code, plain, table
from scanner.report.words import visible
from tests.report.spoken import HARMFUL

READER = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable(["table"])


def rendered(text: str) -> str:
    return str(READER.render(text))


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page)).replace(JOINER, "").strip()


def harmless(page: str, allowed: str) -> None:
    assert set(re.findall(r"<\s*/?\s*([a-zA-Z!][\w-]*)", page)) <= set(allowed.split())
    assert not re.search(r"<[^>]*\s(href|src|on\w+|id|class)=", page)


@given(st.text() | st.sampled_from(HARMFUL))
def test_a_text_stays_the_text(text: str) -> None:
    shown = visible(" ".join(text.split()))
    page = rendered(plain(text, 20_000))
    harmless(page, "p")
    assert words(page) == shown.replace(JOINER, "").strip()


@given(st.text(min_size=1) | st.sampled_from(HARMFUL))
def test_code_stays_the_text(text: str) -> None:
    page = rendered("x " + code(text, 20_000) + " y")
    harmless(page, "p code")
    shown = visible(" ".join(text.split())).replace("|", "¦")
    inner = re.search(r"<code>(.*)</code>", page)
    assert inner is not None
    assert html.unescape(inner[1]).strip() == shown.strip()


@given(st.lists(st.sampled_from(HARMFUL) | st.text(), min_size=2, max_size=2))
def test_a_table_keeps_its_cells(cells: list[str]) -> None:
    lines = table(["a", "b"], [(plain(cells[0]), code(cells[1]))])
    page = rendered("\n".join(lines))
    harmless(page, "table thead tbody tr th td code")
    assert page.count("<td>") == 2 and page.count("<tr>") == 2


@pytest.mark.parametrize(
    "text",
    [
        *("@octocat", "see #12", "GH-12", "http://evil.example", "www.evil.example"),
        *("me@evil.example", "!12", "ftp://x", "org/repo#5", "mailto:me@x"),
    ],
)
def test_nothing_is_left_for_those_who_read_plain_text(text: str) -> None:
    """GitHub and GitLab look for addresses, names and numbers in what Markdown has left."""
    page = html.unescape(rendered(plain(text)))
    assert not re.search(r"@\w|#\d|\b[gG][hH]-\d|://|www\.\w|!\d", page)


def test_dollars_make_no_formula() -> None:
    assert "$" not in re.sub(r"\\\$", "", plain("$x^2$ and $$y$$"))
