"""The custody log of a case: every act that was done with it, each chained to all before it."""

from __future__ import annotations

import msgspec

from scanner.chain import FIRST, RECORD_AT, chained
from scanner.errors import EvidenceError
from scanner.model import Act

LONGEST = 64 << 20
"""Length of the log at most, in bytes: some ten thousand acts."""

_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Act, strict=True)


def appended(log: bytes, act: Act) -> bytes:
    """Give the log with one more act at its end.

    Raises EvidenceError where the log as it stands is broken.
    """
    acts(log)
    before = log.splitlines()[-1][: len(FIRST)] if log else FIRST
    record = _ENCODER.encode(act)
    return log + chained(before, record) + b" " + record + b"\n"


def acts(log: bytes) -> tuple[Act, ...]:
    """Give the acts of a log in their order.

    Raises EvidenceError, with the number of the line, at the first that does not follow from the
    lines before it.
    """
    if len(log) > LONGEST:
        raise _broken(0, f"the log is longer than {LONGEST} bytes")
    if log and not log.endswith(b"\n"):
        raise _broken(log.count(b"\n") + 1, "the line breaks off")
    found: list[Act] = []
    before = FIRST
    for number, line in enumerate(log.split(b"\n")[:-1], 1):
        record = line[RECORD_AT:]
        before = chained(before, record)
        if line[:RECORD_AT] != before + b" ":
            raise _broken(number, "does not follow from the lines before it")
        try:
            act = _DECODER.decode(record)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise _broken(number, "is no act that this version reads") from None
        found.append(act)
    return tuple(found)


def _broken(number: int, why: str) -> EvidenceError:
    return EvidenceError(
        f"custody.jsonl:{number}: {why}",
        hint="the log was altered, or a newer mingjian wrote it; compare it with the sealed copy",
    )
