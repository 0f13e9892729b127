from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import EvidenceError
from scanner.facts import Source
from scanner.model import Evidence
from scanner.report.passages import AROUND, LONGEST, Passages

TEXT = "隐私政策\n一、收集\n我们收集手机号，用于登录。\n二、联系我们"


def passages(text: str, readable: str | None = "b" * 64) -> Passages:
    entry = Evidence(
        sha256="a" * 64, name="p.html", media_type="text/html", size=1, readable=readable
    )

    def opened(sha256: str) -> bytes:
        if sha256 != "b" * 64:
            raise EvidenceError("gone", hint="restore it")
        return text.encode()

    return Passages(lambda digest: entry if digest == "a" * 64 else None, opened)


def test_a_place_in_a_text_is_shown_with_what_stands_around_it() -> None:
    start = TEXT.index("手机号")
    found = passages(TEXT).at(Source(evidence="a" * 64, at=f"text {start}-{start + 3}, line 3"))
    assert found is not None
    assert (found.line, found.words) == (3, "手机号")
    assert found.before.endswith("我们收集")
    assert found.after.startswith("，用于登录。")


@given(st.text(max_size=900), st.integers(0, 900), st.integers(0, 900))
def test_what_is_shown_comes_from_its_place_and_is_bounded(text: str, start: int, end: int) -> None:
    found = passages(text).at(Source(evidence="a" * 64, at=f"text {start}-{end}, line 1"))
    shown = text.encode().decode()
    if start > end or end > len(shown):
        assert found is None
        return
    assert found is not None
    assert found.words == " ".join(shown[start : min(end, start + LONGEST)].split())
    assert max(len(found.before), len(found.after)) <= AROUND


def test_other_places_and_texts_that_are_gone_show_nothing() -> None:
    good = Source(evidence="a" * 64, at="text 0-2, line 1")
    assert passages(TEXT, None).at(good) is None
    assert passages(TEXT, "c" * 64).at(good) is None
    for other in (Source(evidence="a" * 64, at="manifest"), Source(at=good.at)):
        assert passages(TEXT).at(other) is None
