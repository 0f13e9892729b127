"""What on the auditor's machine could change what is seen: its clock, proxies, names and roots.

Nobody is asked over the network, and nothing that is read here can stop a scan: what cannot be read
is unknown.
"""

from __future__ import annotations

import base64
import binascii
import ctypes
import getpass
import hashlib
import os
import platform
import re
import socket
import ssl
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from scanner.model import OWN_ESTIMATE, Clock, Surroundings

LONGEST = 1 << 20
"""Bytes of a table of names that are read at most; a list that blocks advertisers may be as long,
and of a longer one no digest is given."""
LONGEST_ROOTS = 16 << 20
"""Bytes of a file of root certificates at most; the usual ones have a quarter of a million."""
MOST = 200
"""Entries of one kind that are listed at most; the digest covers all of them."""
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy")
"""Names of the environment that programs obey, in lower and in upper case."""

_UNSYNCHRONISED = 0x0040
"""STA_UNSYNC of adjtimex(2): nobody holds the clock in step."""
_ERROR = 5
"""TIME_ERROR of adjtimex(2)."""
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
_OWN_NAMES = re.compile(r"localhost|.*\.localdomain\d*|ip6-.*|broadcasthost", re.IGNORECASE)
_OWN_ADDRESSES = ("127.", "::1", "fe00:", "ff00:", "ff02:")


class Places(NamedTuple):
    """Where a system says these things; tests name other places."""

    resolvers: Path = Path("/etc/resolv.conf")
    hosts: Path = Path("/etc/hosts")


PLACES = Places()


class _Timex(ctypes.Structure):
    """struct timex of Linux (adjtimex(2)), on machines of 64 bits."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 512),  # longer than the kernel's, whatever it appends
    )


def around(
    at: str,
    *,
    clock: Clock | None = None,
    egress: str | None = None,
    environment: Mapping[str, str] = os.environ,
    places: Places = PLACES,
) -> Surroundings:
    """Say what this machine is like at a moment (ISO 8601 with offset).

    `clock` is what another clock said of this machine's; else the system's own word counts.
    """
    hosts = _bytes(places.hosts, LONGEST)
    roots = sorted(set(_roots()))
    listed = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in roots))
    return Surroundings(
        clock=clock or clock_of(at),
        proxies=tuple(_proxies(environment)),
        resolvers=tuple(_resolvers(_bytes(places.resolvers, LONGEST) or b""))[:MOST],
        hosts=tuple(_mapped(hosts or b""))[:MOST],
        hosts_sha256=None if hosts is None else hashlib.sha256(hosts).hexdigest(),
        roots=len(roots) or None,
        roots_sha256=listed.hexdigest() if roots else None,
        egress=egress,
    )


def clock_of(at: str) -> Clock:
    """Say what the operating system says of its clock, at a moment that this clock gave."""
    said = _kernel()
    if said is None:
        return Clock(at=at)
    synchronised, most_s = said
    if not synchronised:
        return Clock(at=at, synchronised=False, compared_with=OWN_ESTIMATE)
    return Clock(at=at, synchronised=True, within_s=most_s, compared_with=OWN_ESTIMATE)


def machine() -> str:
    """Give the name of this machine and of the system's user."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name, as in some containers
        user = str(os.getuid()) if hasattr(os, "getuid") else "?"
    return f"{_line(socket.gethostname())} ({_line(user)})"


def _kernel() -> tuple[bool, float] | None:
    """Ask adjtimex(2), changing nothing: whether the clock is held in step, and its largest error
    in seconds; None where there is no such word."""
    if platform.system() != "Linux" or sys.maxsize < 2**32:
        return None
    told = _Timex(modes=0)
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.byref(told))
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    held = state != _ERROR and not told.status & _UNSYNCHRONISED
    return held, told.maxerror / 1e6


def _proxies(environment: Mapping[str, str]) -> Iterator[str]:
    for name in PROXIES:
        for written in (name, name.upper()):
            value = environment.get(written)
            if value:
                yield f"{written}={value if name == 'no_proxy' else _without_password(value)}"


def _without_password(proxy: str) -> str:
    """Give the address of a proxy without who logs in there."""
    whole = proxy if "://" in proxy else f"//{proxy}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "?"
    host = f"[{host}]" if ":" in host else host
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    login = "…@" if "@" in parts.netloc else ""
    return _line(scheme + login + host + (f":{port}" if port is not None else ""))


def _resolvers(table: bytes) -> Iterator[str]:
    for line in table.decode("utf-8", "replace").splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == "nameserver":
            yield _line(words[1])


def _mapped(table: bytes) -> Iterator[str]:
    """Give name and address of each entry that is not about the machine itself."""
    own = socket.gethostname().casefold()
    for line in table.decode("utf-8", "replace").splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        for name in names:
            itself = name.casefold() in (own, own.partition(".")[0])
            usual = _OWN_NAMES.fullmatch(name) and address.startswith(_OWN_ADDRESSES)
            if not itself and not usual:
                yield f"{_line(name)} = {_line(address)}"


def _roots() -> Iterator[bytes]:
    """Give the certificates (DER) that programs on this machine trust by themselves: the system's,
    and those of the library by which pages are asked for."""
    files = [ssl.get_default_verify_paths().cafile]
    try:
        import certifi  # noqa: PLC0415 - looked for, not leaned on
    except ImportError:
        pass
    else:
        files.append(certifi.where())
    for name in files:
        for found in _PEM.findall(_bytes(Path(name), LONGEST_ROOTS) or b"" if name else b""):
            try:
                yield base64.b64decode(found)
            except binascii.Error:
                continue


def _bytes(path: Path, most: int) -> bytes | None:
    """Read a plain file that is not too long; None for any other."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError:
        return None
    return data if len(data) <= most else None


def _line(text: str) -> str:
    """Give a short text of the system's on one line, in characters that JSON can hold."""
    plain = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return " ".join(plain.split())[:300]
