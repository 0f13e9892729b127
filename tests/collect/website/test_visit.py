from __future__ import annotations

import datetime
import email.utils
import os
import signal
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from scanner.collect.website.ground import PAGE_KINDS, PHASE_KINDS
from scanner.collect.website.visit import WHOLE, _offset, once
from scanner.exchange import moment
from scanner.facts import PageVisited, Source
from scanner.model import Sighting, Unseen, Words
from tests.collect.website.rig import HOST, Scanned, needs_chromium, scan, site
from tests.test_browser import descendants

WORDS = "<p>欢迎光临本店，我们出售各种商品，质量可靠，价格公道，送货上门。</p>" * 3
ASKING = """<!doctype html><meta charset=utf-8><title>店</title>{words}
<script>document.cookie = 'early=1';
setInterval(() => {{ document.cookie = 'ping=1' }}, 100);
if (localStorage.said !== 'no' || {forgets}) addEventListener('load', () => {{
  const box = document.createElement('div');
  box.setAttribute('role', 'dialog');
  box.style = 'position:fixed;left:200px;top:100px;width:600px;background:#fff;border:1px solid';
  box.innerHTML = "<p>我们使用 Cookie 并收集您的个人信息，请阅读隐私政策后选择。</p>{buttons}";
  document.body.append(box);
  for (const one of box.querySelectorAll('button')) one.onclick = () => {{
    localStorage.said = one.id; box.remove();
    document.cookie = 'chose_' + one.id + '=1';
    if (one.id === 'yes') fetch('/track?agreed');
  }};
}});</script>"""
BOTH = "<button id=yes>同意</button> <button id=no>拒绝</button>"


def asking(buttons: str = BOTH, *, forgets: bool = False) -> str:
    return ASKING.format(words=WORDS, buttons=buttons, forgets=str(forgets).lower())


def slow_clock(handler: BaseHTTPRequestHandler) -> None:
    data = asking().encode()
    handler.send_response_only(200)
    handler.send_header("Date", email.utils.formatdate(time.time() - 3600, usegmt=True))
    handler.send_header("Content-Type", "text/html; charset=utf-8")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[Scanned]:
    seen = []
    for run in ("one", "two"):
        with site({"/": slow_clock, "/track": "{}"}) as served:
            seen.append(scan(served, tmp_path_factory.mktemp(run), dwell_s=0.6, vantage="CN"))
    return seen


@needs_chromium
def test_the_question_is_told_with_what_refusing_took(twice: list[Scanned]) -> None:
    prompt = twice[0].one("consent.prompt")
    assert (prompt.present, prompt.accept, prompt.reject) == (True, "同意", "拒绝")
    assert prompt.reject_clicks == 1
    assert prompt.scope_after_refusal == "full"


@needs_chromium
def test_both_answers_are_given_and_remembered_or_not(twice: list[Scanned]) -> None:
    answers = {one.answer: one for one in twice[0].facts("consent.answered")}
    assert {name: (one.control, one.clicks, one.closed) for name, one in answers.items()} == {
        "refused": ("拒绝", 1, True),
        "agreed": ("同意", 1, True),
    }
    assert answers["refused"].asked_again is False
    assert answers["agreed"].asked_again is True  # the page forgets who agreed


@needs_chromium
def test_each_session_is_handed_on_with_the_moment_of_the_answer(twice: list[Scanned]) -> None:
    leads = {lead.phase: lead for lead in twice[0].leads("traffic")}
    assert set(leads) == {"first_load", "refused", "agreed"}
    assert leads["first_load"].since is None
    assert all(moment(leads[phase].since) for phase in ("refused", "agreed"))
    assert len({lead.evidence.sha256 for lead in leads.values()}) == 3
    agreed = twice[0].kept.data[leads["agreed"].evidence.sha256]
    assert b"/track?agreed" in agreed
    assert b"/track?agreed" not in twice[0].kept.data[leads["refused"].evidence.sha256]


@needs_chromium
def test_what_happens_again_after_the_answer_counts_in_its_phase(twice: list[Scanned]) -> None:
    cookies = {(one.name, one.phase) for one in twice[0].facts("cookie.set")}
    assert {("ping", "first_load"), ("ping", "refused"), ("ping", "agreed")} <= cookies
    assert ("chose_no", "refused") in cookies and ("chose_yes", "agreed") in cookies
    assert (
        not {("chose_yes", "refused"), ("chose_no", "agreed"), ("chose_no", "first_load")} & cookies
    )
    stored = {(one.name, one.phase) for one in twice[0].facts("storage.written")}
    assert ("said", "refused") in stored and ("said", "first_load") not in stored


@needs_chromium
def test_where_and_by_which_clock_it_was_seen(twice: list[Scanned]) -> None:
    vantage = twice[0].one("scan.vantage")
    assert (vantage.country, vantage.stated, vantage.inside_home) == ("CN", True, True)
    assert 3595 <= vantage.clock_offset_s <= 3660
    assert vantage.mapped is True
    assert twice[0].one("site.visited").host == HOST


@needs_chromium
def test_the_same_site_gives_the_same_facts(twice: list[Scanned]) -> None:
    first, second = twice
    assert first.identities == second.identities
    said = [
        {
            (one.kind, repr(one.scope), one.reason.en)
            for one in run.sightings
            if isinstance(one, Unseen)
        }
        for run in twice
    ]
    assert said[0] == said[1]


def unseen_phases(seen: Scanned, reason: str) -> dict[str, set[str]]:
    """Kinds left unseen for a reason, by phase."""
    found: dict[str, set[str]] = {}
    for one in seen.sightings:
        if isinstance(one, Unseen) and reason in one.reason.en and "phase" in one.scope:
            found.setdefault(str(one.scope["phase"][0]), set()).add(one.kind)
    return found


@needs_chromium
def test_without_a_way_to_refuse_nothing_is_said_of_a_refusal(tmp_path: Path) -> None:
    buttons = "<button id=yes>同意</button>"
    with site({"/": asking(buttons, forgets=True)}) as served:
        seen = scan(served, tmp_path)
    prompt = seen.one("consent.prompt")
    assert (prompt.present, prompt.reject, prompt.reject_clicks) == (True, "", None)
    assert {one.answer for one in seen.facts("consent.answered")} == {"agreed"}
    assert unseen_phases(seen, "no way to refuse") == {"refused": set(PHASE_KINDS)}
    assert not [one for one in seen.facts("cookie.set") if one.phase == "refused"]
    assert {lead.phase for lead in seen.leads("traffic")} == {"first_load", "agreed"}


@needs_chromium
def test_a_dialog_that_does_not_come_again_leaves_the_answers_unseen(tmp_path: Path) -> None:
    shown: list[int] = []

    def once_only(handler: BaseHTTPRequestHandler) -> None:
        shown.append(1)
        data = (asking() if len(shown) == 1 else "<meta charset=utf-8>" + WORDS).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    with site({"/": once_only}) as served:
        seen = scan(served, tmp_path)
    assert seen.one("consent.prompt").present
    assert not seen.facts("consent.answered")
    assert set(unseen_phases(seen, "did not appear this time")) == {"refused", "agreed"}


@needs_chromium
def test_a_browser_that_dies_in_the_middle_leaves_its_session_unseen_and_the_next_goes_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def say(words: str) -> None:
        if words.startswith("refused:"):
            for pid in descendants(os.getpid()):
                if "chrom" in _command(pid):
                    os.kill(pid, signal.SIGKILL)

    with site({"/": asking()}) as served:
        seen = scan(served, tmp_path, say=say)
    assert seen.one("consent.prompt").present
    phases = {
        phase
        for one in seen.sightings
        if isinstance(one, Unseen)
        for phase in one.scope.get("phase", ())
    }
    assert "refused" in phases
    assert not [one for one in seen.facts("cookie.set") if one.phase == "refused"]
    assert {one.answer for one in seen.facts("consent.answered")} == {"agreed"}
    assert "never retrieved" not in capfd.readouterr().err


def _command(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/exe").readlink())
    except OSError:
        return ""


@needs_chromium
def test_a_page_that_hangs_is_unseen_in_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("LOAD_S", "READ_S", "END_S"):
        monkeypatch.setattr(f"scanner.collect.website.session.{name}", 1.5)
    hanging = "<meta charset=utf-8>" + WORDS + "<script>for (;;);</script>"
    begun = time.monotonic()
    with site({"/": hanging}) as served:
        seen = scan(served, tmp_path)
    assert time.monotonic() - begun < 45
    assert not seen.facts("site.visited") and not seen.facts("page.visited")
    assert seen.unseen("site.visited") and seen.unseen("consent.prompt")
    assert "never retrieved" not in capfd.readouterr().err


@needs_chromium
def test_no_time_left_means_unseen_and_not_absent(tmp_path: Path) -> None:
    with site({"/": asking() + "<a href=/a>另一页</a>", "/a": WORDS}) as served:
        seen = scan(served, tmp_path, minutes=0.0)
    assert set(unseen_phases(seen, "the time for the visit was over")) == {"refused", "agreed"}
    assert seen.one("walk.completed").complete is False
    assert [one.scope for one in seen.unseen("form.found")] == [{"page": (f"http://{HOST}/a",)}]


@needs_chromium
def test_a_first_page_that_robots_may_not_open_leaves_everything_unseen(tmp_path: Path) -> None:
    def robots(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "25")
        handler.end_headers()
        handler.wfile.write(b"User-agent: *\nDisallow: /")

    with site({"/": asking(), "/robots.txt": robots}) as served:
        seen = scan(served, tmp_path)
        assert [path for _, path, _ in served.asked] == ["/robots.txt"]
    assert not [one for one in seen.sightings if not isinstance(one, Unseen)]
    unseen = {one.kind for one in seen.sightings if isinstance(one, Unseen)}
    assert {*PAGE_KINDS, *PHASE_KINDS, *WHOLE} <= unseen


@needs_chromium
def test_a_site_that_does_not_answer_is_unseen_as_a_whole(tmp_path: Path) -> None:
    seen = scan(None, tmp_path, resolve=(f"{HOST}=127.0.0.1:9",))
    assert not [one for one in seen.sightings if hasattr(one, "source")]
    assert {"page.visited", *PHASE_KINDS, *WHOLE} <= {
        one.kind for one in seen.sightings if isinstance(one, Unseen)
    }
    assert {one.phase for one in seen.leads("traffic")} <= {"first_load"}


@needs_chromium
@pytest.mark.parametrize(
    ("status", "words"), [(403, WORDS), (503, "<p>系统维护中"), (200, "<h1>访问被拦截</h1>")]
)
def test_a_first_page_that_turns_the_look_away_is_not_the_site(
    status: int, words: str, tmp_path: Path
) -> None:
    def wall(handler: BaseHTTPRequestHandler) -> None:
        data = f"<!doctype html><meta charset=utf-8>{words}<a href=/a>a</a>".encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    with site({"/": wall, "/a": WORDS}) as served:
        seen = scan(served, tmp_path)
        assert "/a" not in [path for _, path, _ in served.asked]
    assert seen.one("page.visited").status == status
    assert not seen.facts("walk.completed") and not seen.facts("site.visited")
    assert set(WHOLE) <= {one.kind for one in seen.sightings if isinstance(one, Unseen)}


@pytest.mark.parametrize(
    ("date", "offset"),
    [
        ("Sun, 22 Nov 2026 09:00:00 GMT", 3600),
        ("Sun, 22 Nov 2026 10:00:00 GMT", 0),
        ("Sun, 22 Nov 2026 18:00:00 +0800", 0),
        (None, None),
        ("", None),
        ("yesterday", None),
        ("Mon, 99 Foo 2020", None),
        ("1 Jan 99999999999999999999 00:00:00 +0000", None),
        ("1 Jan 2020 00:00:00 +99999999999", None),
    ],
)
def test_the_offset_of_clocks(date: str | None, offset: int | None) -> None:
    at = datetime.datetime(2026, 11, 22, 10, 0, tzinfo=datetime.UTC).timestamp()
    assert _offset(date, at) == offset


def test_facts_count_once_and_all_else_stands() -> None:
    def visited(status: int, name: str = "https://a.test/") -> PageVisited:
        return PageVisited(source=Source(), channel="website", page=name, status=status)

    unseen = Unseen(kind="x", scope={}, collector="website", reason=Words("因", "why"))
    given: list[Sighting] = [
        visited(200),
        unseen,
        visited(404),
        visited(200, "https://b.test/"),
        unseen,
    ]
    assert list(once(given)) == [given[0], unseen, given[3], unseen]
