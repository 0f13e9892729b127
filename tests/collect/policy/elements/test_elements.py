from __future__ import annotations

import re
import time

import pytest

from scanner.collect.policy.document import Reading
from scanner.collect.policy.elements import elements
from scanner.collect.policy.elements.cues import CUES, ELEMENTS
from scanner.model import Words
from tests.collect.policy.elements.sound import (
    SOUND,
    claims_of,
    document,
    elements_of,
    knowledge,
    reading,
    without_sections,
)

CUTS = {
    "pol-01": ("我们是谁",),
    "pol-02": ("联系我们", "投诉", "我们是谁", "怎样委托处理"),
    "pol-03": ("我们收集哪些", "敏感", "人脸", "个性化", "SDK目录", "已收集", "多久", "未成年"),
    "pol-05": ("保存多久",),
    "pol-06": ("保存在哪里",),
    "pol-10": ("投诉",),
    "pol-12": ("SDK目录", "委托处理"),
    "pol-16": ("敏感个人信息", "人脸识别"),
    "pol-20": ("怎样保护",),
    "pol-22": ("Cookie",),
    "pol-23": ("自启动",),
    "pol-24": ("征得同意的例外",),
    "pol-26": ("委托处理",),
    "pol-27": ("联系我们",),
    "pol-28": ("摘要",),
}
"""Sections of the sound policy without which an element is inadequate."""
DROPS = {
    "pol-07": r"查阅|复制|查看",
    "pol-08": r"15个?工作日|立即|尽快",
    "pol-09": r"撤回|取消授权|关闭权限|关闭",
    "pol-13": r"(?m)^.*收集清单.*$|^## 八.*$|已收集个人信息清单",
    "pol-14": r"(?m)^.*共享清单.*$|^## 九.*$|与第三方共享个人信息清单|第三方SDK目录",
    "pol-15": r"权限",
    "pol-17": r"未成年|儿童|监护人|周岁",
    "pol-18": r"(?m)^.*境[内外].*$",
    "pol-19": r"(?m)^.*个性化.*$|自动化决策",
    "pol-21": r"弹窗|(?m:^更新日期.*$|^生效日期.*$)",
    "pol-25": r"不是唯一的验证方式，您可以改用短信验证码登录|他用途",
}
"""Words of the sound policy without which an element is inadequate."""


def test_a_sound_policy_has_every_element() -> None:
    found = elements_of(reading(SOUND))
    assert tuple(found) == ELEMENTS
    lacking = {element: fact.lacks for element, fact in found.items() if fact.present is not True}
    assert lacking == {}
    for fact in found.values():
        assert fact.mentioned
        assert fact.lacks == ()
        assert fact.quote
        at = re.match(r"text (\d+)-(\d+)", fact.source.at)
        assert at is not None
        assert fact.quote == document(SOUND).quote(int(at[1]), int(at[2]))


@pytest.mark.parametrize("element", sorted({*CUTS, *DROPS} - {"pol-11"}))
def test_a_policy_without_one_element_lacks_it(element: str) -> None:
    text = without_sections(*CUTS[element]) if element in CUTS else SOUND
    if element in DROPS:
        text = re.sub(DROPS[element], "", text)
    fact = elements_of(reading(text))[element]
    assert fact.present is not True
    assert fact.mentioned is False or fact.lacks


def test_kinds_without_their_purposes_are_inadequate() -> None:
    text = "# 隐私政策\n\n我们收集您的姓名、手机号、电子邮箱、IMEI、精确位置。"
    found = elements_of(reading(text))
    assert (found["pol-03"].present, found["pol-03"].lacks) == (True, ())
    assert (found["pol-04"].present, found["pol-04"].lacks) == (False, ("purpose",))


def test_a_recipient_that_is_named_in_running_text_leaves_its_columns_open() -> None:
    text = "# 隐私政策\n\n我们会与第三方共享您的手机号，包括杭州骑迹示例保险经纪有限公司。"
    fact = elements_of(reading(text))["pol-11"]
    assert (fact.mentioned, fact.present) == (True, None)


def test_what_only_supplements_another_policy_lacks_nothing_for_certain() -> None:
    text = "# 儿童规则\n\n保存期限请查阅《山雀隐私政策》相关章节。"
    (children,) = (document(text, part="children"),)
    alone = elements_of(Reading((children,)))
    assert {fact.present for fact in alone.values()} <= {None, True}
    short = document("# 隐私条款\n\n详细内容请访问山雀隐私声明网站。")
    assert {fact.present for fact in elements_of(Reading((short,))).values()} <= {None, True}
    policy = document("# 隐私政策\n\n请查阅本隐私政策。")
    whole = elements_of(Reading((policy, children)))
    assert whole["pol-05"].present is False


def test_what_could_not_be_read_is_not_absent() -> None:
    cut = document("# 隐私政策\n\n您有权删除您的信息。")._replace(unread=(Words("截断", "cut"),))
    of = Reading((cut,))
    found = elements_of(of, claims_of(of))
    assert {fact.present for fact in found.values()} <= {None, True}
    assert found["pol-10"].mentioned is None
    assert found["pol-08"].mentioned is True


def test_an_empty_policy_has_no_element_and_no_text_gives_no_fact() -> None:
    found = elements_of(reading("# 隐私政策\n\n敬请期待。"))
    assert {fact.mentioned for fact in found.values()} == {False}
    assert {fact.quote for fact in found.values()} == {""}
    assert list(elements.facts_of(Reading(()), (), knowledge())) == []


def test_the_lists_of_a_policy_are_looked_at_with_it() -> None:
    text = without_sections("SDK目录", "委托处理")
    start = SOUND.index("## 七")
    of = reading(text, SOUND[start : SOUND.index("### 委托")])
    assert elements_of(of)["pol-12"].present is True
    assert elements_of(reading(text))["pol-12"].present is not True


def test_every_element_but_the_summary_has_its_words() -> None:
    assert set(CUES) == set(ELEMENTS) - {"pol-28"}
    assert not [element for element, cue in CUES.items() if cue.search("")]


@pytest.mark.parametrize(
    "piece", ["注销账号", "不", "a" * 50, "收集、" * 3, "(", "删除 ", "我们", "x@", "设置-"]
)
def test_a_hostile_text_is_read_in_time(piece: str) -> None:
    of = Reading((document(("# 政策\n\n" + piece * (30_000 // len(piece)))[:30_000]),))
    start = time.process_time()
    list(elements.facts_of(of, (), knowledge()))
    assert time.process_time() - start < 60


@pytest.mark.parametrize(
    "text",
    [
        "# 隱私權政策\n\n我們重視您的隱私，請您仔細閱讀並理解本政策的全部內容。",
        "# プライバシーポリシー\n\n当社はお客様の個人情報を大切に取り扱います。ご確認ください。",
    ],
)
def test_what_is_not_found_in_another_language_is_unknown(text: str) -> None:
    found = elements_of(reading(text))
    assert found["pol-10"].mentioned is None
    assert {fact.present for fact in found.values()} <= {None, True}


def test_traditional_characters_are_read_and_quoted_as_they_stand() -> None:
    text = (
        "# 隱私權政策\n\n我們重視您的隱私，請您仔細閱讀本政策的全部內容。"
        "\n\n我們不會使用 Cookie。"
        "您可以在「設定－帳號」中註銷帳號、刪除資訊，我們在15個工作日內完成處理。"
        "\n\n投訴請致電0571-55550199，我們在十五個工作日內答覆。"
    )
    found = elements_of(reading(text))
    assert found["pol-10"].mentioned is True
    assert found["pol-22"].present is True
    assert found["pol-08"].present is True
    assert found["pol-10"].quote == "投訴請致電0571-55550199，我們在十五個工作日內答覆。"
