from __future__ import annotations

import pytest

from scanner.collect.policy.claims.data_sections import section_of
from scanner.facts import DataUse, Part


@pytest.mark.parametrize(
    ("headings", "part", "use"),
    [
        ((), "policy", "collected"),
        (("一、我们如何收集和使用您的个人信息", "1.2 导航"), "policy", "collected"),
        (("二、我们如何共享您的个人信息",), "policy", "shared"),
        (("附录", "第三方sdk目录"), "policy", "shared"),
        (("2.1 向您提供产品和服务",), "policy", "collected"),
        (("四、您的权利", "4.1 更正"), "policy", None),
        (("五、未成年人保护",), "policy", None),
        (("儿童个人信息",), "children", "collected"),
        (("information we collect",), "policy", "collected"),
        (("how we share information",), "policy", "shared"),
        (("contact us",), "policy", None),
    ],
)
def test_what_a_part_speaks_of(headings: tuple[str, ...], part: Part, use: DataUse | None) -> None:
    assert section_of(headings, part) == use
