"""The instruction set of Android's virtual machine: how long each instruction is, and its form.

Source: "Dalvik bytecode" and "Dalvik executable instruction formats" of the Android Open Source
Project (source.android.com/docs/core/runtime). Units are 16 bits; opcodes are the low eight bits
of an instruction's first unit. Which register an instruction writes follows from its form.
"""

from __future__ import annotations

from collections.abc import Sequence

_FORMS: tuple[tuple[int, int, str], ...] = (
    (0x00, 0x00, "10x"),
    (0x01, 0x01, "12x"),
    (0x02, 0x02, "22x"),
    (0x03, 0x03, "32x"),
    (0x04, 0x04, "12x"),
    (0x05, 0x05, "22x"),
    (0x06, 0x06, "32x"),
    (0x07, 0x07, "12x"),
    (0x08, 0x08, "22x"),
    (0x09, 0x09, "32x"),
    (0x0A, 0x0D, "11x"),
    (0x0E, 0x0E, "10x"),
    (0x0F, 0x11, "11x"),
    (0x12, 0x12, "11n"),
    (0x13, 0x13, "21s"),
    (0x14, 0x14, "31i"),
    (0x15, 0x15, "21h"),
    (0x16, 0x16, "21s"),
    (0x17, 0x17, "31i"),
    (0x18, 0x18, "51l"),
    (0x19, 0x19, "21h"),
    (0x1A, 0x1A, "21c"),
    (0x1B, 0x1B, "31c"),
    (0x1C, 0x1C, "21c"),
    (0x1D, 0x1E, "11x"),
    (0x1F, 0x1F, "21c"),
    (0x20, 0x20, "22c"),
    (0x21, 0x21, "12x"),
    (0x22, 0x22, "21c"),
    (0x23, 0x23, "22c"),
    (0x24, 0x24, "35c"),
    (0x25, 0x25, "3rc"),
    (0x26, 0x26, "31t"),
    (0x27, 0x27, "11x"),
    (0x28, 0x28, "10t"),
    (0x29, 0x29, "20t"),
    (0x2A, 0x2A, "30t"),
    (0x2B, 0x2C, "31t"),
    (0x2D, 0x31, "23x"),
    (0x32, 0x37, "22t"),
    (0x38, 0x3D, "21t"),
    (0x44, 0x51, "23x"),
    (0x52, 0x5F, "22c"),
    (0x60, 0x6D, "21c"),
    (0x6E, 0x72, "35c"),
    (0x74, 0x78, "3rc"),
    (0x7B, 0x8F, "12x"),
    (0x90, 0xAF, "23x"),
    (0xB0, 0xCF, "12x"),
    (0xD0, 0xD7, "22s"),
    (0xD8, 0xE2, "22b"),
    (0xFA, 0xFA, "45cc"),
    (0xFB, 0xFB, "4rcc"),
    (0xFC, 0xFC, "35c"),
    (0xFD, 0xFD, "3rc"),
    (0xFE, 0xFF, "21c"),
)

FORMS: tuple[str, ...] = tuple(
    next((form for first, last, form in _FORMS if first <= op <= last), "") for op in range(256)
)
"""Form of each opcode in the words of the source; empty where Android has no such opcode."""

LENGTHS: tuple[int, ...] = tuple(int(form[0]) if form else 0 for form in FORMS)
"""Length of each opcode in units, its first digit; 0 where there is no such opcode."""

PACKED_SWITCH, SPARSE_SWITCH, ARRAY_DATA = 0x0100, 0x0200, 0x0300
"""First units of the tables that stand among instructions and begin with a no-operation."""

INVOKES = frozenset((*range(0x6E, 0x73), *range(0x74, 0x79), *range(0xFA, 0xFE)))
"""Opcodes that call; 0xFC and 0xFD call through a call site, the others name a method."""

THROWS = frozenset(
    {
        *(0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27),
        *range(0x44, 0x6E),
        *INVOKES,
        *(0x93, 0x94, 0x9E, 0x9F, 0xB3, 0xB4, 0xBE, 0xBF, 0xD3, 0xD4, 0xDB, 0xDC),
        *(0xFE, 0xFF),
    }
)
"""Opcodes that may throw, and so lead to a handler; of arithmetic only integer division does."""

_WRITING = frozenset(
    {
        *(*range(0x01, 0x0E), *range(0x12, 0x1D), *range(0x20, 0x24), *range(0x2D, 0x32)),
        *(*range(0x44, 0x4B), *range(0x52, 0x59), *range(0x60, 0x67), *range(0x7B, 0xE3)),
        *(0xFE, 0xFF),
    }
)
_WIDE = frozenset(
    {
        *(0x04, 0x05, 0x06, 0x0B, 0x16, 0x17, 0x18, 0x19, 0x45, 0x53, 0x61),
        *(0x7D, 0x7E, 0x80, 0x81, 0x83, 0x86, 0x88, 0x89, 0x8B),
        *(*range(0x9B, 0xA6), *range(0xAB, 0xB0), *range(0xBB, 0xC6), *range(0xCB, 0xD0)),
    }
)
_NIBBLE, _BYTE, _UNIT, _PAIR = 1, 2, 3, 4
_DESTINATIONS = {"12x": _NIBBLE, "22c": _NIBBLE, "22s": _NIBBLE, "11n": _NIBBLE, "32x": _UNIT}

WRITES = bytes(
    _DESTINATIONS.get(FORMS[op], _BYTE) | (_PAIR if op in _WIDE else 0) if op in _WRITING else 0
    for op in range(256)
)
"""Not 0 for opcodes that write a register; see `written`. check-cast leaves its register's value
as it is and does not count."""


def written(units: Sequence[int], at: int) -> tuple[int, bool]:
    """Give the register that the writing instruction at `at` writes, and if the next one too."""
    unit = units[at]
    kind = WRITES[unit & 0xFF]
    where = kind & 3
    register = (unit >> 8) & 0xF if where == _NIBBLE else unit >> 8 if where == _BYTE else 0
    return (units[at + 1] if where == _UNIT else register), kind >= _PAIR


def moved(units: Sequence[int], at: int) -> int:
    """Give the register that the move at `at` (opcodes 0x01 to 0x09) reads."""
    form = FORMS[units[at] & 0xFF]
    return units[at] >> 12 if form == "12x" else units[at + 1 if form == "22x" else at + 2]


def arguments(units: Sequence[int], at: int) -> tuple[int, ...]:
    """Give the registers that a call or a filled-new-array at `at` reads, in order."""
    unit = units[at]
    first = units[at + 2]
    if FORMS[unit & 0xFF][0:2] in {"3r", "4r"}:
        return tuple(range(first, first + (unit >> 8)))
    five = (first & 0xF, (first >> 4) & 0xF, (first >> 8) & 0xF, first >> 12, (unit >> 8) & 0xF)
    return five[: unit >> 12]


def literal(units: Sequence[int], at: int) -> int:
    """Give the signed number that the constant instruction at `at` (0x12 to 0x19) loads."""
    form = FORMS[units[at] & 0xFF]
    if form == "11n":
        return signed(units[at] >> 12, 4)
    count = int(form[0]) - 1
    value = sum(units[at + 1 + i] << 16 * i for i in range(count))
    if form == "21h":
        return signed(value, 16) << (48 if units[at] & 0xFF == 0x19 else 16)
    return signed(value, 16 * count)


def branch(units: Sequence[int], at: int) -> int:
    """Give the place that the branch or switch at `at` names: a target, or a switch's table."""
    unit = units[at]
    form = FORMS[unit & 0xFF]
    if form == "10t":
        return at + signed(unit >> 8, 8)
    if form in {"30t", "31t"}:
        return at + signed(units[at + 1] | units[at + 2] << 16, 32)
    return at + signed(units[at + 1], 16)


def table(units: Sequence[int], at: int) -> int:
    """Give the length in units of the table at `at`, 0 where none begins or it is cut off."""
    left = len(units) - at
    if left < 2:
        return 0
    kind, size = units[at], units[at + 1]
    length = 0
    if kind == PACKED_SWITCH:
        length = 4 + 2 * size
    elif kind == SPARSE_SWITCH:
        length = 2 + 4 * size
    elif kind == ARRAY_DATA and left >= 4:
        length = 4 + (size * (units[at + 2] | units[at + 3] << 16) + 1) // 2
    return length if length <= left else 0


def cases(units: Sequence[int], at: int) -> tuple[int, ...] | None:
    """Give the targets of the switch at `at`, None where its table is of another kind or cut."""
    place = branch(units, at)
    kind = PACKED_SWITCH if units[at] & 0xFF == 0x2B else SPARSE_SWITCH
    if not 0 <= place < len(units) or units[place] != kind or not table(units, place):
        return None
    size = units[place + 1]
    first = place + (4 if kind == PACKED_SWITCH else 2 + 2 * size)
    return tuple(
        at + signed(units[i] | units[i + 1] << 16, 32) for i in range(first, first + 2 * size, 2)
    )


def signed(value: int, bits: int) -> int:
    """Read the low `bits` bits of a number as two's complement."""
    return value - (1 << bits) if value >> (bits - 1) & 1 else value
