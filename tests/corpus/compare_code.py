"""Compare the references in code that the collector reads with what androguard reads.

    python tests/corpus/compare_code.py FOLDER [--all]

For every APK and DEX file below FOLDER: how many references to methods, fields, texts and types
there are, and whether each stands in the same method, at the same place, under the same opcode
and names the same. Prints a table and every difference; exit code 1 when there is one. Files with
more than 20 MB of code are left out without --all, since androguard takes minutes and gigabytes
for them. Each file is compared in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import struct
import subprocess
import sys
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanner.child import Unreadable
from scanner.collect.apk.container import open_container
from scanner.collect.apk.dalvik import INVOKES
from scanner.collect.apk.dex import Dex, open_dex

LARGE = 20 << 20
"""Bytes of code in one package from which it is left out without --all."""
SHOWN = 10
"""Differences of one file that are printed."""
SORTS = ("methods", "fields", "texts", "types")

_DEX_NAME = re.compile(r"classes(?:[2-9]|[1-9]\d+)?\.dex")
_CUSTOM = (0xFC, 0xFD)


class Reference(NamedTuple):
    """One instruction that names something."""

    caller: str
    """Class, name and descriptor of the method it stands in."""
    at: int
    """Its place there, in units of 16 bits."""
    op: int
    """Its opcode."""
    named: str
    """What it names, as DEX writes it."""


def sort_of(op: int) -> str:
    """Tell what an opcode names; empty for those that are not compared."""
    if 0x6E <= op <= 0x72 or 0x74 <= op <= 0x78 or 0xFA <= op <= 0xFD:
        return "methods"
    if 0x52 <= op <= 0x6D:
        return "fields"
    return {0x1A: "texts", 0x1B: "texts", 0x1C: "types", 0x22: "types"}.get(op, "")


def ours(dex: Dex) -> Iterator[Reference]:
    """Give every reference as the product's sweep tells it, by code and place."""
    sweep = dex.sweep()
    callers = defaultdict(list)
    rows = zip(dex.method_code.tolist(), dex.method_index.tolist(), strict=True)
    for row, method in rows:
        if row >= 0:
            callers[row].append(_method(dex, method))
    for row, at, op, index in zip(
        *(column.tolist() for column in (sweep.code, sweep.at, sweep.op, sweep.named)),
        strict=True,
    ):
        for caller in callers[row]:
            yield Reference(caller, at, op, _named(dex, op, index))


def _method(dex: Dex, index: int) -> str:
    owner, name, proto = dex.method_ref(index)
    return f"{owner}->{name}{proto}"


def _named(dex: Dex, op: int, index: int) -> str:
    if op in _CUSTOM:
        return f"call site {index}"
    if op in INVOKES:
        return _method(dex, index)
    if sort_of(op) == "fields":
        owner, name, kind = dex.field_ref(index)
        return f"{owner}->{name}:{kind}"
    if sort_of(op) == "types":
        return dex.type_name(index)
    return dex.text(index)


class Oracle(NamedTuple):
    """What androguard reads of one DEX file."""

    references: list[Reference]
    stopped: int
    """Methods in which it met something that is no instruction."""


def androguard(raw: bytes) -> Oracle:
    """Read a DEX file with androguard, instruction by instruction from the first on."""
    from androguard.core import dex as library
    from loguru import logger

    logger.disable("androguard")
    parsed = library.DEX(raw)
    found: list[Reference] = []
    stopped = 0
    for method in parsed.get_encoded_methods():
        if method.get_code() is None:
            continue
        caller = _joined(method.get_class_name(), method.get_name(), method.get_descriptor())
        at = 0
        try:
            for instruction in method.get_instructions():
                op = instruction.get_op_value()
                # tables among the instructions carry their identity as opcode
                if op < 0x100 and sort_of(op):
                    named = _named_there(parsed.get_class_manager(), op, instruction)
                    found.append(Reference(caller, at, op, named))
                at += instruction.get_length() // 2
        except library.InvalidInstruction:
            stopped += 1
    return Oracle(found, stopped)


def _joined(owner: str, name: str, proto: str) -> str:
    return f"{owner}->{name}{proto.replace(' ', '')}"


def _named_there(names: Any, op: int, instruction: Any) -> str:
    raw = bytes(instruction.get_raw())
    wide = op == 0x1B
    (index,) = struct.unpack_from("<I" if wide else "<H", raw, 2)
    if op in _CUSTOM:
        return f"call site {index}"
    sort = sort_of(op)
    if sort == "methods":
        owner, name, proto = names.get_method(index)
        return _joined(owner, name, "".join(proto))
    if sort == "fields":
        owner, kind, name = names.get_field(index)
        return f"{owner}->{name}:{kind}"
    return str(names.get_type(index) if sort == "types" else names.get_string(index))


def files_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give the DEX files of a package as Python's zipfile reads them; a DEX file is its own."""
    if path.suffix == ".dex":
        yield path.name, path.read_bytes()
        return
    with zipfile.ZipFile(path) as package:
        for name in sorted(set(package.namelist())):
            if _DEX_NAME.fullmatch(name):
                yield name, package.read(name)


def compare(path: Path) -> dict[str, Any]:
    """Compare one package."""
    result: dict[str, Any] = {"seconds": [0.0, 0.0], "counts": {}, "notes": [], "differences": []}
    counts: Counter[str] = Counter()
    try:
        files = list(files_of(path))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        return {**result, "notes": [f"zipfile cannot read it: {error!r}"]}
    for name, raw in files:
        start = time.process_time()
        try:
            parts = list(open_dex(_bytes_in(path, name, raw), name))
            mine = [reference for part in parts for reference in ours(part)]
        except Unreadable as error:
            mine, parts = [], []
            result["notes"].append(f"{name}: we: {error.reason.en}")
        middle = time.process_time()
        try:
            theirs = androguard(raw)
        except Exception as error:  # the oracle fails in many ways on files that are none
            result["notes"].append(f"{name}: androguard cannot read it: {error!r:.100}")
            continue
        result["seconds"][0] += middle - start
        result["seconds"][1] += time.process_time() - middle
        result["notes"] += [fault.en for part in parts for fault in part.faults]
        if theirs.stopped:
            result["notes"].append(f"{name}: androguard stops in {theirs.stopped} methods")
        counts["files"] += 1
        counts.update(sort_of(one.op) for one in mine)
        result["differences"] += differences(name, mine, theirs.references)
    return {**result, "counts": counts}


def _bytes_in(path: Path, name: str, raw: bytes) -> bytes:
    """Read an entry as the product does."""
    if path.suffix == ".dex":
        return raw
    with open_container(path, path.name) as container:
        return container.read(name, 64 << 20)


def differences(name: str, mine: list[Reference], theirs: list[Reference]) -> list[str]:
    """Tell what only one of both has."""
    left, right = Counter(mine), Counter(theirs)
    lines = []
    for who, more in (("only we", left - right), ("only androguard", right - left)):
        lines += [f"{name}: {who}: {one} x{count}" for one, count in more.items()]
    return lines


def packages(folder: Path, *, large: bool) -> Iterator[Path]:
    """Give the files to compare."""
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    for path in paths:
        if path.suffix not in {".apk", ".dex"} or not path.is_file():
            continue
        if not large and _bytes_of_code(path) > LARGE:
            print(f"{path.name}: left out without --all", flush=True)
            continue
        yield path


def _bytes_of_code(path: Path) -> int:
    if path.suffix == ".dex":
        return path.stat().st_size
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return 0
    return sum(one.file_size for one in entries if _DEX_NAME.fullmatch(one.filename))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="large packages as well")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.one:
        print(json.dumps(compare(options.folder)))
        return 0
    print(
        f"{'files':>6}{''.join(f'{sort:>10}' for sort in SORTS)}{'we s':>8}{'they s':>8}  package"
    )
    total: Counter[str] = Counter()
    bad = 0
    for path in packages(options.folder, large=options.all):
        result = _apart(path)
        total.update(result["counts"])
        total["packages"] += 1
        bad += bool(result["differences"])
        _print(path, result)
    print(f"in all: {dict(total)}; packages that differ: {bad}")
    return 1 if bad or not total["files"] else 0


def _apart(path: Path) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).resolve()), "--one", str(path)]
    root = str(Path(__file__).parents[2])
    # a lone surrogate cannot be printed, so the child speaks ASCII
    done = subprocess.run(
        command, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": root}
    )
    if done.returncode:
        tail = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return {"counts": {}, "seconds": [0, 0], "notes": [], "differences": [f"failed: {tail}"]}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _print(path: Path, result: dict[str, Any]) -> None:
    counts, (we, they) = result["counts"], result["seconds"]
    numbers = "".join(f"{counts.get(sort, 0):>10}" for sort in SORTS)
    print(f"{counts.get('files', 0):>6}{numbers}{we:8.2f}{they:8.1f}  {path.name}", flush=True)
    wrong = result["differences"]
    for line in (*result["notes"], *wrong[:SHOWN]):
        print(f"       {line}".encode("utf-8", "replace").decode("utf-8"))
    if len(wrong) > SHOWN:
        print(f"       ... and {len(wrong) - SHOWN} more", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
