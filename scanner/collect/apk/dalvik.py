"""The instruction set of Android's virtual machine: how long each instruction is, and its form.

Source: "Dalvik bytecode" and "Dalvik executable instruction formats" of the Android Open Source
Project (source.android.com/docs/core/runtime). Units are 16 bits; opcodes are the low eight bits
of an instruction's first unit.
"""

from __future__ import annotations

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
