"""Writes small databases in the MaxMind DB form, well formed and otherwise."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Mapping
from typing import Any

MARKER = b"\xab\xcd\xefMaxMind.com"
BUILT = 1_781_725_900
"""2026-06-17, in seconds."""


def encoded(value: Any) -> bytes:
    match value:
        case str():
            data = value.encode()
            return head(2, len(data)) + data
        case dict():
            rows = b"".join(encoded(key) + encoded(item) for key, item in value.items())
            return head(7, len(value)) + rows
        case list():
            return head(11, len(value)) + b"".join(encoded(item) for item in value)
        case int():
            data = value.to_bytes((value.bit_length() + 7) // 8, "big")
            return head(9, len(data)) + data
    raise TypeError(value)


def head(kind: int, size: int) -> bytes:
    extra = b"" if size < 29 else bytes([size - 29])
    low = min(size, 29)
    return bytes([kind << 5 | low]) + extra if kind < 8 else bytes([low, kind - 7]) + extra


def mmdb(rows: Mapping[str, Any], *, version: int = 6, **about: Any) -> bytes:
    """Write a database whose networks hold these records; no network lies inside another."""
    bits = 128 if version == 6 else 32
    nodes: list[list[Any]] = [[None, None]]
    for words, record in rows.items():
        network = ipaddress.ip_network(words)
        number, length = int(network.network_address), network.prefixlen
        if version == 6 and network.version == 4:
            length += 96
        at = 0
        for depth in range(length):
            bit = number >> (bits - 1 - depth) & 1
            if depth == length - 1:
                nodes[at][bit] = ("record", record)
                break
            if nodes[at][bit] is None:
                nodes.append([None, None])
                nodes[at][bit] = len(nodes) - 1
            at = nodes[at][bit]
    data, tree = b"", b""
    for pair in nodes:
        for child in pair:
            if isinstance(child, tuple):
                pointer = len(nodes) + 16 + len(data)
                data += encoded(child[1])
            else:
                pointer = len(nodes) if child is None else child
            tree += struct.pack(">I", pointer)
    metadata = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": BUILT,
        "database_type": "Forged-Country",
        "description": {"en": "forged"},
        "ip_version": version,
        "languages": ["en"],
        "node_count": len(nodes),
        "record_size": 32,
    } | about
    return tree + b"\0" * 16 + data + MARKER + encoded(metadata)
