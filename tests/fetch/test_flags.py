"""A real Chromium behind the guard: what gets out, what does not, and what it says of itself."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scanner.fetch import names
from scanner.fetch.addresses import parse_resolve
from scanner.fetch.flags import NOT_WANTED, OWN_HOSTS, QUIET, confined
from scanner.fetch.guard import MIB, Connection, Guard, Limits
from tests.fetch.site import Authority, Page, Site, answer, echo, moved, serving

if TYPE_CHECKING:
    from playwright.async_api import Browser
    from playwright.async_api import Page as Tab

CHROMIUM = Path("/usr/bin/chromium")
with_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium here")


@contextlib.asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", *flags]
        )
        yield browser
        await browser.close()


def browsing(
    pages: dict[str, Page],
    work: Callable[[Tab, Site, Guard], Awaitable[None]],
    *,
    authority: Authority | None = None,
    hosts: Sequence[str] = ("a.cn", "b.cn"),
    limits: Limits = Limits(),  # noqa: B008
) -> None:
    """Let a tab work behind a guard that maps the hosts to the pages."""

    async def go() -> None:
        tls = authority.server(*hosts) if authority is not None else None
        async with asyncio.timeout(90), serving(pages, tls=tls) as site:
            rows = [parse_resolve(f"{host}=127.0.0.1:{site.port}") for host in hosts]
            async with (
                Guard(resolve=rows, limits=limits, own=OWN_HOSTS) as guard,
                chromium(*QUIET, *confined(guard.url)) as browser,
            ):
                context = await browser.new_context(ignore_https_errors=True)
                await work(await context.new_page(), site, guard)

    asyncio.run(go())


def to(guard: Guard, host: str) -> list[Connection]:
    return [row for row in guard.connections if row.host == host]


@with_chromium
@pytest.mark.parametrize("secure", [False, True])
def test_a_page_its_parts_and_its_socket_go_over_the_guard(secure: bool, tmp_path: Path) -> None:
    page = b"""<img src="//b.cn/i.png"><script>
        const socket = new WebSocket(location.origin.replace('http', 'ws') + '/echo');
        socket.onopen = () => socket.send('there and back');
        socket.onmessage = event => { document.title = event.data };
        </script>"""

    async def work(tab: Tab, site: Site, guard: Guard) -> None:
        scheme, port = ("https", 443) if secure else ("http", 80)
        async with tab.expect_request_finished(lambda one: one.url.endswith("/")) as got:
            await tab.goto(f"{scheme}://a.cn/")
        await tab.wait_for_function("document.title == 'there and back'")
        assert {"/", "/i.png", "/echo"} <= set(site.paths)
        assert {row.host for row in guard.connections} == {"a.cn", "b.cn"}
        assert all(row.ip == "127.0.0.1" and row.mapped for row in guard.connections)
        request = await got.value
        started = request.timing["startTime"] / 1000
        when = datetime.datetime.fromtimestamp(started, datetime.UTC)
        row = guard.peer("a.cn", port, when)
        assert row is not None
        assert row.ip == "127.0.0.1"
        assert row.received > len(page)

    pages: dict[str, Page] = {"/": answer(page), "/echo": echo, "/i.png": answer(b"")}
    browsing(pages, work, authority=Authority(tmp_path) if secure else None)


INNER = (
    "http://127.0.0.1:{port}/secret",
    "http://localhost:{port}/secret",
    "http://a.localhost:{port}/secret",
    "http://[::1]:{port}/secret",
    "http://0x7f000001:{port}/secret",
    "http://2130706433:{port}/secret",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:127.0.0.1]:{port}/secret",
)


@with_chromium
def test_no_redirect_and_no_part_of_a_page_leads_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """By redirect, image, script, frame, fetch, worker, socket, beacon, link, and by name."""

    async def lookup(host: str, executor: object = None) -> list[str]:
        return ["10.0.0.1"] if host == "inner.cn" else ["127.0.0.1"]

    monkeypatch.setattr(names, "lookup", lookup)
    parts = """<link rel=prefetch href="{0}"><link rel=preconnect href="{0}"><img src="{0}">
        <script src="{0}"></script><iframe src="{0}"></iframe><script>
        fetch('{0}', {{mode: 'no-cors'}}).catch(() => 0);
        navigator.sendBeacon('{0}', 'x');
        new WebSocket('{0}'.replace('http', 'ws'));
        new Worker(URL.createObjectURL(new Blob(["fetch('{0}').catch(() => 0)"])));
        </script>"""

    async def work(tab: Tab, site: Site, guard: Guard) -> None:
        from playwright.async_api import Error

        inner = [url.format(port=site.port) for url in (*INNER, "http://inner.cn/secret")]
        for number, url in enumerate(inner):
            site.pages[f"/to/{number}"] = moved(url)
            with pytest.raises(Error, match="ERR_"):
                await tab.goto(f"http://a.cn/to/{number}")
        refused = len(guard.connections)
        assert refused > len(inner)
        site.pages["/parts"] = answer("".join(parts.format(url) for url in inner).encode())
        tab = await tab.context.new_page()
        await tab.goto("http://a.cn/parts")
        await asyncio.sleep(1)
        assert len(guard.connections) > refused + len(inner)
        assert "/secret" not in site.paths
        for row in guard.connections:
            assert (row.ip is None and row.refused is not None) == (row.host != "a.cn"), row
        hosts = {row.host for row in guard.connections}
        assert {"127.0.0.1", "localhost", "::1", "169.254.169.254", "inner.cn"} <= hosts

    browsing({"/secret": answer(b"secret")}, work)


@with_chromium
def test_a_name_that_turns_private_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = asyncio.open_connection

    async def lookup(host: str, executor: object = None) -> list[str]:
        asked.append(host)
        return ["9.9.9.9"] if len(asked) == 1 else ["127.0.0.1"]

    monkeypatch.setattr(names, "lookup", lookup)

    async def work(tab: Tab, site: Site, guard: Guard) -> None:
        from playwright.async_api import Error

        async def opened(host: str, port: int, **more: int) -> object:
            assert host == "9.9.9.9"
            return await real("127.0.0.1", site.port, **more)

        monkeypatch.setattr(asyncio, "open_connection", opened)
        await tab.goto(f"http://turn.cn:{site.port}/")
        assert await tab.content()
        with pytest.raises(Error, match="ERR_"):
            await tab.goto(f"http://turn.cn:{site.port}/secret")
        assert site.paths == ["/"]
        ips = {row.ip for row in to(guard, "turn.cn")}
        assert ips == {"9.9.9.9", None}

    last = answer(b"hello", "Connection: close")

    async def once(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(last)
        await writer.drain()
        raise EOFError

    browsing({"/": once}, work, limits=Limits(remember_s=0))


@with_chromium
def test_a_huge_answer_is_cut() -> None:
    async def flood(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        for _ in range(200):
            writer.write(b"x" * MIB)
            await writer.drain()
        raise EOFError

    async def work(tab: Tab, site: Site, guard: Guard) -> None:
        await tab.goto("http://a.cn/")
        said = await tab.evaluate("fetch('/flood').then(r => r.text()).then(t => t.length, String)")
        assert "Error" in str(said)
        cut = [row for row in guard.connections if row.cut is not None]
        assert len(cut) == 1
        assert cut[0].received < 10 * MIB

    pages: dict[str, Page] = {"/": answer(b"<p>here"), "/flood": flood}
    browsing(pages, work, limits=Limits(per_connection=8 * MIB))


class Packets(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.count = 0

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.count += 1


CALL = """async port => {
    const found = [];
    const host = {iceServers: [{urls: `stun:127.0.0.1:${port}`}]};
    const call = new RTCPeerConnection(host);
    call.onicecandidate = event => { if (event.candidate) found.push(event.candidate.candidate) };
    call.createDataChannel('x');
    await call.setLocalDescription(await call.createOffer());
    const late = new Promise((_, no) => setTimeout(no, 1500, 'late'));
    const transport = new WebTransport(`https://127.0.0.1:${port}/`);
    const opened = await Promise.race([transport.ready, late]).then(() => true, () => false);
    await late.catch(() => 0);
    return [found.length, opened];
}"""


@with_chromium
def test_no_packet_of_a_call_or_of_quic_leaves_beside_the_guard(tmp_path: Path) -> None:
    """The same script without the flags does send packets, so the test can fail."""

    async def packets(url: str, browser: Browser) -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        transport, seen = await loop.create_datagram_endpoint(Packets, local_addr=("127.0.0.1", 0))
        context = await browser.new_context(ignore_https_errors=True)
        tab = await context.new_page()
        await tab.goto(url)
        found, opened = await tab.evaluate(CALL, transport.get_extra_info("sockname")[1])
        assert not opened
        transport.close()
        return seen.count, found

    async def go() -> None:
        tls = Authority(tmp_path).server("a.cn")
        async with asyncio.timeout(90), serving({"/": answer(b"<p>")}, tls=tls) as site:
            rows = [parse_resolve(f"a.cn=127.0.0.1:{site.port}")]
            async with (
                Guard(resolve=rows) as guard,
                chromium(*QUIET, *confined(guard.url)) as browser,
            ):
                assert await packets("https://a.cn/", browser) == (0, 0)
            open_rule = f"--host-resolver-rules=MAP a.cn 127.0.0.1:{site.port}"
            async with chromium(*QUIET, open_rule) as browser:
                assert (await packets("https://a.cn/", browser))[0] > 0

    asyncio.run(go())


@with_chromium
def test_the_browser_says_nothing_of_its_own(tmp_path: Path) -> None:
    """Idle, and on a page with forms; whatever it would ask is answered, so that it would go on."""
    form = b"""<p>Words in another language, to be translated.</p><form action="/done" method=post>
        <input name=user autocomplete=username><input name=p type=password>
        <input name=tel type=tel><input name=cc autocomplete=cc-number><button>ok</button></form>"""

    async def work(tab: Tab, site: Site, guard: Guard) -> None:
        await asyncio.sleep(5)
        assert guard.connections == []
        await tab.goto("https://a.cn/")
        for name in ("user", "p", "tel", "cc"):
            await tab.click(f"[name={name}]")
            await tab.keyboard.type("4111111111111111")
        await tab.click("button")
        await asyncio.sleep(4)
        assert {row.host for row in guard.connections} == {"a.cn"}

    pages: dict[str, Page] = {"/": answer(form), "/done": answer(b"<p>thanks")}
    browsing(pages, work, authority=Authority(tmp_path), hosts=("*",))


def test_the_flags_are_plain_and_fit_each_other() -> None:
    flags = [*QUIET, *confined("socks5://127.0.0.1:9")]
    switches = [flag.split("=")[0] for flag in flags]
    assert len(set(switches)) == len(switches)
    assert all(flag.startswith("--") and '"' not in flag for flag in flags)
    assert "--proxy-server=socks5://127.0.0.1:9" in flags
    assert list(NOT_WANTED) == sorted(set(NOT_WANTED))
    assert all(names.tidy(host) == host for host in OWN_HOSTS)
