"""One question to a time server that the auditor named: how far this machine's clock is off.

SNTP (RFC 4330, RFC 5905): one packet of UDP to a checked address and one back. An answer that is
not about our question is no answer.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from msgspec.structs import replace

from scanner.errors import UsageError
from scanner.fetch.addresses import forbidden
from scanner.fetch.names import lookup, no_answer, tidy
from scanner.model import Clock, Words

PORT = 123
WAIT_S = 5.0
"""Longest time for the name, and again for the answer of each address; our choice."""
MOST_ADDRESSES = 3
"""Addresses of one name that are tried, one question each."""
_SINCE_1900 = 2_208_988_800
"""Seconds from the beginning of NTP's count to that of Unix."""
_ERA = 1 << 32
"""Seconds after which NTP's count begins anew; also what one of its seconds is divided into."""
_ANSWER = struct.Struct("!BBxxII12x8sQQ")
"""First byte, stratum, root delay and root dispersion, our token, when the question came and when
the answer left; bytes 4 to 47 of RFC 5905, figure 8, but for the identity of the server."""
_ASKING = 0x23
"""No leap second, version 4, a client."""
_SERVER, _NOT_HELD = 4, 3
_FARTHEST = 15
"""Strata from 1 to 15 tell the time; 0 refuses to, 16 does not know it."""
_ROUNDING_S = 0.001
"""How far two clocks may disagree on a trip that took no time."""


class _Asked(NamedTuple):
    """When the question left and when the answer came, by this machine's clock (Unix seconds)."""

    left: float
    came: float


class _Silent(Exception):  # noqa: N818 - it never leaves this file
    def __init__(self, why: Words) -> None:
        super().__init__(why.en)
        self.why = why


def compared(server: str, own: Clock, *, allow_private: bool = False) -> Clock:
    """Hold this machine's clock, as its own system speaks of it, against a time server.

    `server` is HOST or HOST:PORT. Where nothing usable comes back the clock stays as its system
    says, and names the server and the reason. Raises UsageError for what is no such place.
    """
    host, port = _place(server)
    try:
        addresses = _addresses(host, allow_private=allow_private)
        ahead, within, address = _first(addresses[:MOST_ADDRESSES], port)
    except _Silent as silent:
        said = f"NTP {server}: {silent.why.zh} / {silent.why.en}"
        return replace(own, compared_with=said)
    named = f"NTP {server}" if address == host else f"NTP {server} ({address})"
    return replace(own, offset_s=round(ahead, 6), within_s=round(within, 6), compared_with=named)


def _place(server: str) -> tuple[str, int]:
    host, port = server, ""
    if server.count(":") == 1 or "]:" in server:
        host, _, port = server.rpartition(":")
    name = tidy(host)
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    if not name or (port and not 1 <= number <= 65535):
        said = f"--time-server {server[:200]!r} is no host"
        raise UsageError(said, hint="write a name or an address, e.g. ntp.ntsc.ac.cn")
    return name, number or PORT


def _addresses(host: str, *, allow_private: bool) -> list[str]:
    """Give the public addresses of a host; others only where the auditor allows them."""
    try:
        found = asyncio.run(_looked_up(host))
    except TimeoutError:
        raise _Silent(Words("域名解析超时", "the DNS did not answer in time")) from None
    except OSError as error:
        raise _Silent(no_answer(error)) from None
    refused = Words("域名无解析结果", "the DNS knows no address of this name")
    public = []
    for each in found:
        why = None if allow_private else forbidden(each)
        if why is None:
            public.append(each)
        else:
            refused = Words(f"{each} 是{why.zh}", f"{each} is {why.en}")
    if not public:
        raise _Silent(refused)
    return public


async def _looked_up(host: str) -> list[str]:
    executor = ThreadPoolExecutor(1, "time-dns")
    try:
        async with asyncio.timeout(WAIT_S):
            return await lookup(host, executor)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _first(addresses: list[str], port: int) -> tuple[float, float, str]:
    """Ask one address after the other until one tells the time."""
    why = Words("没有应答", "no answer")
    for address in addresses:
        try:
            return *_offset(*_ask(address, port)), address
        except _Silent as silent:
            why = silent.why
        except OSError:
            continue
    raise _Silent(why)


def _ask(address: str, port: int) -> tuple[bytes, _Asked]:
    """Send one question and take the first packet that answers it; raises OSError without one."""
    token = secrets.token_bytes(8)
    question = bytes([_ASKING]) + bytes(39) + token
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.connect((address, port))  # so that nobody else's packets arrive
        began, left = time.monotonic(), time.time()
        line.send(question)
        while (rest := WAIT_S - (time.monotonic() - began)) > 0:
            line.settimeout(rest)
            answer = line.recv(512)
            came = left + (time.monotonic() - began)
            if len(answer) >= _ANSWER.size and answer[24:32] == token:
                return answer, _Asked(left, came)
    raise TimeoutError


def _offset(answer: bytes, asked: _Asked) -> tuple[float, float]:
    """Give how far our clock is ahead, and how far that may be off at most, both in seconds.

    The latter is half of the time for which the packets were on their way, and what the server says
    of itself. Raises _Silent where the server does not tell the time.
    """
    first, stratum, delay, dispersion, _, got, sent = _ANSWER.unpack_from(answer)
    if first & 7 != _SERVER or first >> 6 == _NOT_HELD or not 1 <= stratum <= _FARTHEST:
        said = "the server refuses to tell the time, or does not know it"
        raise _Silent(Words("服务器拒绝回答或自身未同步", said))
    received, answered = _unix(got, asked.came), _unix(sent, asked.came)
    trip = (asked.came - asked.left) - (answered - received)
    if not got or not sent or answered < received or trip < -_ROUNDING_S:
        raise _Silent(Words("应答自相矛盾", "the answer contradicts itself"))
    behind = ((received - asked.left) + (answered - asked.came)) / 2
    itself = (delay / 2 + dispersion) / (1 << 16)
    return -behind, max(0.0, trip) / 2 + itself


def _unix(stamp: int, near: float) -> float:
    """Give a time of NTP as Unix seconds, in the era that lies nearest to our own clock."""
    seconds = stamp / _ERA - _SINCE_1900
    return seconds + round((near - seconds) / _ERA) * _ERA
