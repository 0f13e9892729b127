"""All DEX files of an app as one program: classes, methods and references under common numbers.

Types, names and signatures that several files name get one number each; a method is a class and a
signature. Where two files define the same class the first one counts, as on a device. The numbers
are what the class hierarchy and the call graph work with; code itself stays in the files.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from scanner.child import Unreadable
from scanner.collect.apk.dalvik import INVOKES
from scanner.collect.apk.dex import (
    CONST_CLASS,
    FIELDS,
    MAX_PARAMETERS,
    NEW_INSTANCE,
    STATIC_FIELDS,
    STRINGS,
    Array,
    Dex,
    Sweep,
    raw_of,
    text_of,
)
from scanner.collect.apk.mapping import Mapping

ACC_STATIC, ACC_PRIVATE, ACC_INTERFACE, ACC_ABSTRACT = 0x0008, 0x0002, 0x0200, 0x0400

MAX_REFERENCES = 40_000_000
"""References in all code together; 7 MB of code hold about 200,000."""
MAX_MEMBERS = 20_000_000
"""Fields and methods that all files together name; a full file names 131,072."""
MAX_INTERFACES = 0x40000
"""Pairs of a class and an interface in one file; real ones have fewer than two per class."""
MAX_PROTO_BYTES = 64 << 20
"""Descriptors of all methods of one file together: lists may lie over one another."""

_CUSTOM = np.zeros(256, bool)
_CUSTOM[[0xFC, 0xFD]] = True
_INVOKE = np.zeros(256, bool)
_INVOKE[list(INVOKES)] = True
_FIELD = np.zeros(256, bool)
_FIELD[list(FIELDS)] = True
_STRING = np.zeros(256, bool)
_STRING[list(STRINGS)] = True
_STATIC = np.zeros(256, bool)
_STATIC[list(STATIC_FIELDS)] = True


class References(NamedTuple):
    """References of one sort in all code, ordered by code and place."""

    code: Array
    """Number of the code item, int32."""
    at: Array
    """Unit inside it, int32."""
    op: Array
    """Opcode, uint8."""
    target: Array
    """What is named: a method, type or field by its common number, int32."""

    def of(self, codes: Array) -> tuple[Array, Array]:
        """Give the rows of some code items, and for each row which of them it belongs to."""
        return spread(*between(self.code, codes))


class _Part(NamedTuple):
    """What one DEX file adds."""

    dex: Dex
    types: Array
    names: Array
    method_class: Array
    method_name: Array
    method_proto: Array
    fields: Array
    """Class and name of each field in one number; one more for what is out of range."""
    code_base: int


class Program:
    """All code of an app; files are added in Android's order, then `finish` numbers the methods."""

    def __init__(self) -> None:
        self._types: dict[bytes, int] = {b"": 0}
        self._names: dict[bytes, int] = {b"": 0}
        self._protos: dict[bytes, int] = {b"": 0}
        self.parts: list[_Part] = []
        self._codes = 0
        self._class_parts: list[tuple[Array, Array, Array, Array]] = []
        self._interfaces: list[tuple[int, int]] = []
        self._method_parts: list[tuple[int, Array, Array, Array]] = []
        self.part_texts: list[References] = []
        self._refs: dict[str, list[References]] = {"invokes": [], "types": [], "fields": []}
        self._defined: set[int] = set()
        self.instructions = 0
        self._weight = [0, 0]
        self.mapping: Mapping | None = None
        """Names before a shrinker renamed them, for one's own app."""

    def add(self, dex: Dex) -> None:
        """Add the tables and references of a file; text references are looked up on demand."""
        sweep = dex.sweep()
        self._weigh(dex, len(sweep.op))
        types = _numbers(dex.raws(dex.types), self._types)
        names = self._name_numbers(dex)
        protos = self._proto_numbers(dex)
        part = _Part(
            dex=dex,
            types=types,
            names=names,
            fields=self._field_numbers(dex, types, names),
            method_class=_at(types, dex.method_class),
            method_name=_at(names, dex.method_name),
            method_proto=_at(protos, dex.method_proto),
            code_base=self._codes,
        )
        number = len(self.parts)
        self.parts.append(part)
        self._codes += len(dex.code_at)
        self.instructions += sweep.instructions
        self._add_classes(dex, types, number)
        self._add_references(part, sweep)

    def _add_references(self, part: _Part, sweep: Sweep) -> None:
        dex = part.dex
        code = sweep.code + np.int32(part.code_base)
        rows = np.flatnonzero(_STRING[sweep.op])
        self.part_texts.append(
            References(
                code[rows], sweep.at[rows], sweep.op[rows], sweep.named[rows].astype(np.int32)
            )
        )
        # a call of a method that the file does not have is refused by Android
        called = _CUSTOM[sweep.op] | (sweep.named < len(dex.method_class))
        for sort, chosen in (
            ("invokes", _INVOKE[sweep.op] & called),
            ("types", (sweep.op == CONST_CLASS) | (sweep.op == NEW_INSTANCE)),
            ("fields", _FIELD[sweep.op]),
        ):
            rows = np.flatnonzero(chosen)
            op, index = sweep.op[rows], sweep.named[rows].astype(np.int64)
            if sort == "types":
                target = _at(part.types, index)
            elif sort == "fields":
                target = np.minimum(index, len(dex.field_class))
            else:
                target = np.where(_CUSTOM[op], -1 - index, index)
            refs = References(code[rows], sweep.at[rows], op, target.astype(np.int32))
            self._refs[sort].append(refs)

    def _weigh(self, dex: Dex, references: int) -> None:
        """Refuse a file with which all of them together would fill the memory."""
        members = len(dex.field_class) + len(dex.method_class)
        weight = [self._weight[0] + references, self._weight[1] + members]
        if weight[0] > MAX_REFERENCES or weight[1] > MAX_MEMBERS:
            raise Unreadable(
                f"代码总量过大，{dex.name} 未读",
                f"there is too much code in all to read {dex.name}",
            )
        self._weight = weight

    def _name_numbers(self, dex: Dex) -> Array:
        """Number the strings that name methods and fields; all others are 0."""
        wanted = np.unique(np.concatenate((dex.method_name, dex.field_name)))
        wanted = wanted[(wanted >= 0) & (wanted < dex.string_count)]
        numbers = np.zeros(dex.string_count, np.int32)
        numbers[wanted] = _numbers(dex.raws(wanted), self._names)
        return numbers

    def _proto_numbers(self, dex: Dex) -> Array:
        names = dex.raws(dex.types)
        lists: dict[int, bytes] = {0: b""}
        rows = []
        known, room = len(names), MAX_PROTO_BYTES
        for returned, at in zip(dex.protos[:, 1].tolist(), dex.protos[:, 2].tolist(), strict=True):
            if at not in lists:
                kinds = dex.type_list(at, MAX_PARAMETERS)
                parts = [names[kind] if kind < known else b"?" for kind in kinds]
                room -= sum(map(len, parts))
                lists[at] = b"".join(parts) if room >= 0 else b"?"
            last = names[returned] if returned < known else b"?"
            room -= len(lists[at]) + len(last)
            rows.append(b"(%b)%b" % (lists[at], last) if room >= 0 else b"")
        if room < 0:
            dex.fault("方法描述过长", "the descriptors of methods are too long")
        return _numbers(rows, self._protos)

    def _field_numbers(self, dex: Dex, types: Array, names: Array) -> Array:
        """Put class and name of each field into one number; the last is for what is not there."""
        owners = _at(types, dex.field_class).astype(np.int64)
        return np.append(owners << 32 | _at(names, dex.field_name), 0)

    def _add_classes(self, dex: Dex, types: Array, number: int) -> None:
        own = _at(types, dex.classes[:, 0].astype(np.int64))
        fresh = np.zeros(len(own), bool)
        for row, kind in enumerate(own.tolist()):
            if kind and kind not in self._defined:
                self._defined.add(kind)
                fresh[row] = True
        rows = np.flatnonzero(fresh)
        above = dex.classes[rows, 2].astype(np.int64)
        supers = np.where(above < len(types), _at(types, above), 0)
        self._class_parts.append(
            (own[rows], supers, dex.classes[rows, 1].astype(np.int64), np.full(len(rows), number))
        )
        self._add_interfaces(dex, types, rows[dex.classes[rows, 3] != 0], own)
        kept = fresh[dex.method_owner] if len(dex.method_owner) else np.zeros(0, bool)
        code = dex.method_code[kept].astype(np.int64)
        base = self._codes - len(dex.code_at)
        self._method_parts.append(
            (
                number,
                dex.method_index[kept],
                dex.method_access[kept],
                np.where(code >= 0, code + base, -1),
            )
        )

    def _add_interfaces(self, dex: Dex, types: Array, rows: Array, own: Array) -> None:
        room = MAX_INTERFACES
        for row in rows.tolist():
            kinds = dex.type_list(int(dex.classes[row, 3]))
            room -= len(kinds)
            if room < 0:
                dex.fault("接口过多，只读了一部分", "there are more interfaces than were read")
                break
            for kind in kinds:
                if kind < len(types):
                    self._interfaces.append((int(own[row]), int(types[kind])))

    def finish(self) -> None:
        """Give every method one number, and bring all references to these numbers."""
        self.types = list(self._types)
        self.names = list(self._names)
        self.protos = list(self._protos)
        fields = np.concatenate([np.zeros(0, np.int64), *(part.fields for part in self.parts)])
        self._field_key, numbers = np.unique(fields, return_inverse=True)
        self.field_class = (self._field_key >> 32).astype(np.int32)
        self.field_name = (self._field_key & 0xFFFFFFFF).astype(np.int32)
        self._part_fields = _cut(numbers, [len(part.fields) for part in self.parts])
        classes = _columns(self._class_parts, 4)
        self.class_type, self.class_super, self.class_access, self.class_part = classes
        self.interfaces = np.array(self._interfaces, np.int64).reshape(-1, 2)
        name = np.concatenate([_none(), *(part.method_name for part in self.parts)])
        proto = np.concatenate([_none(), *(part.method_proto for part in self.parts)])
        owner = np.concatenate([_none(), *(part.method_class for part in self.parts)])
        pairs, signature = np.unique(name.astype(np.int64) << 32 | proto, return_inverse=True)
        self.signature_name = (pairs >> 32).astype(np.int32)
        self.signature_proto = (pairs & 0xFFFFFFFF).astype(np.int32)
        self.method_key, numbers = np.unique(
            owner.astype(np.int64) << 32 | signature, return_inverse=True
        )
        self.method_class = (self.method_key >> 32).astype(np.int32)
        self.method_signature = (self.method_key & 0xFFFFFFFF).astype(np.int32)
        self.method_name = self.signature_name[self.method_signature]
        self.part_methods = _cut(numbers, [len(part.method_class) for part in self.parts])
        self._number_definitions()
        self.part_texts = [self._of_methods(refs) for refs in self.part_texts]
        self.invokes = self._joined("invokes")
        self.type_uses = self._joined("types")
        self.field_uses = self._joined("fields")
        self._refs.clear()
        self._method_parts.clear()
        self._class_parts.clear()

    def _number_definitions(self) -> None:
        count = len(self.method_key)
        self.defined = np.zeros(count, bool)
        self.access = np.zeros(count, np.int64)
        self.code = np.full(count, -1, np.int64)
        for number, index, access, code in reversed(self._method_parts):
            methods = self.part_methods[number][index]
            self.defined[methods] = True
            self.access[methods] = access
            self.code[methods] = code
        self.code_method = np.full(self._codes, -1, np.int64)
        with_code = np.flatnonzero(self.code >= 0)[::-1]
        self.code_method[self.code[with_code]] = with_code
        self._bases = [part.code_base for part in self.parts]

    def _joined(self, sort: str) -> References:
        parts = []
        numbers = self.part_methods if sort == "invokes" else self._part_fields
        for refs, table in zip(self._refs[sort], numbers, strict=True):
            target = refs.target
            if sort != "types":
                target = np.where(target >= 0, _at(table, target), target)
            parts.append(self._of_methods(refs._replace(target=target)))
        return References(
            np.concatenate([_none(), *(refs.code for refs in parts)]),
            np.concatenate([_none(), *(refs.at for refs in parts)]),
            np.concatenate([np.zeros(0, np.uint8), *(refs.op for refs in parts)]),
            np.concatenate([_none(), *(refs.target for refs in parts)]).astype(np.int32),
        )

    def _of_methods(self, refs: References) -> References:
        """Leave out code that never runs: of classes that an earlier file defines."""
        runs = self.code_method[refs.code] >= 0
        if runs.all():
            return refs
        return References(*(column[runs] for column in refs))

    # questions

    def texts_beginning(self, beginnings: Iterable[str]) -> list[tuple[int, int, str]]:
        """Give every text in code that begins so: code item, place, and the text.

        The beginnings have at least four letters.
        """
        wanted = tuple(map(raw_of, beginnings))
        keys = np.array([int.from_bytes(text[:4], "little") for text in wanted], np.uint32)
        found = []
        for part, refs in zip(self.parts, self.part_texts, strict=True):
            texts = {string: part.dex.raw(string) for string in part.dex.beginning_with(keys)}
            chosen = {
                string: text_of(text) for string, text in texts.items() if text.startswith(wanted)
            }
            for row in np.flatnonzero(np.isin(refs.target, list(chosen))).tolist():
                string = int(refs.target[row])
                found.append((int(refs.code[row]), int(refs.at[row]), chosen[string]))
        return sorted(found)

    def type_number(self, name: str) -> int:
        """Give the number of a class by its dotted name or descriptor, -1 when nobody names it."""
        raw = name if name.startswith("L") and name.endswith(";") else descriptor(name)
        return self._types.get(raw_of(raw), -1)

    def name_number(self, name: str) -> int:
        """Give the number of a method's or field's name, -1 when there is none."""
        return self._names.get(raw_of(name), -1)

    def field_number(self, owner: int, name: int) -> int:
        """Give the number of a field, -1 when nobody names it."""
        key = owner << 32 | name
        place = int(np.searchsorted(self._field_key, key))
        there = place < len(self._field_key) and int(self._field_key[place]) == key
        return place if there else -1

    def type_text(self, number: int) -> str:
        """Give a class's dotted name, as it was before renaming where a mapping tells."""
        name = dotted(text_of(self.types[number]))
        return self.mapping.class_of(name) if self.mapping else name

    def name_of(self, method: int) -> str:
        """Give a method's name alone."""
        return text_of(self.names[int(self.method_name[method])])

    def method_text(self, method: int) -> str:
        """Give class and method as people write them, e.g. cn.example.Imei.read."""
        owner, name = int(self.method_class[method]), self.name_of(method)
        if self.mapping:
            kept = dotted(text_of(self.types[owner]))
            name = self.mapping.member_of(kept, name, self.proto_of(method))
        return f"{self.type_text(owner)}.{name}"

    def method_descriptor(self, method: int) -> str:
        """Give a method as DEX writes it, e.g. Lcn/example/Imei;->read()V."""
        owner = text_of(self.types[int(self.method_class[method])])
        proto = self.protos[int(self.signature_proto[self.method_signature[method]])]
        return f"{owner}->{self.name_of(method)}{text_of(proto)}"

    def proto_of(self, method: int) -> str:
        """Give a method's descriptor, e.g. (I)V."""
        return text_of(self.protos[int(self.signature_proto[self.method_signature[method]])])

    def part_of(self, code: int) -> tuple[_Part, int, int]:
        """Give the file in which a code item stands, its number, and the row there."""
        number = bisect_right(self._bases, code) - 1
        part = self.parts[number]
        return part, number, code - part.code_base


def between(table: Array, values: Array) -> tuple[Array, Array]:
    """Give where each value begins and ends in a sorted table; both must fit the table's type."""
    wanted = values.astype(table.dtype, copy=False)
    return table.searchsorted(wanted, "left"), table.searchsorted(wanted, "right")


def spread(begin: Array, end: Array) -> tuple[Array, Array]:
    """Give all numbers from each begin up to its end, and for each the row it comes from."""
    count = np.maximum(end - begin, 0)
    which = np.repeat(np.arange(len(count)), count)
    rows = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + begin[which]
    return rows, which


def descriptor(name: str) -> str:
    """Write a dotted class name as DEX does."""
    return f"L{name.replace('.', '/')};"


def dotted(name: str) -> str:
    """Write a class's descriptor as people do; other types stay as they are."""
    if name.startswith("L") and name.endswith(";"):
        return name[1:-1].replace("/", ".")
    return name


def _none() -> Array:
    return np.zeros(0, np.int32)


def _at(table: Array, index: Array) -> Array:
    """Look up numbers; what is out of range is 0."""
    if not len(table):
        return np.zeros(len(index), np.int32)
    inside = (index >= 0) & (index < len(table))
    return np.where(inside, table[np.where(inside, index, 0)], 0).astype(np.int32)


def _cut(numbers: Array, sizes: Sequence[int]) -> list[Array]:
    """Cut a run of numbers into pieces of these sizes."""
    return np.split(numbers.astype(np.int32), np.cumsum(sizes)[:-1]) if sizes else []


def _numbers(texts: Iterable[bytes], table: dict[bytes, int]) -> Array:
    return np.array([table.setdefault(text, len(table)) for text in texts], np.int32)


def _columns(parts: Sequence[tuple[Array, ...]], width: int) -> tuple[Array, ...]:
    if not parts:
        return tuple(np.zeros(0, np.int64) for _ in range(width))
    return tuple(np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True))
