from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.collect.apk import mapping
from scanner.collect.apk.mapping import Mapping, read_mapping
from scanner.errors import UsageError

SHARED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
RESIDUAL = '# {"id":"com.android.tools.r8.residualsignature","signature":"%s"}'
SAMPLE = f"""\
# compiler: R8
# {{"id":"com.android.tools.r8.mapping","version":"2.2"}}
cn.example.Main -> cn.example.Main:
# {{"id":"sourceFile","fileName":"Main.kt"}}
    1:1:void helper():50:50 -> onCreate
    1:1:void cn.example.Other.deep(int):7 -> onCreate
    1:1:void onCreate(android.os.Bundle):20 -> onCreate
    2:4:void onCreate(android.os.Bundle):21:23 -> onCreate
cn.example.tracking.Reader -> a.b:
    int count -> a
    java.lang.String read(cn.example.Main,int[]) -> a
    1:3:void write(cn.example.tracking.Reader):30:32 -> a
    4:4:void cn.example.Base.close():9 -> c
      {RESIDUAL % "(I)V"}
    5:5:void close(java.lang.String,long):11:11 -> c
    6:6:void open(boolean) -> d
    7:7:int open2(boolean) -> d
cn.example.Gone -> R8$$REMOVED$$CLASS$$3:
"""


def read(folder: Path, text: str | bytes) -> Mapping:
    path = folder / "mapping.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_mapping(path)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_classes_and_methods_get_their_names_back(tmp_path: Path, ends: str, mark: str) -> None:
    known = read(tmp_path, mark + SAMPLE.replace("\n", ends))
    assert known.class_of("a.b") == "cn.example.tracking.Reader"
    assert known.class_of("cn.example.Main") == "cn.example.Main"
    assert known.class_of("a.zz") == "a.zz"
    assert len(known) == 3
    assert known.member_of("a.zz", "a", None) == "a"
    assert known.member_of("a.b", "zz", "()V") == "zz"


def test_the_last_frame_of_a_range_is_the_method_that_stands_there(tmp_path: Path) -> None:
    known = read(tmp_path, SAMPLE)
    assert known.member_of("cn.example.Main", "onCreate") == "onCreate"


@pytest.mark.parametrize(
    ("name", "descriptor", "original"),
    [
        ("a", None, "read|write"),
        ("a", "(Lcn/example/Main;[I)Ljava/lang/String;", "read"),
        ("a", "(La/b;)V", "write"),
        ("a", "(J)V", "read|write"),
        ("a", "nonsense", "read|write"),
        ("c", "(I)V", "cn.example.Base.close"),
        ("c", "(Ljava/lang/String;J)V", "close"),
        ("c", None, "close|cn.example.Base.close"),
        ("d", "(Z)V", "open"),
        ("d", "(Z)I", "open2"),
        ("d", "(Z)J", "open|open2"),
    ],
)
def test_overloads_are_told_apart_by_their_descriptor(
    tmp_path: Path, name: str, descriptor: str | None, original: str
) -> None:
    assert read(tmp_path, SAMPLE).member_of("a.b", name, descriptor) == original


def test_a_stated_signature_holds_for_every_range_of_the_method(tmp_path: Path) -> None:
    text = f"""\
x.Y -> a.b:
    1:1:void inner():5:5 -> a
    1:1:void outer():6 -> a
      {RESIDUAL % "(La/c;)V"}
    2:2:void outer():7:7 -> a
    3:3:void other():8:8 -> a
"""
    known = read(tmp_path, text)
    assert known.member_of("a.b", "a", "(La/c;)V") == "outer"
    assert known.member_of("a.b", "a", "()V") == "other"
    assert known.member_of("a.b", "a") == "other|outer"


def test_overloads_with_the_same_lines_are_not_taken_for_inlined(tmp_path: Path) -> None:
    text = """\
x.Y -> a.b:
    1:1:void first():7:7 -> a
    1:1:void second(java.lang.String):13:13 -> a
    1:1:void third(int) -> a
"""
    known = read(tmp_path, text)
    assert known.member_of("a.b", "a") == "first|second|third"
    assert known.member_of("a.b", "a", "(I)V") == "third"
    assert known.member_of("a.b", "a", "()V") == "first"


def test_a_synthesized_frame_gives_way_to_what_it_calls(tmp_path: Path) -> None:
    text = f"""\
x.Y -> a.b:
    1:8:q.I x.Z.deep(q.O):106:106 -> f
    1:8:q.I create(q.O):71 -> f
    1:8:n.I u.M.create(p.O):0 -> f
      # {{"id":"com.android.tools.r8.synthesized"}}
      {RESIDUAL % "(Lw/c;)Ln/a;"}
    9:12:q.I create(q.O):72:72 -> f
    9:12:n.I u.M.create(p.O):0 -> f
    13:13:n.I u.M.create(p.O):0:0 -> f
    1:1:void u.Outline.m(int):0:0 -> g
      # {{"id":"com.android.tools.r8.synthesized"}}
"""
    known = read(tmp_path, text)
    assert known.member_of("a.b", "f") == "create"
    assert known.member_of("a.b", "g") == "u.Outline.m"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "    void a() -> b\n",
        "x.Y -> a.b\n",
        "x.Y -> a.b:\n    no arrow\n",
        "x.Y -> a.b:\nx.Z -> a.b:\n",
        "x.Y -> a b:\n",
        " -> a:\n",
        "x.Y -> :\n",
        "x.Y -> a.b: tail\n",
        b"x.Y -> a.b:\n\xff\xfe -> c:\n",
        b"x.Y -> a.b:\n    void a\0() -> b\n",
        b"PK\3\4" + bytes(99),
        b"\x89PNG\r\n\x1a\n" * 9,
    ],
)
def test_what_is_no_mapping_file_is_refused_in_one_line(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert "mapping.txt" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).isprintable()
    assert caught.value.hint


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "MAX_CLASSES", 2)
    with pytest.raises(UsageError, match="more than 2 classes"):
        read(tmp_path, SAMPLE)
    monkeypatch.setattr(mapping, "MAX_LINE", 40)
    with pytest.raises(UsageError, match="longer than 40"):
        read(tmp_path, "x.Y -> a.b:\n" + "#" * 99)
    monkeypatch.setattr(mapping, "MAX_BYTES", 40)
    with pytest.raises(UsageError, match="larger than 40"):
        read(tmp_path, SAMPLE)


def test_lines_longer_than_one_read_are_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in range(90, 200, 3):
        monkeypatch.setattr(mapping, "MAX_LINE", size)
        known = read(tmp_path, SAMPLE)
        assert known.class_of("a.b") == "cn.example.tracking.Reader"
        assert known.member_of("a.b", "a", "(La/b;)V") == "write"


def test_members_read_are_forgotten_past_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "KEPT", 1)
    known = read(tmp_path, SAMPLE)
    for _ in range(2):
        assert known.member_of("cn.example.Main", "onCreate") == "onCreate"
        assert known.member_of("a.b", "d", "(Z)I") == "open2"


def test_other_kinds_of_path(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(UsageError, match="no regular file"):
            read_mapping(path)
    with pytest.raises(UsageError, match="cannot read"):
        read_mapping(tmp_path / "missing.txt")


def test_a_file_that_changes_meanwhile_is_noticed(tmp_path: Path) -> None:
    known = read(tmp_path, SAMPLE)
    assert known.member_of("a.b", "d", "(Z)I") == "open2"
    (tmp_path / "mapping.txt").write_text("x.Y -> a.b:\n")
    with pytest.raises(UsageError, match="changed"):
        known.member_of("cn.example.Main", "onCreate")
    (tmp_path / "mapping.txt").unlink()
    with pytest.raises(UsageError, match="cannot be read again"):
        known.member_of("cn.example.Main", "onCreate")


class Method(NamedTuple):
    """A method of a generated app."""

    original: str
    arguments: tuple[str, ...]
    name: str
    inlined: tuple[str, ...]


WORDS = st.text("abcdefgh", min_size=1, max_size=4)
TYPES = {"int": "I", "long[]": "[J", "java.lang.String": "Ljava/lang/String;", "x.Y[][]": "[[La/b;"}
METHODS = st.builds(
    Method,
    original=WORDS.map(lambda word: "m" + word),
    arguments=st.lists(st.sampled_from(sorted(TYPES)), max_size=3).map(tuple),
    name=WORDS,
    inlined=st.lists(WORDS, max_size=2).map(tuple),
)
APPS = st.dictionaries(
    st.tuples(WORDS, WORDS).map(".".join),
    st.lists(METHODS, max_size=6, unique_by=lambda one: (one.name, one.arguments)),
    min_size=1,
    max_size=5,
)


@SHARED
@given(app=APPS)
def test_what_a_shrinker_renamed_is_found_again(
    tmp_path: Path, app: dict[str, list[Method]]
) -> None:
    lines = ["x.Y -> a.b:"]
    others = {name: methods for name, methods in app.items() if name != "a.b"}
    for number, (name, methods) in enumerate(others.items()):
        lines.append(f"com.app.Class{number} -> {name}:")
        for line, method in enumerate(methods):
            head = f"    {line}:{line}:void "
            arguments = ",".join(method.arguments)
            frames = [*(f"{one}()" for one in method.inlined), f"{method.original}({arguments})"]
            for depth, frame in enumerate(frames):
                at = f":{line}" if depth else f":{line}:{line}"
                lines.append(f"{head}{frame}{at} -> {method.name}")
    known = read(tmp_path, "\n".join(lines))
    for number, (name, methods) in enumerate(others.items()):
        assert known.class_of(name) == f"com.app.Class{number}"
        for method in methods:
            descriptor = f"({''.join(TYPES[one] for one in method.arguments)})V"
            assert known.member_of(name, method.name, descriptor) == method.original
            same = {one.original for one in methods if one.name == method.name}
            assert known.member_of(name, method.name) == "|".join(sorted(same))


LINES = st.lists(
    st.one_of(
        st.sampled_from(SAMPLE.splitlines()),
        st.text(max_size=30),
        st.text("ab ->:()#,0\t", max_size=30),
    ).map(lambda line: line.encode("utf-8", "surrogatepass")),
    max_size=12,
).map(b"\n".join)


@SHARED
@given(data=st.one_of(st.binary(max_size=200), LINES))
def test_any_bytes_give_a_mapping_or_a_usage_error(tmp_path: Path, data: bytes) -> None:
    try:
        known = read(tmp_path, data)
    except UsageError:
        return
    for cls in ("a.b", "cn.example.Main", *data.decode("utf-8", "replace").split()):
        assert known.class_of(cls.rstrip(":"))
        for name in ("a", "onCreate", "c"):
            assert known.member_of(cls.rstrip(":"), name, "(La/b;[I)V")
