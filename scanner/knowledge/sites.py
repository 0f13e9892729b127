"""Which hosts belong to one site: the part of a name that somebody registered."""

from __future__ import annotations

import functools
import ipaddress
import re
import typing
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from scanner.knowledge.trackers import MAX_HOST

if typing.TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

RESERVED = "test"
"""The top-level domain that RFC 6761 keeps for tests: nobody registers anything below it."""


def site_of(host: str, shared: AbstractSet[str]) -> str:
    """Give the site of a host: its registered domain, or the tenant's name on a shared host.

    `shared` holds suffixes below which each name belongs to another tenant, as shared-hosts.yaml
    does; in them a `*` stands for any characters within one label. An IP address, a host without
    a dot, one below .test and a suffix itself are sites of their own.
    """
    host = host.lower().rstrip(".")
    return _site_of(host, frozenset(shared)) if len(host) <= MAX_HOST else host


@functools.lru_cache(maxsize=1 << 16)
def _site_of(host: str, shared: frozenset[str]) -> str:
    labels = host.split(".")
    if len(labels) < 2 or labels[-1] == RESERVED or _is_ip(host):
        return host
    registered = _public_suffixes().privatesuffix(host) or host
    tenant = _tenant(labels, _is_shared(shared))
    return max(registered, tenant, key=len)


def _tenant(labels: list[str], is_shared: Callable[[str], object]) -> str:
    """Give the name one label longer than the longest shared suffix; empty when there is none."""
    for first in range(len(labels)):
        if is_shared(".".join(labels[first:])):
            return ".".join(labels[max(first - 1, 0) :])
    return ""


@functools.lru_cache(maxsize=4)
def _is_shared(shared: frozenset[str]) -> Callable[[str], object]:
    within_label = (re.escape(suffix).replace(r"\*", "[^.]+") for suffix in sorted(shared))
    return re.compile("|".join(within_label) or "(?!)").fullmatch


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@functools.cache
def _public_suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - only websites need it, 35 ms

    return PublicSuffixList()
