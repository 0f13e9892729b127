"""Names of persons in Chinese."""

from __future__ import annotations

import pytest

from scanner.personal.names import is_likely_word, is_person_name


@pytest.mark.parametrize(
    "value",
    [
        "张三",
        "王小明",
        "欧阳锋",
        "诸葛孔明",
        "买买提·吐尔逊",
        "李梦迪",
        "李国庆",
        "刘海波",
        "杨梅",
        "王国强",
        "张和平",
        "万家宝",
        "张李小明",
        "黄金龙",
        "夏天",
    ],
)
def test_names_of_people(value: str) -> None:
    assert is_person_name(value)
    assert not is_likely_word(value)


@pytest.mark.parametrize(
    "value",
    ["", "张", "北京大学", "用户名称", "腾讯公司", "张三有限公司", "John", "请输入", "欧阳"],
)
def test_no_names_of_people(value: str) -> None:
    assert not is_person_name(value)


@pytest.mark.parametrize(
    "value",
    [
        "马上到",
        "成人票",
        "商务合作",
        "计算器",
        "安全管家",
        "何记酒家",
        "高德地图",
        "时尚女装",
        "张姐快递",
        "王经理",
        "金卡会员",
        "全家店",
    ],
)
def test_words_that_begin_like_a_name(value: str) -> None:
    assert is_likely_word(value)
