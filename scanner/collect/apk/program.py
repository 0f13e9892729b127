"""All DEX files of an app as one program: classes, methods and references under common numbers.

Types, names and signatures that several files name get one number each; a method is a class and a
signature. Where two files define the same class the first one counts, as on a device. The numbers
are what the class hierarchy and the call graph work with; code itself stays in the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from scanner.collect.apk.dalvik import INVOKES
from scanner.collect.apk.dex import (
    CONST_CLASS,
    FIELDS,
    NEW_INSTANCE,
    STATIC_FIELDS,
    STRINGS,
    Array,
    Dex,
    text_of,
)
from scanner.collect.apk.mapping import Mapping

ACC_STATIC, ACC_PRIVATE, ACC_INTERFACE, ACC_ABSTRACT = 0x0008, 0x0002, 0x0200, 0x0400

_CUSTOM = (0xFC, 0xFD)
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
        begin = np.searchsorted(self.code, codes, "left")
        end = np.searchsorted(self.code, codes, "right")
        return spread(begin, end)


class _Part(NamedTuple):
    """What one DEX file adds."""

    dex: Dex
    types: Array
    names: Array
    method_class: Array
    method_name: Array
    method_proto: Array
    code_base: int


class Program:
    """All code of an app; files are added in Android's order, then `finish` numbers the methods."""

    def __init__(self) -> None:
        self._types: dict[bytes, int] = {b"": 0}
        self._names: dict[bytes, int] = {b"": 0}
        self._protos: dict[bytes, int] = {b"": 0}
        self._fields: dict[tuple[int, int], int] = {}
        self.parts: list[_Part] = []
        self._codes = 0
        self._class_parts: list[tuple[Array, Array, Array, Array]] = []
        self._interfaces: list[tuple[int, int]] = []
        self._method_parts: list[tuple[int, Array, Array, Array]] = []
        self.part_texts: list[References] = []
        self._refs: dict[str, list[References]] = {"invokes": [], "types": [], "fields": []}
        self._defined: set[int] = set()
        self.instructions = 0
        self.mapping: Mapping | None = None
        """Names before a shrinker renamed them, for one's own app."""

    def add(self, dex: Dex) -> None:
        """Add the tables and references of a file; text references are looked up on demand."""
        sweep = dex.sweep()
        types = _numbers(dex.raws(dex.types), self._types)
        names = self._name_numbers(dex)
        protos = self._proto_numbers(dex)
        part = _Part(
            dex=dex,
            types=types,
            names=names,
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
        code = sweep.code + np.int32(part.code_base)
        rows = np.flatnonzero(_STRING[sweep.op])
        self.part_texts.append(
            References(
                code[rows], sweep.at[rows], sweep.op[rows], sweep.named[rows].astype(np.int32)
            )
        )
        for sort, chosen in (
            ("invokes", _INVOKE[sweep.op]),
            ("types", (sweep.op == CONST_CLASS) | (sweep.op == NEW_INSTANCE)),
            ("fields", _FIELD[sweep.op]),
        ):
            rows = np.flatnonzero(chosen)
            op, index = sweep.op[rows], sweep.named[rows].astype(np.int64)
            if sort == "types":
                target = _at(types, index)
            elif sort == "fields":
                target = self._field_numbers(part)[np.minimum(index, len(dex.field_class))]
            else:
                target = np.where(np.isin(op, _CUSTOM), -1 - index, index).astype(np.int32)
            refs = References(code[rows], sweep.at[rows], op, target.astype(np.int32))
            self._refs[sort].append(refs)

    def _name_numbers(self, dex: Dex) -> Array:
        """Number the strings that name methods and fields; all others are 0."""
        wanted = np.unique(np.concatenate((dex.method_name, dex.field_name)))
        wanted = wanted[(wanted >= 0) & (wanted < len(dex.string_at))]
        numbers = np.zeros(len(dex.string_at), np.int32)
        numbers[wanted] = _numbers(dex.raws(wanted), self._names)
        return numbers

    def _proto_numbers(self, dex: Dex) -> Array:
        names = dex.raws(dex.types)
        lists: dict[int, bytes] = {0: b""}
        rows = []
        known = len(names)
        for returned, at in zip(dex.protos[:, 1].tolist(), dex.protos[:, 2].tolist(), strict=True):
            if at not in lists:
                kinds = dex.type_list(at)
                lists[at] = b"".join([names[kind] if kind < known else b"?" for kind in kinds])
            rows.append(b"(%b)%b" % (lists[at], names[returned] if returned < known else b"?"))
        return _numbers(rows, self._protos)

    def _field_numbers(self, part: _Part) -> Array:
        """Number the fields by class and name; one more stands for what is out of range."""
        dex = part.dex
        owners = _at(part.types, dex.field_class).tolist()
        names = _at(part.names, dex.field_name).tolist()
        table = self._fields
        numbers = [table.setdefault(pair, len(table)) for pair in zip(owners, names, strict=True)]
        return np.array([*numbers, table.setdefault((0, 0), len(table))], np.int32)

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
        for row in rows[dex.classes[rows, 3] != 0].tolist():
            for kind in dex.type_list(int(dex.classes[row, 3])):
                if kind < len(types):
                    self._interfaces.append((int(own[row]), int(types[kind])))
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

    def finish(self) -> None:
        """Give every method one number, and bring all references to these numbers."""
        self.types = list(self._types)
        self.names = list(self._names)
        self.protos = list(self._protos)
        ids = np.array(list(self._fields), np.int32).reshape(-1, 2)
        self.field_class, self.field_name = ids[:, 0], ids[:, 1]
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
        numbers = numbers.astype(np.int32)
        self.part_methods: list[Array] = []
        begin = 0
        for part in self.parts:
            self.part_methods.append(numbers[begin : begin + len(part.method_class)])
            begin += len(part.method_class)
        self._number_definitions()
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
        self.code_count = self._codes
        self.code_method = np.full(self._codes, -1, np.int64)
        with_code = np.flatnonzero(self.code >= 0)[::-1]
        self.code_method[self.code[with_code]] = with_code
        self._bases = np.array([part.code_base for part in self.parts], np.int64)

    def _joined(self, sort: str) -> References:
        parts = self._refs[sort]
        targets = [
            np.where(refs.target >= 0, _at(methods, refs.target), refs.target)
            if sort == "invokes"
            else refs.target
            for refs, methods in zip(parts, self.part_methods, strict=True)
        ]
        return References(
            np.concatenate([_none(), *(refs.code for refs in parts)]),
            np.concatenate([_none(), *(refs.at for refs in parts)]),
            np.concatenate([np.zeros(0, np.uint8), *(refs.op for refs in parts)]),
            np.concatenate([_none(), *targets]).astype(np.int32),
        )

    # questions

    def texts_beginning(self, beginnings: Iterable[str]) -> list[tuple[int, int, str]]:
        """Give every text in code that begins so: code item, place, and the text.

        The beginnings have at least four letters.
        """
        wanted = tuple(text.encode("utf-8") for text in beginnings)
        keys = np.array([int.from_bytes(text[:4], "little") for text in wanted], np.uint32)
        found = []
        for part, refs in zip(self.parts, self.part_texts, strict=True):
            for string in part.dex.beginning_with(keys):
                text = part.dex.raw(string)
                if not text.startswith(wanted):
                    continue
                for row in np.flatnonzero(refs.target == string).tolist():
                    found.append((int(refs.code[row]), int(refs.at[row]), text_of(text)))
        return sorted(found)

    def type_number(self, name: str) -> int:
        """Give the number of a class by its dotted name or descriptor, -1 when nobody names it."""
        raw = name if name.startswith("L") and name.endswith(";") else descriptor(name)
        return self._types.get(raw.encode("utf-8", "surrogatepass"), -1)

    def name_number(self, name: str) -> int:
        """Give the number of a method's or field's name, -1 when there is none."""
        return self._names.get(name.encode("utf-8", "surrogatepass"), -1)

    def field_number(self, owner: int, name: int) -> int:
        """Give the number of a field, -1 when nobody names it."""
        return self._fields.get((owner, name), -1)

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
        number = int(np.searchsorted(self._bases, code, side="right")) - 1
        part = self.parts[number]
        return part, number, code - part.code_base


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


def _numbers(texts: Iterable[bytes], table: dict[bytes, int]) -> Array:
    return np.array([table.setdefault(text, len(table)) for text in texts], np.int32)


def _columns(parts: Sequence[tuple[Array, ...]], width: int) -> tuple[Array, ...]:
    if not parts:
        return tuple(np.zeros(0, np.int64) for _ in range(width))
    return tuple(np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True))
