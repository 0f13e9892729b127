"""A test tool: reads classes written with dexforge as the collector reads an app's code."""

from __future__ import annotations

from functools import cache

from scanner.collect.apk.dex import open_dex
from scanner.collect.apk.program import Program
from scanner.collect.apk.reading import Place, Reading
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from tests.collect.apk.dexforge import Class, dex


@cache
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def read(*files: tuple[Class, ...], known: Knowledge | None = None) -> Reading:
    """Read DEX files as one app without a manifest: nothing is walked."""
    program = Program()
    for number, classes in enumerate(files, 1):
        for part in open_dex(dex(*classes), f"classes{number if number > 1 else ''}.dex"):
            program.add(part)
    program.finish()
    return Reading(program, None, known or knowledge())


def method(reading: Reading, name: str) -> int:
    """Give the number of the one method of that name that has code, `cn.a.Class.name`."""
    program = reading.program
    found = [
        number
        for number in range(len(program.method_key))
        if program.code[number] >= 0 and program.method_text(number) == name
    ]
    (number,) = found
    return number


def calls(reading: Reading, member: str) -> list[Place]:
    """Give the calls of a method, `package.Class->name`, in their order."""
    return sorted(place for place, _ in reading.calls(reading.members.methods([member])))
