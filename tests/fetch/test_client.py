import asyncio
import contextlib
import gzip
import resource
import ssl
import subprocess
import sys
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.fetch.addresses import parse_resolve
from scanner.fetch.client import AGENT, MAX_HOPS, Client, FetchError, Reply
from scanner.fetch.guard import MIB, Guard, Limits
from tests.fetch.site import Authority, Handler, Page, Site, answer, moved, serving

Work = Callable[[Client, Site, Guard], Awaitable[None]]


def using(
    pages: dict[str, Page],
    work: Work,
    *,
    hosts: tuple[str, ...] = ("a.cn", "b.cn"),
    tls: ssl.SSLContext | None = None,
    trust: ssl.SSLContext | None = None,
    limits: Limits = Limits(),  # noqa: B008
    timeout_s: float = 20.0,
) -> None:
    async def go() -> None:
        async with asyncio.timeout(60), serving(pages, tls=tls) as site:
            rows = [parse_resolve(f"{host}=127.0.0.1:{site.port}") for host in hosts]
            async with (
                Guard(resolve=rows, limits=limits) as guard,
                Client(guard, trust=trust, timeout_s=timeout_s) as client,
            ):
                await work(client, site, guard)

    asyncio.run(go())


async def reason(client: Client, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        await client.get(url)
    assert caught.value.reason.zh
    return caught.value.reason.en


def test_gets_a_file_and_says_from_where() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        reply = await client.get("http://a.cn/x?y=1#part")
        assert reply == Reply(
            "http://a.cn/x?y=1",
            200,
            (("content-type", "text/plain"), ("content-length", "5"), ("x-a", "1"), ("x-a", "2")),
            b"hello",
            False,
            "127.0.0.1",
            (),
        )
        assert reply.header("X-A") == "1"
        assert reply.header("x-b") is None
        headers = site.asked[0][1]
        assert headers["user-agent"] == AGENT
        assert "Mingjian" in AGENT
        assert headers["host"] == "a.cn"
        assert not {"cookie", "referer", "authorization"} & set(headers)

    page = answer(b"hello", "X-A: 1", "X-A: 2", media_type="text/plain")
    using({"/x": page}, work)


def test_follows_where_it_leads_and_keeps_the_way() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        reply = await client.get("http://a.cn/1")
        assert reply.url == "http://b.cn/3"
        assert reply.hops == ("http://a.cn/1", "http://a.cn/2?q")
        assert reply.body == b"end"

    pages = {"/1": moved("/2?q#x"), "/2": moved("http://b.cn/3", "308 X"), "/3": answer(b"end")}
    using({**pages}, work)


def test_sends_no_cookies_back() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        await client.get("http://a.cn/1")
        await client.get("http://a.cn/2")
        assert site.paths == ["/1", "/2", "/2"]
        assert not any("cookie" in headers for _, headers in site.asked)

    cookie = b"HTTP/1.1 302 Found\r\nLocation: /2\r\nSet-Cookie: id=1\r\nContent-Length: 0\r\n\r\n"
    using({"/1": cookie, "/2": answer(b"")}, work)


def test_bytes_are_handed_in_and_never_elsewhere_unasked() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        async def take(
            headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            body = await reader.readexactly(int(headers["content-length"]))
            writer.write(answer(headers["content-type"].encode() + b" " + body))

        site.pages["/take"] = take
        reply = await client.post("http://a.cn/take", b"\0query", media_type="application/x")
        assert reply.body == b"application/x \0query"
        site.pages["/moved"] = _taking(moved("/take"))
        site.pages["/same"] = _taking(moved("http://b.cn/take", "307 Temporary Redirect"))
        with pytest.raises(FetchError, match="leads elsewhere"):
            await client.post("http://a.cn/moved", b"query", media_type="application/x")
        reply = await client.post("http://a.cn/same", b"query", media_type="application/x")
        assert (reply.url, reply.body) == ("http://b.cn/take", b"application/x query")

    using({}, work)


def _taking(page: bytes) -> Handler:
    async def take(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readexactly(int(headers["content-length"]))
        writer.write(page)

    return take


def test_a_method_is_kept_as_browsers_keep_it() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        assert (await client.get("http://a.cn/1", method="HEAD")).body == b""

    head = b"HTTP/1.1 200 OK\r\nContent-Length: 700\r\nContent-Encoding: gzip\r\n\r\n"
    using({"/1": moved("/2"), "/2": head}, work)


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1:{port}/secret",
        "http://localhost:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_redirect_to_an_inner_address_is_refused(to: str) -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        site.pages["/1"] = moved(to.format(port=site.port))
        assert "--allow-private" in await reason(client, "http://a.cn/1")
        assert site.paths == ["/1"]

    using({"/secret": answer(b"secret")}, work)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "javascript:1", "ftp://a.cn/", "data:,x"])
def test_a_redirect_to_no_web_address_ends_there(to: str) -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        assert "no web address" in await reason(client, "http://a.cn/1")

    using({"/1": moved(to)}, work)


def test_an_endless_redirect_ends() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        assert "redirects" in await reason(client, "http://a.cn/1")
        assert len(site.asked) == MAX_HOPS + 1

    using({"/1": moved("/2"), "/2": moved("/1")}, work)


def test_dead_ends_are_told_apart(tmp_path: Path) -> None:
    """Certificates that are fit, expired, self-signed, of another host, of an unknown root."""
    authority = Authority(tmp_path)
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    cases = {
        "": authority.server("a.cn"),
        "expired": authority.server("a.cn", days=-1),
        "self-signed": authority.server("a.cn", self_signed=True),
        "another host": authority.server("other.cn"),
        "issuer": Authority(stranger).server("a.cn"),
    }
    for word, tls in cases.items():

        async def work(client: Client, site: Site, guard: Guard, word: str = word) -> None:
            if word:
                assert word in await reason(client, "https://a.cn/")
            else:
                reply = await client.get("https://a.cn/")
                assert (reply.body, reply.ip) == (b"safe", "127.0.0.1")

        using({"/": answer(b"safe")}, work, tls=tls, trust=authority.trust())


def test_what_is_no_tls_is_said() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        assert "TLS" in await reason(client, "https://a.cn/")

    using({}, work)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (b"SSH-2.0-x\r\n", "HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200_000, "HTTP"),
        (b"", "HTTP"),
    ],
)
def test_what_is_no_whole_answer_is_said(said: bytes, word: str) -> None:
    async def odd(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(said)
        await writer.drain()
        raise EOFError

    async def work(client: Client, site: Site, guard: Guard) -> None:
        assert word in await reason(client, "http://a.cn/")

    using({"/": odd}, work)


def test_a_server_that_dawdles_is_given_up() -> None:
    async def drip(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def work(client: Client, site: Site, guard: Guard) -> None:
        assert "seconds" in await reason(client, "http://a.cn/")

    using({"/": drip}, work, timeout_s=0.5)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.cn",
        "ftp://a.cn/",
        "http://",
        "http://[",
        "http://a.cn:99999/",
        "http://a.cn:0x/",
        "http://a..cn/",
        "http://" + "a" * 300 + "/",
        "http://a.cn\n/",
        "http://[::1%25lo]/",
    ],
)
def test_what_is_no_address_is_said(url: str) -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        await reason(client, url)
        assert not site.asked

    using({}, work)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40), st.sampled_from(["", "http://", "https://a.cn", "http://[", "//"]))
def test_hostile_addresses_never_fail_otherwise(text: str, start: str) -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        for url in (start + text, f"http://{text}/"):
            with contextlib.suppress(FetchError):
                await client.get(url)

    using({}, work, hosts=("*",))


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60))
def test_hostile_redirects_never_fail_otherwise(to: bytes) -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        line = to.replace(b"\r", b"").replace(b"\n", b"")
        head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + line
        site.pages["/1"] = head + b"\r\n\r\n"
        with contextlib.suppress(FetchError):
            await client.get("http://a.cn/1")

    using({}, work, hosts=("*",))


def test_a_long_body_comes_cut() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        reply = await client.get("http://a.cn/", most=1000)
        assert (len(reply.body), reply.cut) == (1000, True)
        reply = await client.get("http://a.cn/", most=5000)
        assert (len(reply.body), reply.cut) == (5000, False)

    using({"/": answer(b"x" * 5000)}, work)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("identity", lambda data: data),
        ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
        ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))),
    ],
)
def test_decompresses(coding: str, pack: Callable[[bytes], bytes]) -> None:
    data = b"".join(b"%d " % number for number in range(100_000))

    async def work(client: Client, site: Site, guard: Guard) -> None:
        reply = await client.get("http://a.cn/")
        assert reply.body == data
        assert not reply.cut

    using({"/": answer(pack(data), f"Content-Encoding: {coding}")}, work)


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip"])
def test_a_bomb_goes_off_in_a_box(coding: str) -> None:
    bomb = gzip.compress(bytes(256 * MIB), 9)
    if "," in coding:
        bomb = gzip.compress(bomb)

    async def work(client: Client, site: Site, guard: Guard) -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        reply = await client.get("http://a.cn/")
        assert (len(reply.body), reply.cut) == (8 * MIB, True)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024

    using({"/": answer(bomb, f"Content-Encoding: {coding}")}, work)


def test_odd_compression_is_said() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        assert "br" in await reason(client, "http://a.cn/br")
        assert "decompress" in await reason(client, "http://a.cn/many")
        assert "damaged" in await reason(client, "http://a.cn/bad")
        reply = await client.get("http://a.cn/short")
        assert reply.cut
        assert b"hello".startswith(reply.body[:5])

    pages: dict[str, Page] = {
        "/br": answer(b"xx", "Content-Encoding: br"),
        "/many": answer(b"xx", "Content-Encoding: gzip, gzip, gzip"),
        "/bad": answer(b"not gzip at all", "Content-Encoding: gzip"),
        "/short": answer(gzip.compress(b"hello" * 1000)[:-9], "Content-Encoding: gzip"),
    }
    using(pages, work)


def test_the_limits_of_the_guard_hold_here_too() -> None:
    async def work(client: Client, site: Site, guard: Guard) -> None:
        assert "bytes" in await reason(client, "http://a.cn/")

    limits = Limits(per_connection=MIB)
    using({"/": answer(bytes(3 * MIB))}, work, limits=limits)


def test_a_refused_connection_is_said() -> None:
    async def go() -> None:
        rows = [parse_resolve("shut.cn=127.0.0.1:1")]
        async with Guard(resolve=rows) as guard, Client(guard) as client:
            assert "refused port" in await reason(client, "http://shut.cn/")

    asyncio.run(go())


def test_costs_nothing_until_it_is_used() -> None:
    code = "import sys, scanner.fetch.manners; print({'httpx', 'protego', 'idna'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
