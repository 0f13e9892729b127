"""The guard: a SOCKS5 proxy on this machine through which everything goes out, checked and counted.

It resolves each name itself and dials the very address that it checked, so that no redirect, no
answer of a DNS and no script leads to an address that is not public. Encryption stays end to end.
A browser cannot log in to a SOCKS5 proxy, so the guard listens on loopback only, while a scan runs,
and on Linux turns away the programs of other users.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import socket
import struct
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import msgspec

from scanner.fetch import names, socks
from scanner.fetch.addresses import Mapping, Resolve, forbidden, is_this_machine
from scanner.fetch.owner import is_foreign
from scanner.fetch.upstream import Declined, Upstream, parse_proxy
from scanner.model import Words

MIB = 1024 * 1024
_CHUNK = 256 * 1024
_GREETING_S = 10.0
_LINGER_S = 30.0
"""How long one side may stay silent after the other has said its last."""
_MAX_DIALLED = 8
"""Addresses of one name that are tried; large sites give out four to eight."""
_LOOKUPS_AT_ONCE = 32
_LOCAL = ("127.0.0.1", "::1")
_ALWAYS = datetime.timedelta(seconds=60)
"""How long after its request a connection can still belong to it."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much may pass in one scan; our choices, far above what an ordinary site needs."""

    per_connection: int = 64 * MIB
    """Bytes over one connection, both ways together."""
    total: int = 512 * MIB
    """Bytes in all, both ways together."""
    connections: int = 2000
    """Connections in all, refused ones included."""
    open_at_once: int = 256
    """Connections open at the same time."""
    connect_s: float = 10.0
    """Seconds for asking the DNS, and again for each address that is tried."""
    idle_s: float = 300.0
    """Seconds without a byte in either direction."""
    remember_s: float = 60.0
    """Seconds for which an answer of the DNS is used again, as browsers do."""


_USUAL = Limits()


class Connection(msgspec.Struct, kw_only=True, eq=False):
    """One connection that somebody asked the guard for, and what became of it."""

    host: str
    """The host asked for, in its normal form."""
    port: int
    """The port asked for."""
    at: datetime.datetime
    """When it was asked for."""
    until: datetime.datetime | None = None
    """When it ended; None while it is open."""
    ip: str | None = None
    """The address that was reached; None if none was."""
    mapped: bool = False
    """The auditor mapped this host to the address; no DNS was asked."""
    sent: int = 0
    """Bytes that left this machine."""
    received: int = 0
    """Bytes that came back."""
    answers: tuple[str, ...] = ()
    """Every address that the DNS gave."""
    passed_over: tuple[str, ...] = ()
    """Those of the answers that are not public and were not dialled."""
    refused: Words | None = None
    """Why the guard itself refused it."""
    failed: Words | None = None
    """Why it did not come about: the DNS, the other side, time."""
    cut: Words | None = None
    """Why the guard ended it early."""
    source: int = 0
    """The port on this machine from which the guard was asked."""


class Guard:
    """The one way out, open while its `async with` lasts."""

    def __init__(
        self,
        *,
        resolve: Sequence[Resolve] = (),
        allow_private: bool = False,
        limits: Limits = _USUAL,
        proxy: str | None = None,
        own: Collection[str] = (),
    ) -> None:
        """`own` are hosts that only the browser itself asks; they are refused and logged.

        Raises UsageError for two mappings of the same host and port, or an unfit proxy.
        """
        self.address = ""
        self.url = ""
        self.connections: list[Connection] = []
        self.unlogged = 0
        """Refusals that are no longer in the list, since too many were asked for."""
        self._mapping = Mapping(resolve)
        self._allow_private = allow_private
        self._limits = limits
        self._own = frozenset(own)
        self._upstream = None if proxy is None else parse_proxy(proxy)
        self._port = 0
        self._moved = 0
        self._by_place: dict[tuple[str, int], list[Connection]] = {}
        self._by_source: dict[int, Connection] = {}
        self._asked: dict[str, tuple[float, asyncio.Task[list[str] | OSError]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._executor = ThreadPoolExecutor(_LOOKUPS_AT_ONCE, "guard-dns")
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", 0, limit=_CHUNK, backlog=self._limits.open_at_once
        )
        self._port = int(self._server.sockets[0].getsockname()[1])
        self.address = f"127.0.0.1:{self._port}"
        self.url = f"socks5://{self.address}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        lookups = [task for _, task in self._asked.values()]
        for task in (*self._tasks, *lookups):
            task.cancel()
        await asyncio.gather(*self._tasks, *lookups, return_exceptions=True)
        self._executor.shutdown(wait=False, cancel_futures=True)

    def peer(self, host: str, port: int, at: datetime.datetime) -> Connection | None:
        """Give the connection that a request to this host at that time went over.

        Of those open at the time the latest; else the first that was asked for after it, which
        may be one that was refused or failed. None if there is neither.
        """
        rows = self._by_place.get((names.tidy(host) or host, port), [])
        for row in reversed(rows):
            if row.ip is not None and row.at <= at and (row.until is None or at <= row.until):
                return row
        later = [row for row in rows if at <= row.at <= at + _ALWAYS]
        return min(later, key=lambda row: row.at, default=None)

    def from_source(self, port: int) -> Connection | None:
        """Give the latest connection that was asked for from a port on this machine."""
        return self._by_source.get(port)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = None
        try:
            if is_foreign(_source(writer), self._port):
                raise socks.NotSocks("another user's program")
            async with asyncio.timeout(_GREETING_S):
                asked, port = await socks.asked(reader, writer)
            connection = self._enter(asked, port, writer)
            far = await self._open(connection)
            if far is None:
                await socks.reply(writer, _answer(connection))
            else:
                await self._join((reader, writer), far, connection)
        except (OSError, EOFError, TimeoutError, socks.NotSocks):
            pass  # the client went away, or never spoke SOCKS
        finally:
            if connection is not None and connection.until is None:
                connection.until = _now()
            writer.close()

    def _enter(self, asked: str, port: int, writer: asyncio.StreamWriter) -> Connection:
        """Write a new connection into the log, with the refusal where a limit is reached."""
        host = names.tidy(asked)
        source = _source(writer)
        connection = Connection(
            host=host or asked[: names.MAX_NAME], port=port, at=_now(), source=source
        )
        if host is None:
            connection.refused = Words("不是有效的主机名", "not a valid host name")
        elif host in self._own:
            connection.refused = Words("浏览器自身的请求", "a call of the browser itself")
        over = self._over(len(self.connections) + 1)
        connection.refused = connection.refused or over
        if len(self.connections) > self._limits.connections:
            self.unlogged += 1
        else:
            self.connections.append(connection)
            self._by_place.setdefault((connection.host, port), []).append(connection)
            self._by_source[source] = connection
        return connection

    def _over(self, count: int) -> Words | None:
        limits = self._limits
        if count > limits.connections:
            most = limits.connections
            return Words(f"连接总数超过 {most}", f"more than {most} connections in all")
        if len(self._tasks) > limits.open_at_once:
            most = limits.open_at_once
            return Words(f"同时连接数超过 {most}", f"more than {most} connections at once")
        return _over_total(limits) if self._moved >= limits.total else None

    async def _open(self, connection: Connection) -> Streams | None:
        """Find the address and dial it; why not is written into the connection."""
        if connection.refused is not None:
            return None
        mapping = self._mapping.find(connection.host, connection.port)
        if mapping is not None:
            connection.mapped = True
            return await self._dial(
                connection, [mapping.address], mapping.to_port or connection.port
            )
        answers = await self._resolve(connection)
        if not answers:
            return None
        reasons = {ip: None if self._allow_private else forbidden(ip) for ip in answers}
        allowed = [ip for ip, why in reasons.items() if why is None]
        connection.passed_over = tuple(ip for ip in answers if ip not in allowed)
        if not allowed:
            why = forbidden(answers[0]) or Words("", "")
            connection.refused = Words(
                f"地址 {answers[0]} 不公开（{why.zh}），须用 --allow-private 或 --resolve 才可访问",
                f"{answers[0]} is {why.en}; only --allow-private or --resolve opens it",
            )
            return None
        return await self._dial(connection, allowed, connection.port)

    async def _resolve(self, connection: Connection) -> list[str]:
        host = connection.host
        if names.literal_of(host) is not None:
            return [host]
        if names.is_local(host):
            return list(_LOCAL)
        try:
            async with asyncio.timeout(self._limits.connect_s):
                found = await asyncio.shield(self._lookup(host))
        except TimeoutError:
            connection.failed = Words("域名解析超时", "the DNS did not answer in time")
            return []
        if isinstance(found, OSError):
            self._asked.pop(host, None)
            connection.failed = names.no_answer(found)
            return []
        connection.answers = tuple(found)
        return found

    def _lookup(self, host: str) -> asyncio.Task[list[str] | OSError]:
        """Ask once for all who want to know at the same time, and for a while after."""
        loop = asyncio.get_running_loop()
        then, task = self._asked.get(host, (0.0, None))
        if task is None or (task.done() and loop.time() - then >= self._limits.remember_s):
            task = loop.create_task(self._look_up(host))
            self._asked[host] = (loop.time(), task)
        return task

    async def _look_up(self, host: str) -> list[str] | OSError:
        try:
            found = await names.lookup(host, self._executor)
        except OSError as error:
            return error
        return found or OSError("an empty answer")

    async def _dial(self, connection: Connection, ips: Sequence[str], port: int) -> Streams | None:
        for ip in ips[:_MAX_DIALLED]:
            if port == self._port and is_this_machine(ip):
                connection.refused = Words("指向扫描器自身", "leads to the scanner itself")
                return None
            try:
                async with asyncio.timeout(self._limits.connect_s):
                    far = await self._connect(ip, port)
            except (OSError, TimeoutError) as error:
                connection.failed = _not_reached(ip, port, error)
                continue
            connection.ip, connection.failed = ip, None
            return far
        return None

    async def _connect(self, ip: str, port: int) -> Streams:
        upstream: Upstream | None = self._upstream
        if upstream is not None and forbidden(ip) is None:
            return await upstream.open(ip, port, _CHUNK)
        return await asyncio.open_connection(ip, port, limit=_CHUNK)

    async def _join(self, near: Streams, far: Streams, connection: Connection) -> None:
        """Pass bytes both ways until both sides have ended, or a limit is reached."""
        whole = False
        deadline = asyncio.timeout(self._limits.idle_s)
        try:
            await socks.reply(near[1], socks.Answer.GRANTED)
            async with deadline:
                out = asyncio.ensure_future(self._pass(near[0], far[1], connection, deadline, True))
                back = asyncio.ensure_future(
                    self._pass(far[0], near[1], connection, deadline, False)
                )
                try:
                    await asyncio.gather(out, back)
                finally:
                    out.cancel()
                    back.cancel()
            whole = connection.cut is None
        except OSError:
            if deadline.expired():
                connection.cut = Words("长时间无数据", "no data for a long time")
        finally:
            if whole:
                far[1].close()
            else:
                _break(far[1])
                _break(near[1])

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        connection: Connection,
        deadline: asyncio.Timeout,
        outward: bool,
    ) -> None:
        loop, limits = asyncio.get_running_loop(), self._limits
        while data := await reader.read(_CHUNK):
            self._moved += len(data)
            if outward:
                connection.sent += len(data)
            else:
                connection.received += len(data)
            if connection.sent + connection.received > limits.per_connection:
                most = limits.per_connection
                connection.cut = Words(f"超过单连接上限 {most} 字节", f"over {most} bytes")
            elif self._moved > limits.total:
                connection.cut = _over_total(limits)
            if connection.cut is not None:
                raise ConnectionAbortedError
            writer.write(data)
            await writer.drain()
            deadline.reschedule(loop.time() + limits.idle_s)
        if writer.can_write_eof():
            writer.write_eof()
        deadline.reschedule(loop.time() + min(_LINGER_S, limits.idle_s))


def _source(writer: asyncio.StreamWriter) -> int:
    return int(writer.get_extra_info("peername")[1])


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _over_total(limits: Limits) -> Words:
    return Words(f"超过总上限 {limits.total} 字节", f"over {limits.total} bytes in all")


def _not_reached(ip: str, port: int, error: OSError | TimeoutError) -> Words:
    if isinstance(error, Declined):
        return Words(f"上游代理未放行（{error.status}）", f"the proxy declined ({error.status})")
    if isinstance(error, ConnectionRefusedError):
        return Words(f"{ip} 端口 {port} 拒绝连接", f"{ip} refused port {port}")
    if isinstance(error, TimeoutError):
        return Words(f"{ip} 端口 {port} 连接超时", f"{ip} port {port} did not answer in time")
    return Words(f"{ip} 端口 {port} 无法到达", f"{ip} port {port} cannot be reached")


def _answer(connection: Connection) -> socks.Answer:
    return socks.Answer.NOT_ALLOWED if connection.refused else socks.Answer.HOST_UNREACHABLE


def _break(writer: asyncio.StreamWriter) -> None:
    """End with a reset, so that what was cut is never taken for a complete answer."""
    with contextlib.suppress(OSError):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
