from __future__ import annotations

import datetime

import pytest

from scanner.collect.website.instruments import INSTRUMENTS, Instruments
from scanner.collect.website.session import Session
from scanner.model import Unseen
from tests.collect.website.rig import HOST, in_session, needs_chromium, site

pytestmark = needs_chromium
HOME = f"http://{HOST}/"
ALL = """
const c = document.createElement('canvas'); c.width = 200; c.height = 40;
const x = c.getContext('2d'); x.fillText('Cwm fjordbank glyphs vext quiz', 2, 20); c.toDataURL();
const g = document.createElement('canvas').getContext('webgl');
if (g) g.getParameter(37446);
const a = new OfflineAudioContext(1, 100, 44100);
const o = a.createOscillator(); o.connect(a.destination); o.start(); a.startRendering();
const s = document.createElement('span'); s.textContent = 'mmm'; document.body.append(s);
for (let i = 0; i < 40; i++) { s.style.fontFamily = 'F' + i; s.offsetWidth; }
new RTCPeerConnection().createOffer().catch(() => {});
document.cookie = 'uid=4f9a8b7c6d5e4f3a2b1c; max-age=63072000';
localStorage.setItem('k', 'v'); sessionStorage.setItem('t', 'w'); indexedDB.open('db');
navigator.geolocation.getCurrentPosition(() => {}, () => {});
Notification.requestPermission();
"""
HARMLESS = """
const c = document.createElement('canvas'); c.width = 200; c.height = 40;
const x = c.getContext('2d'); x.fillRect(0, 0, 10, 10); x.fillText('12', 2, 20); c.toDataURL();
const t = document.createElement('canvas'); t.width = 4; t.height = 4;
t.getContext('2d').fillText('Cwm fjordbank glyphs', 0, 0); t.toDataURL();
const g = document.createElement('canvas').getContext('webgl');
if (g) g.getParameter(g.MAX_TEXTURE_SIZE);
for (let i = 0; i < 100; i++) document.body.offsetWidth;
navigator.geolocation; Notification.permission; localStorage.getItem('k');
"""


def told(
    body: str, *, wait: float = 0.8
) -> tuple[list[tuple[str, str]], list[Unseen], Instruments]:
    async def work(
        session: Session,
    ) -> tuple[list[tuple[str, str]], list[Unseen], Instruments]:
        await session.open(HOME)
        await session.rest(wait)
        events = [
            (one.event.what, one.event.api or one.event.prompt or one.event.name)
            for one in session.instruments.told
        ]
        silent = list(session.instruments.silent(session.page.frames, "first_load"))
        return events, silent, session.instruments

    with site({"/": f"<!doctype html><title>t</title><body>{body}"}) as served:
        return in_session(served, work)


def test_each_instrument_tells_what_a_script_does_on_plain_http_too() -> None:
    events, silent, instruments = told(f"<script>{ALL}</script>")
    assert set(events) >= {
        ("fingerprint", "canvas"),
        ("fingerprint", "audio"),
        ("fingerprint", "fonts"),
        ("fingerprint", "webrtc"),
        ("cookie", "uid"),
        ("storage", "k"),
        ("storage", "t"),
        ("storage", "db"),
        ("prompt", "geolocation"),
        ("prompt", "notification"),
    }
    assert not silent
    script = {one.event.script for one in instruments.told}
    assert script == {HOME} and all(one.event.line > 0 for one in instruments.told)
    assert all(one.event.gesture is False for one in instruments.told if one.event.what == "prompt")


def test_what_every_page_does_is_no_fingerprint() -> None:
    events, silent, _ = told(f"<script>{HARMLESS}</script>")
    assert not [one for one in events if one[0] in ("fingerprint", "prompt")]
    assert not silent


@pytest.mark.parametrize(
    "frame",
    [
        "<iframe srcdoc=\"<script>localStorage.setItem('k','v')</script>\"></iframe>",
        "<iframe id=f></iframe><script>f.contentWindow.localStorage.setItem('k','v')</script>",
    ],
)
def test_frames_inside_a_page_are_watched(frame: str) -> None:
    events, silent, _ = told(frame)
    assert ("storage", "k") in events
    assert not silent


def test_ten_thousand_acts_are_told_once_each_place() -> None:
    script = "for (let i = 0; i < 10000; i++) localStorage.setItem('k', i)"
    events, _, _ = told(f"<script>{script}</script>")
    assert set(events) == {("storage", "k")} and len(events) <= 20


def test_the_channel_is_hidden_from_the_page() -> None:
    seen = "Object.getOwnPropertyNames(window).filter(n => /^_[0-9a-f]{16}$/.test(n)).length"
    events, _, _ = told(f"<script>localStorage.setItem('n' + {seen}, 'x')</script>")
    assert ("storage", "n0") in events


def test_a_frame_without_heartbeat_makes_its_facts_unseen() -> None:
    instruments = Instruments()

    class Frame:
        url = "http://shop.test/frame?id=1"

    unseen = list(instruments.silent([Frame()], "agreed"))  # type: ignore[list-item]
    assert {one.kind for one in unseen} == {kind for kind, _ in INSTRUMENTS.values()}
    assert all(one.scope["phase"] == ("agreed",) for one in unseen)
    assert all("id=1" not in one.reason.en for one in unseen)


def test_an_instrument_that_cannot_stand_says_so() -> None:
    """The page runs after ours, so the fault is made by a page that was there before: a frame in
    which the interface is missing, as a heartbeat tells it."""
    instruments = Instruments()
    page = type("Page", (), {"url": "http://shop.test/"})()
    frame = type("Frame", (), {"url": "http://shop.test/"})()
    stands = dict.fromkeys(INSTRUMENTS, True) | {"canvas": False}
    words = __import__("json").dumps([{"what": "alive", "time": 0, "stands": stands}])
    instruments._hear({"frame": frame, "page": page}, words)
    (only,) = instruments.silent([frame], "first_load")
    assert only.kind == "fingerprint.read" and only.scope["api"] == ("canvas",)


@pytest.mark.parametrize(
    "words",
    ["", "no json", "[1]", '{"what": "alive"}', '[{"what": 1, "time": 0}]', "[" * 100_000, None],
)
def test_nonsense_from_a_page_is_no_event(words: object) -> None:
    instruments = Instruments()
    page = type("Page", (), {"url": "http://shop.test/"})()
    instruments._hear({"frame": page, "page": page}, words)
    assert not instruments.told


def test_workers_are_said_to_be_unwatched() -> None:
    script = "new Worker(URL.createObjectURL(new Blob(['1'])))"
    _, silent, _ = told(f"<script>{script}</script>")
    assert [one.kind for one in silent] == ["fingerprint.read"]


HIDDEN = """
const c = new OffscreenCanvas(200, 40), x = c.getContext('2d');
x.fillText('Cwm fjordbank glyphs vext quiz', 2, 20); c.convertToBlob();
"""
PROTOTYPE = "Array.prototype.toJSON = function () { return 'x' };"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (HIDDEN, ("fingerprint", "canvas")),
        ("localStorage.plain = 'v'", ("storage", "plain")),
        ("sessionStorage['late'] = 'v'", ("storage", "late")),
        (PROTOTYPE + "localStorage.setItem('k', 'v')", ("storage", "k")),
        ("JSON.stringify = () => '[]'; localStorage.setItem('k', 'v')", ("storage", "k")),
        ("localStorage.setItem('cut', 'x'.repeat(511) + '\\u{1f600}')", ("storage", "cut")),
    ],
)
def test_other_ways_to_the_same_are_told_too(script: str, expected: tuple[str, str]) -> None:
    events, silent, instruments = told(f"<script>{script}</script>")
    assert expected in events
    assert not silent and not instruments.garbled


def test_the_same_again_is_told_again_after_a_while_but_not_without_end() -> None:
    script = "setInterval(() => { document.cookie = 'ping=1' }, 20)"
    events, _, _ = told(f"<script>{script}</script>", wait=1.8)
    assert 2 <= events.count(("cookie", "ping")) <= 6


def test_a_cookie_set_again_after_it_was_taken_away_is_told() -> None:
    script = "document.cookie = 'a=; max-age=0'; document.cookie = 'a=1; max-age=60'"
    _, _, instruments = told(f"<script>{script}</script>")
    texts = [one.event.text for one in instruments.told if one.event.what == "cookie"]
    assert texts == ["a=; max-age=0", "a=1; max-age=60"]


def test_a_page_that_does_too_much_hides_nothing_silently() -> None:
    script = "for (let i = 0; i < 1000; i++) localStorage.setItem('k' + i, 'v')"
    events, silent, instruments = told(f"<script>{script}</script>")
    assert len(events) <= 401 and instruments.overflowed
    assert {one.kind for one in silent} == {kind for kind, _ in INSTRUMENTS.values()}


def test_what_cannot_be_read_makes_the_session_unseen() -> None:
    instruments = Instruments()
    page = type("Page", (), {"url": "http://shop.test/"})()
    instruments._hear({"frame": page, "page": page}, '[{"what": 1}]')
    assert {one.kind for one in instruments.silent([], "agreed")} == {
        kind for kind, _ in INSTRUMENTS.values()
    }


def test_a_frame_without_address_counts_as_what_wrote_it() -> None:
    outer = type("Frame", (), {"url": HOME, "parent_frame": None})()
    inner = type("Frame", (), {"url": "about:blank", "parent_frame": outer})()
    instruments = Instruments()
    words = '[{"what": "cookie", "time": 1, "text": "a=\\ud83d"}]'
    instruments._hear({"frame": inner, "page": outer}, words)
    (only,) = instruments.told
    assert (only.frame, only.event.text) == (HOME, "a=\ufffd")


def test_the_moment_of_a_press_is_felt_before_the_page_acts() -> None:
    async def work(session: Session) -> tuple[list[float], bool, bool]:
        await session.open(HOME)
        await session.page.mouse.click(20, 20)
        await session.rest(0.5)
        now = datetime.datetime.now(datetime.UTC)
        felt = session.instruments.pressed(now)
        assert felt is not None
        stored = [one.event.time for one in session.instruments.told if one.event.what == "storage"]
        early = session.instruments.pressed(now - datetime.timedelta(hours=1))
        return stored, felt.timestamp() * 1000 <= min(stored), early is None

    page = "<body style='height:500px'><script>onpointerdown = () => localStorage.setItem('k','v')"
    with site({"/": page + "</script>"}) as served:
        stored, before, none_earlier = in_session(served, work)
    assert stored and before and none_earlier


def test_our_own_questions_to_a_page_are_no_gesture_and_a_click_is() -> None:
    page = (
        "<!doctype html><body><button id=b style='width:200px;height:100px'>位置</button><script>"
        "b.onclick = () => navigator.geolocation.getCurrentPosition(() => {}, () => {});"
        "setTimeout(() => Notification.requestPermission(), 600)</script>"
    )

    async def work(session: Session) -> dict[str, bool | None]:
        await session.open(HOME)
        for _ in range(5):
            await session.view(0)
            await session.rest(0.2)
        await session.page.mouse.click(50, 50)
        await session.rest(0.5)
        told = session.instruments.told
        return {one.event.prompt: one.event.gesture for one in told if one.event.prompt}

    with site({"/": page}) as served:
        assert in_session(served, work) == {"notification": False, "geolocation": True}
