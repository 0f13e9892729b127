"""One person, however written, is one person; two names of two persons are two."""

from __future__ import annotations

import pytest

from scanner.persons import alike, count

ONE = (
    ("王芳", "王 芳"),
    ("王芳", "王芳（复核）"),
    ("王芳", "王芳【复核人】"),
    ("王芳（初审）", "王芳（复核）"),
    ("王芳", "王芳-复核"),
    ("王芳", "复核人王芳"),
    ("王芳", "王芳 检察官"),
    ("王芳检察官", "王芳先生"),
    ("王芳", "王芳2"),
    ("王芳", "王芳 A"),
    ("王芳", "王芳核"),
    ("王芳", "王芳\u200b\u2060\u202e"),
    ("张伟", "張偉"),
    ("劉海", "刘海"),
    ("买买提·吾守尔", "買買提•吾守爾"),
    ("Wang Fang", "ＷＡＮＧ ｆａｎｇ"),
    ("Wang Fang", "Fang, Wang"),
    ("Wang Fang", "WangFang"),
    ("Wang Fang", "Wáng Fāng"),
    ("Wang Fang", "W. Fang"),
    ("Wang Fang", "Ms. Wang"),
    ("Wang Fang", "Wang Fang (review)"),
    ("officer 1", "officer 2"),
)
TWO = (
    ("王芳", "李雷"),
    ("王芳", "王方"),
    ("李明", "李明华"),
    ("张伟", "张伟伟"),
    ("Wang Fang", "Li Lei"),
    ("Wang Fang", "Wang Lei"),
    ("Anna Li", "Anna Lin"),
    ("a", "b"),
    ("012345", "012346"),
)


@pytest.mark.parametrize(("one", "other"), ONE)
def test_one_person_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)
    assert count((one, other)) == 1


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_names_are_two_persons(one: str, other: str) -> None:
    assert not alike(one, other)
    assert count((one, other)) == count((other, one)) == 2


def test_names_that_may_all_be_a_third_are_one_and_no_name_is_nobody() -> None:
    assert count(("A. Wang", "Fang Wang", "Wang")) == 1
    assert count(("王芳", "李雷", "王芳（复核）", "李 雷")) == 2
    assert count(()) == count(("", " \u200b")) == 0
