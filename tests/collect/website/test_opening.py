from __future__ import annotations

import datetime

import pytest

from scanner.collect.website.opening import Document, Opened, why_cut, why_failed
from scanner.fetch.guard import Connection
from scanner.model import Words

HOME = "https://shop.test/"
NOON = datetime.datetime(2026, 11, 22, 12, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


def word(name: str) -> Words:
    return Words(f"因{name}", name)


def connection(host: str = "shop.test", **what: Words | datetime.datetime) -> Connection:
    return Connection(host=host, port=443, at=NOON, **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("type_", "file"),
    [
        ("", False),
        ("text/html; charset=utf-8", False),
        ("application/xhtml+xml", False),
        ("application/json", False),
        ("application/pdf", True),
        ("image/png", True),
    ],
)
def test_which_documents_are_files(type_: str, file: bool) -> None:
    assert Document(HOME, 200, type_).file is file


def test_what_has_a_reason_is_no_page() -> None:
    assert Opened().good
    assert not Opened(word("x")).good


def test_the_certificate_counts_before_the_error_and_the_error_before_the_guard() -> None:
    refused = [connection(refused=word("private"))]
    error = "net::ERR_EMPTY_RESPONSE at https://shop.test/"
    assert why_failed(HOME, error, "expired", refused).en.startswith("its certificate is not valid")
    assert why_failed(HOME, error, None, refused).en == "the server hung up without an answer"
    assert why_failed(HOME, "net::ERR_FAILED", None, refused).en == "private"


def test_the_last_trouble_with_the_same_host_counts_else_what_the_browser_said() -> None:
    known = [
        connection(failed=word("early")),
        connection(failed=word("late")),
        connection(),
        connection("other.test", failed=word("elsewhere")),
    ]
    error = "net::ERR_FAILED at https://shop.test/\nCall log: more"
    assert why_failed(HOME, error, None, known).en == "late"
    assert why_failed(HOME, error, None, known[2:]).en == "could not be opened: net::ERR_FAILED"


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (connection(cut=word("too much")), True),
        (connection(cut=word("too much"), until=NOON + MINUTE), True),
        (connection(cut=word("too much"), until=NOON - MINUTE), False),
        (connection("other.test", cut=word("too much")), False),
        (connection(failed=word("too much")), False),
    ],
)
def test_why_a_page_came_in_part_only(one: Connection, told: bool) -> None:
    assert why_cut(HOME, [connection(), one], NOON) == (word("too much") if told else None)
    assert why_cut("about:blank", [one], NOON) is None
