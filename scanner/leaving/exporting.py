"""A copy of a case, or an archive of its traffic, as one new file or folder outside of it."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from scanner.case import EVIDENCE, MANIFEST, CaseFacts
from scanner.errors import UsageError
from scanner.leaving.archive import Counted, write_warc
from scanner.leaving.bags import write_bag
from scanner.leaving.copies import Content, masked, whole
from scanner.leaving.holdings import holdings
from scanner.leaving.placed import new_place
from scanner.leaving.wacz import write_wacz
from scanner.leaving.zips import write_zip
from scanner.model import Tool

ExportForm = Literal["bagit", "zip", "warc", "wacz"]
"""bagit: a folder by RFC 8493; zip: the case as one file; warc and wacz: its recorded traffic."""
CONFORMS = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


class Exported(NamedTuple):
    """What left a case."""

    form: ExportForm
    complete: bool
    sha256: str
    """Of the file; of a bag that of its tagmanifest-sha256.txt."""
    files: int
    """Files of the case that went, or requests written."""
    left_out: int
    """Files of the case that stayed behind."""
    notes: tuple[str, ...] = ()
    """What an archive could not take."""

    def details(self, destination: str) -> dict[str, str]:
        """Say it for the custody log."""
        return {
            "form": self.form,
            "what": "complete" if self.complete else "masked",
            "to": destination,
            "sha256": self.sha256,
            "files": str(self.files),
            "left_out": str(self.left_out),
        }


@contextlib.contextmanager
def exported(
    case: Path,
    destination: Path,
    stored: CaseFacts,
    *,
    form: ExportForm,
    complete: bool,
    tool: Tool,
    without_pictures: Callable[[], bytes],
) -> Iterator[Exported]:
    """Write a copy of a case that verifies, and give what it is before it takes its place.

    Whoever logs the export does so meanwhile, so that nothing stands outside that no log names.
    Raises UsageError where it cannot stand there, or where raw traffic was not asked for.
    """
    if form in ("warc", "wacz") and not complete:
        raise UsageError(
            f"{form} holds the traffic as it was recorded, with personal values in the clear",
            hint="add --complete, or take bagit or zip, which leave raw traffic out by default",
        )
    with new_place(destination) as place:
        if form in ("warc", "wacz"):
            yield _archive(case, place, stored, form, tool)
        else:
            yield _copy(case, place, stored, form, complete, tool, without_pictures)


def _copy(
    case: Path,
    place: Path,
    stored: CaseFacts,
    form: ExportForm,
    complete: bool,
    tool: Tool,
    without_pictures: Callable[[], bytes],
) -> Exported:
    found = holdings(stored.header, stored.facts)
    content = whole(case) if complete else masked(case, found, without_pictures)
    if form == "zip":
        write_zip(place, content.files)
        digest = _digest(place)
    else:
        digest = write_bag(place, content, _bag_info(case, stored, content, complete, tool))
    gone = len(content.left_out)
    return Exported(form, complete, digest, len(content.files), gone)


def _bag_info(
    case: Path, stored: CaseFacts, content: Content, complete: bool, tool: Tool
) -> dict[str, str]:
    subject = stored.header.subject
    what = "complete" if complete else f"masked, {len(content.left_out)} files left out"
    name = " ".join(part for part in (subject.name, subject.id, subject.version) if part)
    return {
        "Bag-Software-Agent": f"{tool.name} {tool.version}",
        "Bagging-Date": tool.started_at[:10],
        "External-Description": f"Mingjian case ({what}): {name[:300]}",
        "External-Identifier": f"sha256:{root_of(case)}",
    }


def _archive(case: Path, place: Path, stored: CaseFacts, form: ExportForm, tool: Tool) -> Exported:
    header = stored.header
    about = {
        "software": f"{tool.name} {tool.version}",
        "format": "WARC File Format 1.1",
        "conformsTo": CONFORMS,
        "isPartOf": f"sha256:{root_of(case)}",
        "description": f"recorded traffic of {header.subject.name[:300]}",
    }
    found = holdings(header, stored.facts)
    evidence = case / EVIDENCE

    def write(warc: Path) -> Counted:
        with warc.open("xb") as out:
            return write_warc(
                out,
                lambda sha256: evidence / sha256,
                found,
                observed_at=header.observed_at,
                about=about,
            )

    if form == "warc":
        counted = write(place)
    else:
        with tempfile.TemporaryDirectory(prefix="mingjian-warc-", dir=place.parent) as folder:
            warc = Path(folder) / "data.warc.gz"
            counted = write(warc)
            told = {
                "title": header.subject.name[:300],
                "description": f"Mingjian case sha256:{root_of(case)}",
                "software": about["software"],
            }
            write_wacz(place, warc, counted, created=header.observed_at, about=told)
    notes = tuple(_notes(counted))
    return Exported(form, True, _digest(place), counted.requests, 0, notes)


def _notes(counted: Counted) -> Iterator[str]:
    if counted.without_body:
        yield f"{counted.without_body} answers without their body: it was not kept"
    if counted.unanswered:
        yield f"{counted.unanswered} requests without an answer"
    yield from counted.left


def root_of(case: Path) -> str:
    """Give the digest that stands for a whole case: that of its manifest."""
    return _digest(case / MANIFEST)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
