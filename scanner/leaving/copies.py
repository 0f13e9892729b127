"""Copies of a case: whole, or without what holds personal data, for circulation."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from scanner.errors import EvidenceError, UsageError
from scanner.evidence.away import ADDED, LEFT_OUT, MASKED_REPORT, listed
from scanner.evidence.vault import open_plain, tidy
from scanner.leaving.holdings import HARMLESS, KINDS, Holding, HoldingKind
from scanner.model import Words
from scanner.personal.hidden import Hidden
from scanner.personal.identity import values_in

MOST_FILES = 200_000
"""Files of one case at most: far above any."""
LARGEST_TEXT = 64 << 20
"""Bytes of a text at most that is searched for values before it goes."""
UNMASKED = re.compile(r"report-unmasked\.[a-z]{2,5}")
"""Reports in which values stand in the clear."""
_PICTURE = re.compile(rb"data:(?:image/(?!svg)|video/)|word/media/")
_SHOWN = re.compile(r"[\w-]{1,60}\.(?:html|docx)")
"""Documents in which pictures may stand."""
_SHOWS_VALUES = Words("含个人信息原值的报告", "reports in which personal values stand in the clear")
_SHOWS_PICTURES = Words(
    f"含屏幕截图的报告；不含图片的版本见 {MASKED_REPORT}",
    f"reports that show pictures of screens; without pictures: {MASKED_REPORT}",
)
_TELLS_IDENTITY = Words(
    "文本中出现测试身份文件所列的值", "texts in which a value of the identity file stands"
)


class Content(NamedTuple):
    """What a copy of a case holds, by name, in order."""

    files: Mapping[str, Path | bytes]
    """Each file: where its bytes lie, or the bytes that the copy adds."""
    left_out: Mapping[str, str]
    """What it leaves out: digest by name."""

    @property
    def size(self) -> int:
        """Length of all files together, in bytes."""
        return sum(
            len(one) if isinstance(one, bytes) else one.stat().st_size
            for one in self.files.values()
        )


def whole(case: Path) -> Content:
    """Give everything that a case holds. Raises UsageError where a name cannot go elsewhere."""
    return Content(dict(sorted(_walk(case))), {})


def masked(
    case: Path, holdings: tuple[Holding, ...], without_pictures: Callable[[], bytes]
) -> Content:
    """Give what may circulate: reports, facts, logs, lists, programs and published texts.

    Whatever else is evidence stays behind, listed with digest and reason; so does a report that
    shows pictures of screens, in whose place `without_pictures` gives one without.
    """
    files: dict[str, Path | bytes] = {}
    behind: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    kinds = {holding.entry.sha256: holding.kind for holding in holdings}
    own = Hidden(known_values(case, holdings))
    pictured = False
    for name, path in sorted(_walk(case)):
        why = _why_not(name, path, kinds, own)
        if name in (LEFT_OUT, ADDED, MASKED_REPORT):
            raise UsageError(
                "this is a copy already, which leaves out what holds personal data",
                hint="copy the folder itself, or export from the sealed original",
            )
        if why is None:
            files[name] = path
        else:
            pictured |= why is _SHOWS_PICTURES
            behind[f"{why.zh} / {why.en}"].append((_digest(path), name))
    added = {LEFT_OUT: listed(dict(sorted(behind.items())))}
    if pictured:
        added[MASKED_REPORT] = without_pictures()
        if _PICTURE.search(added[MASKED_REPORT]):
            raise EvidenceError(
                "the report shows pictures that are not in the case",
                hint="export with --complete, or report this as a fault of mingjian",
            )
    own_words = "本副本自有的文件 / files that this copy adds"
    digests = [(hashlib.sha256(data).hexdigest(), name) for name, data in added.items()]
    files |= added | {ADDED: listed({own_words: digests})}
    left = {name: digest for many in behind.values() for digest, name in many}
    return Content(dict(sorted(files.items())), dict(sorted(left.items())))


def _why_not(name: str, path: Path, kinds: Mapping[str, HoldingKind], own: Hidden) -> Words | None:
    """Say why a file stays behind; None for what may go."""
    if UNMASKED.fullmatch(name):
        return _SHOWS_VALUES
    if _SHOWN.fullmatch(name):
        return _SHOWS_PICTURES if _shows_pictures(path) else None
    folder, _, digest = name.partition("/")
    if folder != "evidence":
        return None
    kind = kinds.get(digest, "other")
    if kind not in HARMLESS:
        return KINDS[kind]
    return _TELLS_IDENTITY if kind == "policy" and tells(path, own) else None


def _shows_pictures(path: Path) -> bool:
    with open_plain(path) as file:
        before = b""
        while chunk := file.read(1 << 20):
            if _PICTURE.search(before + chunk):
                return True
            before = chunk[-32:]
    return False


def known_values(case: Path, holdings: Iterable[Holding]) -> Mapping[str, tuple[str, ...]]:
    """Give the values of identity files that are kept, by kind."""
    values: dict[str, tuple[str, ...]] = {}
    for holding in holdings:
        path = case / "evidence" / holding.entry.sha256
        if holding.kind == "identity" and path.is_file():
            with open_plain(path) as file:
                read = values_in(file.read(LARGEST_TEXT))
            for kind, many in read.items():
                values[kind] = (*values.get(kind, ()), *many)
    return values


def tells(path: Path, own: Hidden) -> bool:
    """Say whether a known value stands in a text, however it is written there."""
    if path.stat().st_size > LARGEST_TEXT:
        return False
    text = path.read_bytes().decode("utf-8", "replace")
    return own.text(text) != text


def _walk(case: Path) -> Iterator[tuple[str, Path]]:
    """Give the plain files of a case that verifies, by name."""
    count, folders = 0, [case]
    while folders:
        folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                path = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                    continue
                count += 1
                name = path.relative_to(case).as_posix()
                if count > MOST_FILES or not _may_travel(name):
                    raise UsageError(
                        f"{tidy(name)[:80]}: such a name cannot go into a copy"
                        if count <= MOST_FILES
                        else f"the case holds over {MOST_FILES} files",
                        hint="a case that Mingjian wrote holds no such file; take it away",
                    )
                if stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                    yield name, path


def _may_travel(name: str) -> bool:
    """Say whether a name means the same on every system, and no other place."""
    return name.isprintable() and "\\" not in name and len(name.encode("utf-8", "replace")) <= 4096


def _digest(path: Path) -> str:
    with open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
