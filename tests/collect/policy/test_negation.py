from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.policy.document import folded
from scanner.collect.policy.negation import (
    asks_first,
    condition_of,
    condition_span,
    is_denied,
    is_gone_or_to_come,
)


def at(sentence: str, word: str) -> tuple[str, int]:
    plain = folded(sentence)
    return plain, plain.index(word)


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("我们不会收集您的通讯录。", "收集"),
        ("我们不收集位置信息。", "收集"),
        ("使用本功能无需收集手机号。", "收集"),
        ("我们从不收集人脸信息。", "收集"),
        ("我们未收集您的短信。", "收集"),
        ("我们绝不出售您的信息。", "出售"),
        ("我们不会将您的个人信息共享给任何第三方。", "共享"),
        ("我们不会收集、使用、共享您的信息。", "共享"),
        ("我们不会出售您的个人信息，或共享给他人。", "共享"),
        ("拒绝后我们将不再收集您的位置。", "收集"),
        ("我们并未收集您的照片。", "收集"),
        ("我们没有收集您的录音。", "收集"),
        ("我们并非收集您的位置，而是读取城市。", "收集"),
        ("我们不会为了推送广告而收集您的位置。", "收集"),
        ("除法律要求外，我们不会共享您的信息。", "共享"),
        ("如您拒绝，我们不会收集位置。", "收集"),
        ("我们会读取城市，但不会收集精确位置。", "收集"),
        ("未经授权的第三方无权收集您的信息。", "收集"),
        ("We will not collect your contacts.", "collect"),
        ("We never sell your data.", "sell"),
        ("We do not sell, rent or share your data.", "share"),
        ("We don't collect your location.", "collect"),
        ("No personal information is collected.", "collected"),
        ("We read the city, but we do not collect the exact place.", "collect"),
        ("We neither sell nor rent your data.", "rent"),
    ],
)
def test_a_denial_is_known(sentence: str, word: str) -> None:
    assert is_denied(*at(sentence, word))


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("我们会收集您的通讯录。", "收集"),
        ("我们不会不收集。", "收集"),
        ("我们并非不收集位置。", "收集"),
        ("我们不会在未经同意的情况下共享您的信息。", "共享"),
        ("未经您同意，我们不会共享您的信息。", "共享"),
        ("除非征得您的同意，我们不会共享您的信息。", "共享"),
        ("我们不仅收集手机号，还收集位置。", "收集"),
        ("我们不但收集手机号。", "收集"),
        ("包括但不限于收集手机号。", "收集"),
        ("我们不得不收集您的设备信息。", "收集"),
        ("我们会不时收集日志。", "收集"),
        ("无论您是否登录，我们都会收集日志。", "收集"),
        ("不论是否登录均收集日志。", "收集"),
        ("非必要信息由您选择后收集。", "收集"),
        ("我们不读取相册，但会收集照片。", "收集"),
        ("我们不会将我们收集的信息用于广告。", "收集"),
        ("如您不同意我们收集位置信息，将无法使用导航。", "收集"),
        ("这不影响我们收集日志。", "收集"),
        ("我们不会过度收集您的信息。", "收集"),
        ("无需征得您的同意即可收集的情形。", "收集"),
        ("您想知道我们会不会收集位置。", "收集"),
        ("未成年人使用时我们收集年龄。", "收集"),
        ("We collect not only your phone number.", "collect"),
        ("We will not share your data without your consent.", "share"),
        ("We are not responsible for what others collect.", "collect"),
        ("If you do not want us to collect it, tell us.", "collect"),
        ("We do not sell data, but we collect logs.", "collect"),
        ("We do not use cookies, and we collect logs.", "collect"),
        ("This includes without limitation data we collect.", "collect"),
    ],
)
def test_what_is_no_denial_of_the_act(sentence: str, word: str) -> None:
    assert not is_denied(*at(sentence, word))


@pytest.mark.parametrize(
    ("sentence", "word", "condition"),
    [
        ("未经您同意，我们不会共享您的信息。", "共享", "未经您同意"),
        ("我们不会在未经您同意的情况下收集位置。", "收集", "在未经您同意的情况下"),
        ("除法律法规要求外，我们不会共享您的信息。", "共享", "除法律法规要求外"),
        ("除非法律要求，我们不会共享您的信息。", "共享", "除非法律要求"),
        ("我们不会共享您的信息，但以下情况除外：", "共享", "以下情况除外"),
        ("我们仅在您使用导航功能时收集位置。", "收集", "仅在您使用导航功能时"),
        ("当您注册账号时，我们会收集手机号。", "收集", "当您注册账号时"),
        ("如您拒绝，我们不会收集位置。", "收集", "如您拒绝"),
        ("原则上我们不会共享您的信息。", "共享", "原则上"),
        (
            "We do not share your data unless the law demands it.",
            "share",
            "unless the law demands it",
        ),
        ("When you register, we collect your phone.", "collect", "when you register"),
        ("我们不会共享您的信息。", "共享", None),
        ("我们会在服务中收集您的时间和时区。", "收集", None),
    ],
)
def test_the_condition_is_told(sentence: str, word: str, condition: str | None) -> None:
    assert condition_of(*at(sentence, word)) == condition


def test_consent_is_told_from_other_conditions() -> None:
    assert asks_first("未经您同意")
    assert asks_first("without your consent")
    assert not asks_first("除法律要求外")


PLAIN = st.text(st.sampled_from("我们您的位置信息在本应用中服务"), max_size=12)


@given(PLAIN, PLAIN)
def test_one_denial_denies_and_a_clause_ends_it(before: str, after: str) -> None:
    denied = f"{before}不会收集{after}"
    assert is_denied(denied, denied.index("收集"))
    apart = f"{before}不会出售，我们收集{after}"
    assert not is_denied(folded(apart), apart.index("收集"))


@given(
    st.text(st.sampled_from("不会未经同意除外收集，。但而在时如 not if"), max_size=60),
    st.integers(0, 60),
)
def test_no_text_breaks_it_and_a_condition_lies_inside(text: str, start: int) -> None:
    is_denied(text, start)
    span = condition_span(text, start)
    assert span is None or 0 <= span.start <= span.end <= len(text)


@pytest.mark.parametrize(
    "piece", ["不", "除", "如果", "在", "not ", "但", "未经", "除外", "unless "]
)
def test_hostile_text_takes_no_time(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    begin = time.perf_counter()
    is_denied(text, len(text) - 1)
    assert time.perf_counter() - begin < 60


@pytest.mark.parametrize(
    ("text", "word", "gone"),
    [
        ("我们已在新版本中移除了读取短信权限。", "短信", True),
        ("短信权限已下线。", "短信", True),
        ("旧版本曾读取您的通讯录。", "通讯录", True),
        ("如我们日后需要读取通讯录,将另行征得您的同意。", "通讯录", True),
        ("我们已移除短信权限,现读取您的通讯录。", "通讯录", False),
        ("您已取消授权的,我们不再读取通讯录。", "通讯录", False),
        ("您注册以后,我们收集您的通讯录,并通知您。", "通讯录", False),
        ("如我们需要读取通讯录,会征得您的同意。", "通讯录", False),
    ],
)
def test_what_was_ended_or_may_come_one_day_is_not_done(text: str, word: str, gone: bool) -> None:
    assert is_gone_or_to_come(text, text.index(word)) is gone
