"""Connections made by hand, and the moment from which their times count."""

from __future__ import annotations

import datetime

from scanner.connections import Connection

START = datetime.datetime.fromisoformat("2026-05-01T10:00:00+08:00")


def after(seconds: float) -> datetime.datetime:
    return START + datetime.timedelta(seconds=seconds)


def conn(owner: str, first: float = 0, last: float = 10, **more: object) -> Connection:
    made = {
        "uid": None,
        "host": "api.shop.cn",
        "ip": "203.0.113.7",
        "port": 443,
        "client": None,
        "proto": "TLS",
        "sent": 500,
        "at": "line 2",
        **more,
    }
    begin = START.timestamp()
    return Connection(owner=owner, first=begin + first, last=begin + last, **made)  # type: ignore[arg-type]
