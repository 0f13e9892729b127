from __future__ import annotations

import pytest

from scanner.collect.website.view import page_key
from tests.collect.website.pages import view


def test_a_place_on_a_page_names_the_kept_bytes() -> None:
    seen = view(url="https://WWW.Site.test:8443/a?phone=13800138000#x")
    assert (seen.host, seen.secure) == ("www.site.test", True)
    assert seen.page == "https://www.site.test:8443/a"
    source = seen.source("#form > input")
    assert (source.evidence, source.at, source.mapped) == (seen.evidence, "#form > input", False)


@pytest.mark.parametrize("url", ["about:blank", "data:text/html,x", "http://", "", "http://[x"])
def test_what_names_no_host_is_no_secure_page(url: str) -> None:
    assert (view(url=url).host, view(url=url).secure) == ("", False)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.test/x#top", "https://a.test/x", True),
        ("https://a.test/x/", "https://a.test/x", True),
        ("https://a.test/", "https://a.test/", True),
        ("https://a.test/#/login", "https://a.test/", False),
        ("https://a.test/#!/login", "https://a.test/#!/home", False),
        ("https://a.test/x?a=1", "https://a.test/x?a=2", False),
    ],
)
def test_a_route_makes_another_page_and_a_place_does_not(one: str, other: str, same: bool) -> None:
    assert (page_key(one) == page_key(other)) == same
