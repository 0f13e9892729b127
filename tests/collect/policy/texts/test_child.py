from __future__ import annotations

import pytest

from scanner.child import Unreadable
from scanner.collect.policy.texts import child as room
from scanner.collect.policy.texts.child import ReadFile, answered, read_in_child
from tests.collect.policy.test_document import document
from tests.collect.policy.texts.paper import words, written

PDF = written([words((72, 700, 10, "We collect your phone number."))])


def test_what_a_child_reads_is_framed_as_it_was_asked() -> None:
    frame = document("", name="p.pdf", address="https://a.example/p", evidence="1" * 64)
    read = read_in_child("pdf", PDF, frame)
    assert read.text == "We collect your phone number."
    assert read._replace(text="", blocks=frame.blocks) == frame
    assert answered(ReadFile("pdf", PDF)).text == read.text


def test_a_child_that_hangs_or_eats_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MODULE", ("-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(room, "WALL_SECONDS", 0.5)
    with pytest.raises(Unreadable, match="limit of time"):
        read_in_child("pdf", PDF, document())


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(Unreadable):
        read_in_child("exe", PDF, document())  # type: ignore[arg-type]
