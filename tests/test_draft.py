from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scanner.draft import MOST_ROWS, cell, drafted
from scanner.facts import (
    DataAccessed,
    DataSent,
    Fact,
    FormField,
    PermissionDeclared,
    PolicyDataItem,
    PolicyDocument,
    PolicyPermission,
    PolicyThirdParty,
    SdkPresent,
    Source,
)
from scanner.knowledge import Knowledge, load_knowledge, rules_folder
from scanner.model import Unseen, Words

SOURCE = Source(evidence="0" * 64, at="here")
CAMERA = "android.permission.CAMERA"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def sdk(name: str) -> SdkPresent:
    return SdkPresent(
        source=SOURCE,
        channel="apk",
        sdk=name,
        family=name,
        name=name,
        vendor="x",
        evidence=("classes",),
        collects_personal_info=True,
    )


def sent(kind: str, host: str, recipient: str = "", party: str = "third") -> DataSent:
    return DataSent(
        source=SOURCE,
        channel="traffic",
        data_type=kind,
        host=host,
        recipient=recipient,
        party="first" if party == "first" else "third",
    )


def read(kind: str, owner: str = "app") -> DataAccessed:
    return DataAccessed(source=SOURCE, channel="apk", data_type=kind, api="a.B.c", owner=owner)


def camera() -> PermissionDeclared:
    return PermissionDeclared(
        source=SOURCE, channel="apk", permission=CAMERA, group="camera", protection="dangerous"
    )


def policy() -> PolicyDocument:
    return PolicyDocument(source=SOURCE, channel="policy", url="p.html", title="隐私政策", own=True)


def rows(text: str, title: str) -> list[list[str]]:
    """Give the cells of the table below a title."""
    part = text.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [
        [one.strip() for one in line.replace("\\|", "\0").strip("|").split("|")]
        for line in lines[2:]
    ]


def zh(knowledge: Knowledge, *facts: Fact) -> str:
    return drafted(facts, (), knowledge, chinese=True)


def test_a_component_that_the_policy_does_not_list_gets_a_row(knowledge: Knowledge) -> None:
    known = next(one for one in knowledge.sdks if one.id == "umeng-analytics")
    text = zh(knowledge, policy(), sdk(known.id), read("imei", known.id))
    ((name, company, purpose, kinds, _, link),) = rows(text, "第三方 SDK 目录中缺少的")
    assert name.replace("\\", "") == known.title.zh.replace("&", "&amp;")
    assert known.vendor.title.zh.replace("&", "&amp;") in company.replace("\\", "")
    assert "待核" in purpose
    assert knowledge.data_types["imei"].title.zh in kinds.split("待核")[0]
    assert link.startswith("【待填：")


def test_what_the_policy_lists_gets_none(knowledge: Knowledge) -> None:
    listed = PolicyThirdParty(
        source=SOURCE, channel="policy", recipient="umeng-analytics", name="友盟"
    )
    text = zh(knowledge, policy(), sdk("umeng-analytics"), listed)
    assert rows(text, "第三方 SDK 目录中缺少的") == []


def test_both_lists_hold_what_was_seen(knowledge: Knowledge) -> None:
    stated = PolicyDataItem(source=SOURCE, channel="policy", data_type="phone", use="collected")
    shared_only = PolicyDataItem(source=SOURCE, channel="policy", data_type="email", use="shared")
    field = FormField(source=SOURCE, channel="website", page="p", name="邮箱", data_type="email")
    text = zh(
        knowledge,
        policy(),
        stated,
        shared_only,
        read("contacts"),
        field,
        sent("phone", "api.own.example", party="first"),
        sent("sms", "x.third.example"),
        read("imei", "umeng-analytics"),
    )
    collected = {row[0]: row for row in rows(text, "已收集个人信息清单")}
    titles = {kind: knowledge.data_types[kind].title.zh for kind in ("contacts", "phone", "email")}
    assert set(collected) == set(titles.values())
    assert collected[titles["phone"]][-1] == "已写明"
    assert collected[titles["contacts"]][-1] == "未见写明"
    assert collected[titles["email"]][-1] == "仅在对外提供部分写明"
    (shared,) = rows(text, "与第三方共享个人信息清单")
    assert "x.third.example" in shared[0]
    assert shared[2] == knowledge.data_types["sms"].title.zh


def test_a_permission_without_a_purpose_gets_a_row(knowledge: Knowledge) -> None:
    title = "没有说明用途的权限"
    ((group, name, *_),) = rows(zh(knowledge, policy(), camera()), title)
    assert (group, name.replace("\\", "")) == ("相机", CAMERA)
    named = PolicyPermission(source=SOURCE, channel="policy", group="camera", purpose="扫码")
    assert rows(zh(knowledge, policy(), camera(), named), title) == []
    bare = PolicyPermission(source=SOURCE, channel="policy", group="camera", purpose="")
    assert len(rows(zh(knowledge, policy(), camera(), bare), title)) == 1


def test_it_says_what_it_is_not_and_what_was_not_read(knowledge: Knowledge) -> None:
    gap = Unseen(kind="data.sent", collector="audit", reason=Words("没有流量|记录", "no traffic"))
    other = Unseen(kind="data.accessed", collector="audit", reason=gap.reason)
    idle = Unseen(kind="screen.shown", collector="audit", reason=Words("无关", "idle"))
    text = drafted((), [gap, other, idle], knowledge, chinese=True)
    assert "不是法律意见" in text
    assert "没有读到隐私政策" in text
    assert text.count("- 没有流量\\|记录") == 1
    assert "无关" not in text
    english = drafted((policy(),), [gap], knowledge, chinese=False)
    assert "no legal advice" in english
    assert "No privacy policy was read" not in english
    assert "no traffic" in english


def test_the_same_facts_give_the_same_draft_in_any_order(knowledge: Knowledge) -> None:
    facts: list[Fact] = [sdk("umeng-analytics"), sdk("jpush"), sent("sms", "a.example"), camera()]
    assert zh(knowledge, *facts) == zh(knowledge, *reversed(facts))


def test_a_table_is_bounded(knowledge: Knowledge) -> None:
    facts = [sent("sms", f"h{number}.example") for number in range(MOST_ROWS + 7)]
    text = zh(knowledge, *facts)
    assert len(rows(text, "与第三方共享个人信息清单")) == MOST_ROWS
    assert "另有 7 行" in text


@given(st.text(max_size=120))
def test_words_of_an_input_are_shown_as_they_are(words: str) -> None:
    page = MarkdownIt("commonmark").enable("table").render(f"| a |\n| --- |\n| x{cell(words)}x |")
    shown = re.findall(r"<td>(.*?)</td>", page, re.S)
    plain = "".join(one for one in words if unicodedata.category(one)[0] != "C" or one.isspace())
    assert len(shown) == 1
    assert "<" not in shown[0]
    assert html.unescape(shown[0]) == f"x{' '.join(plain.split())}x"


def test_an_input_cannot_write_markup(knowledge: Knowledge) -> None:
    text = zh(knowledge, sent("sms", "a|b\n# x<script>[y](z)\u202e"))
    (row,) = rows(text, "与第三方共享个人信息清单")
    assert len(row) == 7
    assert "<script" not in text
    assert "\n# x" not in text
    assert "\u202e" not in text
