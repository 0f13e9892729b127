from __future__ import annotations

import random
import shutil
import struct
import subprocess
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.child import Unreadable
from scanner.collect.apk import dex as module
from scanner.collect.apk.dex import FEW, Dex, open_dex, raw_of, text_of
from scanner.collect.apk.program import Program
from tests.collect.apk import dexforge
from tests.collect.apk.dexforge import Class, Field, Method, mutf8, uleb
from tests.corpus import compare_code

FIXTURES = Path(__file__).parents[3] / "fixtures"
APKS = sorted((*FIXTURES.glob("apk/*.apk"), *FIXTURES.glob("code/*/violating.apk")))
COUNTS = [3, FEW + 50]
"""So few methods are swept one by one, and so many together."""

EVERYTHING = """
  const-string v0, "读取 # \\ud83d\\ude00"
  const-string/jumbo v1, "jumbo"
  :go
  if-eqz v0, :end
  packed-switch v0, :packed
  sparse-switch v0, :sparse
  fill-array-data v0, :data
  new-instance v2, Lcn/a/Other;
  const-class v2, Lcn/a/Other;
  sget-object v2, Lcn/a/Main;->F:Ljava/lang/String;
  iput v0, p0, Lcn/a/Main;->g:I
  invoke-virtual/range {p0 .. p3}, Lcn/a/Main;->all(IJ)V
  invoke-interface {p0}, Ljava/lang/Runnable;->run()V
  invoke-super {p0}, Ljava/lang/Object;->hashCode()I
  :end
  return-void
  :handler
  move-exception v0
  throw v0
  :packed
  .packed 1 :go :end from :packed
  :sparse
  .sparse 7 :go 0x6e0071 :end from :sparse
  :data
  .data 2 0x6e 0x71 0x1a 0x60 0x22
"""
MAIN = Class(
    "cn.a.Main",
    (
        Method("<init>", code="invoke-direct {p0}, Ljava/lang/Object;-><init>()V\nreturn-void"),
        Method("all", "(IJ)V", EVERYTHING, registers=10, catch=(("go", "end", "handler"),)),
        Method("none", code=None, access=0x401),
        Method("own", "(Ljava/lang/String;)I", "const/4 v0, 1\nreturn v0", access=9),
    ),
    implements=("java.lang.Runnable",),
    fields=(Field("F", text="first"), Field("A", "I"), Field("g", "I", static=False)),
    access=0x401,
)
OTHER = Class("cn.a.Other", (Method("run"),), extends="cn.a.Main")
DYNAMIC = Class(
    "cn.a.Dynamic",
    (
        Method(
            "x",
            "(I)V",
            "invoke-custom {p1}, 0\n"
            "invoke-polymorphic {p0, p1}, Lcn/a/Main;->all(IJ)V, (I)V\n"
            "return-void",
        ),
    ),
)


def every() -> bytes:
    site = "Lcn/a/Main;->own(Ljava/lang/String;)I"
    return dexforge.dex(MAIN, OTHER, DYNAMIC, version=38, call_sites=(site,))


def callers(code: str, count: int, **options: int) -> bytes:
    """Write a file of methods with the same code."""
    methods = tuple(Method(f"m{i}", code=code, **options) for i in range(count))  # type: ignore[arg-type]
    return dexforge.dex(Class("cn.a.Main", methods))


def whole(data: bytes) -> Program:
    """Read everything that a file could be asked for."""
    program = Program()
    for dex in open_dex(data, "x.dex"):
        program.add(dex)
        for row in range(len(dex.code_at)):
            if dex.code_end[row] > dex.code_begin[row]:
                dex.code(row)
        for kind in range(len(dex.types) + 1):
            dex.static_texts(kind)
            dex.type_name(kind)
        for number in range(max(len(dex.method_class), len(dex.field_class)) + 1):
            dex.method_ref(number)
            dex.field_ref(number)
            dex.handle_targets(number)
        dex.strings_at(np.arange(len(data)))
    program.finish()
    program.texts_beginning(["http"])
    return program


def faults(data: bytes) -> str:
    return " ".join(words.en for dex in open_dex(data, "x.dex") for words in dex.faults)


def swept(dex: Dex) -> list[compare_code.Reference]:
    return sorted(compare_code.ours(dex))


# exactness


@pytest.mark.skipif(shutil.which("dexdump") is None, reason="dexdump is not installed")
@pytest.mark.parametrize("dynamic", [False, True])
def test_what_the_forge_writes_is_accepted_by_android(tmp_path: Path, *, dynamic: bool) -> None:
    path = tmp_path / "x.dex"
    path.write_bytes(every() if dynamic else dexforge.dex(OTHER, MAIN))
    done = subprocess.run(["dexdump", "-d", str(path)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"cn.a.Main.all:(IJ)V" in done.stdout
    assert b"Lcn/a/Main;.F:Ljava/lang/String;" in done.stdout


@pytest.mark.parametrize("path", APKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_references_equal_androguard(path: Path) -> None:
    for name, raw in compare_code.files_of(path):
        dex = Dex(raw, name)
        theirs = compare_code.androguard(raw)
        assert swept(dex) == sorted(theirs.references)
        assert len(theirs.references) > 3
        assert not dex.faults


@pytest.mark.parametrize("version", [35, 38])
def test_every_form_equals_androguard(version: int) -> None:
    data = every() if version == 38 else dexforge.dex(MAIN, OTHER)
    dex = Dex(data, "x.dex")
    assert swept(dex) == sorted(compare_code.androguard(data).references)
    assert dex.faults == []


@pytest.mark.parametrize("count", COUNTS)
def test_tables_among_instructions_are_passed_over(count: int) -> None:
    data = callers(EVERYTHING, count, registers=10)
    dex = Dex(data, "x.dex")
    references = swept(dex)
    assert references == sorted(compare_code.androguard(data).references)
    assert len(references) == count * 9
    assert dex.faults == []


@pytest.mark.parametrize("count", COUNTS)
def test_the_way_of_sweeping_makes_no_difference(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = callers(EVERYTHING, count, registers=10)
    one = Dex(data, "x.dex").sweep()
    monkeypatch.setattr(module, "FEW", 0 if count < FEW else 10_000)
    other = Dex(data, "x.dex").sweep()
    for mine, theirs in zip(one[:4], other[:4], strict=True):
        assert mine.tolist() == theirs.tolist()
    assert one.instructions == other.instructions


@pytest.mark.parametrize("count", COUNTS)
def test_a_jumbo_index_has_32_bits(count: int) -> None:
    sweep = Dex(callers("const-string/jumbo v0, 0x12345\nreturn-void", count), "x.dex").sweep()
    assert sweep.named.tolist() == [0x12345] * count
    assert sweep.instructions == 2 * count


def test_call_sites_lead_to_the_methods_of_their_handles() -> None:
    dex = Dex(every(), "x.dex")
    targets = [dex.method_ref(method) for method in dex.handle_targets(0)]
    assert targets == [("Lcn/a/Main;", "own", "(Ljava/lang/String;)I")]
    assert dex.handle_targets(1) == []


def test_code_tells_registers_and_handlers() -> None:
    dex = Dex(dexforge.dex(MAIN, OTHER), "x.dex")
    rows = {dex.method_ref(int(index))[1]: row for row, index in enumerate(dex.method_index)}
    code = dex.code(int(dex.method_code[rows["all"]]))
    assert (code.registers, code.ins) == (10, 4)
    assert [(begin, end) for begin, end, _ in code.handlers] == [(5, 33)]
    assert code.units[code.handlers[0][2]] & 0xFF == 0x0D
    assert dex.method_code[rows["none"]] == -1


@pytest.mark.parametrize("count", [1, 63, 64, 70, 200])
@pytest.mark.parametrize("with_all", [False, True])
def test_handlers_of_one_range(count: int, *, with_all: bool) -> None:
    """The number of handlers is signed, and takes two bytes from 64 on."""
    number = -count if with_all else count
    short = [number & 0x7F] if -64 <= number < 64 else [number & 0x7F | 0x80, number >> 7 & 0x7F]
    listed = bytes(short) + b"".join(uleb(1) + uleb(i) for i in range(count))
    data = dexforge.dex(MAIN, OTHER)
    dex = Dex(data + listed + uleb(999) + bytes(8), "x.dex")
    assert list(dex._catches(len(data))) == [*range(count), *([999] if with_all else [])]


def test_texts_with_which_static_fields_begin() -> None:
    dex = Dex(dexforge.dex(MAIN, OTHER), "x.dex")
    kinds = [dex.type_name(kind) for kind in range(len(dex.types))]
    texts = dex.static_texts(kinds.index("Lcn/a/Main;"))
    assert {dex.field_ref(f)[1]: dex.text(s) for f, s in texts.items()} == {"F": "first"}
    assert dex.static_texts(kinds.index("Lcn/a/Other;")) == {}
    assert dex.static_texts(len(kinds)) == {}


@pytest.mark.parametrize("text", ["", "a", "中文", "\0", "😀", "\ud800", "a\udc00\0b", "é" * 9000])
def test_texts_are_modified_utf8(text: str) -> None:
    data = dexforge.dex(Class("cn.a.Main", fields=(Field("F", text=text),)))
    dex = Dex(data, "x.dex")
    (string,) = dex.static_texts(0).values() if dex.type_name(0) == "Lcn/a/Main;" else (None,)
    assert string is not None
    assert dex.raw(string) == mutf8(text)
    assert raw_of(text) == mutf8(text)
    assert dex.text(string) == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@given(st.text(st.characters(exclude_categories=())))
def test_texts_come_back(text: str) -> None:
    assert raw_of(text) == mutf8(text)
    assert text_of(raw_of(text)) == text.encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    )


@given(st.binary(max_size=12))
def test_broken_text_raises_nothing(raw: bytes) -> None:
    text = text_of(raw)
    text.encode("utf-8")
    if raw.isascii():
        assert text == raw.decode()


# versions and containers


@pytest.mark.parametrize("version", range(35, 42))
def test_known_versions(version: int) -> None:
    (dex,) = open_dex(dexforge.dex(MAIN, OTHER, version=version), "x.dex")
    assert (dex.version, dex.faults) == (version, [])
    assert len(swept(dex)) == 10


def altered(at: int, what: bytes) -> bytes:
    data = every()
    return data[:at] + what + data[at + len(what) :]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is no DEX file"),
        (b"dex\n035\0", "is no DEX file"),
        (every()[:111], "is no DEX file"),
        (altered(0, b"dey\n"), "is no DEX file"),
        (altered(4, b"034"), "unknown DEX version"),
        (altered(4, b"042"), "unknown DEX version"),
        (altered(4, b"x\0\xff"), "unknown DEX version"),
        (altered(40, b"\x12\x34\x56\x78"), "unreadable byte order"),
    ],
)
def test_what_is_no_dex_file_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        list(open_dex(data, "x.dex"))
    assert reason in caught.value.reason.en


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = every()
    monkeypatch.setattr(module, "MAX_DEX_BYTES", len(data) - 1)
    with pytest.raises(Unreadable, match="limit of size"):
        Dex(data, "x.dex")


def test_files_of_one_container() -> None:
    data = dexforge.container([MAIN, OTHER], [Class("cn.b.Late", (Method("late"),))])
    dexes = list(open_dex(data, "x.dex"))
    assert [dex.name for dex in dexes] == ["x.dex", "x.dex#2"]
    assert [dex.faults for dex in dexes] == [[], []]
    named = [{dex.method_ref(int(one)) for one in dex.method_index} for dex in dexes]
    assert ("Lcn/a/Main;", "all", "(IJ)V") in named[0]
    assert named[1] == {("Lcn/b/Late;", "late", "()V")}
    assert swept(dexes[0]) == swept(Dex(dexforge.dex(MAIN, OTHER), "y.dex"))


def test_what_lies_behind_a_container_is_not_code() -> None:
    data = dexforge.container([MAIN, OTHER]) + b"x" * 500
    assert len(list(open_dex(data, "x.dex"))) == 1
    assert faults(data) == ""


def test_a_broken_file_in_a_container_is_told() -> None:
    data = dexforge.container([MAIN, OTHER], [OTHER])
    second = next(open_dex(data, "x.dex")).size
    broken = data[:second] + b"nop\n" + data[second + 4 :]
    read: list[str] = []
    with pytest.raises(Unreadable, match=r"x\.dex#2"):
        list(walked(broken, read))
    assert read == ["x.dex"]


def walked(data: bytes, names: list[str]) -> Iterator[Dex]:
    for dex in open_dex(data, "x.dex"):
        names.append(dex.name)
        yield dex


def test_a_container_cut_short_is_told() -> None:
    assert "cut off" in faults(dexforge.container([MAIN, OTHER], [OTHER])[:-200])


def test_too_many_files_in_a_container_are_told() -> None:
    data = dexforge.container(*([Class(f"cn.a.C{i}")] for i in range(module.MAX_DEX_IN_FILE + 1)))
    names: list[str] = []
    with pytest.raises(Unreadable, match="too many"):
        list(walked(data, names))
    assert len(names) == module.MAX_DEX_IN_FILE


# hostile files


@pytest.mark.parametrize("base", ["plain", "dynamic", "container"])
def test_no_truncation_breaks_the_reader(base: str) -> None:
    data = bases()[base]
    for length in range(len(data)):
        try:
            program = whole(data[:length])
        except Unreadable:
            continue
        assert any("cut off" in words.en for part in program.parts for words in part.dex.faults)


@pytest.mark.parametrize("base", ["plain", "dynamic", "container"])
def test_no_flipped_bytes_break_the_reader(base: str) -> None:
    data, chance = bases()[base], random.Random(base)
    slowest = 0.0
    for _ in range(2000):
        broken = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            value = chance.choice((chance.randrange(256), 0xFF, 0, 0x80))
            broken[chance.randrange(len(broken))] = value
        start = time.process_time()
        with suppress(Unreadable):
            whole(bytes(broken))
        slowest = max(slowest, time.process_time() - start)
    assert slowest < 1


@pytest.mark.parametrize("base", ["plain", "dynamic", "container"])
def test_no_altered_word_breaks_the_reader(base: str) -> None:
    data, chance = bases()[base], random.Random(base)
    for _ in range(1000):
        broken = bytearray(data)
        for _ in range(chance.choice((1, 1, 3))):
            head = chance.random() < 0.5
            at = chance.randrange(32, 112, 4) if head else chance.randrange(0, len(data) - 4)
            near = chance.randrange(len(data))
            values = (0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x10000, near, near & ~3, len(data) - 2)
            struct.pack_into("<I", broken, at, chance.choice(values))
        with suppress(Unreadable):
            whole(bytes(broken))


def bases() -> dict[str, bytes]:
    return {
        "plain": dexforge.dex(MAIN, OTHER),
        "dynamic": every(),
        "container": dexforge.container([OTHER], [MAIN]),
    }


def put(data: bytes, at: int, layout: str, *numbers: int) -> bytes:
    raw = bytearray(data)
    struct.pack_into(layout, raw, at, *numbers)
    return bytes(raw)


@pytest.mark.parametrize("count", COUNTS)
def test_an_instruction_over_the_end_of_its_method(count: int) -> None:
    code = 'const-string v0, "first"\nconst-string v0, "second"\nreturn-void'
    data = callers(code, count)
    dex = Dex(data, "x.dex")
    assert len(dex.sweep().op) == 2 * count
    for at in dex.code_at.tolist():
        data = put(data, at + 12, "<I", 3)
    dex = Dex(data, "x.dex")
    sweep = dex.sweep()
    assert [dex.text(int(string)) for string in sweep.named] == ["first"] * count
    assert sweep.instructions == count
    assert f"instructions of {count} methods are broken" in dex.faults[0].en


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("unit", [0x003E, 0x00E3, 0x0079])
def test_what_is_no_instruction_ends_its_method_alone(count: int, unit: int) -> None:
    data = callers('const-string v0, "first"\nconst-string v0, "second"\nreturn-void', count)
    data = put(data, int(Dex(data, "x.dex").code_at[0]) + 16 + 4, "<H", unit)
    dex = Dex(data, "x.dex")
    assert len(dex.sweep().op) == 2 * count - 1
    assert "instructions of 1 methods are broken" in dex.faults[0].en


@pytest.mark.parametrize("count", COUNTS)
def test_a_table_that_claims_to_be_huge(count: int) -> None:
    data = callers("fill-array-data v0, :t\nreturn-void\n:t\n.data 4 1 2", count)
    for at in Dex(data, "x.dex").code_at.tolist():
        data = put(data, at + 16 + 8, "<HHI", 0x0300, 0xFFFF, 0xFFFFFFFF)
    dex = Dex(data, "x.dex")
    assert dex.sweep().instructions == 2 * count
    assert f"instructions of {count} methods are broken" in dex.faults[0].en


def test_methods_that_share_a_code_item_all_have_it() -> None:
    code = 'const-string v0, "same"\nreturn-void'
    data = callers(code, 2)
    first, second = Dex(data, "x.dex").code_at.tolist()
    assert data.count(uleb(second)) == 1
    dex = Dex(data.replace(uleb(second), uleb(first)), "x.dex")
    found = [(one.caller, one.named) for one in swept(dex)]
    assert found == [("Lcn/a/Main;->m0()V", "same"), ("Lcn/a/Main;->m1()V", "same")]
    assert dex.faults == []


def test_code_items_piled_on_one_another_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    data = callers("nop\n" * 200 + "return-void", 60)
    places = Dex(data, "x.dex").code_at.tolist()
    length = (len(data) - places[0] - 16) // 2
    for at in places:
        data = put(data, at + 12, "<I", min(length, (len(data) - at - 16) // 2))
    dex = Dex(data, "x.dex")
    assert dex.sweep().instructions <= len(data)
    assert "the code of" in dex.faults[0].en
    monkeypatch.setattr(module, "MAX_UNITS", 100)
    assert "the code of 60 methods is broken" in faults(data)


def test_a_string_table_that_points_at_itself() -> None:
    data = every()
    count, at = struct.unpack_from("<2I", data, 56)
    for row in range(count):
        data = put(data, at + 4 * row, "<I", at + 4 * row)
    program = whole(data)
    assert program.instructions == Dex(every(), "x.dex").sweep().instructions


def test_strings_that_overlap_are_read_but_not_copied_again_and_again() -> None:
    data = dexforge.dex(Class("cn.a.Main", fields=(Field("F", text="x" * 50_000),)))
    count, at = struct.unpack_from("<2I", data, 56)
    (place,) = (number for number in range(count) if len(Dex(data, "x").raw(number)) == 50_000)
    (begin,) = struct.unpack_from("<I", data, at + 4 * place)
    for row in range(count):
        data = put(data, at + 4 * row, "<I", begin + 100 * row)
    dex = Dex(data, "x.dex")
    ends = {int(end) for end in dex._text_end}
    assert len(ends) == 1
    assert len(dex.raw(1)) > 49_000
    with pytest.raises(Unreadable, match="over one another"):
        dex.raws(np.arange(count))


def test_a_string_without_an_end_and_one_outside_are_told() -> None:
    data = every()
    count, at = struct.unpack_from("<2I", data, 56)
    cut = put(data + b"endless", at, "<I", len(data))
    assert "1 strings unreadable" in faults(cut)
    assert "1 strings unreadable" in faults(put(data, at, "<I", 0xFFFFFFFF))
    assert Dex(cut, "x.dex").raw(0) == b""
    assert Dex(cut, "x.dex").raw(count) == b""


@pytest.mark.parametrize("region", [1, 7, 64])
def test_strings_and_classes_are_read_piece_by_piece(
    region: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = every()
    before = Dex(data, "x.dex")
    monkeypatch.setattr(module, "REGION", region)
    dex = Dex(data, "x.dex")
    everything = np.arange(dex.string_count)
    assert dex.raws(everything) == before.raws(everything)
    if region == 64:  # below that even one class is cut
        assert dex.method_index.tolist() == before.method_index.tolist()
        assert dex.code_at.tolist() == before.code_at.tolist()


def test_strings_lie_at_their_places() -> None:
    data = every()
    dex = Dex(data, "x.dex")
    begin, end = dex.string_span()
    places = np.arange(begin, end)
    for place, string in zip(places.tolist(), dex.strings_at(places).tolist(), strict=True):
        inside = [
            number
            for number in range(dex.string_count)
            if dex._text_begin[number] <= place < dex._text_end[number]
        ]
        assert ([string] if string >= 0 else []) == inside


def test_class_data_that_two_classes_share_count_once() -> None:
    data = dexforge.dex(MAIN, OTHER)
    count, at = struct.unpack_from("<2I", data, 96)
    (place,) = struct.unpack_from("<I", data, at + 24)
    data = put(data, at + 32 + 24, "<I", place)
    dex = Dex(data, "x.dex")
    assert count == 2
    assert len(dex.method_index) == len(MAIN.methods)
    assert set(dex.method_owner.tolist()) == {0}
    whole(data)


def test_class_data_that_overlap_are_bounded_and_told() -> None:
    methods = tuple(Method(f"m{i}") for i in range(40))
    data = dexforge.dex(*(Class(f"cn.a.C{i:02}", methods) for i in range(30)))
    dex = Dex(data, "x.dex")
    assert len(dex.method_index) == 1200
    count, at = struct.unpack_from("<2I", data, 96)
    first, last = (struct.unpack_from("<I", data, at + 32 * row + 24)[0] for row in (0, count - 1))
    # counts that reach far, at each byte of the data of classes
    broken = bytearray(data)
    broken[first:last] = b"\x01\x01\xf0\x07" * ((last - first) // 4) + b"\x01" * (
        (last - first) % 4
    )
    for row in range(count):
        struct.pack_into("<I", broken, at + 32 * row + 24, first + 4 * row)
    dex = Dex(bytes(broken), "x.dex")
    assert len(dex.method_index) <= 2 * len(dex.method_class)
    assert "classes are broken" in " ".join(words.en for words in dex.faults)


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("MAX_REFERENCES", 5, "more code than was read"),
        ("MAX_INSTRUCTIONS", 5, "more code than was read"),
        ("MAX_MEMBERS", 5, "larger than what was read"),
        ("MAX_STRINGS", 5, "larger than what was read"),
        ("MAX_NAMED", 3, "larger than what was read"),
        ("MAX_UNITS", 5, "the code of"),
        ("MAX_TEXT_BYTES", 5, "strings unreadable"),
    ],
)
@pytest.mark.parametrize("count", COUNTS)
def test_what_is_left_out_at_a_limit_is_told(
    count: int, limit: str, value: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = callers(EVERYTHING, count, registers=10)
    monkeypatch.setattr(module, limit, value)
    told = [fault.en for part in whole(data).parts for fault in part.dex.faults]
    assert any(words in line for line in told)


def test_too_many_handlers_are_not_all_built(monkeypatch: pytest.MonkeyPatch) -> None:
    catch = (("a", "b", "h"), ("b", "c", "h"), ("c", "d", "h"))
    code = ":a\nnop\n:b\nnop\n:c\nnop\n:d\nreturn-void\n:h\nmove-exception v0\nreturn-void"
    data = dexforge.dex(Class("cn.a.Main", (Method("m", code=code, catch=catch),)))
    assert len(Dex(data, "x.dex").code(0).handlers) == 3
    monkeypatch.setattr(module, "MAX_HANDLERS", 2)
    assert len(Dex(data, "x.dex").code(0).handlers) == 2


def test_a_large_hostile_file_fills_no_memory() -> None:
    """Every table lies over every other, and each byte could be a member or a string."""
    size, many = 8 << 20, 60_000
    raw = bytearray(b"\x01" * size)
    raw[256 : 256 + 4 * many] = (100 * np.arange(many) + (1 << 20)).astype("<u4").tobytes()
    rows = np.zeros((many, 8), "<u4")
    rows[:, 0] = np.arange(many)
    rows[:, 3] = rows[:, 6] = 100 * np.arange(many) + (2 << 20)
    raw[1 << 20 : (1 << 20) + rows.nbytes] = rows.tobytes()
    tables = (many, 256, many, 256, many, 1 << 20, 1 << 19, 256, 1 << 19, 256, many, 1 << 20)
    struct.pack_into("<8s24x3I", raw, 0, b"dex\n035\0", size, 0x70, 0x12345678)
    struct.pack_into("<17I", raw, 44, 0, 0, 0, *tables, 0, 0)
    data = bytes(raw)
    del raw, rows
    start = time.process_time()
    tracemalloc.start()
    try:
        whole_numbers(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 300 << 20
    assert time.process_time() - start < 20


def whole_numbers(data: bytes) -> None:
    program = Program()
    for dex in open_dex(data, "x.dex"):
        try:
            program.add(dex)
        except Unreadable:
            continue
    program.finish()


# numbers


@given(st.lists(st.integers(0, 0xFFFFFFFF)))
def test_many_numbers_are_decoded_at_once(numbers: list[int]) -> None:
    raw = np.frombuffer(b"".join(map(uleb, numbers)), np.uint8)
    assert module._ulebs(raw, np.flatnonzero(raw < 0x80)).tolist() == numbers


@given(st.lists(st.lists(st.integers(0, 0xFFFFFFFF))))
def test_steps_are_added_up_for_each_group(groups: list[list[int]]) -> None:
    steps = np.array([step for group in groups for step in group], np.int64)
    counts = np.array([len(group) for group in groups], np.int64)
    expected = [total for group in groups for total in accumulate(group)]
    assert module._running(steps, counts).tolist() == expected


@given(st.integers(0, 0xFFFFFFFF))
def test_one_number_is_decoded(number: int) -> None:
    data = dexforge.dex(OTHER)
    raw = uleb(number)
    assert Dex(data + raw, "x.dex").uleb(len(data)) == (number, len(data) + len(raw))
