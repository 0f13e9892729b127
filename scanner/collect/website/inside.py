"""What a page holds beside the words it shows: in frames, in shadow roots, held back in scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.browser import Unanswered, ask
from scanner.collect.website.answers import records
from scanner.collect.website.exposed import exposed_facts
from scanner.collect.website.frames import MOST_FRAMES
from scanner.collect.website.ground import unseen_pages
from scanner.collect.website.links import Link
from scanner.collect.website.view import View
from scanner.exchange import shown
from scanner.model import Sighting, Unseen, Words

if TYPE_CHECKING:
    from playwright.async_api import Page

SCRIPT = (Path(__file__).parent / "inside.js").read_text("utf-8")
FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|csv|wps|et|ofd)(?:[?#]|$)", re.IGNORECASE)
"""Files in which lists of persons are published."""
MOST_INSIDE = 1_000_000
"""Characters of the words of a frame, and of what it holds back, that are searched."""
MOST_FILES = 50
"""Files that are named."""


async def exposed_inside(
    page: Page, view: View, links: Sequence[Link], own: Callable[[str], bool]
) -> list[Sighting]:
    """Search the words of the page, its frames and shadow roots, and what is held back."""
    texts, held, unread = [view.text], list[str](), list[Words]()
    for number, frame in enumerate(page.frames[:MOST_FRAMES]):
        if number and not own(frame.url) and not frame.url.startswith("about:"):
            continue
        try:
            words, inline = _told(await ask(frame, SCRIPT, MOST_INSIDE))
        except Unanswered as gone:
            if not frame.is_detached():
                unread.append(gone.reason)
            continue
        texts.append(words)
        held.append(inline)
    found: list[Sighting] = [*exposed_facts(view._replace(text="\n".join(texts)))]
    kept = view._replace(text=records("\n".join(held)))
    found += exposed_facts(kept, surface="script")
    for reason in dict.fromkeys(unread):
        found += unseen_pages([view.page], reason, kinds=("page.exposed",))
    return [*found, *_unopened(links)]


def _told(said: object) -> tuple[str, str]:
    """Give the words and the texts held back that a frame told; raises Unanswered for nonsense."""
    if not isinstance(said, list) or len(said) != 2:
        raise Unanswered(Words("页面未如实应答", "the page answered something else"))
    words, held = (str(one)[:MOST_INSIDE] for one in said)
    return words, held


def _unopened(links: Sequence[Link]) -> Iterator[Unseen]:
    """Say that nobody looked into the files to which a page links."""
    files = sorted({shown(link.href) for link in links if FILES.search(link.href)})
    if files:
        scope = {"page": tuple(files[:MOST_FILES]), "surface": ("document",)}
        reason = Words("链接的文件没有打开", "the files that it links to were not opened")
        yield Unseen(kind="page.exposed", scope=scope, collector="website", reason=reason)
