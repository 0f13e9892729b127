from __future__ import annotations

from scanner.collect.policy.texts.markdown import is_markdown
from tests.collect.policy.texts.test_text import lines, reading, rows

PAGE = """---
title: "示例隐私政策"
date: 2024-01-01
---
import Tabs from '@theme/Tabs';

# 隐私政策 {#privacy}

我们收集**手机号**，见[清单](https://a.example/sdk)。

:::note
第二段
:::

## 一、第三方

| 名称 | 目的 |
| --- | --- |
| 甲\\|SDK | 推送<br>统计 |
| 乙SDK | **地图** |

- 条目一
  1. 条目二
"""


def test_markdown_reads_as_its_page() -> None:
    document = reading(PAGE, "a.mdx")
    assert document.title == "示例隐私政策"
    assert lines(document, "heading") == ["隐私政策", "一、第三方"]
    assert lines(document, "paragraph") == ["我们收集手机号，见清单。", "第二段"]
    assert lines(document, "item") == ["条目一", "条目二"]
    assert rows(document) == [["名称", "目的"], ["甲|SDK", "推送\n统计"], ["乙SDK", "地图"]]
    assert (document.tables[0].head, document.tables[0].title) == (1, "一、第三方")
    assert [document.text[span.start : span.end] for span in document.strong] == ["手机号", "地图"]
    assert [link.href for link in document.links] == ["https://a.example/sdk"]


def test_markdown_is_told_by_its_marks() -> None:
    assert is_markdown("# 标题\n正文")
    assert is_markdown("|a|b|\n|---|---|\n|1|2|")
    assert is_markdown("**重要** 见 [此](https://a.example)")
    assert not is_markdown("一、收集\n我们收集手机号。#1")
    assert not is_markdown("价格 **面议")


def test_html_within_markdown_is_read_and_scripts_are_not() -> None:
    table = "<table><tr><td>名称<td>目的<tr><td>甲<td>推送</table>"
    document = reading(f"# 政策\n\n{table}\n\n<script>var a = '脚本'</script>\n", "a.md")
    assert rows(document) == [["名称", "目的"], ["甲", "推送"]]
    assert "脚本" not in document.text


def test_a_long_file_is_cut_and_named() -> None:
    document = reading("# t\n\n" + "我们收集手机号。" * 60_000, "a.md")
    assert "too large" in document.unread[0].en
