"""A guarded, quiet Chromium: every byte that it sends goes through the guard, and it says nothing
to anybody on its own account.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Error, Frame, Playwright, async_playwright

from scanner.errors import MingjianError, UsageError
from scanner.fetch.flags import QUIET, confined
from scanner.model import Words

PROGRAMS = (
    "/usr/lib/chromium/chromium",
    *("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"),
)
"""Where distributions install a Chromium; first Debian's program itself, since the script before it
switches off what audited pages do (hyperlink auditing pings)."""
LOCALE = "zh-CN"
TIME_ZONE = "Asia/Shanghai"
VIEWPORT = (1366, 768)
"""Width and height in CSS pixels: the commonest of office machines."""
CLOSE_S = 10.0
"""Longest that a browser may take to end by itself, in seconds."""
LAUNCH_S = 30.0
"""Longest that a browser may take to start, in seconds."""
LONGEST_TEMP = 60
"""Characters of a temporary folder's path; a socket's path is at most 108 bytes (`man 7 unix`), and
Chromium puts its own name and folder behind it."""


class BrowserMissing(MingjianError):  # noqa: N818 - like its siblings in errors.py
    """There is no Chromium to look with."""

    exit_code = 3


class Unanswered(Exception):  # noqa: N818 - it is an outcome, met on most of the web
    """A page did not answer what was asked of it, so what it would have shown is unseen."""

    def __init__(self, reason: Words) -> None:
        super().__init__(reason.en)
        self.reason = reason


def find_chromium(given: Path | None = None) -> Path:
    """Find the browser: the one given, the system's Chromium, else Playwright's own.

    Raises UsageError where the given one is no program, BrowserMissing where there is none.
    """
    if given is not None:
        if not os.access(given, os.X_OK) or given.is_dir():
            raise UsageError(f"--browser {given} is no program", hint="name a Chromium")
        return given
    for name in PROGRAMS:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    own = sorted(folder.glob("chromium-*/chrome-linux*/chrome"))
    if own:
        return own[-1]
    hint = "install one: apt-get install chromium, or playwright install chromium"
    raise BrowserMissing("no Chromium was found", hint=hint)


class Browser:
    """One running Chromium; each context made of it is a fresh profile."""

    def __init__(
        self,
        proxy: str,
        *,
        executable: Path | None = None,
        trust: Sequence[Path] = (),
    ) -> None:
        """Prepare a browser that reaches the network through a SOCKS proxy only."""
        self.executable = find_chromium(executable)
        self.flags = [*QUIET, *confined(proxy)]
        if trust:
            keys = ",".join(_key_digest(path) for path in trust)
            self.flags.append(f"--ignore-certificate-errors-spki-list={keys}")
        self._playwright: Playwright
        self._chromium: Chromium

    async def __aenter__(self) -> Browser:
        """Start it; raises BrowserMissing where it does not start."""

        starting = async_playwright()
        try:
            self._playwright = await starting.start()
            await self._launch()
        except (Error, OSError) as error:
            await starting.__aexit__()
            said = str(error).strip().partition("\n")[0][:200]
            hint = "see that it starts by itself, or name another one with --browser"
            if len(tempfile.gettempdir()) > LONGEST_TEMP:
                hint = "TMPDIR is too long a path for the browser's socket: name a shorter one"
            raise BrowserMissing(f"{self.executable} does not start: {said}", hint=hint) from None
        return self

    async def _launch(self) -> None:
        self._chromium = await self._playwright.chromium.launch(
            executable_path=self.executable,
            args=self.flags,
            headless=True,
            chromium_sandbox=os.geteuid() != 0,
            timeout=LAUNCH_S * 1000,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Stop it, whatever state it is in."""
        with contextlib.suppress(Error, TimeoutError):
            await asyncio.wait_for(self._chromium.close(), CLOSE_S)
        with contextlib.suppress(Error, TimeoutError):  # its end takes the browser with it
            await asyncio.wait_for(self._playwright.stop(), CLOSE_S)

    @property
    def version(self) -> str:
        """Version of the browser."""
        return self._chromium.version

    async def command_line(self) -> list[str]:
        """Give every flag that it runs with, Playwright's own included; ours alone if unknown."""
        try:
            client = await self._chromium.new_browser_cdp_session()
            told = await asyncio.wait_for(client.send("Browser.getBrowserCommandLine"), 5)
        except (Error, TimeoutError):
            return [str(self.executable), *self.flags]
        return [str(word) for word in told.get("arguments", ())]

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._chromium.is_connected()

    async def revive(self) -> None:
        """Start it again after it died."""
        if not self.running:
            await self._launch()

    async def context(self, state: Path | None = None) -> BrowserContext:
        """Give a fresh profile, in Chinese, with nothing stored but the state given."""
        return await self._chromium.new_context(
            locale=LOCALE,
            timezone_id=TIME_ZONE,
            viewport={"width": VIEWPORT[0], "height": VIEWPORT[1]},
            storage_state=state,
            accept_downloads=True,
            service_workers="allow",
        )


async def ask(frame: Frame, script: str, arg: object = None, *, seconds: float = 5.0) -> Any:
    """Ask a frame something by a function expression, and give its answer as JSON values.

    Raises Unanswered when the page throws, is gone, or does not answer in time.
    """

    try:
        return well_formed(await asyncio.wait_for(frame.evaluate(script, arg), seconds))
    except TimeoutError:
        seconds_zh = f"{seconds:g}"
        raise Unanswered(
            Words(f"页面在 {seconds_zh} 秒内未应答", f"the page did not answer in {seconds_zh} s")
        ) from None
    except Error as error:
        said = error.message.strip().partition("\n")[0][:120]
        raise Unanswered(Words(f"页面未应答：{said}", f"the page did not answer: {said}")) from None


def well_formed(value: Any) -> Any:
    """Give JSON values with every half of a character that a script cut in two replaced by U+FFFD.

    Neither files nor facts can hold such a half.
    """
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [well_formed(item) for item in value]
    if isinstance(value, dict):
        return {well_formed(key): well_formed(item) for key, item in value.items()}
    return value


Fault = Literal["expired", "self_signed", "wrong_name", "untrusted"]


def certificate_fault(error: str) -> Fault | None:
    """Say what Chromium's network error means for a certificate; None when it is about none.

    The names are those of Chromium's net error list: ERR_CERT_DATE_INVALID and its neighbours.
    """
    if "ERR_CERT_DATE_INVALID" in error:
        return "expired"
    if "ERR_CERT_COMMON_NAME_INVALID" in error:
        return "wrong_name"
    if "ERR_CERT_AUTHORITY_INVALID" in error:
        return "untrusted"
    if "ERR_CERT_UNABLE_TO_CHECK_REVOCATION" in error:
        return None
    return "untrusted" if "ERR_CERT_" in error else None


def _key_digest(path: Path) -> str:
    """Give the SHA-256 of a certificate's public key in Base64, as Chromium names a key."""

    try:
        key = x509.load_pem_x509_certificate(path.read_bytes()).public_key()
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no certificate in PEM"
        raise UsageError(f"--trust {path}: {said}", hint="name a certificate (PEM)") from None
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return base64.b64encode(digest.finalize()).decode()
