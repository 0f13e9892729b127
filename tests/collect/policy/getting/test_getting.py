"""Documents asked of a small server on loopback that misbehaves as servers do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import pytest

from scanner.browser import BrowserMissing
from scanner.collect.policy.getting import getting
from scanner.collect.policy.getting.getting import Got, Way, media_type_of, way
from scanner.fetch.client import FetchError
from scanner.model import Visit
from tests.fetch.site import Page, answer, moved, serving

T = TypeVar("T")
HOME = "http://shop.test"
PAGE = answer("<html><p>隐私政策</p></html>".encode())


def on_the_way(
    pages: Mapping[str, Page], work: Callable[[Way], Awaitable[T]], **visit: Any
) -> tuple[T, list[str]]:
    """Do some work on a way out that reaches the small server as shop.test and nothing else."""

    async def run() -> tuple[T, list[str]]:
        async with serving(pages) as served:
            given: dict[str, Any] = {"resolve": (f"shop.test=127.0.0.1:{served.port}",), "rate": 50}
            async with way(Visit(**(given | visit)), lambda _: None) as opened:
                return await work(opened), served.paths

    return asyncio.run(asyncio.wait_for(run(), 30))


def got(pages: Mapping[str, Page], url: str, *, named: bool = True, **visit: Any) -> Got:
    return on_the_way(pages, lambda opened: opened.get(url, named=named), **visit)[0]


def refused(pages: Mapping[str, Page], url: str, *, named: bool = True, **visit: Any) -> str:
    with pytest.raises(FetchError) as error:
        got(pages, url, named=named, **visit)
    assert error.value.reason.zh
    return error.value.reason.en


def test_a_document_is_got_with_its_last_address() -> None:
    reply = got({"/a": moved("/b?x=1"), "/b": PAGE}, f"{HOME}/a#/route")
    assert (reply.address, reply.status) == (f"{HOME}/b?x=1#/route", 200)
    assert (reply.media_type, reply.cut) == ("text/html", False)


def test_the_type_is_told_by_the_bytes_and_not_by_the_server() -> None:
    assert got({"/p": answer(b"%PDF-1.7 x")}, f"{HOME}/p").media_type == "application/pdf"
    assert media_type_of(b"\xef\xbb\xbf\n<!doctype html>", "image/png") == "text/html"
    assert media_type_of(b"PK\3\4", "text/html") == "application/zip"
    assert "word" in media_type_of(b"PK\3\4..word/document.xml", None)
    assert media_type_of(b"words", "Text/Plain; charset=gbk") == "text/plain"
    assert media_type_of(b"words", "../../etc\r\nx") == "application/octet-stream"
    assert media_type_of(b"", None) == "application/octet-stream"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://shop.test/a", "javascript:1", "data:text/html,x", "", "//"]
)
def test_only_the_web_is_asked(url: str) -> None:
    assert "address" in refused({}, url)


def test_robots_are_kept_to() -> None:
    pages: dict[str, Page] = {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /p", media_type="text/plain"),
        "/p": PAGE,
    }
    assert "robots.txt" in refused(pages, f"{HOME}/p")
    assert got(pages, f"{HOME}/p", authorised=True).status == 200
    pages["/robots.txt"] = answer(b"", status="503 Unavailable")
    assert got(pages, f"{HOME}/p").status == 200
    assert "robots.txt" in refused(pages, f"{HOME}/p", named=False)


def test_a_redirect_to_a_private_address_is_not_followed() -> None:
    for target in (
        "http://10.0.0.1/",
        "http://127.0.0.1:22/",
        "http://[::1]/",
        "file:///etc/passwd",
    ):
        assert refused({"/p": moved(target)}, f"{HOME}/p")


def test_a_redirect_without_end_ends() -> None:
    assert "redirects" in refused({"/p": moved("/p")}, f"{HOME}/p")


def test_a_huge_document_comes_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getting, "MOST_BYTES", 1000)
    reply = got({"/p": answer(b"x" * 5000)}, f"{HOME}/p")
    assert (len(reply.data), reply.cut) == (1000, True)


def test_a_slow_server_takes_no_longer_than_the_visit() -> None:
    async def slow(_head: Any, _reader: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    assert "time" in refused({"/p": slow}, f"{HOME}/p", minutes=0.02)


def test_nothing_is_asked_once_the_time_is_over() -> None:
    async def late(opened: Way) -> str:
        await asyncio.sleep(0.1)
        with pytest.raises(FetchError) as error:
            await opened.get(f"{HOME}/p", named=True)
        return error.value.reason.en

    said, asked = on_the_way({"/p": PAGE}, late, minutes=0.001)
    assert "time" in said and asked == []


def test_without_a_browser_a_page_is_not_drawn_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = 0

    def none(*_: Any, **__: Any) -> Any:
        nonlocal tried
        tried += 1
        raise BrowserMissing("no Chromium was found", hint="install one")

    monkeypatch.setattr(getting, "Browser", none)

    async def twice(opened: Way) -> list[str]:
        said = []
        for _ in range(2):
            with pytest.raises(FetchError) as error:
                await opened.draw(f"{HOME}/p")
            said.append(error.value.reason.en)
        return said

    said, _ = on_the_way({"/p": PAGE}, twice)
    assert all("no Chromium was found" in one for one in said) and tried == 1


def test_no_more_pages_are_drawn_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getting, "MOST_DRAWN", 0)

    async def draw(opened: Way) -> None:
        with pytest.raises(FetchError, match="more than 0"):
            await opened.draw(f"{HOME}/p")

    on_the_way({"/p": PAGE}, draw)
