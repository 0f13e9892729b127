from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec
import pytest

from scanner import child as room
from scanner.child import Child, Unreadable

SERVANT = """
import sys, msgspec
from scanner import child
Say = msgspec.defstruct("Say", [("word", str)], tag="Say")
def answered(request):
    match request.word:
        case "hang": import time; time.sleep(60)
        case "die": import os; os._exit(3)
        case "eat": return len(b"x" * (4 << 30))
        case "burn":
            while True: pass
        case "refuse": raise child.Unreadable("不读", "will not read")
        case "fail": raise ValueError("secret")
        case "pid": import os; return str(os.getpid())
        case "print": print("noise" * 1000, flush=True)
    return request.word[::-1]
child.serve(Say, answered, memory=1 << 30, cpu=1)
"""


class Say(msgspec.Struct, tag=True, frozen=True):
    word: str


def servant(**more: float) -> Child:
    return Child(("-c", f"import sys; sys.path[:0] = {sys.path!r}\n{SERVANT}"), **more)


def test_a_child_answers_and_what_it_prints_is_no_answer() -> None:
    with servant() as child:
        assert child.ask(Say("abc"), str) == "cba"
        assert child.ask(Say("print"), str) == "tnirp"
        with pytest.raises(Unreadable, match="nonsense"):
            child.ask(Say("abc"), int)


def test_refusals_and_faults_are_told_without_their_insides() -> None:
    with servant() as child:
        with pytest.raises(Unreadable) as refused:
            child.ask(Say("refuse"), str)
        assert (refused.value.reason.zh, refused.value.reason.en) == ("不读", "will not read")
        with pytest.raises(Unreadable) as failed:
            child.ask(Say("fail"), str)
        assert "ValueError" in str(failed.value) and "secret" not in str(failed.value)
        assert child.ask(Say("ab"), str) == "ba"


@pytest.mark.parametrize("word", ["hang", "die", "burn"])
def test_what_ends_the_child_is_unreadable_and_the_next_question_finds_another(word: str) -> None:
    begun = time.monotonic()
    with servant(wall_seconds=3) as child:
        with pytest.raises(Unreadable, match="crashed"):
            child.ask(Say(word), str)
        assert child.ask(Say("ab"), str) == "ba"
    assert time.monotonic() - begun < 60


def test_memory_is_limited() -> None:
    with servant() as child, pytest.raises(Unreadable, match=r"MemoryError|crashed"):
        child.ask(Say("eat"), str)


def test_after_some_deaths_nothing_more_is_asked() -> None:
    with servant() as child:
        for _ in range(room.MAX_DEATHS):
            with pytest.raises(Unreadable, match="crashed"):
                child.ask(Say("die"), str)
        with pytest.raises(Unreadable, match="too often"):
            child.ask(Say("ab"), str)


def test_no_child_outlives_its_asker() -> None:
    with servant() as child:
        number = int(child.ask(Say("pid"), str))
        assert Path(f"/proc/{number}").exists()
    assert not Path(f"/proc/{number}").exists()
