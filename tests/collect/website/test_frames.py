from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import msgspec
import pytest
from playwright.async_api import Page

from scanner.browser import Unanswered
from scanner.collect.website import frames as reading
from scanner.collect.website.frames import (
    MOST_FRAMES,
    answer_of,
    limits,
    overfull,
    read_frames,
    script,
    tell,
    whole,
)
from scanner.model import Words
from tests.collect.website.pages import Served, served


class Answer(msgspec.Struct):
    complete: bool
    characters: int


@pytest.fixture(scope="module")
def tab() -> Iterator[Served]:
    with served() as one:
        yield one


@pytest.mark.parametrize("name", ["links", "forms", "overlays", "lettering"])
def test_each_script_is_one_function_expression(tab: Served, name: str) -> None:
    async def kind(page: Page) -> str:
        told: str = await page.evaluate(f"typeof ({script(name)})")
        return told

    assert tab.see("", kind) == "function"


def test_an_answer_of_another_shape_is_unanswered(tab: Served) -> None:
    class Other(msgspec.Struct):
        complete: str

    async def work(page: Page) -> bool:
        right = await answer_of(page.main_frame, "lettering", limits(), Answer)
        with pytest.raises(Unanswered):
            await answer_of(page.main_frame, "lettering", limits(), Other)
        return right.complete

    assert tab.see("<p>words</p>", work)


def test_an_answer_too_long_is_unanswered(tab: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST", 10)

    async def work(page: Page) -> None:
        await answer_of(page.main_frame, "lettering", limits(), Answer)

    with pytest.raises(Unanswered):
        tab.see("<p>words</p>", work)


def test_frames_with_their_numbers_and_whether_they_are_seen(tab: Served) -> None:
    tab.pages["/in"] = "<p>inner words</p>"
    tab.pages["/out"] = "<iframe src=/in></iframe>"
    html = (
        "<iframe src=/in></iframe><iframe src=/in style='display:none'></iframe>"
        "<iframe src=/in width=0 height=0 frameborder=0></iframe>"
        "<iframe src=/in style='position:absolute;left:-9999px'></iframe>"
        "<iframe src=/out></iframe><div hidden><iframe src=/out></iframe>"
    )

    async def work(page: Page) -> list[tuple[str, bool]]:
        answers = await read_frames(page, "lettering", limits(), Answer, None)
        return [(page.frames[number].url[-4:], shown) for number, shown, _ in answers]

    seen = tab.see(html, work)
    assert seen[0] == ("page", True)
    assert [shown for _, shown in seen].count(True) == 4


def test_a_frame_that_does_not_answer_is_told(tab: Served) -> None:
    tab.pages["/bad"] = "<p>x<script>document.createTreeWalker = null</script>"

    async def work(page: Page) -> tuple[int, list[Words]]:
        unread: list[Words] = []
        answers = await read_frames(page, "lettering", limits(), Answer, unread)
        with pytest.raises(Unanswered):
            await read_frames(page, "lettering", limits(), Answer, None)
        return len(answers), unread

    number, unread = tab.see("<iframe src=/bad></iframe><iframe srcdoc=x></iframe>", work)
    assert number == 2
    assert len(unread) == 1


def test_too_many_frames_are_told(tab: Served) -> None:
    async def work(page: Page) -> tuple[int, list[Words]]:
        unread: list[Words] = []
        return len(await read_frames(page, "lettering", limits(), Answer, unread)), unread

    number, unread = tab.see("<iframe srcdoc=x></iframe>" * (MOST_FRAMES + 3), work)
    assert number == MOST_FRAMES
    assert str(MOST_FRAMES) in unread[0].zh


async def _later(page: Page, tenths: int) -> None:
    await asyncio.sleep(tenths / 10)
    await answer_of(page.main_frame, "lettering", limits(), Answer)


def test_a_frozen_page_is_given_up(tab: Served) -> None:
    async def work(page: Page) -> float:
        await page.evaluate("() => { setTimeout(() => { while (true); }, 50) }")
        await page.wait_for_timeout(10)
        begin = time.monotonic()
        with pytest.raises(Unanswered):
            await asyncio.gather(*(_later(page, tenths) for tenths in range(8)))
        return time.monotonic() - begin

    assert tab.see("<p>words</p>", work) < 15


def test_what_stays_unread_is_told_once_or_raised() -> None:
    unread: list[Words] = []
    for _ in range(2):
        tell(overfull("链接", "links"), unread)
    assert len(unread) == 1
    assert "链接" in unread[0].zh
    with pytest.raises(Unanswered):
        tell(overfull("链接", "links"), None)


@pytest.mark.parametrize(
    ("value", "number"),
    [(3.9, 3), (-2.0, -2), (float("nan"), 0), (float("inf"), 0), (1e300, 0), (5, 5)],
)
def test_whole_numbers(value: float, number: int) -> None:
    assert whole(value) == number


@pytest.mark.parametrize(
    ("movement", "least", "most"),
    [
        ("to{opacity:1}", 0.5, 5.0),
        ("from{color:red}", 0.5, 5.0),
    ],
)
def test_a_page_that_fades_in_is_waited_for(
    tab: Served, movement: str, least: float, most: float
) -> None:
    html = f"<style>@keyframes in{{{movement}}} p{{animation:in 900ms both}}</style><p>x</p>"

    async def look(page: Page) -> tuple[float, float]:
        begin = time.monotonic()
        await page.evaluate("document.getAnimations().forEach((one) => (one.currentTime = 0))")
        await reading.settled(page)
        left = await page.evaluate(
            "document.getAnimations().filter((one) => one.playState === 'running').length"
        )
        return time.monotonic() - begin, left

    seconds, left = tab.see(html, look)
    assert least < seconds < most
    assert left == 0


@pytest.mark.parametrize(
    "html",
    [
        "<p>x</p>",
        "<style>@keyframes in{to{opacity:.5}} p{animation:in 1s infinite}</style><p>x</p>",
        "<script>Document.prototype.getAnimations = () => { throw 1 }</script>",
        "<script>Document.prototype.getAnimations = () => [{playState:'running',effect:"
        "{getComputedTiming:() => ({endTime:1e9,localTime:0})}}]</script>",
    ],
)
def test_what_never_ends_is_not_waited_for(tab: Served, html: str) -> None:
    async def look(page: Page) -> float:
        begin = time.monotonic()
        await reading.settled(page)
        return time.monotonic() - begin

    assert tab.see(html, look) < 5.0
