"""Kept bytes as the viewer opens them: each once, within bounds, and never by a name as a path."""

from __future__ import annotations

import functools
import hashlib
import io
import re
import zipfile
from collections import OrderedDict

from scanner.broken import BAD_ZIP
from scanner.errors import EvidenceError, MingjianError
from scanner.model import Evidence, Open, Report
from scanner.personal.hidden import Hidden
from scanner.personal.identity import read_identity
from scanner.report.hiding import hiding

LARGEST = 1 << 30
"""Bytes of evidence that is opened at all."""
MOST_HELD = 256 << 20
"""Bytes of evidence that stay in memory for the next fact of the same evidence."""
LARGEST_MEMBER = 64 << 20
"""Bytes of one file of an archive; a DEX file has some 10 MB."""
MEMBERS_HELD = 4
"""Files of archives that stay in memory."""
MOST_MEMBERS = 100_000
"""Files of an archive at most."""
LONGEST_IDENTITY = 64 << 10
"""Bytes of a file of known values; one of a person and a device has some hundred."""
_KEY = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)[ \t]*:", re.MULTILINE)


class Kept:
    """The evidence of one report."""

    def __init__(self, report: Report, open_evidence: Open) -> None:
        """`open_evidence` gives bytes by digest; each is asked as seldom as memory allows."""
        self._open = open_evidence
        self.entries = {entry.sha256: entry for entry in report.evidence}
        self._held: OrderedDict[str, bytes | None] = OrderedDict()
        self._hidden: Hidden | None = None
        self._published = functools.cache(
            lambda: hiding(report, self.bytes_or_missing, published=True)
        )
        self._member = functools.lru_cache(maxsize=MEMBERS_HELD)(self._read_member)

    def entry(self, sha256: str | None) -> Evidence | None:
        """Give the entry of kept bytes; None for what the report does not list."""
        return self.entries.get(sha256) if isinstance(sha256, str) else None

    def bytes_of(self, sha256: str) -> bytes | None:
        """Give kept bytes; None where they are not listed, missing, altered or too large."""
        entry = self.entry(sha256)
        if entry is None or entry.size > LARGEST:
            return None
        if sha256 not in self._held:
            try:
                data = self._open(sha256)
            except (MingjianError, OSError, KeyError):  # `mingjian verify` names what is wrong
                data = None
            self._held[sha256] = data
            while len(self._held) > 1 and sum(len(one or b"") for one in self._held.values()) > (
                MOST_HELD
            ):
                self._held.popitem(last=False)
        self._held.move_to_end(sha256)
        return self._held[sha256]

    def bytes_or_missing(self, sha256: str) -> bytes:
        """Give kept bytes; raises EvidenceError where they cannot be had, as Open does."""
        data = self.bytes_of(sha256)
        if data is None:
            hint = "mingjian verify names what is wrong"
            raise EvidenceError(f"evidence {sha256[:64]} cannot be opened", hint=hint)
        return data

    def member(self, sha256: str, name: str) -> bytes | None:
        """Give a file of an archive that is kept; None where there is none of this name."""
        found = self._member(sha256, name)
        return None if found is None else found[1]

    def member_name(self, sha256: str, name: str) -> str:
        """Give what a file is called in an archive, with the one folder in which all may lie."""
        found = self._member(sha256, name)
        return "" if found is None else found[0]

    def _read_member(self, sha256: str, name: str) -> tuple[str, bytes] | None:
        data = self.bytes_of(sha256)
        if data is None:
            return None
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                named = [one for one in archive.infolist()[:MOST_MEMBERS] if _is(one, name)]
                if len(named) != 1 or named[0].file_size > LARGEST_MEMBER:
                    return None
                with archive.open(named[0]) as stream:
                    return named[0].filename, stream.read(LARGEST_MEMBER)
        except BAD_ZIP:
            return None

    def digest_of(self, data: bytes) -> str:
        """Give the digest under which bytes would be kept."""
        return hashlib.sha256(data).hexdigest()

    def without_known(self, text: str) -> str:
        """Give a text without the values of the test device and person that the case knows."""
        if self._hidden is None:
            self._hidden = Hidden(self._known())
        return self._hidden.text(text)

    def published(self, text: str) -> str:
        """Give words that an operator published without the values of the test person and device.

        How the operator is reached stays, and so does a model or a carrier, which is many people's.
        """
        return self._published()(text)

    def _known(self) -> dict[str, tuple[str, ...]]:
        values: dict[str, tuple[str, ...]] = {}
        for entry in self.entries.values():
            if entry.media_type == "application/yaml" and entry.size <= LONGEST_IDENTITY:
                data = self.bytes_of(entry.sha256) or b""
                names = frozenset(_KEY.findall(data.decode("utf-8", "replace")))
                try:
                    identity = read_identity(data, names)
                except MingjianError:  # some other file of settings
                    continue
                for kind, many in identity.values.items():
                    values[kind] = (*values.get(kind, ()), *many)
        return values


def _is(member: zipfile.ZipInfo, name: str) -> bool:
    """Say whether a member bears a name, at the top or in the one folder that holds all."""
    found = member.filename
    return found == name or (found.endswith(f"/{name}") and found.count("/") == name.count("/") + 1)
