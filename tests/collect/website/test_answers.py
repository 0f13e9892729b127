from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest

from scanner.collect.website import answers
from scanner.collect.website.answers import exposed_in_answers
from scanner.facts import PageExposed
from scanner.model import Unseen
from tests.collect.website.rig import ground
from tests.collect.website.test_exposed import ANNA, ROWS

PEOPLE = [{"name": name, "id": number, "phone": str(phone)} for name, number, phone in ROWS]


def entry(body: str | bytes, *, url: str = "https://shop.test/list?page=1", **over: Any) -> Any:
    data = body.encode() if isinstance(body, str) else body
    content: dict[str, Any] = {
        "mimeType": over.get("mime", "application/json"),
        "size": len(data),
        "text": base64.b64encode(data).decode(),
    }
    if not over.get("kept", True):
        del content["text"]
    return {
        "_resourceType": over.get("kind", "fetch"),
        "request": {"url": url},
        "response": {"status": over.get("status", 200), "content": content},
        "startedDateTime": "2026-01-02T03:04:05+08:00",
    }


def search(*entries: Any) -> list[PageExposed | Unseen]:
    session: Any = SimpleNamespace(
        recording=SimpleNamespace(entries=dict(enumerate(entries))),
        har="0" * 64,
        phase="first_load",
        mapped=True,
    )
    return list(exposed_in_answers(ground(), session))


@pytest.mark.parametrize("spelled_out", [True, False])
def test_persons_in_an_answer_are_counted_and_masked(spelled_out: bool) -> None:
    body = json.dumps({"data": PEOPLE}, ensure_ascii=not spelled_out)
    found = {
        one.data_type: one
        for one in search(entry("[]"), entry(body))
        if isinstance(one, PageExposed)
    }
    assert {kind: one.count for kind, one in found.items()} == {"id_card": 3, "phone": 3}
    one = found["id_card"]
    assert (one.surface, one.page, one.sure) == ("json", "https://shop.test/list", True)
    assert (one.source.at, one.source.mapped, one.source.evidence) == ("entry 1", True, "0" * 64)
    assert one.value_masked and ANNA not in repr(found)


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "document"},
        {"kind": "script"},
        {"url": "https://api.other.test/list"},
        {"url": "https://hm.baidu.com/list"},
        {"url": "data:application/json,x"},
        {"status": 404},
    ],
)
def test_only_the_sites_own_answers_to_scripts_are_searched(other: dict[str, Any]) -> None:
    assert not search(entry(json.dumps(PEOPLE), **other))


@pytest.mark.parametrize(
    ("body", "over"),
    [
        ("/**/cb({});", {"kind": "script", "mime": "text/javascript"}),
        ("window.cb[0]({})", {"mime": "application/javascript"}),
        ("{}", {"mime": "text/plain"}),
    ],
)
def test_data_that_is_handed_to_a_function_or_has_no_type_is_searched(
    body: str, over: dict[str, Any]
) -> None:
    found = search(entry(body.replace("{}", json.dumps({"rows": PEOPLE})), **over))
    kinds = {one.data_type: one.count for one in found if isinstance(one, PageExposed)}
    assert kinds == {"id_card": 3, "phone": 3}


def test_plain_lines_and_pieces_of_a_page_are_searched() -> None:
    rows = [f"{name},{number}" for name, number, _ in ROWS]
    table = "".join(f"<tr><td>{name}<td>{number}</tr>" for name, number, _ in ROWS)
    for body, mime in (("\n".join(rows), "text/plain"), (table, "text/html")):
        (found,) = search(entry(body, mime=mime))
        assert isinstance(found, PageExposed) and (found.data_type, found.count) == ("id_card", 3)


def test_a_program_is_no_answer() -> None:
    body = f"var sample = {json.dumps(PEOPLE)}; check(sample)"
    assert not search(entry(body, kind="script", mime="text/javascript"))
    assert not search(entry(body, kind="script", mime="text/javascript", kept=False))


@pytest.mark.parametrize("body", ["<html>13800138000</html>", "", b"\xff\xfe", "[" * 100_000])
def test_what_is_no_json_tells_nothing(body: str | bytes) -> None:
    assert not search(entry(body, mime="text/html"))


@pytest.mark.parametrize("over", [{"kept": False}, {"body": "{"}, {"body": "[" * 100_000}])
def test_an_answer_that_cannot_be_searched_is_unseen(over: dict[str, Any]) -> None:
    (unseen,) = search(entry(over.pop("body", "[]"), **over))
    assert isinstance(unseen, Unseen) and unseen.kind == "page.exposed"
    assert unseen.scope == {"page": ("https://shop.test/list",), "surface": ("json",)}


def test_of_a_long_answer_the_rest_is_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LONGEST", 300)
    found = search(entry(json.dumps([*PEOPLE, "x" * 500], ensure_ascii=False)))
    assert {type(one) for one in found} == {PageExposed, Unseen}


def test_beyond_the_bound_answers_are_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_ANSWERS", 1)
    found = search(entry("[]"), entry(json.dumps(PEOPLE), url="https://shop.test/more"))
    assert [(type(one), one.kind) for one in found if isinstance(one, Unseen)] == [
        (Unseen, "page.exposed")
    ]
    assert len(found) == 1


def test_half_a_character_is_no_obstacle() -> None:
    found = search(entry('["\\ud83d", ' + json.dumps(PEOPLE)[1:]))
    assert {one.data_type for one in found if isinstance(one, PageExposed)} == {"id_card", "phone"}
