from __future__ import annotations

from pathlib import Path

import pytest

from scanner.collect.device.withdrawals import withdrawals_of
from tests.collect.device.recordings import node, recording, screen, walk

PAGE = screen(node("隐私设置"), node("撤回同意", clickable=True), node("注销账号", clickable=True))
SURE = screen(node("撤回同意后将停止提供服务"), node("确认撤回", "Button"), node("取消", "Button"))
DONE = screen(node("首页"), node("外卖", "Button"), node("打车", "Button"))


@pytest.mark.parametrize(
    ("shown", "taps", "places"),
    [
        ([PAGE, SURE, DONE], ["撤回同意", "确认撤回"], ["taps.jsonl line 2"]),
        ([PAGE, SURE, SURE, DONE], ["撤回同意", "确认撤回", "确认撤回"], ["taps.jsonl line 3"]),
        ([PAGE, SURE, PAGE], ["撤回同意", "取消"], []),
        ([PAGE, DONE], ["撤回同意"], []),
        ([PAGE, SURE], ["撤回同意", "确认撤回"], []),  # nobody saw what followed
        ([SURE, DONE], ["确认撤回"], []),
    ],
)
def test_consent_is_taken_back_by_a_control_and_its_confirmation(
    tmp_path: Path, shown: list[str], taps: list[str], places: list[str]
) -> None:
    looks = [(10.0 * n, tree) for n, tree in enumerate(shown)]
    done = [{"time": 10.0 * n + 3, "words": words} for n, words in enumerate(taps)]
    assert sorted(withdrawals_of(recording(tmp_path, walk(looks, done)))) == places
