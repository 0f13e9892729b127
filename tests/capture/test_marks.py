from __future__ import annotations

import os
import pty
import termios
import threading
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.capture.marks import HELP, KEYS, LONGEST_LINE, PHASES, QUIT, Ear
from scanner.facts import Phase
from tests.capture.running import until


def heard_from(data: bytes) -> list[str]:
    """Hear what stands in a pipe whose writer is gone."""
    source, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    heard: list[str] = []
    ear = Ear(source, heard.append)
    ear.open()
    until(lambda: not any(one.name == "marks" for one in threading.enumerate()))
    ear.close()
    os.close(source)
    return heard


def test_each_line_is_a_word() -> None:
    data = b"agreed\n\n  Refused \r\nquit\nbackground"
    assert heard_from(data) == ["agreed", "refused", "quit", "background"]


def test_a_line_without_end_is_not_kept_whole() -> None:
    heard = heard_from(b"x" * 50_000 + b"\nagreed\n")
    assert heard[-1] == "agreed"
    assert all(len(word) <= LONGEST_LINE for word in heard)


@settings(deadline=None)  # a thread is waited for, on whatever machine
@given(st.binary(max_size=300))
def test_any_bytes_are_heard_and_break_nothing(data: bytes) -> None:
    for word in heard_from(data):
        assert word == word.strip().lower()
        assert "\n" not in word


def test_keys_and_lines_name_phases_that_facts_know() -> None:
    assert set(KEYS.values()) - {QUIT, HELP} <= set(PHASES)
    assert set(PHASES) == set(get_args(Phase)) - {"static"}


@pytest.mark.parametrize("arrow", [b"\x1b[A", b"\x1bOA", b"\x1b[1;5A", b"\x1b[15~"])
def test_keys_of_many_bytes_mark_nothing(arrow: bytes) -> None:
    terminal, source = pty.openpty()
    heard: list[str] = []
    ear = Ear(source, heard.append)
    ear.keys = True  # as it is for the terminal that started the program
    before = termios.tcgetattr(source)
    ear.open()
    os.write(terminal, arrow + b"x")
    os.write(terminal, b"gA?")
    until(lambda: HELP in heard)
    ear.close()
    ear.close()
    assert heard == ["foreground", "agreed", HELP]
    assert termios.tcgetattr(source) == before
    os.close(source)
    os.close(terminal)


def test_a_terminal_of_another_program_is_left_alone() -> None:
    terminal, source = pty.openpty()
    before = termios.tcgetattr(source)
    ear = Ear(source, lambda _: None)
    assert not ear.keys
    ear.open()
    assert termios.tcgetattr(source) == before
    ear.close()
    os.close(source)
    os.close(terminal)
