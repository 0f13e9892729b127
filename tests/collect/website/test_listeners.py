from __future__ import annotations

import pytest
from playwright.async_api import Page

from scanner.collect.website.listeners import lets_go, listened_to
from tests.collect.website.pages import HEAD, served
from tests.collect.website.rig import needs_chromium

pytestmark = needs_chromium


@pytest.mark.parametrize(
    ("script", "heard"),
    [
        ("form.addEventListener('submit', () => {})", frozenset({"submit"})),
        ("document.body.onclick = () => {}", frozenset({"click"})),
        ("addEventListener('keydown', () => {})", frozenset({"keydown"})),
        ("addEventListener('click', () => {}, { passive: true })", frozenset()),
        ("other.addEventListener('click', () => {})", frozenset()),
    ],
)
def test_what_is_listened_to_on_an_element_and_above_it(script: str, heard: frozenset[str]) -> None:
    async def look(tab: Page) -> frozenset[str] | None:
        return await listened_to(tab, ["#form", "#gone"])

    html = f"{HEAD}<form id=form><input name=parentNode></form><p id=other></p>"
    with served() as tab:
        assert tab.see(f"{html}<script>{script}</script>", look) == heard


def test_a_page_without_an_answer_leaves_it_open() -> None:
    async def look(tab: Page) -> frozenset[str] | None:
        return await listened_to(tab, ["#form"])

    with served() as tab:
        assert tab.see(f"{HEAD}<script>Array.prototype.map = null</script>", look) is None


@pytest.mark.parametrize(
    ("heard", "goes"),
    [
        (frozenset(), True),
        (frozenset({"keydown", "scroll"}), True),
        (frozenset({"keydown", "submit"}), False),
        (frozenset({"click"}), False),
        (None, False),
    ],
)
def test_what_listens_to_sending_or_pressing_may_change_where_a_form_goes(
    heard: frozenset[str] | None, goes: bool
) -> None:
    assert lets_go(heard) is goes
