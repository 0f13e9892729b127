from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.child import Unreadable
from scanner.collect.apk import dex as dex_module
from scanner.collect.apk import program as module
from scanner.collect.apk.container import DEX_NAME, open_container
from scanner.collect.apk.dex import Dex, open_dex
from scanner.collect.apk.program import Program, References, descriptor, dotted, spread
from scanner.collect.apk.reading import read_program
from tests.collect.apk import dexforge, forge
from tests.collect.apk.dexforge import Class, Field, Method
from tests.corpus import compare_code

FIXTURES = Path(__file__).parents[3] / "fixtures"
APKS = sorted((*FIXTURES.glob("apk/*.apk"), *FIXTURES.glob("code/*/compliant.apk")))

CALL = "invoke-static {}, Lcn/a/Api;->go()V\nreturn-void"


def program_of(*files: bytes) -> Program:
    program = Program()
    for number, data in enumerate(files):
        for dex in open_dex(data, f"classes{number + 1}.dex"):
            program.add(dex)
    program.finish()
    return program


def members(program: Program) -> dict[str, int]:
    return {program.method_descriptor(one): one for one in range(len(program.method_key))}


def field_text(program: Program, number: int) -> str:
    owner = program.types[int(program.field_class[number])]
    return f"{owner.decode()}->{program.names[int(program.field_name[number])].decode()}"


def references(program: Program) -> Counter[tuple[str, int, int, str]]:
    """Give all references as the program tells them, by the names of its numbers."""
    found: Counter[tuple[str, int, int, str]] = Counter()
    for refs, name in (
        (program.invokes, program.method_descriptor),
        (program.field_uses, lambda number: field_text(program, number)),
        (program.type_uses, lambda number: program.types[number].decode()),
    ):
        for code, at, op, target in zip(*(column.tolist() for column in refs), strict=True):
            caller = program.method_descriptor(int(program.code_method[code]))
            found[caller, at, op, f"call site {-1 - target}" if target < 0 else name(target)] += 1
    return found


class Told:
    """What androguard says of one DEX file, in plain dictionaries."""

    def __init__(self, raw: bytes) -> None:
        from androguard.core.dex import DEX

        parsed: Any = DEX(raw)
        self.references = Counter(
            (one.caller, one.at, one.op, one.named.rpartition(":")[0] or one.named)
            for one in compare_code.androguard(raw).references
            if compare_code.sort_of(one.op) != "texts"
        )
        self.supers = {one.get_name(): one.get_superclassname() for one in parsed.get_classes()}
        self.interfaces = {
            (one.get_name(), upper)
            for one in parsed.get_classes()
            for upper in one.get_interfaces()
        }
        self.defined = {
            f"{one.get_class_name()}->{one.get_name()}{one.get_descriptor().replace(' ', '')}": one
            for one in parsed.get_encoded_methods()
        }
        self.strings = list(parsed.get_strings())


@pytest.mark.parametrize("path", APKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_numbers_mean_what_androguard_says(path: Path) -> None:
    files = list(compare_code.files_of(path))
    program = program_of(*(raw for _, raw in files))
    (told,) = [Told(raw) for _, raw in files]
    assert references(program) == told.references
    numbers = members(program)
    assert len(numbers) == len(program.method_key)
    assert {name for name, one in numbers.items() if program.defined[one]} == set(told.defined)
    for name, theirs in told.defined.items():
        assert program.access[numbers[name]] == theirs.get_access_flags()
        assert (program.code[numbers[name]] >= 0) == (theirs.get_code() is not None)
    types = [raw.decode() for raw in program.types]
    supers = zip(program.class_type.tolist(), program.class_super.tolist(), strict=True)
    assert {types[kind]: types[upper] for kind, upper in supers} == told.supers
    assert {(types[a], types[b]) for a, b in program.interfaces.tolist()} == told.interfaces


@pytest.mark.parametrize("path", APKS[:6], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_texts_beginning_equal_a_plain_search(path: Path) -> None:
    files = [raw for _, raw in compare_code.files_of(path)]
    program = program_of(*files)
    theirs = [one for raw in files for one in compare_code.androguard(raw).references]
    texts = {one.named for one in theirs if compare_code.sort_of(one.op) == "texts"}
    for begin in {text[:size] for text in texts for size in (4, 5, 9) if len(text) >= size}:
        found = [
            (program.method_descriptor(int(program.code_method[code])), at, text)
            for code, at, text in program.texts_beginning([begin, "none of them"])
        ]
        assert sorted(found) == sorted(
            (one.caller, one.at, one.named)
            for one in theirs
            if one.op in (0x1A, 0x1B) and one.named.startswith(begin)
        )


def test_texts_beginning_in_several_files() -> None:
    code = 'const-string v0, "http://a"\nconst-string v1, "htt"\nconst-string v1, "https://b"'
    files = [
        dexforge.dex(Class(f"cn.a.{name}", (Method("m", code=f"{code}\nreturn-void"),)))
        for name in ("One", "Two")
    ]
    program = program_of(*files)
    found = program.texts_beginning(["http://", "https://"])
    assert [(at, text) for _, at, text in found] == [(0, "http://a"), (4, "https://b")] * 2
    callers = [program.method_text(int(program.code_method[code])) for code, _, _ in found]
    assert callers == ["cn.a.One.m"] * 2 + ["cn.a.Two.m"] * 2
    assert program.texts_beginning([]) == []
    assert program.texts_beginning(["none"]) == []


def test_the_first_file_that_defines_a_class_counts() -> None:
    first = Class("cn.a.Twice", (Method("m", code=CALL), Method("only")), extends="cn.a.Above")
    second = Class(
        "cn.a.Twice",
        (
            Method("m", code='const-string v0, "shadowed"\nreturn-void', access=9),
            Method("more", code=CALL),
        ),
        extends="cn.a.Other",
    )
    caller = Class("cn.a.Caller", (Method("c", code=CALL),))
    program = program_of(dexforge.dex(first), dexforge.dex(second, caller))
    numbers = members(program)
    assert [program.type_text(int(kind)) for kind in program.class_type] == [
        "cn.a.Twice",
        "cn.a.Caller",
    ]
    assert program.type_text(int(program.class_super[0])) == "cn.a.Above"
    assert program.access[numbers["Lcn/a/Twice;->m()V"]] == 1
    assert not program.defined[numbers["Lcn/a/Twice;->more()V"]]
    callers = [program.method_text(int(program.code_method[one])) for one in program.invokes.code]
    assert callers == ["cn.a.Twice.m", "cn.a.Caller.c"]
    assert program.texts_beginning(["shad"]) == []
    assert all(program.code_method[refs.code].min(initial=0) >= 0 for refs in program.part_texts)


def test_references_across_files_have_one_number() -> None:
    one = Class(
        "cn.a.One",
        (Method("m", code="sget-object v0, Lcn/a/Two;->F:Ljava/lang/String;\n" + CALL),),
    )
    two = Class(
        "cn.a.Two",
        (Method("m", code="sput-object v0, Lcn/a/Two;->F:Ljava/lang/String;\n" + CALL),),
        fields=(Field("F"),),
    )
    program = program_of(dexforge.dex(one), dexforge.dex(two))
    assert len(set(program.invokes.target.tolist())) == 1
    (number,) = set(program.field_uses.target.tolist())
    assert field_text(program, number) == "Lcn/a/Two;->F"
    owner, name = program.type_number("cn.a.Two"), program.name_number("F")
    assert program.field_number(owner, name) == number
    assert program.field_number(owner, 10**6) == -1
    assert program.type_number("Lcn/a/Two;") == owner
    assert program.type_number("cn.a.Three") == program.name_number("nobody") == -1
    parts = [program.part_of(int(code))[0].dex.name for code in program.invokes.code]
    assert parts == ["classes1.dex", "classes2.dex"]


def test_call_sites_keep_their_own_numbers() -> None:
    code = "invoke-custom {}, 1\ninvoke-custom {}, 0\nreturn-void"
    sites = ("Lcn/a/Api;->go()V", "Lcn/a/Api;->stop()V")
    data = dexforge.dex(Class("cn.a.A", (Method("m", code=code),)), version=38, call_sites=sites)
    assert program_of(data).invokes.target.tolist() == [-2, -1]


def test_a_call_of_a_method_that_is_not_there_is_none() -> None:
    code = "invoke-static {}, 999\nsget v0, 999\nconst-class v0, 999\n" + CALL
    program = program_of(dexforge.dex(Class("cn.a.A", (Method("m", code=code),))))
    assert [program.method_text(int(one)) for one in program.invokes.target] == ["cn.a.Api.go"]
    assert [field_text(program, int(one)) for one in program.field_uses.target] == ["->"]
    assert [program.type_text(int(one)) for one in program.type_uses.target] == [""]


def test_methods_that_share_code_are_all_callers() -> None:
    data = dexforge.dex(Class("cn.a.A", (Method("one", code=CALL), Method("two", code=CALL))))
    first, second = Dex(data, "x.dex").code_at.tolist()
    shared = data.replace(dexforge.uleb(second), dexforge.uleb(first))
    program = program_of(shared)
    callers = [program.method_text(int(program.code_method[one])) for one in program.invokes.code]
    assert callers == ["cn.a.A.one", "cn.a.A.two"]


@pytest.mark.parametrize("name", ["读取", "a-b", "ñ", "😀", "a\udc00"])
def test_names_are_modified_utf8(name: str) -> None:
    data = dexforge.dex(Class(f"cn.a.{name}", (Method(name),), fields=(Field(name),)))
    program = program_of(data)
    (number,) = np.flatnonzero(program.defined).tolist()
    assert program.names[int(program.method_name[number])] == dexforge.mutf8(name)
    shown = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert program.method_text(number) == f"cn.a.{shown}.{shown}"
    assert program.name_of(number) == shown


def test_names_beyond_16_bits_are_found_by_number() -> None:
    """Modified UTF-8 writes them as two surrogates."""
    data = dexforge.dex(Class("cn.a.😀", (Method("m😀"),)))
    program = program_of(data)
    assert program.type_number("cn.a.😀") > 0
    assert program.name_number("m😀") > 0


def test_files_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    names = ("classes10.dex", "classes2.dex", "classes.dex")
    files = [
        forge.File(name, dexforge.dex(Class(f"cn.a.C{i}"), Class("cn.a.All")))
        for i, name in enumerate(names)
    ]
    path = tmp_path / "x.apk"
    path.write_bytes(forge.container(files))
    with open_container(path, path.name) as container:
        assert sorted(container.names(DEX_NAME)) == sorted(names)
        read = read_program(container, (), lambda dex: None)
    program = read.program
    assert [part.dex.name for part in program.parts] == [
        "classes.dex",
        "classes2.dex",
        "classes10.dex",
    ]
    kinds = [program.type_text(int(kind)) for kind in program.class_type]
    assert kinds == ["cn.a.C2", "cn.a.All", "cn.a.C1", "cn.a.C0"]
    # the temporary file is closed by now, and its bytes are still there
    assert program.parts[0].dex.text(0) == "Lcn/a/All;"


def test_classes_that_extend_themselves() -> None:
    loop = [Class("cn.a.A", extends="cn.a.B"), Class("cn.a.B", extends="cn.a.A")]
    alone = Class("cn.a.C", extends="cn.a.C", implements=("cn.a.C",))
    program = program_of(dexforge.dex(*loop, alone))
    texts = [program.type_text(int(kind)) for kind in program.class_super]
    assert sorted(texts) == ["cn.a.A", "cn.a.B", "cn.a.C"]


def test_an_empty_program_answers() -> None:
    program = program_of()
    assert program.texts_beginning(["http"]) == []
    assert len(program.method_key) == len(program.invokes.code) == len(program.class_type) == 0
    assert program.field_number(0, 0) == program.type_number("cn.a.A") == -1
    empty = program_of(dexforge.dex(), dexforge.dex(Class("cn.a.A", (Method("m", code=CALL),))))
    assert empty.part_of(0)[1:] == (1, 0)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("MAX_INTERFACES", "more interfaces than were read"),
        ("MAX_PROTO_BYTES", "descriptors of methods are too long"),
    ],
)
def test_what_is_left_out_at_a_limit_is_told(
    limit: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = tuple(f"cn.a.I{i}" for i in range(9))
    monkeypatch.setattr(module, limit, 8)
    method = Method("m", "(Ljava/lang/String;)V")
    program = program_of(dexforge.dex(Class("cn.a.A", (method,), implements=above)))
    assert words in program.parts[0].dex.faults[0].en


@pytest.mark.parametrize("limit", ["MAX_REFERENCES", "MAX_MEMBERS"])
def test_a_file_too_many_is_refused_and_leaves_the_program_whole(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [dexforge.dex(Class(f"cn.a.C{i}", (Method("m", code=CALL),))) for i in range(2)]
    one = Dex(files[0], "x.dex")
    most = {"MAX_REFERENCES": 1, "MAX_MEMBERS": len(one.method_class)}
    monkeypatch.setattr(module, limit, most[limit])
    program = Program()
    program.add(one)
    with pytest.raises(Unreadable, match="too much code in all"):
        program.add(Dex(files[1], "y.dex"))
    program.finish()
    assert [program.type_text(int(kind)) for kind in program.class_type] == ["cn.a.C0"]
    assert len(program.invokes.code) == 1


def test_a_method_with_too_many_parameters_is_told() -> None:
    proto = "(" + "I" * 256 + ")V"
    method = Method("m", proto, code=None, access=0x401)
    program = program_of(dexforge.dex(Class("cn.a.A", (method,))))
    assert "list of types is broken" in program.parts[0].dex.faults[0].en
    assert dex_module.MAX_PARAMETERS == 255


# numbers


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_spread_equals_plain_ranges(pairs: list[tuple[int, int]]) -> None:
    begin = np.array([pair[0] for pair in pairs], np.int64)
    end = np.array([pair[1] for pair in pairs], np.int64)
    rows, which = spread(begin, end)
    plain = [(row, i) for i, (first, last) in enumerate(pairs) for row in range(first, last)]
    assert list(zip(rows.tolist(), which.tolist(), strict=True)) == plain


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9)))
def test_references_of_equal_a_plain_search(codes: list[int], asked: list[int]) -> None:
    code = np.array(sorted(codes), np.int32)
    none = np.zeros(len(code), np.int32)
    rows, which = References(code, none, none, none).of(np.array(asked, np.int64))
    plain = [
        (row, i) for i, one in enumerate(asked) for row, there in enumerate(code) if there == one
    ]
    assert list(zip(rows.tolist(), which.tolist(), strict=True)) == plain


@given(st.text(st.characters(exclude_characters="./;"), min_size=1))
def test_dotted_names_come_back(name: str) -> None:
    assert dotted(descriptor(f"cn.{name}")) == f"cn.{name}"
    assert dotted("[I") == "[I"
