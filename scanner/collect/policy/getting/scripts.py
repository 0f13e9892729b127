"""Whether the scripts of a page may bring more of its text than its markup holds."""

from __future__ import annotations

import re

from scanner.collect.policy.document import Document
from scanner.model import Words

LEAST_NEW = 40
"""Letters that stand only in what a browser showed for the difference to be told."""
NEARLY = 0.9
"""Share of the letters sent with which what a browser shows is the whole page: menus are hidden."""
HARDLY = 0.5
"""Share of them below which the page shows too little of what it holds."""
MOST_LOOKED_FOR = 300
"""Lines that are looked for in the middle of others."""
LONGEST_TAG = 4_000
"""Bytes of one tag that are looked at."""
_SCRIPT = re.compile(rb"<script\b", re.IGNORECASE)
_END = re.compile(rb"</script", re.IGNORECASE)
_TYPE = re.compile(rb"""\btype\s{0,9}=\s{0,9}["']?\s{0,9}([\w./+-]{1,60})""", re.IGNORECASE)
_RUNS = re.compile(
    rb"(?:(?:text|application)/(?:x-)?(?:java|ecma)script|module|babel|.{0,20}/babel)"
)
"""Types of scripts that run; whatever else is data (HTML Standard, 4.12.1)."""
_SOURCE = re.compile(rb"\b(?:src|href)\s{0,9}=", re.IGNORECASE)
_WRITES = re.compile(
    rb"fetch|XMLHttpRequest|axios|ajax|\$\s{0,3}[.(]|jQuery|HTML\b|insert|append|prepend|replace|create"
    rb"|\.write|\.innerText|\.textContent|nodeValue|\.show|display|hidden|visib|classList|className"
    rb"|import|require|eval|Function\s{0,3}\(|Vue|React|render|mount|location|atob|\[\s{0,3}[\"'`]"
)
"""What an inline script needs to bring or show text."""
_HANDLER = re.compile(rb"\son(?:load|error|pageshow)\s{0,9}=\s{0,9}[\"']", re.IGNORECASE)


def brings_more(data: bytes) -> bool:
    """Say whether a page runs scripts that may bring or change its text."""
    script = _SCRIPT.search(data)
    while script is not None:
        close = data.find(b">", script.end(), script.end() + LONGEST_TAG)
        if close < 0:
            return True
        tag = data[script.end() : close]
        end = _END.search(data, close)
        last = end.start() if end is not None else len(data)
        type_ = _TYPE.search(tag)
        runs = type_ is None or _RUNS.fullmatch(type_[1].lower())
        if runs and (_SOURCE.search(tag) or _WRITES.search(data, close, last)):
            return True
        script = _SCRIPT.search(data, last + 1)
    return _HANDLER.search(data) is not None


def undrawn(document: Document, reason: Words) -> Document:
    """Give a page with what could not be seen of it: what its scripts bring, and why not."""
    said = Words(
        f"页面的脚本可能带来更多内容，而未能在浏览器中查看（{reason.zh}）",
        f"its scripts may bring more, and it was not seen in a browser ({reason.en})",
    )
    return document._replace(unread=(*document.unread, said))


def fuller(sent: Document, drawn: Document) -> Document:
    """Give the fuller of a page as the server sent it and as a browser showed it.

    Where that is the one the server sent, and the browser showed other words or hardly any, these
    are unread.
    """
    was, shows = sent.letters, drawn.letters
    new = _only_in(drawn.text, sent.text)
    if (new >= LEAST_NEW or sent.unread) and shows >= was * NEARLY:
        return drawn
    if new >= LEAST_NEW:
        said = Words(
            f"页面在浏览器中显示的另有约 {new} 字，与服务器所发的不同",
            f"in a browser it shows about {new} characters that the server did not send with it",
        )
    elif shows < was * HARDLY:
        said = Words(
            f"页面共 {was} 字，在浏览器中只显示约 {shows} 字",
            f"of its {was} characters a browser shows about {shows}",
        )
    else:
        return sent
    return sent._replace(unread=(*sent.unread, said))


def _only_in(text: str, other: str) -> int:
    """Count the letters of lines that stand in a text and not in another."""
    lines = {"".join(line.split()) for line in other.splitlines()}
    left = [line for line in ("".join(each.split()) for each in text.splitlines()) if line]
    left = [line for line in left if line not in lines]
    whole = "".join(other.split())
    found = sum(len(line) for line in left[:MOST_LOOKED_FOR] if line not in whole)
    return found + sum(map(len, left[MOST_LOOKED_FOR:]))
