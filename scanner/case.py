"""The case folder: its layout, its facts, and how it comes to be without ever being half there."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from scanner import new_file
from scanner.errors import EvidenceError, UsageError
from scanner.facts import AnyFact, Fact, canonical
from scanner.model import Header, Scalar, Unseen, Words

FACTS = new_file.FACTS
"""What was looked at (line 1) and what was seen and not seen (the other lines)."""
EVIDENCE = "evidence"
"""Folder of the raw bytes, each named by its SHA-256."""
CUSTODY = "custody.jsonl"
"""Every act that was done with the case, each chained to all before it."""
AGAIN = "facts-*.jsonl"
"""Names of the files of the second and further runs, where the subject was looked at repeatedly."""
MOST_RUNS = 20
"""Runs of one case at most; our choice: the deed is to be shown again, not measured."""
MANIFEST = "manifest-sha256.txt"
"""Digest of every other file, as sha256sum writes it."""
REPORTS = {
    "json": "report.json",
    "html": "report.html",
    "text": "report.txt",
    "docx": "report.docx",
    "sarif": "report.sarif",
    "junit": "report.junit.xml",
    "markdown": "report.md",
    "csv": "notice.csv",
    "xlsx": "notice.xlsx",
}
"""File of each format; the JSON is always there, and the others rest on it."""

SCHEMA = "mingjian/facts/1"
"""Version of the form of facts.jsonl; another one is refused."""

LIMIT = 512 * 1024**2
"""Length of facts.jsonl at most, in bytes: about a million facts, which still fit into memory."""


def formats_in(folder: Path) -> list[str]:
    """Give the formats in which a case holds its report already."""
    return [name for name, file in REPORTS.items() if (folder / file).is_file()]


PATIENCE_S = 60
"""How long one call waits for another that works on the same case, in seconds: acts take a second
or two, judging a large case some ten."""


def cases_in(folders: Iterable[Path]) -> Iterator[Path]:
    """Give the case folders that are named, or that stand in folders that are named, each once.

    Raises UsageError for a folder that neither is a case nor holds one.
    """
    given: set[Path] = set()
    for folder in folders:
        for one in _held(folder):
            place = one.resolve()
            if place not in given:
                given.add(place)
                yield one


def _held(folder: Path) -> list[Path]:
    if _seems(folder):
        return [folder]
    try:
        held = sorted(each for each in folder.iterdir() if _seems(each))
    except OSError as error:
        hint = "name a folder that mingjian scan made"
        raise UsageError(f"no case at {folder}: {error.strerror}", hint=hint) from None
    if not held:
        hint = "name folders that mingjian scan made, or a folder of them"
        raise UsageError(f"no case at {folder}", hint=hint)
    return held


def _seems(folder: Path) -> bool:
    """Tell whether a folder is a case, or what is left of one: a damaged case is named to whoever
    reads it, and never passed over."""
    return any((folder / name).is_file() for name in (FACTS, CUSTODY, REPORTS["json"]))


class CaseFacts(NamedTuple):
    """What facts.jsonl holds."""

    header: Header
    facts: tuple[Fact, ...]
    unseen: tuple[Unseen, ...]


class _UnseenLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An Unseen as a line: its kind stands under "unseen", so that no line has two meanings."""

    unseen: str
    scope: Mapping[str, tuple[Scalar, ...]] = {}
    field: str | None = None
    collector: str
    reason: Words


class _Peek(msgspec.Struct):
    unseen: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_HEADER = msgspec.json.Decoder(Header)
_PEEK = msgspec.json.Decoder(_Peek)
_FACT = msgspec.json.Decoder(AnyFact)
_UNSEEN = msgspec.json.Decoder(_UnseenLine)


def name_of_run(run: int) -> str:
    """Give the name of the file that holds the facts of a run, counted from 1."""
    return FACTS if run == 1 else f"facts-{run}.jsonl"


def write_facts(
    folder: Path,
    header: Header,
    facts: Iterable[Fact],
    unseen: Iterable[Unseen],
    *,
    run: int = 1,
) -> None:
    """Write facts.jsonl: the header, then every fact and unseen entry once, sorted.

    The same header, facts and unseen entries give the same bytes, in whatever order they come.
    """
    lines = {canonical(fact) for fact in facts}
    lines |= {canonical(_unseen_line(entry)) for entry in unseen}
    first = msgspec.json.encode(header, order="deterministic")
    replace_files(folder, {name_of_run(run): b"\n".join([first, *sorted(lines)]) + b"\n"})


def read_runs(folder: Path) -> tuple[CaseFacts, ...]:
    """Read the facts of every run of a case, those of the first run first.

    Raises as read_facts does, and EvidenceError where there is a run too few, too many, or one of
    another case.
    """
    first = read_facts(folder)
    count = first.header.collection.runs if first.header.collection else 1
    there = {path.name for path in folder.glob(AGAIN)}
    wanted = {name_of_run(run) for run in range(2, min(count, MOST_RUNS) + 1)}
    if there != wanted or not 1 <= count <= MOST_RUNS:
        wrong = ", ".join(sorted(there ^ wanted)[:5]) or f"more than {MOST_RUNS}"
        raise EvidenceError(
            f"{FACTS} speaks of {count} runs: {_tidy(wrong)} is missing or too much",
            hint="restore the case from its sealed copy",
        )
    if sum((folder / name).stat().st_size for name in wanted) > LIMIT:
        raise EvidenceError(
            f"the runs are longer than {LIMIT} bytes together",
            hint="no scan writes so much; get the case again from where it was sealed",
        )
    others = [read_facts(folder, run=run) for run in range(2, count + 1)]
    for run, other in enumerate(others, 2):
        if other.header.subject != first.header.subject:
            raise EvidenceError(
                f"{name_of_run(run)} is of another subject than {FACTS}",
                hint="restore the case from its sealed copy",
            )
    return (first, *others)


def read_facts(folder: Path, *, run: int = 1) -> CaseFacts:
    """Read the facts of a run, and refuse them whole when one line is not what Mingjian writes.

    Raises UsageError when the folder is no case or of another version, EvidenceError when a line
    is wrong, with its number.
    """
    name = name_of_run(run)
    facts: list[Fact] = []
    unseen: list[Unseen] = []
    with _lines(folder, name) as file:
        header = _read_header(file.readline(), name)
        previous = b""
        for number, line in enumerate(file, 2):
            entry = _read_line(line, number, name)
            if line <= previous:
                raise _wrong(name, number, "stands twice or out of order")
            previous = line
            if isinstance(entry, Unseen):
                unseen.append(entry)
            else:
                facts.append(entry)
    return CaseFacts(header, tuple(facts), tuple(unseen))


def read_header(folder: Path) -> Header:
    """Read what a case says of itself, and nothing of its facts; raises as read_facts does."""
    with _lines(folder, FACTS) as file:
        return _read_header(file.readline(), FACTS)


@contextlib.contextmanager
def _lines(folder: Path, name: str) -> Iterator[BinaryIO]:
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise UsageError(
            f"{_shown(folder)} is no case folder: it holds no {name}",
            hint="give a folder that mingjian scan -o wrote",
        )
    try:
        if path.stat().st_size > LIMIT:
            raise EvidenceError(
                f"{name} is longer than {LIMIT} bytes",
                hint="no scan writes so much; get the case again from where it was sealed",
            )
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise UsageError(
            f"{name} cannot be read: {error.strerror}",
            hint="check your permission to read the case folder",
        ) from error


@contextlib.contextmanager
def new_case(destination: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a new folder to write a case into, which takes its place only when all went well.

    When anything goes wrong, nothing of it is left. With `force` an older case gives way; nothing
    else is ever replaced. Raises UsageError where the case cannot stand.
    """
    destination = Path(os.path.abspath(destination))  # noqa: PTH100 - a link must stay visible
    with _writing(destination):
        _check_place(destination, force)
    folder = _sibling(destination)
    try:
        with _writing(destination):
            folder.mkdir()
        yield folder
        with _writing(destination):
            _move(folder, destination, force)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def replace_files(case: Path, files: dict[str, bytes]) -> None:
    """Put files into a case, each by name, so that a reader sees the old or the new, never half.

    All are written beside their places before the first one takes its place.
    """
    parts: dict[str, Path] = {}
    try:
        with _writing(case):
            for name, data in files.items():
                if not name or name.startswith(".") or "/" in name:
                    raise ValueError(f"not a plain file name: {name!r}")
                parts[name] = case / f".{secrets.token_hex(8)}.part"
                parts[name].write_bytes(data)
            for name, part in parts.items():
                part.replace(case / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def held(case: Path, *, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Keep every other call from changing a case meanwhile, so that two acts at once lose nothing.

    The system itself lets go when the process ends, however it ends; no file is left behind.
    Raises UsageError where the folder cannot be held, or another call holds it for too long.
    """
    until = time.monotonic() + patience_s
    try:
        descriptor = os.open(case, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        hint = "name a folder that mingjian scan made"
        raise UsageError(f"no case at {_shown(case)}: {error.strerror}", hint=hint) from None
    try:
        while not _locked(descriptor, case):
            if time.monotonic() >= until:
                raise UsageError(
                    f"another call works on {_shown(case)}", hint="wait until it has ended"
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int, case: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EINTR):
            return False
        raise UsageError(
            f"{_shown(case)} cannot be held against other calls: {error.strerror}",
            hint="copy the case to a local disk and work there",
        ) from None
    return True


def _read_header(line: bytes, file: str) -> Header:
    try:
        schema = msgspec.json.decode(line, type=dict[str, object]).get("schema")
        if isinstance(schema, str) and schema != SCHEMA:
            raise UsageError(
                f"{file} is of the form {schema[:60]!r}, and this version reads {SCHEMA!r}",
                hint="use the version of mingjian that wrote the case, or scan again",
            )
        return _HEADER.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _wrong(file, 1, str(error)) from error


def _read_line(line: bytes, number: int, file: str) -> Fact | Unseen:
    entry: Fact | Unseen
    try:
        if _PEEK.decode(line).unseen is msgspec.UNSET:
            entry = _FACT.decode(line)
            written = canonical(entry)
        else:
            raw = _UNSEEN.decode(line)
            entry = Unseen(
                kind=raw.unseen,
                scope=raw.scope,
                field=raw.field,
                collector=raw.collector,
                reason=raw.reason,
            )
            written = canonical(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _wrong(file, number, str(error)) from error
    if written != line.rstrip(b"\n"):
        # A field that this version does not know, or given twice, would drop out unnoticed.
        raise _wrong(file, number, "says more than this version reads, or says it in another form")
    return entry


def _unseen_line(entry: Unseen) -> _UnseenLine:
    return _UnseenLine(
        unseen=entry.kind,
        scope=entry.scope,
        field=entry.field,
        collector=entry.collector,
        reason=entry.reason,
    )


def _wrong(file: str, line: int, why: str) -> EvidenceError:
    return EvidenceError(
        f"{file}:{line}: {why}",
        hint="the file was altered, or a newer mingjian wrote it; it is never edited by hand",
    )


def _check_place(destination: Path, force: bool) -> None:
    new_file.outside(destination)
    if not destination.parent.is_dir():
        raise UsageError(
            f"the folder {_shown(destination.parent)} does not exist",
            hint=f"make it first: mkdir -p '{_shown(destination.parent)}'",
        )
    if not destination.is_symlink():
        if not destination.exists():
            return
        if destination.is_dir():
            if _is_empty(destination) or (force and new_file.is_case(destination)):
                return
            if new_file.is_case(destination):
                raise UsageError(
                    f"{_shown(destination)} already holds a case",
                    hint="give another folder to -o, or --force to replace that case",
                )
    raise UsageError(
        f"{_shown(destination)} already exists and is no case",
        hint="give a folder to -o that does not exist or is empty",
    )


def _is_empty(folder: Path) -> bool:
    return next(folder.iterdir(), None) is None


def _sibling(destination: Path) -> Path:
    return destination.parent / f".mingjian-{secrets.token_hex(8)}"


def _move(folder: Path, destination: Path, force: bool) -> None:
    if not (force and destination.is_dir()):
        folder.rename(destination)  # the kernel refuses a folder that somebody filled meanwhile
        return
    _check_place(destination, force)
    old = _sibling(destination)
    destination.rename(old)
    try:
        folder.rename(destination)
    except BaseException:
        old.rename(destination)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{_shown(place)} cannot be written: {error.strerror}",
            hint="check the free space and your permission to write there",
        ) from error


def _shown(path: Path) -> str:
    return _tidy(str(path))


def _tidy(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
