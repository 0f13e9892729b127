"""The wordings of notices: every one of those collected speaks of a category, or says why not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.knowledge.tables import Tables
from scanner.knowledge.wordings import normal, read_wordings
from scanner.strict_yaml import Reader, parse
from tests.samples import KNOWLEDGE

TABLE = """\
unconfirmed: []
wordings:
  无隐私政策: {category: [cac-191-1.1]}
  存在加固壳识别:
    category: none
    reason: {zh: 与个人信息无关, en: no personal information}
"""


def collected() -> list[str]:
    """Give the wordings that were collected from notices, or skip."""
    named = os.environ.get("MINGJIAN_SHARED")
    beside = [folder / "shared" for folder in Path(__file__).resolve().parents]
    for folder in [Path(named)] if named else beside:
        file = folder / "corpus" / "official" / "notice_problem_wordings.txt"
        if file.is_file():
            return [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    pytest.skip("no notice_problem_wordings.txt here; name its folder in MINGJIAN_SHARED")


def test_every_wording_collected_from_notices_is_found() -> None:
    wordings = collected()
    assert len(wordings) == 19
    missing = [each for each in wordings if normal(each) not in KNOWLEDGE.wordings]
    assert missing == []
    code = {each for each in wordings if not KNOWLEDGE.wordings[normal(each)].categories}
    assert all("漏洞" in each or "加固" in each or "签名" in each for each in code)
    assert len(code) == 4


def test_a_wording_says_what_it_speaks_of_or_why_of_nothing() -> None:
    for wording in KNOWLEDGE.wordings.values():
        assert (wording.reason is None) == bool(wording.categories)


def test_what_notices_write_now_so_now_otherwise_is_the_same() -> None:
    assert normal("频繁自启动/关联启动") == normal("频繁自启动／关联启动 ")
    assert normal("ＡＰＰ无隐私政策。") == normal("app无隐私政策")
    assert normal("无隐私政策") != normal("无隐私政策链接")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[cac-191-1.1]", "none", "category or reason"),
        ("category: none", "category: [cac-191-1.1]", "category or reason"),
        ("category: none", "category: some", "a list is wanted"),
        ("  存在加固壳识别:", "  无 隐私政策:", "what another row says"),
        ("reason:", "why:", "unknown key 'why'"),
    ],
)
def test_a_row_that_is_wrong_is_named(old: str, new: str, said: str) -> None:
    node, faults = parse(TABLE.replace(old, new, 1).encode(), "notice-wordings.yaml")
    assert node is not None
    read_wordings(Tables(Reader(faults), {"notice-wordings": node}))
    assert any(said in fault.message for fault in faults), faults
