from __future__ import annotations

import asyncio
import io
import json
import shutil
import zipfile

import pytest

from scanner.collect.website import film as filming
from scanner.collect.website.film import Film
from scanner.collect.website.session import Session
from tests.collect.website.rig import HOST, Kept, in_session, needs_chromium, site

MOVING = """<!doctype html><title>t</title><body><p id=p>0<script>
setInterval(() => { p.textContent = Number(p.textContent) + 1;
document.body.style.background = `rgb(${p.textContent * 20 % 255}, 9, 9)`; }, 100)</script>"""


def frame(time: float, data: str = "/9j/") -> dict[str, object]:
    return {"data": data, "metadata": {"timestamp": time}, "sessionId": 1}


@needs_chromium
def test_frames_are_kept_with_their_times() -> None:
    kept = Kept()

    async def work(session: Session) -> None:
        await session.open(f"http://{HOST}/")
        await session.rest(2.5)
        await session.finish()

    with site({"/": MOVING}) as served:
        in_session(served, work, kept=kept)
    with zipfile.ZipFile(io.BytesIO(kept.named("screen.zip"))) as archive:
        index = json.loads(archive.read("index.json"))["frames"]
        assert len(index) >= 3
        assert all(archive.read(one["file"]).startswith(b"\xff\xd8\xff") for one in index)
        assert archive.testzip() is None
    times = [one["time"] for one in index]
    assert times == sorted(times)
    assert any(entry.name.endswith("screen.webm") for entry in kept.entries.values()) == bool(
        shutil.which("ffmpeg")
    )


def test_frames_too_close_are_left_out_and_too_many_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filming, "MOST_FRAMES", 3)
    film = Film()
    for number in range(10):
        film._keep(frame(1000 + number / 8))
    assert [one.time for one in film.frames] == [1000.0, 1000.5, 1001.0]
    film._keep(frame(2000))
    assert (len(film.frames), film.dropped) == (3, 1)


def test_what_is_no_picture_is_left_out() -> None:
    film = Film()
    for nonsense in (frame(1, "§"), frame(2, "AAAA"), {}):
        film._keep(nonsense)
    assert not film.frames


def test_the_same_frames_give_the_same_archive() -> None:
    film = Film()
    film._keep(frame(1))
    assert film.as_zip() == film.as_zip()


def test_there_is_no_film_without_frames_or_without_ffmpeg(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert asyncio.run(Film().as_video()) is None
    film = Film()
    film._keep(frame(1))
    monkeypatch.setenv("PATH", "")
    assert asyncio.run(film.as_video()) is None
