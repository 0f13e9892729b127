"""Typing made-up values into a page with real keys, so as to see what leaves before a submit."""

from __future__ import annotations

import asyncio
import datetime
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from scanner.browser import Unanswered, ask
from scanner.model import Words
from scanner.personal.canary import CANARY, CANARY_TYPES

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Frame, Page, Route

    from scanner.collect.website.form import Field, Form

TYPED = frozenset(["text", "email", "tel", "number", "password", "textarea", "editable"])
"""Controls into which keys write."""
NEVER = frozenset(["bank_card", "transactions"])
"""Kinds of data that are never typed, and whose forms are left alone: they pay."""
AFTER_S = 1.5
"""How long the guard stays up after the last key, for scripts that wait before they act."""
ALTOGETHER_S = 25.0
"""Longest that typing into one page may take, in seconds."""
_FIELD_S = 4.0
"""Longest that one field may take, in seconds."""

_GUARD = """() => {
  EventTarget.prototype.addEventListener.call(window, "submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  return true;
}"""
_FIND = """(path) => {
  let root = document;
  let found = null;
  for (const part of path.split(" >>> ")) {
    if (!root) return null;
    found = root.querySelector(part);
    root = found && found.shadowRoot;
  }
  return found;
}"""
_FOCUSED = """(node) => node.getRootNode().activeElement === node"""


class Typed(NamedTuple):
    """A made-up value that was typed into a field and not sent."""

    data_type: str
    """Kind of data that it is an example of."""
    value: str
    """The value."""
    field: str
    """Name of the field."""
    at: datetime.datetime
    """When the first key was pressed."""


async def type_canaries(page: Page, forms: Sequence[Form], *, most: int = 12) -> list[Typed]:
    """Type made-up values into visible text fields with real keys and leave them, never sending.

    No Enter, no button. What the page would send by itself is stopped: a submit event before the
    page's scripts see it, and any navigation that begins while the keys are pressed or shortly
    after. A script that sends by fetch() while one types is not stopped: that is what is looked
    for. Raises Unanswered when the guard could not be put up; then nothing was typed.
    """
    chosen = list(_chosen(forms))[:most]
    if not chosen:
        return []
    typed = []
    async with _standing_still(page):
        frames = page.frames
        for number in sorted({field.frame for field, _ in chosen}):
            if number < len(frames):
                await ask(frames[number], _GUARD)
        try:
            async with asyncio.timeout(ALTOGETHER_S):
                for field, kind in chosen:
                    if field.frame < len(frames):
                        typed += await _type(page, frames[field.frame], field, kind)
        except TimeoutError:
            if not typed:
                said = Words(
                    "页面在输入时未应答", "the page did not answer while keys were pressed"
                )
                raise Unanswered(said) from None
        await asyncio.sleep(AFTER_S)
    return typed


def _chosen(forms: Sequence[Form]) -> list[tuple[Field, str]]:
    """Give the fields worth typing into, each with the name of its value."""
    chosen = []
    for form in forms:
        if form.purpose == "search" or any(field.data_type in NEVER for field in form.fields):
            continue
        for field in form.fields:
            kind = _value_for(field)
            value = CANARY.get(kind, "")
            fits = field.longest < 0 or field.longest >= len(value)
            fits = fits and (field.control != "number" or value.isdigit())
            if value and fits and field.control in TYPED and not field.locked:
                chosen.append((field, kind))
    order = {kind: place for place, kind in enumerate(CANARY)}
    return sorted(chosen, key=lambda entry: order[entry[1]])


def _value_for(field: Field) -> str:
    if field.data_type == "account":
        words = f"{field.label} {field.name}"
        if re.search(r"微信|wechat|weixin|\\bwx", words, re.IGNORECASE):
            return "wechat"
        if re.search(r"\\bqq\\b|QQ", words):
            return "qq"
    return field.data_type


async def _type(page: Page, frame: Frame, field: Field, kind: str) -> list[Typed]:
    """Type one value; empty where the field is gone, or lets go of the keys half-way."""
    from playwright.async_api import Error  # noqa: PLC0415 - heavy

    try:
        async with asyncio.timeout(_FIELD_S):
            found = await frame.evaluate_handle(_FIND, field.path)
            node = found.as_element()
            if node is None:
                return []
            at = datetime.datetime.now(datetime.UTC)
            await node.focus()
            whole = await _press(page, node, CANARY[kind])
            await node.evaluate("(node) => node.blur()")
            await node.dispose()
    except (Error, TimeoutError):
        return []
    return [Typed(CANARY_TYPES[kind], CANARY[kind], field.name, at)] if whole else []


async def _press(page: Page, node: ElementHandle, value: str) -> bool:
    """Press one key after the other while the field has the focus; say whether all were pressed."""
    for character in value:
        # A page that moves the focus to a button must not get keys that press it.
        if not await node.evaluate(_FOCUSED):
            return False
        if "!" <= character <= "~":
            await page.keyboard.type(character)
        else:
            await page.keyboard.insert_text(character)
    return True


@asynccontextmanager
async def _standing_still(page: Page) -> AsyncIterator[None]:
    """Keep a page and what it opens from going anywhere."""
    from playwright.async_api import Error  # noqa: PLC0415 - heavy

    async def stop(route: Route) -> None:
        if route.request.is_navigation_request():
            await route.abort("aborted")
        else:
            await route.fallback()

    try:
        await page.context.route("**/*", stop)
    except Error:
        said = Words(
            "无法阻止页面提交，未输入", "sending could not be prevented: nothing was typed"
        )
        raise Unanswered(said) from None
    try:
        yield
    finally:
        with suppress(Error):
            await page.context.unroute("**/*", stop)
