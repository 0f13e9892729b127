import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from scanner.errors import UsageError
from scanner.fetch.upstream import MAX_HEAD, Declined, Upstream, parse_proxy


@contextlib.asynccontextmanager
async def proxy(said: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A proxy that says the same to everybody, and what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


@pytest.mark.parametrize(
    ("ip", "target"), [("8.8.8.8", "8.8.8.8:443"), ("2400:3200::1", "[2400:3200::1]:443")]
)
def test_asks_for_the_address_and_leaves_the_tunnel_alone(ip: str, target: str) -> None:
    async def go() -> None:
        async with proxy(b"HTTP/1.1 200 OK\r\nVia: x\r\n\r\nfirst bytes") as (port, asked):
            upstream = parse_proxy(f"http://an%40na:p%3Aw@127.0.0.1:{port}")
            reader, writer = await upstream.open(ip, 443, 65536)
            assert await reader.read() == b"first bytes"
            writer.close()
            lines = asked[0].decode().split("\r\n")
            assert lines[0] == f"CONNECT {target} HTTP/1.1"
            assert "Proxy-Authorization: Basic YW5AbmE6cDp3" in lines

    asyncio.run(go())


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "403"),
        (b"HTTP/1.1 407 Who\r\n\r\n", "407"),
        (b"\r\n\r\n", "nothing"),
        (b"", "nothing"),
        (b"x" * (MAX_HEAD + 10), "nothing"),
    ],
)
def test_a_refusal_is_told_with_its_status(said: bytes, status: str) -> None:
    async def go() -> None:
        async with proxy(said) as (port, _):
            with pytest.raises(Declined) as caught:
                await Upstream(host="127.0.0.1", port=port).open("8.8.8.8", 80, 65536)
            assert status in caught.value.status

    asyncio.run(go())


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:8080", "socks5://a:1", "https://a:1", "http://a", "http://a:b", "http://a:1/x"],
)
def test_refuses_other_proxies(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_proxy(url)
    assert "USER:PASSWORD" in caught.value.hint
    assert not url or url not in str(caught.value)
