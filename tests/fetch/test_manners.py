import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest

from scanner.fetch.addresses import parse_resolve
from scanner.fetch.client import Client
from scanner.fetch.guard import Guard, Limits
from scanner.fetch.manners import MAX_DELAY_S, MAX_ROBOTS, Pace, Robots, refusal
from scanner.model import Visit
from tests.fetch.site import Page, Site, answer, moved, serving

TEXT = "text/plain"


class Clock:
    """A clock that moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def pace(self, rate: float = 1.0) -> Pace:
        return Pace(rate, clock=self, sleep=self.sleep)


def test_pages_of_one_host_come_one_a_second() -> None:
    async def go() -> None:
        clock = Clock()
        pace = clock.pace()
        turns = []
        for host in ("a.cn", "A.CN.", "b.cn", "a.cn"):
            await pace.turn(host)
            turns.append(clock.now - 100)
        assert turns == [0, 1, 1, 2]
        clock.now += 10
        await pace.turn("a.cn")
        assert clock.now - 100 == 12

    asyncio.run(go())


def test_turns_asked_for_at_once_come_one_after_the_other() -> None:
    async def go() -> None:
        pace = Pace(20.0)
        turns: list[float] = []

        async def one() -> None:
            await pace.turn("a.cn")
            turns.append(time.monotonic())

        await asyncio.gather(*(one() for _ in range(5)))
        assert turns == sorted(turns)
        assert turns[-1] - turns[0] > 0.15

    asyncio.run(go())


def test_a_pause_holds_from_the_next_turn_on_and_is_bounded() -> None:
    async def go() -> None:
        clock = Clock()
        pace = clock.pace()
        await pace.turn("a.cn")
        pace.slow_down("a.cn", 5)
        pace.slow_down("a.cn", 2)
        for wanted in (5, 10):
            await pace.turn("a.cn")
            assert clock.now - 100 == wanted
        pace.slow_down("a.cn", 9999)
        await pace.turn("a.cn")
        assert clock.now - 100 == 10 + MAX_DELAY_S

    asyncio.run(go())


def test_a_pause_never_makes_it_faster() -> None:
    async def go() -> None:
        clock = Clock()
        pace = clock.pace(0.5)
        pace.slow_down("a.cn", 0.1)
        pace.slow_down("a.cn", -7)
        for wanted in (0, 2):
            await pace.turn("a.cn")
            assert clock.now - 100 == wanted

    asyncio.run(go())


def test_a_rate_is_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Pace(0)


@contextlib.asynccontextmanager
async def reading(robots: Page, pace: Pace | None = None) -> AsyncIterator[tuple[Robots, Site]]:
    async with serving({"/robots.txt": robots}) as site:
        rows = [parse_resolve(f"{host}=127.0.0.1:{site.port}") for host in ("a.cn", "b.cn")]
        limits = Limits(connect_s=1)
        async with Guard(resolve=rows, limits=limits) as guard, Client(guard) as client:
            yield Robots(client, pace=pace), site


def allowed(robots: bytes, path: str, status: str = "200 OK") -> bool | None:
    async def go() -> bool | None:
        async with reading(answer(robots, media_type=TEXT, status=status)) as (asked, _):
            return await asked.allows(f"http://a.cn{path}")

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("robots", "path", "wanted"),
    [
        (b"User-agent: *\nDisallow: /private", "/private/x", False),
        (b"User-agent: *\nDisallow: /private", "/public", True),
        (b"User-agent: *\nDisallow: /\nAllow: /open", "/open/1", True),
        (b"User-agent: Mingjian\nDisallow:\n\nUser-agent: *\nDisallow: /", "/x", True),
        (b"User-agent: mingjian/2.0\nDisallow: /x", "/x", False),
        (b"USER-AGENT : MINGJIAN # us\nDisallow: /x", "/x", False),
        (b"User agent Mingjian\nDisallow: /x", "/x", False),
        (b"User-agent: a\nUser-agent: Mingjian\nUser-agent: b\nDisallow: /x", "/x", False),
        (b"User-agent: ming\nDisallow: /", "/x", True),
        (b"User-agent: Mingjianbot\nDisallow: /", "/x", True),
        (b"User-agent: other\nDisallow: /", "/x", True),
        (b"User-agent: m\nDisallow: /\nUser-agent: *\nAllow: /", "/x", True),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n", "/x", False),
        (b"User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /隐私".encode(), "/%E9%9A%90%E7%A7%81", False),
        (b"<html>not found</html>", "/x", True),
        (b"", "/x", True),
        (bytes(range(256)), "/x", True),
    ],
)
def test_does_as_robots_txt_says(robots: bytes, path: str, wanted: bool) -> None:
    assert allowed(robots, path) is wanted


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        ("404 Not Found", True),
        ("403 Forbidden", True),
        ("410 Gone", True),
        ("500 Oops", None),
        ("503 Later", None),
    ],
)
def test_a_missing_file_and_a_broken_server_differ(status: str, wanted: bool | None) -> None:
    assert allowed(b"User-agent: *\nDisallow: /", "/x", status) is wanted


def test_what_cannot_be_asked_is_not_known() -> None:
    async def go() -> None:
        async with reading(moved("http://127.0.0.1/robots.txt")) as (robots, _):
            for url in ("http://a.cn/", "http://127.0.0.1/", "http://[", "about:blank", ""):
                assert await robots.allows(url) is None

    asyncio.run(go())


def test_why_robots_could_not_be_read_is_told() -> None:
    async def go() -> None:
        async with reading(moved("http://127.0.0.1/robots.txt")) as (robots, _):
            said = await refusal(robots, Visit(), "http://10.0.0.1/sdk", named=False)
            assert said is not None and "a private address" in said.en and "私有地址" in said.zh
            said = await refusal(robots, Visit(), "http://[", named=False)
            assert said is not None and said.en == "robots.txt could not be read"
        async with reading(answer(b"", media_type=TEXT, status="503 Later")) as (robots, _):
            said = await refusal(robots, Visit(), "http://a.cn/", named=False)
            assert said is not None and said.zh == "robots.txt 无法读取：服务器返回 503"
            assert await refusal(robots, Visit(), "http://a.cn/", named=True) is None

    asyncio.run(go())


def test_each_origin_is_asked_once() -> None:
    async def go() -> None:
        page = answer(b"User-agent: *\nDisallow: /x", media_type=TEXT)
        async with reading(page) as (robots, site):
            urls = [f"http://{host}/{path}" for host in ("a.cn", "A.cn", "b.cn") for path in "xyz"]
            said = await asyncio.gather(*(robots.allows(url) for url in urls))
            assert said == [False, True, True] * 3
            assert [headers["host"] for _, headers in site.asked] == ["a.cn", "b.cn"]

    asyncio.run(go())


def test_a_crawl_delay_slows_the_pace() -> None:
    async def go() -> None:
        clock = Clock()
        pace = clock.pace()
        page = answer(b"User-agent: *\nCrawl-delay: 7\nDisallow: /x", media_type=TEXT)
        async with reading(page, pace) as (robots, _):
            await pace.turn("a.cn")
            assert await robots.allows("http://a.cn/") is True
            await pace.turn("a.cn")
            assert clock.now - 100 == 7

    asyncio.run(go())


def test_a_long_file_is_read_as_far_as_agreed() -> None:
    line = b"Disallow: /filler-filler-filler\n"
    filler = line * (MAX_ROBOTS // len(line) - 10)
    head = b"User-agent: *\nDisallow: /early\n"
    assert allowed(head + filler + line * 100 + b"Disallow: /late\n", "/early") is False
    assert allowed(head + filler + line * 100 + b"Disallow: /late\n", "/late") is True
    half = head.ljust(MAX_ROBOTS - 12, b"#") + b"\nDisallow: /only-this-page\n"
    assert allowed(half, "/") is True


def test_a_hostile_file_costs_little() -> None:
    half = MAX_ROBOTS // 2
    names = b"".join(b"User-agent: a%d\n" % number for number in range(half // 20))
    rules = b"".join(b"Disallow: /%d*$\n" % number for number in range(half // 20))
    start = time.process_time()
    assert allowed(names + b"User-agent: *\n" + rules, "/7") is False
    assert time.process_time() - start < 5
