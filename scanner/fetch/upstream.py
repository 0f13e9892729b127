"""A proxy of the auditor's own house that has to be passed on the way out (HTTP CONNECT)."""

from __future__ import annotations

import asyncio
import base64
from urllib.parse import unquote, urlsplit

import msgspec

from scanner.errors import UsageError

MAX_HEAD = 16 * 1024
"""Bytes of a proxy's reply, our choice; replies have a few hundred."""


class Declined(OSError):  # noqa: N818 - it names what the proxy did
    """The proxy does not pass the connection on."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the proxy answered {status}")
        self.status = status


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """A proxy that is asked to open a connection to an address that was checked before."""

    host: str
    port: int
    credentials: str | None = None
    """What goes into Proxy-Authorization, without the word Basic."""

    async def open(
        self, ip: str, port: int, limit: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection to an address through the proxy; raises OSError where it does not."""
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=limit)
        try:
            target = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"
            lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
            if self.credentials is not None:
                lines.append(f"Proxy-Authorization: Basic {self.credentials}")
            writer.write("\r\n".join((*lines, "", "")).encode("ascii"))
            head = await _head(reader)
            status = head.split(b"\r\n", 1)[0].split(b" ", 2)[1:2]
            if not status or not status[0].startswith(b"2"):
                raise Declined(status[0].decode("ascii", "replace")[:3] if status else "nothing")
        except BaseException:
            writer.transport.abort()
            raise
        return reader, writer


async def _head(reader: asyncio.StreamReader) -> bytes:
    """Read up to the empty line, byte by byte so that nothing of the tunnel is taken."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        byte = await reader.read(1)
        if not byte or len(head) >= MAX_HEAD:
            raise Declined("nothing that is HTTP")
        head += byte
    return bytes(head)


def parse_proxy(url: str) -> Upstream:
    """Read http://[USER:PASSWORD@]HOST:PORT; raises UsageError for any other kind of proxy."""
    hint = "write http://[USER:PASSWORD@]HOST:PORT; other kinds of proxy are not supported"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError("the proxy's address cannot be read", hint=hint) from None
    if parts.scheme != "http" or not parts.hostname or port is None or parts.path not in {"", "/"}:
        raise UsageError("the proxy is not an http proxy with host and port", hint=hint)
    credentials = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        credentials = base64.b64encode(pair.encode()).decode("ascii")
    return Upstream(host=parts.hostname, port=port, credentials=credentials)
