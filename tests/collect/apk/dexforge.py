"""A test tool: writes DEX files from classes whose code is written like smali.

A line of code is an instruction, a label `:name`, or a table of `smali.assemble`
(`.packed FIRST :a :b from :switch`, `.sparse KEY :a from :switch`, `.data WIDTH N N`). Registers
are v0, v1, ...; p0 is the first parameter's word (the receiver, unless the method is static). What
an instruction names is written out: `"text"` (as in JSON), `Lcn/a/B;`, `Lcn/a/B;->m(I)V`,
`Lcn/a/B;->F:I`; a plain number is taken as the index itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tests.collect.apk import smali

_NO_INDEX = 0xFFFFFFFF
_ENDIAN = 0x12345678
_ALIGNED = (0x1001, 0x2001)
"""Lists of types and code items stand at multiples of four."""
_STATIC, _PRIVATE, _CONSTRUCTOR = 0x8, 0x2, 0x10000

_KINDS = ("", "-wide", "-object", "-boolean", "-byte", "-char", "-short")
_CALLS = ("virtual", "super", "direct", "static", "interface")
_MORE: dict[str, tuple[int, str]] = {
    **{"move-wide/16": (0x06, "32x"), "move-object/from16": (0x08, "22x")},
    **{"move-object/16": (0x09, "32x"), "return-wide": (0x10, "11x")},
    **{"monitor-enter": (0x1D, "11x"), "monitor-exit": (0x1E, "11x")},
    **{"array-length": (0x21, "12x"), "invoke-custom/range": (0xFD, "3rc")},
    **{f"if-{test}": (0x32 + i, "22t") for i, test in enumerate(("eq", "ne", "lt", "ge"))},
    **{"if-gt": (0x36, "22t"), "if-le": (0x37, "22t"), "neg-int": (0x7B, "12x")},
    **{f"aget{kind}": (0x44 + i, "23x") for i, kind in enumerate(_KINDS)},
    **{f"aput{kind}": (0x4B + i, "23x") for i, kind in enumerate(_KINDS)},
    **{f"iget{kind}": (0x52 + i, "22c") for i, kind in enumerate(_KINDS)},
    **{f"iput{kind}": (0x59 + i, "22c") for i, kind in enumerate(_KINDS)},
    **{f"sget{kind}": (0x60 + i, "21c") for i, kind in enumerate(_KINDS)},
    **{f"sput{kind}": (0x67 + i, "21c") for i, kind in enumerate(_KINDS)},
    **{f"invoke-{kind}": (0x6E + i, "35c") for i, kind in enumerate(_CALLS)},
    **{f"invoke-{kind}/range": (0x74 + i, "3rc") for i, kind in enumerate(_CALLS)},
}
"""Instructions that `smali` does not know; each is assembled as one of the same form."""
_SAME_FORM = {form: name for name, (_, form) in smali.OPCODES.items()}


class Method(NamedTuple):
    """A method to be written."""

    name: str
    proto: str = "()V"
    code: str | None = "return-void"
    """Its instructions; None when it is abstract or native."""
    access: int = 1
    registers: int = 8
    """Registers in all; the parameters are the last ones."""
    catch: tuple[tuple[str, str, str], ...] = ()
    """Labels of each range that a handler guards: first, behind the last, handler."""


class Field(NamedTuple):
    """A field to be written."""

    name: str
    type: str = "Ljava/lang/String;"
    text: str | None = None
    """The text with which a static field begins."""
    static: bool = True


class Class(NamedTuple):
    """A class to be written."""

    name: str
    """Its dotted name."""
    methods: tuple[Method, ...] = ()
    extends: str = "java.lang.Object"
    implements: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    access: int = 1


def dex(*classes: Class, version: int = 35, call_sites: Sequence[str] = ()) -> bytes:
    """Write a DEX file.

    `call_sites` name the static method that each site of `invoke-custom` leads to.
    """
    return _finished(_written(classes, version, call_sites, 0))


def container(*files: Sequence[Class]) -> bytes:
    """Write several DEX files into one, as version 041 allows."""
    parts: list[bytearray] = []
    for classes in files:
        parts.append(bytearray(_written(classes, 41, (), sum(map(len, parts)))))
    for part in parts:
        struct.pack_into("<I", part, 0x70, sum(map(len, parts)))
    return b"".join(_finished(bytes(part)) for part in parts)


def descriptor(name: str) -> str:
    """Write a dotted class name as DEX does; descriptors stay as they are."""
    return name if name.endswith(";") else f"L{name.replace('.', '/')};"


def uleb(number: int) -> bytes:
    """Write an unsigned LEB128 number."""
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def mutf8(text: str) -> bytes:
    """Write modified UTF-8: each UTF-16 unit by itself, and no zero byte."""
    raw = text.encode("utf-16-be", "surrogatepass")
    units = [chr(raw[i] << 8 | raw[i + 1]) for i in range(0, len(raw), 2)]
    encoded = b"".join(unit.encode("utf-8", "surrogatepass") for unit in units)
    return encoded.replace(b"\0", b"\xc0\x80")


class _Names:
    """The tables of what is named: first everything is noted, then numbered in DEX's order."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.types: list[str] = []
        self.protos: list[str] = []
        self.fields: list[tuple[str, str, str]] = []
        self.methods: list[tuple[str, str, str]] = []
        self._noted: dict[str, set[object]] = {}
        self._number: dict[tuple[str, object], int] | None = None

    def string(self, text: str) -> int:
        return self._of("string", text)

    def type(self, name: str) -> int:
        self.string(name)
        return self._of("type", name)

    def proto(self, proto: str) -> int:
        self.string(shorty(proto))
        for kind in (*parameters(proto), returned(proto)):
            self.type(kind)
        return self._of("proto", proto)

    def field(self, owner: str, name: str, kind: str) -> int:
        self.string(name)
        self.type(owner)
        self.type(kind)
        return self._of("field", (owner, name, kind))

    def method(self, owner: str, name: str, proto: str) -> int:
        self.string(name)
        self.type(owner)
        self.proto(proto)
        return self._of("method", (owner, name, proto))

    def _of(self, sort: str, what: object) -> int:
        if self._number is None:
            self._noted.setdefault(sort, set()).add(what)
            return 0
        return self._number[sort, what]

    def seal(self) -> None:
        """Sort and number everything that was noted."""
        number: dict[tuple[str, object], int] = {}

        def order(sort: str, key: Callable[..., object]) -> list[object]:
            found = sorted(self._noted.get(sort, ()), key=key)  # type: ignore[arg-type]
            number.update({(sort, what): i for i, what in enumerate(found)})
            return found

        def rank(sort: str, what: object) -> int:
            return number[sort, what]

        def kinds(proto: str) -> list[int]:
            return [rank("type", kind) for kind in (returned(proto), *parameters(proto))]

        self.strings = order("string", _utf16)  # type: ignore[assignment]
        self.types = order("type", lambda name: rank("string", name))  # type: ignore[assignment]
        self.protos = order("proto", kinds)  # type: ignore[assignment]
        self.fields = order(  # type: ignore[assignment]
            "field",
            lambda one: (rank("type", one[0]), rank("string", one[1]), rank("type", one[2])),
        )
        self.methods = order(  # type: ignore[assignment]
            "method",
            lambda one: (rank("type", one[0]), rank("string", one[1]), rank("proto", one[2])),
        )
        self._number = number


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def parameters(proto: str) -> list[str]:
    """Give the types of a method's parameters."""
    return re.findall(r"\[*(?:L[^;]*;|[A-Z])", proto[1 : proto.index(")")])


def returned(proto: str) -> str:
    """Give the type that a method returns."""
    return proto[proto.index(")") + 1 :]


def shorty(proto: str) -> str:
    """Write a method's types with one letter each."""
    kinds = (returned(proto), *parameters(proto))
    return "".join("L" if kind[0] in "L[" else kind for kind in kinds)


_PARAMETER = re.compile(r"(?<=[\s,{])p(\d+)(?=[\s,}]|$)")


class _Code(NamedTuple):
    registers: int
    ins: int
    outs: int
    units: list[int]
    tries: list[tuple[int, int, int]]


def _code(method: Method, names: _Names) -> _Code | None:
    if method.code is None:
        return None
    words = sum(2 if kind in "JD" else 1 for kind in parameters(method.proto))
    ins = words + (0 if method.access & _STATIC else 1)
    registers = max(method.registers, ins)
    lines, outs = [], 0
    first = registers - ins
    for written in method.code.splitlines():
        if line := _comment_free(written):
            head, quote, text = line.partition('"')
            head = _PARAMETER.sub(lambda p: f"v{first + int(p[1])}", head)
            lines.append(_numbered(head + quote + text, names))
            outs = max(outs, _words_out(lines[-1]))
    units, at = _assembled(lines)
    tries = sorted(
        (at[begin.lstrip(":")], at[end.lstrip(":")], at[handler.lstrip(":")])
        for begin, end, handler in method.catch
    )
    return _Code(registers, ins, outs, units, tries)


def _comment_free(line: str) -> str:
    """Cut off a comment, but not what stands in quotes."""
    found = re.match(r'(?:"(?:[^"\\]|\\.)*"|[^"#])*', line)
    return found[0].strip() if found else ""


def _words_out(line: str) -> int:
    listed = re.search(r"\{([^}]*)\}", line)
    if not listed or not line.startswith("invoke"):
        return 0
    numbers = [int(one) for one in re.findall(r"v(\d+)", listed[1])]
    if ".." in listed[1]:
        return numbers[-1] - numbers[0] + 1
    return len(numbers)


def _numbered(line: str, names: _Names) -> str:
    """Put indices in the place of what an instruction names."""
    if line.startswith((":", ".")):
        return f"{line[1:]}:" if line.startswith(":") else line
    if found := re.search(r'"(?:[^"\\]|\\.)*"', line):
        return f"{line[: found.start()]}{names.string(json.loads(found[0]))}"
    if found := re.search(r"(\[*L[^;]*;|\[+[A-Z])->([^\s(:]+)(?:(\([^\s,]*)|:(\S+))", line):
        owner, name, proto, kind = found.groups()
        number = names.method(owner, name, proto) if proto else names.field(owner, name, kind)
        more = line[found.end() :]
        if other := re.search(r"\(\S*", more):
            more = f", {names.proto(other[0])}"
        return f"{line[: found.start()]}{number}{more}"
    if found := re.search(r"(?<=[\s,])(\[*L[^;]*;|\[+[A-Z])$", line):
        return f"{line[: found.start()]}{names.type(found[1])}"
    return line


def _assembled(lines: Sequence[str]) -> tuple[list[int], dict[str, int]]:
    """Assemble; tables stand at even units, as Android wants them."""
    marked: list[str] = []
    opcodes: dict[str, int] = {}
    tables: list[str] = []
    for number, line in enumerate(lines):
        word, _, rest = line.partition(" ")
        if word in _MORE and word not in smali.OPCODES:
            opcodes[f"_{number}"], form = _MORE[word]
            word = _SAME_FORM[form]
        if word.startswith("."):
            tables.append(f"_{number}")
        marked += [f"_{number}:", f"{word} {rest}".rstrip()]
    units, at = smali.assemble("\n".join(marked))
    for table in tables:
        if at[table] % 2:
            place = marked.index(f"{table}:")
            while place and marked[place - 1].endswith(":"):
                place -= 1
            marked.insert(place, "nop")
            units, at = smali.assemble("\n".join(marked))
    for label, op in opcodes.items():
        units[at[label]] = units[at[label]] & 0xFF00 | op
    return units, at


class _Out:
    """The file as it is written, with the map of its sections."""

    def __init__(self, size: int, base: int) -> None:
        self.body = bytearray(size)
        self.base = base
        self.map: list[tuple[int, int, int]] = []

    @property
    def here(self) -> int:
        return self.base + len(self.body)

    def align(self) -> None:
        self.body += b"\0" * (-len(self.body) % 4)

    def section(self, kind: int, items: Iterable[bytes]) -> list[int]:
        """Write a section and give the place of each item."""
        places: list[int] = []
        for item in items:
            if kind in _ALIGNED:
                self.align()
            places.append(self.here)
            self.body += item
        if places:
            self.map.append((kind, len(places), places[0]))
        return places

    def hole(self, kind: int, count: int, size: int) -> int:
        """Leave room for a table that is filled in later; 0 when it is empty."""
        if not count:
            return 0
        self.map.append((kind, count, self.here))
        self.body += bytes(count * size)
        return self.here - count * size

    def fill(self, at: int, items: Iterable[bytes]) -> None:
        raw = b"".join(items)
        self.body[at - self.base : at - self.base + len(raw)] = raw


def _written(classes: Sequence[Class], version: int, call_sites: Sequence[str], base: int) -> bytes:
    names = _Names()
    classes = _supers_first(classes)
    _everything(classes, call_sites, names)
    names.seal()
    head = 0x78 if version >= 41 else 0x70
    out = _Out(head, base)
    out.map.append((0x0000, 1, base))
    sizes = (
        (0x0001, len(names.strings), 4),
        (0x0002, len(names.types), 4),
        (0x0003, len(names.protos), 12),
        (0x0004, len(names.fields), 8),
        (0x0005, len(names.methods), 8),
        (0x0006, len(classes), 32),
        (0x0007, len(call_sites), 4),
        (0x0008, len(call_sites), 8),
    )
    tables = {kind: (count, out.hole(kind, count, size)) for kind, count, size in sizes}
    data_at = out.here
    for kind, rows in _data(classes, call_sites, names, out).items():
        out.fill(tables[kind][1], rows)
    out.align()
    map_at = out.here
    out.map.append((0x1000, 1, map_at))
    sections = sorted(out.map, key=lambda row: row[2])
    out.body += struct.pack("<I", len(sections))
    out.body += b"".join(struct.pack("<2H2I", kind, 0, many, at) for kind, many, at in sections)
    numbers = [number for kind in range(1, 7) for number in tables[kind]]
    struct.pack_into(
        "<8s24x3I", out.body, 0, b"dex\n%03d\0" % version, len(out.body), head, _ENDIAN
    )
    data_size = len(out.body) - (data_at - base)
    struct.pack_into("<17I", out.body, 44, 0, 0, map_at, *numbers, data_size, data_at)
    if version >= 41:
        struct.pack_into("<2I", out.body, 0x70, base + len(out.body), base)
    return bytes(out.body)


def _data(
    classes: Sequence[Class], call_sites: Sequence[str], names: _Names, out: _Out
) -> dict[int, list[bytes]]:
    """Write the data, and give the rows of the tables that point to them."""

    def kinds(proto: str) -> tuple[int, ...]:
        return tuple(names.type(kind) for kind in parameters(proto))

    def above(one: Class) -> tuple[int, ...]:
        return tuple(names.type(descriptor(each)) for each in one.implements)

    lists = sorted({*map(kinds, names.protos), *map(above, classes)} - {()})
    list_at = dict(zip(lists, out.section(0x1001, map(_type_list, lists)), strict=True))
    bodies = [
        ((one.name, method.name, method.proto), code)
        for one in classes
        for method in one.methods
        if (code := _code(method, names))
    ]
    places = out.section(0x2001, (_code_item(code) for _, code in bodies))
    code_at = {key: at for (key, _), at in zip(bodies, places, strict=True)}
    full = [one for one in classes if one.methods or one.fields]
    places = out.section(0x2000, (_class_data(one, names, code_at) for one in full))
    class_at = {one.name: at for one, at in zip(full, places, strict=True)}
    begins = {one.name: raw for one in classes if (raw := _first_values(one, names))}
    sites = [_call_site(number, site, names) for number, site in enumerate(call_sites)]
    arrays = out.section(0x2005, (*begins.values(), *sites))
    begin_at = dict(zip(begins, arrays, strict=False))
    texts = out.section(
        0x2002, (uleb(len(_utf16(text)) // 2) + mutf8(text) + b"\0" for text in names.strings)
    )
    classes_ = [
        _words(
            *(names.type(descriptor(one.name)), one.access),
            *(names.type(descriptor(one.extends)) if one.extends else _NO_INDEX,),
            *(list_at.get(above(one), 0), _NO_INDEX, 0),
            *(class_at.get(one.name, 0), begin_at.get(one.name, 0)),
        )
        for one in classes
    ]
    return {
        1: [_words(at) for at in texts],
        **_named(names, [list_at.get(kinds(one), 0) for one in names.protos]),
        6: classes_,
        7: [_words(at) for at in arrays[len(begins) :]],
        8: [struct.pack("<4H", 4, 0, names.method(*_parts(site)), 0) for site in call_sites],
    }


def _named(names: _Names, lists: Sequence[int]) -> dict[int, list[bytes]]:
    """Give the rows of types, protos (with the places of their lists), fields and methods."""
    string, kind = names.string, names.type
    return {
        2: [_words(string(name)) for name in names.types],
        3: [
            _words(string(shorty(one)), kind(returned(one)), at)
            for one, at in zip(names.protos, lists, strict=True)
        ],
        4: [
            struct.pack("<2HI", kind(owner), kind(type_), string(name))
            for owner, name, type_ in names.fields
        ],
        5: [
            struct.pack("<2HI", kind(owner), names.proto(proto), string(name))
            for owner, name, proto in names.methods
        ],
    }


def _words(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _supers_first(classes: Sequence[Class]) -> list[Class]:
    """Put classes behind those that they extend and implement, as Android wants them."""
    by_name = {one.name: one for one in classes}
    ordered: dict[int, Class] = {}

    def put(one: Class, below: tuple[str, ...]) -> None:
        for name in (one.extends, *one.implements):
            if name in by_name and name not in below:
                put(by_name[name], (*below, name))
        ordered.setdefault(id(one), one)

    for one in classes:
        put(one, (one.name,))
    return list(ordered.values())


def _everything(classes: Sequence[Class], call_sites: Sequence[str], names: _Names) -> None:
    """Note every name that will be asked for."""
    for one in classes:
        for name in (one.name, *([one.extends] if one.extends else []), *one.implements):
            names.type(descriptor(name))
        for field in one.fields:
            names.field(descriptor(one.name), field.name, field.type)
            if field.text is not None:
                names.string(field.text)
        for method in one.methods:
            names.method(descriptor(one.name), method.name, method.proto)
            _code(method, names)
    for number, site in enumerate(call_sites):
        _call_site(number, site, names)


def _parts(method: str) -> tuple[str, str, str]:
    owner, _, rest = method.partition("->")
    name, bracket, proto = rest.partition("(")
    return owner, name, bracket + proto


def _type_list(kinds: Sequence[int]) -> bytes:
    return struct.pack(f"<I{len(kinds)}H", len(kinds), *kinds)


def _code_item(code: _Code) -> bytes:
    head = (code.registers, code.ins, code.outs, len(code.tries), 0, len(code.units))
    raw = struct.pack("<4H2I", *head) + struct.pack(f"<{len(code.units)}H", *code.units)
    if code.tries:
        raw += b"\0\0" if len(code.units) % 2 else b""
        handlers = uleb(len(code.tries))
        for begin, end, handler in code.tries:
            raw += struct.pack("<I2H", begin, end - begin, len(handlers))
            handlers += b"\0" + uleb(handler)
        raw += handlers
    return raw


def _is_direct(method: Method) -> bool:
    return bool(method.access & (_STATIC | _PRIVATE)) or method.name.startswith("<")


def _class_data(one: Class, names: _Names, code_at: dict[tuple[str, str, str], int]) -> bytes:
    owner = descriptor(one.name)
    lists: list[list[tuple[int, ...]]] = [
        [
            (names.field(owner, field.name, field.type), 9 if field.static else 1)
            for field in one.fields
            if field.static == static
        ]
        for static in (True, False)
    ]
    lists += [
        [
            (
                names.method(owner, method.name, method.proto),
                method.access | (_CONSTRUCTOR if method.name.startswith("<") else 0),
                code_at.get((one.name, method.name, method.proto), 0),
            )
            for method in one.methods
            if _is_direct(method) == direct
        ]
        for direct in (True, False)
    ]
    raw = b"".join(uleb(len(rows)) for rows in lists)
    for rows in lists:
        before = 0
        for number, *more in sorted(rows):
            raw += uleb(number - before) + b"".join(map(uleb, more))
            before = number
    return raw


def _first_values(one: Class, names: _Names) -> bytes:
    """Write what the static fields begin with; empty when none has a text."""
    owner = descriptor(one.name)
    fields = [field for field in one.fields if field.static]
    fields.sort(key=lambda field: names.field(owner, field.name, field.type))
    if all(field.text is None for field in fields):
        return b""
    raw = uleb(len(fields))
    for field in fields:
        if field.text is not None:
            raw += b"\x77" + struct.pack("<I", names.string(field.text))
        else:
            raw += _ZEROS.get(field.type, b"\x1e")
    return raw


_ZEROS = {
    **{"Z": b"\x1f", "B": b"\x00\x00", "S": b"\x02\x00", "C": b"\x03\x00", "I": b"\x04\x00"},
    **{"J": b"\x06\x00", "F": b"\x10\x00", "D": b"\x11\x00"},
}


def _call_site(number: int, method: str, names: _Names) -> bytes:
    """Write a call site: method handle, name and type (those of the method itself)."""
    owner, name, proto = _parts(method)
    names.method(owner, name, proto)
    items = ((0x16, number), (0x17, names.string(name)), (0x15, names.proto(proto)))
    raw = b"".join(bytes([3 << 5 | kind]) + struct.pack("<I", value) for kind, value in items)
    return uleb(len(items)) + raw


def _finished(raw: bytes) -> bytes:
    """Put signature and checksum in their places."""
    signed = raw[:12] + hashlib.sha1(raw[32:], usedforsecurity=False).digest() + raw[32:]
    return signed[:8] + struct.pack("<I", zlib.adler32(signed[12:])) + signed[12:]
