"""Policies that are files or boxes, from a small site on loopback in a real Chromium."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from scanner.collect.website import policy_texts
from scanner.collect.website.policy_texts import (
    NO_FILE,
    OTHER_FILE,
    policy_box,
    policy_file,
    policy_links,
)
from scanner.collect.website.session import Session
from scanner.fetch.manners import Pace
from scanner.fetch.way_out import way_out
from scanner.model import Lead, Visit, Words
from tests.collect.website.rig import HOME, Kept, in_session, needs_chromium, site
from tests.fetch.site import answer, moved, serving

POLICY = "我们收集您的个人信息用于提供服务。" * 20
BOXES = f"""<meta charset=utf-8><article>{"关于个人信息的长文。" * 200}</article>
<div role=dialog id=a hidden><h2>隐私政策</h2><table><tr><td>{POLICY}</td></tr></table></div>
<section id=b hidden><p>{POLICY}</p></section>"""


def got(page: bytes, kept: Kept, *, time_left: float = 9) -> tuple[Lead | None, Words]:
    async def run() -> tuple[Lead | None, Words]:
        async with serving({"/p.pdf": page, "/away": moved("http://10.0.0.1/")}) as served:
            resolve = (f"shop.test=127.0.0.1:{served.port}",)
            async with way_out(Visit(resolve=resolve)) as (_, client):
                ground: Any = SimpleNamespace(
                    client=client, pace=Pace(50), keep=kept, time_left=time_left
                )
                return await policy_file(ground, f"{HOME}p.pdf")

    return asyncio.run(asyncio.wait_for(run(), 20))


@pytest.mark.parametrize("begin", [b"%PDF-1.7", b"PK\3\4", b"\xd0\xcf\x11\xe0"])
def test_a_policy_that_is_a_file_is_got_and_kept(begin: bytes) -> None:
    kept = Kept()
    lead, _ = got(answer(begin + b" more", media_type="text/html"), kept)
    assert lead is not None and lead.address == f"{HOME}p.pdf"
    assert kept.data[lead.evidence.sha256] == begin + b" more"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (answer(b"\x7fELF no policy"), OTHER_FILE),
        (answer(b"%PDF-1.7", status="403 Forbidden"), NO_FILE),
        (answer(b"%PDF-1.7" + b"x" * 3000), NO_FILE),
    ],
)
def test_what_is_no_file_of_a_policy_is_not_kept(
    page: bytes, reason: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_texts, "MOST_FILE", 1000)
    kept = Kept()
    assert got(page, kept) == (None, reason)
    assert not kept.data


def test_why_a_file_was_not_got_is_said_and_none_is_asked_for_too_late() -> None:
    lead, reason = got(moved("http://10.0.0.1/"), Kept())
    assert lead is None and reason.zh.startswith(NO_FILE.zh) and reason != NO_FILE
    assert got(answer(b"%PDF-1.7"), Kept(), time_left=0) == (None, NO_FILE)


@needs_chromium
@pytest.mark.parametrize("which", ["a", "b"])
def test_the_box_that_a_click_opened_is_kept_with_its_tables(which: str) -> None:
    kept = Kept()
    ground: Any = SimpleNamespace(keep=kept)

    async def look(session: Session) -> tuple[Lead | None, Lead | None]:
        await session.open(HOME)
        before = await policy_box(ground, session.page, len(POLICY), 200)
        await session.page.evaluate(f"() => {{ {which}.hidden = false }}")
        return before, await policy_box(ground, session.page, len(POLICY), 200)

    with site({"/": BOXES}) as served:
        before, lead = in_session(served, look)
    assert before is None and lead is not None and lead.address == HOME
    page = kept.data[lead.evidence.sha256].decode()
    assert POLICY in page and "长文" not in page and ("<table>" in page) is (which == "a")


@needs_chromium
def test_the_links_of_a_page_that_are_named_as_policies_are_given() -> None:
    page = """<meta charset=utf-8><a href=/p>隐私政策</a><a href=/terms>用户协议</a>
    <a href="javascript:x()">隐私声明</a><a href=/p>隐私政策</a>
    <a href=/home>首页</a><a href=/q></a>"""

    async def look(session: Session) -> list[str]:
        await session.open(HOME)
        return await policy_links(session.page)

    with site({"/": page}) as served:
        assert in_session(served, look) == [f"{HOME}p"]
