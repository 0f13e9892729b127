"""Mapping files of R8 and ProGuard: which names a developer's own app had before it was shrunk.

Class lines read `original.Class -> a.b:`; below each stand its members, indented:
`[from:to:]type name(arguments)[:line[:line]] -> a`, and comments that hold JSON. A line with the
new name and the `from:to` of the line before it, and with a single `:line`, says where that one was
inlined; so the last of such a row is the method that stands there, unless it is synthesized.
Source: R8, doc/retrace.md; ProGuard manual, "Retrace". Members are read when they are asked for.
"""

from __future__ import annotations

import codecs
import itertools
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from scanner.errors import UsageError
from scanner.strict_yaml import quoted

MAX_BYTES = 512 << 20
"""The mapping of an app with 150,000 classes holds about 120 MB."""
MAX_LINE = 1 << 20
"""Bytes of a line; comments on outlined code are the longest."""
MAX_CLASSES = 1_000_000
"""Classes of one file."""
MAX_MEMBERS = 200_000
"""Lines read of one class; a class holds at most 65,536 methods."""
KEPT = 512
"""Classes whose members stay in memory."""

_MEMBER = re.compile(
    r"(?:(\d{1,10}+(?::\d{1,10}+)?+):)?+(\S++) ([^(]++)\(([^)]*+)\)((?::\d{1,10}+){0,2}+) -> (.++)"
)
_SIGNATURE = re.compile(r"\"signature\"\s*+:\s*+\"(\([^\"\s]*+)\"")
_SYNTHESIZED = '"com.android.tools.r8.synthesized"'
_RESIDUAL = '"com.android.tools.r8.residualsignature"'
_BROKEN_NAME = re.compile(r"[\s:;()\[\]/]|\A\Z")
_PARAMETER = re.compile(r"(\[*+)(?:([ZBCSIJFDV])|L([^;()]++);)")
_PRIMITIVE = {
    **{"Z": "boolean", "B": "byte", "C": "char", "S": "short", "I": "int", "J": "long"},
    **{"F": "float", "D": "double", "V": "void"},
}


class _Frame(NamedTuple):
    """A method as it was: name, type and arguments."""

    name: str
    type: str
    arguments: str


class _Method(NamedTuple):
    """A method as it was, and its descriptor as it is now where the file states it."""

    frame: _Frame
    residual: str | None


class Mapping:
    """What the names of a shrunk app were before; names that were kept stand for themselves."""

    def __init__(self, path: Path, stamp: tuple[int, int], classes: dict[str, tuple[str, int]]):
        self._path = path
        self._stamp = stamp
        self._classes = classes
        self._members: dict[str, dict[str, list[_Method]]] = {}

    def __len__(self) -> int:
        return len(self._classes)

    def class_of(self, name: str) -> str:
        """Give the original of a dotted class name, the name itself when it is not known."""
        known = self._classes.get(name)
        return known[0] if known else name

    def member_of(self, cls: str, name: str, descriptor: str | None = None) -> str:
        """Give the original name of a method: `cls` and `name` are the new ones.

        Several that the descriptor (as in DEX, new names) does not tell apart are joined as
        "a|b", sorted; a method that comes from another class has that class before its name.
        Raises UsageError when the file changed since it was read.
        """
        methods = self._of_class(cls).get(name, [])
        if descriptor is not None and len(methods) > 1:
            methods = self._fitting(methods, descriptor) or methods
        return "|".join(sorted({method.frame.name for method in methods})) or name

    def _fitting(self, methods: list[_Method], descriptor: str) -> list[_Method]:
        exact = [method for method in methods if method.residual == descriptor]
        if exact:
            return exact
        arguments, _, result = descriptor.removeprefix("(").partition(")")
        wanted = ",".join(self._types(arguments))
        fits = [
            one
            for one in methods
            if one.residual is None and one.frame.arguments.replace(" ", "") == wanted
        ]
        typed = [one for one in fits if [one.frame.type] == self._types(result)]
        return typed or fits

    def _types(self, descriptors: str) -> list[str]:
        """Write the types of a descriptor as they were in the source."""
        types = []
        for arrays, primitive, cls in _PARAMETER.findall(descriptors):
            plain = _PRIMITIVE[primitive] if primitive else self.class_of(cls.replace("/", "."))
            types.append(plain + "[]" * len(arrays))
        return types

    def _of_class(self, cls: str) -> dict[str, list[_Method]]:
        if cls not in self._classes:
            return {}
        if cls not in self._members:
            if len(self._members) >= KEPT:
                self._members.clear()
            self._members[cls] = _methods(self._block(self._classes[cls][1]))
        return self._members[cls]

    def _block(self, offset: int) -> Iterator[str]:
        """Give the lines below a class line, which ends at the offset."""
        try:
            with self._path.open("rb") as stream:
                if _stamp(stream) != self._stamp:
                    raise OSError(0, "it changed")
                stream.seek(offset)
                for line in itertools.islice(
                    iter(lambda: stream.readline(MAX_LINE), b""), MAX_MEMBERS
                ):
                    if line[:1] not in b" \t#\r\n":
                        break
                    yield line.decode("utf-8", "replace").strip()
        except OSError as error:
            raise UsageError(
                f"the mapping file {self._path.name} cannot be read again: {error.strerror}",
                hint="leave it in place until the scan has ended",
            ) from error


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; it must stay in place as long as the result is used.

    Raises UsageError when it cannot be read, is none, or passes a limit.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _refused(path, "is no regular file")
        with path.open("rb") as stream:
            stamp = _stamp(stream)
            if stamp[0] > MAX_BYTES:
                raise _refused(path, f"is larger than {MAX_BYTES} bytes")
            classes = _classes(path, stream)
    except OSError as error:
        raise UsageError(
            f"cannot read the mapping file {path.name}: {error.strerror}",
            hint="check the path and your permission to read it",
        ) from error
    if not classes:
        raise _refused(path, "names no class, so it is no mapping file")
    return Mapping(path, stamp, classes)


def _classes(path: Path, stream: BinaryIO) -> dict[str, tuple[str, int]]:
    """Read the class lines: new name to original, and where the members begin."""
    classes: dict[str, tuple[str, int]] = {}
    offset = 0
    for number, raw in enumerate(_lines(path, stream), start=1):
        offset += len(raw) + 1
        line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        if line[:1] in b" \t" and b" -> " in line and classes:
            continue
        if line[:1] in b"#\r" or line.lstrip()[:1] in b"#":
            continue
        original, name = _class_line(path, line, number)
        if classes.setdefault(name, (original, offset))[0] != original:
            raise _refused(path, f"gives two originals for {quoted(name)}", number)
        if len(classes) > MAX_CLASSES:
            raise _refused(path, f"names more than {MAX_CLASSES} classes")
    return classes


def _lines(path: Path, stream: BinaryIO) -> Iterator[bytes]:
    """Give the lines of a text without their ends."""
    rest = b""
    while chunk := stream.read(MAX_LINE):
        if b"\0" in chunk:
            raise _refused(path, "is no text")
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if len(rest) > MAX_LINE:
            raise _refused(path, f"has a line longer than {MAX_LINE} bytes")
        yield from lines
    if rest:
        yield rest


def _class_line(path: Path, line: bytes, number: int) -> tuple[str, str]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused(path, "is no UTF-8 text", number) from None
    head, colon, tail = text.partition(" #")[0].rstrip().rpartition(":")
    original, arrow, name = head.rpartition(" -> ")
    if (
        not (colon and arrow)
        or tail
        or text[0] in " \t"
        or _BROKEN_NAME.search(original)
        or _BROKEN_NAME.search(name)
    ):
        raise _refused(path, "holds a line that is neither class, member nor comment", number)
    return original, name


def _methods(lines: Iterator[str]) -> dict[str, list[_Method]]:
    """Give the methods of one class by their new names."""
    rows: dict[str, list[list[_Frame]]] = {}
    residual: dict[tuple[str, _Frame], str] = {}
    synthesized: set[_Frame] = set()
    last: tuple[str | None, str] | None = None
    for line in lines:
        if line.startswith("#"):
            if last is not None:
                frame = rows[last[1]][-1][-1]
                if _SYNTHESIZED in line:
                    synthesized.add(frame)
                if _RESIDUAL in line and (stated := _SIGNATURE.search(line)):
                    residual[last[1], frame] = stated.group(1)
            continue
        match = _MEMBER.fullmatch(line)
        if match is None:
            last = None
            continue
        span, result, original, arguments, position, name = match.groups()
        of_name = rows.setdefault(name, [])
        if span is None or (span, name) != last or position.count(":") != 1:
            of_name.append([])
        of_name[-1].append(_Frame(original, result, arguments))
        last = (span, name)
    methods: dict[str, list[_Method]] = {}
    for name, of_name in rows.items():
        found = [(_standing(row, synthesized), row[-1]) for row in of_name]
        real = {outer for frame, outer in found if frame not in synthesized}
        methods[name] = [
            _Method(frame, residual.get((name, outer)))
            for frame, outer in dict.fromkeys(found)
            if frame not in synthesized or outer not in real
        ]
    return methods


def _standing(row: list[_Frame], synthesized: set[_Frame]) -> _Frame:
    return next((frame for frame in reversed(row) if frame not in synthesized), row[-1])


def _stamp(stream: BinaryIO) -> tuple[int, int]:
    state = os.fstat(stream.fileno())
    return state.st_size, state.st_mtime_ns


def _refused(path: Path, why: str, line: int | None = None) -> UsageError:
    at = f", line {line}" if line else ""
    return UsageError(
        f"{path.name}{at}: {why}",
        hint="give the mapping.txt that R8 or ProGuard wrote when this very package was built,"
        " usually build/outputs/mapping/<variant>/mapping.txt",
    )
