"""A website's report: its addresses, which sessions were held, and the pictures that it shows."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from scanner.errors import EvidenceError
from scanner.facts import ConsentAnswered, Fact, canonical, fact_id
from scanner.model import Evidence, Report, Unseen, Words
from scanner.report.site import LARGEST_PICTURE, MOST_PICTURES, addresses, pictures, sessions
from tests.report import example

SITE = example.site()


def holding(*facts: Fact, **changes: Any) -> Report:
    named = {fact_id(fact): msgspec.json.decode(canonical(fact)) for fact in facts}
    return replace(SITE, facts=named, **changes)


def test_each_session_says_whether_it_was_held_and_what_stood_in_the_way() -> None:
    first, refused, agreed = sessions(SITE)
    assert (first.phase, first.held) == ("first_load", True)
    assert (refused.held, refused.control) == (True, "仅必要")
    assert "弹窗关闭" in refused.words[0].zh
    assert (agreed.held, agreed.words) == (False, (example.NOT_AGREED,))


@pytest.mark.parametrize(
    ("closed", "said"), [(False, "没有关闭"), (None, "未知"), (True, "关闭。")]
)
def test_a_control_that_changed_nothing_is_told_apart(closed: bool | None, said: str) -> None:
    answered = replace(example.ANSWERED, closed=closed)
    assert said in sessions(holding(example.VISITED, answered))[1].words[0].zh


def test_a_site_that_asks_nothing_leaves_nothing_to_answer() -> None:
    silent = replace(example.ASKING, present=False)
    _, refused, agreed = sessions(holding(example.VISITED, silent, unseen=()))
    assert "无从选择" in refused.words[0].zh
    assert not agreed.held


def test_a_session_of_which_nothing_is_known_is_not_held() -> None:
    for one in sessions(holding(unseen=())):
        assert not one.held
        assert one.words
    _, refused, _ = sessions(holding(example.VISITED, example.ASKING, unseen=()))
    assert "无从选择" not in refused.words[0].zh


def test_the_answer_given_on_a_device_is_no_session() -> None:
    device = ConsentAnswered(source=example.ANSWERED.source, channel="device", answer="refused")
    assert not sessions(holding(example.VISITED, device))[1].held


@pytest.mark.parametrize(
    ("phases", "explains"),
    [
        (("refused",), True),
        (("refused", "agreed"), True),
        (("agreed",), False),
        (("first_load", "refused", "agreed"), False),
        ((), False),
    ],
)
def test_only_what_speaks_of_a_session_explains_why_it_was_not_held(
    phases: tuple[str, ...], explains: bool
) -> None:
    entry = Unseen(
        kind="request.made",
        scope={"phase": phases} if phases else {},
        collector="website",
        reason=Words("缘由", "reason"),
    )
    _, refused, _ = sessions(holding(example.VISITED, example.ASKING, unseen=(entry,)))
    assert (refused.words[0].zh == "缘由") is explains
    assert not refused.held


def test_an_app_has_no_sessions_and_no_addresses() -> None:
    assert sessions(example.rich()) == ()
    assert addresses(example.rich(), example.open_evidence) == ()


def test_the_addresses_are_those_that_were_asked_for() -> None:
    shown = addresses(SITE, example.open_evidence)
    assert shown == ("https://www.example.cn/", "https://m.example.cn/")


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"addresses": [1]}', b"\xff" * 9])
def test_addresses_that_cannot_be_read_are_none(data: bytes) -> None:
    assert addresses(SITE, lambda _: data) == ()


def missing(sha256: str) -> bytes:
    raise EvidenceError(sha256, hint="restore it")


def test_screenshots_stand_in_the_order_of_the_sessions() -> None:
    shown, more = pictures(SITE, example.open_evidence)
    assert [one.evidence.name for one in shown] == ["screenshot first_load", "screenshot refused"]
    assert more == 0
    assert shown[0].phase is not None
    assert shown[0].phase.zh == "首次加载，未作操作"
    head, _, body = shown[0].address.partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == example.picture(1)


def test_of_a_phone_the_screens_that_ask_come_first() -> None:
    def screen(number: int, kind: str) -> tuple[str, dict[str, object]]:
        fields = {"kind": "screen.shown", "screen_kind": kind, "phase": "consent_shown"}
        return f"s{number}", {**fields, "picture": f"{number:064x}"}

    kept = tuple(
        Evidence(
            sha256=f"{number:064x}", name=f"screenshot {number:04}", media_type="image/png", size=9
        )
        for number in range(1, 5)
    )
    told = dict([screen(1, "main"), screen(2, "permission"), screen(4, "consent")])
    run = replace(example.rich(), evidence=kept, facts=told)
    shown, _ = pictures(run, lambda _: example.picture(1))
    assert [one.evidence.name[-1] for one in shown] == ["4", "2", "1", "3"]
    assert shown[0].phase is not None
    assert (shown[0].phase.zh, shown[3].phase) == ("征求同意期间", None)


def test_what_is_missing_or_no_picture_is_counted_and_not_shown() -> None:
    assert pictures(SITE, missing) == ((), 2)
    assert pictures(SITE, lambda _: b"<svg onload=alert(1)>") == ((), 2)
    assert pictures(SITE, lambda _: b"\xff\xd8\xff") == ((), 2)
    long = b"\x89PNG\r\n\x1a\n" + bytes(LARGEST_PICTURE)
    assert pictures(SITE, lambda _: long) == ((), 2)


def test_the_page_shows_few_and_small_pictures_of_screens_alone() -> None:
    def entry(number: int, **changes: Any) -> Evidence:
        base = Evidence(
            sha256=f"{number:064x}", name=f"screenshot {number:03}", media_type="image/png", size=9
        )
        return replace(base, **changes)

    picture = example.picture(1)
    many = replace(SITE, evidence=tuple(entry(number) for number in range(20)))
    shown, more = pictures(many, lambda _: picture)
    assert (len(shown), more) == (MOST_PICTURES, 20 - MOST_PICTURES)
    others = (
        entry(1, size=LARGEST_PICTURE),
        entry(2, name="photo of a page"),
        entry(3, media_type="image/svg+xml"),
    )
    shown, more = pictures(replace(SITE, evidence=others), lambda _: picture)
    assert (shown, more) == ((), 1)
