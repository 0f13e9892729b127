"""The few bytes of SOCKS5 (RFC 1928) that a browser speaks to its proxy."""

from __future__ import annotations

import asyncio
import ipaddress
from enum import IntEnum

VERSION = 5
_CONNECT = 1
_NO_AUTHENTICATION = 0
_NOTHING_ACCEPTABLE = 0xFF


class Answer(IntEnum):
    """What the proxy replies to a request for a connection."""

    GRANTED = 0
    FAILED = 1
    NOT_ALLOWED = 2
    HOST_UNREACHABLE = 4
    REFUSED_BY_PEER = 5
    COMMAND_UNKNOWN = 7
    ADDRESS_UNKNOWN = 8


class NotSocks(Exception):  # noqa: N818 - it names what was spoken
    """What arrived is not a request for a connection in SOCKS5."""


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Read which host, as the client wrote it, and which port a client wants.

    Raises NotSocks for anything else, after the reply that the protocol foresees.
    """
    version, methods = await reader.readexactly(2)
    if version != VERSION:
        raise NotSocks(f"version {version}")
    offered = await reader.readexactly(methods)
    if _NO_AUTHENTICATION not in offered:
        writer.write(bytes([VERSION, _NOTHING_ACCEPTABLE]))
        await writer.drain()
        raise NotSocks("no acceptable method")
    writer.write(bytes([VERSION, _NO_AUTHENTICATION]))
    version, command, _, kind = await reader.readexactly(4)
    if version != VERSION:
        raise NotSocks(f"version {version}")
    if kind == 1:
        host = str(ipaddress.IPv4Address(await reader.readexactly(4)))
    elif kind == 4:
        host = str(ipaddress.IPv6Address(await reader.readexactly(16)))
    elif kind == 3:
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode("utf-8", "replace")
    else:
        await reply(writer, Answer.ADDRESS_UNKNOWN)
        raise NotSocks(f"address type {kind}")
    port = int.from_bytes(await reader.readexactly(2), "big")
    if command != _CONNECT:
        await reply(writer, Answer.COMMAND_UNKNOWN)
        raise NotSocks(f"command {command}")
    return host, port


async def reply(writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Tell the client how its request ended; the address part is of no use and stays empty."""
    writer.write(bytes([VERSION, answer, 0, 1, 0, 0, 0, 0, 0, 0]))
    await writer.drain()
