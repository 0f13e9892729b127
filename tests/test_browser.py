from __future__ import annotations

import asyncio
import datetime
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from scanner.browser import (
    PROGRAMS,
    Browser,
    BrowserMissing,
    Unanswered,
    ask,
    certificate_fault,
    find_chromium,
    well_formed,
)
from scanner.collect.website.session import Session
from scanner.errors import UsageError
from scanner.fetch.guard import Guard
from tests.collect.website.rig import HOME, in_session, needs_chromium, site


def program(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("#!/bin/sh\nexit 1\n")
    place.chmod(0o755)
    return place


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """A machine without the programs that stand at a fixed place."""
    names = tuple(name for name in PROGRAMS if "/" not in name)
    monkeypatch.setattr("scanner.browser.PROGRAMS", names)
    return names


def test_the_given_browser_goes_before_the_systems_and_that_before_playwrights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: tuple[str, ...]
) -> None:
    own = program(tmp_path / "own" / "chromium-1200" / "chrome-linux" / "chrome")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "own"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_chromium() == own
    for name in reversed(elsewhere):
        wanted = program(tmp_path / "bin" / name)
        assert find_chromium() == wanted
    given_one = program(tmp_path / "mine")
    assert find_chromium(given_one) == given_one


@pytest.mark.usefixtures("elsewhere")
def test_a_missing_browser_is_said_with_a_way_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BrowserMissing) as missing:
        find_chromium()
    assert missing.value.hint and missing.value.exit_code == 3
    for wrong in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(UsageError):
            find_chromium(wrong)


def test_a_browser_that_does_not_start_is_a_missing_one(tmp_path: Path) -> None:
    async def run() -> None:
        async with Guard() as guard, Browser(guard.url, executable=program(tmp_path / "x")):
            pass

    with pytest.raises(BrowserMissing, match="does not start"):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        ("net::ERR_CERT_DATE_INVALID at https://a.test/", "expired"),
        ("net::ERR_CERT_COMMON_NAME_INVALID", "wrong_name"),
        ("net::ERR_CERT_AUTHORITY_INVALID", "untrusted"),
        ("net::ERR_CERT_REVOKED", "untrusted"),
        ("net::ERR_CERT_WEAK_SIGNATURE_ALGORITHM", "untrusted"),
        ("net::ERR_CONNECTION_REFUSED", None),
        ("net::ERR_NAME_NOT_RESOLVED at https://cert.test/", None),
        ("", None),
    ],
)
def test_errors_of_certificates(error: str, fault: str | None) -> None:
    assert certificate_fault(error) == fault


@pytest.mark.parametrize(
    "error",
    [
        "net::ERR_SSL_PROTOCOL_ERROR",
        "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
        "net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED",
        "net::ERR_BAD_SSL_CLIENT_AUTH_CERT",
    ],
)
def test_a_failed_handshake_says_nothing_against_the_certificate(error: str) -> None:
    assert certificate_fault(error) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    max_leaves=6,
)


@given(JSON)
def test_what_a_page_says_can_always_be_written_down(value: object) -> None:
    def texts(one: object) -> list[str]:
        if isinstance(one, dict):
            return [*one, *(text for item in one.values() for text in texts(item))]
        return (
            [text for item in one for text in texts(item)]
            if isinstance(one, list)
            else [text for text in [one] if isinstance(text, str)]
        )

    for text in texts(well_formed(value)):
        assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [("你好", "你好"), ("a\ud83d", "a\ufffd"), ("\ud83d\ude00", "😀"), ("\ude00x", "\ufffdx")],
)
def test_only_cut_characters_are_replaced(text: str, kept: str) -> None:
    assert well_formed({"k": [text]}) == {"k": [kept]}


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    place = folder / "a.pem"
    place.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return place


@needs_chromium
def test_a_file_to_be_trusted_must_be_a_certificate(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no")
    for wrong in ("no.pem", "nothing.pem", "."):
        with pytest.raises(UsageError, match="--trust"):
            Browser("socks5://127.0.0.1:1", trust=[tmp_path / wrong])
    flags = Browser("socks5://127.0.0.1:1", trust=[certificate(tmp_path)]).flags
    assert any(flag.startswith("--ignore-certificate-errors-spki-list=") for flag in flags)


@needs_chromium
def test_a_page_that_throws_or_hangs_is_unanswered_in_bounded_time() -> None:
    async def work(session: Session) -> tuple[list[str], float]:
        await session.open(HOME)
        frame, said = session.page.main_frame, []
        begun = asyncio.get_running_loop().time()
        for script in ("() => { throw new Error('不行') }", "() => { for (;;); }", "() => 1"):
            try:
                said.append(str(await ask(frame, script, seconds=0.5)))
            except Unanswered as gone:
                said.append(gone.reason.en)
        return said, asyncio.get_running_loop().time() - begun

    with site({"/": "<p>x"}) as served:
        said, took = in_session(served, work)
    assert "不行" in said[0]
    assert said[1] == said[2] == "the page did not answer in 0.5 s"
    assert took < 10


def descendants(of: int) -> set[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found, grown = {of}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found, grown = found | more, bool(more)
    return found - {of}


@pytest.fixture
def short_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of temporary files: pytest's own is too long a path for the browser's socket."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield Path(folder)


@needs_chromium
def test_too_long_a_path_of_temporary_files_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("a" * 100)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    monkeypatch.setattr(tempfile, "tempdir", None)

    async def run() -> None:
        async with Guard() as guard, Browser(guard.url):
            pass

    with pytest.raises(BrowserMissing) as raised:
        asyncio.run(run())
    assert "TMPDIR" in str(raised.value.hint)


@needs_chromium
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
def test_no_process_and_no_profile_is_left_even_after_an_error(
    short_folder: Path,
) -> None:
    before = descendants(os.getpid())

    async def run() -> set[int]:
        async with Guard() as guard, Browser(guard.url) as browser:
            await (await browser.context()).new_page()
            assert browser.running
            started.update(descendants(os.getpid()) - before)
            raise ValueError("in the middle")

    started = set[int]()
    with pytest.raises(ValueError, match="in the middle"):
        asyncio.run(run())
    assert started
    alive = {pid for pid in started if Path(f"/proc/{pid}/exe").exists() and is_alive(pid)}
    assert not alive
    assert not [path.name for path in short_folder.iterdir() if "playwright" in path.name]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
