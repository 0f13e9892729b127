from __future__ import annotations

from pathlib import Path

import pytest

from scanner.device import script
from scanner.device.script import Act, Phased, Press, Said, Swipe, Wait, read_script
from scanner.errors import UsageError


def read(folder: Path, text: str) -> tuple[script.Step, ...]:
    file = folder / "steps.yaml"
    file.write_text(text, "utf-8")
    return read_script(file)


def test_every_step_of_the_manual_is_read_as_it_says(tmp_path: Path) -> None:
    manual = (script.__doc__ or "").partition("it:\n")[2]
    steps = "\n".join(line[4:].partition("   ")[0] for line in manual.splitlines())
    assert read(tmp_path, steps) == (
        Act("launch"),
        Wait(60),
        Press(words="同意"),
        Press(words="跳过", within=3, optional=True),
        Press(id="btn_agree"),
        Press(at=(540, 1800)),
        Swipe("up"),
        Act("back"),
        Phased("consent_shown"),
        Said("扫一扫", function=True),
        Said("同意前静置 60 秒", function=False),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- tapp: 同意", r"steps.yaml:1:3.*unknown key 'tapp'"),
        ("- back\n- bakc", r"steps.yaml:2:3.*'bakc' is not known"),
        ("- wait: soon", "whole number"),
        ("- wait: 9999999", "whole number"),
        ("- mark: static", "'static' is not known"),
        ("- swipe: sideways", "'sideways' is not known"),
        ("- tap: {words: a, id: b}", "what is to be tapped"),
        ("- tap: {x: 5}", "what is to be tapped"),
        ("- tap: {}", "what is to be tapped"),
        ("- {wait: 1, tap: a}", "one word"),
        ("- &a back\n- *a", "alias|anchor"),
        ("tap: 同意", "a list"),
        ("", "no steps"),
        ("[" * 100, "nested too deeply"),
        ("- note: ''", "a text"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(tmp_path, text)


def test_a_script_is_bounded(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too many steps"):
        read(tmp_path, "- back\n" * 10_001)
    with pytest.raises(UsageError, match="bytes"):
        read(tmp_path, "- back\n" + "#" * 1_100_000)
    with pytest.raises(UsageError):
        read_script(tmp_path / "none.yaml")
