"""Those who sign and stamp in tests: a certificate authority, its signers, and a real time-stamping
authority, which is `openssl ts` behind a small web server on loopback."""

from __future__ import annotations

import contextlib
import datetime
import shutil
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

OPENSSL = shutil.which("openssl") or ""
MOMENT = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
"""A moment at which the certificates of this test run are valid."""

_CONFIG = """
[tsa]
default_tsa = t
[t]
dir = .
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
clock_precision_digits = {digits}
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl(*words: object, cwd: Path | None = None) -> bytes:
    if not OPENSSL:
        pytest.skip("openssl is missing: apt-get install openssl")
    run = subprocess.run([OPENSSL, *map(str, words)], cwd=cwd, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


class Issued(NamedTuple):
    """A key, and the certificate that was issued for it."""

    key: Path
    certificate: Path


class Root:
    """A certificate authority of this test run."""

    def __init__(self, folder: Path, name: str = "Test Root") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.pem = folder / "root.pem"
        self._key = folder / "root.key"
        new = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        out = ("-keyout", self._key, "-out", self.pem, "-days", 3650, "-subj", f"/CN={name}")
        openssl(*new, *out)

    def issue(self, name: str, *extensions: str, kind: str = "ec", days: int = 3650) -> Issued:
        stem = "".join(each for each in name if each.isalnum())
        key, request = self.folder / f"{stem}.key", self.folder / f"{stem}.csr"
        certificate, extra = self.folder / f"{stem}.pem", self.folder / f"{stem}.ext"
        made = {
            "ec": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            "rsa": ("rsa:2048",),
        }[kind]
        out = ("-nodes", "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        openssl("req", "-new", "-utf8", "-newkey", *made, *out)
        extra.write_text("\n".join(["basicConstraints=CA:FALSE", *extensions]) + "\n")
        signed = ("-CA", self.pem, "-CAkey", self._key, "-set_serial", zlib.crc32(name.encode()))
        into = ("-out", certificate, "-days", days, "-extfile", extra)
        openssl("x509", "-req", "-in", request, *signed, *into)
        return Issued(key, certificate)


class Stamping:
    """A time-stamping authority that listens; `lie` alters what it answers."""

    def __init__(self, root: Root, *, digits: int = 0, digest: str = "sha256") -> None:
        self.root = root
        self.folder = root.folder
        self.asked = 0
        self.url = ""
        self.lie: Callable[[bytes], bytes] = lambda answer: answer
        self.status = 200
        eku = "extendedKeyUsage=critical,timeStamping"
        key, certificate = root.issue("Test TSA", eku)
        key.replace(self.folder / "tsa.key")
        certificate.replace(self.folder / "tsa.pem")
        (self.folder / "serial").write_text("01\n")
        config = _CONFIG.format(folder=self.folder, digits=digits, digest=digest)
        (self.folder / "tsa.cnf").write_text(config)
        self._lock = threading.Lock()

    def answer(self, query: bytes) -> bytes:
        with self._lock:
            self.asked += 1
            (self.folder / "query.tsq").write_bytes(query)
            words = ("-queryfile", self.folder / "query.tsq", "-out", self.folder / "answer.tsr")
            openssl("ts", "-reply", "-config", self.folder / "tsa.cnf", "-section", "t", *words)
            return self.lie((self.folder / "answer.tsr").read_bytes())


@contextlib.contextmanager
def stamping(root: Root, *, digits: int = 0, digest: str = "sha256") -> Iterator[Stamping]:
    authority = Stamping(root, digits=digits, digest=digest)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            body = authority.answer(query)
            with contextlib.suppress(OSError):
                self.send_response(authority.status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/tsa"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sm2(folder: Path) -> Issued:
    """A key of the SM2 curve with a certificate signed by itself, SM2 with SM3."""
    key, certificate = folder / "sm2.key", folder / "sm2.pem"
    openssl("genpkey", "-algorithm", "SM2", "-out", key)
    words = ("-sm3", "-subj", "/CN=SM2", "-out", certificate, "-days", 3650)
    openssl("req", "-x509", "-new", "-key", key, *words)
    return Issued(key, certificate)


def sm2_signed(folder: Path, who: Issued, data: bytes) -> bytes:
    """A detached CMS signature by SM2 with SM3, as a card would make it: openssl has the signature,
    and asn1crypto the envelope."""
    from asn1crypto import cms, pem, x509

    (folder / "sm2.data").write_bytes(data)
    words = ("-rawin", "-digest", "sm3", "-in", folder / "sm2.data")
    value = openssl("pkeyutl", "-sign", "-inkey", who.key, *words)
    certificate = x509.Certificate.load(pem.unarmor(who.certificate.read_bytes())[2])
    hashed = {"algorithm": "1.2.156.10197.1.401"}
    names = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": names}),
        "digest_algorithm": hashed,
        "signature_algorithm": {"algorithm": "1.2.156.10197.1.501"},
        "signature": value,
    }
    content = {
        "version": "v1",
        "digest_algorithms": [hashed],
        "encap_content_info": {"content_type": "data"},
        "certificates": [certificate],
        "signer_infos": [signer],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": content}).dump())
