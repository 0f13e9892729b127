from __future__ import annotations

import pytest

from scanner.collect.policy.document import folded
from scanner.collect.policy.elements.dates import dates_in, own_dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年2月29日", "2024-02-29"),
        ("2023年2月29日", None),
        ("2024年13月45日", None),
        ("【2021】年【11】月【1】日", "2021-11-01"),
        ("2022年 12月 29日", "2022-12-29"),
        ("2024-01-02", "2024-01-02"),
        ("2024.1.2", "2024-01-02"),
        ("20240102", "2024-01-02"),
        ("二〇二四年十一月二十一日", "2024-11-21"),
        ("二○二四年十月十日", "2024-10-10"),
        ("March 3, 2025", "2025-03-03"),
        ("3rd of Sept. 2025", "2025-09-03"),
        ("15 December 2022", "2022-12-15"),
    ],
)
def test_a_date_is_read_in_its_many_forms(text: str, day: str | None) -> None:
    assert [date.day for date in dates_in(folded(text))] == [day]


@pytest.mark.parametrize("text", ["版本 3.2.1", "July 2021", "2024年第3季度", "4008812345678"])
def test_what_is_no_date(text: str) -> None:
    assert [date for date in dates_in(folded(text)) if date.day] == []


@pytest.mark.parametrize(
    ("text", "updated", "effective"),
    [
        ("更新日期：2024年1月2日\n生效日期：2024年2月3日", "2024-01-02", "2024-02-03"),
        ("更新日期：2026年3月12日 生效日期：2026年3月20日", "2026-03-12", "2026-03-20"),
        ("更新日期2026年3月12日 生效日2026年3月20日", "2026-03-12", "2026-03-20"),
        ("最近更新：2026年1月5日，自同日起施行。", "2026-01-05", "2026-01-05"),
        ("修订与生效日期：2022年1月25日", "2022-01-25", "2022-01-25"),
        ("发布日期：2021年8月25日\n生效日期：2021年9月1日", "2021-08-25", "2021-09-01"),
        ("发布日期：2020年1月1日\n更新日期：2021年1月1日", "2021-01-01", None),
        ("本政策自二〇二四年十一月二十日起生效。", None, "2024-11-20"),
        ("本《隐私政策》于2023年5月1日更新。", "2023-05-01", None),
        ("Last updated: March 3, 2025", "2025-03-03", None),
        ("Our Privacy Policy was updated on January 15, 2021.", "2021-01-15", None),
        ("Effective date: 15 December 2022", None, "2022-12-15"),
        ("更新日期：2024年13月45日", None, None),
        ("更新日期：2025年1月1日\n历史版本\n更新日期：2020年1月1日", "2025-01-01", None),
        ("《个人信息保护法》自2021年11月1日起施行。", None, None),
        ("我们遵守自2017年6月1日起施行的《网络安全法》。", None, None),
        ("公司成立于2005年8月12日。", None, None),
    ],
)
def test_the_dates_of_the_text_itself(
    text: str, updated: str | None, effective: str | None
) -> None:
    assert own_dates(folded(text)) == (updated, effective)
