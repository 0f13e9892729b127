from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from scanner.report.compared.as_html import render
from scanner.report.words import Lang
from tests.report.compared.hostile import hostile, made


class Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_loads_nothing_and_runs_nothing(lang: Lang) -> None:
    for found in (made(), hostile()):
        page = render(found, lang).decode()
        tags = Page(page).tags
        names = {tag for tag, _ in tags}
        assert not names & {"script", "img", "link", "iframe", "object", "form", "base", "svg"}
        for tag, attributes in tags:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            assert "src" not in attributes
            assert tag != "a" or str(attributes["href"]).startswith("#")
        (policy,) = [a["content"] for t, a in tags if a.get("http-equiv")]
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert policy is not None
        assert f"style-src 'sha256-{digest}'" in policy
        assert policy.startswith("default-src 'none'")


def test_both_languages_say_what_is_not_mended() -> None:
    assert "不等于已整改" in render(made(), "zh").decode()
    assert "which is not mended" in render(made(), "en").decode()
