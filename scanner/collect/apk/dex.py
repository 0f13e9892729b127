"""One DEX file: its tables, its methods, and every reference in its code, read as arrays.

Nothing is built per method: tables are views of the file, class data are decoded at once, and all
methods are swept together, one instruction of each per step. Every offset is checked; what is
broken is left out and told in `faults`, and what else could be read is there.
Source: "Dalvik executable format" of the Android Open Source Project, versions 035 to 041.
"""

from __future__ import annotations

import mmap
import struct
from array import array
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scanner.child import Unreadable
from scanner.collect.apk.dalvik import ARRAY_DATA, INVOKES, LENGTHS, PACKED_SWITCH, SPARSE_SWITCH
from scanner.collect.apk.values import Code
from scanner.model import Words

Array = NDArray[Any]
Buffer = bytes | mmap.mmap

MAX_DEX_BYTES = 64 << 20
"""A DEX file names at most 65,536 methods; the largest seen are about 15 MB."""
MAX_DEX_IN_FILE = 64
"""DEX files in one container of version 041."""
MAX_TEXT_BYTES = 4 << 20
"""The longest text seen, a table that a compiler folded into one, has 320,000 letters."""
MAX_COPIES = 2
"""Names that lie over one another could fill the memory: at most so many times the file."""
MAX_STRINGS = 2_000_000
"""Strings of one file; one of 7 MB has 53,126."""
MAX_NAMED = 0x10000
"""Types, signatures and classes: code names each by 16 bits."""
MAX_MEMBERS = 0x40000
"""Fields, and methods: code names each by 16 bits, and some more may only be defined."""
MAX_REFERENCES = 6_000_000
"""References in the code of one file; one of 7 MB has about 200,000."""
MAX_INSTRUCTIONS = 16_000_000
"""Instructions of one file; 38 MB of real ones hold 3 million."""
MAX_UNITS = 1 << 22
"""Length of one method; Java knows none above 65,535 bytes."""
MAX_HANDLERS = 0x10000
"""Ranges and handlers of one method."""
MAX_PARAMETERS = 255
"""A call hands on at most 255 words."""
FEW = 100
"""Below this many methods at a time a plain loop over instructions is faster than arrays."""
REGION = 1 << 20
"""Bytes of class data, and of texts, that are looked through at a time."""

_HEADER = struct.Struct("<8s4x20x20I")
_CONTAINER = struct.Struct("<2I")
_VERSIONS = {b"%03d" % number for number in range(35, 42)}
_LITTLE_ENDIAN = 0x12345678
_CODE = struct.Struct("<4H2I")
_MAP_CALL_SITES, _MAP_HANDLES = 0x0007, 0x0008
_TEXT_VALUE, _HANDLE_VALUE = 0x17, 0x16

STRINGS = frozenset((0x1A, 0x1B))
FIELDS = frozenset(range(0x52, 0x6E))
STATIC_FIELDS = frozenset(range(0x60, 0x6E))
CONST_CLASS, NEW_INSTANCE = 0x1C, 0x22

_LENGTH = np.array(LENGTHS, dtype=np.int32)
_WANTED = np.zeros(256, dtype=bool)
_WANTED[[*STRINGS, *FIELDS, *INVOKES, CONST_CLASS, NEW_INSTANCE]] = True
_WANTED_LIST = _WANTED.tolist()


class Sweep(NamedTuple):
    """Every reference in the code of one DEX file, in the order of code and place."""

    code: Array
    """Row of the code item, int32."""
    at: Array
    """Unit (16 bits) of the instruction inside its method, int32."""
    op: Array
    """Opcode, uint8."""
    named: Array
    """Index of the string, type, field, method or call site that it names, uint32."""
    instructions: int
    """How many instructions were passed."""


class Dex:
    """The tables of one DEX file; raises Unreadable when it is none."""

    def __init__(self, data: Buffer, name: str, header_at: int = 0) -> None:
        if len(data) > MAX_DEX_BYTES:
            raise Unreadable(f"{name} 超过大小上限", f"{name} is over the limit of size")
        if data[header_at : header_at + 4] != b"dex\n" or len(data) < header_at + _HEADER.size:
            raise Unreadable(f"{name} 不是 DEX 文件", f"{name} is no DEX file")
        head = _HEADER.unpack_from(data, header_at)
        version = head[0][4:7]
        if version not in _VERSIONS:
            raise Unreadable(f"{name} 的 DEX 版本未知", f"{name} has an unknown DEX version")
        if head[3] != _LITTLE_ENDIAN:
            raise Unreadable(f"{name} 的字节序无法读取", f"{name} has an unreadable byte order")
        self.name = name
        self.data = data
        self.version = int(version)
        self.size = head[1]
        self.container_end = len(data)
        self.faults: list[Words] = []
        self._bytes = np.frombuffer(data, np.uint8)
        self._units = np.frombuffer(data, "<u2", len(data) // 2)
        if self.in_container:
            self._find_container(header_at)
        elif head[1] > len(data):
            self.fault("文件不完整", "the file is cut off")
        self._map_at = head[6]
        self._string_at = self._table(head[7:9], 1, MAX_STRINGS)[:, 0]
        self.string_count = len(self._string_at)
        self.types = self._table(head[9:11], 1, MAX_NAMED)[:, 0]
        self.protos = self._table(head[11:13], 3, MAX_NAMED)
        members = self._table(head[13:15], 2, MAX_MEMBERS)
        self.field_class = (members[:, 0] & 0xFFFF).astype(np.int32)
        self.field_type = (members[:, 0] >> 16).astype(np.int32)
        self.field_name = members[:, 1].astype(np.int64)
        members = self._table(head[15:17], 2, MAX_MEMBERS)
        self.method_class = (members[:, 0] & 0xFFFF).astype(np.int32)
        self.method_proto = (members[:, 0] >> 16).astype(np.int32)
        self.method_name = members[:, 1].astype(np.int64)
        self.classes = self._table(head[17:19], 8, MAX_NAMED)
        self._find_texts()
        self._read_class_data()

    @property
    def in_container(self) -> bool:
        """Whether several DEX files may share this file (version 041)."""
        return self.version >= 41

    def _find_container(self, header_at: int) -> None:
        """Read where the container ends; Android does not look at what lies behind."""
        at = header_at + _HEADER.size
        if at + _CONTAINER.size > len(self.data):
            self.fault("文件不完整", "the file is cut off")
            return
        self.container_end, _ = _CONTAINER.unpack_from(self.data, at)
        if self.container_end > len(self.data):
            self.fault("文件不完整", "the file is cut off")

    def fault(self, zh: str, en: str) -> None:
        """Note that a part could not be read."""
        reason = Words(f"{self.name}：{zh}", f"{self.name}: {en}")
        if reason not in self.faults:
            self.faults.append(reason)

    def rest(self) -> None:
        """Let go of the pages of a mapped file; they come back when they are looked at."""
        if isinstance(self.data, mmap.mmap):
            self.data.madvise(mmap.MADV_DONTNEED)

    # texts

    def _find_texts(self) -> None:
        """Find where each string begins and ends; a broken one is empty."""
        size, at = len(self.data), self._string_at.astype(np.int64)
        begin = np.minimum(at, size)
        for _ in range(4):
            inside = begin < size
            more = np.zeros(len(begin), dtype=bool)
            more[inside] = self._bytes[begin[inside]] >= 0x80
            begin = begin + more
            if not more.any():
                break
        begin = np.minimum(begin + 1, size)
        end = self._ends_of_texts(begin)
        broken = (end < 0) | (end - begin > MAX_TEXT_BYTES)
        self.texts_whole = not bool(broken.any())
        """Whether every string could be read."""
        if broken.any():
            count = int(broken.sum())
            self.fault(f"{count} 个字符串无法读取", f"{count} strings unreadable")
        self._text_begin = begin.astype(np.int32)
        self._text_end = np.where(broken, begin, end).astype(np.int32)

    def _ends_of_texts(self, begin: Array) -> Array:
        """Find the zero byte behind each place, -1 where there is none, piece by piece."""
        order = np.argsort(begin, kind="stable")
        begins = begin[order]
        ends = np.full(len(begin), -1, np.int64)
        done, low, size = 0, 0, len(self.data)
        while done < len(begins) and (low := max(low, int(begins[done]))) < size:
            zeros = np.flatnonzero(self._bytes[low : low + REGION] == 0) + low
            if len(zeros):
                until = int(np.searchsorted(begins, zeros[-1], "right"))
                ends[order[done:until]] = zeros[np.searchsorted(zeros, begins[done:until])]
                done = until
            low += REGION
        return ends

    def raw(self, string: int) -> bytes:
        """Give a string's bytes as they stand there (modified UTF-8); empty when there is none."""
        if not 0 <= string < len(self._text_begin):
            return b""
        return self.data[self._text_begin[string] : self._text_end[string]]

    def raws(self, strings: Array) -> list[bytes]:
        """Give the bytes of many strings at once."""
        inside = np.clip(strings, 0, max(0, len(self._text_begin) - 1))
        if not len(self._text_begin):
            return [b""] * len(strings)
        begin, end = self._text_begin[inside], self._text_end[inside]
        if int((end - begin).sum()) > MAX_COPIES * len(self.data):
            raise Unreadable(
                f"{self.name} 的字符串相互重叠", f"the strings of {self.name} lie over one another"
            )
        begins, ends = begin.tolist(), end.tolist()
        data = self.data
        return [data[begin:end] for begin, end in zip(begins, ends, strict=True)]

    def text(self, string: int) -> str:
        """Give a string as text."""
        return text_of(self.raw(string))

    def beginning_with(self, keys: Array) -> list[int]:
        """Give the strings whose first four bytes, read as a number, are one of the keys."""
        size = len(self.data)
        if not len(self._text_begin) or size < 4:
            return []
        place = np.minimum(self._text_begin, size - 4)
        head = np.zeros(len(place), np.uint32)
        for step in range(4):
            head |= self._bytes[place + step].astype(np.uint32) << np.uint32(8 * step)
        return [int(one) for one in np.flatnonzero(np.isin(head, keys))]

    def string_span(self) -> tuple[int, int]:
        """Give where in the file the texts lie: from the first byte to the last."""
        if not len(self._text_begin):
            return 0, 0
        return int(self._text_begin.min()), int(self._text_end.max())

    def strings_at(self, places: Array) -> Array:
        """Give the string that holds each place of the file, -1 where there is none."""
        full = np.flatnonzero(self._text_end > self._text_begin)
        order = full[np.argsort(self._text_begin[full], kind="stable")]
        if not len(order):
            return np.full(len(places), -1)
        found = np.searchsorted(self._text_begin[order], places, side="right") - 1
        strings = order[np.maximum(found, 0)]
        inside = (found >= 0) & (places < self._text_end[strings])
        return np.where(inside, strings, -1)

    def type_name(self, index: int) -> str:
        """Give a type's descriptor, e.g. Ljava/lang/String; (empty when there is none)."""
        return self.text(int(self.types[index])) if 0 <= index < len(self.types) else ""

    def method_ref(self, index: int) -> tuple[str, str, str]:
        """Give class descriptor, name and descriptor of a method that the file names."""
        if not 0 <= index < len(self.method_class):
            return "", "", ""
        return (
            self.type_name(int(self.method_class[index])),
            self.text(int(self.method_name[index])),
            text_of(self.proto(int(self.method_proto[index]))),
        )

    def field_ref(self, index: int) -> tuple[str, str, str]:
        """Give class descriptor, name and type descriptor of a field that the file names."""
        if not 0 <= index < len(self.field_class):
            return "", "", ""
        return (
            self.type_name(int(self.field_class[index])),
            self.text(int(self.field_name[index])),
            self.type_name(int(self.field_type[index])),
        )

    def proto(self, index: int) -> bytes:
        """Give a method's descriptor, e.g. (I)V."""
        if not 0 <= index < len(self.protos):
            return b""
        types, strings = self.types, self.raw
        parameters = (
            strings(int(types[kind])) if kind < len(types) else b"?"
            for kind in self.type_list(int(self.protos[index, 2]), MAX_PARAMETERS)
        )
        kind = int(self.protos[index, 1])
        returned = strings(int(types[kind])) if kind < len(types) else b"?"
        return b"(" + b"".join(parameters) + b")" + returned

    def type_list(self, at: int, most: int = MAX_NAMED) -> list[int]:
        """Give the types of a list; empty where there is none or it is broken."""
        if at == 0 or at % 4 or at + 4 > len(self.data):
            return []
        (count,) = struct.unpack_from("<I", self.data, at)
        if count > most or at + 4 + 2 * count > len(self.data):
            self.fault("类型列表损坏", "a list of types is broken")
            return []
        return list(struct.unpack_from(f"<{count}H", self.data, at + 4))

    # methods

    def _read_class_data(self) -> None:
        """Decode all class data: which methods each class defines, and where their code is."""
        at = self.classes[:, 6].astype(np.int64)
        rows = np.flatnonzero(at)
        places, first = np.unique(at[rows], return_index=True)
        owners = rows[first]
        inside = places < len(self.data)
        if not inside.all():
            self.fault("部分类的数据越界", "the data of some classes lie outside the file")
        places, owners = places[inside], owners[inside]
        pieces = [np.zeros((4, 0), np.int64)]
        self._room = 2 * (len(self.field_class) + len(self.method_class))
        begin = 0
        while begin < len(places):
            end = int(np.searchsorted(places, places[begin] + REGION))
            pieces.append(self._members(places[begin:end], owners[begin:end]))
            begin = end
        index, access, code_at, owner = np.concatenate(pieces, axis=1)
        self.method_index, self.method_access, self.method_owner = index, access, owner
        self._read_code_items(code_at)

    def _members(self, places: Array, owners: Array) -> Array:
        """Decode class data near each other: method, access, code and class of each method."""
        start = int(places.min())
        stop = self._end_of_class_data(int(places.max()))
        region = self._bytes[start:stop]
        ends = np.flatnonzero(region < 0x80)
        values = _ulebs(region, ends)
        ordinals = np.searchsorted(ends, places - start)
        sound = ordinals + 4 <= len(ends)
        counts = np.zeros((len(places), 4), np.int64)
        counts[sound] = values[ordinals[sound][:, None] + np.arange(4)]
        total = 4 + 2 * (counts[:, 0] + counts[:, 1]) + 3 * (counts[:, 2] + counts[:, 3])
        sound &= ordinals + total <= len(ends)
        # each member is defined once, so tables that lie over one another do not count again
        sound &= np.cumsum(np.where(sound, counts.sum(axis=1), 0)) <= self._room
        self._room -= int(counts[sound].sum())
        if not sound.all():
            broken = int((~sound).sum())
            self.fault(f"{broken} 个类的数据损坏", f"the data of {broken} classes are broken")
        keep = np.flatnonzero(sound)
        counts, ordinals = counts[keep], ordinals[keep]
        methods = ordinals + 4 + 2 * (counts[:, 0] + counts[:, 1])
        pieces = []
        for begin, count in (
            (methods, counts[:, 2]),
            (methods + 3 * counts[:, 2], counts[:, 3]),
        ):
            which = np.repeat(np.arange(len(keep)), count)
            within = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
            ordinal = begin[which] + 3 * within
            index = _running(values[ordinal], count)
            columns = (index, values[ordinal + 1], values[ordinal + 2], owners[keep[which]])
            pieces.append(np.stack(columns))
        found = np.concatenate(pieces, axis=1)
        known = found[0] < len(self.method_class)
        if not known.all():
            self.fault("部分方法的编号越界", "the numbers of some methods are out of range")
        return found[:, known]

    def _end_of_class_data(self, last: int) -> int:
        """Find where the last class's data end, so that no more of the file is decoded."""
        at = last
        counts = []
        for _ in range(4):
            value, at = self.uleb(at)
            counts.append(value)
        values = 2 * (counts[0] + counts[1]) + 3 * (counts[2] + counts[3])
        return min(len(self.data), at + 5 * min(values, REGION))

    def uleb(self, at: int) -> tuple[int, int]:
        """Read one unsigned LEB128 number: its value, and the place after it."""
        value = 0
        for shift in range(0, 35, 7):
            if at >= len(self.data):
                return 0, at
            byte = self.data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        return value & 0xFFFFFFFF, at

    def _read_code_items(self, code_at: Array) -> None:
        """Find the instructions of each method; methods that share a code item stand apart."""
        with_code = np.flatnonzero(code_at)
        order = with_code[np.argsort(code_at[with_code], kind="stable")]
        self.code_at = code_at[order]
        self.method_code = np.full(len(code_at), -1, np.int32)
        at, size = self.code_at, len(self.data)
        sound = (at % 2 == 0) & (at + _CODE.size <= size)
        half = np.where(sound, at // 2, 0)
        units = self._units
        length = np.zeros(len(at), np.int64)
        if len(units) >= 8:
            length = units[half + 6].astype(np.int64) | (units[half + 7].astype(np.int64) << 16)
        begin = half + 8
        end = begin + length
        cut = sound & ((end > len(units)) | (length > MAX_UNITS))
        end = np.minimum(end, begin + MAX_UNITS)
        end = np.minimum(end, len(units))
        rooms = np.cumsum(np.where(sound, np.maximum(end - begin, 0), 0))
        piled = rooms > 2 * len(units)
        broken = ~sound | cut | piled
        if broken.any():
            number = int(broken.sum())
            self.fault(f"{number} 个方法的代码损坏", f"the code of {number} methods is broken")
        sound &= ~piled
        self.code_begin = np.where(sound, begin, 0)
        self.code_end = np.where(sound, np.maximum(end, begin), 0)
        self.method_code[order] = np.where(sound, np.arange(len(order)), -1)

    def code(self, row: int) -> Code:
        """Give the instructions of one code item."""
        at = int(self.code_at[row])
        registers, ins, _, tries, _, _ = _CODE.unpack_from(self.data, at)
        begin, end = int(self.code_begin[row]), int(self.code_end[row])
        units = memoryview(self.data)[2 * begin : 2 * end].cast("H")
        return Code(registers, ins, units, self._handlers(end, tries, end - begin))

    def _handlers(self, end: int, tries: int, length: int) -> tuple[tuple[int, int, int], ...]:
        at = 2 * (end + (length & 1))
        lists = at + 8 * tries
        found: list[tuple[int, int, int]] = []
        for number in range(min(tries, max(0, (len(self.data) - at) // 8))):
            start, count, offset = struct.unpack_from("<I2H", self.data, at + 8 * number)
            targets = islice(self._catches(lists + offset), MAX_HANDLERS - len(found))
            found += [(start, start + count, target) for target in targets]
        return tuple(found)

    def _catches(self, at: int) -> Iterator[int]:
        raw, after = self.uleb(at)
        # the number is signed: without a handler for everything it is positive
        bits = max(1, 7 * (after - at))
        count = raw - (1 << bits) if raw >> (bits - 1) & 1 else raw
        at = after
        for _ in range(abs(count)):
            _, at = self.uleb(at)
            if at >= len(self.data):
                return
            target, at = self.uleb(at)
            yield target
        if count <= 0:
            target, at = self.uleb(at)
            yield target

    # code

    def sweep(self) -> Sweep:
        """Pass through the code of all methods at once and give every reference in it."""
        live = np.flatnonzero(self.code_end > self.code_begin).astype(np.int32)
        place = self.code_begin[live].astype(np.int32)
        end = self.code_end[live].astype(np.int32)
        rows: list[Array] = []
        places: list[Array] = []
        count, damaged, kept = 0, 0, 0
        while len(live) > FEW and kept <= MAX_REFERENCES and count <= MAX_INSTRUCTIONS:
            op, length = self._instructions(place)
            after = place + length
            sound = (length > 0) & (after <= end)
            passed = int(sound.sum())
            count += passed
            damaged += len(live) - passed
            wanted = _WANTED[op] & sound
            rows.append(live[wanted])
            places.append(place[wanted])
            kept += len(rows[-1])
            going = sound & (after < end)
            if going.all():
                place = after
            else:
                live, place, end = live[going], after[going], end[going]
        rest_rows, rest_places, more, broken = self._walk(live, place, end, kept, count)
        code = np.concatenate([*rows, rest_rows]) if rows else rest_rows
        where = np.concatenate([*places, rest_places]) if places else rest_places
        if damaged + broken:
            number = damaged + broken
            self.fault(
                f"{number} 个方法的指令流损坏", f"the instructions of {number} methods are broken"
            )
        order = np.lexsort((where, code))
        return self._references(code[order], where[order], more)

    def _instructions(self, place: Array) -> tuple[Array, Array]:
        """Give the opcode and the length of the instruction at each place."""
        unit = self._units[place]
        op = unit & 0xFF
        length = _LENGTH[op]
        tables = np.flatnonzero((op == 0) & (unit != 0))
        if len(tables):
            length[tables] = self._table_lengths(place[tables])
        return op, length

    def _references(self, code: Array, where: Array, instructions: int) -> Sweep:
        units = self._units
        op = (units[where] & 0xFF).astype(np.uint8)
        index = units[where + 1].astype(np.uint32)
        long = np.flatnonzero(op == 0x1B)
        index[long] |= units[where[long] + 2].astype(np.uint32) << 16
        at = (where - self.code_begin[code]).astype(np.int32)
        return Sweep(code, at, op, index, instructions)

    def _table_lengths(self, place: Array) -> Array:
        """Give the lengths of switch tables and array data that stand among instructions."""
        units, last = self._units, len(self._units) - 1
        ident = units[place]
        one = units[np.minimum(place + 1, last)].astype(np.int64)
        two = units[np.minimum(place + 2, last)].astype(np.int64)
        three = units[np.minimum(place + 3, last)].astype(np.int64)
        length = np.ones(len(place), np.int64)
        length = np.where(ident == PACKED_SWITCH, 2 * one + 4, length)
        length = np.where(ident == SPARSE_SWITCH, 4 * one + 2, length)
        data = (one * (two | (three << 16)) + 1) // 2 + 4
        return np.minimum(np.where(ident == ARRAY_DATA, data, length), 1 << 30)

    def _walk(
        self, live: Array, place: Array, end: Array, kept: int, count: int
    ) -> tuple[Array, Array, int, int]:
        """Pass through the last, long methods one by one."""
        rows, places = array("i"), array("i")
        damaged = 0
        for row, begin, stop in zip(live.tolist(), place.tolist(), end.tolist(), strict=True):
            units = memoryview(self.data)[2 * begin : 2 * stop].cast("H")
            at, size = 0, stop - begin
            if len(rows) + kept > MAX_REFERENCES or count > MAX_INSTRUCTIONS:
                self.fault("代码过多，只读了一部分", "there is more code than was read")
                break
            while at < size:
                unit = units[at]
                length = LENGTHS[unit & 0xFF]
                if unit in (PACKED_SWITCH, SPARSE_SWITCH, ARRAY_DATA):
                    length = int(self._table_lengths(np.array([begin + at]))[0])
                if length == 0 or at + length > size:
                    damaged += 1
                    break
                count += 1
                if _WANTED_LIST[unit & 0xFF]:
                    rows.append(row)
                    places.append(begin + at)
                at += length
        return np.array(rows, np.int32), np.array(places, np.int32), count, damaged

    # other tables

    def handle_targets(self, call_site: int) -> list[int]:
        """Give the methods that a call site's method handles name (for invoke-custom)."""
        sites, handles = self._mapped(_MAP_CALL_SITES, 1), self._mapped(_MAP_HANDLES, 2)
        if call_site >= len(sites):
            return []
        targets = []
        for kind, value in self.encoded_array(int(sites[call_site, 0])):
            if kind == _HANDLE_VALUE and value < len(handles) and handles[value, 0] & 0xFFFF >= 4:
                targets.append(int(handles[value, 1] & 0xFFFF))
        return targets

    def static_texts(self, kind: int) -> dict[int, int]:
        """Give the texts with which a class's static fields begin: string by field."""
        row = self._class_rows.get(kind, -1)
        if row < 0:
            return {}
        at, values = int(self.classes[row, 6]), int(self.classes[row, 7])
        if not at or not values:
            return {}
        count, at = self.uleb(at)
        for _ in range(3):
            _, at = self.uleb(at)
        found: dict[int, int] = {}
        field = 0
        for (form, value), _ in zip(self.encoded_array(values), range(count), strict=False):
            step, at = self.uleb(at)
            _, at = self.uleb(at)
            field += step
            if form == _TEXT_VALUE:
                found[field] = value
        return found

    @cached_property
    def _class_rows(self) -> dict[int, int]:
        """The class definition of each type; the first one counts."""
        kinds = self.classes[::-1, 0].tolist()
        return dict(zip(kinds, range(len(kinds) - 1, -1, -1), strict=True))

    def _mapped(self, kind: int, words: int) -> Array:
        """Find a table that only the map names."""
        at = self._map_at
        if 0 < at <= len(self.data) - 4:
            (count,) = struct.unpack_from("<I", self.data, at)
            for number in range(min(count, 64, (len(self.data) - at - 4) // 12)):
                found, _, size, place = struct.unpack_from("<2H2I", self.data, at + 4 + 12 * number)
                if found == kind:
                    return self._table((size, place), words, MAX_NAMED)
        return np.zeros((0, words), np.uint32)

    def encoded_array(self, at: int) -> Iterator[tuple[int, int]]:
        """Read an encoded array: kind and value of each item, as far as it is sound and flat."""
        if not 0 < at < len(self.data):
            return
        count, at = self.uleb(at)
        for _ in range(min(count, 0xFFFF)):
            if at >= len(self.data):
                return
            head = self.data[at]
            kind, size = head & 0x1F, (head >> 5) + 1
            at += 1
            if kind in (0x1E, 0x1F):
                yield kind, head >> 5
            elif kind in (0x1C, 0x1D):
                return
            else:
                yield kind, int.from_bytes(self.data[at : at + size], "little")
                at += size

    def _table(self, where: tuple[int, int], words: int, most: int) -> Array:
        """Give a table as rows of 32-bit words, cut to what lies in the file."""
        count, at = where
        if count == 0:
            return np.zeros((0, words), np.uint32)
        room = max(0, len(self.data) - at) // (4 * words)
        if at % 4 or room < count:
            self.fault("表格越界", "a table lies outside the file")
            count = 0 if at % 4 else min(count, room)
        if count > most:
            self.fault("表格过大，只读了一部分", "a table is larger than what was read of it")
            count = most
        if count == 0:
            return np.zeros((0, words), np.uint32)
        return np.frombuffer(self.data, "<u4", count * words, at).reshape(count, words)


def open_dex(data: Buffer, name: str) -> Iterator[Dex]:
    """Read a file: one DEX file, or from version 041 on as many as share it."""
    at = 0
    for number in range(MAX_DEX_IN_FILE):
        dex = Dex(data, name if number == 0 else f"{name}#{number + 1}", at)
        yield dex
        if not dex.in_container or dex.size < _HEADER.size:
            return
        at += dex.size
        if at + _HEADER.size > min(len(data), dex.container_end):
            return
    raise Unreadable(f"{name} 内的 DEX 过多", f"{name} holds too many DEX files")


def text_of(raw: bytes) -> str:
    """Decode modified UTF-8; what is broken becomes a replacement character."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        plain = raw.replace(b"\xc0\x80", b"\0").decode("utf-8", "surrogatepass")
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def raw_of(text: str) -> bytes:
    """Encode as modified UTF-8: as two surrogates what lies beyond 16 bits, and no zero byte."""
    raw = text.encode("utf-8", "surrogatepass")
    if raw.isascii() and b"\0" not in raw:
        return raw
    wide = text.encode("utf-16-le", "surrogatepass")
    units = struct.unpack(f"<{len(wide) // 2}H", wide)
    return "".join(map(chr, units)).encode("utf-8", "surrogatepass").replace(b"\0", b"\xc0\x80")


def _ulebs(region: Array, ends: Array) -> Array:
    """Decode a run of LEB128 numbers that end at the given places."""
    begins = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    values = np.zeros(len(ends), np.int64)
    for step in range(5):
        place = begins + step
        inside = place <= ends
        if not inside.any():
            break
        values[inside] |= (region[place[inside]].astype(np.int64) & 0x7F) << (7 * step)
    return values & 0xFFFFFFFF


def _running(steps: Array, counts: Array) -> Array:
    """Add up steps anew for each group; groups lie one after the other."""
    total = np.cumsum(steps)
    begins = np.cumsum(counts) - counts
    nonempty = counts > 0
    before = np.zeros(len(counts), np.int64)
    starts = begins[nonempty]
    before[nonempty] = total[starts] - steps[starts]
    return total - np.repeat(before, counts)
