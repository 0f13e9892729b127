"""A page that scripts draw, opened in the guarded browser and written down as a reader sees it.

What is not shown is marked as hidden in that copy; frames and open shadow roots stand in it where
the page shows them.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.browser import Browser, Unanswered, ask
from scanner.model import Words

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from playwright.async_api import BrowserContext, Frame, Page

OPEN_S = 30.0
"""Longest wait for a page to begin, in seconds."""
SETTLE_S = 8.0
"""Longest wait for scripts to bring the text, in seconds."""
AFTER_S = 2.0
"""The same after the page was scrolled, in seconds."""
STILL_S = 1.0
"""A page whose text has not grown for so long stands, in seconds."""
LOOK_S = 0.25
"""Pause between two looks, in seconds."""
WRITE_S = 20.0
"""Longest that a frame may take to be written down, in seconds."""
WHOLE_S = 75.0
"""Longest that one page may take in all, in seconds."""
END_S = 10.0
"""Longest wait for the tab to close, in seconds."""
MOST_MARKUP = 4_000_000
"""Characters of markup that are written down."""
MOST_FRAMES = 20
"""Frames that are looked into."""
DEEPEST_FRAME = 3
"""Frames inside frames that are looked into."""
SPARSE = 100
"""Letters to one word of policies above which hidden text is a menu or a dialog, and left out."""
IDLE_S = 5.0
"""Longest wait for the network to fall silent, in seconds; some pages never do."""
LEAST_LETTERS = 200
"""Characters with which a page that stands still is taken to be there."""

LETTERS = "() => (document.body ? document.body.innerText || '' : '').length"
UNFOLD = """async ([steps, pause]) => {
  for (const one of [...document.querySelectorAll('details')].slice(0, 2000)) one.open = true;
  const boxes = [document.scrollingElement, ...document.querySelectorAll('main,section,div')]
    .filter((one) => one && one.scrollHeight > one.clientHeight + 200)
    .slice(0, 400)
    .filter((one) => one === document.scrollingElement
      || /auto|scroll/.test(getComputedStyle(one).overflowY)).slice(0, 5);
  for (const box of boxes) {
    const start = box.scrollTop;
    for (let n = 1; n <= steps; n += 1) {
      box.scrollTop = box.scrollHeight * n / steps;
      await new Promise((done) => setTimeout(done, pause));
    }
    box.scrollTop = start;
  }
}"""
"""Opens what is folded and scrolls to the end once, since scripts fill in what is looked at."""
WRITE = r"""([most, mostNodes, sparse]) => {
  const out = [];
  let size = 0, nodes = 0, folded = 0, cut = false;
  const put = (words) => {
    if (size + words.length > most) { cut = true; return; }
    out.push(words); size += words.length;
  };
  const safe = (words) => words.replace(/&/g, '&amp;').replace(/</g, '&lt;')
    .replace(/>/g, '&gt;').replace(/"/g, '&quot;');
  const TELLING = /信息|資料|隐私|隱私|SDK|收集|第三方|权限|personal|data|privacy|third|collect/gi;
  const none = new Set(['script', 'style', 'template', 'noscript', 'head', 'link', 'meta',
    'option', 'datalist', 'audio', 'video', 'map', 'source', 'track', 'param']);
  const kept = new Set(('h1 h2 h3 h4 h5 h6 p li ul ol table thead tbody tfoot tr th td caption a b'
    + ' strong em u i s br hr div span section article main nav header footer aside dl dt dd pre'
    + ' code blockquote details summary label button').split(' '));
  const roles = { table: 'table', grid: 'table', treegrid: 'table', row: 'tr', cell: 'td',
    gridcell: 'td', columnheader: 'th', rowheader: 'th', list: 'ul', listitem: 'li' };
  const shows = { 'table': 'table', 'table-row': 'tr', 'table-cell': 'td', 'list-item': 'li' };
  const nameOf = (one, style) => {
    const name = one.localName, role = one.getAttribute('role') || '';
    if (role === 'heading') {
      const level = Number(one.getAttribute('aria-level')) || 2;
      return 'h' + Math.min(6, Math.max(1, Math.round(level)));
    }
    if (kept.has(name) && name !== 'div' && name !== 'span') return name;
    if (Object.hasOwn(roles, role)) return roles[role];
    if (Object.hasOwn(shows, style.display)) return shows[style.display];
    return /^inline|^contents|^ruby/.test(style.display) ? 'span' : 'div';
  };
  const isGone = (one, style) => {
    if (style.display === 'none' || style.opacity === '0' || style.fontSize === '0px') return true;
    if (style.display === 'contents') return false;
    const box = one.getBoundingClientRect();
    const clipped = style.overflow !== 'visible' || style.clip !== 'auto'
      || style.clipPath !== 'none';
    if (clipped && (box.width <= 1 || box.height <= 1)) return true;
    const lifted = style.position === 'absolute' || style.position === 'fixed';
    return lifted && box.width > 0 && (box.right + scrollX <= 0 || box.bottom + scrollY <= 0);
  };
  const wordsIn = (one) => {
    const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    let words = '';
    while (walk.nextNode() && words.length < 200000) {
      const above = walk.currentNode.parentElement;
      if (!above || !none.has(above.localName)) words += walk.currentNode.data;
    }
    return words.replace(/\s+/g, ' ');
  };
  const hide = (words) => {
    if (!words.trim()) return;
    const letters = words.replace(/\s/g, '').length;
    const told = (words.match(TELLING) || []).length;
    if (told * sparse < letters) return;
    folded += letters;
    put('<div hidden>' + safe(words.slice(0, 200000)) + '</div>');
  };
  const inside = (one) => {
    if (one.shadowRoot) return [...one.shadowRoot.childNodes];
    if (one.localName === 'slot') {
      const given = one.assignedNodes({ flatten: true });
      if (given.length) return given;
    }
    return [...one.childNodes];
  };
  const stack = document.body ? [[document.body, null, false]] : [];
  while (stack.length && !cut) {
    const [one, above, bold] = stack.pop();
    if (typeof one === 'string') { put(one); continue; }
    nodes += 1;
    if (nodes > mostNodes) { cut = true; break; }
    if (one.nodeType === 3) {
      if (above && (above.visibility === 'hidden' || above.visibility === 'collapse')) {
        hide(one.data); continue;
      }
      const words = safe(one.data);
      put(above && /^pre/.test(above.whiteSpace) ? words.replace(/\n/g, '<br>') : words);
      continue;
    }
    if (one.nodeType !== 1 || none.has(one.localName)) continue;
    const style = getComputedStyle(one);
    if (isGone(one, style)) { hide(wordsIn(one)); continue; }
    const box = one.getBoundingClientRect();
    const sized = ` width="${Math.round(box.width)}" height="${Math.round(box.height)}"`;
    if (one.localName === 'iframe' || one.localName === 'frame') {
      const number = one.getAttribute('data-framed');
      put(number && /^[0-9]{1,3}$/.test(number) ? `<!--framed ${number}-->`
        : `<iframe${sized}></iframe>`);
      continue;
    }
    if (one.localName === 'embed' || one.localName === 'object') {
      put(`<iframe${sized}></iframe>`); continue;
    }
    if (one.localName === 'img' || one.localName === 'canvas' || one.localName === 'svg') {
      put(`<img${sized}>`); continue;
    }
    if (one.localName === 'textarea') {
      put('<div>' + safe(one.value).replace(/\n/g, '<br>') + '</div>'); continue;
    }
    if (one.localName === 'input' || one.localName === 'select') continue;
    if (box.width >= 300 && box.height >= 300 && /url\(/.test(style.backgroundImage)
        && !(one.textContent || '').trim()) put(`<img${sized}>`);
    const name = nameOf(one, style);
    if (name === 'br' || name === 'hr') { put(`<${name}>`); continue; }
    const heavy = Number(style.fontWeight) >= 600;
    let head = '<' + name;
    if (name === 'a' && one.href) head += ` href="${safe(String(one.href))}"`;
    for (const span of ['colspan', 'rowspan'])
      if (one.hasAttribute(span)) head += ` ${span}="${safe(one.getAttribute(span))}"`;
    if (heavy && !bold) head += ' style="font-weight:bold"';
    put(head + '>');
    stack.push([`</${name}>`, null, false]);
    for (const child of inside(one).reverse()) stack.push([child, style, heavy]);
  }
  while (stack.length) {
    const [one] = stack.pop();
    if (typeof one === 'string') out.push(one);
  }
  return { html: out.join(''), title: String(document.title || '').slice(0, 300),
    url: location.href, folded, cut };
}"""
_FRAMED = re.compile(r"<!--framed (\d{1,3})-->")
MOST_NODES = 200_000
"""Elements and texts of one frame that are written down."""


class Drawn(NamedTuple):
    """A page as it stood in the browser."""

    html: str
    address: str
    """Where it stood in the end."""
    status: int | None
    """What the server answered for it; None when unknown."""
    folded: int
    """Characters about personal information that the page holds and does not show."""
    cut: bool
    """Whether it was too long to be written down."""


async def draw(browser: Browser, url: str) -> Drawn:
    """Open an address and write its page down once it stands; raises Unanswered.

    Nothing is clicked; what a page folds away with a native control is opened.
    """
    from playwright.async_api import Error  # noqa: PLC0415 - only where a browser is there

    context: BrowserContext | None = None
    try:
        await browser.revive()
        context = await browser.context()
        async with asyncio.timeout(WHOLE_S):
            return await _drawn(await context.new_page(), url)
    except TimeoutError:
        said = Words("页面未在时限内打开", "the page did not open in time")
        raise Unanswered(said) from None
    except Error as error:
        said_en = error.message.strip().partition("\n")[0].partition(" at ")[0][:120]
        raise Unanswered(
            Words(f"浏览器未能打开：{said_en}", f"the browser could not open it: {said_en}")
        ) from None
    finally:
        if context is not None:
            with contextlib.suppress(Error, TimeoutError):
                await asyncio.wait_for(context.close(), END_S)


async def _drawn(page: Page, url: str) -> Drawn:
    from playwright.async_api import Error  # noqa: PLC0415

    tasks: set[asyncio.Task[Any]] = set()

    def later(work: Awaitable[Any]) -> None:
        async def quietly() -> None:
            with contextlib.suppress(Error):
                await work

        task = asyncio.ensure_future(quietly())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    page.on("dialog", lambda dialog: later(dialog.dismiss()))
    page.context.on("page", lambda other: later(other.close()) if other != page else None)
    going = page.goto(url, wait_until="commit", timeout=OPEN_S * 1000)
    response = await asyncio.wait_for(going, OPEN_S + 5)
    with contextlib.suppress(Error, TimeoutError):
        await asyncio.wait_for(page.wait_for_load_state("load"), SETTLE_S)
    with contextlib.suppress(Error, TimeoutError):  # scripts ask for lists once the page stands
        await asyncio.wait_for(page.wait_for_load_state("networkidle"), IDLE_S)
    await _settle(page, SETTLE_S)
    with contextlib.suppress(Unanswered):
        await ask(page.main_frame, UNFOLD, [20, 50], seconds=SETTLE_S)
    await _settle(page, AFTER_S)
    html, folded, cut, title, address = await _written(page.main_frame, 0, [MOST_FRAMES])
    whole = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{_safe(title)}</title></head>'
    status = response.status if response is not None else None
    return Drawn(f"{whole}{html}</html>", address, status, folded, cut)


async def _settle(page: Page, seconds: float) -> None:
    """Wait until the text of all frames stands still, at most as long as said."""
    clock = asyncio.get_running_loop().time
    end, since, before = clock() + seconds, clock(), -1
    while clock() < end and (clock() - since < STILL_S or before < LEAST_LETTERS):
        letters = 0
        for frame in page.frames[: MOST_FRAMES + 1]:
            with contextlib.suppress(Unanswered):
                letters += int(await ask(frame, LETTERS, seconds=1) or 0)
        if letters != before:
            before, since = letters, clock()
        await asyncio.sleep(LOOK_S)


async def _written(frame: Frame, depth: int, left: list[int]) -> tuple[str, int, bool, str, str]:
    """Give markup, hidden characters, whether it was cut, title and address of a frame."""
    inner = await _numbered(frame, left) if depth < DEEPEST_FRAME else {}
    told = await ask(frame, WRITE, [MOST_MARKUP, MOST_NODES, SPARSE], seconds=WRITE_S)
    if not isinstance(told, dict):
        raise Unanswered(Words("页面未如实应答", "the page answered something else"))
    html, folded, cut = str(told.get("html", "")), told.get("folded"), told.get("cut") is True
    folded = folded if isinstance(folded, int) else 0
    written: dict[str, str] = {}
    for number, child in inner.items():
        try:
            part, more, short, *_ = await _written(child, depth + 1, left)
        except Unanswered:
            continue
        written[number], folded, cut = f"<div>{part}</div>", folded + more, cut or short
    html = _FRAMED.sub(lambda found: written.get(found[1], "<iframe></iframe>"), html)
    return html, folded, cut, str(told.get("title", "")), str(told.get("url", ""))


async def _numbered(frame: Frame, left: list[int]) -> dict[str, Frame]:
    """Number the frames inside a frame in its document, so that each is put where it stands."""
    from playwright.async_api import Error  # noqa: PLC0415

    numbered: dict[str, Frame] = {}
    for number, child in enumerate(frame.child_frames):
        if left[0] <= 0:
            break
        left[0] -= 1
        try:
            place = await asyncio.wait_for(child.frame_element(), 2)
            mark = place.evaluate("(one, n) => one.setAttribute('data-framed', n)", str(number))
            await asyncio.wait_for(mark, 2)
        except (Error, TimeoutError):
            continue
        numbered[str(number)] = child
    return numbered


def _safe(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")
