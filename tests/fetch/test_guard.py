import asyncio
import contextlib
import datetime
import resource
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from scanner.fetch import guard as guards
from scanner.fetch import names
from scanner.fetch.addresses import Resolve, parse_resolve
from scanner.fetch.guard import MIB, Connection, Guard, Limits
from tests.fetch.site import Site, Streams, answer, serving

SHORT = Limits(connect_s=0.3, idle_s=0.3)


async def ask(guard: Guard, host: str, port: int) -> tuple[int, Streams]:
    """Ask as a browser does; the proxy's reply and the streams."""
    reader, writer = await asyncio.open_connection(*guard.address.split(":"))
    name = host.encode()
    request = b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big")
    writer.write(b"\x05\x01\x00" + request)
    assert await reader.readexactly(2) == b"\x05\x00"
    return (await reader.readexactly(10))[1], (reader, writer)


async def got(streams: Streams, path: str = "/") -> bytes:
    reader, writer = streams
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return await reader.read(65536)


def mapped(site: Site, *hosts: str) -> list[Resolve]:
    return [parse_resolve(f"{host}=127.0.0.1:{site.port}") for host in hosts]


def answering(monkeypatch: pytest.MonkeyPatch, *answers: list[str] | OSError) -> list[str]:
    """Have the DNS say these things one after the other, the last for ever; who was asked for."""
    asked: list[str] = []

    async def lookup(host: str, executor: object = None) -> list[str]:
        asked.append(host)
        now = answers[min(len(asked), len(answers)) - 1]
        if isinstance(now, OSError):
            raise now
        return now

    monkeypatch.setattr(names, "lookup", lookup)
    return asked


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(60):
            await work()

    asyncio.run(bounded())


def words(connection: Connection) -> str:
    said = connection.refused or connection.failed or connection.cut
    assert said is not None
    assert said.zh
    return said.en


def test_a_mapped_name_is_reached_and_counted() -> None:
    async def go() -> None:
        page = answer(b"hello")
        async with (
            serving({"/": page}) as site,
            Guard(resolve=mapped(site, "example.cn")) as guard,
        ):
            before = datetime.datetime.now(datetime.UTC)
            code, streams = await ask(guard, "Example.CN.", 80)
            assert code == 0
            assert await got(streams) == page
            (row,) = guard.connections
            assert (row.host, row.port, row.ip) == ("example.cn", 80, "127.0.0.1")
            assert row.mapped
            assert row.answers == ()
            assert row.received == len(page)
            assert row.sent == len("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert before <= row.at
            assert row.at.tzinfo is not None
            assert row.until is None
            streams[1].close()
            while row.until is None:
                await asyncio.sleep(0.01)
            assert (row.refused, row.failed, row.cut) == (None, None, None)

    run(go)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "::1",
        "localhost",
        "a.localhost",
        "LOCALHOST.",
        "0x7f000001",
        "2130706433",
        "127.1",
        "::ffff:127.0.0.1",
        "0.0.0.0",
        "::",
    ],
)
def test_this_machine_is_out_of_reach_under_every_name(host: str) -> None:
    async def go() -> None:
        async with serving({}) as site, Guard() as guard:
            code, _ = await ask(guard, host, site.port)
            assert code == 2
            assert "--allow-private" in words(guard.connections[0])
            assert guard.connections[0].ip is None
            assert site.connections == 0

    run(go)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433"])
def test_this_machine_is_reached_where_the_auditor_allows_it(host: str) -> None:
    async def go() -> None:
        async with serving({"/": answer(b"x")}) as site, Guard(allow_private=True) as guard:
            code, streams = await ask(guard, host, site.port)
            assert code == 0
            assert (await got(streams)).endswith(b"x")

    run(go)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0.0.0.0", "localhost", "own.cn", "::ffff:127.0.0.1"]
)
def test_the_guard_never_talks_to_itself(host: str) -> None:
    async def go() -> None:
        mapping = [parse_resolve("own.cn=127.0.0.1")]
        async with Guard(allow_private=True, resolve=mapping) as guard:
            code, _ = await ask(guard, host, int(guard.address.split(":")[1]))
            assert code == 2
            assert len(guard.connections) == 1

    run(go)


@pytest.mark.parametrize("host", ["", "a b", "a" * 64 + ".cn", "\u202e.cn", "a..b", "fe80::1%lo"])
def test_what_is_no_public_host_is_refused(host: str) -> None:
    async def go() -> None:
        async with Guard() as guard:
            code, _ = await ask(guard, host, 80)
            assert code == 2
            assert words(guard.connections[0])

    run(go)


def test_a_private_answer_is_refused_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ["10.0.0.1", "169.254.169.254"])

    async def go() -> None:
        async with Guard() as guard:
            code, _ = await ask(guard, "inner.example.cn", 80)
            assert code == 2
            (row,) = guard.connections
            assert row.answers == row.passed_over == ("10.0.0.1", "169.254.169.254")
            assert "private" in words(row)

    run(go)


async def to_site(monkeypatch: pytest.MonkeyPatch, site: Site) -> list[tuple[str, int]]:
    """Have public addresses lead to the site, as no test may go out; what was dialled."""
    dialled: list[tuple[str, int]] = []
    real = asyncio.open_connection

    async def opened(host: str, port: int, **more: int) -> Streams:
        if host == "127.0.0.1":
            return await real(host, port, **more)
        dialled.append((host, port))
        if host == "9.9.9.1":
            raise ConnectionRefusedError
        if host == "9.9.9.2":
            await asyncio.sleep(3600)
        return await real("127.0.0.1", site.port, **more)

    monkeypatch.setattr(asyncio, "open_connection", opened)
    return dialled


def test_dials_what_it_checked_in_order_and_passes_private_answers_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answering(monkeypatch, ["192.168.1.1", "9.9.9.1", "9.9.9.2", "9.9.9.9", "8.8.8.8"])

    async def go() -> None:
        async with serving({"/": answer(b"x")}) as site, Guard(limits=SHORT) as guard:
            dialled = await to_site(monkeypatch, site)
            code, streams = await ask(guard, "many.example.cn", 80)
            assert code == 0
            assert (await got(streams)).endswith(b"x")
            assert dialled == [("9.9.9.1", 80), ("9.9.9.2", 80), ("9.9.9.9", 80)]
            (row,) = guard.connections
            assert row.ip == "9.9.9.9"
            assert row.passed_over == ("192.168.1.1",)
            assert len(row.answers) == 5
            assert (row.refused, row.failed) == (None, None)

    run(go)


def test_a_name_that_turns_private_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: public at first, then an address of the inner network."""
    asked = answering(monkeypatch, ["9.9.9.9"], ["127.0.0.1"])

    async def go() -> None:
        limits = Limits(remember_s=0)
        async with serving({"/": answer(b"x")}) as site, Guard(limits=limits) as guard:
            dialled = await to_site(monkeypatch, site)
            assert (await ask(guard, "turn.example.cn", 80))[0] == 0
            assert (await ask(guard, "turn.example.cn", 80))[0] == 2
            assert dialled == [("9.9.9.9", 80)]
            assert len(asked) == 2

    run(go)


def test_an_answer_is_used_again_as_browsers_do(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, ["9.9.9.9"], ["127.0.0.1"])

    async def go() -> None:
        async with serving({}) as site, Guard() as guard:
            dialled = await to_site(monkeypatch, site)
            codes = await asyncio.gather(*(ask(guard, "turn.example.cn", 80) for _ in range(5)))
            assert [code for code, _ in codes] == [0] * 5
            assert len(asked) == 1
            assert set(dialled) == {("9.9.9.9", 80)}

    run(go)


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "no address of this name"),
        (socket.gaierror(socket.EAI_AGAIN, "later"), "for now"),
    ],
)
def test_a_dead_name_and_a_silent_dns_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, error: OSError, word: str
) -> None:
    asked = answering(monkeypatch, error)

    async def go() -> None:
        async with Guard() as guard:
            for _ in range(2):
                assert (await ask(guard, "gone.example.cn", 80))[0] == 4
            assert word in words(guard.connections[0])
            assert len(asked) == 2

    run(go)


def test_a_dns_that_hangs_does_not_hang_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()
    monkeypatch.setattr(names, "_ask", lambda host: free.wait(20) and [])

    async def go() -> None:
        try:
            async with Guard(limits=SHORT) as guard:
                assert (await ask(guard, "slow.example.cn", 80))[0] == 4
                assert "in time" in words(guard.connections[0])
        finally:
            free.set()

    run(go)


def test_a_closed_port_and_silence_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ["9.9.9.2"])

    async def go() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            closed = taken.getsockname()[1]
            mapping = [parse_resolve(f"shut.cn=127.0.0.1:{closed}")]
            async with serving({}) as site, Guard(resolve=mapping, limits=SHORT) as guard:
                await to_site(monkeypatch, site)
                assert (await ask(guard, "shut.cn", 80))[0] == 4
                assert (await ask(guard, "silent.example.cn", 80))[0] == 4
                assert "refused port" in words(guard.connections[0])
                assert "in time" in words(guard.connections[1])

    run(go)


def test_the_closest_mapping_wins() -> None:
    async def go() -> None:
        rows = ["*=127.0.0.2:1", "*:443=127.0.0.2:2", "a.cn=127.0.0.2:3", "a.cn:443=127.0.0.2:4"]
        async with Guard(resolve=[parse_resolve(row) for row in rows]) as guard:
            for host, port, wanted in (
                ("b.cn", 80, 1),
                ("b.cn", 443, 2),
                ("a.cn", 80, 3),
                ("a.cn", 443, 4),
                ("8.8.8.8", 80, 1),
            ):
                await ask(guard, host, port)
                assert f"port {wanted}" in words(guard.connections[-1])

    run(go)


def test_hosts_of_the_browser_itself_are_refused_and_logged() -> None:
    async def go() -> None:
        mapping = [parse_resolve("*=127.0.0.1:1")]
        async with Guard(resolve=mapping, own=["update.example.com"]) as guard:
            assert (await ask(guard, "Update.example.com.", 443))[0] == 2
            assert "browser itself" in words(guard.connections[0])
            assert (await ask(guard, "example.com", 443))[0] == 4

    run(go)


async def flood(
    headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """200 MB whose end is told only by the end of the connection."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(200):
        writer.write(bytes(MIB))
        await writer.drain()
    raise EOFError


async def read_all(streams: Streams) -> int:
    streams[1].write(b"GET /flood HTTP/1.1\r\n\r\n")
    size = 0
    while data := await streams[0].read(MIB):
        size += len(data)
    return size


def test_a_huge_answer_is_cut_and_never_looks_complete() -> None:
    async def go() -> None:
        limits = Limits(per_connection=8 * MIB)
        async with (
            serving({"/flood": flood}) as site,
            Guard(resolve=mapped(site, "a.cn"), limits=limits) as guard,
        ):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            _, streams = await ask(guard, "a.cn", 80)
            with pytest.raises(ConnectionResetError):
                await read_all(streams)
            (row,) = guard.connections
            assert 8 * MIB < row.received < 9 * MIB
            assert "bytes" in words(row)
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024

    run(go)


def test_the_total_is_bounded_too() -> None:
    async def go() -> None:
        limits = Limits(per_connection=8 * MIB, total=10 * MIB)
        async with (
            serving({"/flood": flood}) as site,
            Guard(resolve=mapped(site, "a.cn"), limits=limits) as guard,
        ):
            for _ in range(2):
                with pytest.raises(ConnectionResetError):
                    await read_all((await ask(guard, "a.cn", 80))[1])
            assert "in all" in words(guard.connections[1])
            assert (await ask(guard, "a.cn", 80))[0] == 2
            assert "in all" in words(guard.connections[2])

    run(go)


def test_a_break_on_the_far_side_arrives_as_a_break() -> None:
    async def broken(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        await writer.drain()
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        await asyncio.sleep(0.05)
        writer.transport.abort()
        raise EOFError

    async def go() -> None:
        async with (
            serving({"/flood": broken}) as site,
            Guard(resolve=mapped(site, "a.cn")) as guard,
        ):
            with pytest.raises(ConnectionResetError):
                await read_all((await ask(guard, "a.cn", 80))[1])

    run(go)


def test_connections_are_bounded_and_so_is_the_log() -> None:
    async def go() -> None:
        limits = Limits(connections=5)
        async with (
            serving({}) as site,
            Guard(resolve=mapped(site, "a.cn"), limits=limits) as guard,
        ):
            codes = [(await ask(guard, "a.cn", 80))[0] for _ in range(9)]
            assert codes == [0] * 5 + [2] * 4
            assert len(guard.connections) == 6
            assert "more than 5 connections" in words(guard.connections[-1])
            assert guard.unlogged == 3

    run(go)


def test_connections_at_once_are_bounded() -> None:
    async def go() -> None:
        limits = Limits(open_at_once=3)
        async with (
            serving({}) as site,
            Guard(resolve=mapped(site, "a.cn"), limits=limits) as guard,
        ):
            held = [await ask(guard, "a.cn", 80) for _ in range(4)]
            assert [code for code, _ in held] == [0, 0, 0, 2]
            assert "at once" in words(guard.connections[-1])
            for _, (_, writer) in held:
                writer.close()
            while any(row.until is None for row in guard.connections):
                await asyncio.sleep(0.01)
            assert (await ask(guard, "a.cn", 80))[0] == 0

    run(go)


def test_a_silent_connection_ends() -> None:
    async def go() -> None:
        async with (
            serving({}) as site,
            Guard(resolve=mapped(site, "a.cn"), limits=SHORT) as guard,
        ):
            _, (reader, _) = await ask(guard, "a.cn", 80)
            with pytest.raises(ConnectionResetError):
                await reader.read()
            assert "no data" in words(guard.connections[0])

    run(go)


def test_a_connection_that_speaks_now_and_then_stays() -> None:
    async def go() -> None:
        limits = Limits(idle_s=1.5)
        async with (
            serving({"/": answer(b"x")}) as site,
            Guard(resolve=mapped(site, "a.cn"), limits=limits) as guard,
        ):
            _, streams = await ask(guard, "a.cn", 80)
            for _ in range(5):
                assert (await got(streams)).endswith(b"x")
                await asyncio.sleep(0.5)

    run(go)


def test_who_gives_up_waiting_for_the_dns_spoils_it_for_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = asyncio.Event()

    async def lookup(host: str, executor: object = None) -> list[str]:
        await answered.wait()
        return ["10.0.0.1"]

    monkeypatch.setattr(names, "lookup", lookup)

    async def go() -> None:
        async with Guard(limits=Limits(connect_s=1)) as guard:
            first = asyncio.ensure_future(ask(guard, "slow.cn", 80))
            await asyncio.sleep(0.7)
            second = asyncio.ensure_future(ask(guard, "slow.cn", 80))
            assert (await first)[0] == 4
            answered.set()
            assert (await second)[0] == 2
            assert guard.connections[1].answers == ("10.0.0.1",)

    run(go)


def test_one_side_may_finish_first() -> None:
    """A client that has said its last still gets the whole answer."""

    async def late(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        assert await reader.read() == b""
        writer.write(answer(b"late"))
        await writer.drain()
        raise EOFError

    async def go() -> None:
        async with serving({"/": late}) as site, Guard(resolve=mapped(site, "a.cn")) as guard:
            _, (reader, writer) = await ask(guard, "a.cn", 80)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            writer.write_eof()
            assert (await reader.read()).endswith(b"late")

    run(go)


def test_nothing_stays_open() -> None:
    def sockets() -> set[str]:
        links = (
            str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()
        )
        return {link for link in links if link.startswith("socket:")}

    async def go() -> None:
        async with serving({}) as site:
            before, tasks = sockets(), len(asyncio.all_tasks())
            async with Guard(resolve=mapped(site, "a.cn")) as guard:
                _, (reader, writer) = await ask(guard, "a.cn", 80)
                _, (_, refused) = await ask(guard, "127.0.0.1", 80)
                half_reader, half = await asyncio.open_connection(*guard.address.split(":"))
                await asyncio.sleep(0.05)
                assert len(sockets() - before) >= 7
            with pytest.raises(ConnectionResetError):
                await reader.read()
            assert await half_reader.read() == b""
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection(*guard.address.split(":"))
            assert guard.connections[0].until is not None
            for mine in (writer, refused, half):
                mine.close()
            await asyncio.sleep(0.1)
            assert sockets() <= before
            assert len(asyncio.all_tasks()) == tasks

    run(go)


def test_listens_on_loopback_only() -> None:
    async def go() -> None:
        async with Guard() as guard:
            port = int(guard.address.split(":")[1])
            assert guard.url == f"socks5://127.0.0.1:{port}"
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.2", port)

    run(go)


def test_another_user_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "is_foreign", lambda port, listening: True)

    async def go() -> None:
        async with Guard(allow_private=True) as guard:
            with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
                await ask(guard, "127.0.0.1", 1)
            assert guard.connections == []

    run(go)


def test_an_upstream_proxy_gets_checked_addresses_only(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ["9.9.9.9"])
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + answer(b"through"))
        writer.close()

    async def go() -> None:
        server = await asyncio.start_server(proxy, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with (
            server,
            serving({}) as site,
            Guard(proxy=url, resolve=mapped(site, "own.cn")) as guard,
        ):
            code, streams = await ask(guard, "far.example.cn", 80)
            assert code == 0
            assert (await got(streams)).endswith(b"through")
            assert asked == [b"CONNECT 9.9.9.9:80 HTTP/1.1\r\n"]
            assert guard.connections[0].ip == "9.9.9.9"
            assert (await ask(guard, "10.0.0.1", 80))[0] == 2
            assert (await ask(guard, "own.cn", 80))[0] == 0
            assert len(asked) == 1

    run(go)


def at(seconds: float) -> datetime.datetime:
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return start + datetime.timedelta(seconds=seconds)


def test_finds_the_connection_of_a_request_by_its_time() -> None:
    guard = Guard()
    rows = [
        Connection(host="a.cn", port=443, at=at(10), until=at(20), ip="9.9.9.1"),
        Connection(host="a.cn", port=443, at=at(12), until=at(14), ip="9.9.9.2"),
        Connection(host="a.cn", port=443, at=at(30), until=at(30)),
        Connection(host="a.cn", port=443, at=at(31), ip="9.9.9.3"),
    ]
    guard._by_place["a.cn", 443] = rows
    wanted = {9.5: 0, 11: 0, 13: 1, 15: 0, 25: 2, 30.5: 3, 100: 3}
    for seconds, row in wanted.items():
        assert guard.peer("A.cn.", 443, at(seconds)) is rows[row], seconds
    assert guard.peer("a.cn", 80, at(11)) is None
    assert guard.peer("b.cn", 443, at(11)) is None
    assert guard.peer("a.cn", 443, at(-100)) is None


def test_many_connections_at_once_do_not_mix() -> None:
    async def own(
        headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(answer(headers["x"].encode() * 1000))
        await writer.drain()

    async def one(guard: Guard, number: int) -> None:
        code, (reader, writer) = await ask(guard, "a.cn", 80)
        assert code == 0
        for turn in range(3):
            word = f"<{number}.{turn}>"
            writer.write(f"GET / HTTP/1.1\r\nX: {word}\r\n\r\n".encode())
            wanted = answer(word.encode() * 1000)
            assert await reader.readexactly(len(wanted)) == wanted
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async def go() -> None:
        async with serving({"/": own}) as site, Guard(resolve=mapped(site, "a.cn")) as guard:
            await asyncio.gather(*(one(guard, number) for number in range(100)))
            assert len({row.source for row in guard.connections}) == 100

    run(go)
