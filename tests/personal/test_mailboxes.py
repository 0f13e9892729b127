"""Mailboxes that are nobody's own."""

from __future__ import annotations

import pytest

from scanner.personal.mailboxes import is_of_a_company, is_of_a_machine


@pytest.mark.parametrize(
    "mailbox",
    [
        *("customerservice@company.com", "cs@company.com", "400@company.com", "yinsi@a.cn"),
        *("dataprotection@a.com", "privacy.officer@a.com", "bd@company.cn", "kefu01@b.com.cn"),
        *("service@qq.com", "no-reply@a.cn", "hr-shanghai@a.cn"),
    ],
)
def test_mailboxes_of_companies(mailbox: str) -> None:
    assert is_of_a_company(mailbox)


@pytest.mark.parametrize(
    "mailbox",
    [
        *("zhangsan@163.com", "li.wei88@gmail.com", "12345678@qq.com", "helpme@qq.com"),
        *("chrissy@company.cn", "itachi@a.cn", "wang_xiaoming@corp.com.cn"),
    ],
)
def test_mailboxes_of_persons(mailbox: str) -> None:
    assert not is_of_a_company(mailbox)
    assert not is_of_a_machine(mailbox)


@pytest.mark.parametrize(
    "mailbox",
    [
        *("icon@2x.png", "icon@2x.png.log", "room@conference.im.x.com", "p2p@im.x.com"),
        *("abcdef0123456789@o1234.ingest.sentry.io", "a..b@c.cn"),
        "0123456789abcdef0123456789abcdef@a.example.com",
    ],
)
def test_what_only_looks_like_a_mailbox(mailbox: str) -> None:
    assert is_of_a_machine(mailbox)
