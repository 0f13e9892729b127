from __future__ import annotations

import datetime
import json
from typing import Any

from scanner.collect.website.session import Session
from scanner.collect.website.session_log import MOST_BOXES, MOST_NAMED, session_log, unaccounted
from scanner.fetch.guard import Connection
from scanner.model import Unseen
from tests.collect.website.rig import HOME, HOST, in_session, needs_chromium, site

pytestmark = needs_chromium
PAGE = "<!doctype html><title>小店</title><script>localStorage.setItem('uid', 'u-1')</script>"


def test_a_log_names_what_was_done_and_met_within_bounds() -> None:
    async def work(session: Session) -> dict[str, Any]:
        await session.open(HOME)
        await session.rest(0.5)
        session.dialogs, session.popups = ["!"] * 99, ["/w"] * 99
        return session_log(session, {"cookies": []}, ["--flag"])

    with site({"/": PAGE}) as served:
        log = in_session(served, work, phase="refused")
    assert json.loads(json.dumps(log)) == log
    assert (log["phase"], log["navigation"], log["since"]) == ("refused", [HOME], None)
    assert (log["flags"], log["stored"], log["mapped"]) == (["--flag"], {"cookies": []}, True)
    assert (len(log["dialogs"]), len(log["windows"])) == (MOST_BOXES, MOST_NAMED)
    assert ("storage", "uid") in [(one["what"], one["name"]) for one in log["events"]]


def test_a_host_that_was_reached_without_a_request_that_was_seen_is_unseen() -> None:
    async def work(session: Session) -> list[Unseen]:
        await session.open(HOME)
        long_ago = session.started - datetime.timedelta(minutes=1)
        now = datetime.datetime.now(datetime.UTC)
        for host, at, ip in (
            ("silent.test", now, "192.0.2.1"),
            ("refused.test", now, None),
            ("before.test", long_ago, "192.0.2.1"),
        ):
            session.guard.connections.append(Connection(host=host, port=443, at=at, ip=ip))
        return list(unaccounted(session))

    with site({"/": PAGE}) as served:
        unseen = in_session(served, work)
    assert {one.kind for one in unseen} >= {"request.made", "data.sent"}
    assert {one.scope["host"] for one in unseen} == {("silent.test",)}
    assert HOST not in str(unseen)
