"""What a capture came to, in words."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence

from scanner.capture.live import PASSAGES, UNTRUSTED, clock, printable
from scanner.capture.tape import Counts, Tape
from scanner.facts import Phase
from scanner.geo import Geo

MOST_NAMED = 40
"""Hosts, and marks, that the summary names at most; the file has them all."""


def summary(
    tape: Tape,
    marks: Sequence[tuple[str, Phase]],
    geo: Geo,
    *,
    dropped: int,
    missed: int,
    chinese: bool,
) -> str:
    """Say what was captured, where it is, and how it is audited.

    `marks` are times and phases; `dropped` counts what could not be kept, `missed` what was kept
    and not searched while it passed.
    """
    counts = tape.counts
    rows = [
        ("请求", "exchanges", str(counts.exchanges)),
        ("主机", "hosts", str(len(counts.hosts))),
        ("国别", "countries", countries(counts, geo) or "-"),
        *_failures(counts, chinese=chinese),
        *_passages(counts, chinese=chinese),
        ("标记", "marks", _marks(marks)),
    ]
    if dropped:
        rows.append(("未能保存", "not kept", str(dropped)))
    if missed:
        rows.append(("未即时检索", "not searched", f"{missed} (mingjian scan)"))
    rows += [
        ("文件", "file", f"{tape.path}  {tape.size} B"),
        ("SHA-256", "SHA-256", tape.sha256),
        ("审计", "audit it", f"mingjian scan {shlex.quote(str(tape.path))}"),
    ]
    return "\n".join(_row(zh if chinese else en, said) for zh, en, said in rows)


def countries(counts: Counts, geo: Geo) -> str:
    """Count the addresses connected to by country; `?` where the databases do not agree."""
    found = Counter[str]()
    for ip in counts.ips:
        place = geo.place(ip)
        if place.kind != "reserved":
            found[place.country or "?"] += 1
    return ", ".join(f"{code} {found[code]}" for code in sorted(found))


def _failures(counts: Counts, *, chinese: bool) -> list[tuple[str, str, str]]:
    if not counts.failed:
        return []
    total = str(sum(counts.failed.values()))
    rows = [("无应答", "no answer", total)]
    for (host, why), count in sorted(counts.failed.items())[:MOST_NAMED]:
        rows.append(("", "", printable(f"  {host} ×{count}  {why}")))
    if len(counts.failed) > MOST_NAMED:
        rows.append(("", "", f"  … +{len(counts.failed) - MOST_NAMED}"))
    if any("certificate verify failed" in why.lower() for _, why in counts.failed):
        words = UNTRUSTED.said(chinese=chinese)
        rows.append(("", "", f"  {words}"))
    return rows


def _passages(counts: Counts, *, chinese: bool) -> list[tuple[str, str, str]]:
    rows = []
    for kind, count in sorted(counts.passages.items()):
        words = PASSAGES[kind]
        rows.append(("未见内容", "unseen", f"{count}  {words.said(chinese=chinese)}"))
        if kind == "refused":
            hosts = sorted(counts.refused)
            accepted = "（其他连接已接受）" if chinese else " (accepted by other connections)"
            for host in hosts[:MOST_NAMED]:
                also = accepted if host in counts.answered else ""
                rows.append(("", "", f"  {printable(host)} ×{counts.refused[host]}{also}"))
            if len(hosts) > MOST_NAMED:
                rows.append(("", "", f"  … +{len(hosts) - MOST_NAMED}"))
    return rows


def _marks(marks: Sequence[tuple[str, Phase]]) -> str:
    said = ", ".join(f"{clock(time)} {phase}" for time, phase in marks[:MOST_NAMED])
    more = f", … +{len(marks) - MOST_NAMED}" if len(marks) > MOST_NAMED else ""
    return f"{len(marks)}  {said}{more}".rstrip()


def _row(name: str, said: str) -> str:
    wide = sum(2 if ord(letter) > 0x2E80 else 1 for letter in name)
    return f"{name}{' ' * max(2, 14 - wide)}{said}"
