"""How long two large cases take to compare: python -m tests.bench.bench_compare [FACTS]."""

from __future__ import annotations

import sys
import time

from scanner.facts import ComponentExported, EndpointContacted, Fact, Source
from tests.compare.looks import compared, look, twins, watching


def facts(number: int, name: str) -> list[Fact]:
    """Make as many exported services, which rules accuse, and as many hosts of nameless phase."""
    source = Source(evidence="aa" * 32, at="x")
    services = [
        ComponentExported(
            source=source,
            channel="apk",
            type="provider",
            name=f"cn.example.{name}.P{at}",
            permission="",
            permission_protection="none",
        )
        for at in range(number)
    ]
    hosts = [
        EndpointContacted(source=source, channel="traffic", host=f"{name}{at}.example")
        for at in range(number)
    ]
    return [*services, *hosts]


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    old, _ = twins()
    sides = [
        look(
            [*old.facts, *facts(number, name)],
            old.unseen,
            header=watching(old.header, "apk", "traffic", sha256=sha256 * 32),
        )
        for name, sha256 in (("old", "01"), ("new", "02"))
    ]
    began = time.perf_counter()
    found = compared(*sides)
    took = time.perf_counter() - began
    print(f"{len(found.findings)} findings, {len(found.changes)} changes: {took:.1f} s")


if __name__ == "__main__":
    main()
