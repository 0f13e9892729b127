"""How every act upon a case goes: the case is held and seen to be whole, the act is logged, and the
case is sealed anew."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from scanner import case as cases
from scanner.casework.standing import check, log_of
from scanner.custody import appended
from scanner.evidence.sealing import Ready, Sealing, prepared, recover, seal
from scanner.model import Act, Decision, Deed, Tool
from scanner.personal.veil import formed
from scanner.surroundings import clock_of, machine


@contextlib.contextmanager
def working(folder: Path) -> Iterator[None]:
    """Hold a case against other calls while it is changed, once it is seen to be whole.

    What a call left behind that was killed while it wrote is first put back as it was.
    """
    if not folder.is_dir():
        check(folder)
    with cases.held(folder):
        recover(folder)
        check(folder)
        yield


def act_upon(
    folder: Path,
    deed: Deed,
    tool: Tool,
    *,
    by: Iterable[str] = (),
    rulebook: str | None = None,
    details: Mapping[str, str] | None = None,
    decision: Decision | None = None,
    removed: Iterable[str] = (),
) -> Act:
    """Describe an act upon a case as it stands, before the act changes it.

    What has the form of a person's value is masked in its words: the log goes into every copy.
    """
    manifest = (folder / cases.MANIFEST).read_bytes()
    return Act(
        deed=deed,
        at=tool.started_at,
        by=tuple(by),
        tool=tool,
        machine=machine(),
        clock=clock_of(tool.started_at),
        rulebook=rulebook,
        manifest=hashlib.sha256(manifest).hexdigest(),
        details={name: formed(words) for name, words in (details or {}).items()},
        decision=decision,
        removed=tuple(removed),
    )


def close(
    folder: Path,
    act: Act,
    files: Mapping[str, bytes],
    sealing: Sealing | None = None,
    *,
    gone: Iterable[str] = (),
) -> None:
    """Log an act, put its files into the case, and seal the case anew: signed and stamped where
    that is asked for, which is an act of its own.

    `gone` names files that the act takes out for good. Where anything fails, the case stays as it
    was.
    """
    ready: Ready | None = None
    done = [act]
    if sealing is not None:
        ready = prepared(sealing, (folder / cases.MANIFEST).read_bytes())
        sealed = replace(act, deed="sealed", rulebook=None, decision=None, removed=())
        sealed = replace(sealed, clock=ready.clock or act.clock, details=ready.details)
        done = [sealed] if act.deed == "sealed" else [act, sealed]
    log = log_of(folder)
    for each in done:
        log = appended(log, each)
    seal(folder, {**files, cases.CUSTODY: log}, ready, gone=gone)
