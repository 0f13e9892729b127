from __future__ import annotations

import time

import pytest

from scanner import child as generic
from scanner.child import Unreadable
from scanner.collect.apk import child as room
from scanner.collect.apk.child import Child
from tests.collect.apk.forge import axml, manifest, table


def test_a_child_answers_several_questions() -> None:
    with Child() as child:
        assert child.read_xml(axml(manifest())).elements[0].tag == "manifest"
        assert child.resolve(table({0x7F010000: "x"}), [0x7F010000])[0x7F010000].text == "x"
        assert child.page_text("<title>t</title><p>words<script>no</script>") == ("t", "t\nwords")
        assert child.subject_of(b"no certificate") is None


def test_a_refusal_carries_its_reason_and_the_child_lives_on() -> None:
    with Child() as child:
        with pytest.raises(Unreadable, match="the binary XML"):
            child.read_xml(b"nonsense")
        with pytest.raises(Unreadable, match="the parsing library failed"):
            child.resolve(b"nonsense" * 9, [1])
        with pytest.raises(Unreadable):
            child.signed_by(b"nonsense")
        assert child.read_xml(axml(manifest())).elements


def test_a_hanging_child_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MODULE", ("-c", "import time; time.sleep(60)"))
    start = time.monotonic()
    with Child(wall_seconds=0.5) as child, pytest.raises(Unreadable, match="limit of time"):
        child.read_xml(axml(manifest()))
    assert time.monotonic() - start < 10


def test_an_answer_that_makes_no_sense_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = "import sys; sys.stdout.buffer.write(b'\\0' * 7 + b'\\1' + b'x'); sys.stdout.flush()"
    monkeypatch.setattr(room, "MODULE", ("-c", f"{answer}; sys.stdin.read()"))
    with Child() as child, pytest.raises(Unreadable, match="nonsense"):
        child.read_xml(axml(manifest()))


def test_too_many_deaths_end_the_questions() -> None:
    with Child() as child:
        for _ in range(generic.MAX_DEATHS):
            child.read_xml(axml(manifest()))
            assert child._process
            child._process.kill()
            with pytest.raises(Unreadable, match="crashed"):
                child.read_xml(axml(manifest()))
        with pytest.raises(Unreadable, match="too often"):
            child.read_xml(axml(manifest()))


def test_memory_is_limited() -> None:
    with Child() as child, pytest.raises(Unreadable):
        child.resolve(b"\2\0\x0c\0" + b"\xff" * 100, range(10))
