"""A folder of pages as a site on this machine, so that a developer can audit it unpublished."""

from __future__ import annotations

import contextlib
import datetime
import functools
import http.server
import ssl
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scanner.errors import UsageError

SITE = "site.test"
"""Name under which the pages stand; RFC 6761 keeps .test for such uses."""


FIRST_PAGES = ("index.html", "index.htm")
"""Names of a first page, as http.server looks for them."""


class Served(NamedTuple):
    """Where the pages stand while they are served."""

    url: str
    resolve: tuple[str, ...]
    """How its name maps to this machine, as --resolve writes it."""
    certificate: Path
    """Its certificate (PEM), made for this run only."""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve a folder on loopback over TLS; without TLS every address leads there.

    Raises UsageError for a folder without a first page.
    """
    if not any((folder / name).is_file() for name in FIRST_PAGES):
        hint = "name the folder in which the site's index.html stands"
        raise UsageError(f"{folder} holds no first page", hint=hint)
    with tempfile.TemporaryDirectory(prefix="mingjian-site-") as place:
        certificate, key = Path(place) / "certificate.pem", Path(place) / "key.pem"
        _make_certificate(certificate, key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        pages = _Server(("127.0.0.1", 0), functools.partial(_Pages, directory=str(folder)))
        pages.tls = context
        plain = _Server(("127.0.0.1", 0), _ToTls)
        servers = (pages, plain)
        threads = [threading.Thread(target=one.serve_forever, daemon=True) for one in servers]
        for thread in threads:
            thread.start()
        resolve = tuple(
            f"{SITE}:{port}=127.0.0.1:{server.server_address[1]}"
            for port, server in ((443, pages), (80, plain))
        )
        try:
            yield Served(f"https://{SITE}/", resolve, certificate)
        finally:
            for server in servers:
                server.shutdown()
                server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    tls: ssl.SSLContext | None = None

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Shake hands in the thread of the request, so that nobody holds up the others."""
        if self.tls is not None:
            try:
                request.settimeout(10)
                request = self.tls.wrap_socket(request, server_side=True)
            except OSError:
                self.shutdown_request(request)
                return
        super().process_request_thread(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser may hang up whenever it likes."""


class _Pages(http.server.SimpleHTTPRequestHandler):
    def list_directory(self, _path: Any) -> None:
        """Show no list of files: a site would not."""
        self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _ToTls(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(301)
        self.send_header("Location", f"https://{SITE}{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _make_certificate(certificate: Path, key: Path) -> None:
    from cryptography import x509  # noqa: PLC0415 - only a folder needs it
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, SITE)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(SITE)]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
