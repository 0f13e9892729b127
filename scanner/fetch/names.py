"""Host names in one normal form, and the one place that asks the DNS."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from concurrent.futures import Executor

from scanner.model import Words

MAX_NAME = 253
"""Longest host name (RFC 1035, without the last dot)."""
_LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.ASCII)


def tidy(host: str) -> str | None:
    """Give a host in lower-case ASCII, without brackets or a last dot; None if it is no host."""
    if host.startswith("[") and host.endswith("]"):
        literal = host[1:-1]
        return literal_of(literal) if ":" in literal else None
    if ":" in host:
        return literal_of(host)
    if not host.isascii():
        host = _in_ascii(host) or ""
    host = host.lower().removesuffix(".")
    if len(host) > MAX_NAME or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        return None
    return literal_of(host) or host


def literal_of(host: str) -> str | None:
    """Give an IP address in its usual form; None if the text is not one."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


def _in_ascii(host: str) -> str | None:
    import idna  # noqa: PLC0415 - its tables are large and few hosts need them

    try:
        return idna.encode(host[: MAX_NAME + 1], uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def is_local(host: str) -> bool:
    """Tell whether a name in normal form means this machine, whatever a DNS says (RFC 6761)."""
    return host == "localhost" or host.endswith(".localhost")


async def lookup(host: str, executor: Executor | None = None) -> list[str]:
    """Ask the system's resolver, as any program on this machine would; every address, in order.

    Raises OSError where there is no answer.
    """
    loop = asyncio.get_running_loop()
    rows = await loop.run_in_executor(executor, _ask, host)
    return list(dict.fromkeys(rows))


def no_answer(error: OSError) -> Words:
    """Say why there was no answer; a name that is gone is not the same as a DNS that is silent."""
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return Words("域名解析暂时失败", "the DNS could not answer for now")
    return Words("域名无解析结果", "the DNS knows no address of this name")


def _ask(host: str) -> list[str]:
    try:
        rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(str(error)) from None
    return [str(row[4][0]) for row in rows]
