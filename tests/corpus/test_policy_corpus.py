from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.knowledge import load_knowledge, rules_folder
from tests.corpus import compare_policies
from tests.corpus.compare_policies import Figure, Read, agreement, figure, second_half

FOLDER = Path(os.environ.get("MINGJIAN_CORPUS", "")) / "policy" / "CA4P-483"
NUMBERS = os.environ.get("MINGJIAN_CA4P_NUMBERS", "")


@pytest.mark.skipif(
    not (FOLDER / "annotation_data").is_dir() or not NUMBERS,
    reason="MINGJIAN_CORPUS/policy holds no CA4P-483, or MINGJIAN_CA4P_NUMBERS names no file",
)
def test_sentences_are_read_as_annotators_read_them(capsys: pytest.CaptureFixture[str]) -> None:
    code = compare_policies.main([str(FOLDER), NUMBERS])
    assert code == 0, capsys.readouterr().out


def test_a_corpus_without_policies_is_no_success(tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.txt"
    numbers.write_text("0001\n", encoding="utf-8")
    assert compare_policies.main([str(tmp_path), str(numbers)]) == 1


def test_the_figures_are_those_of_the_textbook() -> None:
    said, not_said = frozenset({"e_21"}), frozenset[str]()
    rows = [Read("a", said, said), Read("b", said, not_said), Read("c", not_said, said)]
    counted = figure([*rows, rows[0]], "e_21")
    assert counted == Figure(right=2, wrong=1, missed=1)
    assert counted.precision == counted.recall == counted.f1 == pytest.approx(2 / 3)


def test_equal_sentences_foretell_each_other_across_policies_only() -> None:
    text = "我们会收集您的手机号码用于注册和登录"
    marked, unmarked = (Read(text, frozenset(one), frozenset()) for one in (["e_22"], []))
    assert agreement([[marked, marked]], "e_22") == Figure(0, 0, 0)
    assert agreement([[marked], [marked]], "e_22") == Figure(2, 0, 0)
    assert agreement([[marked], [unmarked]], "e_22") == Figure(0, 1, 1)


def test_numbers_fall_into_both_halves() -> None:
    assert {second_half(f"{number:04}") for number in range(40)} == {True, False}


def test_spans_mark_the_sentence_in_which_they_lie(tmp_path: Path) -> None:
    path = tmp_path / "0001.json"
    path.write_text(
        '[{"classId": "", "start": 10, "end": 32, "text": "我们收集手机号。\\n其他事情不变。"},'
        '{"classId": "e_22", "start": 12, "end": 14, "text": "收集"}]',
        encoding="utf-8",
    )
    knowledge = load_knowledge(rules_folder() / "lists")
    first, second = compare_policies.sentences_in(path, knowledge)
    assert (first.marked, second.marked) == (frozenset({"e_22"}), frozenset())
    assert "e_22" in first.read
    assert not second.read
