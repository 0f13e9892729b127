"""A recording of the screen while a session lasts: frames as the browser drew them, with times."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import CDPSession, Error

MOST_FRAMES = 240
"""Frames kept of one session."""
MOST_BYTES = 24 * 1024**2
"""Bytes of frames kept of one session."""
SPACING_S = 0.4
"""Least time between two kept frames, in seconds."""
WIDTH, HEIGHT, QUALITY = 1024, 640, 45
"""Size in pixels and quality of a frame: letters stay legible, a session stays under some MB."""
JPEG = b"\xff\xd8\xff"
"""How every JPEG begins."""
FILMING_S = 60.0
"""Longest that ffmpeg may work on one film, in seconds."""


class Frame(NamedTuple):
    """One picture of the screen."""

    time: float
    """Seconds since 1970 by this machine's clock, as the browser says."""
    jpeg: bytes


class Film:
    """The frames of one session."""

    def __init__(self) -> None:
        """Prepare an empty film."""
        self.frames: list[Frame] = []
        self.dropped = 0
        self._bytes = 0

    async def roll(self, client: CDPSession) -> None:
        """Begin to take what a page draws."""

        async def taken(event: dict[str, Any]) -> None:

            self._keep(event)
            try:
                await client.send(
                    "Page.screencastFrameAck", {"sessionId": event.get("sessionId", 0)}
                )
            except Error:
                return

        client.on("Page.screencastFrame", lambda event: asyncio.ensure_future(taken(event)))
        await client.send(
            "Page.startScreencast",
            {"format": "jpeg", "quality": QUALITY, "maxWidth": WIDTH, "maxHeight": HEIGHT},
        )

    def _keep(self, event: dict[str, Any]) -> None:
        time = float(event.get("metadata", {}).get("timestamp") or 0)
        if self.frames and time - self.frames[-1].time < SPACING_S:
            return
        try:
            jpeg = base64.b64decode(str(event.get("data", "")), validate=True)
        except ValueError:
            return
        if not jpeg.startswith(JPEG):
            return
        if len(self.frames) >= MOST_FRAMES or self._bytes + len(jpeg) > MOST_BYTES:
            self.dropped += 1
            return
        self._bytes += len(jpeg)
        self.frames.append(Frame(time, jpeg))

    def as_zip(self) -> bytes:
        """Give the frames with an index of their times as one ZIP archive."""
        whole = io.BytesIO()
        index = [
            {"file": _name(number), "time": frame.time} for number, frame in enumerate(self.frames)
        ]
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
            said = json.dumps({"frames": index, "dropped": self.dropped}, sort_keys=True)
            archive.writestr(zipfile.ZipInfo("index.json"), said)
            for number, frame in enumerate(self.frames):
                archive.writestr(zipfile.ZipInfo(_name(number)), frame.jpeg)
        return whole.getvalue()

    async def as_video(self) -> bytes | None:
        """Give the frames as a film (WebM), at the pace at which they were drawn.

        None where this machine has no ffmpeg, or where it fails.
        """
        ffmpeg = shutil.which("ffmpeg")
        if ffmpeg is None or not self.frames:
            return None
        with tempfile.TemporaryDirectory(prefix="mingjian-film-") as folder:
            place = Path(folder)
            lines = ["ffconcat version 1.0"]
            for number, frame in enumerate(self.frames):
                (place / _name(number)).write_bytes(frame.jpeg)
                later = self.frames[min(number + 1, len(self.frames) - 1)].time
                lines += [f"file {_name(number)}", f"duration {max(later - frame.time, 0.4):.3f}"]
            (place / "list.txt").write_text("\n".join(lines) + "\n", "ascii")
            made = place / "film.webm"
            process = await asyncio.create_subprocess_exec(
                *(ffmpeg, "-v", "error", "-nostdin", "-f", "concat", "-i", str(place / "list.txt")),
                *("-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2", "-c:v", "libvpx", "-b:v", "600k"),
                *("-fs", str(MOST_BYTES), str(made)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                await asyncio.wait_for(process.wait(), FILMING_S)
            except TimeoutError:
                return None
            finally:
                if process.returncode is None:  # too slow, or the auditor interrupts
                    process.kill()
                    await process.wait()
            return made.read_bytes() if process.returncode == 0 and made.is_file() else None


def _name(number: int) -> str:
    return f"{number:06}.jpg"
