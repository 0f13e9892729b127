"""YAML as rule authors write it: places, refusals, and typed values with all faults at once."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import Fault
from scanner.model import Words
from scanner.strict_yaml import MAX_BYTES, Mapping, Node, Reader, Scalar, Sequence, nearest, parse


def node_of(text: str) -> Node:
    node, faults = parse(text.encode(), "file.yaml")
    assert faults == []
    assert node is not None
    return node


def value_of(text: str) -> Node:
    node = node_of(f"v: {text}")
    assert isinstance(node, Mapping)
    return node.items["v"]


def reader() -> Reader:
    faults: list[Fault] = []
    return Reader(faults)


def places(faults: list[Fault]) -> list[tuple[int, int]]:
    return [(fault.line, fault.column) for fault in faults]


def test_every_value_stays_a_text_with_its_place() -> None:
    node = node_of("a: no\nb:\n  - 2.10\n  - 2026-01-01\n")
    assert isinstance(node, Mapping)
    first, second = node.items["a"], node.items["b"]
    assert isinstance(first, Scalar)
    assert (first.text, first.place.line, first.place.column) == ("no", 1, 4)
    assert isinstance(second, Sequence)
    assert [item.text for item in second.items if isinstance(item, Scalar)] == [
        "2.10",
        "2026-01-01",
    ]


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a: &x 1\nb: *x", "anchor &x", (1, 4)),
        ("a: 1\nb: *x", "alias *x", (2, 4)),
        ("a: !!int 1", "tag tag:yaml.org,2002:int", (1, 4)),
        ("a: 1\na: 2", "duplicate key 'a'", (2, 1)),
        ("a: 1\n---\nb: 2", "a second document", (2, 1)),
        ("? [a]\n: 1", "a key that is not a word", (1, 3)),
        ("[" * 40, "nested too deeply", (1, 33)),
        ("a: [", "did not find expected node content", (2, 1)),
    ],
)
def test_what_is_shared_guessed_or_broken_is_refused_at_its_place(
    text: str, message: str, place: tuple[int, int]
) -> None:
    _, faults = parse(text.encode(), "file.yaml")
    assert any(fault.message.startswith(message) for fault in faults)
    assert place in places(faults)


def test_a_file_that_is_not_utf_8_or_too_large_is_refused() -> None:
    node, faults = parse(b"a: 1\nb: \xff\n", "file.yaml")
    assert (node, places(faults)) == (None, [(2, 1)])
    node, faults = parse(b"#" * (MAX_BYTES + 1), "file.yaml")
    assert (node, len(faults)) == (None, 1)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_give_a_node_or_faults(data: bytes) -> None:
    node, faults = parse(data, "file.yaml")
    assert node is None or isinstance(node, Scalar | Sequence | Mapping)
    assert all(fault.line >= 1 and fault.column >= 1 and fault.hint for fault in faults)


def test_the_reader_gives_typed_values() -> None:
    read = reader()
    assert read.text(value_of("no"), "v") == "no"
    assert read.text(value_of("'null'"), "v") == "null"
    assert read.number(value_of("-12"), "v", least=-20) == -12
    assert read.truth(value_of("true"), "v") is True
    assert read.date(value_of("2024-02-29"), "v") == datetime.date(2024, 2, 29)
    assert read.texts(value_of("[a, '1']"), "v") == ("a", "1")
    assert read.numbers(value_of("[1, 2]"), "v") == (1, 2)
    assert read.choice(value_of("high"), "v", ("high", "low")) == "high"
    assert read.words(value_of("{zh: 位置, en: place}"), "v") == Words("位置", "place")
    assert read.faults == []


def test_what_is_absent_gives_nothing_and_no_fault() -> None:
    read = reader()
    assert read.mapping(None, "v") is None
    assert read.words(None, "v") is None
    assert read.numbers(None, "v") is None
    assert read.choice(None, "v", ("a",)) is None
    assert read.faults == []


@pytest.mark.parametrize("text", ["", "~", "null", "''", "[a]", "{a: b}"])
def test_nothing_and_lists_are_no_text(text: str) -> None:
    read = reader()
    assert read.text(value_of(text), "title") is None
    assert [fault.message.split(":")[0] for fault in read.faults] == ["title"]


@pytest.mark.parametrize("text", ["'1'", "1.0", "01", "1e3", "-1", "11", "٣", "9" * 40, "[1]"])
def test_what_is_no_number_within_the_limits_is_refused(text: str) -> None:
    read = reader()
    assert read.number(value_of(text), "v", most=10) is None
    assert read.faults[0].hint == "write a number from 0 to 10"


@pytest.mark.parametrize("text", ["yes", "no", "on", "True", "'true'", "1", "~"])
def test_only_true_and_false_are_truth_values(text: str) -> None:
    read = reader()
    assert read.truth(value_of(text), "v") is None
    assert len(read.faults) == 1


@pytest.mark.parametrize("text", ["2026-1-1", "2026-02-30", "20260101", "2026-01-01T00:00", "[]"])
def test_what_is_no_day_is_refused(text: str) -> None:
    read = reader()
    assert read.date(value_of(text), "v") is None
    assert len(read.faults) == 1


def test_a_mapping_names_unknown_and_missing_keys_with_a_hint() -> None:
    read = reader()
    node = node_of("titel: x\nlevel: 1\n")
    fields = read.mapping(node, "rule", required=("id", "title"), optional=("level",))
    assert fields is not None
    assert list(fields) == ["level"]
    assert [(fault.line, fault.message, fault.hint) for fault in read.faults] == [
        (1, "rule: unknown key 'titel'", "did you mean title?"),
        (1, "rule: missing id, title", "add what is missing"),
    ]


def test_all_faults_of_a_value_are_found_at_once() -> None:
    read = reader()
    assert read.words(node_of("zh: []\nen: ''\n"), "title") is None
    assert read.texts(value_of("[a, a, {}, b]"), "v") == ("a", "b")
    assert read.choice(value_of("hihg"), "severity", ("high", "low")) is None
    assert [fault.hint for fault in read.faults] == [
        "write a text that is not empty",
        "write a text that is not empty",
        "keep it once",
        "write a text that is not empty",
        "did you mean high?",
    ]


def test_hints_name_what_is_near_or_all_of_a_few() -> None:
    assert nearest("camra", ("camera", "contacts")) == "did you mean camera?"
    assert nearest("zzz", ("camera", "contacts")) == "known here: camera, contacts"
    assert nearest("zzz", [f"word-{n}" for n in range(17)]) == "check the spelling"
    assert nearest("zzz", ()) == "check the spelling"


def test_messages_stay_short_and_hints_cheap_however_long_the_file() -> None:
    read = reader()
    node = node_of("\n".join(f"{'x' * 500}{n}: 1" for n in range(100)))
    read.mapping(node, "rule", optional=tuple(f"key{n}" for n in range(100)))
    assert max(len(fault.message) for fault in read.faults) < 100
    assert len(read.faults) == 100


leaves = st.sampled_from(
    ["~", "true", "no", "1", "-1.5", "''", "2026-01-01", "{}", "{zh: a, en: b}"]
)
flow = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=6,
)


@given(flow)
def test_every_method_gives_a_value_or_a_fault(text: str) -> None:
    node, broken = parse(f"v: {text}".encode("utf-8", "replace"), "file.yaml")
    if broken or not isinstance(node, Mapping):
        return
    value = node.items["v"]
    methods = ("text", "number", "truth", "date", "texts", "numbers", "words", "sequence", "table")
    for method in methods:
        read = reader()
        assert getattr(read, method)(value, "v") is not None or read.faults
