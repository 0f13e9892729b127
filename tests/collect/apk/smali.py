"""A test tool: assembles one method's Dalvik code from lines such as `if-eqz v0, :label`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from scanner.collect.apk.values import Body, Code

# name: (opcode, form); kept apart from the product's own table on purpose
OPCODES: Mapping[str, tuple[int, str]] = {
    **{"nop": (0x00, "10x"), "return-void": (0x0E, "10x"), "goto": (0x28, "10t")},
    **{"move": (0x01, "12x"), "move/from16": (0x02, "22x"), "move/16": (0x03, "32x")},
    **{"move-wide": (0x04, "12x"), "move-wide/from16": (0x05, "22x")},
    **{"move-object": (0x07, "12x"), "move-result": (0x0A, "11x")},
    **{"move-result-wide": (0x0B, "11x"), "move-result-object": (0x0C, "11x")},
    **{"move-exception": (0x0D, "11x"), "return": (0x0F, "11x"), "return-object": (0x11, "11x")},
    **{"const/4": (0x12, "11n"), "const/16": (0x13, "21s"), "const": (0x14, "31i")},
    **{"const/high16": (0x15, "21h"), "const-wide/16": (0x16, "21s")},
    **{"const-wide/32": (0x17, "31i"), "const-wide": (0x18, "51l")},
    **{"const-wide/high16": (0x19, "21h"), "const-string": (0x1A, "21c")},
    **{"const-string/jumbo": (0x1B, "31c"), "const-class": (0x1C, "21c")},
    **{"check-cast": (0x1F, "21c"), "instance-of": (0x20, "22c"), "new-instance": (0x22, "21c")},
    **{"new-array": (0x23, "22c"), "filled-new-array": (0x24, "35c")},
    **{"filled-new-array/range": (0x25, "3rc"), "fill-array-data": (0x26, "31t")},
    **{"throw": (0x27, "11x"), "goto/16": (0x29, "20t"), "goto/32": (0x2A, "30t")},
    **{"packed-switch": (0x2B, "31t"), "sparse-switch": (0x2C, "31t"), "cmp-long": (0x31, "23x")},
    **{"if-eq": (0x32, "22t"), "if-ne": (0x33, "22t"), "if-lt": (0x34, "22t")},
    **{"if-eqz": (0x38, "21t"), "if-nez": (0x39, "21t"), "if-ltz": (0x3A, "21t")},
    **{"if-gez": (0x3B, "21t"), "if-gtz": (0x3C, "21t"), "if-lez": (0x3D, "21t")},
    **{"aget": (0x44, "23x"), "aget-object": (0x46, "23x"), "aput-object": (0x4D, "23x")},
    **{"iget-object": (0x54, "22c"), "array-length": (0x21, "12x")},
    **{"iget": (0x52, "22c"), "iget-boolean": (0x55, "22c"), "iput-object": (0x5B, "22c")},
    **{"sget": (0x60, "21c"), "sget-boolean": (0x63, "21c"), "sput-object": (0x69, "21c")},
    **{"invoke-virtual": (0x6E, "35c"), "invoke-direct": (0x70, "35c")},
    **{"invoke-static": (0x71, "35c"), "invoke-virtual/range": (0x74, "3rc")},
    **{"invoke-static/range": (0x77, "3rc"), "add-int": (0x90, "23x")},
    **{"div-int": (0x93, "23x"), "add-int/2addr": (0xB0, "12x")},
    **{"xor-int/lit16": (0xD7, "22s"), "add-int/lit8": (0xD8, "22b")},
    **{"xor-int/lit8": (0xDF, "22b"), "invoke-polymorphic": (0xFA, "45cc")},
    **{"invoke-polymorphic/range": (0xFB, "4rcc"), "invoke-custom": (0xFC, "35c")},
}


class Method(NamedTuple):
    """An assembled method."""

    body: Body
    at: dict[str, int]
    """Place of each label."""


def method(
    text: str, registers: int = 8, ins: int = 2, catch: tuple[tuple[str, str, str], ...] = ()
) -> Method:
    """Assemble a method; `catch` names labels: start, behind the end, handler."""
    units, at = assemble(text)
    handlers = tuple((at[start], at[end], at[handler]) for start, end, handler in catch)
    return Method(Body(Code(registers, ins, units, handlers)), at)


def assemble(text: str) -> tuple[list[int], dict[str, int]]:
    """Give the units and the place of each label.

    A line is `label:`, an instruction, or a table: `.packed FIRST :a :b from :switch`,
    `.sparse KEY :a KEY :b from :switch`, `.data WIDTH N N`.
    """
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    at: dict[str, int] = {}
    units: list[int] = []
    for final in (False, True):
        units = []
        for line in filter(None, lines):
            if line.endswith(":"):
                at[line[:-1]] = len(units)
            elif line.startswith("."):
                units += _table(line.split(), at, final)
            else:
                units += _instruction(line, len(units), at, final)
    return [unit & 0xFFFF for unit in units], at


def _table(words: list[str], at: dict[str, int], final: bool) -> list[int]:
    if words[0] == ".data":
        width, numbers = int(words[1]), [int(word, 0) for word in words[2:]]
        data = b"".join(number.to_bytes(width, "little") for number in numbers)
        data += b"\0" * (len(data) % 2)
        halves = [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]
        return [0x0300, width, len(numbers), 0, *halves]
    labels = [word[1:] for word in words[1:] if word.startswith(":")]
    numbers = [
        int(word, 0) for word in words[1:] if re.fullmatch(r"-?\w+", word) and word != "from"
    ]
    switch = labels.pop()
    targets = [_pair(at[label] - at[switch] if final else 0) for label in labels]
    flat = [unit for pair in targets for unit in pair]
    keys = [unit for number in numbers for unit in _pair(number)]
    return [0x0100 if words[0] == ".packed" else 0x0200, len(labels), *keys, *flat]


def _instruction(line: str, here: int, at: dict[str, int], final: bool) -> list[int]:
    name, _, rest = line.partition(" ")
    op, form = OPCODES[name]
    span = re.search(r"\{(.*)\}", rest)
    listed = [int(word) for word in re.findall(r"v(\d+)", span[1])] if span else []
    if span:
        rest = rest.replace(span[0], "")
    v = [int(word) for word in re.findall(r"\bv(\d+)", rest)]
    label = re.search(r":(\w+)", rest)
    jump = at[label[1]] - here if label and final else 0
    n = [int(word, 0) for word in re.findall(r"(?<![\w:])-?(?:0x[0-9a-f]+|\d+)", rest)]
    if form in {"35c", "45cc"}:
        nibbles = [*listed, 0, 0, 0, 0, 0]
        three = sum(nibbles[i] << 4 * i for i in range(4))
        return [op | nibbles[4] << 8 | len(listed) << 12, n[0], three, *n[1:2]]
    if form in {"3rc", "4rcc"}:
        return [op | (listed[-1] - listed[0] + 1) << 8, n[0], listed[0], *n[1:2]]
    encoded = {
        "10x": lambda: [op],
        "12x": lambda: [op | v[0] << 8 | v[1] << 12],
        "11n": lambda: [op | v[0] << 8 | (n[0] & 0xF) << 12],
        "11x": lambda: [op | v[0] << 8],
        "10t": lambda: [op | (jump & 0xFF) << 8],
        "20t": lambda: [op, jump],
        "22x": lambda: [op | v[0] << 8, v[1]],
        "21t": lambda: [op | v[0] << 8, jump],
        "21s": lambda: [op | v[0] << 8, n[0]],
        "21h": lambda: [op | v[0] << 8, n[0]],
        "21c": lambda: [op | v[0] << 8, n[0]],
        "23x": lambda: [op | v[0] << 8, v[1] | v[2] << 8],
        "22b": lambda: [op | v[0] << 8, v[1] | (n[0] & 0xFF) << 8],
        "22t": lambda: [op | v[0] << 8 | v[1] << 12, jump],
        "22s": lambda: [op | v[0] << 8 | v[1] << 12, n[0]],
        "22c": lambda: [op | v[0] << 8 | v[1] << 12, n[0]],
        "30t": lambda: [op, *_pair(jump)],
        "32x": lambda: [op, v[0], v[1]],
        "31i": lambda: [op | v[0] << 8, *_pair(n[0])],
        "31c": lambda: [op | v[0] << 8, *_pair(n[0])],
        "31t": lambda: [op | v[0] << 8, *_pair(jump)],
        "51l": lambda: [op | v[0] << 8, *_pair(n[0]), *_pair(n[0] >> 32)],
    }
    return encoded[form]()


def _pair(number: int) -> list[int]:
    return [number & 0xFFFF, number >> 16 & 0xFFFF]
