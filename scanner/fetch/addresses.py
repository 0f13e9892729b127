"""Which addresses a page may lead to, and which name the auditor mapped to which address."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from scanner.errors import UsageError
from scanner.fetch.names import tidy
from scanner.model import Words

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _Range(NamedTuple):
    network: Network
    what: Words


def _ranges(*rows: tuple[str, str, str]) -> tuple[_Range, ...]:
    return tuple(_Range(ipaddress.ip_network(net), Words(zh, en)) for net, zh, en in rows)


_RANGES = _ranges(
    ("169.254.169.254/32", "云主机元数据地址", "a cloud metadata address"),
    ("169.254.0.23/32", "云主机元数据地址", "a cloud metadata address"),
    ("100.100.100.200/32", "云主机元数据地址", "a cloud metadata address"),
    ("192.0.0.192/32", "云主机元数据地址", "a cloud metadata address"),
    ("168.63.129.16/32", "云主机元数据地址", "a cloud metadata address"),
    ("fd00:ec2::/32", "云主机元数据地址", "a cloud metadata address"),
    ("0.0.0.0/8", "本网络地址", "an address of this network"),
    ("10.0.0.0/8", "私有地址", "a private address"),
    ("100.64.0.0/10", "运营商级 NAT 共享地址", "an address shared behind a carrier's NAT"),
    ("127.0.0.0/8", "本机回环地址", "a loopback address of this machine"),
    ("169.254.0.0/16", "链路本地地址", "a link-local address"),
    ("172.16.0.0/12", "私有地址", "a private address"),
    ("192.0.0.0/24", "协议专用地址", "an address set aside for protocols"),
    ("192.0.2.0/24", "文档示例地址", "an address for documentation"),
    ("192.88.99.0/24", "6to4 中继地址", "an address of 6to4 relays"),
    ("192.168.0.0/16", "私有地址", "a private address"),
    (
        "198.18.0.0/15",
        "性能测试地址（代理软件的假地址也常用此段）",
        "an address for benchmarks (also used for the fake answers of proxy software)",
    ),
    ("198.51.100.0/24", "文档示例地址", "an address for documentation"),
    ("203.0.113.0/24", "文档示例地址", "an address for documentation"),
    ("224.0.0.0/4", "组播地址", "a multicast address"),
    ("255.255.255.255/32", "广播地址", "the broadcast address"),
    ("240.0.0.0/4", "保留地址", "a reserved address"),
    ("::/128", "未指定地址", "the unspecified address"),
    ("::1/128", "本机回环地址", "a loopback address of this machine"),
    ("100::/64", "丢弃专用地址", "an address whose packets are discarded"),
    ("2001:db8::/32", "文档示例地址", "an address for documentation"),
    ("3fff::/20", "文档示例地址", "an address for documentation"),
    ("fc00::/7", "私有地址", "a private address"),
    ("fe80::/10", "链路本地地址", "a link-local address"),
    ("fec0::/10", "站点本地地址", "a site-local address"),
    ("ff00::/8", "组播地址", "a multicast address"),
)
"""First match names it. From the IANA special-purpose registries (RFC 6890 and its updates); the
metadata addresses are those that the large cloud providers document."""

_WRAPPING = (
    (ipaddress.ip_network("::ffff:0:0/96"), 0, Words("IPv4 映射地址", "an IPv4-mapped address")),
    (
        ipaddress.ip_network("::ffff:0:0:0/96"),
        0,
        Words("IPv4 转换地址", "an IPv4-translated address"),
    ),
    (ipaddress.ip_network("::/96"), 0, Words("IPv4 兼容地址", "an IPv4-compatible address")),
    (ipaddress.ip_network("64:ff9b::/96"), 0, Words("NAT64 地址", "a NAT64 address")),
    (ipaddress.ip_network("64:ff9b:1::/48"), 0, Words("NAT64 地址", "a NAT64 address")),
    (ipaddress.ip_network("2002::/16"), 80, Words("6to4 地址", "a 6to4 address")),
    (ipaddress.ip_network("2001::/32"), None, Words("Teredo 地址", "a Teredo address")),
)
"""IPv6 forms that carry an IPv4 address: network, place of its lowest bit, name."""
_RESERVED = Words("保留地址", "a reserved address")
_PROTOCOLS = ipaddress.ip_network("2001::/23")
_GLOBAL = ipaddress.ip_network("2000::/3")
"""The only part of IPv6 from which public addresses are given out (RFC 4291, IANA)."""
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""Upper half of the interface number of an ISATAP address (RFC 5214)."""


def forbidden(ip: str) -> Words | None:
    """Say why an address is not a public one; None for a public one."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return Words("不是 IP 地址", "not an IP address")
    wrapped = _wrapped(address)
    if wrapped is not None:
        return wrapped
    for network, what in _RANGES:
        if address in network:
            return what
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return Words("带区域标识的地址", "an address with a zone")
        if address not in _GLOBAL or address in _PROTOCOLS:
            return _RESERVED
    return None if address.is_global else _RESERVED


def _wrapped(address: Address) -> Words | None:
    """Name an IPv6 address that carries an IPv4 address, and the one it carries."""
    if not isinstance(address, ipaddress.IPv6Address) or int(address) <= 1:
        return None
    for network, shift, what in _WRAPPING:
        if address in network:
            bits = ~int(address) if shift is None else int(address) >> shift
            return _carrying(what, bits)
    if int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
        return _carrying(Words("ISATAP 地址", "an ISATAP address"), int(address))
    return None


def _carrying(what: Words, bits: int) -> Words:
    inner = ipaddress.IPv4Address(bits & 0xFFFFFFFF)
    return Words(f"{what.zh}（内含 {inner}）", f"{what.en} that carries {inner}")


def is_this_machine(ip: str) -> bool:
    """Tell whether an address leads back to this machine by itself."""
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_unspecified


class Resolve(msgspec.Struct, frozen=True):
    """A name that the auditor maps to an address, so that it is not asked of the DNS."""

    host: str
    """The name in its normal form, an IP address, or * for every host."""
    port: int | None
    """The port it holds for; None for every port."""
    address: str
    """The IP address to be reached instead."""
    to_port: int | None
    """The port to be reached instead; None for the same port."""


class Mapping:
    """All that the auditor mapped; the closest row holds."""

    def __init__(self, rows: Iterable[Resolve]) -> None:
        """Raises UsageError where one host and port are mapped twice."""
        self._rows: dict[tuple[str, int | None], Resolve] = {}
        for row in rows:
            if self._rows.setdefault((row.host, row.port), row) != row:
                raise UsageError(f"--resolve maps {row.host} twice", hint="keep one of the two")

    def find(self, host: str, port: int) -> Resolve | None:
        """Give the row for a host in normal form: the host itself before *, with port before any.

        * stands for IP addresses too, so that nothing goes out where all else is mapped.
        """
        for key in ((host, port), (host, None), ("*", port), ("*", None)):
            if key in self._rows:
                return self._rows[key]
        return None


_FORM = re.compile(
    r"(?P<host>\[[^\]]*\]|[^:=\[\]]+)(?::(?P<port>\d{1,5}))?"
    r"=(?P<address>\[[^\]]*\]|[^:=\[\]]+)(?::(?P<to_port>\d{1,5}))?",
    re.ASCII,
)
_HINT = "write HOST[:PORT]=ADDRESS[:PORT], e.g. example.cn:443=127.0.0.1:8443 or *=[::1]:8080"


def parse_resolve(text: str) -> Resolve:
    """Read HOST[:PORT]=ADDRESS[:PORT], with * for every host and IPv6 in [brackets].

    Raises UsageError where it has another form.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--resolve {text[:200]!r} has another form", hint=_HINT)
    host = found["host"].strip()
    normal = host if host == "*" else tidy(host)
    if normal is None:
        raise UsageError(f"--resolve: {host[:200]!r} is no host name", hint=_HINT)
    try:
        address = ipaddress.ip_address(found["address"].strip().strip("[]"))
    except ValueError:
        said = f"--resolve: {found['address'][:200]!r} is no IP address"
        raise UsageError(said, hint=_HINT) from None
    return Resolve(normal, _port(found["port"]), str(address), _port(found["to_port"]))


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    if not 1 <= int(text) <= 65535:
        raise UsageError(f"--resolve: there is no port {text}", hint="ports are 1 to 65535")
    return int(text)
