"""How long it takes to show the bytes of 5,000 facts that point into a recording of 200 MB."""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from scanner.report.viewer import Viewer
from tests.report.viewer.kept_bytes import Made

ENTRIES, FACTS, BODY = 20_000, 5_000, 10_000


def main() -> None:
    filler = "x" * BODY
    parts, places, at = [b'{"log":{"entries":['], [], 0
    at = len(parts[0])
    for number in range(ENTRIES):
        entry = {
            "startedDateTime": "2026-05-01T02:00:00Z",
            "request": {
                "method": "POST",
                "url": f"https://a.example/{number}",
                "headers": [{"name": "Content-Type", "value": "application/json"}],
                "postData": {"text": json.dumps({"imei": "001068000000006", "n": number})},
            },
            "response": {"status": 200, "headers": [], "content": {"text": filler}},
        }
        data = json.dumps(entry).encode() + (b"," if number < ENTRIES - 1 else b"")
        places.append(f"entry {number + 1}, byte {at}")
        parts.append(data)
        at += len(data)
    whole = b"".join([*parts, b"]}}"])
    made = Made()
    digest = made.keep(whole, "application/har+json")
    assert digest == hashlib.sha256(whole).hexdigest()
    step = ENTRIES // FACTS
    for number in range(FACTS):
        made.facts[f"{number:016x}"] = {
            "kind": "data.sent",
            "field": "json:imei",
            "data_type": "imei",
            "source": {"evidence": digest, "at": places[number * step]},
        }
    report = made.report()
    began = time.perf_counter()
    viewer = Viewer(report, made.open)
    shown = [viewer.shown(fact) for fact in report.facts.values()]
    took = time.perf_counter() - began
    assert all(len(views) == 1 for views in shown)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(whole) / 1e6:.0f} MB, {FACTS} facts: {took:.2f} s, {took / FACTS * 1e3:.2f} ms "
        f"each, opened {len(made.opened)} times, peak {peak:.0f} MB in all"
    )


if __name__ == "__main__":
    main()
