"""Records of collection: what two persons state in a file of how a source was collected.

A record is YAML: `covers` (names or SHA-256 of sources), `by` (two persons or more), `at`, `place`,
`method`; `document` may name a scan of the record on paper that lies in the same folder. The file
is kept as evidence as it is, and covers a source by the source's SHA-256 alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple

from scanner.errors import Fault, UsageError
from scanner.evidence.vault import Vault, open_plain
from scanner.model import CollectionRecord, Evidence
from scanner.persons import count
from scanner.strict_yaml import MAX_BYTES, Reader, parse

PERSONS = 2
"""Persons who must have collected what a record speaks of: 法发〔2016〕22号 wants two
investigators; by analogy."""
MOST = 64
"""Records of one case at most, and sources that one of them speaks of; our choice."""
LONGEST = 2000
"""Characters of one statement at most."""
PAPERS: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""How the name of a scan may end, with its media type; another one is kept as plain bytes."""


class Stated(NamedTuple):
    """A record as its file states it, before it is known what its names stand for."""

    name: str
    covers: tuple[str, ...]
    by: tuple[str, ...]
    at: str
    place: str
    method: str
    kept: Evidence
    paper: Evidence | None


def read_records(paths: Sequence[Path], vault: Vault, *, before: str) -> tuple[Stated, ...]:
    """Read records and keep them, each with the scan that it names.

    `before` is the moment (ISO 8601) by which all was collected. Raises UsageError, with file and
    line, for a record that lacks something or says what cannot be.
    """
    if len(paths) > MOST:
        raise UsageError(
            f"--collection-record is given {len(paths)} times", hint=f"at most {MOST} records"
        )
    return tuple(_read(path, vault, datetime.datetime.fromisoformat(before)) for path in paths)


def records(
    stated: Iterable[Stated],
    named: Mapping[str, str],
    descent: Mapping[str, Set[str]],
    shown_by: Iterable[str],
) -> tuple[CollectionRecord, ...]:
    """Say which sources each record covers, by their digests, and what came out of them.

    `named` holds the names of the sources by digest, `descent` the sources out of which each kept
    piece came; of these pieces only those count that facts stand on (`shown_by`), and only where
    all that they came out of is covered. Raises UsageError where a record speaks of no source, or
    by a name of several.
    """
    pieces = sorted(set(shown_by))
    found = []
    for one in stated:
        covers = sorted({_digest(word, one.name, named) for word in one.covers})
        found.append(
            CollectionRecord(
                covers=tuple(covers),
                document=one.kept.sha256,
                name=one.name,
                by=one.by,
                at=one.at,
                place=one.place,
                method=one.method,
                paper=None if one.paper is None else one.paper.sha256,
                evidence=tuple(
                    each for each in pieces if (roots := descent.get(each)) and roots <= set(covers)
                ),
            )
        )
    return tuple(found)


def _digest(word: str, record: str, named: Mapping[str, str]) -> str:
    """Give the digest of the one source that a word of a record means."""
    found = [digest for digest, name in named.items() if word in (digest, name)]
    if len(found) == 1:
        return found[0]
    listed = "; ".join(sorted(set(named.values()))[:8])
    if not found:
        said = f"{record}: covers {word[:100]!r}, which is no source of this case"
        raise UsageError(said, hint=f"the sources are: {listed}")
    said = f"{record}: covers {word[:100]!r}, and {len(found)} sources are called so"
    raise UsageError(said, hint="write the SHA-256 of the one that is meant")


def _read(path: Path, vault: Vault, before: datetime.datetime) -> Stated:
    with open_plain(path, follow=True) as stream:
        data = stream.read(MAX_BYTES + 1)
    node, faults = parse(data, path.name)
    reader = Reader(faults)
    parts = reader.mapping(
        node,
        "the record",
        required=("covers", "by", "at", "place", "method"),
        optional=("document",),
    )
    if parts is None or faults:
        raise _refused(path.name, faults)
    covers = reader.texts(parts["covers"], "covers") or ()
    by = reader.texts(parts["by"], "by") or ()
    at, place, method = (reader.text(parts[key], key) or "" for key in ("at", "place", "method"))
    document = reader.text(parts.get("document"), "document")
    if not covers or len(covers) > MOST:
        reader.fault(parts["covers"], "covers: no source, or too many", "name what was handed in")
    if count(by) < PERSONS:
        reader.fault(parts["by"], "by: fewer than two persons", "name all who collected it")
    if any(len(each) > LONGEST for each in (*covers, *by, at, place, method)):
        reader.fault(parts["method"], f"a statement of over {LONGEST} characters", "say it shorter")
    moment = _moment(at)
    if moment is None:
        reader.fault(parts["at"], "at: no time", "write e.g. 2026-11-22T10:00:00+08:00")
    elif moment > before:
        reader.fault(parts["at"], "at: later than this scan", "check the day and the offset")
    if document is not None and not _is_plain(document):
        reader.fault(parts["document"], "document: no plain file name", "put it beside the record")
    if faults:
        raise _refused(path.name, faults)
    kept = vault.keep(data, name=path.name, media_type="application/yaml")
    paper = None
    if document is not None:
        kind = PAPERS.get(PurePosixPath(document).suffix.lower(), "application/octet-stream")
        with open_plain(path.parent / document):  # a link would lead out of the folder
            paper = vault.keep_file(path.parent / document, name=document, media_type=kind)
    return Stated(kept.name, covers, by, at, place, method, kept, paper)


def _moment(text: str) -> datetime.datetime | None:
    """Read a time that says its offset."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _is_plain(name: str) -> bool:
    """Say whether a name means a file in the same folder, on whatever system."""
    one = PurePosixPath(name).name == name and PureWindowsPath(name).name == name
    return one and name not in ("", ".", "..") and name.isprintable()


def _refused(name: str, faults: Sequence[Fault]) -> UsageError:
    if not faults:
        return UsageError(f"{name} is empty", hint="write covers, by, at, place and method")
    more = f"; and {len(faults) - 1} more" if len(faults) > 1 else ""
    return UsageError(f"{faults[0]}{more}", hint=faults[0].hint)
