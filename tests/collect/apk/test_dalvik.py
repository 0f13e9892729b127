from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.apk import dalvik
from scanner.collect.apk.dalvik import FORMS, INVOKES, LENGTHS, THROWS, WRITES
from tests.collect.apk.smali import OPCODES, assemble

APKS = sorted((Path(__file__).parents[3] / "fixtures" / "apk").glob("*.apk"))


def androguard_opcodes() -> dict[int, tuple[str, str, int]]:
    """Give androguard's name, form and length in units of each opcode."""
    from androguard.core import dex

    found = {}
    for op, (kind, what, *_) in dex.DALVIK_OPCODES_FORMAT.items():
        if op < 256 and not what[0].startswith("unused"):
            form = kind.__name__.removeprefix("Instruction")
            found[op] = (what[0], form, kind.length // 2 if kind.length else int(form[0]))
    return found


class Packers:
    """What androguard's instructions ask of the DEX file that they stand in."""

    class _Packer(dict[str, struct.Struct]):
        def __missing__(self, layout: str) -> struct.Struct:
            return struct.Struct("<" + layout)

    packer = _Packer()


def methods_of(path: Path) -> Iterator[tuple[Any, list[int]]]:
    """Give androguard's view of each method with code, and its units."""
    from androguard.core.dex import DEX
    from loguru import logger

    logger.disable("androguard")
    with zipfile.ZipFile(path) as package:
        parsed = DEX(package.read("classes.dex"))
    for method in parsed.get_encoded_methods():
        if (code := method.get_code()) is not None:
            raw = bytes(code.get_bc().get_insn())
            units = [int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2)]
            yield method, units


def test_forms_and_lengths_equal_androguard() -> None:
    theirs = androguard_opcodes()
    assert {op for op in range(256) if FORMS[op]} == set(theirs)
    for op, (name, form, length) in theirs.items():
        assert LENGTHS[op] == length, name
        assert FORMS[op] == form, name
    assert all(LENGTHS[op] == 0 for op in range(256) if op not in theirs)


def test_calls_are_what_is_named_invoke() -> None:
    named = {op for op, (name, *_) in androguard_opcodes().items() if name.startswith("invoke-")}
    assert named == INVOKES


WRITE_NAMES = re.compile(
    r"move|const|instance-of|array-length|new-|cmp|[ais]get|"
    r"(neg|not|add|sub|rsub|mul|div|rem|and|or|xor|shl|shr|ushr)-|"
    r"(int|long|float|double)-to-"
)
WIDE_NAMES = re.compile(
    r"move-(result-)?wide|const-wide|[ais]get-wide|.*-to-(long|double)$|"
    r"(neg|not|add|sub|mul|div|rem|and|or|xor|shl|shr|ushr)-(long|double)"
)
THROW_NAMES = re.compile(
    r"const-(string|class|method)|monitor|check-cast|instance-of|array-length|new-|filled|fill-|"
    r"throw|[ais](get|put)|invoke|(div|rem)-(int|long)"
)


def test_what_writes_and_what_throws_follows_from_the_names() -> None:
    for op, (name, *_) in androguard_opcodes().items():
        assert bool(WRITES[op]) == bool(WRITE_NAMES.match(name)), name
        assert (WRITES[op] >= 4) == bool(WIDE_NAMES.match(name)), name
        assert (op in THROWS) == bool(THROW_NAMES.match(name)), name


def test_the_test_assembler_agrees_with_androguard() -> None:
    theirs = androguard_opcodes()
    for name, (op, form) in OPCODES.items():
        assert theirs[op][:2] == (name, form)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("move v1, v2", "v1, v2"),
        ("move/from16 v200, v2", "v200, v2"),
        ("const/4 v1, -3", "v1, -3"),
        ("const/16 v1, -300", "v1, -300"),
        ("const v1, -70000", "v1, -70000"),
        ("if-eq v1, v2, :end", "v1, v2, +002h"),
        ("goto :end", "+1h"),
        ("xor-int/lit8 v1, v2, 1", "v1, v2, 1"),
        ("aput-object v1, v2, v3", "v1, v2, v3"),
    ],
)
def test_an_assembled_line_reads_the_same_in_androguard(line: str, said: str) -> None:
    from androguard.core.dex import get_instruction

    units, _ = assemble(f"{line}\nend:")
    raw = b"".join(unit.to_bytes(2, "little") for unit in units)
    instruction = get_instruction(Packers(), units[0] & 0xFF, bytearray(raw))
    assert instruction.get_name() == line.partition(" ")[0]
    assert instruction.get_output() == said


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("const/4 v0, -8", -8),
        ("const/4 v0, 7", 7),
        ("const/16 v0, -32768", -32768),
        ("const v0, 0x7fffffff", 0x7FFFFFFF),
        ("const v0, -1", -1),
        ("const/high16 v0, 0x8000", -(1 << 31)),
        ("const/high16 v0, 0x3f80", 0x3F800000),
        ("const-wide/16 v0, -2", -2),
        ("const-wide/32 v0, -70000", -70000),
        ("const-wide v0, -0x123456789abcdef", -0x123456789ABCDEF),
        ("const-wide/high16 v0, 0x3ff0", 0x3FF0 << 48),
    ],
)
def test_constants_are_signed(line: str, number: int) -> None:
    assert dalvik.literal(assemble(line)[0], 0) == number


@pytest.mark.parametrize(
    ("line", "registers"),
    [
        ("invoke-static {}, 7", ()),
        ("invoke-virtual {v3, v0, v15, v1, v9}, 7", (3, 0, 15, 1, 9)),
        ("invoke-virtual/range {v300 .. v303}, 7", (300, 301, 302, 303)),
        ("invoke-polymorphic {v1, v2}, 7, 9", (1, 2)),
        ("invoke-polymorphic/range {v7 .. v8}, 7, 9", (7, 8)),
        ("filled-new-array {v4, v5}, 3", (4, 5)),
        ("filled-new-array/range {v16 .. v18}, 3", (16, 17, 18)),
    ],
)
def test_arguments_stand_in_order(line: str, registers: tuple[int, ...]) -> None:
    assert dalvik.arguments(assemble(line)[0], 0) == registers


SWITCHES = """
    nop
switch:
    {kind} v0, :table
    return-void
one:
    return-void
    nop
table:
    {table}
"""


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("packed-switch", ".packed -1 :one :switch from :switch"),
        ("sparse-switch", ".sparse 5 :one 0x7fffffff :switch from :switch"),
    ],
)
def test_a_switch_leads_where_its_table_says(kind: str, table: str) -> None:
    units, at = assemble(SWITCHES.format(kind=kind, table=table))
    assert dalvik.cases(units, at["switch"]) == (at["one"], at["switch"])
    assert dalvik.table(units, at["table"]) == len(units) - at["table"]
    assert dalvik.cases(units[:-1], at["switch"]) is None
    assert dalvik.cases([*units[: at["table"]], 0x0300, *units[at["table"] + 1 :]], 1) is None


@given(st.lists(st.integers(0, 0xFFFF), max_size=12), st.integers(0, 12))
def test_a_table_never_passes_the_end(units: list[int], at: int) -> None:
    assert 0 <= dalvik.table(units, min(at, len(units))) <= len(units)


@pytest.mark.parametrize("path", APKS, ids=lambda path: path.stem)
def test_operands_equal_androguard_on_real_methods(path: Path) -> None:
    from androguard.core.dex import Operand

    seen = 0
    for method, units in methods_of(path):
        at = 0
        for instruction in method.get_instructions():
            op = instruction.get_op_value()
            length = instruction.get_length() // 2
            if op > 0xFF:
                assert dalvik.table(units, at) == length
            else:
                assert LENGTHS[op] == length
                operands = instruction.get_operands()
                registers = [one[1] for one in operands if one[0] == Operand.REGISTER]
                if op in INVOKES:
                    assert dalvik.arguments(units, at) == tuple(registers)
                    assert units[at + 1] == instruction.get_ref_kind()
                elif WRITES[op]:
                    assert dalvik.written(units, at)[0] == registers[0]
                if 0x01 <= op <= 0x09:
                    assert dalvik.moved(units, at) == registers[1]
                if 0x12 <= op <= 0x19:
                    assert dalvik.literal(units, at) == instruction.get_literals()[0]
                if 0x28 <= op <= 0x3D and op not in range(0x2D, 0x32) and op < 0x3E:
                    assert dalvik.branch(units, at) == at + instruction.get_ref_off()
                seen += 1
            at += length
        assert at == len(units)
    assert seen > 20
