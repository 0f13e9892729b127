"""Markdown with GitHub's tables, turned into HTML and read as that."""

from __future__ import annotations

import re

from scanner.collect.policy.texts.html import read_html
from scanner.collect.policy.texts.layout import Found
from scanner.model import Words

MAX_MARKDOWN = 400_000
"""Characters of Markdown that are read; some constructs cost the square of their number."""
MAX_LINE = 50_000
"""Longest line that is read as Markdown; some constructs cost the square of a line's length."""

_FRONT_MATTER = re.compile(
    r"\A\ufeff?(?:---|\+\+\+)[ \t]*\n(.*?)\n(?:---|\+\+\+)[ \t]*(?:\n|\Z)", re.S
)
_TITLE = re.compile(r"""(?m)^title[ \t]*[:=][ \t]*["']?(.+?)["']?[ \t]*$""")
_MDX = re.compile(
    r"(?m)^(?:import[ \t][^\n]*from[ \t]*['\"][^\n]*|export[ \t](?:const|default)[^\n]*)$"
)
_ADMONITION = re.compile(r"(?m)^[ \t]*(?::::+|!!!|\?\?\?)[^\n]*$")
_ATTRIBUTES = re.compile(r"(?m)[ \t]+\{#[\w-]{1,100}\}[ \t]*$")
_DEEP = re.compile(r"(?m)^((?:[ \t]{0,3}[->*+]){8})(?:[ \t]{0,3}[->*+]){1,9000}")
"""Quotes and lists within each other, deeper than the parser follows."""
_MARKS = (
    re.compile(r"(?m)^ {0,3}#{1,6}[ \t]+\S"),
    re.compile(r"(?m)^ {0,3}\|?[ \t]*:?-{3,}:?[ \t]*\|"),
    re.compile(r"\[[^\]\n]{1,200}\]\((?:https?:|/|\.|#|mailto:)[^)\n]{0,500}\)"),
    re.compile(r"\*\*[^*\n]{1,200}\*\*"),
    re.compile(r"(?m)^(?:={3,}|-{3,})[ \t]*$"),
)


def is_markdown(text: str) -> bool:
    """Tell whether a text is Markdown: a heading, table or front matter, or two lesser marks."""
    head = text[:100_000]
    if _FRONT_MATTER.match(head):
        return True
    heading, table, *lesser = (bool(mark.search(head)) for mark in _MARKS)
    return heading or table or sum(lesser) >= 2


def read_markdown(text: str, address: str | None = None) -> Found:
    """Read Markdown; front matter and the imports of MDX are not text."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - heavy, and only needed here

    unread: list[Words] = []
    if len(text) > MAX_MARKDOWN:
        text = text[:MAX_MARKDOWN]
        unread.append(
            Words(
                f"文件过大，只读了前 {MAX_MARKDOWN} 个字符",
                f"the file is too large; only its first {MAX_MARKDOWN} characters were read",
            )
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    title = ""
    if front := _FRONT_MATTER.match(text):
        text = text[front.end() :]
        if named := _TITLE.search(front.group(1)):
            title = named.group(1).strip()
    for pattern in (_MDX, _ADMONITION, _ATTRIBUTES):
        text = pattern.sub("", text)
    text = _DEEP.sub(r"\1", text)
    if any(len(line) > MAX_LINE for line in text.split("\n")):
        text = "\n".join(
            line[i : i + MAX_LINE]
            for line in text.split("\n")
            for i in range(0, max(len(line), 1), MAX_LINE)
        )
    made = MarkdownIt("commonmark", {"html": True, "maxNesting": 40}).enable(
        ["table", "strikethrough"]
    )
    found = read_html(made.render(text), address)
    return found._replace(title=title or found.title, unread=(*unread, *found.unread))
