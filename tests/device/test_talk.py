from __future__ import annotations

import pytest

from scanner.device.talk import Talk


def test_words_are_told_in_one_language(capfd: pytest.CaptureFixture[str]) -> None:
    Talk(chinese=True, quiet=False).say("已安装", "installed")
    Talk(chinese=False, quiet=False).say("已安装", "installed")
    Talk(chinese=False, quiet=True).say("已安装", "installed")
    Talk(chinese=False, quiet=True).warn("警告", "warning")
    assert capfd.readouterr() == ("", "已安装\ninstalled\nwarning\n")


def test_a_terminal_obeys_nothing_of_them(capfd: pytest.CaptureFixture[str]) -> None:
    Talk(chinese=False, quiet=False).warn("", "a\x1b[2Jb\r\nc\x00")
    assert capfd.readouterr().err == "a\ufffd[2Jb\ufffd\ufffdc\ufffd\n"
