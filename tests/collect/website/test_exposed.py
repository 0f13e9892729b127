from __future__ import annotations

import pytest

from scanner.collect.website.exposed import exposed_facts
from scanner.personal.canary import CANARY
from tests.collect.website.pages import view


def id_card(first17: str) -> str:
    """The check character of GB 11643, worked out here from its definition."""
    total = sum(int(d) * pow(2, 17 - place, 11) for place, d in enumerate(first17))
    return first17 + "10X98765432"[total % 11]


ANNA, BEN, CARL = (
    id_card(f) for f in ("11010519900307123", "31010419850101456", "44030519780606789")
)
ROWS = (("张三", ANNA, 13800138000), ("李四", BEN, 13900139001), ("王小五", CARL, 13700137002))
LIST = "姓名\t身份证号\t手机\n" + "\n".join(f"{a}\t{b}\t{c}" for a, b, c in ROWS)


def told(text: str) -> dict[str, tuple[int | None, bool | None]]:
    return {fact.data_type: (fact.count, fact.sure) for fact in exposed_facts(view(text))}


def test_the_known_example_of_the_standard_has_its_check_character() -> None:
    assert id_card("11010519491231002") == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LIST, {"id_card": (3, True), "phone": (3, True)}),
        (
            "姓名\t手机号\n张三\t13800138000\n李四\t13900139001\n王小五\t13700137002",
            {"phone": (3, True)},
        ),
        (f"拟录用人员公示：张三，{ANNA}", {"id_card": (1, True)}),
        (f"张三 {ANNA}\n张三 {ANNA}", {"id_card": (1, True)}),
        ("\n".join(f"1380013800{n}" for n in range(8)), {"phone": (8, False)}),
    ],
)
def test_people_in_public_lists(text: str, expected: dict[str, tuple[int, bool]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "联系我们\n客服电话：13800138000\n商务合作：13900139001\n投诉电话：13700137002",
        "联系人：张三 13800138000",
        "联系电话\n13800138000",
        "咨询：李经理 13800138000，王经理 13900139001，张经理 13700137002",
        "热线 400-800-1234 服务 95588 传真 010-12345678",
        "订单号 2023010113800138000，时间戳 1690000000000",
        f"请输入身份证号，例如：{ANNA}",
        f"格式：{ANNA}",
        "张三 110105********1234 138****8000",
        f"张三 {ANNA[:-1]}{'1' if ANNA[-1] != '1' else '2'}",
        "开户行：工商银行 户名：某某有限公司 账号：6222029999973160959",
        "统一社会信用代码 91330100799655058B",
        "\n".join(CANARY.values()),
        "service@site.test info@site.test hr@site.test",
        "",
    ],
)
def test_near_misses_are_none(text: str) -> None:
    assert told(text) == {}


def test_no_value_is_told_whole() -> None:
    for fact in exposed_facts(view(LIST), surface="document"):
        assert fact.surface == "document"
        for value in (ANNA, "13800138000"):
            assert value not in repr(fact)


def test_a_text_full_of_numbers_is_bounded() -> None:
    text = "\n".join(f"张三 {13800000000 + n}" for n in range(40_000))
    (fact,) = exposed_facts(view(text))
    assert fact.count is not None
    assert 3 < fact.count <= 5000
