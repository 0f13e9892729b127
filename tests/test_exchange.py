from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.exchange import LONGEST_HOST, LONGEST_PATH, address, moment, shown


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://A.Test./x?q=1#f", ("https", "a.test", None, "/x", True)),
        ("http://u:p@a.test:8080", ("http", "a.test", 8080, "/", False)),
        ("wss://[2001:DB8::1]/s", ("wss", "2001:db8::1", None, "/s", True)),
        ("ws://a.test:99999/", ("ws", "a.test", None, "/", False)),
        ("https://a.test/u/13912345678/ok", ("https", "a.test", None, "/u/*/ok", True)),
        ("https://a.test/m/li@b.cn/x", ("https", "a.test", None, "/m/*/x", True)),
        ("https://a.test/m/li%40b.cn", ("https", "a.test", None, "/m/*", True)),
    ],
)
def test_addresses_are_taken_apart(url: str, parts: tuple[object, ...]) -> None:
    assert address(url) == parts


@pytest.mark.parametrize(
    "url",
    ["data:text/html,x", "blob:https://a.test/1", "about:blank", "", "https://", "https://[::1",
     "file:///etc/x", "https://a b.test/", "https://a\x00b/", "https://" + "a" * 300],
)  # fmt: skip
def test_what_names_no_host_has_no_parts(url: str) -> None:
    assert address(url) is None


@given(st.text())
def test_any_text_is_shown_bounded_and_without_what_is_personal(text: str) -> None:
    for url in (text, f"https://a.test/{text}"):
        said = shown(url)
        assert len(said) <= LONGEST_HOST + LONGEST_PATH + 20
        assert "?" not in said
        assert "#" not in said


def test_an_address_is_shown_without_user_query_and_fragment() -> None:
    assert shown("https://u:p@a.test:8443/x?phone=13912345678#f") == "https://a.test:8443/x"
    assert shown("http://[2001:db8::1]/") == "http://[2001:db8::1]/"
    assert shown("data:text/html,x") == "data:"
    assert shown("nothing") == ""


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("2026-05-01T10:00:00.5+08:00", "2026-05-01T10:00:00.500000+08:00"),
        ("2026-05-01T02:00:00Z", "2026-05-01T02:00:00+00:00"),
        ("2026-05-01T10:00:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_needs_its_offset(words: str | None, read: str | None) -> None:
    found = moment(words)
    assert (found.isoformat() if found else None) == read


def reference(url: str) -> tuple[str, str, int | None, str] | None:
    """Take an address apart by the library alone; the path as it is written."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "ws", "wss") or not host:
        return None
    try:
        port = parts.port
    except ValueError:
        port = None
    return parts.scheme, host.lower().rstrip("."), port, (parts.path or "/")[:LONGEST_PATH]


LETTERS = st.text("ab.:/?#@[]\\\t\n %é\x00-", max_size=14)


@given(st.sampled_from(["", " ", "\n"]), st.sampled_from(["http", "HTTPS", "ws", "x"]), LETTERS)
def test_addresses_are_read_as_the_library_reads_them(before: str, scheme: str, rest: str) -> None:
    for url in (f"{before}{scheme}://a.b{rest}", f"{before}{scheme}:{rest}", f"{scheme}://{rest}"):
        read, told = reference(url), address(url)
        if told is None:  # of what the library calls a host, some can be none
            assert read is None or any(c in read[1] for c in "\x00 %\\[]:") or not read[1], url
        elif "@" not in told.path and "*" not in told.path:
            assert (told.scheme, told.host, told.port, told.path) == read, url
