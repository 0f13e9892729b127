from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.policy.claims import periods
from scanner.collect.policy.document import Block, Document, Reading
from scanner.facts import PolicyPeriod
from scanner.knowledge import Knowledge, load_knowledge, rules_folder


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(rules_folder() / "lists")


def document(line: str, heading: str = "") -> Document:
    blocks = [Block("heading", 0, len(heading), 1)] if heading else []
    start = len(heading) + 1 if heading else 0
    text = f"{heading}\n{line}" if heading else line
    blocks.append(Block("paragraph", start, len(text)))
    return Document("a", None, "given", "policy", "0" * 64, "", text, tuple(blocks))


def stated(knowledge: Knowledge, line: str, heading: str = "") -> list[object]:
    facts = periods.facts_of(Reading((document(line, heading),)), knowledge)
    return [
        (fact.subject, fact.days, fact.working_days) if not fact.endless else "endless"
        for fact in facts
        if isinstance(fact, PolicyPeriod)
    ]


@pytest.mark.parametrize(
    ("sentence", "period"),
    [
        ("您的个人信息保存期限为6个月。", ("retention", 180, False)),
        ("日志信息的保存时间不超过三年，期满后删除。", ("retention", 1095, False)),
        ("我们将保留您的订单信息12个月。", ("retention", 360, False)),
        ("游戏加速功能收集的数据将保存六个月。", ("retention", 180, False)),
        ("我们将于18个月后删除收集的信息。", ("retention", 540, False)),
        ("We retain your data for 90 days.", ("retention", 90, False)),
        ("我们将在15个工作日内答复您的请求。", ("response", 15, True)),
        ("我们将在十五天内作出答复。", ("response", 15, False)),
        ("我们将在三十日内回复您。", ("response", 30, False)),
        ("我们会在15（十五）个工作日内响应您的请求。", ("response", 15, True)),
        ("We will respond within 15 business days.", ("response", 15, True)),
        ("We will respond to you within thirty days.", ("response", 30, False)),
        ("我们会在收到您的注销申请后的15个工作日内处理。", ("account_closing", 15, True)),
        ("我们将在15个工作日内完成注销。", ("account_closing", 15, True)),
        ("对于您的投诉，我们将在15个工作日内回复。", ("complaint", 15, True)),
        ("您申请更正的，我们将在七天内处理。", ("correction", 7, False)),
        ("我们将在收到请求后48小时内删除您的个人信息。", ("deletion", 2, False)),
        ("您注销后，我们会在15个工作日内删除您的信息。", ("deletion", 15, True)),
        ("您要求获取副本的，我们将在15天内答复。", ("access", 15, False)),
        ("处理时限为15个工作日。", ("response", 15, True)),
        ("您的信息将被长期保存。", "endless"),
        ("交易记录的保存时间不少于三年。", ("retention", 1095, False)),
        ("根据《电子商务法》规定，我们将交易记录保存3年。", ("retention", 1095, False)),
        ("收到监管部门通知后，我们将保存日志6个月。", ("retention", 180, False)),
        ("注销申请将于十五日内完成。", ("account_closing", 15, False)),
        ("Your account will be closed within 15 working days.", ("account_closing", 15, True)),
        ("我们将永久保存您的聊天记录。", "endless"),
        ("We store your messages indefinitely.", "endless"),
    ],
)
def test_a_period_is_read(knowledge: Knowledge, sentence: str, period: object) -> None:
    assert stated(knowledge, sentence) == [period]


@pytest.mark.parametrize(
    "sentence",
    [
        "我们仅在实现目的所必需的最短期限内保留您的个人信息。",
        "依据《网络安全法》，网络日志将至少保留六个月。",
        "相关投诉由消费者协会在60日内处理。",
        "《征信业管理条例》第十六条规定征信机构对个人不良信息的保存期限为5年。",
        "浏览器厂商会永久保存您的搜索记录。",
        "您发布的公开内容将永久保存在区块链上。",
        "我们最短保存期限为30日。",
        "您可在7天内撤回申请。",
        "用户在3个工作日内仍未提供的，我们将停止处理。",
        "如果您长期（超过6个月）未使用账号，我们有权处理。",
        "不满14周岁的儿童应由监护人处理。",
        "本政策于2021年9月1日更新，我们将保存旧版。",
        "我们不会永久保存您的个人信息。",
        "我们将长期保存您的信息，直至您注销账号。",
        "我们成立3年来一直努力处理用户反馈。",
        "我们将在9月15日前处理。",
        "You must reply within 7 days.",
    ],
)
def test_what_is_no_period_of_the_operator(knowledge: Knowledge, sentence: str) -> None:
    assert stated(knowledge, sentence) == []


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [
        (
            "故障反馈自收到之日起保存90天，往来邮件自答复之日起保存180天，到期后删除。",
            [("retention", 90, False), ("retention", 180, False)],
        ),
        (
            "投诉材料自处理完毕之日起保存两年，期满后我们会在30日内删除。",
            [("retention", 730, False)],
        ),
        ("我们将对您反馈的问题保存一年。", [("retention", 365, False)]),
        ("您的信息保存至注销后180天。", [("retention", 180, False)]),
        ("临时文件将在24小时后自动清理。", [("retention", 1, False)]),
        ("备份数据将在90天内删除。", [("retention", 90, False)]),
        ("您删除信息后，备份系统中的信息将在90天内删除。", [("retention", 90, False)]),
        ("我们将于30日内从备份中移除您请求删除的数据。", [("retention", 30, False)]),
        ("日志将在180天内自动删除。", [("retention", 180, False)]),
        ("您的录音将于上传后24小时内删除。", [("retention", 1, False)]),
        ("System logs of your requests are deleted within 24 hours.", [("retention", 1, False)]),
        ("我们保留您的请求记录并在15天内回复。", [("response", 15, False)]),
        ("保存期满后，我们将在30个工作日内删除。", []),
        ("我们将在15个工作日内删除您的个人信息。", []),
    ],
)
def test_what_is_kept_until_it_is_deleted_answers_nobody(
    knowledge: Knowledge, sentence: str, kept: list[object]
) -> None:
    assert stated(knowledge, sentence) == kept


@pytest.mark.parametrize(
    ("sentence", "period"),
    [
        ("收到您的删除请求后，我们将在30日内删除您的个人信息。", ("deletion", 30, False)),
        ("如您要求删除，我们将在30个工作日内完成删除。", ("deletion", 30, True)),
        ("注销成功后，我们将在30个工作日内删除或匿名化处理您的信息。", ("deletion", 30, True)),
        ("您可以要求删除信息。我们将在15个工作日内删除您的信息。", ("deletion", 15, True)),
        ("We will delete your data within 30 days of your request.", ("deletion", 30, False)),
        ("收到更正请求后，我们会在30个工作日内完成更正。", ("correction", 30, True)),
        ("我们最长在20个工作日内为您注销账户。", ("account_closing", 20, True)),
    ],
)
def test_what_a_person_asked_for_is_done_in_time(
    knowledge: Knowledge, sentence: str, period: object
) -> None:
    assert stated(knowledge, sentence) == [period]


@pytest.mark.parametrize(
    "sentence",
    [
        "您的账号注销后30天内可恢复，逾期不可恢复。",
        "审核通过后15天内不可恢复，我们会处理您的注销申请。",
        "账号注销有15天冷静期，冷静期内您可撤回注销申请，期满后注销完成。",
        "您提交注销申请后有15天的反悔期，反悔期满账号将被删除。",
        "自您提交注销申请之日起15天为冷静期，期满后注销。",
        "如您连续12个月未登录，我们将在30日内注销您的账号。",
        "停止运营后，我们将在30天内删除您的信息。",
        "对恶意账号，我们将在3天内注销。",
        "退款申请将在30个工作日内处理完毕。",
        "您上传的作品会在24小时内审核。",
        "发生安全事件后，我们将在48小时内通知并处理。",
        "发生个人信息泄露后，我们将在48小时内通知您并处理。",
        "若发生争议，双方同意在60天期限内以协商方式解决。",
        "也请在上一次回复的7天内补充材料。",
        "我们会在30天内处理您的个人信息。",
    ],
)
def test_a_time_that_answers_no_request_is_none(knowledge: Knowledge, sentence: str) -> None:
    assert stated(knowledge, sentence) == []


def test_a_heading_says_what_an_answer_is_about(knowledge: Knowledge) -> None:
    line = "我们将在15个工作日内答复。"
    assert stated(knowledge, line, "九、投诉与举报") == [("complaint", 15, True)]
    assert stated(knowledge, line, "六、您的权利") == [("response", 15, True)]


def test_days_and_working_days_are_kept_apart(knowledge: Knowledge) -> None:
    found = stated(knowledge, "我们将在15天内答复。我们将在15个工作日内答复。我们将在15天内回复。")
    assert found == [("response", 15, False), ("response", 15, True)]


@given(st.integers(1, 99))
def test_chinese_numerals_are_read(number: int) -> None:
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    word = (
        ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")
    )
    found = periods._PERIOD.search(f"{word}个工作日")
    assert found is not None
    assert periods._length(found) == periods._Length(number, True)


def test_hostile_text_takes_no_time(knowledge: Knowledge) -> None:
    begin = time.perf_counter()
    stated(knowledge, "保存15个工作日内" * 3_000)
    stated(knowledge, "十" * 30_000)
    assert time.perf_counter() - begin < 60
