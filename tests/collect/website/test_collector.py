from __future__ import annotations

import datetime
import http.server
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from scanner.collect.website.collector import KINDS, collect
from scanner.errors import MingjianError, NotAuditable, UsageError
from scanner.facts import Fact
from scanner.model import Target, Unseen
from tests.collect.website.rig import KNOWLEDGE, Kept, needs_chromium, scan, site
from tests.test_browser import descendants, is_alive

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
Key = ec.EllipticCurvePrivateKey


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"addresses": []}', b'{"addresses": ["x", 3]}', b"\xff\xfe"]
    + [b'{"addresses": ["%s"]}' % url for url in (b"shop.test", b"file:///etc/passwd", b"data:,x")],
)
def test_what_names_no_site_is_said(data: bytes, tmp_path: Path) -> None:
    kept = Kept()
    place = tmp_path / "site.json"
    place.write_bytes(data)
    evidence = kept(data, name="site", media_type="application/json")
    with pytest.raises(NotAuditable):
        list(collect(Target(kind="website", path=place, evidence=evidence), kept, KNOWLEDGE, print))


def test_without_a_browser_every_kind_is_unseen_and_none_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.browser.PROGRAMS", ("chromium",))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    said: list[str] = []
    seen = scan(None, tmp_path, say=said.append)
    assert not [one for one in seen.sightings if isinstance(one, Fact)]
    assert {one.kind for one in seen.sightings if isinstance(one, Unseen)} == set(KINDS)
    assert any("no Chromium was found" in words for words in said)


@pytest.mark.parametrize(
    "visit",
    [
        {"trust": (Path("/nothing.pem"),)},
        {"resolve": ("nonsense",)},
        {"browser": Path("/nothing")},
        {"locations": (Path("/nothing.mmdb"),)},
    ],
)
def test_a_wrong_option_is_an_error_of_use(visit: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(MingjianError) as wrong:
        scan(None, tmp_path, **visit)
    assert isinstance(wrong.value, UsageError)


def signed(
    subject: str, key: Key, issuer: str, by: Key, *, end: datetime.datetime
) -> x509.Certificate:
    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    return (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 9 * DAY)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        data = "<meta charset=utf-8><title>店</title><p>欢迎光临本店，价格公道</p>".encode()
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Secure(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


HOSTS = ("own.test", "private.test", "old.test")


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, int], Path]]:
    """Servers whose certificates are wrong in one way each."""
    folder = tmp_path_factory.mktemp("tls")
    root = ec.generate_private_key(ec.SECP256R1())
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in HOSTS}
    ports, servers = {}, []
    for name, key in keys.items():
        by, issuer = (root, "Root") if name == "private.test" else (key, name)
        end = NOW - DAY if name == "old.test" else NOW + DAY
        certificate = signed(name, key, issuer, by, end=end)
        plain = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        place = folder / f"{name}.pem"
        place.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + plain)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(place)
        server = Secure(("127.0.0.1", 0), Page)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ports[name] = server.server_address[1]
        servers.append(server)
    yield ports, folder
    for server in servers:
        server.shutdown()
        server.server_close()


@needs_chromium
def test_faults_of_certificates_are_told_apart(
    hosts: tuple[dict[str, int], Path], tmp_path: Path
) -> None:
    """Only the one that the auditor trusts opens, its faults unknown; the others say theirs."""
    ports, folder = hosts
    (tmp_path / "own.pem").write_bytes((folder / "own.test.pem").read_bytes())
    resolve = tuple(f"{name}=127.0.0.1:{port}" for name, port in ports.items())
    addresses = [f"https://{name}/" for name in HOSTS]
    seen = scan(None, tmp_path, *addresses, resolve=resolve, trust=(tmp_path / "own.pem",))
    assert {one.page: one.certificate for one in seen.facts("page.visited")} == {
        "https://own.test/": None,
        "https://private.test/": "untrusted",
        "https://old.test/": "self_signed",
    }
    (first,) = [one for one in seen.facts("page.visited") if one.certificate is None]
    assert (first.secure, first.status) == (True, 200)
    assert first.tls.startswith("TLS")
    reasons = {one.scope["page"][0]: one.reason.en for one in seen.unseen("form.found")}
    assert "signed by itself" in reasons["https://old.test/"]
    assert "not trusted" in reasons["https://private.test/"]


@needs_chromium
def test_without_trust_a_certificate_that_signed_itself_shows_no_site(
    hosts: tuple[dict[str, int], Path], tmp_path: Path
) -> None:
    resolve = f"own.test=127.0.0.1:{hosts[0]['own.test']}"
    seen = scan(None, tmp_path, "https://own.test/", resolve=(resolve,))
    assert seen.one("page.visited").certificate == "self_signed"
    assert seen.unseen("site.visited") and not seen.facts("site.visited")


COMMAND = """
import functools
import signal
import sys
from pathlib import Path
from tests.collect.website import rig

signal.signal(signal.SIGINT, signal.default_int_handler)
say = functools.partial(print, flush=True)
rig.scan(None, Path(sys.argv[1]), resolve=(sys.argv[2],), dwell_s=60, say=say)
"""


@needs_chromium
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
def test_after_an_interrupt_no_browser_and_no_profile_is_left(tmp_path: Path) -> None:
    # A profile holds sockets, whose paths have to be short.
    with (
        tempfile.TemporaryDirectory(prefix="mj") as temporary,
        site({"/": "<meta charset=utf-8><p>你好"}) as served,
    ):
        running = subprocess.Popen(
            [sys.executable, "-c", COMMAND, str(tmp_path), served.resolve],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd=Path(__file__).parents[3],
            env={**os.environ, "TMPDIR": temporary},
        )
        assert running.stdout is not None
        for words in running.stdout:
            if words.startswith("first_load"):
                break
        time.sleep(1.0)
        started = descendants(running.pid)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does at Ctrl-C
        _, error = running.communicate(timeout=60)
        assert started, error
        assert running.returncode != 0
        assert error.rstrip().endswith("KeyboardInterrupt")
        assert "never retrieved" not in error
        assert not [pid for pid in started if is_alive(pid)]
        assert not [path.name for path in Path(temporary).iterdir() if "playwright" in path.name]
